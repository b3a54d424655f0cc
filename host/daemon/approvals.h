/*
 * approvals.h: the approvals that signer has verified itself and that have not
 * expired: what it may sign under. Kept in signer's own folder, so that a
 * restart within the window needs no second consent.
 *
 *	struct approvals a;
 *	enum err e = approvals_open(&a, folder, &fault);
 *	e = approvals_put(&a, &granted, &fault);
 *	found = approvals_find(&a, entry, &copy);
 *
 * Memory    bounded table; every function may be called by any thread
 * Chunks    none
 * Errors    IO, NO_SPACE, ...; BATCH_FULL when the table is full of what has
 *           not expired, and nothing is stored
 * Trust     files are signer's own, 0600; a damaged one is left out
 * Limits    APPROVALS_MAX at a time
 */
#ifndef HOST_DAEMON_APPROVALS_H
#define HOST_DAEMON_APPROVALS_H

#include <pthread.h>
#include <stdbool.h>

#include "common/approval.h"
#include "host/base/fault.h"
#include "host/base/station.h"

#define APPROVALS_MAX 256

/* Given, but its log entry is not known to be there: gives no right yet. */
#define APPROVAL_PENDING UINT64_MAX

struct granted {
	uint64_t entry; /* log index of the approval entry */
	struct approval approval;
	char key[64];
	char person[24]; /* pseudonym */
	char means[16]; /* "terminal", "appliance" */
	uint8_t signature[64]; /* of means appliance: of the approval */
};

struct approvals {
	pthread_mutex_t files; /* one writer: two may put the same approval */
	pthread_mutex_t lock; /* of the table */
	char folder[STATION_PATH + 16];
	struct granted granted[APPROVALS_MAX];
	size_t count;
};

MUST_USE enum err approvals_open(
    struct approvals *a, const char *folder, struct fault *fault);
void approvals_close(struct approvals *a);

/* Stores it, or replaces the one with the same nonce; durable when it returns.
 * It is stored as pending before it goes to the log and with its entry after:
 * a crash in between leaves no approval in the log that signer knows nothing
 * of. */
MUST_USE enum err approvals_put(
    struct approvals *a, const struct granted *g, struct fault *fault);

/* Any that is pending, or one of that root; false when there is none. */
bool approvals_find_pending(struct approvals *a, struct granted *out);
bool approvals_find_pending_root(struct approvals *a,
    const uint8_t root[static SHA256_SIZE], struct granted *out);

/* Those with an entry only. */
bool approvals_find(struct approvals *a, uint64_t entry, struct granted *out);
bool approvals_find_root(struct approvals *a,
    const uint8_t root[static SHA256_SIZE], struct granted *out);

/* Forgets the one with that entry: all its leaves have their end. Until then
 * it is kept, also expired: a late request is told so, and its leaves can be
 * abandoned. */
void approvals_end(struct approvals *a, uint64_t entry);

/* Forgets the one with that nonce. */
void approvals_drop(struct approvals *a, const struct granted *g);

/* Does that answer of logger mean that an approval is not in the log and will
 * not be? Such a one is void. After others it may be there. */
bool approvals_is_void(enum err logged);

#endif
