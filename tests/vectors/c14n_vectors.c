/*
 * c14n_vectors VECTORS SAMPLES (either may be ""): what published cases expect
 * of a whole document or an element is accepted in the method of the case, and
 * an input that differs from it is refused. Node-sets and signatures are not
 * run. Of each XML file in SAMPLES, libxml2's canonical form in every method
 * is accepted: no bound is in the way. Prints TAP.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "common/c14n.h"
#include "tests/unit/support/xml_oracle.h"
#include "tests/vectors/support.h"

#define FIELDS 16
#define LINE_MAX_OCTETS 4096

struct test {
	const char *id, *input, *expected, *algorithm, *nodes, *prefixes;
};

static const struct column {
	const char *names[2]; /* the indexes do not agree */
	size_t at;
} columns[] = {
    {{"id", ""}, offsetof(struct test, id)},
    {{"input", ""}, offsetof(struct test, input)},
    {{"expected_output", ""}, offsetof(struct test, expected)},
    {{"algorithm", ""}, offsetof(struct test, algorithm)},
    {{"node_set", "xpath_node_set_file"}, offsetof(struct test, nodes)},
    {{"inclusive_ns_prefixlist", ""}, offsetof(struct test, prefixes)},
};

static const struct algorithm {
	const char *name;
	enum c14n_method method;
} algorithms[] = {
    {"http://www.w3.org/2001/10/xml-exc-c14n#", C14N_EXCLUSIVE},
    {"http://www.w3.org/TR/2001/REC-xml-c14n-20010315", C14N_10},
    {"http://www.w3.org/2006/12/xml-c14n11", C14N_11},
};

static int run, not_run;

static enum err
check(const char *buf, size_t len, enum c14n_method method, bool comments,
    const char *prefixes, uint64_t *offset)
{
	struct c14n c;
	enum err e;

	c14n_init(&c, method, comments, prefixes, NULL);
	c14n_push(&c, (const uint8_t *)buf, len);
	e = c14n_finish(&c);
	*offset = c14n_offset(&c);
	return e;
}

/* false if it is none of ours. */
static bool
read_algorithm(const char *text, enum c14n_method *method, bool *comments)
{
	size_t i, n;

	for (i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		n = strlen(algorithms[i].name);
		if (strncmp(text, algorithms[i].name, n) != 0)
			continue;
		text += n;
		text += *text == '#';
		*method = algorithms[i].method;
		*comments = strcmp(text, "WithComments") == 0;
		return *comments || *text == '\0';
	}
	return false;
}

/* As read_file. */
static char *
load(const char *folder, const char *name, size_t *len)
{
	static char path[3 * LINE_MAX_OCTETS];

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >=
	    (int)sizeof(path))
		return NULL;
	return read_file(path, len);
}

static void
run_test(const char *folder, const struct test *t)
{
	char *input, *expected;
	size_t in_len = 0, len = 0;
	enum c14n_method method;
	uint64_t at = 0;
	bool comments, same;
	enum err e;

	if (*t->expected == '\0' ||
	    !read_algorithm(t->algorithm, &method, &comments) ||
	    (strcmp(t->nodes, "whole document") != 0 &&
		strncmp(t->nodes, "subtree", 7) != 0)) {
		not_run++;
		return;
	}
	run++;
	input = load(folder, t->input, &in_len);
	expected = load(folder, t->expected, &len);
	if (input == NULL || expected == NULL) {
		result(0, NULL, "%s can be read", t->id);
		goto out;
	}
	e = check(expected, len, method, comments, t->prefixes, &at);
	result(e == ERR_OK, NULL, "%s: expected output is accepted", t->id);
	if (e != ERR_OK)
		printf("# %s at %u\n", err_name(e), (unsigned)at);
	same = in_len == len && memcmp(input, expected, len) == 0;
	if (!same)
		result(check(input, in_len, method, comments, t->prefixes,
			   &at) != ERR_OK,
		    NULL, "%s: input is refused", t->id);
out:
	free(input);
	free(expected);
}

/* Fields of a line in place; the rest are "". */
static void
split(char *line, const char **fields)
{
	size_t i;
	char *tab;

	for (i = 0; i < FIELDS; i++)
		fields[i] = "";
	for (i = 0; i < FIELDS && line != NULL; i++) {
		tab = strchr(line, '\t');
		if (tab != NULL)
			*tab++ = '\0';
		fields[i] = line;
		line = tab;
	}
}

static void
pick(struct test *t, const char *const *heads, const char *const *fields)
{
	size_t c, i;

	for (c = 0; c < sizeof(columns) / sizeof(columns[0]); c++) {
		const char *value = "";

		for (i = 0; i < FIELDS; i++)
			if (*heads[i] != '\0' &&
			    (strcmp(heads[i], columns[c].names[0]) == 0 ||
				strcmp(heads[i], columns[c].names[1]) == 0))
				value = fields[i];
		memcpy((char *)t + columns[c].at, &value, sizeof(value));
	}
}

static void
run_index(const char *vectors, const char *name)
{
	char folder[LINE_MAX_OCTETS];
	const char *heads[FIELDS], *fields[FIELDS];
	char *index, *line, *next;
	struct test t;
	size_t len;

	snprintf(folder, sizeof(folder), "%s/%s", vectors, name);
	index = load(folder, "INDEX.tsv", &len);
	if (index == NULL) {
		result(1, "not in VECTORS", "%s", name);
		return;
	}
	run = 0;
	not_run = 0;
	line = strtok_r(index, "\n", &next);
	if (line != NULL)
		split(line, heads);
	while ((line = strtok_r(NULL, "\n", &next)) != NULL) {
		split(line, fields);
		pick(&t, heads, fields);
		run_test(folder, &t);
	}
	printf("# %s: %d cases run, %d not run (node-sets, signatures)\n", name,
	    run, not_run);
	free(index);
}

static void
run_sample(const char *folder, const char *name)
{
	uint8_t *form;
	size_t len = 0, n;
	uint64_t at;
	char *text;
	int i;
	bool comments;
	enum err e = ERR_OK;

	text = load(folder, name, &len);
	for (i = 0; text != NULL && e == ERR_OK && i < 6; i++) {
		enum c14n_method method = (enum c14n_method)(1 + i % 3);

		comments = i >= 3;
		if (!xml_oracle_form((const uint8_t *)text, len, method,
			comments, NULL, &form, &n))
			break;
		e = check((const char *)form, n, method, comments, NULL, &at);
		free(form);
	}
	result(text != NULL && i == 6 && e == ERR_OK, NULL,
	    "%s: canonical forms are accepted", name);
	if (e != ERR_OK)
		printf("# %s at %u\n", err_name(e), (unsigned)at);
	free(text);
}

static void
run_samples(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	const char *dot;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		dot = strrchr(entry->d_name, '.');
		if (dot != NULL && strcmp(dot, ".xml") == 0)
			run_sample(folder, entry->d_name);
	}
	if (dir != NULL)
		closedir(dir);
}

int
main(int argc, char **argv)
{
	char lists[LINE_MAX_OCTETS];

	if (argc != 3)
		return 64;
	if (*argv[1] != '\0') {
		run_index(argv[1], "libxml2");
		run_index(argv[1], "santuario");
		run_index(argv[1], "xmlsec");
		/* Not meant as such, but real: the trusted lists. */
		snprintf(lists, sizeof(lists), "%s/trusted-lists", argv[1]);
		run_samples(lists);
	}
	run_samples(argv[2]);
	return results_done();
}
