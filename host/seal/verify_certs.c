#include "host/seal/verify_parts.h"

#include <stdio.h>
#include <string.h>

#include "common/base64.h"
#include "common/sha512.h"

enum match { MATCH_NOT, MATCH_YES, MATCH_UNKNOWN };

static enum match
match_digest(const struct cert *c, size_t size, struct doc *d, doc_ref v)
{
	uint8_t want[SHA512_SIZE], digest[SHA512_SIZE];
	struct sha512 h;
	const char *text;
	size_t len, n;

	doc_string(d, v, &text, &len);
	if (base64url_decode(text, len, want, sizeof(want), &n) != ERR_OK ||
	    n != size)
		return MATCH_NOT;
	if (size == SHA256_SIZE) {
		memcpy(digest, c->sha256, SHA256_SIZE);
	} else {
		sha512_init(&h, size);
		sha512_push(&h, c->der, c->len);
		sha512_finish(&h, digest);
	}
	return memcmp(want, digest, size) == 0 ? MATCH_YES : MATCH_NOT;
}

/* {"digAlg":"S512","digVal":"..."} (TS 119 182-1 5.2.2.2). */
static enum match
match_object(const struct cert *c, struct doc *d, doc_ref o)
{
	doc_ref alg = doc_get(d, o, "digAlg"), value = doc_get(d, o, "digVal");

	if (doc_is_text(d, alg, "S256"))
		return match_digest(c, SHA256_SIZE, d, value);
	if (doc_is_text(d, alg, "S384"))
		return match_digest(c, SHA384_SIZE, d, value);
	if (doc_is_text(d, alg, "S512"))
		return match_digest(c, SHA512_SIZE, d, value);
	return MATCH_UNKNOWN;
}

/* Every reference that is there must be this certificate's. */
static enum match
match_references(const struct verify_seal *s, const struct cert *c)
{
	struct doc *d = s->seal->header;
	doc_ref s256 = verify_header_get(s, "x5t#S256");
	doc_ref other = verify_header_get(s, "x5t#o");
	doc_ref list = verify_header_get(s, "sigX5ts");
	enum match m = MATCH_NOT;

	if (s256 != 0) {
		m = match_digest(c, SHA256_SIZE, d, s256);
		if (m != MATCH_YES)
			return m;
	}
	if (other != 0) {
		m = match_object(c, d, other);
		if (m != MATCH_YES)
			return m;
	}
	/* the first of sigX5ts is the signing certificate's */
	return list != 0 ? match_object(c, d, doc_first(d, list)) : m;
}

/* Without x5c the certificate may be among those of etsiU. A broken x5c was
 * told; what etsiU holds is not signed and no substitute for it. */
static void
find_leaf(struct verify_seal *s)
{
	const struct evidence *e = &s->evidence;
	size_t i;

	if (s->seal->header == NULL || verify_header_get(s, "x5c") != 0)
		return;
	for (i = 0; i < e->cert_count && s->leaf == NULL; i++) {
		if (match_references(s, &e->cert[i]) == MATCH_YES)
			s->leaf = &e->cert[i];
	}
}

static void
check_thumbprint(struct verify_seal *s)
{
	if (s->leaf == NULL) {
		VERIFY_FAULT(s, "thumbprint", SUB_NO_SIGNING_CERTIFICATE_FOUND,
		    "the signing certificate is not in the file");
		return;
	}
	switch (match_references(s, s->leaf)) {
	case MATCH_YES:
		VERIFY_SAY(s, "thumbprint", VERIFY_PASSED,
		    "the header names the certificate in the file");
		break;
	case MATCH_NOT:
		/* EN 319 102-1 5.2.3.4: then it is not the signing one */
		verdict_add(
		    &s->report->verdict, SUB_NO_SIGNING_CERTIFICATE_FOUND);
		VERIFY_SAY(s, "thumbprint", VERIFY_FAILED,
		    "the header names another certificate, or none");
		break;
	case MATCH_UNKNOWN:
		VERIFY_FAULT(s, "thumbprint", SUB_NO_SIGNING_CERTIFICATE_FOUND,
		    "digest algorithm of the reference is unknown");
		break;
	}
}

const char *
verify_test_remark(const struct cert *c)
{
	return cert_says_test(c) ? "; TEST certificate, without legal value"
				 : "";
}

/* What it says of itself; expiry is the chain's business. */
static void
check_seal_certificate(struct verify_seal *s)
{
	const struct cert *c = s->leaf;
	unsigned findings;
	enum err e;

	e = cert_check_seal(c, c->not_before, &findings);
	if (e == ERR_OK)
		VERIFY_SAY(s, "certificate", VERIFY_PASSED,
		    "for seals of %s (%s), %s%s%s", c->organisation,
		    c->organisation_id,
		    c->qc_compliance ? "says it is qualified" : "not qualified",
		    c->qc_sscd ? ", key in a qualified device" : "",
		    verify_test_remark(c));
	else
		VERIFY_SAY(s, "certificate", VERIFY_REMARK, "of \"%s\": %s%s",
		    c->organisation[0] != '\0' ? c->organisation
					       : c->common_name,
		    findings & CERT_FINDING_AMBIGUOUS
			? "names one attribute twice"
			: err_text(e),
		    verify_test_remark(c));
}

static void
describe(struct verify_report *r, const struct cert *c)
{
	r->has_signer = true;
	memcpy(r->signer.organisation, c->organisation, CERT_TEXT);
	memcpy(r->signer.organisation_id, c->organisation_id, CERT_TEXT);
	memcpy(r->signer.common_name, c->common_name, CERT_TEXT);
	memcpy(r->signer.country, c->country, sizeof(c->country));
	memcpy(r->signer.sha256, c->sha256, SHA256_SIZE);
	r->signer.not_before = c->not_before;
	r->signer.not_after = c->not_after;
	r->signer.qualified = c->qc_compliance;
	r->signer.qscd = c->qc_sscd;
	r->signer.eseal = c->qc_eseal;
	r->signer.test = cert_says_test(c);
}

void
verify_certificates(struct verify_seal *s)
{
	if (s->leaf == NULL)
		find_leaf(s);
	check_thumbprint(s);
	if (s->leaf == NULL)
		return;
	describe(s->report, s->leaf);
	check_seal_certificate(s);
}
