/*
 * screen.h: what a person sees, as pixels. Everything that came from outside
 * is drawn by text.h, which leaves nothing out.
 *
 *	screen_draw(&ctx, pixels);
 *	board_screen_show(pixels);
 *
 * Memory    the caller's pixels
 * Chunks    whole screens
 * Errors    none
 * Trust     nothing of an item is drawn before its ticket was checked, nothing
 *           of a batch before its root is fixed
 * Limits    21 columns and 7 rows
 */
#ifndef FIRMWARE_SCREEN_H
#define FIRMWARE_SCREEN_H

#include "boards/board.h"
#include "firmware/ctx.h"

#define SCREEN_OCTETS (BOARD_SCREEN_WIDTH * BOARD_SCREEN_HEIGHT / 8)
/* Rows of text that scroll: one more says what the buttons do. */
#define SCREEN_ROWS 6
#define SCREEN_STEP 5

void screen_draw(const struct ctx *c, uint8_t pixels[static SCREEN_OCTETS]);

/* Lines of the open page of a review. */
unsigned screen_lines(const struct ctx *c);

#endif
