/*
 * log_key.h: the file with a log's signing key: one line, the text form of
 * note.h, readable by its owner alone.
 *
 *	struct note_signer *s;
 *	enum err e = log_key_load(&s, path, &fault);
 *	note_signer_free(s);
 *
 * Memory    what is read is wiped; the signer owns the seed
 * Chunks    whole files
 * Errors    LOG_KEY for a file that is none, or that group or others may
 *           read; EXISTS; those of fault_errno
 * Trust     the file's owner
 * Limits    one line
 */
#ifndef HOST_LOG_LOG_KEY_H
#define HOST_LOG_LOG_KEY_H

#include "host/base/fault.h"
#include "host/log/note.h"

MUST_USE enum err log_key_load(
    struct note_signer **s, const char *path, struct fault *fault);

/* A new random key under that name, in memory. */
MUST_USE enum err log_key_make(
    struct note_signer **s, const char *name, struct fault *fault);

/* Durable in a new file of mode 0600. */
MUST_USE enum err log_key_store(
    const struct note_signer *s, const char *path, struct fault *fault);

#endif
