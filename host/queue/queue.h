/*
 * queue.h: what front knows of every draft, batch and item, in SQLite (WAL,
 * synchronous FULL, one writer). Bytes are in store.h, not here.
 *
 *	struct queue *q;
 *	enum err e = queue_open(&q, path, &fault);
 *	e = queue_begin(q); ... changes ...; e = queue_commit(q, &fault);
 *	queue_close(q);
 *
 * Memory    does not grow with the queue
 * Chunks    none
 * Errors    QUEUE_*, BATCH_*, ITEM_*, NO_SPACE, READ_ONLY, IO
 * Trust     readers of other processes open it read-only or not at all
 * Limits    BOUND_BATCH items a batch
 *
 * An item is in exactly one state. Allowed moves are in queue_states.c's
 * table; any other is BATCH_STATE.
 */
#ifndef HOST_QUEUE_QUEUE_H
#define HOST_QUEUE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/leaf.h"
#include "common/sha256.h"
#include "host/base/fault.h"

struct queue;

enum batch_state {
	BATCH_OPEN = 1, /* takes drafts */
	BATCH_CLOSING = 2, /* drafts are being prepared and frozen */
	BATCH_CLOSED = 3, /* root fixed, waits for its approval */
	BATCH_APPROVED = 4, /* being signed and released */
	BATCH_DONE = 5, /* every item released, removed or failed */
};

enum item_state {
	ITEM_QUEUED = 1, /* draft stored and checked */
	ITEM_FROZEN = 2, /* payload, header and leaf fixed, in a closed batch */
	ITEM_INTENDED = 3, /* given to signer; outcome not known yet */
	ITEM_SEALED = 4, /* seal entry in the log, signature here */
	ITEM_LOGGED = 5, /* release entry in the log, file not linked yet */
	ITEM_RELEASED = 6,
	ITEM_REMOVED = 7, /* taken out by a person */
	ITEM_FAILED = 8, /* cannot be sealed; reason in fault_* */
};

#define QUEUE_NAME 128

struct batch {
	int64_t id;
	char name[QUEUE_NAME]; /* unique among batches that are not done */
	enum batch_state state;
	char key[64]; /* [key NAME] it is closed for; "" when open */
	int64_t created, closed; /* seconds since 1970 UTC; 0: not yet */
	int64_t signing_time; /* in the headers */
	uint32_t count; /* leaves under the root */
	uint8_t root[SHA256_SIZE];
	uint8_t certificate[SHA256_SIZE];
	uint64_t approval; /* log index; valid from BATCH_APPROVED */
	int64_t expires; /* of the approval */
};

struct item {
	int64_t id, batch;
	uint32_t index; /* leaf index once frozen */
	enum item_state state;
	char name[QUEUE_NAME]; /* file name without folder and extension */
	uint8_t draft[SHA256_SIZE]; /* store key of the draft */
	uint8_t payload[SHA256_SIZE]; /* store key of the frozen bytes */
	uint64_t payload_len;
	uint8_t identity[SHA256_SIZE]; /* HMAC(station key, id, generation) */
	struct leaf leaf;
	uint8_t summary[2048]; /* JSON for people, see front; purged later */
	size_t summary_len;
	uint8_t signature[512];
	size_t signature_len;
	uint64_t seal; /* log index of the seal entry */
	uint64_t release; /* log index of the release entry */
	uint8_t file[SHA256_SIZE]; /* SHA-256 of the released file */
	enum err fault;
	char fault_text[256];
};

/* Creates it if absent. A newer user_version is QUEUE_NEWER; an older one is
 * migrated after a copy beside it. */
MUST_USE enum err queue_open(
    struct queue **q, const char *path, struct fault *fault);
void queue_close(struct queue *q); /* takes NULL */

/* Everything between is one transaction; commit is durable when it returns. */
MUST_USE enum err queue_begin(struct queue *q, struct fault *fault);
MUST_USE enum err queue_commit(struct queue *q, struct fault *fault);
void queue_rollback(struct queue *q);

/* Batches. get by id or by name (the one not done). */
MUST_USE enum err queue_batch_add(
    struct queue *q, const char *name, int64_t now, struct batch *out);
MUST_USE enum err queue_batch_get(
    struct queue *q, int64_t id, struct batch *out);
MUST_USE enum err queue_batch_find(
    struct queue *q, const char *name, struct batch *out);
/* Stores every member but id; checks the move of state. */
MUST_USE enum err queue_batch_update(struct queue *q, const struct batch *b);
/* Next batch with id > after, ascending; NOT_FOUND at the end. state 0: any. */
MUST_USE enum err queue_batch_next(
    struct queue *q, int64_t after, enum batch_state state, struct batch *out);

/* Items. add sets id; QUEUE_DUPLICATE if identity is known already in any
 * item that is not removed or failed (out of which *other is the first). */
MUST_USE enum err queue_item_add(
    struct queue *q, struct item *i, struct item *other);
MUST_USE enum err queue_item_get(struct queue *q, int64_t id, struct item *out);
MUST_USE enum err queue_item_update(struct queue *q, const struct item *i);
/* Next item of the batch with id > after in that state (0: any). */
MUST_USE enum err queue_item_next(struct queue *q, int64_t batch, int64_t after,
    enum item_state state, struct item *out);
/* Next item of any batch in that state. */
MUST_USE enum err queue_item_next_any(
    struct queue *q, int64_t after, enum item_state state, struct item *out);

/* Item number n (0-based, not removed or failed ones, by leaf index) of a
 * closed batch. */
MUST_USE enum err queue_item_by_index(
    struct queue *q, int64_t batch, uint32_t index, struct item *out);

struct queue_counts {
	uint64_t by_state[9]; /* index: enum item_state */
};
MUST_USE enum err queue_count(
    struct queue *q, int64_t batch, struct queue_counts *out); /* 0: all */

/* How many released items have the identity without generation: for reseal. */
MUST_USE enum err queue_generation(struct queue *q,
    const uint8_t base[static SHA256_SIZE], uint32_t *generation);

#endif
