/*
 * offset size  of the value (twin.h), integers big-endian
 *      0    8  counter of signatures
 *      8    8  time of the last approval
 *     16   32  chain of signed digests
 *     48    8  size of the log
 *     56   32  root of the log
 *     88   32  SHA-256 of the log's origin
 *    120       end
 */
#include "firmware/remember.h"

#include <string.h>

#include "boards/board.h"
#include "common/be.h"

#define COUNTER_AT 0
#define TIME_AT 8
#define CHAIN_AT 16
#define LOG_SIZE_AT 48
#define LOG_ROOT_AT 56
#define LOG_ORIGIN_AT 88
#define END 120

enum err
remember_load(struct remember *r,
    const uint8_t secret[static BOARD_DEVICE_SECRET], struct memory *memory)
{
	static const char info[] = "zegel-memory-key";
	uint8_t sector[BOARD_SECTOR], key[CRYPTO_MAC];
	const uint8_t *value = sector + TWIN_VALUE;
	enum err e;

	memset(memory, 0, sizeof(*memory));
	e = crypto_hkdf(secret, BOARD_DEVICE_SECRET, NULL, 0, info,
	    sizeof(info), key, sizeof(key));
	twin_init(&r->twin, key, 0, "zegel-memory-v2", END);
	crypto_wipe(key, sizeof(key));
	if (e == ERR_OK)
		e = twin_load(&r->twin, sector);
	if (e != ERR_OK)
		return e;
	memory->counter = be64_get(value + COUNTER_AT);
	memory->time = be64_get(value + TIME_AT);
	memcpy(memory->chain, value + CHAIN_AT, sizeof(memory->chain));
	memory->log_size = be64_get(value + LOG_SIZE_AT);
	memcpy(memory->log_root, value + LOG_ROOT_AT, sizeof(memory->log_root));
	memcpy(memory->log_origin, value + LOG_ORIGIN_AT,
	    sizeof(memory->log_origin));
	return ERR_OK;
}

bool
remember_store(struct remember *r, const struct memory *memory)
{
	uint8_t sector[BOARD_SECTOR];
	uint8_t *value = sector + TWIN_VALUE;

	be64_put(value + COUNTER_AT, memory->counter);
	be64_put(value + TIME_AT, memory->time);
	memcpy(value + CHAIN_AT, memory->chain, sizeof(memory->chain));
	be64_put(value + LOG_SIZE_AT, memory->log_size);
	memcpy(value + LOG_ROOT_AT, memory->log_root, sizeof(memory->log_root));
	memcpy(value + LOG_ORIGIN_AT, memory->log_origin,
	    sizeof(memory->log_origin));
	return twin_store(&r->twin, sector) == ERR_OK;
}
