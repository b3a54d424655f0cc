/*
 * internal.h: what the files of host/log share about struct log;
 * private to host/log.
 *
 *	l->w == NULL: a reader
 *
 * Memory    one allocation a log, one more for its writer
 * Chunks    none
 * Errors    none of its own
 * Trust     size, root and checkpoint are those of a verified signature
 * Limits    those of log.h
 */
#ifndef HOST_LOG_INTERNAL_H
#define HOST_LOG_INTERNAL_H

#include "host/log/checkpoint.h"
#include "host/log/frontier.h"
#include "host/log/log.h"
#include "host/log/log_head.h"
#include "host/log/log_io.h"
#include "host/log/tree.h"

#define LOG_ROWS (1 + TILE_LEVELS) /* bundles, then the levels */
#define LOG_ROW(level) ((level) + 1)

struct log_writer {
	const struct log_io *io;
	struct note_signer *signer;
	int lock;
	struct log_head head; /* KEY.head: the last checkpoint ever signed */
	struct frontier f;
	struct bundle bundle; /* entries of the unfinished level 0 tile */
	struct log_batch batch;
	/* Partial tiles that are there, of each level's last tile. */
	bool partial[LOG_ROWS][TILE_WIDTH];
	enum err dead; /* after a failure nothing may be signed */
	struct fault fault;
};

struct log {
	char dir[LOG_PATH];
	char vkey[NOTE_VKEY];
	struct note_key key;
	struct checkpoint head;
	char *note; /* the checkpoint's text */
	size_t note_len;
	int64_t last_time; /* of the last entry, pending ones included */
	struct tree *tree;
	struct bundle bundle; /* the one read last */
	uint64_t bundle_n;
	struct log_writer *w;
};

/* As log_open, with other calls below it. */
MUST_USE enum err log_open_io(struct log **l, const char *dir,
    const char *key_path, const struct log_io *io, struct fault *fault);

/* Rebuilds the writer from the files, after lock and key. */
MUST_USE enum err log_recover(struct log *l, struct fault *fault);

/* Replaces head and the note's text by a copy of note. */
MUST_USE enum err log_set_note(struct log *l, const struct checkpoint *head,
    const char *note, size_t len, struct fault *fault);

/* "DIR/name" */
MUST_USE enum err log_path(const char *dir, const char *name,
    char out[static LOG_PATH], struct fault *fault);

MUST_USE enum err log_read_checkpoint(const char *path,
    const struct note_key *key, struct checkpoint *c, char **note, size_t *len,
    struct fault *fault);

/* The common half of both kinds of opening: folder, memory, the given key. */
MUST_USE enum err log_new(struct log **l, const char *dir, struct fault *fault);

#endif
