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

cJSON *signer_verb_approve(struct terminal *t, const cJSON *request);
cJSON *signer_verb_csr(struct terminal *t, const cJSON *request);
cJSON *signer_verb_keys(struct terminal *t, const cJSON *request);
cJSON *signer_verb_lock(struct terminal *t, const cJSON *request);
cJSON *signer_verb_refuse(struct terminal *t, const cJSON *request);
cJSON *signer_verb_test(struct terminal *t, const cJSON *request);
cJSON *signer_verb_unlock(struct terminal *t, const cJSON *request);

/* Is this uid one of approval.conf's? */
bool signer_is_approver(const struct signer *s, uid_t uid);

#endif
