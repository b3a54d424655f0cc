/*
 * store.h: bytes by their SHA-256: drafts and frozen payloads, one file each
 * (STATION/store/ab/cdef...). Put is not durable before store_sync.
 *
 *	enum err e = store_put(s, buf, len, digest, &fault);
 *	e = store_sync(s, &fault);       all that was put is durable now
 *	e = store_get(s, digest, &buf, &len, &fault);
 *
 * Memory    one file at a time
 * Chunks    whole files
 * Errors    STORE_CORRUPT (digest differs), NOT_FOUND, NO_SPACE, IO, ...
 * Trust     what is read is hashed and compared before it is handed out
 * Limits    BOUND_PAYLOAD octets a file
 */
#ifndef HOST_QUEUE_STORE_H
#define HOST_QUEUE_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/sha256.h"
#include "host/base/fault.h"

struct store;

MUST_USE enum err store_open(
    struct store **s, const char *dir, struct fault *fault);
void store_close(struct store *s); /* takes NULL */

/* Known bytes are not written twice. digest receives the key. */
MUST_USE enum err store_put(struct store *s, const uint8_t *buf, size_t len,
    uint8_t digest[static SHA256_SIZE], struct fault *fault);

/* One durability barrier for every put since the last (syncfs). */
MUST_USE enum err store_sync(struct store *s, struct fault *fault);

/* Whole file in a new buffer, freed with free(). */
MUST_USE enum err store_get(struct store *s,
    const uint8_t digest[static SHA256_SIZE], uint8_t **buf, size_t *len,
    struct fault *fault);

/* Open descriptor for reading (to hand to signer); caller closes. */
MUST_USE enum err store_fd(struct store *s,
    const uint8_t digest[static SHA256_SIZE], int *fd, struct fault *fault);

MUST_USE enum err store_remove(struct store *s,
    const uint8_t digest[static SHA256_SIZE], struct fault *fault);

#endif
