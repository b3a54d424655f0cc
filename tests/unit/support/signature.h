/*
 * signature.h: is a signature right? By wolfCrypt, which made none of them.
 *
 *	assert_true(signature_is_valid(&key, alg, digest, sig, sig_len));
 *
 * Memory    nothing kept
 * Chunks    none
 * Errors    false
 * Trust     tests only
 * Limits    RSA up to 4096 bits
 */
#ifndef TESTS_UNIT_SUPPORT_SIGNATURE_H
#define TESTS_UNIT_SUPPORT_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/alg.h"
#include "hsm/token.h"

bool signature_is_valid(const struct token_public_key *key,
    const struct alg *alg, const uint8_t *digest, const uint8_t *signature,
    size_t len);

#endif
