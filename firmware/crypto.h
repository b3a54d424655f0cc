/*
 * crypto.h: the cryptography of the appliance and no more of it; wolfCrypt
 * stays behind this header. Hashes are common/sha256.h and sha512.h.
 *
 *	e = crypto_rng_init(&ctx->rng);
 *	e = crypto_key_generate(&ctx->rng, CRYPTO_P256, &key);
 *	e = crypto_sign(&key, digest, sizeof(digest), signature);
 *
 * Memory    the caller's; nothing is allocated, and nothing kept but multiples
 *           of public points (p256.h). A struct crypto_rng may be neither
 *           copied nor moved. What holds a secret is wiped by its owner with
 *           crypto_wipe
 * Chunks    whole values
 * Errors    ERR_INTERNAL: wolfCrypt failed, or an argument is out of its range;
 *           on the device that is a reason to halt. Others as stated
 * Trust     nothing before selftest() has passed. A signature was verified
 *           with its key before it is given out
 * Limits    as stated at each function
 */
#ifndef FIRMWARE_CRYPTO_H
#define FIRMWARE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

/* Octets of a scalar or coordinate: a curve's number here. The digest that is
 * signed is as long: SHA-256 with P-256, SHA-384 with P-384. */
enum crypto_curve {
	CRYPTO_P256 = 32,
	CRYPTO_P384 = 48,
};

#define CRYPTO_SCALAR_MAX 48
#define CRYPTO_SIGNATURE_MAX (2 * CRYPTO_SCALAR_MAX)
#define CRYPTO_AES_KEY 32
#define CRYPTO_AES_NONCE 12
#define CRYPTO_AES_TAG 16
#define CRYPTO_MAC 32

struct crypto_key {
	enum crypto_curve curve;
	uint8_t secret[CRYPTO_SCALAR_MAX]; /* d, big-endian */
	uint8_t point[2 * CRYPTO_SCALAR_MAX]; /* x, then y, one behind the other
					       */
};

/* Hash_DRBG with SHA-256 (SP 800-90A). */
struct crypto_rng {
	uint64_t state[32]; /* wolfCrypt's own; see the assertion in crypto.c */
};

/* Health test, then a seed by board_entropy. */
MUST_USE enum err crypto_rng_init(struct crypto_rng *rng);

/* Stirs in what comes from outside; it need not be random, secret or true. */
MUST_USE enum err crypto_rng_mix(
    struct crypto_rng *rng, const void *buf, size_t len);
MUST_USE enum err crypto_random(struct crypto_rng *rng, void *out, size_t len);

MUST_USE enum err crypto_key_generate(
    struct crypto_rng *rng, enum crypto_curve curve, struct crypto_key *key);

/* Computes the point of key->curve and key->secret. */
MUST_USE enum err crypto_key_derive(struct crypto_key *key);

/* ECDSA with the k of RFC 6979; len is that of the curve. r, then s, each as
 * long as the curve. The point must be that of the secret. */
MUST_USE enum err crypto_sign(const struct crypto_key *key,
    const uint8_t *digest, size_t len, uint8_t *signature);

/* Uses curve and point of key, which is not checked: one of ours, never one
 * from outside. ERR_SIGNATURE_INVALID. */
MUST_USE enum err crypto_verify(const struct crypto_key *key,
    const uint8_t *digest, size_t len, const uint8_t *signature);

/* k of RFC 6979 3.2, exposed for its vectors: HMAC with SHA-256 for 32 octets,
 * SHA-384 for 48. order is the curve's, as long as digest. */
void crypto_rfc6979_k(const uint8_t *secret, const uint8_t *order,
    const uint8_t *digest, size_t len, uint8_t *k);

/* AES-256-GCM; in and out may be the same. A nonce never twice under a key. */
MUST_USE enum err crypto_seal(const uint8_t key[static CRYPTO_AES_KEY],
    const uint8_t nonce[static CRYPTO_AES_NONCE], const void *aad,
    size_t aad_len, const uint8_t *in, size_t len, uint8_t *out,
    uint8_t tag[static CRYPTO_AES_TAG]);

/* ERR_REFUSED if the tag is wrong; then out is wiped. */
MUST_USE enum err crypto_open(const uint8_t key[static CRYPTO_AES_KEY],
    const uint8_t nonce[static CRYPTO_AES_NONCE], const void *aad,
    size_t aad_len, const uint8_t *in, size_t len, uint8_t *out,
    const uint8_t tag[static CRYPTO_AES_TAG]);

/* HMAC-SHA-256. */
MUST_USE enum err crypto_mac(const void *key, size_t key_len, const void *buf,
    size_t len, uint8_t out[static CRYPTO_MAC]);

/* HKDF-SHA-256 (RFC 5869), extract and expand; out_len up to 255 * 32. */
MUST_USE enum err crypto_hkdf(const void *secret, size_t secret_len,
    const void *salt, size_t salt_len, const void *info, size_t info_len,
    void *out, size_t out_len);

/* PBKDF2 with HMAC-SHA-256 (RFC 8018). */
MUST_USE enum err crypto_pbkdf2(const void *password, size_t password_len,
    const void *salt, size_t salt_len, unsigned rounds, void *out,
    size_t out_len);

/* In a time that depends on len only. */
bool crypto_equal(const void *a, const void *b, size_t len);
void crypto_wipe(void *buf, size_t len);

#endif
