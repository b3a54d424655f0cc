/*
 * plain.h: how far octets go that stand for themselves in a JSON string of
 * ASCII only; private to host/seal.
 *
 *	size_t n = plain_run(p, len);
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

/* Eight octets at once, no matter the order: is any of them not plain?
 * For octets below 0x80 a zero octet in x ^ pattern borrows into its top
 * bit; octets from 0x80 on are found by their own top bit, and a borrow can
 * only come from an octet that is not plain itself. */
static inline uint64_t
plain_odd(uint64_t x)
{
	const uint64_t ones = 0x0101010101010101u, top = ones * 0x80;
	uint64_t quote = x ^ ones * '"', backslash = x ^ ones * '\\';

	return (x | (x - ones * 0x20) | (quote - ones) | (backslash - ones)) &
	    top;
}

/* Octets at the start of (p, len) that are plain. */
static inline size_t
plain_run(const uint8_t *p, size_t len)
{
	uint64_t a, b;
	size_t n = 0;

	while (len - n >= 16) {
		memcpy(&a, p + n, 8);
		memcpy(&b, p + n + 8, 8);
		if ((plain_odd(a) | plain_odd(b)) != 0)
			break;
		n += 16;
	}
	while (n < len && plain_is(p[n]))
		n++;
	return n;
}

#endif
