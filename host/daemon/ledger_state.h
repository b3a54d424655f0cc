/*
 * ledger_state.h: what of the log must be known to judge the next entry:
 * approvals whose leaves are not all sealed or abandoned yet, and the last
 * certificate, key and configuration noted under each name.
 *
 *	struct ledger_state s = {0};
 *	enum err e = ledger_state_apply(&s, &entry, index);
 *	ledger_state_free(&s);
 *
 * Memory    one octet per leaf of each open approval
 * Chunks    entries in the order of the log
 * Errors    LOG_ENTRY when an entry cannot follow what came before
 * Trust     built from the log's own entries only
 * Limits    LEDGER_OPEN open approvals, LEDGER_NAMES names
 */
#ifndef HOST_DAEMON_LEDGER_STATE_H
#define HOST_DAEMON_LEDGER_STATE_H

#include <stdbool.h>

#include "common/err.h"
#include "host/daemon/ledger.h"
#include "host/log/entry.h"

#define LEDGER_NAMES 64

enum leaf_state {
	LEAF_APPROVED = 0,
	LEAF_INTENDED = 1,
	LEAF_SEALED = 2,
	LEAF_ABANDONED = 3,
};

struct open_approval {
	uint64_t entry; /* log index */
	uint8_t digest[SHA256_SIZE]; /* of the approval's octets */
	int64_t expires; /* no intent from then on */
	uint32_t count, ended;
	uint8_t *leaf; /* enum leaf_state of each */
};

struct noted {
	enum entry_kind kind;
	char name[64];
	uint8_t digest[SHA256_SIZE];
};

struct ledger_state {
	struct open_approval open[LEDGER_OPEN];
	size_t open_count;
	struct noted noted[LEDGER_NAMES];
	size_t noted_count;
	int64_t last_time;
};

MUST_USE enum err ledger_state_apply(
    struct ledger_state *s, const struct entry *e, uint64_t index);
void ledger_state_free(struct ledger_state *s);

/* NULL if there is none that is open. */
struct open_approval *ledger_state_approval(
    struct ledger_state *s, uint64_t entry);

/* The open approval with that digest; NULL if there is none. */
struct open_approval *ledger_state_by_digest(
    struct ledger_state *s, const uint8_t digest[static SHA256_SIZE]);

/* Has exactly this been noted as the last under its name? */
bool ledger_state_is_noted(const struct ledger_state *s, enum entry_kind kind,
    const char *name, const uint8_t digest[static SHA256_SIZE]);

#endif
