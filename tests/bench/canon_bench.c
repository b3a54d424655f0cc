/*
 * canon_bench FOLDER: host/json, common/jcs and host/edc on the files there,
 * again and again. Prints "NAME MB/S" of input, by the median of the rounds'
 * CPU times.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/jcs.h"
#include "common/sha256.h"
#include "host/base/file.h"
#include "host/edc/edc.h"

#define FILES_MAX 1000
#define ROUNDS_MAX 10000
#define SECONDS 0.3

struct document {
	uint8_t *buf, *form;
	size_t len, form_len;
};

static struct document document[FILES_MAX];
static size_t documents, octets;

static const struct edc_issuer seal = {
    .legal_name = "X",
    .eidas_identifier = "VATDE-1",
    .country = "DE",
};

static void
must(bool good, const char *what)
{
	if (!good) {
		fprintf(stderr, "canon_bench: %s\n", what);
		exit(1);
	}
}

static uint8_t *
make_form(const struct document *t, size_t *len)
{
	uint8_t *form;
	struct fault f;
	struct doc *d;

	must(doc_parse(&d, t->buf, t->len, &DOC_LIMITS_SEAL, &f) == ERR_OK,
	    "a draft is refused");
	must(doc_canonicalise(d, doc_root(d), &form, len) == ERR_OK, "no form");
	doc_free(d);
	return form;
}

static void
load(const char *folder)
{
	struct dirent **names;
	struct document *t;
	struct fault f;
	char path[4096];
	int n = scandir(folder, &names, NULL, alphasort), i;

	must(n > 0, folder);
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		if (names[i]->d_name[0] != '.' && documents < FILES_MAX) {
			t = &document[documents++];
			must(file_read(path, 1 << 24, &t->buf, &t->len, &f) ==
				ERR_OK,
			    path);
			octets += t->len;
			t->form = make_form(t, &t->form_len);
		}
		free(names[i]);
	}
	free(names);
}

static void put_hash(struct sink *sink, const uint8_t *buf, size_t len);

struct hash_sink {
	struct sink sink;
	struct sha256 hash;
};

static void
put_hash(struct sink *sink, const uint8_t *buf, size_t len)
{
	sha256_push(&((struct hash_sink *)sink)->hash, buf, len);
}

/* Parse, canonicalise, hash. */
static void
canonicalise(struct document *t)
{
	uint8_t digest[SHA256_SIZE], *form;
	size_t len;

	form = make_form(t, &len);
	sha256(form, len, digest);
	free(form);
}

static void
hash(struct document *t)
{
	uint8_t digest[SHA256_SIZE];

	sha256(t->form, t->form_len, digest);
}

/* Check the canonical form. */
static void
check(struct document *t)
{
	struct jcs c;

	jcs_init(&c, NULL, NULL);
	jcs_push(&c, t->form, t->form_len);
	must(jcs_finish(&c) == ERR_OK, "a form is refused");
}

/* Check the canonical form while hashing it. */
static void
check_and_hash(struct document *t)
{
	struct hash_sink s = {.sink = {put_hash}};
	uint8_t digest[SHA256_SIZE];
	struct jcs c;

	sha256_init(&s.hash);
	jcs_init(&c, &s.sink, NULL);
	jcs_push(&c, t->form, t->form_len);
	must(jcs_finish(&c) == ERR_OK, "a form is refused");
	sha256_finish(&s.hash, digest);
}

/* Parse, check by the rules, prepare, canonicalise, hash. */
static void
prepare(struct document *t)
{
	uint8_t digest[SHA256_SIZE], *form;
	struct edc_report r = {0};
	struct fault f;
	struct doc *d;
	size_t len;

	must(edc_parse(&d, t->buf, t->len, &f) == ERR_OK, "a draft is refused");
	must(edc_check(d, &seal, EDC_ISSUER_OVERWRITE, &r) == ERR_OK &&
		edc_prepare(d, &seal, EDC_ISSUER_OVERWRITE, 1800000000, &r) ==
		    ERR_OK,
	    "a draft breaks rules");
	must(doc_canonicalise(d, edc_credential(d), &form, &len) == ERR_OK,
	    "no form");
	sha256(form, len, digest);
	free(form);
	edc_report_free(&r);
	doc_free(d);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
measure(const char *name, void (*work)(struct document *t))
{
	static double seconds[ROUNDS_MAX];
	double start = now(), t = start, before;
	size_t rounds = 0, i;

	do {
		before = t;
		for (i = 0; i < documents; i++)
			work(&document[i]);
		t = now();
		seconds[rounds++] = t - before;
	} while (t - start < SECONDS && rounds < ROUNDS_MAX);
	qsort(seconds, rounds, sizeof(seconds[0]), compare);
	printf("%s %.1f\n", name, (double)octets / seconds[rounds / 2] / 1e6);
}

int
main(int argc, char **argv)
{
	if (argc != 2)
		return 64;
	load(argv[1]);
	measure("hash", hash);
	measure("canonicalise", canonicalise);
	measure("check+hash", check_and_hash);
	measure("check", check);
	measure("prepare", prepare);
	return 0;
}
