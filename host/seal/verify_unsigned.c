/*
 * verify_unsigned.c: etsiU (TS 119 182-1 5.3). Nothing in it is signed: its
 * certificates only help to build a chain. Timestamps are named and not
 * checked.
 */
#include "host/seal/verify_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "host/seal/verify_certs.h"

#define NAMES 160

struct etsiu {
	struct verify_seal *s;
	unsigned strings, objects, malformed;
	char names[NAMES]; /* "sigTst, xVals", as far as they fit */
};

/* [{"x509Cert":{"val":"..."}}, ...] */
static void
add_values(struct verify_seal *s, struct doc *d, doc_ref list)
{
	doc_ref v;

	if (doc_type(d, list) != DOC_ARRAY)
		return;
	for (v = doc_first(d, list); v != 0; v = doc_next(d, v))
		verify_add_cert(
		    s, d, doc_get(d, doc_get(d, v, "x509Cert"), "val"));
}

/* One element: an object of one member. */
static void
read_object(struct etsiu *e, struct doc *d, doc_ref o)
{
	doc_ref member = doc_first(d, o);
	size_t used = strlen(e->names), len;
	const char *name;

	if (doc_type(d, o) != DOC_OBJECT || doc_count(d, o) != 1) {
		e->malformed++;
		return;
	}
	doc_name(d, member, &name, &len);
	if (used + len + 3 < NAMES)
		snprintf(e->names + used, NAMES - used, "%s%.*s",
		    used > 0 ? ", " : "", (int)len, name);
	add_values(e->s, d, doc_get(d, o, "xVals"));
	add_values(e->s, d, doc_get(d, o, "axVals"));
	add_values(e->s, d, doc_get(d, doc_get(d, o, "tstVD"), "xVals"));
	add_values(e->s, d, doc_get(d, doc_get(d, o, "anyValData"), "xVals"));
}

static void
read_encoded(struct etsiu *e, const char *text, size_t len)
{
	uint8_t *json = NULL;
	struct doc *d = NULL;
	enum err err;
	size_t n;

	json = malloc(len + 4);
	if (json == NULL) {
		e->s->result->err = ERR_NO_MEMORY;
		return;
	}
	err = base64url_decode(text, len, json, len + 3, &n);
	if (err == ERR_OK)
		err = jws_parse(&d, json, n, NULL);
	if (err == ERR_OK)
		read_object(e, d, doc_root(d));
	else if (err == ERR_NO_MEMORY)
		e->s->result->err = err;
	else
		e->malformed++;
	if (err == ERR_OK)
		doc_free(d);
	free(json);
}

static void
read_elements(struct etsiu *e)
{
	struct doc *d = e->s->jws->doc;
	doc_ref v = doc_first(d, e->s->seal->etsiu);
	const char *text;
	size_t len;

	for (; v != 0; v = doc_next(d, v)) {
		if (doc_type(d, v) == DOC_STRING) {
			e->strings++;
			doc_string(d, v, &text, &len);
			read_encoded(e, text, len);
		} else {
			e->objects++;
			read_object(e, d, v);
		}
	}
}

void
verify_unsigned(struct verify_seal *s)
{
	struct etsiu e = {.s = s};
	bool content = verify_header_get(s, "adoTst") != 0;

	if (s->seal->etsiu != 0) {
		if (doc_type(s->jws->doc, s->seal->etsiu) == DOC_ARRAY)
			read_elements(&e);
		if (e.strings + e.objects == 0 || e.malformed > 0 ||
		    (e.strings > 0 && e.objects > 0))
			VERIFY_SAY(s, "etsiU", VERIFY_FAILED,
			    "no array of objects of one member, all of them "
			    "base64url or none");
	}
	if (e.names[0] != '\0')
		VERIFY_SAY(s, "timestamp", VERIFY_NOT_CHECKED,
		    "%sunsigned %s: not checked", content ? "adoTst and " : "",
		    e.names);
	else
		VERIFY_SAY(s, "timestamp", VERIFY_NOT_CHECKED, "%s",
		    content ? "adoTst: not checked" : "there is none");
}
