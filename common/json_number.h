/*
 * json_number.h: grammar (RFC 8259 6) and range of a JSON number, an octet at
 * a time; knows without the lexeme whether it rounds to a finite double.
 *
 *	struct json_number n;
 *	json_number_init(&n);
 *	enum err e = json_number_push(&n, octet, &ended);
 *	e = json_number_finish(&n);
 *
 *	size_t n = json_number_simple(buf, len);
 *
 * Memory    the caller owns the context; the lexeme is not kept
 * Chunks    an octet at a time
 * Errors    JSON_NUMBER_SYNTAX, JSON_NUMBER_RANGE at the first octet after
 *           which nothing could make it a number again; TRUNCATED from finish
 * Trust     the same verdict as es_number_parse has
 * Limits    2^62 digits
 */
#ifndef COMMON_JSON_NUMBER_H
#define COMMON_JSON_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct json_number {
	/* The value is 0.DIGITS * 10^(point + exponent), the first digit not
	 * 0; of the digits only how they compare with the largest double. */
	int64_t point;
	int64_t exponent;
	uint16_t compared;
	int8_t order;
	bool nonzero;
	bool exponent_negative;
	uint8_t state;
};

void json_number_init(struct json_number *n);

/* ended: the octet does not belong to the number, which stands. */
MUST_USE enum err json_number_push(
    struct json_number *n, uint8_t octet, bool *ended);
MUST_USE enum err json_number_finish(const struct json_number *n);

/*
 * Octets of the number that (buf, len) begins with, if it is seen at a glance
 * to be canonical (RFC 8785 3.2.2.3); 0 if it is not, or may go on behind len.
 */
size_t json_number_simple(const uint8_t *buf, size_t len);

#endif
