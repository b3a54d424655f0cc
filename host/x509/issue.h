/*
 * issue.h: writing of PKCS#10 requests (RFC 2986) and, for test stations only,
 * of a test CA and a seal certificate. The signature comes from a callback:
 * keys stay where they are.
 *
 *	struct x509_signer s = {ALG_ES256, spki, spki_len, sign, token};
 *	enum err e = csr_compose(&subject, &s, &der, &len);
 *
 * Memory    results are new buffers that the caller frees with free()
 * Chunks    none
 * Errors    those of the callback; ALGORITHM; for a subject that no
 *           certificate can hold USAGE, TOO_LARGE, CERT_SYNTAX
 * Trust     test certificates say so in their names
 * Limits    BOUND_CERTIFICATE octets
 */
#ifndef HOST_X509_ISSUE_H
#define HOST_X509_ISSUE_H

#include "host/x509/cert.h"

struct x509_subject {
	const char *organisation, *organisation_id, *country, *common_name;
};

struct x509_signer {
	enum alg_number alg;
	const uint8_t *spki; /* DER SubjectPublicKeyInfo of the signing key */
	size_t spki_len;
	/* digest by alg's hash in, signature out (ECDSA: r || s) */
	enum err (*sign)(void *arg, const uint8_t *digest, size_t digest_len,
	    uint8_t *signature, size_t cap, size_t *signature_len);
	void *arg;
};

/* Can that be the subject's organisation, identifier or name? USAGE if there
 * is none, TOO_LARGE from CERT_TEXT octets on, CERT_SYNTAX. */
MUST_USE enum err x509_check_text(const char *text);
/* ISO 3166-1 alpha-2, capital letters; takes NULL. */
bool x509_is_country(const char *text);

MUST_USE enum err csr_compose(const struct x509_subject *subject,
    const struct x509_signer *signer, uint8_t **der, size_t *len);

/* Self-signed, years from now. */
MUST_USE enum err test_ca_compose(
    const struct x509_signer *ca, int64_t now, uint8_t **der, size_t *len);

/* Seal certificate for (spki): organizationIdentifier, QcStatements with
 * QcCompliance, QcType eseal, QcPDS; keyUsage nonRepudiation; AKI, SKI. */
MUST_USE enum err test_seal_certificate_compose(
    const struct x509_subject *subject, const uint8_t *spki, size_t spki_len,
    const struct cert *ca_cert, const struct x509_signer *ca, int64_t now,
    uint8_t **der, size_t *len);

/* A new P-256 key in memory that signs through signer->sign, for the test CA
 * at init; wiped by test_ca_key_free and never stored. */
struct test_ca_key;
MUST_USE enum err test_ca_key_new(
    struct test_ca_key **key, struct x509_signer *signer);
void test_ca_key_free(struct test_ca_key *key);

#endif
