#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "host/x509/crl.h"
#include "tests/unit/support/make_cert.h"
#include "tests/unit/support/make_crl.h"
#include "tests/unit/support/soft_key.h"

#define DAY 86400
#define BIG (40u << 20)

/* "http://a.example/1" as a URI in GeneralNames. */
#define URI_1 "\x86\x12http://a.example/1"
/* issuingDistributionPoint, critical; its value follows */
#define POINT "\x06\x03\x55\x1d\x1c\x01\x01\xff"
#define WITH_POINT                                                             \
	"\x30\x26" POINT "\x04\x1c\x30\x1a\xa0\x18\xa0\x16"                    \
	"\x86\x14http://a.example/abc"

static struct soft_key *ca_key, *ca_rsa, *other_key;
static struct cert ca, ca_keyed, ca_no_crl, rsa_ca, other, leaf, sibling, sub;
static struct cert with_point;
static uint8_t list[1u << 20];
static size_t len;

/* cRLDistributionPoints with the two URIs in one point. */
static const uint8_t points[] = "\x30\x39\x06\x03\x55\x1d\x1f\x04\x32\x30\x30"
				"\x30\x2e\xa0\x2c\xa0\x2a" URI_1
				"\x86\x14http://a.example/abc";

static void
make_authorities(void)
{
	struct make_cert m = make_cert_by("CA", "CA", ca_key, ca_key);

	m.ca = true;
	make_cert(&m, &ca);
	m.key_id = "abcd";
	m.key_usage = CERT_KEY_USAGE_CERT_SIGN | CERT_KEY_USAGE_CRL_SIGN;
	make_cert(&m, &ca_keyed);
	m.key_usage = CERT_KEY_USAGE_CERT_SIGN;
	make_cert(&m, &ca_no_crl);
	m = make_cert_by("CA", "CA", ca_rsa, ca_rsa);
	m.ca = true;
	make_cert(&m, &rsa_ca);
	m = make_cert_by("Other", "Other", other_key, other_key);
	m.ca = true;
	make_cert(&m, &other);
}

static int
make_certs(void **state)
{
	struct make_cert m;

	(void)state;
	ca_key = soft_key_new(ALG_ES256);
	ca_rsa = soft_key_new(ALG_PS512);
	other_key = soft_key_new(ALG_ES256);
	make_authorities();
	m = make_cert_by("Leaf", "CA", other_key, ca_key);
	make_cert(&m, &leaf);
	m.serial = 6;
	make_cert(&m, &sibling);
	m.serial = 7;
	m.ca = true;
	make_cert(&m, &sub);
	m = make_cert_by("Leaf", "CA", other_key, ca_key);
	m.more = points;
	m.more_len = sizeof(points) - 1;
	make_cert(&m, &with_point);
	return 0;
}

static int
free_certs(void **state)
{
	struct cert *const all[] = {&ca, &ca_keyed, &ca_no_crl, &rsa_ca, &other,
	    &leaf, &sibling, &sub, &with_point};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		cert_free(all[i]);
	soft_key_free(ca_key);
	soft_key_free(ca_rsa);
	soft_key_free(other_key);
	return 0;
}

static struct make_crl
good(void)
{
	struct make_crl m = {.issuer = &ca, .key = soft_key_signer(ca_key)};

	return m;
}

static struct revocation_status status;
static struct fault fault;

static enum err
check_by(
    const struct make_crl *m, const struct cert *c, const struct cert *issuer)
{
	struct crl l;
	enum err e;

	fault_clear(&fault);
	len = make_crl(m, list, sizeof(list));
	e = crl_parse(&l, list, len, &fault);
	if (e == ERR_OK)
		e = crl_check(&l, c, issuer, &status, &fault);
	assert_int_equal(fault.err, e);
	return e;
}

static enum err
check(const struct make_crl *m)
{
	return check_by(m, &leaf, &ca);
}

static void
what_is_not_on_the_list_is_good(void **state)
{
	struct make_crl m = good();

	(void)state;
	assert_int_equal(check(&m), ERR_OK);
	assert_int_equal(status.kind, REVOCATION_CRL);
	assert_int_equal(status.state, REVOCATION_GOOD);
	assert_int_equal(status.this_update, MAKE_CERT_NOW);
	assert_int_equal(status.next_update, MAKE_CERT_NOW + DAY);
	assert_int_equal(status.signer_until, ca.not_after);
	assert_true(status.expired_since == INT64_MAX);
	m.entry[0].cert = &sibling;
	m.entry[0].revoked = MAKE_CERT_NOW - 1;
	m.filler = 3;
	assert_int_equal(check(&m), ERR_OK);
	assert_int_equal(status.state, REVOCATION_GOOD);
	m = good();
	m.version_1 = true;
	assert_int_equal(check(&m), ERR_OK);
}

static void
what_is_on_the_list_is_revoked(void **state)
{
	struct make_crl m = good();

	(void)state;
	m.entry[0].cert = &leaf;
	m.entry[0].revoked = MAKE_CERT_NOW - 9;
	m.entry[0].reason = 4;
	m.entry[1].cert = &sibling;
	m.filler = 100;
	assert_int_equal(check(&m), ERR_OK);
	assert_int_equal(status.state, REVOCATION_REVOKED);
	assert_int_equal(status.revoked, MAKE_CERT_NOW - 9);
	assert_int_equal(status.reason, 4);
	m.entry[0].reason = -1;
	m.version_1 = true;
	assert_int_equal(check(&m), ERR_OK);
	assert_int_equal(status.state, REVOCATION_REVOKED);
	assert_int_equal(status.reason, REVOCATION_NO_REASON);
	/* twice: since the earlier */
	m.entry[1].cert = &leaf;
	m.entry[1].revoked = MAKE_CERT_NOW - 20;
	assert_int_equal(check(&m), ERR_OK);
	assert_int_equal(status.revoked, MAKE_CERT_NOW - 20);
	/* taken off: only in lists of changes */
	m = good();
	m.entry[0].cert = &sibling;
	m.entry[0].reason = REVOCATION_REMOVED;
	assert_int_equal(check(&m), ERR_CRL_SYNTAX);
}

static void
the_list_of_another_authority_says_nothing(void **state)
{
	struct make_crl m = good();

	(void)state;
	m.issuer = &other;
	m.key = soft_key_signer(other_key);
	assert_int_equal(check(&m), ERR_CRL_ISSUER);
	/* the same name, another key */
	m.issuer = &ca;
	assert_int_equal(check(&m), ERR_CRL_SIGNATURE);
	m.key = soft_key_signer(ca_rsa);
	assert_int_equal(check(&m), ERR_CRL_SIGNATURE);
	assert_int_equal(check_by(&m, &leaf, &rsa_ca), ERR_OK);
	m = good();
	m.break_signature = true;
	assert_int_equal(check(&m), ERR_CRL_SIGNATURE);
	m = good();
	m.key_id = "abcx";
	assert_int_equal(check_by(&m, &leaf, &ca_keyed), ERR_CRL_ISSUER);
	m.key_id = "abcd";
	assert_int_equal(check_by(&m, &leaf, &ca_keyed), ERR_OK);
	assert_int_equal(check_by(&m, &leaf, &ca_no_crl), ERR_CRL_USAGE);
}

static void
whose_list_it_is_stands_at_its_beginning(void **state)
{
	struct make_crl m = good();

	(void)state;
	len = make_crl(&m, list, sizeof(list));
	assert_false(crl_is_by_other(list, len, &ca.subject));
	assert_true(crl_is_by_other(list, len, &other.subject));
	/* what is no list is nobody's */
	assert_false(crl_is_by_other(list, 20, &other.subject));
	assert_false(crl_is_by_other(list, 0, &other.subject));
}

static void
a_list_that_never_ends_is_refused(void **state)
{
	struct make_crl m = good();

	(void)state;
	m.next_update = MAKE_CRL_NO_TIME;
	assert_int_equal(check(&m), ERR_CRL_NO_NEXT_UPDATE);
	m.version_1 = true;
	assert_int_equal(check(&m), ERR_CRL_NO_NEXT_UPDATE);
	m = good();
	m.next_update = MAKE_CERT_NOW - 1;
	assert_int_equal(check(&m), ERR_CRL_SYNTAX);
	m = good();
	m.other_inner_algorithm = true;
	assert_int_equal(check(&m), ERR_CRL_SYNTAX);
}

static void
what_must_be_understood_is(void **state)
{
	struct make_crl m = good();

	(void)state;
	m.unknown_critical = true;
	assert_int_equal(check(&m), ERR_REVOCATION_EXTENSION);
	m = good();
	m.entry[0].cert = &sibling;
	m.entry[0].unknown_critical = true;
	m.entry[0].reason = -1;
	assert_int_equal(check(&m), ERR_REVOCATION_EXTENSION);
	/* deltaCRLIndicator */
	m = good();
	m.more = (const uint8_t *)"\x30\x0d\x06\x03\x55\x1d\x1b\x01\x01\xff"
				  "\x04\x03\x02\x01\x05";
	m.more_len = 15;
	assert_int_equal(check(&m), ERR_CRL_DELTA);
	/* expiredCertsOnCRL */
	m.more = (const uint8_t *)"\x30\x18\x06\x03\x55\x1d\x3c\x04\x11\x18\x0f"
				  "20010909014640Z";
	m.more_len = 26;
	assert_int_equal(check(&m), ERR_OK);
	assert_int_equal(status.expired_since, 1000000000);
}

static enum err
check_scope(const char *value, const struct cert *c)
{
	struct make_crl m = good();
	uint8_t more[64] = "\x30\x0c\x06\x03\x55\x1d\x1c\x04\x05\x30\x03";

	memcpy(more + 11, value, 3);
	m.more = more;
	m.more_len = 14;
	return check_by(&m, c, &ca);
}

static void
a_list_is_about_some_certificates_only(void **state)
{
	(void)state;
	assert_int_equal(check_scope("\x81\x01\xff", &leaf), ERR_OK);
	assert_int_equal(check_scope("\x81\x01\xff", &sub), ERR_CRL_SCOPE);
	assert_int_equal(check_scope("\x82\x01\xff", &sub), ERR_OK);
	assert_int_equal(check_scope("\x82\x01\xff", &leaf), ERR_CRL_SCOPE);
	assert_int_equal(check_scope("\x82\x01\x00", &leaf), ERR_OK);
	/* some reasons, indirect, of attributes */
	assert_int_equal(check_scope("\x83\x01\x07", &leaf), ERR_CRL_SCOPE);
	assert_int_equal(check_scope("\x84\x01\xff", &leaf), ERR_CRL_SCOPE);
	assert_int_equal(check_scope("\x85\x01\xff", &leaf), ERR_CRL_SCOPE);
	assert_int_equal(check_scope("\x86\x01\xff", &leaf), ERR_CRL_SCOPE);
}

static void
a_distribution_point_must_be_the_certificates(void **state)
{
	struct make_crl m = good();
	uint8_t more[] = WITH_POINT;

	(void)state;
	m.more = more;
	m.more_len = sizeof(more) - 1;
	assert_int_equal(check_by(&m, &with_point, &ca), ERR_OK);
	assert_int_equal(check_by(&m, &leaf, &ca), ERR_CRL_SCOPE);
	more[sizeof(more) - 2] = 'x';
	assert_int_equal(check_by(&m, &with_point, &ca), ERR_CRL_SCOPE);
}

static void
no_octet_may_be_missing_too_much_or_another(void **state)
{
	struct make_crl m = good();
	struct crl l;
	uint8_t *copy;
	size_t i;

	(void)state;
	m.entry[0].cert = &leaf;
	m.entry[0].reason = 1;
	m.entry[0].revoked = MAKE_CERT_NOW;
	assert_int_equal(check(&m), ERR_OK);
	for (i = 0; i < len; i++) {
		copy = malloc(i + 1);
		assert_non_null(copy);
		memcpy(copy, list, i);
		assert_int_equal(
		    crl_parse(&l, copy, i, &fault), ERR_CRL_SYNTAX);
		(void)crl_is_by_other(copy, i, &ca.subject);
		free(copy);
		list[i] ^= 1;
		assert_true(crl_parse(&l, list, len, NULL) != ERR_OK ||
		    crl_check(&l, &leaf, &ca, &status, NULL) != ERR_OK);
		list[i] ^= 1;
	}
	list[len] = 0;
	assert_int_equal(crl_parse(&l, list, len + 1, &fault), ERR_CRL_SYNTAX);
}

static void
lists_have_limits(void **state)
{
	uint8_t *big = malloc(BIG);
	struct make_crl m = good();
	struct crl l;

	(void)state;
	assert_non_null(big);
	/* a million entries, and one of them */
	m.filler = 1000000;
	m.entry[0].cert = &leaf;
	m.entry[0].revoked = MAKE_CERT_NOW;
	len = make_crl(&m, big, BIG);
	assert_int_equal(crl_parse(&l, big, len, &fault), ERR_OK);
	assert_int_equal(crl_check(&l, &leaf, &ca, &status, &fault), ERR_OK);
	assert_int_equal(status.state, REVOCATION_REVOKED);
	m.filler = CRL_LEN / 23 + 1;
	len = make_crl(&m, big, BIG);
	assert_int_equal(crl_parse(&l, big, len, &fault), ERR_TOO_LARGE);
	m = good();
	m.junk = CRL_EXTENSIONS_LEN - 64;
	assert_int_equal(check(&m), ERR_OK);
	m.junk = CRL_EXTENSIONS_LEN;
	assert_int_equal(check(&m), ERR_TOO_LARGE);
	m.junk = 10u << 20;
	len = make_crl(&m, big, BIG);
	assert_int_equal(crl_parse(&l, big, len, &fault), ERR_TOO_LARGE);
	free(big);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_not_on_the_list_is_good),
	    cmocka_unit_test(what_is_on_the_list_is_revoked),
	    cmocka_unit_test(the_list_of_another_authority_says_nothing),
	    cmocka_unit_test(whose_list_it_is_stands_at_its_beginning),
	    cmocka_unit_test(a_list_that_never_ends_is_refused),
	    cmocka_unit_test(what_must_be_understood_is),
	    cmocka_unit_test(a_list_is_about_some_certificates_only),
	    cmocka_unit_test(a_distribution_point_must_be_the_certificates),
	    cmocka_unit_test(no_octet_may_be_missing_too_much_or_another),
	    cmocka_unit_test(lists_have_limits),
	};

	return cmocka_run_group_tests_name(
	    "crl", tests, make_certs, free_certs);
}
