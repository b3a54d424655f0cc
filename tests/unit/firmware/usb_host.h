/*
 * usb_host.h: a device with a key, and the controller and host it talks to,
 * for the tests of usb, ccid and piv. There is no board.
 */
#ifndef TESTS_UNIT_FIRMWARE_USB_HOST_H
#define TESTS_UNIT_FIRMWARE_USB_HOST_H

#include <stdlib.h>
#include <string.h>

#include "boards/board.h"
#include "firmware/core.h"
#include "firmware/keys.h"
#include "firmware/usb.h"
#include "tests/unit/common/tap.h"

#define HOST_LOG 32 /* packets */

struct device {
	struct ctx ctx;
	struct port port;
	struct key_state key;
	uint8_t certificate[BOUND_CERTIFICATE];
	unsigned signatures, logouts, logins;
	char pin[9]; /* as it was tried last */
	bool key_fails, store_fails;
	uint64_t counter;

	/* what the controller was told, in order */
	unsigned told;
	struct {
		uint8_t kind, endpoint;
		uint16_t len;
		uint8_t octets[LINK_OCTETS];
	} log[HOST_LOG];
};

_Noreturn void
board_halt(const char *reason)
{
	printf("Bail out! halted: %s\n", reason);
	exit(1);
}

bool
board_entropy(uint8_t *out, size_t len)
{
	(void)out;
	(void)len;
	return false;
}

static enum err
device_random(void *arg, uint8_t *out, size_t len)
{
	(void)arg;
	memset(out, 0x42, len);
	return ERR_OK;
}

static enum err
device_sign(void *arg, const uint8_t digest[static SHA256_SIZE],
    uint8_t signature[static MSG_SIGNATURE])
{
	(void)arg;
	(void)digest;
	memset(signature, 1, MSG_SIGNATURE);
	return ERR_OK;
}

static bool
device_remember(void *arg, const struct memory *memory)
{
	struct device *d = arg;

	d->counter = memory->counter;
	return true;
}

static enum err
device_login(void *arg, const struct msg_octets *pin, bool by_buttons)
{
	struct device *d = arg;

	d->logins++;
	CHECK(!by_buttons);
	if (pin->len < MSG_PIN_MIN || pin->len > MSG_PIN)
		return ERR_PIN_LENGTH;
	memcpy(d->pin, pin->p, pin->len);
	d->pin[pin->len] = '\0';
	if (d->key.pin_tries <= 1)
		return d->key.pin_tries == 0 ? ERR_PIN_LOCKED
					     : ERR_PIN_FINAL_TRY;
	d->key.is_open = strcmp(d->pin, "123456") == 0;
	if (!d->key.is_open) {
		d->key.pin_tries--;
		return ERR_PIN_WRONG;
	}
	d->key.pin_tries = 5;
	return ERR_OK;
}

static void
device_logout(void *arg)
{
	struct device *d = arg;

	d->logouts++;
	d->key.is_open = false;
}

/* r is 0x80.., s is 0x01..: the longest and the shortest INTEGER there are. */
static enum err
device_key_sign(void *arg, const uint8_t *digest, size_t len, uint8_t *rs)
{
	struct device *d = arg;

	(void)digest;
	memset(rs, 0, 2 * len);
	memset(rs, 0x80, len);
	rs[2 * len - 1] = 1;
	d->signatures++;
	return d->key_fails ? ERR_INTERNAL : ERR_OK;
}

static size_t
device_certificate(void *arg, uint32_t offset, uint8_t *buf, size_t cap)
{
	struct device *d = arg;
	size_t n;

	if (d->store_fails || offset >= d->key.certificate_len)
		return 0;
	n = d->key.certificate_len - offset;
	n = n < cap ? n : cap;
	n = n < 200 ? n : 200; /* as a store may: less than was asked for */
	memcpy(buf, d->certificate + offset, n);
	return n;
}

static const struct key_calls device_keys = {
    .login = device_login,
    .logout = device_logout,
    .sign = device_key_sign,
    .get_certificate = device_certificate,
};

/* A device with a key and a certificate, without a host. */
static inline struct device *
device_new(enum alg_number alg)
{
	struct device *d = calloc(1, sizeof(*d));
	size_t i;

	if (d == NULL)
		exit(1);
	d->port.arg = d;
	d->port.random = device_random;
	d->port.sign = device_sign;
	d->port.remember = device_remember;
	d->port.key = &d->key;
	d->port.keys = &device_keys;
	d->port.vault = d;
	d->port.board = "test";
	d->key.key = MSG_KEY_READY;
	d->key.alg = alg;
	d->key.pin_tries = 5;
	d->key.certificate_len = 900;
	for (i = 0; i < sizeof(d->certificate); i++)
		d->certificate[i] = (uint8_t)(i * 7);
	core_init(&d->ctx, &d->port);
	usb_init(&d->ctx);
	return d;
}

/* Lets it do all that it can; what it tells is logged. */
static inline void
device_run(struct device *d)
{
	uint8_t packet[LINK_PACKET];
	size_t len;
	unsigned turns;

	for (turns = 0; turns < 200; turns++) {
		bool moved = usb_run(&d->ctx);

		len = usb_next(&d->ctx, packet);
		if (len == 0 && !moved)
			return;
		if (len == 0)
			continue;
		if (d->told < HOST_LOG) {
			d->log[d->told].kind = packet[0];
			d->log[d->told].endpoint = packet[1];
			d->log[d->told].len = (uint16_t)(len - LINK_HEAD);
			memcpy(d->log[d->told].octets, packet + LINK_HEAD,
			    len - LINK_HEAD);
			d->told++;
		}
		usb_sent(&d->ctx, packet, len);
	}
	CHECK(!"it comes to rest");
}

static inline void
device_give(struct device *d, enum link_kind kind, unsigned endpoint,
    const void *octets, size_t len)
{
	uint8_t packet[LINK_PACKET];

	packet[0] = (uint8_t)kind;
	packet[1] = (uint8_t)endpoint;
	if (len > 0)
		memcpy(packet + LINK_HEAD, octets, len);
	d->told = 0;
	usb_take(&d->ctx, packet, LINK_HEAD + len);
	device_run(d);
}

/* The place of a packet in the log, -1 if it was not told. */
static inline int
device_told(const struct device *d, enum link_kind kind, unsigned endpoint)
{
	unsigned i;

	for (i = 0; i < d->told; i++) {
		if (d->log[i].kind == kind && d->log[i].endpoint == endpoint)
			return (int)i;
	}
	return -1;
}

/* One request on endpoint 0: octets of the answer, or -1 if it is refused. */
static inline int
host_request(struct device *d, unsigned type, unsigned number, unsigned value,
    unsigned index, unsigned length, uint8_t *answer)
{
	uint8_t setup[8] = {(uint8_t)type, (uint8_t)number, (uint8_t)value,
	    (uint8_t)(value >> 8), (uint8_t)index, (uint8_t)(index >> 8),
	    (uint8_t)length, (uint8_t)(length >> 8)};
	int at;

	device_give(d, LINK_SETUP, 0, setup, sizeof(setup));
	at = device_told(d, LINK_IN, 0x80);
	if (at < 0) {
		CHECK(device_told(d, LINK_STALL, 0) >= 0);
		return -1;
	}
	CHECK(device_told(d, LINK_STALL, 0) < 0);
	at = d->log[at].len;
	if (answer != NULL)
		memcpy(answer, d->log[device_told(d, LINK_IN, 0x80)].octets,
		    (size_t)at);
	device_give(d, LINK_DONE, 0x80, NULL, 0);
	return at;
}

static inline void
host_configure(struct device *d)
{
	device_give(d, LINK_RESET, 0, NULL, 0);
	CHECK(device_told(d, LINK_CONNECT, 0) >= 0);
	CHECK(host_request(d, 0, 5, 9, 0, 0, NULL) == 0);
	CHECK(device_told(d, LINK_ADDRESS, 0) >= 0);
	CHECK(host_request(d, 0, 9, 1, 0, 0, NULL) == 0);
}

/* A message to the reader in packets of size octets; its answer's length, or
 * -1 if there is none. */
static inline int
host_ccid_cut(struct device *d, const uint8_t *message, size_t len, size_t size,
    uint8_t *answer)
{
	size_t at, n;
	int place = -1;

	for (at = 0; at < len; at += n) {
		n = len - at < size ? len - at : size;
		device_give(d, LINK_OUT, 0x01, message + at, n);
		place = device_told(d, LINK_IN, 0x81);
		if (place >= 0)
			break;
	}
	if (place < 0)
		return -1;
	n = d->log[place].len;
	memcpy(answer, d->log[place].octets, n);
	device_give(d, LINK_DONE, 0x81, NULL, 0);
	return (int)n;
}

static inline int
host_ccid(struct device *d, unsigned type, unsigned seq, const void *octets,
    size_t len, uint8_t *answer)
{
	uint8_t message[400] = {(uint8_t)type, (uint8_t)len,
	    (uint8_t)(len >> 8), 0, 0, 0, (uint8_t)seq, 0, 0, 0};

	if (type == 0x61)
		message[7] = 1;
	if (len > 0)
		memcpy(message + CCID_HEAD, octets, len);
	return host_ccid_cut(
	    d, message, CCID_HEAD + len, LINK_USB_PACKET, answer);
}

/* An APDU to the card, in hexadecimal digits, by the applet alone. The answer
 * stands in out; its status is returned. */
static inline unsigned
card_apdu(struct device *d, const char *hex, uint8_t *out, size_t *len)
{
	uint8_t apdu[CCID_APDU];
	size_t n = 0;
	unsigned octet;

	for (; *hex != '\0' && n < sizeof(apdu); hex += *hex == ' ' ? 1 : 2) {
		if (*hex != ' ' && sscanf(hex, "%2x", &octet) == 1)
			apdu[n++] = (uint8_t)octet;
	}
	n = piv_apdu(&d->ctx, apdu, n);
	CHECK(n >= 2 && n <= PIV_ANSWER);
	*len = n - 2;
	memcpy(out, apdu, n - 2);
	return (unsigned)apdu[n - 2] << 8 | apdu[n - 1];
}

/* Only the status. */
static inline unsigned
card(struct device *d, const char *hex)
{
	uint8_t out[PIV_ANSWER];
	size_t len;

	return card_apdu(d, hex, out, &len);
}

/* As MSG_ARM does it, once a batch was approved. */
static inline void
device_arm(struct device *d, unsigned octet)
{
	d->ctx.state = STATE_APPROVED;
	d->ctx.armed = true;
	d->ctx.armed_leaf.alg = d->key.alg;
	memset(d->ctx.armed_leaf.tbs, (int)octet, SHA512_SIZE);
}

#endif
