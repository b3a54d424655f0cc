#include "common/json_number.h"

#include <string.h>

#include "common/es_number.h"
#include "tests/unit/common/tap.h"

static uint64_t state = 88172645463325252u;

static unsigned
rng(unsigned below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 11) % below;
}

/* Is it its own canonical form, by reading and writing? */
static int
is_canonical(const char *text, size_t len)
{
	char form[ES_NUMBER_SIZE];
	double value;

	if (es_number_parse(text, len, &value) != ERR_OK)
		return 0;
	return es_number_format(value, form) == len &&
	    memcmp(form, text, len) == 0;
}

static size_t
simple(const char *text)
{
	return json_number_simple((const uint8_t *)text, strlen(text));
}

static void
sees_the_canonical_form_of_usual_numbers(void)
{
	CHECK(simple("0,") == 1);
	CHECK(simple("-1]") == 2);
	CHECK(simple("123456789012345}") == 15);
	CHECK(simple("1.5 ") == 3);
	CHECK(simple("-0.5,") == 4);
	CHECK(simple("0.000001,") == 8);
	CHECK(simple("123456789.012345,") == 16);
	CHECK(simple("0.00000123456789012345,") == 22);
}

static void
leaves_alone_what_takes_a_second_look(void)
{
	static const char *const text[] = {"", "-", "0", "12", "1.5", "-,",
	    "-0,", "01,", "00,", "1.,", "1.0,", "1.50,", ".5,", "0.0,", "-0.0,",
	    "0.0000001,", "1234567890123456,", "1.234567890123456,",
	    "0.1234567890123456,", "1e5,", "1.5e5,", "1E5,", "1.5.5,", "x"};
	size_t i;

	for (i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		CHECK(simple(text[i]) == 0);
}

static void
nothing_is_seen_as_canonical_that_is_not(void)
{
	static const char octets[] = "00123456789.-e,";
	char text[32];
	size_t n, len;
	int i, good = 0;

	for (i = 0; i < 400000; i++) {
		len = rng(20) + 1;
		for (n = 0; n < len; n++)
			text[n] = octets[rng(i % 3 == 0 ? 15 : 11)];
		if (i % 3 != 0)
			text[rng((unsigned)len)] = '.';
		text[len] = ',';
		n = json_number_simple((const uint8_t *)text, len + 1);
		if (n == 0)
			continue;
		good++;
		CHECK(is_canonical(text, n));
		CHECK(strchr(",-", text[n]) != NULL);
	}
	CHECK(good > 20000);
}

/* The glance saves work only if it also finds what there is to find. */
static void
all_short_decimals_are_seen(void)
{
	char text[32];
	size_t n, len;
	int i;

	for (i = 0; i < 100000; i++) {
		len = (size_t)snprintf(text, sizeof(text), "%s%u.%u",
		    i & 1 ? "-" : "", rng(1000000), rng(100000));
		if (!is_canonical(text, len))
			continue;
		text[len] = ']';
		n = json_number_simple((const uint8_t *)text, len + 1);
		CHECK(n == len);
	}
}

int
main(void)
{
	TAP_RUN(sees_the_canonical_form_of_usual_numbers);
	TAP_RUN(leaves_alone_what_takes_a_second_look);
	TAP_RUN(nothing_is_seen_as_canonical_that_is_not);
	TAP_RUN(all_short_decimals_are_seen);
	return tap_done();
}
