#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/sha512.h"
#include "host/base/file.h"
#include "host/x509/issue.h"
#include "host/x509/spki.h"
#include "tests/unit/support/soft_key.h"

/* "Zürich, 東京" and a musical symbol beyond the basic plane */
#define ORGANISATION                                                           \
	"Universit\xc3\xa9 d'Essai, \xe6\x9d\xb1\xe4\xba\xac \xf0\x9d\x84\x9e"

static const struct x509_subject subject = {
    ORGANISATION, "VATBE-0123456789", "BE", "Seal of the registrar"};

static char dir[64];

static int
make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/issue_test.XXXXXX");
	return mkdtemp(dir) == NULL;
}

static int
remove_dir(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static void
put(const char *name, const uint8_t *der, size_t len)
{
	char path[128];
	struct fault f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(file_replace(path, der, len, 0644, &f), ERR_OK);
}

/* The arguments follow "cd DIR && openssl". */
static int
openssl(const char *arguments)
{
	char command[400];

	snprintf(command, sizeof(command), "cd %s && openssl %s >out.txt 2>&1",
	    dir, arguments);
	return system(command);
}

static int
said(const char *what)
{
	char path[128];
	uint8_t *buf;
	size_t len;
	struct fault f;
	int found;

	snprintf(path, sizeof(path), "%s/out.txt", dir);
	assert_int_equal(file_read(path, 1u << 20, &buf, &len, &f), ERR_OK);
	found = strstr((char *)buf, what) != NULL;
	free(buf);
	return found;
}

static void
need_openssl(void)
{
	if (system("openssl version >/dev/null 2>&1") != 0) {
		print_message("no openssl command here\n");
		skip();
	}
}

/* A CA and a seal certificate under it. */
static void
make_pair(enum alg_number alg, struct cert *ca, struct cert *seal,
    struct soft_key **key)
{
	int64_t now = (int64_t)time(NULL);
	struct x509_signer signer;
	struct test_ca_key *k;
	struct fault f;
	uint8_t *der;
	size_t len;

	assert_int_equal(test_ca_key_new(&k, &signer), ERR_OK);
	assert_int_equal(test_ca_compose(&signer, now, &der, &len), ERR_OK);
	assert_int_equal(cert_parse(ca, der, len, &f), ERR_OK);
	free(der);
	*key = soft_key_new(alg);
	assert_int_equal(
	    test_seal_certificate_compose(&subject, soft_key_signer(*key)->spki,
		soft_key_signer(*key)->spki_len, ca, &signer, now, &der, &len),
	    ERR_OK);
	assert_int_equal(cert_parse(seal, der, len, &f), ERR_OK);
	free(der);
	test_ca_key_free(k);
}

static void
a_test_seal_certificate_says_what_it_was_made_of(void **state)
{
	struct token_public_key a, b;
	struct cert ca, seal;
	struct soft_key *key;
	unsigned findings;

	(void)state;
	make_pair(ALG_ES384, &ca, &seal, &key);
	assert_string_equal(seal.organisation, ORGANISATION);
	assert_string_equal(seal.organisation_id, "VATBE-0123456789");
	assert_string_equal(seal.country, "BE");
	assert_string_equal(seal.common_name, "Seal of the registrar (TEST)");
	assert_int_equal(seal.key, KEY_P384);
	assert_int_equal(seal.key_bits, 384);
	assert_int_equal(seal.key_usage, CERT_KEY_USAGE_NON_REPUDIATION);
	assert_true(seal.qc_compliance && seal.qc_eseal);
	assert_false(seal.qc_sscd || seal.qc_esign || seal.is_ca);
	assert_true(ca.is_ca && ca.has_path_len && ca.path_len == 0);
	assert_true(cert_says_test(&ca) && cert_says_test(&seal));
	assert_int_equal(
	    cert_check_seal(&seal, seal.not_before, &findings), ERR_OK);
	assert_int_equal(findings, CERT_FINDING_NO_QSCD);
	assert_int_equal(cert_check_seal(&seal, seal.not_after + 1, &findings),
	    ERR_CERT_EXPIRED);
	assert_int_equal(cert_check_seal(&seal, seal.not_before - 1, &findings),
	    ERR_CERT_NOT_YET_VALID);
	assert_int_equal(
	    cert_check_seal(&ca, ca.not_before, &findings), ERR_CERT_NOT_SEAL);

	/* and its key is the one of the token */
	assert_int_equal(cert_token_key(&seal, &a), ERR_OK);
	assert_int_equal(spki_to_token_key(soft_key_signer(key)->spki,
			     soft_key_signer(key)->spki_len, &b),
	    ERR_OK);
	assert_true(token_key_equal(&a, &b));
	b.value[5] ^= 1;
	assert_false(token_key_equal(&a, &b));
	soft_key_free(key);
	cert_free(&ca);
	cert_free(&seal);
}

static void
openssl_accepts_the_test_chain(void **state)
{
	static const enum alg_number algs[] = {
	    ALG_ES256, ALG_ES384, ALG_ES512, ALG_RS256};
	struct cert ca, seal;
	struct soft_key *key;
	size_t i;

	(void)state;
	need_openssl();
	for (i = 0; i < sizeof(algs) / sizeof(algs[0]); i++) {
		make_pair(algs[i], &ca, &seal, &key);
		put("ca.der", ca.der, ca.len);
		put("seal.der", seal.der, seal.len);
		assert_int_equal(
		    openssl("x509 -inform DER -in ca.der -out ca.pem"), 0);
		assert_int_equal(
		    openssl("x509 -inform DER -in seal.der -out seal.pem"), 0);
		if (openssl("verify -x509_strict -CAfile ca.pem seal.pem"))
			fail_msg("openssl verify, algorithm %u", algs[i]);
		assert_int_equal(
		    openssl("x509 -in seal.pem -noout -text "
			    "-nameopt utf8,sname -certopt ext_parse"),
		    0);
		assert_true(said("VATBE-0123456789"));
		assert_true(said("Non Repudiation"));
		assert_int_equal(
		    openssl("asn1parse -inform DER -in seal.der -strparse 4"),
		    0);
		soft_key_free(key);
		cert_free(&ca);
		cert_free(&seal);
	}
}

static void
requests_are_signed_by_the_key_they_name(void **state)
{
	struct soft_key *key;
	unsigned alg;
	uint8_t *der;
	size_t len;

	(void)state;
	need_openssl();
	for (alg = ALG_RS256; alg <= ALG_ES512; alg++) {
		key = soft_key_new(alg);
		assert_int_equal(
		    csr_compose(&subject, soft_key_signer(key), &der, &len),
		    ERR_OK);
		put("req.der", der, len);
		free(der);
		if (openssl("req -inform DER -in req.der -verify -noout "
			    "-text -nameopt utf8,sname"))
			fail_msg("openssl req, algorithm %u", alg);
		assert_true(said("verify OK"));
		assert_true(said("Non Repudiation"));
		assert_true(said("VATBE-0123456789"));
		assert_true(said("qcStatements"));
		soft_key_free(key);
	}
}

static enum err
sign_wrongly(void *arg, const uint8_t *digest, size_t digest_len,
    uint8_t *signature, size_t cap, size_t *signature_len)
{
	const struct x509_signer *good = arg;
	enum err e = good->sign(
	    good->arg, digest, digest_len, signature, cap, signature_len);

	signature[*signature_len - 1] ^= 1;
	return e;
}

static enum err
sign_never(void *arg, const uint8_t *digest, size_t digest_len,
    uint8_t *signature, size_t cap, size_t *signature_len)
{
	(void)arg;
	(void)digest;
	(void)digest_len;
	(void)signature;
	(void)cap;
	(void)signature_len;
	return ERR_TOKEN_ABSENT;
}

static void
a_wrong_signature_never_leaves(void **state)
{
	struct soft_key *key = soft_key_new(ALG_ES256);
	struct x509_signer good = *soft_key_signer(key), bad = good;
	uint8_t *der;
	size_t len;

	(void)state;
	bad.sign = sign_wrongly;
	bad.arg = &good;
	assert_int_equal(
	    csr_compose(&subject, &bad, &der, &len), ERR_SIGNATURE_INVALID);
	assert_null(der);
	bad.sign = sign_never;
	assert_int_equal(
	    csr_compose(&subject, &bad, &der, &len), ERR_TOKEN_ABSENT);
	bad = good;
	bad.alg = ALG_ES384;
	assert_int_equal(
	    csr_compose(&subject, &bad, &der, &len), ERR_ALGORITHM);
	soft_key_free(key);
}

static void
names_that_no_certificate_can_hold_are_refused(void **state)
{
	struct soft_key *key = soft_key_new(ALG_ES256);
	struct x509_subject s;
	char long_name[CERT_TEXT + 1];
	uint8_t *der;
	size_t len;

	(void)state;
	memset(long_name, 'a', sizeof(long_name));
	long_name[CERT_TEXT - 1] = '\0';
	s = subject;
	s.organisation = long_name; /* at the limit */
	assert_int_equal(
	    csr_compose(&s, soft_key_signer(key), &der, &len), ERR_OK);
	free(der);
	long_name[CERT_TEXT - 1] = 'a';
	long_name[CERT_TEXT] = '\0';
	assert_int_equal(
	    csr_compose(&s, soft_key_signer(key), &der, &len), ERR_TOO_LARGE);
	s.organisation = "line\nbreak";
	assert_int_equal(
	    csr_compose(&s, soft_key_signer(key), &der, &len), ERR_CERT_SYNTAX);
	s.organisation = "\xc3("; /* not UTF-8 */
	assert_int_equal(
	    csr_compose(&s, soft_key_signer(key), &der, &len), ERR_CERT_SYNTAX);
	s.organisation = "";
	assert_int_equal(
	    csr_compose(&s, soft_key_signer(key), &der, &len), ERR_USAGE);
	s = subject;
	s.country = "Belgium";
	assert_int_equal(
	    csr_compose(&s, soft_key_signer(key), &der, &len), ERR_USAGE);
	soft_key_free(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_test_seal_certificate_says_what_it_was_made_of),
	    cmocka_unit_test(openssl_accepts_the_test_chain),
	    cmocka_unit_test(requests_are_signed_by_the_key_they_name),
	    cmocka_unit_test(a_wrong_signature_never_leaves),
	    cmocka_unit_test(names_that_no_certificate_can_hold_are_refused),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
