/*
 * canon_bench FOLDER: host/json, common/jcs and host/edc on the files there,
 * again and again for a second of CPU each. Prints "NAME MB/S" of input.
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
	uint8_t digest[SHA256_SIZE];
	struct fault f;
	struct doc *d;

	free(t->form);
	must(doc_parse(&d, t->buf, t->len, &DOC_LIMITS_SEAL, &f) == ERR_OK,
	    "a draft is refused");
	must(doc_canonicalise(d, doc_root(d), &t->form, &t->form_len) == ERR_OK,
	    "no form");
	doc_free(d);
	sha256(t->form, t->form_len, digest);
}

/* Check the canonical form while hashing it. */
static void
check(struct document *t)
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

static void
measure(const char *name, void (*work)(struct document *t))
{
	double start = now(), seconds;
	size_t rounds = 0, i;

	do {
		for (i = 0; i < documents; i++)
			work(&document[i]);
		rounds++;
		seconds = now() - start;
	} while (seconds < 1);
	printf("%s %.1f\n", name, (double)(rounds * octets) / seconds / 1e6);
}

int
main(int argc, char **argv)
{
	if (argc != 2)
		return 64;
	load(argv[1]);
	measure("canonicalise", canonicalise);
	measure("check", check);
	measure("prepare", prepare);
	return 0;
}
