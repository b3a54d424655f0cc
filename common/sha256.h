/*
 * sha256.h: SHA-256 (FIPS 180-4). The host links nettle behind it, the device
 * wolfCrypt; the same vectors prove both.
 *
 *	struct sha256 h;
 *	sha256_init(&h);
 *	sha256_push(&h, buf, len);
 *	sha256_finish(&h, out);
 *
 * Memory    the caller owns the context; it may be copied with =
 * Chunks    splitting the input changes nothing
 * Errors    none
 * Trust     a digest says nothing until its input has been accepted
 * Limits    2^61 - 1 octets
 */
#ifndef COMMON_SHA256_H
#define COMMON_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32

struct sha256 {
	uint64_t state[24]; /* the back end's own; see the assertion there */
};

void sha256_init(struct sha256 *h);
void sha256_push(struct sha256 *h, const void *buf, size_t len);
void sha256_finish(struct sha256 *h, uint8_t out[static SHA256_SIZE]);

/* sha256_push on each of two. The host does long ones in the time of one, where
 * its processor can: one message alone leaves half of a SHA unit idle. */
void sha256_push_two(struct sha256 *a, const void *abuf, size_t alen,
    struct sha256 *b, const void *bbuf, size_t blen);

/* All three in one call. */
void sha256(const void *buf, size_t len, uint8_t out[static SHA256_SIZE]);

#endif
