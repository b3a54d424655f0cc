/*
 * buttons.h: presses out of what a board reads, bounces and all. A button
 * counts only once it has been seen released: one that is stuck, or that a
 * board shows as pressed before it was ever touched, never consents.
 *
 *	buttons_init(&b);
 *	pressed = buttons_push(&b, board_buttons(), board_millis());
 *	if (buttons_held(&b, BOARD_BUTTON_SELECT, now) >= 2000)
 *
 * Memory    the caller's
 * Chunks    the more often it is called, the finer; at least each 10 ms
 * Errors    none
 * Trust     what a finger did, as far as contacts tell
 * Limits    BUTTONS_DEBOUNCE ms of the same reading; times wrap as the board's
 */
#ifndef FIRMWARE_BUTTONS_H
#define FIRMWARE_BUTTONS_H

#include <stdint.h>

#define BUTTONS_DEBOUNCE 20

struct buttons {
	unsigned raw; /* the last reading */
	uint32_t since; /* when it began */
	unsigned down; /* after bouncing */
	unsigned armed; /* were seen released */
	uint32_t held; /* since when down is what it is */
};

void buttons_init(struct buttons *b);

/* enum board_button's bits that have just gone down and are armed. */
unsigned buttons_push(struct buttons *b, unsigned raw, uint32_t now);

/* For how many milliseconds that button, and no other, has been down. */
uint32_t buttons_held(const struct buttons *b, unsigned button, uint32_t now);

/* Whatever is down counts only after it was released. */
void buttons_disarm(struct buttons *b);

#endif
