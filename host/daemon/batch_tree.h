/*
 * batch_tree.h: all hashes of a batch's tree (RFC 6962), for many proofs.
 *
 *	struct batch_tree t;
 *	enum err e = batch_tree_init(&t, count);
 *	memcpy(batch_tree_leaf(&t, i), hash, 32);    for each leaf
 *	batch_tree_build(&t);
 *	n = batch_tree_prove(&t, index, proof);
 *	batch_tree_free(&t);
 *
 * Memory    64 octets a leaf
 * Chunks    all leaves before build
 * Errors    NO_MEMORY
 * Trust     none needed: whoever gets a proof checks it
 * Limits    BOUND_BATCH leaves, at least one
 */
#ifndef HOST_DAEMON_BATCH_TREE_H
#define HOST_DAEMON_BATCH_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/sha256.h"

#define BATCH_TREE_LEVELS 18

struct batch_tree {
	uint32_t count;
	uint8_t (*node)[SHA256_SIZE]; /* level after level */
	size_t first[BATCH_TREE_LEVELS + 1]; /* where each level begins */
	unsigned levels;
};

MUST_USE enum err batch_tree_init(struct batch_tree *t, uint32_t count);
uint8_t *batch_tree_leaf(struct batch_tree *t, uint32_t index);
void batch_tree_build(struct batch_tree *t);
const uint8_t *batch_tree_root(const struct batch_tree *t);

/* proof holds BATCH_TREE_LEVELS hashes; returns how many were written. */
size_t batch_tree_prove(
    const struct batch_tree *t, uint32_t index, uint8_t (*proof)[SHA256_SIZE]);
void batch_tree_free(struct batch_tree *t);

#endif
