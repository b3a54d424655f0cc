/*
 * hex_value.h: what a hexadecimal digit is worth.
 *
 *	hex_value('f') == 15
 *
 * Memory    none
 * Chunks    one character
 * Errors    -1: not a digit, in either case of letters
 * Trust     any octet may be asked for
 * Limits    none
 */
#ifndef COMMON_HEX_VALUE_H
#define COMMON_HEX_VALUE_H

#include <stdint.h>

static inline int
hex_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

#endif
