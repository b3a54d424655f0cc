/*
 * queue.h: what front knows of every draft, batch and item, in SQLite (WAL,
 * synchronous FULL, one writer). Bytes are in store.h, not here.
 *
 *	struct queue *q;
 *	enum err e = queue_open(&q, path, &fault);
 *	e = queue_begin(q, &fault); ...; e = queue_commit(q, &fault);
 *	queue_close(q);
 *
 * Memory    does not grow with the queue: 8 MiB of cache
 * Chunks    none
 * Errors    QUEUE_*, BATCH_*, ITEM_*, NAME_INVALID, NO_SPACE, READ_ONLY, IO,
 *           STATION_BUSY. After one of the last five inside a transaction
 *           every change and the commit return it: nothing is half done. The
 *           others are answers: nothing was changed, the transaction goes on
 * Trust     readers of other processes open it read-only or not at all; the
 *           file is its owner's alone (names and summaries stand in it)
 * Limits    BOUND_BATCH items a batch; one thread at a time
 *
 * A change outside begin and commit is a transaction of its own.
 *
 * An item, and a batch, is in exactly one state. Allowed moves (queue_states.c;
 * any other is BATCH_STATE; staying is always allowed):
 *
 *	item	   QUEUED    -> PREPARED, FROZEN, REMOVED, FAILED
 *		   PREPARED  -> STAMPED, QUEUED (reopened), FAILED
 *		   STAMPED   -> FROZEN, QUEUED (reopened), FAILED
 *		   FROZEN    -> SEALED, QUEUED (reopened), REMOVED, FAILED
 *		   SEALED    -> RELEASED
 *	batch	   OPEN	     -> CLOSING, DONE
 *		   CLOSING   -> STAMPING, CLOSED, OPEN
 *		   STAMPING  -> CLOSING, OPEN
 *		   CLOSED    -> APPROVED, OPEN
 *		   APPROVED  -> DONE, OPEN (expired, refused)
 *
 * A batch becomes CLOSED only with count items frozen and none queued, DONE
 * only when every item is released, removed or failed. When it becomes OPEN
 * again, what was prepared, stamped or frozen becomes queued: front first asks
 * signer and logger whether one of them was signed. They know; there is no
 * state here for "perhaps".
 */
#ifndef HOST_QUEUE_QUEUE_H
#define HOST_QUEUE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/leaf.h"
#include "common/profile.h"
#include "common/sha256.h"
#include "host/base/fault.h"

struct queue;

enum batch_state {
	BATCH_OPEN = 1, /* takes drafts */
	BATCH_CLOSING = 2, /* drafts are being prepared and frozen */
	BATCH_CLOSED = 3, /* root fixed, waits for its approval */
	BATCH_APPROVED = 4, /* being signed and released */
	BATCH_DONE = 5, /* every item released, removed or failed */
	BATCH_STAMPING = 6, /* within closing: waits for content timestamps */
};

/* 3 and 5 meant "given to signer" and "release logged, file not linked yet".
 * They are retired, not to be used again: an item in one is QUEUE_CORRUPT. */
enum item_state {
	ITEM_QUEUED = 1, /* draft stored and checked */
	ITEM_FROZEN = 2, /* payload, header and leaf fixed, in a closed batch */
	ITEM_SEALED = 4, /* seal entry in the log, signature here */
	ITEM_RELEASED = 6, /* release entry in the log, file in its place */
	ITEM_REMOVED = 7, /* taken out by a person */
	ITEM_FAILED = 8, /* cannot be sealed; reason in fault_* */
	ITEM_PREPARED = 9, /* payload fixed, waits for its content timestamp */
	ITEM_STAMPED = 10, /* has it; header and leaf are not fixed yet */
};
#define ITEM_STATES 11 /* one more than the greatest number */

/* False for a retired or unknown number. */
bool queue_is_item_state(int state);

bool queue_item_may_move(enum item_state from, enum item_state to);
bool queue_batch_may_move(enum batch_state from, enum batch_state to);

/* For people and for JSON: "queued", "open"; "?" for an unknown number. */
const char *queue_item_state_name(enum item_state state);
const char *queue_batch_state_name(enum batch_state state);

/* What may name a batch or an item: a file name of up to QUEUE_NAME - 1
 * octets, not hidden, without control characters. */
bool queue_is_name(const char *name);

#define QUEUE_NAME 128

struct batch {
	int64_t id;
	char name[QUEUE_NAME]; /* unique among batches that are not done */
	enum batch_state state;
	char key[64]; /* [key NAME] it is closed for; "" when open */
	enum item_profile profile; /* of all its items; new: PROFILE_EDC */
	int64_t created, closed; /* seconds since 1970 UTC; 0: not yet */
	int64_t signing_time; /* in the headers; while it waits for content
				 timestamps: of the latest of them, 0: none */
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
	uint8_t base[SHA256_SIZE]; /* what is the same for every generation;
				      zeros: the identity itself */
	uint8_t timestamp[SHA256_SIZE]; /* store key of the content timestamp;
					   zeros: there is none. In ITEM_QUEUED
					   one that is of no use any more */
	struct leaf leaf;
	uint8_t summary[2048]; /* JSON for people, see front; purged later */
	size_t summary_len;
	uint8_t signature[512];
	size_t signature_len;
	uint64_t seal; /* log index of the seal entry */
	uint64_t release; /* log index of the release entry */
	uint8_t file[SHA256_SIZE]; /* SHA-256 of the released file */
	enum err fault;
	char fault_text[512];
};

/* Creates it if absent. A newer user_version is QUEUE_NEWER; an older one is
 * migrated after a copy beside it. */
MUST_USE enum err queue_open(
    struct queue **q, const char *path, struct fault *fault);
void queue_close(struct queue *q); /* takes NULL */

/* Everything between is one transaction; commit is durable when it returns. */
MUST_USE enum err queue_begin(struct queue *q, struct fault *fault);
MUST_USE enum err queue_commit(struct queue *q, struct fault *fault);
void queue_rollback(struct queue *q); /* nothing to do is fine */

/* Moves the write-ahead log into the database and empties it: what was purged
 * is gone from both then. Not inside a transaction. */
MUST_USE enum err queue_checkpoint(struct queue *q, struct fault *fault);

/* Batches. get by id or by name (the one not done). add: EXISTS if one of that
 * name is not done. */
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

/* Items. add sets id, for an open batch and an item in ITEM_QUEUED;
 * QUEUE_DUPLICATE if identity is known already in any item that is not removed
 * or failed: that is *other (which may be NULL). */
MUST_USE enum err queue_item_add(
    struct queue *q, struct item *i, struct item *other);
MUST_USE enum err queue_item_get(struct queue *q, int64_t id, struct item *out);
/* Stores every member; checks the move of state. A queued item may change its
 * batch, to an open one. i->index is its leaf's; from ITEM_FROZEN on there is a
 * leaf, and no two items of one root have the same index (BATCH_STATE). */
MUST_USE enum err queue_item_update(struct queue *q, const struct item *i);

/* The moves of the hot path, one statement each: QUEUED -> PREPARED with
 * payload and summary, PREPARED -> STAMPED, QUEUED or STAMPED -> FROZEN with
 * what closing has found (index, payload, leaf, summary; i->state is FROZEN),
 * FROZEN -> SEALED, SEALED -> RELEASED; from any other state, or batch,
 * BATCH_STATE. No other member is touched. */
MUST_USE enum err queue_item_set_prepared(
    struct queue *q, const struct item *i);
MUST_USE enum err queue_item_set_stamped(struct queue *q, int64_t batch,
    int64_t id, const uint8_t timestamp[static SHA256_SIZE]);
MUST_USE enum err queue_item_set_frozen(
    struct queue *q, const struct item *i, enum item_state from);
MUST_USE enum err queue_item_set_sealed(struct queue *q, int64_t batch,
    int64_t id, const uint8_t *signature, size_t signature_len, uint64_t seal);
MUST_USE enum err queue_item_set_released(struct queue *q, int64_t batch,
    int64_t id, uint64_t release, const uint8_t file[static SHA256_SIZE]);

/* Next item of the batch with id > after in that state (0: any). */
MUST_USE enum err queue_item_next(struct queue *q, int64_t batch, int64_t after,
    enum item_state state, struct item *out);

/* The greatest id that an item has; 0 if there is none. */
MUST_USE enum err queue_item_last(struct queue *q, int64_t *id);

/* The one that is not removed or failed: what add calls a duplicate of. */
MUST_USE enum err queue_item_by_identity(struct queue *q,
    const uint8_t identity[static SHA256_SIZE], struct item *out);

/* The item whose leaf has that index under the batch's root; ITEM_UNKNOWN if
 * there is none, or if it was removed or failed. Leaves of a root that was
 * given up by reopening the batch are not found. */
MUST_USE enum err queue_item_by_index(
    struct queue *q, int64_t batch, uint32_t index, struct item *out);

struct queue_counts {
	uint64_t by_state[ITEM_STATES]; /* index: enum item_state */
};
MUST_USE enum err queue_count(
    struct queue *q, int64_t batch, struct queue_counts *out); /* 0: all */

/* How many released items have that base (where it is unset: that identity):
 * the next generation, for reseal. Cheapest when the identity of generation 0
 * is the base. */
MUST_USE enum err queue_generation(struct queue *q,
    const uint8_t base[static SHA256_SIZE], uint32_t *generation);

/* Retention. An item that still has its draft, of that batch; NOT_FOUND when
 * all are purged. */
MUST_USE enum err queue_item_kept(
    struct queue *q, int64_t batch, struct item *out);

/* Are these bytes of i, its draft or its payload, another item's, too? Payloads
 * are looked for among the items of its base: the same octets have the same
 * id. */
MUST_USE enum err queue_bytes_are_shared(struct queue *q,
    const uint8_t digest[static SHA256_SIZE], const struct item *i,
    bool *shared);

/* Forgets draft, payload, leaf (with its salt), signature and summary of an
 * item that has come to its end; its identity stays, so that a duplicate is
 * still known. */
MUST_USE enum err queue_item_purge(struct queue *q, int64_t id);

#endif
