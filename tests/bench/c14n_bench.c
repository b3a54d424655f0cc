/*
 * c14n_bench: how fast canonical XML is checked, alone and with the hash,
 * against the hash alone.
 *
 *	c14n_bench [FILE...]
 *
 * FILEs are in exclusive canonical form. Without files: documents of its own,
 * 1 MB each: an image in base64, sentences, records as credentials have them,
 * dense structure, Greek text. The best of many short runs, one core.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/c14n.h"
#include "common/sha256.h"

#define SIZE 1000000
#define FILE_MAX (256u << 20)
#define RUNS 60

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
run_once(const uint8_t *buf, size_t len, enum what what)
{
	struct hash hash = {{hash_put}, {{0}}};
	uint8_t digest[SHA256_SIZE];
	struct c14n c;

	if (what != CHECK)
		sha256_init(&hash.sha256);
	if (what == HASH)
		sha256_push(&hash.sha256, buf, len);
	if (what != HASH) {
		c14n_init(&c, C14N_EXCLUSIVE, true, NULL,
		    what == BOTH ? &hash.sink : NULL);
		c14n_push(&c, buf, len);
		if (c14n_finish(&c) != ERR_OK) {
			fprintf(stderr, "c14n_bench: %s at %llu\n",
			    err_name(c14n_error(&c)),
			    (unsigned long long)c14n_offset(&c));
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
	int runs = len > 4 * SIZE ? 5 : RUNS, run;
	double best = 1e9, t;

	for (run = 0; run < runs; run++) {
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

static const struct kind {
	const char *name, *begin, *middle, *end;
} kinds[] = {
    {"image", "<r><content>",
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwAD",
	"</content></r>"},
    {"sentences", "<r>\n",
	"  <description>The holder has observed marine mammals from a boat, "
	"counted them, and reported what was seen: in the morning, at noon "
	"and in the evening, on every day of the summer term.</description>\n",
	"</r>"},
    {"records",
	"<europassCredential xmlns=\"http://data.europa.eu/snb\" "
	"xmlns:cred=\"http://data.europa.eu/europass/model/credentials/w3c#\" "
	"cred:id=\"urn:credential:1\">",
	"\n   <learningOutcome id=\"urn:epass:learningOutcome:1\">\n"
	"      <title>\n         <text content-type=\"text/plain\" "
	"lang=\"en\">Observation of marine mammals</text>\n      </title>\n"
	"      <cred:validFrom>2020-07-01T00:00:00+02:00</cred:validFrom>\n"
	"      <reusabilityLevel uri=\"http://data.europa.eu/snb/skill-reuse-"
	"level/25f0ea8173\">\n         <targetName>\n            <text "
	"content-type=\"text/plain\" lang=\"en\">sector specific</text>\n"
	"         </targetName>\n      </reusabilityLevel>\n"
	"   </learningOutcome>",
	"</europassCredential>"},
    {"structure", "<r>",
	"<a:a xmlns:a=\"urn:a\" b=\"1\" c=\"&amp;\" a:d=\"2\"><a:b>x</a:b>"
	"<c></c></a:a>",
	"</r>"},
    {"Greek text", "<r>\n",
	"<text lang=\"el\">\xce\xa0\xce\xb1\xce\xbd\xce\xb5\xcf\x80\xce\xb9"
	"\xcf\x83\xcf\x84\xce\xae\xce\xbc\xce\xb9\xce\xbf \xce\x91\xce\xb8"
	"\xce\xb7\xce\xbd\xcf\x8e\xce\xbd</text>",
	"</r>"},
};

static size_t
put(uint8_t *out, size_t n, const char *text)
{
	memcpy(out + n, text, strlen(text));
	return n + strlen(text);
}

static size_t
make(uint8_t *out, const struct kind *kind)
{
	size_t n = put(out, 0, kind->begin);

	while (n < SIZE)
		n = put(out, n, kind->middle);
	return put(out, n, kind->end);
}

static void
measure_file(const char *name)
{
	uint8_t *buf = malloc(FILE_MAX);
	FILE *f = fopen(name, "rb");
	size_t len;

	if (f == NULL || buf == NULL) {
		fprintf(stderr, "c14n_bench: %s: cannot be read\n", name);
		exit(1);
	}
	len = fread(buf, 1, FILE_MAX, f);
	fclose(f);
	measure(name, buf, len);
	free(buf);
}

int
main(int argc, char **argv)
{
	static uint8_t buf[SIZE + 4096];
	size_t k;
	int i;

	printf("%-28s %9s %9s %9s %9s %9s\n", "MB/s", "octets", "hash", "check",
	    "both", "both/hash");
	for (i = 1; i < argc; i++)
		measure_file(argv[i]);
	for (k = 0; argc == 1 && k < sizeof(kinds) / sizeof(kinds[0]); k++)
		measure(kinds[k].name, buf, make(buf, &kinds[k]));
	return 0;
}
