/*
 * What was found good once is not computed again, and nothing else passes
 * with it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/base/known.h"
#include "host/x509/spki.h"
#include "tests/unit/support/soft_key.h"

static struct known
digest(enum known_kind kind, const char *a, const char *b)
{
	const struct der_reader parts[2] = {
	    der_reader((const uint8_t *)a, strlen(a)),
	    der_reader((const uint8_t *)b, strlen(b))};
	struct known k;

	known_digest(&k, kind, parts, 2);
	return k;
}

static void
only_what_was_added_is_known(void **state)
{
	struct known k = digest(KNOWN_POINT, "ab", "c");
	struct known others[] = {digest(KNOWN_SIGNATURE, "ab", "c"),
	    digest(KNOWN_POINT, "a", "bc"), digest(KNOWN_POINT, "abc", ""),
	    digest(KNOWN_POINT, "", "abc")};
	size_t i;

	(void)state;
	assert_false(known_is(&k));
	known_add(&k);
	assert_true(known_is(&k));
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(known_is(&others[i]));
}

static void
whoever_shares_a_place_is_not_known(void **state)
{
	struct known k = digest(KNOWN_POINT, "one", "place"), other = k;

	(void)state;
	known_add(&k);
	other.digest[SHA256_SIZE - 1] ^= 1;
	assert_false(known_is(&other));
	known_add(&other);
	assert_true(known_is(&other));
	assert_false(known_is(&k));
}

static void
a_point_that_is_known_is_not_checked_again(void **state)
{
	struct soft_key *key = soft_key_new(ALG_ES256);
	const struct x509_signer *s = soft_key_signer(key);
	const uint8_t curve = KEY_P256;
	struct der_reader parts[2] = {der_reader(&curve, 1)};
	uint8_t der[SPKI_CAP];
	struct known known;
	struct spki k;

	(void)state;
	memcpy(der, s->spki, s->spki_len);
	der[s->spki_len - 1] ^= 1; /* off the curve */
	assert_int_equal(spki_read(der, s->spki_len, &k), ERR_CERT_KEY);
	assert_int_equal(spki_read(der, s->spki_len, &k), ERR_CERT_KEY);
	parts[1] = k.value;
	known_digest(&known, KNOWN_POINT, parts, 2);
	assert_false(known_is(&known));
	known_add(&known);
	assert_int_equal(spki_read(der, s->spki_len, &k), ERR_OK);
	soft_key_free(key);
}

struct signed_digest {
	struct spki key;
	struct signature_scheme scheme;
	uint8_t digest[64], signature[512];
	size_t len;
};

static struct soft_key *
sign(enum alg_number number, struct signed_digest *d)
{
	struct soft_key *key = soft_key_new(number);
	const struct x509_signer *s = soft_key_signer(key);
	const struct alg *alg = alg_get(number);

	d->scheme = (struct signature_scheme){
	    alg->family, alg->hash_size, alg->hash_size};
	memset(d->digest, 0x5a, sizeof(d->digest));
	assert_int_equal(spki_read(s->spki, s->spki_len, &d->key), ERR_OK);
	assert_int_equal(s->sign(s->arg, d->digest, alg->hash_size,
			     d->signature, sizeof(d->signature), &d->len),
	    ERR_OK);
	return key;
}

static enum err
verify(const struct signed_digest *d)
{
	return spki_verify(&d->key, &d->scheme, d->digest, d->scheme.hash_size,
	    d->signature, d->len);
}

static void
nothing_else_passes_once_a_signature_is_known(void **state)
{
	struct signed_digest d, other;
	struct soft_key *key, *stranger;
	unsigned number;
	size_t i;

	(void)state;
	for (number = ALG_RS256; number <= ALG_ES512; number++) {
		key = sign((enum alg_number)number, &d);
		assert_int_equal(verify(&d), ERR_OK);
		assert_int_equal(verify(&d), ERR_OK);
		for (i = 0; i < d.len; i++) {
			other = d;
			other.signature[i] ^= 1;
			assert_int_not_equal(verify(&other), ERR_OK);
		}
		for (i = 0; i < d.scheme.hash_size; i++) {
			other = d;
			other.digest[i] ^= 1;
			assert_int_not_equal(verify(&other), ERR_OK);
		}
		other = d;
		other.len--;
		assert_int_not_equal(verify(&other), ERR_OK);
		other = d;
		other.scheme.salt_len = 0;
		assert_int_equal(
		    verify(&other) == ERR_OK, d.scheme.family != ALG_RSA_PSS);
		if (d.scheme.family == ALG_ECDSA) {
			stranger = sign((enum alg_number)number, &other);
			memcpy(other.signature, d.signature, d.len);
			assert_int_equal(verify(&other), ERR_SIGNATURE_INVALID);
			soft_key_free(stranger);
		}
		assert_int_equal(verify(&d), ERR_OK);
		soft_key_free(key);
	}
}

static void
what_was_not_good_is_never_known(void **state)
{
	struct signed_digest d;
	struct soft_key *key = sign(ALG_ES256, &d);
	int i;

	(void)state;
	d.digest[0] ^= 1;
	for (i = 0; i < 3; i++)
		assert_int_equal(verify(&d), ERR_SIGNATURE_INVALID);
	soft_key_free(key);
}

static void
a_signature_that_is_known_is_not_computed_again(void **state)
{
	struct signed_digest d;
	struct soft_key *key = sign(ALG_ES256, &d);
	const uint8_t how[4] = {KEY_P256, ALG_ECDSA, 32, 32};
	struct der_reader parts[5] = {der_reader(how, 4), d.key.value,
	    d.key.exponent, der_reader(d.digest, 32),
	    der_reader(d.signature, d.len)};
	struct known known;

	(void)state;
	assert_int_equal(verify(&d), ERR_OK);
	known_digest(&known, KNOWN_SIGNATURE, parts, 5);
	assert_true(known_is(&known));
	d.signature[0] ^= 1;
	assert_int_equal(verify(&d), ERR_SIGNATURE_INVALID);
	known_digest(&known, KNOWN_SIGNATURE, parts, 5);
	known_add(&known);
	assert_int_equal(verify(&d), ERR_OK);
	soft_key_free(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_what_was_added_is_known),
	    cmocka_unit_test(whoever_shares_a_place_is_not_known),
	    cmocka_unit_test(a_point_that_is_known_is_not_checked_again),
	    cmocka_unit_test(nothing_else_passes_once_a_signature_is_known),
	    cmocka_unit_test(what_was_not_good_is_never_known),
	    cmocka_unit_test(a_signature_that_is_known_is_not_computed_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
