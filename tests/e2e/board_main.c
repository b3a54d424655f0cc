/*
 * Each function of board.h, on request through the link, for board_test.py: the
 * first octet of a packet says which, the answer begins with the same. Linked
 * to a board instead of the firmware's main.
 */
#include <string.h>

#include "boards/board.h"
#include "common/sha256.h"
#include "firmware/selftest.h"

_Alignas(4) static uint8_t in[BOARD_PACKET];
static uint8_t out[BOARD_PACKET];
static struct sha256 hash;

static uint32_t
number_at(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static size_t
put_number(uint8_t *p, uint32_t number)
{
	for (size_t i = 4; i-- > 0; number >>= 8)
		p[i] = (uint8_t)number;
	return 4;
}

static size_t
put_info(uint8_t *p)
{
	const struct board_info *info = board_info();

	p[0] = (uint8_t)info->board_class;
	p[1] = info->has_trng;
	p[2] = info->store_is_removable;
	memcpy(p + 3, info->name, strlen(info->name));
	return 3 + strlen(info->name);
}

/* Octets of the answer behind its first; 0: none at all. */
static size_t
answer(size_t len, uint8_t *p)
{
	const uint8_t *body = in + 1;

	switch (in[0]) {
	case 'i':
		return put_info(p);
	case 'e': /* echo */
		memcpy(p, body, len - 1);
		return len - 1;
	case 'm':
		return put_number(p, board_millis());
	case 'b':
		return put_number(p, board_buttons());
	case 's':
		board_screen_show(body);
		return put_number(p, 0);
	case 'n':
		return put_number(p, board_store_sectors());
	case 'r':
		p[0] = board_store_read(number_at(body), p + 1);
		return 1 + BOARD_SECTOR;
	case 'w':
		p[0] = board_store_write(number_at(body), body + 4);
		return 1;
	case 'y':
		p[0] = board_entropy(p + 1, body[0]);
		return 1 + (size_t)body[0];
	case 'd':
		p[0] = board_device_secret(p + 1);
		return 1 + BOARD_DEVICE_SECRET;
	case 'f':
		board_firmware_digest(p);
		return SHA256_SIZE;
	case 'h': /* a document, in many packets */
		sha256_init(&hash);
		return 0;
	case 'p':
		sha256_push(&hash, body, len - 1);
		return 0;
	case 'q':
		sha256_finish(&hash, p);
		return SHA256_SIZE;
	case 't': {
		const char *failed = selftest();

		p[0] = failed == NULL;
		return 1;
	}
	case 'x':
		board_halt("Asked to: 0123456789 A-Z, (twice over)");
	case 'g': /* where the stack must not grow to */
		*(volatile uint32_t *)number_at(body) = 1;
		return 1;
	case 'k': /* bx lr, behind the first octet and one that aligns */
		((void (*)(void))((uintptr_t)in + 2 + 1))();
		return 1;
	case 'z':
		board_reset();
	default:
		return 0;
	}
}

int
main(void)
{
	board_init();
	for (;;) {
		size_t len = board_link_receive(in, sizeof(in));

		if (len == 0) {
			board_wait();
			continue;
		}
		out[0] = in[0];
		len = answer(len, out + 1);
		while (len > 0 && !board_link_send(out, 1 + len)) {
		}
	}
}
