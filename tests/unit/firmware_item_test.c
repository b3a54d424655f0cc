/* What a host that lies about an item, or about a batch, gets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/support/appliance.h"

static int
setup(void **state)
{
	struct appliance *a = appliance_new();

	if (!appliance_hello(a) || !appliance_begin(a, 2))
		return -1;
	*state = a;
	return 0;
}

static int
teardown(void **state)
{
	free(*state);
	return 0;
}

/* An item with another announcement, then its payload. */
static bool
fails_with(struct appliance *a, const struct msg *m, enum err reason)
{
	appliance_send(a, m);
	return appliance_fails(a, reason);
}

static void
kinds_that_are_not_built_are_refused_by_number(void **state)
{
	struct appliance *a = *state;
	struct msg m = appliance_item_message(a, 0, appliance_payload(0));
	unsigned kind;

	for (kind = 0; kind < 256; kind++) {
		if (kind == KIND_JADES)
			continue;
		assert_true(appliance_begin(a, 1));
		m.item.kind = (uint8_t)kind;
		assert_true(fails_with(a, &m, ERR_KIND));
	}
}

static void
forms_profiles_and_algorithms_are_refused_by_number(void **state)
{
	struct appliance *a = *state;
	struct msg good = appliance_item_message(a, 0, appliance_payload(0));
	struct msg m = good;

	m.item.form = FORM_AS_IS;
	assert_true(fails_with(a, &m, ERR_UNSUPPORTED));
	m = good;
	m.item.form = 3;
	assert_true(appliance_begin(a, 1));
	assert_true(fails_with(a, &m, ERR_ITEM_FORM));
	m = good;
	m.item.profile = PROFILE_JSON;
	assert_true(appliance_begin(a, 1));
	assert_true(fails_with(a, &m, ERR_PROFILE));
	m = good;
	m.item.alg = 10;
	assert_true(appliance_begin(a, 1));
	assert_true(fails_with(a, &m, ERR_ALGORITHM));
}

static void
indices_run_in_order_once_each(void **state)
{
	struct appliance *a = *state;
	struct msg m = appliance_item_message(a, 1, appliance_payload(1));

	assert_true(fails_with(a, &m, ERR_ITEM_ORDER));
	assert_true(appliance_begin(a, 2));
	assert_true(appliance_item(a, 0, appliance_payload(0)));
	m = appliance_item_message(a, 0, appliance_payload(0));
	assert_true(fails_with(a, &m, ERR_ITEM_ORDER));
}

static void
payloads_are_as_long_as_announced(void **state)
{
	struct appliance *a = *state;
	const char *payload = appliance_payload(0);
	struct msg m = appliance_item_message(a, 0, payload);

	m.item.payload_len--;
	appliance_send(a, &m);
	appliance_bulk(a, MSG_PAYLOAD, payload, strlen(payload));
	assert_true(appliance_fails(a, ERR_ITEM_LENGTH));
	assert_true(appliance_begin(a, 2));
	m.item.payload_len += 2;
	appliance_send(a, &m);
	appliance_bulk(a, MSG_PAYLOAD, payload, strlen(payload));
	assert_true(appliance_is_silent(a));
	/* not even the next item ends it */
	m = appliance_item_message(a, 1, appliance_payload(1));
	assert_true(fails_with(a, &m, ERR_CONSOLE_ORDER));
}

static void
lengths_at_the_bound_and_above(void **state)
{
	struct appliance *a = *state;
	struct msg m = appliance_item_message(a, 0, appliance_payload(0));

	m.item.payload_len = BOUND_PAYLOAD;
	m.item.timestamp_len = BOUND_TIMESTAMP;
	appliance_send(a, &m);
	assert_true(appliance_is_silent(a));
	assert_int_equal(a->ctx.state, STATE_TIMESTAMP);
	assert_true(appliance_begin(a, 1));
	m.item.payload_len = BOUND_PAYLOAD + 1;
	assert_true(fails_with(a, &m, ERR_TOO_LARGE));
	assert_true(appliance_begin(a, 1));
	m.item.payload_len = 0;
	assert_true(fails_with(a, &m, ERR_TOO_LARGE));
	assert_true(appliance_begin(a, 1));
	m.item.payload_len = 1;
	m.item.timestamp_len = BOUND_TIMESTAMP + 1;
	assert_true(fails_with(a, &m, ERR_TOO_LARGE));
}

static void
send_payload(struct appliance *a, const char *payload)
{
	struct msg m = appliance_item_message(a, 0, payload);

	appliance_send(a, &m);
	appliance_bulk(a, MSG_PAYLOAD, payload, strlen(payload));
}

static void
payloads_are_canonical_or_refused_with_the_place(void **state)
{
	struct appliance *a = *state;
	struct msg m;

	send_payload(a, "{\"b\":1,\"a\":2}");
	assert_true(appliance_expect(a, MSG_ERROR, &m));
	assert_int_equal(m.error.reason, ERR_JCS_ORDER);
	assert_int_equal(m.error.offset, 8);
	assert_int_equal(a->ctx.state, STATE_FAILED);
	assert_true(appliance_begin(a, 1));
	send_payload(a, "{\"a\": 1}");
	assert_true(appliance_fails(a, ERR_JCS_WHITESPACE));
	assert_true(appliance_begin(a, 1));
	send_payload(a, "{\"a\":1");
	assert_true(appliance_fails(a, ERR_JSON_TRUNCATED));
	assert_true(appliance_begin(a, 1));
	send_payload(a, "{\"a\":1.0}");
	assert_true(appliance_fails(a, ERR_JCS_NUMBER));
}

static void
host_and_appliance_hash_the_same_or_nothing_is_sealed(void **state)
{
	struct appliance *a = *state;
	const char *payload = appliance_payload(0);
	struct msg m = appliance_item_message(a, 0, payload);

	m.item.payload[31] ^= 1;
	appliance_send(a, &m);
	appliance_bulk(a, MSG_PAYLOAD, payload, strlen(payload));
	assert_true(appliance_fails(a, ERR_ITEM_DIGEST));
	assert_true(appliance_begin(a, 1));
	m = appliance_item_message(a, 0, payload);
	m.item.tbs[0] ^= 1;
	appliance_send(a, &m);
	appliance_bulk(a, MSG_PAYLOAD, payload, strlen(payload));
	assert_true(appliance_fails(a, ERR_HEADER_DIFFERS));
}

static void
a_header_of_another_time_is_refused(void **state)
{
	struct appliance *a = *state;
	const char *payload = appliance_payload(0);
	struct msg m = appliance_begin_message(a, 1);

	m.begin.time++;
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_BEGUN, &m));
	appliance_bulk(a, MSG_CHAIN, a->certificate, a->certificate_len);
	send_payload(a, payload);
	assert_true(appliance_fails(a, ERR_HEADER_DIFFERS));
}

static void
the_certificate_is_the_announced_one(void **state)
{
	struct appliance *a = *state;
	struct msg m = appliance_begin_message(a, 1);

	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_BEGUN, &m));
	a->certificate[a->certificate_len - 1] ^= 1;
	appliance_bulk(a, MSG_CHAIN, a->certificate, a->certificate_len);
	assert_true(appliance_fails(a, ERR_CERT_CHANGED));
}

static void
a_certificate_names_whom_it_seals_for(void **state)
{
	struct appliance *a = *state;
	struct msg m;
	uint8_t *p;

	assert_int_equal(a->ctx.batch.institution_len, 22);
	assert_memory_equal(
	    a->ctx.batch.institution, "Hochschule M\xc3\xbchlhausen", 22);
	/* every organisationName becomes a commonName */
	for (p = a->certificate; p < a->certificate + a->certificate_len - 3;
	     p++) {
		if (memcmp(p, "\x55\x04\x0a", 3) == 0)
			p[2] = 3;
	}
	m = appliance_begin_message(a, 1);
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_BEGUN, &m));
	appliance_bulk(a, MSG_CHAIN, a->certificate, a->certificate_len);
	assert_true(appliance_fails(a, ERR_CERT_NO_ORGANISATION));
}

static void
more_than_the_chain_is_refused(void **state)
{
	struct appliance *a = *state;
	struct msg m = appliance_begin_message(a, 1);
	uint8_t octets[600] = {0};

	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_BEGUN, &m));
	appliance_bulk(a, MSG_CHAIN, octets, sizeof(octets));
	assert_true(appliance_fails(a, ERR_ITEM_LENGTH));
}

static void
a_batch_that_cannot_be_is_refused(void **state)
{
	struct appliance *a = *state;
	struct msg good = appliance_begin_message(a, 1), m = good;

	m.begin.count = 0;
	assert_true(fails_with(a, &m, ERR_TOO_LARGE));
	m.begin.count = BOUND_BATCH + 1;
	assert_true(fails_with(a, &m, ERR_TOO_LARGE));
	m.begin.count = UINT32_MAX;
	assert_true(fails_with(a, &m, ERR_TOO_LARGE));
	m = good;
	m.begin.chain_len = 0;
	assert_true(fails_with(a, &m, ERR_HEADER_COMPOSE));
	m = good;
	m.begin.chain_len = 5;
	assert_true(fails_with(a, &m, ERR_HEADER_COMPOSE));
	m = good;
	m.begin.certificate_len[1] = 10;
	assert_true(fails_with(a, &m, ERR_HEADER_COMPOSE));
	m = good;
	m.begin.certificate_len[0] = BOUND_CERTIFICATE + 1;
	assert_true(fails_with(a, &m, ERR_HEADER_COMPOSE));
	m = good;
	m.begin.chain_len = 4;
	m.begin.certificate_len[0] = m.begin.certificate_len[1] =
	    m.begin.certificate_len[2] = m.begin.certificate_len[3] =
		BOUND_CERTIFICATE;
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_BEGUN, NULL));
	m.begin.certificate_len[3]++;
	assert_true(fails_with(a, &m, ERR_HEADER_COMPOSE));
	m = good;
	m.begin.alg = 0;
	assert_true(fails_with(a, &m, ERR_ALGORITHM));
	m = good;
	m.begin.now = m.begin.time - MSG_NOW_EARLIER;
	m.begin.expires = m.begin.now + MSG_WINDOW;
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_BEGUN, NULL));
	m.begin.expires++;
	assert_true(fails_with(a, &m, ERR_APPROVAL_EXPIRED));
	m.begin.now--;
	m.begin.expires = m.begin.now + 1;
	assert_true(fails_with(a, &m, ERR_APPROVAL_EXPIRED));
	m.begin.now = m.begin.time + MSG_NOW_LATER;
	m.begin.expires = m.begin.now + 1;
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_BEGUN, NULL));
	m.begin.now++;
	m.begin.expires++;
	assert_true(fails_with(a, &m, ERR_APPROVAL_EXPIRED));
	m.begin.now = INT64_MAX - 1;
	m.begin.expires = INT64_MAX;
	assert_true(fails_with(a, &m, ERR_APPROVAL_EXPIRED));
	m = good;
	m.begin.expires = m.begin.now;
	assert_true(fails_with(a, &m, ERR_CONSOLE_MESSAGE));
	m = good;
	m.begin.signing_time = 3;
	assert_true(fails_with(a, &m, ERR_HEADER_COMPOSE));
	m = good;
	m.begin.time = (uint64_t)1 << 63;
	assert_true(fails_with(a, &m, ERR_CONSOLE_MESSAGE));
}

static void
credits_keep_the_host_from_running_ahead(void **state)
{
	struct appliance *a = *state;
	struct msg m = appliance_item_message(a, 0, appliance_payload(0));
	unsigned i;

	m.item.payload_len = 1000;
	appliance_send(a, &m);
	appliance_bulk(a, MSG_PAYLOAD, "\"", 1);
	for (i = 0; i < 40; i++) {
		appliance_bulk(a, MSG_PAYLOAD, "a", 1);
		assert_true(appliance_is_silent(a));
	}
	/* two of the chain and of the payload's first frame are in it */
	assert_int_equal(a->credits - 42, a->ctx.credits);
	a->ctx.credits = 0;
	appliance_bulk(a, MSG_PAYLOAD, "a", 1);
	assert_true(appliance_fails(a, ERR_CONSOLE_CREDIT));
}

static void
answers_that_nobody_fetches_stop_the_intake(void **state)
{
	struct appliance *a = *state;
	struct msg m = {.number = MSG_STATUS};
	uint8_t frame[FRAME_MAX];
	size_t len = msg_encode(&m, frame), i;

	for (i = 0; i < 1000; i++) {
		if (core_push(&a->ctx, frame, len) < len)
			break;
	}
	assert_true(i < 1000);
	assert_true(a->ctx.out_len <= sizeof(a->ctx.out));
	core_sent(&a->ctx, a->ctx.out_len);
	assert_int_equal(core_push(&a->ctx, frame, len), len);
}

static void
content_timestamps_are_part_of_the_header(void **state)
{
	struct appliance *a = *state;
	static const uint8_t token[] = {0x30, 0x03, 0x02, 0x01, 0x05};
	const char *payload = appliance_payload(0);
	struct msg m = appliance_item_message(a, 0, payload);

	m.item.timestamp_len = sizeof(token);
	appliance_send(a, &m);
	appliance_bulk(a, MSG_TIMESTAMP, token, 2);
	appliance_bulk(a, MSG_TIMESTAMP, token + 2, sizeof(token) - 2);
	assert_int_equal(a->ctx.state, STATE_PAYLOAD);
	appliance_bulk(a, MSG_PAYLOAD, payload, strlen(payload));
	/* the host composed its header without */
	assert_true(appliance_fails(a, ERR_HEADER_DIFFERS));
	assert_true(appliance_begin(a, 1));
	appliance_send(a, &m);
	appliance_bulk(a, MSG_TIMESTAMP, "12345", 5);
	assert_true(appliance_fails(a, ERR_HEADER_COMPOSE));
	/* longer than its own length says, which comes in the second frame */
	assert_true(appliance_begin(a, 1));
	m.item.timestamp_len++;
	appliance_send(a, &m);
	appliance_bulk(a, MSG_TIMESTAMP, token, 1);
	assert_true(appliance_is_silent(a));
	appliance_bulk(a, MSG_TIMESTAMP, token + 1, 1);
	assert_true(appliance_fails(a, ERR_HEADER_COMPOSE));
	/* as long as nothing in DER */
	assert_true(appliance_begin(a, 1));
	m.item.timestamp_len = 130;
	assert_true(fails_with(a, &m, ERR_HEADER_COMPOSE));
}

/* Certificates behind the first are hashed as they come, however cut. */
static void
a_chain_of_four_is_hashed_as_it_comes(void **state)
{
	struct appliance *a = *state;
	const char *payload = appliance_payload(0);
	uint8_t chain[4 * 512], digest[SHA256_SIZE];
	struct msg begin = appliance_begin_message(a, 1), m;
	struct jades_header h = {0};
	struct jades_tbs t;
	size_t i, cut, len = 0, tbs_len;

	h.profile = PROFILE_EDC;
	h.alg = ALG_ES256;
	h.signing_time = SIGNING_TIME_IAT;
	h.time = APPLIANCE_TIME;
	h.chain_len = begin.begin.chain_len = 4;
	for (i = 0; i < 4; i++) {
		h.chain[i].der = chain + len;
		h.chain[i].len = i == 0 ? a->certificate_len : 100 + i;
		begin.begin.certificate_len[i] = (uint16_t)h.chain[i].len;
		memset(chain + len, (int)i, h.chain[i].len);
		len += h.chain[i].len;
	}
	memcpy(chain, a->certificate, a->certificate_len);
	m = appliance_item_message(a, 0, payload);
	assert_int_equal(jades_tbs_init(&t, &h, NULL), ERR_OK);
	jades_tbs_push(&t, (const uint8_t *)payload, strlen(payload));
	jades_tbs_finish(&t, digest, m.item.tbs, &tbs_len);
	for (cut = 1; cut < len; cut++) {
		appliance_send(a, &begin);
		assert_true(appliance_expect(a, MSG_BEGUN, NULL));
		appliance_bulk(a, MSG_CHAIN, chain, cut);
		assert_int_equal(a->ctx.state, STATE_CHAIN);
		appliance_bulk(a, MSG_CHAIN, chain + cut, len - cut);
		appliance_send(a, &m);
		appliance_bulk(a, MSG_PAYLOAD, payload, strlen(payload));
		assert_true(appliance_expect(a, MSG_RESULT, NULL));
		assert_true(appliance_expect(a, MSG_ROOT, NULL));
	}
	appliance_send(a, &begin);
	assert_true(appliance_expect(a, MSG_BEGUN, NULL));
	appliance_bulk(a, MSG_CHAIN, chain, len + 1);
	assert_true(appliance_fails(a, ERR_ITEM_LENGTH));
}

/* Of other JSON than EDC's the payload is signed in base64url; a batch has one
 * profile. */
static void
each_profile_has_its_header_and_signed_octets(void **state)
{
	struct appliance *a = *state;
	struct msg m;
	unsigned profile;

	for (profile = PROFILE_JSON; profile <= PROFILE_JSON_COMPACT;
	     profile++) {
		a->profile = (enum item_profile)profile;
		assert_true(appliance_begin(a, 2));
		assert_true(appliance_item(a, 0, appliance_payload(0)));
		assert_true(appliance_item(a, 1, appliance_payload(1)));
		assert_true(appliance_expect(a, MSG_ROOT, NULL));
		assert_int_equal(a->ctx.batch.profile, profile);
		/* nor may the batch be of one profile, its items of another */
		assert_true(appliance_begin(a, 1));
		a->profile = profile == PROFILE_JSON ? PROFILE_EDC
						     : PROFILE_JSON;
		m = appliance_item_message(a, 0, appliance_payload(0));
		assert_true(fails_with(a, &m, ERR_PROFILE));
	}
	/* a header of another profile, which the host has not announced */
	a->profile = PROFILE_JSON_COMPACT;
	m = appliance_item_message(a, 0, appliance_payload(0));
	m.item.profile = PROFILE_JSON;
	a->profile = PROFILE_JSON;
	assert_true(appliance_begin(a, 1));
	appliance_send(a, &m);
	appliance_bulk(
	    a, MSG_PAYLOAD, appliance_payload(0), strlen(appliance_payload(0)));
	assert_true(appliance_fails(a, ERR_HEADER_DIFFERS));
	m = appliance_begin_message(a, 1);
	m.begin.profile = PROFILE_XADES;
	appliance_send(a, &m);
	assert_true(appliance_fails(a, ERR_PROFILE));
}

/* One text in several languages. */
static void
the_language_that_begin_names_is_shown(void **state)
{
	static const char payload[] =
	    "{\"displayParameter\":{\"title\":{\"de\":[\"Urkunde\"],"
	    "\"en\":[\"Diploma\"],\"fr\":[\"Licence\"]}},"
	    "\"id\":\"urn:credential:1\"}";
	static const struct {
		const char *language, *title;
	} row[] = {{"", "Diploma"}, {"de", "Urkunde"}, {"en", "Diploma"},
	    {"fr", "Licence"}, {"pl", "Diploma"}};
	struct appliance *a = *state;
	const struct title *t = &a->ctx.batch.title[0];
	size_t i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		memcpy(
		    a->language, row[i].language, strlen(row[i].language) + 1);
		assert_true(appliance_begin(a, 2));
		assert_true(appliance_item(a, 0, payload));
		assert_int_equal(t->len, strlen(row[i].title));
		assert_memory_equal(t->text, row[i].title, t->len);
	}
}

static void
what_is_no_language_is_refused(void **state)
{
	static const char bad[][MSG_LANGUAGE + 1] = {
	    "DE", "d", "d1", "\xc3\xa4", "-e", "{e", "a`"};
	static const uint8_t late[MSG_LANGUAGE] = {0, 'd'};
	struct appliance *a = *state;
	struct msg m = appliance_begin_message(a, 1);
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memcpy(m.begin.language, bad[i], MSG_LANGUAGE);
		assert_true(fails_with(a, &m, ERR_CONSOLE_MESSAGE));
	}
	memcpy(m.begin.language, late, MSG_LANGUAGE);
	assert_true(fails_with(a, &m, ERR_CONSOLE_MESSAGE));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(kinds_that_are_not_built_are_refused_by_number),
	    TEST(forms_profiles_and_algorithms_are_refused_by_number),
	    TEST(indices_run_in_order_once_each),
	    TEST(payloads_are_as_long_as_announced),
	    TEST(lengths_at_the_bound_and_above),
	    TEST(payloads_are_canonical_or_refused_with_the_place),
	    TEST(host_and_appliance_hash_the_same_or_nothing_is_sealed),
	    TEST(a_header_of_another_time_is_refused),
	    TEST(the_certificate_is_the_announced_one),
	    TEST(a_certificate_names_whom_it_seals_for),
	    TEST(more_than_the_chain_is_refused),
	    TEST(a_batch_that_cannot_be_is_refused),
	    TEST(credits_keep_the_host_from_running_ahead),
	    TEST(answers_that_nobody_fetches_stop_the_intake),
	    TEST(content_timestamps_are_part_of_the_header),
	    TEST(a_chain_of_four_is_hashed_as_it_comes),
	    TEST(each_profile_has_its_header_and_signed_octets),
	    TEST(the_language_that_begin_names_is_shown),
	    TEST(what_is_no_language_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
