/* Lexical forms of XML Schema 1.1 part 2, as far as the rules need them. */
#include <string.h>

#include "common/utc.h"
#include "host/edc/edc_priv.h"

struct reader {
	const char *p, *end;
};

static bool
take(struct reader *r, char c)
{
	if (r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

static bool
is_digit(const struct reader *r)
{
	return r->p < r->end && *r->p >= '0' && *r->p <= '9';
}

/* Exactly n digits. */
static bool
take_number(struct reader *r, int n, int *value)
{
	for (*value = 0; n > 0; n--, r->p++) {
		if (!is_digit(r))
			return false;
		*value = *value * 10 + (*r->p - '0');
	}
	return true;
}

static bool
take_date(struct reader *r, int *year, int *month, int *day)
{
	return take_number(r, 4, year) && take(r, '-') &&
	    take_number(r, 2, month) && take(r, '-') && take_number(r, 2, day);
}

/* Nothing, Z, or +hh:mm up to 14:00; then the end. */
static bool
take_zone_and_end(struct reader *r)
{
	int hour, minute;

	if (r->p == r->end)
		return true;
	if (take(r, 'Z'))
		return r->p == r->end;
	if (!take(r, '+') && !take(r, '-'))
		return false;
	return take_number(r, 2, &hour) && take(r, ':') &&
	    take_number(r, 2, &minute) && r->p == r->end && minute < 60 &&
	    (hour < 14 || (hour == 14 && minute == 0));
}

/* utc_seconds knows the calendar, but only from 1970 on: births are earlier.
 * 400 years are one round of it. */
static bool
is_calendar_date(int year, int month, int day)
{
	int64_t seconds;

	return year > 0 &&
	    utc_seconds(2000 + year % 400, month, day, 0, 0, 0, &seconds) ==
	    ERR_OK;
}

bool
edc_is_date(const char *text, size_t len)
{
	struct reader r = {text, text + len};
	int year, month, day;

	return take_date(&r, &year, &month, &day) &&
	    is_calendar_date(year, month, day) && take_zone_and_end(&r);
}

bool
edc_is_time(const char *text, size_t len)
{
	struct reader r = {text, text + len};
	int year, month, day, hour, minute, second;

	if (!take_date(&r, &year, &month, &day) || !take(&r, 'T') ||
	    !take_number(&r, 2, &hour) || !take(&r, ':') ||
	    !take_number(&r, 2, &minute) || !take(&r, ':') ||
	    !take_number(&r, 2, &second))
		return false;
	if (take(&r, '.')) {
		if (!is_digit(&r))
			return false;
		while (is_digit(&r))
			r.p++;
	}
	return is_calendar_date(year, month, day) && hour < 24 && minute < 60 &&
	    second < 60 && take_zone_and_end(&r);
}

/* PnYnMnDTnHnMnS, each part once, in order, at least one; T only before one. */
bool
edc_is_duration(const char *text, size_t len)
{
	static const char units[] = "YMDTHMS";
	struct reader r = {text, text + len};
	const char *unit = units, *found;
	bool any = false, after_t = false;

	take(&r, '-');
	if (!take(&r, 'P'))
		return false;
	while (r.p < r.end) {
		if (*r.p == 'T') {
			if (after_t)
				return false;
			after_t = true;
			any = false;
			unit = strchr(units, 'T') + 1;
			r.p++;
			continue;
		}
		if (!is_digit(&r))
			return false;
		while (is_digit(&r) || (*r.p == '.' && after_t)) {
			r.p++;
			if (r.p == r.end)
				return false;
		}
		found = *unit != '\0' ? strchr(unit, *r.p) : NULL;
		if (found == NULL || *r.p == '\0' ||
		    (!after_t && found > strchr(units, 'T')))
			return false;
		unit = found + 1;
		any = true;
		r.p++;
	}
	return any;
}
