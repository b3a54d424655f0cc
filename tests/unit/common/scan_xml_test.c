#include "common/scan_xml.h"

#include <string.h>

#include "tests/unit/common/tap.h"

#define SIZE 200

static size_t
scan_octets(const uint8_t *buf, size_t len, enum scan_xml what)
{
	size_t i = 0;

	while (i < len && scan_xml_is_plain(buf[i], what))
		i++;
	return i;
}

static bool
agree(const uint8_t *buf, size_t len)
{
	size_t text = scan_octets(buf, len, SCAN_XML_TEXT);
	size_t value = scan_octets(buf, len, SCAN_XML_VALUE);

	return scan_xml(buf, len, SCAN_XML_TEXT) == text &&
	    scan_xml_words(buf, len, SCAN_XML_TEXT) == text &&
	    scan_xml(buf, len, SCAN_XML_VALUE) == value &&
	    scan_xml_words(buf, len, SCAN_XML_VALUE) == value;
}

/* Each octet at each place of each length, behind and before plain ones. */
static void
stops_at_the_same_octet_in_words_and_in_blocks(void)
{
	static uint8_t buf[SIZE];
	size_t at, len, step;
	unsigned c;

	memset(buf, 'A', sizeof(buf));
	for (step = 0; step < 8; step++)
		for (len = step; len < SIZE; len += 7)
			CHECK(agree(buf + step, len - step));
	for (c = 0; c < 256; c++) {
		for (at = 0; at < SIZE; at += at < 90 ? 1 : 13) {
			buf[at] = (uint8_t)c;
			CHECK(agree(buf, SIZE));
			CHECK(agree(buf, at + 1));
			CHECK(agree(buf + at % 16, SIZE - 16));
			buf[at] = 'A';
		}
	}
}

static void
stops_at_the_first_of_several(void)
{
	static const uint8_t stops[] = {'"', '&', '<', '>', 0, 0x1f, '\t', '\n',
	    '\r', 0x80, 0xff, '!', ' ', 0x7f, '\'', '=', '?', '$', '*'};
	uint8_t buf[SIZE];
	size_t a, b;

	for (a = 0; a < SIZE; a++) {
		for (b = a + 1; b < SIZE; b += 5) {
			memset(buf, ' ', sizeof(buf));
			buf[a] = stops[(a + b) % sizeof(stops)];
			buf[b] = stops[b % sizeof(stops)];
			CHECK(agree(buf, SIZE));
		}
	}
}

static void
knows_what_is_plain_where(void)
{
	unsigned c, text = 0, value = 0;

	for (c = 0; c < 256; c++) {
		text += scan_xml_is_plain((uint8_t)c, SCAN_XML_TEXT);
		value += scan_xml_is_plain((uint8_t)c, SCAN_XML_VALUE);
	}
	/* 96 of ASCII are no control characters. */
	CHECK(text == 96 - 3 + 2);
	CHECK(value == 96 - 3);
}

int
main(void)
{
	TAP_RUN(stops_at_the_same_octet_in_words_and_in_blocks);
	TAP_RUN(stops_at_the_first_of_several);
	TAP_RUN(knows_what_is_plain_where);
	return tap_done();
}
