#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "common/sha256.h"
#include "host/seal/imprint.h"
#include "host/seal/verdict.h"

static enum err
read_list(struct etsiu *u, struct doc **d, const char *json)
{
	struct fault f;
	enum err e;

	assert_int_equal(
	    jws_parse(d, (const uint8_t *)json, strlen(json), &f), ERR_OK);
	e = etsiu_read(u, *d, doc_root(*d), &f);
	if (e != ERR_OK)
		assert_int_equal(f.err, e);
	return e;
}

static void
refused(const char *json)
{
	struct etsiu u;
	struct doc *d;

	assert_int_equal(read_list(&u, &d, json), ERR_VERIFY_FORMAT);
	etsiu_free(&u);
	doc_free(d);
}

static void
elements_are_told_with_their_names(void **state)
{
	struct etsiu u;
	struct doc *d;

	(void)state;
	/* {"sigTst":1}, {"xVals":[]} */
	assert_int_equal(
	    read_list(&u, &d, "[\"eyJzaWdUc3QiOjF9\",\"eyJ4VmFscyI6W119\"]"),
	    ERR_OK);
	assert_int_equal(u.count, 2);
	assert_false(u.clear);
	assert_string_equal(u.element[0].name, "sigTst");
	assert_string_equal(u.element[1].name, "xVals");
	assert_int_equal(
	    doc_type(u.element[0].doc, u.element[0].value), DOC_NUMBER);
	etsiu_free(&u);
	doc_free(d);
	assert_int_equal(read_list(&u, &d, "[{\"arcTst\":{}}]"), ERR_OK);
	assert_true(u.clear);
	assert_string_equal(u.element[0].name, "arcTst");
	etsiu_free(&u);
	doc_free(d);
	assert_int_equal(
	    read_list(&u, &d,
		"[{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":0}]"),
	    ERR_OK);
	assert_int_equal(strlen(u.element[0].name), ETSIU_NAME - 1);
	etsiu_free(&u);
	doc_free(d);
}

static void
other_shapes_are_refused(void **state)
{
	static const char *const bad[] = {"[]", "{}", "1", "[1]", "[\"\"]",
	    "[\"e30\"]", /* {} */
	    "[\"W10\"]", /* [] */
	    "[\"eyJhIjoxLCJiIjoxfQ\"]", /* two members */
	    "[\"eyJhIjoxLCJhIjoxfQ\"]", /* the same twice */
	    "[\"eyJhIjoxfQ==\"]", "[\"eyJhIjoxf\"]", "[\"eyJh IjoxfQ\"]",
	    "[\"eyJhIjoxfQ\",{\"a\":1}]", "[{\"a\":1},\"eyJhIjoxfQ\"]",
	    "[{\"a\":1,\"b\":2}]", "[{}]", "[null]", "[[\"eyJhIjoxfQ\"]]"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused(bad[i]);
}

static void
the_limit_of_elements_is_exact(void **state)
{
	char json[16 * (ETSIU_MAX + 2)] = "[";
	struct etsiu u;
	struct doc *d;
	size_t i;

	(void)state;
	for (i = 0; i < ETSIU_MAX; i++)
		snprintf(json + strlen(json), sizeof(json) - strlen(json), "%s",
		    i == 0 ? "{\"a\":1}" : ",{\"a\":1}");
	snprintf(json + strlen(json), 2, "]");
	assert_int_equal(read_list(&u, &d, json), ERR_OK);
	assert_int_equal(u.count, ETSIU_MAX);
	etsiu_free(&u);
	doc_free(d);
	json[strlen(json) - 1] = '\0';
	snprintf(json + strlen(json), 12, ",{\"a\":1}]");
	refused(json);
}

static void
digest_is(const char *input, size_t hash_size, const uint8_t *digest)
{
	uint8_t want[SHA512_SIZE];
	struct sha512 h;

	if (hash_size == SHA256_SIZE) {
		sha256(input, strlen(input), want);
	} else {
		sha512_init(&h, hash_size);
		sha512_push(&h, input, strlen(input));
		sha512_finish(&h, want);
	}
	assert_memory_equal(digest, want, hash_size);
}

/* The octets themselves, put together by hand. */
static void
imprints_are_over_what_the_standard_says(void **state)
{
	static const size_t sizes[] = {32, 48, 64};
	struct jws j = {.payload = "PAY", .payload_len = 3};
	struct jws_seal s = {.protected = "HEAD",
	    .protected_len = 4,
	    .signature = "SIG",
	    .signature_len = 3};
	static struct etsiu u = {.count = 2};
	uint8_t digest[SHA512_SIZE];
	size_t i;

	(void)state;
	u.element[0].text = "first";
	u.element[0].len = 5;
	u.element[1].text = "second";
	u.element[1].len = 6;
	for (i = 0; i < 3; i++) {
		imprint_content(&j, sizes[i], digest);
		digest_is("PAY", sizes[i], digest);
		imprint_signature(&s, sizes[i], digest);
		digest_is("SIG", sizes[i], digest);
		imprint_archive(&j, &s, &u, 2, sizes[i], digest);
		digest_is("PAY.HEAD.SIG.firstsecond", sizes[i], digest);
		imprint_archive(&j, &s, &u, 1, sizes[i], digest);
		digest_is("PAY.HEAD.SIG.first", sizes[i], digest);
		imprint_archive(&j, &s, &u, 0, sizes[i], digest);
		digest_is("PAY.HEAD.SIG.", sizes[i], digest);
	}
	j.payload = NULL;
	j.payload_len = 0;
	imprint_archive(&j, &s, &u, 1, 32, digest);
	digest_is(".HEAD.SIG.first", 32, digest);
}

static void
the_gravest_reason_is_kept(void **state)
{
	struct verdict v = {SUB_NONE};

	(void)state;
	assert_int_equal(verdict_of(&v), INDICATION_PASSED);
	assert_null(verdict_sub_name(v.sub));
	verdict_add(&v, SUB_NONE);
	assert_int_equal(verdict_of(&v), INDICATION_PASSED);
	verdict_add(&v, SUB_TRY_LATER);
	assert_int_equal(verdict_of(&v), INDICATION_INDETERMINATE);
	verdict_add(&v, SUB_NO_CERTIFICATE_CHAIN_FOUND);
	verdict_add(&v, SUB_TRY_LATER);
	assert_string_equal(
	    verdict_sub_name(v.sub), "NO_CERTIFICATE_CHAIN_FOUND");
	verdict_add(&v, SUB_NOT_YET_VALID);
	assert_int_equal(verdict_of(&v), INDICATION_FAILED);
	verdict_add(&v, SUB_HASH_FAILURE);
	verdict_add(&v, SUB_NONE);
	assert_string_equal(verdict_sub_name(v.sub), "HASH_FAILURE");
	assert_string_equal(
	    verdict_indication_name(verdict_of(&v)), "TOTAL-FAILED");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(elements_are_told_with_their_names),
	    cmocka_unit_test(other_shapes_are_refused),
	    cmocka_unit_test(the_limit_of_elements_is_exact),
	    cmocka_unit_test(imprints_are_over_what_the_standard_says),
	    cmocka_unit_test(the_gravest_reason_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
