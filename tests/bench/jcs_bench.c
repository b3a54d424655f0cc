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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base64.h"
#include "common/es_number.h"
#include "common/jcs.h"
#include "common/sha256.h"

#define SIZE 40000
#define RUNS 200

struct hash {
	struct sink sink;
	struct sha256 sha256;
};

struct count {
	struct json_sink sink;
	uint64_t events;
};

static void
hash_put(struct sink *sink, const uint8_t *buf, size_t len)
{
	sha256_push(&((struct hash *)sink)->sha256, buf, len);
}

static void
count_event(struct json_sink *sink, enum json_event event, const uint8_t *buf,
    size_t len, bool last)
{
	(void)event;
	(void)buf;
	((struct count *)sink)->events += len + last;
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

enum what { HASH, CHECK, BOTH };

static void
run_once(const uint8_t *buf, size_t len, enum what what)
{
	struct count events = {{count_event}, 0};
	struct hash hash = {{hash_put}, {{0}}};
	uint8_t digest[SHA256_SIZE];
	struct jcs c;

	if (what != CHECK)
		sha256_init(&hash.sha256);
	if (what == HASH)
		sha256_push(&hash.sha256, buf, len);
	if (what != HASH) {
		jcs_init(&c, what == BOTH ? &hash.sink : NULL, &events.sink);
		jcs_push(&c, buf, len);
		if (jcs_finish(&c) != ERR_OK) {
			fprintf(stderr, "jcs_bench: %s at %llu\n",
			    err_name(jcs_error(&c)),
			    (unsigned long long)jcs_offset(&c));
			exit(1);
		}
	}
	if (what != CHECK)
		sha256_finish(&hash.sha256, digest);
}

/* Octets a second. */
static double
rate(const uint8_t *buf, size_t len, enum what what)
{
	size_t repeat = 1000000 / len + 1, i;
	double best = 1e9, t;
	int run;

	for (run = 0; run < RUNS; run++) {
		t = now();
		for (i = 0; i < repeat; i++)
			run_once(buf, len, what);
		t = now() - t;
		if (t < best)
			best = t;
	}
	return (double)(len * repeat) / best;
}

static void
measure(const char *name, const uint8_t *buf, size_t len)
{
	double hash = rate(buf, len, HASH);
	double check = rate(buf, len, CHECK);
	double both = rate(buf, len, BOTH);

	printf("%-28.28s %9zu %9.0f %9.0f %9.0f %9.2f\n", name, len, hash / 1e6,
	    check / 1e6, both / 1e6, both / hash);
}

static size_t
put(uint8_t *out, size_t n, const char *text)
{
	memcpy(out + n, text, strlen(text));
	return n + strlen(text);
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
	size_t n = put(out, 0, "["), i;

	if (kind == 0) {
		for (i = 0; i < sizeof(image); i++)
			image[i] = (uint8_t)(i * i >> 5 ^ i * 37);
		n = put(out, n, "\"");
		n += base64_encode(image, sizeof(image), (char *)out + n);
		n = put(out, n, "\",");
		for (i = 0; i < 30; i++) {
			n = put(out, n, member[0]);
			n = put(out, n, ",");
		}
	}
	for (i = 0; n < SIZE - 200; i++) {
		if (kind < 3) {
			n = put(out, n, member[kind == 2]);
		} else {
			number[es_number_format((double)i * 1.37, number)] = 0;
			n = put(out, n, number);
		}
		n = put(out, n, ",");
	}
	return put(out, n, "null]");
}

static void
measure_file(const char *name)
{
	uint8_t *buf = malloc(64u << 20);
	FILE *f = fopen(name, "rb");
	size_t len;

	if (f == NULL || buf == NULL) {
		fprintf(stderr, "jcs_bench: %s: cannot be read\n", name);
		exit(1);
	}
	len = fread(buf, 1, 64u << 20, f);
	fclose(f);
	measure(name, buf, len);
	free(buf);
}

int
main(int argc, char **argv)
{
	static const char *const name[] = {
	    "images", "structure", "Greek text", "numbers"};
	static uint8_t buf[2 * SIZE];
	int i;

	printf("%-28s %9s %9s %9s %9s %9s\n", "MB/s", "octets", "hash", "check",
	    "both", "both/hash");
	for (i = 1; i < argc; i++)
		measure_file(argv[i]);
	for (i = 0; argc == 1 && i < 4; i++)
		measure(name[i], buf, make(buf, i));
	return 0;
}
