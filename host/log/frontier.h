/*
 * frontier.h: the right edge of a log's tree: every tile that is not full yet.
 * Enough to append, to compute the root, and to write every tile once.
 *
 *	frontier_init(&f);
 *	enum err e = frontier_push(&f, leaf_hash, on_full_tile, ctx);
 *	frontier_root(&f, root);
 *
 * Memory    56 KiB, the caller's
 * Chunks    one leaf hash at a time, in order
 * Errors    those of the function for full tiles; the frontier is then no
 *           longer what its size says and must be thrown away
 * Trust     hashes are taken as they come
 * Limits    fewer than 2^53 entries: TOO_LARGE
 */
#ifndef HOST_LOG_FRONTIER_H
#define HOST_LOG_FRONTIER_H

#include "host/log/tile.h"

struct frontier {
	uint64_t size;
	uint8_t hash[TILE_LEVELS][TILE_WIDTH][SHA256_SIZE];
};

typedef enum err frontier_full(
    void *ctx, int level, uint64_t n, const uint8_t (*hashes)[SHA256_SIZE]);

void frontier_init(struct frontier *f);
MUST_USE enum err frontier_push(struct frontier *f,
    const uint8_t leaf[static SHA256_SIZE], frontier_full *full, void *ctx);
void frontier_root(const struct frontier *f, uint8_t out[static SHA256_SIZE]);

#endif
