/*
 * The card as the store: its first sectors are the board's, the rest is the
 * firmware's. Only a card that was prepared for it is ever written to.
 */
#include <string.h>

#include "boards/lm3s6965evb/parts.h"

static const char magic[16] = "zegel-card-v1";

static bool prepared;

void
store_init(void)
{
	uint8_t sector[BOARD_SECTOR];

	prepared = card_init() && card_read(CARD_HEADER, sector) &&
	    memcmp(sector, magic, sizeof(magic)) == 0;
}

bool
store_is_there(void)
{
	return prepared;
}

uint32_t
board_store_sectors(void)
{
	return prepared ? card_sectors() - CARD_RESERVED : 0;
}

bool
board_store_read(uint32_t sector, uint8_t buf[static BOARD_SECTOR])
{
	return sector < board_store_sectors() &&
	    card_read(CARD_RESERVED + sector, buf);
}

bool
board_store_write(uint32_t sector, const uint8_t buf[static BOARD_SECTOR])
{
	return sector < board_store_sectors() &&
	    card_write(CARD_RESERVED + sector, buf);
}
