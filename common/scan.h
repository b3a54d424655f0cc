/*
 * scan.h: how far a JSON string goes on with nothing to look at: neither
 * quotation mark, reverse solidus nor control character, all of it ASCII.
 * Documents are mostly that (images in base64), so this is the inner loop.
 *
 *	p += scan_plain(p, (size_t)(end - p));
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

static inline scan_word
scan_load(const uint8_t *buf)
{
	scan_word w;

	memcpy(&w, buf, sizeof(w));
	return w;
}

/* Octets at the beginning of (buf, len) that are plain. Names are short, so
 * the first word is looked at by itself; images are long. */
static inline size_t
scan_plain(const uint8_t *buf, size_t len)
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

#endif
