/*
 * doc_parser.h: the state of doc_parse, and its tokens; for host/json only.
 *
 *	enum err e = doc_token_string(&parser);
 *
 * Memory    the parser lives as long as doc_parse; the document stays
 * Chunks    whole documents
 * Errors    JSON_*, UTF8_*, NO_MEMORY; p is then what cannot stand there
 * Trust     none
 * Limits    those given
 */
#ifndef HOST_JSON_DOC_PARSER_H
#define HOST_JSON_DOC_PARSER_H

#include "host/json/doc_priv.h"

struct doc_parser {
	struct doc *d;
	const struct doc_limits *limits;
	const uint8_t *start, *p, *end;
	doc_ref open; /* innermost open object or array */
	uint32_t depth;
	uint64_t names; /* octets of the names on the way to here */
	const uint8_t *name; /* of the member whose value comes next, or NULL */
	uint32_t name_len;
	uint8_t name_flags;
	const uint8_t *name_quote; /* where that name starts */
	doc_ref duplicate; /* the earliest one */
	const char *expected;
};

/* Returns e; expected is a text for a person, or "". */
MUST_USE enum err doc_parser_fail(
    struct doc_parser *s, enum err e, const char *expected);

/* At an octet that cannot stand here, or at the end of the input. */
MUST_USE enum err doc_parser_unexpected(
    struct doc_parser *s, const char *expected);

/* A new value, which begins at p, as the last child of what is open; it has
 * the name that was read before it. */
MUST_USE enum err doc_parser_add(
    struct doc_parser *s, enum doc_type type, doc_ref *ref);

void doc_parser_skip_space(struct doc_parser *s);

/* Tokens: from p on, which is at the first octet of one (for a name: should
 * be), to behind it. A name goes with its colon. */
MUST_USE enum err doc_token_name(struct doc_parser *s);
MUST_USE enum err doc_token_string(struct doc_parser *s);
MUST_USE enum err doc_token_number(struct doc_parser *s);
MUST_USE enum err doc_token_literal(
    struct doc_parser *s, const char *word, enum doc_type type);

#endif
