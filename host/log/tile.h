/*
 * tile.h: where the hashes and entries of a log lie (C2SP tlog-tiles): tiles
 * of 256 hashes, level by level, and bundles of the entries themselves.
 *
 *	char path[TILE_PATH];
 *	tile_path(0, n, tile_width(size, 0, n), path);    "tile/0/x001/067.p/5"
 *	enum err e = tile_read(dir, 0, n, width, hashes, &fault);
 *
 * Memory    hash tiles: the caller's array; a bundle owns one buffer
 * Chunks    whole tiles
 * Errors    NOT_FOUND and those of fault_errno; LOG_CORRUPT for a tile of
 *           another size, or a bundle whose lengths do not add up
 * Trust     nothing that is read is checked against a root here
 * Limits    logs of fewer than 2^53 entries: TILE_LEVELS levels
 */
#ifndef HOST_LOG_TILE_H
#define HOST_LOG_TILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/sha256.h"
#include "host/base/fault.h"

#define TILE_WIDTH 256
#define TILE_LEVELS 7 /* 256^7 > 2^53 */
#define TILE_ENTRIES (-1) /* in a level's place: the bundles of entries */
#define TILE_PATH 80
#define LOG_PATH 640 /* of any file of a log, with its folder */

/* How many hashes, or entries, tile n has in a log of that size: 0..256. */
unsigned tile_width(uint64_t size, int level, uint64_t n);

/* Relative to the log's folder; width 256 is the full tile. */
void tile_path(
    int level, uint64_t n, unsigned width, char out[static TILE_PATH]);

/* The MTH of 2^log2 hashes that stand one after the other, log2 <= 8. */
void tile_subtree(const uint8_t (*hashes)[SHA256_SIZE], unsigned log2,
    uint8_t out[static SHA256_SIZE]);

/* The first width hashes of tile n; if the partial tile is gone, from the
 * full one. */
MUST_USE enum err tile_read(const char *dir, int level, uint64_t n,
    unsigned width, uint8_t (*hashes)[SHA256_SIZE], struct fault *fault);

struct bundle {
	uint8_t *buf;
	size_t len, cap;
	unsigned count;
	uint32_t start[TILE_WIDTH]; /* of an entry's octets in buf */
	uint16_t length[TILE_WIDTH];
};

void bundle_init(struct bundle *b);
void bundle_free(struct bundle *b);
void bundle_clear(struct bundle *b); /* keeps its buffer */
/* count < TILE_WIDTH, len <= 65535. */
MUST_USE enum err bundle_put(struct bundle *b, const void *entry, size_t len);
/* The first width entries; buf may have more after a fall-back. */
MUST_USE enum err bundle_read(struct bundle *b, const char *dir, uint64_t n,
    unsigned width, struct fault *fault);

#endif
