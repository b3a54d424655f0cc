/*
 * doc_parser.h: the state of doc_parse, and its tokens; for host/json only.
 *
 *	p = doc_token_string(&parser, p, v);
 *	if (p == NULL)
 *		parser.err says why, parser.fault where
 *
 * Memory    the parser lives as long as doc_parse; the document stays
 * Chunks    whole documents
 * Errors    JSON_*, UTF8_*, NO_MEMORY; fault is then what cannot stand there
 * Trust     none
 * Limits    those given
 */
#ifndef HOST_JSON_DOC_PARSER_H
#define HOST_JSON_DOC_PARSER_H

#include "host/json/doc_priv.h"

struct doc_parser {
	struct doc *d;
	const struct doc_limits *limits;
	const uint8_t *start, *end;
	doc_ref open; /* innermost open object or array */
	doc_ref latest; /* its latest child, or 0 */
	uint32_t depth;
	uint32_t foreign; /* behind the last octet that is not canonical */
	uint64_t names; /* octets of the names on the way to here */
	doc_ref duplicate; /* the earliest one */
	enum err err;
	const uint8_t *fault;
	const char *expected;
};

/* Returns NULL; expected is a text for a person, or "". */
const uint8_t *doc_parser_fail(
    struct doc_parser *s, const uint8_t *p, enum err e, const char *expected);

/* At an octet that cannot stand here, or at the end of the input. */
const uint8_t *doc_parser_unexpected(
    struct doc_parser *s, const uint8_t *p, const char *expected);

static inline uint32_t
doc_parser_at(const struct doc_parser *s, const uint8_t *p)
{
	return (uint32_t)(p - s->start);
}

/* Canonical form has something else at p. */
static inline void
doc_parser_foreign(struct doc_parser *s, const uint8_t *p)
{
	s->foreign = doc_parser_at(s, p) + 1;
}

const uint8_t *doc_parser_skip_more(struct doc_parser *s, const uint8_t *p);

static inline const uint8_t *
doc_parser_skip_space(struct doc_parser *s, const uint8_t *p)
{
	return p < s->end && *p <= ' ' ? doc_parser_skip_more(s, p) : p;
}

/* The value, all of which was read now, ends before p. */
static inline void
doc_parser_end(struct doc_parser *s, struct doc_value *v, const uint8_t *p)
{
	v->end = doc_parser_at(s, p);
	if (s->foreign <= v->offset)
		v->flags |= DOC_CANONICAL;
	if (s->foreign <= v->name_at)
		v->flags |= DOC_MEMBER_CANONICAL;
}

/* Tokens: from p, which is at the first octet of one (for a name: should be),
 * to behind it, or NULL after an error. A name goes with its colon. They make
 * v what it is, but for its offset and its place in the tree. */
const uint8_t *doc_token_name(
    struct doc_parser *s, const uint8_t *p, struct doc_value *v);
const uint8_t *doc_token_string(
    struct doc_parser *s, const uint8_t *p, struct doc_value *v);
const uint8_t *doc_token_number(
    struct doc_parser *s, const uint8_t *p, struct doc_value *v);
const uint8_t *doc_token_literal(struct doc_parser *s, const uint8_t *p,
    const char *word, enum doc_type type, struct doc_value *v);

#endif
