/*
 * frame.h: messages on a stream of octets between host and appliance.
 *
 *	offset size
 *	     0    1  0x5A
 *	     1    1  number of the message (msg.h)
 *	     2    2  length of the body, big-endian
 *	     4    n  body
 *	   4+n    4  CRC-32 (ITU-T V.42) of all that, big-endian
 *
 * Between frames any number of zero octets may stand. After anything else the
 * receiver is deaf until FRAME_SILENCE zeros in a row: a host that does not
 * know where the stream stands sends FRAME_RESET zeros and begins anew. The
 * check sum finds accidents, not lies: who sent what is never derived from it.
 *
 *	len = frame_encode(number, body, body_len, octets);
 *	while (len > 0)
 *		switch (frame_rx_push(&rx, &octets, &len))
 *
 * Memory    the caller owns the context, which holds one body
 * Chunks    splitting the stream changes nothing
 * Errors    FRAME_BAD once for each loss of the stream: rx.err says which of
 *           FRAME_SYNTAX and FRAME_CHECK
 * Trust     a body is whole, no more: msg.h says what it is
 * Limits    FRAME_BODY octets in a body; longer is FRAME_SYNTAX
 */
#ifndef COMMON_FRAME_H
#define COMMON_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

#define FRAME_MARK 0x5a
#define FRAME_BODY 1480
#define FRAME_HEAD 4
#define FRAME_TAIL 4
#define FRAME_MAX (FRAME_HEAD + FRAME_BODY + FRAME_TAIL)
#define FRAME_SILENCE 16
/* Ends any open frame, then the deafness. */
#define FRAME_RESET (FRAME_MAX + FRAME_SILENCE)

enum frame_event {
	FRAME_NONE = 0, /* all octets are taken */
	FRAME_READY = 1, /* rx.number, (rx.body, rx.len), until the next push */
	FRAME_BAD = 2, /* the stream is lost, see rx.err */
};

struct frame_rx {
	uint8_t number;
	uint8_t body[FRAME_BODY];
	uint16_t len;

	/* Private but for err. */
	enum err err; /* of the last FRAME_BAD */
	uint8_t state;
	uint8_t zeros; /* in a row, while deaf */
	uint16_t got; /* octets of the open part */
	uint32_t crc;
	uint8_t part[4];
};

void frame_rx_init(struct frame_rx *rx);

/* Takes octets up to the end of one frame; moves *buf and *len. */
enum frame_event frame_rx_push(
    struct frame_rx *rx, const uint8_t **buf, size_t *len);

/* len <= FRAME_BODY. Octets of the frame. body may stand at out + FRAME_HEAD.
 */
size_t frame_encode(uint8_t number, const uint8_t *body, size_t len,
    uint8_t out[static FRAME_MAX]);

#endif
