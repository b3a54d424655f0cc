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
 * Errors    STORE_CORRUPT (digest differs), NOT_FOUND, NO_SPACE, READ_ONLY,
 *           TOO_LARGE, IO. After a sync that failed every put and sync fails
 *           with the same error: the kernel tells of lost writes only once
 * Trust     what is read is hashed and compared before it is handed out
 * Limits    BOUND_PAYLOAD octets a file
 *
 * A file is written under its final name: no put has ended well before it is
 * whole. What a killed process or a power cut leaves, cut off or never synced,
 * is found by its digest; the next put of those bytes replaces it by rename(2)
 * from STORE/tmp, which the next open empties.
 * Folders and files may be read by their group: it is signer's alone, when dir
 * passes it on by its set-group-ID bit (station_owner.h), and dir itself is
 * closed to others. One process at a time (lock.h) may open a store; its
 * threads may share it.
 */
#ifndef HOST_QUEUE_STORE_H
#define HOST_QUEUE_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/sha256.h"
#include "host/base/fault.h"

struct store;

/* Makes what is not there yet of dir and its folders (dir's parent must be),
 * and empties its tmp. What an interrupted put left under its name stays until
 * the same bytes are put again. */
MUST_USE enum err store_open(
    struct store **s, const char *dir, struct fault *fault);
void store_close(struct store *s); /* takes NULL */

/* Known bytes are not written twice, but read and compared; if they are damaged
 * on disk they are replaced. digest receives the key. */
MUST_USE enum err store_put(struct store *s, const uint8_t *buf, size_t len,
    uint8_t digest[static SHA256_SIZE], struct fault *fault);

/* The same for bytes whose SHA-256 the caller has just computed itself. */
MUST_USE enum err store_put_hashed(struct store *s, const uint8_t *buf,
    size_t len, const uint8_t digest[static SHA256_SIZE], struct fault *fault);

/* One durability barrier for every put since the last (syncfs). */
MUST_USE enum err store_sync(struct store *s, struct fault *fault);

/* Whole file in a new buffer, freed with free(). */
MUST_USE enum err store_get(struct store *s,
    const uint8_t digest[static SHA256_SIZE], uint8_t **buf, size_t *len,
    struct fault *fault);

/* The same for two, whose hashing takes the time of one. */
struct stored {
	const uint8_t *digest; /* asked for */
	uint8_t *buf;
	size_t len;
	enum err err;
	struct fault fault;
};
void store_get_two(struct store *s, struct stored two[static 2]);

/* Open descriptor for reading (to hand to signer); caller closes. Its bytes are
 * not compared with the digest here: whoever reads them must. */
MUST_USE enum err store_fd(struct store *s,
    const uint8_t digest[static SHA256_SIZE], int *fd, struct fault *fault);

MUST_USE enum err store_remove(struct store *s,
    const uint8_t digest[static SHA256_SIZE], struct fault *fault);

#endif
