/*
 * token.h: a key in a PKCS#11 token (any module), found by an RFC 7512 URI.
 *
 *	struct token *t;
 *	enum err e = token_open(&t, &config, &detail);
 *	e = token_login(t, pin, pin_len, &detail);
 *	e = token_sign(t, alg, digest, len, sig, cap, &sig_len, &detail);
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
 * All functions but token_close may be called from several threads; token_sign
 * runs in parallel up to the number of sessions, and waits up to two minutes
 * for a free one (TIMEOUT). A key with CKA_ALWAYS_AUTHENTICATE signs one at a
 * time. C_Login and C_Sign themselves cannot be interrupted: PKCS#11 has no
 * call for it.
 *
 * Login, PIN, sessions and the stop after a wrong PIN belong to the token: all
 * objects of this process whose keys live in one token share them. After the
 * login for one key the others are TOKEN_IS_ABSENT until token_poll (or their
 * token_login, which costs no try) has found them.
 *
 * After fork() the child must not use its parent's objects, nor open any while
 * the parent had some: all functions refuse with TOKEN_MODULE (token_close
 * frees only). Open tokens after the last fork.
 */
#ifndef HSM_TOKEN_H
#define HSM_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/alg.h"
#include "common/err.h"

#define TOKEN_SILENT_S 10 /* a call that takes longer: it does not answer */

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
	const char *pin_state; /* file of failed PIN tries by token; NULL: not
				* counted, only for tokens made for a test */
	const struct token_public_key
	    *expected; /* of the certificate, or NULL */
};

enum token_state {
	TOKEN_READY = 1, /* logged in, key found and checked */
	TOKEN_NEEDS_PIN = 2,
	TOKEN_IS_ABSENT = 3, /* token or key vanished; token_poll looks again */
	TOKEN_STOPPED = 4, /* a PIN was wrong, is locked or has one try left */
};

/* Finds the token, which must be there (TOKEN_ABSENT: try again later). No PIN
 * is tried. The config is copied. */
MUST_USE enum err token_open(struct token **t, const struct token_config *c,
    struct token_detail *detail);
/* Takes NULL. No other thread may use t any more. While a login that was given
 * up is in a call, it is closed when that returns. */
void token_close(struct token *t);

enum token_state token_state(struct token *t);

/* Seconds since the first of the calls into the token that are under way
 * began; 0: none, or a person may be at its pinpad for each signature. Neither
 * this nor token_state waits for any. */
int64_t token_waits(struct token *t);

/* Looks for a vanished token, logs in again with the kept PIN (once: a wrong
 * PIN stops), finds and checks the key again. ERR_OK: ready. Cheap when nothing
 * changed: two calls. Another token than the one that was opened (label, maker,
 * model and serial number count) is TOKEN_ABSENT and never gets the PIN. Waits
 * up to 30 s for calls of the old connection to return (TIMEOUT). */
MUST_USE enum err token_poll(struct token *t, struct token_detail *detail);

/*
 * pin NULL: by the reader's pinpad, if the token has one (else
 * TOKEN_LOGGED_OUT). Token flags are read first: PIN_FINAL_TRY, PIN_LOCKED,
 * PIN_NOT_SET, PIN_LENGTH are returned without a try. Each try is recorded in
 * pin_state before it is made and forgotten when it was right; with two
 * recorded failures a token that does not say how many are left is
 * PIN_FINAL_TRY, too. After PIN_WRONG, PIN_LOCKED, PIN_FINAL_TRY the kept PIN
 * is wiped and nothing logs in before token_unstop (PIN_STOPPED). While the
 * token is logged in, another PIN than the one it accepted is PIN_WRONG without
 * a try and without a stop.
 *
 * TOKEN_SILENT: a call into the token has not returned for TOKEN_SILENT_S, or
 * somebody else's keeps this one out. The PIN is wiped, but for what a C_Login
 * that is under way has of it; nothing more is tried with it, and if that login
 * comes to a good end yet, it is undone. At a pinpad a person has two minutes.
 */
MUST_USE enum err token_login(struct token *t, const uint8_t *pin,
    size_t pin_len, struct token_detail *detail);
/* Wipes the PIN and logs the token out, for all its keys. TOKEN_SILENT: a call
 * into the token does not return within seconds. Nothing more is signed then,
 * and the rest is done when it does. */
MUST_USE enum err token_logout(struct token *t, struct token_detail *detail);

/* A person gave a new PIN on purpose: allows one further try. */
void token_unstop(struct token *t);

bool token_has_pinpad(struct token *t);

/* Before login only if the token shows a public key object of that name; it is
 * compared with config.expected when the private key is found. From then on
 * without a call into the token. */
MUST_USE enum err token_public_key(
    struct token *t, struct token_public_key *out, struct token_detail *detail);

/* digest by alg's hash. ECDSA: r || s, each as long as the curve demands. RSA
 * PKCS1: DigestInfo is put here. After TOKEN_ABSENT: token_poll. A signature of
 * another length than the key's is SIGNATURE_INVALID. */
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
