/*
 * make_crl.h: lists of revocations of any shape, good and bad, for tests.
 *
 *	struct make_crl m = {.issuer = &ca, .key = soft_key_signer(k)};
 *	size_t len = make_crl(&m, buf, sizeof(buf));
 *
 * Memory    the caller's buffer, of which the result takes the beginning
 * Chunks    none
 * Errors    a test that cannot have its list dies
 * Trust     for tests only
 * Limits    the buffer
 */
#ifndef TESTS_UNIT_SUPPORT_MAKE_CRL_H
#define TESTS_UNIT_SUPPORT_MAKE_CRL_H

#include "host/x509/issue.h"

#define MAKE_CRL_NO_TIME (-1)

struct make_crl {
	const struct cert *issuer;
	const struct x509_signer *key; /* that signs */
	bool version_1, other_inner_algorithm, break_signature;
	int64_t this_update, next_update; /* 0: MAKE_CERT_NOW, a day on */
	struct {
		const struct cert *cert; /* NULL: no entry */
		int64_t revoked;
		int reason; /* below 0: none */
		bool unknown_critical;
	} entry[2];
	size_t filler; /* entries of others before them */
	const void *key_id; /* of 4 octets; or NULL */
	const uint8_t *more; /* extensions, as DER */
	size_t more_len;
	size_t junk; /* octets of an extension that need not be known */
	bool unknown_critical;
};

size_t make_crl(const struct make_crl *m, uint8_t *buf, size_t cap);

#endif
