/*
 * offset size  of a sector, integers big-endian
 *      0   16  "zegel-memory-v1", 0
 *     16    8  number of the writing: the higher one is newer
 *     24    8  counter of signatures
 *     32    8  time of the last approval
 *     40   32  chain of signed digests
 *     72    8  size of the log
 *     80   32  root of the log
 *    112   32  HMAC-SHA-256 over all that
 *    144  368  zeros
 */
#include "firmware/remember.h"

#include <string.h>

#include "boards/board.h"

#define NUMBER_AT 16
#define COUNTER_AT 24
#define TIME_AT 32
#define CHAIN_AT 40
#define LOG_SIZE_AT 72
#define LOG_ROOT_AT 80
#define MAC_AT 112

static const char magic[16] = "zegel-memory-v1";

static void
put_u64(uint8_t *p, uint64_t v)
{
	for (size_t i = 8; i-- > 0; v >>= 8)
		p[i] = (uint8_t)v;
}

static uint64_t
get_u64(const uint8_t *p)
{
	uint64_t v = 0;

	for (size_t i = 0; i < 8; i++)
		v = v << 8 | p[i];
	return v;
}

static bool
is_blank(const uint8_t sector[static BOARD_SECTOR])
{
	uint8_t any = 0;

	for (size_t i = 0; i < BOARD_SECTOR; i++)
		any |= sector[i];
	return any == 0;
}

static bool
is_whole(const struct remember *r, const uint8_t sector[static BOARD_SECTOR])
{
	uint8_t mac[CRYPTO_MAC];

	return memcmp(sector, magic, sizeof(magic)) == 0 &&
	    crypto_mac(r->key, sizeof(r->key), sector, MAC_AT, mac) == ERR_OK &&
	    crypto_equal(mac, sector + MAC_AT, sizeof(mac));
}

static void
take(struct remember *r, uint32_t place,
    const uint8_t sector[static BOARD_SECTOR], struct memory *memory)
{
	r->number = get_u64(sector + NUMBER_AT);
	r->newer = place;
	memory->counter = get_u64(sector + COUNTER_AT);
	memory->time = get_u64(sector + TIME_AT);
	memcpy(memory->chain, sector + CHAIN_AT, sizeof(memory->chain));
	memory->log_size = get_u64(sector + LOG_SIZE_AT);
	memcpy(
	    memory->log_root, sector + LOG_ROOT_AT, sizeof(memory->log_root));
}

enum err
remember_load(struct remember *r,
    const uint8_t secret[static BOARD_DEVICE_SECRET], struct memory *memory)
{
	static const char info[] = "zegel-memory-key";
	uint8_t sector[BOARD_SECTOR];
	unsigned blank = 0, whole = 0;
	enum err e;

	memset(r, 0, sizeof(*r));
	memset(memory, 0, sizeof(*memory));
	e = crypto_hkdf(secret, BOARD_DEVICE_SECRET, NULL, 0, info,
	    sizeof(info), r->key, sizeof(r->key));
	for (uint32_t i = 0; e == ERR_OK && i < 2; i++) {
		if (!board_store_read(i, sector))
			return ERR_IO;
		blank += is_blank(sector);
		if (!is_whole(r, sector))
			continue;
		if (whole++ == 0 || get_u64(sector + NUMBER_AT) > r->number)
			take(r, i, sector, memory);
	}
	if (e != ERR_OK || whole > 0)
		return e;
	/* One that is blank: the power went in the very first writing. */
	return blank > 0 ? ERR_NOT_FOUND : ERR_STORE_CORRUPT;
}

/* The other sector: the one that holds the newer value stays as it is. */
bool
remember_store(struct remember *r, const struct memory *memory)
{
	uint8_t sector[BOARD_SECTOR] = {0};

	memcpy(sector, magic, sizeof(magic));
	put_u64(sector + NUMBER_AT, r->number + 1);
	put_u64(sector + COUNTER_AT, memory->counter);
	put_u64(sector + TIME_AT, memory->time);
	memcpy(sector + CHAIN_AT, memory->chain, sizeof(memory->chain));
	put_u64(sector + LOG_SIZE_AT, memory->log_size);
	memcpy(
	    sector + LOG_ROOT_AT, memory->log_root, sizeof(memory->log_root));
	if (crypto_mac(r->key, sizeof(r->key), sector, MAC_AT,
		sector + MAC_AT) != ERR_OK ||
	    !board_store_write(!r->newer, sector))
		return false;
	r->number++;
	r->newer = !r->newer;
	return true;
}
