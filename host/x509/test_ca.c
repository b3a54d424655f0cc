/*
 * test_ca.c: certificates for test stations. Their names say TEST, so that
 * nobody takes a seal under them for more than it is.
 */
#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/random.h>

#include "host/x509/issue.h"

#include <stdio.h>
#include <string.h>

#include "common/bounds.h"
#include "host/base/hex.h"
#include "host/base/secret.h"
#include "host/x509/oid.h"
#include "host/x509/spki.h"
#include "host/x509/write.h"

#define DAY 86400
#define CA_DAYS 3650
#define SEAL_DAYS 730
#define SKEW 300 /* seconds that other clocks may be behind */
#define KEY_ID 20
#define PDS_URL "https://zegel.invalid/TEST"

struct test_ca_key {
	WC_RNG rng;
	ecc_key key;
	struct token_public_key public_key;
	uint8_t spki[SPKI_CAP];
};

/* RFC 7093 2, method 1: 160 bits of SHA-256 of the BIT STRING's value. */
static enum err
key_id(const uint8_t *spki, size_t len, uint8_t out[static KEY_ID])
{
	struct der_reader r = der_reader(spki, len), seq, part;
	uint8_t digest[SHA256_SIZE];
	enum err e;

	e = der_enter(&r, DER_SEQUENCE, &seq);
	if (e == ERR_OK)
		e = der_enter(&seq, DER_SEQUENCE, &part);
	if (e == ERR_OK)
		e = der_enter(&seq, DER_BIT_STRING, &part);
	if (e != ERR_OK || part.len < 2)
		return ERR_CERT_KEY;
	sha256(part.p + 1, part.len - 1, digest);
	memcpy(out, digest, KEY_ID);
	return ERR_OK;
}

static void
put_subject_key_id(struct der_writer *w, const uint8_t id[static KEY_ID])
{
	size_t mark = w->pos;

	der_put_value(w, DER_OCTET_STRING, id, KEY_ID);
	x509_wrap_extension(
	    w, OID_SUBJECT_KEY_ID, OID_LEN(OID_SUBJECT_KEY_ID), false, mark);
}

static void
put_authority_key_id(struct der_writer *w, const struct der_reader *id)
{
	size_t mark = w->pos;

	der_put_value(w, DER_CONTEXT_PRIMITIVE(0), id->p, id->len);
	der_wrap(w, DER_SEQUENCE, mark);
	x509_wrap_extension(w, OID_AUTHORITY_KEY_ID,
	    OID_LEN(OID_AUTHORITY_KEY_ID), false, mark);
}

/* A CA that issues no further CAs. */
static void
put_basic_constraints(struct der_writer *w)
{
	size_t mark = w->pos;

	der_put_value(w, DER_INTEGER, "\0", 1);
	der_put_value(w, DER_BOOLEAN, "\xff", 1);
	der_wrap(w, DER_SEQUENCE, mark);
	x509_wrap_extension(w, OID_BASIC_CONSTRAINTS,
	    OID_LEN(OID_BASIC_CONSTRAINTS), true, mark);
}

static void
put_validity(struct der_writer *w, int64_t from, int64_t to)
{
	size_t mark = w->pos;

	x509_put_time(w, to);
	x509_put_time(w, from);
	der_wrap(w, DER_SEQUENCE, mark);
}

/* What stands before the issuer: algorithm, serial, version. */
static void
put_start(struct der_writer *w, const struct alg *alg)
{
	uint8_t serial[16];
	size_t mark;

	secret_random(serial, sizeof(serial));
	serial[0] = (uint8_t)((serial[0] & 0x7f) | 0x40); /* positive */
	x509_put_algorithm(w, alg);
	der_put_value(w, DER_INTEGER, serial, sizeof(serial));
	mark = w->pos;
	der_put_value(w, DER_INTEGER, "\x02", 1); /* version 3 */
	der_wrap(w, DER_CONTEXT(0), mark);
	der_wrap(w, DER_SEQUENCE, w->cap);
}

enum err
test_ca_compose(
    const struct x509_signer *ca, int64_t now, uint8_t **der, size_t *len)
{
	const struct alg *alg = alg_get(ca->alg);
	uint8_t buf[BOUND_CERTIFICATE], id[KEY_ID];
	char cn[64], tail[9];
	struct x509_subject name = {
	    "Zegel TEST, not for production", NULL, NULL, cn};
	struct der_writer w;
	enum err e;

	*der = NULL;
	*len = 0;
	e = key_id(ca->spki, ca->spki_len, id);
	if (e != ERR_OK)
		return e;
	if (alg == NULL)
		return ERR_ALGORITHM;
	/* two test CAs must not share a name: paths are built by name */
	hex_encode(id, 4, tail);
	snprintf(cn, sizeof(cn), "Zegel TEST CA %s", tail);
	der_writer_init(&w, buf, sizeof(buf));
	put_subject_key_id(&w, id);
	x509_put_key_usage(
	    &w, CERT_KEY_USAGE_CERT_SIGN | CERT_KEY_USAGE_CRL_SIGN);
	put_basic_constraints(&w);
	der_wrap(&w, DER_SEQUENCE, w.cap);
	der_wrap(&w, DER_CONTEXT(3), w.cap);
	der_put(&w, ca->spki, ca->spki_len);
	x509_put_name(&w, &name);
	put_validity(&w, now - SKEW, now + (int64_t)CA_DAYS * DAY);
	x509_put_name(&w, &name);
	put_start(&w, alg);
	return x509_sign(&w, ca, der, len);
}

/* The issuer must be the certificate of the key that signs. */
static enum err
check_ca(const struct cert *ca_cert, const struct x509_signer *ca)
{
	if (!ca_cert->is_ca || ca_cert->subject_key_id.len == 0)
		return ERR_CERT_CHAIN;
	return ca_cert->spki_len == ca->spki_len &&
		memcmp(ca_cert->spki, ca->spki, ca->spki_len) == 0
	    ? ERR_OK
	    : ERR_CERT_KEY;
}

enum err
test_seal_certificate_compose(const struct x509_subject *subject,
    const uint8_t *spki, size_t spki_len, const struct cert *ca_cert,
    const struct x509_signer *ca, int64_t now, uint8_t **der, size_t *len)
{
	const struct alg *alg = alg_get(ca->alg);
	uint8_t buf[BOUND_CERTIFICATE], id[KEY_ID];
	int64_t end = now + (int64_t)SEAL_DAYS * DAY;
	struct x509_subject name = *subject;
	char cn[CERT_TEXT + 8];
	struct der_writer w;
	struct spki k;
	enum err e;

	*der = NULL;
	*len = 0;
	if (alg == NULL)
		return ERR_ALGORITHM;
	e = x509_check_subject(subject);
	if (e == ERR_OK)
		e = check_ca(ca_cert, ca);
	if (e == ERR_OK)
		e = spki_read(spki, spki_len, &k);
	if (e == ERR_OK)
		e = key_id(spki, spki_len, id);
	if (e != ERR_OK)
		return e;
	snprintf(cn, sizeof(cn), "%s (TEST)", subject->common_name);
	name.common_name = cn;
	e = x509_check_subject(&name);
	if (e != ERR_OK)
		return e;
	der_writer_init(&w, buf, sizeof(buf));
	x509_put_qc_statements(&w, PDS_URL);
	put_subject_key_id(&w, id);
	put_authority_key_id(&w, &ca_cert->subject_key_id);
	x509_put_key_usage(&w, CERT_KEY_USAGE_NON_REPUDIATION);
	der_wrap(&w, DER_SEQUENCE, w.cap);
	der_wrap(&w, DER_CONTEXT(3), w.cap);
	der_put(&w, spki, spki_len);
	x509_put_name(&w, &name);
	put_validity(&w, now - SKEW,
	    end < ca_cert->not_after ? end : ca_cert->not_after);
	der_put(&w, ca_cert->subject.p, ca_cert->subject.len);
	put_start(&w, alg);
	return x509_sign(&w, ca, der, len);
}

static enum err
sign(void *arg, const uint8_t *digest, size_t digest_len, uint8_t *signature,
    size_t cap, size_t *signature_len)
{
	struct test_ca_key *k = arg;
	uint8_t der[80];
	word32 der_len = sizeof(der);

	if (cap < 64 ||
	    wc_ecc_sign_hash(digest, (word32)digest_len, der, &der_len, &k->rng,
		&k->key) != 0)
		return ERR_INTERNAL;
	*signature_len = 64;
	return der_ecdsa_to_raw(der, der_len, signature, 32);
}

enum err
test_ca_key_new(struct test_ca_key **key, struct x509_signer *signer)
{
	struct test_ca_key *k;
	enum err e = ERR_INTERNAL;
	word32 n;

	*key = NULL;
	k = secret_alloc(sizeof(*k));
	if (k == NULL)
		return ERR_NO_MEMORY;
	memset(k, 0, sizeof(*k));
	if (wc_InitRng(&k->rng) != 0)
		goto no_rng;
	if (wc_ecc_init(&k->key) != 0)
		goto no_key;
	n = sizeof(k->public_key.value);
	if (wc_ecc_make_key_ex(&k->rng, 32, &k->key, ECC_SECP256R1) != 0 ||
	    wc_ecc_export_x963(&k->key, k->public_key.value, &n) != 0)
		goto failed;
	k->public_key.type = TOKEN_P256;
	k->public_key.value_len = n;
	e = spki_from_token_key(
	    &k->public_key, k->spki, sizeof(k->spki), &signer->spki_len);
	if (e != ERR_OK)
		goto failed;
	signer->alg = ALG_ES256;
	signer->spki = k->spki;
	signer->sign = sign;
	signer->arg = k;
	*key = k;
	return ERR_OK;
failed:
	wc_ecc_free(&k->key);
no_key:
	wc_FreeRng(&k->rng);
no_rng:
	secret_free(k, sizeof(*k));
	return e;
}

void
test_ca_key_free(struct test_ca_key *key)
{
	if (key == NULL)
		return;
	wc_ecc_free(&key->key);
	wc_FreeRng(&key->rng);
	secret_free(key, sizeof(*key));
}
