/*
 * scan_xml.h: how far text or an attribute's value goes on with nothing to
 * look at: all of it ASCII, and what canonical XML has there as it is. In
 * words and blocks as scan.h; tests/unit/common/scan_xml_test proves both
 * equal.
 *
 *	p += scan_xml(p, (size_t)(end - p), SCAN_XML_TEXT);
 *
 * Memory    none; reads only (buf, len)
 * Chunks    the caller's
 * Errors    none
 * Trust     -
 * Limits    none
 */
#ifndef COMMON_SCAN_XML_H
#define COMMON_SCAN_XML_H

#include "common/scan.h"

/* What is not plain besides "<", "&", control characters and what is not
 * ASCII: in text ">", but neither tab nor line feed; in values the quotation
 * mark. */
enum scan_xml {
	SCAN_XML_TEXT,
	SCAN_XML_VALUE,
};

static inline bool
scan_xml_is_plain(uint8_t c, enum scan_xml what)
{
	if (c < 0x20)
		return what == SCAN_XML_TEXT && (c == '\n' || c == '\t');
	return c < 0x80 && c != '<' && c != '&' &&
	    c != (what == SCAN_XML_TEXT ? '>' : '"');
}

/*
 * As scan_stops, of octets below 0x20, '"', '&', '<' and '>': a bit each is
 * between the two of '"' and '&', and the two of '<' and '>'. Some of these
 * are plain after all.
 */
static inline scan_word
scan_xml_stops(scan_word w)
{
	scan_word control = w - SCAN_EACH(0x20);
	scan_word quote = (w | SCAN_EACH(0x04)) ^ SCAN_EACH(0x26);
	scan_word angle = (w | SCAN_EACH(0x02)) ^ SCAN_EACH(0x3e);

	return (control | (quote - SCAN_EACH(0x01)) |
		   (angle - SCAN_EACH(0x01)) | w) &
	    SCAN_EACH(0x80);
}

/* Octets at the beginning of (buf, len) that are plain, by words. */
static inline size_t
scan_xml_words(const uint8_t *buf, size_t len, enum scan_xml what)
{
	const size_t word = sizeof(scan_word);
	size_t i = 0;

	for (;;) {
		while (len - i >= 2 * word &&
		    (scan_xml_stops(scan_load(buf + i)) |
			scan_xml_stops(scan_load(buf + i + word))) == 0)
			i += 2 * word;
		/* Mostly one of the next words has a stop. */
		while (i < len && scan_xml_is_plain(buf[i], what) &&
		    buf[i] >= 0x20)
			i++;
		if (i == len || !scan_xml_is_plain(buf[i], what))
			return i;
		i++;
	}
}

#ifdef __SSE2__

/* As scan_block_stops. */
static inline scan_block
scan_xml_block_stops(const uint8_t *buf, enum scan_xml what)
{
	const char other = what == SCAN_XML_TEXT ? '>' : '"';
	const char white = what == SCAN_XML_TEXT ? -1 : 0;
	scan_block b;

	memcpy(&b, buf, sizeof(b));
	return ((b < ' ') & ~(((b == '\n') | (b == '\t')) & white)) |
	    (b == '<') | (b == '&') | (b == other);
}

/* As scan_plain_64. */
static inline size_t
scan_xml_64(const uint8_t *buf, enum scan_xml what)
{
	scan_block a = scan_xml_block_stops(buf, what);
	scan_block b = scan_xml_block_stops(buf + 16, what);
	scan_block c = scan_xml_block_stops(buf + 32, what);
	scan_block d = scan_xml_block_stops(buf + 48, what);

	if (scan_block_mask(a | b | c | d) == 0)
		return 64;
	return (size_t)__builtin_ctzll((uint64_t)scan_block_mask(a) |
	    (uint64_t)scan_block_mask(b) << 16 |
	    (uint64_t)scan_block_mask(c) << 32 |
	    (uint64_t)scan_block_mask(d) << 48);
}

/* As scan_plain_far. */
static __attribute__((noinline)) size_t
scan_xml_far(const uint8_t *buf, size_t len, enum scan_xml what)
{
	size_t i = len < 16 ? 0 : 16, n;

	for (; len - i >= 64; i += 64) {
		n = scan_xml_64(buf + i, what);
		if (n != 64)
			return i + n;
	}
	return i + scan_xml_words(buf + i, len - i, what);
}

/* Octets at the beginning of (buf, len) that are plain. */
static inline size_t
scan_xml(const uint8_t *buf, size_t len, enum scan_xml what)
{
	unsigned mask = 0;

	if (len >= 16)
		mask = scan_block_mask(scan_xml_block_stops(buf, what));
	return mask != 0 ? (size_t)__builtin_ctz(mask)
			 : scan_xml_far(buf, len, what);
}

#else

static inline size_t
scan_xml(const uint8_t *buf, size_t len, enum scan_xml what)
{
	return scan_xml_words(buf, len, what);
}

#endif

#endif
