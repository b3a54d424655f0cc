/*
 * make_ocsp.h: OCSP responses of any shape, good and bad, for tests.
 *
 *	struct make_ocsp m = {.responder = &ca, .key = soft_key_signer(k), ..};
 *	size_t len = make_ocsp(&m, buf, sizeof(buf));
 *
 * Memory    the caller's buffer, of which the result takes the beginning
 * Chunks    none
 * Errors    a test that cannot have its response dies
 * Trust     for tests only
 * Limits    the buffer
 */
#ifndef TESTS_UNIT_SUPPORT_MAKE_OCSP_H
#define TESTS_UNIT_SUPPORT_MAKE_OCSP_H

#include "host/x509/issue.h"
#include "host/x509/revocation_status.h"

struct make_ocsp_answer {
	const struct cert *cert, *issuer;
	size_t hash_size; /* 0: 20 */
	struct revocation_status status; /* times 0: MAKE_CERT_NOW, a day on */
	bool no_next_update;
	bool cutoff, unknown_critical;
	unsigned wrong; /* bit 0: name hash, 1: key hash */
};

struct make_ocsp {
	uint8_t response_status; /* other than 0: nothing follows */
	const struct cert *responder; /* named as the signer .. */
	bool by_name; /* .. or else by its key */
	const struct x509_signer *key; /* that signs */
	int64_t produced; /* 0: MAKE_CERT_NOW */
	struct make_ocsp_answer answer[2];
	unsigned repeat; /* the first answer so many times more */
	const void *nonce;
	size_t nonce_len;
	bool unknown_critical;
	size_t junk; /* octets of one more extension that need not be known */
	const struct cert *certs[2];
	bool break_signature;
};

size_t make_ocsp(const struct make_ocsp *m, uint8_t *buf, size_t cap);

#endif
