/*
 * The screen: 128 x 64 pixels behind an SSD0323, which keeps 16 shades, two
 * pixels an octet. We show black and white.
 */
#include "boards/lm3s6965evb/parts.h"

#define WHITE 0xfu

static const uint8_t commands[] = {
    0xae, /* off, while it is set up */
    0xa8, 0x3f, /* 64 lines */
    0xa2, 0x00, /* from line 0 on */
    0xa1, 0x00, /* of memory line 0 */
    0xad, 0x02, /* no converter of its own */
    0xa0, 0x52, /* as the panel is wired: columns and lines from 0 on, */
    0x86, /* full current range */
    0x81, 0x7f, /* contrast */
    0xb1, 0x22, /* phases */
    0xb2, 0x46, /* row period */
    0xb3, 0x41, /* clock */
    0xa4, /* shows its memory */
    0xaf, /* on */
};
static const uint8_t whole_window[] = {
    0x15, 0, BOARD_SCREEN_WIDTH / 2 - 1, /* columns, in octets */
    0x75, 0, BOARD_SCREEN_HEIGHT - 1, /* lines */
};

static void
command(const uint8_t *buf, size_t len)
{
	spi_select(SPI_OLED_COMMAND);
	for (size_t i = 0; i < len; i++)
		spi_exchange(buf[i]);
	spi_select(SPI_NONE);
}

/* Two pixels a time, from the highest bits on. */
static uint8_t
two_shades(unsigned pixels)
{
	return (uint8_t)(((pixels & 0x80) != 0 ? WHITE << 4 : 0) |
	    ((pixels & 0x40) != 0 ? WHITE : 0));
}

/* Eight pixels of a row a call, as in board.h, until the whole screen has been
 * said. */
void
oled_begin(void)
{
	command(whole_window, sizeof(whole_window));
	spi_select(SPI_OLED_DATA);
}

void
oled_put(uint8_t pixels)
{
	for (unsigned shift = 0; shift < 8; shift += 2)
		spi_exchange(two_shades((unsigned)pixels << shift));
}

void
oled_end(void)
{
	spi_select(SPI_NONE);
}

void
oled_init(void)
{
	command(commands, sizeof(commands));
	oled_begin();
	for (size_t i = 0; i < OLED_OCTETS; i++)
		oled_put(0);
	oled_end();
}

void
board_screen_show(
    const uint8_t pixels[static BOARD_SCREEN_WIDTH * BOARD_SCREEN_HEIGHT / 8])
{
	oled_begin();
	for (size_t i = 0; i < OLED_OCTETS; i++)
		oled_put(pixels[i]);
	oled_end();
}
