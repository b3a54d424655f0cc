#include "common/json_number.h"

#include <string.h>

/*
 * From 2^1024 - 2^970 on, half-way between the largest double and what would
 * be the next, a number rounds to infinity: 0.DIGITS * 10^309. Its last digit
 * is not 0.
 */
static const char limit[] = "17976931348623158079372897140530341507993413271003"
			    "78269361737789804449682927647509466490179775872070"
			    "96330286416692887910946555547851940402630657488671"
			    "50582068190890200070838367627385484581771153176447"
			    "57302700698555713669596228429148198608349364752927"
			    "19074168444365510704342711559699508093042880177904"
			    "174497792";
#define LIMIT_DIGITS 309

/* Beyond this no number of digits helps. */
#define EXPONENT_MAX ((int64_t)1 << 62)

enum {
	START,
	MINUS, /* a digit must follow */
	ZERO, /* no further digit of the integer */
	INTEGER,
	POINT, /* a digit must follow */
	FRACTION,
	E, /* a sign or a digit must follow */
	SIGN, /* a digit must follow */
	EXPONENT,
};

void
json_number_init(struct json_number *n)
{
	memset(n, 0, sizeof(*n));
}

static void
take_digit(struct json_number *n, uint8_t octet)
{
	if (!n->nonzero) {
		if (octet == '0') {
			if (n->state == FRACTION)
				n->point--;
			return;
		}
		n->nonzero = true;
	}
	if (n->state == INTEGER)
		n->point++;
	if (n->compared == LIMIT_DIGITS)
		return;
	if (n->order == 0 && octet != (uint8_t)limit[n->compared])
		n->order = octet < (uint8_t)limit[n->compared] ? -1 : 1;
	n->compared++;
}

/* Of what has been read; a mantissa that ended early goes on with zeros. */
static enum err
check_range(const struct json_number *n)
{
	int64_t exponent = n->exponent_negative ? -n->exponent : n->exponent;

	if (!n->nonzero || n->point + exponent < LIMIT_DIGITS)
		return ERR_OK;
	if (n->point + exponent > LIMIT_DIGITS || n->order > 0 ||
	    (n->order == 0 && n->compared == LIMIT_DIGITS))
		return ERR_JSON_NUMBER_RANGE;
	return ERR_OK;
}

static enum err
push_digit(struct json_number *n, uint8_t octet)
{
	switch (n->state) {
	case START:
	case MINUS:
		n->state = octet == '0' ? ZERO : INTEGER;
		break;
	case ZERO:
		return ERR_JSON_NUMBER_SYNTAX;
	case POINT:
		n->state = FRACTION;
		break;
	case E:
	case SIGN:
	case EXPONENT:
		n->state = EXPONENT;
		if (n->exponent < EXPONENT_MAX / 16)
			n->exponent = n->exponent * 10 + (octet - '0');
		/* More digits bring a positive exponent further up, but a
		 * negative one may yet make a long integer small. */
		return n->exponent_negative ? ERR_OK : check_range(n);
	}
	take_digit(n, octet);
	return ERR_OK;
}

enum err
json_number_push(struct json_number *n, uint8_t octet, bool *ended)
{
	bool may_end = n->state == ZERO || n->state == INTEGER ||
	    n->state == FRACTION || n->state == EXPONENT;

	*ended = false;
	if (octet >= '0' && octet <= '9')
		return push_digit(n, octet);
	if (octet == '-' && n->state == START) {
		n->state = MINUS;
		return ERR_OK;
	}
	if (octet == '.' && (n->state == ZERO || n->state == INTEGER)) {
		n->state = POINT;
		return ERR_OK;
	}
	if ((octet == 'e' || octet == 'E') && may_end && n->state != EXPONENT) {
		n->state = E;
		return ERR_OK;
	}
	if ((octet == '+' || octet == '-') && n->state == E) {
		n->state = SIGN;
		n->exponent_negative = octet == '-';
		return n->exponent_negative ? ERR_OK : check_range(n);
	}
	if (!may_end)
		return ERR_JSON_NUMBER_SYNTAX;
	*ended = true;
	return check_range(n);
}

enum err
json_number_finish(const struct json_number *n)
{
	if (n->state != ZERO && n->state != INTEGER && n->state != FRACTION &&
	    n->state != EXPONENT)
		return ERR_JSON_TRUNCATED;
	return check_range(n);
}

/* Different decimals of up to 15 digits are different doubles (C11 5.2.4.2.2,
 * DBL_DIG), so none of them has a shorter form than itself. */
#define EXACT_DIGITS 15

static const uint8_t *
skip_digits(const uint8_t *p, const uint8_t *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

size_t
json_number_simple(const uint8_t *buf, size_t len)
{
	const uint8_t *end = buf + len;
	const uint8_t *whole = buf + (len != 0 && *buf == '-');
	const uint8_t *p = skip_digits(whole, end), *fraction;
	ptrdiff_t digits = p - whole;

	if (p == whole || p == end || (*whole == '0' && digits != 1))
		return 0;
	if (*p == '.') {
		fraction = p + 1;
		p = skip_digits(fraction, end);
		if (p == fraction || p == end || p[-1] == '0')
			return 0;
		digits += p - fraction;
		if (*whole == '0') {
			while (*fraction == '0')
				fraction++;
			digits = p - fraction;
			/* Below 10^-6 it takes an exponent. */
			if (fraction - whole > 2 + 5)
				return 0;
		}
	} else if (*whole == '0' && whole != buf) {
		return 0;
	}
	if (*p == '.' || *p == 'e' || *p == 'E' || digits > EXACT_DIGITS)
		return 0;
	return (size_t)(p - buf);
}
