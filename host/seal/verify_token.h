/*
 * verify_token.h: a timestamp token by itself; private to host/seal.
 *
 *	enum err e = verify_token(&evidence, &timestamp, &token, &fault);
 *
 * Memory    certificates of the token are added to the evidence
 * Chunks    none
 * Errors    those of host/tsp/token.h but TSP_UNTRUSTED, which is good here
 * Trust     the signer's chain is not looked at
 * Limits    those of evidence.h and host/tsp/token.h
 */
#ifndef HOST_SEAL_VERIFY_TOKEN_H
#define HOST_SEAL_VERIFY_TOKEN_H

#include "host/seal/evidence.h"

struct token {
	int64_t time; /* genTime; 0: cannot be read */
	const struct cert *signer; /* in the evidence, or NULL */
};

MUST_USE enum err verify_token(struct evidence *e,
    const struct evidence_timestamp *t, struct token *out, struct fault *fault);

#endif
