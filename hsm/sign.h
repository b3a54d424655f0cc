/*
 * sign.h: one signature in one session: the mechanism, what is handed to it,
 * and what must come back.
 *
 *	struct sign_request r;
 *	enum err e = sign_request(&r, alg, key_type, digest, len, &detail);
 *	rv = f->C_SignInit(session, &r.mechanism, key);
 *
 * Memory    the request is the caller's and must not be moved: the mechanism
 *           points into it
 * Chunks    whole digests
 * Errors    ALGORITHM if the key or the digest does not fit the algorithm
 * Trust     none
 * Limits    digests of 64 octets
 */
#ifndef HSM_SIGN_H
#define HSM_SIGN_H

#include <p11-kit/pkcs11.h>

#include "common/alg.h"
#include "common/err.h"
#include "hsm/token.h"

struct sign_request {
	CK_MECHANISM mechanism;
	CK_RSA_PKCS_PSS_PARAMS pss;
	uint8_t data[19 + 64]; /* DigestInfo (RFC 8017 9.2), or the digest */
	size_t data_len;
};

MUST_USE enum err sign_request(struct sign_request *r, const struct alg *alg,
    enum token_key_type key, const uint8_t *digest, size_t digest_len,
    struct token_detail *detail);

/* CKM_RSA_PKCS, CKM_RSA_PKCS_PSS, CKM_ECDSA */
CK_MECHANISM_TYPE sign_mechanism(enum alg_family family);

/* Octets that the signature must have. */
size_t sign_length(const struct token_public_key *key);

#endif
