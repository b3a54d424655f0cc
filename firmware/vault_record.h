/*
 * vault_record.h: private to vault*.c: what stands in the store, and how the
 * key is sealed.
 *
 *	offset size  of the value of the key's sectors (twin.h), big-endian
 *	     0    1  algorithm: 7 (P-256) or 8 (P-384)
 *	     1    1  place of the certificate: 0 none, 1, 2
 *	     2    2  its length
 *	     4   32  its SHA-256
 *	    36    8  time of INIT
 *	    44    1  octets of the station's name
 *	    45   64  the name, zeros behind it
 *	   109   96  the public point: x, y, zeros behind them
 *	   205   92  the secret number under the PIN: salt (16), nonce (12),
 *	             AES-256-GCM of 48 octets (zeros behind 32), tag (16)
 *	   297   92  the same under the PUK
 *	   389       end
 *
 *	offset size  of the value of the tries' sectors
 *	     0    1  tries that are left for the PIN
 *	     1    1  for the PUK
 *	     2    1  1: a wipe has begun
 *	     3       end
 *
 * The key of AES is HKDF-SHA-256 of PBKDF2 (PIN or PUK, salt, VAULT_ROUNDS) as
 * salt, of HKDF (device secret, "zegel-vault-key") as secret, and of the label
 * "zegel-pin-v1" or "zegel-puk-v1", algorithm and point as info. So it changes
 * with the key even where a board's random numbers repeat themselves.
 */
#ifndef FIRMWARE_VAULT_RECORD_H
#define FIRMWARE_VAULT_RECORD_H

#include "firmware/vault.h"

#define RECORD_ALG 0
#define RECORD_PLACE 1
#define RECORD_LENGTH 2
#define RECORD_DIGEST 4
#define RECORD_TIME 36
#define RECORD_STATION_LEN 44
#define RECORD_STATION 45
#define RECORD_POINT 109
#define RECORD_PIN 205
#define RECORD_PUK 297
#define RECORD_END 389

#define SEALED_SALT 0
#define SEALED_NONCE 16
#define SEALED_SECRET 28
#define SEALED_TAG 76
#define SEALED_SIZE 92

_Static_assert(SEALED_SALT + 16 == SEALED_NONCE, "offsets");
_Static_assert(SEALED_NONCE + CRYPTO_AES_NONCE == SEALED_SECRET, "offsets");
_Static_assert(SEALED_SECRET + CRYPTO_SCALAR_MAX == SEALED_TAG, "offsets");
_Static_assert(SEALED_TAG + CRYPTO_AES_TAG == SEALED_SIZE, "offsets");
_Static_assert(RECORD_PIN + SEALED_SIZE == RECORD_PUK, "offsets");
_Static_assert(RECORD_PUK + SEALED_SIZE == RECORD_END, "offsets");
_Static_assert(RECORD_END <= TWIN_MAX, "one sector");

#define TRIES_PIN 0
#define TRIES_PUK 1
#define TRIES_WIPE 2
#define TRIES_END 3

static inline uint8_t *
vault_record(struct vault *v)
{
	return v->sector + TWIN_VALUE;
}

/* vault.c: keeps v's record; state is that of what is kept afterwards. */
MUST_USE enum err vault_store_record(struct vault *v);

/* vault_seal.c; at: RECORD_PIN or RECORD_PUK of v's record. */
MUST_USE enum err vault_seal(
    struct vault *v, size_t at, const struct msg_octets *code);
/* Into v->seal; ERR_REFUSED if the code is another one. */
MUST_USE enum err vault_open(
    struct vault *v, size_t at, const struct msg_octets *code);

/* Digits only, and as many as a PIN has. */
bool vault_is_pin(const struct msg_octets *pin);

/* vault_certificate.c */
MUST_USE enum err vault_put_certificate(
    void *vault, const uint8_t *der, size_t len);
size_t vault_get_certificate(
    void *vault, uint32_t offset, uint8_t *buf, size_t cap);
MUST_USE enum err vault_erase_certificates(void);

#endif
