#include "common/merkle.h"

#include "common/be.h"
#include "tests/unit/common/hex.h"
#include "tests/unit/common/tap.h"

#define LEAVES 100

static uint8_t leaf[LEAVES][SHA256_SIZE];

/* Leaf number i is over its number as four octets. */
static void
make_leaves(void)
{
	uint8_t octets[4];
	uint32_t i;

	for (i = 0; i < LEAVES; i++) {
		be32_put(octets, i);
		merkle_leaf(octets, sizeof(octets), leaf[i]);
	}
}

static void
root_of(size_t first, size_t end, uint8_t out[static SHA256_SIZE])
{
	struct merkle m;

	merkle_init(&m);
	for (; first < end; first++)
		CHECK(merkle_push(&m, leaf[first]) == ERR_OK);
	merkle_root(&m, out);
}

static void
roots_are_those_of_the_standard(void)
{
	/* computed elsewhere with the recursion of RFC 6962 2.1 */
	static const struct {
		size_t n;
		const char *root;
	} known[] = {
	    {0,
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b"
		"855"},
	    {1,
		"8855508aade16ec573d21e6a485dfd0a7624085c1a14b5ecdd6485de0c683"
		"9a4"},
	    {2,
		"50746ee02c3fda32e421ddc1bbf3f20b50ce18738d48709cb6d0ad13f2bda"
		"bb7"},
	    {3,
		"e4b0b8adadc95bb54949a5993c44797855d5acc2f863aab6435b74799e4c3"
		"484"},
	    {5,
		"efb01591aed96c37c3d8ea64ffbf685f000db88652fdfbaece8d54f3bdc1e"
		"e36"},
	    {7,
		"d62b43d7342d2e73a4a8910565cffb0dd6c07f65f9b8647417ad8d5c86bed"
		"8d8"},
	    {8,
		"de1179c92dc98db5358961ded727f4b71474a71aa3e4053cf9e266d24cfb7"
		"54a"},
	    {13,
		"422d634c508507e68ab894b896e17abf4b1aca1fc81d2cd201e82b5221aa"
		"49c3"},
	    {64,
		"54dd1c2aaf0a20c174fc9df80919a65ef5b240dc55890e91daec1cdd063c"
		"6f1e"},
	    {100,
		"740488a3c43c052bfb21dd92199095914175ef355679e09a446f569db63"
		"e3f5b"},
	};
	uint8_t root[SHA256_SIZE];
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		root_of(0, known[i].n, root);
		CHECK(hex_equal(root, sizeof(root), known[i].root));
	}
}

static void
every_leaf_can_be_proved_and_no_other(void)
{
	uint8_t proof[MERKLE_PROOF_MAX][SHA256_SIZE], root[SHA256_SIZE];
	const uint8_t(*p)[SHA256_SIZE] = (const void *)proof;
	const uint8_t(*all)[SHA256_SIZE] = (const void *)leaf;
	uint64_t n, i;
	size_t len;

	for (n = 1; n <= 40; n++) {
		root_of(0, n, root);
		for (i = 0; i < n; i++) {
			len = merkle_prove(all, n, i, proof);
			CHECK(merkle_check_inclusion(
				  leaf[i], i, n, p, len, root) == ERR_OK);
			CHECK(merkle_check_inclusion(leaf[i + 1], i, n, p, len,
				  root) == ERR_MERKLE_PROOF);
			CHECK(merkle_check_inclusion(leaf[i], i + 1, n, p, len,
				  root) == ERR_MERKLE_PROOF);
			CHECK(merkle_check_inclusion(leaf[i], i, n, p, len + 1,
				  root) == ERR_MERKLE_PROOF);
			if (len == 0)
				continue;
			CHECK(merkle_check_inclusion(leaf[i], i, n, p, len - 1,
				  root) == ERR_MERKLE_PROOF);
			proof[len / 2][5] ^= 0x10;
			CHECK(merkle_check_inclusion(leaf[i], i, n, p, len,
				  root) == ERR_MERKLE_PROOF);
		}
	}
	CHECK(merkle_prove(all, 4, 4, proof) == 0);
}

static void
a_node_of_the_tree_is_no_leaf(void)
{
	uint8_t root[SHA256_SIZE];
	const uint8_t(*p)[SHA256_SIZE] = (const void *)leaf;

	/* the path ends where it began, two levels too high */
	root_of(0, 4, root);
	CHECK(
	    merkle_check_inclusion(root, 0, 4, p, 0, root) == ERR_MERKLE_PROOF);
	root_of(0, 1, root);
	CHECK(merkle_check_inclusion(root, 0, 1, p, 0, root) == ERR_OK);
}

static size_t
below(size_t n)
{
	size_t k = 1;

	while (2 * k < n)
		k *= 2;
	return k;
}

/* SUBPROOF of RFC 9162 2.1.4.1, as it is written there. */
static size_t
subproof(
    size_t m, size_t first, size_t end, int whole, uint8_t (*out)[SHA256_SIZE])
{
	size_t n = end - first, k, len;

	if (m == n) {
		if (whole)
			return 0;
		root_of(first, end, out[0]);
		return 1;
	}
	k = below(n);
	if (m <= k) {
		len = subproof(m, first, first + k, whole, out);
		root_of(first + k, end, out[len]);
	} else {
		len = subproof(m - k, first + k, end, 0, out);
		root_of(first, first + k, out[len]);
	}
	return len + 1;
}

static void
a_grown_tree_is_told_from_another_tree(void)
{
	uint8_t proof[MERKLE_PROOF_MAX][SHA256_SIZE];
	uint8_t old[SHA256_SIZE], new[SHA256_SIZE];
	const uint8_t(*p)[SHA256_SIZE] = (const void *)proof;
	size_t m, n, len, i;

	for (n = 2; n <= 33; n++) {
		root_of(0, n, new);
		for (m = 1; m < n; m++) {
			root_of(0, m, old);
			len = subproof(m, 0, n, 1, proof);
			CHECK(merkle_check_consistency(
				  m, old, n, new, p, len) == ERR_OK);
			CHECK(merkle_check_consistency(m, old, n, new, p,
				  len - 1) == ERR_MERKLE_PROOF);
			CHECK(merkle_check_consistency(m, old, n, new, p,
				  len + 1) == ERR_MERKLE_PROOF);
			CHECK(merkle_check_consistency(
				  m, new, n, old, p, len) == ERR_MERKLE_PROOF);
			old[0] ^= 1;
			CHECK(merkle_check_consistency(
				  m, old, n, new, p, len) == ERR_MERKLE_PROOF);
			old[0] ^= 1;
			new[0] ^= 1;
			CHECK(merkle_check_consistency(
				  m, old, n, new, p, len) == ERR_MERKLE_PROOF);
			new[0] ^= 1;
			for (i = 0; i < len; i++) {
				proof[i][31] ^= 1;
				CHECK(merkle_check_consistency(m, old, n, new,
					  p, len) == ERR_MERKLE_PROOF);
				proof[i][31] ^= 1;
			}
		}
	}
}

static void
sizes_that_need_no_proof_get_none(void)
{
	uint8_t empty[SHA256_SIZE], one[SHA256_SIZE], two[SHA256_SIZE];
	const uint8_t(*p)[SHA256_SIZE] = (const void *)leaf;

	root_of(0, 0, empty);
	root_of(0, 1, one);
	root_of(0, 2, two);
	CHECK(merkle_check_consistency(0, empty, 2, two, p, 0) == ERR_OK);
	CHECK(merkle_check_consistency(2, two, 2, two, p, 0) == ERR_OK);
	CHECK(merkle_check_consistency(0, empty, 0, empty, p, 0) == ERR_OK);
	CHECK(
	    merkle_check_consistency(0, one, 2, two, p, 0) == ERR_MERKLE_PROOF);
	CHECK(
	    merkle_check_consistency(0, one, 0, one, p, 0) == ERR_MERKLE_PROOF);
	CHECK(merkle_check_consistency(0, empty, 2, two, p, 1) ==
	    ERR_MERKLE_PROOF);
	CHECK(
	    merkle_check_consistency(2, one, 2, two, p, 0) == ERR_MERKLE_PROOF);
	CHECK(
	    merkle_check_consistency(2, two, 2, two, p, 1) == ERR_MERKLE_PROOF);
	CHECK(
	    merkle_check_consistency(2, two, 1, one, p, 0) == ERR_MERKLE_PROOF);
	CHECK(merkle_check_inclusion(one, 0, 0, p, 0, one) == ERR_MERKLE_PROOF);
}

static void
refuses_more_leaves_than_it_has_levels_for(void)
{
	struct merkle m;

	merkle_init(&m);
	m.size = UINT32_MAX - 1;
	CHECK(merkle_push(&m, leaf[0]) == ERR_OK);
	CHECK(merkle_push(&m, leaf[0]) == ERR_TOO_LARGE);
	CHECK(m.size == UINT32_MAX);
}

int
main(void)
{
	make_leaves();
	TAP_RUN(roots_are_those_of_the_standard);
	TAP_RUN(every_leaf_can_be_proved_and_no_other);
	TAP_RUN(a_node_of_the_tree_is_no_leaf);
	TAP_RUN(a_grown_tree_is_told_from_another_tree);
	TAP_RUN(sizes_that_need_no_proof_get_none);
	TAP_RUN(refuses_more_leaves_than_it_has_levels_for);
	return tap_done();
}
