/*
 * spki_verify.c: signatures checked with wolfCrypt. The key is imported anew
 * for every call: that takes 0.2 us of about 70 for P-256, and leaves nothing
 * that threads would have to share but known.h. What it saves are the tables
 * that wolfCrypt keeps of each thread's last keys: without them, it is 250 us.
 */
#include <pthread.h>
#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/asn.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/hash.h>
#include <wolfssl/wolfcrypt/rsa.h>

#include "host/x509/spki.h"

#include <string.h>

#include "common/bounds.h"
#include "host/base/known.h"

#define DIGEST_INFO 128 /* octets of DigestInfo around SHA-512, and more */

static const struct hash {
	size_t size;
	enum wc_HashType type;
	int oid, mgf;
} hashes[] = {
    {32, WC_HASH_TYPE_SHA256, SHA256h, WC_MGF1SHA256},
    {48, WC_HASH_TYPE_SHA384, SHA384h, WC_MGF1SHA384},
    {64, WC_HASH_TYPE_SHA512, SHA512h, WC_MGF1SHA512},
};

static const struct hash *
hash_of(size_t size)
{
	size_t i;

	for (i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
		if (hashes[i].size == size)
			return &hashes[i];
	}
	return NULL;
}

static int
curve_of(enum key_type key)
{
	switch (key) {
	case KEY_P256:
		return ECC_SECP256R1;
	case KEY_P384:
		return ECC_SECP384R1;
	case KEY_P521:
		return ECC_SECP521R1;
	case KEY_RSA:
		break;
	}
	return ECC_CURVE_INVALID;
}

static pthread_key_t tables;
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;
static bool tables_are_freed;

static void
free_tables(void *arg)
{
	(void)arg;
	wc_ecc_fp_free();
}

static void
make_key(void)
{
	tables_are_freed = pthread_key_create(&tables, free_tables) == 0;
}

void
spki_note_tables(void)
{
	pthread_once(&tables_once, make_key);
	if (tables_are_freed)
		(void)!pthread_setspecific(tables, &tables);
}

static enum err
verify_ecdsa(const struct spki *k, const uint8_t *digest, size_t digest_len,
    const uint8_t *signature, size_t signature_len)
{
	enum err e = ERR_SIGNATURE_INVALID;
	uint8_t der[2 * 66 + 16];
	size_t der_len;
	ecc_key key;
	int good = 0;

	if (signature_len != 2 * (size_t)k->coordinate)
		return ERR_SIGNATURE_INVALID;
	if (der_ecdsa_from_raw(
		signature, signature_len, der, sizeof(der), &der_len) != ERR_OK)
		return ERR_SIGNATURE_INVALID;
	if (wc_ecc_init(&key) != 0)
		return ERR_NO_MEMORY;
	spki_note_tables();
	if (wc_ecc_import_x963_ex(k->value.p, (word32)k->value.len, &key,
		curve_of(k->key)) == 0 &&
	    wc_ecc_verify_hash(der, (word32)der_len, digest, (word32)digest_len,
		&good, &key) == 0 &&
	    good == 1)
		e = ERR_OK;
	wc_ecc_free(&key);
	return e;
}

/* RFC 8017 8.2.2: the whole encoded message is compared, not parsed. */
static bool
pkcs1_good(RsaKey *key, const struct hash *hash, const uint8_t *digest,
    const uint8_t *signature, size_t len)
{
	uint8_t recovered[BOUND_SIGNATURE], expected[DIGEST_INFO];
	word32 n;
	int got;

	n = wc_EncodeSignature(expected, digest, (word32)hash->size, hash->oid);
	got = wc_RsaSSL_Verify(
	    signature, (word32)len, recovered, sizeof(recovered), key);
	return got > 0 && n > 0 && (word32)got == n &&
	    memcmp(recovered, expected, n) == 0;
}

static bool
pss_good(RsaKey *key, const struct hash *hash, size_t salt_len,
    const uint8_t *digest, const uint8_t *signature, const struct spki *k)
{
	uint8_t in[BOUND_SIGNATURE], encoded[BOUND_SIGNATURE];
	int got;

	memcpy(in, signature, k->value.len);
	got = wc_RsaPSS_Verify_ex(in, (word32)k->value.len, encoded,
	    sizeof(encoded), hash->type, hash->mgf, (int)salt_len, key);
	return got > 0 &&
	    wc_RsaPSS_CheckPadding_ex(digest, (word32)hash->size, encoded,
		(word32)got, hash->type, (int)salt_len, (int)k->bits) == 0;
}

static enum err
verify_rsa(const struct spki *k, const struct signature_scheme *scheme,
    const struct hash *hash, const uint8_t *digest, const uint8_t *signature,
    size_t len)
{
	enum err e = ERR_SIGNATURE_INVALID;
	RsaKey key;
	bool good;

	/* 5.2.2: exactly as long as the modulus, and below it */
	if (len != k->value.len || len > BOUND_SIGNATURE ||
	    memcmp(signature, k->value.p, len) >= 0)
		return e;
	if (wc_InitRsaKey(&key, NULL) != 0)
		return ERR_NO_MEMORY;
	if (wc_RsaPublicKeyDecodeRaw(k->value.p, (word32)k->value.len,
		k->exponent.p, (word32)k->exponent.len, &key) == 0) {
		good = scheme->family == ALG_RSA_PSS
		    ? pss_good(
			  &key, hash, scheme->salt_len, digest, signature, k)
		    : pkcs1_good(&key, hash, digest, signature, len);
		if (good)
			e = ERR_OK;
	}
	wc_FreeRsaKey(&key);
	return e;
}

/* All that the answer depends on. */
static void
question(struct known *out, const struct spki *k,
    const struct signature_scheme *scheme, const uint8_t *digest,
    const uint8_t *signature, size_t len)
{
	const uint8_t how[4] = {(uint8_t)k->key, (uint8_t)scheme->family,
	    (uint8_t)scheme->hash_size, (uint8_t)scheme->salt_len};
	const struct der_reader parts[5] = {der_reader(how, sizeof(how)),
	    k->value, k->exponent, der_reader(digest, scheme->hash_size),
	    der_reader(signature, len)};

	known_digest(out, KNOWN_SIGNATURE, parts, 5);
}

enum err
spki_verify(const struct spki *k, const struct signature_scheme *scheme,
    const uint8_t *digest, size_t digest_len, const uint8_t *signature,
    size_t signature_len)
{
	const struct hash *hash = hash_of(scheme->hash_size);
	struct known known;
	enum err e;

	if (hash == NULL ||
	    (k->key == KEY_RSA) == (scheme->family == ALG_ECDSA))
		return ERR_ALGORITHM;
	if (digest_len != hash->size)
		return ERR_SIGNATURE_INVALID;
	question(&known, k, scheme, digest, signature, signature_len);
	if (known_is(&known))
		return ERR_OK;
	e = k->key == KEY_RSA
	    ? verify_rsa(k, scheme, hash, digest, signature, signature_len)
	    : verify_ecdsa(k, digest, digest_len, signature, signature_len);
	if (e == ERR_OK)
		known_add(&known);
	return e;
}
