/*
 * board.h: everything that the firmware may ask of the hardware. Nothing is
 * optional: a function that a board does not have is an error of the linker.
 *
 *	board_init();
 *	for (;;) {
 *		n = board_link_receive(frame, sizeof(frame));
 *		...
 *		board_screen_show(pixels);
 *		board_wait();
 *	}
 *
 * Memory    buffers are the caller's; nothing is kept after the call
 * Chunks    a link packet comes whole or not at all
 * Errors    false, or 0 octets; what cannot go on calls board_halt
 * Trust     a board says what it cannot guarantee (struct board_info), and the
 *           screen says it on
 * Limits    BOARD_* below
 */
#ifndef BOARDS_BOARD_H
#define BOARDS_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BOARD_SCREEN_WIDTH 128
#define BOARD_SCREEN_HEIGHT 64
#define BOARD_PACKET 1500 /* octets of the longest link packet */
#define BOARD_SECTOR 512
#define BOARD_DEVICE_SECRET 32

enum board_class {
	BOARD_CLASS_SIMULATOR = 1, /* a process: for tests */
	BOARD_CLASS_DEMONSTRATION = 2, /* real code, no TRNG, removable store */
	BOARD_CLASS_PRODUCT = 3,
};

struct board_info {
	const char *name;
	enum board_class board_class;
	bool has_trng; /* else entropy comes from the outside */
	bool store_is_removable; /* else rollback of the store is excluded */
};

enum board_button {
	BOARD_BUTTON_UP = 1 << 0,
	BOARD_BUTTON_DOWN = 1 << 1,
	BOARD_BUTTON_LEFT = 1 << 2,
	BOARD_BUTTON_RIGHT = 1 << 3,
	BOARD_BUTTON_SELECT = 1 << 4,
};

void board_init(void);
const struct board_info *board_info(void);

/* Milliseconds since the start; wraps after 49 days. */
uint32_t board_millis(void);

/* Sleeps until a packet, a button or a millisecond tick. */
void board_wait(void);

/* What is pressed now, bounces and all. */
unsigned board_buttons(void);

/* One octet holds eight pixels of a row, the leftmost highest. */
void board_screen_show(
    const uint8_t pixels[static BOARD_SCREEN_WIDTH * BOARD_SCREEN_HEIGHT / 8]);

/* The link to the host: the controller's packets. receive returns 0 when none
 * is there; send is false when it cannot be taken now. */
size_t board_link_receive(uint8_t *buf, size_t cap);
bool board_link_send(const uint8_t *buf, size_t len);

/* The store for the sealed keys. */
bool board_store_read(uint32_t sector, uint8_t buf[static BOARD_SECTOR]);
bool board_store_write(uint32_t sector, const uint8_t buf[static BOARD_SECTOR]);
uint32_t board_store_sectors(void);

/* Seed for the random generator; see has_trng. */
bool board_entropy(uint8_t *out, size_t len);

/* Differs from device to device; never leaves it. */
bool board_device_secret(uint8_t out[static BOARD_DEVICE_SECRET]);

/* SHA-256 over the program as it runs. */
void board_firmware_digest(uint8_t out[static 32]);

/* Says why on the screen and stays there for good. Also in release builds. */
_Noreturn void board_halt(const char *reason);
_Noreturn void board_reset(void);

#endif
