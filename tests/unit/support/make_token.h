/*
 * make_token.h: timestamp tokens of any shape, good and bad, for tests.
 *
 *	struct make_token m = {.digest = d, .digest_len = 32, .time = now,
 *	    .signer = &cert, .key = key};
 *	make_token(&m, &der, &len);
 *
 * Memory    a new buffer, freed with free()
 * Chunks    none
 * Errors    dies where it cannot compose
 * Trust     for tests only
 * Limits    BOUND_TIMESTAMP octets
 */
#ifndef TESTS_UNIT_SUPPORT_MAKE_TOKEN_H
#define TESTS_UNIT_SUPPORT_MAKE_TOKEN_H

#include "host/x509/issue.h"

/* Policy 1.2.3.4, where none is given. */
#define MAKE_TOKEN_POLICY "\x2a\x03\x04"

enum make_token_fault {
	MAKE_TOKEN_GOOD,
	MAKE_TOKEN_CONTENT_CHANGED, /* TSTInfo is not what was digested */
	MAKE_TOKEN_NO_DIGEST,
	MAKE_TOKEN_OTHER_TYPE, /* attribute contentType is id-data */
	MAKE_TOKEN_NOT_TST, /* so is eContentType */
	MAKE_TOKEN_SIGNATURE, /* one bit of it */
	MAKE_TOKEN_NO_ESS,
	MAKE_TOKEN_OTHER_ESS, /* digest of another certificate */
	MAKE_TOKEN_ESS_ISSUER, /* names another issuer and number */
	MAKE_TOKEN_CRITICAL, /* a critical extension in TSTInfo */
	MAKE_TOKEN_TWO_SIGNERS,
};

enum make_token_ess { MAKE_TOKEN_V2, MAKE_TOKEN_V1, MAKE_TOKEN_V2_ISSUER };

struct make_token {
	const uint8_t *digest; /* of what is stamped */
	size_t digest_len;
	const uint8_t *nonce; /* NULL: none */
	size_t nonce_len;
	int64_t time;
	const struct cert *signer;
	const struct x509_signer *key;
	const struct cert *more; /* further certificates inside */
	size_t more_count;
	bool without_certificate;
	bool key_id; /* signer named by its subjectKeyIdentifier */
	bool plain_rsa; /* rsaEncryption in the signature's place */
	enum make_token_ess ess;
	enum make_token_fault fault;
};

void make_token(const struct make_token *m, uint8_t **der, size_t *len);

/* TimeStampResp with status 0 around it. */
void make_token_response(
    const struct make_token *m, uint8_t **der, size_t *len);

#endif
