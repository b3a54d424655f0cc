#include "tests/unit/common/tap.h"

#include <string.h>

#include "common/be.h"
#include "common/frame.h"
#include "tests/unit/common/hex.h"

static uint8_t frame[FRAME_MAX], stream[4 * FRAME_MAX];
static uint8_t body[FRAME_BODY];

/* The check sum is what zlib.crc32 of Python says. */
static void
a_frame_is_these_octets(void)
{
	size_t len = frame_encode(0x07, (const uint8_t *)"abc", 3, frame);

	CHECK(hex_equal(frame, len, "5a070003616263df1c6e01"));
}

/* IEEE 802.3, bit by bit. */
static uint32_t
crc_of(const uint8_t *buf, size_t len)
{
	uint32_t crc = 0xffffffff;
	unsigned bit;

	for (; len > 0; buf++, len--) {
		crc ^= *buf;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
	}
	return ~crc;
}

/* Every octet at every place in a word. */
static void
check_sums_are_crc_32_of_every_octet(void)
{
	size_t i, len;

	for (i = 0; i < sizeof(body); i++)
		body[i] = (uint8_t)(i + i / 256);
	for (i = 0; i < sizeof(body); i += 1 + i / 8) {
		len = frame_encode(2, body, i, frame) - FRAME_TAIL;
		CHECK(be32_get(frame + len) == crc_of(frame, len));
	}
}

static void
sketch_of_the_header_works(void)
{
	const uint8_t *p = frame;
	struct frame_rx rx;
	size_t len = frame_encode(9, (const uint8_t *)"xyz", 3, frame);

	frame_rx_init(&rx);
	CHECK(frame_rx_push(&rx, &p, &len) == FRAME_READY);
	CHECK(len == 0 && rx.number == 9 && rx.len == 3);
	CHECK(memcmp(rx.body, "xyz", 3) == 0);
	CHECK(frame_rx_push(&rx, &p, &len) == FRAME_NONE);
}

static void
bodies_may_be_empty_and_as_long_as_the_bound(void)
{
	static const size_t sizes[] = {0, 1, FRAME_BODY - 1, FRAME_BODY};
	const uint8_t *p;
	struct frame_rx rx;
	size_t i, len;

	frame_rx_init(&rx);
	memset(body, 0x5a, sizeof(body));
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		len = frame_encode(1, body, sizes[i], frame);
		p = frame;
		CHECK(frame_rx_push(&rx, &p, &len) == FRAME_READY);
		CHECK(rx.len == sizes[i] && len == 0);
		CHECK(memcmp(rx.body, body, rx.len) == 0);
	}
	frame[2] = (FRAME_BODY + 1) >> 8;
	frame[3] = (FRAME_BODY + 1) & 255;
	p = frame;
	len = FRAME_HEAD;
	CHECK(frame_rx_push(&rx, &p, &len) == FRAME_BAD);
	CHECK(rx.err == ERR_FRAME_SYNTAX);
}

/* Frames and zeros between them, cut in two at every octet. */
static void
splitting_changes_nothing(void)
{
	size_t len = 0, i, part, n;
	const uint8_t *p;
	struct frame_rx rx;
	unsigned ready;

	len += frame_encode(1, (const uint8_t *)"one", 3, stream);
	stream[len++] = 0;
	len += frame_encode(2, NULL, 0, stream + len);
	stream[len++] = 0;
	stream[len++] = 0;
	len += frame_encode(3, (const uint8_t *)"\0\0Z", 3, stream + len);
	for (i = 0; i <= len; i++) {
		frame_rx_init(&rx);
		ready = 0;
		for (part = 0; part < 2; part++) {
			p = part == 0 ? stream : stream + i;
			n = part == 0 ? i : len - i;
			while (n > 0) {
				if (frame_rx_push(&rx, &p, &n) != FRAME_READY)
					continue;
				ready++;
				CHECK(rx.number == ready);
			}
		}
		CHECK(ready == 3);
	}
}

static void
every_flipped_bit_is_found(void)
{
	size_t len = frame_encode(1, (const uint8_t *)"octets", 6, frame), i, n;
	const uint8_t *p;
	struct frame_rx rx;
	uint8_t bad[64];
	enum frame_event event;

	for (i = 0; i < 8 * len; i++) {
		memcpy(bad, frame, len);
		bad[i / 8] ^= (uint8_t)(1 << i % 8);
		frame_rx_init(&rx);
		p = bad;
		n = len;
		event = FRAME_NONE;
		while (n > 0 && event == FRAME_NONE)
			event = frame_rx_push(&rx, &p, &n);
		CHECK(event != FRAME_READY);
	}
}

static void
a_lost_stream_is_told_once_and_found_again(void)
{
	static const uint8_t zeros[FRAME_RESET];
	const uint8_t *p = (const uint8_t *)"garbage ZZZZ \0\0Z";
	struct frame_rx rx;
	size_t len = 16, i;

	frame_rx_init(&rx);
	CHECK(frame_rx_push(&rx, &p, &len) == FRAME_BAD);
	CHECK(rx.err == ERR_FRAME_SYNTAX);
	CHECK(frame_rx_push(&rx, &p, &len) == FRAME_NONE && len == 0);
	p = zeros;
	len = FRAME_SILENCE;
	CHECK(frame_rx_push(&rx, &p, &len) == FRAME_NONE);
	/* wherever a frame was left, a reset ends it */
	memset(body, 0xff, sizeof(body));
	for (i = 1; i < FRAME_MAX; i += 97) {
		(void)frame_encode(1, body, FRAME_BODY, frame);
		p = frame;
		len = i;
		CHECK(frame_rx_push(&rx, &p, &len) == FRAME_NONE);
		p = zeros;
		len = sizeof(zeros);
		CHECK(frame_rx_push(&rx, &p, &len) == FRAME_BAD);
		CHECK(frame_rx_push(&rx, &p, &len) == FRAME_NONE);
		len = frame_encode(7, NULL, 0, frame);
		p = frame;
		CHECK(frame_rx_push(&rx, &p, &len) == FRAME_READY);
	}
}

int
main(void)
{
	TAP_RUN(a_frame_is_these_octets);
	TAP_RUN(check_sums_are_crc_32_of_every_octet);
	TAP_RUN(sketch_of_the_header_works);
	TAP_RUN(bodies_may_be_empty_and_as_long_as_the_bound);
	TAP_RUN(splitting_changes_nothing);
	TAP_RUN(every_flipped_bit_is_found);
	TAP_RUN(a_lost_stream_is_told_once_and_found_again);
	return tap_done();
}
