/*
 * p256.h by vectors that were computed without it: on the host with one kind of
 * wolfCrypt's arithmetic, on a Cortex-M3 with the one of the appliance.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "boards/board.h"
#include "firmware/p256.h"
#include "tests/unit/common/hex.h"
#include "tests/unit/common/tap.h"
#include "tests/unit/firmware/p256_vectors.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define ORDER "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
#define ONES "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

/* What of the board is linked, and not used here. */
_Noreturn void
board_halt(const char *reason)
{
	printf("Bail out! %s\n", reason);
	exit(1);
}

bool
board_entropy(uint8_t *out, size_t len)
{
	(void)out;
	(void)len;
	return false;
}

/* Two numbers, one behind the other. */
static void
pair(const char *first, const char *second, uint8_t out[64])
{
	hex_octets(first, out);
	hex_octets(second, out + 32);
}

static void
sketch_of_the_header_works(void)
{
	uint8_t secret[32] = {1}, k[32] = {2}, digest[32] = {3};
	uint8_t point[64], signature[64];

	CHECK(p256_derive(secret, point) == ERR_OK);
	CHECK(p256_sign(secret, k, digest, signature) == ERR_OK);
	CHECK(p256_verify(point, digest, signature) == ERR_OK);
}

static void
secrets_have_these_points(void)
{
	uint8_t secret[32], want[64], point[64];

	for (size_t i = 0; i < COUNT(derivations); i++) {
		hex_octets(derivations[i].secret, secret);
		pair(derivations[i].x, derivations[i].y, want);
		CHECK(p256_derive(secret, point) == ERR_OK);
		CHECK(memcmp(point, want, 64) == 0);
	}
}

static void
signatures_are_these(void)
{
	uint8_t secret[32], k[32], digest[32], want[64], signature[64];

	for (size_t i = 0; i < COUNT(signatures); i++) {
		hex_octets(signatures[i].secret, secret);
		hex_octets(signatures[i].k, k);
		hex_octets(signatures[i].digest, digest);
		pair(signatures[i].r, signatures[i].s, want);
		CHECK(p256_sign(secret, k, digest, signature) == ERR_OK);
		CHECK(memcmp(signature, want, 64) == 0);
	}
}

static void
numbers_out_of_their_range_are_refused(void)
{
	static const char *const bad[] = {
	    "0000000000000000000000000000000000000000000000000000000000000000",
	    ORDER, ONES};
	uint8_t good[32] = {1}, octets[32], out[64];

	for (size_t i = 0; i < COUNT(bad); i++) {
		hex_octets(bad[i], octets);
		CHECK(p256_derive(octets, out) == ERR_INTERNAL);
		CHECK(p256_sign(octets, good, good, out) == ERR_INTERNAL);
		CHECK(p256_sign(good, octets, good, out) == ERR_INTERNAL);
	}
}

/* Also where a sum comes twice through a point, or through infinity. */
static void
what_is_a_signature_verifies_and_nothing_else(void)
{
	uint8_t point[64], digest[32], signature[64];
	enum err want;

	for (size_t i = 0; i < COUNT(verifications); i++) {
		pair(verifications[i].x, verifications[i].y, point);
		hex_octets(verifications[i].digest, digest);
		pair(verifications[i].r, verifications[i].s, signature);
		want = verifications[i].good ? ERR_OK : ERR_SIGNATURE_INVALID;
		if (p256_verify(point, digest, signature) == want)
			continue;
		printf("# %u: %s\n", (unsigned)i, verifications[i].name);
		CHECK(false);
	}
}

/* The multiples that are kept are those of this key, not of the one before. */
static void
keys_in_turns_are_kept_apart(void)
{
	uint8_t secret[2][32] = {{1}, {2}}, k[32] = {3}, digest[32] = {4};
	uint8_t point[2][64], signature[2][64];

	for (int i = 0; i < 2; i++) {
		CHECK(p256_derive(secret[i], point[i]) == ERR_OK);
		CHECK(p256_sign(secret[i], k, digest, signature[i]) == ERR_OK);
	}
	for (int i = 0; i < 4; i++) {
		CHECK(p256_verify(point[i % 2], digest, signature[i % 2]) ==
		    ERR_OK);
		CHECK(p256_verify(point[i % 2], digest, signature[1 - i % 2]) ==
		    ERR_SIGNATURE_INVALID);
	}
}

int
main(void)
{
	TAP_RUN(sketch_of_the_header_works);
	TAP_RUN(secrets_have_these_points);
	TAP_RUN(signatures_are_these);
	TAP_RUN(numbers_out_of_their_range_are_refused);
	TAP_RUN(what_is_a_signature_verifies_and_nothing_else);
	TAP_RUN(keys_in_turns_are_kept_apart);
	return tap_done();
}
