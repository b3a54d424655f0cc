#include "host/seal/jws.h"

#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "host/x509/digest.h"

static const struct doc_limits FILE_LIMITS = {64, 1u << 16, JWS_FILE};
static const struct doc_limits HEADER_LIMITS = {64, 1u << 16, JWS_HEADER};

struct reader {
	struct jws *j;
	struct fault *fault;
};

static enum err
bad(const struct reader *r, doc_ref at, const char *what)
{
	uint64_t offset = at == 0 ? FAULT_NO_OFFSET : doc_offset(r->j->doc, at);

	return fault_set(
	    r->fault, ERR_VERIFY_FORMAT, offset, "%s was expected", what);
}

enum err
jws_parse(struct doc **d, const uint8_t *json, size_t len, struct fault *fault)
{
	return doc_parse(d, json, len, &HEADER_LIMITS, fault);
}

/* Decodes and parses the protected header; what is wrong stays with it. */
static enum err
read_protected(struct jws_seal *s)
{
	size_t len = 0;
	enum err e;

	fault_clear(&s->fault);
	if (s->protected_len > BASE64URL_LEN(JWS_HEADER)) {
		fault_set(&s->fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
		    "protected header");
		return ERR_OK;
	}
	s->json = malloc(s->protected_len + 4);
	if (s->json == NULL)
		return ERR_NO_MEMORY;
	e = base64url_decode(s->protected, s->protected_len, s->json,
	    s->protected_len + 3, &len);
	if (e != ERR_OK) {
		fault_set(&s->fault, e, FAULT_NO_OFFSET, "protected header");
		return ERR_OK;
	}
	s->json[len] = 0;
	e = jws_parse(&s->header, s->json, len, &s->fault);
	if (e == ERR_NO_MEMORY)
		return e;
	if (e != ERR_OK) {
		s->header = NULL;
	} else if (doc_type(s->header, doc_root(s->header)) != DOC_OBJECT) {
		doc_free(s->header);
		s->header = NULL;
		fault_set(
		    &s->fault, ERR_VERIFY_FORMAT, 0, "an object was expected");
	}
	return ERR_OK;
}

/* header may hold etsiU and nothing else (TS 119 182-1 5.3.1). */
static enum err
read_unprotected(const struct reader *r, doc_ref header, struct jws_seal *s)
{
	struct doc *d = r->j->doc;

	if (doc_type(d, header) != DOC_OBJECT || doc_count(d, header) != 1)
		return bad(r, header, "an object with etsiU only");
	s->etsiu = doc_get(d, header, "etsiU");
	return s->etsiu != 0 ? ERR_OK : bad(r, header, "etsiU");
}

/* The members of one signature in object; others are the caller's. */
static enum err
read_signature(const struct reader *r, doc_ref object, unsigned others)
{
	struct jws_seal *s = &r->j->seals[r->j->count];
	struct doc *d = r->j->doc;
	doc_ref protected, header, signature;
	enum err e;

	memset(s, 0, sizeof(*s));
	protected = doc_get(d, object, "protected");
	header = doc_get(d, object, "header");
	signature = doc_get(d, object, "signature");
	if (doc_type(d, protected) != DOC_STRING)
		return bad(r, object, "protected, a string,");
	if (doc_type(d, signature) != DOC_STRING)
		return bad(r, object, "signature, a string,");
	if (doc_count(d, object) != others + 2 + (header != 0))
		return bad(r, object,
		    "nothing but payload, protected, header and signature");
	if (header != 0) {
		e = read_unprotected(r, header, s);
		if (e != ERR_OK)
			return e;
	}
	doc_string(d, protected, &s->protected, &s->protected_len);
	doc_string(d, signature, &s->signature, &s->signature_len);
	r->j->count++;
	return read_protected(s);
}

static enum err
read_general(const struct reader *r, doc_ref root, doc_ref list)
{
	struct doc *d = r->j->doc;
	doc_ref item;
	enum err e;

	r->j->form = JWS_GENERAL;
	if (doc_count(d, root) != 1 + (r->j->payload != NULL))
		return bad(r, root, "nothing but payload and signatures");
	if (doc_type(d, list) != DOC_ARRAY || doc_count(d, list) == 0 ||
	    doc_count(d, list) > JWS_SEALS)
		return bad(r, list, "an array of 1 to 16 signatures");
	for (item = doc_first(d, list); item != 0; item = doc_next(d, item)) {
		if (doc_type(d, item) != DOC_OBJECT)
			return bad(r, item, "an object");
		e = read_signature(r, item, 0);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
read_json(const struct reader *r, const uint8_t *file, size_t len)
{
	struct jws *j = r->j;
	doc_ref root, payload, list;
	enum err e;

	e = doc_parse(&j->doc, file, len, &FILE_LIMITS, r->fault);
	if (e != ERR_OK) {
		j->doc = NULL;
		return e == ERR_NO_MEMORY ? e : ERR_VERIFY_FORMAT;
	}
	root = doc_root(j->doc);
	if (doc_type(j->doc, root) != DOC_OBJECT)
		return bad(r, root, "an object");
	payload = doc_get(j->doc, root, "payload");
	list = doc_get(j->doc, root, "signatures");
	if (list == 0 && doc_get(j->doc, root, "signature") == 0)
		return bad(r, root, "a seal (signatures, or signature)");
	if (payload != 0) {
		if (doc_type(j->doc, payload) != DOC_STRING)
			return bad(r, payload, "payload as a string");
		doc_string(j->doc, payload, &j->payload, &j->payload_len);
	}
	if (list != 0)
		return read_general(r, root, list);
	j->form = JWS_FLATTENED;
	return read_signature(r, root, payload != 0);
}

/* protected "." payload "." signature; with b64 false the payload holds no
 * dot either (RFC 7797 5.2). One line break at the end is tolerated. */
static enum err
read_compact(struct reader *r, const char *text, size_t len)
{
	struct jws_seal *s = &r->j->seals[0];
	const char *first, *second, *end;

	if (len > 0 && text[len - 1] == '\n')
		len--;
	if (len > 0 && text[len - 1] == '\r')
		len--;
	end = text + len;
	first = memchr(text, '.', len);
	second = first == NULL
	    ? NULL
	    : memchr(first + 1, '.', (size_t)(end - first - 1));
	if (second == NULL ||
	    memchr(second + 1, '.', (size_t)(end - second - 1)) != NULL)
		return fault_set(r->fault, ERR_VERIFY_FORMAT, 0,
		    "a JSON or compact serialisation of a JWS was expected");
	r->j->form = JWS_COMPACT;
	memset(s, 0, sizeof(*s));
	s->protected = text;
	s->protected_len = (size_t)(first - text);
	s->signature = second + 1;
	s->signature_len = (size_t)(end - second - 1);
	if (second > first + 1) {
		r->j->payload = first + 1;
		r->j->payload_len = (size_t)(second - first - 1);
	}
	r->j->count = 1;
	return read_protected(s);
}

enum err
jws_read(struct jws *j, const uint8_t *file, size_t len, struct fault *fault)
{
	struct reader r = {j, fault};
	enum err e;

	memset(j, 0, sizeof(*j));
	if (len > JWS_FILE)
		return fault_set(fault, ERR_VERIFY_FORMAT, FAULT_NO_OFFSET,
		    "at most %u octets were expected", JWS_FILE);
	/* TS 119 182-1's readers know the JSON forms by their first octet */
	if (len > 0 && file[0] == '{')
		e = read_json(&r, file, len);
	else
		e = read_compact(&r, (const char *)file, len);
	if (e != ERR_OK)
		jws_free(j);
	return e;
}

enum err
jws_payload(const struct jws *j, bool encoded, uint8_t **buf,
    const uint8_t **octets, size_t *len)
{
	enum err e;

	*buf = NULL;
	*octets = (const uint8_t *)j->payload;
	*len = j->payload_len;
	if (!encoded || j->payload == NULL)
		return ERR_OK;
	*octets = NULL;
	*buf = malloc(j->payload_len + 3);
	if (*buf == NULL)
		return ERR_NO_MEMORY;
	e = base64url_decode(
	    j->payload, j->payload_len, *buf, j->payload_len + 3, len);
	if (e == ERR_OK)
		*octets = *buf;
	return e;
}

#define BY_URI "http://uri.etsi.org/19182/ObjectIdByURI"

/* Is the one digest in sigD that of what is attached (TS 119 182-1 5.2.8.3.3)?
 */
static bool
is_hash_right(const struct jws *j, struct doc *header, doc_ref sigd)
{
	doc_ref hash = doc_get(header, sigd, "hashM");
	size_t size = doc_is_text(header, hash, "S256") ? 32
	    : doc_is_text(header, hash, "S384")		? 48
	    : doc_is_text(header, hash, "S512")		? 64
							: 0;
	struct der_reader text = der_reader(
	    (const uint8_t *)j->attached, j->attached_len);
	uint8_t digest[SHA512_SIZE], want[SHA512_SIZE];
	const char *value;
	size_t len, n;

	if (doc_count(header, doc_get(header, sigd, "pars")) != 1)
		return false;
	doc_string(header, doc_first(header, doc_get(header, sigd, "hashV")),
	    &value, &len);
	if (size == 0 ||
	    base64url_decode(value, len, want, sizeof(want), &n) != ERR_OK ||
	    n != size)
		return false;
	digest_of(size, &text, 1, digest);
	return memcmp(digest, want, size) == 0;
}

static enum err
attach(struct jws *j, const uint8_t *octets, size_t len, bool raw)
{
	j->attached = malloc(raw ? len + 1 : BASE64URL_LEN(len) + 1);
	if (j->attached == NULL)
		return ERR_NO_MEMORY;
	if (raw)
		memcpy(j->attached, octets, len);
	j->attached_len = raw ? len
			      : base64url_encode(octets, len, j->attached);
	return ERR_OK;
}

static doc_ref
sigd_of(struct doc *header)
{
	return doc_get(header, doc_root(header), "sigD");
}

static bool
is_by_hash(struct doc *header)
{
	return doc_is_text(
	    header, doc_get(header, sigd_of(header), "mId"), BY_URI "Hash");
}

/* sigD is of one object, by a digest of it or without; or is not there. */
static bool
is_reference_known(struct doc *header)
{
	doc_ref sigd = sigd_of(header);

	if (sigd == 0)
		return true;
	return (is_by_hash(header) ||
		   doc_is_text(header, doc_get(header, sigd, "mId"), BY_URI)) &&
	    doc_count(header, doc_get(header, sigd, "pars")) == 1;
}

/* One payload is signed by all seals, and by hash that is an empty one: they
 * must not differ in this. A header that cannot be read fails its own seal. */
static enum err
check_references(const struct jws *j, struct fault *fault)
{
	bool by_hash = is_by_hash(j->seals[0].header);
	struct doc *header;
	unsigned i;

	for (i = 0; i < j->count; i++) {
		header = j->seals[i].header;
		if (header != NULL && !is_reference_known(header))
			return fault_set(fault, ERR_UNSUPPORTED,
			    FAULT_NO_OFFSET,
			    "what is sealed is referred to in a way that is "
			    "not supported");
		if (header != NULL && is_by_hash(header) != by_hash)
			return fault_set(fault, ERR_UNSUPPORTED,
			    FAULT_NO_OFFSET,
			    "its seals do not refer alike to what is sealed");
	}
	return ERR_OK;
}

static bool
are_hashes_right(const struct jws *j)
{
	struct doc *header;
	unsigned i;

	for (i = 0; i < j->count; i++) {
		header = j->seals[i].header;
		if (header != NULL &&
		    !is_hash_right(j, header, sigd_of(header)))
			return false;
	}
	return true;
}

enum err
jws_attach(
    struct jws *j, const uint8_t *octets, size_t len, struct fault *fault)
{
	struct doc *header = j->seals[0].header;
	bool by_hash;
	enum err e;

	if (j->payload != NULL)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "what is sealed is in the file itself");
	if (header == NULL)
		return fault_set(fault, ERR_VERIFY_FORMAT, FAULT_NO_OFFSET,
		    "without a header it cannot be told how it was sealed");
	e = check_references(j, fault);
	if (e != ERR_OK)
		return e;
	by_hash = is_by_hash(header);
	if (len > JWS_FILE)
		return fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
		    "at most %u octets were expected", JWS_FILE);
	if (attach(j, octets, len,
		doc_type(header, doc_get(header, doc_root(header), "b64")) ==
		    DOC_FALSE) != ERR_OK)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "payload");
	if (by_hash && !are_hashes_right(j))
		return fault_set(fault, ERR_VERIFY_INVALID, FAULT_NO_OFFSET,
		    "what was given is not what was sealed: its digest is "
		    "another");
	j->payload = by_hash ? "" : j->attached;
	j->payload_len = by_hash ? 0 : j->attached_len;
	return ERR_OK;
}

void
jws_free(struct jws *j)
{
	unsigned i;

	for (i = 0; i < j->count; i++) {
		doc_free(j->seals[i].header);
		free(j->seals[i].json);
	}
	doc_free(j->doc);
	free(j->attached);
	memset(j, 0, sizeof(*j));
}
