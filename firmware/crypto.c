#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/error-crypt.h>
#include <wolfssl/wolfcrypt/hmac.h>
#include <wolfssl/wolfcrypt/pwdbased.h>
#include <wolfssl/wolfcrypt/random.h>

#include "boards/board.h"
#include "firmware/crypto.h"
#include "firmware/hmac.h"

_Static_assert(sizeof(WC_RNG) <= sizeof(((struct crypto_rng *)0)->state),
    "wolfCrypt's generator does not fit into struct crypto_rng");
_Static_assert(_Alignof(WC_RNG) <= _Alignof(struct crypto_rng),
    "wolfCrypt's generator needs a stricter alignment");

/* What wolfCrypt takes as a length. */
#define LENGTH_MAX ((size_t)INT32_MAX)

static enum err
result(int r)
{
	return r == 0 ? ERR_OK : ERR_INTERNAL;
}

/* wolfCrypt's only source of entropy (user_settings.h). */
int
crypto_board_seed(unsigned char *out, unsigned int len)
{
	return board_entropy(out, len) ? 0 : -1;
}

static WC_RNG *
generator(struct crypto_rng *rng)
{
	return (void *)rng->state;
}

enum err
crypto_rng_init(struct crypto_rng *rng)
{
	return result(wc_InitRng(generator(rng)));
}

enum err
crypto_rng_mix(struct crypto_rng *rng, const void *buf, size_t len)
{
	if (len > LENGTH_MAX)
		return ERR_INTERNAL;
	return result(wc_RNG_DRBG_Reseed(generator(rng), buf, (word32)len));
}

enum err
crypto_random(struct crypto_rng *rng, void *out, size_t len)
{
	if (len > LENGTH_MAX)
		return ERR_INTERNAL;
	return result(wc_RNG_GenerateBlock(generator(rng), out, (word32)len));
}

enum err
crypto_seal(const uint8_t key[static CRYPTO_AES_KEY],
    const uint8_t nonce[static CRYPTO_AES_NONCE], const void *aad,
    size_t aad_len, const uint8_t *in, size_t len, uint8_t *out,
    uint8_t tag[static CRYPTO_AES_TAG])
{
	Aes aes;
	int r;

	if (aad_len > LENGTH_MAX || len > LENGTH_MAX)
		return ERR_INTERNAL;
	r = wc_AesInit(&aes, NULL, INVALID_DEVID);
	if (r == 0)
		r = wc_AesGcmSetKey(&aes, key, CRYPTO_AES_KEY);
	if (r == 0)
		r = wc_AesGcmEncrypt(&aes, out, in, (word32)len, nonce,
		    CRYPTO_AES_NONCE, tag, CRYPTO_AES_TAG, aad,
		    (word32)aad_len);
	crypto_wipe(&aes, sizeof(aes));
	return result(r);
}

enum err
crypto_open(const uint8_t key[static CRYPTO_AES_KEY],
    const uint8_t nonce[static CRYPTO_AES_NONCE], const void *aad,
    size_t aad_len, const uint8_t *in, size_t len, uint8_t *out,
    const uint8_t tag[static CRYPTO_AES_TAG])
{
	Aes aes;
	int r;

	if (aad_len > LENGTH_MAX || len > LENGTH_MAX)
		return ERR_INTERNAL;
	r = wc_AesInit(&aes, NULL, INVALID_DEVID);
	if (r == 0)
		r = wc_AesGcmSetKey(&aes, key, CRYPTO_AES_KEY);
	if (r == 0)
		r = wc_AesGcmDecrypt(&aes, out, in, (word32)len, nonce,
		    CRYPTO_AES_NONCE, tag, CRYPTO_AES_TAG, aad,
		    (word32)aad_len);
	crypto_wipe(&aes, sizeof(aes));
	if (r != 0)
		crypto_wipe(out, len);
	return r == AES_GCM_AUTH_E ? ERR_REFUSED : result(r);
}

enum err
crypto_mac(const void *key, size_t key_len, const void *buf, size_t len,
    uint8_t out[static CRYPTO_MAC])
{
	Hmac h;
	int r;

	if (key_len > LENGTH_MAX || len > LENGTH_MAX)
		return ERR_INTERNAL;
	r = wc_HmacInit(&h, NULL, INVALID_DEVID);
	if (r == 0)
		r = wc_HmacSetKey(&h, WC_SHA256, key, (word32)key_len);
	if (r == 0)
		r = wc_HmacUpdate(&h, buf, (word32)len);
	if (r == 0)
		r = wc_HmacFinal(&h, out);
	crypto_wipe(&h, sizeof(h));
	return result(r);
}

enum err
crypto_hkdf(const void *secret, size_t secret_len, const void *salt,
    size_t salt_len, const void *info, size_t info_len, void *out,
    size_t out_len)
{
	if (secret_len > LENGTH_MAX || salt_len > LENGTH_MAX ||
	    info_len > LENGTH_MAX || out_len > (size_t)255 * CRYPTO_MAC)
		return ERR_INTERNAL;
	return result(wc_HKDF(WC_SHA256, secret, (word32)secret_len, salt,
	    (word32)salt_len, info, (word32)info_len, out, (word32)out_len));
}

enum err
crypto_pbkdf2(const void *password, size_t password_len, const void *salt,
    size_t salt_len, unsigned rounds, void *out, size_t out_len)
{
	if (password_len > LENGTH_MAX || salt_len > LENGTH_MAX ||
	    out_len > LENGTH_MAX || rounds == 0 || rounds > LENGTH_MAX)
		return ERR_INTERNAL;
	return result(wc_PBKDF2(out, password, (int)password_len, salt,
	    (int)salt_len, (int)rounds, (int)out_len, WC_SHA256));
}

bool
crypto_equal(const void *a, const void *b, size_t len)
{
	const uint8_t *p = a;
	const uint8_t *q = b;
	volatile uint8_t different = 0;

	for (size_t i = 0; i < len; i++)
		different |= p[i] ^ q[i];
	return different == 0;
}

void
crypto_wipe(void *buf, size_t len)
{
	hmac_wipe(buf, len);
}
