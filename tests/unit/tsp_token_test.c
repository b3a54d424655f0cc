#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "common/bounds.h"
#include "host/tsp/token.h"
#include "tests/unit/common/hex.h"
#include "tests/unit/common/tsp_vectors.h"
#include "tests/unit/support/make_cert.h"
#include "tests/unit/support/make_token.h"
#include "tests/unit/support/soft_key.h"

#define NOW MAKE_CERT_NOW

static struct soft_key *key, *ca_key;
static uint8_t digest[64], nonce[8] = {0x80, 1, 2, 3, 4, 5, 6, 7};

/* A TSA under a CA under a root, and what is asked of its token. */
struct scene {
	struct make_cert tsa, ca, root;
	struct make_token token;
	struct tsp_expect expect;
	bool with_anchor, with_ca;
};

static struct scene
good(void)
{
	struct make_cert tsa = {.cn = "TSA",
	    .issuer_cn = "CA",
	    .key = soft_key_signer(key),
	    .issuer = soft_key_signer(ca_key),
	    .path_len = -1,
	    .key_usage = CERT_KEY_USAGE_DIGITAL_SIGNATURE,
	    .stamping = MAKE_CERT_STAMPING,
	    .key_id = "tsa1",
	    .authority_key_id = "ca11"};
	struct make_cert ca = {.cn = "CA",
	    .issuer_cn = "Root",
	    .key = soft_key_signer(ca_key),
	    .issuer = soft_key_signer(ca_key),
	    .path_len = -1,
	    .ca = true,
	    .key_usage = CERT_KEY_USAGE_CERT_SIGN,
	    .key_id = "ca11"};
	struct scene s = {.tsa = tsa, .ca = ca, .root = ca};

	s.root.cn = "Root";
	s.root.key_id = NULL;
	s.token.digest = s.expect.digest = digest;
	s.token.digest_len = s.expect.digest_len = 32;
	s.token.nonce = s.expect.nonce = nonce;
	s.token.nonce_len = s.expect.nonce_len = sizeof(nonce);
	s.token.time = NOW;
	s.token.key = soft_key_signer(key);
	s.expect.policy = der_reader((const uint8_t *)MAKE_TOKEN_POLICY, 3);
	s.expect.earliest = NOW - 60;
	s.expect.latest = NOW + 60;
	s.with_anchor = s.with_ca = true;
	return s;
}

static struct fault fault;

static enum err
check(const struct scene *scene)
{
	struct scene s = *scene;
	struct cert tsa, ca, root;
	struct tsp_token t;
	uint8_t *der;
	size_t len;
	enum err e;

	make_cert(&s.tsa, &tsa);
	make_cert(&s.ca, &ca);
	make_cert(&s.root, &root);
	s.token.signer = &tsa;
	s.token.more = &ca;
	s.token.more_count = s.with_ca ? 1 : 0;
	if (s.with_anchor) {
		s.expect.anchors = &root;
		s.expect.anchor_count = 1;
	}
	make_token_response(&s.token, &der, &len);
	memset(&fault, 0, sizeof(fault));
	e = tsp_check_response(&t, der, len, &s.expect, &fault);
	if (e == ERR_OK) {
		assert_int_equal(t.path.count, 3);
		assert_ptr_equal(t.path.cert[0], t.signer);
		assert_ptr_equal(t.path.cert[1], &t.certs[1]);
		assert_ptr_equal(t.path.cert[2], &root);
		tsp_token_free(&t);
	} else {
		assert_int_equal(fault.err, e);
		assert_true(fault.detail[0] != '\0');
	}
	free(der);
	cert_free(&tsa);
	cert_free(&ca);
	cert_free(&root);
	return e;
}

static void
a_good_token_is_accepted(void **state)
{
	struct scene s = good();

	(void)state;
	assert_int_equal(check(&s), ERR_OK);
	s.expect.policy.len = 0;
	s.expect.nonce = NULL;
	s.expect.latest = 0;
	assert_int_equal(check(&s), ERR_OK);
	s.token.nonce = NULL;
	assert_int_equal(check(&s), ERR_OK);
	s.token.key_id = true;
	assert_int_equal(check(&s), ERR_OK);
	s.token.ess = MAKE_TOKEN_V1;
	assert_int_equal(check(&s), ERR_OK);
	s.token.ess = MAKE_TOKEN_V2_ISSUER;
	assert_int_equal(check(&s), ERR_OK);
}

static void
tokens_by_every_algorithm_are_accepted(void **state)
{
	struct soft_key *own;
	struct scene s;
	unsigned alg;

	(void)state;
	for (alg = ALG_RS256; alg <= ALG_ES512; alg++) {
		own = soft_key_new(alg);
		s = good();
		s.tsa.key = s.token.key = soft_key_signer(own);
		assert_int_equal(check(&s), ERR_OK);
		s.token.fault = MAKE_TOKEN_SIGNATURE;
		assert_int_equal(check(&s), ERR_TSP_SIGNATURE);
		s.token.fault = MAKE_TOKEN_GOOD;
		s.token.plain_rsa = true;
		if (alg <= ALG_RS512)
			assert_int_equal(check(&s), ERR_OK);
		else if (alg <= ALG_PS512) /* means PKCS#1, and is not */
			assert_int_equal(check(&s), ERR_TSP_SIGNATURE);
		else
			assert_int_equal(check(&s), ERR_TSP_ALGORITHM);
		soft_key_free(own);
	}
}

static void
a_token_for_other_data_is_refused(void **state)
{
	uint8_t other[64] = {1};
	struct scene s = good();

	(void)state;
	s.expect.digest = other;
	assert_int_equal(check(&s), ERR_TSP_IMPRINT);
	/* the same octets as another hash's */
	s = good();
	s.token.digest_len = 48;
	assert_int_equal(check(&s), ERR_TSP_IMPRINT);
	s.expect.digest_len = 48;
	assert_int_equal(check(&s), ERR_OK);
}

static void
a_token_for_another_request_is_refused(void **state)
{
	static const uint8_t other[8] = {0x80, 1, 2, 3, 4, 5, 6, 8};
	struct scene s = good();

	(void)state;
	s.token.nonce = other;
	assert_int_equal(check(&s), ERR_TSP_NONCE);
	s.token.nonce = NULL;
	assert_int_equal(check(&s), ERR_TSP_NONCE);
	s = good();
	s.expect.policy = der_reader((const uint8_t *)"\x2a\x03\x05", 3);
	assert_int_equal(check(&s), ERR_TSP_POLICY);
	assert_string_equal(
	    fault.detail, "policy 1.2.3.4, 1.2.3.5 was expected");
}

static void
what_was_changed_after_signing_is_refused(void **state)
{
	struct scene s = good();

	(void)state;
	s.token.nonce = NULL;
	s.expect.nonce = NULL;
	s.token.fault = MAKE_TOKEN_CONTENT_CHANGED;
	assert_int_equal(check(&s), ERR_TSP_CONTENT);
	s.token.fault = MAKE_TOKEN_NO_DIGEST;
	assert_int_equal(check(&s), ERR_TSP_CONTENT);
	s.token.fault = MAKE_TOKEN_OTHER_TYPE;
	assert_int_equal(check(&s), ERR_TSP_CONTENT);
	s.token.fault = MAKE_TOKEN_SIGNATURE;
	assert_int_equal(check(&s), ERR_TSP_SIGNATURE);
}

static void
what_is_no_timestamp_is_refused(void **state)
{
	struct scene s = good();

	(void)state;
	s.token.fault = MAKE_TOKEN_NOT_TST;
	assert_int_equal(check(&s), ERR_TSP_TOKEN);
	s.token.fault = MAKE_TOKEN_CRITICAL;
	assert_int_equal(check(&s), ERR_TSP_TOKEN);
	s.token.fault = MAKE_TOKEN_TWO_SIGNERS;
	assert_int_equal(check(&s), ERR_TSP_TOKEN);
}

static void
the_signer_must_be_bound_by_the_signed_attribute(void **state)
{
	struct scene s = good();

	(void)state;
	s.token.fault = MAKE_TOKEN_NO_ESS;
	assert_int_equal(check(&s), ERR_TSP_CERTIFICATE);
	s.token.fault = MAKE_TOKEN_OTHER_ESS;
	assert_int_equal(check(&s), ERR_TSP_CERTIFICATE);
	s.token.ess = MAKE_TOKEN_V1;
	assert_int_equal(check(&s), ERR_TSP_CERTIFICATE);
	s.token.ess = MAKE_TOKEN_V2;
	s.token.fault = MAKE_TOKEN_ESS_ISSUER;
	assert_int_equal(check(&s), ERR_TSP_CERTIFICATE);
}

static void
the_signers_certificate_may_come_from_elsewhere(void **state)
{
	struct scene s = good();
	struct cert tsa[2], root;
	struct tsp_token t;
	uint8_t *der;
	size_t len;

	(void)state;
	s.token.without_certificate = true;
	assert_int_equal(check(&s), ERR_TSP_NO_SIGNER);
	make_cert(&s.tsa, &tsa[0]);
	make_cert(&s.ca, &tsa[1]);
	make_cert(&s.root, &root);
	s.token.signer = &tsa[0];
	s.expect.others = tsa;
	s.expect.other_count = 2;
	s.expect.anchors = &root;
	s.expect.anchor_count = 1;
	make_token(&s.token, &der, &len);
	assert_int_equal(tsp_token_parse(&t, der, len, &fault), ERR_OK);
	assert_int_equal(tsp_check_token(&t, &s.expect, &fault), ERR_OK);
	assert_ptr_equal(t.signer, &tsa[0]);
	assert_ptr_equal(t.path.cert[1], &tsa[1]);
	/* again, with an anchor missing: nothing of the first time is left */
	s.expect.anchor_count = 0;
	assert_int_equal(
	    tsp_check_token(&t, &s.expect, &fault), ERR_TSP_UNTRUSTED);
	assert_int_equal(t.path.count, 0);
	tsp_token_free(&t);
	free(der);
	cert_free(&tsa[0]);
	cert_free(&tsa[1]);
	cert_free(&root);
}

static void
the_certificate_must_be_for_timestamps_alone(void **state)
{
	struct scene s = good();

	(void)state;
	s.tsa.stamping = MAKE_CERT_NO_STAMPING;
	assert_int_equal(check(&s), ERR_TSP_USAGE);
	s.tsa.stamping = MAKE_CERT_STAMPING_LAX;
	assert_int_equal(check(&s), ERR_TSP_USAGE);
	s.tsa.stamping = MAKE_CERT_STAMPING_AND_MORE;
	assert_int_equal(check(&s), ERR_TSP_USAGE);
	s = good();
	s.tsa.key_usage = CERT_KEY_USAGE_CERT_SIGN;
	assert_int_equal(check(&s), ERR_TSP_USAGE);
	s.tsa.key_usage = CERT_KEY_USAGE_NON_REPUDIATION;
	assert_int_equal(check(&s), ERR_OK);
	s.tsa.key_usage = 0;
	assert_int_equal(check(&s), ERR_OK);
}

static void
the_certificate_must_be_valid_when_it_stamps(void **state)
{
	struct scene s = good();

	(void)state;
	s.tsa.not_after = NOW;
	assert_int_equal(check(&s), ERR_OK);
	s.tsa.not_after = NOW - 1;
	assert_int_equal(check(&s), ERR_TSP_EXPIRED);
	s = good();
	s.tsa.not_before = NOW + 1;
	assert_int_equal(check(&s), ERR_TSP_EXPIRED);
	s = good();
	s.ca.not_after = NOW - 1;
	assert_int_equal(check(&s), ERR_TSP_UNTRUSTED);
	/* and at the time that its user asks for */
	s = good();
	s.tsa.not_after = NOW + 5;
	s.expect.time = NOW + 6;
	assert_int_equal(check(&s), ERR_TSP_UNTRUSTED);
}

static void
the_time_must_agree_with_the_clock(void **state)
{
	struct scene s = good();

	(void)state;
	s.token.time = s.expect.earliest;
	assert_int_equal(check(&s), ERR_OK);
	s.token.time--;
	assert_int_equal(check(&s), ERR_TSP_CLOCK);
	s.token.time = s.expect.latest;
	assert_int_equal(check(&s), ERR_OK);
	s.token.time++;
	assert_int_equal(check(&s), ERR_TSP_CLOCK);
}

static void
only_a_pinned_authority_is_trusted(void **state)
{
	struct scene s = good();

	(void)state;
	s.with_anchor = false;
	assert_int_equal(check(&s), ERR_TSP_UNTRUSTED);
	s = good();
	s.with_ca = false;
	assert_int_equal(check(&s), ERR_TSP_UNTRUSTED);
	s = good();
	s.tsa.issuer = soft_key_signer(key); /* forged */
	assert_int_equal(check(&s), ERR_TSP_UNTRUSTED);
}

/* Seals that are in use carry such timestamps. */
static void
a_self_signed_timestamp_is_worthless_even_if_pinned(void **state)
{
	struct scene s = good();
	struct cert tsa;
	struct tsp_token t;
	uint8_t *der;
	size_t len;
	int sha1;

	(void)state;
	s.tsa.issuer_cn = s.tsa.cn;
	s.tsa.issuer = s.tsa.key;
	s.tsa.authority_key_id = NULL;
	assert_int_equal(check(&s), ERR_TSP_SELF_SIGNED);
	/* also by an algorithm too weak to be looked at */
	for (sha1 = 0; sha1 < 2; sha1++) {
		s.tsa.sha1 = sha1 != 0;
		make_cert(&s.tsa, &tsa);
		s.token.signer = &tsa;
		s.expect.anchors = &tsa;
		s.expect.anchor_count = 1;
		make_token(&s.token, &der, &len);
		assert_int_equal(tsp_token_parse(&t, der, len, &fault), ERR_OK);
		assert_int_equal(tsp_check_token(&t, &s.expect, &fault),
		    ERR_TSP_SELF_SIGNED);
		tsp_token_free(&t);
		free(der);
		cert_free(&tsa);
	}
}

/* openssl's own, by a TSA that is self-signed: that is all that is wrong. */
static void
openssls_timestamps_are_right_in_all_but_trust(void **state)
{
	uint8_t octets[2048], own[8];
	struct tsp_expect x = {.digest = digest, .digest_len = 32};
	struct cert tsa;
	struct tsp_token t;
	size_t len;
	int i;

	(void)state;
	for (i = 0; i < 32; i++)
		digest[i] = (uint8_t)i;
	x.nonce = own;
	x.nonce_len = hex_octets("a1b2c3d4e5f60718", own);
	len = hex_octets(TSP_FULL_RESPONSE, octets);
	assert_int_equal(tsp_check_response(&t, octets, len, &x, &fault),
	    ERR_TSP_SELF_SIGNED);
	x.nonce = NULL;
	len = hex_octets(TSP_BARE_RESPONSE, octets);
	assert_int_equal(
	    tsp_check_response(&t, octets, len, &x, &fault), ERR_TSP_NO_SIGNER);
	len = hex_octets(TSP_CERTIFICATE, octets);
	assert_int_equal(cert_parse(&tsa, octets, len, &fault), ERR_OK);
	x.others = &tsa;
	x.other_count = 1;
	len = hex_octets(TSP_BARE_RESPONSE, octets);
	assert_int_equal(tsp_check_response(&t, octets, len, &x, &fault),
	    ERR_TSP_SELF_SIGNED);
	cert_free(&tsa);
	memset(digest, 0, sizeof(digest));
}

static void
a_refusal_is_told_in_the_authoritys_words(void **state)
{
	static const char no[] = "\x30\x15\x30\x13\x02\x01\x02\x30\x08\x0c\x06"
				 "quota!"
				 "\x03\x04\x06\x00\x00\x40";
	static const char odd[] = "\x30\x0c\x30\x0a\x02\x01\x02\x30\x05\x0c\x03"
				  "a\033b";
	struct tsp_expect x = {.digest = digest, .digest_len = 32};
	struct tsp_token t;

	(void)state;
	assert_int_equal(tsp_check_response(&t, (const uint8_t *)no,
			     sizeof(no) - 1, &x, &fault),
	    ERR_TSA_REFUSED);
	assert_string_equal(
	    fault.detail, "status 2, addInfoNotAvailable: \"quota!\"");
	/* nothing from outside steers a terminal */
	assert_int_equal(tsp_check_response(&t, (const uint8_t *)odd,
			     sizeof(odd) - 1, &x, &fault),
	    ERR_TSA_REFUSED);
	assert_string_equal(fault.detail, "status 2");
}

static void
html_and_every_cut_are_no_answers(void **state)
{
	static const char html[] = "<html>503 Service Unavailable</html>";
	struct scene s = good();
	struct cert tsa;
	struct tsp_token t;
	uint8_t *der;
	size_t len, i;

	(void)state;
	assert_int_equal(tsp_check_response(&t, (const uint8_t *)html,
			     sizeof(html), &s.expect, &fault),
	    ERR_TSP_RESPONSE);
	make_cert(&s.tsa, &tsa);
	s.token.signer = &tsa;
	make_token_response(&s.token, &der, &len);
	for (i = 0; i < len; i++)
		assert_int_equal(
		    tsp_check_response(&t, der, i, &s.expect, &fault),
		    ERR_TSP_RESPONSE);
	free(der);
	cert_free(&tsa);
}

static void
tokens_are_bounded(void **state)
{
	struct scene s = good();
	struct cert tsa, fill[TSP_CERTS + 1];
	struct tsp_token t;
	uint8_t *der, *large = calloc(1, BOUND_TIMESTAMP + 1);
	size_t len, i;

	(void)state;
	assert_int_equal(
	    tsp_token_parse(&t, large, BOUND_TIMESTAMP + 1, &fault),
	    ERR_TSP_TOKEN);
	assert_int_equal(tsp_token_parse(&t, large, 0, &fault), ERR_TSP_TOKEN);
	free(large);
	/* one certificate more than is looked at */
	make_cert(&s.tsa, &tsa);
	for (i = 0; i <= TSP_CERTS; i++)
		make_cert(&s.ca, &fill[i]);
	s.token.signer = &tsa;
	s.token.more = fill;
	s.token.more_count = TSP_CERTS + 1;
	make_token(&s.token, &der, &len);
	assert_int_equal(tsp_token_parse(&t, der, len, &fault), ERR_OK);
	assert_int_equal(t.cert_count, TSP_CERTS);
	tsp_token_free(&t);
	free(der);
	for (i = 0; i <= TSP_CERTS; i++)
		cert_free(&fill[i]);
	cert_free(&tsa);
}

static int
make_keys(void **state)
{
	(void)state;
	key = soft_key_new(ALG_ES256);
	ca_key = soft_key_new(ALG_ES256);
	return 0;
}

static int
free_keys(void **state)
{
	(void)state;
	soft_key_free(key);
	soft_key_free(ca_key);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_good_token_is_accepted),
	    cmocka_unit_test(tokens_by_every_algorithm_are_accepted),
	    cmocka_unit_test(a_token_for_other_data_is_refused),
	    cmocka_unit_test(a_token_for_another_request_is_refused),
	    cmocka_unit_test(what_was_changed_after_signing_is_refused),
	    cmocka_unit_test(what_is_no_timestamp_is_refused),
	    cmocka_unit_test(the_signer_must_be_bound_by_the_signed_attribute),
	    cmocka_unit_test(the_signers_certificate_may_come_from_elsewhere),
	    cmocka_unit_test(the_certificate_must_be_for_timestamps_alone),
	    cmocka_unit_test(the_certificate_must_be_valid_when_it_stamps),
	    cmocka_unit_test(the_time_must_agree_with_the_clock),
	    cmocka_unit_test(only_a_pinned_authority_is_trusted),
	    cmocka_unit_test(
		a_self_signed_timestamp_is_worthless_even_if_pinned),
	    cmocka_unit_test(openssls_timestamps_are_right_in_all_but_trust),
	    cmocka_unit_test(a_refusal_is_told_in_the_authoritys_words),
	    cmocka_unit_test(html_and_every_cut_are_no_answers),
	    cmocka_unit_test(tokens_are_bounded),
	};

	return cmocka_run_group_tests(tests, make_keys, free_keys);
}
