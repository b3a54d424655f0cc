#include "common/utc.h"

#define UTC_LAST 253402300799 /* 9999-12-31T23:59:59Z */

/* Days since 1970-01-01; the year begins in March, so that the leap day is
 * its last day and months have lengths in a fixed pattern. */
static int64_t
days_of_date(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400;
	int64_t in_era = y - era * 400;
	int64_t m = month > 2 ? month - 3 : month + 9;
	int64_t in_year = (153 * m + 2) / 5 + day - 1;

	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 +
	    in_year - 719468;
}

static void
put_digits(char *out, int width, int64_t value)
{
	while (width-- > 0) {
		out[width] = (char)('0' + value % 10);
		value /= 10;
	}
}

void
utc_format(int64_t seconds, char out[static UTC_SIZE])
{
	static const char form[UTC_SIZE] = "0000-00-00T00:00:00Z";
	int64_t days, rest, era, in_era, year_of_era, in_year, m;
	int i;

	if (seconds < 0)
		seconds = 0;
	if (seconds > UTC_LAST)
		seconds = UTC_LAST;
	days = seconds / 86400 + 719468;
	rest = seconds % 86400;
	era = days / 146097;
	in_era = days % 146097;
	year_of_era = (in_era - in_era / 1460 + in_era / 36524 -
			  in_era / 146096) /
	    365;
	in_year = in_era -
	    (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	m = (5 * in_year + 2) / 153;

	for (i = 0; i < UTC_SIZE; i++)
		out[i] = form[i];
	put_digits(out, 4, year_of_era + era * 400 + (m >= 10));
	put_digits(out + 5, 2, m < 10 ? m + 3 : m - 9);
	put_digits(out + 8, 2, in_year - (153 * m + 2) / 5 + 1);
	put_digits(out + 11, 2, rest / 3600);
	put_digits(out + 14, 2, rest / 60 % 60);
	put_digits(out + 17, 2, rest % 60);
}

enum err
utc_seconds(int year, int month, int day, int hour, int minute, int second,
    int64_t *seconds)
{
	static const int length[] = {
	    31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (year < 1970 || year > 9999 || month < 1 || month > 12 || day < 1 ||
	    day > length[month - 1] || (month == 2 && day == 29 && !leap) ||
	    hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
	    second > 59)
		return ERR_TIME_SYNTAX;
	*seconds = days_of_date(year, month, day) * 86400 + hour * 3600 +
	    minute * 60 + second;
	return ERR_OK;
}

/* Reads width digits; -1 if one of them is none. */
static int
get_digits(const char *text, int width)
{
	int value = 0, i;

	for (i = 0; i < width; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

enum err
utc_parse(const char *text, size_t len, int64_t *seconds)
{
	if (len != UTC_SIZE - 1 || text[4] != '-' || text[7] != '-' ||
	    text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
	    text[19] != 'Z')
		return ERR_TIME_SYNTAX;
	return utc_seconds(get_digits(text, 4), get_digits(text + 5, 2),
	    get_digits(text + 8, 2), get_digits(text + 11, 2),
	    get_digits(text + 14, 2), get_digits(text + 17, 2), seconds);
}
