#include "host/seal/verify_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "common/sha512.h"
#include "common/utc.h"
#include "host/seal/verify_certs.h"
#include "host/x509/chain.h"

void
verify_add_cert(struct verify_seal *s, struct doc *d, doc_ref base64)
{
	uint8_t der[CERT_LEN];
	const char *text;
	size_t len, n;

	if (doc_type(d, base64) != DOC_STRING || s->cert_count == VERIFY_CERTS)
		return;
	doc_string(d, base64, &text, &len);
	/* one that cannot be read helps no chain, and harms none */
	if (base64_decode(text, len, der, sizeof(der), &n) == ERR_OK &&
	    cert_parse(&s->certs[s->cert_count], der, n, NULL) == ERR_OK)
		s->cert_count++;
}

/* x5c[0] is the signing certificate (RFC 7515 4.1.6). */
static void
read_x5c(struct verify_seal *s)
{
	struct doc *d = s->seal->header;
	doc_ref list = verify_header_get(s, "x5c"), v;

	if (list == 0)
		return;
	v = doc_first(d, list);
	if (doc_type(d, list) == DOC_ARRAY)
		verify_add_cert(s, d, v);
	if (s->cert_count == 0) {
		VERIFY_SAY(s, "certificate", VERIFY_FAILED,
		    "x5c begins with no X.509 certificate that can be read");
		return;
	}
	s->leaf = &s->certs[0];
	for (v = doc_next(d, v); v != 0; v = doc_next(d, v))
		verify_add_cert(s, d, v);
}

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

/* Without x5c the certificate may be among those of etsiU. */
static void
find_leaf(struct verify_seal *s)
{
	size_t i;

	for (i = 0; i < s->cert_count && s->leaf == NULL; i++) {
		if (match_references(s, &s->certs[i]) == MATCH_YES)
			s->leaf = &s->certs[i];
	}
}

static void
check_thumbprint(struct verify_seal *s)
{
	if (s->leaf == NULL) {
		VERIFY_SAY(s, "thumbprint", VERIFY_UNKNOWN,
		    "the signing certificate is not in the file");
		return;
	}
	switch (match_references(s, s->leaf)) {
	case MATCH_YES:
		VERIFY_SAY(s, "thumbprint", VERIFY_PASSED,
		    "the header names the certificate in the file");
		break;
	case MATCH_NOT:
		VERIFY_SAY(s, "thumbprint", VERIFY_FAILED,
		    "the header names another certificate, or none");
		break;
	case MATCH_UNKNOWN:
		VERIFY_SAY(s, "thumbprint", VERIFY_UNKNOWN,
		    "digest algorithm of the reference is unknown");
		break;
	}
}

static const char *
test_remark(const struct cert *c)
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
		    test_remark(c));
	else
		VERIFY_SAY(s, "certificate", VERIFY_REMARK, "of \"%s\": %s%s",
		    c->organisation[0] != '\0' ? c->organisation
					       : c->common_name,
		    findings & CERT_FINDING_AMBIGUOUS
			? "names one attribute twice"
			: err_text(e),
		    test_remark(c));
}

static void
check_signing_time(struct verify_seal *s)
{
	const struct cert *c = s->leaf;
	char time[UTC_SIZE];
	bool inside;

	if (!s->has_time)
		return;
	utc_format(s->time, time);
	inside = s->time >= c->not_before && s->time <= c->not_after;
	VERIFY_SAY(s, "signing-time", inside ? VERIFY_PASSED : VERIFY_FAILED,
	    "%s by the signer's own account, %s the validity of the "
	    "certificate",
	    time, inside ? "within" : "outside");
}

void
verify_certificates(struct verify_seal *s)
{
	if (s->seal->header != NULL)
		read_x5c(s);
	verify_unsigned(s);
	/* a broken x5c was told; what etsiU holds is not signed and no
	 * substitute for it */
	if (s->seal->header != NULL && verify_header_get(s, "x5c") == 0)
		find_leaf(s);
	check_thumbprint(s);
	if (s->leaf == NULL)
		return;
	check_seal_certificate(s);
	check_signing_time(s);
}

void
verify_chain(struct verify_seal *s)
{
	const struct verify_options *o = s->options;
	char time[UTC_SIZE];
	struct fault fault;

	if (s->leaf == NULL || o->anchor_count == 0) {
		VERIFY_SAY(s, "chain", VERIFY_UNKNOWN, "%s",
		    s->leaf == NULL
			? "the signing certificate is not in the file"
			: "no trust anchor given");
		return;
	}
	utc_format(o->time, time);
	fault_clear(&fault);
	if (chain_check(s->leaf, s->certs, s->cert_count, o->anchors,
		o->anchor_count, o->time, &fault) == ERR_OK)
		VERIFY_SAY(s, "chain", VERIFY_PASSED,
		    "leads to a trust anchor at %s%s", time,
		    test_remark(s->leaf));
	else
		/* EN 319 102-1 5.2.6: without a path nothing is known against
		 * the seal (NO_CERTIFICATE_CHAIN_FOUND). */
		VERIFY_SAY(s, "chain",
		    fault.err == ERR_CERT_CHAIN ? VERIFY_UNKNOWN
						: VERIFY_FAILED,
		    "at %s: %s: %s", time, err_text(fault.err), fault.detail);
}
