/*
 * der_time.h: UTCTime and GeneralizedTime as certificates, revocation data
 * and timestamps have them.
 *
 *	enum err e = der_time(&r, &seconds);
 *	e = der_time_fraction(&r, &seconds, &nanoseconds);
 *
 * Memory    none
 * Chunks    whole values
 * Errors    DER_*; TIME_SYNTAX; the reader does not move on an error
 * Trust     no leap seconds, no time zones
 * Limits    years 1970 to 9999; fractions of nine digits
 */
#ifndef COMMON_DER_TIME_H
#define COMMON_DER_TIME_H

#include "common/der.h"

/* RFC 5280 4.1.2.5: YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ, nothing else. */
MUST_USE enum err der_time(struct der_reader *r, int64_t *seconds);

/* RFC 3161 2.4.2: YYYYMMDDHHMMSS[.s]Z, the fraction without final zeros. */
MUST_USE enum err der_time_fraction(
    struct der_reader *r, int64_t *seconds, uint32_t *nanoseconds);

#endif
