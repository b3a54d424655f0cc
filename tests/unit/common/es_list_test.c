/*
 * The million numbers of RFC 8785's test file (es6testfile100m), made here
 * again and compared by the published SHA-256 of the first 10^3 to 10^6
 * lines: "HEXBITS,FORM". First come fixed values, then 2,000 doubles from the
 * least normal one on, then the digests of a chain of SHA-256 read as doubles.
 * The fixed values are written down as decimals: so reading is tested too.
 */
#include "common/es_number.h"

#include <stdint.h>
#include <string.h>

#include "common/sha256.h"
#include "tests/unit/common/tap.h"

#define LINES 1000000

struct list {
	struct sha256 lines;
	uint32_t count;
	struct {
		uint32_t count;
		uint8_t digest[SHA256_SIZE];
	} mark[4]; /* after 10^3, 10^4, 10^5, 10^6 */
	uint32_t marks;
	uint32_t bad; /* did not come back from their form */
};

static void
add(struct list *l, uint64_t bits)
{
	static const char hex[] = "0123456789abcdef";
	char line[16 + 1 + ES_NUMBER_SIZE + 1];
	struct sha256 copy;
	size_t n = 0, len;
	double value;
	uint64_t back;
	int shift = 60;

	while (shift > 0 && bits >> shift == 0)
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		line[n++] = hex[bits >> shift & 15];
	line[n++] = ',';
	memcpy(&value, &bits, sizeof(value));
	len = es_number_format(value, line + n);
	if (es_number_parse(line + n, len, &value) != ERR_OK)
		l->bad++;
	memcpy(&back, &value, sizeof(back));
	if (back != bits && bits << 1 != 0)
		l->bad++;
	n += len;
	line[n++] = '\n';
	sha256_push(&l->lines, line, n);

	l->count++;
	if (l->count != 1000 && l->count != 10000 && l->count != 100000 &&
	    l->count != 1000000)
		return;
	copy = l->lines;
	l->mark[l->marks].count = l->count;
	sha256_finish(&copy, l->mark[l->marks].digest);
	l->marks++;
}

static uint64_t
bits_of(const char *text)
{
	double value;
	uint64_t bits;

	CHECK(es_number_parse(text, strlen(text), &value) == ERR_OK);
	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

/* Thirds of powers of ten, down from 10^22 / 3, with the last places that
 * they have in the list. */
static void
add_thirds(struct list *l, uint64_t sign)
{
	static const int8_t places[50] = {
	    0, 0, 1, 1, 1, 2, 1, 1, 3, 1, 2, 2, 1, 1, 1, 0, 0, 0, -1, [49] = 1};
	char text[40];
	int i;

	for (i = 0; i < 50; i++) {
		snprintf(
		    text, sizeof(text), "3.3333333333333333333333e%d", 21 - i);
		add(l, sign | (bits_of(text) + (uint64_t)(int64_t)places[i]));
	}
}

static void
add_fixed(struct list *l)
{
	static const char *const text[] = {"10", "5", "0.5", "0.05", "0.005",
	    "0.0005", "0.00005", "5e-6", "5e-7", "5e-8", "5e-9", NULL, "5e-6",
	    "1", "-1", "-0.9999999999999993", "-0.9999999999999994",
	    "0.9999999999999993", "0.9999999999999994", "0.9999999999999996",
	    "0.9999999999999998", "-0.9999999999999999", "-0.9999999999999999",
	    "0.9999999999999999", "0.9999999999999999", "0.29999999999999993",
	    "0.3", "0.30000000000000004", "2.2250738585072014e-308",
	    "2.2250738585072e-308", "2.225073858507201e-308",
	    "1.7976931348623157e308", "-1.7976931348623157e308",
	    "9007199254740992", "-9007199254740992", "295147905179352830000",
	    "9.999999999999997e22", "1e23", "1.0000000000000001e23",
	    "999999999999999700000", "999999999999999900000", "1e21",
	    "9.999999999999997e-7", "1e-6", "333333333.3333332",
	    "333333333.33333325", "333333333.3333333", "333333333.3333334",
	    "333333333.33333343", "-0.0000033333333333333333",
	    "1424953923781206.2"};
	static const char zeros[] = "0000000000000000";
	char near_5[40];
	size_t i;
	int n;

	add(l, 0);
	add(l, (uint64_t)1 << 63);
	add(l, bits_of("5e-324"));
	add(l, bits_of("-5e-324"));
	add_thirds(l, (uint64_t)1 << 63);
	add_thirds(l, 0);
	for (i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		if (text[i] != NULL) {
			add(l, bits_of(text[i]));
			continue;
		}
		for (n = 1; n <= 14; n++) {
			snprintf(
			    near_5, sizeof(near_5), "5.%.*s6e-6", n, zeros);
			add(l, bits_of(near_5));
		}
	}
}

static void
add_chain(struct list *l)
{
	uint8_t block[SHA256_SIZE] = {0};
	uint64_t bits;
	int i, k;

	while (l->count < LINES) {
		sha256(block, sizeof(block), block);
		for (i = 0; i < 4 && l->count < LINES; i++) {
			bits = 0;
			for (k = 7; k >= 0; k--)
				bits = bits << 8 | block[8 * i + k];
			if ((bits >> 52 & 0x7ff) != 0x7ff && bits << 1 != 0)
				add(l, bits);
		}
	}
}

static struct list list;

static int
is_published(uint32_t mark, const char *hex)
{
	char text[2 * SHA256_SIZE + 1];
	int i;

	for (i = 0; i < SHA256_SIZE; i++)
		snprintf(text + 2 * i, 3, "%02x", list.mark[mark].digest[i]);
	return strcmp(text, hex) == 0;
}

static void
the_first_thousand_forms_are_ecmascripts(void)
{
	CHECK(is_published(0,
	    "be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a587868"
	    "7"));
}

static void
the_first_ten_thousand_forms_are_ecmascripts(void)
{
	CHECK(is_published(1,
	    "b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be689"
	    "2"));
}

static void
the_first_hundred_thousand_forms_are_ecmascripts(void)
{
	CHECK(is_published(2,
	    "22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c"
	    "7"));
}

static void
a_million_forms_are_ecmascripts(void)
{
	CHECK(is_published(3,
	    "49415fee2c56c77864931bd3624faad425c3c577d6d74e89a83bc725506dad1"
	    "6"));
}

static void
all_of_them_come_back(void)
{
	CHECK(list.count == LINES && list.marks == 4);
	CHECK(list.bad == 0);
}

int
main(void)
{
	uint64_t i;

	sha256_init(&list.lines);
	add_fixed(&list);
	for (i = 0; i < 2000; i++)
		add(&list, 0x0010000000000000u + i);
	add_chain(&list);
	TAP_RUN(the_first_thousand_forms_are_ecmascripts);
	TAP_RUN(the_first_ten_thousand_forms_are_ecmascripts);
	TAP_RUN(the_first_hundred_thousand_forms_are_ecmascripts);
	TAP_RUN(a_million_forms_are_ecmascripts);
	TAP_RUN(all_of_them_come_back);
	return tap_done();
}
