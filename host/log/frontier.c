#include "host/log/frontier.h"

#include <string.h>

#include "common/merkle.h"

void
frontier_init(struct frontier *f)
{
	memset(f, 0, sizeof(*f));
}

enum err
frontier_push(struct frontier *f, const uint8_t leaf[static SHA256_SIZE],
    frontier_full *full, void *ctx)
{
	uint8_t root[SHA256_SIZE];
	uint64_t count; /* hashes at this level */
	enum err e;
	int level;

	if (f->size >= UINT64_C(1) << 53)
		return ERR_TOO_LARGE;
	memcpy(f->hash[0][f->size & 255], leaf, SHA256_SIZE);
	f->size++;
	count = f->size;
	for (level = 0; (count & 255) == 0; level++) {
		e = full(ctx, level, (count >> 8) - 1,
		    (const uint8_t(*)[SHA256_SIZE])f->hash[level]);
		if (e != ERR_OK)
			return e;
		tile_subtree(
		    (const uint8_t(*)[SHA256_SIZE])f->hash[level], 8, root);
		count >>= 8;
		/* 2^53 ends in level 6: level + 1 is inside the array */
		memcpy(
		    f->hash[level + 1][(count - 1) & 255], root, SHA256_SIZE);
	}
	return ERR_OK;
}

void
frontier_root(const struct frontier *f, uint8_t out[static SHA256_SIZE])
{
	uint8_t sub[SHA256_SIZE];
	bool any = false;
	unsigned count, bit, first;
	int level;

	sha256("", 0, out);
	/* From the smallest full subtree at the right to the largest. */
	for (level = 0; level < TILE_LEVELS; level++) {
		count = (unsigned)(f->size >> (8 * level)) & 255;
		for (bit = 0; bit < 8; bit++) {
			if ((count >> bit & 1) == 0)
				continue;
			first = count >> (bit + 1) << (bit + 1);
			tile_subtree((const uint8_t(*)[SHA256_SIZE]) &
				f->hash[level][first],
			    bit, sub);
			if (any)
				merkle_node(sub, out, out);
			else
				memcpy(out, sub, SHA256_SIZE);
			any = true;
		}
	}
}
