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

#include <string.h>

#include "host/json/doc.h"

enum doc_flag {
	/* The input from offset to end is the value's canonical form. A
	 * container that has it has only children that have it. */
	DOC_CANONICAL = 1 << 0,
	/* And the input from name_at to end is that of name, colon, value. */
	DOC_MEMBER_CANONICAL = 1 << 1,
	/* text is source text with escapes; else it is the text itself. */
	DOC_ESCAPED = 1 << 2,
	/* It is a child already, or the root. */
	DOC_PLACED = 1 << 3,
	/* Made by doc_new_*, so that it has no place in the input. */
	DOC_NEW = 1 << 4,
	/* An object whose members were read in another order than theirs. */
	DOC_UNSORTED = 1 << 5,
};

/*
 * Children are chained twice: in document order by next, and for objects in
 * canonical order of their names by order. One value fills one line of cache.
 */
struct doc_value {
	const uint8_t *name; /* of a member, unescaped; else NULL */
	uint64_t name_key; /* doc_name_key */
	union {
		struct { /* string body, number lexeme */
			const uint8_t *text;
			uint32_t text_len;
		};
		struct { /* object, array */
			doc_ref first, last;
			doc_ref sorted; /* first child in canonical order */
			uint32_t count;
		};
	};
	uint32_t name_len;
	uint32_t name_at; /* of the name's quotation mark; offset without it */
	uint32_t offset, end;
	doc_ref next, order, parent;
	uint8_t type, flags;
};

_Static_assert(sizeof(struct doc_value) == 64, "a line of cache");

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

/* Room for at least one more value; may move all values. */
MUST_USE enum err doc_reserve(struct doc *d);

/* A new value, zeroed; 0 when out of memory. May move all values. */
static inline doc_ref
doc_grow(struct doc *d)
{
	if (d->used == d->cap && doc_reserve(d) != ERR_OK)
		return 0;
	memset(&d->value[d->used], 0, sizeof(d->value[0]));
	return d->used++;
}

/* n octets that live as long as the document; NULL when out of memory. */
uint8_t *doc_alloc(struct doc *d, size_t n);

/* Makes a string's span its text, so that it has no escapes any more. */
MUST_USE enum err doc_unescape(struct doc *d, doc_ref string);

/* The first octets of a name as a number: of two names with different keys
 * the one with the smaller key comes first in canonical order. Reads what is
 * readable before end. */
uint64_t doc_name_key_slow(const uint8_t *name, size_t len);

static inline uint64_t
doc_name_key(const uint8_t *name, size_t len, const uint8_t *end)
{
	unsigned drop = len < 8 ? 64 - 8 * (unsigned)len : 0;
	uint64_t key;

	if (end - name < 8 || len == 0)
		return doc_name_key_slow(name, len);
	memcpy(&key, name, sizeof(key));
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		key = __builtin_bswap64(key);
	key = key >> drop << drop;
	if ((key & 0x8080808080808080) != 0)
		return doc_name_key_slow(name, len);
	return key;
}

/* <0, 0, >0: two names in order of their UTF-16 code units (RFC 8785 3.2.3). */
int doc_name_compare(
    const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len);

/* The same for two members. */
static inline int
doc_member_compare(const struct doc_value *a, const struct doc_value *b)
{
	if (a->name_key != b->name_key)
		return a->name_key < b->name_key ? -1 : 1;
	return doc_name_compare(a->name, a->name_len, b->name, b->name_len);
}

/* Sorts the members of an object by name; members of the same name keep their
 * order. Returns the earliest member whose name another one had before it;
 * 0 if all are different. */
doc_ref doc_sort(struct doc *d, doc_ref object);

#endif
