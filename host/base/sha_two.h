/*
 * sha_two.h: private to sha_nettle.c: the compression function of SHA-256 on
 * two messages at once. One message leaves half of a processor's SHA unit idle,
 * since each round waits for the one before; no packaged library takes a second
 * one of any length.
 *
 *	if (sha_two_is_there())
 *		sha_two_blocks(a_state, a, b_state, b, blocks);
 *
 * Memory    the states are the caller's, eight words each as in FIPS 180-4
 * Chunks    whole blocks of 64 octets
 * Errors    none; must not be called where sha_two_is_there is false
 * Trust     tests/unit/common/sha_test.c holds it against plain code
 * Limits    none
 */
#ifndef HOST_BASE_SHA_TWO_H
#define HOST_BASE_SHA_TWO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA_TWO_BLOCK 64

bool sha_two_is_there(void);
void sha_two_blocks(uint32_t a_state[static 8], const uint8_t *a,
    uint32_t b_state[static 8], const uint8_t *b, size_t blocks);

#endif
