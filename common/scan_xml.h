/*
 * scan_xml.h: how far text or an attribute's value goes on with nothing to
 * look at: no markup character, quotation mark or control character, all of
 * it ASCII. A word at a time, as in scan.h.
 *
 *	p += scan_xml(p, (size_t)(end - p));
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

/*
 * As scan_stops, of octets below 0x20, '"', '&', '<' and '>': a bit each is
 * between the two of '"' and '&', and the two of '<' and '>'.
 */
static inline scan_word
scan_xml_stops(scan_word w)
{
	scan_word control = w - SCAN_EACH(0x20);
	scan_word quote = ((w | SCAN_EACH(0x04)) ^ SCAN_EACH(0x26));
	scan_word angle = ((w | SCAN_EACH(0x02)) ^ SCAN_EACH(0x3e));

	return (control | (quote - SCAN_EACH(0x01)) |
		   (angle - SCAN_EACH(0x01)) | w) &
	    SCAN_EACH(0x80);
}

static inline bool
scan_xml_is_plain(uint8_t c)
{
	return c >= 0x20 && c < 0x80 && (c | 0x04) != '&' && (c | 0x02) != '>';
}

static inline size_t
scan_xml_plain_in(const uint8_t *buf, scan_word stops)
{
	size_t i = 0;

	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		return (size_t)__builtin_ctzl(stops) / 8;
	while (scan_xml_is_plain(buf[i]))
		i++;
	return i;
}

/* Octets at the beginning of (buf, len) that are plain. */
static inline size_t
scan_xml(const uint8_t *buf, size_t len)
{
	const size_t word = sizeof(scan_word);
	scan_word stops;
	size_t i = 0;

	while (len - i >= word) {
		stops = scan_xml_stops(scan_load(buf + i));
		if (stops != 0)
			return i + scan_xml_plain_in(buf + i, stops);
		i += word;
		while (len - i >= 4 * word &&
		    (scan_xml_stops(scan_load(buf + i)) |
			scan_xml_stops(scan_load(buf + i + word)) |
			scan_xml_stops(scan_load(buf + i + 2 * word)) |
			scan_xml_stops(scan_load(buf + i + 3 * word))) == 0)
			i += 4 * word;
	}
	while (i < len && scan_xml_is_plain(buf[i]))
		i++;
	return i;
}

#endif
