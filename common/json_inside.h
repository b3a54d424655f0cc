/*
 * json_inside.h: what json.c (structure, literals, numbers), json_text.c (names
 * and strings) and jcs.c share: one machine for any JSON and, with rules, for
 * canonical JSON. Nobody else includes it.
 *
 *	p = json_take_text(j, p, end);
 *	if (j->err != ERR_OK)
 *		p is the place of the error
 *
 * Memory    that of struct json
 * Chunks    each step takes what it can from (p, end), says where it stopped,
 *           and keeps in struct json what it needs to go on
 * Errors    in j->err; what is returned is then the place
 * Trust     as json.h
 * Limits    as json.h
 */
#ifndef COMMON_JSON_INSIDE_H
#define COMMON_JSON_INSIDE_H

#include "common/jcs_rules.h"
#include "common/json.h"

enum json_state {
	JSON_START, /* the document, or a byte order mark */
	JSON_MARK, /* the rest of a byte order mark */
	JSON_VALUE,
	JSON_FIRST_VALUE, /* or the end of the array */
	JSON_FIRST_NAME, /* or the end of the object */
	JSON_NEXT_NAME,
	JSON_COLON,
	JSON_AFTER_VALUE,
	JSON_TEXT, /* in a name or string */
	JSON_ESCAPE,
	JSON_HEX,
	JSON_LOW_SOLIDUS, /* of the low surrogate's escape */
	JSON_LOW_U,
	JSON_LITERAL,
	JSON_DIGITS,
	JSON_END,
};

static inline const uint8_t *
json_fail(struct json *j, const uint8_t *p, enum err e)
{
	j->err = e;
	return p;
}

static inline void
json_put(struct json *j, enum json_event event, const uint8_t *buf, size_t len,
    bool last)
{
	if (j->events != NULL)
		j->events->event(j->events, event, buf, len, last);
}

static inline bool
json_in_object(const struct json *j)
{
	return (j->objects >> (j->depth - 1) & 1) != 0;
}

static inline void
json_value_done(struct json *j)
{
	j->state = j->depth == 0 ? JSON_END : JSON_AFTER_VALUE;
}

/* One step from p, which is not end: a token, or as much of it as there is. */
const uint8_t *json_take(struct json *j, const uint8_t *p, const uint8_t *end);

/* Mostly the next octet is the one that may follow: that saves a turn. */
static inline const uint8_t *
json_name_done(struct json *j, const uint8_t *p, const uint8_t *end)
{
	j->state = JSON_COLON;
	if (p < end && *p == ':') {
		j->state = JSON_VALUE;
		p++;
	}
	return p;
}

/* A name or string from behind its first quotation mark; len octets at p are
 * plain. */
const uint8_t *json_begin_text(struct json *j, const uint8_t *p, size_t len,
    const uint8_t *end, enum json_event event);

/* Goes on in states TEXT to LOW_U; there is at least one octet. */
const uint8_t *json_take_text(
    struct json *j, const uint8_t *p, const uint8_t *end);
const uint8_t *json_take_escape(struct json *j, const uint8_t *p);

#endif
