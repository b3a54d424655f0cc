#include <string.h>

#include "common/sha256.h"
#include "common/sha512.h"
#include "firmware/crypto.h"
#include "firmware/selftest.h"
#include "firmware/selftest_answers.h"

static bool
sha_256(void)
{
	struct sha256 h;
	uint8_t out[SHA256_SIZE];

	sha256_init(&h);
	sha256_push(&h, "a", 1);
	sha256_push(&h, "bc", 2);
	sha256_finish(&h, out);
	return memcmp(out, answer_sha256, sizeof(out)) == 0;
}

static bool
sha_384(void)
{
	struct sha512 h;
	uint8_t out[SHA384_SIZE];

	sha512_init(&h, SHA384_SIZE);
	sha512_push(&h, "a", 1);
	sha512_push(&h, "bc", 2);
	sha512_finish(&h, out);
	return memcmp(out, answer_sha384, sizeof(out)) == 0;
}

static bool
hmac(void)
{
	static const char text[] = "what do ya want for nothing?";
	uint8_t out[CRYPTO_MAC];

	return crypto_mac("Jefe", 4, text, sizeof(text) - 1, out) == ERR_OK &&
	    memcmp(out, answer_hmac, sizeof(out)) == 0;
}

static void
count(uint8_t *out, size_t len, uint8_t first)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(first + i);
}

static bool
hkdf(void)
{
	uint8_t secret[22], salt[13], info[10];
	uint8_t out[sizeof(answer_hkdf)];

	memset(secret, 0x0b, sizeof(secret));
	count(salt, sizeof(salt), 0);
	count(info, sizeof(info), 0xf0);
	return crypto_hkdf(secret, sizeof(secret), salt, sizeof(salt), info,
		   sizeof(info), out, sizeof(out)) == ERR_OK &&
	    memcmp(out, answer_hkdf, sizeof(out)) == 0;
}

static bool
pbkdf2(void)
{
	uint8_t out[sizeof(answer_pbkdf2)];

	return crypto_pbkdf2("passwd", 6, "salt", 4, 1, out, sizeof(out)) ==
	    ERR_OK &&
	    memcmp(out, answer_pbkdf2, sizeof(out)) == 0;
}

static bool
aes_gcm(void)
{
	static const char text[] = "zegel self-test";
	uint8_t key[CRYPTO_AES_KEY], nonce[CRYPTO_AES_NONCE];
	uint8_t tag[CRYPTO_AES_TAG];
	uint8_t out[sizeof(text) - 1];

	count(key, sizeof(key), 0);
	count(nonce, sizeof(nonce), 0);
	if (crypto_seal(key, nonce, "aad", 3, (const uint8_t *)text,
		sizeof(out), out, tag) != ERR_OK ||
	    memcmp(out, answer_gcm, sizeof(out)) != 0 ||
	    memcmp(tag, answer_gcm_tag, sizeof(tag)) != 0)
		return false;
	if (crypto_open(key, nonce, "aad", 3, out, sizeof(out), out, tag) !=
		ERR_OK ||
	    memcmp(out, text, sizeof(out)) != 0)
		return false;
	tag[15] ^= 1;
	return crypto_open(key, nonce, "aad", 3, answer_gcm, sizeof(out), out,
		   tag) == ERR_REFUSED;
}

/* The point of a secret, the signature of "sample", and that a signature of
 * something else is refused. */
static bool
ecdsa(enum crypto_curve curve, const uint8_t *secret, const uint8_t *point,
    const uint8_t *answer)
{
	struct crypto_key key = {.curve = curve};
	uint8_t digest[SHA512_SIZE];
	uint8_t signature[CRYPTO_SIGNATURE_MAX];
	struct sha512 h;

	if (curve == CRYPTO_P256) {
		sha256("sample", 6, digest);
	} else {
		sha512_init(&h, SHA384_SIZE);
		sha512_push(&h, "sample", 6);
		sha512_finish(&h, digest);
	}
	memcpy(key.secret, secret, curve);
	if (crypto_key_derive(&key) != ERR_OK ||
	    memcmp(key.point, point, 2 * (size_t)curve) != 0)
		return false;
	if (crypto_sign(&key, digest, curve, signature) != ERR_OK ||
	    memcmp(signature, answer, 2 * (size_t)curve) != 0)
		return false;
	digest[0] ^= 1;
	return crypto_verify(&key, digest, curve, signature) ==
	    ERR_SIGNATURE_INVALID;
}

static bool
p256(void)
{
	return ecdsa(CRYPTO_P256, answer_p256_secret, answer_p256_point,
	    answer_p256_signature);
}

static bool
p384(void)
{
	return ecdsa(CRYPTO_P384, answer_p384_secret, answer_p384_point,
	    answer_p384_signature);
}

static const struct {
	const char *name;
	bool (*passes)(void);
} tests[] = {
    {"SHA-256 FAILED", sha_256},
    {"SHA-384 FAILED", sha_384},
    {"HMAC FAILED", hmac},
    {"HKDF FAILED", hkdf},
    {"PBKDF2 FAILED", pbkdf2},
    {"AES-GCM FAILED", aes_gcm},
    {"P-256 FAILED", p256},
    {"P-384 FAILED", p384},
};

const char *
selftest(void)
{
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		if (!tests[i].passes())
			return tests[i].name;
	}
	return NULL;
}
