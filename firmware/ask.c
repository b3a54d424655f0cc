/* What a host asks to be done with keys, past a person. */
#include "firmware/ask.h"

#include <string.h>

#include "boards/board.h"
#include "common/utf8.h"
#include "firmware/core.h"
#include "firmware/handlers.h"
#include "firmware/screen.h"

static const struct ask_op *const ops[] = {&ask_init, &ask_enrol,
    &ask_change_pin, &ask_unblock, &ask_reset, &ask_csr, &ask_certificate,
    &ask_selftest};

const struct ask_op *
ask_find(unsigned number)
{
	size_t i;

	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (ops[i]->number == number)
			return ops[i];
	}
	return NULL;
}

enum err
ask_take_text(struct ctx *c, unsigned place, const struct msg_octets *o)
{
	struct ask *a = &c->room.ask;

	if (o->len > MSG_NAME)
		return ERR_TOO_LARGE;
	if (o->len == 0 || !utf8_is_valid(o->p, o->len))
		return ERR_CONSOLE_MESSAGE;
	memcpy(a->text[place], o->p, o->len);
	a->text_len[place] = (uint8_t)o->len;
	return ERR_OK;
}

struct msg_octets
ask_text(const struct ctx *c, unsigned place)
{
	const struct ask *a = &c->room.ask;

	return (struct msg_octets){a->text[place], a->text_len[place]};
}

enum err
ask_take_pin(struct ctx *c, unsigned place, const struct msg_octets *o)
{
	size_t i;

	if (o->len < MSG_PIN_MIN || o->len > MSG_PIN)
		return ERR_PIN_LENGTH;
	for (i = 0; i < o->len; i++) {
		if (o->p[i] < '0' || o->p[i] > '9')
			return ERR_PIN_LENGTH;
	}
	return ask_take_text(c, place, o);
}

static enum state
begin(struct ctx *c, unsigned number)
{
	struct msg r = {.number = MSG_ASKED};

	c->asked = (uint8_t)number;
	c->touched = c->now;
	c->view = (struct view){0, 0, false};
	r.asked.number = (uint8_t)number;
	core_send(c, &r);
	return STATE_ASKED;
}

/* Nothing is left of what was under way before. */
static void
forget(struct ctx *c, unsigned number)
{
	batch_drop(c);
	c->failure = (struct failure){ERR_OK, 0, 0, false};
	c->asked = (uint8_t)number;
}

enum state
ask_on_message(struct ctx *c, const struct msg *m)
{
	const struct ask_op *op = ask_find(m->number);
	enum err e;

	forget(c, m->number);
	e = op == NULL ? ERR_INTERNAL : op->take(c, m);
	return e == ERR_OK ? begin(c, m->number) : core_fail(c, e, m->number);
}

static enum state
done(struct ctx *c, const struct msg *r)
{
	uint8_t number = c->asked;

	core_send(c, r);
	batch_drop(c);
	c->asked = number;
	return STATE_DONE;
}

enum state
ask_on_held(struct ctx *c, const struct msg *m)
{
	const struct ask_op *op = ask_find(c->asked);
	struct msg r = {.number = MSG_DONE};
	enum err e;

	(void)m;
	if (op == NULL || !consent_take(c))
		return consent_refuse(c, ERR_NOT_CONSENTED);
	r.asked.number = c->asked;
	e = op->run(c, &r);
	if (e != ERR_OK)
		return core_fail(c, e, c->asked);
	if (c->asked == MSG_INIT) {
		c->touched = c->now;
		c->view.top = 0;
		return STATE_PUK;
	}
	return done(c, &r);
}

enum state
ask_on_copied(struct ctx *c, const struct msg *m)
{
	struct msg r = {.number = MSG_DONE};
	enum err e;

	(void)m;
	if (!consent_take(c))
		return consent_refuse(c, ERR_NOT_CONSENTED);
	r.asked.number = c->asked;
	e = c->port->keys->keep(c->port->vault);
	/* not for a key that there is not */
	if (e == ERR_OK)
		e = memory_forget(c, c->room.ask.now);
	return e == ERR_OK ? done(c, &r) : core_fail(c, e, c->asked);
}

enum state
ask_on_left(struct ctx *c, const struct msg *m)
{
	(void)m;
	return consent_refuse(c, ERR_NOT_CONSENTED);
}

enum state
ask_on_timeout(struct ctx *c, const struct msg *m)
{
	(void)m;
	return consent_refuse(c, ERR_TIMEOUT);
}

/* An empty PIN is typed on the device; any other one is tried at once: it does
 * no more than the card's VERIFY. */
enum state
ask_on_login(struct ctx *c, const struct msg *m)
{
	struct msg r = {.number = MSG_DONE};
	const struct key_state *k = c->port->key;
	enum err e = ERR_OK;

	forget(c, m->number);
	if (k->key != MSG_KEY_READY)
		e = ERR_TOKEN_KEY_ABSENT;
	else if (m->login.pin.len == 0 && k->pin_tries == 0)
		e = ERR_PIN_LOCKED;
	else if (m->login.pin.len > 0)
		e = c->port->keys->login(c->port->vault, &m->login.pin, false);
	if (e != ERR_OK)
		return core_fail(c, e, MSG_LOGIN);
	if (m->login.pin.len == 0) {
		begin(c, MSG_LOGIN);
		return STATE_PIN;
	}
	r.asked.number = MSG_LOGIN;
	return done(c, &r);
}

enum state
ask_on_typed(struct ctx *c, const struct msg *m)
{
	struct msg_octets pin = {c->room.ask.pin, c->room.ask.pin_len};
	struct msg r = {.number = MSG_DONE};
	enum err e;

	(void)m;
	if (!consent_take(c))
		return consent_refuse(c, ERR_NOT_CONSENTED);
	r.asked.number = MSG_LOGIN;
	e = c->port->keys->login(c->port->vault, &pin, true);
	return e == ERR_OK ? done(c, &r) : core_fail(c, e, MSG_LOGIN);
}

static unsigned
press_digit(struct ctx *c, unsigned pressed)
{
	struct ask *a = &c->room.ask;

	switch (pressed) {
	case BOARD_BUTTON_UP:
		a->digit = (uint8_t)((a->digit + 1) % 10);
		break;
	case BOARD_BUTTON_DOWN:
		a->digit = (uint8_t)((a->digit + 9) % 10);
		break;
	case BOARD_BUTTON_RIGHT:
		if (a->pin_len == MSG_PIN)
			break;
		a->pin[a->pin_len++] = (uint8_t)('0' + a->digit);
		a->digit = 0;
		break;
	case BOARD_BUTTON_LEFT:
		if (a->pin_len == 0)
			return EVENT_LEFT;
		a->pin[--a->pin_len] = 0;
		a->digit = 0;
		break;
	default:
		break;
	}
	return 0;
}

static void
scroll(struct ctx *c, unsigned pressed)
{
	unsigned top = c->view.top;

	if (pressed == BOARD_BUTTON_UP && top > 0)
		c->view.top = (uint16_t)(top - SCREEN_STEP);
	if (pressed == BOARD_BUTTON_DOWN && top + SCREEN_ROWS < screen_lines(c))
		c->view.top = (uint16_t)(top + SCREEN_STEP);
}

unsigned
ask_press(struct ctx *c, unsigned pressed)
{
	unsigned event = 0;

	if (c->state == STATE_PIN)
		event = press_digit(c, pressed);
	else if (pressed == BOARD_BUTTON_LEFT)
		event = EVENT_LEFT;
	else
		scroll(c, pressed);
	if (event != 0 ||
	    buttons_held(&c->buttons, BOARD_BUTTON_SELECT, c->now) < CORE_HOLD)
		return event;
	if (c->state == STATE_PIN && c->room.ask.pin_len < MSG_PIN_MIN)
		return 0;
	c->consent = CONSENT_GIVEN;
	return EVENT_HELD;
}
