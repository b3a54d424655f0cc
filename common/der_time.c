#include "common/der_time.h"

#include "common/utc.h"

#define GENERALIZED 14 /* digits of YYYYMMDDHHMMSS */
#define UTC 12 /* YYMMDDHHMMSS */
#define FRACTION_MAX 9

static bool
two_digits(const uint8_t *p, int *value)
{
	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return false;
	*value = (p[0] - '0') * 10 + (p[1] - '0');
	return true;
}

/* Twelve digits, the year without its century. */
static enum err
calendar(int century, const uint8_t *p, int64_t *seconds)
{
	int field[6], i;

	for (i = 0; i < 6; i++) {
		if (!two_digits(p + 2 * i, &field[i]))
			return ERR_TIME_SYNTAX;
	}
	return utc_seconds(century * 100 + field[0], field[1], field[2],
	    field[3], field[4], field[5], seconds);
}

static enum err
generalized(const struct der_reader *t, int64_t *seconds)
{
	int century;

	if (!two_digits(t->p, &century))
		return ERR_TIME_SYNTAX;
	return calendar(century, t->p + 2, seconds);
}

enum err
der_time(struct der_reader *r, int64_t *seconds)
{
	struct der_reader at = *r, t;
	uint8_t tag;
	enum err e;

	e = der_next(&at, &tag, &t);
	if (e != ERR_OK)
		return e;
	if (tag != DER_GENERALIZED_TIME && tag != DER_UTC_TIME)
		return ERR_DER_TAG;
	if (t.len != (tag == DER_UTC_TIME ? UTC : GENERALIZED) + 1 ||
	    t.p[t.len - 1] != 'Z')
		return ERR_TIME_SYNTAX;
	if (tag == DER_UTC_TIME)
		e = calendar(t.p[0] < '5' ? 20 : 19, t.p, seconds);
	else
		e = generalized(&t, seconds);
	if (e == ERR_OK)
		*r = at;
	return e;
}

/* ".5" and so on, up to the Z: it may not end in 0 (X.690 11.7.3). */
static enum err
fraction(const uint8_t *p, size_t len, uint32_t *nanoseconds)
{
	uint32_t value = 0;
	size_t i;

	if (len < 2 || len > FRACTION_MAX + 1 || p[0] != '.' ||
	    p[len - 1] == '0')
		return ERR_TIME_SYNTAX;
	for (i = 1; i <= FRACTION_MAX; i++) {
		if (i < len && (p[i] < '0' || p[i] > '9'))
			return ERR_TIME_SYNTAX;
		value = value * 10 + (uint32_t)(i < len ? p[i] - '0' : 0);
	}
	*nanoseconds = value;
	return ERR_OK;
}

enum err
der_time_fraction(struct der_reader *r, int64_t *seconds, uint32_t *nanoseconds)
{
	struct der_reader at = *r, t;
	uint32_t part = 0;
	enum err e;

	e = der_enter(&at, DER_GENERALIZED_TIME, &t);
	if (e != ERR_OK)
		return e;
	if (t.len <= GENERALIZED || t.p[t.len - 1] != 'Z')
		return ERR_TIME_SYNTAX;
	if (t.len > GENERALIZED + 1)
		e = fraction(t.p + GENERALIZED, t.len - GENERALIZED - 1, &part);
	if (e == ERR_OK)
		e = generalized(&t, seconds);
	if (e != ERR_OK)
		return e;
	*nanoseconds = part;
	*r = at;
	return ERR_OK;
}
