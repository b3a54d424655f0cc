#include "host/edc/vc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/base/file.h"

#define DATA "tests/data/json/"

struct run {
	char *text;
	struct doc *d;
	struct edc_report r;
	enum err e;
};

/* A document with one text in it replaced. */
static void
run_text(struct run *run, const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	size_t cap = strlen(text) + strlen(to) + 1;
	struct fault f;

	memset(run, 0, sizeof(*run));
	assert_non_null(at);
	run->text = malloc(cap);
	assert_non_null(run->text);
	snprintf(run->text, cap, "%.*s%s%s", (int)(at - text), text, to,
	    at + strlen(from));
	assert_int_equal(
	    edc_parse(&run->d, (uint8_t *)run->text, strlen(run->text), &f),
	    ERR_OK);
	run->e = vc_check(run->d, &run->r);
}

/* The same of one of the samples. */
static void
run_file(struct run *run, const char *name, const char *from, const char *to)
{
	char path[64], *text;
	uint8_t *file;
	size_t len;

	snprintf(path, sizeof(path), DATA "%s.json", name);
	assert_int_equal(file_read(path, 65536, &file, &len, NULL), ERR_OK);
	text = strndup((char *)file, len);
	assert_non_null(text);
	run_text(run, text, from, to);
	free(text);
	free(file);
}

static void
run_free(struct run *run)
{
	edc_report_free(&run->r);
	doc_free(run->d);
	free(run->text);
}

static void
samples_keep_the_rules(void **state)
{
	static const char *const names[] = {"badge", "record", "credential"};
	struct run run;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		run_file(&run, names[i], "{", "{");
		assert_int_equal(run.e, ERR_OK);
		assert_int_equal(run.r.kept, 0);
		assert_int_not_equal(vc_id(run.d), 0);
		run_free(&run);
	}
}

struct broken {
	const char *sample, *from, *to; /* what makes it so */
	const char *message, *path;
};

static const struct broken cases[] = {
    {"credential", "\"type\": [\"VerifiableCredential\"]", "\"type\": []",
	"vc-type-missing", "type"},
    {"credential", "/2018/credentials/v1", "/2018/credentials/v9",
	"vc-context-first", "@context"},
    {"credential", "[\"https://www.w3.org/2018/credentials/v1\"]",
	"\"https://www.w3.org/2018/credentials/v1\"", "vc-context-first",
	"@context"},
    {"credential", "\"issuer\"", "\"issuing\"", "vc-issuer-missing", "issuer"},
    {"credential", "did:example:lakeside", "lakeside", "vc-issuer-type",
	"issuer"},
    {"credential", "\"did:example:lakeside\"", "{\"name\":\"x\"}",
	"vc-id-missing", "issuer.id"},
    {"credential", "\"issuanceDate\"", "\"issued\"", "vc-issuanceDate-missing",
	"issuanceDate"},
    {"credential", "2028-09-01T", "2028-13-01T", "vc-expirationDate-type",
	"expirationDate"},
    {"credential", "\"credentialSubject\"", "\"subject\"",
	"vc-credentialSubject-missing", "credentialSubject"},
    {"credential", "\"urn:uuid:", "\"no uuid:", "vc-id-type", "id"},
    {"credential", "\"VerifiableCredential\"",
	"\"VerifiableCredential\",\"EuropeanDigitalCredential\"", "vc-edc",
	"type"},
    {"badge", "ob/v3p0/context", "xx/v3p0/context", "vc-context-badge",
	"@context"},
    {"badge", "\"validFrom\"", "\"issued\"", "vc-validFrom-missing",
	"validFrom"},
    {"badge", "2031-08-31T23:59:59Z", "2031", "vc-validUntil-type",
	"validUntil"},
    {"badge", "\"Profile\"", "\"Person\"", "vc-type-type", "issuer.type"},
    {"badge", "\"AchievementSubject\"", "\"Subject\"", "vc-type-type",
	"credentialSubject.type"},
    {"badge", "\"id\": \"did:example:5a1f7e\",", "", "vc-id-missing",
	"credentialSubject.id"},
    {"badge", "\"achievement\"", "\"result\"", "vc-achievement-missing",
	"credentialSubject.achievement"},
    {"badge", "\"name\": \"Beekeeping", "\"title\": \"Beekeeping",
	"vc-name-missing", "credentialSubject.achievement.name"},
    {"badge", "\"description\"", "\"text\"", "vc-description-missing",
	"credentialSubject.achievement.description"},
    {"badge", "{\"narrative\": \"Two colonies were alive in spring.\"}", "{}",
	"vc-criteria-type", "credentialSubject.achievement.criteria"},
    {"badge", "\"credentialSubject\": {",
	"\"credentialSubject\": [{\"id\":\"urn:a\",\"type\":"
	"\"AchievementSubject\"}],\"x\":{",
	"vc-achievement-missing", "credentialSubject[0].achievement"},
    {"record", "clr/v2p0/context", "xx/v2p0/context", "vc-context-record",
	"@context"},
    {"record", "\"name\": \"Record", "\"title\": \"Record", "vc-name-missing",
	"name"},
    {"record", "\"ClrSubject\"", "\"Subject\"", "vc-type-type",
	"credentialSubject.type"},
    {"record", "\"verifiableCredential\"", "\"credentials\"",
	"vc-verifiableCredential-missing",
	"credentialSubject.verifiableCredential"},
};

static void
each_broken_rule_is_told_with_its_path(void **state)
{
	struct run run;
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		run_file(&run, cases[i].sample, cases[i].from, cases[i].to);
		for (k = 0; k < run.r.kept; k++)
			if (strcmp(run.r.failures[k].message,
				cases[i].message) == 0 &&
			    strcmp(run.r.failures[k].path, cases[i].path) == 0)
				break;
		if (k == run.r.kept || run.e != ERR_EDC_RULES)
			fail_msg("%s: %s at %s was expected, not %s at %s",
			    cases[i].to, cases[i].message, cases[i].path,
			    run.r.kept > 0 ? run.r.failures[0].message : "",
			    run.r.kept > 0 ? run.r.failures[0].path : "");
		assert_false(run.r.failures[k].warning);
		run_free(&run);
	}
}

static void
more_than_one_value_is_told_where_one_may_be(void **state)
{
	struct run run;

	(void)state;
	run_file(&run, "badge", "\"issuer\": {",
	    "\"issuer\": [\"urn:a\",\"urn:b\"],\"y\":{");
	assert_int_equal(run.e, ERR_EDC_RULES);
	assert_string_equal(run.r.failures[0].message, "vc-issuer-many");
	run_free(&run);
}

static void
other_json_is_taken_as_it_is(void **state)
{
	struct run run;

	(void)state;
	run_text(&run, "{\"id\":\"7\",\"grade\":1}", "{", "{");
	assert_int_equal(run.e, ERR_OK);
	assert_int_equal(run.r.kept, 0);
	run_free(&run);
	run_text(&run, "{\"grade\":1}", "{", "{");
	assert_int_equal(run.e, ERR_OK);
	assert_int_equal(run.r.warnings, 1);
	assert_string_equal(run.r.failures[0].path, "id");
	assert_int_equal(vc_id(run.d), 0);
	run_free(&run);
	run_text(&run, "[1]", "[", "[");
	assert_int_equal(run.e, ERR_EDC_RULES);
	run_free(&run);
}

static void
what_is_sealed_is_refused_as_such(void **state)
{
	struct run run;

	(void)state;
	run_file(
	    &run, "badge", "\"validUntil\"", "\"proof\":{},\"validUntil\"");
	assert_int_equal(run.e, ERR_EDC_SEALED_ALREADY);
	run_free(&run);
	run_text(&run,
	    "{\"payload\":\"e30\",\"protected\":\"e30\",\"signature\":\"\"}",
	    "{", "{");
	assert_int_equal(run.e, ERR_EDC_SEALED_ALREADY);
	run_free(&run);
	run_text(&run, "{\"credential\":{\"payload\":\"\",\"signatures\":[]}}",
	    "{", "{");
	assert_int_equal(run.e, ERR_EDC_SEALED_ALREADY);
	run_free(&run);
	/* what a record holds may be sealed by others */
	run_file(&run, "record",
	    "\"type\": [\"VerifiableCredential\", "
	    "\"OpenBadgeCredential\"],\n        \"issuer\"",
	    "\"proof\":{\"type\":\"x\"},\"issuer\"");
	assert_int_equal(run.e, ERR_OK);
	run_free(&run);
}

static void
an_edc_is_known_however_it_is_written(void **state)
{
	static const char *const texts[] = {
	    "{\"id\":\"urn:a\",\"type\":\"EuropeanDigitalCredential\"}",
	    "{\"id\":\"urn:a\",\"type\":[\"X\",\"http://data.europa.eu/snb/"
	    "model/elm/EuropeanDigitalCredential\"]}",
	    "{\"id\":\"urn:a\",\"@context\":[\"urn:x\",\"http://"
	    "data.europa.eu/snb/model/context/edc-ap\"]}",
	    "{\"id\":\"urn:a\",\"@context\":\"http://data.europa.eu/"
	    "snb/model/context/edc-ap\"}",
	    "{\"credential\":{\"type\":[\"EuropeanDigitalCredential\"]},"
	    "\"deliveryDetails\":{}}",
	};
	struct run run;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		run_text(&run, texts[i], "{", "{");
		if (run.e != ERR_EDC_RULES ||
		    strcmp(run.r.failures[0].message, "vc-edc") != 0)
			fail_msg("%s was taken", texts[i]);
		run_free(&run);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(samples_keep_the_rules),
	    cmocka_unit_test(each_broken_rule_is_told_with_its_path),
	    cmocka_unit_test(more_than_one_value_is_told_where_one_may_be),
	    cmocka_unit_test(other_json_is_taken_as_it_is),
	    cmocka_unit_test(what_is_sealed_is_refused_as_such),
	    cmocka_unit_test(an_edc_is_known_however_it_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
