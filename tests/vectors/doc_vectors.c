/*
 * doc_vectors VECTORS: JSONTestSuite and json-canonicalization through the
 * parser and the canonical form of host/json. Prints TAP.
 */
#include <string.h>

#include "common/json.h"
#include "host/json/doc.h"
#include "tests/vectors/support.h"

#define FIELDS 3

static bool
split(char *line, char *field[FIELDS])
{
	int i;

	for (i = 0; i < FIELDS; i++) {
		field[i] = line;
		line += strcspn(line, "\t\r\n");
		if (*line == '\0')
			return false;
		*line++ = '\0';
	}
	return true;
}

static uint8_t *
load(const char *folder, const char *name, size_t *len)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return (uint8_t *)read_file(path, len);
}

static enum err
parse(struct doc **d, const uint8_t *buf, size_t len)
{
	struct fault f;

	return doc_parse(d, buf, len, &DOC_LIMITS_SEAL, &f);
}

static enum err
tokenize(const uint8_t *buf, size_t len)
{
	struct json j;

	json_init(&j, NULL);
	json_push(&j, buf, len);
	return json_finish(&j);
}

/* Names that occur twice are JSON, but no I-JSON; where the suite leaves a
 * choice, it is the tokenizer's. */
static void
run_suite(const char *folder, char *field[FIELDS])
{
	size_t len = 0;
	uint8_t *buf = load(folder, field[1], &len);
	struct doc *d = NULL;
	enum err e = ERR_INTERNAL;
	bool good = false;

	if (buf != NULL) {
		e = parse(&d, buf, len);
		good = e == tokenize(buf, len) || e == ERR_JSON_DUPLICATE_NAME;
	}
	if (strcmp(field[2], "accept") == 0)
		good = good && (e == ERR_OK || e == ERR_JSON_DUPLICATE_NAME);
	else if (strcmp(field[2], "reject") == 0)
		good = good && e != ERR_OK;
	result(good, NULL, "%s: %s", field[0], err_name(e));
	doc_free(d);
	free(buf);
}

static void
run_form(const char *folder, char *field[FIELDS])
{
	size_t in_len = 0, want_len = 0, len = 0;
	uint8_t *in = load(folder, field[1], &in_len), *form = NULL;
	uint8_t *want = load(folder, field[2], &want_len);
	struct doc *d = NULL;
	bool good;

	good = in != NULL && want != NULL && parse(&d, in, in_len) == ERR_OK &&
	    doc_canonicalise(d, doc_root(d), &form, &len) == ERR_OK &&
	    len == want_len && memcmp(form, want, len) == 0;
	result(good, NULL, "canonical form of %s", field[0]);
	free(form);
	doc_free(d);
	free(want);
	free(in);
}

static void
run(const char *vectors, const char *name,
    void (*test)(const char *folder, char *field[FIELDS]))
{
	char folder[2048], path[4096], line[65536], *field[FIELDS];
	FILE *f;
	int lines = 0;

	snprintf(folder, sizeof(folder), "%s/%s", vectors, name);
	snprintf(path, sizeof(path), "%s/INDEX.tsv", folder);
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (lines++ > 0 && split(line, field))
			test(folder, field);
	if (f != NULL)
		fclose(f);
	result(lines > 1, NULL, "%s is there", name);
}

int
main(int argc, char **argv)
{
	if (argc != 2)
		return 64;
	run(argv[1], "JSONTestSuite", run_suite);
	run(argv[1], "json-canonicalization", run_form);
	return results_done();
}
