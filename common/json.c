#include "common/json.h"

#include <string.h>

#include "common/jcs_rules.h"
#include "common/scan.h"

/*
 * One machine for any JSON and, with rules, for canonical JSON. Each step
 * takes what it can from (p, end) and returns where it stopped; an error
 * leaves its number in j->err, and what is returned is its place.
 */
enum state {
	START, /* the document, or a byte order mark */
	MARK, /* the rest of a byte order mark */
	VALUE,
	FIRST_VALUE, /* or the end of the array */
	FIRST_NAME, /* or the end of the object */
	NAME,
	COLON,
	AFTER_VALUE,
	STRING,
	ESCAPE,
	HEX,
	LOW_SOLIDUS, /* of the low surrogate's escape */
	LOW_U,
	LITERAL,
	NUMBER,
	END,
};

_Static_assert(BOUND_JSON_DEPTH <= 64, "struct json has a bit a level");

static const uint8_t *
fail(struct json *j, const uint8_t *p, enum err e)
{
	j->err = e;
	return p;
}

static void
put_event(struct json *j, enum json_event event, const uint8_t *buf, size_t len,
    bool last)
{
	if (j->events != NULL)
		j->events->event(j->events, event, buf, len, last);
}

static bool
in_object(const struct json *j)
{
	return (j->objects >> (j->depth - 1) & 1) != 0;
}

static void
value_done(struct json *j)
{
	j->state = j->depth == 0 ? END : AFTER_VALUE;
}

/* An octet that no token begins with, or that may not follow here. */
static const uint8_t *
fail_syntax(struct json *j, const uint8_t *p)
{
	if (*p >= 0x80 && (*p < 0xc2 || *p > 0xf4))
		return fail(j, p, ERR_UTF8_INVALID);
	return fail(j, p, ERR_JSON_SYNTAX);
}

static const uint8_t *
open_level(struct json *j, const uint8_t *p, bool object)
{
	uint64_t bit = (uint64_t)1 << (j->depth & 63);

	if (j->depth == BOUND_JSON_DEPTH)
		return fail(j, p, ERR_JSON_DEPTH);
	j->depth++;
	if (object) {
		j->objects |= bit;
		if (j->rules != NULL)
			jcs_rules_object_begin(j->rules);
	} else {
		j->objects &= ~bit;
	}
	j->state = object ? FIRST_NAME : FIRST_VALUE;
	put_event(
	    j, object ? JSON_OBJECT_BEGIN : JSON_ARRAY_BEGIN, NULL, 0, true);
	return p + 1;
}

static const uint8_t *
close_level(struct json *j, const uint8_t *p)
{
	bool object = in_object(j);

	if (object && j->rules != NULL)
		jcs_rules_object_end(j->rules);
	j->depth--;
	value_done(j);
	put_event(j, object ? JSON_OBJECT_END : JSON_ARRAY_END, NULL, 0, true);
	return p + 1;
}

static const uint8_t *
begin_name(struct json *j, const uint8_t *p)
{
	j->event = JSON_NAME;
	j->state = STRING;
	if (j->rules != NULL)
		jcs_rules_name_begin(j->rules);
	return p + 1;
}

/* Text of the open string. Returns end, or the octet that the rules refuse;
 * that the name may not end here is said of the octet behind it. */
static const uint8_t *
put_text(struct json *j, const uint8_t *p, const uint8_t *end, bool last)
{
	enum err e;
	size_t len = (size_t)(end - p), good;

	if (j->event == JSON_NAME && j->rules != NULL) {
		good = jcs_rules_name_push(j->rules, p, len, &e);
		if (e == ERR_OK && last)
			e = jcs_rules_name_end(j->rules);
		if (e != ERR_OK)
			return fail(j, p + good, e);
	}
	if (len != 0 || last)
		put_event(j, (enum json_event)j->event, p, len, last);
	return end;
}

/* The text before a fault has its own fault first. */
static const uint8_t *
fail_behind_text(
    struct json *j, const uint8_t *start, const uint8_t *p, enum err e)
{
	p = put_text(j, start, p, false);
	return j->err != ERR_OK ? p : fail(j, p, e);
}

/* Of an escape in a name, what it can still become is known octet by octet:
 * no more than this. */
static enum err
check_at_most(const struct json *j, uint8_t octet)
{
	if (j->event != JSON_NAME || j->rules == NULL)
		return ERR_OK;
	return jcs_rules_name_at_most(j->rules, octet);
}

static const uint8_t *
take_string(struct json *j, const uint8_t *p, const uint8_t *end)
{
	const uint8_t *start = p;

	for (;;) {
		if (utf8_is_whole(&j->utf8))
			p += scan_plain(p, (size_t)(end - p));
		if (p == end)
			return put_text(j, start, p, false);
		if (*p < 0x80 && utf8_is_whole(&j->utf8))
			break;
		p += utf8_push_wide(&j->utf8, p, (size_t)(end - p));
		if (p < end && (*p >= 0x80 || !utf8_is_whole(&j->utf8)))
			return fail_behind_text(j, start, p, ERR_UTF8_INVALID);
	}
	if (*p < 0x20)
		return fail_behind_text(j, start, p, ERR_JSON_CONTROL);
	p = put_text(j, start, p, *p == '"');
	if (j->err != ERR_OK)
		return p;
	if (*p == '"') {
		if (j->event == JSON_NAME)
			j->state = COLON;
		else
			value_done(j);
		return p + 1;
	}
	if (check_at_most(j, '\\') != ERR_OK)
		return fail(j, p, ERR_JCS_ORDER);
	j->state = ESCAPE;
	return p + 1;
}

/* The escape that ends with the octet at p has this text. */
static const uint8_t *
escape_done(struct json *j, const uint8_t *p, uint32_t code)
{
	uint8_t text[4];
	size_t len = utf8_encode(code, text);

	j->state = STRING;
	put_text(j, text, text + len, false);
	return j->err != ERR_OK ? p : p + 1;
}

static const uint8_t *
take_escape(struct json *j, const uint8_t *p)
{
	static const char name[] = "\"\\/bfnrt";
	static const char text[] = "\"\\/\b\f\n\r\t";
	const char *at;

	if (*p == 'u') {
		if (check_at_most(j, 0x1f) != ERR_OK)
			return fail(j, p, ERR_JCS_ORDER);
		j->state = HEX;
		j->code = 0;
		j->digits = 0;
		return p + 1;
	}
	for (at = name; *at != '\0' && *p != (uint8_t)*at; at++)
		;
	if (*at == '\0')
		return fail(j, p, ERR_JSON_ESCAPE);
	if (*p == '/' && j->rules != NULL)
		return fail(j, p, ERR_JCS_ESCAPE);
	return escape_done(j, p, (uint8_t)text[at - name]);
}

static int
hex_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* RFC 8785 3.2.2.2: \u only for control characters that have no short form,
 * in lower case. */
static enum err
check_canonical_digit(const struct json *j, uint8_t c)
{
	if (c >= 'A' && c <= 'F')
		return ERR_JCS_ESCAPE;
	if (j->digits < 2)
		return c == '0' ? ERR_OK : ERR_JCS_ESCAPE;
	if (j->digits == 2) {
		if (c != '0' && c != '1')
			return ERR_JCS_ESCAPE;
		return check_at_most(j, c == '0' ? 0x0f : 0x1f);
	}
	if (j->code == 0 &&
	    (c == '8' || c == '9' || c == 'a' || c == 'c' || c == 'd'))
		return ERR_JCS_ESCAPE;
	return ERR_OK;
}

/* Surrogates are D800..DFFF, the low ones begin at DC00: the second digit
 * already tells (RFC 7493 2.1: pairs only). */
static bool
is_wrong_surrogate(const struct json *j)
{
	if (j->high != 0)
		return (j->digits == 1 && j->code != 0xd) ||
		    (j->digits == 2 && j->code < 0xdc);
	return j->digits == 2 && j->code >= 0xdc && j->code <= 0xdf;
}

static const uint8_t *
take_hex(struct json *j, const uint8_t *p)
{
	int value = hex_value(*p);
	uint32_t code;
	enum err e;

	if (value < 0)
		return fail(j, p, ERR_JSON_ESCAPE);
	if (j->rules != NULL) {
		e = check_canonical_digit(j, *p);
		if (e != ERR_OK)
			return fail(j, p, e);
	}
	j->code = (uint16_t)(j->code << 4 | value);
	j->digits++;
	if (is_wrong_surrogate(j))
		return fail(j, p, ERR_JSON_SURROGATE);
	if (j->digits < 4)
		return p + 1;
	if (j->high == 0 && j->code >= 0xd800 && j->code <= 0xdbff) {
		j->high = j->code;
		j->state = LOW_SOLIDUS;
		return p + 1;
	}
	code = j->code;
	if (j->high != 0)
		code = 0x10000 + ((uint32_t)(j->high - 0xd800) << 10) +
		    (code - 0xdc00);
	j->high = 0;
	return escape_done(j, p, code);
}

static const uint8_t *
take_low(struct json *j, const uint8_t *p, uint8_t octet, enum state next)
{
	if (*p != octet)
		return fail(j, p, ERR_JSON_SURROGATE);
	j->state = next;
	j->code = 0;
	j->digits = 0;
	return p + 1;
}

static const uint8_t *
begin_literal(
    struct json *j, const uint8_t *p, const char *rest, enum json_event event)
{
	j->literal = rest;
	j->event = event;
	j->state = LITERAL;
	return p + 1;
}

static const uint8_t *
take_literal(struct json *j, const uint8_t *p, const uint8_t *end)
{
	for (; p < end && *j->literal != '\0'; p++, j->literal++)
		if (*p != (uint8_t)*j->literal)
			return fail(j, p, ERR_JSON_LITERAL);
	if (*j->literal == '\0') {
		value_done(j);
		put_event(j, (enum json_event)j->event, NULL, 0, true);
	}
	return p;
}

/* The rules' word on a whole number; where it departs from its canonical form
 * lies behind p. */
static const uint8_t *
check_number(struct json *j, const uint8_t *p)
{
	uint8_t len = j->rules->number_len;
	size_t agree;
	enum err e = jcs_rules_number_end(j->rules, &agree);

	if (e == ERR_OK)
		return p;
	j->back = (uint8_t)(len - agree);
	return fail(j, p, e);
}

static const uint8_t *
take_number(struct json *j, const uint8_t *p, const uint8_t *end)
{
	const uint8_t *start = p;
	bool ended = false;
	enum err e;

	for (; p < end; p++) {
		e = json_number_push(&j->number, *p, &ended);
		if (e != ERR_OK)
			return fail(j, p, e);
		if (ended)
			break;
		if (j->rules != NULL && !jcs_rules_number_push(j->rules, p, 1))
			return fail(j, p, ERR_JCS_NUMBER);
	}
	if (ended && j->rules != NULL) {
		check_number(j, p);
		if (j->err != ERR_OK)
			return p;
	}
	if (ended)
		value_done(j);
	put_event(j, JSON_NUMBER, start, (size_t)(p - start), ended);
	return p;
}

/* Integers of up to 15 digits are canonical as they stand. */
static const uint8_t *
begin_number(struct json *j, const uint8_t *p, const uint8_t *end)
{
	const uint8_t *q = p + (*p == '-');
	const uint8_t *digits = q;

	while (q < end && q - digits < 16 && *q >= '0' && *q <= '9')
		q++;
	if (q < end && q > digits && q - digits < 16 && *q != '.' &&
	    *q != 'e' && *q != 'E' && (*digits != '0' || q - p == 1)) {
		value_done(j);
		put_event(j, JSON_NUMBER, p, (size_t)(q - p), true);
		return q;
	}
	json_number_init(&j->number);
	j->state = NUMBER;
	return take_number(j, p, end);
}

static const uint8_t *
take_value(struct json *j, const uint8_t *p, const uint8_t *end)
{
	switch (*p) {
	case '"':
		j->event = JSON_STRING;
		j->state = STRING;
		return p + 1;
	case '{':
		return open_level(j, p, true);
	case '[':
		return open_level(j, p, false);
	case 't':
		return begin_literal(j, p, "rue", JSON_TRUE);
	case 'f':
		return begin_literal(j, p, "alse", JSON_FALSE);
	case 'n':
		return begin_literal(j, p, "ull", JSON_NULL);
	case '-':
	case '0':
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
	case '7':
	case '8':
	case '9':
		return begin_number(j, p, end);
	}
	return fail_syntax(j, p);
}

/* U+FEFF in UTF-8 is EF BB BF; with anything else it is not JSON either. */
static const uint8_t *
take_mark(struct json *j, const uint8_t *p)
{
	static const uint8_t mark[] = {0xef, 0xbb, 0xbf};

	if (*p != mark[j->digits] || j->digits == 2) {
		j->back = j->digits;
		return fail(j, p,
		    *p == mark[2] && j->digits == 2 ? ERR_JSON_BOM
						    : ERR_JSON_SYNTAX);
	}
	j->digits++;
	j->state = MARK;
	return p + 1;
}

/* Between tokens. */
static const uint8_t *
take_structure(struct json *j, const uint8_t *p, const uint8_t *end)
{
	uint8_t c = *p;

	if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
		if (j->rules != NULL)
			return fail(j, p, ERR_JCS_WHITESPACE);
		return p + 1;
	}
	switch (j->state) {
	case START:
		if (c == 0xef)
			return take_mark(j, p);
		return take_value(j, p, end);
	case VALUE:
		return take_value(j, p, end);
	case FIRST_VALUE:
		return c == ']' ? close_level(j, p) : take_value(j, p, end);
	case FIRST_NAME:
		if (c == '}')
			return close_level(j, p);
		return c == '"' ? begin_name(j, p) : fail_syntax(j, p);
	case NAME:
		return c == '"' ? begin_name(j, p) : fail_syntax(j, p);
	case COLON:
		if (c != ':')
			return fail_syntax(j, p);
		j->state = VALUE;
		return p + 1;
	case AFTER_VALUE:
		if (c == ',') {
			j->state = in_object(j) ? NAME : VALUE;
			return p + 1;
		}
		if (c == (in_object(j) ? '}' : ']'))
			return close_level(j, p);
		return fail_syntax(j, p);
	}
	return fail(j, p, ERR_JSON_TRAILING);
}

static const uint8_t *
take(struct json *j, const uint8_t *p, const uint8_t *end)
{
	switch (j->state) {
	case STRING:
		return take_string(j, p, end);
	case ESCAPE:
		return take_escape(j, p);
	case HEX:
		return take_hex(j, p);
	case LOW_SOLIDUS:
		return take_low(j, p, '\\', LOW_U);
	case LOW_U:
		return take_low(j, p, 'u', HEX);
	case LITERAL:
		return take_literal(j, p, end);
	case NUMBER:
		return take_number(j, p, end);
	case MARK:
		return take_mark(j, p);
	}
	return take_structure(j, p, end);
}

void
json_init(struct json *j, struct json_sink *events)
{
	memset(j, 0, sizeof(*j));
	j->events = events;
	j->state = START;
}

void
json_push(struct json *j, const uint8_t *buf, size_t len)
{
	const uint8_t *p = buf, *end = buf + len;

	if (j->err != ERR_OK)
		return;
	while (p < end && j->err == ERR_OK)
		p = take(j, p, end);
	j->offset += (uint64_t)(p - buf) - j->back;
}

/* The input ends here: a number at the top ends with it, anything else that
 * is open is cut off. */
static void
end_input(struct json *j)
{
	switch (j->state) {
	case END:
		return;
	case START:
		j->err = ERR_JSON_EMPTY;
		return;
	case MARK:
		j->err = ERR_JSON_SYNTAX;
		j->back = j->digits;
		return;
	case NUMBER:
		if (j->depth != 0)
			break;
		j->err = json_number_finish(&j->number);
		if (j->err == ERR_OK && j->rules != NULL)
			check_number(j, NULL);
		if (j->err != ERR_OK)
			return;
		j->state = END;
		put_event(j, JSON_NUMBER, NULL, 0, true);
		return;
	}
	j->err = ERR_JSON_TRUNCATED;
}

enum err
json_finish(struct json *j)
{
	if (j->err == ERR_OK) {
		end_input(j);
		j->offset -= j->back;
	}
	return j->err;
}

enum err
json_error(const struct json *j)
{
	return j->err;
}

uint64_t
json_offset(const struct json *j)
{
	return j->offset;
}
