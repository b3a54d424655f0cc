/*
 * es_power.h: powers of ten as binary fractions of 128 bits, for es_number's
 * two directions, and the wide multiplication they need.
 *
 *	struct es_u128 p = es_power(-5);
 *	10^-5 = (p.hi * 2^64 + p.lo + less than 1) * 2^(es_power_log2(-5) - 127)
 *
 * Memory    a table of less than 1 KiB instead of one of 10 KiB: a power is
 *           made of a coarse one (192 bits) and a small exact one
 * Chunks    no streams
 * Errors    none
 * Trust     rounded down, exact for 0..55: the unit test proves each of them
 * Limits    ES_POWER_MIN <= k <= ES_POWER_MAX
 */
#ifndef COMMON_ES_POWER_H
#define COMMON_ES_POWER_H

#include <stdint.h>

#define ES_POWER_MIN (-351)
#define ES_POWER_MAX 350

struct es_u128 {
	uint64_t hi, lo;
};

/* value is not 0. */
static inline int
es_leading_zeros(uint64_t value)
{
	return __builtin_clzll(value);
}

struct es_u128 es_multiply(uint64_t a, uint64_t b);

/* The topmost bit of hi is set. */
struct es_u128 es_power(int k);

/* floor(log2(10^k)) */
int es_power_log2(int k);

#endif
