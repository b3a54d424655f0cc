/*
 * log.h: the seal log's files (docs/LOG.md): C2SP tlog-tiles, checkpoint as a
 * signed note, entries as canonical JSON lines of at most 65,535 octets.
 *
 *	struct log *l;
 *	enum err e = log_open(&l, dir, key_path, &fault);      writer, or
 *	e = log_open_reader(&l, dir, &fault);                   reader
 *	e = log_append(l, entry, len, &index);  ... many ...
 *	e = log_commit(l, &fault);              durable, then the checkpoint
 *	log_close(l);
 *
 * Memory    O(1) for the writer: the frontier and the unfinished tiles
 * Chunks    whole entries
 * Errors    LOG_*, IO, NO_SPACE, READ_ONLY, CLOCK; after a failed write the
 *           writer is dead until log_open again; LOG_BUSY: another writer;
 *           LOG_FORK: the key signed a checkpoint that the files contradict
 * Trust     a reader checks the checkpoint's signature when it has the key
 * Limits    LOG_ENTRY_MAX octets an entry
 */
#ifndef HOST_LOG_LOG_H
#define HOST_LOG_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/merkle.h"
#include "common/sha256.h"
#include "host/base/fault.h"

#define LOG_ENTRY_MAX 65535
#define LOG_ORIGIN_MAX 200

struct log;

/* A new log: its folder, an Ed25519 key file (0600) and the checkpoint of an
 * empty tree. vkey: the verifier key line "ORIGIN+hex+base64" of C2SP
 * signed-note, also written to DIR/vkey. */
MUST_USE enum err log_create(const char *dir, const char *key_path,
    const char *origin, struct fault *fault);

/* Opens for writing: finishes or drops what a crash left behind, checks that
 * the tiles lead to the checkpoint's root and to the one in KEY_PATH.head,
 * the last one ever signed. One writer: flock. */
MUST_USE enum err log_open(
    struct log **l, const char *dir, const char *key_path, struct fault *fault);
/* vkey: DIR/vkey. */
MUST_USE enum err log_open_reader(
    struct log **l, const char *dir, struct fault *fault);
/* With a verifier key that the reader has from elsewhere. */
MUST_USE enum err log_open_reader_key(
    struct log **l, const char *dir, const char *vkey, struct fault *fault);
void log_close(struct log *l); /* takes NULL; drops what was not committed */

const char *log_origin(const struct log *l);
const char *log_vkey(const struct log *l);
uint64_t log_size(const struct log *l); /* committed */
uint64_t log_pending(const struct log *l);

/* Time of the last entry, pending ones included; 0 in an empty log. */
MUST_USE enum err log_last_time(struct log *l, int64_t *time);

/* Index that the entry will have once committed. The entry must be one that
 * entry_parse accepts (else LOG_ENTRY) and not be older than the last one
 * (CLOCK): then nothing was appended and the writer lives on. */
MUST_USE enum err log_append(
    struct log *l, const void *entry, size_t len, uint64_t *index);

/* Tiles durable, then a new signed checkpoint, durable. If it fails, the
 * commit may nevertheless have happened: log_size after log_open says so. */
MUST_USE enum err log_commit(struct log *l, struct fault *fault);

/* The committed checkpoint as it stands in the file; valid until the next
 * commit. */
void log_checkpoint(const struct log *l, const char **text, size_t *len);

/* Entry by index, in a buffer of the log that lives until the next call. */
MUST_USE enum err log_entry(
    struct log *l, uint64_t index, const uint8_t **entry, size_t *len);

/* Inclusion proof in the committed tree. */
MUST_USE enum err log_prove(struct log *l, uint64_t index,
    uint8_t (*proof)[SHA256_SIZE], size_t *proof_len);

/* Root of the committed tree. */
void log_root(const struct log *l, uint8_t root[static SHA256_SIZE]);

#endif
