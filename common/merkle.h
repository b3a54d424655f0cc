/*
 * merkle.h: RFC 6962 2.1 tree hashing, for batches and for the log.
 *
 *	struct merkle m;
 *	merkle_init(&m);
 *	merkle_push(&m, leaf_hash);
 *	merkle_root(&m, root);
 *
 * Memory    the caller owns the context: one hash per level of the tree
 * Chunks    one leaf hash at a time, in order
 * Errors    checks: MERKLE_PROOF; push beyond the limit: TOO_LARGE
 * Trust     a proof is worth what the root it leads to is worth
 * Limits    2^32 - 1 leaves in struct merkle; proofs for any 64-bit size
 */
#ifndef COMMON_MERKLE_H
#define COMMON_MERKLE_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/sha256.h"

#define MERKLE_LEVELS 32
#define MERKLE_PROOF_MAX 64

struct merkle {
	uint64_t size;
	uint8_t node[MERKLE_LEVELS][SHA256_SIZE]; /* full subtrees, by level */
};

void merkle_leaf(
    const void *entry, size_t len, uint8_t out[static SHA256_SIZE]);
void merkle_node(const uint8_t left[static SHA256_SIZE],
    const uint8_t right[static SHA256_SIZE], uint8_t out[static SHA256_SIZE]);

void merkle_init(struct merkle *m);
MUST_USE enum err merkle_push(
    struct merkle *m, const uint8_t leaf[static SHA256_SIZE]);

/* Root of what was pushed so far; of nothing: SHA-256 of the empty string. */
void merkle_root(const struct merkle *m, uint8_t out[static SHA256_SIZE]);

/* RFC 9162 2.1.3.2 and 2.1.4.2. index < size. What the RFC leaves out: from an
 * old size of 0 or to the same size the proof is empty, and the old root is
 * the empty tree's, or the new one. */
MUST_USE enum err merkle_check_inclusion(const uint8_t leaf[static SHA256_SIZE],
    uint64_t index, uint64_t size, const uint8_t (*proof)[SHA256_SIZE],
    size_t proof_len, const uint8_t root[static SHA256_SIZE]);
MUST_USE enum err merkle_check_consistency(uint64_t old_size,
    const uint8_t old_root[static SHA256_SIZE], uint64_t new_size,
    const uint8_t new_root[static SHA256_SIZE],
    const uint8_t (*proof)[SHA256_SIZE], size_t proof_len);

/* The proof that leaf number index is in the tree over leaves[0..n-1].
 * proof holds at least MERKLE_PROOF_MAX hashes. O(n) time: for many proofs of
 * one tree use host's tree. */
size_t merkle_prove(const uint8_t (*leaves)[SHA256_SIZE], uint64_t n,
    uint64_t index, uint8_t (*proof)[SHA256_SIZE]);

#endif
