/* hsm/public.h: SubjectPublicKeyInfo from a token; hsm/uri.h: its texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "host/base/hex.h"
#include "hsm/public.h"
#include "hsm/uri.h"

static const struct {
	enum token_key_type type; /* 0: not for us */
	const char *spki;
} keys[] = {
    {TOKEN_P256,
	"3059301306072a8648ce3d020106082a8648ce3d030107034200043a01fa312f"
	"19377eeb0a99bb9d3217a8574a26b22f2d184faf83bb496859c9967c2e2a873d"
	"c0357b63d05ffa57584254c602f1361806252e23c9bd64386a79bc"},
    {TOKEN_P384,
	"3076301006072a8648ce3d020106052b8104002203620004416bb011e949defa"
	"9cbe670c08abe413d6f800ae804205014c21aafabd7b65f20bc061cff575a7de"
	"c6abc3ea5058edc1be44a3d35f9251022a91c479042341a2778b5540e7729464"
	"7190c16b54fb6360ee52391b0701436a48b9999160e66187"},
    {TOKEN_P521,
	"30819b301006072a8648ce3d020106052b8104002303818600040155cf8f42c5"
	"dd367bb97ccf484ce4708dc150aa3253cb7ed2bd3fda3c7d48fdb69fc7039a40"
	"a2040e5474072510a86b9ed61def001f834a9050fb90f3ad4b4ff630011a9aa4"
	"0a0f485680dfc601e51a40edba10509b2516f2ccc2e5f28274934b8457fce47f"
	"74bc9a99821e037334bacae09e2033c61042b96fd9c2a97d1d6f71cb2357"},
    {TOKEN_RSA,
	"30819f300d06092a864886f70d010101050003818d0030818902818100e07e01"
	"94348f977146543d80f0e42b59e467c67ce427575d7cad5733e96cbb8ccb8dc1"
	"8a04a5fec041695da1b6cf68f94fbb57c54fc9cf40af9ed6523989d27d4a9869"
	"8764a108cf99b81876c96fce719306c55b48202a35de394fa8bd8f3e662f8c20"
	"58a3b49fda38f706411ff320784115c6a56ea9ec3c054050ad1659deff020301"
	"0001"},
    /* secp256k1 and Ed25519 */
    {0,
	"3056301006072a8648ce3d020106052b8104000a034200047c8e136b91477373"
	"7c7e44a022515780d87824236ae453d3b861a052084e762a2d7b2f9f30389356"
	"a0551f02249e6be64f98ab6d524b1461d66132ce5aa35ab4"},
    {0,
	"302a300506032b65700321003dc2f2a0174f0fb5f6d49371a249c93c056385c5"
	"5d17a94d8ac0e1a976a62b77"},
};

static size_t
octets_of(const char *hex, uint8_t *out)
{
	size_t n = strlen(hex) / 2;

	assert_int_equal(hex_decode(hex, 2 * n, out, n), ERR_OK);
	return n;
}

static void
the_three_curves_and_rsa_are_read_and_others_are_not(void **state)
{
	struct token_public_key key;
	uint8_t spki[256];
	size_t i, n, c;

	(void)state;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		n = octets_of(keys[i].spki, spki);
		assert_int_equal(
		    public_from_spki(spki, n, &key), keys[i].type != 0);
		if (keys[i].type == 0)
			continue;
		assert_int_equal(key.type, keys[i].type);
		c = public_coordinate(key.type);
		if (c > 0) {
			assert_int_equal(key.value_len, 1 + 2 * c);
			assert_memory_equal(
			    key.value, spki + n - key.value_len, key.value_len);
		} else {
			assert_int_equal(key.value_len, 128);
			assert_int_equal(key.value[0], 0xe0);
			assert_int_equal(key.exponent_len, 3);
			assert_memory_equal(key.exponent, "\1\0\1", 3);
		}
	}
}

static void
a_key_with_an_octet_missing_or_too_many_is_refused(void **state)
{
	struct token_public_key key;
	uint8_t spki[257];
	size_t i, n, k;

	(void)state;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		n = octets_of(keys[i].spki, spki);
		for (k = 0; k < n; k++)
			assert_false(public_from_spki(spki, k, &key));
		spki[n] = 0;
		assert_false(public_from_spki(spki, n + 1, &key));
	}
}

static void
a_compressed_point_is_refused(void **state)
{
	struct token_public_key key;
	uint8_t spki[256];
	size_t n;

	(void)state;
	n = octets_of(keys[0].spki, spki);
	spki[n - 65] = 0x02;
	assert_false(public_from_spki(spki, n, &key));
}

/* SEQUENCE { SEQUENCE { rsaEncryption, NULL }, BIT STRING { SEQUENCE {
 * modulus of that many octets, 65537 } } } */
static size_t
rsa_of(size_t modulus, uint8_t *out)
{
	static const uint8_t alg[] = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48,
	    0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};
	size_t inner = 4 + 1 + modulus + 5, n = 0;

#define LONG(tag, len)                                                         \
	out[n++] = (tag), out[n++] = 0x82, out[n++] = (uint8_t)((len) >> 8),   \
	out[n++] = (uint8_t)(len)
	LONG(0x30, sizeof(alg) + 4 + 1 + 4 + inner);
	memcpy(out + n, alg, sizeof(alg));
	n += sizeof(alg);
	LONG(0x03, 1 + 4 + inner);
	out[n++] = 0;
	LONG(0x30, inner);
	LONG(0x02, 1 + modulus);
#undef LONG
	out[n++] = 0;
	memset(out + n, 0xc1, modulus);
	n += modulus;
	memcpy(out + n, "\x02\x03\x01\x00\x01", 5);
	return n + 5;
}

static void
rsa_of_4096_bits_fits_and_of_4104_does_not(void **state)
{
	struct token_public_key key;
	uint8_t spki[600];

	(void)state;
	assert_true(public_from_spki(spki, rsa_of(512, spki), &key));
	assert_int_equal(key.value_len, 512);
	assert_false(public_from_spki(spki, rsa_of(513, spki), &key));
}

static void
field_is(const char *field, size_t cap, const char *want)
{
	char out[33];

	uri_field(out, cap, (const unsigned char *)field, strlen(field));
	assert_string_equal(out, want);
}

static void
texts_of_a_token_are_utf8_without_padding_and_control(void **state)
{
	(void)state;
	field_is("seal      ", 33, "seal");
	field_is("   ", 33, "");
	field_is("a\nb\x1b[2J\x7f", 33, "a?b?[2J?");
	field_is("Siegel f\xc3\xbcr", 33, "Siegel f\xc3\xbcr");
	field_is("Siegel f\xc3\xbcr", 10, "Siegel f");
	field_is("Siegel f\xfcr", 33, "Siegel f?r");
	field_is("\xff\xfe\xff\xfe\xff", 33, "?????");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		the_three_curves_and_rsa_are_read_and_others_are_not),
	    cmocka_unit_test(
		a_key_with_an_octet_missing_or_too_many_is_refused),
	    cmocka_unit_test(a_compressed_point_is_refused),
	    cmocka_unit_test(rsa_of_4096_bits_fits_and_of_4104_does_not),
	    cmocka_unit_test(
		texts_of_a_token_are_utf8_without_padding_and_control),
	};

	return cmocka_run_group_tests_name("public", tests, NULL, NULL);
}
