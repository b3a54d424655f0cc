#include "tests/bench/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/err.h"
#include "common/sha256.h"

#define FILE_MAX (256u << 20)
#define LARGE 4000000
#define RUNS 100
#define RUNS_LARGE 5

struct hash {
	struct sink sink;
	struct sha256 sha256;
};

static void
hash_put(struct sink *sink, const uint8_t *buf, size_t len)
{
	sha256_push(&((struct hash *)sink)->sha256, buf, len);
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
run_once(const uint8_t *buf, size_t len, stream_check *check, enum what what)
{
	struct hash hash = {{hash_put}, {{0}}};
	uint8_t digest[SHA256_SIZE];

	if (what == CHECK) {
		check(buf, len, NULL);
		return;
	}
	sha256_init(&hash.sha256);
	if (what == HASH)
		hash_put(&hash.sink, buf, len);
	else
		check(buf, len, &hash.sink);
	sha256_finish(&hash.sha256, digest);
}

/* Octets a second. */
static double
rate(const uint8_t *buf, size_t len, stream_check *check, enum what what)
{
	size_t repeat = 1000000 / len + 1, i;
	int runs = len > LARGE ? RUNS_LARGE : RUNS, run;
	double best = 1e9, t;

	for (run = 0; run < runs; run++) {
		t = now();
		for (i = 0; i < repeat; i++)
			run_once(buf, len, check, what);
		t = now() - t;
		if (t < best)
			best = t;
	}
	return (double)(len * repeat) / best;
}

void
stream_head(void)
{
	printf("%-28s %9s %9s %9s %9s %9s\n", "MB/s", "octets", "hash", "check",
	    "both", "both/hash");
}

void
stream_measure(
    const char *name, const uint8_t *buf, size_t len, stream_check *check)
{
	double hash = rate(buf, len, check, HASH);
	double alone = rate(buf, len, check, CHECK);
	double both = rate(buf, len, check, BOTH);

	printf("%-28.28s %9zu %9.0f %9.0f %9.0f %9.2f\n", name, len, hash / 1e6,
	    alone / 1e6, both / 1e6, both / hash);
}

void
stream_measure_file(const char *name, stream_check *check)
{
	uint8_t *buf = malloc(FILE_MAX);
	FILE *f = fopen(name, "rb");
	size_t len;

	if (f == NULL || buf == NULL) {
		fprintf(stderr, "%s: cannot be read\n", name);
		exit(1);
	}
	len = fread(buf, 1, FILE_MAX, f);
	fclose(f);
	stream_measure(name, buf, len, check);
	free(buf);
}

size_t
stream_put(uint8_t *out, size_t n, const char *text)
{
	memcpy(out + n, text, strlen(text));
	return n + strlen(text);
}

void
stream_must(int e, uint64_t offset)
{
	if (e == ERR_OK)
		return;
	fprintf(stderr, "%s at %llu\n", err_name((enum err)e),
	    (unsigned long long)offset);
	exit(1);
}
