/*
 * checkpoint.h: the signed head of a log (C2SP tlog-checkpoint): origin, size
 * and root, one a line, as a signed note.
 *
 *	struct checkpoint c;
 *	enum err e = checkpoint_open(&c, note, len, &key);
 *
 * Memory    fixed arrays
 * Chunks    whole notes
 * Errors    LOG_CHECKPOINT; sign: those of note_sign
 * Trust     after checkpoint_open said ERR_OK the key signed all members
 * Limits    no extension lines; size < 2^53
 */
#ifndef HOST_LOG_CHECKPOINT_H
#define HOST_LOG_CHECKPOINT_H

#include "common/sha256.h"
#include "host/log/note.h"

/* A checkpoint with our own signature alone. */
#define CHECKPOINT_MAX 640

struct checkpoint {
	char origin[NOTE_NAME + 1];
	uint64_t size;
	uint8_t root[SHA256_SIZE];
};

/* The origin must be the key's name. */
MUST_USE enum err checkpoint_open(struct checkpoint *c, const char *note,
    size_t len, const struct note_key *key);

MUST_USE enum err checkpoint_sign(const struct note_signer *s, uint64_t size,
    const uint8_t root[static SHA256_SIZE], char *out, size_t cap,
    size_t *out_len);

#endif
