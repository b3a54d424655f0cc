/*
 * The host's SHA-2 against the plain one of the tests, which is compiled in
 * here under other names: two implementations by different hands.
 */
#define sha256_init plain_sha256_init
#define sha256_push plain_sha256_push
#define sha256_push_two plain_sha256_push_two
#define sha256_finish plain_sha256_finish
#define sha512_init plain_sha512_init
#define sha512_push plain_sha512_push
#define sha512_finish plain_sha512_finish
#define sha256(...) plain_sha256(__VA_ARGS__)
#include "tests/unit/common/plain_sha.c"
#undef sha256_init
#undef sha256_push
#undef sha256_push_two
#undef sha256_finish
#undef sha512_init
#undef sha512_push
#undef sha512_finish
#undef sha256

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* What the headers say, once more: their first reading was renamed. */
void sha256_init(struct sha256 *h);
void sha256_push(struct sha256 *h, const void *buf, size_t len);
void sha256_finish(struct sha256 *h, uint8_t out[static SHA256_SIZE]);
void sha256(const void *buf, size_t len, uint8_t out[static SHA256_SIZE]);
void sha512_init(struct sha512 *h, size_t size);
void sha512_push(struct sha512 *h, const void *buf, size_t len);
void sha512_finish(struct sha512 *h, uint8_t out[static SHA384_SIZE]);

#define LONGEST 700

static void
fill(uint8_t *buf, size_t len)
{
	uint32_t x = 1;

	while (len-- > 0) {
		x = x * 1664525 + 1013904223;
		*buf++ = (uint8_t)(x >> 24);
	}
}

static void
both_agree_at_every_length(void **state)
{
	uint8_t buf[LONGEST], ours[64], plain[64];
	struct sha512 h;
	size_t len, size;

	(void)state;
	fill(buf, sizeof(buf));
	for (len = 0; len <= LONGEST; len++) {
		sha256(buf, len, ours);
		plain_sha256(buf, len, plain);
		assert_memory_equal(ours, plain, SHA256_SIZE);
		for (size = SHA384_SIZE; size <= SHA512_SIZE; size += 16) {
			sha512_init(&h, size);
			sha512_push(&h, buf, len);
			sha512_finish(&h, ours);
			plain_sha512_init(&h, size);
			plain_sha512_push(&h, buf, len);
			plain_sha512_finish(&h, plain);
			assert_memory_equal(ours, plain, size);
		}
	}
}

static void
both_agree_when_pushed_in_pieces(void **state)
{
	uint8_t buf[LONGEST], ours[32], plain[32];
	struct sha256 a, b;
	size_t at, piece;

	(void)state;
	fill(buf, sizeof(buf));
	for (piece = 1; piece < 200; piece++) {
		sha256_init(&a);
		plain_sha256_init(&b);
		for (at = 0; at + piece <= LONGEST; at += piece) {
			sha256_push(&a, buf + at, piece);
			plain_sha256_push(&b, buf + at, piece);
		}
		sha256_finish(&a, ours);
		plain_sha256_finish(&b, plain);
		assert_memory_equal(ours, plain, SHA256_SIZE);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_agree_at_every_length),
	    cmocka_unit_test(both_agree_when_pushed_in_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
