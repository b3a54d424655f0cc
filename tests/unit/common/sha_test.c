#include "common/sha256.h"
#include "common/sha512.h"

#include "tests/unit/common/hex.h"
#include "tests/unit/common/tap.h"

/* The messages are those of FIPS 180-4's published examples. */
static const struct {
	const char *message, *sha256, *sha384, *sha512;
} example[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
	"274edebfe76f65fbd51ad2f14898b95b",
	"cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
	"47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	"cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
	"8086072ba1e7cc2358baeca134c825a7",
	"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
	"3391fdddfc8dc7393707a65b1b4709397cf8b1d162af05abfe8f450de5f36bc6"
	"b0455a8520bc4e6f5fe95b1fe3c8452b",
	"204a8fc6dda82f0a0ced7beb8e08a41657c16ef468b228a8279be331a703c335"
	"96fd15c13b1b07f9aa1d3bea57789ca031ad85c7a71dd70354ec631238ca3445"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
     "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
	"cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
	"09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712"
	"fcc7c71a557e2db966c3e9fa91746039",
	"8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
	"501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"},
};
#define EXAMPLES (sizeof(example) / sizeof(example[0]))

static void
hash_in_two_parts(const char *message, size_t at, uint8_t sha_256[32],
    uint8_t sha_384[48], uint8_t sha_512[64])
{
	size_t len = strlen(message);
	struct sha256 a;
	struct sha512 b, c;

	sha256_init(&a);
	sha256_push(&a, message, at);
	sha256_push(&a, message + at, len - at);
	sha256_finish(&a, sha_256);
	sha512_init(&b, SHA384_SIZE);
	sha512_push(&b, message, at);
	sha512_push(&b, message + at, len - at);
	sha512_finish(&b, sha_384);
	sha512_init(&c, SHA512_SIZE);
	sha512_push(&c, message, at);
	sha512_push(&c, message + at, len - at);
	sha512_finish(&c, sha_512);
}

static void
hashes_the_standards_examples_however_split(void)
{
	uint8_t a[32], b[48], c[64];
	size_t i, at;

	for (i = 0; i < EXAMPLES; i++) {
		for (at = 0; at <= strlen(example[i].message); at++) {
			hash_in_two_parts(example[i].message, at, a, b, c);
			CHECK(hex_equal(a, 32, example[i].sha256));
			CHECK(hex_equal(b, 48, example[i].sha384));
			CHECK(hex_equal(c, 64, example[i].sha512));
		}
		sha256(example[i].message, strlen(example[i].message), a);
		CHECK(hex_equal(a, 32, example[i].sha256));
	}
}

static void
hashes_a_million_letters(void)
{
	char letters[1000];
	uint8_t out[64];
	struct sha256 h;
	struct sha512 g;
	int i;

	memset(letters, 'a', sizeof(letters));
	sha256_init(&h);
	sha512_init(&g, SHA512_SIZE);
	for (i = 0; i < 1000; i++) {
		sha256_push(&h, letters, sizeof(letters));
		sha512_push(&g, letters, sizeof(letters));
	}
	sha256_finish(&h, out);
	CHECK(hex_equal(out, 32,
	    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd"
	    "0"));
	sha512_finish(&g, out);
	CHECK(hex_equal(out, 64,
	    "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
	    "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09"
	    "b"));
}

static void
a_copied_context_goes_its_own_way(void)
{
	uint8_t out[64];
	struct sha256 h, copy;
	struct sha512 g, other;

	sha256_init(&h);
	sha256_push(&h, "a", 1);
	copy = h;
	sha256_push(&copy, "bc", 2);
	sha256_push(&h, "xyz", 3);
	sha256_finish(&h, out);
	sha256_finish(&copy, out);
	CHECK(hex_equal(out, 32, example[1].sha256));

	sha512_init(&g, SHA384_SIZE);
	sha512_push(&g, "a", 1);
	other = g;
	sha512_push(&other, "bc", 2);
	sha512_push(&g, "xyz", 3);
	sha512_finish(&g, out);
	sha512_finish(&other, out);
	CHECK(hex_equal(out, 48, example[1].sha384));
}

/* Two messages of all lengths around blocks, each begun before at any place in
 * a block: as if each had been hashed for itself. */
static void
two_at_once_are_each_as_if_alone(void)
{
	static uint8_t buf[2][700];
	struct sha256 one[2], two[2];
	uint8_t expected[32], got[32];
	size_t begun[2], len[2], i;
	unsigned turn;

	for (i = 0; i < sizeof(buf[0]); i++) {
		buf[0][i] = (uint8_t)(i * 7 + i / 64);
		buf[1][i] = (uint8_t)(i * 13 + 5);
	}
	for (turn = 0; turn < 65 * 65; turn++) {
		begun[0] = turn % 65;
		begun[1] = turn / 65;
		len[0] = turn * 31 % 600;
		len[1] = turn * 17 % 600;
		for (i = 0; i < 2; i++) {
			sha256_init(&one[i]);
			sha256_push(&one[i], buf[i], begun[i]);
			two[i] = one[i];
			sha256_push(&one[i], buf[i] + begun[i], len[i]);
		}
		sha256_push_two(&two[0], buf[0] + begun[0], len[0], &two[1],
		    buf[1] + begun[1], len[1]);
		for (i = 0; i < 2; i++) {
			sha256_push(&one[i], "end", 3);
			sha256_push(&two[i], "end", 3);
			sha256_finish(&one[i], expected);
			sha256_finish(&two[i], got);
			if (memcmp(expected, got, 32) != 0) {
				CHECK(!"the digest differs");
				return;
			}
		}
	}
	CHECK(turn == 65 * 65);
}

int
main(void)
{
	TAP_RUN(hashes_the_standards_examples_however_split);
	TAP_RUN(hashes_a_million_letters);
	TAP_RUN(a_copied_context_goes_its_own_way);
	TAP_RUN(two_at_once_are_each_as_if_alone);
	return tap_done();
}
