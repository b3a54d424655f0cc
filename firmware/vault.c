#include "firmware/vault.h"

#include <string.h>

#include "common/be.h"
#include "firmware/vault_record.h"

static void
forget(struct vault *v)
{
	crypto_wipe(&v->seal, sizeof(v->seal));
	v->state.is_open = false;
	v->is_made = false;
}

static enum err
store_tries(struct vault *v, uint8_t pin, uint8_t puk, bool wipe)
{
	uint8_t sector[BOARD_SECTOR];
	uint8_t *value = sector + TWIN_VALUE;
	enum err e;

	value[TRIES_PIN] = pin;
	value[TRIES_PUK] = puk;
	value[TRIES_WIPE] = wipe;
	e = twin_store(&v->tries, sector);
	if (e != ERR_OK)
		return e;
	v->state.pin_tries = pin;
	v->state.puk_tries = puk;
	return ERR_OK;
}

/* What was begun is ended, also at the next start. */
static enum err
wipe(void *vault)
{
	struct vault *v = vault;
	enum err e = store_tries(v, 0, 0, true);

	forget(v);
	/* even if that could not be noted */
	if (twin_erase(&v->key) != ERR_OK ||
	    vault_erase_certificates() != ERR_OK)
		e = ERR_IO;
	memset(&v->state, 0, sizeof(v->state));
	crypto_wipe(v->sector, sizeof(v->sector));
	if (e == ERR_OK)
		e = store_tries(v, 0, 0, false);
	if (e != ERR_OK)
		v->state.key = MSG_KEY_DAMAGED;
	return e;
}

static bool
is_certificate_whole(struct vault *v)
{
	uint8_t digest[SHA256_SIZE], part[64];
	struct sha256 h;
	uint32_t at = 0;
	size_t n;

	sha256_init(&h);
	while ((n = vault_get_certificate(v, at, part, sizeof(part))) > 0) {
		sha256_push(&h, part, n);
		at += (uint32_t)n;
	}
	sha256_finish(&h, digest);
	return memcmp(digest, v->state.certificate, SHA256_SIZE) == 0;
}

/* The record, which this device wrote, as state. */
static void
take_record(struct vault *v)
{
	const uint8_t *record = vault_record(v);
	struct key_state *s = &v->state;

	s->key = MSG_KEY_READY;
	s->alg = (enum alg_number)record[RECORD_ALG];
	memcpy(s->point, record + RECORD_POINT, sizeof(s->point));
	s->station_len = record[RECORD_STATION_LEN];
	memcpy(s->station, record + RECORD_STATION, sizeof(s->station));
	s->certificate_len = 0;
	memset(s->certificate, 0, SHA256_SIZE);
	if (record[RECORD_PLACE] == 0)
		return;
	s->certificate_len = be16_get(record + RECORD_LENGTH);
	memcpy(s->certificate, record + RECORD_DIGEST, SHA256_SIZE);
	if (is_certificate_whole(v))
		return;
	s->certificate_len = 0;
	memset(s->certificate, 0, SHA256_SIZE);
}

/* After a failure: the one or the other, or none yet. */
static void
reload(struct vault *v)
{
	enum err e = twin_load(&v->key, v->sector);

	if (e == ERR_OK) {
		take_record(v);
		return;
	}
	if (e != ERR_NOT_FOUND)
		v->state.key = MSG_KEY_DAMAGED;
	forget(v);
}

enum err
vault_store_record(struct vault *v)
{
	enum err e = twin_store_both(&v->key, v->sector);

	if (e == ERR_OK)
		take_record(v);
	else
		reload(v);
	return e;
}

static enum err
load_key(struct vault *v, enum err tries)
{
	enum err e = twin_load(&v->key, v->sector);

	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e == ERR_STORE_CORRUPT || (e == ERR_OK && tries != ERR_OK)) {
		v->state.key = MSG_KEY_DAMAGED;
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	/* the power went before the wipe */
	if (v->state.pin_tries == 0 && v->state.puk_tries == 0)
		return wipe(v);
	take_record(v);
	/* nothing of an older PIN is left to go back to */
	return v->key.is_same ? ERR_OK : twin_store(&v->key, v->sector);
}

enum err
vault_load(struct vault *v, struct crypto_rng *rng,
    const uint8_t secret[static BOARD_DEVICE_SECRET])
{
	static const char key_info[] = "zegel-vault-key";
	static const char mac_info[] = "zegel-vault-mac";
	uint8_t mac[CRYPTO_MAC], sector[BOARD_SECTOR];
	const uint8_t *value = sector + TWIN_VALUE;
	enum err e, tries;

	memset(v, 0, sizeof(*v));
	v->rng = rng;
	e = crypto_hkdf(secret, BOARD_DEVICE_SECRET, NULL, 0, key_info,
	    sizeof(key_info), v->root, sizeof(v->root));
	if (e == ERR_OK)
		e = crypto_hkdf(secret, BOARD_DEVICE_SECRET, NULL, 0, mac_info,
		    sizeof(mac_info), mac, sizeof(mac));
	if (e != ERR_OK)
		return e;
	twin_init(&v->key, mac, VAULT_KEY, "zegel-key-v1", RECORD_END);
	twin_init(&v->tries, mac, VAULT_TRIES, "zegel-tries-v1", TRIES_END);
	crypto_wipe(mac, sizeof(mac));
	tries = twin_load(&v->tries, sector);
	if (tries == ERR_IO)
		return tries;
	if (tries == ERR_OK && value[TRIES_WIPE] != 0)
		return wipe(v);
	if (tries == ERR_OK) {
		v->state.pin_tries = value[TRIES_PIN];
		v->state.puk_tries = value[TRIES_PUK];
	}
	return load_key(v, tries);
}

/* Eight digits, each as likely as the others. */
static enum err
make_puk(struct vault *v, uint8_t puk[static MSG_PUK])
{
	uint8_t octet;
	size_t n = 0;
	enum err e;

	while (n < MSG_PUK) {
		e = crypto_random(v->rng, &octet, 1);
		if (e != ERR_OK)
			return e;
		if (octet < 250)
			puk[n++] = (uint8_t)('0' + octet % 10);
	}
	return ERR_OK;
}

static void
put_wish(struct vault *v, const struct key_wish *wish)
{
	uint8_t *record = vault_record(v);

	memset(v->sector, 0, sizeof(v->sector));
	record[RECORD_ALG] = (uint8_t)wish->alg;
	be64_put(record + RECORD_TIME, wish->now);
	record[RECORD_STATION_LEN] = (uint8_t)wish->station.len;
	memcpy(record + RECORD_STATION, wish->station.p, wish->station.len);
	memcpy(record + RECORD_POINT, v->seal.point, sizeof(v->seal.point));
}

static enum err
make(void *vault, const struct key_wish *wish, uint8_t puk[static MSG_PUK])
{
	struct msg_octets code = {puk, MSG_PUK};
	struct vault *v = vault;
	enum err e;

	if (v->state.key != MSG_KEY_NONE)
		return ERR_KEY_EXISTS;
	if (wish->alg != ALG_ES256 && wish->alg != ALG_ES384)
		return ERR_ALGORITHM;
	if (!vault_is_pin(&wish->pin))
		return ERR_PIN_LENGTH;
	if (wish->station.len > BOUND_STATION_NAME)
		return ERR_TOO_LARGE;
	forget(v);
	e = crypto_key_generate(v->rng,
	    wish->alg == ALG_ES384 ? CRYPTO_P384 : CRYPTO_P256, &v->seal);
	if (e == ERR_OK) {
		put_wish(v, wish);
		e = make_puk(v, puk);
	}
	if (e == ERR_OK)
		e = vault_seal(v, RECORD_PIN, &wish->pin);
	if (e == ERR_OK)
		e = vault_seal(v, RECORD_PUK, &code);
	v->is_made = e == ERR_OK;
	if (e != ERR_OK)
		forget(v);
	return e;
}

/* Tries first: the key is there with its first sector. */
static enum err
keep(void *vault)
{
	struct vault *v = vault;
	enum err e = ERR_TOKEN_KEY_ABSENT;

	if (v->is_made)
		e = store_tries(v, VAULT_PIN_TRIES, VAULT_PUK_TRIES, false);
	if (e == ERR_OK)
		e = store_tries(v, VAULT_PIN_TRIES, VAULT_PUK_TRIES, false);
	if (e == ERR_OK)
		e = vault_store_record(v);
	v->is_made = false;
	v->state.is_open = e == ERR_OK;
	if (e != ERR_OK)
		forget(v);
	return e;
}

/* What was made and not kept. */
static void
drop(void *vault)
{
	struct vault *v = vault;

	if (v->is_made)
		forget(v);
}

/* The code was wrong, and it was counted. Once neither PIN nor PUK has a try
 * left nobody can open the key any more. */
static enum err
wrong(struct vault *v, enum err e)
{
	if (v->state.pin_tries > 0 || v->state.puk_tries > 0)
		return e;
	return wipe(v) == ERR_OK ? ERR_KEY_WIPED : ERR_IO;
}

/* A try less, then the PIN, then all of them again. */
static enum err
login(void *vault, const struct msg_octets *pin, bool by_buttons)
{
	struct vault *v = vault;
	enum err e;

	if (v->state.key != MSG_KEY_READY)
		return ERR_TOKEN_KEY_ABSENT;
	if (!vault_is_pin(pin))
		return ERR_PIN_LENGTH;
	if (v->state.pin_tries == 0)
		return ERR_PIN_LOCKED;
	if (v->state.pin_tries == 1 && !by_buttons)
		return ERR_PIN_FINAL_TRY;
	forget(v);
	e = store_tries(v, v->state.pin_tries - 1, v->state.puk_tries, false);
	if (e == ERR_OK)
		e = vault_open(v, RECORD_PIN, pin);
	if (e == ERR_REFUSED)
		return wrong(v, ERR_PIN_WRONG);
	if (e == ERR_OK)
		e = store_tries(v, VAULT_PIN_TRIES, v->state.puk_tries, false);
	if (e != ERR_OK)
		forget(v);
	v->state.is_open = e == ERR_OK;
	return e;
}

static void
logout(void *vault)
{
	forget(vault);
}

/* v->seal is open; the old PIN opens nothing any more. */
static enum err
store_pin(struct vault *v, const struct msg_octets *pin)
{
	enum err e = vault_seal(v, RECORD_PIN, pin);

	if (e == ERR_OK)
		e = vault_store_record(v);
	else
		/* what is in memory is half new: no PIN would open it */
		reload(v);
	if (e != ERR_OK)
		forget(v);
	return e;
}

static enum err
change_pin(
    void *vault, const struct msg_octets *old, const struct msg_octets *pin)
{
	enum err e;

	if (!vault_is_pin(pin))
		return ERR_PIN_LENGTH;
	e = login(vault, old, false);
	return e == ERR_OK ? store_pin(vault, pin) : e;
}

static enum err
unblock(void *vault, const struct msg_octets *puk, const struct msg_octets *pin)
{
	struct vault *v = vault;
	enum err e;

	if (v->state.key != MSG_KEY_READY)
		return ERR_TOKEN_KEY_ABSENT;
	if (!vault_is_pin(pin) || puk->len != MSG_PUK)
		return ERR_PIN_LENGTH;
	forget(v);
	if (v->state.puk_tries == 0)
		return ERR_PUK_LOCKED;
	e = store_tries(v, v->state.pin_tries, v->state.puk_tries - 1, false);
	if (e == ERR_OK)
		e = vault_open(v, RECORD_PUK, puk);
	if (e == ERR_REFUSED)
		return wrong(v, ERR_PUK_WRONG);
	/* at once: whatever fails from here, it was the right one */
	if (e == ERR_OK)
		e = store_tries(v, v->state.pin_tries, VAULT_PUK_TRIES, false);
	if (e == ERR_OK)
		e = store_pin(v, pin);
	if (e == ERR_OK)
		e = store_tries(v, VAULT_PIN_TRIES, VAULT_PUK_TRIES, false);
	if (e != ERR_OK)
		forget(v);
	v->state.is_open = e == ERR_OK;
	return e;
}

static enum err
sign(void *vault, const uint8_t *digest, size_t len, uint8_t *rs)
{
	struct vault *v = vault;

	if (!v->state.is_open)
		return ERR_TOKEN_LOGGED_OUT;
	return crypto_sign(&v->seal, digest, len, rs);
}

const struct key_calls vault_calls = {
    .make = make,
    .keep = keep,
    .drop = drop,
    .login = login,
    .logout = logout,
    .change_pin = change_pin,
    .unblock = unblock,
    .wipe = wipe,
    .sign = sign,
    .put_certificate = vault_put_certificate,
    .get_certificate = vault_get_certificate,
};
