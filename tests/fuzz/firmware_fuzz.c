/*
 * firmware_fuzz: octets, times and buttons drive the whole core. Whatever they
 * are: it stays within its states and its memory, signs an approval only after
 * select was held for its time in a review, counts before it signs, and
 * never says that an item is shown whose digest it has not checked.
 *
 * Input: commands. Below 0xf0: so many octets follow for the link. 0xf0-0xfa:
 * a frame with a right check sum, its number and a length (two octets) follow,
 * then its body. 0xfb: a good item. 0xfc: buttons. 0xfd: time, in steps of
 * 10 ms. 0xfe: answers are fetched. 0xff: hello and the beginning of a batch
 * with a certificate.
 */
#include <stdlib.h>
#include <string.h>

#include "boards/board.h"
#include "common/be.h"
#include "firmware/core.h"
#include "firmware/screen.h"
#include "tests/unit/support/fake_keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

struct run {
	struct ctx ctx;
	struct port port;
	struct fake_keys keys;
	uint32_t now, select_since;
	unsigned buttons;
	uint64_t counted;
	unsigned approvals;
};

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
	if (r->ctx.state == STATE_REVIEW && r->ctx.rx.number != MSG_COUNTER) {
		if (r->buttons != BOARD_BUTTON_SELECT ||
		    r->now - r->select_since < CORE_HOLD)
			abort();
		if (r->counted != ++r->approvals)
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
	size_t taken = core_push(&r->ctx, buf, len);

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
begin(struct run *r)
{
	struct msg m = {.number = MSG_HELLO};
	uint8_t frame[FRAME_MAX];

	m.hello.version_low = m.hello.version_high = 1;
	push(r, frame, msg_encode(&m, frame));
	core_sent(&r->ctx, r->ctx.out_len);
	memset(&m, 0, sizeof(m));
	m.number = MSG_BEGIN;
	m.begin.count = 2;
	sha256(certificate, sizeof(certificate), m.begin.certificate);
	m.begin.station = (struct msg_octets){(const uint8_t *)"s", 1};
	m.begin.origin = (struct msg_octets){(const uint8_t *)"o", 1};
	m.begin.alg = ALG_ES256;
	m.begin.signing_time = SIGNING_TIME_IAT;
	m.begin.now = r->ctx.memory.time + 1;
	m.begin.expires = m.begin.now + 1000000;
	m.begin.chain_len = 1;
	m.begin.certificate_len[0] = sizeof(certificate);
	push(r, frame, msg_encode(&m, frame));
	push_frame(r, MSG_CHAIN, certificate, sizeof(certificate));
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

	h.profile = PROFILE_EDC;
	h.alg = ALG_ES256;
	h.chain_len = 1;
	h.chain[0].der = certificate;
	h.chain[0].len = sizeof(certificate);
	h.signing_time = SIGNING_TIME_IAT;
	if (jades_tbs_init(&t, &h, NULL) != ERR_OK)
		abort();
	jades_tbs_push(&t, (const uint8_t *)payload, sizeof(payload) - 1);
	jades_tbs_finish(&t, m.item.payload, m.item.tbs, &len);
	m.item.kind = KIND_JADES;
	m.item.form = FORM_CANONICAL;
	m.item.profile = PROFILE_EDC;
	m.item.alg = ALG_ES256;
	m.item.index = r->ctx.batch.received;
	m.item.payload_len = sizeof(payload) - 1;
	push(r, frame, msg_encode(&m, frame));
	push_frame(
	    r, MSG_PAYLOAD, (const uint8_t *)payload, sizeof(payload) - 1);
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

	if (*p < 0xf0) {
		n = *p < len - 1 ? *p : len - 1;
		push(r, p + 1, n);
		return 1 + n;
	}
	if (*p < 0xfb) {
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
		begin(r);
	if (*p == 0xfb)
		good_item(r);
	if (*p >= 0xfe || *p == 0xfb)
		return 1;
	if (len < 2)
		return len;
	if (*p == 0xfd) {
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
	r.port.keys = &fake_key_calls;
	r.port.vault = &r.keys;
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
