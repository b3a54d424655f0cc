/*
 * The link to the host: the Ethernet controller, as a cable between two. A
 * packet is the payload of an IEEE 802.3 frame, whose length field says how
 * much of it counts (short frames are padded). Both addresses are fixed, and
 * what is not from one to the other is somebody else's and dropped.
 *
 *	02:5a:45:47:45:4c   device ("ZEGEL", locally administered)
 *	02:5a:45:47:45:48   host
 */
#include <string.h>

#include "boards/lm3s6965evb/parts.h"
#include "boards/lm3s6965evb/regs.h"
#include "boards/lm3s6965evb/start.h"

#define ADDRESS 6
#define HEADER 14 /* two addresses, length */
#define LENGTH_AT 12
#define FCS 4
/* In the FIFO, the length of the frame comes first, itself and FCS included. */
#define LENGTH_FIELD 2

static const uint8_t addresses[2][ADDRESS] = {
    {0x02, 0x5a, 0x45, 0x47, 0x45, 0x4c}, /* device */
    {0x02, 0x5a, 0x45, 0x47, 0x45, 0x48}, /* host */
};

void
link_init(void)
{
	MAC_IM = 0;
	/* Once, here: a reset of the FIFO throws frames away. */
	MAC_RCTL = MAC_RCTL_RSTFIFO;
	MAC_IA0 = (uint32_t)addresses[0][0] | (uint32_t)addresses[0][1] << 8 |
	    (uint32_t)addresses[0][2] << 16 | (uint32_t)addresses[0][3] << 24;
	MAC_IA1 = (uint32_t)addresses[0][4] | (uint32_t)addresses[0][5] << 8;
	MAC_THR = 0x3f; /* a frame is sent when it is told to be, not before */
	MAC_TCTL = MAC_TCTL_TXEN | MAC_TCTL_PADEN | MAC_TCTL_CRC |
	    MAC_TCTL_DUPLEX;
	MAC_RCTL = MAC_RCTL_RXEN;
	MAC_RIS = MAC_RIS_RXINT;
	MAC_IM = MAC_RIS_RXINT;
	NVIC_ISER1 = 1u << (MAC_INTERRUPT - 32);
}

/* Only wakes the processor. */
void
link_interrupt(void)
{
	MAC_RIS = MAC_RIS_RXINT;
}

bool
link_is_waiting(void)
{
	return MAC_NP != 0;
}

/* Takes octets of a frame out of the FIFO, which gives words of them; of these,
 * no more than cap are kept. */
static void
take_octets(size_t octets, uint8_t *buf, size_t cap)
{
	size_t words = (octets + 3) / 4, kept = octets < cap ? octets : cap;
	const uint8_t *whole = buf + (kept & ~(size_t)3);
	uint32_t word;

	for (words -= kept / 4; buf != whole; buf += 4) {
		word = MAC_DATA;
		memcpy(buf, &word, 4);
	}
	for (kept %= 4; words > 0; words--, kept = 0) {
		word = MAC_DATA;
		memcpy(buf, &word, kept);
	}
}

/* Takes one frame out of the FIFO, whatever its length; of it, header and as
 * much payload as there is room for is kept. */
static size_t
take_frame(uint8_t header[static HEADER], uint8_t *buf, size_t cap)
{
	uint32_t word = MAC_DATA;
	size_t total = word & 0xffff;

	if (total < LENGTH_FIELD + HEADER + FCS) {
		take_octets(total < 4 ? 0 : total - 4, header, 0);
		return 0;
	}
	header[0] = (uint8_t)(word >> 16);
	header[1] = (uint8_t)(word >> 24);
	take_octets(HEADER - 2, header + 2, HEADER - 2);
	total -= LENGTH_FIELD + HEADER;
	take_octets(total, buf, cap);
	return HEADER + total - FCS;
}

size_t
board_link_receive(uint8_t *buf, size_t cap)
{
	uint8_t header[HEADER];
	size_t frame, len;

	while (link_is_waiting()) {
		frame = take_frame(header, buf, cap);
		len = (size_t)header[LENGTH_AT] << 8 | header[LENGTH_AT + 1];
		if (frame > HEADER && len > 0 && len <= BOARD_PACKET &&
		    len <= frame - HEADER && len <= cap &&
		    memcmp(header, addresses[0], ADDRESS) == 0 &&
		    memcmp(header + ADDRESS, addresses[1], ADDRESS) == 0)
			return len;
	}
	return 0;
}

/* Octet number i of the frame to be sent. */
static uint32_t
octet_at(const uint8_t *buf, size_t len, size_t i)
{
	if (i < ADDRESS)
		return addresses[1][i];
	if (i < (size_t)2 * ADDRESS)
		return addresses[0][i - ADDRESS];
	if (i == LENGTH_AT)
		return len >> 8;
	if (i == LENGTH_AT + 1)
		return len & 0xff;
	return i - HEADER < len ? buf[i - HEADER] : 0;
}

bool
board_link_send(const uint8_t *buf, size_t len)
{
	uint32_t word = (uint32_t)len; /* the FIFO wants it without header */

	if (len == 0 || len > BOARD_PACKET || (MAC_TR & MAC_TR_NEWTX) != 0)
		return false;
	for (size_t i = 0; i < HEADER + len; i++) {
		size_t place = (i + LENGTH_FIELD) % 4;

		word |= octet_at(buf, len, i) << 8 * place;
		if (place == 3 || i == HEADER + len - 1) {
			MAC_DATA = word;
			word = 0;
		}
	}
	MAC_TR = MAC_TR_NEWTX;
	return true;
}
