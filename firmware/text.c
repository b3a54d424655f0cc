#include "firmware/text.h"

#include <string.h>

#include "boards/board.h"
#include "common/utf8.h"
#include "firmware/font.h"

#define ROW_OCTETS (BOARD_SCREEN_WIDTH / 8)
#define LONGEST_NAME 8 /* U+10FFFF */

const uint8_t *
font_find(uint32_t code)
{
	size_t i;

	for (i = 0; i < font_ranges; i++) {
		if (code >= font_range[i].first && code <= font_range[i].last)
			return font_glyph[font_range[i].place +
			    (code - font_range[i].first)];
	}
	return NULL;
}

static void
draw(uint8_t *pixels, unsigned row, unsigned column, uint32_t code)
{
	const uint8_t *glyph = font_find(code);
	unsigned x, y, at = column * FONT_WIDTH;
	uint8_t *line;

	if (glyph == NULL)
		return;
	for (y = 0; y < FONT_HEIGHT; y++) {
		line = pixels + (row * FONT_HEIGHT + y) * ROW_OCTETS;
		for (x = 0; x < FONT_WIDTH; x++) {
			if ((glyph[y] & 0x80 >> x) != 0)
				line[(at + x) / 8] |= (uint8_t)(0x80 >>
				    (at + x) % 8);
		}
	}
}

void
text_init(struct text *t, uint8_t *pixels, unsigned first, unsigned rows)
{
	*t = (struct text){pixels, first, rows, 0, 0};
}

void
text_end_line(struct text *t)
{
	t->line++;
	t->column = 0;
}

static void
put_cell(struct text *t, uint32_t code)
{
	if (t->column == TEXT_COLUMNS)
		text_end_line(t);
	if (t->pixels != NULL && t->line >= t->first &&
	    t->line - t->first < t->rows)
		draw(t->pixels, t->line - t->first, t->column, code);
	t->column++;
}

/* One character of the text: what stands for it on the screen, as code points
 * that have glyphs; how many octets it has. */
static size_t
next(const uint8_t *p, size_t len, uint32_t cell[static LONGEST_NAME],
    unsigned *cells)
{
	static const char digits[] = "0123456789ABCDEF";
	static const uint8_t first[5] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	struct utf8 u = {0};
	size_t n = 0, i;
	uint32_t code;
	unsigned width;

	do {
		if (n == len || utf8_push(&u, p + n, 1) == 0) {
			/* not a character: its first octet alone */
			cell[0] = '<';
			cell[1] = (uint8_t)digits[p[0] >> 4];
			cell[2] = (uint8_t)digits[p[0] & 15];
			cell[3] = '>';
			*cells = 4;
			return 1;
		}
		n++;
	} while (!utf8_is_whole(&u));
	code = p[0] & first[n];
	for (i = 1; i < n; i++)
		code = code << 6 | (p[i] & 0x3f);
	*cells = 1;
	cell[0] = code;
	if (font_find(code) != NULL)
		return n;
	cell[0] = 'U';
	cell[1] = '+';
	width = code > 0xfffff ? 6 : code > 0xffff ? 5 : 4;
	for (i = 0; i < width; i++)
		cell[2 + i] = (uint8_t)digits[code >> 4 * (width - 1 - i) & 15];
	*cells = 2 + width;
	return n;
}

/* Columns that the word at p takes; more than a line is as good as more. */
static unsigned
word_columns(const uint8_t *p, size_t len)
{
	uint32_t cell[LONGEST_NAME];
	unsigned columns = 0, cells;
	size_t n;

	while (len > 0 && *p != ' ' && columns <= TEXT_COLUMNS) {
		n = next(p, len, cell, &cells);
		columns += cells;
		p += n;
		len -= n;
	}
	return columns;
}

void
text_put(struct text *t, const void *text, size_t len)
{
	uint32_t cell[LONGEST_NAME];
	const uint8_t *p = text;
	unsigned cells, i, columns;
	bool begins = true; /* a word */
	size_t n;

	while (len > 0) {
		columns = begins ? word_columns(p, len) : 0;
		if (columns <= TEXT_COLUMNS &&
		    t->column + columns > TEXT_COLUMNS)
			text_end_line(t);
		n = next(p, len, cell, &cells);
		/* the mark of a character is not torn apart */
		if (t->column + cells > TEXT_COLUMNS)
			text_end_line(t);
		for (i = 0; i < cells; i++)
			put_cell(t, cell[i]);
		begins = *p == ' ';
		p += n;
		len -= n;
	}
}

void
text_put_string(struct text *t, const char *text)
{
	text_put(t, text, strlen(text));
}

void
text_put_number(struct text *t, uint64_t number)
{
	char digits[20];
	size_t n = sizeof(digits);

	do {
		digits[--n] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	text_put(t, digits + n, sizeof(digits) - n);
}

void
text_put_hex(struct text *t, const uint8_t *octets, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < len; i++) {
		if (i > 0 && i % 8 == 0)
			text_end_line(t);
		else if (i > 0 && i % 2 == 0)
			put_cell(t, ' ');
		put_cell(t, (uint8_t)digits[octets[i] >> 4]);
		put_cell(t, (uint8_t)digits[octets[i] & 15]);
	}
}

void
text_row(uint8_t *pixels, unsigned row, const char *text)
{
	unsigned column;

	for (column = 0; *text != '\0' && column < TEXT_COLUMNS; column++)
		draw(pixels, row, column, (uint8_t)*text++);
}

void
text_invert(uint8_t *pixels, unsigned row, unsigned columns)
{
	uint8_t *line;
	unsigned x, y;

	for (y = 0; y < FONT_HEIGHT; y++) {
		line = pixels + (row * FONT_HEIGHT + y) * ROW_OCTETS;
		for (x = 0; x < columns; x++)
			line[x / 8] ^= (uint8_t)(0x80 >> x % 8);
	}
}
