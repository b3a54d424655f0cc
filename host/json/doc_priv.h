/*
 * doc_priv.h: how a document lies in memory; for host/json only.
 *
 *	struct doc_value *v = doc_at(d, ref);
 *
 * Memory    values stand in one growing array and are named by index, so that
 *           it may move; texts that the input does not hold come from an
 *           arena that never moves
 * Chunks    whole documents
 * Errors    NO_MEMORY
 * Trust     a value's span was checked when it was parsed
 * Limits    2^32 - 2 values, input below 4 GiB (offsets take 32 bits)
 */
#ifndef HOST_JSON_DOC_PRIV_H
#define HOST_JSON_DOC_PRIV_H

#include "host/json/doc.h"

enum doc_flag {
	/* The name needs no escape: its bytes are its canonical form. */
	DOC_NAME_PLAIN = 1 << 0,
	/* The span is the canonical form: written without looking at it. */
	DOC_CANONICAL = 1 << 1,
	/* The span is source text with escapes; else it is the text itself. */
	DOC_ESCAPED = 1 << 2,
	/* It is a child already, or the root. */
	DOC_PLACED = 1 << 3,
	/* Made by doc_new_*, so that it has no offset. */
	DOC_NEW = 1 << 4,
};

/*
 * Children are chained twice: in document order by next, and for objects in
 * canonical order of their names by order. While a container is open, its
 * next is its parent and its order the latest child: no stack is needed.
 */
struct doc_value {
	const uint8_t *text; /* string body, number lexeme */
	const uint8_t *name; /* of a member, unescaped */
	uint32_t text_len, name_len;
	doc_ref next, order;
	doc_ref first, last;
	doc_ref sorted; /* first child in canonical order */
	uint32_t count;
	uint32_t offset;
	uint8_t type, flags;
};

struct doc_block;

struct doc {
	struct doc_value *value; /* [0] is DOC_NONE */
	uint32_t used, cap;
	doc_ref root;
	const uint8_t *buf;
	size_t len;
	struct doc_block *block; /* arena, newest first */
	size_t block_free;
	bool no_memory; /* doc_error */
};

static inline struct doc_value *
doc_at(const struct doc *d, doc_ref v)
{
	return &d->value[v];
}

/* A new value, zeroed; 0 when out of memory. May move all values. */
doc_ref doc_grow(struct doc *d);

/* n octets that live as long as the document; NULL when out of memory. */
uint8_t *doc_alloc(struct doc *d, size_t n);

/* Makes a string's span its text, so that it has no escapes any more. */
MUST_USE enum err doc_unescape(struct doc *d, doc_ref string);

/* <0, 0, >0: two names in order of their UTF-16 code units (RFC 8785 3.2.3). */
int doc_name_compare(
    const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len);

/* Sorts the members of an object by name; members of the same name keep their
 * order. Returns the earliest member whose name another one had before it;
 * 0 if all are different. */
doc_ref doc_sort(struct doc *d, doc_ref object);

#endif
