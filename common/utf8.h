/*
 * utf8.h: UTF-8 (RFC 3629): shortest forms only, no surrogates, nothing above
 * U+10FFFF. Noncharacters are characters here.
 *
 *	struct utf8 u = {0};
 *	size_t good = utf8_push(&u, buf, len);
 *	bool ok = good == len && utf8_is_whole(&u);
 *
 * Memory    the caller owns the context; zeros are its first state
 * Chunks    splitting the input changes nothing
 * Errors    the number of octets taken: less than len says where it went wrong
 * Trust     the refused octet is the first that no UTF-8 text could have there
 * Limits    none
 */
#ifndef COMMON_UTF8_H
#define COMMON_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct utf8 {
	uint8_t left; /* octets missing from the open code point */
	uint8_t low, high; /* what the next of them may be */
};

/* Octets taken; the octet behind them is wrong if there is one. */
size_t utf8_push(struct utf8 *u, const uint8_t *buf, size_t len);

/* The same, but stops also before the first ASCII octet. */
size_t utf8_push_wide(struct utf8 *u, const uint8_t *buf, size_t len);

/* No code point is open. */
static inline bool
utf8_is_whole(const struct utf8 *u)
{
	return u->left == 0;
}

/* All of (buf, len) is UTF-8. */
bool utf8_is_valid(const void *buf, size_t len);

/* Octets written, 1..4; code must be a code point and no surrogate. */
size_t utf8_encode(uint32_t code, uint8_t out[static 4]);

#endif
