/*
 * make_cert.h: certificates of any shape, good and bad, for tests.
 *
 *	struct make_cert m = make_cert_by("A", "Root", key, root_key);
 *	m.path_len = 0;
 *	make_cert(&m, &cert);
 *
 * Memory    as cert_parse
 * Chunks    none
 * Errors    make_cert dies where a certificate should be readable;
 *           make_cert_der only composes
 * Trust     for tests only
 * Limits    BOUND_CERTIFICATE octets
 */
#ifndef TESTS_UNIT_SUPPORT_MAKE_CERT_H
#define TESTS_UNIT_SUPPORT_MAKE_CERT_H

#include "host/x509/issue.h"
#include "tests/unit/support/soft_key.h"

#define MAKE_CERT_NOW 1700000000 /* 2023-11-14 */

/* The OID of unknown_critical. */
#define MAKE_CERT_ODD "\x2b\x06\x01\x04\x01\x83\x8d\x1b\x01"

enum make_cert_stamping {
	MAKE_CERT_NO_STAMPING,
	MAKE_CERT_STAMPING, /* critical and alone, as it must be */
	MAKE_CERT_STAMPING_LAX, /* not critical */
	MAKE_CERT_STAMPING_AND_MORE,
};

struct make_cert {
	const char *cn, *issuer_cn; /* CN, the only attribute unless .. */
	uint8_t organisation_tag; /* .. this is not 0: also O, of that type */
	const void *organisation;
	size_t organisation_len;
	bool organisation_twice;
	const struct x509_signer *key, *issuer;
	int64_t not_before, not_after; /* 0: a year around MAKE_CERT_NOW */
	bool ca;
	int path_len; /* -1: none */
	unsigned key_usage; /* 0: none */
	enum make_cert_stamping stamping; /* extendedKeyUsage */
	bool qc; /* statements of a seal */
	bool unknown_critical;
	const char *twice; /* "" or the OID of an extension put twice */
	size_t twice_len;
	bool other_inner_algorithm;
	bool sha1; /* names ecdsa-with-SHA1 */
	const void *key_id, *authority_key_id; /* 4 octets, or NULL */
	uint8_t serial; /* 0: 5 */
	bool ocsp_signing; /* extended key usage */
	/* more of Extensions, as DER: one or several of them */
	const uint8_t *more;
	size_t more_len;
};

/* To be freed with free(). */
/* A certificate with nothing in it but names and keys, to be added to. */
struct make_cert make_cert_by(const char *cn, const char *issuer_cn,
    struct soft_key *key, struct soft_key *issuer);
void make_cert_der(const struct make_cert *m, uint8_t **der, size_t *len);
void make_cert(const struct make_cert *m, struct cert *out);

#endif
