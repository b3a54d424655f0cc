/*
 * vault.h: the key store: one seal key, sealed under keys that only this
 * device, with the PIN or the PUK, can derive. The core calls it through
 * vault_calls (struct key_calls of ctx.h); its state is vault.state.
 *
 *	e = vault_load(&v, &rng, device_secret);
 *	e = vault_calls.make(&v, &wish, puk);	nothing is kept yet
 *	e = vault_calls.keep(&v);
 *	e = vault_calls.login(&v, &pin, false);
 *	e = vault_calls.sign(&v, digest, len, rs);
 *
 * Memory    the caller's; neither copied nor moved; holds keys
 * Chunks    the certificate is read in pieces, all else is whole
 * Errors    PIN_LENGTH, PIN_WRONG, PIN_FINAL_TRY, PIN_LOCKED, PUK_WRONG,
 *           PUK_LOCKED, KEY_WIPED (neither of them had a try left), KEY_EXISTS,
 *           TOKEN_KEY_ABSENT, TOKEN_LOGGED_OUT, IO
 * Trust     a try is counted, durably, before the PIN or PUK is looked at. A
 *           loss of power at any write leaves the state before or after. Who
 *           can put an old store back has the old tries back with it
 * Limits    VAULT_PIN_TRIES, VAULT_PUK_TRIES; sectors VAULT_KEY and on
 */
#ifndef FIRMWARE_VAULT_H
#define FIRMWARE_VAULT_H

#include "boards/board.h"
#include "firmware/crypto.h"
#include "firmware/ctx.h"
#include "firmware/twin.h"

#define VAULT_PIN_TRIES 5 /* the last by the device's buttons only */
#define VAULT_PUK_TRIES 8
/* Of PBKDF2. It costs who has stolen secret and store as much time a PIN as
 * the device; without the secret no number of PINs is of use. */
#define VAULT_ROUNDS 2000

/* Sectors of the store, behind those of remember.h. */
#define VAULT_KEY 2
#define VAULT_TRIES 4
#define VAULT_CERTIFICATE 8 /* two places */
#define VAULT_PLACE (BOUND_CERTIFICATE / BOARD_SECTOR)
#define VAULT_END (VAULT_CERTIFICATE + 2 * VAULT_PLACE)

struct vault {
	struct key_state state;
	struct crypto_rng *rng;
	struct crypto_key seal; /* while it is open, or made and not kept */
	uint8_t root[CRYPTO_MAC]; /* of the keys that seal it */
	struct twin key, tries;
	bool is_made; /* and not kept yet */
	uint8_t sector[BOARD_SECTOR]; /* as key has it */
};

/* Finishes what a loss of power interrupted. NO store: IO; a damaged one is no
 * error but v->state.key. */
MUST_USE enum err vault_load(struct vault *v, struct crypto_rng *rng,
    const uint8_t secret[static BOARD_DEVICE_SECRET]);

extern const struct key_calls vault_calls;

#endif
