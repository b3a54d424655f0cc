#include "common/es_number.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "common/es_exact.h"
#include "common/es_power.h"

/*
 * No floating-point arithmetic anywhere: 32-bit x86 rounds twice, and the
 * appliance has no unit for it.
 */
#define MANTISSA 52
#define LEAST (-1074) /* exponent of the last place of a subnormal */
#define INFINITE ((uint64_t)0x7ff << MANTISSA)

/* Digits that always fit 64 bits. */
#define SHORT 19

struct lexeme {
	const char *digits; /* from the first that is not 0 */
	uint64_t count; /* of them */
	uint64_t value; /* of the first SHORT of them */
	int64_t exponent; /* of the last of them */
	bool negative;
	bool more; /* behind the first SHORT is one that is not 0 */
};

static bool
is_digit(const char *p, const char *end)
{
	return p < end && *p >= '0' && *p <= '9';
}

static const char *
read_digits(struct lexeme *x, const char *p, const char *end)
{
	for (; is_digit(p, end); p++) {
		if (x->count == 0 && *p == '0')
			continue;
		if (x->count == 0)
			x->digits = p;
		if (x->count < SHORT)
			x->value = x->value * 10 + (uint64_t)(*p - '0');
		else if (*p != '0')
			x->more = true;
		x->count++;
	}
	return p;
}

static enum err
read_exponent(struct lexeme *x, const char *p, const char *end)
{
	int64_t exponent = 0;
	bool negative = false;

	if (p < end && (*p == '+' || *p == '-'))
		negative = *p++ == '-';
	if (!is_digit(p, end))
		return ERR_JSON_NUMBER_SYNTAX;
	/* No lexeme is so long that it could make good for 10^18. */
	for (; is_digit(p, end); p++)
		if (exponent < 1000000000000000000 / 10)
			exponent = exponent * 10 + (*p - '0');
	x->exponent += negative ? -exponent : exponent;
	return p == end ? ERR_OK : ERR_JSON_NUMBER_SYNTAX;
}

static enum err
read_lexeme(struct lexeme *x, const char *p, const char *end)
{
	const char *start;

	memset(x, 0, sizeof(*x));
	if (p < end && *p == '-') {
		x->negative = true;
		p++;
	}
	if (!is_digit(p, end))
		return ERR_JSON_NUMBER_SYNTAX;
	if (*p == '0')
		p++;
	else
		p = read_digits(x, p, end);
	if (p < end && *p == '.') {
		start = ++p;
		p = read_digits(x, p, end);
		if (p == start)
			return ERR_JSON_NUMBER_SYNTAX;
		x->exponent = -(int64_t)(p - start);
	}
	if (p < end && (*p == 'e' || *p == 'E'))
		return read_exponent(x, p + 1, end);
	return p == end ? ERR_OK : ERR_JSON_NUMBER_SYNTAX;
}

/* A double not below the wanted value: mantissa * 2^exponent is the one at or
 * below, and whether to go one place up. */
enum direction { DOWN, UP, UNSURE };

struct guess {
	uint64_t mantissa;
	int exponent;
	enum direction direction;
};

static enum direction
choose(struct es_u128 rest, int shift, bool odd, bool exact, bool tail)
{
	struct es_u128 half = {0, 0};

	if (shift > 64)
		half.hi = (uint64_t)1 << (shift - 65);
	else
		half.lo = (uint64_t)1 << (shift - 1);
	if (rest.hi != half.hi || rest.lo != half.lo) {
		if (rest.hi > half.hi ||
		    (rest.hi == half.hi && rest.lo > half.lo))
			return UP;
		if (exact)
			return DOWN;
		/* The true value is less than 3 above. */
		rest.lo += 3;
		rest.hi += rest.lo < 3;
		if (rest.hi < half.hi ||
		    (rest.hi == half.hi && rest.lo <= half.lo))
			return DOWN;
		return UNSURE;
	}
	if (!exact)
		return UNSURE;
	if (tail)
		return UP;
	return odd ? UP : DOWN;
}

/*
 * value * 10^power, after Lemire, Number Parsing at a Gigabyte per Second,
 * but with a stated error instead of a proof that it does not matter: the
 * product of 128 bits is at most the true one and less than 3 below it.
 */
static struct guess
approximate(uint64_t value, int power)
{
	struct es_u128 p = es_power(power), high, low;
	struct guess g = {0, LEAST, DOWN};
	uint64_t tail;
	bool exact = power >= 0 && power <= 55;
	int exponent = es_power_log2(power) - 63, shift;

	shift = es_leading_zeros(value);
	value <<= shift;
	exponent -= shift;
	low = es_multiply(value, p.lo);
	high = es_multiply(value, p.hi);
	tail = low.lo;
	high.lo += low.hi;
	high.hi += high.lo < low.hi;
	if (high.hi >> 63 == 0) {
		high.hi = high.hi << 1 | high.lo >> 63;
		high.lo = high.lo << 1 | tail >> 63;
		tail <<= 1;
		exponent--;
	}

	shift = 127 - MANTISSA;
	g.exponent = exponent + shift;
	if (g.exponent < LEAST) {
		shift += LEAST - g.exponent;
		g.exponent = LEAST;
	}
	if (shift > 128) {
		/* Half of the least double is 2^(shift - 1). */
		if (shift == 129 && high.hi == UINT64_MAX)
			g.direction = UNSURE;
		return g;
	}
	if (shift > 64) {
		if (shift < 128) {
			g.mantissa = high.hi >> (shift - 64);
			high.hi &= ((uint64_t)1 << (shift - 64)) - 1;
		}
	}
	g.direction = choose(
	    high, shift, (g.mantissa & 1) != 0, exact, tail != 0);
	return g;
}

static uint64_t
bits_of(const struct guess *g)
{
	/* The hidden bit of a normal mantissa carries into the exponent, and
	 * so does a mantissa that overflows. */
	uint64_t biased = g->mantissa >> MANTISSA == 0
	    ? 0
	    : (uint64_t)(g->exponent - LEAST);

	if (biased > 0x7ff)
		return INFINITE;
	return (biased << MANTISSA) + g->mantissa + (g->direction == UP);
}

static uint64_t
round_lexeme(const struct lexeme *x)
{
	uint64_t cut = x->count > SHORT ? x->count - SHORT : 0;
	int64_t power;
	struct guess g, next;
	int order;

	if (x->count == 0)
		return 0;
	power = x->exponent + (int64_t)cut;
	if (power > 308)
		return INFINITE;
	if (power < -343)
		return 0;
	g = approximate(x->value, (int)power);
	if (x->more) {
		next = approximate(x->value + 1, (int)power);
		if (g.direction == UNSURE || next.direction == UNSURE ||
		    bits_of(&g) != bits_of(&next))
			g.direction = UNSURE;
	}
	if (g.direction == UNSURE) {
		order = es_exact_compare(x->digits, x->count, x->exponent,
		    2 * g.mantissa + 1, g.exponent - 1);
		if (order == 0)
			order = g.mantissa & 1 ? 1 : -1;
		g.direction = order > 0 ? UP : DOWN;
	}
	return bits_of(&g);
}

enum err
es_number_parse(const char *text, size_t len, double *value)
{
	struct lexeme x;
	uint64_t bits;
	enum err e;

	*value = 0;
	e = read_lexeme(&x, text, text + len);
	if (e != ERR_OK)
		return e;
	bits = round_lexeme(&x);
	if (bits >= INFINITE)
		return ERR_JSON_NUMBER_RANGE;
	bits |= (uint64_t)x.negative << 63;
	memcpy(value, &bits, sizeof(bits));
	return ERR_OK;
}
