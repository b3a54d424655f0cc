#include "firmware/core.h"

#include <string.h>

#include "firmware/handlers.h"
#include "firmware/hmac.h"
#include "firmware/ticket.h"

#define IN(state) (1u << STATE_##state)
#define ALL ((1u << STATE_COUNT) - 1)
#define OVER (IN(REFUSED) | IN(FAILED))
#define REVIEWS (IN(REVIEW) | IN(WANTED))
#define ITEMS (IN(CHAIN) | IN(READY) | IN(TIMESTAMP) | IN(PAYLOAD))
#define COMING (ITEMS | IN(LOAD))
/* Nothing is under way that a person or the host would miss. */
#define QUIET (IN(IDLE) | IN(DONE) | OVER)
#define ASKS (IN(ASKED) | IN(PUK) | IN(PIN))

static enum state on_hello(struct ctx *c, const struct msg *m);
static enum state on_status(struct ctx *c, const struct msg *m);
static enum state on_abort(struct ctx *c, const struct msg *m);
static enum state on_late(struct ctx *c, const struct msg *m);
static enum state on_silence(struct ctx *c, const struct msg *m);
static enum state on_expired(struct ctx *c, const struct msg *m);

/* Whoever is not in this table fails. Events that are not are nothing. */
static const struct core_row table[] = {
    {"HELLO", MSG_HELLO, ALL, on_hello, "IDLE"},
    {"STATUS", MSG_STATUS, ALL & ~IN(START), on_status, "the same"},
    {"ABORT", MSG_ABORT, ALL & ~IN(START), on_abort, "IDLE"},
    {"BEGIN", MSG_BEGIN, ALL & ~IN(START), batch_on_begin, "CHAIN"},
    {"CHAIN", MSG_CHAIN, IN(CHAIN), batch_on_chain, "CHAIN, READY"},
    {"ITEM", MSG_ITEM, IN(READY), item_on_item, "TIMESTAMP, PAYLOAD"},
    {"TIMESTAMP", MSG_TIMESTAMP, IN(TIMESTAMP), item_on_timestamp,
	"TIMESTAMP, PAYLOAD"},
    {"PAYLOAD", MSG_PAYLOAD, IN(PAYLOAD), item_on_payload,
	"PAYLOAD, READY, REVIEW"},
    {"REVIEW", MSG_REVIEW, IN(WANTED), review_on_review, "REVIEW"},
    {"ARM", MSG_ARM, IN(APPROVED), consent_on_arm, "APPROVED"},
    {"INIT", MSG_INIT, QUIET, ask_on_message, "ASKED"},
    {"ENROL", MSG_ENROL, QUIET, ask_on_message, "ASKED"},
    {"LOGIN", MSG_LOGIN, QUIET, ask_on_login, "PIN, DONE"},
    {"CHANGE_PIN", MSG_CHANGE_PIN, QUIET, ask_on_message, "ASKED"},
    {"UNBLOCK", MSG_UNBLOCK, QUIET, ask_on_message, "ASKED"},
    {"RESET", MSG_RESET, QUIET, ask_on_message, "ASKED"},
    {"CSR", MSG_CSR, QUIET, ask_on_message, "ASKED"},
    {"CERTIFICATE", MSG_CERTIFICATE, QUIET, ask_on_certificate, "LOAD"},
    {"LOAD", MSG_LOAD, IN(LOAD), ask_on_load, "LOAD, ASKED"},
    {"SELFTEST", MSG_SELFTEST, QUIET, ask_on_message, "ASKED"},
    {"COUNTER", MSG_COUNTER, ALL & ~(IN(START) | COMING), memory_on_counter,
	"the same"},
    {"LOG_HEAD", MSG_LOG_HEAD, ALL & ~(IN(START) | COMING), memory_on_log_head,
	"the same"},
    /* what was under way when the batch ended is not another offence */
    {"CHAIN", MSG_CHAIN, OVER, on_late, "the same"},
    {"ITEM", MSG_ITEM, OVER, on_late, "the same"},
    {"TIMESTAMP", MSG_TIMESTAMP, OVER, on_late, "the same"},
    {"PAYLOAD", MSG_PAYLOAD, OVER, on_late, "the same"},
    {"REVIEW", MSG_REVIEW, OVER, on_late, "the same"},
    {"ARM", MSG_ARM, OVER, on_late, "the same"},
    {"LOAD", MSG_LOAD, OVER, on_late, "the same"},
    {"select held", EVENT_HELD, IN(REVIEW), consent_on_held, "APPROVED"},
    {"left", EVENT_LEFT, REVIEWS, consent_on_left, "REFUSED"},
    {"another item", EVENT_TURN, IN(REVIEW), review_on_turn, "WANTED"},
    {"silence", EVENT_SILENCE, COMING | IN(WANTED), on_silence, "FAILED"},
    {"time-out", EVENT_TIMEOUT, REVIEWS, consent_on_timeout, "REFUSED"},
    {"time-out", EVENT_TIMEOUT, IN(APPROVED), on_expired, "IDLE"},
    {"select held", EVENT_HELD, IN(ASKED), ask_on_held, "DONE, PUK"},
    {"select held", EVENT_HELD, IN(PUK), ask_on_copied, "DONE"},
    {"select held", EVENT_HELD, IN(PIN), ask_on_typed, "DONE"},
    {"left", EVENT_LEFT, ASKS, ask_on_left, "REFUSED"},
    {"time-out", EVENT_TIMEOUT, ASKS, ask_on_timeout, "REFUSED"},
};

const struct core_row *
core_row_at(size_t place)
{
	return place < sizeof(table) / sizeof(table[0]) ? &table[place] : NULL;
}

const char *
core_state_name(unsigned state)
{
	static const char *const name[] = {"START", "IDLE", "CHAIN", "READY",
	    "TIMESTAMP", "PAYLOAD", "REVIEW", "WANTED", "APPROVED", "REFUSED",
	    "FAILED", "ASKED", "PUK", "PIN", "LOAD", "DONE"};

	return state < STATE_COUNT ? name[state] : NULL;
}

void
core_init(struct ctx *c, const struct port *port)
{
	memset(c, 0, sizeof(*c));
	c->port = port;
	c->memory = port->memory;
	frame_rx_init(&c->rx);
	buttons_init(&c->buttons);
	c->state = STATE_START;
}

/* core_push and core_tick see to it that there is room. */
void
core_send(struct ctx *c, const struct msg *m)
{
	uint8_t frame[FRAME_MAX];
	size_t len = msg_encode(m, frame);

	if (len == 0 || len > sizeof(c->out) - c->out_len)
		return;
	memcpy(c->out + c->out_len, frame, len);
	c->out_len += len;
}

void
core_sent(struct ctx *c, size_t len)
{
	if (len > c->out_len)
		len = c->out_len;
	memmove(c->out, c->out + len, c->out_len - len);
	c->out_len -= len;
}

enum state
core_fail_at(struct ctx *c, enum err e, unsigned number, uint64_t offset)
{
	struct msg m = {.number = MSG_ERROR};

	m.error.reason = (uint16_t)e;
	m.error.number = number <= UINT8_MAX ? (uint8_t)number : 0;
	m.error.state = (uint8_t)c->state;
	m.error.index = c->batch.received;
	m.error.offset = offset;
	c->failure = (struct failure){
	    e, c->batch.received, offset, c->asked == 0};
	core_send(c, &m);
	batch_drop(c);
	return STATE_FAILED;
}

enum state
core_fail(struct ctx *c, enum err e, unsigned number)
{
	return core_fail_at(c, e, number, 0);
}

static enum state
on_hello(struct ctx *c, const struct msg *m)
{
	struct msg r = {.number = MSG_HELLO_REPLY};

	batch_drop(c);
	c->failure = (struct failure){ERR_OK, 0, 0, false};
	if (m->hello.version_low > MSG_VERSION ||
	    m->hello.version_high < MSG_VERSION)
		return core_fail(c, ERR_CONSOLE_VERSION, m->number);
	r.hello_reply.version = MSG_VERSION;
	r.hello_reply.board_class = c->port->board_class;
	r.hello_reply.flags = c->port->flags;
	r.hello_reply.kinds = 1 << KIND_JADES;
	memcpy(r.hello_reply.firmware, c->port->firmware, SHA256_SIZE);
	memcpy(r.hello_reply.point, c->port->point, MSG_POINT);
	core_send(c, &r);
	return STATE_IDLE;
}

static const uint8_t waiting[STATE_COUNT] = {
    [STATE_CHAIN] = MSG_WAITING_HOST,
    [STATE_READY] = MSG_WAITING_HOST,
    [STATE_TIMESTAMP] = MSG_WAITING_HOST,
    [STATE_PAYLOAD] = MSG_WAITING_HOST,
    [STATE_REVIEW] = MSG_WAITING_CONSENT,
    [STATE_WANTED] = MSG_WAITING_HOST,
    [STATE_APPROVED] = MSG_WAITING_ARM,
    [STATE_ASKED] = MSG_WAITING_CONSENT,
    [STATE_PUK] = MSG_WAITING_PUK,
    [STATE_PIN] = MSG_WAITING_PIN,
    [STATE_LOAD] = MSG_WAITING_HOST,
};

static enum state
on_status(struct ctx *c, const struct msg *m)
{
	struct msg r = {.number = MSG_STATUS_REPLY};

	const struct key_state *k = c->port->key;

	(void)m;
	r.status_reply.state = (uint8_t)c->state;
	r.status_reply.reason = (uint16_t)c->failure.err;
	r.status_reply.count = c->batch.count;
	r.status_reply.received = c->batch.received;
	r.status_reply.counter = c->memory.counter;
	r.status_reply.waiting = waiting[c->state];
	r.status_reply.asked = c->asked;
	r.status_reply.key = (uint8_t)k->key;
	r.status_reply.alg = (uint8_t)k->alg;
	r.status_reply.pin_tries = k->pin_tries;
	r.status_reply.puk_tries = k->puk_tries;
	r.status_reply.logged_in = k->is_open;
	memcpy(r.status_reply.certificate, k->certificate, SHA256_SIZE);
	r.status_reply.station = (struct msg_octets){
	    (const uint8_t *)k->station, k->station_len};
	core_send(c, &r);
	return c->state;
}

static enum state
on_abort(struct ctx *c, const struct msg *m)
{
	struct msg r = {.number = MSG_ABORTED};

	(void)m;
	batch_drop(c);
	c->failure = (struct failure){ERR_OK, 0, 0, false};
	core_send(c, &r);
	return STATE_IDLE;
}

static enum state
on_late(struct ctx *c, const struct msg *m)
{
	(void)m;
	return c->state;
}

static enum state
on_silence(struct ctx *c, const struct msg *m)
{
	(void)m;
	return core_fail(c, ERR_TIMEOUT, 0);
}

/* Nobody asked: whatever was said would be taken for the answer to the host's
 * next call. */
static enum state
on_expired(struct ctx *c, const struct msg *m)
{
	(void)m;
	batch_drop(c);
	return STATE_IDLE;
}

static const struct core_row *
find_row(enum state state, unsigned number)
{
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].number == number &&
		    (table[i].states & 1u << state) != 0)
			return &table[i];
	}
	return NULL;
}

static void
enter(struct ctx *c, enum state next)
{
	if (next == c->state)
		return;
	c->state = next;
	/* what is down now was not pressed on what is shown from now */
	buttons_disarm(&c->buttons);
}

static void
take_frame(struct ctx *c)
{
	unsigned number = c->rx.number;
	const struct core_row *row;
	struct msg m;
	enum err e;

	c->heard = c->now;
	e = msg_decode(&m, number, c->rx.body, c->rx.len);
	row = find_row(c->state, number);
	if (e == ERR_OK && row == NULL)
		e = ERR_CONSOLE_ORDER;
	if (e != ERR_OK)
		enter(c, core_fail(c, e, number));
	else
		enter(c, row->handler(c, &m));
	/* PINs are among them */
	if (number >= MSG_INIT && number <= MSG_SELFTEST)
		hmac_wipe(c->rx.body, sizeof(c->rx.body));
}

size_t
core_push(struct ctx *c, const uint8_t *buf, size_t len)
{
	const uint8_t *p = buf;
	enum frame_event event;

	while (len > 0 && sizeof(c->out) - c->out_len >= CTX_OUT_RESERVE) {
		event = frame_rx_push(&c->rx, &p, &len);
		if (event == FRAME_READY)
			take_frame(c);
		if (event != FRAME_BAD)
			continue;
		hmac_wipe(c->rx.body, sizeof(c->rx.body));
		enter(c, core_fail(c, c->rx.err, 0));
	}
	return (size_t)(p - buf);
}

static bool
has_passed(const struct ctx *c, uint32_t since, uint32_t limit)
{
	return c->now - since >= limit;
}

static bool
is_expired(const struct ctx *c)
{
	return batch_time(c) > c->batch.expires;
}

static unsigned
next_event(struct ctx *c, unsigned pressed)
{
	unsigned state = 1u << c->state;

	if ((state & ASKS) != 0)
		return has_passed(c, c->touched, CORE_UNTOUCHED)
		    ? EVENT_TIMEOUT
		    : ask_press(c, pressed);
	if ((state & REVIEWS) != 0 &&
	    (has_passed(c, c->touched, CORE_UNTOUCHED) || is_expired(c)))
		return EVENT_TIMEOUT;
	if (c->state == STATE_APPROVED && is_expired(c))
		return EVENT_TIMEOUT;
	if ((state & (COMING | IN(WANTED))) != 0 &&
	    has_passed(c, c->heard, CORE_SILENCE))
		return EVENT_SILENCE;
	if ((state & REVIEWS) != 0)
		return review_press(c, pressed);
	return 0;
}

/* For the answer to a consent: a request takes all of it. */
static bool
has_room(const struct ctx *c)
{
	if ((1u << c->state & ASKS) != 0)
		return c->out_len == 0;
	return sizeof(c->out) - c->out_len >= CTX_OUT_RESERVE;
}

void
core_tick(struct ctx *c, uint32_t now, unsigned buttons)
{
	const struct core_row *row;
	unsigned pressed, event;

	c->now = now;
	pressed = buttons_push(&c->buttons, buttons, now);
	if (c->buttons.raw != 0)
		c->touched = now;
	event = next_event(c, pressed);
	/* Consent waits for room for its answer, and is asked for again; a
	 * refusal and the end of a time do not wait for anybody. */
	if (event == EVENT_HELD && !has_room(c)) {
		c->consent = 0;
		return;
	}
	row = event == 0 ? NULL : find_row(c->state, event);
	if (row != NULL)
		enter(c, row->handler(c, NULL));
}

bool
core_take_armed(
    struct ctx *c, enum alg_number alg, const uint8_t *digest, size_t len)
{
	bool good = c->state == STATE_APPROVED && c->armed &&
	    c->armed_leaf.alg == alg && alg_get(alg)->hash_size == len &&
	    memcmp(c->armed_leaf.tbs, digest, len) == 0;

	c->armed = false;
	return good;
}
