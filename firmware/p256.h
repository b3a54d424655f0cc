/*
 * p256.h: ECDSA on P-256 for who signs much with few keys, out of wolfCrypt's
 * arithmetic: multiples of the base point and of the key's, computed once,
 * make its signatures, each verified, two and a half times as fast as its own.
 * Only crypto.h calls it.
 *
 *	e = p256_derive(secret, point);
 *	e = p256_sign(secret, k, digest, signature);
 *	e = p256_verify(point, digest, signature);
 *
 * Memory    8 KiB of its own for multiples of two public points, which change
 *           no result; else the stack, wiped where a secret was
 * Chunks    whole values of 32 octets, big-endian; point: x, then y; signature:
 *           r, then s
 * Errors    INTERNAL: a number out of its range, or a signature that cannot be
 *           made with this k; SIGNATURE_INVALID
 * Trust     a point is not checked: one of ours, never one from outside. What
 *           is secret takes the same time, as far as the compiler keeps it;
 *           verification, where nothing is, does not
 * Limits    another point than that of the time before costs its multiples,
 *           little more than a signature
 */
#ifndef FIRMWARE_P256_H
#define FIRMWARE_P256_H

#include <stdint.h>

#include "common/err.h"

#define P256_NUMBER 32

MUST_USE enum err p256_derive(const uint8_t secret[static P256_NUMBER],
    uint8_t point[static 2 * P256_NUMBER]);

/* k is from 1 to the order, exclusively. Does not verify. */
MUST_USE enum err p256_sign(const uint8_t secret[static P256_NUMBER],
    const uint8_t k[static P256_NUMBER],
    const uint8_t digest[static P256_NUMBER],
    uint8_t signature[static 2 * P256_NUMBER]);

MUST_USE enum err p256_verify(const uint8_t point[static 2 * P256_NUMBER],
    const uint8_t digest[static P256_NUMBER],
    const uint8_t signature[static 2 * P256_NUMBER]);

#endif
