/*
 * fake_keys.h: a key store for tests of the core: rules of tries as vault.h has
 * them, no store, no cryptography. The PUK is 12345678.
 */
#ifndef TESTS_UNIT_SUPPORT_FAKE_KEYS_H
#define TESTS_UNIT_SUPPORT_FAKE_KEYS_H

#include <string.h>

#include "firmware/ctx.h"

struct fake_keys {
	struct key_state state;
	struct key_state made; /* what keep keeps */
	uint8_t pin[MSG_PIN], made_pin[MSG_PIN];
	size_t pin_len, made_pin_len;
	uint8_t certificate[BOUND_CERTIFICATE];
	bool fails; /* from now on: IO */
	bool is_made;
	unsigned signatures, wipes;
	uint8_t signed_digest[48];
};

static enum err
fake_make(void *arg, const struct key_wish *wish, uint8_t puk[static MSG_PUK])
{
	struct fake_keys *f = arg;

	if (f->fails)
		return ERR_IO;
	memset(&f->made, 0, sizeof(f->made));
	f->made.key = MSG_KEY_READY;
	f->made.alg = wish->alg;
	f->made.pin_tries = 5;
	f->made.puk_tries = 8;
	f->made.is_open = true;
	memset(f->made.point, 0x66, sizeof(f->made.point));
	f->made.station_len = (uint8_t)wish->station.len;
	memcpy(f->made.station, wish->station.p, wish->station.len);
	memcpy(f->made_pin, wish->pin.p, wish->pin.len);
	f->made_pin_len = wish->pin.len;
	memcpy(puk, "12345678", MSG_PUK);
	f->is_made = true;
	return ERR_OK;
}

static enum err
fake_keep(void *arg)
{
	struct fake_keys *f = arg;

	if (f->fails || !f->is_made)
		return ERR_IO;
	f->state = f->made;
	memcpy(f->pin, f->made_pin, sizeof(f->pin));
	f->pin_len = f->made_pin_len;
	f->is_made = false;
	return ERR_OK;
}

static void
fake_drop(void *arg)
{
	((struct fake_keys *)arg)->is_made = false;
}

static enum err
fake_login(void *arg, const struct msg_octets *pin, bool by_buttons)
{
	struct fake_keys *f = arg;

	f->state.is_open = false;
	if (f->fails)
		return ERR_IO;
	if (f->state.pin_tries == 0)
		return ERR_PIN_LOCKED;
	if (f->state.pin_tries == 1 && !by_buttons)
		return ERR_PIN_FINAL_TRY;
	f->state.pin_tries--;
	if (pin->len != f->pin_len || memcmp(pin->p, f->pin, pin->len) != 0)
		return ERR_PIN_WRONG;
	f->state.pin_tries = 5;
	f->state.is_open = true;
	return ERR_OK;
}

static void
fake_logout(void *arg)
{
	((struct fake_keys *)arg)->state.is_open = false;
}

static enum err
fake_change_pin(
    void *arg, const struct msg_octets *old, const struct msg_octets *pin)
{
	struct fake_keys *f = arg;
	enum err e = fake_login(arg, old, false);

	if (e != ERR_OK)
		return e;
	memcpy(f->pin, pin->p, pin->len);
	f->pin_len = pin->len;
	return ERR_OK;
}

static enum err
fake_wipe(void *arg)
{
	struct fake_keys *f = arg;

	if (f->fails)
		return ERR_IO;
	memset(&f->state, 0, sizeof(f->state));
	f->wipes++;
	return ERR_OK;
}

static enum err
fake_unblock(
    void *arg, const struct msg_octets *puk, const struct msg_octets *pin)
{
	struct fake_keys *f = arg;

	f->state.puk_tries--;
	if (puk->len != MSG_PUK || memcmp(puk->p, "12345678", MSG_PUK) != 0) {
		if (f->state.puk_tries > 0)
			return ERR_PUK_WRONG;
		return fake_wipe(arg) == ERR_OK ? ERR_PUK_LOCKED : ERR_IO;
	}
	memcpy(f->pin, pin->p, pin->len);
	f->pin_len = pin->len;
	f->state.pin_tries = 5;
	f->state.puk_tries = 8;
	f->state.is_open = true;
	return ERR_OK;
}

/* The digest, and the digest turned round. */
static enum err
fake_sign(void *arg, const uint8_t *digest, size_t len, uint8_t *rs)
{
	struct fake_keys *f = arg;
	size_t i;

	if (!f->state.is_open)
		return ERR_TOKEN_LOGGED_OUT;
	f->signatures++;
	memcpy(f->signed_digest, digest, len);
	for (i = 0; i < len; i++) {
		rs[i] = digest[i];
		rs[len + i] = (uint8_t)~digest[i];
	}
	return ERR_OK;
}

static enum err
fake_put_certificate(void *arg, const uint8_t *der, size_t len)
{
	struct fake_keys *f = arg;

	if (f->fails)
		return ERR_IO;
	memcpy(f->certificate, der, len);
	f->state.certificate_len = (uint16_t)len;
	sha256(der, len, f->state.certificate);
	return ERR_OK;
}

static size_t
fake_get_certificate(void *arg, uint32_t offset, uint8_t *buf, size_t cap)
{
	struct fake_keys *f = arg;
	size_t n;

	if (offset >= f->state.certificate_len)
		return 0;
	n = f->state.certificate_len - offset;
	n = n < cap ? n : cap;
	memcpy(buf, f->certificate + offset, n);
	return n;
}

static const struct key_calls fake_key_calls = {
    fake_make,
    fake_keep,
    fake_drop,
    fake_login,
    fake_logout,
    fake_change_pin,
    fake_unblock,
    fake_wipe,
    fake_sign,
    fake_put_certificate,
    fake_get_certificate,
};

#endif
