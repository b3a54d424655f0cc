/*
 * log_head.h: KEY.head, the key's memory: the last checkpoint that it signed,
 * written before anyone can see it. Two places of LOG_HEAD_PLACE octets are
 * written in turn, so that one is whole at any moment; private to host/log.
 *
 *	enum err e = log_head_open(&h, io, key_path, &key, &fault);
 *	e = log_head_put(&h, note, len, &fault);      durable
 *	log_head_close(&h);
 *
 * Memory    a descriptor; the checkpoint found when opening
 * Chunks    whole checkpoints
 * Errors    LOG_KEY: there is none, or no place of it is whole
 * Trust     the key's signature; that the file was not put back: nobody knows
 * Limits    checkpoints of CHECKPOINT_MAX octets
 */
#ifndef HOST_LOG_LOG_HEAD_H
#define HOST_LOG_LOG_HEAD_H

#include "host/log/checkpoint.h"
#include "host/log/log_io.h"

/* So far apart that no disk writes both at once. */
#define LOG_HEAD_PLACE 4096

struct log_head {
	const struct log_io *io;
	char path[LOG_PATH];
	int fd; /* -1: closed */
	unsigned next; /* the place to write */
	struct checkpoint c;
	char note[CHECKPOINT_MAX];
	size_t len;
};

/* "KEY.head" */
MUST_USE enum err log_head_path(
    const char *key_path, char out[static LOG_PATH], struct fault *fault);

/* A new one, in both places, over whatever is there. */
MUST_USE enum err log_head_create(const struct log_io *io, const char *key_path,
    const char *note, size_t len, struct fault *fault);

MUST_USE enum err log_head_open(struct log_head *h, const struct log_io *io,
    const char *key_path, const struct note_key *key, struct fault *fault);
MUST_USE enum err log_head_put(
    struct log_head *h, const char *note, size_t len, struct fault *fault);
void log_head_close(struct log_head *h);

#endif
