/*
 * sha512.h: SHA-384 and SHA-512 (FIPS 180-4), for the to-be-signed octets of
 * RS/PS/ES 384 and 512. Same back ends and rules as sha256.h.
 *
 *	struct sha512 h;
 *	sha512_init(&h, SHA384_SIZE);
 *	sha512_push(&h, buf, len);
 *	sha512_finish(&h, out);
 *
 * Memory    the caller owns the context; it may be copied with =
 * Chunks    splitting the input changes nothing
 * Errors    none
 * Trust     as sha256.h
 * Limits    2^61 - 1 octets
 */
#ifndef COMMON_SHA512_H
#define COMMON_SHA512_H

#include <stddef.h>
#include <stdint.h>

#define SHA384_SIZE 48
#define SHA512_SIZE 64

struct sha512 {
	uint64_t state[40]; /* the back end's own; see the assertion there */
	size_t size; /* SHA384_SIZE or SHA512_SIZE */
};

void sha512_init(struct sha512 *h, size_t size);
void sha512_push(struct sha512 *h, const void *buf, size_t len);

/* Writes h->size octets. */
void sha512_finish(struct sha512 *h, uint8_t out[static SHA384_SIZE]);

#endif
