/*
 * ocsp_parts.h: one answer of an OCSP response, and how it names what it is
 * about; private to host/x509.
 *
 *	e = ocsp_next_answer(&r, &answers, &answer, &fault);
 *	e = ocsp_key_hash(&issuer, 20, digest);
 *
 * Memory    readers point into the response
 * Chunks    whole values
 * Errors    those of ocsp.h
 * Trust     form only
 * Limits    those of ocsp.h
 */
#ifndef HOST_X509_OCSP_PARTS_H
#define HOST_X509_OCSP_PARTS_H

#include "common/sha512.h"
#include "host/x509/ocsp.h"

/* Hash sizes are those of CertID: 20 (SHA-1), 32, 48, 64. */
MUST_USE enum err ocsp_key_hash(
    const struct cert *c, size_t hash_size, uint8_t out[SHA512_SIZE]);
/* Of the issuer's name as c has it. */
void ocsp_name_hash(
    const struct cert *c, size_t hash_size, uint8_t out[SHA512_SIZE]);

/* SingleResponse (RFC 6960 4.2.1) */
struct ocsp_answer {
	size_t hash_size; /* 0: of an unknown algorithm */
	struct der_reader name_hash, key_hash;
	struct der_reader serial; /* INTEGER, with tag and length */
	/* without produced and what is about the signer */
	struct revocation_status status;
};

MUST_USE enum err ocsp_next_answer(const struct ocsp *r,
    struct der_reader *answers, struct ocsp_answer *out, struct fault *fault);

#endif
