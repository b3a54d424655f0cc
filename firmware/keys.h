/*
 * keys.h: the seal key, for whoever lets a host use it: the card applet and
 * the console. Here is the gate: nothing is signed that no person approved.
 *
 *	if (keys_login(c, pin, len) == ERR_OK)
 *		e = keys_sign(c, ALG_ES256, digest, 32, rs, &rs_len);
 *	n = keys_certificate(c, offset, buf, sizeof(buf));
 *
 * Memory    buffers are the caller's; the open key is the key store's and
 *           wiped by keys_logout
 * Chunks    the certificate is read piece by piece; whole values otherwise
 * Errors    TOKEN_KEY_ABSENT: there is no key, or its store is damaged.
 *           login: PIN_WRONG (one try less), PIN_FINAL_TRY (not tried: only
 *           the device's buttons may), PIN_LOCKED, PIN_LENGTH (not tried), IO.
 *           sign: TOKEN_LOGGED_OUT, ALGORITHM, CERT_CHANGED (the batch is for
 *           another certificate), APPROVAL_ABSENT (not armed), IO (could not
 *           be counted)
 * Trust     a try is counted, durably, before the PIN is looked at; a signature
 *           before it is made, and it is verified before it is given out
 * Limits    one key: P-256 or P-384. BOUND_CERTIFICATE
 */
#ifndef FIRMWARE_KEYS_H
#define FIRMWARE_KEYS_H

#include "firmware/ctx.h"

/* false also if the store is damaged. */
bool keys_is_there(const struct ctx *c);

/* Tries that a host may make: one less than there are, because the last is for
 * the device's buttons. */
unsigned keys_tries(const struct ctx *c);

bool keys_is_open(const struct ctx *c);

/* pin: MSG_PIN_MIN to MSG_PIN digits, without padding. */
MUST_USE enum err keys_login(struct ctx *c, const uint8_t *pin, size_t len);
void keys_logout(struct ctx *c);

/* ALG_ES256, ALG_ES384; only if there is a key. */
enum alg_number keys_alg(const struct ctx *c);

/* Octets of x, then y: 64 or 96; 0 without a key. */
size_t keys_point(const struct ctx *c, uint8_t out[static MSG_SEAL_SIGNATURE]);

/* 0: there is none. */
uint32_t keys_certificate_len(const struct ctx *c);

/* Octets of it from offset on, up to cap; 0 behind its end, or if the store
 * cannot be read. */
size_t keys_certificate(
    struct ctx *c, uint32_t offset, uint8_t *buf, size_t cap);

/* The gate. The digest, as long as alg's hash, must be the one that ARM allowed
 * last, and is allowed once; armed again, it is given the same signature and
 * not counted again. rs: MSG_SEAL_SIGNATURE octets of room for r, then s. */
MUST_USE enum err keys_sign(struct ctx *c, enum alg_number alg,
    const uint8_t *digest, size_t len, uint8_t *rs, size_t *rs_len);

#endif
