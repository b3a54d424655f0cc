/*
 * canon_bench FOLDER: host/json, common/jcs and host/edc on the files there,
 * some at a time so that they can be hashed together, again and again. Prints
 * "NAME MB/S" of input, by the median of the rounds' CPU times.
 */
#include <dirent.h>
#include <malloc.h>
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

#define GROUP 128 /* documents that are worked on together */

struct form {
	uint8_t *buf;
	size_t len;
};

struct document {
	uint8_t *buf;
	size_t len;
	struct form form;
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
			t->form.buf = make_form(t, &t->form.len);
		}
		free(names[i]);
	}
	free(names);
}

/* A message on its way through one half of the SHA unit. */
struct lane {
	struct sha256 hash;
	const uint8_t *p;
	size_t left;
};

static bool
next_form(struct lane *l, struct form *form, size_t n, size_t *taken)
{
	if (*taken == n)
		return false;
	sha256_init(&l->hash);
	l->p = form[*taken].buf;
	l->left = form[(*taken)++].len;
	return true;
}

/* Two at a time, in the time of one: see sha256_push_two. */
static void
hash_forms(struct form *form, size_t n)
{
	uint8_t digest[SHA256_SIZE];
	struct lane a = {.left = 0}, b = a, *done, *other;
	size_t taken = 0, len;
	bool two;

	must(next_form(&a, form, n, &taken), "nothing to hash");
	two = next_form(&b, form, n, &taken);
	while (two) {
		len = a.left < b.left ? a.left : b.left;
		sha256_push_two(&a.hash, a.p, len, &b.hash, b.p, len);
		done = a.left == len ? &a : &b;
		other = a.left == len ? &b : &a;
		sha256_finish(&done->hash, digest);
		other->p += len;
		other->left -= len;
		two = next_form(done, form, n, &taken);
		if (!two)
			a = *other;
	}
	sha256_push(&a.hash, a.p, a.left);
	sha256_finish(&a.hash, digest);
}

/* Makes some documents' forms, and hashes them. */
static void
make_and_hash(const struct document *t, size_t n,
    uint8_t *(*make)(const struct document *t, size_t *len))
{
	struct form form[GROUP];
	size_t i;

	for (i = 0; i < n; i++)
		form[i].buf = make(&t[i], &form[i].len);
	hash_forms(form, n);
	for (i = 0; i < n; i++)
		free(form[i].buf);
}

/* Parse, canonicalise, hash. */
static void
canonicalise(const struct document *t, size_t n)
{
	make_and_hash(t, n, make_form);
}

static void
hash(const struct document *t, size_t n)
{
	struct form form[GROUP];
	size_t i;

	for (i = 0; i < n; i++)
		form[i] = t[i].form;
	hash_forms(form, n);
}

static void
hash_one_by_one(const struct document *t, size_t n)
{
	for (; n > 0; n--, t++)
		hash(t, 1);
}

/* Check the canonical form. */
static void
check(const struct document *t, size_t n)
{
	struct jcs c;

	for (; n > 0; n--, t++) {
		jcs_init(&c, NULL, NULL);
		jcs_push(&c, t->form.buf, t->form.len);
		must(jcs_finish(&c) == ERR_OK, "a form is refused");
	}
}

static void
check_and_hash(const struct document *t, size_t n)
{
	check(t, n);
	hash(t, n);
}

/* Parse, check by the rules, prepare, canonicalise. */
static uint8_t *
prepare_form(const struct document *t, size_t *len)
{
	struct edc_report r = {0};
	struct fault f;
	struct doc *d;
	uint8_t *form;

	must(edc_parse(&d, t->buf, t->len, &f) == ERR_OK, "a draft is refused");
	must(edc_check(d, &seal, EDC_ISSUER_OVERWRITE, &r) == ERR_OK &&
		edc_prepare(d, &seal, EDC_ISSUER_OVERWRITE, 1800000000, &r) ==
		    ERR_OK,
	    "a draft breaks rules");
	must(doc_canonicalise(d, edc_credential(d), &form, len) == ERR_OK,
	    "no form");
	edc_report_free(&r);
	doc_free(d);
	return form;
}

static void
prepare(const struct document *t, size_t n)
{
	make_and_hash(t, n, prepare_form);
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
measure(const char *name, void (*work)(const struct document *t, size_t n))
{
	static double seconds[ROUNDS_MAX];
	double start = now(), t = start, before;
	size_t rounds = 0, i, n;

	do {
		before = t;
		for (i = 0; i < documents; i += n) {
			n = documents - i < GROUP ? documents - i : GROUP;
			work(&document[i], n);
		}
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
	/* Memory stays with the process, as with one that has many to do: what
	 * is measured is not the kernel's giving out of pages. */
	mallopt(M_MMAP_THRESHOLD, 1 << 24);
	mallopt(M_TRIM_THRESHOLD, 1 << 25);
	load(argv[1]);
	measure("hash", hash);
	measure("hash1", hash_one_by_one);
	measure("canonicalise", canonicalise);
	measure("check+hash", check_and_hash);
	measure("check", check);
	measure("prepare", prepare);
	return 0;
}
