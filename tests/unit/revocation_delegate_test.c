#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "host/x509/revocation.h"
#include "tests/unit/support/make_cert.h"
#include "tests/unit/support/make_crl.h"
#include "tests/unit/support/make_ocsp.h"
#include "tests/unit/support/soft_key.h"

#define NOW MAKE_CERT_NOW
#define DAY 86400

/* Of whom the issuer's delegate speaks. */
static struct soft_key *ca_key, *other_key, *delegate_key;
static struct cert ca, other_ca, leaf;

/* id-pkix-ocsp-nocheck */
static const uint8_t no_check[] = {0x30, 0x0f, 0x06, 0x09, 0x2b, 0x06, 0x01,
    0x05, 0x05, 0x07, 0x30, 0x01, 0x05, 0x04, 0x02, 0x05, 0x00};

static int
make_certs(void **state)
{
	struct make_cert m;

	(void)state;
	ca_key = soft_key_new(ALG_ES256);
	other_key = soft_key_new(ALG_ES256);
	delegate_key = soft_key_new(ALG_ES256);
	m = make_cert_by("CA", "CA", ca_key, ca_key);
	m.ca = true;
	make_cert(&m, &ca);
	m = make_cert_by("Other", "Other", other_key, other_key);
	m.ca = true;
	m.serial = 7;
	make_cert(&m, &other_ca);
	m = make_cert_by("Leaf", "CA", other_key, ca_key);
	make_cert(&m, &leaf);
	return 0;
}

static int
free_certs(void **state)
{
	(void)state;
	cert_free(&ca);
	cert_free(&other_ca);
	cert_free(&leaf);
	soft_key_free(ca_key);
	soft_key_free(other_key);
	soft_key_free(delegate_key);
	return 0;
}

static struct make_cert
responder(void)
{
	struct make_cert m = make_cert_by(
	    "Responder", "CA", delegate_key, ca_key);

	m.ocsp_signing = true;
	m.serial = 9;
	return m;
}

/* What is at hand, made anew by each test. */
static uint8_t octets[4][1024];
static struct revocation_data data[4];
static size_t made;

static void
add(enum revocation_kind kind, size_t len)
{
	assert_true(len > 0);
	data[made] = (struct revocation_data){
	    kind, REVOCATION_EMBEDDED, octets[made], len};
	made++;
}

/* "Good", as of then. */
static void
add_answer(
    const struct cert *about, const struct cert *by, int64_t when, int64_t next)
{
	struct make_ocsp m = {.responder = by,
	    .certs[0] = by,
	    .key = soft_key_signer(delegate_key),
	    .produced = when,
	    .answer[0] = {.cert = about,
		.issuer = &ca,
		.status = {.state = REVOCATION_GOOD,
		    .this_update = when,
		    .next_update = next}}};

	add(REVOCATION_OCSP, make_ocsp(&m, octets[made], sizeof(octets[0])));
}

static void
add_list(const struct cert *issuer, struct soft_key *key,
    const struct cert *revoked, int64_t since)
{
	struct make_crl m = {.issuer = issuer,
	    .key = soft_key_signer(key),
	    .this_update = since + DAY,
	    .next_update = since + 2 * DAY,
	    .entry[0] = {.cert = revoked, .revoked = since, .reason = 1}};

	add(REVOCATION_CRL, make_crl(&m, octets[made], sizeof(octets[0])));
}

/* Of leaf; or what is wrong with the best there is. */
static enum err
find_at(int64_t time)
{
	struct revocation_sources s = {.data = data, .count = made};
	struct revocation found;
	struct fault fault;
	enum err e;

	e = revocation_find(&s, &leaf, &ca, time, NOW, &found, &fault);
	if (e == ERR_OK)
		assert_int_equal(found.state, REVOCATION_GOOD);
	revocation_free(&found);
	return e == ERR_REVOCATION_UNKNOWN ? found.why.err : e;
}

static void
an_answer_holds_no_longer_than_its_delegate(void **state)
{
	struct make_cert m = responder();
	struct cert d;

	(void)state;
	m.not_before = NOW - 300 * DAY;
	m.not_after = NOW - 190 * DAY;
	make_cert(&m, &d);
	made = 0;
	add_answer(&leaf, &d, NOW - 200 * DAY, NOW + 100 * DAY);
	assert_int_equal(find_at(NOW), ERR_REVOCATION_STALE);
	assert_int_equal(find_at(d.not_after + REVOCATION_SKEW), ERR_OK);
	assert_int_equal(
	    find_at(d.not_after + REVOCATION_SKEW + 1), ERR_REVOCATION_STALE);
	cert_free(&d);
}

static void
a_revoked_delegate_is_not_believed(void **state)
{
	struct make_cert m = responder();
	struct cert d;

	(void)state;
	make_cert(&m, &d);
	made = 0;
	add_answer(&leaf, &d, NOW, NOW + DAY);
	assert_int_equal(find_at(NOW), ERR_OK);
	/* somebody else's list, or one that has another in it, old enough not
	 * to tell that leaf is good */
	add_list(&other_ca, other_key, &d, NOW - 10 * DAY);
	add_list(&ca, ca_key, &other_ca, NOW - 10 * DAY);
	assert_int_equal(find_at(NOW), ERR_OK);
	/* revoked is revoked, however old the list, and whatever it is said of
	 * itself */
	made = 1;
	add_list(&ca, ca_key, &d, NOW - 10 * DAY);
	assert_int_equal(find_at(NOW), ERR_OCSP_RESPONDER);
	add_answer(&d, &d, NOW, NOW + DAY);
	assert_int_equal(find_at(NOW), ERR_OCSP_RESPONDER);
	cert_free(&d);
}

static void
nobody_asks_for_a_delegate_that_says_so(void **state)
{
	struct make_cert m = responder();
	struct cert d;

	(void)state;
	m.more = no_check;
	m.more_len = sizeof(no_check);
	make_cert(&m, &d);
	made = 0;
	add_answer(&leaf, &d, NOW, NOW + DAY);
	add_list(&ca, ca_key, &d, NOW - 10 * DAY);
	assert_int_equal(find_at(NOW), ERR_OK);
	cert_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_answer_holds_no_longer_than_its_delegate),
	    cmocka_unit_test(a_revoked_delegate_is_not_believed),
	    cmocka_unit_test(nobody_asks_for_a_delegate_that_says_so),
	};

	return cmocka_run_group_tests_name(
	    "revocation_delegate", tests, make_certs, free_certs);
}
