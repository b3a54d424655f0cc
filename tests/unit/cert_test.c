#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base64.h"
#include "common/sha512.h"
#include "host/base/file.h"
#include "host/x509/oid.h"
#include "host/x509/spki.h"
#include "host/x509/text.h"
#include "tests/unit/support/make_cert.h"
#include "tests/unit/support/soft_key.h"

static struct soft_key *key;

static int
make_key(void **state)
{
	(void)state;
	key = soft_key_new(ALG_ES256);
	return 0;
}

static int
free_key(void **state)
{
	(void)state;
	soft_key_free(key);
	return 0;
}

static struct make_cert
plain(void)
{
	struct make_cert m = {.cn = "Leaf",
	    .issuer_cn = "Root",
	    .key = soft_key_signer(key),
	    .issuer = soft_key_signer(key),
	    .path_len = -1,
	    .qc = true,
	    .key_usage = CERT_KEY_USAGE_NON_REPUDIATION};

	return m;
}

static enum err
parse(const struct make_cert *m, struct cert *c)
{
	uint8_t *der;
	size_t len;
	struct fault f;
	enum err e;

	make_cert_der(m, &der, &len);
	e = cert_parse(c, der, len, &f);
	free(der);
	return e;
}

static void
organisation_is(uint8_t tag, const char *octets, size_t len, const char *text)
{
	struct make_cert m = plain();
	struct cert c;

	m.organisation_tag = tag;
	m.organisation = octets;
	m.organisation_len = len;
	if (text == NULL) {
		assert_int_equal(parse(&m, &c), ERR_CERT_SYNTAX);
		return;
	}
	assert_int_equal(parse(&m, &c), ERR_OK);
	assert_string_equal(c.organisation, text);
	cert_free(&c);
}

static void
every_string_type_of_a_name_is_read_as_utf8(void **state)
{
	(void)state;
	organisation_is(
	    DER_UTF8_STRING, "\xc3\x89t\xc3\xa9", 5, "\xc3\x89t\xc3\xa9");
	organisation_is(DER_PRINTABLE_STRING, "A & B", 5, "A & B");
	organisation_is(DER_IA5_STRING, "a@b", 3, "a@b");
	organisation_is(X509_T61_STRING, "\xc9t\xe9", 3, "\xc3\x89t\xc3\xa9");
	organisation_is(X509_BMP_STRING, "\0A\x67\x71", 4, "A\xe6\x9d\xb1");
	organisation_is(
	    X509_UNIVERSAL_STRING, "\0\x01\xd1\x1e", 4, "\xf0\x9d\x84\x9e");
}

static void
names_that_would_read_differently_elsewhere_are_refused(void **state)
{
	(void)state;
	organisation_is(DER_UTF8_STRING, "Good\0Evil", 9, NULL);
	organisation_is(X509_BMP_STRING, "\0A\0\0\0B", 6, NULL);
	organisation_is(X509_T61_STRING, "a\0b", 3, NULL);
	organisation_is(DER_UTF8_STRING, "a\x1b[2J", 5, NULL);
	organisation_is(DER_UTF8_STRING, "a\xc2\x9b", 3, NULL); /* C1 */
	organisation_is(DER_UTF8_STRING, "\xc0\x80", 2, NULL);
	organisation_is(DER_PRINTABLE_STRING, "\xe9", 1, NULL);
	organisation_is(X509_BMP_STRING, "\xd8\x34\xdd\x1e", 4, NULL);
	organisation_is(X509_BMP_STRING, "\0A\0", 3, NULL);
	organisation_is(DER_OCTET_STRING, "A", 1, NULL);
}

static void
an_organisation_named_twice_cannot_seal(void **state)
{
	struct make_cert m = plain();
	unsigned findings;
	struct cert c;

	(void)state;
	m.organisation_tag = DER_UTF8_STRING;
	m.organisation = "A";
	m.organisation_len = 1;
	m.organisation_twice = true;
	assert_int_equal(parse(&m, &c), ERR_OK);
	assert_int_not_equal(
	    cert_check_seal(&c, MAKE_CERT_NOW, &findings), ERR_OK);
	assert_true(findings & CERT_FINDING_AMBIGUOUS);
	cert_free(&c);
}

static void
names_have_a_limit(void **state)
{
	char text[CERT_TEXT + 1];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[CERT_TEXT - 1] = '\0';
	organisation_is(DER_UTF8_STRING, text, CERT_TEXT - 1, text);
	text[CERT_TEXT - 1] = 'x';
	organisation_is(DER_UTF8_STRING, text, CERT_TEXT, NULL);
	organisation_is(X509_T61_STRING, text, CERT_TEXT, NULL);
}

/* Replaces one octet behind a text, and says what becomes of it. */
static enum err
parse_changed(const char *text, size_t at, uint8_t octet)
{
	struct make_cert m = plain();
	struct cert c;
	uint8_t *der, *p;
	size_t len;
	enum err e;

	m.organisation_tag = DER_UTF8_STRING;
	m.organisation = "Unit";
	m.organisation_len = 4;
	m.issuer_cn = "Issuer";
	make_cert_der(&m, &der, &len);
	p = memmem(der, len, text, strlen(text));
	assert_non_null(p);
	p[at] = octet;
	e = cert_parse(&c, der, len, NULL);
	if (e == ERR_OK)
		cert_free(&c);
	free(der);
	return e;
}

static void
no_name_holds_a_nul(void **state)
{
	(void)state;
	assert_int_equal(parse_changed("Issuer", 2, 'x'), ERR_OK);
	assert_int_equal(parse_changed("Issuer", 2, 0), ERR_CERT_SYNTAX);
	/* O becomes OU, which is not read otherwise */
	assert_int_equal(
	    parse_changed("\x55\x04\x0a\x0c\x04Unit", 2, 0x0b), ERR_OK);
	assert_int_equal(
	    parse_changed("\x55\x04\x0a\x0c\x04Unit", 7, 0), ERR_CERT_SYNTAX);
}

static void
no_unread_attribute_holds_a_nul(void **state)
{
	struct make_cert m = plain();
	struct cert c;
	uint8_t *der, *p;
	size_t len;

	(void)state;
	m.organisation_tag = DER_UTF8_STRING;
	m.organisation = "Un\0t";
	m.organisation_len = 4;
	make_cert_der(&m, &der, &len);
	p = memmem(der, len, "\x55\x04\x0a\x0c\x04Un", 7);
	assert_non_null(p);
	p[2] = 0x0b; /* OU */
	assert_int_equal(cert_parse(&c, der, len, NULL), ERR_CERT_SYNTAX);
	/* in a bit string it is none */
	p[3] = DER_BIT_STRING;
	assert_int_equal(cert_parse(&c, der, len, NULL), ERR_OK);
	cert_free(&c);
	/* in two octets a character it depends on where */
	p[3] = X509_BMP_STRING;
	assert_int_equal(cert_parse(&c, der, len, NULL), ERR_OK);
	cert_free(&c);
	p[8] = 0;
	assert_int_equal(cert_parse(&c, der, len, NULL), ERR_CERT_SYNTAX);
	free(der);
}

static void
malformed_structure_is_refused(void **state)
{
	struct make_cert m = plain();
	struct cert c;

	(void)state;
	m.unknown_critical = true;
	m.twice = MAKE_CERT_ODD; /* its contents are nobody's business */
	m.twice_len = OID_LEN(MAKE_CERT_ODD);
	assert_int_equal(parse(&m, &c), ERR_CERT_SYNTAX);
	m = plain();
	m.other_inner_algorithm = true;
	assert_int_equal(parse(&m, &c), ERR_CERT_SYNTAX);
	m = plain();
	m.not_before = m.not_after = MAKE_CERT_NOW;
	assert_int_equal(parse(&m, &c), ERR_OK);
	cert_free(&c);
	m.not_before++;
	assert_int_equal(parse(&m, &c), ERR_CERT_SYNTAX);
	m = plain();
	m.unknown_critical = true;
	assert_int_equal(parse(&m, &c), ERR_OK);
	assert_true(c.unknown_critical);
	cert_free(&c);
}

static void
times_after_2049_are_read(void **state)
{
	struct make_cert m = plain();
	struct cert c;

	(void)state;
	m.not_before = 2524607999; /* 2049-12-31T23:59:59Z: UTCTime */
	m.not_after = 2524608000; /* GeneralizedTime */
	assert_int_equal(parse(&m, &c), ERR_OK);
	assert_int_equal(c.not_before, 2524607999);
	assert_int_equal(c.not_after, 2524608000);
	cert_free(&c);
}

/* No prefix is a certificate, and no changed octet leads out of bounds (the
 * sanitizers look); what is still accepted has other contents. */
static void
every_cut_is_refused_and_every_change_is_survived(void **state)
{
	struct make_cert m = plain();
	uint8_t *der, *copy;
	struct cert c;
	struct fault f;
	size_t len, i;
	unsigned bit;

	(void)state;
	m.ca = true;
	m.key_id = m.authority_key_id = "abcd";
	make_cert_der(&m, &der, &len);
	for (i = 0; i < len; i++) {
		copy = malloc(i + 1); /* exact size, for the sanitizer */
		assert_non_null(copy);
		memcpy(copy, der, i);
		assert_int_not_equal(cert_parse(&c, copy, i, &f), ERR_OK);
		free(copy);
		for (bit = 0; bit < 8; bit++) {
			der[i] ^= (uint8_t)(1u << bit);
			if (cert_parse(&c, der, len, &f) == ERR_OK)
				cert_free(&c);
			der[i] ^= (uint8_t)(1u << bit);
		}
	}
	copy = realloc(der, len + 1);
	assert_non_null(copy);
	copy[len] = 0;
	assert_int_equal(cert_parse(&c, copy, len + 1, &f), ERR_CERT_SYNTAX);
	free(copy);
}

static enum err
spki_of(const struct token_public_key *k)
{
	uint8_t out[SPKI_CAP];
	size_t len;

	return spki_from_token_key(k, out, sizeof(out), &len);
}

static void
keys_that_would_make_forging_easy_are_refused(void **state)
{
	struct token_public_key k, good;
	const struct x509_signer *s = soft_key_signer(key);
	uint8_t der[SPKI_CAP];
	size_t len;

	(void)state;
	assert_int_equal(
	    spki_to_token_key(s->spki, s->spki_len, &good), ERR_OK);
	assert_int_equal(spki_of(&good), ERR_OK);
	k = good;
	k.value[64] ^= 1; /* a point off the curve */
	assert_int_equal(spki_of(&k), ERR_CERT_KEY);
	k = good;
	k.type = TOKEN_P384;
	assert_int_equal(spki_of(&k), ERR_CERT_KEY);
	k = good;
	k.value[0] = 2; /* compressed, but not shorter */
	assert_int_equal(spki_of(&k), ERR_CERT_KEY);

	memset(&good, 0xff, sizeof(good));
	good.type = TOKEN_RSA;
	good.value_len = 256;
	good.exponent_len = 1;
	good.exponent[0] = 3;
	assert_int_equal(spki_of(&good), ERR_OK);
	k = good;
	k.value_len = 512;
	assert_int_equal(spki_of(&k), ERR_OK);
	k = good;
	k.value[0] = 0x7f; /* 2047 bits */
	assert_int_equal(spki_of(&k), ERR_CERT_KEY);
	k = good;
	k.value[255] = 0xfe;
	assert_int_equal(spki_of(&k), ERR_CERT_KEY);
	k = good;
	k.exponent[0] = 1;
	assert_int_equal(spki_of(&k), ERR_CERT_KEY);
	k.exponent[0] = 4;
	assert_int_equal(spki_of(&k), ERR_CERT_KEY);

	/* an exponent that is not in its shortest form */
	k = good;
	memcpy(k.exponent, "\1\0\1", 3);
	k.exponent_len = 3;
	assert_int_equal(
	    spki_from_token_key(&k, der, sizeof(der), &len), ERR_OK);
	assert_int_equal(spki_to_token_key(der, len, &k), ERR_OK);
	assert_memory_equal(der + len - 3, "\1\0\1", 3);
	memcpy(der + len - 3, "\0\3\1", 3);
	assert_int_equal(spki_to_token_key(der, len, &k), ERR_CERT_KEY);
}

static void
digest_of(const struct alg *alg, uint8_t out[static SHA512_SIZE])
{
	size_t i;

	for (i = 0; i < alg->hash_size; i++)
		out[i] = (uint8_t)(i * 7 + 1);
}

/* One certificate and one signature of each algorithm. */
struct signed_case {
	struct soft_key *key;
	struct cert cert;
	uint8_t signature[512];
	size_t len;
};

static void
make_case(enum alg_number number, struct signed_case *s)
{
	struct make_cert m = plain();
	const struct alg *alg = alg_get(number);
	const struct x509_signer *signer;
	uint8_t digest[SHA512_SIZE];

	s->key = soft_key_new(number);
	signer = soft_key_signer(s->key);
	m.key = signer;
	make_cert(&m, &s->cert);
	digest_of(alg, digest);
	assert_int_equal(signer->sign(signer->arg, digest, alg->hash_size,
			     s->signature, sizeof(s->signature), &s->len),
	    ERR_OK);
}

static void
free_case(struct signed_case *s)
{
	cert_free(&s->cert);
	soft_key_free(s->key);
}

static void
signatures_of_all_algorithms_are_verified(void **state)
{
	uint8_t digest[SHA512_SIZE];
	const struct alg *alg, *other;
	struct signed_case s;
	unsigned number, n;
	enum err e;

	(void)state;
	for (number = ALG_RS256; number <= ALG_ES512; number++) {
		alg = alg_get(number);
		make_case(number, &s);
		digest_of(alg, digest);
		assert_int_equal(cert_verify_digest(&s.cert, alg, digest,
				     alg->hash_size, s.signature, s.len),
		    ERR_OK);
		for (n = ALG_RS256; n <= ALG_ES512; n++) {
			other = alg_get(n);
			if (n == number)
				continue;
			e = cert_verify_digest(&s.cert, other, digest,
			    other->hash_size, s.signature, s.len);
			assert_int_equal(e,
			    cert_fits_alg(&s.cert, other)
				? ERR_SIGNATURE_INVALID
				: ERR_ALGORITHM);
		}
		free_case(&s);
	}
}

static void
a_changed_signature_or_digest_is_found(void **state)
{
	uint8_t digest[SHA512_SIZE];
	struct signed_case s;
	const struct alg *alg;
	unsigned number;
	size_t i;

	(void)state;
	for (number = ALG_RS256; number <= ALG_ES512; number++) {
		alg = alg_get(number);
		make_case(number, &s);
		digest_of(alg, digest);
		for (i = 0; i < s.len; i += 7) {
			s.signature[i] ^= 0x10;
			assert_int_equal(
			    cert_verify_digest(&s.cert, alg, digest,
				alg->hash_size, s.signature, s.len),
			    ERR_SIGNATURE_INVALID);
			s.signature[i] ^= 0x10;
		}
		for (i = 0; i < alg->hash_size; i += 5) {
			digest[i] ^= 1;
			assert_int_equal(
			    cert_verify_digest(&s.cert, alg, digest,
				alg->hash_size, s.signature, s.len),
			    ERR_SIGNATURE_INVALID);
			digest[i] ^= 1;
		}
		assert_int_equal(cert_verify_digest(&s.cert, alg, digest,
				     alg->hash_size, s.signature, s.len - 1),
		    ERR_SIGNATURE_INVALID);
		assert_int_equal(
		    cert_verify_digest(&s.cert, alg, digest,
			(size_t)alg->hash_size - 1, s.signature, s.len),
		    ERR_SIGNATURE_INVALID);
		memset(s.signature, 0, s.len);
		assert_int_equal(cert_verify_digest(&s.cert, alg, digest,
				     alg->hash_size, s.signature, s.len),
		    ERR_SIGNATURE_INVALID);
		free_case(&s);
	}
}

static void *
verify_often(void *arg)
{
	const struct alg *alg = alg_get(ALG_ES256);
	struct signed_case *s = arg;
	uint8_t digest[SHA512_SIZE];
	intptr_t wrong = 0;
	int i;

	digest_of(alg, digest);
	for (i = 0; i < 200; i++) {
		digest[0] ^= (uint8_t)(i & 1);
		if ((cert_verify_digest(&s->cert, alg, digest, alg->hash_size,
			 s->signature, s->len) == ERR_OK) != ((i & 1) == 0))
			wrong++;
		digest[0] ^= (uint8_t)(i & 1);
	}
	return (void *)wrong;
}

static void
several_threads_verify_with_one_certificate(void **state)
{
	struct signed_case s;
	pthread_t threads[4];
	void *wrong;
	int i;

	(void)state;
	make_case(ALG_ES256, &s);
	for (i = 0; i < 4; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, verify_often, &s), 0);
	for (i = 0; i < 4; i++) {
		pthread_join(threads[i], &wrong);
		assert_null(wrong);
	}
	free_case(&s);
}

/* A PEM file of n certificates with other text around, CRLF line breaks. */
static void
write_pem(const char *path, const struct cert *c, int n, const char *end)
{
	char text[BASE64_LEN(CERT_LEN)];
	size_t len = base64_encode(c->der, c->len, text), i;
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs("subject=Leaf\r\n", f);
	for (; n > 0; n--) {
		fputs("-----BEGIN CERTIFICATE-----\r\n", f);
		for (i = 0; i < len; i += 64)
			fprintf(f, "%.*s\r\n",
			    (int)(len - i < 64 ? len - i : 64), text + i);
		fprintf(f, "%s\r\n", end);
	}
	fclose(f);
}

static void
certificates_are_loaded_from_pem_and_der(void **state)
{
	char path[64];
	struct make_cert m = plain();
	struct cert c, loaded[3];
	struct fault f;
	size_t n;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/cert_test.%ld", (long)getpid());
	make_cert(&m, &c);
	write_pem(path, &c, 3, "-----END CERTIFICATE-----");
	assert_int_equal(cert_load(path, loaded, 3, &n, &f), ERR_OK);
	assert_int_equal(n, 3);
	while (n > 0) {
		assert_memory_equal(loaded[--n].sha256, c.sha256, 32);
		cert_free(&loaded[n]);
	}
	assert_int_equal(cert_load(path, loaded, 2, &n, &f), ERR_TOO_LARGE);
	assert_int_equal(n, 0);
	write_pem(path, &c, 1, "-----END");
	assert_int_equal(cert_load(path, loaded, 3, &n, &f), ERR_CERT_SYNTAX);
	assert_int_equal(file_replace(path, c.der, c.len, 0600, &f), ERR_OK);
	assert_int_equal(cert_load(path, loaded, 3, &n, &f), ERR_OK);
	assert_int_equal(n, 1);
	cert_free(&loaded[0]);
	assert_int_equal(file_replace(path, "", 0, 0600, &f), ERR_OK);
	assert_int_equal(cert_load(path, loaded, 3, &n, &f), ERR_CERT_SYNTAX);
	unlink(path);
	assert_int_not_equal(cert_load(path, loaded, 3, &n, &f), ERR_OK);
	cert_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_string_type_of_a_name_is_read_as_utf8),
	    cmocka_unit_test(
		names_that_would_read_differently_elsewhere_are_refused),
	    cmocka_unit_test(an_organisation_named_twice_cannot_seal),
	    cmocka_unit_test(names_have_a_limit),
	    cmocka_unit_test(no_name_holds_a_nul),
	    cmocka_unit_test(no_unread_attribute_holds_a_nul),
	    cmocka_unit_test(malformed_structure_is_refused),
	    cmocka_unit_test(times_after_2049_are_read),
	    cmocka_unit_test(every_cut_is_refused_and_every_change_is_survived),
	    cmocka_unit_test(keys_that_would_make_forging_easy_are_refused),
	    cmocka_unit_test(signatures_of_all_algorithms_are_verified),
	    cmocka_unit_test(a_changed_signature_or_digest_is_found),
	    cmocka_unit_test(several_threads_verify_with_one_certificate),
	    cmocka_unit_test(certificates_are_loaded_from_pem_and_der),
	};

	return cmocka_run_group_tests(tests, make_key, free_key);
}
