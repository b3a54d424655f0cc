/*
 * The parser: one pass over the whole buffer, one switch, no recursion.
 *
 * Duplicate names are seen when an object is closed and sorted, which is later
 * than other faults behind them. So the earliest duplicate is remembered, and
 * what is reported is always the first fault of the document.
 */
#include <stdlib.h>
#include <string.h>

#include "common/bounds.h"
#include "host/json/doc_parser.h"

const struct doc_limits DOC_LIMITS_SEAL = {
    .depth = BOUND_JSON_DEPTH,
    .names = BOUND_JSON_NAMES,
    .length = BOUND_PAYLOAD,
};

const struct doc_limits DOC_LIMITS_CANON = {
    .depth = 10000,
    .names = 1u << 20,
    .length = 1u << 30,
};

enum err
doc_parser_fail(struct doc_parser *s, enum err e, const char *expected)
{
	s->expected = expected;
	return e;
}

enum err
doc_parser_unexpected(struct doc_parser *s, const char *expected)
{
	if (s->p == s->end)
		return doc_parser_fail(s, ERR_JSON_TRUNCATED, expected);
	if (*s->p >= 0x80 && (*s->p < 0xC2 || *s->p > 0xF4))
		return doc_parser_fail(s, ERR_UTF8_INVALID, expected);
	return doc_parser_fail(s, ERR_JSON_SYNTAX, expected);
}

void
doc_parser_skip_space(struct doc_parser *s)
{
	while (s->p < s->end &&
	    (*s->p == ' ' || *s->p == '\n' || *s->p == '\r' || *s->p == '\t'))
		s->p++;
}

enum err
doc_parser_add(struct doc_parser *s, enum doc_type type, doc_ref *ref)
{
	struct doc *d = s->d;
	struct doc_value *v, *parent;
	doc_ref r = doc_grow(d);

	if (r == 0)
		return doc_parser_fail(s, ERR_NO_MEMORY, "");
	v = doc_at(d, r);
	v->type = (uint8_t)type;
	v->flags = DOC_PLACED | s->name_flags;
	v->offset = (uint32_t)(s->p - s->start);
	v->name = s->name;
	v->name_len = s->name_len;
	s->name = NULL;
	s->name_len = 0;
	s->name_flags = 0;
	if (s->open == 0) {
		d->root = r;
	} else {
		parent = doc_at(d, s->open);
		if (parent->last == 0)
			parent->first = r;
		else
			doc_at(d, parent->last)->next = r;
		parent->last = r;
		parent->count++;
	}
	*ref = r;
	return ERR_OK;
}

static enum err
open_container(struct doc_parser *s, enum doc_type type)
{
	enum err e;
	doc_ref r;

	if (s->depth == s->limits->depth)
		return doc_parser_fail(s, ERR_JSON_DEPTH, "");
	e = doc_parser_add(s, type, &r);
	if (e != ERR_OK)
		return e;
	doc_at(s->d, r)->next = s->open;
	s->open = r;
	s->depth++;
	s->names += doc_at(s->d, r)->name_len;
	s->p++;
	return ERR_OK;
}

/* Sorts the open object and goes back to its parent. */
static void
leave(struct doc_parser *s)
{
	struct doc_value *v = doc_at(s->d, s->open);
	doc_ref duplicate, parent = v->next;

	if (v->type == DOC_OBJECT && v->count > 1) {
		duplicate = doc_sort(s->d, s->open);
		if (duplicate != 0 &&
		    (s->duplicate == 0 || duplicate < s->duplicate))
			s->duplicate = duplicate;
	} else {
		v->sorted = v->first;
	}
	v->next = 0;
	s->names -= v->name_len;
	s->depth--;
	s->open = parent;
}

static enum err
parse_value(struct doc_parser *s)
{
	if (s->p == s->end)
		return doc_parser_unexpected(s, "expected a value");
	switch (*s->p) {
	case '{':
		return open_container(s, DOC_OBJECT);
	case '[':
		return open_container(s, DOC_ARRAY);
	case '"':
		return doc_token_string(s);
	case 't':
		return doc_token_literal(s, "true", DOC_TRUE);
	case 'f':
		return doc_token_literal(s, "false", DOC_FALSE);
	case 'n':
		return doc_token_literal(s, "null", DOC_NULL);
	default:
		if (*s->p == '-' || (*s->p >= '0' && *s->p <= '9'))
			return doc_token_number(s);
		return doc_parser_unexpected(s, "expected a value");
	}
}

/* What stands in an open container before its next child, or its end. */
static enum err
parse_separator(struct doc_parser *s, bool *closed)
{
	const struct doc_value *v = doc_at(s->d, s->open);
	uint8_t close = v->type == DOC_OBJECT ? '}' : ']';
	bool empty = v->count == 0;

	*closed = s->p < s->end && *s->p == close;
	if (*closed) {
		s->p++;
		leave(s);
		return ERR_OK;
	}
	if (!empty) {
		if (s->p == s->end || *s->p != ',')
			return doc_parser_unexpected(s,
			    close == '}' ? "expected ',' or '}'"
					 : "expected ',' or ']'");
		s->p++;
		doc_parser_skip_space(s);
	} else if (s->p == s->end || (close == '}' && *s->p != '"')) {
		return doc_parser_unexpected(s,
		    close == '}' ? "expected a member name or '}'"
				 : "expected a value or ']'");
	}
	return close == '}' ? doc_token_name(s) : ERR_OK;
}

static enum err
parse_document(struct doc_parser *s)
{
	bool closed;
	enum err e;

	doc_parser_skip_space(s);
	if (s->end - s->p >= 3 && memcmp(s->p, "\xEF\xBB\xBF", 3) == 0)
		return doc_parser_fail(s, ERR_JSON_BOM, "");
	if (s->p == s->end)
		return doc_parser_fail(s, ERR_JSON_EMPTY, "");
	e = parse_value(s);
	while (e == ERR_OK && s->open != 0) {
		doc_parser_skip_space(s);
		e = parse_separator(s, &closed);
		if (e == ERR_OK && !closed)
			e = parse_value(s);
	}
	if (e != ERR_OK)
		return e;
	doc_parser_skip_space(s);
	if (s->p != s->end)
		return doc_parser_fail(s, ERR_JSON_TRAILING, "");
	return ERR_OK;
}

/*
 * The opening quotation mark of a member's name. Before the value there are
 * white space, a colon, and the name; inside the name a quotation mark has a
 * backslash before it, its opening one never has.
 */
static const uint8_t *
name_start(const struct doc *d, doc_ref member)
{
	const uint8_t *p = d->buf + doc_at(d, member)->offset - 1;

	while (*p != '"')
		p--;
	do
		p--;
	while (*p != '"' || p[-1] == '\\');
	return p;
}

/* What is open after a fault may have duplicates before it: a name whose
 * value did not come, and members of all open objects. */
static enum err
find_earlier_duplicate(struct doc_parser *s, enum err e)
{
	const struct doc_value *v;
	doc_ref r = s->name != NULL ? doc_at(s->d, s->open)->first : 0;
	bool pending = false;

	for (; r != 0 && !pending; r = v->next) {
		v = doc_at(s->d, r);
		pending = doc_name_compare(
			      v->name, v->name_len, s->name, s->name_len) == 0;
	}
	while (s->open != 0)
		leave(s);
	if (s->duplicate != 0)
		s->p = name_start(s->d, s->duplicate);
	else if (pending)
		s->p = s->name_quote;
	else
		return e;
	return doc_parser_fail(s, ERR_JSON_DUPLICATE_NAME, "");
}

enum err
doc_parse(struct doc **out, const uint8_t *buf, size_t len,
    const struct doc_limits *limits, struct fault *fault)
{
	struct doc_parser s = {.limits = limits, .start = buf, .p = buf};
	enum err e;

	*out = NULL;
	if (len > limits->length || len >= UINT32_MAX)
		return fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
		    "%zu octets, the bound is %llu", len,
		    (unsigned long long)limits->length);
	s.end = buf + len;
	s.d = calloc(1, sizeof(*s.d));
	if (s.d == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "%s", "");
	s.d->buf = buf;
	s.d->len = len;
	s.expected = "";
	e = parse_document(&s);
	if (e != ERR_NO_MEMORY && (e != ERR_OK || s.duplicate != 0))
		e = find_earlier_duplicate(&s, e);
	if (e != ERR_OK) {
		doc_free(s.d);
		return fault_set(
		    fault, e, (uint64_t)(s.p - buf), "%s", s.expected);
	}
	*out = s.d;
	return ERR_OK;
}
