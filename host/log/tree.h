/*
 * tree.h: roots and proofs computed from the tiles in a log's folder.
 *
 *	struct tree *t = tree_new(dir);
 *	enum err e = tree_root(t, size, root, &fault);
 *	e = tree_prove(t, size, index, proof, &proof_len, &fault);
 *
 * Memory    a few cached tiles with the hashes above them, 400 KiB
 * Chunks    none
 * Errors    those of tile_read
 * Trust     tiles are taken as they stand: compare the root, check the proof
 * Limits    index < size < 2^53
 */
#ifndef HOST_LOG_TREE_H
#define HOST_LOG_TREE_H

#include "host/log/tile.h"

struct tree;

struct tree *tree_new(const char *dir); /* NULL: out of memory */
void tree_free(struct tree *t); /* takes NULL */

/* The leaf hash of an entry in a tree of that size. */
MUST_USE enum err tree_leaf(struct tree *t, uint64_t size, uint64_t index,
    uint8_t out[static SHA256_SIZE], struct fault *fault);
MUST_USE enum err tree_root(struct tree *t, uint64_t size,
    uint8_t out[static SHA256_SIZE], struct fault *fault);
/* proof: at least MERKLE_PROOF_MAX hashes. */
MUST_USE enum err tree_prove(struct tree *t, uint64_t size, uint64_t index,
    uint8_t (*proof)[SHA256_SIZE], size_t *proof_len, struct fault *fault);

#endif
