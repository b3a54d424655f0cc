/*
 * sealed_db.h: logger's private memory of every seal: which credential has
 * one, the signature until its release is logged, and which longer forms of
 * its file the log names. It makes a second seal of one credential impossible
 * even when front's queue comes from a backup, and a crash between seal and
 * release harmless. Not public: the log itself holds salted hashes only.
 *
 *	struct sealed_db *d;
 *	enum err e = sealed_db_open(&d, path, log_size, &fault);
 *	e = sealed_db_add(d, &row); ... e = sealed_db_commit(d, &fault);
 *
 * Memory    a bounded page cache
 * Chunks    none
 * Errors    LOG_SEALED_ALREADY, NOT_FOUND, IO, NO_SPACE, READ_ONLY
 * Trust     a row counts only if its entry is in the log: rows beyond the
 *           log's size are dropped when it is opened
 * Limits    none
 */
#ifndef HOST_DAEMON_SEALED_DB_H
#define HOST_DAEMON_SEALED_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bounds.h"
#include "common/err.h"
#include "common/sha256.h"
#include "host/base/fault.h"

struct sealed_db;

struct sealed_row {
	uint64_t seal; /* log index of the seal entry */
	uint64_t approval; /* log index of its approval */
	uint32_t index; /* of the leaf */
	uint8_t identity[SHA256_SIZE];
	uint8_t signature[BOUND_SIGNATURE]; /* until released */
	size_t signature_len;
	uint64_t release; /* log index of the release entry; 0: none yet */
};

MUST_USE enum err sealed_db_open(struct sealed_db **d, const char *path,
    uint64_t log_size, struct fault *fault);
void sealed_db_close(struct sealed_db *d); /* takes NULL; drops uncommitted */

/* How many there are. */
MUST_USE enum err sealed_db_count(struct sealed_db *d, uint64_t *count);

MUST_USE enum err sealed_db_add(
    struct sealed_db *d, const struct sealed_row *row);
MUST_USE enum err sealed_db_by_seal(
    struct sealed_db *d, uint64_t seal, struct sealed_row *row);
MUST_USE enum err sealed_db_by_identity(struct sealed_db *d,
    const uint8_t identity[static SHA256_SIZE], struct sealed_row *row);

/* Only seals that are not released yet are found by their leaf. */
MUST_USE enum err sealed_db_by_leaf(struct sealed_db *d, uint64_t approval,
    uint32_t index, struct sealed_row *row);

/* Notes the release and forgets the signature. */
MUST_USE enum err sealed_db_release(
    struct sealed_db *d, uint64_t seal, uint64_t release);

/* Notes that the log's entry names that longer form of the seal's file, as the
 * entry has it; the first that does so counts. */
MUST_USE enum err sealed_db_extend(struct sealed_db *d, uint64_t seal,
    const uint8_t file[static SHA256_SIZE], uint64_t entry);
MUST_USE enum err sealed_db_extended(struct sealed_db *d, uint64_t seal,
    const uint8_t file[static SHA256_SIZE], uint64_t *entry);

/* What was changed since the last commit is durable when it returns. */
MUST_USE enum err sealed_db_commit(struct sealed_db *d, struct fault *fault);

#endif
