/*
 * ledger.h: the rules of the seal log, enforced where it is written: which
 * entry may follow which. It composes every entry and its time; nobody hands
 * it entries.
 *
 *	struct ledger *l;
 *	enum err e = ledger_open(&l, &station, origin, &fault);
 *	e = ledger_intend(l, &request, &answer); ... more ...
 *	e = ledger_commit(l, &fault);         now the answers may be sent
 *
 * Memory    one octet per leaf of each approval that is still open
 * Chunks    none
 * Errors    per item in the answer; CLOCK, NO_SPACE, LOG_*; after a failed
 *           commit the ledger is dead: close it and open it again
 * Trust     an answer must not leave before ledger_commit said ERR_OK
 * Limits    LEDGER_OPEN open approvals; LEDGER_RELEASES releases a commit,
 *           more are answered TIMEOUT: to be asked again
 */
#ifndef HOST_DAEMON_LEDGER_H
#define HOST_DAEMON_LEDGER_H

#include "common/err.h"
#include "host/base/fault.h"
#include "host/base/station.h"
#include "host/daemon/msg.h"

#define LEDGER_OPEN 1024
#define LEDGER_RELEASES 1024

struct ledger;

/* CONFIG_VALUE if the log is not of that origin. */
MUST_USE enum err ledger_open(struct ledger **l, const struct station *station,
    const char *origin, struct fault *fault);
void ledger_close(struct ledger *l); /* takes NULL */

uint64_t ledger_size(const struct ledger *l); /* committed entries */

/* Each fills answer (head.err, entry or items), for sending after commit. */
void ledger_approval(struct ledger *l, const struct msg_log_approval *m,
    struct msg_log_entered *answer);
void ledger_intend(struct ledger *l, const struct msg_log_intend *m,
    struct msg_log_entered *answer);
void ledger_seal(struct ledger *l, const struct msg_log_seal *m,
    struct msg_log_entered *answer);
void ledger_leave(struct ledger *l, const struct msg_log_seal *m,
    struct msg_log_entered *answer);
void ledger_note(struct ledger *l, const struct msg_log_note *m,
    struct msg_log_entered *answer);
void ledger_release(struct ledger *l, const struct msg_log_release *m,
    struct msg_log_entered *answer);

/* Another file of a seal that was released: LOG_NOT_THERE if it was not. One
 * that the log names already gets no second entry: the answer is the first. */
void ledger_extend(struct ledger *l, const struct msg_log_release *m,
    struct msg_log_entered *answer);

MUST_USE enum err ledger_commit(struct ledger *l, struct fault *fault);

#endif
