/*
 * crl.h: lists of revoked certificates (RFC 5280 5).
 *
 *	enum err e = crl_parse(&l, der, len, &fault);
 *	e = crl_check(&l, &cert, &issuer, &status, &fault);
 *
 * Memory    struct crl points into the list; nothing is allocated, however
 *           many entries there are
 * Chunks    whole lists; every shorter one is refused
 * Errors    CRL_SYNTAX, CRL_NO_NEXT_UPDATE, CRL_DELTA, CRL_ISSUER, CRL_USAGE,
 *           CRL_SIGNATURE, CRL_SCOPE, REVOCATION_EXTENSION, TOO_LARGE
 * Trust     a list counts for nothing before crl_check called it good, whose
 *           issuer is one that a path led through; revocation_status.h then
 *           says whether it is fresh
 * Limits    CRL_LEN octets; CRL_EXTENSIONS extensions in one place, of
 *           CRL_EXTENSIONS_LEN octets together
 */
#ifndef HOST_X509_CRL_H
#define HOST_X509_CRL_H

#include "host/x509/cert.h"
#include "host/x509/revocation_status.h"

#define CRL_LEN (32u << 20)
#define CRL_EXTENSIONS 32
#define CRL_EXTENSIONS_LEN 65536

struct crl {
	const uint8_t *der;
	struct der_reader tbs; /* what is signed */
	struct der_reader issuer; /* Name, with tag and length */
	int64_t this_update, next_update;
	struct der_reader entries; /* one after another; or empty */
	struct der_reader authority_key_id; /* or empty */
	/* issuingDistributionPoint: what the list is about */
	bool only_users, only_authorities;
	bool has_point;
	struct der_reader point_names; /* contents of GeneralNames */
	int64_t expired_since; /* as in struct revocation_status */
	struct der_reader signature_algorithm, signature;
};

MUST_USE enum err crl_parse(
    struct crl *l, const uint8_t *der, size_t len, struct fault *fault);

/* Does its beginning say that it is by somebody other than that (Name, with
 * tag and length)? For passing over such lists without reading them. */
bool crl_is_by_other(
    const uint8_t *der, size_t len, const struct der_reader *name);

/*
 * What it says of c: GOOD or REVOKED. The issuer of c must have signed the
 * list, with the key of this certificate, and the list must be about
 * certificates like c.
 */
MUST_USE enum err crl_check(const struct crl *l, const struct cert *c,
    const struct cert *issuer, struct revocation_status *out,
    struct fault *fault);

#endif
