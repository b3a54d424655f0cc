#include "firmware/appliance.h"

#include <string.h>

#include "boards/board.h"
#include "common/version.h"
#include "firmware/core.h"
#include "firmware/crypto.h"
#include "firmware/remember.h"
#include "firmware/screen.h"
#include "firmware/text.h"
#include "firmware/usb.h"
#include "firmware/vault.h"

/* Milliseconds between two looks at what the screen should show. */
#define SCREEN_EVERY 50

struct appliance {
	struct crypto_rng rng;
	struct crypto_key approval; /* P-256 */
	struct remember remember;
	struct vault vault;
	struct port port;
	struct ctx ctx;
	struct buttons buttons; /* of who reads the first screen */
	bool first_screen;
	uint8_t pixels[SCREEN_OCTETS];
	uint8_t shown[SHA256_SIZE]; /* of the pixels on the screen */
	uint32_t looked;
};

static enum err
port_random(void *arg, uint8_t *out, size_t len)
{
	struct appliance *a = arg;

	return crypto_random(&a->rng, out, len);
}

static enum err
port_sign(void *arg, const uint8_t digest[static SHA256_SIZE],
    uint8_t signature[static MSG_SIGNATURE])
{
	struct appliance *a = arg;

	return crypto_sign(&a->approval, digest, SHA256_SIZE, signature);
}

static bool
port_remember(void *arg, const struct memory *memory)
{
	struct appliance *a = arg;

	return remember_store(&a->remember, memory);
}

/* The approval key follows from the device's secret: it is in no store, and the
 * same as long as the device is. A number that is no key is skipped. */
static enum err
derive_approval_key(
    struct crypto_key *key, const uint8_t secret[static BOARD_DEVICE_SECRET])
{
	char info[] = "zegel-approval-key-0";
	enum err e;

	key->curve = CRYPTO_P256;
	do {
		e = crypto_hkdf(secret, BOARD_DEVICE_SECRET, NULL, 0, info,
		    sizeof(info), key->secret, CRYPTO_P256);
		if (e == ERR_OK)
			e = crypto_key_derive(key);
	} while (e != ERR_OK && info[sizeof(info) - 2]++ < '9');
	return e;
}

static const char *
warning(const struct board_info *info)
{
	if (info->board_class == BOARD_CLASS_PRODUCT && info->has_trng &&
	    !info->store_is_removable)
		return NULL;
	if (info->board_class == BOARD_CLASS_SIMULATOR)
		return "simulator: for tests";
	return info->has_trng ? "demonstration board"
			      : "demonstration board: no TRNG";
}

static void
fill_port(struct appliance *a)
{
	const struct board_info *info = board_info();
	struct port *p = &a->port;

	p->arg = a;
	p->random = port_random;
	p->sign = port_sign;
	p->remember = port_remember;
	p->key = &a->vault.state;
	p->keys = &vault_calls;
	p->vault = &a->vault;
	p->board = info->name;
	p->warning = warning(info);
	p->board_class = (uint8_t)info->board_class;
	p->flags = MSG_FLAG_KEY;
	if (info->has_trng)
		p->flags |= MSG_FLAG_TRNG;
	if (info->store_is_removable)
		p->flags |= MSG_FLAG_REMOVABLE;
	board_firmware_digest(p->firmware);
	memcpy(p->point, a->approval.point, sizeof(p->point));
}

static void
start(struct appliance *a)
{
	uint8_t secret[BOARD_DEVICE_SECRET];
	enum err e;

	if (!board_device_secret(secret))
		board_halt("NO DEVICE SECRET");
	if (crypto_rng_init(&a->rng) != ERR_OK)
		board_halt("NO ENTROPY");
	if (derive_approval_key(&a->approval, secret) != ERR_OK)
		board_halt("NO APPROVAL KEY");
	e = remember_load(&a->remember, secret, &a->port.memory);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		board_halt(
		    e == ERR_STORE_CORRUPT ? "MEMORY DAMAGED" : "NO STORE");
	e = vault_load(&a->vault, &a->rng, secret);
	if (e != ERR_OK)
		board_halt("NO KEY STORE");
	crypto_wipe(secret, sizeof(secret));
	fill_port(a);
	core_init(&a->ctx, &a->port);
	usb_init(&a->ctx);
	buttons_init(&a->buttons);
	a->first_screen = true;
}

/* What this is, until a host speaks or a button is pressed. */
static void
draw_first(const struct appliance *a, uint8_t pixels[static SCREEN_OCTETS])
{
	struct text t;

	memset(pixels, 0, SCREEN_OCTETS);
	text_init(&t, pixels, 0, TEXT_ROWS);
	text_put_string(&t, "Zegel " ZEGEL_VERSION);
	text_end_line(&t);
	if (a->port.warning != NULL) {
		text_put_string(&t, a->port.warning);
		text_end_line(&t);
	}
	text_put_hex(&t, a->port.firmware, sizeof(a->port.firmware));
}

static void
show(struct appliance *a)
{
	uint8_t digest[SHA256_SIZE];

	if (board_millis() - a->looked < SCREEN_EVERY)
		return;
	a->looked = board_millis();
	if (a->first_screen)
		draw_first(a, a->pixels);
	else
		screen_draw(&a->ctx, a->pixels);
	sha256(a->pixels, sizeof(a->pixels), digest);
	if (memcmp(digest, a->shown, sizeof(digest)) == 0)
		return;
	board_screen_show(a->pixels);
	memcpy(a->shown, digest, sizeof(digest));
}

/* Apart from what works on it: a packet is not on the stack meanwhile. */
static __attribute__((noinline)) bool
receive(struct appliance *a)
{
	uint8_t packet[BOARD_PACKET];
	size_t len = 0;

	if (usb_is_receptive(&a->ctx))
		len = board_link_receive(packet, sizeof(packet));
	usb_take(&a->ctx, packet, len);
	/* PINs are among them */
	crypto_wipe(packet, len);
	return len > 0;
}

static __attribute__((noinline)) bool
send(struct appliance *a)
{
	uint8_t packet[BOARD_PACKET];
	size_t len = usb_next(&a->ctx, packet);

	if (len == 0 || !board_link_send(packet, len))
		return false;
	usb_sent(&a->ctx, packet, len);
	return true;
}

/* true if octets went in or out. */
static bool
exchange(struct appliance *a)
{
	bool moved = receive(a);

	moved = usb_run(&a->ctx) || moved;
	return send(a) || moved;
}

_Noreturn void
appliance_run(void)
{
	static struct appliance a;
	unsigned buttons;

	start(&a);
	for (;;) {
		buttons = board_buttons();
		if (buttons_push(&a.buttons, buttons, board_millis()) != 0 ||
		    a.ctx.state != STATE_START)
			a.first_screen = false;
		core_tick(&a.ctx, board_millis(), buttons);
		if (!exchange(&a))
			board_wait();
		show(&a);
	}
}
