#include "common/utc.h"

#include <string.h>

#include "tests/unit/common/tap.h"

static void
formats_known_times(void)
{
	char text[UTC_SIZE];

	utc_format(0, text);
	CHECK(strcmp(text, "1970-01-01T00:00:00Z") == 0);
	utc_format(951782400, text);
	CHECK(strcmp(text, "2000-02-29T00:00:00Z") == 0);
	utc_format(1671648621, text);
	CHECK(strcmp(text, "2022-12-21T18:50:21Z") == 0);
	utc_format(253402300799, text);
	CHECK(strcmp(text, "9999-12-31T23:59:59Z") == 0);
}

static void
clamps_times_that_have_no_form(void)
{
	char text[UTC_SIZE];

	utc_format(-1, text);
	CHECK(strcmp(text, "1970-01-01T00:00:00Z") == 0);
	utc_format(253402300800, text);
	CHECK(strcmp(text, "9999-12-31T23:59:59Z") == 0);
}

static void
reads_back_what_it_writes(void)
{
	char text[UTC_SIZE];
	int64_t t, back;

	for (t = 0; t < 253402300799; t += 86400 * 17 + 12345) {
		utc_format(t, text);
		back = -1;
		CHECK(utc_parse(text, UTC_SIZE - 1, &back) == ERR_OK);
		CHECK(back == t);
	}
}

static void
refuses_what_is_no_time(void)
{
	static const char *const bad[] = {"1900-02-28T00:00:00Z",
	    "2023-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
	    "2023-13-01T00:00:00Z", "2023-00-01T00:00:00Z",
	    "2023-01-32T00:00:00Z", "2023-01-01T24:00:00Z",
	    "2023-01-01T00:60:00Z", "2023-01-01T00:00:60Z",
	    "2023-01-01 00:00:00Z", "2023-01-01T00:00:00z",
	    "2023-1a-01T00:00:00Z", "2023-01-01T00:00:00+"};
	int64_t t;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(utc_parse(bad[i], 20, &t) == ERR_TIME_SYNTAX);
	CHECK(utc_parse("2023-01-01T00:00:00Z", 19, &t) == ERR_TIME_SYNTAX);
}

int
main(void)
{
	TAP_RUN(formats_known_times);
	TAP_RUN(clamps_times_that_have_no_form);
	TAP_RUN(reads_back_what_it_writes);
	TAP_RUN(refuses_what_is_no_time);
	return tap_done();
}
