/*
 * remember.h: what outlives a loss of power: struct memory, in the first two
 * sectors of the store (twin.h).
 *
 *	e = remember_load(&r, secret, &memory);
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
#include "firmware/ctx.h"
#include "firmware/twin.h"

struct remember {
	struct twin twin;
};

/* secret is the device's. */
MUST_USE enum err remember_load(struct remember *r,
    const uint8_t secret[static BOARD_DEVICE_SECRET], struct memory *memory);

/* false unless it is there after a loss of power. */
bool remember_store(struct remember *r, const struct memory *memory);

#endif
