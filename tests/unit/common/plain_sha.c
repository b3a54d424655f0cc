/*
 * SHA-256, SHA-384 and SHA-512 after FIPS 180-4, plainly: for the 32-bit
 * runner, where no library is linked, and as a second opinion on the host's
 * back end. Speed does not matter here; being readable beside the standard
 * does, so the names are the standard's.
 */
#include "common/sha256.h"
#include "common/sha512.h"

#include <string.h>

#include "common/be.h"

/* 4.2.2 and 4.2.3: first 64 bits of the fractional parts of the cube roots of
 * the first eighty primes; SHA-256 takes the first 32 bits of the first 64. */
static const uint64_t K[80] = {0x428a2f98d728ae22, 0x7137449123ef65cd,
    0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
    0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c,
    0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1,
    0x9bdc06a725c71235, 0xc19bf174cf692694, 0xe49b69c19ef14ad2,
    0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4,
    0x76f988da831153b5, 0x983e5152ee66dfab, 0xa831c66d2db43210,
    0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2,
    0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
    0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8,
    0x81c2c92e47edaee6, 0x92722c851482353b, 0xa2bfe8a14cf10364,
    0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
    0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a,
    0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
    0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63,
    0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72,
    0x8cc702081a6439ec, 0x90befffa23631e28, 0xa4506cebde82bde9,
    0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
    0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
    0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae,
    0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493,
    0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c, 0x4cc5d4becb3e42b6,
    0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817};

static const uint64_t H256[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
static const uint64_t H384[8] = {0xcbbb9d5dc1059ed8, 0x629a292a367cd507,
    0x9159015a3070dd17, 0x152fecd8f70e5939, 0x67332667ffc00b31,
    0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4};
static const uint64_t H512[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b,
    0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1, 0x510e527fade682d1,
    0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};

struct plain256 {
	uint32_t H[8];
	uint64_t length; /* octets so far */
	uint8_t block[64];
};

struct plain512 {
	uint64_t H[8];
	uint64_t length;
	uint8_t block[128];
};

_Static_assert(sizeof(struct plain256) <= sizeof(((struct sha256 *)0)->state),
    "the plain SHA-256 context does not fit");
_Static_assert(sizeof(struct plain512) <= sizeof(((struct sha512 *)0)->state),
    "the plain SHA-512 context does not fit");

static uint32_t
rotr32(uint32_t x, unsigned n)
{
	return x >> n | x << (32 - n);
}

static uint64_t
rotr64(uint64_t x, unsigned n)
{
	return x >> n | x << (64 - n);
}

/* 6.2.2 */
static void
compress256(struct plain256 *c)
{
	uint32_t W[64], v[8], T1, T2;
	unsigned t;

	for (t = 0; t < 16; t++)
		W[t] = be32_get(c->block + 4 * t);
	for (; t < 64; t++) {
		uint32_t x = W[t - 15], y = W[t - 2];

		W[t] = W[t - 16] + (rotr32(x, 7) ^ rotr32(x, 18) ^ x >> 3) +
		    W[t - 7] + (rotr32(y, 17) ^ rotr32(y, 19) ^ y >> 10);
	}
	memcpy(v, c->H, sizeof(v));
	for (t = 0; t < 64; t++) {
		uint32_t a = v[0], b = v[1], d = v[2];
		uint32_t e = v[4], f = v[5], g = v[6];

		T1 = v[7] + (rotr32(e, 6) ^ rotr32(e, 11) ^ rotr32(e, 25)) +
		    ((e & f) ^ (~e & g)) + (uint32_t)(K[t] >> 32) + W[t];
		T2 = (rotr32(a, 2) ^ rotr32(a, 13) ^ rotr32(a, 22)) +
		    ((a & b) ^ (a & d) ^ (b & d));
		memmove(v + 1, v, 7 * sizeof(v[0]));
		v[4] += T1;
		v[0] = T1 + T2;
	}
	for (t = 0; t < 8; t++)
		c->H[t] += v[t];
}

/* 6.4.2 */
static void
compress512(struct plain512 *c)
{
	uint64_t W[80], v[8], T1, T2;
	unsigned t;

	for (t = 0; t < 16; t++)
		W[t] = be64_get(c->block + 8 * t);
	for (; t < 80; t++) {
		uint64_t x = W[t - 15], y = W[t - 2];

		W[t] = W[t - 16] + (rotr64(x, 1) ^ rotr64(x, 8) ^ x >> 7) +
		    W[t - 7] + (rotr64(y, 19) ^ rotr64(y, 61) ^ y >> 6);
	}
	memcpy(v, c->H, sizeof(v));
	for (t = 0; t < 80; t++) {
		uint64_t a = v[0], b = v[1], d = v[2];
		uint64_t e = v[4], f = v[5], g = v[6];

		T1 = v[7] + (rotr64(e, 14) ^ rotr64(e, 18) ^ rotr64(e, 41)) +
		    ((e & f) ^ (~e & g)) + K[t] + W[t];
		T2 = (rotr64(a, 28) ^ rotr64(a, 34) ^ rotr64(a, 39)) +
		    ((a & b) ^ (a & d) ^ (b & d));
		memmove(v + 1, v, 7 * sizeof(v[0]));
		v[4] += T1;
		v[0] = T1 + T2;
	}
	for (t = 0; t < 8; t++)
		c->H[t] += v[t];
}

void
sha256_init(struct sha256 *h)
{
	struct plain256 *c = (void *)h->state;
	unsigned i;

	memset(c, 0, sizeof(*c));
	for (i = 0; i < 8; i++)
		c->H[i] = (uint32_t)H256[i];
}

void
sha256_push(struct sha256 *h, const void *buf, size_t len)
{
	struct plain256 *c = (void *)h->state;
	const uint8_t *octets = buf;
	size_t i;

	for (i = 0; i < len; i++) {
		c->block[c->length++ % 64] = octets[i];
		if (c->length % 64 == 0)
			compress256(c);
	}
}

/* 5.1.1: a one bit, zeros, the length in bits. */
void
sha256_push_two(struct sha256 *a, const void *abuf, size_t alen,
    struct sha256 *b, const void *bbuf, size_t blen)
{
	sha256_push(a, abuf, alen);
	sha256_push(b, bbuf, blen);
}

void
sha256_finish(struct sha256 *h, uint8_t out[static SHA256_SIZE])
{
	static const uint8_t pad[64] = {0x80};
	struct plain256 *c = (void *)h->state;
	uint8_t bits[8];
	unsigned i;

	be64_put(bits, c->length * 8);
	sha256_push(h, pad, 1 + (119 - c->length % 64) % 64);
	sha256_push(h, bits, sizeof(bits));
	for (i = 0; i < 8; i++)
		be32_put(out + 4 * i, c->H[i]);
}

void
sha256(const void *buf, size_t len, uint8_t out[static SHA256_SIZE])
{
	struct sha256 h;

	sha256_init(&h);
	sha256_push(&h, buf, len);
	sha256_finish(&h, out);
}

void
sha512_init(struct sha512 *h, size_t size)
{
	struct plain512 *c = (void *)h->state;

	memset(c, 0, sizeof(*c));
	memcpy(c->H, size == SHA384_SIZE ? H384 : H512, sizeof(c->H));
	h->size = size;
}

void
sha512_push(struct sha512 *h, const void *buf, size_t len)
{
	struct plain512 *c = (void *)h->state;
	const uint8_t *octets = buf;
	size_t i;

	for (i = 0; i < len; i++) {
		c->block[c->length++ % 128] = octets[i];
		if (c->length % 128 == 0)
			compress512(c);
	}
}

/* 5.1.2: the length takes sixteen octets, of which eight are always zero. */
void
sha512_finish(struct sha512 *h, uint8_t out[static SHA384_SIZE])
{
	static const uint8_t pad[128] = {0x80};
	struct plain512 *c = (void *)h->state;
	uint8_t bits[16] = {0};
	unsigned i;

	be64_put(bits + 8, c->length * 8);
	sha512_push(h, pad, 1 + (239 - c->length % 128) % 128);
	sha512_push(h, bits, sizeof(bits));
	for (i = 0; i < h->size / 8; i++)
		be64_put(out + 8 * i, c->H[i]);
}
