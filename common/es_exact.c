#include "common/es_exact.h"

#include <string.h>

/* A decimal half-way between two doubles has at most 768 digits that count;
 * behind 800 only "something follows" can matter. 5^(800 + 343), times a
 * half-way mantissa of 54 bits, takes 2708 bits. */
#define DIGITS 800
#define LIMBS 96

struct big {
	uint32_t n;
	uint32_t limb[LIMBS]; /* least significant first */
};

static void
big_multiply_add(struct big *b, uint32_t factor, uint32_t add)
{
	uint64_t carry = add;
	uint32_t i;

	for (i = 0; i < b->n; i++) {
		carry += (uint64_t)b->limb[i] * factor;
		b->limb[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (carry != 0 && b->n < LIMBS)
		b->limb[b->n++] = (uint32_t)carry;
}

static void
big_multiply_power_of_5(struct big *b, int64_t k)
{
	for (; k >= 13; k -= 13)
		big_multiply_add(b, 1220703125, 0);
	for (; k > 0; k--)
		big_multiply_add(b, 5, 0);
}

static void
big_shift_left(struct big *b, int64_t bits)
{
	uint32_t whole = (uint32_t)(bits / 32);

	big_multiply_add(b, (uint32_t)1 << bits % 32, 0);
	if (whole == 0 || b->n + whole > LIMBS)
		return;
	memmove(b->limb + whole, b->limb, b->n * sizeof(b->limb[0]));
	memset(b->limb, 0, whole * sizeof(b->limb[0]));
	b->n += whole;
}

static int
big_compare(const struct big *a, const struct big *b)
{
	uint32_t i;

	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	for (i = a->n; i-- > 0;)
		if (a->limb[i] != b->limb[i])
			return a->limb[i] < b->limb[i] ? -1 : 1;
	return 0;
}

/* Reads up to DIGITS of the digits; returns how many were left out, and
 * whether one of those is not 0. */
static uint64_t
big_read(struct big *b, const char *text, uint64_t count, int *more)
{
	uint64_t i, taken = count < DIGITS ? count : DIGITS;

	b->n = 0;
	*more = 0;
	for (i = 0; i < count; text++) {
		if (*text == '.')
			continue;
		if (i < taken)
			big_multiply_add(b, 10, (uint32_t)(*text - '0'));
		else if (*text != '0')
			*more = 1;
		i++;
	}
	return count - taken;
}

int
es_exact_compare(const char *text, uint64_t count, int64_t exponent,
    uint64_t half, int power)
{
	struct big decimal, binary;
	int64_t shift;
	int more, order;

	exponent += (int64_t)big_read(&decimal, text, count, &more);
	binary.n = 2;
	binary.limb[0] = (uint32_t)half;
	binary.limb[1] = (uint32_t)(half >> 32);
	if (binary.limb[1] == 0)
		binary.n = 1;

	/* 10^exponent goes to the side where it is a whole number. */
	if (exponent >= 0)
		big_multiply_power_of_5(&decimal, exponent);
	else
		big_multiply_power_of_5(&binary, -exponent);
	shift = power - exponent;
	if (shift >= 0)
		big_shift_left(&binary, shift);
	else
		big_shift_left(&decimal, -shift);

	order = big_compare(&decimal, &binary);
	return order == 0 ? more : order;
}
