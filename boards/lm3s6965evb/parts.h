/*
 * parts.h: private to boards/lm3s6965evb. What its files ask of each other.
 */
#ifndef BOARDS_LM3S6965EVB_PARTS_H
#define BOARDS_LM3S6965EVB_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boards/board.h"

/* spi.c: one bus, two devices. */
enum spi_device {
	SPI_NONE,
	SPI_CARD,
	SPI_OLED_COMMAND,
	SPI_OLED_DATA,
};
void spi_init(void);
void spi_select(enum spi_device device);
void spi_slow(bool slow); /* below 400 kHz, as a card wants it at first */
uint8_t spi_exchange(uint8_t octet);

/* The screen: OLED_OCTETS of board_screen_show, one after the other. */
#define OLED_OCTETS (BOARD_SCREEN_WIDTH * BOARD_SCREEN_HEIGHT / 8)
void oled_init(void);
void oled_begin(void);
void oled_put(uint8_t pixels);
void oled_end(void);

/* card.c: sectors as the card counts them. */
bool card_init(void);
uint32_t card_sectors(void); /* 0: there is none */
bool card_read(uint32_t sector, uint8_t buf[static BOARD_SECTOR]);
bool card_write(uint32_t sector, const uint8_t buf[static BOARD_SECTOR]);

/* The first sectors of a card are the board's. */
#define CARD_HEADER 0
#define CARD_SEED 1 /* and the next */
#define CARD_RESERVED 8

/* store.c: is that a card of ours? */
void store_init(void);
bool store_is_there(void);

void link_init(void);
bool link_is_waiting(void);

void uart_init(void);
void uart_text(const char *text); /* for who debugs; nothing depends on it */

/* glyph.c: five columns of eight pixels, the lowest bit on top. */
#define GLYPH_COLUMNS 5
const uint8_t *glyph_find(char c);

#endif
