#include "host/seal/etsiu.h"

#include <stdlib.h>
#include <string.h>

#include "common/base64.h"

static enum err
bad(struct fault *fault, uint64_t offset, const char *what)
{
	return fault_set(
	    fault, ERR_VERIFY_FORMAT, offset, "etsiU: %s was expected", what);
}

/* The one member of the object, and its name. */
static enum err
read_object(struct etsiu_element *e, doc_ref object, uint64_t offset,
    struct fault *fault)
{
	const char *name;
	size_t len;

	if (doc_type(e->doc, object) != DOC_OBJECT ||
	    doc_count(e->doc, object) != 1)
		return bad(fault, offset, "an object of one member");
	e->value = doc_first(e->doc, object);
	doc_name(e->doc, e->value, &name, &len);
	if (len >= ETSIU_NAME)
		len = ETSIU_NAME - 1;
	memcpy(e->name, name, len);
	return ERR_OK;
}

static enum err
decode(struct etsiu_element *e, uint64_t offset, struct fault *fault)
{
	size_t len;
	enum err err;

	if (e->len > BASE64URL_LEN(JWS_HEADER))
		return bad(fault, offset, "at most a MiB");
	e->json = malloc(e->len + 4);
	if (e->json == NULL)
		return ERR_NO_MEMORY;
	err = base64url_decode(e->text, e->len, e->json, e->len + 3, &len);
	if (err != ERR_OK)
		return bad(fault, offset, "base64url");
	err = jws_parse(&e->own, e->json, len, NULL);
	if (err == ERR_NO_MEMORY)
		return err;
	if (err != ERR_OK) {
		e->own = NULL;
		return bad(fault, offset, "base64url of JSON");
	}
	e->doc = e->own;
	return read_object(e, doc_root(e->doc), offset, fault);
}

enum err
etsiu_read(struct etsiu *u, struct doc *d, doc_ref list, struct fault *fault)
{
	struct etsiu_element *e;
	uint64_t offset;
	doc_ref v;
	enum err err = ERR_OK;

	memset(u, 0, sizeof(*u));
	if (list == 0)
		return ERR_OK;
	if (doc_type(d, list) != DOC_ARRAY || doc_count(d, list) == 0)
		return bad(fault, doc_offset(d, list), "an array");
	u->clear = doc_type(d, doc_first(d, list)) != DOC_STRING;
	for (v = doc_first(d, list); v != 0 && err == ERR_OK;
	     v = doc_next(d, v)) {
		offset = doc_offset(d, v);
		if (u->count == ETSIU_MAX)
			return bad(fault, offset, "at most 64 elements");
		if (u->clear != (doc_type(d, v) != DOC_STRING))
			return bad(fault, offset,
			    "base64url for all of its elements or for none");
		e = &u->element[u->count++];
		e->doc = d;
		if (u->clear) {
			err = read_object(e, v, offset, fault);
		} else {
			doc_string(d, v, &e->text, &e->len);
			err = decode(e, offset, fault);
		}
	}
	return err;
}

void
etsiu_free(struct etsiu *u)
{
	size_t i;

	for (i = 0; i < u->count; i++) {
		doc_free(u->element[i].own);
		free(u->element[i].json);
	}
	memset(u, 0, sizeof(*u));
}
