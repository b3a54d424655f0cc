#include <string.h>

#include "firmware/vault_record.h"

static enum crypto_curve
curve_of(uint8_t alg)
{
	return alg == ALG_ES384 ? CRYPTO_P384 : CRYPTO_P256;
}

/* The key of AES for a code: see vault_record.h. */
static enum err
derive(struct vault *v, size_t at, const struct msg_octets *code,
    uint8_t key[static CRYPTO_AES_KEY])
{
	const uint8_t *record = vault_record(v);
	uint8_t info[12 + 1 + MSG_SEAL_SIGNATURE], slow[CRYPTO_MAC];
	enum err e;

	memcpy(info, at == RECORD_PIN ? "zegel-pin-v1" : "zegel-puk-v1", 12);
	info[12] = record[RECORD_ALG];
	memcpy(info + 13, record + RECORD_POINT, MSG_SEAL_SIGNATURE);
	e = crypto_pbkdf2(code->p, code->len, record + at + SEALED_SALT, 16,
	    VAULT_ROUNDS, slow, sizeof(slow));
	if (e == ERR_OK)
		e = crypto_hkdf(v->root, sizeof(v->root), slow, sizeof(slow),
		    info, sizeof(info), key, CRYPTO_AES_KEY);
	crypto_wipe(slow, sizeof(slow));
	return e;
}

enum err
vault_seal(struct vault *v, size_t at, const struct msg_octets *code)
{
	uint8_t *sealed = vault_record(v) + at, key[CRYPTO_AES_KEY];
	enum err e;

	e = crypto_random(v->rng, sealed + SEALED_SALT, 16 + CRYPTO_AES_NONCE);
	if (e == ERR_OK)
		e = derive(v, at, code, key);
	if (e == ERR_OK)
		e = crypto_seal(key, sealed + SEALED_NONCE, NULL, 0,
		    v->seal.secret, CRYPTO_SCALAR_MAX, sealed + SEALED_SECRET,
		    sealed + SEALED_TAG);
	crypto_wipe(key, sizeof(key));
	return e;
}

enum err
vault_open(struct vault *v, size_t at, const struct msg_octets *code)
{
	const uint8_t *record = vault_record(v);
	const uint8_t *sealed = record + at;
	uint8_t key[CRYPTO_AES_KEY];
	enum err e;

	crypto_wipe(&v->seal, sizeof(v->seal));
	e = derive(v, at, code, key);
	if (e == ERR_OK)
		e = crypto_open(key, sealed + SEALED_NONCE, NULL, 0,
		    sealed + SEALED_SECRET, CRYPTO_SCALAR_MAX, v->seal.secret,
		    sealed + SEALED_TAG);
	crypto_wipe(key, sizeof(key));
	if (e != ERR_OK) {
		crypto_wipe(&v->seal, sizeof(v->seal));
		return e;
	}
	v->seal.curve = curve_of(record[RECORD_ALG]);
	memcpy(v->seal.point, record + RECORD_POINT, sizeof(v->seal.point));
	return ERR_OK;
}

bool
vault_is_pin(const struct msg_octets *pin)
{
	size_t i;

	if (pin->len < MSG_PIN_MIN || pin->len > MSG_PIN)
		return false;
	for (i = 0; i < pin->len; i++) {
		if (pin->p[i] < '0' || pin->p[i] > '9')
			return false;
	}
	return true;
}
