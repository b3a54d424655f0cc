/*
 * json_fuzz: pushing a document whole, cut in two and octet by octet gives one
 * verdict, one offset, and the same events; what was accepted has events that
 * nest, text that is UTF-8, and numbers that es_number_parse takes too.
 * The first octet says where to cut.
 */
#include <stdlib.h>
#include <string.h>

#include "common/es_number.h"
#include "common/json.h"
#include "tests/unit/common/json_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

struct strict {
	struct json_sink sink;
	struct utf8 utf8;
	char number[4096];
	size_t number_len;
	int depth;
};

static void
strict_event(struct json_sink *sink, enum json_event event, const uint8_t *buf,
    size_t len, bool last)
{
	struct strict *s = (struct strict *)sink;
	double value;

	if (event == JSON_OBJECT_BEGIN || event == JSON_ARRAY_BEGIN)
		s->depth++;
	if (event == JSON_OBJECT_END || event == JSON_ARRAY_END)
		s->depth--;
	if (s->depth < 0 || s->depth > BOUND_JSON_DEPTH)
		abort();
	if (event == JSON_NAME || event == JSON_STRING) {
		if (utf8_push(&s->utf8, buf, len) != len)
			abort();
		if (last && !utf8_is_whole(&s->utf8))
			abort();
	}
	if (event != JSON_NUMBER || len > sizeof(s->number) - s->number_len)
		return;
	if (len != 0)
		memcpy(s->number + s->number_len, buf, len);
	s->number_len += len;
	if (!last)
		return;
	if (es_number_parse(s->number, s->number_len, &value) != ERR_OK)
		abort();
	s->number_len = 0;
}

static enum err
push(const uint8_t *buf, size_t len, size_t cut, struct json_sink *sink,
    uint64_t *offset)
{
	struct json j;
	enum err e;
	size_t i;

	json_init(&j, sink);
	if (cut <= len) {
		json_push(&j, buf, cut);
		json_push(&j, buf + cut, len - cut);
	} else {
		for (i = 0; i < len; i++)
			json_push(&j, buf + i, 1);
	}
	e = json_finish(&j);
	*offset = json_offset(&j);
	return e;
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	static struct record whole, cut, each;
	struct strict strict = {{strict_event}, {0, 0, 0}, {0}, 0, 0};
	uint64_t at, at_cut, at_each;
	enum err e;
	size_t where;

	if (len == 0 || len > sizeof(whole.text) / 4)
		return 0;
	where = buf[0] % len;
	buf++;
	len--;
	record_init(&whole);
	record_init(&cut);
	record_init(&each);
	e = push(buf, len, 0, &whole.sink, &at);
	if (push(buf, len, where, &cut.sink, &at_cut) != e ||
	    push(buf, len, len + 1, &each.sink, &at_each) != e ||
	    at != at_cut || at != at_each || at > len || whole.bad)
		abort();
	if (e != ERR_OK)
		return 0;
	if (whole.len != cut.len || whole.len != each.len ||
	    memcmp(whole.text, cut.text, cut.len) != 0 ||
	    memcmp(whole.text, each.text, each.len) != 0)
		abort();
	if (push(buf, len, 0, &strict.sink, &at) != ERR_OK || strict.depth != 0)
		abort();
	return 0;
}
