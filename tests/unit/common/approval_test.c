#include "common/approval.h"

#include "common/bounds.h"
#include "tests/unit/common/hex.h"
#include "tests/unit/common/tap.h"

static struct approval
sample(void)
{
	struct approval a;

	memset(a.nonce, 1, sizeof(a.nonce));
	memset(a.root, 2, sizeof(a.root));
	a.count = BOUND_BATCH;
	memset(a.certificate, 3, sizeof(a.certificate));
	memset(a.station, 4, sizeof(a.station));
	memset(a.origin, 5, sizeof(a.origin));
	a.counter = 0x0102030405060708;
	memset(a.firmware, 6, sizeof(a.firmware));
	a.board_class = 9;
	a.time = 1700000000;
	a.expires = 1700003600;
	return a;
}

static void
every_octet_stands_where_the_header_says(void)
{
	struct approval a = sample();
	uint8_t octets[APPROVAL_SIZE], digest[32];

	approval_encode(&a, octets);
	CHECK(memcmp(octets, "zegel-approval-v1", 17) == 0);
	CHECK(octets[17] == 1 && octets[48] == 1 && octets[49] == 2);
	CHECK(octets[80] == 2 && octets[84] == (BOUND_BATCH & 255));
	CHECK(octets[85] == 3 && octets[117] == 4 && octets[149] == 5);
	CHECK(octets[181] == 1 && octets[188] == 8 && octets[189] == 6);
	CHECK(octets[220] == 6 && octets[221] == 9 && octets[222] == 0);
	/* computed elsewhere */
	approval_digest(&a, digest);
	CHECK(hex_equal(digest, 32,
	    "8e0d67a34455d9fcd9ee887586a6a10760bffb4f8ce5751f68a93d2f03d9d3c"
	    "6"));
}

static void
what_is_read_is_what_was_written(void)
{
	struct approval a = sample(), back;
	uint8_t octets[APPROVAL_SIZE], again[APPROVAL_SIZE];

	approval_encode(&a, octets);
	CHECK(approval_decode(&back, octets) == ERR_OK);
	CHECK(back.count == a.count && back.counter == a.counter);
	CHECK(back.time == a.time && back.expires == a.expires);
	CHECK(back.board_class == a.board_class);
	approval_encode(&back, again);
	CHECK(memcmp(octets, again, APPROVAL_SIZE) == 0);
}

static void
refuses(const struct approval *a)
{
	struct approval back;
	uint8_t octets[APPROVAL_SIZE];

	approval_encode(a, octets);
	CHECK(approval_decode(&back, octets) == ERR_APPROVAL_SYNTAX);
}

static void
refuses_counts_and_times_that_cannot_be(void)
{
	struct approval a = sample();

	a.count = 0;
	refuses(&a);
	a.count = BOUND_BATCH + 1;
	refuses(&a);
	a = sample();
	a.expires = a.time - 1;
	refuses(&a);
}

static void
refuses_another_label(void)
{
	struct approval a = sample(), back;
	uint8_t octets[APPROVAL_SIZE];
	size_t i;

	for (i = 0; i < 17; i++) {
		approval_encode(&a, octets);
		octets[i] ^= 1;
		CHECK(approval_decode(&back, octets) == ERR_APPROVAL_SYNTAX);
	}
}

int
main(void)
{
	TAP_RUN(every_octet_stands_where_the_header_says);
	TAP_RUN(what_is_read_is_what_was_written);
	TAP_RUN(refuses_counts_and_times_that_cannot_be);
	TAP_RUN(refuses_another_label);
	return tap_done();
}
