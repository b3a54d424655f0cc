/*
 * text.h: lines of text on a screen. What there is no glyph for is shown as
 * U+ and its number, an octet that is not UTF-8 as <hex>: never left out,
 * because who reads would consent to something else. A text is broken at
 * spaces, a word that is longer than a line within it.
 *
 *	struct text t;
 *	text_init(&t, pixels, first_line, rows);
 *	text_put(&t, "Learner: ", 9);
 *	text_end_line(&t);
 *
 * Memory    the caller's; pixels may be NULL: then lines are only counted
 * Chunks    each text_put ends its own words
 * Errors    none: what is before first_line or behind the rows is not drawn
 * Trust     shows any octets
 * Limits    TEXT_COLUMNS a line
 */
#ifndef FIRMWARE_TEXT_H
#define FIRMWARE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_COLUMNS 21
#define TEXT_ROWS 7

struct text {
	uint8_t *pixels; /* as board.h has them, or NULL */
	unsigned first; /* line that stands in the first row */
	unsigned rows;
	unsigned line, column; /* where the next character comes */
};

void text_init(struct text *t, uint8_t *pixels, unsigned first, unsigned rows);
void text_put(struct text *t, const void *text, size_t len);
void text_put_string(struct text *t, const char *text);
void text_put_number(struct text *t, uint64_t number);
/* Groups of four digits, four to a line. */
void text_put_hex(struct text *t, const uint8_t *octets, size_t len);
void text_end_line(struct text *t);

/* One row, wherever lines are; and pixels of a row turned round. */
void text_row(uint8_t *pixels, unsigned row, const char *text);
void text_invert(uint8_t *pixels, unsigned row, unsigned columns);

#endif
