/*
 * make_seal.h: sealed files of any shape, good and bad, for tests.
 *
 *	struct make_seal m = {.header = MAKE_SEAL_HEADER, .payload = "{}"};
 *	char *file = make_seal(&m, &len);
 *
 * Memory    the file is freed with free(); keys and certificates are made
 *           once and freed by make_seal_end
 * Chunks    none
 * Errors    a test that cannot have its file dies
 * Trust     for tests only
 * Limits    files of 1 MiB
 */
#ifndef TESTS_UNIT_SUPPORT_MAKE_SEAL_H
#define TESTS_UNIT_SUPPORT_MAKE_SEAL_H

#include "host/seal/jws.h"
#include "host/x509/issue.h"

#define MAKE_SEAL_NOW 1760000000 /* 2025-10-09T08:53:20Z */
#define MAKE_SEAL_ORGANISATION "Universit\xc3\xa9 d'Essai"
#define MAKE_SEAL_ID "VATBE-0123456789"

/* @T is the thumbprint and @C base64 of the certificate, @A the algorithm. */
#define MAKE_SEAL_HEADER                                                       \
	"{\"alg\":\"@A\",\"x5t#S256\":\"@T\",\"x5c\":[\"@C\"],\"b64\":false,"  \
	"\"iat\":1760000000,\"crit\":[\"b64\"]}"

struct make_seal {
	const char *header; /* NULL: MAKE_SEAL_HEADER */
	const char *payload; /* as it is signed and stands in the file */
	enum jws_form form; /* 0: general */
	unsigned alg; /* 0: ALG_ES256 */
	unsigned seals; /* 0: one; general only, all the same */
	const char *unprotected; /* ",\"header\":{...}" or NULL */
	bool break_last; /* last seal has another signature */
};

char *make_seal(const struct make_seal *m, size_t *len);

/* Certificates from then on, for who goes by the clock; before the first one
 * is made. Else from MAKE_SEAL_NOW on. They hold for two years. */
void make_seal_from(int64_t time);
const struct cert *make_seal_ca(void);
const struct x509_signer *make_seal_ca_signer(void);
const struct cert *make_seal_certificate(unsigned alg);
void make_seal_end(void);

/* The signature of that key over (buf, len), for files made otherwise. */
void make_seal_sign(unsigned alg, const void *digest, size_t digest_len,
    uint8_t *signature, size_t cap, size_t *signature_len);

#endif
