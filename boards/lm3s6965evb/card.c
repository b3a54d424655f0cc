/*
 * An SD card by SPI (SD Physical Layer Simplified Specification, chapter 7).
 * Any answer that is not the expected one is a failure; nothing is retried.
 */
#include "boards/lm3s6965evb/parts.h"

#define CMD_GO_IDLE 0
#define CMD_SEND_IF_COND 8
#define CMD_SEND_CSD 9
#define CMD_SET_BLOCKLEN 16
#define CMD_READ_BLOCK 17
#define CMD_WRITE_BLOCK 24
#define CMD_APP 55
#define CMD_READ_OCR 58
#define ACMD_OP_COND 41

#define R1_IDLE 0x01
#define R1_ILLEGAL 0x04
#define TOKEN_START 0xfe
#define CSD_OCTETS 16

/* Exchanges until a card that answers at all has answered; and milliseconds
 * until one is ready or has written, which are the specification's 1 s and
 * twice its 250 ms. */
#define ANSWER_TRIES 16
#define READY_MILLIS 1000
#define WRITE_MILLIS 500

static uint32_t sectors;
static bool counts_octets; /* standard capacity: addresses are of octets */

/* The first answer that is not "busy" (0xff); R1 has its highest bit clear. */
static uint8_t
command_keep(unsigned number, uint32_t argument)
{
	/* Only these two are checked before the card is in SPI mode. */
	uint8_t crc = number == CMD_GO_IDLE ? 0x95 : 0x87;
	uint8_t answer = 0xff;

	spi_exchange(0xff);
	spi_exchange((uint8_t)(0x40 | number));
	for (int shift = 24; shift >= 0; shift -= 8)
		spi_exchange((uint8_t)(argument >> shift));
	spi_exchange(crc);
	for (int i = 0; i < ANSWER_TRIES && (answer & 0x80) != 0; i++)
		answer = spi_exchange(0xff);
	return answer;
}

static void
end(void)
{
	spi_select(SPI_NONE);
}

/* A command whose answer is R1 and extra octets. */
static uint8_t
command(unsigned number, uint32_t argument, uint8_t *extra, size_t len)
{
	uint8_t answer;

	spi_select(SPI_CARD);
	answer = command_keep(number, argument);
	for (size_t i = 0; i < len; i++)
		extra[i] = spi_exchange(0xff);
	end();
	return answer;
}

static bool
wait_for(uint8_t wanted, uint32_t millis)
{
	uint32_t begun = board_millis();
	uint8_t octet;

	do {
		octet = spi_exchange(0xff);
		if (octet == wanted)
			return true;
	} while (board_millis() - begun <= millis);
	return false;
}

/* A block of data that a command is answered with. */
static bool
read_block(unsigned number, uint32_t argument, uint8_t *out, size_t len)
{
	bool good;

	spi_select(SPI_CARD);
	good = command_keep(number, argument) == 0 &&
	    wait_for(TOKEN_START, READY_MILLIS);
	for (size_t i = 0; good && i < len; i++)
		out[i] = spi_exchange(0xff);
	spi_exchange(0xff); /* CRC, which is not on in SPI mode */
	spi_exchange(0xff);
	end();
	return good;
}

/* 5.3.2 and 5.3.3: capacity in sectors. */
static uint32_t
capacity(const uint8_t csd[static CSD_OCTETS])
{
	unsigned block_bits = csd[5] & 0xf;
	uint32_t size = (uint32_t)(csd[6] & 3) << 10 | (uint32_t)csd[7] << 2 |
	    csd[8] >> 6;
	unsigned multiplier = (csd[9] & 3u) << 1 | csd[10] >> 7;

	if (csd[0] >> 6 == 1) {
		size = (uint32_t)(csd[7] & 0x3f) << 16 | (uint32_t)csd[8] << 8 |
		    csd[9];
		return (size + 1) << 10;
	}
	if (csd[0] >> 6 != 0 || block_bits < 9 || block_bits > 11)
		return 0;
	return (size + 1) << (multiplier + 2 + block_bits - 9);
}

static bool
become_ready(bool version_2)
{
	uint32_t begun = board_millis();

	do {
		if (command(CMD_APP, 0, NULL, 0) > R1_IDLE)
			return false;
		if (command(ACMD_OP_COND, version_2 ? 1u << 30 : 0, NULL, 0) ==
		    0)
			return true;
	} while (board_millis() - begun <= READY_MILLIS);
	return false;
}

bool
card_init(void)
{
	uint8_t answer[4];
	uint8_t csd[CSD_OCTETS];
	uint8_t r1;
	bool version_2;

	sectors = 0;
	spi_slow(true);
	spi_select(SPI_NONE);
	for (int i = 0; i < 10; i++)
		spi_exchange(0xff);
	if (command(CMD_GO_IDLE, 0, NULL, 0) != R1_IDLE)
		return false;
	r1 = command(CMD_SEND_IF_COND, 0x1aa, answer, sizeof(answer));
	version_2 = (r1 & R1_ILLEGAL) == 0;
	if (version_2 && (r1 != R1_IDLE || answer[3] != 0xaa))
		return false;
	if (!become_ready(version_2))
		return false;
	/* It may still say idle: QEMU's always does. */
	if (command(CMD_READ_OCR, 0, answer, sizeof(answer)) > R1_IDLE)
		return false;
	counts_octets = (answer[0] & 0x40) == 0;
	if (counts_octets &&
	    command(CMD_SET_BLOCKLEN, BOARD_SECTOR, NULL, 0) != 0)
		return false;
	spi_slow(false);
	if (!read_block(CMD_SEND_CSD, 0, csd, sizeof(csd)))
		return false;
	sectors = capacity(csd);
	return sectors > CARD_RESERVED;
}

uint32_t
card_sectors(void)
{
	return sectors;
}

static uint32_t
address(uint32_t sector)
{
	return counts_octets ? sector * BOARD_SECTOR : sector;
}

bool
card_read(uint32_t sector, uint8_t buf[static BOARD_SECTOR])
{
	return sector < sectors &&
	    read_block(CMD_READ_BLOCK, address(sector), buf, BOARD_SECTOR);
}

bool
card_write(uint32_t sector, const uint8_t buf[static BOARD_SECTOR])
{
	bool good;

	if (sector >= sectors)
		return false;
	spi_select(SPI_CARD);
	good = command_keep(CMD_WRITE_BLOCK, address(sector)) == 0;
	if (good) {
		spi_exchange(0xff);
		spi_exchange(TOKEN_START);
		for (size_t i = 0; i < BOARD_SECTOR; i++)
			spi_exchange(buf[i]);
		spi_exchange(0xff);
		spi_exchange(0xff);
		good = (spi_exchange(0xff) & 0x1f) == 5 && /* accepted */
		    wait_for(0xff, WRITE_MILLIS); /* no longer busy */
	}
	end();
	return good;
}
