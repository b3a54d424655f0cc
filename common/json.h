/*
 * json.h: push tokenizer for JSON (RFC 8259) restricted to I-JSON's text rules
 * (RFC 7493: UTF-8, no lone surrogates). Duplicate names are not its business.
 *
 *	struct json j;
 *	json_init(&j, &events);
 *	json_push(&j, buf, len);
 *	enum err e = json_finish(&j);
 *
 * Memory    the caller owns the context; nothing else is kept
 * Chunks    splitting the input changes nothing but the split of the events
 * Errors    JSON_*, UTF8_*; the first one sticks, see json_offset
 * Trust     events arrive before the document is known to be well-formed:
 *           what they say counts only once json_finish returned ERR_OK
 * Limits    BOUND_JSON_DEPTH
 */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bounds.h"
#include "common/err.h"
#include "common/json_number.h"
#include "common/utf8.h"

enum json_event {
	JSON_OBJECT_BEGIN = 1,
	JSON_OBJECT_END = 2,
	JSON_ARRAY_BEGIN = 3,
	JSON_ARRAY_END = 4,
	JSON_NAME = 5, /* unescaped UTF-8, in chunks */
	JSON_STRING = 6, /* unescaped UTF-8, in chunks */
	JSON_NUMBER = 7, /* the lexeme, in chunks */
	JSON_TRUE = 8,
	JSON_FALSE = 9,
	JSON_NULL = 10,
};

/*
 * Receives the events of a document in order. Names, strings and numbers come
 * in any number of chunks, len may be 0; last is true with the final one, and
 * with every event that has no bytes. buf lives for the call only.
 */
struct json_sink {
	void (*event)(struct json_sink *sink, enum json_event event,
	    const uint8_t *buf, size_t len, bool last);
};

struct jcs_rules;

struct json {
	struct json_sink *events;
	struct jcs_rules *rules; /* canonical form only (jcs.c), else NULL */
	uint64_t offset; /* octets taken, or where the error is */
	uint64_t objects; /* a bit a level: object, not array */
	const char *literal; /* what is left of it */
	struct json_number number;
	enum err err;
	uint16_t code; /* the open escape's digits so far */
	uint16_t high; /* a high surrogate that waits for its low one */
	struct utf8 utf8;
	uint8_t state;
	uint8_t depth;
	uint8_t digits; /* of the open escape, or octets of a BOM */
	uint8_t event; /* of the open string or literal */
	uint8_t back; /* octets between the error and where it was seen */
};

/* events may be NULL. */
void json_init(struct json *j, struct json_sink *events);
void json_push(struct json *j, const uint8_t *buf, size_t len);
MUST_USE enum err json_finish(struct json *j);

/* The first error so far; for who wants to stop early. ERR_OK is no verdict. */
enum err json_error(const struct json *j);

/* Offset of the first octet that cannot stand there; valid after an error. */
uint64_t json_offset(const struct json *j);

#endif
