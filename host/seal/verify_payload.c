/*
 * verify_payload.c: what the credential says about its issuer, against the
 * certificate. The certificate's word counts: a seal key must not speak for
 * another organisation.
 */
#include "host/seal/verify_parts.h"

#include <string.h>

#include "common/jcs.h"

static const struct doc_limits LIMITS = {64, 1u << 16, JWS_FILE};

void
verify_payload_read(struct verify_payload *p, struct verify_result *r,
    const uint8_t *octets, size_t len)
{
	struct fault fault;
	struct jcs c;
	enum err e;

	p->octets = octets;
	p->len = len;
	p->doc = NULL;
	if (octets == NULL)
		return;
	e = doc_parse(&p->doc, octets, len, &LIMITS, &fault);
	if (e != ERR_OK)
		p->doc = NULL;
	if (e == ERR_NO_MEMORY)
		r->err = e;
	jcs_init(&c, NULL, NULL);
	jcs_push(&c, octets, len);
	e = jcs_finish(&c);
	if (e == ERR_OK)
		verify_say(r, VERIFY_FILE, "canonical", VERIFY_PASSED,
		    "the payload is canonical JSON (RFC 8785)");
	else
		verify_say(r, VERIFY_FILE, "canonical", VERIFY_REMARK,
		    "the payload is not canonical JSON, which no rule of EDC "
		    "demands: "
		    "%s at octet %llu",
		    err_text(e), (unsigned long long)jcs_offset(&c));
}

/* A value that EDC writes as one or as an array of one. */
static doc_ref
single(struct doc *d, doc_ref v)
{
	return doc_type(d, v) == DOC_ARRAY && doc_count(d, v) == 1
	    ? doc_first(d, v)
	    : v;
}

static bool
is_edc(struct doc *d)
{
	doc_ref type = doc_get(d, doc_root(d), "type"), v;

	if (doc_is_text(d, type, "EuropeanDigitalCredential"))
		return true;
	if (doc_type(d, type) != DOC_ARRAY)
		return false;
	for (v = doc_first(d, type); v != 0; v = doc_next(d, v)) {
		if (doc_is_text(d, v, "EuropeanDigitalCredential"))
			return true;
	}
	return false;
}

/* A string, or an array of strings, with that one among them. */
static bool
holds_text(struct doc *d, doc_ref v, const char *text)
{
	doc_ref w;

	if (doc_type(d, v) == DOC_STRING)
		return doc_is_text(d, v, text);
	if (doc_type(d, v) != DOC_ARRAY)
		return false;
	for (w = doc_first(d, v); w != 0; w = doc_next(d, w)) {
		if (doc_is_text(d, w, text))
			return true;
	}
	return false;
}

/* legalName: a map by language; any of them may be the certificate's. */
static bool
holds_name(struct doc *d, doc_ref names, const char *text)
{
	doc_ref v;

	if (doc_type(d, names) != DOC_OBJECT)
		return holds_text(d, names, text);
	for (v = doc_first(d, names); v != 0; v = doc_next(d, v)) {
		if (holds_text(d, v, text))
			return true;
	}
	return false;
}

/* The first text in it, for the message. */
static void
first_text(struct doc *d, doc_ref v, const char **text, int *len)
{
	size_t n = 0;

	*text = "";
	while (doc_type(d, v) == DOC_OBJECT || doc_type(d, v) == DOC_ARRAY)
		v = doc_first(d, v);
	if (doc_type(d, v) == DOC_STRING)
		doc_string(d, v, text, &n);
	*len = n > 60 ? 60 : (int)n;
}

/* differs: what it is if the two are not the same. */
static enum verify_verdict
compare(struct verify_seal *s, struct doc *d, const char *check, doc_ref said,
    bool same, enum verify_verdict differs, const char *certified)
{
	enum verify_verdict v;
	const char *text;
	int len;

	if (said == 0) {
		v = is_edc(d) ? VERIFY_FAILED : VERIFY_NOT_CHECKED;
		VERIFY_SAY(s, check, v, "the payload does not say it");
		return v;
	}
	first_text(d, said, &text, &len);
	v = same && certified[0] != '\0' ? VERIFY_PASSED : differs;
	if (v == VERIFY_PASSED)
		VERIFY_SAY(
		    s, check, v, "\"%s\" as in the certificate", certified);
	else
		VERIFY_SAY(s, check, v,
		    "the credential says \"%.*s\", the certificate \"%.80s\"",
		    len, text, certified);
	return v;
}

void
verify_issuer(struct verify_seal *s, const struct verify_payload *p)
{
	static const char name[] = "issuer-name", id[] = "issuer-identifier";
	struct doc *d = p->doc;
	enum verify_verdict differs = VERIFY_FAILED;
	doc_ref issuer, names, notation;

	s->report->issuer_name = VERIFY_NOT_CHECKED;
	s->report->issuer_identifier = VERIFY_NOT_CHECKED;
	if (d == NULL || s->leaf == NULL) {
		VERIFY_SAY(s, name, VERIFY_NOT_CHECKED, "%s",
		    d == NULL ? "the payload is no JSON"
			      : "no signing certificate");
		VERIFY_SAY(s, id, VERIFY_NOT_CHECKED, "%s",
		    d == NULL ? "the payload is no JSON"
			      : "no signing certificate");
		return;
	}
	issuer = single(d, doc_get(d, doc_root(d), "issuer"));
	names = doc_get(d, issuer, "legalName");
	/* Other credentials name their issuer by an address, and call it as
	 * they like: no rule says that it is the certificate's organisation. */
	if (names == 0 && !is_edc(d)) {
		names = doc_get(d, issuer, "name");
		differs = VERIFY_REMARK;
	}
	notation = doc_get(
	    d, single(d, doc_get(d, issuer, "eIDASIdentifier")), "notation");
	s->report->issuer_name = compare(s, d, name, names,
	    holds_name(d, names, s->leaf->organisation), differs,
	    s->leaf->organisation);
	s->report->issuer_identifier = compare(s, d, id, notation,
	    doc_is_text(d, notation, s->leaf->organisation_id), VERIFY_FAILED,
	    s->leaf->organisation_id);
}
