/*
 * provision.h: making tokens and keys: an empty SoftHSM2 token for the
 * embedded default, a key pair in any token.
 *
 *	enum err e = provision_token(module, "zegel", pin, n, so_pin, m,
 *&detail); e = provision_key(&config, TOKEN_P256, "seal", id, id_len, pin, n,
 *&detail);
 *
 * Memory    nothing is kept
 * Chunks    none
 * Errors    TOKEN_*, PIN_*; EXISTS if the label is taken
 * Trust     keys are generated in the token: CKA_SENSITIVE, not extractable
 * Limits    labels of 32 octets, ids of 64
 */
#ifndef HSM_PROVISION_H
#define HSM_PROVISION_H

#include "hsm/token.h"

/* Initialises the first slot without an initialised token. */
MUST_USE enum err provision_token(const char *module, const char *label,
    const uint8_t *pin, size_t pin_len, const uint8_t *so_pin,
    size_t so_pin_len, struct token_detail *detail);

/* bits: RSA only, 3072 or 4096. */
MUST_USE enum err provision_key(const struct token_config *c,
    enum token_key_type type, unsigned bits, const char *label,
    const uint8_t *id, size_t id_len, const uint8_t *pin, size_t pin_len,
    struct token_detail *detail);

#endif
