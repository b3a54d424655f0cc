/*
 * cert.h: one X.509 certificate (RFC 5280) read for sealing.
 *
 *	struct cert c;
 *	enum err e = cert_parse(&c, der, len, &fault);
 *	e = cert_check_seal(&c, now, &findings);
 *	cert_free(&c);
 *
 * Memory    cert owns a copy of the DER; texts are UTF-8, NUL-terminated
 * Chunks    whole certificates
 * Errors    CERT_*; CERT_KEY for a key that is not RSA of 2048 to 4096 bits
 *           or on P-256, P-384, P-521
 * Trust     parsing says nothing about who signed it: see chain.h
 * Limits    CERT_LEN octets (BOUND_CERTIFICATE binds sealing only)
 */
#ifndef HOST_X509_CERT_H
#define HOST_X509_CERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/alg.h"
#include "common/der.h"
#include "common/err.h"
#include "common/sha256.h"
#include "host/base/fault.h"

enum key_type { KEY_RSA = 1, KEY_P256 = 2, KEY_P384 = 3, KEY_P521 = 4 };

#define CERT_TEXT 256
#define CERT_LEN 16384

struct cert {
	uint8_t *der;
	size_t len;
	uint8_t sha256[SHA256_SIZE]; /* of the DER */
	char organisation[CERT_TEXT]; /* O */
	char organisation_id[CERT_TEXT]; /* 2.5.4.97 */
	char country[3]; /* C */
	char common_name[CERT_TEXT]; /* CN */
	int64_t not_before, not_after; /* seconds since 1970 UTC */
	enum key_type key;
	unsigned key_bits;
	const uint8_t *spki; /* SubjectPublicKeyInfo in der */
	size_t spki_len;
	bool is_ca;
	bool has_key_usage;
	uint16_t key_usage; /* bit 0 digitalSignature, 1 nonRepudiation, .. */
	bool qc_compliance, qc_sscd, qc_eseal, qc_esign;

	/* The rest is for chain.h and verify.h; readers point into der. */
	bool ambiguous_subject; /* O, 2.5.4.97, C or CN stands there twice */
	bool has_ext_key_usage, time_stamping_only;
	bool ext_key_usage_critical;
	bool ocsp_signing; /* among its extended key usages */
	bool ocsp_no_check; /* RFC 6960 4.2.2.2.1 */
	bool no_revocation; /* says that its issuer revokes none of its kind */
	bool has_path_len;
	uint64_t path_len;
	bool name_constraints; /* restricts whom it may certify */
	bool unknown_critical; /* a critical extension we do not process */
	struct der_reader issuer, subject; /* Name, with tag and length */
	struct der_reader serial; /* INTEGER, with tag and length */
	struct der_reader subject_key_id, authority_key_id; /* or empty */
	/* authorityInfoAccess, cRLDistributionPoints, or empty: access.h */
	struct der_reader authority_info, crl_points;
	struct der_reader tbs; /* what is signed */
	struct der_reader signature_algorithm; /* its contents */
	struct der_reader signature;
};

#define CERT_KEY_USAGE_DIGITAL_SIGNATURE (1u << 0)
#define CERT_KEY_USAGE_NON_REPUDIATION (1u << 1)
#define CERT_KEY_USAGE_CERT_SIGN (1u << 5)
#define CERT_KEY_USAGE_CRL_SIGN (1u << 6)

MUST_USE enum err cert_parse(
    struct cert *c, const uint8_t *der, size_t len, struct fault *fault);
void cert_free(struct cert *c);

/* PEM (one or more certificates) or DER from a file. chain holds cap. */
MUST_USE enum err cert_load(const char *path, struct cert *chain, size_t cap,
    size_t *count, struct fault *fault);

/* What is wrong with it as a seal certificate at that time: one bit each. */
enum cert_finding {
	CERT_FINDING_EXPIRED = 1 << 0,
	CERT_FINDING_NOT_YET = 1 << 1,
	CERT_FINDING_NO_ESEAL = 1 << 2, /* QcStatements do not say eseal */
	CERT_FINDING_NO_QC = 1 << 3, /* no QcCompliance: not qualified */
	CERT_FINDING_KEY_USAGE = 1
	    << 4, /* neither nonRepudiation nor digitalSignature */
	CERT_FINDING_NO_ORGANISATION = 1 << 5,
	CERT_FINDING_NO_ORGANISATION_ID = 1 << 6,
	CERT_FINDING_IS_CA = 1 << 7,
	CERT_FINDING_NO_QSCD = 1 << 8, /* no QcSSCD: a remark only */
	CERT_FINDING_AMBIGUOUS = 1 << 9, /* names an attribute twice */
};

/* ERR_OK, or the first error among the findings that forbid sealing
 * (everything but NO_QC and NO_QSCD). */
MUST_USE enum err cert_check_seal(
    const struct cert *c, int64_t time, unsigned *findings);

/* Signature over a digest (hash by alg). ECDSA signatures are r || s. */
MUST_USE enum err cert_verify_digest(const struct cert *c,
    const struct alg *alg, const uint8_t *digest, size_t digest_len,
    const uint8_t *signature, size_t signature_len);

/* May this key make signatures of that algorithm (ES256 <-> P-256, ...)? */
bool cert_fits_alg(const struct cert *c, const struct alg *alg);

/* Does a name in it, of subject or issuer, hold the word TEST? */
bool cert_says_test(const struct cert *c);

#endif
