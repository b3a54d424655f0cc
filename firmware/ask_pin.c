/* CHANGE_PIN, UNBLOCK, RESET. */
#include <string.h>

#include "firmware/ask.h"
#include "firmware/handlers.h"
#include "firmware/keys.h"

static enum err
take_change(struct ctx *c, const struct msg *m)
{
	enum err e;

	if (!keys_is_there(c))
		return ERR_TOKEN_KEY_ABSENT;
	if (c->port->key->pin_tries == 0)
		return ERR_PIN_LOCKED;
	if (keys_tries(c) == 0)
		return ERR_PIN_FINAL_TRY;
	e = ask_take_pin(c, ASK_CODE, &m->change_pin.old);
	return e == ERR_OK ? ask_take_pin(c, ASK_PIN, &m->change_pin.pin) : e;
}

static void
put_change(struct text *t, const struct ctx *c)
{
	ask_put_line(t, "Change the PIN");
	text_put_string(t, "from ");
	text_put_number(t, c->room.ask.text_len[ASK_CODE]);
	text_put_string(t, " to ");
	text_put_number(t, c->room.ask.text_len[ASK_PIN]);
	ask_put_line(t, " digits");
	text_put_string(t, "PIN tries: ");
	text_put_number(t, c->port->key->pin_tries);
	text_end_line(t);
}

static enum err
run_change(struct ctx *c, struct msg *r)
{
	struct msg_octets old = ask_text(c, ASK_CODE);
	struct msg_octets pin = ask_text(c, ASK_PIN);

	(void)r;
	return c->port->keys->change_pin(c->port->vault, &old, &pin);
}

const struct ask_op ask_change_pin = {
    MSG_CHANGE_PIN, take_change, put_change, run_change, "The PIN is changed."};

static enum err
take_unblock(struct ctx *c, const struct msg *m)
{
	enum err e;

	if (!keys_is_there(c))
		return ERR_TOKEN_KEY_ABSENT;
	if (m->unblock.puk.len != MSG_PUK)
		return ERR_PIN_LENGTH;
	e = ask_take_pin(c, ASK_CODE, &m->unblock.puk);
	return e == ERR_OK ? ask_take_pin(c, ASK_PIN, &m->unblock.pin) : e;
}

static void
put_unblock(struct text *t, const struct ctx *c)
{
	unsigned tries = c->port->key->puk_tries;

	ask_put_line(t, "New PIN by the PUK");
	text_put_string(t, "PUK tries: ");
	text_put_number(t, tries);
	text_end_line(t);
	if (tries == 1)
		ask_put_line(t,
		    c->port->key->pin_tries == 0
			? "LAST ONE: if it is wrong the key is WIPED"
			: "THE LAST ONE");
	text_put_string(t, "New PIN: ");
	text_put_number(t, c->room.ask.text_len[ASK_PIN]);
	ask_put_line(t, " digits");
}

static enum err
run_unblock(struct ctx *c, struct msg *r)
{
	struct msg_octets puk = ask_text(c, ASK_CODE);
	struct msg_octets pin = ask_text(c, ASK_PIN);

	(void)r;
	return c->port->keys->unblock(c->port->vault, &puk, &pin);
}

const struct ask_op ask_unblock = {
    MSG_UNBLOCK, take_unblock, put_unblock, run_unblock, "There is a new PIN."};

static enum err
take_reset(struct ctx *c, const struct msg *m)
{
	(void)c;
	(void)m;
	return ERR_OK;
}

static void
put_reset(struct text *t, const struct ctx *c)
{
	const struct key_state *k = c->port->key;

	ask_put_line(t, "RESET: WIPE the key");
	if (k->key == MSG_KEY_READY)
		ask_put_text(t, "of the station", k->station, k->station_len);
	if (k->key == MSG_KEY_DAMAGED)
		ask_put_line(t, "Its store is damaged.");
	if (k->key == MSG_KEY_NONE)
		ask_put_line(t, "There is none.");
	ask_put_line(t, "Nothing brings it back.");
	ask_put_line(t, "The counter and the approval key stay.");
	ask_put_line(t, "It forgets the log.");
}

static enum err
run_reset(struct ctx *c, struct msg *r)
{
	enum err e = c->port->keys->wipe(c->port->vault);

	(void)r;
	return e == ERR_OK ? memory_forget(c, 0) : e;
}

const struct ask_op ask_reset = {
    MSG_RESET, take_reset, put_reset, run_reset, "The key is wiped."};
