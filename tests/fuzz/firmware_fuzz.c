/*
 * firmware_fuzz: octets, times and buttons drive the whole core. Whatever they
 * are: it stays within its states and its memory, signs an approval only after
 * select was held for its time in a review, counts before it signs, and
 * never says that an item is shown whose digest it has not checked. With keys
 * it does only what was held for in a question, counts before it signs, and
 * lets through the gate what was armed.
 *
 * Input: commands. Below 0xee: so many octets follow for the link. 0xee: a key
 * is made and gets the certificate, or the last item is armed and signed.
 * 0xef: one of the operations on keys, the next octet says which. 0xf0-0xf9:
 * a frame with a right check sum, its number and a length (two octets) follow,
 * then its body. 0xfa: as 0xff, of the profile that follows. 0xfb: a good item.
 * 0xfc: buttons. 0xfd: time, in steps of 10 ms. 0xfe: answers are fetched.
 * 0xff: hello and the beginning of a batch with a certificate.
 */
#include <stdlib.h>
#include <string.h>

#include "boards/board.h"
#include "common/be.h"
#include "firmware/core.h"
#include "firmware/keys.h"
#include "firmware/screen.h"
#include "tests/unit/support/fake_keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

struct run {
	struct ctx ctx;
	struct port port;
	struct fake_keys keys;
	uint32_t now, select_since;
	unsigned buttons;
	uint64_t counted, spent; /* signatures of the seal key */
	unsigned approvals;
	bool is_gate; /* keys_sign runs */
	bool is_answer; /* octets are taken in: no button is looked at */
	uint8_t leaf[LEAF_SIZE], ticket[MSG_TICKET]; /* of the last item */
};

/* Select, and nothing else, for as long as it takes. */
static void
check_held(const struct run *r, enum state state)
{
	if (r->ctx.state != state || r->buttons != BOARD_BUTTON_SELECT ||
	    r->now - r->select_since < CORE_HOLD)
		abort();
}

static enum err
port_random(void *arg, uint8_t *out, size_t len)
{
	(void)arg;
	memset(out, 0x42, len);
	return ERR_OK;
}

static enum err
port_sign(void *arg, const uint8_t digest[static SHA256_SIZE],
    uint8_t signature[static MSG_SIGNATURE])
{
	struct run *r = arg;

	memcpy(signature, digest, SHA256_SIZE);
	memcpy(signature + 32, digest, SHA256_SIZE);
	if (r->is_answer)
		return ERR_OK; /* COUNTER, which asks nobody */
	if (r->ctx.state == STATE_ASKED) {
		check_held(r, STATE_ASKED);
	} else {
		check_held(r, STATE_REVIEW);
		if (r->counted != ++r->approvals + r->spent)
			abort();
	}
	return ERR_OK;
}

static bool
port_remember(void *arg, const struct memory *memory)
{
	struct run *r = arg;

	if (memory->counter < r->counted)
		abort();
	r->counted = memory->counter;
	return true;
}

static enum err
key_make(void *arg, const struct key_wish *wish, uint8_t puk[static MSG_PUK])
{
	check_held(arg, STATE_ASKED);
	return fake_make(&((struct run *)arg)->keys, wish, puk);
}

static enum err
key_keep(void *arg)
{
	check_held(arg, STATE_PUK);
	return fake_keep(&((struct run *)arg)->keys);
}

static void
key_drop(void *arg)
{
	fake_drop(&((struct run *)arg)->keys);
}

static enum err
key_login(void *arg, const struct msg_octets *pin, bool by_buttons)
{
	if (by_buttons)
		check_held(arg, STATE_PIN);
	return fake_login(&((struct run *)arg)->keys, pin, by_buttons);
}

static void
key_logout(void *arg)
{
	fake_logout(&((struct run *)arg)->keys);
}

static enum err
key_change_pin(
    void *arg, const struct msg_octets *old, const struct msg_octets *pin)
{
	check_held(arg, STATE_ASKED);
	return fake_change_pin(&((struct run *)arg)->keys, old, pin);
}

static enum err
key_unblock(
    void *arg, const struct msg_octets *puk, const struct msg_octets *pin)
{
	check_held(arg, STATE_ASKED);
	return fake_unblock(&((struct run *)arg)->keys, puk, pin);
}

static enum err
key_wipe(void *arg)
{
	check_held(arg, STATE_ASKED);
	return fake_wipe(&((struct run *)arg)->keys);
}

static enum err
key_sign(void *arg, const uint8_t *digest, size_t len, uint8_t *rs)
{
	struct run *r = arg;

	if (!r->is_gate) {
		check_held(r, STATE_ASKED);
		if (r->counted != r->approvals + ++r->spent)
			abort();
	}
	return fake_sign(&r->keys, digest, len, rs);
}

static enum err
key_put_certificate(void *arg, const uint8_t *der, size_t len)
{
	check_held(arg, STATE_ASKED);
	return fake_put_certificate(&((struct run *)arg)->keys, der, len);
}

static size_t
key_get_certificate(void *arg, uint32_t offset, uint8_t *buf, size_t cap)
{
	return fake_get_certificate(
	    &((struct run *)arg)->keys, offset, buf, cap);
}

static const struct key_calls key_calls = {key_make, key_keep, key_drop,
    key_login, key_logout, key_change_pin, key_unblock, key_wipe, key_sign,
    key_put_certificate, key_get_certificate};

static void
check(struct run *r)
{
	uint8_t pixels[SCREEN_OCTETS];
	const struct ctx *c = &r->ctx;

	if (c->state >= STATE_COUNT || c->out_len > sizeof(c->out) ||
	    c->batch.received > c->batch.count)
		abort();
	if (c->view.shown && c->state != STATE_REVIEW)
		abort();
	if (c->state == STATE_APPROVED && r->approvals == 0)
		abort();
	if (c->armed && c->state != STATE_APPROVED)
		abort();
	screen_draw(c, pixels);
}

static void
push(struct run *r, const uint8_t *buf, size_t len)
{
	size_t taken;

	r->is_answer = true;
	taken = core_push(&r->ctx, buf, len);
	r->is_answer = false;

	if (taken > len ||
	    (taken < len &&
		sizeof(r->ctx.out) - r->ctx.out_len >= CTX_OUT_RESERVE))
		abort();
}

static void
push_frame(struct run *r, unsigned number, const uint8_t *body, size_t len)
{
	uint8_t frame[FRAME_MAX];

	push(r, frame, frame_encode((uint8_t)number, body, len, frame));
}

/* SEQUENCE { SEQUENCE { 1, {}, {}, {}, { O = "XYZ" } } } */
static const uint8_t certificate[] = {0x30, 0x1b, 0x30, 0x19, 0x02, 0x01, 0x01,
    0x30, 0x00, 0x30, 0x00, 0x30, 0x00, 0x30, 0x0e, 0x31, 0x0c, 0x30, 0x0a,
    0x06, 0x03, 0x55, 0x04, 0x0a, 0x0c, 0x03, 'X', 'Y', 'Z'};

static void
begin(struct run *r, unsigned profile)
{
	struct msg m = {.number = MSG_HELLO};
	uint8_t frame[FRAME_MAX];

	m.hello.version_low = m.hello.version_high = MSG_VERSION;
	push(r, frame, msg_encode(&m, frame));
	core_sent(&r->ctx, r->ctx.out_len);
	memset(&m, 0, sizeof(m));
	m.number = MSG_BEGIN;
	m.begin.count = 2;
	sha256(certificate, sizeof(certificate), m.begin.certificate);
	m.begin.station = (struct msg_octets){(const uint8_t *)"s", 1};
	m.begin.origin = (struct msg_octets){(const uint8_t *)"o", 1};
	m.begin.profile = (uint8_t)profile;
	m.begin.alg = ALG_ES256;
	m.begin.signing_time = SIGNING_TIME_IAT;
	m.begin.now = r->ctx.memory.time + 1;
	m.begin.time = m.begin.now;
	m.begin.expires = m.begin.now + 100000;
	m.begin.chain_len = 1;
	m.begin.certificate_len[0] = sizeof(certificate);
	push(r, frame, msg_encode(&m, frame));
	push_frame(r, MSG_CHAIN, certificate, sizeof(certificate));
}

/* The ticket of the last item, out of the answers that wait. */
static void
keep_ticket(struct run *r)
{
	const uint8_t *p = r->ctx.out;
	size_t len = r->ctx.out_len;
	struct frame_rx rx;

	frame_rx_init(&rx);
	while (len > 0) {
		if (frame_rx_push(&rx, &p, &len) != FRAME_READY ||
		    rx.number != MSG_RESULT)
			continue;
		memcpy(r->leaf, rx.body, LEAF_SIZE);
		memcpy(r->ticket, rx.body + LEAF_SIZE, MSG_TICKET);
	}
}

static void
good_item(struct run *r)
{
	static const char payload[] = "{\"id\":\"x\"}";
	struct msg m = {.number = MSG_ITEM};
	struct jades_header h = {0};
	uint8_t frame[FRAME_MAX];
	struct jades_tbs t;
	size_t len;

	h.profile = r->ctx.batch.profile;
	h.alg = ALG_ES256;
	h.chain_len = 1;
	h.chain[0].der = certificate;
	h.chain[0].len = sizeof(certificate);
	h.signing_time = SIGNING_TIME_IAT;
	h.time = (int64_t)r->ctx.batch.time;
	/* outside a batch it has none */
	if (profile_get(h.profile) == NULL)
		h.profile = PROFILE_EDC;
	if (jades_tbs_init(&t, &h, NULL) != ERR_OK)
		abort();
	jades_tbs_push(&t, (const uint8_t *)payload, sizeof(payload) - 1);
	jades_tbs_finish(&t, m.item.payload, m.item.tbs, &len);
	m.item.kind = KIND_JADES;
	m.item.form = FORM_CANONICAL;
	m.item.profile = (uint8_t)h.profile;
	m.item.alg = ALG_ES256;
	m.item.index = r->ctx.batch.received;
	m.item.payload_len = sizeof(payload) - 1;
	push(r, frame, msg_encode(&m, frame));
	push_frame(
	    r, MSG_PAYLOAD, (const uint8_t *)payload, sizeof(payload) - 1);
	keep_ticket(r);
}

/* A key is there from now on, with the certificate of the batch. */
static void
make_key(struct run *r)
{
	const struct msg_octets station = {(const uint8_t *)"s", 1};
	const struct msg_octets pin = {(const uint8_t *)"123456", 6};
	struct key_wish wish = {ALG_ES256, 0, station, pin};
	uint8_t puk[MSG_PUK];

	if (fake_make(&r->keys, &wish, puk) != ERR_OK ||
	    fake_keep(&r->keys) != ERR_OK ||
	    fake_put_certificate(&r->keys, certificate, sizeof(certificate)) !=
		ERR_OK)
		abort();
}

/* Only in an approved batch, only what is armed, and then it is counted. */
static void
arm_and_sign(struct run *r)
{
	struct msg m = {.number = MSG_ARM};
	uint8_t frame[FRAME_MAX], rs[MSG_SEAL_SIGNATURE];
	uint64_t counted = r->counted;
	struct leaf leaf;
	size_t len;
	enum err e;

	memcpy(m.result.leaf, r->leaf, LEAF_SIZE);
	memcpy(m.result.ticket, r->ticket, MSG_TICKET);
	push(r, frame, msg_encode(&m, frame));
	if (leaf_decode(&leaf, r->leaf) != ERR_OK)
		return;
	r->is_gate = true;
	e = keys_sign(&r->ctx, ALG_ES256, leaf.tbs, SHA256_SIZE, rs, &len);
	r->is_gate = false;
	if (e == ERR_OK && r->ctx.state != STATE_APPROVED)
		abort();
	if (r->counted > counted + 1 || (e != ERR_OK && r->counted != counted))
		abort();
	r->spent += r->counted - counted;
	if (keys_sign(&r->ctx, ALG_ES256, leaf.tbs, SHA256_SIZE, rs, &len) ==
	    ERR_OK)
		abort();
}

/* One that is well formed. */
static void
ask(struct run *r, unsigned which)
{
	const struct msg_octets text = {(const uint8_t *)"text", 4};
	const struct msg_octets pin = {(const uint8_t *)"123456", 6};
	const struct msg_octets puk = {(const uint8_t *)"12345678", 8};
	struct msg m = {.number = (uint8_t)(MSG_INIT + which % 10)};
	uint8_t frame[FRAME_MAX];

	switch (m.number) {
	case MSG_INIT:
		m.init.now = r->ctx.memory.time;
		m.init.alg = which < 128 ? ALG_ES256 : ALG_ES384;
		m.init.station = text;
		m.init.pin = pin;
		break;
	case MSG_ENROL:
		m.enrol.station = text;
		break;
	case MSG_LOGIN:
		if (which < 128)
			m.login.pin = pin;
		break;
	case MSG_CHANGE_PIN:
		m.change_pin.old = m.change_pin.pin = pin;
		break;
	case MSG_UNBLOCK:
		m.unblock.puk = puk;
		m.unblock.pin = pin;
		break;
	case MSG_CSR:
		m.csr.country = (struct msg_octets){(const uint8_t *)"DE", 2};
		m.csr.organisation = m.csr.organisation_id = m.csr.common_name =
		    text;
		break;
	case MSG_CERTIFICATE:
		m.certificate.len = sizeof(certificate);
		sha256(certificate, sizeof(certificate), m.certificate.digest);
		break;
	case MSG_LOAD:
		m.bulk.octets = (struct msg_octets){
		    certificate, sizeof(certificate)};
		break;
	default:
		break;
	}
	push(r, frame, msg_encode(&m, frame));
}

static void
pass(struct run *r, unsigned steps)
{
	while (steps-- > 0) {
		r->now += 10;
		core_tick(&r->ctx, r->now, r->buttons);
	}
}

/* Octets of the input that the command took. */
static size_t
command(struct run *r, const uint8_t *p, size_t len)
{
	size_t n;

	if (*p == 0xee) {
		if (r->keys.state.key == MSG_KEY_NONE)
			make_key(r);
		else
			arm_and_sign(r);
		return 1;
	}
	if (*p == 0xef) {
		if (len > 1)
			ask(r, p[1]);
		return len > 1 ? 2 : 1;
	}
	if (*p < 0xee) {
		n = *p < len - 1 ? *p : len - 1;
		push(r, p + 1, n);
		return 1 + n;
	}
	if (*p < 0xfa) {
		if (len < 4)
			return len;
		n = be16_get(p + 2);
		n = n < len - 4 ? n : len - 4;
		n = n < FRAME_BODY ? n : FRAME_BODY;
		push_frame(r, p[1], p + 4, n);
		return 4 + n;
	}
	if (*p == 0xfe)
		core_sent(&r->ctx, r->ctx.out_len);
	if (*p == 0xff)
		begin(r, PROFILE_EDC);
	if (*p == 0xfb)
		good_item(r);
	if (*p >= 0xfe || *p == 0xfb)
		return 1;
	if (len < 2)
		return len;
	if (*p == 0xfa) {
		begin(r, p[1]);
	} else if (*p == 0xfd) {
		pass(r, p[1]);
	} else {
		if (p[1] != r->buttons)
			r->select_since = r->now;
		r->buttons = p[1];
	}
	return 2;
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	static struct run r;
	size_t n;

	memset(&r, 0, sizeof(r));
	r.port.arg = &r;
	r.port.random = port_random;
	r.port.sign = port_sign;
	r.port.remember = port_remember;
	r.port.key = &r.keys.state;
	r.port.keys = &key_calls;
	r.port.vault = &r;
	r.port.board = "fuzz";
	core_init(&r.ctx, &r.port);
	while (len > 0) {
		n = command(&r, buf, len);
		check(&r);
		buf += n;
		len -= n;
	}
	return 0;
}
