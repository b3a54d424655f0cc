/*
 * json_record.h: writes down what a machine tells its sink, chunks joined, so
 * that two ways of pushing the same octets can be compared.
 *
 *	struct record r;
 *	record_init(&r);
 *	json_init(&j, &r.sink);
 *
 * {} and [] stand for themselves, n s # begin a name, string or number that
 * ends with a semicolon, t f 0 are literals.
 */
#ifndef TESTS_UNIT_COMMON_JSON_RECORD_H
#define TESTS_UNIT_COMMON_JSON_RECORD_H

#include <string.h>

#include "common/json.h"

struct record {
	struct json_sink sink;
	size_t len;
	bool open; /* a chunk was not the last */
	bool bad; /* events that cannot follow each other, or too many octets */
	char text[16384];
};

static inline void
record_put(struct record *r, const void *buf, size_t len)
{
	if (len > sizeof(r->text) - r->len) {
		r->bad = true;
		return;
	}
	if (len != 0)
		memcpy(r->text + r->len, buf, len);
	r->len += len;
}

static inline void
record_event(struct json_sink *sink, enum json_event event, const uint8_t *buf,
    size_t len, bool last)
{
	struct record *r = (struct record *)sink;
	static const char sign[] = "?{}[]ns#tf0";

	if (event < JSON_OBJECT_BEGIN || event > JSON_NULL) {
		r->bad = true;
		return;
	}
	if (!r->open)
		record_put(r, &sign[event], 1);
	record_put(r, buf, len);
	if (event >= JSON_NAME && event <= JSON_NUMBER) {
		r->open = !last;
		if (last)
			record_put(r, ";", 1);
	} else if (len != 0 || !last || r->open) {
		r->bad = true;
	}
}

static inline void
record_init(struct record *r)
{
	r->sink.event = record_event;
	r->len = 0;
	r->open = false;
	r->bad = false;
}

#endif
