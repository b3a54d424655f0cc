/*
 * es_number.h: IEEE 754 doubles as text, both ways.
 *
 *	char text[ES_NUMBER_SIZE];
 *	size_t n = es_number_format(0.1, text);
 *	enum err e = es_number_parse(text, n, &value);
 *
 * Memory    no allocation, no globals but constant tables
 * Chunks    the whole lexeme at once
 * Errors    parse: JSON_NUMBER_SYNTAX, JSON_NUMBER_RANGE
 * Trust     exact for every double: format is the shortest that reads back and
 *           nearest (ECMAScript Number::toString), parse rounds half to even
 * Limits    format writes at most ES_NUMBER_SIZE octets, parse reads any length
 */
#ifndef COMMON_ES_NUMBER_H
#define COMMON_ES_NUMBER_H

#include <stddef.h>

#include "common/err.h"

#define ES_NUMBER_SIZE 25

/* RFC 8785 3.2.2.3. value must be finite; -0 gives "0". No final NUL. */
size_t es_number_format(double value, char out[static ES_NUMBER_SIZE]);

/* A JSON number (RFC 8259 6), the whole of (text, len). */
MUST_USE enum err es_number_parse(const char *text, size_t len, double *value);

#endif
