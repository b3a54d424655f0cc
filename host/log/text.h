/*
 * text.h: UTF-8 (RFC 3629), one code point at a time; numbers of C2SP's texts.
 *
 *	while ((n = text_next(p, end, &c)) > 0)
 *		p += n;
 *	if (p != end)
 *		not UTF-8
 *
 * Memory    none
 * Chunks    whole values
 * Errors    0 octets: the end, or not UTF-8 there
 * Trust     shortest forms only, no surrogates, nothing above U+10FFFF
 * Limits    none
 */
#ifndef HOST_LOG_TEXT_H
#define HOST_LOG_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Octets that the code point at p takes, 1..4, or 0. */
size_t text_next(const char *p, const char *end, uint32_t *code);

/* A decimal number without a leading zero, below 2^53. */
bool text_number(const char *p, size_t len, uint64_t *number);

/* UTF-8 without control characters (C0, DEL, C1), nor the marks that turn the
 * direction of text around: what a person reads is what stands there. */
bool text_is_plain(const char *p, size_t len);

#endif
