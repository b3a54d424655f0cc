#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "host/seal/verify.h"
#include "tests/unit/support/make_cert.h"
#include "tests/unit/support/make_stamped.h"
#include "tests/unit/support/soft_key.h"
#include "tests/unit/support/verify_expect.h"

#define DAY ((int64_t)86400)
#define NOW MAKE_SEAL_NOW
#define PAYLOAD "{\"a\":1}"

static struct soft_key *key;
static struct cert root, tsa, old_tsa, stranger;

static void
make_tsa(const char *cn, const char *issuer, bool ca, int64_t from, int64_t to,
    struct cert *out)
{
	struct make_cert m = {.cn = cn,
	    .issuer_cn = issuer,
	    .key = soft_key_signer(key),
	    .issuer = soft_key_signer(key),
	    .not_before = from,
	    .not_after = to,
	    .ca = ca,
	    .path_len = -1,
	    .key_usage = ca ? CERT_KEY_USAGE_CERT_SIGN
			    : CERT_KEY_USAGE_DIGITAL_SIGNATURE,
	    .stamping = ca ? MAKE_CERT_NO_STAMPING : MAKE_CERT_STAMPING};

	make_cert(&m, out);
}

static int
begin(void **state)
{
	(void)state;
	key = soft_key_new(ALG_ES256);
	make_tsa(
	    "Root", "Root", true, NOW - 999 * DAY, NOW + 9999 * DAY, &root);
	make_tsa("TSA", "Root", false, NOW - DAY, NOW + 3999 * DAY, &tsa);
	make_tsa("Old TSA", "Root", false, NOW - DAY, NOW + DAY, &old_tsa);
	make_tsa("TSA", "Nobody", false, NOW - DAY, NOW + DAY, &stranger);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	cert_free(&root);
	cert_free(&tsa);
	cert_free(&old_tsa);
	cert_free(&stranger);
	soft_key_free(key);
	make_seal_end();
	return 0;
}

static void
stamp(struct stamped *s, enum timestamp_kind kind, int64_t time,
    const struct cert *by)
{
	stamped_stamp(s, kind, time, by, soft_key_signer(key), false);
}

/* At that time, with both roots as anchors. */
static enum err
verify_at(struct verify_result *r, const char *file, size_t len, int64_t time)
{
	struct cert anchors[2] = {*make_seal_ca(), root};
	struct verify_options o = {
	    .anchors = anchors, .anchor_count = 2, .time = time};

	return verify_file(r, (const uint8_t *)file, len, &o, NULL);
}

struct expect {
	enum err err;
	enum sub_indication sub;
	enum seal_level form, level;
	int64_t best; /* 0: not proven */
};

static void
check(const struct stamped *s, int64_t time, struct expect want)
{
	struct verify_result r;
	size_t len;
	char *file = stamped_file(s, false, &len);
	enum err e = verify_at(&r, file, len, time);

	if (e != want.err || r.reports[0].verdict.sub != want.sub ||
	    r.reports[0].form != want.form || r.reports[0].level != want.level)
		verify_show(&r);
	assert_int_equal(e, want.err);
	assert_int_equal(r.reports[0].verdict.sub, want.sub);
	assert_int_equal(r.reports[0].form, want.form);
	assert_int_equal(r.reports[0].level, want.level);
	assert_int_equal(r.reports[0].proven, want.best != 0);
	if (want.best != 0)
		assert_int_equal(r.reports[0].best, want.best);
	verify_result_free(&r);
	free(file);
}

static void
an_expired_certificate_was_good_when_the_seal_was_made(void **state)
{
	const struct cert *seal = make_seal_certificate(ALG_ES256);
	struct stamped *s = stamped_new(PAYLOAD);

	(void)state;
	stamp(s, TIMESTAMP_SIGNATURE, NOW + 60, &tsa);
	check(s, NOW + 3600,
	    (struct expect){
		ERR_OK, SUB_NONE, SEAL_LEVEL_T, SEAL_LEVEL_T, NOW + 60});
	check(s, seal->not_after + DAY,
	    (struct expect){
		ERR_OK, SUB_NONE, SEAL_LEVEL_T, SEAL_LEVEL_T, NOW + 60});
	/* until the authority's own certificate ends */
	check(s, tsa.not_after + DAY,
	    (struct expect){ERR_VERIFY_INDETERMINATE, SUB_OUT_OF_BOUNDS_NO_POE,
		SEAL_LEVEL_T, SEAL_LEVEL_B, 0});
	stamped_free(s);
}

static void
an_archive_timestamp_keeps_the_older_one_alive(void **state)
{
	const struct cert *seal = make_seal_certificate(ALG_ES256);
	int64_t late = seal->not_after + DAY;
	struct stamped *s = stamped_new(PAYLOAD);

	(void)state;
	stamp(s, TIMESTAMP_SIGNATURE, NOW + 60, &old_tsa);
	check(s, late,
	    (struct expect){ERR_VERIFY_INDETERMINATE, SUB_OUT_OF_BOUNDS_NO_POE,
		SEAL_LEVEL_T, SEAL_LEVEL_B, 0});
	/* too late: made when the first one had ended */
	stamp(s, TIMESTAMP_ARCHIVE, NOW + 2 * DAY, &tsa);
	check(s, late,
	    (struct expect){
		ERR_OK, SUB_NONE, SEAL_LEVEL_T, SEAL_LEVEL_B, NOW + 2 * DAY});
	stamped_free(s);
	s = stamped_new(PAYLOAD);
	stamp(s, TIMESTAMP_SIGNATURE, NOW + 60, &old_tsa);
	stamp(s, TIMESTAMP_ARCHIVE, NOW + 120, &tsa);
	check(s, late,
	    (struct expect){
		ERR_OK, SUB_NONE, SEAL_LEVEL_T, SEAL_LEVEL_T, NOW + 60});
	stamped_free(s);
}

/* Neither is over the other: an authority that is long gone, whose key may be
 * anybody's by now, gets no time from the one beside it. */
static void
archive_timestamps_of_one_container_do_not_cover_each_other(void **state)
{
	const struct cert *seal = make_seal_certificate(ALG_ES256);
	const int64_t times[2] = {NOW + 60, NOW + 120};
	const struct cert *const by[2] = {&old_tsa, &tsa};
	struct stamped *s = stamped_new(PAYLOAD);
	int64_t late = seal->not_after + DAY;

	(void)state;
	stamped_archive_two(s, times, by, soft_key_signer(key));
	check(s, NOW + 3600,
	    (struct expect){
		ERR_OK, SUB_NONE, SEAL_LEVEL_B, SEAL_LEVEL_B, NOW + 60});
	check(s, late,
	    (struct expect){
		ERR_OK, SUB_NONE, SEAL_LEVEL_B, SEAL_LEVEL_B, NOW + 120});
	/* what stands before is covered by both of them */
	stamped_free(s);
	s = stamped_new(PAYLOAD);
	stamp(s, TIMESTAMP_SIGNATURE, NOW + 30, &old_tsa);
	stamped_archive_two(s, times, by, soft_key_signer(key));
	check(s, late,
	    (struct expect){
		ERR_OK, SUB_NONE, SEAL_LEVEL_T, SEAL_LEVEL_T, NOW + 30});
	stamped_free(s);
}

static void
who_cannot_be_trusted_proves_nothing_and_harms_nothing(void **state)
{
	struct stamped *s = stamped_new(PAYLOAD);

	(void)state;
	stamp(s, TIMESTAMP_SIGNATURE, NOW + 60, &stranger);
	check(s, NOW + 3600,
	    (struct expect){ERR_OK, SUB_NONE, SEAL_LEVEL_T, SEAL_LEVEL_B, 0});
	stamped_free(s);
	s = stamped_new(PAYLOAD);
	stamp(s, TIMESTAMP_SIGNATURE, NOW + 7200, &tsa); /* from the future */
	check(s, NOW + 3600,
	    (struct expect){ERR_OK, SUB_NONE, SEAL_LEVEL_T, SEAL_LEVEL_B, 0});
	stamped_free(s);
}

static void
a_timestamp_of_something_else_makes_the_file_invalid(void **state)
{
	struct stamped *s = stamped_new(PAYLOAD);

	(void)state;
	stamped_stamp(
	    s, TIMESTAMP_SIGNATURE, NOW + 60, &tsa, soft_key_signer(key), true);
	check(s, NOW + 3600,
	    (struct expect){
		ERR_VERIFY_INVALID, SUB_NONE, SEAL_LEVEL_T, SEAL_LEVEL_B, 0});
	stamped_free(s);
}

/* Taken out, turned round, put in between, changed: an archive timestamp
 * tells it all. */
static void
etsiu_cannot_be_changed_before_an_archive_timestamp(void **state)
{
	struct stamped *s = stamped_new(PAYLOAD);
	struct verify_result r;
	size_t len, i, found = 0;
	char *file, *at, *stop;

	(void)state;
	stamp(s, TIMESTAMP_SIGNATURE, NOW + 60, &tsa);
	stamped_add(s, "{\"xVals\":[]}");
	stamp(s, TIMESTAMP_ARCHIVE, NOW + 120, &tsa);
	file = stamped_file(s, false, &len);
	assert_int_equal(verify_at(&r, file, len, NOW + 3600), ERR_OK);
	verify_result_free(&r);
	at = strstr(file, "\"etsiU\":[\"") + 10;
	/* what stands before the last one */
	stop = strchr(strchr(at, ',') + 1, ',') - 2;
	for (i = 0; at + i < stop; i += 31) {
		if (at[i] == '"' || at[i] == ',' || at[i + 1] == '"')
			continue;
		at[i] ^= 1;
		assert_int_equal(
		    verify_at(&r, file, len, NOW + 3600), ERR_VERIFY_INVALID);
		verify_result_free(&r);
		at[i] ^= 1;
		found++;
	}
	assert_true(found > 20);
	/* without the element in the middle */
	at = strchr(at, '"') + 1;
	stop = strchr(strchr(at, '"') + 1, '"') + 1;
	memmove(at, stop, len - (size_t)(stop - file) + 1);
	len -= (size_t)(stop - at);
	assert_int_equal(
	    verify_at(&r, file, len, NOW + 3600), ERR_VERIFY_INVALID);
	verify_result_free(&r);
	free(file);
	stamped_free(s);
}

static void
in_clear_the_seals_timestamp_counts_and_the_archives_does_not(void **state)
{
	struct stamped *s = stamped_new(PAYLOAD);
	struct verify_result r;
	size_t len;
	char *file;

	(void)state;
	stamp(s, TIMESTAMP_SIGNATURE, NOW + 60, &tsa);
	stamp(s, TIMESTAMP_ARCHIVE, NOW + 120, &tsa);
	file = stamped_file(s, true, &len);
	assert_int_equal(verify_at(&r, file, len, NOW + 3600), ERR_OK);
	assert_int_equal(r.reports[0].timestamp[0].verdict, VERIFY_PASSED);
	assert_int_equal(r.reports[0].timestamp[1].verdict, VERIFY_UNKNOWN);
	assert_int_equal(r.reports[0].best, NOW + 60);
	verify_result_free(&r);
	free(file);
	stamped_free(s);
}

static void
what_is_no_timestamp_is_refused(void **state)
{
	static const char *const bad[] = {"{\"sigTst\":{}}", "{\"sigTst\":[]}",
	    "{\"sigTst\":{\"tstTokens\":[]}}",
	    "{\"sigTst\":{\"tstTokens\":[{}]}}",
	    "{\"sigTst\":{\"tstTokens\":[{\"val\":\"\"}]}}",
	    "{\"sigTst\":{\"tstTokens\":[{\"val\":\"AAAA\"}]}}",
	    "{\"arcTst\":{\"tstTokens\":[{\"val\":\"MAA=\"}]}}"};
	struct verify_result r;
	struct stamped *s;
	size_t len, i;
	char *file;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		s = stamped_new(PAYLOAD);
		stamped_add(s, bad[i]);
		file = stamped_file(s, false, &len);
		assert_int_equal(
		    verify_at(&r, file, len, NOW + 60), ERR_VERIFY_INVALID);
		assert_int_equal(
		    verify_verdict_of(&r, 0, "timestamp"), VERIFY_FAILED);
		verify_result_free(&r);
		free(file);
		stamped_free(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		an_expired_certificate_was_good_when_the_seal_was_made),
	    cmocka_unit_test(an_archive_timestamp_keeps_the_older_one_alive),
	    cmocka_unit_test(
		archive_timestamps_of_one_container_do_not_cover_each_other),
	    cmocka_unit_test(
		who_cannot_be_trusted_proves_nothing_and_harms_nothing),
	    cmocka_unit_test(
		a_timestamp_of_something_else_makes_the_file_invalid),
	    cmocka_unit_test(
		etsiu_cannot_be_changed_before_an_archive_timestamp),
	    cmocka_unit_test(
		in_clear_the_seals_timestamp_counts_and_the_archives_does_not),
	    cmocka_unit_test(what_is_no_timestamp_is_refused),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
