/*
 * utc.h: times as text, "2026-11-24T05:31:00Z", without a C library's clock.
 *
 *	char text[UTC_SIZE];
 *	utc_format(seconds, text);
 *	enum err e = utc_parse(text, UTC_SIZE - 1, &seconds);
 *
 * Memory    fixed arrays of the caller
 * Chunks    whole values
 * Errors    parse, utc_seconds: TIME_SYNTAX
 * Trust     the proleptic Gregorian calendar, no leap seconds (RFC 3339)
 * Limits    years 1970 to 9999
 */
#ifndef COMMON_UTC_H
#define COMMON_UTC_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

#define UTC_SIZE 21 /* with the final NUL */

/* seconds since 1970; outside the limits is shown as the nearest limit. */
void utc_format(int64_t seconds, char out[static UTC_SIZE]);

/* Exactly the form of utc_format. */
MUST_USE enum err utc_parse(const char *text, size_t len, int64_t *seconds);

/* Calendar to seconds: month 1..12, day 1..31 are checked. */
MUST_USE enum err utc_seconds(int year, int month, int day, int hour,
    int minute, int second, int64_t *seconds);

#endif
