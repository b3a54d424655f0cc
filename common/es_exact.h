/*
 * es_exact.h: which of two neighbouring doubles a decimal lies nearer to, by
 * whole numbers: the last resort of es_number_parse.
 *
 *	int order = es_exact_compare(digits, count, exponent, half, power);
 *
 * Memory    less than 1 KiB of stack, whatever the length of the lexeme
 * Chunks    the whole lexeme at once
 * Errors    none
 * Trust     exact; its caller is the only user
 * Limits    the two values must lie within a factor of 2
 */
#ifndef COMMON_ES_EXACT_H
#define COMMON_ES_EXACT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Compares d * 10^exponent with half * 2^power: negative, 0 or positive.
 * d is the number of count digits at text, which may have a decimal point
 * among them; the first is not 0.
 */
int es_exact_compare(const char *text, uint64_t count, int64_t exponent,
    uint64_t half, int power);

#endif
