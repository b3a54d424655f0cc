/* Keys and signatures on the NIST curves. */
#include <string.h>

#include <wolfssl/wolfcrypt/ecc.h>

#include "firmware/crypto.h"
#include "firmware/p256.h"

/* FIPS 186-4 D.1.2: the order of each curve. */
static const uint8_t order_p256[CRYPTO_P256] = {0xff, 0xff, 0xff, 0xff, 0x00,
    0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
    0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc,
    0x63, 0x25, 0x51};
static const uint8_t order_p384[CRYPTO_P384] = {0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc7, 0x63, 0x4d, 0x81, 0xf4,
    0x37, 0x2d, 0xdf, 0x58, 0x1a, 0x0d, 0xb2, 0x48, 0xb0, 0xa7, 0x7a, 0xec,
    0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73};

static bool
is_curve(enum crypto_curve curve)
{
	return curve == CRYPTO_P256 || curve == CRYPTO_P384;
}

/* Writes a number that is known to be no longer than len. */
static int
put(const mp_int *number, uint8_t *out, size_t len)
{
	return mp_to_unsigned_bin_len(
	    (mp_int *)(uintptr_t)number, out, (int)len);
}

static int
put_point(const ecc_key *wolf, uint8_t *point)
{
	int r = put(wolf->pubkey.x, point, CRYPTO_P384);

	return r != 0 ? r
		      : put(wolf->pubkey.y, point + CRYPTO_P384, CRYPTO_P384);
}

static void
free_key(ecc_key *wolf)
{
	wc_ecc_free(wolf);
	crypto_wipe(wolf, sizeof(*wolf));
}

static int
derive_p384(struct crypto_key *key)
{
	ecc_key wolf;
	int r = wc_ecc_init(&wolf);

	if (r == 0)
		r = wc_ecc_import_private_key_ex(
		    key->secret, CRYPTO_P384, NULL, 0, &wolf, ECC_SECP384R1);
	if (r == 0)
		r = wc_ecc_make_pub(&wolf, NULL);
	if (r == 0)
		r = put_point(&wolf, key->point);
	free_key(&wolf);
	return r;
}

enum err
crypto_key_derive(struct crypto_key *key)
{
	if (key->curve == CRYPTO_P256)
		return p256_derive(key->secret, key->point);
	if (key->curve != CRYPTO_P384 || derive_p384(key) != 0)
		return ERR_INTERNAL;
	return ERR_OK;
}

/* A number that is no key, one of 2^32 at P-256, is as good as not drawn. */
enum err
crypto_key_generate(
    struct crypto_rng *rng, enum crypto_curve curve, struct crypto_key *key)
{
	unsigned tries = 8;
	enum err e;

	if (!is_curve(curve))
		return ERR_INTERNAL;
	crypto_wipe(key, sizeof(*key));
	key->curve = curve;
	do {
		e = crypto_random(rng, key->secret, curve);
		if (e == ERR_OK)
			e = crypto_key_derive(key);
	} while (e != ERR_OK && --tries > 0);
	if (e != ERR_OK)
		crypto_wipe(key, sizeof(*key));
	return e;
}

/* wolfCrypt wants a generator, and gets one that was never set up: if it did
 * not take our k, the signature would fail rather than be made with another. */
static int
sign_p384(const struct crypto_key *key, const uint8_t *digest, const uint8_t *k,
    uint8_t *signature)
{
	WC_RNG none = {0};
	mp_int r, s;
	ecc_key wolf;
	int result;

	result = wc_ecc_init(&wolf);
	if (result != 0)
		return result;
	result = mp_init_multi(&r, &s, NULL, NULL, NULL, NULL);
	if (result == 0)
		result = wc_ecc_import_private_key_ex(
		    key->secret, CRYPTO_P384, NULL, 0, &wolf, ECC_SECP384R1);
	if (result == 0)
		result = wc_ecc_sign_set_k(k, CRYPTO_P384, &wolf);
	if (result == 0)
		result = wc_ecc_sign_hash_ex(
		    digest, CRYPTO_P384, &none, &wolf, &r, &s);
	if (result == 0)
		result = put(&r, signature, CRYPTO_P384);
	if (result == 0)
		result = put(&s, signature + CRYPTO_P384, CRYPTO_P384);
	free_key(&wolf);
	return result;
}

static enum err
sign(const struct crypto_key *key, const uint8_t *digest, uint8_t *signature)
{
	bool small = key->curve == CRYPTO_P256;
	uint8_t k[CRYPTO_SCALAR_MAX];
	enum err e;

	crypto_rfc6979_k(key->secret, small ? order_p256 : order_p384, digest,
	    key->curve, k);
	if (small)
		e = p256_sign(key->secret, k, digest, signature);
	else
		e = sign_p384(key, digest, k, signature) == 0 ? ERR_OK
							      : ERR_INTERNAL;
	crypto_wipe(k, sizeof(k));
	return e;
}

enum err
crypto_sign(const struct crypto_key *key, const uint8_t *digest, size_t len,
    uint8_t *signature)
{
	enum err e;

	if (!is_curve(key->curve) || len != (size_t)key->curve)
		return ERR_INTERNAL;
	e = sign(key, digest, signature);
	if (e == ERR_OK)
		e = crypto_verify(key, digest, len, signature);
	/* A wrong signature can give the key away: a fault was perhaps meant.
	 */
	if (e != ERR_OK)
		crypto_wipe(signature, 2 * len);
	return e;
}

static bool
is_signature_p384(const struct crypto_key *key, const uint8_t *digest,
    const uint8_t *signature)
{
	mp_int r, s;
	ecc_key wolf;
	int result;
	int good = 0;

	if (wc_ecc_init(&wolf) != 0)
		return false;
	result = mp_init_multi(&r, &s, NULL, NULL, NULL, NULL);
	if (result == 0)
		result = wc_ecc_import_unsigned(&wolf, key->point,
		    key->point + CRYPTO_P384, NULL, ECC_SECP384R1);
	if (result == 0)
		result = mp_read_unsigned_bin(&r, signature, CRYPTO_P384);
	if (result == 0)
		result = mp_read_unsigned_bin(
		    &s, signature + CRYPTO_P384, CRYPTO_P384);
	if (result == 0)
		result = wc_ecc_verify_hash_ex(
		    &r, &s, digest, CRYPTO_P384, &good, &wolf);
	free_key(&wolf);
	return result == 0 && good == 1;
}

enum err
crypto_verify(const struct crypto_key *key, const uint8_t *digest, size_t len,
    const uint8_t *signature)
{
	if (!is_curve(key->curve) || len != (size_t)key->curve)
		return ERR_INTERNAL;
	if (key->curve == CRYPTO_P256)
		return p256_verify(key->point, digest, signature);
	return is_signature_p384(key, digest, signature)
	    ? ERR_OK
	    : ERR_SIGNATURE_INVALID;
}
