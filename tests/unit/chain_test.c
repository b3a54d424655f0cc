#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "host/x509/chain.h"
#include "tests/unit/support/make_cert.h"
#include "tests/unit/support/soft_key.h"

#define CERT_SIGN CERT_KEY_USAGE_CERT_SIGN

static struct soft_key *key, *other_key;

static int
make_keys(void **state)
{
	(void)state;
	key = soft_key_new(ALG_ES256);
	other_key = soft_key_new(ALG_ES256);
	return 0;
}

static int
free_keys(void **state)
{
	(void)state;
	soft_key_free(key);
	soft_key_free(other_key);
	return 0;
}

static struct make_cert
spec(const char *cn, const char *issuer, bool ca)
{
	struct make_cert m = {.cn = cn,
	    .issuer_cn = issuer,
	    .key = soft_key_signer(key),
	    .issuer = soft_key_signer(key),
	    .ca = ca,
	    .path_len = -1,
	    .key_usage = ca ? CERT_SIGN : CERT_KEY_USAGE_NON_REPUDIATION};

	return m;
}

/* leaf <- inter <- root, changed by the caller. */
struct three {
	struct make_cert leaf, inter, root;
	int64_t time;
};

static struct three
good(void)
{
	struct three t = {spec("Leaf", "Inter", false),
	    spec("Inter", "Root", true), spec("Root", "Root", true),
	    MAKE_CERT_NOW};

	return t;
}

static enum err
check(const struct three *t)
{
	struct cert leaf, inter, root;
	struct fault f;
	enum err e;

	make_cert(&t->leaf, &leaf);
	make_cert(&t->inter, &inter);
	make_cert(&t->root, &root);
	e = chain_check(&leaf, &inter, 1, &root, 1, t->time, &f);
	cert_free(&leaf);
	cert_free(&inter);
	cert_free(&root);
	return e;
}

static void
a_good_path_is_found(void **state)
{
	struct three t = good();

	(void)state;
	assert_int_equal(check(&t), ERR_OK);
	t.inter.path_len = 0;
	t.root.path_len = 1;
	assert_int_equal(check(&t), ERR_OK);
}

static void
an_issuer_must_be_a_ca_that_may_sign(void **state)
{
	struct three t = good();

	(void)state;
	t.inter.ca = false;
	assert_int_equal(check(&t), ERR_CERT_CHAIN);
	t = good();
	t.root.ca = false;
	assert_int_equal(check(&t), ERR_CERT_CHAIN);
	t = good();
	t.inter.key_usage = CERT_KEY_USAGE_CRL_SIGN;
	assert_int_equal(check(&t), ERR_CERT_CHAIN);
	t = good();
	t.root.key_usage = CERT_KEY_USAGE_DIGITAL_SIGNATURE;
	assert_int_equal(check(&t), ERR_CERT_CHAIN);
	t = good();
	t.root.path_len = 0;
	assert_int_equal(check(&t), ERR_CERT_CHAIN);
}

static void
every_certificate_must_be_valid_at_the_time(void **state)
{
	struct three t = good();

	(void)state;
	t.leaf.not_after = MAKE_CERT_NOW;
	assert_int_equal(check(&t), ERR_OK);
	t.time++;
	assert_int_equal(check(&t), ERR_CERT_EXPIRED);
	t = good();
	t.leaf.not_before = MAKE_CERT_NOW + 1;
	assert_int_equal(check(&t), ERR_CERT_NOT_YET_VALID);
	t = good();
	t.inter.not_after = MAKE_CERT_NOW - 1;
	assert_int_equal(check(&t), ERR_CERT_EXPIRED);
	t = good();
	t.root.not_after = MAKE_CERT_NOW - 1; /* trusted as it is */
	assert_int_equal(check(&t), ERR_OK);
}

static void
a_forged_signature_breaks_the_path(void **state)
{
	struct three t = good();

	(void)state;
	t.leaf.issuer = soft_key_signer(other_key);
	assert_int_equal(check(&t), ERR_CERT_SIGNATURE);
	t = good();
	t.inter.issuer = soft_key_signer(other_key);
	assert_int_equal(check(&t), ERR_CERT_SIGNATURE);
	t = good();
	t.root.key = soft_key_signer(other_key);
	assert_int_equal(check(&t), ERR_CERT_SIGNATURE);
}

static void
sha1_and_unknown_critical_extensions_are_refused(void **state)
{
	struct three t = good();

	(void)state;
	t.inter.sha1 = true;
	assert_int_equal(check(&t), ERR_CERT_SIGNATURE);
	t = good();
	t.leaf.unknown_critical = true;
	assert_int_equal(check(&t), ERR_CERT_CHAIN);
	t = good();
	t.inter.unknown_critical = true;
	assert_int_equal(check(&t), ERR_CERT_CHAIN);
}

static void
whoever_constrains_names_is_refused(void **state)
{
	/* nameConstraints, not critical: permitted, an empty name */
	static const uint8_t more[] =
	    "\x30\x11\x06\x03\x55\x1d\x1e\x04\x0a\x30\x08\xa0\x06"
	    "\x30\x04\xa4\x02\x30\x00";
	struct three t = good();

	(void)state;
	t.inter.more = more;
	t.inter.more_len = sizeof(more) - 1;
	assert_int_equal(check(&t), ERR_CERT_CHAIN);
	t = good();
	t.root.more = more; /* trusted as it is */
	t.root.more_len = sizeof(more) - 1;
	assert_int_equal(check(&t), ERR_OK);
}

static void
names_and_key_ids_must_chain(void **state)
{
	struct three t = good();

	(void)state;
	t.leaf.issuer_cn = "inter";
	assert_int_equal(check(&t), ERR_CERT_CHAIN);
	t = good();
	t.leaf.authority_key_id = "abcd";
	t.inter.key_id = "abcd";
	assert_int_equal(check(&t), ERR_OK);
	t.inter.key_id = "abce";
	assert_int_equal(check(&t), ERR_CERT_CHAIN);
}

static void
all_signature_algorithms_of_certificates_are_known(void **state)
{
	struct soft_key *ca;
	struct three t;
	unsigned alg;

	(void)state;
	for (alg = ALG_RS256; alg <= ALG_ES512; alg++) {
		ca = soft_key_new(alg);
		t = good();
		t.inter.key = soft_key_signer(ca);
		t.leaf.issuer = soft_key_signer(ca);
		assert_int_equal(check(&t), ERR_OK);
		soft_key_free(ca);
	}
}

/* n certificates: 0 the leaf, n - 1 the anchor, the rest between. */
static enum err
check_long(size_t n, bool reversed)
{
	struct cert certs[10] = {0};
	struct make_cert m;
	char cn[24], issuer[24];
	struct fault f;
	size_t i, at;
	enum err e;

	for (i = 0; i < n; i++) {
		snprintf(cn, sizeof(cn), "C%zu", i);
		snprintf(issuer, sizeof(issuer), "C%zu", i + 1);
		m = spec(cn, issuer, i > 0);
		at = i == 0 || i == n - 1 || !reversed ? i : n - 1 - i;
		make_cert(&m, &certs[at]);
	}
	e = chain_check(
	    &certs[0], certs + 1, n - 2, &certs[n - 1], 1, MAKE_CERT_NOW, &f);
	for (i = 0; i < n; i++)
		cert_free(&certs[i]);
	return e;
}

static void
paths_are_of_at_most_eight_certificates_in_any_order(void **state)
{
	(void)state;
	assert_int_equal(check_long(2, false), ERR_OK);
	assert_int_equal(check_long(8, false), ERR_OK);
	assert_int_equal(check_long(8, true), ERR_OK);
	assert_int_equal(check_long(9, false), ERR_CERT_CHAIN);
	assert_int_equal(check_long(9, true), ERR_CERT_CHAIN);
}

static void
an_anchor_is_trusted_as_the_leaf_but_then_for_itself_only(void **state)
{
	struct make_cert pinned = spec("Pinned", "Nobody", false);
	struct make_cert below = spec("Below", "Pinned", false);
	struct cert anchor, leaf;
	struct fault f;

	(void)state;
	make_cert(&pinned, &anchor);
	make_cert(&below, &leaf);
	assert_int_equal(
	    chain_check(&anchor, NULL, 0, &anchor, 1, MAKE_CERT_NOW, &f),
	    ERR_OK);
	assert_int_equal(
	    chain_check(&leaf, NULL, 0, &anchor, 1, MAKE_CERT_NOW, &f),
	    ERR_CERT_CHAIN);
	assert_int_equal(
	    chain_check(&leaf, NULL, 0, NULL, 0, MAKE_CERT_NOW, &f),
	    ERR_CERT_CHAIN);
	cert_free(&anchor);
	cert_free(&leaf);
}

/* A path that needs the second of two issuers of one name; and a file full of
 * certificates that issue each other must not keep us busy. */
static void
wrong_turns_are_left_again_and_loops_end(void **state)
{
	struct make_cert m[] = {spec("Leaf", "A", false), spec("A", "B", true),
	    spec("A", "Root", true), spec("B", "A", true), spec("B", "B", true),
	    spec("Root", "Root", true)};
	struct cert certs[6], many[60];
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < 6; i++)
		make_cert(&m[i], &certs[i]);
	assert_int_equal(chain_check(&certs[0], certs + 1, 4, &certs[5], 1,
			     MAKE_CERT_NOW, &f),
	    ERR_OK);
	for (i = 0; i < 60; i++) {
		m[1].not_after = MAKE_CERT_NOW + 1 + (int64_t)i;
		m[1].issuer_cn = "A";
		make_cert(&m[1], &many[i]);
	}
	assert_int_equal(
	    chain_check(&certs[0], many, 60, &certs[5], 1, MAKE_CERT_NOW, &f),
	    ERR_CERT_CHAIN);
	for (i = 0; i < 6; i++)
		cert_free(&certs[i]);
	for (i = 0; i < 60; i++)
		cert_free(&many[i]);
}

static void
a_path_is_told_from_leaf_to_anchor(void **state)
{
	struct three t = good();
	struct cert leaf, inter, root;
	struct chain_path path;
	struct fault f;

	(void)state;
	make_cert(&t.leaf, &leaf);
	make_cert(&t.inter, &inter);
	make_cert(&t.root, &root);
	assert_int_equal(
	    chain_find(&leaf, &inter, 1, &root, 1, t.time, &path, &f), ERR_OK);
	assert_int_equal(path.count, 3);
	assert_ptr_equal(path.cert[0], &leaf);
	assert_ptr_equal(path.cert[1], &inter);
	assert_ptr_equal(path.cert[2], &root);
	assert_int_equal(
	    chain_find(&leaf, &inter, 1, &inter, 1, t.time, &path, &f), ERR_OK);
	assert_int_equal(path.count, 2);
	assert_int_equal(
	    chain_find(&leaf, &inter, 1, &leaf, 1, t.time, &path, &f), ERR_OK);
	assert_int_equal(path.count, 1);
	assert_int_equal(
	    chain_find(&leaf, NULL, 0, &root, 1, t.time, &path, &f),
	    ERR_CERT_CHAIN);
	assert_int_equal(path.count, 0);
	cert_free(&leaf);
	cert_free(&inter);
	cert_free(&root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_good_path_is_found),
	    cmocka_unit_test(a_path_is_told_from_leaf_to_anchor),
	    cmocka_unit_test(an_issuer_must_be_a_ca_that_may_sign),
	    cmocka_unit_test(every_certificate_must_be_valid_at_the_time),
	    cmocka_unit_test(a_forged_signature_breaks_the_path),
	    cmocka_unit_test(sha1_and_unknown_critical_extensions_are_refused),
	    cmocka_unit_test(whoever_constrains_names_is_refused),
	    cmocka_unit_test(names_and_key_ids_must_chain),
	    cmocka_unit_test(
		all_signature_algorithms_of_certificates_are_known),
	    cmocka_unit_test(
		paths_are_of_at_most_eight_certificates_in_any_order),
	    cmocka_unit_test(
		an_anchor_is_trusted_as_the_leaf_but_then_for_itself_only),
	    cmocka_unit_test(wrong_turns_are_left_again_and_loops_end),
	};

	return cmocka_run_group_tests(tests, make_keys, free_keys);
}
