/*
 * signer_verbs.h: what a person can ask of signer at a terminal.
 *
 * Memory    replies are cJSON objects that the caller frees
 * Chunks    one request, one reply
 * Errors    in the reply
 * Trust     SO_PEERCRED says who asks; only approvers of approval.conf may
 *           approve, refuse, unlock, lock, test or ask for a request
 * Limits    TERMINAL_BUFFER octets a request
 */
#ifndef HOST_DAEMON_SIGNER_VERBS_H
#define HOST_DAEMON_SIGNER_VERBS_H

#include <cjson/cJSON.h>
#include <sys/socket.h>

#include "host/daemon/persons.h"
#include "host/daemon/signer.h"

#define TERMINAL_BUFFER 16384

struct terminal {
	struct signer *signer;
	int fd;
	struct ucred peer;
	uint8_t *buf; /* locked memory */
	size_t len;
};

/* The next n octets after the request's line: a PIN. */
bool signer_terminal_octets(struct terminal *t, uint8_t *out, size_t n);

cJSON *signer_verb_appliance(struct terminal *t, const cJSON *request);
cJSON *signer_verb_approve(struct terminal *t, const cJSON *request);
cJSON *signer_verb_appliance_do(struct terminal *t, const cJSON *request);
cJSON *signer_verb_csr(struct terminal *t, const cJSON *request);
cJSON *signer_verb_keys(struct terminal *t, const cJSON *request);
cJSON *signer_verb_lock(struct terminal *t, const cJSON *request);
cJSON *signer_verb_may_approve(struct terminal *t, const cJSON *request);
cJSON *signer_verb_refuse(struct terminal *t, const cJSON *request);
cJSON *signer_verb_test(struct terminal *t, const cJSON *request);
cJSON *signer_verb_unlock(struct terminal *t, const cJSON *request);

/* The means of a consent: what is named, if approval.conf allows it; of ""
 * the strongest that it allows. */
MUST_USE enum err signer_choose_means(const struct signer *s, const char *means,
    bool *appliance, struct fault *fault);

/* Puts the batch on the appliance's screen; what comes of it is asked for
 * later. */
cJSON *signer_appliance_ask(
    struct terminal *t, const struct granted *g, const struct signer_key *k);

/* The pseudonym of who asks: made at the first use. */
MUST_USE enum err signer_person(
    struct terminal *t, char person[static PERSON_SIZE], struct fault *fault);

/* Is this uid one of approval.conf's? */
bool signer_is_approver(const struct signer *s, uid_t uid);

#endif
