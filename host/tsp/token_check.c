/*
 * token_check.c: every point of a token, one after another. What depends on
 * trust comes last, so that TSP_UNTRUSTED says that all else is right.
 */
#include <stdlib.h>
#include <string.h>

#include "common/oid.h"
#include "common/utc.h"
#include "host/tsp/token.h"
#include "host/x509/cert_signature.h"
#include "host/x509/digest.h"

#define WRONG(fault, e, ...) fault_set(fault, e, FAULT_NO_OFFSET, __VA_ARGS__)

static enum err
check_request(const struct tsp_info *info, const struct tsp_expect *expect,
    struct fault *fault)
{
	char got[OID_TEXT], wanted[OID_TEXT];

	if (info->imprint.len != expect->digest_len ||
	    memcmp(info->imprint.p, expect->digest, expect->digest_len) != 0)
		return WRONG(
		    fault, ERR_TSP_IMPRINT, "its imprint is another digest");
	if (expect->nonce != NULL &&
	    !tsp_nonce_equal(info, expect->nonce, expect->nonce_len))
		return WRONG(fault, ERR_TSP_NONCE, "%s",
		    info->has_nonce ? "its nonce is not the request's"
				    : "it has no nonce, the request had one");
	if (expect->policy.len > 0 &&
	    !der_same(&expect->policy, &info->policy)) {
		if (oid_to_text(&info->policy, got, sizeof(got)) != ERR_OK ||
		    oid_to_text(&expect->policy, wanted, sizeof(wanted)) !=
			ERR_OK)
			return WRONG(fault, ERR_TSP_POLICY, "an unusual OID");
		return WRONG(fault, ERR_TSP_POLICY,
		    "policy %.90s, %.90s was expected", got, wanted);
	}
	return ERR_OK;
}

/* RFC 5652 5.4, 11.1, 11.2: what is signed are the attributes, and they name
 * the content. */
static enum err
check_content(const struct cms_signed *s, struct fault *fault)
{
	struct der_reader value, part;
	uint8_t digest[SHA512_SIZE];

	if (cms_attribute(s, OID_CONTENT_TYPE, OID_LEN(OID_CONTENT_TYPE),
		&value) != ERR_OK ||
	    der_enter(&value, DER_OID, &part) != ERR_OK ||
	    !der_same(&part, &s->content_type))
		return WRONG(fault, ERR_TSP_CONTENT,
		    "attribute contentType is not there once, or not TSTInfo");
	if (cms_attribute(s, OID_MESSAGE_DIGEST, OID_LEN(OID_MESSAGE_DIGEST),
		&value) != ERR_OK ||
	    der_enter(&value, DER_OCTET_STRING, &part) != ERR_OK)
		return WRONG(fault, ERR_TSP_CONTENT,
		    "attribute messageDigest is not there once");
	digest_of(s->hash_size, &s->content, 1, digest);
	if (part.len != s->hash_size || memcmp(part.p, digest, part.len) != 0)
		return WRONG(fault, ERR_TSP_CONTENT,
		    "attribute messageDigest is not TSTInfo's digest");
	return ERR_OK;
}

static bool
is_signer(const struct cms_signed *s, const struct cert *c)
{
	if (s->key_id.len > 0)
		return der_same(&s->key_id, &c->subject_key_id);
	return der_same(&s->issuer, &c->issuer) &&
	    der_same(&s->serial, &c->serial);
}

/* RFC 3161 2.4.1: the attribute binds one certificate; the name in SignerInfo
 * is not signed and only helps to find it. */
static bool
is_bound(const struct cms_ess *ess, const struct cert *c)
{
	struct der_reader der = der_reader(c->der, c->len);
	uint8_t digest[SHA512_SIZE];

	if (ess->hash_size == DIGEST_SHA1_SIZE)
		digest_sha1(c->der, c->len, digest);
	else
		digest_of(ess->hash_size, &der, 1, digest);
	return memcmp(digest, ess->hash.p, ess->hash_size) == 0 &&
	    (ess->issuer.len == 0 ||
		(der_same(&ess->issuer, &c->issuer) &&
		    der_same(&ess->serial, &c->serial)));
}

static void
look_for_signer(struct tsp_token *t, const struct cms_ess *ess,
    const struct cert *certs, size_t count, bool *named)
{
	size_t i;

	for (i = 0; i < count && t->signer == NULL; i++) {
		if (!is_signer(&t->cms, &certs[i]))
			continue;
		*named = true;
		if (is_bound(ess, &certs[i]))
			t->signer = &certs[i];
	}
}

static enum err
find_signer(
    struct tsp_token *t, const struct tsp_expect *expect, struct fault *fault)
{
	struct cms_ess ess;
	bool named = false;

	t->signer = NULL;
	if (cms_signing_certificate(&t->cms, &ess) != ERR_OK)
		return WRONG(fault, ERR_TSP_CERTIFICATE,
		    "no attribute signingCertificate(V2) that can be read");
	look_for_signer(t, &ess, t->certs, t->cert_count, &named);
	look_for_signer(t, &ess, expect->others, expect->other_count, &named);
	look_for_signer(t, &ess, expect->anchors, expect->anchor_count, &named);
	if (t->signer != NULL)
		return ERR_OK;
	if (named)
		return WRONG(fault, ERR_TSP_CERTIFICATE,
		    "the digest in its attribute signingCertificate is not "
		    "that of the signer's certificate");
	return WRONG(fault, ERR_TSP_NO_SIGNER,
	    "neither the token nor the configuration holds it");
}

static enum err
check_signature(const struct tsp_token *t, struct fault *fault)
{
	static const uint8_t set[1] = {DER_SET};
	const struct cms_signed *s = &t->cms;
	struct der_reader parts[2] = {
	    der_reader(set, 1),
	    der_reader(s->attributes.p + 1, s->attributes.len - 1),
	};
	struct cert_signed what = {.parts = parts,
	    .part_count = 2,
	    .algorithm = s->signature_algorithm,
	    .hash_size = s->hash_size,
	    .signature = s->signature};
	enum err e = cert_check_signed(&what, t->signer);

	if (e == ERR_ALGORITHM)
		return WRONG(fault, ERR_TSP_ALGORITHM,
		    "its signature's algorithm is unknown, too weak, or not "
		    "that of the key");
	if (e != ERR_OK)
		return WRONG(fault, ERR_TSP_SIGNATURE, "by \"%.80s\"",
		    t->signer->common_name);
	return ERR_OK;
}

/* RFC 3161 2.3: the extension is critical and names nothing else. */
static enum err
check_usage(const struct cert *c, struct fault *fault)
{
	if (!c->has_ext_key_usage || !c->time_stamping_only)
		return WRONG(fault, ERR_TSP_USAGE,
		    "\"%.80s\": extendedKeyUsage is not timeStamping alone",
		    c->common_name);
	if (!c->ext_key_usage_critical)
		return WRONG(fault, ERR_TSP_USAGE,
		    "\"%.80s\": extendedKeyUsage is not critical",
		    c->common_name);
	if (c->has_key_usage &&
	    (c->key_usage &
		(CERT_KEY_USAGE_DIGITAL_SIGNATURE |
		    CERT_KEY_USAGE_NON_REPUDIATION)) == 0)
		return WRONG(fault, ERR_TSP_USAGE,
		    "\"%.80s\": keyUsage does not allow signatures",
		    c->common_name);
	return ERR_OK;
}

static enum err
check_times(
    const struct tsp_token *t, const struct tsp_expect *x, struct fault *fault)
{
	int64_t time = t->info.time;
	char at[UTC_SIZE], bound[UTC_SIZE];
	bool late = time > t->signer->not_after;

	utc_format(time, at);
	if (late || time < t->signer->not_before) {
		utc_format(
		    late ? t->signer->not_after : t->signer->not_before, bound);
		return WRONG(fault, ERR_TSP_EXPIRED,
		    "stamped at %s, \"%.80s\" is valid %s %s", at,
		    t->signer->common_name, late ? "until" : "from", bound);
	}
	if (x->latest != 0 && (time < x->earliest || time > x->latest)) {
		utc_format(time > x->latest ? x->latest : x->earliest, bound);
		return WRONG(fault, ERR_TSP_CLOCK,
		    "stamped at %s, not %s %s was expected: look at this "
		    "machine's clock first",
		    at, time > x->latest ? "after" : "before", bound);
	}
	return ERR_OK;
}

/* A signer that vouches for itself: the worthless kind. By an algorithm that
 * cannot be looked at, nobody better vouches for it either. */
static bool
is_self_signed(const struct cert *c)
{
	return der_same(&c->issuer, &c->subject) &&
	    cert_check_signature(c, c) != ERR_SIGNATURE_INVALID;
}

/* The path led through copies: it is made to point to what they are of. */
static void
point_to_originals(
    struct tsp_token *t, const struct tsp_expect *x, const struct cert *copies)
{
	size_t n = t->cert_count + x->other_count, i, at;

	for (i = 0; i < t->path.count; i++) {
		for (at = 0; at < n; at++) {
			if (t->path.cert[i] == &copies[at])
				break;
		}
		if (at < t->cert_count)
			t->path.cert[i] = &t->certs[at];
		else if (at < n)
			t->path.cert[i] = &x->others[at - t->cert_count];
	}
}

static enum err
check_trust(
    struct tsp_token *t, const struct tsp_expect *x, struct fault *fault)
{
	size_t n = t->cert_count + x->other_count;
	struct fault why = {0};
	struct cert *all;
	enum err e;

	if (is_self_signed(t->signer))
		return WRONG(fault, ERR_TSP_SELF_SIGNED,
		    "\"%.80s\" vouches for itself", t->signer->common_name);
	all = calloc(n + 1, sizeof(*all));
	if (all == NULL)
		return WRONG(fault, ERR_NO_MEMORY, "chain");
	/* shallow: nothing that they point to is freed */
	memcpy(all, t->certs, t->cert_count * sizeof(*all));
	if (x->other_count > 0)
		memcpy(all + t->cert_count, x->others,
		    x->other_count * sizeof(*all));
	e = chain_find(t->signer, all, n, x->anchors, x->anchor_count,
	    x->time != 0 ? x->time : t->info.time, &t->path, &why);
	point_to_originals(t, x, all);
	free(all);
	if (e != ERR_OK)
		return WRONG(fault, ERR_TSP_UNTRUSTED, "%s", why.detail);
	return ERR_OK;
}

enum err
tsp_check_token(
    struct tsp_token *t, const struct tsp_expect *expect, struct fault *fault)
{
	enum err e;

	t->path.count = 0;
	e = check_request(&t->info, expect, fault);
	if (e == ERR_OK)
		e = check_content(&t->cms, fault);
	if (e == ERR_OK)
		e = find_signer(t, expect, fault);
	if (e == ERR_OK)
		e = check_signature(t, fault);
	if (e == ERR_OK)
		e = check_usage(t->signer, fault);
	if (e == ERR_OK)
		e = check_times(t, expect, fault);
	if (e == ERR_OK)
		e = check_trust(t, expect, fault);
	return e;
}
