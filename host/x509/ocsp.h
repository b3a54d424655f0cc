/*
 * ocsp.h: is a certificate revoked, asked of a responder (RFC 6960).
 *
 *	enum err e = ocsp_request(&cert, &issuer, 20, out, &len);
 *	e = ocsp_parse(&r, answer, answer_len, &fault);
 *	e = ocsp_check(&r, &cert, &issuer, &status, &fault);
 *
 * Memory    struct ocsp points into the response
 * Chunks    whole values; every shorter one is refused
 * Errors    OCSP_SYNTAX, OCSP_REFUSED (the responder's own status),
 *           OCSP_CERTIFICATE, OCSP_RESPONDER, OCSP_USAGE, OCSP_EXPIRED,
 *           OCSP_SIGNATURE; REVOCATION_EXTENSION; TOO_LARGE
 * Trust     a response counts for nothing before ocsp_check called it good,
 *           whose issuer is one that a path led through; revocation.h
 *           then says whether it is fresh, and whether its delegate was
 *           revoked by what else is at hand
 * Limits    OCSP_LEN octets, OCSP_RESPONSES answers, OCSP_CERTS
 *           certificates, OCSP_EXTENSIONS extensions in one place
 */
#ifndef HOST_X509_OCSP_H
#define HOST_X509_OCSP_H

#include "host/x509/cert.h"
#include "host/x509/revocation_status.h"

#define OCSP_LEN 131072
#define OCSP_RESPONSES 256
#define OCSP_CERTS 16
#define OCSP_EXTENSIONS 16

#define OCSP_REQUEST_CAP 256 /* holds every request */

/* The result begins at out. Its media type is application/ocsp-request.
 * hash_size: by which issuer's name and key are named, 32 (SHA-256), or 20
 * (SHA-1), the one that every responder knows. There is no nonce: responses
 * made ahead have none. */
MUST_USE enum err ocsp_request(const struct cert *c, const struct cert *issuer,
    size_t hash_size, uint8_t out[static OCSP_REQUEST_CAP], size_t *len);

struct ocsp {
	const uint8_t *der;
	struct der_reader tbs; /* what is signed */
	/* Who signed, one of them: Name, with tag and length; SHA-1 of key */
	struct der_reader responder_name, responder_key;
	int64_t produced;
	struct der_reader answers; /* SingleResponses, one after another */
	struct der_reader signature_algorithm, signature;
	struct der_reader certificates; /* one after another; or empty */
};

/* Also when it is but a status other than "successful": OCSP_REFUSED. */
MUST_USE enum err ocsp_parse(
    struct ocsp *r, const uint8_t *der, size_t len, struct fault *fault);

/*
 * What it says of c, whose issuer signed it or, with a certificate for just
 * that, whoever it appointed; that one must have been valid when the response
 * was produced. issuer has signed c: the caller knows that from a path.
 * ERR_OK is said of REVOKED and UNKNOWN, too.
 */
MUST_USE enum err ocsp_check(const struct ocsp *r, const struct cert *c,
    const struct cert *issuer, struct revocation_status *out,
    struct fault *fault);

#endif
