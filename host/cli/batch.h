/*
 * batch.h: steps that 'zegel batch' and 'zegel seal' share.
 *
 *	enum err e = batch_await(c, front, "12", NULL, &batch, &fault);
 *	e = batch_print(c, front, batch, &fault);
 *	e = batch_approve(&how, batch, &reply, &fault);
 *
 * Memory    batches are cJSON objects of the caller
 * Chunks    none
 * Errors    as the daemon's replies
 * Trust     what is printed comes from front: the root is what is approved
 * Limits    none
 */
#ifndef HOST_CLI_BATCH_H
#define HOST_CLI_BATCH_H

#include <signal.h>

#include "host/cli/cli.h"

/* The batch as front has it now. */
MUST_USE enum err batch_get(
    struct client *front, const char *batch, cJSON **out, struct fault *fault);

/* Waits, with progress, until the batch has left states closing, stamping and
 * approved. CANCELLED: a signal set interrupted, which may be NULL, while the
 * batch was in state stamping. */
MUST_USE enum err batch_await(struct cli *c, struct client *front,
    const char *batch, const volatile sig_atomic_t *interrupted, cJSON **out,
    struct fault *fault);

/* Closes it for that key ("": the station's) and waits as batch_await. An error
 * where the station opens it again: REVOKED, CERT_CHANGED, ... */
MUST_USE enum err batch_close(struct cli *c, struct client *front,
    const char *batch, const char *key, bool wait,
    const volatile sig_atomic_t *interrupted, cJSON **out, struct fault *fault);

/* After batch_consent: waits until the batch is done, or open again because the
 * approval expired. Says once what it waits for when the key is not ready. */
MUST_USE enum err batch_await_end(struct cli *c, struct client *front,
    const char *batch, cJSON **out, struct fault *fault);

/* Unless a person at the terminal, or yes, says so: CANCELLED, or REFUSED where
 * nobody can be asked. No refusal of the batch, which stays as it is. */
MUST_USE enum err batch_ask(
    const struct cli *c, bool yes, const char *otherwise, struct fault *fault);

/* What a person must see before pressing sign: every item, then the totals
 * and the root in groups. */
MUST_USE enum err batch_print(struct cli *c, struct client *front,
    const cJSON *batch, struct fault *fault);

/* Takes all items out of a batch that is not approved, and ends it. */
MUST_USE enum err batch_discard(
    struct client *front, const char *batch, cJSON **out, struct fault *fault);

/* Sends a consent or a refusal to signer, or asks whether it would take one:
 * verb is approve, refuse or may-approve. means: "" for the strongest that
 * approval.conf allows. */
MUST_USE enum err batch_consent(const struct station *station,
    const cJSON *batch, const char *verb, const char *means, cJSON **reply,
    struct fault *fault);

struct batch_approving {
	struct cli *cli;
	const struct station *station;
	const char *means; /* "": see batch_consent */
	bool yes; /* at a terminal: do not ask */
	const char *otherwise; /* what is said when nobody consents */
	const volatile sig_atomic_t *interrupted; /* or NULL */
};

/* Asks the person, here or on the appliance, and waits for the answer. reply
 * is signer's: approval, expires. ERR_NOT_CONSENTED: refused there. */
MUST_USE enum err batch_approve(const struct batch_approving *b,
    const cJSON *batch, cJSON **reply, struct fault *fault);

#endif
