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
#include "common/es_number.h"
#include "common/json_number.h"
#include "host/json/doc_priv.h"
#include "host/json/doc_string.h"

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

struct parser {
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

static enum err
fail(struct parser *s, enum err e, const char *expected)
{
	s->expected = expected;
	return e;
}

/* At an octet that cannot stand here, or at the end of the input. */
static enum err
unexpected(struct parser *s, const char *expected)
{
	if (s->p == s->end)
		return fail(s, ERR_JSON_TRUNCATED, expected);
	if (*s->p >= 0x80 && (*s->p < 0xC2 || *s->p > 0xF4))
		return fail(s, ERR_UTF8_INVALID, expected);
	return fail(s, ERR_JSON_SYNTAX, expected);
}

static void
skip_space(struct parser *s)
{
	while (s->p < s->end &&
	    (*s->p == ' ' || *s->p == '\n' || *s->p == '\r' || *s->p == '\t'))
		s->p++;
}

/* A new value as the last child of the innermost open container. */
static enum err
add(struct parser *s, enum doc_type type, doc_ref *ref)
{
	struct doc *d = s->d;
	struct doc_value *v, *parent;
	doc_ref r = doc_grow(d);

	if (r == 0)
		return fail(s, ERR_NO_MEMORY, "");
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
open_container(struct parser *s, enum doc_type type)
{
	enum err e;
	doc_ref r;

	if (s->depth == s->limits->depth)
		return fail(s, ERR_JSON_DEPTH, "");
	e = add(s, type, &r);
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
leave(struct parser *s)
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
read_string(struct parser *s, struct doc_span *span)
{
	enum err e = doc_string_scan(s->p + 1, s->end, span);

	if (e != ERR_OK) {
		s->p = span->bad;
		return fail(s, e, "");
	}
	return ERR_OK;
}

static enum err
parse_name(struct parser *s)
{
	struct doc_span span;
	uint8_t *text;
	enum err e;

	if (s->p == s->end || *s->p != '"')
		return unexpected(s, "expected a member name");
	e = read_string(s, &span);
	if (e != ERR_OK)
		return e;
	s->p = span.text + span.len + 1;
	s->name_quote = span.text - 1;
	s->name_flags = DOC_NAME_PLAIN;
	s->name = span.text;
	s->name_len = (uint32_t)span.len;
	if (span.escaped) {
		text = doc_alloc(s->d, span.len);
		if (text == NULL)
			return fail(s, ERR_NO_MEMORY, "");
		s->name_len = (uint32_t)doc_string_unescape(
		    span.text, span.len, text);
		s->name = text;
		if (doc_string_plain(text, s->name_len) != s->name_len)
			s->name_flags = 0;
	}
	if (s->names + s->name_len > s->limits->names) {
		s->p = s->name_quote;
		return fail(s, ERR_JSON_NAMES_LENGTH, "");
	}
	skip_space(s);
	if (s->p == s->end || *s->p != ':')
		return unexpected(s, "expected ':'");
	s->p++;
	skip_space(s);
	return ERR_OK;
}

static enum err
parse_string(struct parser *s)
{
	struct doc_span span;
	struct doc_value *v;
	enum err e;
	doc_ref r;

	e = read_string(s, &span);
	if (e != ERR_OK)
		return e;
	e = add(s, DOC_STRING, &r);
	if (e != ERR_OK)
		return e;
	v = doc_at(s->d, r);
	v->text = span.text;
	v->text_len = (uint32_t)span.len;
	if (span.canonical)
		v->flags |= DOC_CANONICAL;
	if (span.escaped)
		v->flags |= DOC_ESCAPED;
	s->p = span.text + span.len + 1;
	return ERR_OK;
}

static bool
is_digit(const struct parser *s)
{
	return s->p < s->end && *s->p >= '0' && *s->p <= '9';
}

static bool
skip_digits(struct parser *s)
{
	bool any = is_digit(s);

	while (is_digit(s))
		s->p++;
	return any;
}

/* RFC 8259 6. *whole: neither fraction nor exponent. */
static bool
scan_number(struct parser *s, bool *whole)
{
	*whole = true;
	if (*s->p == '-')
		s->p++;
	if (s->p < s->end && *s->p == '0') {
		s->p++;
		if (is_digit(s))
			return false;
	} else if (!skip_digits(s)) {
		return false;
	}
	if (s->p < s->end && *s->p == '.') {
		*whole = false;
		s->p++;
		if (!skip_digits(s))
			return false;
	}
	if (s->p < s->end && (*s->p == 'e' || *s->p == 'E')) {
		*whole = false;
		s->p++;
		if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
			s->p++;
		return skip_digits(s);
	}
	return true;
}

/* What is wrong with a number, and where, is said by the machine that the
 * checkers use, so that all say the same. */
static enum err
fail_number(struct parser *s, const uint8_t *lexeme)
{
	struct json_number n;
	bool ended = false;
	enum err e = ERR_OK;

	json_number_init(&n);
	for (s->p = lexeme; s->p < s->end && !ended; s->p++) {
		e = json_number_push(&n, *s->p, &ended);
		if (e != ERR_OK)
			return fail(s, e, "");
	}
	e = json_number_finish(&n);
	return fail(s, e != ERR_OK ? e : ERR_INTERNAL, "");
}

static enum err
parse_number(struct parser *s)
{
	const uint8_t *lexeme = s->p, *after;
	struct doc_value *v;
	double value;
	bool whole;
	enum err e;
	doc_ref r;

	if (!scan_number(s, &whole))
		return fail_number(s, lexeme);
	after = s->p;
	s->p = lexeme;
	/* Up to 15 digits every integer is a double and its own short form. */
	if (!whole || after - lexeme > 15 || *lexeme == '-') {
		whole = false;
		e = es_number_parse(
		    (const char *)lexeme, (size_t)(after - lexeme), &value);
		if (e != ERR_OK)
			return fail_number(s, lexeme);
	}
	e = add(s, DOC_NUMBER, &r);
	if (e != ERR_OK)
		return e;
	v = doc_at(s->d, r);
	v->text = lexeme;
	v->text_len = (uint32_t)(after - lexeme);
	if (whole)
		v->flags |= DOC_CANONICAL;
	s->p = after;
	return ERR_OK;
}

static enum err
parse_literal(struct parser *s, const char *word, enum doc_type type)
{
	const uint8_t *start = s->p;
	const char *w;
	enum err e;
	doc_ref r;

	for (w = word; *w != '\0'; w++, s->p++) {
		if (s->p == s->end)
			return fail(s, ERR_JSON_TRUNCATED, "");
		if (*s->p != (uint8_t)*w)
			return fail(s, ERR_JSON_LITERAL, "");
	}
	s->p = start;
	e = add(s, type, &r);
	s->p = start + (w - word);
	return e;
}

static enum err
parse_value(struct parser *s)
{
	if (s->p == s->end)
		return unexpected(s, "expected a value");
	switch (*s->p) {
	case '{':
		return open_container(s, DOC_OBJECT);
	case '[':
		return open_container(s, DOC_ARRAY);
	case '"':
		return parse_string(s);
	case 't':
		return parse_literal(s, "true", DOC_TRUE);
	case 'f':
		return parse_literal(s, "false", DOC_FALSE);
	case 'n':
		return parse_literal(s, "null", DOC_NULL);
	default:
		if (*s->p == '-' || is_digit(s))
			return parse_number(s);
		return unexpected(s, "expected a value");
	}
}

/* What stands in an open container before its next child, or its end. */
static enum err
parse_separator(struct parser *s, bool *closed)
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
			return unexpected(s,
			    close == '}' ? "expected ',' or '}'"
					 : "expected ',' or ']'");
		s->p++;
		skip_space(s);
	} else if (s->p == s->end || (close == '}' && *s->p != '"')) {
		return unexpected(s,
		    close == '}' ? "expected a member name or '}'"
				 : "expected a value or ']'");
	}
	return close == '}' ? parse_name(s) : ERR_OK;
}

static enum err
parse_document(struct parser *s)
{
	bool closed;
	enum err e;

	skip_space(s);
	if (s->end - s->p >= 3 && memcmp(s->p, "\xEF\xBB\xBF", 3) == 0)
		return fail(s, ERR_JSON_BOM, "");
	if (s->p == s->end)
		return fail(s, ERR_JSON_EMPTY, "");
	e = parse_value(s);
	while (e == ERR_OK && s->open != 0) {
		skip_space(s);
		e = parse_separator(s, &closed);
		if (e == ERR_OK && !closed)
			e = parse_value(s);
	}
	if (e != ERR_OK)
		return e;
	skip_space(s);
	if (s->p != s->end)
		return fail(s, ERR_JSON_TRAILING, "");
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
find_earlier_duplicate(struct parser *s, enum err e)
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
	return fail(s, ERR_JSON_DUPLICATE_NAME, "");
}

enum err
doc_parse(struct doc **out, const uint8_t *buf, size_t len,
    const struct doc_limits *limits, struct fault *fault)
{
	struct parser s = {.limits = limits, .start = buf, .p = buf};
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
