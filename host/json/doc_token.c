#include "common/es_number.h"
#include "common/json_number.h"
#include "host/json/doc_parser.h"
#include "host/json/doc_string.h"

static enum err
read_string(struct doc_parser *s, struct doc_span *span)
{
	enum err e = doc_string_scan(s->p + 1, s->end, span);

	if (e != ERR_OK) {
		s->p = span->bad;
		return doc_parser_fail(s, e, "");
	}
	return ERR_OK;
}

enum err
doc_token_name(struct doc_parser *s)
{
	struct doc_span span;
	uint8_t *text;
	enum err e;

	if (s->p == s->end || *s->p != '"')
		return doc_parser_unexpected(s, "expected a member name");
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
			return doc_parser_fail(s, ERR_NO_MEMORY, "");
		s->name_len = (uint32_t)doc_string_unescape(
		    span.text, span.len, text);
		s->name = text;
		if (doc_string_plain(text, s->name_len) != s->name_len)
			s->name_flags = 0;
	}
	if (s->names + s->name_len > s->limits->names) {
		s->p = s->name_quote;
		return doc_parser_fail(s, ERR_JSON_NAMES_LENGTH, "");
	}
	doc_parser_skip_space(s);
	if (s->p == s->end || *s->p != ':')
		return doc_parser_unexpected(s, "expected ':'");
	s->p++;
	doc_parser_skip_space(s);
	return ERR_OK;
}

enum err
doc_token_string(struct doc_parser *s)
{
	struct doc_span span;
	struct doc_value *v;
	enum err e;
	doc_ref r;

	e = read_string(s, &span);
	if (e != ERR_OK)
		return e;
	e = doc_parser_add(s, DOC_STRING, &r);
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
is_digit(const struct doc_parser *s)
{
	return s->p < s->end && *s->p >= '0' && *s->p <= '9';
}

static bool
skip_digits(struct doc_parser *s)
{
	bool any = is_digit(s);

	while (is_digit(s))
		s->p++;
	return any;
}

/* RFC 8259 6. *whole: neither fraction nor exponent. */
static bool
scan_number(struct doc_parser *s, bool *whole)
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
fail_number(struct doc_parser *s, const uint8_t *lexeme)
{
	struct json_number n;
	bool ended = false;
	enum err e = ERR_OK;

	json_number_init(&n);
	for (s->p = lexeme; s->p < s->end && !ended; s->p++) {
		e = json_number_push(&n, *s->p, &ended);
		if (e != ERR_OK)
			return doc_parser_fail(s, e, "");
	}
	e = json_number_finish(&n);
	return doc_parser_fail(s, e != ERR_OK ? e : ERR_INTERNAL, "");
}

enum err
doc_token_number(struct doc_parser *s)
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
	e = doc_parser_add(s, DOC_NUMBER, &r);
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

enum err
doc_token_literal(struct doc_parser *s, const char *word, enum doc_type type)
{
	const uint8_t *start = s->p;
	const char *w;
	enum err e;
	doc_ref r;

	for (w = word; *w != '\0'; w++, s->p++) {
		if (s->p == s->end)
			return doc_parser_fail(s, ERR_JSON_TRUNCATED, "");
		if (*s->p != (uint8_t)*w)
			return doc_parser_fail(s, ERR_JSON_LITERAL, "");
	}
	s->p = start;
	e = doc_parser_add(s, type, &r);
	s->p = start + (w - word);
	return e;
}
