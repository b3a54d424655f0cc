/*
 * es_list.h: the numbers of RFC 8785's test file (es6testfile100m), made here
 * again: lines of "HEXBITS,FORM". First come fixed values, then 2,000 doubles
 * from the least normal one on, then the digests of a chain of SHA-256 read as
 * doubles. The fixed values are written down as decimals: so reading is tested
 * too. The SHA-256 of the first 10^3 to 10^8 lines was published.
 */
#ifndef TESTS_UNIT_COMMON_ES_LIST_H
#define TESTS_UNIT_COMMON_ES_LIST_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/es_number.h"
#include "common/sha256.h"

struct es_list {
	struct sha256 lines;
	uint32_t count;
	struct {
		uint32_t count;
		uint8_t digest[SHA256_SIZE];
	} mark[6]; /* after 10^3, 10^4, and so on to 10^8 */
	uint32_t marks;
	uint32_t next; /* where the next mark is */
	uint32_t bad; /* did not come back from their form */
};

static inline void
es_list_add(struct es_list *l, uint64_t bits)
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
	if (l->count != l->next || l->marks == 6)
		return;
	copy = l->lines;
	l->mark[l->marks].count = l->count;
	sha256_finish(&copy, l->mark[l->marks].digest);
	l->marks++;
	l->next *= 10;
}

static inline uint64_t
es_list_bits(const char *text)
{
	double value;
	uint64_t bits;

	if (es_number_parse(text, strlen(text), &value) != ERR_OK)
		return 0;
	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

/* Thirds of powers of ten, down from 10^22 / 3, with the last places that
 * they have in the list. */
static inline void
es_list_add_thirds(struct es_list *l, uint64_t sign)
{
	static const int8_t places[50] = {
	    0, 0, 1, 1, 1, 2, 1, 1, 3, 1, 2, 2, 1, 1, 1, 0, 0, 0, -1, [49] = 1};
	char text[40];
	int i;

	for (i = 0; i < 50; i++) {
		snprintf(
		    text, sizeof(text), "3.3333333333333333333333e%d", 21 - i);
		es_list_add(l,
		    sign | (es_list_bits(text) + (uint64_t)(int64_t)places[i]));
	}
}

static inline void
es_list_add_fixed(struct es_list *l)
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

	es_list_add(l, 0);
	es_list_add(l, (uint64_t)1 << 63);
	es_list_add(l, es_list_bits("5e-324"));
	es_list_add(l, es_list_bits("-5e-324"));
	es_list_add_thirds(l, (uint64_t)1 << 63);
	es_list_add_thirds(l, 0);
	for (i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		if (text[i] != NULL) {
			es_list_add(l, es_list_bits(text[i]));
			continue;
		}
		for (n = 1; n <= 14; n++) {
			snprintf(
			    near_5, sizeof(near_5), "5.%.*s6e-6", n, zeros);
			es_list_add(l, es_list_bits(near_5));
		}
	}
}

static inline void
es_list_add_chain(struct es_list *l, uint32_t lines)
{
	uint8_t block[SHA256_SIZE] = {0};
	uint64_t bits;
	int i, k;

	while (l->count < lines) {
		sha256(block, sizeof(block), block);
		for (i = 0; i < 4 && l->count < lines; i++) {
			bits = 0;
			for (k = 7; k >= 0; k--)
				bits = bits << 8 | block[8 * i + k];
			if ((bits >> 52 & 0x7ff) != 0x7ff && bits << 1 != 0)
				es_list_add(l, bits);
		}
	}
}

/* The first lines of the list; lines are more than the fixed ones. */
static inline void
es_list_make(struct es_list *l, uint32_t lines)
{
	uint64_t i;

	memset(l, 0, sizeof(*l));
	l->next = 1000;
	sha256_init(&l->lines);
	es_list_add_fixed(l);
	for (i = 0; i < 2000; i++)
		es_list_add(l, 0x0010000000000000u + i);
	es_list_add_chain(l, lines);
}

/* Is the mark's digest this one? */
static inline int
es_list_is(const struct es_list *l, uint32_t mark, const char *hex)
{
	char text[2 * SHA256_SIZE + 1];
	int i;

	for (i = 0; i < SHA256_SIZE; i++)
		snprintf(text + 2 * i, 3, "%02x", l->mark[mark].digest[i]);
	return mark < l->marks && strcmp(text, hex) == 0;
}

#endif
