/*
 * The deterministic k of RFC 6979 3.2, for digests as long as the curve's
 * order: there bits2int changes nothing, and bits2octets subtracts the order
 * at most once (both orders are above half of their range).
 */
#include <string.h>

#include <wolfssl/wolfcrypt/hmac.h>

#include "boards/board.h"
#include "firmware/crypto.h"

/* HMAC under K of V, one octet if it is not -1, and two more parts if they are
 * there. The lengths are all len. */
static void
mac(const uint8_t *key, const uint8_t *v, int octet, const uint8_t *a,
    const uint8_t *b, size_t len, uint8_t *out)
{
	Hmac h;
	int r = wc_HmacInit(&h, NULL, INVALID_DEVID);
	uint8_t between = (uint8_t)octet;

	if (r == 0)
		r = wc_HmacSetKey(
		    &h, len == 32 ? WC_SHA256 : WC_SHA384, key, (word32)len);
	if (r == 0)
		r = wc_HmacUpdate(&h, v, (word32)len);
	if (r == 0 && octet != -1)
		r = wc_HmacUpdate(&h, &between, 1);
	if (r == 0 && a != NULL)
		r = wc_HmacUpdate(&h, a, (word32)len);
	if (r == 0 && b != NULL)
		r = wc_HmacUpdate(&h, b, (word32)len);
	if (r == 0)
		r = wc_HmacFinal(&h, out);
	crypto_wipe(&h, sizeof(h));
	if (r != 0)
		board_halt("HMAC failed");
}

/* out = a - b, true if that was below zero. Branches on nothing secret. */
static bool
subtract(const uint8_t *a, const uint8_t *b, size_t len, uint8_t *out)
{
	unsigned borrow = 0;

	for (size_t i = len; i-- > 0;) {
		unsigned d = 0x100u + a[i] - b[i] - borrow;

		out[i] = (uint8_t)d;
		borrow = 1 - (d >> 8);
	}
	return borrow != 0;
}

static bool
is_zero(const uint8_t *a, size_t len)
{
	uint8_t any = 0;

	for (size_t i = 0; i < len; i++)
		any |= a[i];
	return any == 0;
}

void
crypto_rfc6979_k(const uint8_t *secret, const uint8_t *order,
    const uint8_t *digest, size_t len, uint8_t *k)
{
	uint8_t key[CRYPTO_SCALAR_MAX] = {0};
	uint8_t h1[CRYPTO_SCALAR_MAX];
	uint8_t rest[CRYPTO_SCALAR_MAX];

	if (len != CRYPTO_P256 && len != CRYPTO_P384)
		board_halt("no such length of k");
	if (subtract(digest, order, len, h1))
		memcpy(h1, digest, len);

	memset(k, 1, len); /* V */
	mac(key, k, 0, secret, h1, len, key);
	mac(key, k, -1, NULL, NULL, len, k);
	mac(key, k, 1, secret, h1, len, key);
	mac(key, k, -1, NULL, NULL, len, k);
	for (;;) {
		mac(key, k, -1, NULL, NULL, len, k);
		if (!is_zero(k, len) && subtract(k, order, len, rest))
			break;
		mac(key, k, 0, NULL, NULL, len, key);
		mac(key, k, -1, NULL, NULL, len, k);
	}
	crypto_wipe(key, sizeof(key));
	crypto_wipe(h1, sizeof(h1));
	crypto_wipe(rest, sizeof(rest));
}
