/*
 * spki.h: public keys: SubjectPublicKeyInfo (RFC 5280 4.1.2.7) to and from a
 * token's key, and checking of signatures with them.
 *
 *	struct spki k;
 *	enum err e = spki_read(der, len, &k);
 *	e = spki_verify(&k, &scheme, digest, digest_len, sig, sig_len);
 *
 * Memory    struct spki points into the DER; nothing is allocated for it
 * Chunks    whole values
 * Errors    CERT_KEY: no RSA key of 2048 to 4096 bits and no point on P-256,
 *           P-384 or P-521; ALGORITHM: a scheme that is not this key's;
 *           SIGNATURE_INVALID
 * Trust     spki_read accepts only points that are on their curve
 * Limits    RSA exponents odd, from 3, of at most 8 octets
 */
#ifndef HOST_X509_SPKI_H
#define HOST_X509_SPKI_H

#include "host/x509/cert.h"
#include "hsm/token.h"

struct spki {
	enum key_type key;
	unsigned bits; /* of the modulus, or of the curve's order */
	unsigned coordinate; /* octets of r and of s; RSA: of a signature */
	struct der_reader value; /* modulus, or point 04 || x || y */
	struct der_reader exponent; /* RSA; without leading zeros */
};

MUST_USE enum err spki_read(const uint8_t *der, size_t len, struct spki *out);

/* Same key? All of it is compared, the type too. */
bool spki_equal(const struct spki *a, const struct spki *b);

struct signature_scheme {
	enum alg_family family;
	size_t hash_size; /* 32, 48, 64: SHA-256, SHA-384, SHA-512 */
	size_t salt_len; /* RSA-PSS only; MGF1 with the same hash */
};

/* signature: r || s of fixed width, or as long as the modulus. Any number of
 * threads may use the same key: nothing of it is kept between calls. What was
 * good is good without being computed again (known.h). */
MUST_USE enum err spki_verify(const struct spki *k,
    const struct signature_scheme *scheme, const uint8_t *digest,
    size_t digest_len, const uint8_t *signature, size_t signature_len);

/* wolfCrypt keeps tables for the keys that a thread met, 1.6 MB at most. From
 * here on they are freed when the thread ends; whoever hands wolfCrypt a point
 * calls it before. */
void spki_note_tables(void);

/* 600 octets hold every key of the limits. */
#define SPKI_CAP 600

MUST_USE enum err spki_from_token_key(const struct token_public_key *key,
    uint8_t *out, size_t cap, size_t *out_len);
MUST_USE enum err spki_to_token_key(
    const uint8_t *der, size_t len, struct token_public_key *out);

/* Key of a certificate as the token gives it: for comparing the two. */
MUST_USE enum err cert_token_key(
    const struct cert *c, struct token_public_key *out);
bool token_key_equal(
    const struct token_public_key *a, const struct token_public_key *b);

#endif
