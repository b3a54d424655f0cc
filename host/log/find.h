/*
 * find.h: everything that a log says about one sealed credential: approval,
 * intent, repeats, seal or abandoned entry, releases, extensions, withdrawals.
 *
 *	enum err e = find_leaf(l, leaf_hash, show, ctx);
 *	e = find_seal(l, seal_index, show, ctx);
 *	e = find_file(l, salt, file_digest, show, ctx);
 *
 * Memory    none but the log's own
 * Chunks    the function is called once an entry, in the log's order
 * Errors    LOG_NOT_THERE; LOG_CORRUPT; the first error of the function
 * Trust     entries match their tiles; that tiles match the root: audit.h
 * Limits    reads the whole log, twice: for persons, not for programs
 */
#ifndef HOST_LOG_FIND_H
#define HOST_LOG_FIND_H

#include "host/log/entry.h"
#include "host/log/log.h"

/* json lives until the function returns. */
typedef enum err find_show(void *ctx, uint64_t index, const struct entry *e,
    const uint8_t *json, size_t len);

/* By the RFC 6962 leaf hash of the leaf octets. */
MUST_USE enum err find_leaf(struct log *l,
    const uint8_t leaf[static SHA256_SIZE], find_show *show, void *ctx);
/* By the log index of its seal or abandoned entry. */
MUST_USE enum err find_seal(
    struct log *l, uint64_t index, find_show *show, void *ctx);
/* By a released file's SHA-256, with the salt of its leaf. */
MUST_USE enum err find_file(struct log *l, const uint8_t salt[static 32],
    const uint8_t digest[static SHA256_SIZE], find_show *show, void *ctx);

#endif
