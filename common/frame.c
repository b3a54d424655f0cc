#include "common/frame.h"

#include <string.h>

#include "common/be.h"

enum { BETWEEN, HEAD, BODY, TAIL, DEAF };

/* CRC-32 of the lower and of the upper four bits of an octet; of both it is the
 * exclusive or. 128 octets of table instead of 1,024. */
static const uint32_t low[16] = {0x00000000, 0x77073096, 0xee0e612c, 0x990951ba,
    0x076dc419, 0x706af48f, 0xe963a535, 0x9e6495a3, 0x0edb8832, 0x79dcb8a4,
    0xe0d5e91e, 0x97d2d988, 0x09b64c2b, 0x7eb17cbd, 0xe7b82d07, 0x90bf1d91};
static const uint32_t high[16] = {0x00000000, 0x1db71064, 0x3b6e20c8,
    0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c, 0xedb88320,
    0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278,
    0xbdbdf21c};

/* Four octets a turn: whole items come through here. */
static uint32_t
crc_push(uint32_t crc, const uint8_t *buf, size_t len)
{
	for (; len >= 4; buf += 4, len -= 4) {
		crc ^= (uint32_t)buf[0] | (uint32_t)buf[1] << 8 |
		    (uint32_t)buf[2] << 16 | (uint32_t)buf[3] << 24;
		crc = crc >> 8 ^ low[crc & 15] ^ high[crc >> 4 & 15];
		crc = crc >> 8 ^ low[crc & 15] ^ high[crc >> 4 & 15];
		crc = crc >> 8 ^ low[crc & 15] ^ high[crc >> 4 & 15];
		crc = crc >> 8 ^ low[crc & 15] ^ high[crc >> 4 & 15];
	}
	for (; len > 0; buf++, len--)
		crc = crc >> 8 ^ low[(crc ^ *buf) & 15] ^
		    high[(crc ^ *buf) >> 4 & 15];
	return crc;
}

void
frame_rx_init(struct frame_rx *rx)
{
	memset(rx, 0, sizeof(*rx));
	rx->state = BETWEEN;
}

static enum frame_event
lose(struct frame_rx *rx, enum err e)
{
	rx->err = e;
	rx->state = DEAF;
	rx->zeros = 0;
	return FRAME_BAD;
}

/* Octets of part or body are collected up to want; true once they are there.
 */
static bool
collect(struct frame_rx *rx, uint8_t *into, size_t want, const uint8_t **buf,
    size_t *len)
{
	size_t n = want - rx->got;

	if (n > *len)
		n = *len;
	if (n > 0)
		memcpy(into + rx->got, *buf, n);
	rx->got = (uint16_t)(rx->got + n);
	*buf += n;
	*len -= n;
	return rx->got == want;
}

static enum frame_event
between(struct frame_rx *rx, const uint8_t **buf, size_t *len)
{
	uint8_t c = **buf;

	++*buf;
	--*len;
	if (c == 0)
		return FRAME_NONE;
	if (c != FRAME_MARK)
		return lose(rx, ERR_FRAME_SYNTAX);
	rx->part[0] = c;
	rx->got = 1;
	rx->state = HEAD;
	return FRAME_NONE;
}

static enum frame_event
head(struct frame_rx *rx, const uint8_t **buf, size_t *len)
{
	if (!collect(rx, rx->part, FRAME_HEAD, buf, len))
		return FRAME_NONE;
	rx->number = rx->part[1];
	rx->len = be16_get(rx->part + 2);
	if (rx->len > FRAME_BODY)
		return lose(rx, ERR_FRAME_SYNTAX);
	rx->crc = crc_push(0xffffffff, rx->part, FRAME_HEAD);
	rx->got = 0;
	rx->state = BODY;
	return FRAME_NONE;
}

static enum frame_event
tail(struct frame_rx *rx, const uint8_t **buf, size_t *len)
{
	if (!collect(rx, rx->part, FRAME_TAIL, buf, len))
		return FRAME_NONE;
	rx->crc = ~crc_push(rx->crc, rx->body, rx->len);
	if (be32_get(rx->part) != rx->crc)
		return lose(rx, ERR_FRAME_CHECK);
	rx->state = BETWEEN;
	return FRAME_READY;
}

static void
deaf(struct frame_rx *rx, const uint8_t **buf, size_t *len)
{
	rx->zeros = **buf == 0 ? (uint8_t)(rx->zeros + 1) : 0;
	if (rx->zeros == FRAME_SILENCE)
		rx->state = BETWEEN;
	++*buf;
	--*len;
}

enum frame_event
frame_rx_push(struct frame_rx *rx, const uint8_t **buf, size_t *len)
{
	enum frame_event event = FRAME_NONE;

	while (*len > 0 && event == FRAME_NONE) {
		switch (rx->state) {
		case BETWEEN:
			event = between(rx, buf, len);
			break;
		case HEAD:
			event = head(rx, buf, len);
			break;
		case BODY:
			if (collect(rx, rx->body, rx->len, buf, len)) {
				rx->got = 0;
				rx->state = TAIL;
			}
			break;
		case TAIL:
			event = tail(rx, buf, len);
			break;
		default:
			deaf(rx, buf, len);
			break;
		}
	}
	return event;
}

size_t
frame_encode(uint8_t number, const uint8_t *body, size_t len,
    uint8_t out[static FRAME_MAX])
{
	uint32_t crc;

	out[0] = FRAME_MARK;
	out[1] = number;
	be16_put(out + 2, (uint16_t)len);
	if (len > 0)
		memmove(out + FRAME_HEAD, body, len);
	crc = ~crc_push(0xffffffff, out, FRAME_HEAD + len);
	be32_put(out + FRAME_HEAD + len, crc);
	return FRAME_HEAD + len + FRAME_TAIL;
}
