/*
 * What an approved batch needs until it is done, kept in store/trees/ under
 * its root: the hashes of its leaves, for the proofs that signer wants, and
 * its protected header. The header is kept, not composed again, because the
 * certificate may have been replaced since: what was sealed with the old one
 * is released with the old one. Content timestamps are not in it.
 */
#include "host/daemon/front.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/base/file.h"
#include "host/base/hex.h"
#include "host/base/say.h"

#define HEADER 49152 /* base64url of BOUND_HEADER and more */

static void
path_of(const struct front *f, const uint8_t root[static SHA256_SIZE],
    char *out, size_t cap)
{
	char hex[2 * SHA256_SIZE + 1];

	hex_encode(root, SHA256_SIZE, hex);
	snprintf(out, cap, "%s/%s", f->trees_dir, hex);
}

struct buffer_sink {
	struct sink sink;
	uint8_t *buf;
	size_t len, cap;
};

static void
put(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct buffer_sink *b = (struct buffer_sink *)sink;

	if (len <= b->cap - b->len)
		memcpy(b->buf + b->len, buf, len);
	b->len += len <= b->cap - b->len ? len : 0;
}

enum err
front_tree_keep(struct front *f, const struct batch *b,
    const struct key_chain *key, bool stamped,
    const uint8_t (*leaves)[SHA256_SIZE], struct fault *fault)
{
	struct buffer_sink out = {
	    .sink = {put}, .cap = (size_t)b->count * SHA256_SIZE + HEADER};
	char path[STATION_PATH + 80];
	struct jades_header header;
	enum err e;

	out.buf = malloc(out.cap);
	if (out.buf == NULL)
		return fault_set(fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "tree");
	put(&out.sink, leaves[0], (size_t)b->count * SHA256_SIZE);
	key_chain_header(key, b->profile, b->signing_time, &header);
	if (stamped)
		front_header_keep_place(&header);
	e = jades_header_put(&header, &out.sink);
	path_of(f, b->root, path, sizeof(path));
	if (e == ERR_OK)
		e = file_replace(path, out.buf, out.len, 0600, fault);
	else
		fault_set(fault, e, FAULT_NO_OFFSET, "header");
	free(out.buf);
	return e;
}

static enum err
grow(const struct batch *b, const uint8_t *leaves, struct batch_tree *tree)
{
	enum err e;

	e = batch_tree_init(tree, b->count);
	if (e != ERR_OK)
		return e;
	memcpy(
	    batch_tree_leaf(tree, 0), leaves, (size_t)b->count * SHA256_SIZE);
	batch_tree_build(tree);
	return memcmp(batch_tree_root(tree), b->root, SHA256_SIZE) == 0
	    ? ERR_OK
	    : ERR_STORE_CORRUPT;
}

/* One item tells for all: the header is the same, but for timestamps. */
static enum err
check_header(struct front *f, const struct batch *b, const char *header,
    size_t header_len)
{
	struct front_header own;
	struct item item;
	uint8_t *payload;
	size_t len;
	enum err e;

	e = queue_item_next(f->queue, b->id, 0, ITEM_SEALED, &item);
	if (e == ERR_NOT_FOUND)
		e = queue_item_next(f->queue, b->id, 0, ITEM_FROZEN, &item);
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e; /* none is left */
	e = store_get(f->store, item.leaf.payload, &payload, &len, NULL);
	/* The item's own trouble, which its sealing tells of. */
	if (e != ERR_OK)
		return ERR_OK;
	e = front_header_load(f, header, header_len, &item, &own);
	if (e == ERR_OK)
		e = front_header_check(&own, &item.leaf, payload, len);
	front_header_free(&own);
	free(payload);
	return e;
}

enum err
front_tree_load(struct front *f, const struct batch *b, struct batch_tree *tree,
    char **header, size_t *header_len)
{
	const size_t leaves = (size_t)b->count * SHA256_SIZE;
	char path[STATION_PATH + 80];
	uint8_t *buf = NULL;
	size_t len;
	enum err e;

	path_of(f, b->root, path, sizeof(path));
	e = file_read(
	    path, (size_t)BOUND_BATCH * SHA256_SIZE + HEADER, &buf, &len, NULL);
	if (e == ERR_OK && len <= leaves)
		e = ERR_STORE_CORRUPT;
	if (e == ERR_OK)
		e = grow(b, buf, tree);
	if (e == ERR_OK) {
		*header_len = len - leaves;
		*header = strndup((const char *)buf + leaves, *header_len);
		e = *header == NULL ? ERR_NO_MEMORY : ERR_OK;
	}
	if (e == ERR_OK)
		e = check_header(f, b, *header, *header_len);
	free(buf);
	return e;
}

static bool
is_needed(struct front *f, const char *name, enum batch_state state)
{
	struct batch b = {.id = 0};
	char hex[2 * SHA256_SIZE + 1];

	while (queue_batch_next(f->queue, b.id, state, &b) == ERR_OK) {
		hex_encode(b.root, SHA256_SIZE, hex);
		if (strcmp(hex, name) == 0)
			return true;
	}
	return false;
}

void
front_tree_sweep(struct front *f)
{
	char path[STATION_PATH + 300];
	struct dirent *d;
	DIR *dir;

	dir = opendir(f->trees_dir);
	if (dir == NULL)
		return;
	while ((d = readdir(dir)) != NULL) {
		if (d->d_name[0] == '.' ||
		    is_needed(f, d->d_name, BATCH_CLOSED) ||
		    is_needed(f, d->d_name, BATCH_APPROVED))
			continue;
		snprintf(path, sizeof(path), "%s/%s", f->trees_dir, d->d_name);
		unlink(path);
	}
	closedir(dir);
}
