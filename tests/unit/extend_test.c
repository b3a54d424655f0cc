#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "host/seal/extend.h"
#include "tests/unit/support/make_cert.h"
#include "tests/unit/support/make_ocsp.h"
#include "tests/unit/support/make_stamped.h"
#include "tests/unit/support/make_token.h"
#include "tests/unit/support/soft_key.h"
#include "tests/unit/support/verify_expect.h"

#define DAY ((int64_t)86400)

static struct soft_key *key, *other_key;
static struct cert root, namesake, tsa, stranger;
static int64_t now;

static void
make_tsa_of(struct soft_key *of, const char *cn, const char *issuer, bool ca,
    struct cert *out)
{
	struct make_cert m = {.cn = cn,
	    .issuer_cn = issuer,
	    .key = soft_key_signer(of),
	    .issuer = soft_key_signer(of),
	    .not_before = MAKE_SEAL_NOW - DAY,
	    .not_after = MAKE_SEAL_NOW + 9999 * DAY,
	    .ca = ca,
	    .path_len = -1,
	    .key_usage = ca ? CERT_KEY_USAGE_CERT_SIGN
			    : CERT_KEY_USAGE_DIGITAL_SIGNATURE,
	    .stamping = ca ? MAKE_CERT_NO_STAMPING : MAKE_CERT_STAMPING};

	make_cert(&m, out);
}

static void
make_tsa(const char *cn, const char *issuer, bool ca, struct cert *out)
{
	make_tsa_of(key, cn, issuer, ca, out);
}

static int
begin(void **state)
{
	(void)state;
	key = soft_key_new(ALG_ES256);
	make_tsa("Root", "Root", true, &root);
	other_key = soft_key_new(ALG_ES256);
	make_tsa_of(other_key, "Root", "Root", true, &namesake);
	make_tsa("TSA", "Root", false, &tsa);
	make_tsa("TSA", "Nobody", false, &stranger);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	cert_free(&root);
	cert_free(&namesake);
	cert_free(&tsa);
	cert_free(&stranger);
	soft_key_free(key);
	soft_key_free(other_key);
	make_seal_end();
	return 0;
}

static unsigned looks; /* each asks for the time once */

static int64_t
the_time(void)
{
	looks++;
	return now;
}

/* An authority whose clock goes on by a minute with each stamp, and may be
 * ahead. */
struct authority {
	const struct cert *cert;
	unsigned stamps;
	enum err err;
	int64_t ahead;
};

static enum err
stamp(void *arg, const uint8_t digest[static SHA256_SIZE], uint8_t **token,
    size_t *len, struct fault *fault)
{
	struct authority *a = arg;
	struct make_token m = {.digest = digest,
	    .digest_len = SHA256_SIZE,
	    .time = (now += 60) + a->ahead,
	    .signer = a->cert,
	    .key = soft_key_signer(key)};

	if (a->err != ERR_OK)
		return fault_set(fault, a->err, FAULT_NO_OFFSET, "as asked");
	make_token(&m, token, len);
	a->stamps++;
	return ERR_OK;
}

/* A responder for all, whose answers do for a day. */
struct responder {
	unsigned asked;
};

static enum err
answer(void *arg, const struct cert *c, const struct cert *issuer,
    int64_t since, enum revocation_kind *kind, uint8_t **der, size_t *len,
    struct fault *fault)
{
	bool seals = issuer->len == make_seal_ca()->len &&
	    memcmp(issuer->der, make_seal_ca()->der, issuer->len) == 0;
	struct make_ocsp m = {.responder = issuer,
	    .key = seals ? make_seal_ca_signer() : soft_key_signer(key),
	    .produced = now};
	struct responder *r = arg;

	(void)since;
	(void)fault;
	r->asked++;
	m.answer[0].cert = c;
	m.answer[0].issuer = issuer;
	m.answer[0].status = (struct revocation_status){
	    .state = REVOCATION_GOOD,
	    .this_update = now,
	    .next_update = now + DAY};
	*der = malloc(4000);
	assert_non_null(*der);
	*len = make_ocsp(&m, *der, 4000);
	*kind = REVOCATION_OCSP;
	return ERR_OK;
}

static struct responder responder;

static enum err
extend(const char *file, size_t len, enum seal_level level, struct authority *a,
    char **out, size_t *out_len)
{
	struct cert anchors[2] = {*make_seal_ca(), root};
	const struct extend_source stamps = {a, stamp};
	const struct verify_source source = {&responder, NULL, answer};
	const struct extend_options o = {.level = level,
	    .anchors = anchors,
	    .anchor_count = 2,
	    .stamps = &stamps,
	    .source = &source,
	    .now = the_time};
	struct fault fault;
	uint8_t *buf;
	enum err e;

	fault_clear(&fault);
	e = extend_file((const uint8_t *)file, len, &o, &buf, out_len, &fault);
	*out = (char *)buf;
	if (e != ERR_OK) {
		assert_null(buf);
		assert_int_not_equal(fault.err, ERR_OK);
	}
	return e;
}

/* Also where somebody else's root of the same name is trusted, too. */
static void
level_is(const char *file, size_t len, enum seal_level level)
{
	struct cert anchors[3] = {*make_seal_ca(), namesake, root};
	struct verify_options o = {
	    .anchors = anchors, .anchor_count = 3, .time = now + 60};
	struct verify_result r;
	unsigned i;

	if (verify_file(&r, (const uint8_t *)file, len, &o, NULL) != ERR_OK)
		verify_show(&r);
	assert_int_equal(r.err, ERR_OK);
	for (i = 0; i < r.seals; i++) {
		assert_int_equal(r.reports[i].level, level);
		assert_true(r.reports[i].proven);
	}
	verify_result_free(&r);
}

/* Every octet of the one is in the other, in that order. */
static void
is_kept(const char *file, size_t len, const char *longer, size_t longer_len)
{
	size_t i, k = 0;

	for (i = 0; i < len; i++) {
		while (k < longer_len && longer[k] != file[i])
			k++;
		assert_true(k++ < longer_len);
	}
}

static void
every_json_form_is_extended_and_keeps_its_octets(void **state)
{
	struct make_seal m = {.payload = "{\"a\":1}"};
	struct authority a = {.cert = &tsa};
	enum jws_form form;
	char *file, *out;
	size_t len, out_len;

	(void)state;
	for (form = JWS_FLATTENED; form <= JWS_GENERAL; form++) {
		now = MAKE_SEAL_NOW;
		m.form = form;
		file = make_seal(&m, &len);
		assert_int_equal(
		    extend(file, len, SEAL_LEVEL_T, &a, &out, &out_len),
		    ERR_OK);
		level_is(out, out_len, SEAL_LEVEL_T);
		is_kept(file, len, out, out_len);
		free(file);
		/* it has that level now */
		assert_int_equal(
		    extend(out, out_len, SEAL_LEVEL_T, &a, &file, &len),
		    ERR_EXISTS);
		free(out);
	}
	assert_int_equal(a.stamps, 2);
}

static void
a_file_is_read_again_only_when_something_was_added(void **state)
{
	struct make_seal m = {.payload = "{\"a\":1}"};
	struct authority a = {.cert = &tsa};
	char *file, *out;
	size_t len, out_len;

	(void)state;
	now = MAKE_SEAL_NOW;
	file = make_seal(&m, &len);
	looks = 0;
	assert_int_equal(
	    extend(file, len, SEAL_LEVEL_T, &a, &out, &out_len), ERR_OK);
	assert_int_equal(looks, 2);
	free(file);
	free(out);
}

static void
a_clock_that_is_ahead_does_not_spoil_what_it_stamps(void **state)
{
	struct make_seal m = {.payload = "{\"a\":1}"};
	struct authority a = {.cert = &tsa, .ahead = 59};
	char *file, *out;
	size_t len, out_len;

	(void)state;
	now = MAKE_SEAL_NOW;
	file = make_seal(&m, &len);
	assert_int_equal(
	    extend(file, len, SEAL_LEVEL_LTA, &a, &out, &out_len), ERR_OK);
	assert_int_equal(a.stamps, 2);
	level_is(out, out_len, SEAL_LEVEL_LTA);
	free(file);
	free(out);
}

static void
all_seals_of_a_file_are_extended(void **state)
{
	struct make_seal m = {.payload = "{\"a\":1}", .seals = 3};
	struct authority a = {.cert = &tsa};
	char *file, *out;
	size_t len, out_len;

	(void)state;
	now = MAKE_SEAL_NOW;
	file = make_seal(&m, &len);
	assert_int_equal(
	    extend(file, len, SEAL_LEVEL_T, &a, &out, &out_len), ERR_OK);
	level_is(out, out_len, SEAL_LEVEL_T);
	assert_int_equal(a.stamps, 3);
	free(out);
	/* none of them if one is broken */
	free(file);
	m.break_last = true;
	file = make_seal(&m, &len);
	assert_int_equal(extend(file, len, SEAL_LEVEL_T, &a, &out, &out_len),
	    ERR_VERIFY_INVALID);
	assert_int_equal(a.stamps, 3);
	free(file);
}

static void
elements_that_are_there_stay_where_they_are(void **state)
{
	struct stamped *s = stamped_new("{\"a\":1}");
	struct authority a = {.cert = &tsa};
	char *file, *out;
	size_t len, out_len;

	(void)state;
	now = MAKE_SEAL_NOW;
	stamped_add(s, "{\"xVals\":[]}");
	file = stamped_file(s, false, &len);
	assert_int_equal(
	    extend(file, len, SEAL_LEVEL_T, &a, &out, &out_len), ERR_OK);
	level_is(out, out_len, SEAL_LEVEL_T);
	is_kept(file, len, out, out_len);
	free(out);
	free(file);
	/* no rule says what archive timestamps of clear elements are over */
	file = stamped_file(s, true, &len);
	assert_int_equal(extend(file, len, SEAL_LEVEL_T, &a, &out, &out_len),
	    ERR_UNSUPPORTED);
	free(file);
	stamped_free(s);
}

static void
nothing_comes_out_where_something_went_wrong(void **state)
{
	struct make_seal m = {.payload = "{\"a\":1}"};
	struct authority good = {.cert = &tsa};
	struct authority odd = {.cert = &stranger};
	struct authority down = {.cert = &tsa, .err = ERR_TIMEOUT};
	char *file, *out;
	size_t len, out_len;

	(void)state;
	now = MAKE_SEAL_NOW;
	file = make_seal(&m, &len);
	assert_int_equal(extend(file, len, SEAL_LEVEL_T, &down, &out, &out_len),
	    ERR_TIMEOUT);
	/* an authority that leads to no anchor: the level would not hold */
	assert_int_equal(extend(file, len, SEAL_LEVEL_T, &odd, &out, &out_len),
	    ERR_VERIFY_INDETERMINATE);
	assert_int_equal(
	    extend(file, len - 1, SEAL_LEVEL_T, &good, &out, &out_len),
	    ERR_VERIFY_FORMAT);
	*strstr(file, "\"payload\":\"{\\\"a") = 'X';
	assert_int_equal(extend(file, len, SEAL_LEVEL_T, &good, &out, &out_len),
	    ERR_VERIFY_FORMAT);
	free(file);
	m.form = JWS_COMPACT;
	m.header = "{\"alg\":\"@A\",\"x5t#S256\":\"@T\",\"x5c\":[\"@C\"],"
		   "\"iat\":1760000000}";
	m.payload = "eyJhIjoxfQ";
	file = make_seal(&m, &len);
	assert_int_equal(extend(file, len, SEAL_LEVEL_T, &good, &out, &out_len),
	    ERR_UNSUPPORTED);
	free(file);
	assert_int_equal(good.stamps, 0);
}

static void
a_timestamp_that_proves_nothing_is_not_that_level(void **state)
{
	struct stamped *s = stamped_new("{\"a\":1}");
	struct authority a = {.cert = &tsa};
	char *file, *out;
	size_t len, out_len;

	(void)state;
	now = MAKE_SEAL_NOW;
	stamped_stamp(s, TIMESTAMP_SIGNATURE, now, &stranger,
	    soft_key_signer(key), false);
	file = stamped_file(s, false, &len);
	assert_int_equal(
	    extend(file, len, SEAL_LEVEL_T, &a, &out, &out_len), ERR_OK);
	assert_int_equal(a.stamps, 1);
	level_is(out, out_len, SEAL_LEVEL_T);
	is_kept(file, len, out, out_len);
	free(file);
	free(out);
	stamped_free(s);
	/* too late for one: no other is bought beside it */
	s = stamped_new("{\"a\":1}");
	stamped_stamp(s, TIMESTAMP_SIGNATURE,
	    make_seal_certificate(ALG_ES256)->not_after, &tsa,
	    soft_key_signer(key), false);
	file = stamped_file(s, false, &len);
	assert_int_equal(extend(file, len, SEAL_LEVEL_T, &a, &out, &out_len),
	    ERR_VERIFY_INDETERMINATE);
	assert_int_equal(a.stamps, 1);
	free(file);
	stamped_free(s);
}

/* What was known of its authority does no more when the next one comes. */
static void
an_archive_timestamp_is_renewed_with_what_is_known_of_it_then(void **state)
{
	struct make_seal m = {.payload = "{\"a\":1}"};
	struct authority a = {.cert = &tsa};
	char *file, *out;
	size_t len, out_len;

	(void)state;
	now = MAKE_SEAL_NOW;
	responder.asked = 0;
	file = make_seal(&m, &len);
	assert_int_equal(
	    extend(file, len, SEAL_LEVEL_LTA, &a, &out, &out_len), ERR_OK);
	level_is(out, out_len, SEAL_LEVEL_LTA);
	assert_int_equal(responder.asked, 2); /* of the seal, of its stamp */
	free(file);
	/* an hour later nobody needs to be asked, a month later somebody */
	now += 3600;
	assert_int_equal(
	    extend(out, out_len, SEAL_LEVEL_LTA, &a, &file, &len), ERR_OK);
	assert_int_equal(responder.asked, 2);
	free(out);
	now += 30 * DAY;
	assert_int_equal(
	    extend(file, len, SEAL_LEVEL_LTA, &a, &out, &out_len), ERR_OK);
	assert_int_equal(responder.asked, 3);
	level_is(out, out_len, SEAL_LEVEL_LTA);
	assert_int_equal(a.stamps, 4);
	free(file);
	free(out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_json_form_is_extended_and_keeps_its_octets),
	    cmocka_unit_test(
		a_file_is_read_again_only_when_something_was_added),
	    cmocka_unit_test(
		a_clock_that_is_ahead_does_not_spoil_what_it_stamps),
	    cmocka_unit_test(all_seals_of_a_file_are_extended),
	    cmocka_unit_test(elements_that_are_there_stay_where_they_are),
	    cmocka_unit_test(a_timestamp_that_proves_nothing_is_not_that_level),
	    cmocka_unit_test(
		an_archive_timestamp_is_renewed_with_what_is_known_of_it_then),
	    cmocka_unit_test(nothing_comes_out_where_something_went_wrong),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
