#include <string.h>

#include "host/log/entry.h"
#include "host/log/internal.h"

/* The first failure ends the writer: what is in its memory may be more, and
 * what is on the disk less, than it believes. */
static enum err
die(struct log_writer *w, enum err e)
{
	if (w->fault.err != e)
		fault_set(&w->fault, e, FAULT_NO_OFFSET,
		    "writing the log failed, it must be opened again");
	w->dead = e;
	return e;
}

/* frontier_full: a tile that will never change again. */
static enum err
write_full(
    void *ctx, int level, uint64_t n, const uint8_t (*hashes)[SHA256_SIZE])
{
	struct log_writer *w = ctx;
	char path[TILE_PATH];
	enum err e;

	if (level == 0) {
		tile_path(TILE_ENTRIES, n, TILE_WIDTH, path);
		e = log_batch_write(
		    &w->batch, path, w->bundle.buf, w->bundle.len, &w->fault);
		if (e != ERR_OK)
			return e;
		bundle_clear(&w->bundle);
	}
	tile_path(level, n, TILE_WIDTH, path);
	return log_batch_write(
	    &w->batch, path, hashes, TILE_WIDTH * SHA256_SIZE, &w->fault);
}

enum err
log_append(struct log *l, const void *entry, size_t len, uint64_t *index)
{
	struct log_writer *w = l->w;
	uint8_t leaf[SHA256_SIZE];
	struct entry parsed;
	int64_t last;
	enum err e;

	if (w == NULL)
		return ERR_USAGE;
	if (w->dead != ERR_OK)
		return w->dead;
	e = entry_parse(&parsed, entry, len, NULL);
	if (e == ERR_OK)
		e = log_last_time(l, &last);
	if (e != ERR_OK)
		return e;
	if (parsed.time < last)
		return ERR_CLOCK;
	e = bundle_put(&w->bundle, entry, len);
	if (e != ERR_OK)
		return die(w, e);
	merkle_leaf(entry, len, leaf);
	*index = w->f.size;
	e = frontier_push(&w->f, leaf, write_full, w);
	if (e != ERR_OK)
		return die(w, e);
	l->last_time = parsed.time;
	return ERR_OK;
}

/* The unfinished tiles, where they differ from the committed ones. */
static enum err
write_partials(struct log *l)
{
	struct log_writer *w = l->w;
	char path[TILE_PATH];
	const void *octets;
	uint64_t n, hashes;
	unsigned width;
	enum err e;
	int level;
	size_t len;

	for (level = TILE_ENTRIES; level < TILE_LEVELS; level++) {
		hashes = w->f.size >> (level > 0 ? 8 * level : 0);
		n = hashes >> 8;
		width = (unsigned)(hashes & 255);
		if (width == 0 || width == tile_width(l->head.size, level, n))
			continue;
		if (level == TILE_ENTRIES) {
			octets = w->bundle.buf;
			len = w->bundle.len;
		} else {
			octets = w->f.hash[level];
			len = width * SHA256_SIZE;
		}
		tile_path(level, n, width, path);
		e = log_batch_write(&w->batch, path, octets, len, &w->fault);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/*
 * After a commit: notes the new partial tiles and removes those whose full
 * tile a checkpoint now names. No sync and no error: a partial tile that
 * stays does no harm.
 */
static void
update_partials(struct log *l, uint64_t old_size)
{
	struct log_writer *w = l->w;
	char path[TILE_PATH], whole[LOG_PATH], *slash;
	uint64_t n;
	unsigned width;
	bool *there, any;
	int level;

	for (level = TILE_ENTRIES; level < TILE_LEVELS; level++) {
		there = w->partial[LOG_ROW(level)];
		n = old_size >> (level > 0 ? 8 * level : 0) >> 8;
		if (tile_width(l->head.size, level, n) == TILE_WIDTH) {
			any = false;
			for (width = 1; width < TILE_WIDTH; width++) {
				if (!there[width])
					continue;
				tile_path(level, n, width, path);
				if (log_path(l->dir, path, whole, NULL) ==
				    ERR_OK)
					w->io->unlink(whole);
				any = true;
			}
			if (any && (slash = strrchr(whole, '/')) != NULL) {
				*slash = '\0';
				w->io->rmdir(whole);
			}
			memset(there, 0, TILE_WIDTH);
		}
		n = l->head.size >> (level > 0 ? 8 * level : 0) >> 8;
		there[tile_width(l->head.size, level, n)] = true;
		there[0] = false;
	}
}

enum err
log_commit(struct log *l, struct fault *fault)
{
	struct log_writer *w = l->w;
	char path[LOG_PATH], note[CHECKPOINT_MAX];
	uint64_t old_size = l->head.size;
	struct checkpoint head;
	size_t len = 0;
	enum err e;

	if (w == NULL)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "the log is open for reading only");
	if (w->dead != ERR_OK) {
		e = w->dead;
		goto out;
	}
	if (w->f.size == l->head.size)
		return ERR_OK;
	head = l->head;
	head.size = w->f.size;
	frontier_root(&w->f, head.root);
	fault_clear(&w->fault);
	e = write_partials(l);
	if (e == ERR_OK)
		e = log_batch_sync(&w->batch, &w->fault);
	if (e == ERR_OK)
		e = checkpoint_sign(
		    w->signer, head.size, head.root, note, sizeof(note), &len);
	/* What was signed once binds for ever: it is kept beside the key
	 * before anyone else can see it. */
	if (e == ERR_OK)
		e = log_head_put(&w->head, note, len, &w->fault);
	if (e == ERR_OK)
		e = log_path(l->dir, "checkpoint", path, &w->fault);
	if (e == ERR_OK)
		e = log_replace(w->io, path, note, len, 0644, &w->fault);
	if (e == ERR_OK)
		e = log_set_note(l, &head, note, len, &w->fault);
	if (e != ERR_OK) {
		die(w, e);
		goto out;
	}
	update_partials(l, old_size);
	return ERR_OK;
out:
	if (fault != NULL)
		*fault = w->fault;
	return e;
}
