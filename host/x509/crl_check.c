/*
 * crl_check.c: whose list it is, what it is about, and what it says of one
 * certificate (RFC 5280 6.3.3, for complete lists by the issuer itself).
 */
#include "host/x509/crl_parts.h"

#include <string.h>

#include "host/x509/access.h"
#include "host/x509/cert_signature.h"

static enum err
refuse(struct fault *fault, enum err e, const char *detail)
{
	return fault_set(fault, e, FAULT_NO_OFFSET, "%s", detail);
}

static enum err
check_issuer(const struct crl *l, const struct cert *c,
    const struct cert *issuer, struct fault *fault)
{
	struct cert_signed what = {.parts = &l->tbs,
	    .part_count = 1,
	    .algorithm = l->signature_algorithm,
	    .signature = l->signature};
	enum err e;

	if (!der_same(&l->issuer, &c->issuer) ||
	    !der_same(&l->issuer, &issuer->subject))
		return refuse(fault, ERR_CRL_ISSUER, "it has another name");
	if (l->authority_key_id.len > 0 && issuer->subject_key_id.len > 0 &&
	    !der_same(&l->authority_key_id, &issuer->subject_key_id))
		return refuse(fault, ERR_CRL_ISSUER, "it is by another key");
	if (issuer->has_key_usage &&
	    (issuer->key_usage & CERT_KEY_USAGE_CRL_SIGN) == 0)
		return refuse(
		    fault, ERR_CRL_USAGE, "key usage cRLSign was expected");
	e = cert_check_signed(&what, issuer);
	if (e == ERR_OK)
		return e;
	return refuse(fault, ERR_CRL_SIGNATURE,
	    e == ERR_ALGORITHM ? "its algorithm is unknown, too weak or not "
				 "that of the issuer's key"
			       : "by the key of its issuer");
}

static enum err
check_scope(const struct crl *l, const struct cert *c, struct fault *fault)
{
	if (l->only_users && c->is_ca)
		return refuse(fault, ERR_CRL_SCOPE,
		    "it is about certificates of users only");
	if (l->only_authorities && !c->is_ca)
		return refuse(fault, ERR_CRL_SCOPE,
		    "it is about certificates of authorities only");
	if (l->has_point && !access_is_crl_point(c, l->point_names))
		return refuse(fault, ERR_CRL_SCOPE,
		    "it is of a distribution point that the certificate does "
		    "not name");
	return ERR_OK;
}

/* Twice on it: revoked since the earlier date. crl_parse has read them all. */
static enum err
find(const struct crl *l, const struct cert *c, struct revocation_status *out)
{
	struct der_reader entries = l->entries, at, one, serial;
	struct crl_entry entry;
	enum err e = ERR_OK;

	while (e == ERR_OK && !der_is_end(&entries)) {
		at = entries;
		e = der_enter(&entries, DER_SEQUENCE, &one);
		if (e == ERR_OK)
			e = der_enter_whole(&one, DER_INTEGER, &serial);
		if (e != ERR_OK || !der_same(&serial, &c->serial))
			continue;
		e = crl_read_entry(&at, &entry);
		if (out->state == REVOCATION_REVOKED &&
		    out->revoked <= entry.revoked)
			continue;
		out->state = REVOCATION_REVOKED;
		out->revoked = entry.revoked;
		out->reason = entry.reason;
	}
	return e;
}

enum err
crl_check(const struct crl *l, const struct cert *c, const struct cert *issuer,
    struct revocation_status *out, struct fault *fault)
{
	struct revocation_status s = {.kind = REVOCATION_CRL,
	    .state = REVOCATION_GOOD,
	    .produced = l->this_update,
	    .this_update = l->this_update,
	    .next_update = l->next_update,
	    .reason = REVOCATION_NO_REASON,
	    .expired_since = l->expired_since,
	    .signer_until = issuer->not_after};
	enum err e;

	memset(out, 0, sizeof(*out));
	e = check_issuer(l, c, issuer, fault);
	if (e == ERR_OK)
		e = check_scope(l, c, fault);
	if (e != ERR_OK)
		return e;
	if (find(l, c, &s) != ERR_OK)
		return refuse(fault, ERR_CRL_SYNTAX, "entry");
	*out = s;
	return ERR_OK;
}
