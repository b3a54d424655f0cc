#include "common/json_number.h"
#include "common/scan.h"
#include "host/json/doc_parser.h"
#include "host/json/doc_string.h"

/* Any other string than that of read_string; p is where it is another. */
static const uint8_t *
read_other(struct doc_parser *s, const uint8_t *body, const uint8_t *p,
    struct doc_span *span)
{
	enum err e = doc_string_scan(body, p, s->end, span);

	if (e != ERR_OK)
		return doc_parser_fail(s, span->bad, e, "");
	if (!span->canonical)
		doc_parser_foreign(s, body);
	return body + span->len + 1;
}

/* Most strings are plain ASCII up to their quotation mark. */
static inline const uint8_t *
read_string(struct doc_parser *s, const uint8_t *p, struct doc_span *span)
{
	const uint8_t *body = p + 1;
	size_t n = scan_plain(body, (size_t)(s->end - body));

	p = body + n;
	if (p == s->end || *p != '"')
		return read_other(s, body, p, span);
	span->text = body;
	span->len = n;
	span->escaped = false;
	return p + 1;
}

static bool
unescape_name(
    struct doc_parser *s, const struct doc_span *span, struct doc_value *v)
{
	uint8_t *text = doc_alloc(s->d, span->len);

	if (text == NULL)
		return false;
	v->name_len = (uint32_t)doc_string_unescape(
	    span->text, span->len, text);
	v->name = text;
	v->name_key = doc_name_key_slow(text, v->name_len);
	return true;
}

const uint8_t *
doc_token_name(struct doc_parser *s, const uint8_t *p, struct doc_value *v)
{
	const uint8_t *quote = p;
	struct doc_span span;

	if (p == s->end || *p != '"')
		return doc_parser_unexpected(s, p, "expected a member name");
	p = read_string(s, p, &span);
	if (p == NULL)
		return NULL;
	v->name_at = doc_parser_at(s, quote);
	if (!span.escaped) {
		v->name = span.text;
		v->name_len = (uint32_t)span.len;
		v->name_key = doc_name_key(span.text, span.len, s->end);
	} else if (!unescape_name(s, &span, v)) {
		return doc_parser_fail(s, quote, ERR_NO_MEMORY, "");
	}
	if (s->names + v->name_len > s->limits->names)
		return doc_parser_fail(s, quote, ERR_JSON_NAMES_LENGTH, "");
	p = doc_parser_skip_space(s, p);
	if (p == s->end || *p != ':')
		return doc_parser_unexpected(s, p, "expected ':'");
	return doc_parser_skip_space(s, p + 1);
}

const uint8_t *
doc_token_string(struct doc_parser *s, const uint8_t *p, struct doc_value *v)
{
	struct doc_span span;

	p = read_string(s, p, &span);
	if (p == NULL)
		return NULL;
	v->type = DOC_STRING;
	v->text = span.text;
	v->text_len = (uint32_t)span.len;
	if (span.escaped)
		v->flags |= DOC_ESCAPED;
	doc_parser_end(s, v, p);
	return p;
}

/* What is wrong with a number, and where, is said by the machine that the
 * checkers use, so that all say the same. NULL, or behind the number. */
static const uint8_t *
scan_number(struct doc_parser *s, const uint8_t *p)
{
	struct json_number n;
	bool ended = false;
	enum err e;

	json_number_init(&n);
	for (; p < s->end; p++) {
		e = json_number_push(&n, *p, &ended);
		if (e != ERR_OK)
			return doc_parser_fail(s, p, e, "");
		if (ended)
			return p;
	}
	/* What is cut off could go on and come back into range. */
	e = s->open != 0 ? ERR_OK : json_number_finish(&n);
	return e == ERR_OK ? p : doc_parser_fail(s, p, e, "");
}

const uint8_t *
doc_token_number(struct doc_parser *s, const uint8_t *p, struct doc_value *v)
{
	size_t n = json_number_simple(p, (size_t)(s->end - p));
	const uint8_t *after = n != 0 ? p + n : scan_number(s, p);

	if (after == NULL)
		return NULL;
	v->type = DOC_NUMBER;
	v->text = p;
	v->text_len = (uint32_t)(after - p);
	/* It may be canonical, but that takes longer to see. */
	if (n == 0)
		doc_parser_foreign(s, p);
	doc_parser_end(s, v, after);
	return after;
}

const uint8_t *
doc_token_literal(struct doc_parser *s, const uint8_t *p, const char *word,
    enum doc_type type, struct doc_value *v)
{
	const char *w;

	for (w = word; *w != '\0'; w++, p++) {
		if (p == s->end)
			return doc_parser_fail(s, p, ERR_JSON_TRUNCATED, "");
		if (*p != (uint8_t)*w)
			return doc_parser_fail(s, p, ERR_JSON_LITERAL, "");
	}
	v->type = (uint8_t)type;
	doc_parser_end(s, v, p);
	return p;
}
