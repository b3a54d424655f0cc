#include "tests/unit/support/appliance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boards/board.h"
#include "common/der.h"

static enum err
port_random(void *arg, uint8_t *out, size_t len)
{
	struct appliance *a = arg;
	size_t i;

	if (a->random_fails)
		return ERR_INTERNAL;
	a->randoms++;
	for (i = 0; i < len; i++)
		out[i] = (uint8_t)(a->randoms * 7 + i);
	return ERR_OK;
}

/* No cryptography here: the digest, and the digest turned round. */
static enum err
port_sign(void *arg, const uint8_t digest[static SHA256_SIZE],
    uint8_t signature[static MSG_SIGNATURE])
{
	struct appliance *a = arg;
	size_t i;

	if (a->sign_fails)
		return ERR_INTERNAL;
	memcpy(a->signed_digest, digest, SHA256_SIZE);
	for (i = 0; i < SHA256_SIZE; i++) {
		signature[i] = digest[i];
		signature[32 + i] = (uint8_t)~digest[i];
	}
	return ERR_OK;
}

static bool
port_remember(void *arg, const struct memory *memory)
{
	struct appliance *a = arg;

	if (a->remember_fails)
		return false;
	a->remembered = *memory;
	a->remembered_times++;
	return true;
}

/* SEQUENCE { SET { SEQUENCE { 2.5.4.10, name } } } */
static void
put_name(struct der_writer *w, const char *name)
{
	static const uint8_t o[] = {0x55, 0x04, 0x0a};
	size_t end = w->pos;

	der_put_value(w, DER_UTF8_STRING, name, strlen(name));
	der_put_value(w, DER_OID, o, sizeof(o));
	der_wrap(w, DER_SEQUENCE, end);
	der_wrap(w, DER_SET, end);
	der_wrap(w, DER_SEQUENCE, end);
}

/* As much of a certificate as anyone here reads. */
static void
make_certificate(struct appliance *a)
{
	static const uint8_t number[] = {0x2a}, version[] = {2};
	struct der_writer w;
	size_t end, mark;

	der_writer_init(&w, a->certificate, sizeof(a->certificate));
	end = w.pos;
	put_name(&w,
	    "Hochschule M\xc3\xbc"
	    "hlhausen");
	der_put_value(&w, DER_SEQUENCE, "", 0);
	put_name(&w, "Test CA");
	der_put_value(&w, DER_SEQUENCE, "", 0);
	der_put_uint(&w, number, sizeof(number));
	mark = w.pos;
	der_put_uint(&w, version, sizeof(version));
	der_wrap(&w, DER_CONTEXT(0), mark);
	der_wrap(&w, DER_SEQUENCE, end);
	der_wrap(&w, DER_SEQUENCE, end);
	if (w.err != ERR_OK)
		abort();
	a->certificate_len = w.cap - w.pos;
	memmove(a->certificate, w.buf + w.pos, a->certificate_len);
}

struct appliance *
appliance_new(void)
{
	struct appliance *a = calloc(1, sizeof(*a));

	if (a == NULL)
		abort();
	a->port.arg = a;
	a->port.random = port_random;
	a->port.sign = port_sign;
	a->port.remember = port_remember;
	a->port.key = &a->keys.state;
	a->port.keys = &fake_key_calls;
	a->port.vault = &a->keys;
	a->port.board = "test";
	a->port.board_class = BOARD_CLASS_SIMULATOR;
	a->port.flags = MSG_FLAG_KEY;
	a->profile = PROFILE_EDC;
	memset(a->port.firmware, 0xf1, SHA256_SIZE);
	make_certificate(a);
	frame_rx_init(&a->rx);
	a->now = 1000;
	core_init(&a->ctx, &a->port);
	appliance_pass(a, 100);
	return a;
}

static void
take_answers(struct appliance *a)
{
	const uint8_t *p = a->ctx.out;
	size_t len = a->ctx.out_len;

	while (len > 0) {
		if (frame_rx_push(&a->rx, &p, &len) != FRAME_READY)
			continue;
		if (a->queued == APPLIANCE_QUEUE) {
			memmove(a->queue, a->queue + a->taken,
			    (a->queued - a->taken) * sizeof(a->queue[0]));
			a->queued -= a->taken;
			a->taken = 0;
		}
		if (a->queued == APPLIANCE_QUEUE)
			abort();
		a->queue[a->queued].number = a->rx.number;
		a->queue[a->queued].len = a->rx.len;
		memcpy(a->queue[a->queued].body, a->rx.body, a->rx.len);
		a->queued++;
	}
	core_sent(&a->ctx, a->ctx.out_len);
}

void
appliance_push(struct appliance *a, const void *octets, size_t len)
{
	const uint8_t *p = octets;
	size_t taken;

	while (len > 0) {
		taken = core_push(&a->ctx, p, len);
		take_answers(a);
		p += taken;
		len -= taken;
	}
}

void
appliance_send(struct appliance *a, const struct msg *m)
{
	uint8_t frame[FRAME_MAX];
	size_t len = msg_encode(m, frame);

	if (len == 0)
		abort();
	appliance_push(a, frame, len);
}

void
appliance_bulk(
    struct appliance *a, unsigned number, const void *octets, size_t len)
{
	struct msg m = {.number = (uint8_t)number};

	m.bulk.octets.p = octets;
	m.bulk.octets.len = len;
	appliance_send(a, &m);
}

static bool
next(struct appliance *a, struct msg *m)
{
	while (a->taken < a->queued) {
		if (msg_decode(m, a->queue[a->taken].number,
			a->queue[a->taken].body,
			a->queue[a->taken].len) != ERR_OK)
			abort();
		a->taken++;
		if (m->number != MSG_CREDIT)
			return true;
		a->credits += m->credit.credits;
	}
	return false;
}

bool
appliance_expect(struct appliance *a, unsigned number, struct msg *m)
{
	struct msg own;

	if (m == NULL)
		m = &own;
	if (!next(a, m)) {
		printf("# no answer, %u was expected\n", number);
		return false;
	}
	if (m->number != number)
		printf("# answer %u (reason %u), not %u\n", m->number,
		    m->number == MSG_ERROR ? m->error.reason : 0, number);
	return m->number == number;
}

bool
appliance_is_silent(struct appliance *a)
{
	struct msg m;

	return !next(a, &m);
}

bool
appliance_fails(struct appliance *a, enum err reason)
{
	struct msg m;

	if (!appliance_expect(a, MSG_ERROR, &m))
		return false;
	if (m.error.reason != (unsigned)reason)
		printf("# reason %u, not %u\n", m.error.reason, reason);
	return m.error.reason == (unsigned)reason && appliance_is_silent(a) &&
	    a->ctx.state == STATE_FAILED && a->ctx.failure.err == reason;
}

void
appliance_pass(struct appliance *a, uint32_t milliseconds)
{
	uint32_t i;

	for (i = 0; i < milliseconds; i += 10) {
		a->now += 10;
		core_tick(&a->ctx, a->now, a->buttons);
		take_answers(a);
	}
}

void
appliance_hold(struct appliance *a, unsigned button, uint32_t ms)
{
	a->buttons = button;
	appliance_pass(a, ms);
	a->buttons = 0;
	appliance_pass(a, 60);
}

void
appliance_press(struct appliance *a, unsigned button)
{
	appliance_hold(a, button, 60);
}

bool
appliance_hello(struct appliance *a)
{
	struct msg m = {.number = MSG_HELLO};

	m.hello.version_low = MSG_VERSION;
	m.hello.version_high = MSG_VERSION;
	appliance_send(a, &m);
	return appliance_expect(a, MSG_HELLO_REPLY, &m);
}

bool
appliance_consent(struct appliance *a, unsigned number, struct msg *m)
{
	appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD + 200);
	return appliance_expect(a, number, m);
}

struct msg_octets
appliance_text(const char *text)
{
	return (struct msg_octets){(const uint8_t *)text, strlen(text)};
}

struct msg
appliance_status(struct appliance *a)
{
	struct msg m = {.number = MSG_STATUS};

	appliance_send(a, &m);
	if (!appliance_expect(a, MSG_STATUS_REPLY, &m))
		memset(&m, 0xff, sizeof(m));
	return m;
}

bool
appliance_asks(struct appliance *a, const struct msg *m)
{
	struct msg r;

	appliance_send(a, m);
	return appliance_expect(a, MSG_ASKED, &r) &&
	    r.asked.number == m->number && a->ctx.state == STATE_ASKED &&
	    a->ctx.asked == m->number && appliance_is_silent(a);
}

bool
appliance_refuses(struct appliance *a, const struct msg *m, enum err reason)
{
	appliance_send(a, m);
	return appliance_fails(a, reason);
}

bool
appliance_done(struct appliance *a, unsigned number)
{
	struct msg r;

	return appliance_consent(a, MSG_DONE, &r) && r.asked.number == number &&
	    a->ctx.state == STATE_DONE;
}

bool
appliance_init(struct appliance *a)
{
	struct msg m = {.number = MSG_INIT};

	m.init.now = APPLIANCE_TIME;
	m.init.alg = ALG_ES256;
	m.init.station = appliance_text("station");
	m.init.pin = appliance_text("123456");
	appliance_send(a, &m);
	if (!appliance_expect(a, MSG_ASKED, NULL))
		return false;
	appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD + 200);
	return a->ctx.state == STATE_PUK && appliance_is_silent(a) &&
	    appliance_consent(a, MSG_DONE, NULL) && a->ctx.state == STATE_DONE;
}

struct msg
appliance_begin_message(struct appliance *a, uint32_t count)
{
	struct msg m = {.number = MSG_BEGIN};

	memset(m.begin.nonce, 0x11, sizeof(m.begin.nonce));
	m.begin.count = count;
	sha256(a->certificate, a->certificate_len, m.begin.certificate);
	m.begin.station = (struct msg_octets){(const uint8_t *)"station", 7};
	m.begin.origin = (struct msg_octets){(const uint8_t *)"origin", 6};
	m.begin.profile = (uint8_t)a->profile;
	m.begin.alg = ALG_ES256;
	m.begin.signing_time = SIGNING_TIME_IAT;
	m.begin.time = APPLIANCE_TIME;
	m.begin.now = APPLIANCE_TIME + 5;
	m.begin.expires = APPLIANCE_TIME + 3605;
	m.begin.chain_len = 1;
	m.begin.certificate_len[0] = (uint16_t)a->certificate_len;
	memcpy(m.begin.language, a->language, MSG_LANGUAGE);
	return m;
}

bool
appliance_begin(struct appliance *a, uint32_t count)
{
	struct msg m = appliance_begin_message(a, count);

	appliance_send(a, &m);
	if (!appliance_expect(a, MSG_BEGUN, &m))
		return false;
	a->credits = m.begun.credits;
	merkle_init(&a->tree);
	appliance_bulk(a, MSG_CHAIN, a->certificate, a->certificate_len);
	return appliance_is_silent(a) && a->ctx.state == STATE_READY;
}

struct collect {
	struct sink sink;
	struct appliance_item *item;
};

static void
collect(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct appliance_item *i = ((struct collect *)sink)->item;

	memcpy(i->summary + i->summary_len, buf, len);
	i->summary_len += len;
}

static void
summarise(
    struct appliance *a, uint32_t index, const char *payload, struct leaf *leaf)
{
	struct collect c = {{collect}, &a->item[index]};
	struct summary s;
	struct json j;

	summary_init(&s, a->profile, a->language);
	json_init(&j, &s.sink);
	json_push(&j, (const uint8_t *)payload, strlen(payload));
	if (json_finish(&j) != ERR_OK)
		return;
	summary_finish(&s);
	c.item->summary_len = 0;
	summary_put(&s, &c.sink);
	summary_digest(&s, leaf->summary);
}

struct msg
appliance_item_message(struct appliance *a, uint32_t index, const char *payload)
{
	struct msg m = {.number = MSG_ITEM};
	struct jades_header h = {0};
	struct leaf leaf = {0};
	struct jades_tbs t;
	size_t len;

	h.profile = leaf.profile = a->profile;
	h.alg = leaf.alg = ALG_ES256;
	h.chain_len = 1;
	h.chain[0].der = a->certificate;
	h.chain[0].len = a->certificate_len;
	h.signing_time = SIGNING_TIME_IAT;
	h.time = APPLIANCE_TIME;
	leaf.kind = KIND_JADES;
	leaf.index = index;
	memset(leaf.salt, 0x77, sizeof(leaf.salt));
	sha256(a->certificate, a->certificate_len, leaf.certificate);
	if (jades_tbs_init(&t, &h, NULL) != ERR_OK)
		abort();
	jades_tbs_push(&t, (const uint8_t *)payload, strlen(payload));
	jades_tbs_finish(&t, leaf.payload, leaf.tbs, &len);
	if (index < APPLIANCE_ITEMS) {
		summarise(a, index, payload, &leaf);
		leaf_encode(&leaf, a->item[index].leaf);
	}
	m.item.kind = KIND_JADES;
	m.item.form = FORM_CANONICAL;
	m.item.profile = (uint8_t)a->profile;
	m.item.alg = ALG_ES256;
	m.item.index = index;
	m.item.payload_len = (uint32_t)strlen(payload);
	memcpy(m.item.salt, leaf.salt, LEAF_SALT);
	memcpy(m.item.payload, leaf.payload, SHA256_SIZE);
	memcpy(m.item.tbs, leaf.tbs, SHA512_SIZE);
	return m;
}

bool
appliance_item(struct appliance *a, uint32_t index, const char *payload)
{
	struct msg m = appliance_item_message(a, index, payload);
	struct appliance_item *i = &a->item[index];
	uint8_t hash[SHA256_SIZE];

	appliance_send(a, &m);
	appliance_bulk(a, MSG_PAYLOAD, payload, strlen(payload));
	if (!appliance_expect(a, MSG_RESULT, &m))
		return false;
	if (memcmp(m.result.leaf, i->leaf, LEAF_SIZE) != 0)
		return false;
	memcpy(i->ticket, m.result.ticket, MSG_TICKET);
	merkle_leaf(i->leaf, LEAF_SIZE, hash);
	return merkle_push(&a->tree, hash) == ERR_OK;
}

const char *
appliance_payload(uint32_t index)
{
	static char text[2][512];
	char *out = text[index % 2];

	snprintf(out, sizeof(text[0]),
	    "{\"credentialSubject\":{\"fullName\":{\"en\":[\"Learner %u\"]}},"
	    "\"displayParameter\":{\"title\":{\"en\":[\"Diploma %u\"]}},"
	    "\"id\":\"urn:credential:%u\","
	    "\"issued\":\"2026-11-24T00:00:00Z\"}",
	    index, index % 2, index);
	return out;
}

bool
appliance_review(struct appliance *a, uint32_t count)
{
	uint8_t root[SHA256_SIZE];
	struct msg m;
	uint32_t i;

	if (!appliance_hello(a) || !appliance_begin(a, count))
		return false;
	for (i = 0; i < count; i++) {
		if (!appliance_item(a, i, appliance_payload(i)))
			return false;
	}
	merkle_root(&a->tree, root);
	return appliance_expect(a, MSG_ROOT, &m) && m.root.count == count &&
	    memcmp(m.root.root, root, SHA256_SIZE) == 0 &&
	    a->ctx.state == STATE_REVIEW;
}

bool
appliance_approve(struct appliance *a, uint32_t count, struct msg *m)
{
	if (!appliance_review(a, count))
		return false;
	appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD + 200);
	return appliance_expect(a, MSG_APPROVED, m) &&
	    a->ctx.state == STATE_APPROVED;
}

struct msg
appliance_review_message(struct appliance *a, uint32_t index)
{
	const struct appliance_item *i = &a->item[index];
	struct msg m = {.number = MSG_REVIEW};

	memcpy(m.review.leaf, i->leaf, LEAF_SIZE);
	memcpy(m.review.ticket, i->ticket, MSG_TICKET);
	m.review.summary = (struct msg_octets){i->summary, i->summary_len};
	return m;
}

bool
appliance_want_first(struct appliance *a)
{
	struct msg m;
	int i;

	if (!appliance_review(a, 3))
		return false;
	for (i = 0; i < 20 && a->ctx.state == STATE_REVIEW; i++)
		appliance_press(a, BOARD_BUTTON_DOWN);
	return appliance_expect(a, MSG_WANTED, &m) && m.wanted.index == 0;
}
