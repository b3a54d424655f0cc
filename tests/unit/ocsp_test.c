#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "host/x509/ocsp.h"
#include "tests/unit/support/make_cert.h"
#include "tests/unit/support/make_ocsp.h"
#include "tests/unit/support/soft_key.h"

#define DAY 86400
#define CAP (2 * OCSP_LEN)

/* ca issued leaf, delegate and late; other is another CA of other's key. */
static struct soft_key *ca_key, *leaf_key, *delegate_key, *other_key;
static struct cert ca, other, leaf, sibling, delegate;
static uint8_t response[CAP];
static size_t len;

static struct make_cert
delegate_spec(void)
{
	struct make_cert m = make_cert_by(
	    "Responder", "CA", delegate_key, ca_key);

	m.ocsp_signing = true;
	m.key_usage = CERT_KEY_USAGE_DIGITAL_SIGNATURE;
	return m;
}

static int
make_certs(void **state)
{
	struct make_cert m;

	(void)state;
	ca_key = soft_key_new(ALG_ES256);
	leaf_key = soft_key_new(ALG_ES256);
	delegate_key = soft_key_new(ALG_PS256);
	other_key = soft_key_new(ALG_ES384);
	m = make_cert_by("CA", "CA", ca_key, ca_key);
	m.ca = true;
	make_cert(&m, &ca);
	m = make_cert_by("Other", "Other", other_key, other_key);
	m.ca = true;
	make_cert(&m, &other);
	m = make_cert_by("Leaf", "CA", leaf_key, ca_key);
	make_cert(&m, &leaf);
	m.serial = 6;
	make_cert(&m, &sibling);
	m = delegate_spec();
	make_cert(&m, &delegate);
	return 0;
}

static int
free_certs(void **state)
{
	(void)state;
	cert_free(&ca);
	cert_free(&other);
	cert_free(&leaf);
	cert_free(&sibling);
	cert_free(&delegate);
	soft_key_free(ca_key);
	soft_key_free(leaf_key);
	soft_key_free(delegate_key);
	soft_key_free(other_key);
	return 0;
}

/* The CA itself says of leaf that it is good. */
static struct make_ocsp
good(void)
{
	struct make_ocsp m = {.responder = &ca,
	    .key = soft_key_signer(ca_key),
	    .answer[0] = {.cert = &leaf,
		.issuer = &ca,
		.status = {.state = REVOCATION_GOOD}}};

	return m;
}

static struct make_ocsp
delegated(void)
{
	struct make_ocsp m = good();

	m.responder = &delegate;
	m.key = soft_key_signer(delegate_key);
	m.certs[0] = &delegate;
	return m;
}

static struct revocation_status status;
static struct fault fault;

/* Parsed, and asked about leaf. */
static enum err
check(const struct make_ocsp *m)
{
	struct ocsp r;
	enum err e;

	fault_clear(&fault);
	len = make_ocsp(m, response, sizeof(response));
	e = ocsp_parse(&r, response, len, &fault);
	if (e == ERR_OK)
		e = ocsp_check(&r, &leaf, &ca, &status, &fault);
	assert_int_equal(fault.err, e);
	return e;
}

static void
the_issuer_may_answer(void **state)
{
	struct make_ocsp m = good();

	(void)state;
	assert_int_equal(check(&m), ERR_OK);
	assert_int_equal(status.state, REVOCATION_GOOD);
	assert_int_equal(status.kind, REVOCATION_OCSP);
	assert_int_equal(status.produced, MAKE_CERT_NOW);
	assert_int_equal(status.this_update, MAKE_CERT_NOW);
	assert_int_equal(status.next_update, MAKE_CERT_NOW + DAY);
	assert_int_equal(status.signer_until, ca.not_after);
	assert_true(status.expired_since == INT64_MAX);
	assert_false(status.delegated);
	m.by_name = true;
	assert_int_equal(check(&m), ERR_OK);
	m.answer[0].no_next_update = true;
	assert_int_equal(check(&m), ERR_OK);
	assert_int_equal(status.next_update, 0);
	/* openssl adds the issuer's own certificate */
	m.certs[0] = &ca;
	assert_int_equal(check(&m), ERR_OK);
	assert_false(status.delegated);
}

static void
hashes_of_any_kind_name_the_certificate(void **state)
{
	static const size_t sizes[] = {20, 32, 48, 64};
	struct make_ocsp m = good();
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		m.answer[0].hash_size = sizes[i];
		assert_int_equal(check(&m), ERR_OK);
		m.answer[0].wrong = 1;
		assert_int_equal(check(&m), ERR_OCSP_CERTIFICATE);
		m.answer[0].wrong = 2;
		assert_int_equal(check(&m), ERR_OCSP_CERTIFICATE);
		m.answer[0].wrong = 0;
	}
}

static void
a_delegate_may_answer(void **state)
{
	struct make_ocsp m = delegated();

	(void)state;
	assert_int_equal(check(&m), ERR_OK);
	assert_true(status.delegated);
	assert_false(status.no_check);
	assert_int_equal(status.signer_until, delegate.not_after);
	m.by_name = true;
	assert_int_equal(check(&m), ERR_OK);
	/* behind another certificate */
	m.certs[0] = &ca;
	m.certs[1] = &delegate;
	assert_int_equal(check(&m), ERR_OK);
	m.certs[1] = NULL;
	assert_int_equal(check(&m), ERR_OCSP_RESPONDER);
}

/* As delegated, but with another certificate of the delegate. */
static enum err
check_with(const struct make_cert *m)
{
	struct make_ocsp o = delegated();
	struct cert c;
	enum err e;

	make_cert(m, &c);
	o.responder = &c;
	o.certs[0] = &c;
	e = check(&o);
	cert_free(&c);
	return e;
}

static void
a_delegate_must_be_appointed_by_the_issuer(void **state)
{
	static const uint8_t no_check[] = {0x30, 0x0f, 0x06, 0x09, 0x2b, 0x06,
	    0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x05, 0x04, 0x02, 0x05, 0x00};
	struct make_cert m = delegate_spec();

	(void)state;
	m.more = no_check;
	m.more_len = sizeof(no_check);
	assert_int_equal(check_with(&m), ERR_OK);
	assert_true(status.no_check);
	m = delegate_spec();
	m.ocsp_signing = false;
	assert_int_equal(check_with(&m), ERR_OCSP_USAGE);
	m.stamping = MAKE_CERT_STAMPING;
	assert_int_equal(check_with(&m), ERR_OCSP_USAGE);
	m = delegate_spec();
	m.key_usage = CERT_KEY_USAGE_CERT_SIGN;
	assert_int_equal(check_with(&m), ERR_OCSP_USAGE);
	m = delegate_spec();
	m.unknown_critical = true;
	assert_int_equal(check_with(&m), ERR_OCSP_USAGE);
	/* by another CA, and by one that only has the name */
	m = delegate_spec();
	m.issuer_cn = "Other";
	m.issuer = soft_key_signer(other_key);
	assert_int_equal(check_with(&m), ERR_OCSP_RESPONDER);
	m.issuer_cn = "CA";
	assert_int_equal(check_with(&m), ERR_OCSP_RESPONDER);
	/* by the same key under another name */
	m = delegate_spec();
	m.issuer_cn = "Other";
	assert_int_equal(check_with(&m), ERR_OCSP_RESPONDER);
}

static void
a_delegate_must_be_valid_when_it_answers(void **state)
{
	struct make_cert m = delegate_spec();

	(void)state;
	m.not_after = MAKE_CERT_NOW;
	assert_int_equal(check_with(&m), ERR_OK);
	m.not_after = MAKE_CERT_NOW - 1;
	assert_int_equal(check_with(&m), ERR_OCSP_EXPIRED);
	m.not_after = 0;
	m.not_before = MAKE_CERT_NOW + 1;
	assert_int_equal(check_with(&m), ERR_OCSP_EXPIRED);
}

static void
nobody_else_may_answer(void **state)
{
	struct make_ocsp m = good();

	(void)state;
	m.responder = &other;
	m.key = soft_key_signer(other_key);
	assert_int_equal(check(&m), ERR_OCSP_RESPONDER);
	m.certs[0] = &other;
	assert_int_equal(check(&m), ERR_OCSP_RESPONDER);
	/* it names the CA, and signs with another key */
	m = good();
	m.key = soft_key_signer(other_key);
	assert_int_equal(check(&m), ERR_OCSP_SIGNATURE);
	m.certs[0] = &ca;
	assert_int_equal(check(&m), ERR_OCSP_SIGNATURE);
	m = good();
	m.break_signature = true;
	assert_int_equal(check(&m), ERR_OCSP_SIGNATURE);
	m = delegated();
	m.break_signature = true;
	assert_int_equal(check(&m), ERR_OCSP_SIGNATURE);
	/* a certificate does not speak for itself */
	m = good();
	m.responder = &leaf;
	m.certs[0] = &leaf;
	m.key = soft_key_signer(leaf_key);
	assert_int_equal(check(&m), ERR_OCSP_RESPONDER);
}

static void
an_answer_for_another_certificate_is_none(void **state)
{
	struct make_ocsp m = good();

	(void)state;
	m.answer[0].cert = &sibling;
	assert_int_equal(check(&m), ERR_OCSP_CERTIFICATE);
	m = good();
	m.answer[0].issuer = &other;
	assert_int_equal(check(&m), ERR_OCSP_CERTIFICATE);
	m = good();
	m.answer[1] = m.answer[0];
	m.answer[0].cert = &sibling;
	m.answer[0].status.state = REVOCATION_REVOKED;
	assert_int_equal(check(&m), ERR_OK);
	assert_int_equal(status.state, REVOCATION_GOOD);
	/* twice, however it is named */
	m.answer[0] = m.answer[1];
	m.answer[0].hash_size = 32;
	assert_int_equal(check(&m), ERR_OCSP_SYNTAX);
}

static void
revoked_has_its_time_and_reason(void **state)
{
	struct make_ocsp m = good();
	struct revocation_status *s = &m.answer[0].status;

	(void)state;
	s->state = REVOCATION_REVOKED;
	s->revoked = MAKE_CERT_NOW - 5;
	s->reason = 1;
	assert_int_equal(check(&m), ERR_OK);
	assert_int_equal(status.state, REVOCATION_REVOKED);
	assert_int_equal(status.revoked, MAKE_CERT_NOW - 5);
	assert_int_equal(status.reason, 1);
	assert_string_equal(revocation_reason(status.reason), "keyCompromise");
	s->reason = REVOCATION_NO_REASON;
	assert_int_equal(check(&m), ERR_OK);
	assert_int_equal(status.reason, REVOCATION_NO_REASON);
	s->reason = REVOCATION_REMOVED;
	assert_int_equal(check(&m), ERR_OCSP_SYNTAX);
	s->state = REVOCATION_UNKNOWN;
	assert_int_equal(check(&m), ERR_OK);
	assert_int_equal(status.state, REVOCATION_UNKNOWN);
}

static void
extensions_that_must_be_understood_are(void **state)
{
	struct make_ocsp m = good();

	(void)state;
	m.answer[0].cutoff = true;
	m.answer[0].status.expired_since = 1000000000;
	assert_int_equal(check(&m), ERR_OK);
	assert_int_equal(status.expired_since, 1000000000);
	m.answer[0].unknown_critical = true;
	assert_int_equal(check(&m), ERR_REVOCATION_EXTENSION);
	m = good();
	m.unknown_critical = true;
	assert_int_equal(check(&m), ERR_REVOCATION_EXTENSION);
	m = good();
	m.junk = 1000;
	assert_int_equal(check(&m), ERR_OK);
}

static void
a_responder_may_refuse(void **state)
{
	struct make_ocsp m = {.response_status = 3};

	(void)state;
	assert_int_equal(check(&m), ERR_OCSP_REFUSED);
	assert_string_equal(fault.detail, "tryLater");
	m.response_status = 6;
	assert_int_equal(check(&m), ERR_OCSP_REFUSED);
	assert_string_equal(fault.detail, "unauthorized");
	m.response_status = 99;
	assert_int_equal(check(&m), ERR_OCSP_REFUSED);
}

static void
a_nonce_of_somebody_else_changes_nothing(void **state)
{
	struct make_ocsp m = good();

	(void)state;
	m.nonce = "abc";
	m.nonce_len = 3;
	assert_int_equal(check(&m), ERR_OK);
}

static void
no_octet_may_be_missing_or_too_much(void **state)
{
	struct make_ocsp m = delegated();
	struct ocsp r;
	uint8_t *copy;
	size_t i;

	(void)state;
	m.nonce = "abc";
	m.nonce_len = 3;
	assert_int_equal(check(&m), ERR_OK);
	for (i = 0; i < len; i++) {
		/* exactly so long, that a reader beyond it is caught */
		copy = malloc(i + 1);
		assert_non_null(copy);
		memcpy(copy, response, i);
		assert_int_equal(
		    ocsp_parse(&r, copy, i, &fault), ERR_OCSP_SYNTAX);
		free(copy);
	}
	response[len] = 0;
	assert_int_equal(
	    ocsp_parse(&r, response, len + 1, &fault), ERR_OCSP_SYNTAX);
}

/* No octet that is signed can be changed. */
static void
no_octet_may_be_another(void **state)
{
	struct make_ocsp m = good();
	struct ocsp r;
	size_t i;

	(void)state;
	assert_int_equal(check(&m), ERR_OK);
	for (i = 0; i < len; i++) {
		response[i] ^= 1;
		assert_true(ocsp_parse(&r, response, len, NULL) != ERR_OK ||
		    ocsp_check(&r, &leaf, &ca, &status, NULL) != ERR_OK);
		response[i] ^= 1;
	}
}

static void
responses_have_limits(void **state)
{
	static uint8_t big[12u << 20];
	struct make_ocsp m = good();
	struct ocsp r;

	(void)state;
	m.answer[1] = m.answer[0];
	m.answer[0].cert = &sibling;
	m.repeat = OCSP_RESPONSES - 2;
	assert_int_equal(check(&m), ERR_OK);
	m.repeat++;
	assert_int_equal(check(&m), ERR_TOO_LARGE);
	m = good();
	len = make_ocsp(&m, response, sizeof(response));
	m.junk = OCSP_LEN - len - 64;
	assert_int_equal(check(&m), ERR_OK);
	m.junk = 10u << 20;
	len = make_ocsp(&m, big, sizeof(big));
	assert_int_equal(ocsp_parse(&r, big, len, &fault), ERR_TOO_LARGE);
}

static void
requests_have_their_form(void **state)
{
	uint8_t out[OCSP_REQUEST_CAP];
	struct der_reader r, inner;
	size_t n;

	(void)state;
	assert_int_equal(ocsp_request(&leaf, &ca, 20, out, &n), ERR_OK);
	r = der_reader(out, n);
	assert_int_equal(der_enter(&r, DER_SEQUENCE, &inner), ERR_OK);
	assert_true(der_is_end(&r));
	assert_int_equal(ocsp_request(&leaf, &ca, 32, out, &n), ERR_OK);
	assert_int_equal(ocsp_request(&leaf, &ca, 48, out, &n), ERR_ALGORITHM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_issuer_may_answer),
	    cmocka_unit_test(hashes_of_any_kind_name_the_certificate),
	    cmocka_unit_test(a_delegate_may_answer),
	    cmocka_unit_test(a_delegate_must_be_appointed_by_the_issuer),
	    cmocka_unit_test(a_delegate_must_be_valid_when_it_answers),
	    cmocka_unit_test(nobody_else_may_answer),
	    cmocka_unit_test(an_answer_for_another_certificate_is_none),
	    cmocka_unit_test(revoked_has_its_time_and_reason),
	    cmocka_unit_test(extensions_that_must_be_understood_are),
	    cmocka_unit_test(a_responder_may_refuse),
	    cmocka_unit_test(a_nonce_of_somebody_else_changes_nothing),
	    cmocka_unit_test(no_octet_may_be_missing_or_too_much),
	    cmocka_unit_test(no_octet_may_be_another),
	    cmocka_unit_test(responses_have_limits),
	    cmocka_unit_test(requests_have_their_form),
	};

	return cmocka_run_group_tests_name(
	    "ocsp", tests, make_certs, free_certs);
}
