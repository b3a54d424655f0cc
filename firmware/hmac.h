/*
 * hmac.h: HMAC (RFC 2104) over SHA-256.
 *
 *	struct hmac h;
 *	hmac_init(&h, key);
 *	hmac_push(&h, buf, len);
 *	hmac_finish(&h, mac);
 *
 * Memory    the caller's; finish wipes what came of the key
 * Chunks    splitting the input changes nothing
 * Errors    none
 * Trust     compare with hmac_is_equal only
 * Limits    keys of 32 octets
 */
#ifndef FIRMWARE_HMAC_H
#define FIRMWARE_HMAC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/sha256.h"

#define HMAC_KEY 32

struct hmac {
	struct sha256 inner, outer;
};

void hmac_init(struct hmac *h, const uint8_t key[static HMAC_KEY]);
void hmac_push(struct hmac *h, const void *buf, size_t len);
void hmac_finish(struct hmac *h, uint8_t out[static SHA256_SIZE]);

/* In a time that does not depend on where they differ. */
bool hmac_is_equal(
    const uint8_t a[static SHA256_SIZE], const uint8_t b[static SHA256_SIZE]);

/* Not optimised away. */
void hmac_wipe(void *buf, size_t len);

#endif
