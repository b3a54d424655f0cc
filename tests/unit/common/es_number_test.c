#include "common/es_number.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/common/tap.h"

static double
from_bits(uint64_t bits)
{
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* Through memory: a register of the 32-bit x87 could change the value. */
static uint64_t
to_bits(const double *value)
{
	uint64_t bits;

	memcpy(&bits, value, sizeof(bits));
	return bits;
}

static uint64_t
parsed(const char *text, size_t len)
{
	double value;

	if (es_number_parse(text, len, &value) != ERR_OK)
		return UINT64_MAX;
	return to_bits(&value);
}

static uint64_t
parsed_text(const char *text)
{
	return parsed(text, strlen(text));
}

static int
formats_as(uint64_t bits, const char *text)
{
	char out[ES_NUMBER_SIZE];
	size_t n = es_number_format(from_bits(bits), out);

	if (n == strlen(text) && memcmp(out, text, n) == 0)
		return 1;
	printf("# %.*s instead of %s\n", (int)n, out, text);
	return 0;
}

/* "e-NNN" for digits that are the last of 1075 decimals. */
static size_t
put_exponent(char *out, size_t digits)
{
	return (size_t)snprintf(out, 8, "e-%d", 1075 - (int)digits);
}

static int
comes_back(uint64_t bits)
{
	char out[ES_NUMBER_SIZE];
	size_t n = es_number_format(from_bits(bits), out);

	return n != 0 && parsed(out, n) == bits;
}

/* RFC 8785 appendix B, and the borders of ECMA-262's forms. */
static void
formats_the_known_numbers(void)
{
	CHECK(formats_as(0, "0"));
	CHECK(formats_as(0x8000000000000000u, "0"));
	CHECK(formats_as(1, "5e-324"));
	CHECK(formats_as(0x8000000000000001u, "-5e-324"));
	CHECK(formats_as(0x7fefffffffffffffu, "1.7976931348623157e+308"));
	CHECK(formats_as(0x4340000000000000u, "9007199254740992"));
	CHECK(formats_as(0xc340000000000000u, "-9007199254740992"));
	CHECK(formats_as(0x4430000000000000u, "295147905179352830000"));
	CHECK(formats_as(0x44b52d02c7e14af5u, "9.999999999999997e+22"));
	CHECK(formats_as(0x44b52d02c7e14af6u, "1e+23"));
	CHECK(formats_as(0x44b52d02c7e14af7u, "1.0000000000000001e+23"));
	CHECK(formats_as(0x444b1ae4d6e2ef4eu, "999999999999999700000"));
	CHECK(formats_as(0x444b1ae4d6e2ef4fu, "999999999999999900000"));
	CHECK(formats_as(0x444b1ae4d6e2ef50u, "1e+21"));
	CHECK(formats_as(0x3eb0c6f7a0b5ed8cu, "9.999999999999997e-7"));
	CHECK(formats_as(0x3eb0c6f7a0b5ed8du, "0.000001"));
	CHECK(formats_as(0x41b3de4355555553u, "333333333.3333332"));
	CHECK(formats_as(0x41b3de4355555557u, "333333333.33333343"));
	CHECK(formats_as(0xbecbf647612f3696u, "-0.0000033333333333333333"));
	CHECK(formats_as(0x43143ff3c1cb0959u, "1424953923781206.2"));
	CHECK(formats_as(0x3ff8000000000000u, "1.5"));
	/* 2^-44: increasing precision until it reads back says ...014e-14 */
	CHECK(formats_as(0x3d30000000000000u, "5.684341886080802e-14"));
}

static void
the_longest_number_fits(void)
{
	uint64_t bits = parsed_text("-0.0000012345678901234567");

	CHECK(formats_as(bits, "-0.0000012345678901234567"));
	CHECK(strlen("-0.0000012345678901234567") == ES_NUMBER_SIZE);
}

static void
infinities_have_no_form(void)
{
	char out[ES_NUMBER_SIZE];

	CHECK(es_number_format(from_bits(0x7ff0000000000000u), out) == 0);
	CHECK(es_number_format(from_bits(0xfff0000000000000u), out) == 0);
	CHECK(es_number_format(from_bits(0x7ff8000000000000u), out) == 0);
}

static void
all_powers_of_two_and_their_neighbours_come_back(void)
{
	uint64_t bits;
	int i, n = 0;

	for (i = 0; i < 52 + 2046; i++, n++) {
		bits = i < 52 ? (uint64_t)1 << i : (uint64_t)(i - 51) << 52;
		CHECK(comes_back(bits));
		CHECK(comes_back(bits - 1) || bits == 1);
		CHECK(comes_back(bits + 1));
		CHECK(comes_back(bits | (uint64_t)1 << 63));
	}
	CHECK(n == 2098);
	CHECK(comes_back(0x7fefffffffffffffu));
}

static void
random_doubles_come_back(void)
{
	uint64_t s = 88172645463325252u;
	int i;

	for (i = 0; i < 100000; i++) {
		s ^= s << 13;
		s ^= s >> 7;
		s ^= s << 17;
		if ((s >> 52 & 0x7ff) != 0x7ff)
			CHECK(comes_back(s));
	}
}

static void
parses_signs_and_zeros(void)
{
	CHECK(parsed_text("0") == 0);
	CHECK(parsed_text("-0") == 0x8000000000000000u);
	CHECK(parsed_text("-0.0e5") == 0x8000000000000000u);
	CHECK(parsed_text("0e999999999999999999999") == 0);
	CHECK(parsed_text("0.000e+400") == 0);
	CHECK(parsed_text("1E0") == 0x3ff0000000000000u);
	CHECK(parsed_text("0.1e+1") == 0x3ff0000000000000u);
	CHECK(parsed_text("100e-002") == 0x3ff0000000000000u);
}

static void
ties_go_to_the_even_mantissa(void)
{
	CHECK(parsed_text("9007199254740993") == 0x4340000000000000u);
	CHECK(parsed_text("9007199254740995") == 0x4340000000000002u);
	CHECK(parsed_text("9007199254740993.0000000000000000000001") ==
	    0x4340000000000001u);
	CHECK(parsed_text("9007199254740992.9999999999999999999999") ==
	    0x4340000000000000u);
	CHECK(parsed_text("4503599627370496.5") == 0x4330000000000000u);
	CHECK(parsed_text("4503599627370497.5") == 0x4330000000000002u);
}

static void
numbers_end_at_the_largest_and_the_least_double(void)
{
	double v;

	CHECK(parsed_text("1.7976931348623158e308") == 0x7fefffffffffffffu);
	CHECK(parsed_text("1.7976931348623159e308") == UINT64_MAX);
	CHECK(es_number_parse("1e309", 5, &v) == ERR_JSON_NUMBER_RANGE);
	CHECK(es_number_parse("-1e400", 6, &v) == ERR_JSON_NUMBER_RANGE);
	CHECK(es_number_parse("1e99999999999999999999", 22, &v) ==
	    ERR_JSON_NUMBER_RANGE);
	CHECK(parsed_text("1e-99999999999999999999") == 0);
	CHECK(parsed_text("4.9406564584124654e-324") == 1);
	CHECK(parsed_text("2.4703282292062328e-324") == 1);
	CHECK(parsed_text("2.4703282292062327e-324") == 0);
	CHECK(parsed_text("2.2250738585072011e-308") == 0xfffffffffffffu);
	CHECK(parsed_text("2.2250738585072012e-308") == 0x10000000000000u);
}

/* value / 10, and the remainder. */
static unsigned
divide_by_10(uint32_t *limb, int n)
{
	uint64_t rest = 0;

	while (n-- > 0) {
		rest = rest << 32 | limb[n];
		limb[n] = (uint32_t)(rest / 10);
		rest %= 10;
	}
	return (unsigned)rest;
}

/* half * 2^-1075 in decimal is half * 5^1075 with 1075 decimals: writes its
 * digits, from the first that is not 0, and says how many. */
static size_t
half_way_digits(uint64_t half, char *out)
{
	uint32_t limb[88] = {(uint32_t)half, (uint32_t)(half >> 32)};
	uint64_t carry;
	char reversed[1100];
	size_t n = 0, i;
	int k, j;

	for (k = 0; k < 1075; k++) {
		carry = 0;
		for (j = 0; j < 88; j++) {
			carry += (uint64_t)limb[j] * 5;
			limb[j] = (uint32_t)carry;
			carry >>= 32;
		}
		CHECK(carry == 0);
	}
	for (i = 0; i < 1075; i++)
		reversed[i] = (char)('0' + divide_by_10(limb, 88));
	while (i > 0 && reversed[i - 1] == '0')
		i--;
	while (i > 0)
		out[n++] = reversed[--i];
	return n;
}

/*
 * The half-way points with the most digits stand between subnormals and
 * between the least normal ones: the very last of 768 digits decides, and one
 * behind thousands of zeros too.
 */
static void
the_last_of_thousands_of_digits_decides(void)
{
	static const uint64_t mantissa[] = {0, 1, 2, 0x8000000000000u,
	    0xffffffffffffeu, 0xfffffffffffffu, 0x10000000000000u,
	    0x1ffffffffffffeu, 0x1fffffffffffffu};
	static char text[8000];
	uint64_t m;
	size_t i, n, longest = 0;
	char last;

	for (i = 0; i < sizeof(mantissa) / sizeof(mantissa[0]); i++) {
		m = mantissa[i];
		text[0] = '0';
		text[1] = '.';
		/* The 1075 decimals begin with zeros: by exponent instead. */
		n = half_way_digits(2 * m + 1, text + 2);
		if (n > longest)
			longest = n;
		last = text[1 + n];
		n += 2 + put_exponent(text + 2 + n, n);
		CHECK(parsed(text, n) == m + (m & 1));
		n = half_way_digits(2 * m + 1, text + 2);
		text[1 + n] = (char)(last - 1);
		n += 2 + put_exponent(text + 2 + n, n);
		CHECK(parsed(text, n) == m);
		n = half_way_digits(2 * m + 1, text + 2);
		memset(text + 2 + n, '0', 5000);
		text[2 + n + 5000] = '1';
		n += 2 + 5001 + put_exponent(text + 2 + n + 5001, n);
		CHECK(parsed(text, n) == m + 1);
	}
	CHECK(longest == 768);
}

static void
refuses_what_is_no_number(void)
{
	static const char *const bad[] = {"", "-", "+1", "01", "-01", "00",
	    ".5", "1.", "-.5", "1.e5", "1e", "1e+", "1e-", "1E+", "1ee5",
	    "1e5.5", "0x10", "1_000", " 1", "1 ", "1,", "Infinity", "NaN",
	    "--1", "1-", "1.5.5", "1a", "1e5a", "\xef\xbc\x91"};
	double v;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(es_number_parse(bad[i], strlen(bad[i]), &v) ==
		    ERR_JSON_NUMBER_SYNTAX);
	CHECK(es_number_parse("1\0", 2, &v) == ERR_JSON_NUMBER_SYNTAX);
	CHECK(parsed("15", 1) == 0x3ff0000000000000u);
}

int
main(void)
{
	TAP_RUN(formats_the_known_numbers);
	TAP_RUN(the_longest_number_fits);
	TAP_RUN(infinities_have_no_form);
	TAP_RUN(all_powers_of_two_and_their_neighbours_come_back);
	TAP_RUN(random_doubles_come_back);
	TAP_RUN(parses_signs_and_zeros);
	TAP_RUN(ties_go_to_the_even_mantissa);
	TAP_RUN(numbers_end_at_the_largest_and_the_least_double);
	TAP_RUN(the_last_of_thousands_of_digits_decides);
	TAP_RUN(refuses_what_is_no_number);
	return tap_done();
}
