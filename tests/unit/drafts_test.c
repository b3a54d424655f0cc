/* The generator of drafts: what it calls sound is taken, each fault is found
 * as what it is. The program is looked for beside this test. */
#include <dirent.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/jcs.h"
#include "host/base/file.h"
#include "host/edc/edc.h"

static char program[PATH_MAX];
static char folder[] = "/tmp/zegel-drafts-XXXXXX";

#define COUNT 48
#define COUNT_TEXT "48"

static const struct edc_issuer seal = {
    .legal_name = "Hochschule \"Süd\" & Söhne",
    .eidas_identifier = "VATDE-999999999",
    .country = "DE",
};

static void
empty(void)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *d = opendir(folder);

	assert_non_null(d);
	while ((entry = readdir(d)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (entry->d_name[0] != '.')
			unlink(path);
	}
	closedir(d);
}

static void
generate(const char *first, const char *second)
{
	const char *argv[] = {program, folder, COUNT_TEXT, "--size", "20000",
	    first, second, "--sealable-for", seal.legal_name,
	    seal.eidas_identifier, seal.country, NULL};
	pid_t child = fork();
	int status = -1;

	assert_true(child >= 0);
	if (child == 0) {
		/* execv takes what it does not change as changeable. */
		execv(program, (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static enum err
judge(const char *path, bool prepare, size_t *sealed_len)
{
	struct edc_report r = {0};
	struct doc *d = NULL;
	uint8_t *buf, *form;
	struct fault f;
	struct jcs c;
	size_t len;
	enum err e;

	assert_int_equal(file_read(path, 1 << 24, &buf, &len, &f), ERR_OK);
	e = edc_parse(&d, buf, len, &f);
	if (e == ERR_OK && !prepare)
		e = edc_check(d, &seal, EDC_ISSUER_MATCH, &r);
	if (e == ERR_OK && prepare) {
		e = edc_prepare(d, &seal, EDC_ISSUER_MATCH, 1800000000, &r);
		assert_int_equal(
		    doc_canonicalise(d, edc_credential(d), &form, sealed_len),
		    ERR_OK);
		jcs_init(&c, NULL, NULL);
		jcs_push(&c, form, *sealed_len);
		assert_int_equal(jcs_finish(&c), ERR_OK);
		free(form);
	}
	assert_true(e != ERR_OK || r.warnings == 0);
	edc_report_free(&r);
	doc_free(d);
	free(buf);
	return e;
}

static unsigned
judge_all(bool prepare, enum err want)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *d = opendir(folder);
	unsigned n = 0;
	size_t len;
	enum err e;

	assert_non_null(d);
	while ((entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		e = judge(path, prepare, &len);
		if (e != want)
			fail_msg("%s: %s", entry->d_name, err_name(e));
		n++;
	}
	closedir(d);
	return n;
}

static void
sound_drafts_are_taken_and_prepared(void **state)
{
	(void)state;
	generate("--seed", "1");
	assert_int_equal(judge_all(false, ERR_OK), COUNT);
	assert_int_equal(judge_all(true, ERR_OK), COUNT);
	empty();
}

static void
each_fault_is_found_as_what_it_is(void **state)
{
	static const struct {
		const char *fault;
		enum err e;
	} t[] = {
	    {"no-issuer", ERR_EDC_NO_ISSUER},
	    {"other-issuer", ERR_EDC_OTHER_ISSUER},
	    {"unknown-schema", ERR_EDC_SCHEMA_UNKNOWN},
	    {"duplicate-name", ERR_JSON_DUPLICATE_NAME},
	    {"truncated", ERR_JSON_TRUNCATED},
	    {"not-json", ERR_JSON_SYNTAX},
	    {"lone-surrogate", ERR_JSON_SURROGATE},
	    {"number-range", ERR_JSON_NUMBER_RANGE},
	    {"sealed", ERR_EDC_SEALED_ALREADY},
	    {"missing-title", ERR_EDC_RULES},
	    {"deep", ERR_JSON_DEPTH},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		generate("--broken", t[i].fault);
		assert_int_equal(judge_all(false, t[i].e), COUNT);
		empty();
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sound_drafts_are_taken_and_prepared),
	    cmocka_unit_test(each_fault_is_found_as_what_it_is),
	};
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
	int failed;

	snprintf(program, sizeof(program), "%.*s/../gen/drafts",
	    slash != NULL ? (int)(slash - argv[0]) : 1,
	    slash != NULL ? argv[0] : ".");
	if (mkdtemp(folder) == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(folder);
	return failed;
}
