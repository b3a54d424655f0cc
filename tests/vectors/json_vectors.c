/*
 * json_vectors VECTORS [LIST]: runs JSONTestSuite and json-canonicalization
 * (folders under VECTORS, each with an INDEX.tsv) through tokenizer and
 * checker. LIST says what we decided where the suite leaves it open.
 * Prints TAP.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/jcs.h"
#include "common/json.h"
#include "tests/unit/common/jcs_oracle.h"

#define FILE_MAX (4u << 20)
#define FIELDS 8

static int count, failed;

static void
report(bool good, const char *what, const char *id, enum err got)
{
	count++;
	failed += !good;
	printf("%s %d - %s %s\n", good ? "ok" : "not ok", count, what, id);
	if (!good)
		printf("# got %s\n", err_name(got));
}

/* NULL when it cannot be read; the caller frees. */
static uint8_t *
load(const char *folder, const char *name, size_t *len)
{
	static char path[4096];
	uint8_t *buf = malloc(FILE_MAX);
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "rb");
	if (f == NULL || buf == NULL) {
		fprintf(stderr, "%s: cannot read\n", path);
		exit(1);
	}
	*len = fread(buf, 1, FILE_MAX, f);
	fclose(f);
	return buf;
}

static enum err
tokenize(const uint8_t *buf, size_t len)
{
	struct json j;

	json_init(&j, NULL);
	json_push(&j, buf, len);
	return json_finish(&j);
}

static enum err
check(const uint8_t *buf, size_t len)
{
	struct jcs c;

	jcs_init(&c, NULL, NULL);
	jcs_push(&c, buf, len);
	return jcs_finish(&c);
}

/* The checker accepts what sorting and writing again leaves as it is, and
 * what they make of it. */
static bool
agrees(const uint8_t *buf, size_t len)
{
	uint8_t *out = malloc(25 * len + 32);
	size_t n;
	enum err e = check(buf, len);
	bool json, good;

	if (e == ERR_JSON_DEPTH) {
		free(out);
		return true;
	}
	json = oracle_canonicalise(buf, len, out, &n);
	good = (e == ERR_OK) == (json && n == len && memcmp(out, buf, n) == 0);
	good = good && (!json || check(out, n) == ERR_OK);
	free(out);
	return good;
}

/* Cuts a line at its tabs. */
static void
split(char *line, char *field[FIELDS])
{
	int i;

	line[strcspn(line, "\r\n")] = '\0';
	for (i = 0; i < FIELDS; i++) {
		field[i] = line;
		line += strcspn(line, "\t");
		if (*line != '\0')
			*line++ = '\0';
	}
}

/* The error that LIST names for this id. */
static bool
decided(const char *list, const char *id, char *name, size_t cap)
{
	char line[512], *field[FIELDS];
	bool found = false;
	FILE *f = fopen(list, "r");

	while (f != NULL && !found && fgets(line, sizeof(line), f) != NULL) {
		split(line, field);
		found = strcmp(field[0], id) == 0;
		if (found)
			snprintf(name, cap, "%s", field[1]);
	}
	if (f != NULL)
		fclose(f);
	return found;
}

static void
run_suite_line(const char *folder, char *field[FIELDS], const char *list)
{
	char name[64];
	size_t len;
	uint8_t *buf = load(folder, field[1], &len);
	enum err e = tokenize(buf, len);
	bool good;

	if (strcmp(field[2], "accept") == 0)
		good = e == ERR_OK;
	else if (strcmp(field[2], "reject") == 0)
		good = e != ERR_OK;
	else
		good = decided(list, field[0], name, sizeof(name)) &&
		    strcmp(name, err_name(e)) == 0;
	report(good, "tokenizer", field[0], e);
	report(agrees(buf, len), "checker", field[0], check(buf, len));
	free(buf);
}

static void
run_jcs_line(const char *folder, char *field[FIELDS])
{
	size_t len, want;
	uint8_t *in = load(folder, field[1], &len);
	uint8_t *out = load(folder, field[2], &want);
	enum err e = check(out, want);
	bool same = len == want && memcmp(in, out, len) == 0;

	report(e == ERR_OK, "accepts the output of", field[0], e);
	e = check(in, len);
	report((e == ERR_OK) == same, "refuses another input of", field[0], e);
	report(agrees(in, len), "checker", field[0], e);
	free(in);
	free(out);
}

int
main(int argc, char **argv)
{
	char folder[2][2048], line[65536], *field[FIELDS];
	const char *list = argc > 2 ? argv[2] : "tests/vectors/json.tsv";
	FILE *f;
	int i, lines;

	if (argc < 2)
		return 64;
	snprintf(folder[0], sizeof(folder[0]), "%s/JSONTestSuite", argv[1]);
	snprintf(
	    folder[1], sizeof(folder[1]), "%s/json-canonicalization", argv[1]);
	for (i = 0; i < 2; i++) {
		snprintf(line, sizeof(line), "%s/INDEX.tsv", folder[i]);
		f = fopen(line, "r");
		for (lines = 0;
		     f != NULL && fgets(line, sizeof(line), f) != NULL;
		     lines++) {
			split(line, field);
			if (lines == 0)
				continue;
			if (i == 0)
				run_suite_line(folder[i], field, list);
			else
				run_jcs_line(folder[i], field);
		}
		report(lines > 1, "vectors are in", folder[i] + strlen(argv[1]),
		    ERR_OK);
		if (f != NULL)
			fclose(f);
	}
	printf("1..%d\n", count);
	return failed != 0;
}
