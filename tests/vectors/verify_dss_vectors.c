/*
 * verify_dss_vectors: JAdES files of the DSS project's tests, and what its
 * test classes assert of them, as INDEX.tsv has it:
 *	id input serialisation parse signatures format_level structure_valid
 *	b_level_crypto_valid ...
 *
 *	verify_dss_vectors FOLDER
 *
 * No anchors are given: it is formats, header rules and signatures that are
 * compared, and nothing may be called valid.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/base/file.h"
#include "host/seal/verify_parts.h"

#define COLUMNS 8
#define PATH 600

enum column { ID, INPUT, FORM, PARSE, SIGNATURES, LEVEL, STRUCTURE, CRYPTO };

/* Where we are stricter, and why. */
static const struct {
	const char *id, *why;
} stricter[] = {
    {"flattened-extra-element", "members that nobody signs are refused"},
    {"serialization-extra-element", "members that nobody signs are refused"},
    {"jades-with-expiration-time-header-in-crit",
	"exp is a NumericDate (RFC 7519 4.1.4), not a text"},
    {"jades-with-mixed-etsiU-type", "etsiU is of one form or the other"},
};

static unsigned
count(const struct verify_result *r, const char *check, unsigned verdict)
{
	unsigned n = 0;
	size_t i;

	for (i = 0; i < r->count; i++)
		n += strcmp(r->findings[i].check, check) == 0 &&
		    r->findings[i].verdict == verdict;
	return n;
}

static const char *
stricter_why(const char *id)
{
	size_t i;

	for (i = 0; i < sizeof(stricter) / sizeof(stricter[0]); i++) {
		if (strcmp(stricter[i].id, id) == 0)
			return stricter[i].why;
	}
	return NULL;
}

/* NULL: as the index says; else how it differs. */
static const char *
compare(char *const *row, const struct verify_result *r, enum err e)
{
	bool refused = e == ERR_VERIFY_FORMAT || e == ERR_VERIFY_INVALID;
	unsigned header = count(r, "header", VERIFY_FAILED);
	unsigned signatures = count(r, "signature", VERIFY_PASSED);

	if (e == ERR_OK)
		return "called valid without an anchor";
	if (stricter_why(row[ID]) != NULL)
		return refused ? NULL : "not refused, as it should be here";
	if (strcmp(row[PARSE], "reject") == 0 ||
	    strcmp(row[SIGNATURES], "0") == 0)
		return refused ? NULL : "not refused";
	if (strcmp(row[LEVEL], "JSON_NOT_ETSI") == 0 && r->seals > 0 &&
	    r->reports[0].form != SEAL_LEVEL_NONE)
		return "has a baseline level";
	if (strncmp(row[LEVEL], "JAdES_BASELINE", 14) == 0 && header > 0)
		return "header failed";
	if (strcmp(row[CRYPTO], "no") == 0)
		return refused && signatures == 0 ? NULL : "not refused";
	if (strcmp(row[CRYPTO], "yes") == 0) {
		if (r->seals != (unsigned)strtoul(row[SIGNATURES], NULL, 10))
			return "another number of seals";
		if (signatures != r->seals)
			return "signature not valid";
		if (count(r, "thumbprint", VERIFY_PASSED) != r->seals)
			return "thumbprint differs";
	}
	return NULL;
}

static bool
run(const char *folder, char *const *row, int number)
{
	struct verify_options o = {.time = 1700000000};
	struct verify_result r;
	struct fault fault;
	const char *differs;
	char path[PATH];
	uint8_t *buf;
	size_t len, i;
	enum err e;

	snprintf(path, sizeof(path), "%s/%s", folder, row[INPUT]);
	if (file_read(path, JWS_FILE, &buf, &len, &fault) != ERR_OK) {
		fault_print(&fault, path, stderr);
		return false;
	}
	e = verify_file(&r, buf, len, &o, &fault);
	differs = compare(row, &r, e);
	if (differs != NULL) {
		printf("# %s\n", err_name(e));
		for (i = 0; i < r.count; i++)
			printf("# %s %u %s\n", r.findings[i].check,
			    (unsigned)r.findings[i].verdict,
			    r.findings[i].text);
	}
	if (stricter_why(row[ID]) != NULL)
		printf("# stricter: %s\n", stricter_why(row[ID]));
	printf("%s %d - %s%s%s\n", differs == NULL ? "ok" : "not ok", number,
	    row[ID], differs == NULL ? "" : ": ",
	    differs == NULL ? "" : differs);
	verify_result_free(&r);
	free(buf);
	return differs == NULL;
}

int
main(int argc, char **argv)
{
	char path[PATH], *line = NULL, *rest, *row[COLUMNS];
	int number = 0, failures = 0, i;
	size_t cap = 0;
	FILE *index;

	snprintf(path, sizeof(path), "%s/INDEX.tsv", argc > 1 ? argv[1] : "");
	index = fopen(path, "r");
	if (index == NULL || getline(&line, &cap, index) < 0) {
		fprintf(stderr, "%s cannot be read\n", path);
		return 1;
	}
	while (getline(&line, &cap, index) > 0) {
		rest = line;
		for (i = 0; i < COLUMNS; i++) {
			row[i] = strsep(&rest, "\t");
			if (row[i] == NULL)
				return 1;
		}
		failures += !run(argv[1], row, ++number);
	}
	printf("1..%d\n", number);
	free(line);
	fclose(index);
	return failures > 0 || number == 0;
}
