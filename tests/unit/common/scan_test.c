#include "common/scan.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/common/tap.h"

#define SIZE 200

static size_t
scan_octets(const uint8_t *buf, size_t len)
{
	size_t i = 0;

	while (i < len && scan_is_plain(buf[i]))
		i++;
	return i;
}

static bool
agree(const uint8_t *buf, size_t len)
{
	size_t n = scan_octets(buf, len);

	return scan_plain(buf, len) == n && scan_plain_words(buf, len) == n;
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
	static const uint8_t stops[] = {
	    '"', '\\', 0, 0x1f, 0x80, 0xff, '!', ' ', 0x7f, '[', ']'};
	uint8_t buf[SIZE];
	size_t a, b;

	for (a = 0; a < SIZE; a++) {
		for (b = a + 1; b < SIZE; b += 5) {
			memset(buf, 'z', sizeof(buf));
			buf[a] = stops[a % sizeof(stops)];
			buf[b] = stops[b % sizeof(stops)];
			CHECK(agree(buf, SIZE));
		}
	}
}

static bool
mask_agrees(const uint8_t *buf)
{
	uint64_t mask = 0;
	unsigned i;

	for (i = 0; i < 64; i++)
		mask |= (uint64_t)!scan_is_plain(buf[i]) << i;
	return scan_mask(buf) == mask && scan_mask_words(buf) == mask;
}

/* Each octet beside each other one, and many of them. */
static void
a_mask_has_every_one_of_them(void)
{
	uint8_t buf[64];
	unsigned a, b, i;

	for (a = 0; a < 256; a++) {
		for (b = 0; b < 256; b++) {
			for (i = 0; i < 64; i++)
				buf[i] = (uint8_t)((i + a) % 5 < 2 ? a : b);
			CHECK(mask_agrees(buf));
		}
		for (i = 0; i < 64; i++)
			buf[i] = (uint8_t)(a + i * 37);
		CHECK(mask_agrees(buf));
	}
}

/* What is behind len may not be there: tools that watch memory see it. */
static void
reads_nothing_behind_the_text(void)
{
	size_t len;
	uint8_t *buf;

	for (len = 1; len < 150; len++) {
		buf = malloc(len);
		if (buf == NULL)
			continue;
		memset(buf, 'x', len);
		CHECK(scan_plain(buf, len) == len);
		CHECK(scan_plain_words(buf, len) == len);
		free(buf);
	}
}

int
main(void)
{
	TAP_RUN(stops_at_the_same_octet_in_words_and_in_blocks);
	TAP_RUN(stops_at_the_first_of_several);
	TAP_RUN(a_mask_has_every_one_of_them);
	TAP_RUN(reads_nothing_behind_the_text);
	return tap_done();
}
