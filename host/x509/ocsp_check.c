/*
 * ocsp_check.c: who may answer for an issuer (RFC 6960 4.2.2.2), and which of
 * the answers is about a certificate (3.2, point 1).
 */
#include "host/x509/ocsp_parts.h"

#include <string.h>

#include "host/x509/cert_signature.h"
#include "host/x509/digest.h"

static enum err
refuse(struct fault *fault, enum err e, const char *detail)
{
	return fault_set(fault, e, FAULT_NO_OFFSET, "%s", detail);
}

/* The hashes must be the issuer's whatever the algorithm: then two answers
 * about the same certificate are found, too. */
static bool
is_about(const struct ocsp_answer *a, const struct cert *c,
    const struct cert *issuer)
{
	uint8_t name[SHA512_SIZE], key[SHA512_SIZE];

	if (!der_same(&a->serial, &c->serial) || a->hash_size == 0 ||
	    a->name_hash.len != a->hash_size || a->key_hash.len != a->hash_size)
		return false;
	ocsp_name_hash(c, a->hash_size, name);
	return ocsp_key_hash(issuer, a->hash_size, key) == ERR_OK &&
	    memcmp(a->name_hash.p, name, a->hash_size) == 0 &&
	    memcmp(a->key_hash.p, key, a->hash_size) == 0;
}

static enum err
find_answer(const struct ocsp *r, const struct cert *c,
    const struct cert *issuer, struct revocation_status *out,
    struct fault *fault)
{
	struct der_reader answers = r->answers;
	struct ocsp_answer a;
	unsigned found = 0;
	enum err e = ERR_OK;

	while (e == ERR_OK && !der_is_end(&answers)) {
		e = ocsp_next_answer(r, &answers, &a, fault);
		if (e == ERR_OK && is_about(&a, c, issuer)) {
			*out = a.status;
			found++;
		}
	}
	if (e != ERR_OK)
		return e;
	if (found > 1)
		return refuse(fault, ERR_OCSP_SYNTAX,
		    "two answers about the same certificate");
	return found == 1 ? ERR_OK
			  : refuse(fault, ERR_OCSP_CERTIFICATE,
				"none of its answers is about this one");
}

static bool
is_responder(const struct ocsp *r, const struct cert *c)
{
	uint8_t key[SHA512_SIZE];

	if (r->responder_name.len > 0)
		return der_same(&r->responder_name, &c->subject);
	return ocsp_key_hash(c, DIGEST_SHA1_SIZE, key) == ERR_OK &&
	    memcmp(key, r->responder_key.p, DIGEST_SHA1_SIZE) == 0;
}

static enum err
check_signature(
    const struct ocsp *r, const struct cert *signer, struct fault *fault)
{
	struct cert_signed what = {.parts = &r->tbs,
	    .part_count = 1,
	    .algorithm = r->signature_algorithm,
	    .signature = r->signature};
	enum err e = cert_check_signed(&what, signer);

	if (e == ERR_OK)
		return e;
	return refuse(fault, ERR_OCSP_SIGNATURE,
	    e == ERR_ALGORITHM ? "its algorithm is unknown, too weak or not "
				 "that of the signer's key"
			       : "by the key of its signer");
}

/* May it speak for the issuer? Issued by it and no other, with the one usage
 * that says so, and valid when it spoke. */
static enum err
check_delegate(const struct ocsp *r, const struct cert *d, const struct cert *c,
    const struct cert *issuer, struct fault *fault)
{
	const uint16_t signs = CERT_KEY_USAGE_DIGITAL_SIGNATURE |
	    CERT_KEY_USAGE_NON_REPUDIATION;

	if (!der_same(&d->issuer, &issuer->subject) ||
	    cert_check_signature(d, issuer) != ERR_OK)
		return refuse(fault, ERR_OCSP_RESPONDER,
		    "its signer's certificate is not by the issuer itself");
	if (memcmp(d->sha256, c->sha256, SHA256_SIZE) == 0)
		return refuse(fault, ERR_OCSP_RESPONDER,
		    "a certificate speaks for itself");
	if (!d->ocsp_signing || d->unknown_critical ||
	    (d->has_key_usage && (d->key_usage & signs) == 0))
		return refuse(fault, ERR_OCSP_USAGE,
		    "extended key usage OCSPSigning was expected");
	if (r->produced < d->not_before || r->produced > d->not_after)
		return refuse(
		    fault, ERR_OCSP_EXPIRED, "when the response was produced");
	return check_signature(r, d, fault);
}

/* Certificates of the response that are the responder's by name or key, but
 * for the issuer's own. Several may be; what is told of is the last one's
 * reason, or before, that nobody is. */
static enum err
try_delegates(const struct ocsp *r, const struct cert *c,
    const struct cert *issuer, struct revocation_status *out, enum err before,
    struct fault *fault)
{
	struct der_reader list = r->certificates, one;
	enum err e = before;
	struct cert d;
	unsigned n;

	for (n = 0; e != ERR_OK && !der_is_end(&list); n++) {
		if (n == OCSP_CERTS)
			return refuse(
			    fault, ERR_TOO_LARGE, "certificates in it");
		if (der_enter_whole(&list, DER_SEQUENCE, &one) != ERR_OK)
			return refuse(fault, ERR_OCSP_SYNTAX, "certs");
		if (cert_parse(&d, one.p, one.len, NULL) != ERR_OK)
			continue;
		if (is_responder(r, &d) &&
		    memcmp(d.sha256, issuer->sha256, SHA256_SIZE) != 0) {
			e = check_delegate(r, &d, c, issuer, fault);
			out->signer_until = d.not_after;
			out->delegated = true;
			out->delegate = one;
			out->no_check = d.ocsp_no_check;
		}
		cert_free(&d);
	}
	return e;
}

enum err
ocsp_check(const struct ocsp *r, const struct cert *c,
    const struct cert *issuer, struct revocation_status *out,
    struct fault *fault)
{
	struct revocation_status s;
	enum err e;

	memset(out, 0, sizeof(*out));
	e = find_answer(r, c, issuer, &s, fault);
	if (e != ERR_OK)
		return e;
	s.produced = r->produced;
	s.signer_until = issuer->not_after;
	/* a delegate may have the issuer's name, and another key */
	e = is_responder(r, issuer)
	    ? check_signature(r, issuer, fault)
	    : refuse(fault, ERR_OCSP_RESPONDER,
		  "neither the issuer nor a certificate in the response is "
		  "the one that it names as its signer");
	if (e != ERR_OK)
		e = try_delegates(r, c, issuer, &s, e, fault);
	if (e != ERR_OK)
		return e;
	*out = s;
	if (fault != NULL)
		fault_clear(fault); /* of a way that led nowhere */
	return ERR_OK;
}
