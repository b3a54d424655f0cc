/*
 * Opening after anything that may have happened. Two checkpoints are there:
 * the published one, and the last one signed, beside the key. The signed one
 * may be newer, if the writer ended between the two; then it is published.
 * The tiles must lead to both. What lies beyond them is removed.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/log/internal.h"
#include "host/log/text.h"

/* Missing or damaged tiles are damage, other failures are what they are. */
static enum err
damage(enum err e, struct fault *fault)
{
	char detail[FAULT_DETAIL];

	if (e != ERR_NOT_FOUND && e != ERR_NOT_REGULAR && e != ERR_TOO_LARGE)
		return e;
	memcpy(detail, fault->detail, sizeof(detail));
	return fault_set(fault, ERR_LOG_CORRUPT, FAULT_NO_OFFSET, "%s", detail);
}

/* The frontier of the tree of that checkpoint, from its partial tiles. */
static enum err
load_frontier(struct log *l, const struct checkpoint *c, struct fault *fault)
{
	struct frontier *f = &l->w->f;
	uint8_t root[SHA256_SIZE];
	uint64_t hashes;
	unsigned width;
	enum err e;
	int level;

	frontier_init(f);
	f->size = c->size;
	for (level = 0; level < TILE_LEVELS; level++) {
		hashes = c->size >> (8 * level);
		width = (unsigned)(hashes & 255);
		if (width == 0)
			continue;
		e = tile_read(
		    l->dir, level, hashes >> 8, width, f->hash[level], fault);
		if (e != ERR_OK)
			return damage(e, fault);
	}
	frontier_root(f, root);
	if (memcmp(root, c->root, SHA256_SIZE) != 0)
		return fault_set(fault, ERR_LOG_CORRUPT, FAULT_NO_OFFSET,
		    "the tiles do not lead to the root of the checkpoint "
		    "of size %" PRIu64,
		    c->size);
	return ERR_OK;
}

/* The entries that stand in the last, partial bundle. */
static enum err
load_bundle(struct log *l, struct fault *fault)
{
	struct log_writer *w = l->w;
	uint64_t n = w->f.size >> 8;
	unsigned width = (unsigned)(w->f.size & 255), i;
	uint8_t hash[SHA256_SIZE];
	enum err e;

	if (width == 0)
		return ERR_OK;
	e = bundle_read(&w->bundle, l->dir, n, width, fault);
	if (e != ERR_OK)
		return damage(e, fault);
	for (i = 0; i < width; i++) {
		merkle_leaf(w->bundle.buf + w->bundle.start[i],
		    w->bundle.length[i], hash);
		if (memcmp(hash, w->f.hash[0][i], SHA256_SIZE) != 0)
			return fault_set(fault, ERR_LOG_CORRUPT,
			    n * TILE_WIDTH + i,
			    "an entry does not match its tile");
	}
	return ERR_OK;
}

/* The older of two checkpoints must be the head of a part of the tree. */
static enum err
check_older(struct log *l, const struct checkpoint *c, struct fault *fault)
{
	uint8_t root[SHA256_SIZE];
	enum err e;

	e = tree_root(l->tree, c->size, root, fault);
	/* Partial tiles of an older size may have given way to full ones, but
	 * the tree of any size can be computed. */
	if (e != ERR_OK)
		return damage(e, fault);
	if (memcmp(root, c->root, SHA256_SIZE) != 0)
		return fault_set(fault, ERR_LOG_FORK, FAULT_NO_OFFSET,
		    "the checkpoint of size %" PRIu64
		    " is not part of this log",
		    c->size);
	return ERR_OK;
}

/* The folder with a tile's partial forms: those wider than the committed one
 * go, the others are noted, because the full tile will replace them. */
static void
sort_partials(struct log *l, int level, uint64_t n, unsigned keep, bool *any)
{
	bool *there = l->w->partial[LOG_ROW(level)];
	char path[TILE_PATH], folder[LOG_PATH];
	char whole[LOG_PATH + 8];
	struct dirent *d;
	uint64_t width;
	DIR *open_folder;

	tile_path(level, n, 1, path);
	if (log_path(l->dir, path, folder, NULL) != ERR_OK)
		return;
	*strrchr(folder, '/') = '\0';
	open_folder = opendir(folder);
	if (open_folder == NULL)
		return;
	while ((d = readdir(open_folder)) != NULL) {
		if (!text_number(d->d_name, strlen(d->d_name), &width) ||
		    width == 0 || width >= TILE_WIDTH)
			continue;
		if (width <= keep) {
			there[width] = true;
			continue;
		}
		snprintf(
		    whole, sizeof(whole), "%s/%u", folder, (unsigned)width);
		*any |= l->w->io->unlink(whole) == 0;
	}
	closedir(open_folder);
	if (keep == 0)
		*any |= l->w->io->rmdir(folder) == 0;
}

/*
 * Tiles beyond the checkpoint were written by a commit that did not end. No
 * checkpoint ever named them (the one beside the key would), and the entries
 * in them were never acknowledged.
 */
static void
remove_beyond(struct log *l)
{
	char path[TILE_PATH], whole[LOG_PATH];
	uint64_t n;
	unsigned width;
	bool any;
	int level;

	for (level = TILE_ENTRIES; level < TILE_LEVELS; level++) {
		n = l->head.size >> (level > 0 ? 8 * level : 0) >> 8;
		do {
			any = false;
			tile_path(level, n, TILE_WIDTH, path);
			if (log_path(l->dir, path, whole, NULL) == ERR_OK &&
			    l->w->io->unlink(whole) == 0)
				any = true;
			width = tile_width(l->head.size, level, n);
			sort_partials(l, level, n, width, &any);
			n++;
		} while (any);
	}
}

enum err
log_recover(struct log *l, struct fault *fault)
{
	const struct log_head *kept = &l->w->head;
	struct checkpoint published;
	char path[LOG_PATH], *note = NULL;
	struct fault local;
	bool finish;
	int64_t time;
	size_t len;
	enum err e;

	if (fault == NULL)
		fault = &local;
	e = log_path(l->dir, "checkpoint", path, fault);
	if (e == ERR_OK)
		e = log_read_checkpoint(
		    path, &l->key, &published, &note, &len, fault);
	if (e != ERR_OK)
		goto out;
	finish = kept->c.size > published.size;
	e = load_frontier(l, finish ? &kept->c : &published, fault);
	if (e == ERR_LOG_CORRUPT && finish)
		e = fault_set(fault, ERR_LOG_FORK, FAULT_NO_OFFSET,
		    "a checkpoint of size %" PRIu64
		    " was signed, but the log ends at %" PRIu64
		    ": was it restored from a copy?",
		    kept->c.size, published.size);
	if (e == ERR_OK)
		e = load_bundle(l, fault);
	if (e == ERR_OK)
		e = finish
		    ? log_set_note(l, &kept->c, kept->note, kept->len, fault)
		    : log_set_note(l, &published, note, len, fault);
	if (e == ERR_OK)
		e = check_older(l, finish ? &published : &kept->c, fault);
	if (e != ERR_OK)
		goto out;
	if (log_last_time(l, &time) != ERR_OK) {
		e = fault_set(fault, ERR_LOG_CORRUPT, FAULT_NO_OFFSET,
		    "the last entry cannot be read");
		goto out;
	}
	if (finish)
		e = log_replace(
		    l->w->io, path, l->note, l->note_len, 0644, fault);
	else if (kept->c.size < published.size)
		e = log_head_put(&l->w->head, l->note, l->note_len, fault);
	if (e == ERR_OK)
		remove_beyond(l);
out:
	free(note);
	return e;
}
