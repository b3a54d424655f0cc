/*
 * verify_collect.c: what a JAdES seal brings along, into evidence. Of etsiU
 * nothing is signed; archive timestamps cover what stands before them.
 */
#include "host/seal/verify_parts.h"

#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "common/cms.h"
#include "common/sha256.h"
#include "common/tsp.h"
#include "host/seal/imprint.h"

/* Standard base64 of a value in d, into a new buffer; NULL: it is none. */
static uint8_t *
decode(struct verify_seal *s, struct doc *d, doc_ref v, size_t *len)
{
	const char *text;
	uint8_t *der;
	size_t n;

	if (doc_type(d, v) != DOC_STRING)
		return NULL;
	doc_string(d, v, &text, &n);
	der = malloc(n + 3);
	if (der == NULL)
		s->evidence.err = ERR_NO_MEMORY;
	else if (base64_decode(text, n, der, n + 3, len) != ERR_OK) {
		free(der);
		der = NULL;
	}
	return der;
}

static const struct cert *
add_cert(struct verify_seal *s, struct doc *d, doc_ref v)
{
	const struct cert *c = NULL;
	uint8_t *der;
	size_t len;

	der = decode(s, d, v, &len);
	if (der != NULL)
		c = evidence_add_cert(&s->evidence, der, len);
	free(der);
	return c;
}

/* x5c[0] is the signing certificate (RFC 7515 4.1.6). */
static void
add_x5c(struct verify_seal *s)
{
	struct doc *d = s->seal->header;
	doc_ref list = verify_header_get(s, "x5c"), v;

	if (list == 0)
		return;
	v = doc_first(d, list);
	if (doc_type(d, list) == DOC_ARRAY)
		s->leaf = add_cert(s, d, v);
	if (s->leaf == NULL) {
		verdict_add(
		    &s->report->verdict, SUB_NO_SIGNING_CERTIFICATE_FOUND);
		VERIFY_SAY(s, "certificate", VERIFY_FAILED,
		    "x5c begins with no X.509 certificate that can be read");
		return;
	}
	for (v = doc_next(d, v); v != 0; v = doc_next(d, v))
		(void)!add_cert(s, d, v);
}

/* [{"x509Cert":{"val":"..."}}, ...] */
static void
add_values(struct verify_seal *s, struct doc *d, doc_ref list)
{
	doc_ref v;

	if (doc_type(d, list) != DOC_ARRAY)
		return;
	for (v = doc_first(d, list); v != 0; v = doc_next(d, v))
		(void)!add_cert(
		    s, d, doc_get(d, doc_get(d, v, "x509Cert"), "val"));
}

static void
add_revocations(struct verify_seal *s, struct doc *d, doc_ref list,
    enum revocation_kind kind)
{
	uint8_t *der;
	doc_ref v;
	size_t len;

	if (doc_type(d, list) != DOC_ARRAY)
		return;
	for (v = doc_first(d, list); v != 0; v = doc_next(d, v)) {
		der = decode(s, d, doc_get(d, v, "val"), &len);
		if (der != NULL)
			evidence_add_revocation(
			    &s->evidence, kind, der, len, true);
		free(der);
	}
}

/* {"crlVals":[{"val":"..."}],"ocspVals":[...]} */
static void
add_revocation_values(struct verify_seal *s, struct doc *d, doc_ref o)
{
	add_revocations(s, d, doc_get(d, o, "crlVals"), REVOCATION_CRL);
	add_revocations(s, d, doc_get(d, o, "ocspVals"), REVOCATION_OCSP);
}

struct place {
	enum timestamp_kind kind;
	size_t before; /* elements of etsiU that an archive timestamp covers */
};

/* What its imprint has to be, by the hash that the token names. */
static void
find_digest(
    const struct verify_seal *s, struct evidence_timestamp *t, size_t before)
{
	struct cms_signed cms;
	struct tsp_info info;

	if (cms_signed_decode(t->der, t->len, &cms) != ERR_OK ||
	    tsp_info_decode(cms.content.p, cms.content.len, &info) != ERR_OK)
		return;
	if (t->kind == TIMESTAMP_SIGNATURE)
		imprint_signature(s->seal, info.hash_size, t->digest);
	else if (s->jws->payload == NULL)
		return; /* detached: what it is over is not there */
	else if (t->kind == TIMESTAMP_CONTENT)
		imprint_content(s->jws, info.hash_size, t->digest);
	else if (s->etsiu.clear)
		return;
	else
		imprint_archive(s->jws, s->seal, &s->etsiu, before,
		    info.hash_size, t->digest);
	t->digest_len = info.hash_size;
}

/* {"tstTokens":[{"val":"..."}]}. The certificates and the revocation data of
 * a token help its chain. */
static void
add_timestamps(
    struct verify_seal *s, struct doc *d, doc_ref o, const struct place *place)
{
	doc_ref list = doc_get(d, o, "tstTokens"), v = doc_first(d, list);
	struct evidence_timestamp *t;
	uint8_t *der;
	size_t len;

	if (doc_type(d, list) != DOC_ARRAY || v == 0) {
		VERIFY_SAY(s, "timestamp", VERIFY_FAILED,
		    "no array tstTokens of one timestamp");
		return;
	}
	if (doc_count(d, list) > 1 && place->kind == TIMESTAMP_SIGNATURE)
		VERIFY_SAY(s, "timestamp", VERIFY_REMARK,
		    "%u in one sigTst: from level T on it has one",
		    doc_count(d, list));
	for (; v != 0; v = doc_next(d, v)) {
		len = 0;
		der = decode(s, d, doc_get(d, v, "val"), &len);
		t = evidence_add_timestamp(&s->evidence, place->kind,
		    der == NULL ? (const uint8_t *)"" : der, len);
		free(der);
		if (t == NULL)
			continue;
		t->tokens = doc_count(d, list);
		t->container = place->before;
		find_digest(s, t, place->before);
	}
}

static void
add_element(struct verify_seal *s, size_t at)
{
	struct etsiu_element *e = &s->etsiu.element[at];
	struct place place = {TIMESTAMP_SIGNATURE, at};

	if (strcmp(e->name, "xVals") == 0 || strcmp(e->name, "axVals") == 0) {
		add_values(s, e->doc, e->value);
	} else if (strcmp(e->name, "rVals") == 0 ||
	    strcmp(e->name, "arVals") == 0) {
		add_revocation_values(s, e->doc, e->value);
	} else if (strcmp(e->name, "tstVD") == 0 ||
	    strcmp(e->name, "anyValData") == 0) {
		add_values(s, e->doc, doc_get(e->doc, e->value, "xVals"));
		add_revocation_values(
		    s, e->doc, doc_get(e->doc, e->value, "rVals"));
	} else if (strcmp(e->name, "sigTst") == 0) {
		add_timestamps(s, e->doc, e->value, &place);
	} else if (strcmp(e->name, "arcTst") == 0) {
		place.kind = TIMESTAMP_ARCHIVE;
		add_timestamps(s, e->doc, e->value, &place);
	} else {
		VERIFY_SAY(s, "etsiU", VERIFY_NOT_CHECKED,
		    "%s: nothing here looks at it", e->name);
	}
}

void
verify_collect(struct verify_seal *s)
{
	struct place content = {TIMESTAMP_CONTENT, 0};
	doc_ref ado = verify_header_get(s, "adoTst");
	struct fault fault;
	enum err e;
	size_t i;

	if (s->seal->header != NULL)
		add_x5c(s);
	if (ado != 0)
		add_timestamps(s, s->seal->header, ado, &content);
	fault_clear(&fault);
	e = etsiu_read(&s->etsiu, s->jws->doc, s->seal->etsiu, &fault);
	if (e == ERR_NO_MEMORY)
		s->evidence.err = e;
	else if (e != ERR_OK)
		VERIFY_SAY(s, "etsiU", VERIFY_FAILED, "%s", fault.detail);
	for (i = 0; i < s->etsiu.count; i++) {
		if (s->etsiu.element[i].value != 0)
			add_element(s, i);
	}
	if (s->evidence.left_out > 0)
		VERIFY_FAULT(s, "timestamp", SUB_SIG_CONSTRAINTS_FAILURE,
		    "more than %d timestamps", EVIDENCE_TIMESTAMPS);
}
