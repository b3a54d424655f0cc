/*
 * token.h: a key in a PKCS#11 token (any module), found by an RFC 7512 URI.
 *
 *	struct token *t;
 *	enum err e = token_open(&t, &config, &detail);
 *	e = token_login(t, pin, pin_len);
 *	e = token_sign(t, alg, digest, digest_len, sig, cap, &sig_len);
 *	token_close(t);
 *
 * Memory    one object per key; PINs are copied to locked memory and wiped
 * Chunks    digests only, at most 64 octets
 * Errors    TOKEN_*, PIN_*; detail says which call returned which CKR
 * Trust     a signature must be verified with the certificate before use; the
 *           key is checked against the expected public value after every
 *           (re)connection, because a stale handle can name another key
 * Limits    sessions: min(asked for, what the token allows), at least one
 *
 * All functions may be called from several threads; token_sign runs in
 * parallel up to the number of sessions.
 */
#ifndef HSM_TOKEN_H
#define HSM_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/alg.h"
#include "common/err.h"

struct token;

/* Which PKCS#11 call failed and how, for a person: "C_Sign: CKR_DEVICE_ERROR".
 */
struct token_detail {
	char text[200];
};

enum token_key_type { TOKEN_RSA = 1, TOKEN_P256, TOKEN_P384, TOKEN_P521 };

/* Public value: RSA modulus and exponent (big-endian, no leading zeros), or
 * the uncompressed EC point 04 || x || y. */
struct token_public_key {
	enum token_key_type type;
	uint8_t value[512];
	size_t value_len;
	uint8_t exponent[8];
	size_t exponent_len;
};

struct token_config {
	const char *uri; /* pkcs11:token=...;object=...;id=...?module-path= */
	const char *module; /* path of the module, if the URI names none */
	unsigned sessions; /* wanted; 0: two */
	const char *pin_state; /* file of failed PIN tries by token serial */
	const struct token_public_key
	    *expected; /* of the certificate, or NULL */
};

enum token_state {
	TOKEN_READY = 1, /* logged in, key found and checked */
	TOKEN_NEEDS_PIN = 2,
	TOKEN_IS_ABSENT = 3, /* vanished; token_poll looks for it again */
	TOKEN_STOPPED = 4, /* a PIN was wrong or is locked */
};

MUST_USE enum err token_open(struct token **t, const struct token_config *c,
    struct token_detail *detail);
void token_close(struct token *t); /* takes NULL */

enum token_state token_state(struct token *t);

/* Looks for a vanished token, logs in again with the kept PIN (once: a wrong
 * PIN stops), finds and checks the key again. Cheap when nothing changed. */
MUST_USE enum err token_poll(struct token *t, struct token_detail *detail);

/* pin NULL: by the reader's pinpad, if the token has one. Token flags are
 * read first: PIN_FINAL_TRY, PIN_LOCKED are returned without a try. After
 * PIN_WRONG the kept PIN is wiped and nothing logs in before token_unstop. */
MUST_USE enum err token_login(struct token *t, const uint8_t *pin,
    size_t pin_len, struct token_detail *detail);
void token_logout(struct token *t); /* wipes the PIN */

/* A person gave a new PIN on purpose: allows one further try. */
void token_unstop(struct token *t);

bool token_has_pinpad(struct token *t);

MUST_USE enum err token_public_key(
    struct token *t, struct token_public_key *out, struct token_detail *detail);

/* digest by alg's hash. ECDSA: r || s. RSA PKCS1: DigestInfo is put here. */
MUST_USE enum err token_sign(struct token *t, const struct alg *alg,
    const uint8_t *digest, size_t digest_len, uint8_t *signature, size_t cap,
    size_t *signature_len, struct token_detail *detail);

/* What is in the token: for zegel key list and key test. */
struct token_info {
	char label[33], manufacturer[33], model[17], serial[17], module[256];
	uint64_t flags; /* CKF_* of the token */
	unsigned sessions; /* in the pool */
	bool always_authenticate;
	char key_label[65];
	uint8_t key_id[64];
	size_t key_id_len;
};
MUST_USE enum err token_info(struct token *t, struct token_info *out);

#endif
