#include "common/merkle.h"

#include <stdbool.h>
#include <string.h>

void
merkle_leaf(const void *entry, size_t len, uint8_t out[static SHA256_SIZE])
{
	static const uint8_t prefix[1] = {0x00};
	struct sha256 h;

	sha256_init(&h);
	sha256_push(&h, prefix, 1);
	sha256_push(&h, entry, len);
	sha256_finish(&h, out);
}

void
merkle_node(const uint8_t left[static SHA256_SIZE],
    const uint8_t right[static SHA256_SIZE], uint8_t out[static SHA256_SIZE])
{
	static const uint8_t prefix[1] = {0x01};
	struct sha256 h;

	sha256_init(&h);
	sha256_push(&h, prefix, 1);
	sha256_push(&h, left, SHA256_SIZE);
	sha256_push(&h, right, SHA256_SIZE);
	sha256_finish(&h, out);
}

void
merkle_init(struct merkle *m)
{
	memset(m, 0, sizeof(*m));
}

/* node[i] is in use if and only if bit i of size is set, like the digits of
 * a binary counter; a carry hashes two subtrees into one. */
enum err
merkle_push(struct merkle *m, const uint8_t leaf[static SHA256_SIZE])
{
	uint8_t hash[SHA256_SIZE];
	unsigned level = 0;

	if (m->size >= UINT32_MAX)
		return ERR_TOO_LARGE;
	memcpy(hash, leaf, SHA256_SIZE);
	while (m->size >> level & 1) {
		merkle_node(m->node[level], hash, hash);
		level++;
	}
	memcpy(m->node[level], hash, SHA256_SIZE);
	m->size++;
	return ERR_OK;
}

void
merkle_root(const struct merkle *m, uint8_t out[static SHA256_SIZE])
{
	unsigned level;
	bool any = false;

	if (m->size == 0) {
		sha256(NULL, 0, out);
		return;
	}
	for (level = 0; level < MERKLE_LEVELS; level++) {
		if ((m->size >> level & 1) == 0)
			continue;
		if (any)
			merkle_node(m->node[level], out, out);
		else
			memcpy(out, m->node[level], SHA256_SIZE);
		any = true;
	}
}

/* Names as in the RFC: fn and sn are the indices of the node and of the last
 * node on the level, halved from level to level. */
enum err
merkle_check_inclusion(const uint8_t leaf[static SHA256_SIZE], uint64_t index,
    uint64_t size, const uint8_t (*proof)[SHA256_SIZE], size_t proof_len,
    const uint8_t root[static SHA256_SIZE])
{
	uint8_t r[SHA256_SIZE];
	uint64_t fn = index, sn = size - 1;
	size_t i;

	if (index >= size)
		return ERR_MERKLE_PROOF;
	memcpy(r, leaf, SHA256_SIZE);
	for (i = 0; i < proof_len; i++) {
		if (sn == 0)
			return ERR_MERKLE_PROOF;
		if ((fn & 1) != 0 || fn == sn) {
			merkle_node(proof[i], r, r);
			while ((fn & 1) == 0 && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			merkle_node(r, proof[i], r);
		}
		fn >>= 1;
		sn >>= 1;
	}
	if (sn != 0 || memcmp(r, root, SHA256_SIZE) != 0)
		return ERR_MERKLE_PROOF;
	return ERR_OK;
}

/* 0 < old_size < new_size. fr and sr grow into the old and the new root. */
static enum err
check_growth(uint64_t old_size, const uint8_t old_root[static SHA256_SIZE],
    uint64_t new_size, const uint8_t new_root[static SHA256_SIZE],
    const uint8_t (*proof)[SHA256_SIZE], size_t proof_len)
{
	uint8_t fr[SHA256_SIZE], sr[SHA256_SIZE];
	uint64_t fn = old_size - 1, sn = new_size - 1;
	const uint8_t *first = old_root;
	size_t i = 0;

	/* the old root itself is a node of the new tree if the old tree is
	 * complete; else the first hash of the proof is such a node */
	if ((old_size & (old_size - 1)) != 0) {
		if (proof_len == 0)
			return ERR_MERKLE_PROOF;
		first = proof[i++];
	}
	memcpy(fr, first, SHA256_SIZE);
	memcpy(sr, first, SHA256_SIZE);
	while ((fn & 1) != 0) {
		fn >>= 1;
		sn >>= 1;
	}
	for (; i < proof_len; i++) {
		if (sn == 0)
			return ERR_MERKLE_PROOF;
		if ((fn & 1) != 0 || fn == sn) {
			merkle_node(proof[i], fr, fr);
			merkle_node(proof[i], sr, sr);
			while ((fn & 1) == 0 && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			merkle_node(sr, proof[i], sr);
		}
		fn >>= 1;
		sn >>= 1;
	}
	if (sn != 0 || memcmp(fr, old_root, SHA256_SIZE) != 0 ||
	    memcmp(sr, new_root, SHA256_SIZE) != 0)
		return ERR_MERKLE_PROOF;
	return ERR_OK;
}

enum err
merkle_check_consistency(uint64_t old_size,
    const uint8_t old_root[static SHA256_SIZE], uint64_t new_size,
    const uint8_t new_root[static SHA256_SIZE],
    const uint8_t (*proof)[SHA256_SIZE], size_t proof_len)
{
	uint8_t empty[SHA256_SIZE];

	if (old_size > new_size)
		return ERR_MERKLE_PROOF;
	if (old_size != 0 && old_size != new_size)
		return check_growth(
		    old_size, old_root, new_size, new_root, proof, proof_len);

	/* Cases that the RFC leaves out. They need no proof, so none may be
	 * there, and what a size alone decides must be so. */
	sha256(NULL, 0, empty);
	if (proof_len != 0 ||
	    (old_size == 0 && memcmp(old_root, empty, SHA256_SIZE) != 0) ||
	    (old_size == new_size &&
		memcmp(old_root, new_root, SHA256_SIZE) != 0))
		return ERR_MERKLE_PROOF;
	return ERR_OK;
}

/* Root over leaves[first..end-1]. */
static void
range_root(const uint8_t (*leaves)[SHA256_SIZE], uint64_t first, uint64_t end,
    uint8_t out[static SHA256_SIZE])
{
	struct merkle m;

	merkle_init(&m);
	while (first < end && merkle_push(&m, leaves[first]) == ERR_OK)
		first++;
	merkle_root(&m, out);
}

/* Largest power of two below n; n > 1. */
static uint64_t
split(uint64_t n)
{
	uint64_t k = 1;

	while (k < n - k)
		k <<= 1;
	return k;
}

size_t
merkle_prove(const uint8_t (*leaves)[SHA256_SIZE], uint64_t n, uint64_t index,
    uint8_t (*proof)[SHA256_SIZE])
{
	uint64_t first = 0, end = n, middle;
	uint8_t hash[SHA256_SIZE];
	size_t count = 0, i;

	if (index >= n || n > UINT32_MAX)
		return 0;
	/* from the root down to the leaf: the siblings come in reverse order */
	while (end - first > 1) {
		middle = first + split(end - first);
		if (index < middle) {
			range_root(leaves, middle, end, proof[count]);
			end = middle;
		} else {
			range_root(leaves, first, middle, proof[count]);
			first = middle;
		}
		count++;
	}
	for (i = 0; i < count / 2; i++) {
		memcpy(hash, proof[i], SHA256_SIZE);
		memcpy(proof[i], proof[count - 1 - i], SHA256_SIZE);
		memcpy(proof[count - 1 - i], hash, SHA256_SIZE);
	}
	return count;
}
