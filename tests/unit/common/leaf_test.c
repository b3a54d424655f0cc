#include "common/leaf.h"

#include "common/bounds.h"
#include "tests/unit/common/hex.h"
#include "tests/unit/common/tap.h"

static struct leaf
sample(void)
{
	struct leaf l;

	l.kind = KIND_JADES;
	l.profile = PROFILE_EDC;
	l.alg = ALG_ES256;
	l.index = 0x00010203;
	memset(l.certificate, 1, sizeof(l.certificate));
	memset(l.payload, 2, sizeof(l.payload));
	memset(l.tbs, 3, sizeof(l.tbs));
	memset(l.summary, 4, sizeof(l.summary));
	memset(l.salt, 5, sizeof(l.salt));
	return l;
}

static void
every_octet_stands_where_the_header_says(void)
{
	struct leaf l = sample();
	uint8_t octets[LEAF_SIZE], hash[32];

	leaf_encode(&l, octets);
	CHECK(memcmp(octets, "zegel-leaf-v1\1\1\7\0\1\2\3", 20) == 0);
	CHECK(octets[20] == 1 && octets[51] == 1 && octets[52] == 2);
	CHECK(octets[83] == 2 && octets[84] == 3 && octets[115] == 3);
	CHECK(octets[116] == 0 && octets[147] == 0 && octets[148] == 4);
	CHECK(octets[179] == 4 && octets[180] == 5 && octets[211] == 5);
	/* computed elsewhere */
	leaf_hash(&l, hash);
	CHECK(hex_equal(hash, 32,
	    "5cfd29694d2e3c94842f48aef43ee25491819d6fca1a1b8b2f84506f16112e8"
	    "f"));
}

static void
long_digests_are_kept_whole(void)
{
	struct leaf l = sample(), back;
	uint8_t octets[LEAF_SIZE];

	l.alg = ALG_ES512;
	leaf_encode(&l, octets);
	CHECK(octets[147] == 3);
	CHECK(leaf_decode(&back, octets) == ERR_OK);
	CHECK(back.tbs[63] == 3);
	l.alg = ALG_PS384;
	leaf_encode(&l, octets);
	CHECK(octets[131] == 3 && octets[132] == 0);
}

static void
what_is_read_is_what_was_written(void)
{
	struct leaf l = sample(), back;
	uint8_t octets[LEAF_SIZE], again[LEAF_SIZE];

	l.index = BOUND_BATCH - 1;
	leaf_encode(&l, octets);
	CHECK(leaf_decode(&back, octets) == ERR_OK);
	CHECK(back.kind == KIND_JADES && back.profile == PROFILE_EDC);
	CHECK(back.alg == ALG_ES256 && back.index == BOUND_BATCH - 1);
	leaf_encode(&back, again);
	CHECK(memcmp(octets, again, LEAF_SIZE) == 0);
}

/* Each octet that has rules, set to each value: decode may say yes only where
 * encode gives the same octets back. */
static void
accepts_only_what_encode_would_write(void)
{
	struct leaf l = sample(), back;
	uint8_t octets[LEAF_SIZE], again[LEAF_SIZE];
	size_t at, accepted = 0;
	unsigned value;

	for (at = 0; at < LEAF_SIZE; at++) {
		for (value = 0; value < 256; value++) {
			leaf_encode(&l, octets);
			octets[at] = (uint8_t)value;
			if (leaf_decode(&back, octets) != ERR_OK)
				continue;
			leaf_encode(&back, again);
			CHECK(memcmp(octets, again, LEAF_SIZE) == 0);
			CHECK(back.index < BOUND_BATCH);
			if (at < 20)
				accepted++;
		}
	}
	/* label 13, kinds 3, profiles 5, algorithms 9; octets of the index:
	 * 0x00, 0x00 to 0x01, 0x00 to 0x86, any */
	CHECK(accepted == 13 + 3 + 5 + 9 + 1 + 2 + 135 + 256);
}

static void
refuses_an_index_beyond_the_batch(void)
{
	struct leaf l = sample();
	uint8_t octets[LEAF_SIZE];

	l.index = BOUND_BATCH;
	leaf_encode(&l, octets);
	CHECK(leaf_decode(&l, octets) == ERR_LEAF_SYNTAX);
}

int
main(void)
{
	TAP_RUN(every_octet_stands_where_the_header_says);
	TAP_RUN(long_digests_are_kept_whole);
	TAP_RUN(what_is_read_is_what_was_written);
	TAP_RUN(accepts_only_what_encode_would_write);
	TAP_RUN(refuses_an_index_beyond_the_batch);
	return tap_done();
}
