/*
 * doc.h: a JSON document in memory: parsed (I-JSON, RFC 7493), looked at,
 * changed, and written as canonical JSON (RFC 8785).
 *
 *	struct doc *d;
 *	enum err e = doc_parse(&d, buf, len, &DOC_LIMITS_SEAL, &fault);
 *	doc_ref title = doc_get(d, doc_root(d), "displayParameter");
 *	e = doc_canonicalise(d, doc_root(d), &out, &out_len);
 *	doc_free(d);
 *
 * Memory    the document points into (buf, len), which must stay unchanged
 *           until doc_free; memory is proportional to the number of values
 * Chunks    whole documents
 * Errors    parse: JSON_*, UTF8_*, with the offset in the fault; duplicate
 *           names (after unescaping) and numbers beyond a double are refused
 * Trust     after ERR_OK every string is UTF-8 and every number a double
 * Limits    those given; DOC_LIMITS_SEAL are common/bounds.h's. Changes may
 *           lead beyond them: the checker has the last word on what is sealed
 */
#ifndef HOST_JSON_DOC_H
#define HOST_JSON_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "host/base/fault.h"

struct doc;

/* A value in a document. 0 is no value: every getter takes it and gives
 * DOC_NONE, 0 or an empty string, so that look-ups can be chained. */
typedef uint32_t doc_ref;

enum doc_type {
	DOC_NONE = 0,
	DOC_OBJECT,
	DOC_ARRAY,
	DOC_STRING,
	DOC_NUMBER,
	DOC_TRUE,
	DOC_FALSE,
	DOC_NULL,
};

struct doc_limits {
	uint32_t depth;
	uint32_t names; /* octets of open member names */
	uint64_t length; /* octets of the document */
};

extern const struct doc_limits DOC_LIMITS_SEAL; /* common/bounds.h */
extern const struct doc_limits DOC_LIMITS_CANON; /* zegel canon: wider */

MUST_USE enum err doc_parse(struct doc **d, const uint8_t *buf, size_t len,
    const struct doc_limits *limits, struct fault *fault);
void doc_free(struct doc *d); /* takes NULL */

doc_ref doc_root(const struct doc *d);
enum doc_type doc_type(const struct doc *d, doc_ref v);
uint64_t doc_offset(const struct doc *d, doc_ref v);

/* Member of an object by its unescaped name. */
doc_ref doc_get(const struct doc *d, doc_ref object, const char *name);

/* Children of an object or array in document order; 0 at the end. */
doc_ref doc_first(const struct doc *d, doc_ref parent);
doc_ref doc_next(const struct doc *d, doc_ref child);
uint32_t doc_count(const struct doc *d, doc_ref parent);

/* Unescaped text of a string value, or of a member's name. Valid until the
 * document is changed or freed; not NUL-terminated; may hold NULs. */
void doc_string(struct doc *d, doc_ref v, const char **text, size_t *len);
void doc_name(struct doc *d, doc_ref member, const char **text, size_t *len);
/* ERR_NO_MEMORY once a text could not be unescaped, so that it looked empty:
 * whoever judges by texts asks at the end. */
MUST_USE enum err doc_error(const struct doc *d);

bool doc_is_text(struct doc *d, doc_ref v, const char *text);
double doc_number(const struct doc *d, doc_ref v);

/* New values, owned by the document; text is copied and must be UTF-8.
 * 0 when out of memory. */
doc_ref doc_new_string(struct doc *d, const char *text, size_t len);
doc_ref doc_new_object(struct doc *d);
doc_ref doc_new_array(struct doc *d);

/* Sets or replaces a member; appends to an array; removes a member. value is
 * new, or was removed: one that has its place already is ERR_INTERNAL, one
 * that is 0 is ERR_NO_MEMORY (a doc_new_* that failed). */
MUST_USE enum err doc_set(
    struct doc *d, doc_ref object, const char *name, doc_ref value);
MUST_USE enum err doc_append(struct doc *d, doc_ref array, doc_ref value);
void doc_remove(struct doc *d, doc_ref object, const char *name);

/* Canonical form of v in a new buffer that the caller frees with free(). */
MUST_USE enum err doc_canonicalise(
    struct doc *d, doc_ref v, uint8_t **out, size_t *out_len);

#endif
