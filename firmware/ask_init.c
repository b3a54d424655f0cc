/* INIT: a seal key is made. Nothing is kept before its PUK was copied. */
#include "firmware/ask.h"

static enum err
take(struct ctx *c, const struct msg *m)
{
	struct ask *a = &c->room.ask;
	enum err e;

	if (c->port->key->key != MSG_KEY_NONE)
		return ERR_KEY_EXISTS;
	if (m->init.alg != ALG_ES256 && m->init.alg != ALG_ES384)
		return ERR_ALGORITHM;
	if (m->init.now > INT64_MAX)
		return ERR_CONSOLE_MESSAGE;
	a->alg = (enum alg_number)m->init.alg;
	a->now = m->init.now;
	e = ask_take_text(c, ASK_STATION, &m->init.station);
	return e == ERR_OK ? ask_take_pin(c, ASK_PIN, &m->init.pin) : e;
}

static void
put(struct text *t, const struct ctx *c)
{
	const struct ask *a = &c->room.ask;

	text_put_string(t, "Make a seal key ");
	ask_put_line(t, ask_curve(a->alg));
	ask_put_text(t, "for the station", a->text[ASK_STATION],
	    a->text_len[ASK_STATION]);
	ask_put_date(t, "on ", (int64_t)a->now);
	text_put_string(t, "PIN: ");
	text_put_number(t, a->text_len[ASK_PIN]);
	ask_put_line(t, " digits (host)");
	ask_put_line(t, "It forgets the log.");
	if ((c->port->flags & MSG_FLAG_TRNG) == 0)
		ask_put_line(
		    t, "NO TRNG: the key is as good as the seed on the card");
	if ((c->port->flags & MSG_FLAG_REMOVABLE) != 0)
		ask_put_line(t,
		    "CARD CAN BE COPIED: who puts an old one back has all "
		    "tries for the PIN again");
}

static enum err
run(struct ctx *c, struct msg *r)
{
	struct ask *a = &c->room.ask;
	struct key_wish wish = {
	    a->alg, a->now, ask_text(c, ASK_STATION), ask_text(c, ASK_PIN)};

	(void)r;
	return c->port->keys->make(c->port->vault, &wish, a->puk);
}

const struct ask_op ask_init = {
    MSG_INIT, take, put, run, "There is a seal key."};
