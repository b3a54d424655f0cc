/*
 * remember.h: what outlives a loss of power: struct memory, in two sectors of
 * the store, written in turns, under a MAC with a key of this device.
 *
 *	e = remember_load(&r, &memory);
 *	kept = remember_store(&r, &memory);
 *
 * Memory    the caller's; holds a key
 * Chunks    whole values
 * Errors    ERR_NOT_FOUND: never written to the end, all zeros;
 *           ERR_STORE_CORRUPT: neither sector is whole; ERR_IO: no store
 * Trust     a loss of power at any moment leaves the old or the new value. Who
 *           puts an old card back brings back an old value (board_info says
 *           whether one can)
 * Limits    sectors 0 and 1
 */
#ifndef FIRMWARE_REMEMBER_H
#define FIRMWARE_REMEMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "boards/board.h"
#include "common/err.h"
#include "firmware/crypto.h"
#include "firmware/ctx.h"

struct remember {
	uint8_t key[CRYPTO_MAC];
	uint64_t number; /* of the newer sector */
	uint32_t newer; /* which that is */
};

/* secret is the device's. */
MUST_USE enum err remember_load(struct remember *r,
    const uint8_t secret[static BOARD_DEVICE_SECRET], struct memory *memory);

/* false unless it is there after a loss of power. */
bool remember_store(struct remember *r, const struct memory *memory);

#endif
