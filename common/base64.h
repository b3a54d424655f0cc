/*
 * base64.h: base64 (RFC 4648 4, padded) and base64url (5, unpadded, as
 * RFC 7515 wants it). Decoding is strict: no white space, no stray bits.
 *
 *	size_t n = base64url_encode(in, len, out);
 *	enum err e = base64url_decode(in, len, out, cap, &n);
 *
 * Memory    output buffers are the caller's
 * Chunks    whole values; base64_sink streams (for header composing)
 * Errors    decode: BASE64_SYNTAX, BUFFER
 * Trust     not constant time: never for secrets
 * Limits    none of its own
 */
#ifndef COMMON_BASE64_H
#define COMMON_BASE64_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/sink.h"

/* Octets that an encoding of n octets takes, no final NUL. */
#define BASE64_LEN(n) (((n) + 2) / 3 * 4)
#define BASE64URL_LEN(n) (((n)*4 + 2) / 3)

size_t base64_encode(const uint8_t *in, size_t len, char *out);
size_t base64url_encode(const uint8_t *in, size_t len, char *out);
MUST_USE enum err base64_decode(
    const char *in, size_t len, uint8_t *out, size_t cap, size_t *out_len);
MUST_USE enum err base64url_decode(
    const char *in, size_t len, uint8_t *out, size_t cap, size_t *out_len);

/* Encodes what is put into it on its way to another sink. */
struct base64_sink {
	struct sink sink;
	struct sink *next;
	const char *alphabet;
	uint8_t held[3];
	uint8_t held_len;
};

void base64_sink_init(struct base64_sink *b, struct sink *next);
void base64url_sink_init(struct base64_sink *b, struct sink *next);
void base64_sink_finish(struct base64_sink *b);

#endif
