/*
 * provision.h: making tokens and keys: an empty SoftHSM2 token for the
 * embedded default, a key pair in any token.
 *
 *	e = provision_token(module, "zegel", pin, pin_len, so, so_len, &d);
 *	e = provision_key(&config, TOKEN_P256, 0, "seal", id, id_len, pin,
 *	    pin_len, &d);
 *
 * Memory    nothing is kept
 * Chunks    none
 * Errors    TOKEN_*, PIN_*; EXISTS if the label or the id is taken;
 *           ALGORITHM, NAME_INVALID for what cannot be asked for
 * Trust     keys are generated in the token: CKA_SENSITIVE, not extractable
 * Limits    labels of 32 octets, ids of 64
 */
#ifndef HSM_PROVISION_H
#define HSM_PROVISION_H

#include "hsm/token.h"

/* Initialises the first slot without an initialised token. SoftHSM2 keeps its
 * tokens where the file named by SOFTHSM2_CONF says; it reads that only when
 * the process opens its first token. */
MUST_USE enum err provision_token(const char *module, const char *label,
    const uint8_t *pin, size_t pin_len, const uint8_t *so_pin,
    size_t so_pin_len, struct token_detail *detail);

/* In the token that c->uri names (what the URI says about an object does not
 * matter). bits: RSA only, 3072 or 4096. The PIN rules of token_login hold; if
 * this process is logged in already, the PIN is not tried. The pair is
 * destroyed again if the token would let the private key out. */
MUST_USE enum err provision_key(const struct token_config *c,
    enum token_key_type type, unsigned bits, const char *label,
    const uint8_t *id, size_t id_len, const uint8_t *pin, size_t pin_len,
    struct token_detail *detail);

/* Can that be the URI of a key, and is its module there, the one in the URI or
 * else the other? Loads nothing and looks at no token. */
MUST_USE enum err provision_check(
    const char *uri, const char *module, struct token_detail *detail);

/* Label and id that a key URI names; "" and 0 when it names none. label holds
 * 33 octets, id 64. TOKEN_URI for what is no URI. */
MUST_USE enum err provision_names(const char *uri, char label[static 33],
    uint8_t id[static 64], size_t *id_len, struct token_detail *detail);

#endif
