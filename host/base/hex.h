/*
 * hex.h: lower-case hexadecimal, for names of files and ids.
 *
 *	char text[65];
 *	hex_encode(digest, 32, text);
 *	enum err e = hex_decode(text, 64, digest, 32);
 *
 * Memory    the caller's buffers
 * Chunks    whole values
 * Errors    decode: BASE64_SYNTAX for other characters or another length
 * Trust     not constant time
 * Limits    none
 */
#ifndef HOST_BASE_HEX_H
#define HOST_BASE_HEX_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

/* Writes 2 * len characters and a NUL. */
void hex_encode(const uint8_t *in, size_t len, char *out);

/* Exactly (out, out_len); upper and lower case. */
MUST_USE enum err hex_decode(
    const char *in, size_t len, uint8_t *out, size_t out_len);

#endif
