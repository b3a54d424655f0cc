/*
 * Content timestamps that front brings to signer, as in signer_test.c: each is
 * in the header that a person approved, and most are worth nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <stdlib.h>

#include "tests/unit/support/make_cert.h"
#include "tests/unit/support/make_token.h"
#include "tests/unit/support/signer_front.h"

/* Who makes a token, and how. */
struct maker {
	const struct signer_authority *by; /* NULL: the unit itself */
	enum make_token_fault fault;
	bool not_stamping; /* the unit's certificate is not for that */
	int64_t late; /* behind the header's time */
};

/* A token over that payload. */
static void
stamp(const struct maker *by, const char *payload)
{
	struct soft_key *key = soft_key_new(ALG_ES256);
	struct make_cert unit = make_cert_by("TSA",
	    by->by == NULL ? "TSA" : by->by->root.common_name, key,
	    by->by == NULL ? key : by->by->key);
	uint8_t digest[SHA256_SIZE], *der;
	struct make_token m = {.digest = digest,
	    .digest_len = SHA256_SIZE,
	    .time = signer_front.signing_time + by->late,
	    .key = soft_key_signer(key),
	    .more = by->by == NULL ? NULL : &by->by->root,
	    .more_count = by->by == NULL ? 0 : 1,
	    .fault = by->fault};
	struct cert cert;

	sha256(payload, strlen(payload), digest);
	if (!by->not_stamping)
		unit.stamping = MAKE_CERT_STAMPING;
	make_cert(&unit, &cert);
	m.signer = &cert;
	make_token(&m, &der, &signer_front.token_len);
	signer_front.token = der;
	cert_free(&cert);
	soft_key_free(key);
}

static void
forget_stamp(void)
{
	free((void *)(uintptr_t)signer_front.token);
	signer_front.token = NULL;
	signer_front.token_len = 0;
}

/* Approved with it, under the root: and still signer looks. n: who is who. */
static enum err
ask_stamped(const struct maker *by, const char *stamped, uint8_t n)
{
	static const char payload[] = "{\"a\":20}";
	uint64_t approval;
	struct leaf l;
	enum err e;

	stamp(by, stamped != NULL ? stamped : payload);
	signer_front_make_leaf(&l, 0, payload);
	approval = signer_front_approve(&l, 1);
	e = signer_front_ask(approval, &l, 1, 0, &l, n);
	forget_stamp();
	return e;
}

static int
begin(void **state)
{
	struct leaf l;

	signer_front_begin(state);
	signer_front_unlock();
	signer_front_make_leaf(&l, 0, "{}"); /* sets the time */
	return 0;
}

static void
a_content_timestamp_is_of_the_payload_and_not_younger_than_the_seal(
    void **state)
{
	struct maker m = {.by = &signer_front.second};

	(void)state;
	assert_int_equal(ask_stamped(&m, NULL, 1), ERR_OK);
	assert_int_equal(ask_stamped(&m, "{\"a\":21}", 2), ERR_TSP_IMPRINT);
	m.late = 1;
	assert_int_equal(ask_stamped(&m, NULL, 3), ERR_TSP_CLOCK);
}

static void
another_content_timestamp_than_the_approved_one_is_refused(void **state)
{
	const struct maker m = {.by = &signer_front.second, .late = -9};
	const struct maker n = {.by = &signer_front.second, .late = -8};
	static const char payload[] = "{\"a\":23}";
	struct leaf l, other;
	uint64_t approval;

	(void)state;
	stamp(&m, payload);
	signer_front_make_leaf(&l, 0, payload);
	approval = signer_front_approve(&l, 1);
	forget_stamp();
	assert_int_equal(
	    signer_front_ask(approval, &l, 1, 0, &l, 10), ERR_HEADER_DIFFERS);
	stamp(&n, payload);
	assert_int_equal(
	    signer_front_ask(approval, &l, 1, 0, &l, 10), ERR_NOT_FOUND);
	signer_front_make_leaf(&other, 0, payload); /* now the store has it */
	assert_int_equal(
	    signer_front_ask(approval, &l, 1, 0, &l, 10), ERR_HEADER_DIFFERS);
	forget_stamp();
}

/* Called as the pinned one is, but with a key of its own; or by nobody. */
static void
a_content_timestamp_that_front_made_itself_is_refused(void **state)
{
	struct make_cert root;
	struct signer_authority own;
	struct maker m = {.by = &own};

	(void)state;
	own.key = soft_key_new(ALG_ES256);
	root = make_cert_by("second", "second", own.key, own.key);
	root.ca = true;
	make_cert(&root, &own.root);
	assert_int_equal(ask_stamped(&m, NULL, 20), ERR_TSP_UNTRUSTED);
	m.by = NULL;
	assert_int_equal(ask_stamped(&m, NULL, 21), ERR_TSP_SELF_SIGNED);
	m.by = &signer_front.second;
	assert_int_equal(ask_stamped(&m, NULL, 22), ERR_OK);
	cert_free(&own.root);
	soft_key_free(own.key);
}

static void
a_content_timestamp_that_was_changed_is_refused(void **state)
{
	struct maker m = {.by = &signer_front.second, .late = -9};

	(void)state;
	m.fault = MAKE_TOKEN_SIGNATURE;
	assert_int_equal(ask_stamped(&m, NULL, 30), ERR_TSP_SIGNATURE);
	m.fault = MAKE_TOKEN_CONTENT_CHANGED;
	assert_int_equal(ask_stamped(&m, NULL, 31), ERR_TSP_CONTENT);
	m.fault = MAKE_TOKEN_OTHER_ESS;
	assert_int_equal(ask_stamped(&m, NULL, 32), ERR_TSP_CERTIFICATE);
	m.fault = MAKE_TOKEN_NOT_TST;
	assert_int_equal(ask_stamped(&m, NULL, 33), ERR_TSP_TOKEN);
}

/* Whoever has any certificate of the authority's could make tokens. */
static void
a_content_timestamp_by_no_timestamping_unit_is_refused(void **state)
{
	const struct maker m = {
	    .by = &signer_front.second, .not_stamping = true};

	(void)state;
	assert_int_equal(ask_stamped(&m, NULL, 40), ERR_TSP_USAGE);
}

/* What one authority has to be is not made up for by the other. */
static void
a_content_timestamp_is_all_that_one_authority_promises(void **state)
{
	const struct maker m = {.by = &signer_front.first};

	(void)state;
	assert_int_equal(ask_stamped(&m, NULL, 50), ERR_TSP_UNTRUSTED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_content_timestamp_is_of_the_payload_and_not_younger_than_the_seal),
	    cmocka_unit_test(
		another_content_timestamp_than_the_approved_one_is_refused),
	    cmocka_unit_test(
		a_content_timestamp_that_front_made_itself_is_refused),
	    cmocka_unit_test(a_content_timestamp_that_was_changed_is_refused),
	    cmocka_unit_test(
		a_content_timestamp_by_no_timestamping_unit_is_refused),
	    cmocka_unit_test(
		a_content_timestamp_is_all_that_one_authority_promises),
	};

	return cmocka_run_group_tests(tests, begin, signer_front_end);
}
