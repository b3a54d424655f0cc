#include "host/daemon/batch_tree.h"

#include <stdlib.h>
#include <string.h>

#include "common/merkle.h"

static size_t
width(const struct batch_tree *t, unsigned level)
{
	return t->first[level + 1] - t->first[level];
}

enum err
batch_tree_init(struct batch_tree *t, uint32_t count)
{
	size_t n = count, total = 0;

	memset(t, 0, sizeof(*t));
	t->count = count;
	while (t->levels < BATCH_TREE_LEVELS) {
		t->first[t->levels++] = total;
		total += n;
		t->first[t->levels] = total;
		if (n <= 1)
			break;
		n = (n + 1) / 2;
	}
	t->node = calloc(total, SHA256_SIZE);
	return t->node == NULL ? ERR_NO_MEMORY : ERR_OK;
}

uint8_t *
batch_tree_leaf(struct batch_tree *t, uint32_t index)
{
	return t->node[index];
}

/* A node without a right neighbour moves up as it is: the same tree as
 * RFC 6962's split at the largest power of two. */
void
batch_tree_build(struct batch_tree *t)
{
	unsigned level;
	size_t i, n;

	for (level = 0; level + 1 < t->levels; level++) {
		uint8_t(*from)[SHA256_SIZE] = t->node + t->first[level];
		uint8_t(*to)[SHA256_SIZE] = t->node + t->first[level + 1];

		n = width(t, level);
		for (i = 0; i + 1 < n; i += 2)
			merkle_node(from[i], from[i + 1], to[i / 2]);
		if (i < n)
			memcpy(to[i / 2], from[i], SHA256_SIZE);
	}
}

const uint8_t *
batch_tree_root(const struct batch_tree *t)
{
	return t->node[t->first[t->levels - 1]];
}

size_t
batch_tree_prove(
    const struct batch_tree *t, uint32_t index, uint8_t (*proof)[SHA256_SIZE])
{
	size_t i = index, len = 0;
	unsigned level;

	for (level = 0; level + 1 < t->levels; level++) {
		if ((i ^ 1) < width(t, level))
			memcpy(proof[len++], t->node[t->first[level] + (i ^ 1)],
			    SHA256_SIZE);
		i /= 2;
	}
	return len;
}

void
batch_tree_free(struct batch_tree *t)
{
	free(t->node);
	t->node = NULL;
}
