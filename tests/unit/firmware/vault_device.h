/*
 * vault_device.h: a key store on a board of the test's own, whose power may go
 * at any write. For the tests of the key store.
 */
#ifndef TESTS_UNIT_FIRMWARE_VAULT_DEVICE_H
#define TESTS_UNIT_FIRMWARE_VAULT_DEVICE_H

#include <stdlib.h>
#include <string.h>

#include "firmware/vault.h"
#include "tests/unit/common/tap.h"

#define SECTORS 32

static uint8_t store[SECTORS][BOARD_SECTOR];
static int writes_left; /* -1: as many as there are */
static size_t torn; /* octets of the write in which the power goes */
static bool power;
static uint8_t entropy;

_Noreturn void
board_halt(const char *reason)
{
	printf("Bail out! halted: %s\n", reason);
	exit(1);
}

bool
board_entropy(uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = entropy += 7;
	return true;
}

bool
board_store_read(uint32_t sector, uint8_t buf[static BOARD_SECTOR])
{
	if (!power || sector >= SECTORS)
		return false;
	memcpy(buf, store[sector], BOARD_SECTOR);
	return true;
}

bool
board_store_write(uint32_t sector, const uint8_t buf[static BOARD_SECTOR])
{
	if (!power || sector >= SECTORS)
		return false;
	power = writes_left != 0;
	memcpy(store[sector], buf, power ? BOARD_SECTOR : torn);
	if (writes_left > 0)
		writes_left--;
	return power;
}

static const uint8_t secret[BOARD_DEVICE_SECRET] = {4, 5, 6};
static struct crypto_rng rng;
static struct vault v;
static uint8_t puk[MSG_PUK];

static inline struct msg_octets
octets(const char *text)
{
	return (struct msg_octets){(const uint8_t *)text, strlen(text)};
}

static inline enum err
boot(void)
{
	power = true;
	writes_left = -1;
	return vault_load(&v, &rng, secret);
}

static inline enum err
make(enum alg_number alg)
{
	struct key_wish wish = {
	    alg, 1790000000, octets("Hochschule"), octets("123456")};

	return vault_calls.make(&v, &wish, puk);
}

/* A device with a key and PIN 123456, started anew. */
static inline void
begin(enum alg_number alg)
{
	memset(store, 0, sizeof(store));
	CHECK(boot() == ERR_OK);
	CHECK(make(alg) == ERR_OK);
	CHECK(vault_calls.keep(&v) == ERR_OK);
	CHECK(boot() == ERR_OK);
}

static inline enum err
login(const char *pin)
{
	struct msg_octets o = octets(pin);

	return vault_calls.login(&v, &o, false);
}

static inline enum err
login_by_buttons(const char *pin)
{
	struct msg_octets o = octets(pin);

	return vault_calls.login(&v, &o, true);
}

static inline enum err
change(const char *old, const char *pin)
{
	struct msg_octets o = octets(old), p = octets(pin);

	return vault_calls.change_pin(&v, &o, &p);
}

static inline enum err
unblock(const uint8_t *code, const char *pin)
{
	struct msg_octets o = {code, MSG_PUK}, p = octets(pin);

	return vault_calls.unblock(&v, &o, &p);
}

/* Signs, and the signature is one of the point that state has. */
static inline bool
signs(void)
{
	struct crypto_key public = {0};
	uint8_t digest[CRYPTO_SCALAR_MAX], rs[MSG_SEAL_SIGNATURE];
	size_t len = v.state.alg == ALG_ES384 ? 48 : 32;

	memset(digest, 0x3d, sizeof(digest));
	public.curve = len == 48 ? CRYPTO_P384 : CRYPTO_P256;
	memcpy(public.point, v.state.point, sizeof(public.point));
	return vault_calls.sign(&v, digest, len, rs) == ERR_OK &&
	    crypto_verify(&public, digest, len, rs) == ERR_OK;
}

static inline bool
holds(const void *where, size_t len, const void *what, size_t size)
{
	const uint8_t *p = where;
	size_t i;

	for (i = 0; i + size <= len; i++) {
		if (memcmp(p + i, what, size) == 0)
			return true;
	}
	return false;
}

static inline bool
is_wiped(void)
{
	uint32_t i;

	for (i = VAULT_KEY; i < VAULT_END; i++) {
		if (i / 2 != VAULT_TRIES / 2 &&
		    !holds(store[i], BOARD_SECTOR, store[SECTORS - 1],
			BOARD_SECTOR))
			return false;
	}
	return v.state.key == MSG_KEY_NONE && v.state.certificate_len == 0 &&
	    !v.state.is_open && login("123456") == ERR_TOKEN_KEY_ABSENT;
}

static inline bool
has_certificate(const uint8_t *der, size_t len)
{
	uint8_t got[BOUND_CERTIFICATE + 8], part[100];
	size_t n, at = 0;

	if (v.state.certificate_len != len)
		return false;
	while ((n = vault_calls.get_certificate(
		    &v, (uint32_t)at, part, sizeof(part))) > 0) {
		memcpy(got + at, part, n);
		at += n;
	}
	return at == len && memcmp(got, der, len) == 0 &&
	    vault_calls.get_certificate(&v, 0, got, sizeof(got)) == len &&
	    memcmp(got, der, len) == 0 &&
	    vault_calls.get_certificate(&v, (uint32_t)len, got, sizeof(got)) ==
	    0;
}

#endif
