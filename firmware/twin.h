/*
 * twin.h: a value in the store that a loss of power leaves old or new, never
 * torn: two sectors, written in turns, each with its number and a MAC under a
 * key of this device.
 *
 *	offset size  of a sector, integers big-endian
 *	     0   16  what it is
 *	    16    8  number of the writing: the higher one is newer
 *	    24    n  the value
 *	  24+n   32  HMAC-SHA-256 over all that; then zeros
 *
 *	twin_init(&t, key, 0, "zegel-memory-v1", 88);
 *	e = twin_load(&t, sector);
 *	value = sector + TWIN_VALUE;
 *	... change it ...
 *	e = twin_store(&t, sector);
 *
 * Memory    the caller's; holds a key
 * Chunks    whole sectors
 * Errors    load: NOT_FOUND: never written to the end; STORE_CORRUPT: neither
 *           sector is whole; IO. store: IO
 * Trust     who puts an old card back brings back an old value (board_info says
 *           whether one can)
 * Limits    a value of TWIN_MAX octets
 */
#ifndef FIRMWARE_TWIN_H
#define FIRMWARE_TWIN_H

#include <stdbool.h>
#include <stdint.h>

#include "boards/board.h"
#include "common/err.h"
#include "firmware/crypto.h"

#define TWIN_NAME 16
#define TWIN_VALUE 24
#define TWIN_MAX (BOARD_SECTOR - TWIN_VALUE - CRYPTO_MAC)

struct twin {
	uint8_t key[CRYPTO_MAC];
	uint32_t first; /* its sectors are this one and the next */
	const char *name;
	size_t len; /* of the value */
	uint64_t number; /* of the newer sector */
	uint32_t newer; /* which that is: 0 or 1 */
	bool is_same; /* both sectors hold the value */
};

/* name: up to TWIN_NAME octets, kept. */
void twin_init(struct twin *t, const uint8_t key[static CRYPTO_MAC],
    uint32_t first, const char *name, size_t len);

MUST_USE enum err twin_load(
    struct twin *t, uint8_t sector[static BOARD_SECTOR]);

/* The value of sector; the rest of it is filled in. The sector that holds the
 * newer value stays as it is. */
MUST_USE enum err twin_store(
    struct twin *t, uint8_t sector[static BOARD_SECTOR]);

/* The same into both: nothing is left of the value before. After a loss of
 * power is_same says whether it came to that. */
MUST_USE enum err twin_store_both(
    struct twin *t, uint8_t sector[static BOARD_SECTOR]);

/* Zeros over both. */
MUST_USE enum err twin_erase(struct twin *t);

#endif
