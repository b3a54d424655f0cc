#include "common/json.h"

#include <string.h>

#include "common/json_inside.h"
#include "common/scan.h"

/* White space, or an octet that no token begins with or that may not follow
 * here. */
static const uint8_t *
take_other(struct json *j, const uint8_t *p)
{
	uint8_t c = *p;

	if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
		if (j->rules != NULL)
			return json_fail(j, p, ERR_JCS_WHITESPACE);
		return p + 1;
	}
	if (j->state == JSON_END)
		return json_fail(j, p, ERR_JSON_TRAILING);
	if (c >= 0x80 && (c < 0xc2 || c > 0xf4))
		return json_fail(j, p, ERR_UTF8_INVALID);
	return json_fail(j, p, ERR_JSON_SYNTAX);
}

static const uint8_t *
open_level(struct json *j, const uint8_t *p, bool object)
{
	uint64_t bit = (uint64_t)1 << (j->depth & 63);

	if (j->depth == BOUND_JSON_DEPTH)
		return json_fail(j, p, ERR_JSON_DEPTH);
	j->depth++;
	if (object) {
		j->objects |= bit;
		if (j->rules != NULL)
			jcs_rules_object_begin(j->rules);
	} else {
		j->objects &= ~bit;
	}
	j->state = object ? JSON_FIRST_NAME : JSON_FIRST_VALUE;
	json_put(
	    j, object ? JSON_OBJECT_BEGIN : JSON_ARRAY_BEGIN, NULL, 0, true);
	return p + 1;
}

static const uint8_t *
close_level(struct json *j, const uint8_t *p)
{
	bool object = json_in_object(j);

	if (object && j->rules != NULL)
		jcs_rules_object_end(j->rules);
	j->depth--;
	json_value_done(j);
	json_put(j, object ? JSON_OBJECT_END : JSON_ARRAY_END, NULL, 0, true);
	return p + 1;
}

static const uint8_t *
begin_literal(
    struct json *j, const uint8_t *p, const char *rest, enum json_event event)
{
	j->literal = rest;
	j->event = event;
	j->state = JSON_LITERAL;
	return p + 1;
}

static const uint8_t *
take_literal(struct json *j, const uint8_t *p, const uint8_t *end)
{
	for (; p < end && *j->literal != '\0'; p++, j->literal++)
		if (*p != (uint8_t)*j->literal)
			return json_fail(j, p, ERR_JSON_LITERAL);
	if (*j->literal == '\0') {
		json_value_done(j);
		json_put(j, (enum json_event)j->event, NULL, 0, true);
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
	return json_fail(j, p, e);
}

static const uint8_t *
take_number(struct json *j, const uint8_t *p, const uint8_t *end)
{
	const uint8_t *start = p;
	size_t room = SIZE_MAX;
	bool ended = false;
	enum err e;

	if (j->rules != NULL)
		room = (size_t)(JCS_NUMBER_SIZE - j->rules->number_len);
	for (; p < end; p++) {
		e = json_number_push(&j->number, *p, &ended);
		if (e != ERR_OK)
			return json_fail(j, p, e);
		if (ended)
			break;
		if ((size_t)(p - start) == room)
			return json_fail(j, p, ERR_JCS_NUMBER);
	}
	if (j->rules != NULL)
		jcs_rules_number_push(j->rules, start, (size_t)(p - start));
	if (ended && j->rules != NULL) {
		check_number(j, p);
		if (j->err != ERR_OK)
			return p;
	}
	if (ended)
		json_value_done(j);
	json_put(j, JSON_NUMBER, start, (size_t)(p - start), ended);
	return p;
}

static const uint8_t *
begin_number(struct json *j, const uint8_t *p, const uint8_t *end)
{
	size_t n = json_number_simple(p, (size_t)(end - p));

	if (n != 0) {
		json_value_done(j);
		json_put(j, JSON_NUMBER, p, n, true);
		return p + n;
	}
	json_number_init(&j->number);
	j->state = JSON_DIGITS;
	return take_number(j, p, end);
}

/* Most names and strings are whole and have no escapes: then there is nothing
 * to keep. len octets at p are plain. */
static inline bool
is_whole(const uint8_t *p, size_t len, const uint8_t *end)
{
	return len < (size_t)(end - p) && p[len] == '"';
}

static inline const uint8_t *
begin_name(struct json *j, const uint8_t *p, const uint8_t *end)
{
	size_t len = scan_plain(p, (size_t)(end - p)), good;

	if (!is_whole(p, len, end))
		return json_begin_text(j, p, len, end, JSON_NAME);
	if (j->rules != NULL) {
		good = jcs_rules_name(
		    j->rules, p, len, (size_t)(end - p), &j->err);
		if (j->err != ERR_OK)
			return p + good;
	}
	json_put(j, JSON_NAME, p, len, true);
	return json_name_done(j, p + len + 1, end);
}

static inline const uint8_t *
begin_string(struct json *j, const uint8_t *p, const uint8_t *end)
{
	size_t len = scan_plain(p, (size_t)(end - p));

	if (!is_whole(p, len, end))
		return json_begin_text(j, p, len, end, JSON_STRING);
	json_put(j, JSON_STRING, p, len, true);
	json_value_done(j);
	return p + len + 1;
}

static const uint8_t *
take_value(struct json *j, const uint8_t *p, const uint8_t *end)
{
	switch (*p) {
	case '"':
		return begin_string(j, p + 1, end);
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
	}
	if (*p == '-' || (*p >= '0' && *p <= '9'))
		return begin_number(j, p, end);
	return take_other(j, p);
}

/* Mostly the value follows in the same piece: that saves a turn. */
static const uint8_t *
take_name(struct json *j, const uint8_t *p, const uint8_t *end)
{
	if (*p != '"')
		return take_other(j, p);
	p = begin_name(j, p + 1, end);
	if (j->state == JSON_VALUE && p < end && j->err == ERR_OK)
		return take_value(j, p, end);
	return p;
}

static const uint8_t *
take_colon(struct json *j, const uint8_t *p)
{
	if (*p != ':')
		return take_other(j, p);
	j->state = JSON_VALUE;
	return p + 1;
}

static const uint8_t *
take_after_value(struct json *j, const uint8_t *p, const uint8_t *end)
{
	bool object = json_in_object(j);

	if (*p == (object ? '}' : ']'))
		return close_level(j, p);
	if (*p != ',')
		return take_other(j, p);
	j->state = object ? JSON_NEXT_NAME : JSON_VALUE;
	p++;
	if (object && p < end)
		return take_name(j, p, end);
	return p;
}

/* U+FEFF in UTF-8 is EF BB BF; with anything else it is not JSON either. */
static const uint8_t *
take_mark(struct json *j, const uint8_t *p)
{
	static const uint8_t mark[] = {0xef, 0xbb, 0xbf};

	if (*p != mark[j->digits] || j->digits == 2) {
		j->back = j->digits;
		return json_fail(j, p,
		    *p == mark[2] && j->digits == 2 ? ERR_JSON_BOM
						    : ERR_JSON_SYNTAX);
	}
	j->digits++;
	j->state = JSON_MARK;
	return p + 1;
}

const uint8_t *
json_take(struct json *j, const uint8_t *p, const uint8_t *end)
{
	switch (j->state) {
	case JSON_START:
		return *p == 0xef ? take_mark(j, p) : take_value(j, p, end);
	case JSON_MARK:
		return take_mark(j, p);
	case JSON_VALUE:
		return take_value(j, p, end);
	case JSON_FIRST_VALUE:
		return *p == ']' ? close_level(j, p) : take_value(j, p, end);
	case JSON_FIRST_NAME:
		return *p == '}' ? close_level(j, p) : take_name(j, p, end);
	case JSON_NEXT_NAME:
		return take_name(j, p, end);
	case JSON_COLON:
		return take_colon(j, p);
	case JSON_AFTER_VALUE:
		return take_after_value(j, p, end);
	case JSON_TEXT:
		return json_take_text(j, p, end);
	case JSON_ESCAPE:
	case JSON_HEX:
	case JSON_LOW_SOLIDUS:
	case JSON_LOW_U:
		return json_take_escape(j, p);
	case JSON_LITERAL:
		return take_literal(j, p, end);
	case JSON_DIGITS:
		return take_number(j, p, end);
	}
	return take_other(j, p);
}

void
json_init(struct json *j, struct json_sink *events)
{
	memset(j, 0, sizeof(*j));
	j->events = events;
	j->state = JSON_START;
}

void
json_push(struct json *j, const uint8_t *buf, size_t len)
{
	const uint8_t *p = buf, *end = buf + len;

	if (j->err != ERR_OK)
		return;
	while (p < end && j->err == ERR_OK)
		p = json_take(j, p, end);
	j->offset += (uint64_t)(p - buf) - j->back;
}

/* The input ends here: a number at the top ends with it, anything else that
 * is open is cut off. */
static void
end_input(struct json *j)
{
	switch (j->state) {
	case JSON_END:
		return;
	case JSON_START:
		j->err = ERR_JSON_EMPTY;
		return;
	case JSON_MARK:
		j->err = ERR_JSON_SYNTAX;
		j->back = j->digits;
		return;
	case JSON_DIGITS:
		if (j->depth != 0)
			break;
		j->err = json_number_finish(&j->number);
		if (j->err == ERR_OK && j->rules != NULL)
			check_number(j, NULL);
		if (j->err != ERR_OK)
			return;
		j->state = JSON_END;
		json_put(j, JSON_NUMBER, NULL, 0, true);
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
