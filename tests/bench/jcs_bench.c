/*
 * jcs_bench: how fast the canonical form is checked, alone and with the hash,
 * against the hash alone.
 *
 *	jcs_bench [FILE...]
 *
 * Without files: documents of its own, 40 kB each: mostly images in base64,
 * mostly structure, Greek text, numbers. The best of many short runs, one
 * core, events and octets going to sinks that only count.
 */
#include "common/base64.h"
#include "common/es_number.h"
#include "common/jcs.h"
#include "tests/bench/stream.h"

#define SIZE 40000

struct count {
	struct json_sink sink;
	uint64_t events;
};

static void
count_event(struct json_sink *sink, enum json_event event, const uint8_t *buf,
    size_t len, bool last)
{
	(void)event;
	(void)buf;
	((struct count *)sink)->events += len + last;
}

static void
check(const uint8_t *buf, size_t len, struct sink *hash)
{
	struct count events = {{count_event}, 0};
	struct jcs c;

	jcs_init(&c, hash, &events.sink);
	jcs_push(&c, buf, len);
	stream_must(jcs_finish(&c), jcs_offset(&c));
}

static size_t
make(uint8_t *out, int kind)
{
	static uint8_t image[27000];
	static const char *const member[] = {
	    "{\"id\":\"urn:epass:learningAchievement:1\",\"title\":{\"en\":["
	    "\"Marine mammal observation\"]},\"type\":\"LearningAchievement\"}",
	    "{\"prefLabel\":{\"el\":[\"\xce\xa0\xce\xb1\xce\xbd\xce\xb5\xcf\x80"
	    "\xce\xb9\xcf\x83\xcf\x84\xce\xae\xce\xbc\xce\xb9\xce\xbf "
	    "\xce\x91\xce\xb8\xce\xb7\xce\xbd\xcf\x8e\xce\xbd\"]}}"};
	char number[ES_NUMBER_SIZE + 1];
	size_t n = stream_put(out, 0, "["), i;

	if (kind == 0) {
		for (i = 0; i < sizeof(image); i++)
			image[i] = (uint8_t)(i * i >> 5 ^ i * 37);
		n = stream_put(out, n, "\"");
		n += base64_encode(image, sizeof(image), (char *)out + n);
		n = stream_put(out, n, "\",");
		for (i = 0; i < 30; i++) {
			n = stream_put(out, n, member[0]);
			n = stream_put(out, n, ",");
		}
	}
	for (i = 0; n < SIZE - 200; i++) {
		if (kind < 3) {
			n = stream_put(out, n, member[kind == 2]);
		} else {
			number[es_number_format((double)i * 1.37, number)] = 0;
			n = stream_put(out, n, number);
		}
		n = stream_put(out, n, ",");
	}
	return stream_put(out, n, "null]");
}

int
main(int argc, char **argv)
{
	static const char *const name[] = {
	    "images", "structure", "Greek text", "numbers"};
	static uint8_t buf[2 * SIZE];
	int i;

	stream_head();
	for (i = 1; i < argc; i++)
		stream_measure_file(argv[i], check);
	for (i = 0; argc == 1 && i < 4; i++)
		stream_measure(name[i], buf, make(buf, i), check);
	return 0;
}
