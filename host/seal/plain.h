/*
 * plain.h: how far octets go that stand for themselves in a JSON string of
 * ASCII only; private to host/seal.
 *
 *	size_t n = plain_first(plain_odd(x));
 *
 * Memory    none
 * Chunks    a run ends where its input ends
 * Errors    none
 * Trust     none
 * Limits    none
 */
#ifndef HOST_SEAL_PLAIN_H
#define HOST_SEAL_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline bool
plain_is(uint8_t c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* Eight octets at once: the top bit of those that are not plain, and perhaps
 * of later ones. For octets below 0x80 a zero octet in x ^ pattern borrows into
 * its top bit; octets from 0x80 on are found by their own top bit, and a borrow
 * can only come from an octet that is not plain itself. */
static inline uint64_t
plain_odd(uint64_t x)
{
	const uint64_t ones = 0x0101010101010101u, top = ones * 0x80;
	uint64_t quote = x ^ ones * '"', backslash = x ^ ones * '\\';

	return (x | (x - ones * 0x20) | (quote - ones) | (backslash - ones)) &
	    top;
}

/* The first octet in memory that plain_odd found: none before it is odd, and
 * this one is, since borrows go to later octets only. 8 if there is none. */
static inline size_t
plain_first(uint64_t odd)
{
	if (odd == 0)
		return 8;
	return (size_t)__builtin_ctzll(odd) / 8;
}

/* Eight octets with the first in memory as the lowest. */
static inline uint64_t
plain_load(const uint8_t *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
		x = __builtin_bswap64(x);
	return x;
}

#endif
