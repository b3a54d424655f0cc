/*
 * softhsm.h: SoftHSM2 tokens in a folder that goes away with the test.
 *
 *	softhsm_begin();
 *	softhsm_token("one");			user PIN 123456
 *	softhsm_key("one", TOKEN_P256, 0, "seal", 1);
 *	softhsm_end();
 *
 * Memory    one folder a process, named by softhsm_folder
 * Chunks    none
 * Errors    abort: a test cannot go on without
 * Trust     tests only
 * Limits    paths of 256 octets
 */
#ifndef TESTS_UNIT_SUPPORT_SOFTHSM_H
#define TESTS_UNIT_SUPPORT_SOFTHSM_H

#include <stdint.h>

#include "hsm/token.h"

#define SOFTHSM_MODULE "/usr/lib/softhsm/libsofthsm2.so"
#define SOFTHSM_PIN "123456"
#define SOFTHSM_SO_PIN "87654321"

void softhsm_begin(void);
void softhsm_end(void);
const char *softhsm_folder(void);
void softhsm_token(const char *label);
/* CKA_ID is the one octet id. */
void softhsm_key(const char *token, enum token_key_type type, unsigned bits,
    const char *label, uint8_t id);

#endif
