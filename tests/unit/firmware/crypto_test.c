/*
 * crypto.h of the firmware, as the host runs it. The known answers are those of
 * selftest(); here is what a self-test does not ask. The board is this file.
 */
#include <setjmp.h>
#include <string.h>

#include "boards/board.h"
#include "common/sha256.h"
#include "firmware/crypto.h"
#include "firmware/selftest.h"
#include "tests/unit/common/tap.h"

static jmp_buf halted;
static bool seed_there = true;
static uint8_t seed_octet;
static uint8_t seed_step = 7;

_Noreturn void
board_halt(const char *reason)
{
	(void)reason;
	longjmp(halted, 1);
}

bool
board_entropy(uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(seed_octet + i * seed_step);
	return seed_there;
}

static struct crypto_rng rng;

static void
known_answers_are_found(void)
{
	const char *failed = selftest();

	if (failed != NULL)
		printf("# %s\n", failed);
	CHECK(failed == NULL);
}

static void
without_entropy_there_is_no_generator(void)
{
	seed_there = false;
	CHECK(crypto_rng_init(&rng) != ERR_OK);
	CHECK(crypto_random(&rng, &(uint8_t){0}, 1) != ERR_OK);
	seed_there = true;
}

static void
entropy_that_is_stuck_is_refused(void)
{
	seed_step = 0;
	CHECK(crypto_rng_init(&rng) != ERR_OK);
	seed_step = 7;
}

static void
random_octets_follow_seed_and_mix(void)
{
	struct crypto_rng a, b, c;
	uint8_t x[40], y[40], z[40];

	seed_octet = 1;
	CHECK(crypto_rng_init(&a) == ERR_OK);
	CHECK(crypto_rng_init(&b) == ERR_OK);
	seed_octet = 2;
	CHECK(crypto_rng_init(&c) == ERR_OK);
	CHECK(crypto_random(&a, x, sizeof(x)) == ERR_OK);
	CHECK(crypto_random(&b, y, sizeof(y)) == ERR_OK);
	CHECK(crypto_random(&c, z, sizeof(z)) == ERR_OK);
	CHECK(memcmp(x, y, sizeof(x)) == 0);
	CHECK(memcmp(x, z, sizeof(x)) != 0);
	CHECK(crypto_rng_mix(&b, "host", 4) == ERR_OK);
	CHECK(crypto_random(&a, x, sizeof(x)) == ERR_OK);
	CHECK(crypto_random(&b, y, sizeof(y)) == ERR_OK);
	CHECK(memcmp(x, y, sizeof(x)) != 0);
}

static void
sign_with(enum crypto_curve curve)
{
	struct crypto_key key, again;
	uint8_t digest[CRYPTO_SCALAR_MAX], first[CRYPTO_SIGNATURE_MAX];
	uint8_t second[CRYPTO_SIGNATURE_MAX];
	size_t len = curve;

	CHECK(crypto_random(&rng, digest, sizeof(digest)) == ERR_OK);
	CHECK(crypto_key_generate(&rng, curve, &key) == ERR_OK);
	again = key;
	memset(again.point, 0, sizeof(again.point));
	CHECK(crypto_key_derive(&again) == ERR_OK);
	CHECK(memcmp(again.point, key.point, 2 * len) == 0);

	CHECK(crypto_sign(&key, digest, len, first) == ERR_OK);
	CHECK(crypto_sign(&again, digest, len, second) == ERR_OK);
	CHECK(memcmp(first, second, 2 * len) == 0);
	for (size_t i = 0; i < 2 * len; i += 5) {
		second[i] ^= 0x20;
		CHECK(crypto_verify(&key, digest, len, second) ==
		    ERR_SIGNATURE_INVALID);
		second[i] ^= 0x20;
	}
	memset(second, 0, sizeof(second));
	CHECK(
	    crypto_verify(&key, digest, len, second) == ERR_SIGNATURE_INVALID);
	CHECK(crypto_sign(&key, digest, len == 32 ? 48 : 32, second) != ERR_OK);

	/* A point of another key: the fault that verification is there for. */
	again.point[3] ^= 1;
	memset(second, 1, sizeof(second));
	CHECK(crypto_sign(&again, digest, len, second) != ERR_OK);
	for (size_t i = 0; i < 2 * len; i++)
		CHECK(second[i] == 0);
}

static void
p256_signs_the_same_twice_and_gives_out_no_wrong_signature(void)
{
	sign_with(CRYPTO_P256);
}

static void
p384_signs_the_same_twice_and_gives_out_no_wrong_signature(void)
{
	sign_with(CRYPTO_P384);
}

static void
secrets_of_no_key_are_refused(void)
{
	static const enum crypto_curve curves[] = {CRYPTO_P256, CRYPTO_P384};
	struct crypto_key key;

	for (int i = 0; i < 2; i++) {
		memset(&key, 0, sizeof(key));
		key.curve = curves[i];
		CHECK(crypto_key_derive(&key) != ERR_OK); /* 0 */
		memset(key.secret, 0xff, sizeof(key.secret));
		CHECK(crypto_key_derive(&key) != ERR_OK); /* above the order */
	}
	key.curve = (enum crypto_curve)33;
	CHECK(crypto_key_derive(&key) != ERR_OK);
	CHECK(crypto_key_generate(&rng, (enum crypto_curve)66, &key) != ERR_OK);
}

static void
k_of_a_digest_above_the_order_is_reduced(void)
{
	uint8_t order[32], high[32], low[32] = {0}, secret[32] = {0};
	uint8_t a[32], b[32];

	/* Of this order, ff..ff is 0x7f..f more than 0x80..0. */
	memset(order, 0, sizeof(order));
	order[0] = 0x80;
	memset(high, 0xff, sizeof(high));
	memset(low, 0xff, sizeof(low));
	low[0] = 0x7f;
	secret[31] = 1;
	crypto_rfc6979_k(secret, order, high, 32, a);
	crypto_rfc6979_k(secret, order, low, 32, b);
	CHECK(memcmp(a, b, 32) == 0);
	CHECK(a[0] < 0x80);
}

static void
a_changed_octet_opens_nothing(void)
{
	uint8_t key[CRYPTO_AES_KEY] = {1}, nonce[CRYPTO_AES_NONCE] = {2};
	uint8_t text[33] = {3}, sealed[33], out[33], tag[CRYPTO_AES_TAG];

	CHECK(crypto_seal(key, nonce, "a", 1, text, sizeof(text), sealed,
		  tag) == ERR_OK);
	CHECK(memcmp(text, sealed, sizeof(text)) != 0);
	for (size_t i = 0; i < sizeof(text); i++) {
		sealed[i] ^= 1;
		memset(out, 0xee, sizeof(out));
		CHECK(crypto_open(key, nonce, "a", 1, sealed, sizeof(sealed),
			  out, tag) == ERR_REFUSED);
		CHECK(out[0] == 0 && out[32] == 0);
		sealed[i] ^= 1;
	}
	CHECK(crypto_open(key, nonce, "b", 1, sealed, sizeof(sealed), out,
		  tag) == ERR_REFUSED);
	CHECK(crypto_open(key, nonce, "a", 1, sealed, sizeof(sealed), out,
		  tag) == ERR_OK);
	CHECK(memcmp(out, text, sizeof(out)) == 0);
}

static void
equal_means_every_octet(void)
{
	uint8_t a[5] = {1, 2, 3, 4, 5}, b[5] = {1, 2, 3, 4, 5};

	CHECK(crypto_equal(a, b, 5));
	b[4] = 0x85;
	CHECK(!crypto_equal(a, b, 5));
	CHECK(crypto_equal(a, b, 4));
}

static void
wiped_is_all_of_it_and_nothing_beside(void)
{
	uint8_t a[80];
	size_t at, len, i;

	for (at = 1; at < 9; at++) {
		for (len = 0; len < 64; len++) {
			memset(a, 0xee, sizeof(a));
			crypto_wipe(a + at, len);
			for (i = 0; i < sizeof(a); i++)
				CHECK((a[i] == 0) == (i >= at && i < at + len));
		}
	}
}

static void
hash_contexts_that_were_copied_go_on_alone(void)
{
	struct sha256 a, b;
	uint8_t x[SHA256_SIZE], y[SHA256_SIZE], z[SHA256_SIZE];

	sha256_init(&a);
	sha256_push(&a, "ab", 2);
	b = a;
	sha256_push(&a, "c", 1);
	sha256_push(&b, "d", 1);
	sha256_finish(&a, x);
	sha256_finish(&b, y);
	sha256("abc", 3, z);
	CHECK(memcmp(x, z, sizeof(x)) == 0);
	sha256("abd", 3, z);
	CHECK(memcmp(y, z, sizeof(y)) == 0);
}

int
main(void)
{
	if (setjmp(halted) != 0) {
		printf("Bail out! the firmware halted\n");
		return 1;
	}
	TAP_RUN(known_answers_are_found);
	TAP_RUN(without_entropy_there_is_no_generator);
	TAP_RUN(entropy_that_is_stuck_is_refused);
	if (crypto_rng_init(&rng) != ERR_OK)
		return 1;
	TAP_RUN(random_octets_follow_seed_and_mix);
	TAP_RUN(p256_signs_the_same_twice_and_gives_out_no_wrong_signature);
	TAP_RUN(p384_signs_the_same_twice_and_gives_out_no_wrong_signature);
	TAP_RUN(secrets_of_no_key_are_refused);
	TAP_RUN(k_of_a_digest_above_the_order_is_reduced);
	TAP_RUN(a_changed_octet_opens_nothing);
	TAP_RUN(equal_means_every_octet);
	TAP_RUN(wiped_is_all_of_it_and_nothing_beside);
	TAP_RUN(hash_contexts_that_were_copied_go_on_alone);
	return tap_done();
}
