/*
 * With the SHA extensions of x86: SHA256RNDS2 makes two rounds on the words
 * ABEF and CDGH, SHA256MSG1 and MSG2 the schedule. The two messages' rounds
 * alternate, so that one computes while the other waits.
 */
#include "host/base/sha_two.h"

#include <cpuid.h>
#include <immintrin.h>

#define WITH_SHA __attribute__((target("sha,sse4.1")))
#define GROUPS 16 /* of four rounds */

/* FIPS 180-4, 4.2.2 */
static const uint32_t K[4 * GROUPS] __attribute__((aligned(16))) = {0x428a2f98,
    0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
    0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74,
    0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6,
    0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152,
    0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351,
    0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354,
    0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70,
    0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
    0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa,
    0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* CPUID is slow on virtual machines: asked once. Two threads may both ask. */
bool
sha_two_is_there(void)
{
	static int known; /* 0: not asked yet, 1: no, 2: yes */
	int answer = __atomic_load_n(&known, __ATOMIC_RELAXED);
	unsigned a, b = 0, c, d;

	if (answer == 0) {
		answer = __builtin_cpu_supports("sse4.1") &&
			__get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 &&
			(b & bit_SHA) != 0
		    ? 2
		    : 1;
		__atomic_store_n(&known, answer, __ATOMIC_RELAXED);
	}
	return answer == 2;
}

struct lane {
	__m128i abef, cdgh, w[4]; /* the last sixteen words of the schedule */
};

WITH_SHA static inline __attribute__((always_inline)) void
load(struct lane *l, const uint32_t state[static 8])
{
	__m128i abcd = _mm_loadu_si128((const __m128i *)(const void *)state),
		efgh = _mm_loadu_si128(
		    (const __m128i *)(const void *)&state[4]);

	abcd = _mm_shuffle_epi32(abcd, 0xb1);
	efgh = _mm_shuffle_epi32(efgh, 0x1b);
	l->abef = _mm_alignr_epi8(abcd, efgh, 8);
	l->cdgh = _mm_blend_epi16(efgh, abcd, 0xf0);
}

WITH_SHA static inline __attribute__((always_inline)) void
store(const struct lane *l, uint32_t state[static 8])
{
	__m128i feba = _mm_shuffle_epi32(l->abef, 0x1b),
		dchg = _mm_shuffle_epi32(l->cdgh, 0xb1);

	_mm_storeu_si128(
	    (__m128i *)(void *)state, _mm_blend_epi16(feba, dchg, 0xf0));
	_mm_storeu_si128(
	    (__m128i *)(void *)&state[4], _mm_alignr_epi8(dchg, feba, 8));
}

/* Words 4g to 4g+3 of the schedule, from the block or from those before. */
WITH_SHA static inline __attribute__((always_inline)) __m128i
schedule(struct lane *l, const uint8_t *block, int g)
{
	const __m128i big_endian = _mm_set_epi64x(
	    0x0c0d0e0f08090a0b, 0x0405060700010203);
	__m128i *w = &l->w[g % 4], *last = &l->w[(g + 3) % 4];

	if (g < 4)
		*w = _mm_shuffle_epi8(
		    _mm_loadu_si128(
			(const __m128i *)(const void *)(block + 16 * g)),
		    big_endian);
	else
		*w = _mm_sha256msg2_epu32(
		    _mm_add_epi32(_mm_sha256msg1_epu32(*w, l->w[(g + 1) % 4]),
			_mm_alignr_epi8(*last, l->w[(g + 2) % 4], 4)),
		    *last);
	return *w;
}

WITH_SHA static inline __attribute__((always_inline)) void
four_rounds(struct lane *l, const uint8_t *block, int g)
{
	__m128i wk = _mm_add_epi32(schedule(l, block, g),
	    _mm_load_si128((const __m128i *)(const void *)&K[4 * g]));

	l->cdgh = _mm_sha256rnds2_epu32(l->cdgh, l->abef, wk);
	l->abef = _mm_sha256rnds2_epu32(
	    l->abef, l->cdgh, _mm_shuffle_epi32(wk, 0x0e));
}

WITH_SHA void
sha_two_blocks(uint32_t a_state[static 8], const uint8_t *a,
    uint32_t b_state[static 8], const uint8_t *b, size_t blocks)
{
	struct lane x, y;
	__m128i sum[4];

	load(&x, a_state);
	load(&y, b_state);
	for (; blocks > 0; blocks--) {
		sum[0] = x.abef;
		sum[1] = x.cdgh;
		sum[2] = y.abef;
		sum[3] = y.cdgh;
#pragma GCC unroll 16
		for (int g = 0; g < GROUPS; g++) {
			four_rounds(&x, a, g);
			four_rounds(&y, b, g);
		}
		x.abef = _mm_add_epi32(x.abef, sum[0]);
		x.cdgh = _mm_add_epi32(x.cdgh, sum[1]);
		y.abef = _mm_add_epi32(y.abef, sum[2]);
		y.cdgh = _mm_add_epi32(y.cdgh, sum[3]);
		a += SHA_TWO_BLOCK;
		b += SHA_TWO_BLOCK;
	}
	store(&x, a_state);
	store(&y, b_state);
}
