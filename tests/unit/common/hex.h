/* hex.h: octets of a test as text. */
#ifndef TESTS_UNIT_COMMON_HEX_H
#define TESTS_UNIT_COMMON_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Are these octets what the text says, to the last one? */
static inline bool
hex_equal(const uint8_t *octets, size_t len, const char *text)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	if (strlen(text) != 2 * len)
		return false;
	for (i = 0; i < len; i++) {
		if (text[2 * i] != digits[octets[i] >> 4] ||
		    text[2 * i + 1] != digits[octets[i] & 15])
			return false;
	}
	return true;
}

/* The octets of a text of hexadecimal digits; how many. */
static inline size_t
hex_octets(const char *text, uint8_t *out)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;

	for (; text[0] != '\0'; text += 2) {
		out[n++] = (uint8_t)((strchr(digits, text[0]) - digits) << 4 |
		    (strchr(digits, text[1]) - digits));
	}
	return n;
}

#endif
