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

const uint8_t *
doc_parser_fail(
    struct doc_parser *s, const uint8_t *p, enum err e, const char *expected)
{
	s->err = e;
	s->fault = p;
	s->expected = expected;
	return NULL;
}

const uint8_t *
doc_parser_unexpected(
    struct doc_parser *s, const uint8_t *p, const char *expected)
{
	if (p == s->end)
		return doc_parser_fail(s, p, ERR_JSON_TRUNCATED, expected);
	if (*p >= 0x80 && (*p < 0xC2 || *p > 0xF4))
		return doc_parser_fail(s, p, ERR_UTF8_INVALID, expected);
	return doc_parser_fail(s, p, ERR_JSON_SYNTAX, expected);
}

/* What is indented has long runs of spaces. */
const uint8_t *
doc_parser_skip_more(struct doc_parser *s, const uint8_t *p)
{
	const uint8_t *start = p;

	for (;;) {
		while (s->end - p >= 8 && memcmp(p, "        ", 8) == 0)
			p += 8;
		if (p == s->end ||
		    (*p != ' ' && *p != '\n' && *p != '\r' && *p != '\t'))
			break;
		p++;
	}
	if (p != start)
		doc_parser_foreign(s, p - 1);
	return p;
}

/* Makes the newest value the last child of what is open. Its name is compared
 * with the name before it, and only what is not in order is sorted later. */
static inline void
add_child(struct doc_parser *s, struct doc_value *v, doc_ref r)
{
	struct doc_value *open = doc_at(s->d, s->open), *latest;

	if (s->latest == 0) {
		open->first = r;
	} else {
		latest = doc_at(s->d, s->latest);
		latest->next = r;
		latest->order = r;
		if (v->name != NULL && doc_member_compare(latest, v) >= 0)
			open->flags |= DOC_UNSORTED;
	}
	open->count++;
	s->latest = r;
}

static const uint8_t *
open_container(struct doc_parser *s, const uint8_t *p, enum doc_type type,
    struct doc_value *v)
{
	if (s->depth == s->limits->depth)
		return doc_parser_fail(s, p, ERR_JSON_DEPTH, "");
	v->type = (uint8_t)type;
	s->open = (doc_ref)(v - s->d->value);
	s->latest = 0;
	s->depth++;
	s->names += v->name_len;
	return p + 1;
}

/* Sorts the open object, whose last octet is before p, and goes back to its
 * parent. */
static void
leave(struct doc_parser *s, const uint8_t *p)
{
	struct doc_value *v = doc_at(s->d, s->open);
	doc_ref duplicate;

	v->last = s->latest;
	v->sorted = v->first;
	if ((v->flags & DOC_UNSORTED) != 0) {
		duplicate = doc_sort(s->d, s->open);
		if (duplicate != 0 &&
		    (s->duplicate == 0 || duplicate < s->duplicate))
			s->duplicate = duplicate;
		doc_parser_foreign(s, p - 1);
	}
	doc_parser_end(s, v, p);
	s->names -= v->name_len;
	s->depth--;
	s->latest = s->open;
	s->open = v->parent;
}

static const uint8_t *
parse_value(struct doc_parser *s, const uint8_t *p, struct doc_value *v)
{
	if (p == s->end)
		return doc_parser_unexpected(s, p, "expected a value");
	v->flags = DOC_PLACED;
	v->offset = doc_parser_at(s, p);
	if (v->name == NULL)
		v->name_at = v->offset;
	switch (*p) {
	case '"':
		return doc_token_string(s, p, v);
	case '{':
		return open_container(s, p, DOC_OBJECT, v);
	case '[':
		return open_container(s, p, DOC_ARRAY, v);
	case 't':
		return doc_token_literal(s, p, "true", DOC_TRUE, v);
	case 'f':
		return doc_token_literal(s, p, "false", DOC_FALSE, v);
	case 'n':
		return doc_token_literal(s, p, "null", DOC_NULL, v);
	default:
		if (*p == '-' || (*p >= '0' && *p <= '9'))
			return doc_token_number(s, p, v);
		return doc_parser_unexpected(s, p, "expected a value");
	}
}

/* The next child of an open container, or its end. */
static const uint8_t *
parse_child(struct doc_parser *s, const uint8_t *p)
{
	bool object = doc_at(s->d, s->open)->type == DOC_OBJECT;
	struct doc_value *v;
	doc_ref r;

	if (p < s->end && *p == (object ? '}' : ']')) {
		leave(s, p + 1);
		return p + 1;
	}
	if (s->latest != 0) {
		if (p == s->end || *p != ',')
			return doc_parser_unexpected(s, p,
			    object ? "expected ',' or '}'"
				   : "expected ',' or ']'");
		p = doc_parser_skip_space(s, p + 1);
	} else if (p == s->end || (object && *p != '"')) {
		return doc_parser_unexpected(s, p,
		    object ? "expected a member name or '}'"
			   : "expected a value or ']'");
	}
	r = doc_grow(s->d);
	if (r == 0)
		return doc_parser_fail(s, p, ERR_NO_MEMORY, "");
	v = doc_at(s->d, r);
	v->parent = s->open;
	if (object) {
		p = doc_token_name(s, p, v);
		if (v->name != NULL)
			add_child(s, v, r);
	} else {
		add_child(s, v, r);
	}
	return p != NULL ? parse_value(s, p, v) : NULL;
}

static const uint8_t *
parse_root(struct doc_parser *s, const uint8_t *p)
{
	if (s->end - p >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0)
		return doc_parser_fail(s, p, ERR_JSON_BOM, "");
	if (p == s->end)
		return doc_parser_fail(s, p, ERR_JSON_EMPTY, "");
	s->d->root = doc_grow(s->d);
	if (s->d->root == 0)
		return doc_parser_fail(s, p, ERR_NO_MEMORY, "");
	return parse_value(s, p, doc_at(s->d, s->d->root));
}

static void
parse_document(struct doc_parser *s)
{
	const uint8_t *p = doc_parser_skip_space(s, s->start);

	p = parse_root(s, p);
	while (p != NULL && s->open != 0) {
		p = doc_parser_skip_space(s, p);
		p = parse_child(s, p);
	}
	if (p != NULL) {
		p = doc_parser_skip_space(s, p);
		if (p != s->end)
			doc_parser_fail(s, p, ERR_JSON_TRAILING, "");
	}
}

/* What is open after a fault may have duplicates before it. */
static void
find_earlier_duplicate(struct doc_parser *s)
{
	while (s->open != 0)
		leave(s, s->end);
	if (s->duplicate != 0)
		doc_parser_fail(s,
		    s->start + doc_at(s->d, s->duplicate)->name_at,
		    ERR_JSON_DUPLICATE_NAME, "");
}

enum err
doc_parse(struct doc **out, const uint8_t *buf, size_t len,
    const struct doc_limits *limits, struct fault *fault)
{
	struct doc_parser s = {.limits = limits, .start = buf};

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
	parse_document(&s);
	if (s.err != ERR_NO_MEMORY)
		find_earlier_duplicate(&s);
	if (s.err != ERR_OK) {
		doc_free(s.d);
		return fault_set(
		    fault, s.err, (uint64_t)(s.fault - buf), "%s", s.expected);
	}
	*out = s.d;
	return ERR_OK;
}
