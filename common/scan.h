/*
 * scan.h: how far a JSON string goes on with nothing to look at: neither
 * quotation mark, reverse solidus nor control character, all of it ASCII.
 * Documents are mostly that (images in base64), so this is the inner loop: in
 * words of the machine, and on x86-64, whose every processor has SSE2, in
 * blocks of 16 octets (four times as fast on images). tests/unit/common/
 * scan_test proves both equal.
 *
 *	p += scan_plain(p, (size_t)(end - p));
 *	uint64_t stops = scan_mask(p);      64 octets, for who needs them all
 *
 * Memory    none; reads only (buf, len)
 * Chunks    the caller's
 * Errors    none
 * Trust     -
 * Limits    none
 */
#ifndef COMMON_SCAN_H
#define COMMON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The machine's own word, and octets repeated in it. */
typedef unsigned long scan_word;
#define SCAN_EACH(octet) ((scan_word)-1 / 255 * (octet))

/*
 * The top bit of each octet that is not plain; above the first such octet (in
 * the order of significance) also of others, since borrows run upwards.
 * Exclusive-or with 2 swaps the quotation mark with the space: then quotation
 * mark and control characters are all below 0x21, and nothing else is.
 */
static inline scan_word
scan_stops(scan_word w)
{
	scan_word low = (w ^ SCAN_EACH(0x02)) - SCAN_EACH(0x21);
	scan_word solidus = (w ^ SCAN_EACH(0x5c)) - SCAN_EACH(0x01);

	return (low | solidus | w) & SCAN_EACH(0x80);
}

static inline bool
scan_is_plain(uint8_t c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* Plain octets in a word that has one that is not: those before it in memory.
 * Where the most significant octet comes first, borrows run towards it and
 * only looking at each of them helps. */
static inline size_t
scan_plain_in(const uint8_t *buf, scan_word stops)
{
	size_t i = 0;

	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		return (size_t)__builtin_ctzl(stops) / 8;
	while (scan_is_plain(buf[i]))
		i++;
	return i;
}

/* Where in a word, as it lies in memory, the first octet that is not 0 is. */
static inline size_t
scan_first(scan_word w)
{
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		return (size_t)__builtin_ctzl(w) / 8;
	return (size_t)__builtin_clzl(w) / 8;
}

static inline scan_word
scan_load(const uint8_t *buf)
{
	scan_word w;

	memcpy(&w, buf, sizeof(w));
	return w;
}

/* Octets at the beginning of (buf, len) that are plain, by words. The first
 * word is looked at by itself: names are short, images are long. */
static inline size_t
scan_plain_words(const uint8_t *buf, size_t len)
{
	const size_t word = sizeof(scan_word);
	scan_word stops;
	size_t i = 0;

	while (len - i >= word) {
		stops = scan_stops(scan_load(buf + i));
		if (stops != 0)
			return i + scan_plain_in(buf + i, stops);
		i += word;
		while (len - i >= 4 * word &&
		    (scan_stops(scan_load(buf + i)) |
			scan_stops(scan_load(buf + i + word)) |
			scan_stops(scan_load(buf + i + 2 * word)) |
			scan_stops(scan_load(buf + i + 3 * word))) == 0)
			i += 4 * word;
	}
	while (i < len && scan_is_plain(buf[i]))
		i++;
	return i;
}

/* A bit for each of 64 octets that is not plain, the first one lowest; by
 * words whose octets do not borrow from each other. */
static inline uint64_t
scan_mask_words(const uint8_t *buf)
{
	const uint64_t ones = 0x0101010101010101, low = ones * 0x7f;
	uint64_t mask = 0, w, is;
	unsigned i;

	for (i = 0; i < 64; i += 8) {
		memcpy(&w, buf + i, sizeof(w));
		if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
			w = __builtin_bswap64(w);
		is = ((w & low) + ones * 0x60) &
		    (((w ^ ones * '"') & low) + low) &
		    (((w ^ ones * '\\') & low) + low) & ~w & ~low;
		/* the top bits of eight octets, gathered in the highest one */
		mask |= ((((is ^ ~low) >> 7) * 0x0102040810204080) >> 56) << i;
	}
	return mask;
}

#ifdef __SSE2__

typedef signed char scan_block __attribute__((vector_size(16)));

/* All ones in each octet that is not plain: as scan_stops has it, and as signed
 * numbers octets above 0x7F are below 0x21, too. */
static inline scan_block
scan_block_stops(const uint8_t *buf)
{
	scan_block b;

	memcpy(&b, buf, sizeof(b));
	return ((b ^ 0x02) < 0x21) | (b == '\\');
}

/* A bit for each octet, the first one lowest. */
static inline unsigned
scan_block_mask(scan_block stops)
{
	return (unsigned)__builtin_ia32_pmovmskb128(
	    (char __attribute__((vector_size(16))))stops);
}

/* As scan_mask_words. */
static inline uint64_t
scan_mask(const uint8_t *buf)
{
	return (uint64_t)scan_block_mask(scan_block_stops(buf)) |
	    (uint64_t)scan_block_mask(scan_block_stops(buf + 16)) << 16 |
	    (uint64_t)scan_block_mask(scan_block_stops(buf + 32)) << 32 |
	    (uint64_t)scan_block_mask(scan_block_stops(buf + 48)) << 48;
}

/* How many octets of 64 come before the first that is not plain; 64: all. */
static inline size_t
scan_plain_64(const uint8_t *buf)
{
	scan_block a = scan_block_stops(buf), b = scan_block_stops(buf + 16);
	scan_block c = scan_block_stops(buf + 32);
	scan_block d = scan_block_stops(buf + 48);

	if (scan_block_mask(a | b | c | d) == 0)
		return 64;
	return (size_t)__builtin_ctzll(scan_mask(buf));
}

/* What scan_plain does not see at a glance: kept out of those who call it. */
static __attribute__((noinline)) size_t
scan_plain_far(const uint8_t *buf, size_t len)
{
	size_t i = len < 16 ? 0 : 16, n;

	for (; len - i >= 64; i += 64) {
		n = scan_plain_64(buf + i);
		if (n != 64)
			return i + n;
	}
	return i + scan_plain_words(buf + i, len - i);
}

/* Octets at the beginning of (buf, len) that are plain. Most names end within
 * a block, most other texts within 64 octets more: few branches, of which the
 * processor guesses few wrong. */
static inline size_t
scan_plain(const uint8_t *buf, size_t len)
{
	unsigned mask = 0;

	if (len >= 16)
		mask = scan_block_mask(scan_block_stops(buf));
	return mask != 0 ? (size_t)__builtin_ctz(mask)
			 : scan_plain_far(buf, len);
}

#else

static inline uint64_t
scan_mask(const uint8_t *buf)
{
	return scan_mask_words(buf);
}

static inline size_t
scan_plain(const uint8_t *buf, size_t len)
{
	return scan_plain_words(buf, len);
}

#endif

#endif
