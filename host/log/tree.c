#include "host/log/tree.h"

#include <stdlib.h>
#include <string.h>

#include "common/merkle.h"

#define SLOTS 24 /* a proof touches two tiles a level at most */

/* A tile, and the hashes above its own as they are asked for: neighbours have
 * nearly the same proof. Subtree j of height h stands at TILE_WIDTH >> h, + j.
 */
struct slot {
	int level;
	unsigned width; /* 0: empty */
	uint64_t n;
	uint64_t used; /* for replacing the oldest */
	uint8_t hash[TILE_WIDTH][SHA256_SIZE];
	uint8_t above[TILE_WIDTH][SHA256_SIZE];
	bool known[TILE_WIDTH]; /* which of above */
};

struct tree {
	char dir[LOG_PATH];
	uint64_t clock;
	struct slot slot[SLOTS];
};

struct tree *
tree_new(const char *dir)
{
	struct tree *t;

	if (strlen(dir) >= LOG_PATH)
		return NULL;
	t = calloc(1, sizeof(*t));
	if (t != NULL)
		memcpy(t->dir, dir, strlen(dir) + 1);
	return t;
}

void
tree_free(struct tree *t)
{
	free(t);
}

/* The tile with at least width hashes, from the cache or from its file. */
static enum err
get(struct tree *t, int level, uint64_t n, unsigned width, struct slot **out,
    struct fault *fault)
{
	struct slot *oldest = &t->slot[0], *s;
	enum err e;
	size_t i;

	for (i = 0; i < SLOTS; i++) {
		s = &t->slot[i];
		if (s->width > 0 && s->level == level && s->n == n) {
			if (s->width >= width)
				goto found;
			oldest = s;
			break;
		}
		if (s->used < oldest->used)
			oldest = s;
	}
	s = oldest;
	s->width = 0;
	e = tile_read(t->dir, level, n, width, s->hash, fault);
	if (e != ERR_OK)
		return e;
	s->level = level;
	s->n = n;
	s->width = width;
	memset(s->known, 0, sizeof(s->known));
found:
	s->used = ++t->clock;
	*out = s;
	return ERR_OK;
}

/* The full subtree number i of height in the tile; those below it first. */
static const uint8_t *
above(struct slot *s, unsigned height, unsigned i)
{
	const unsigned want = (TILE_WIDTH >> height) + i;
	unsigned h, at, end;

	for (h = 1; h <= height && !s->known[want]; h++) {
		at = (TILE_WIDTH >> h) + (i << (height - h));
		end = at + (1u << (height - h));
		for (; at < end; at++) {
			const uint8_t(*below)[SHA256_SIZE] =
			    (const uint8_t(*)[SHA256_SIZE])(h == 1
				    ? s->hash[2 * at - TILE_WIDTH]
				    : s->above[2 * at]);

			if (!s->known[at])
				merkle_node(below[0], below[1], s->above[at]);
			s->known[at] = true;
		}
	}
	return s->above[want];
}

/* The full subtree number i of 2^height leaves. */
static enum err
subtree(struct tree *t, uint64_t size, unsigned height, uint64_t i,
    uint8_t out[static SHA256_SIZE], struct fault *fault)
{
	int level = (int)(height / 8);
	unsigned in_tile = height % 8;
	uint64_t n = i >> (8 - in_tile);
	unsigned place = (unsigned)i & ((TILE_WIDTH >> in_tile) - 1);
	struct slot *s;
	enum err e;

	e = get(t, level, n, tile_width(size, level, n), &s, fault);
	if (e != ERR_OK)
		return e;
	memcpy(out, in_tile == 0 ? s->hash[place] : above(s, in_tile, place),
	    SHA256_SIZE);
	return ERR_OK;
}

/* MTH(D[from:to]) for the ranges that RFC 6962 2.1 splits into: from is a
 * multiple of the largest power of two in to - from. */
static enum err
range(struct tree *t, uint64_t size, uint64_t from, uint64_t to,
    uint8_t out[static SHA256_SIZE], struct fault *fault)
{
	uint8_t sub[SHA256_SIZE];
	uint64_t left = to - from;
	bool any = false;
	unsigned height;
	enum err e;

	for (height = 0; left != 0; height++) {
		if ((left >> height & 1) == 0)
			continue;
		left -= UINT64_C(1) << height;
		to -= UINT64_C(1) << height;
		e = subtree(t, size, height, to >> height, sub, fault);
		if (e != ERR_OK)
			return e;
		if (any)
			merkle_node(sub, out, out);
		else
			memcpy(out, sub, SHA256_SIZE);
		any = true;
	}
	return ERR_OK;
}

enum err
tree_leaf(struct tree *t, uint64_t size, uint64_t index,
    uint8_t out[static SHA256_SIZE], struct fault *fault)
{
	return subtree(t, size, 0, index, out, fault);
}

enum err
tree_root(struct tree *t, uint64_t size, uint8_t out[static SHA256_SIZE],
    struct fault *fault)
{
	if (size == 0) {
		sha256("", 0, out);
		return ERR_OK;
	}
	return range(t, size, 0, size, out, fault);
}

enum err
tree_prove(struct tree *t, uint64_t size, uint64_t index,
    uint8_t (*proof)[SHA256_SIZE], size_t *proof_len, struct fault *fault)
{
	uint8_t swap[SHA256_SIZE];
	uint64_t from = 0, to = size, half;
	size_t n = 0, i;
	enum err e;

	*proof_len = 0;
	/* RFC 6962 2.1.1 from the root down to the leaf ... */
	while (to - from > 1) {
		for (half = 1; half * 2 < to - from;)
			half *= 2;
		if (index < from + half) {
			e = range(t, size, from + half, to, proof[n], fault);
			to = from + half;
		} else {
			e = range(t, size, from, from + half, proof[n], fault);
			from += half;
		}
		if (e != ERR_OK)
			return e;
		n++;
	}
	/* ... and turned around: the leaf's sibling comes first. */
	for (i = 0; i < n / 2; i++) {
		memcpy(swap, proof[i], SHA256_SIZE);
		memcpy(proof[i], proof[n - 1 - i], SHA256_SIZE);
		memcpy(proof[n - 1 - i], swap, SHA256_SIZE);
	}
	*proof_len = n;
	return ERR_OK;
}
