#include "firmware/p256.h"

#include <string.h>

#include <wolfssl/wolfcrypt/settings.h>

/*
 * wolfCrypt's arithmetic of this curve is in functions that only its own file
 * can call: so that file is compiled here, for this curve alone, which
 * user_settings.h leaves out everywhere else. By what it says there one of the
 * two is empty. Not the small variant, which inverts more slowly.
 */
#undef WOLFSSL_SP_NO_256
#undef WOLFSSL_SP_384
#undef WOLFSSL_SP_SMALL
#define HAVE_ECC_DHE /* numbers as octets */
#include <wolfcrypt/src/sp_c32.c>
#include <wolfcrypt/src/sp_cortexm.c>

#include "firmware/hmac.h"

/* sp_256_..._8 with 8 digits to a number, or sp_256_..._9. */
#define JOIN(name, digits) sp_256_##name##_##digits
#define CALL(name, digits) JOIN(name, digits)
#define SP(name) CALL(name, P256_DIGITS)
#define DIGITS P256_DIGITS

/* A comb: bits of a number that stand SPACING apart are taken together. */
#define TEETH 6
#define SPACING 43 /* 6 * 43 is 258 */

/* Multiples of a point: entry[i] is the sum of its multiples by 2^(j * SPACING)
 * for each bit j that is set in i; entry[0] stays 0, for infinity. */
struct comb {
	uint8_t point[2 * P256_NUMBER];
	bool is_made;
	sp_table_entry_256 entry[1 << TEETH];
};

/* Temporary numbers of wolfCrypt's functions. */
struct room {
	sp_digit t[6 * 2 * DIGITS];
};

static struct comb base, key;

/* SEC 2, 2.4.2 */
static const uint8_t base_point[2 * P256_NUMBER] = {0x6b, 0x17, 0xd1, 0xf2,
    0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2,
    0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45,
    0xd8, 0x98, 0xc2, 0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b,
    0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57,
    0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5};

static void
get(sp_digit *number, const uint8_t *octets)
{
	sp_256_from_bin(number, DIGITS, octets, P256_NUMBER);
}

/* From 1 to the order, exclusively. */
static bool
is_scalar(const sp_digit *number)
{
	return SP(iszero)(number) == 0 && SP(cmp)(number, p256_order) < 0;
}

/* number is below twice the modulus. */
static void
reduce_once(sp_digit *number, const sp_digit *modulus)
{
	sp_digit is_less = SP(cmp)(number, modulus) < 0;

	SP(cond_sub)(number, number, modulus, is_less - 1);
	SP(norm)(number);
}

/* In Montgomery form, modulo the prime. */
static void
multiply(sp_digit *out, const sp_digit *a, const sp_digit *b)
{
	SP(mont_mul)(out, a, b, p256_mod, p256_mp_mod);
}

static void
square(sp_digit *out, const sp_digit *a)
{
	SP(mont_sqr)(out, a, p256_mod, p256_mp_mod);
}

/* Coordinates in Montgomery form, z = 1. */
static void
set_affine(sp_point_256 *p, const sp_digit *x, const sp_digit *y)
{
	memcpy(p->x, x, DIGITS * sizeof(sp_digit));
	memcpy(p->y, y, DIGITS * sizeof(sp_digit));
	memcpy(p->z, p256_norm_mod, DIGITS * sizeof(sp_digit));
	p->infinity = 0;
}

static void
put_entry(sp_table_entry_256 *entry, const sp_point_256 *p)
{
	memcpy(entry->x, p->x, sizeof(entry->x));
	memcpy(entry->y, p->y, sizeof(entry->y));
}

/* Makes p affine, which is the entry but for its z. */
static void
finish_entry(sp_table_entry_256 *entry, sp_point_256 *p,
    const sp_digit *inverse, struct room *r)
{
	sp_digit *second = r->t, *third = r->t + 2 * DIGITS;

	set_affine(p, entry->x, entry->y);
	square(second, inverse);
	multiply(third, second, inverse);
	multiply(p->x, p->x, second);
	multiply(p->y, p->y, third);
	put_entry(entry, p);
}

/*
 * The entries from i on, which is a power of 2: the tooth itself, and with it
 * each of those before. One inversion serves all: that of the product of their
 * z, of which the product before each and then its z are taken out.
 */
static void
make_entries(
    struct comb *c, unsigned i, const sp_point_256 *tooth, struct room *r)
{
	sp_digit z[1 << (TEETH - 1)][DIGITS], before[1 << (TEETH - 1)][DIGITS];
	sp_digit product[2 * DIGITS], inverse[2 * DIGITS];
	sp_point_256 other, sum = *tooth;
	unsigned j;

	memcpy(product, p256_norm_mod, sizeof(p256_norm_mod));
	for (j = 0; j < i; j++) {
		set_affine(&other, c->entry[j].x, c->entry[j].y);
		if (j > 0)
			SP(proj_point_add_qz1)(&sum, tooth, &other, r->t);
		put_entry(&c->entry[i + j], &sum);
		memcpy(z[j], sum.z, sizeof(z[j]));
		memcpy(before[j], product, sizeof(before[j]));
		multiply(product, product, sum.z);
	}
	SP(mont_inv)(inverse, product, r->t);
	while (j-- > 0) {
		multiply(product, inverse, before[j]);
		multiply(inverse, inverse, z[j]);
		finish_entry(&c->entry[i + j], &sum, product, r);
	}
}

/* Each tooth is 2^SPACING times the one before. */
static void
make_comb(struct comb *c, const uint8_t point[static 2 * P256_NUMBER])
{
	sp_point_256 p, tooth;
	struct room r;
	unsigned i, n;

	c->is_made = false;
	get(p.x, point);
	get(p.y, point + P256_NUMBER);
	(void)SP(mod_mul_norm)(p.x, p.x, p256_mod);
	(void)SP(mod_mul_norm)(p.y, p.y, p256_mod);
	set_affine(&tooth, p.x, p.y);
	for (i = 1; i < 1 << TEETH; i *= 2) {
		make_entries(c, i, &tooth, &r);
		for (n = 0; n < SPACING; n++)
			SP(proj_point_dbl)(&tooth, &tooth, r.t);
	}
	memcpy(c->point, point, sizeof(c->point));
	c->is_made = true;
}

static const struct comb *
comb_of(struct comb *c, const uint8_t point[static 2 * P256_NUMBER])
{
	if (!c->is_made || memcmp(c->point, point, sizeof(c->point)) != 0)
		make_comb(c, point);
	return c;
}

/* The entry for the bits at column, SPACING apart; infinity if none is set. A
 * Cortex-M3 has no cache that would tell which entry it is. */
static void
get_entry(sp_point_256 *p, const struct comb *c,
    const uint8_t number[static P256_NUMBER], unsigned column)
{
	unsigned tooth, bit, i = 0;

	for (tooth = 0; tooth < TEETH; tooth++) {
		bit = tooth * SPACING + column;
		if (bit < 8 * P256_NUMBER)
			i |= (number[P256_NUMBER - 1 - bit / 8] >> bit % 8 & 1u)
			    << tooth;
	}
	set_affine(p, c->entry[i].x, c->entry[i].y);
	p->infinity = i == 0;
}

/*
 * number times the base point, affine and out of Montgomery form; the number is
 * secret. p, just doubled, is the base point times a number with an even digit
 * at each tooth, the entry is it times one with digits 0 and 1: neither sum nor
 * difference of the two numbers is 0, unless both are, nor as much as the
 * order. So they are never the same point or opposite ones, which wolfCrypt's
 * addition is not made for.
 */
static void
multiply_base(sp_point_256 *p, const uint8_t number[static P256_NUMBER])
{
	const struct comb *g = comb_of(&base, base_point);
	unsigned column = SPACING - 1;
	sp_point_256 entry;
	struct room r;

	get_entry(p, g, number, column);
	while (column-- > 0) {
		SP(proj_point_dbl)(p, p, r.t);
		get_entry(&entry, g, number, column);
		SP(proj_point_add_qz1)(p, p, &entry, r.t);
	}
	SP(map)(p, p, r.t);
	hmac_wipe(&entry, sizeof(entry));
	hmac_wipe(&r, sizeof(r));
}

enum err
p256_derive(const uint8_t secret[static P256_NUMBER],
    uint8_t point[static 2 * P256_NUMBER])
{
	sp_point_256 p;
	bool good;

	get(p.x, secret);
	good = is_scalar(p.x);
	if (good) {
		multiply_base(&p, secret);
		SP(to_bin)(p.x, point);
		SP(to_bin)(p.y, point + P256_NUMBER);
	}
	hmac_wipe(&p, sizeof(p));
	return good ? ERR_OK : ERR_INTERNAL;
}

enum err
p256_sign(const uint8_t secret[static P256_NUMBER],
    const uint8_t k[static P256_NUMBER],
    const uint8_t digest[static P256_NUMBER],
    uint8_t signature[static 2 * P256_NUMBER])
{
	struct {
		sp_point_256 p;
		sp_digit r[2 * DIGITS], s[2 * DIGITS], e[2 * DIGITS];
		sp_digit k[2 * DIGITS], secret[2 * DIGITS];
		struct room room;
	} w;
	enum err e = ERR_INTERNAL;

	get(w.k, k);
	get(w.secret, secret);
	get(w.e, digest);
	if (!is_scalar(w.k) || !is_scalar(w.secret))
		goto out;
	multiply_base(&w.p, k);
	memcpy(w.r, w.p.x, sizeof(w.r));
	reduce_once(w.r, p256_order);
	if (SP(calc_s)(w.s, w.r, w.k, w.secret, w.e, w.room.t) != MP_OKAY ||
	    !is_scalar(w.r) || !is_scalar(w.s))
		goto out;
	SP(to_bin)(w.r, signature);
	SP(to_bin)(w.s, signature + P256_NUMBER);
	e = ERR_OK;
out:
	hmac_wipe(&w, sizeof(w));
	return e;
}

/* At the first digit that differs: for what is not secret. */
static bool
is_same_number(const sp_digit *a, const sp_digit *b)
{
	return memcmp(a, b, DIGITS * sizeof(sp_digit)) == 0;
}

/* Modulo the prime: results are below 2^256, not always below the prime. */
static bool
is_zero(const sp_digit *number)
{
	return SP(iszero)(number) != 0 || is_same_number(number, p256_mod);
}

/* p + entry, whichever they are. wolfCrypt's addition gives z = 0 if they are
 * the same point (then all is 0) or opposite ones; but if z is 1 in both it
 * takes opposite ones for the same. */
static void
add(sp_point_256 *p, const sp_point_256 *entry, struct room *r)
{
	bool is_same = false, is_opposite = false;

	if (p->infinity == 0 && entry->infinity == 0 &&
	    is_same_number(p->x, entry->x) && is_same_number(p->z, entry->z)) {
		is_same = is_same_number(p->y, entry->y);
		is_opposite = !is_same;
	} else {
		SP(proj_point_add_qz1)(p, p, entry, r->t);
		if (p->infinity == 0 && is_zero(p->z)) {
			is_same = is_zero(p->x);
			is_opposite = !is_same;
		}
	}
	if (is_same)
		SP(proj_point_dbl)(p, entry, r->t);
	if (is_opposite)
		p->infinity = 1;
}

/* a times the base point and b times the key's, side by side. Nothing here is
 * secret. */
static void
multiply_both(sp_point_256 *p, const uint8_t a[static P256_NUMBER],
    const uint8_t b[static P256_NUMBER], const struct comb *q)
{
	const struct comb *g = comb_of(&base, base_point);
	unsigned column = SPACING;
	sp_point_256 entry;
	struct room r;

	memset(p, 0, sizeof(*p));
	p->infinity = 1;
	while (column-- > 0) {
		SP(proj_point_dbl)(p, p, r.t);
		get_entry(&entry, g, a, column);
		add(p, &entry, &r);
		get_entry(&entry, q, b, column);
		add(p, &entry, &r);
	}
}

/* Is x the coordinate of p? That one is p->x / p->z^2. */
static bool
has_x(const sp_point_256 *p, const sp_digit *x)
{
	sp_digit want[2 * DIGITS], z[2 * DIGITS], is[2 * DIGITS];

	square(z, p->z);
	(void)SP(mod_mul_norm)(want, x, p256_mod);
	multiply(want, want, z);
	reduce_once(want, p256_mod);
	memcpy(is, p->x, sizeof(is));
	reduce_once(is, p256_mod);
	return is_same_number(is, want);
}

/* r is a coordinate modulo the order: what it was before may be more. */
static bool
is_r(const sp_point_256 *p, const sp_digit *r)
{
	sp_digit more[2 * DIGITS];

	if (p->infinity != 0 || is_zero(p->z))
		return false;
	if (has_x(p, r))
		return true;
	(void)SP(sub)(more, p256_mod, p256_order);
	SP(norm)(more);
	if (SP(cmp)(r, more) >= 0)
		return false;
	(void)SP(add)(more, r, p256_order);
	SP(norm)(more);
	return has_x(p, more);
}

enum err
p256_verify(const uint8_t point[static 2 * P256_NUMBER],
    const uint8_t digest[static P256_NUMBER],
    const uint8_t signature[static 2 * P256_NUMBER])
{
	sp_digit r[2 * DIGITS], s[2 * DIGITS], u[2 * DIGITS];
	uint8_t a[P256_NUMBER], b[P256_NUMBER];
	sp_point_256 p;

	get(r, signature);
	get(s, signature + P256_NUMBER);
	if (!is_scalar(r) || !is_scalar(s))
		return ERR_SIGNATURE_INVALID;
	/* 1 / s in Montgomery form, so that products with it are in none */
	if (SP(mod_inv)(s, s, p256_order) != MP_OKAY)
		return ERR_SIGNATURE_INVALID;
	SP(mul)(s, s, p256_norm_order);
	if (SP(mod)(s, s, p256_order) != MP_OKAY)
		return ERR_SIGNATURE_INVALID;
	SP(norm)(s);
	get(u, digest);
	SP(mont_mul_order)(u, u, s);
	reduce_once(u, p256_order);
	SP(to_bin)(u, a);
	SP(mont_mul_order)(u, r, s);
	reduce_once(u, p256_order);
	SP(to_bin)(u, b);
	multiply_both(&p, a, b, comb_of(&key, point));
	return is_r(&p, r) ? ERR_OK : ERR_SIGNATURE_INVALID;
}
