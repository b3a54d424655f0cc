#include "host/log/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/base/file.h"
#include "host/log/entry.h"
#include "host/log/internal.h"

enum err
log_path(const char *dir, const char *name, char out[static LOG_PATH],
    struct fault *fault)
{
	if ((size_t)snprintf(out, LOG_PATH, "%s/%s", dir, name) >= LOG_PATH)
		return fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
		    "path %s is too long", dir);
	return ERR_OK;
}

enum err
log_new(struct log **l, const char *dir, struct fault *fault)
{
	struct log *p = calloc(1, sizeof(*p));

	*l = NULL;
	if (p == NULL)
		goto no_memory;
	/* Room for the longest tile's path behind the folder. */
	if (strlen(dir) + TILE_PATH + 8 >= LOG_PATH) {
		free(p);
		return fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
		    "path %s is too long", dir);
	}
	memcpy(p->dir, dir, strlen(dir) + 1);
	bundle_init(&p->bundle);
	p->tree = tree_new(dir);
	if (p->tree == NULL) {
		free(p);
		goto no_memory;
	}
	*l = p;
	return ERR_OK;
no_memory:
	return fault_set(
	    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "opening the log %s", dir);
}

enum err
log_read_checkpoint(const char *path, const struct note_key *key,
    struct checkpoint *c, char **note, size_t *len, struct fault *fault)
{
	uint8_t *buf;
	enum err e;

	*note = NULL;
	e = file_read(path, NOTE_MAX, &buf, len, fault);
	if (e != ERR_OK)
		return e;
	e = checkpoint_open(c, (const char *)buf, *len, key);
	if (e != ERR_OK) {
		free(buf);
		return fault_set(fault, e, FAULT_NO_OFFSET,
		    "%s is not a checkpoint signed by %s", path, key->name);
	}
	*note = (char *)buf;
	return ERR_OK;
}

enum err
log_set_note(struct log *l, const struct checkpoint *head, const char *note,
    size_t len, struct fault *fault)
{
	char *copy = malloc(len + 1);

	if (copy == NULL)
		return fault_set(fault, ERR_NO_MEMORY, FAULT_NO_OFFSET,
		    "keeping a checkpoint");
	memcpy(copy, note, len);
	copy[len] = '\0';
	free(l->note);
	l->note = copy;
	l->note_len = len;
	l->head = *head;
	return ERR_OK;
}

/* The key that the log's own folder names: for readers that have no other. */
static enum err
read_vkey(struct log *l, struct fault *fault)
{
	char path[LOG_PATH];
	uint8_t *buf;
	size_t len;
	enum err e;

	e = log_path(l->dir, "vkey", path, fault);
	if (e != ERR_OK)
		return e;
	e = file_read(path, NOTE_VKEY, &buf, &len, fault);
	if (e != ERR_OK)
		return e;
	if (len == 0 || buf[len - 1] != '\n' ||
	    note_key_parse(&l->key, (const char *)buf, len - 1) != ERR_OK)
		e = fault_set(fault, ERR_LOG_KEY, FAULT_NO_OFFSET,
		    "%s is not a verifier key", path);
	else
		note_key_format(&l->key, l->vkey);
	free(buf);
	return e;
}

/* Of the last committed entry. */
static enum err
read_last_time(struct log *l, struct fault *fault)
{
	const uint8_t *json;
	struct entry entry;
	enum err e;
	size_t len;

	if (l->head.size == 0)
		return ERR_OK;
	e = log_entry(l, l->head.size - 1, &json, &len);
	if (e == ERR_OK)
		e = entry_parse(&entry, json, len, NULL);
	if (e != ERR_OK)
		return fault_set(fault, e, FAULT_NO_OFFSET,
		    "the last entry of %s cannot be read", l->dir);
	l->last_time = entry.time;
	return ERR_OK;
}

enum err
log_open_reader_key(
    struct log **out, const char *dir, const char *vkey, struct fault *fault)
{
	struct checkpoint head;
	char path[LOG_PATH], *note = NULL;
	struct log *l;
	enum err e;
	size_t len;

	*out = NULL;
	e = log_new(&l, dir, fault);
	if (e != ERR_OK)
		return e;
	if (vkey == NULL) {
		e = read_vkey(l, fault);
	} else {
		e = note_key_parse(&l->key, vkey, strlen(vkey));
		if (e != ERR_OK)
			fault_set(fault, e, FAULT_NO_OFFSET,
			    "not a verifier key: %.100s", vkey);
		else
			note_key_format(&l->key, l->vkey);
	}
	if (e == ERR_OK)
		e = log_path(dir, "checkpoint", path, fault);
	if (e == ERR_OK)
		e = log_read_checkpoint(
		    path, &l->key, &head, &note, &len, fault);
	if (e == ERR_OK)
		e = log_set_note(l, &head, note, len, fault);
	if (e == ERR_OK) {
		*out = l;
		l = NULL;
	}
	free(note);
	log_close(l);
	return e;
}

enum err
log_open_reader(struct log **l, const char *dir, struct fault *fault)
{
	return log_open_reader_key(l, dir, NULL, fault);
}

void
log_close(struct log *l)
{
	if (l == NULL)
		return;
	if (l->w != NULL) {
		log_batch_drop(&l->w->batch);
		log_head_close(&l->w->head);
		bundle_free(&l->w->bundle);
		note_signer_free(l->w->signer);
		if (l->w->lock >= 0)
			close(l->w->lock);
		free(l->w);
	}
	bundle_free(&l->bundle);
	tree_free(l->tree);
	free(l->note);
	free(l);
}

const char *
log_origin(const struct log *l)
{
	return l->key.name;
}

const char *
log_vkey(const struct log *l)
{
	return l->vkey;
}

uint64_t
log_size(const struct log *l)
{
	return l->head.size;
}

uint64_t
log_pending(const struct log *l)
{
	return l->w == NULL ? 0 : l->w->f.size - l->head.size;
}

void
log_checkpoint(const struct log *l, const char **text, size_t *len)
{
	*text = l->note;
	*len = l->note_len;
}

void
log_root(const struct log *l, uint8_t root[static SHA256_SIZE])
{
	memcpy(root, l->head.root, SHA256_SIZE);
}

enum err
log_last_time(struct log *l, int64_t *time)
{
	enum err e = ERR_OK;

	if (l->last_time == 0)
		e = read_last_time(l, NULL);
	*time = l->last_time;
	return e;
}

enum err
log_entry(struct log *l, uint64_t index, const uint8_t **entry, size_t *len)
{
	uint8_t want[SHA256_SIZE], have[SHA256_SIZE];
	uint64_t n = index / TILE_WIDTH;
	unsigned i = (unsigned)(index % TILE_WIDTH), width;
	enum err e;

	*entry = NULL;
	*len = 0;
	if (index >= l->head.size)
		return ERR_LOG_NOT_THERE;
	if (l->bundle.count <= i || l->bundle_n != n) {
		width = tile_width(l->head.size, TILE_ENTRIES, n);
		e = bundle_read(&l->bundle, l->dir, n, width, NULL);
		if (e != ERR_OK)
			return e == ERR_NOT_FOUND ? ERR_LOG_CORRUPT : e;
		l->bundle_n = n;
	}
	e = tree_leaf(l->tree, l->head.size, index, want, NULL);
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_LOG_CORRUPT : e;
	merkle_leaf(
	    l->bundle.buf + l->bundle.start[i], l->bundle.length[i], have);
	if (memcmp(want, have, SHA256_SIZE) != 0)
		return ERR_LOG_CORRUPT;
	*entry = l->bundle.buf + l->bundle.start[i];
	*len = l->bundle.length[i];
	return ERR_OK;
}

enum err
log_prove(struct log *l, uint64_t index, uint8_t (*proof)[SHA256_SIZE],
    size_t *proof_len)
{
	uint8_t leaf[SHA256_SIZE];
	enum err e;

	*proof_len = 0;
	if (index >= l->head.size)
		return ERR_LOG_NOT_THERE;
	e = tree_leaf(l->tree, l->head.size, index, leaf, NULL);
	if (e == ERR_OK)
		e = tree_prove(
		    l->tree, l->head.size, index, proof, proof_len, NULL);
	/* A damaged tile must not become a proof that fails elsewhere. */
	if (e == ERR_OK)
		e = merkle_check_inclusion(leaf, index, l->head.size,
		    (const uint8_t(*)[SHA256_SIZE])proof, *proof_len,
		    l->head.root);
	if (e == ERR_NOT_FOUND || e == ERR_MERKLE_PROOF)
		e = ERR_LOG_CORRUPT;
	return e;
}
