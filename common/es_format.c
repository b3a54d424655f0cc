#include "common/es_number.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "common/es_power.h"

struct decimal {
	uint64_t digits;
	int exponent;
};

/* power * factor / 2^128, rounded down, and its last bit set if that is not
 * exact: so it keeps its order with other numbers ("round to odd"). The power
 * is a little too large; what is too much stays below 2 in the dropped part. */
static uint64_t
scale(struct es_u128 power, uint64_t factor)
{
	struct es_u128 high = es_multiply(power.hi, factor);
	struct es_u128 low = es_multiply(power.lo, factor);

	high.lo += low.hi;
	high.hi += high.lo < low.hi;
	return high.hi | (high.lo > 1);
}

/*
 * The shortest decimal that reads back as mantissa * 2^exponent, of those the
 * nearest: Schubfach (R. Giulietti, The Schubfach way to render doubles). The
 * decimals that read back lie between low and high, all times 4; the interval
 * holds at least one of two neighbours with exponent k, and at most one of
 * two with k + 1.
 */
static struct decimal
shortest(uint64_t mantissa, int exponent, bool least_of_binade)
{
	bool even = (mantissa & 1) == 0;
	/* floor(log10(2^exponent)), of 3/4 of it where the gap below is half */
	int k = (exponent * 1262611 - (least_of_binade ? 524031 : 0)) >> 22;
	int shift = exponent + es_power_log2(-k) + 1;
	struct es_u128 power = es_power(-k);
	uint64_t low, mid, high, s;
	bool down, up;

	power.lo++;
	power.hi += power.lo == 0;
	low = scale(power, (4 * mantissa - 2 + least_of_binade) << shift);
	mid = scale(power, (4 * mantissa) << shift);
	high = scale(power, (4 * mantissa + 2) << shift);
	low += !even;
	high -= !even;

	s = mid / 4;
	if (s >= 10) {
		uint64_t t = s / 10;

		down = low <= 40 * t;
		up = 40 * t + 40 <= high;
		if (down != up)
			return (struct decimal){t + up, k + 1};
	}
	down = low <= 4 * s;
	up = 4 * s + 4 <= high;
	if (down == up)
		up = mid > 4 * s + 2 || (mid == 4 * s + 2 && (s & 1) != 0);
	return (struct decimal){s + up, k};
}

static size_t
put_digits(uint64_t value, char out[static 20])
{
	char reversed[20];
	size_t n = 0, i;

	do {
		reversed[n++] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	for (i = 0; i < n; i++)
		out[i] = reversed[n - 1 - i];
	return n;
}

/* ECMA-262 Number::toString, steps 6 to 10: k digits, the decimal point
 * behind the n-th. */
static size_t
lay_out(const char *digits, int k, int n, char *out)
{
	char *p = out;
	int i;

	if (n > 21 || n <= -6) {
		*p++ = digits[0];
		if (k > 1) {
			*p++ = '.';
			memcpy(p, digits + 1, (size_t)k - 1);
			p += k - 1;
		}
		*p++ = 'e';
		*p++ = n > 0 ? '+' : '-';
		return (size_t)(p - out) +
		    put_digits((uint64_t)(n > 0 ? n - 1 : 1 - n), p);
	}
	if (n <= 0) {
		*p++ = '0';
		*p++ = '.';
		for (i = n; i < 0; i++)
			*p++ = '0';
		n = k;
	}
	for (i = 0; i < k; i++) {
		if (i == n)
			*p++ = '.';
		*p++ = digits[i];
	}
	for (; i < n; i++)
		*p++ = '0';
	return (size_t)(p - out);
}

size_t
es_number_format(double value, char out[static ES_NUMBER_SIZE])
{
	uint64_t bits, mantissa;
	struct decimal d;
	char digits[20];
	size_t k, sign;
	int exponent;

	memcpy(&bits, &value, sizeof(bits));
	sign = bits >> 63;
	exponent = (int)(bits >> 52 & 0x7ff);
	mantissa = bits & (((uint64_t)1 << 52) - 1);
	if (exponent == 0x7ff)
		return 0;
	if (exponent == 0 && mantissa == 0) {
		out[0] = '0';
		return 1;
	}
	if (exponent == 0)
		exponent = 1;
	else
		mantissa |= (uint64_t)1 << 52;
	exponent -= 1075;

	if (exponent <= 0 && exponent > -53 &&
	    (mantissa & (((uint64_t)1 << -exponent) - 1)) == 0)
		d = (struct decimal){mantissa >> -exponent, 0};
	else
		d = shortest(mantissa, exponent,
		    mantissa == (uint64_t)1 << 52 && exponent > -1074);
	while (d.digits % 10 == 0) {
		d.digits /= 10;
		d.exponent++;
	}

	k = put_digits(d.digits, digits);
	out[0] = '-';
	return sign + lay_out(digits, (int)k, (int)k + d.exponent, out + sign);
}
