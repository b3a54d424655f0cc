/*
 * What the board shows when nothing else can: capitals of 5 x 7 pixels. Needs
 * no memory but a little stack, and no interrupts.
 */
#include <string.h>

#include "boards/lm3s6965evb/parts.h"

#define CELL_WIDTH 8 /* one octet of pixels */
#define CELL_HEIGHT 10
#define COLUMNS (BOARD_SCREEN_WIDTH / CELL_WIDTH)
#define TITLE "HALTED"
#define REASON_LINE 2 /* and below, broken wherever a line ends */

/* Of a cell of the screen; a zero beyond the text's end. */
static char
char_at(const char *reason, unsigned column, unsigned line)
{
	if (line == 0)
		return column < sizeof(TITLE) - 1 ? TITLE[column] : ' ';
	if (line < REASON_LINE)
		return ' ';
	column += (line - REASON_LINE) * COLUMNS;
	return column < strlen(reason) ? reason[column] : ' ';
}

/* One row of a glyph, its left column highest. */
static uint8_t
glyph_row(char c, unsigned row)
{
	const uint8_t *columns = glyph_find(c);
	uint8_t pixels = 0;

	for (unsigned x = 0; x < GLYPH_COLUMNS && row < 8; x++)
		pixels |= (uint8_t)((columns[x] >> row & 1) << (7 - x));
	return pixels;
}

_Noreturn void
board_halt(const char *reason)
{
	__asm__ volatile("cpsid i" ::: "memory");
	oled_begin();
	for (unsigned y = 0; y < BOARD_SCREEN_HEIGHT; y++) {
		for (unsigned column = 0; column < COLUMNS; column++)
			oled_put(
			    glyph_row(char_at(reason, column, y / CELL_HEIGHT),
				y % CELL_HEIGHT));
	}
	oled_end();
	uart_text("halted: ");
	uart_text(reason);
	uart_text("\r\n");
	for (;;)
		__asm__ volatile("wfi");
}
