/*
 * font.h: glyphs of 6 by 9 pixels, written by font.py.
 *
 *	rows = font_find(code);
 *
 * Memory    constant tables
 * Chunks    single characters
 * Errors    NULL: there is no glyph
 * Trust     several characters look the same (Latin, Greek, Cyrillic A)
 * Limits    the first plane
 */
#ifndef FIRMWARE_FONT_H
#define FIRMWARE_FONT_H

#include <stddef.h>
#include <stdint.h>

#define FONT_WIDTH 6
#define FONT_HEIGHT 9

struct font_range {
	uint16_t first, last;
	uint16_t place; /* of first, in font_glyph */
};

extern const struct font_range font_range[];
extern const size_t font_ranges;
/* Eight pixels a row, the leftmost highest; the last two are blank. */
extern const uint8_t font_glyph[][FONT_HEIGHT];

const uint8_t *font_find(uint32_t code);

#endif
