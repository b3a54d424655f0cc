#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/x509/ocsp.h"
#include "host/x509/revocation.h"
#include "tests/unit/support/make_cert.h"
#include "tests/unit/support/make_crl.h"
#include "tests/unit/support/make_ocsp.h"
#include "tests/unit/support/soft_key.h"

#define NOW MAKE_CERT_NOW
#define DAY 86400

/* leaf <- inter <- root; leaf names a responder and a list, inter a list. */
static struct soft_key *root_key, *inter_key, *leaf_key;
static struct cert root, inter, leaf, silent, brief;
static struct chain_path path;

static const uint8_t leaf_places[] =
    "\x30\x2c\x06\x08\x2b\x06\x01\x05\x05\x07\x01\x01\x04\x20\x30\x1e\x30\x1c"
    "\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x01\x86\x10http://ocsp.test"
    "\x30\x22\x06\x03\x55\x1d\x1f\x04\x1b\x30\x19\x30\x17\xa0\x15\xa0\x13"
    "\x86\x11http://crl.test/1";
static const uint8_t inter_places[] =
    "\x30\x22\x06\x03\x55\x1d\x1f\x04\x1b\x30\x19\x30\x17\xa0\x15\xa0\x13"
    "\x86\x11http://crl.test/2";
/* noRevAvail */
static const uint8_t no_revocation[] =
    "\x30\x09\x06\x03\x55\x1d\x38\x04\x02\x05\x00";

static int
make_certs(void **state)
{
	struct make_cert m;

	(void)state;
	root_key = soft_key_new(ALG_ES256);
	inter_key = soft_key_new(ALG_ES256);
	leaf_key = soft_key_new(ALG_ES256);
	m = make_cert_by("Root", "Root", root_key, root_key);
	m.ca = true;
	make_cert(&m, &root);
	m = make_cert_by("Inter", "Root", inter_key, root_key);
	m.ca = true;
	m.more = inter_places;
	m.more_len = sizeof(inter_places) - 1;
	make_cert(&m, &inter);
	m = make_cert_by("Leaf", "Inter", leaf_key, inter_key);
	make_cert(&m, &silent);
	m.more = leaf_places;
	m.more_len = sizeof(leaf_places) - 1;
	make_cert(&m, &leaf);
	m.more = no_revocation;
	m.more_len = sizeof(no_revocation) - 1;
	make_cert(&m, &brief);
	path = (struct chain_path){.cert = {&leaf, &inter, &root}, .count = 3};
	return 0;
}

static int
free_certs(void **state)
{
	(void)state;
	cert_free(&root);
	cert_free(&inter);
	cert_free(&leaf);
	cert_free(&silent);
	cert_free(&brief);
	soft_key_free(root_key);
	soft_key_free(inter_key);
	soft_key_free(leaf_key);
	return 0;
}

/* What is at hand, and what the world answers, made anew by each test. */
static uint8_t octets[16][1024];
static struct revocation_data data[16];
static size_t made;

static size_t
add_ocsp(struct revocation_status status)
{
	struct make_ocsp m = {.responder = &inter,
	    .key = soft_key_signer(inter_key),
	    .produced = status.this_update,
	    .answer[0] = {.cert = &leaf, .issuer = &inter, .status = status}};
	size_t len = make_ocsp(&m, octets[made], sizeof(octets[0]));

	data[made] = (struct revocation_data){
	    REVOCATION_OCSP, REVOCATION_EMBEDDED, octets[made], len};
	return made++;
}

static size_t
add_crl(const struct cert *issuer, struct soft_key *key, int64_t this_update,
    const struct cert *revoked, int64_t since, int reason)
{
	struct make_crl m = {.issuer = issuer,
	    .key = soft_key_signer(key),
	    .this_update = this_update,
	    .next_update = this_update + DAY};
	size_t len;

	m.entry[0].cert = revoked;
	m.entry[0].revoked = since;
	m.entry[0].reason = reason;
	len = make_crl(&m, octets[made], sizeof(octets[0]));
	data[made] = (struct revocation_data){
	    REVOCATION_CRL, REVOCATION_EMBEDDED, octets[made], len};
	return made++;
}

static struct revocation_status
good_at(int64_t when)
{
	struct revocation_status s = {.state = REVOCATION_GOOD,
	    .this_update = when,
	    .next_update = when + DAY};

	return s;
}

static struct revocation_status
revoked_at(int64_t when, int64_t since, int reason)
{
	struct revocation_status s = good_at(when);

	s.state = REVOCATION_REVOKED;
	s.revoked = since;
	s.reason = reason;
	return s;
}

static struct revocation found;
static struct fault fault;

/* Of leaf, by what was made. */
static enum err
find_at(int64_t time, int64_t now)
{
	struct revocation_sources s = {.data = data, .count = made};
	enum err e;

	fault_clear(&fault);
	e = revocation_find(&s, &leaf, &inter, time, now, &found, &fault);
	assert_int_equal(fault.err, e);
	revocation_free(&found);
	return e;
}

static void
nothing_at_hand_leaves_it_open(void **state)
{
	struct revocation_sources s = {.count = 0};

	(void)state;
	made = 0;
	assert_int_equal(find_at(NOW, NOW), ERR_REVOCATION_UNKNOWN);
	assert_int_equal(found.state, REVOCATION_UNKNOWN);
	assert_int_equal(
	    revocation_find(&s, &silent, &inter, NOW, NOW, &found, &fault),
	    ERR_OK);
	assert_int_equal(found.state, REVOCATION_NOT_PUBLISHED);
	assert_int_equal(
	    revocation_find(&s, &brief, &inter, NOW, NOW, &found, &fault),
	    ERR_OK);
	assert_int_equal(found.state, REVOCATION_NOT_PUBLISHED);
	/* what others publish changes nothing; what its issuer does, all */
	add_crl(&root, root_key, NOW, NULL, 0, 0);
	s = (struct revocation_sources){.data = data, .count = made};
	assert_int_equal(
	    revocation_find(&s, &silent, &inter, NOW, NOW, &found, &fault),
	    ERR_OK);
	assert_int_equal(found.state, REVOCATION_NOT_PUBLISHED);
	add_crl(&inter, root_key, NOW, NULL, 0, 0);
	s.count = made;
	assert_int_equal(
	    revocation_find(&s, &silent, &inter, NOW, NOW, &found, &fault),
	    ERR_REVOCATION_UNKNOWN);
	assert_int_equal(found.why.err, ERR_CRL_SIGNATURE);
}

static void
what_holds_at_the_time_counts(void **state)
{
	(void)state;
	made = 0;
	add_ocsp(good_at(NOW));
	assert_int_equal(find_at(NOW, NOW), ERR_OK);
	assert_int_equal(found.state, REVOCATION_GOOD);
	assert_int_equal(found.status.produced, NOW);
	/* known later: of what was before, too */
	assert_int_equal(find_at(NOW - 100 * DAY, NOW), ERR_OK);
	assert_int_equal(
	    find_at(NOW + DAY + REVOCATION_SKEW, NOW + 9 * DAY), ERR_OK);
	assert_int_equal(
	    find_at(NOW + DAY + REVOCATION_SKEW + 1, NOW + 9 * DAY),
	    ERR_REVOCATION_UNKNOWN);
	assert_int_equal(found.why.err, ERR_REVOCATION_STALE);
	/* from the future */
	assert_int_equal(find_at(NOW - DAY, NOW - REVOCATION_SKEW), ERR_OK);
	assert_int_equal(find_at(NOW - DAY, NOW - REVOCATION_SKEW - 1),
	    ERR_REVOCATION_UNKNOWN);
	assert_int_equal(found.why.err, ERR_REVOCATION_FUTURE);
}

static void
produced_in_the_future_is_refused(void **state)
{
	struct make_ocsp m = {.responder = &inter,
	    .key = soft_key_signer(inter_key),
	    .produced = NOW + REVOCATION_SKEW + 1,
	    .answer[0] = {
		.cert = &leaf, .issuer = &inter, .status = good_at(NOW)}};

	(void)state;
	made = 0;
	add_ocsp(good_at(NOW));
	data[0].len = make_ocsp(&m, octets[0], sizeof(octets[0]));
	assert_int_equal(find_at(NOW, NOW), ERR_REVOCATION_UNKNOWN);
	assert_int_equal(found.why.err, ERR_REVOCATION_FUTURE);
	assert_int_equal(find_at(NOW, NOW + 1), ERR_OK);
}

static void
what_is_as_of_tomorrow_is_refused(void **state)
{
	struct revocation_status s = good_at(NOW + REVOCATION_SKEW + 1);
	enum revocation_state is;

	(void)state;
	s.produced = NOW;
	s.expired_since = INT64_MAX;
	assert_int_equal(revocation_judge(&s, &leaf, NOW, NOW, &is, &fault),
	    ERR_REVOCATION_FUTURE);
	assert_int_equal(is, REVOCATION_UNKNOWN);
	s.this_update--;
	assert_int_equal(
	    revocation_judge(&s, &leaf, NOW, NOW, &is, &fault), ERR_OK);
}

static void
a_response_without_end_holds_for_a_while(void **state)
{
	struct revocation_status s = good_at(NOW);
	enum revocation_state is;

	(void)state;
	s.next_update = 0;
	s.produced = NOW;
	s.expired_since = INT64_MAX;
	assert_int_equal(revocation_judge(&s, &leaf, NOW + REVOCATION_AGE,
			     NOW + REVOCATION_AGE, &is, &fault),
	    ERR_OK);
	assert_int_equal(
	    revocation_judge(&s, &leaf,
		NOW + REVOCATION_AGE + REVOCATION_SKEW + 1,
		NOW + REVOCATION_AGE + REVOCATION_SKEW + 1, &is, &fault),
	    ERR_REVOCATION_STALE);
}

static void
revoked_counts_from_its_date(void **state)
{
	(void)state;
	made = 0;
	add_ocsp(revoked_at(NOW, NOW - 10, 1));
	assert_int_equal(find_at(NOW, NOW), ERR_REVOKED);
	assert_non_null(strstr(fault.detail, "keyCompromise"));
	assert_int_equal(find_at(NOW - 10, NOW), ERR_REVOKED);
	assert_int_equal(find_at(NOW - 11, NOW), ERR_OK);
	/* for good: however old the news is */
	assert_int_equal(
	    find_at(NOW + 300 * DAY, NOW + 300 * DAY), ERR_REVOKED);
	/* and whatever else is said */
	add_ocsp(good_at(NOW + 5));
	assert_int_equal(find_at(NOW + 5, NOW + 5), ERR_REVOKED);
	add_crl(&inter, inter_key, NOW, &leaf, NOW - 20, -1);
	assert_int_equal(find_at(NOW, NOW), ERR_REVOKED);
	assert_int_equal(found.status.revoked, NOW - 20);
	assert_int_equal(found.status.kind, REVOCATION_CRL);
}

static void
a_hold_is_over_when_it_is(void **state)
{
	(void)state;
	made = 0;
	add_crl(&inter, inter_key, NOW - 10, &leaf, NOW - 20, REVOCATION_HOLD);
	assert_int_equal(find_at(NOW, NOW), ERR_REVOKED);
	add_crl(&inter, inter_key, NOW, NULL, 0, 0);
	assert_int_equal(find_at(NOW, NOW), ERR_OK);
	/* the later word, in whatever order */
	add_crl(&inter, inter_key, NOW - 9, &leaf, NOW - 20, REVOCATION_HOLD);
	assert_int_equal(find_at(NOW, NOW), ERR_OK);
	made = 1;
	assert_int_equal(
	    find_at(NOW + 2 * DAY, NOW + 2 * DAY), ERR_REVOCATION_UNKNOWN);
	assert_int_equal(found.why.err, ERR_REVOCATION_STALE);
}

static void
what_has_expired_may_be_off_the_list(void **state)
{
	int64_t after = leaf.not_after + 1;

	(void)state;
	made = 0;
	add_crl(&inter, inter_key, after, NULL, 0, 0);
	assert_int_equal(find_at(NOW, after), ERR_REVOCATION_UNKNOWN);
	assert_int_equal(found.why.err, ERR_REVOCATION_UNKNOWN);
	made = 0;
	add_crl(&inter, inter_key, leaf.not_after, NULL, 0, 0);
	assert_int_equal(find_at(NOW, after), ERR_OK);
	/* still revoked is still revoked */
	made = 0;
	add_crl(&inter, inter_key, after, &leaf, NOW - 1, -1);
	assert_int_equal(find_at(NOW, after), ERR_REVOKED);
}

static void
the_reason_told_is_the_most_telling(void **state)
{
	(void)state;
	made = 0;
	add_crl(&root, root_key, NOW, NULL, 0, 0);
	assert_int_equal(find_at(NOW, NOW), ERR_REVOCATION_UNKNOWN);
	assert_int_equal(found.why.err, ERR_CRL_ISSUER);
	/* by name the right one, by another's key */
	add_crl(&inter, root_key, NOW, NULL, 0, 0);
	assert_int_equal(find_at(NOW, NOW), ERR_REVOCATION_UNKNOWN);
	assert_int_equal(found.why.err, ERR_CRL_SIGNATURE);
	add_ocsp((struct revocation_status){.state = REVOCATION_UNKNOWN});
	assert_int_equal(find_at(NOW, NOW), ERR_REVOCATION_UNKNOWN);
	assert_int_equal(found.why.err, ERR_CRL_SIGNATURE);
	/* an empty answer is at no place */
	data[0] = (struct revocation_data){.kind = REVOCATION_CRL};
	assert_int_equal(find_at(NOW, NOW), ERR_REVOCATION_UNKNOWN);
	assert_int_equal(found.why.err, ERR_CRL_SYNTAX);
}

/* A world of three addresses, each with what it answers: an index into data,
 * or -1 for a failure; and what a cache would have. */
static struct {
	const char *url;
	int answer, cached;
	unsigned asked, asked_again;
} world[3];

static enum err trouble; /* of an address without an answer */

static enum err
fetch(void *arg, const struct revocation_request *q, uint8_t **answer,
    size_t *len, bool *cached, struct fault *f)
{
	int i, n;

	(void)arg;
	for (i = 0; i < 3 && strcmp(world[i].url, q->url) != 0; i++)
		;
	assert_true(i < 3);
	assert_int_equal(q->kind, i == 0 ? ACCESS_OCSP : ACCESS_CRL);
	assert_true((q->body != NULL) == (i == 0));
	world[i].asked++;
	world[i].asked_again += q->refresh;
	*cached = world[i].cached >= 0 && !q->refresh;
	n = *cached ? world[i].cached : world[i].answer;
	if (n < 0)
		return fault_set(f, trouble, FAULT_NO_OFFSET, "%s", q->url);
	*answer = malloc(data[n].len);
	assert_non_null(*answer);
	memcpy(*answer, data[n].der, data[n].len);
	*len = data[n].len;
	return ERR_OK;
}

static void
new_world(int ocsp, int leaf_list, int inter_list)
{
	static const char *const urls[] = {
	    "http://ocsp.test", "http://crl.test/1", "http://crl.test/2"};
	int i;

	memset(world, 0, sizeof(world));
	trouble = ERR_TIMEOUT;
	for (i = 0; i < 3; i++) {
		world[i].url = urls[i];
		world[i].cached = -1;
	}
	world[0].answer = ocsp;
	world[1].answer = leaf_list;
	world[2].answer = inter_list;
}

static struct revocation all[CHAIN_LEN];
static enum revocation_source from[CHAIN_LEN];

static enum err
collect(size_t at_hand, int64_t since)
{
	const struct revocation_fetcher f = {.fetch = fetch};
	const struct revocation_sources s = {
	    .data = data, .count = at_hand, .fetcher = &f, .since = since};
	enum err e;
	size_t i;

	fault_clear(&fault);
	e = revocation_collect(&path, &s, NOW, NOW, all, &fault);
	assert_int_equal(fault.err, e);
	for (i = 0; i < CHAIN_LEN; i++) {
		from[i] = all[i].data.source;
		revocation_free(&all[i]);
	}
	return e;
}

static void
what_is_missing_is_asked_for(void **state)
{
	int ocsp, inter_list;

	(void)state;
	made = 0;
	ocsp = (int)add_ocsp(good_at(NOW));
	inter_list = (int)add_crl(&root, root_key, NOW, NULL, 0, 0);
	new_world(ocsp, -1, inter_list);
	assert_int_equal(collect(0, 0), ERR_OK);
	assert_int_equal(all[0].state, REVOCATION_GOOD);
	assert_int_equal(all[0].status.kind, REVOCATION_OCSP);
	assert_string_equal(all[0].url, "http://ocsp.test");
	assert_int_equal(all[1].state, REVOCATION_GOOD);
	assert_int_equal(all[1].status.kind, REVOCATION_CRL);
	assert_string_equal(all[1].url, "http://crl.test/2");
	assert_int_equal(all[2].state, REVOCATION_ANCHOR);
	/* the list was not asked, as the responder had answered */
	assert_int_equal(world[0].asked, 1);
	assert_int_equal(world[1].asked, 0);
	assert_int_equal(world[2].asked, 1);
	/* what is at hand is not asked for */
	new_world(-1, -1, -1);
	assert_int_equal(collect(2, 0), ERR_OK);
	assert_int_equal(world[0].asked + world[1].asked + world[2].asked, 0);
	assert_string_equal(all[0].url, "");
}

/* What was fetched for the leaf is at hand when its issuer's turn comes. */
static void
what_was_fetched_for_others_changes_nothing(void **state)
{
	struct make_cert m = make_cert_by("Inter", "Root", inter_key, root_key);
	struct chain_path whole = path;
	struct cert placeless;
	int ocsp, list;

	(void)state;
	m.ca = true;
	make_cert(&m, &placeless);
	path.cert[1] = &placeless;
	made = 0;
	ocsp = (int)add_ocsp(good_at(NOW));
	list = (int)add_crl(&inter, inter_key, NOW, NULL, 0, 0);
	new_world(ocsp, -1, -1);
	assert_int_equal(collect(0, 0), ERR_OK);
	assert_int_equal(all[0].state, REVOCATION_GOOD);
	assert_int_equal(all[1].state, REVOCATION_NOT_PUBLISHED);
	new_world(-1, list, -1);
	assert_int_equal(collect(0, 0), ERR_OK);
	assert_int_equal(all[1].state, REVOCATION_NOT_PUBLISHED);
	path = whole;
	/* the leaf's own place should tell of it */
	list = (int)add_crl(&root, root_key, NOW, NULL, 0, 0);
	new_world(-1, list, list);
	assert_int_equal(collect(0, 0), ERR_REVOCATION_UNKNOWN);
	assert_int_equal(all[0].why.err, ERR_CRL_ISSUER);
	cert_free(&placeless);
}

static void
a_list_is_asked_where_no_responder_helps(void **state)
{
	int leaf_list, inter_list, unknown;

	(void)state;
	made = 0;
	leaf_list = (int)add_crl(&inter, inter_key, NOW, NULL, 0, 0);
	inter_list = (int)add_crl(&root, root_key, NOW, NULL, 0, 0);
	unknown = (int)add_ocsp(
	    (struct revocation_status){.state = REVOCATION_UNKNOWN});
	new_world(-1, leaf_list, inter_list);
	assert_int_equal(collect(0, 0), ERR_OK);
	assert_int_equal(all[0].status.kind, REVOCATION_CRL);
	assert_int_equal(all[0].why.err, ERR_TIMEOUT);
	new_world(unknown, leaf_list, inter_list);
	assert_int_equal(collect(0, 0), ERR_OK);
	assert_int_equal(all[0].status.kind, REVOCATION_CRL);
	new_world(-1, -1, inter_list);
	assert_int_equal(collect(0, 0), ERR_REVOCATION_UNKNOWN);
	assert_int_equal(all[0].state, REVOCATION_UNKNOWN);
	assert_int_equal(all[1].state, REVOCATION_GOOD);
	/* of two troubles the graver one */
	leaf_list = (int)add_crl(&root, root_key, NOW, &inter, NOW, 2);
	new_world(-1, -1, leaf_list);
	assert_int_equal(collect(0, 0), ERR_REVOKED);
	assert_int_equal(all[1].state, REVOCATION_REVOKED);
}

static void
what_was_kept_too_long_is_asked_again(void **state)
{
	int old, fresh, inter_list;

	(void)state;
	made = 0;
	old = (int)add_ocsp(good_at(NOW - 3 * DAY));
	fresh = (int)add_ocsp(good_at(NOW));
	inter_list = (int)add_crl(&root, root_key, NOW, NULL, 0, 0);
	new_world(fresh, -1, inter_list);
	world[0].cached = old;
	assert_int_equal(collect(0, 0), ERR_OK);
	assert_int_equal(from[0], REVOCATION_FETCHED);
	assert_int_equal(world[0].asked, 2);
	assert_int_equal(world[0].asked_again, 1);
	new_world(-1, -1, inter_list);
	world[0].cached = fresh;
	assert_int_equal(collect(0, 0), ERR_OK);
	assert_int_equal(from[0], REVOCATION_CACHED);
	assert_int_equal(world[0].asked, 1);
}

static void
who_is_told_to_stop_asks_nobody_else(void **state)
{
	(void)state;
	made = 0;
	new_world(-1, -1, -1);
	trouble = ERR_CANCELLED;
	assert_int_equal(collect(0, 0), ERR_CANCELLED);
	assert_int_equal(world[0].asked + world[1].asked + world[2].asked, 1);
}

static void
newer_is_asked_for_and_older_is_kept(void **state)
{
	int inter_list;

	(void)state;
	made = 0;
	add_ocsp(good_at(NOW - 100));
	inter_list = (int)add_crl(&root, root_key, NOW, NULL, 0, 0);
	add_ocsp(good_at(NOW));
	new_world(2, -1, inter_list);
	assert_int_equal(collect(2, NOW - 50), ERR_OK);
	assert_int_equal(from[0], REVOCATION_FETCHED);
	assert_int_equal(all[0].status.produced, NOW);
	new_world(-1, -1, inter_list);
	assert_int_equal(collect(2, NOW - 50), ERR_OK);
	assert_int_equal(from[0], REVOCATION_EMBEDDED);
	assert_int_equal(world[0].asked, 1);
	assert_int_equal(world[1].asked, 1);
	/* an answer made ahead is the newest that its responder has */
	new_world(0, -1, inter_list);
	assert_int_equal(collect(0, NOW - 50), ERR_OK);
	assert_int_equal(all[0].status.produced, NOW - 100);
	assert_int_equal(world[1].asked, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_at_hand_leaves_it_open),
	    cmocka_unit_test(what_holds_at_the_time_counts),
	    cmocka_unit_test(produced_in_the_future_is_refused),
	    cmocka_unit_test(what_is_as_of_tomorrow_is_refused),
	    cmocka_unit_test(a_response_without_end_holds_for_a_while),
	    cmocka_unit_test(revoked_counts_from_its_date),
	    cmocka_unit_test(a_hold_is_over_when_it_is),
	    cmocka_unit_test(what_has_expired_may_be_off_the_list),
	    cmocka_unit_test(the_reason_told_is_the_most_telling),
	    cmocka_unit_test(what_is_missing_is_asked_for),
	    cmocka_unit_test(what_was_fetched_for_others_changes_nothing),
	    cmocka_unit_test(a_list_is_asked_where_no_responder_helps),
	    cmocka_unit_test(what_was_kept_too_long_is_asked_again),
	    cmocka_unit_test(who_is_told_to_stop_asks_nobody_else),
	    cmocka_unit_test(newer_is_asked_for_and_older_is_kept),
	};

	return cmocka_run_group_tests_name(
	    "revocation", tests, make_certs, free_certs);
}
