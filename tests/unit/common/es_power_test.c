#include "common/es_power.h"

#include <string.h>

#include "tests/unit/common/tap.h"

/* Numbers of up to 2048 bits, least significant limb first. */
#define LIMBS 64

struct number {
	uint32_t limb[LIMBS];
};

static void
multiply(struct number *n, uint32_t factor)
{
	uint64_t carry = 0;
	int i;

	for (i = 0; i < LIMBS; i++) {
		carry += (uint64_t)n->limb[i] * factor;
		n->limb[i] = (uint32_t)carry;
		carry >>= 32;
	}
	CHECK(carry == 0);
}

static int
bit_length(const struct number *n)
{
	int i = LIMBS * 32;

	while (i > 0 && (n->limb[(i - 1) / 32] >> (i - 1) % 32 & 1) == 0)
		i--;
	return i;
}

/* 64 bits from bit number from on; what is below bit 0 is 0. */
static uint64_t
bits_from(const struct number *n, int from)
{
	uint64_t v = 0;
	int i;

	for (i = 63; i >= 0; i--) {
		v <<= 1;
		if (from + i >= 0)
			v |= n->limb[(from + i) / 32] >> (from + i) % 32 & 1;
	}
	return v;
}

static void
power_of_5(struct number *n, int k)
{
	memset(n, 0, sizeof(*n));
	n->limb[0] = 1;
	while (k-- > 0)
		multiply(n, 5);
}

static void
every_positive_power_is_rounded_down(void)
{
	struct number five;
	struct es_u128 p;
	int k, length;

	for (k = 0; k <= ES_POWER_MAX; k++) {
		power_of_5(&five, k);
		length = bit_length(&five);
		p = es_power(k);
		CHECK(p.hi == bits_from(&five, length - 64));
		CHECK(p.lo == bits_from(&five, length - 128));
		CHECK(es_power_log2(k) == length - 1 + k);
	}
}

/* p is floor(2^(127 + length) / 5^k) if p * 5^k is below that power of two
 * and (p + 1) * 5^k is not: the sum's bit of that number tells. */
static void
every_negative_power_is_rounded_down(void)
{
	struct number product, five;
	struct es_u128 p;
	uint64_t carry;
	int k, i, length;

	for (k = 1; k <= -ES_POWER_MIN; k++) {
		p = es_power(-k);
		CHECK(p.hi >> 63 == 1);
		power_of_5(&five, k);
		length = bit_length(&five);
		memset(&product, 0, sizeof(product));
		product.limb[0] = (uint32_t)p.lo;
		product.limb[1] = (uint32_t)(p.lo >> 32);
		product.limb[2] = (uint32_t)p.hi;
		product.limb[3] = (uint32_t)(p.hi >> 32);
		for (i = 0; i < k; i++)
			multiply(&product, 5);
		CHECK(bit_length(&product) == 127 + length);
		carry = 0;
		for (i = 0; i < LIMBS; i++) {
			carry += (uint64_t)product.limb[i] + five.limb[i];
			product.limb[i] = (uint32_t)carry;
			carry >>= 32;
		}
		CHECK(bit_length(&product) == 128 + length);
		CHECK(es_power_log2(-k) == -k - length);
	}
}

static void
multiplies_what_does_not_fit_64_bits(void)
{
	struct es_u128 p = es_multiply(UINT64_MAX, UINT64_MAX);

	CHECK(p.hi == UINT64_MAX - 1 && p.lo == 1);
	p = es_multiply(0x123456789abcdef0u, 0xfedcba9876543210u);
	CHECK(p.hi == 0x121fa00ad77d7422u && p.lo == 0x236d88fe5618cf00u);
}

int
main(void)
{
	TAP_RUN(every_positive_power_is_rounded_down);
	TAP_RUN(every_negative_power_is_rounded_down);
	TAP_RUN(multiplies_what_does_not_fit_64_bits);
	return tap_done();
}
