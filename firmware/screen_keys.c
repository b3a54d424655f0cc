#include "firmware/screen_keys.h"

#include "firmware/ask.h"

static void
put_puk(struct text *t, const struct ctx *c)
{
	const uint8_t *puk = c->room.ask.puk;

	ask_put_line(t, "The PUK, only now:");
	text_end_line(t);
	text_put_string(t, "     ");
	text_put(t, puk, MSG_PUK / 2);
	text_put_string(t, " ");
	text_put(t, puk + MSG_PUK / 2, MSG_PUK / 2);
	text_end_line(t);
	text_end_line(t);
	ask_put_line(t, "Copy it: it gives a new PIN.");
}

/* One star for each digit that is in, then the one that turns. */
static void
put_pin(struct text *t, const struct ctx *c)
{
	const struct ask *a = &c->room.ask;
	unsigned i;

	ask_put_line(t, "PIN of the seal key");
	text_put_string(t, "tries left: ");
	text_put_number(t, c->port->key->pin_tries);
	text_end_line(t);
	if (c->port->key->pin_tries > 1)
		text_end_line(t);
	else
		ask_put_line(t,
		    c->port->key->puk_tries == 0 ? "IF WRONG: KEY WIPED"
						 : "THE LAST ONE");
	for (i = 0; i < a->pin_len; i++)
		text_put_string(t, "*");
	if (a->pin_len < MSG_PIN) {
		text_put_string(t, "[");
		text_put_number(t, a->digit);
		text_put_string(t, "]");
	}
	text_end_line(t);
	ask_put_line(t, "UP DOWN turn it");
	ask_put_line(t, "RIGHT next LEFT back");
}

void
screen_keys_put(struct text *t, const struct ctx *c)
{
	const struct ask_op *op = ask_find(c->asked);

	if (c->state == STATE_PUK) {
		put_puk(t, c);
	} else if (c->state == STATE_PIN) {
		put_pin(t, c);
	} else if (c->state == STATE_ASKED) {
		op->put(t, c);
	} else {
		ask_put_line(t, "DONE");
		ask_put_line(t, op != NULL ? op->done : "The PIN was right.");
		text_end_line(t);
		screen_keys_state(t, c->port->key);
	}
}

const char *
screen_keys_hint(const struct ctx *c, bool more)
{
	switch (c->state) {
	case STATE_ASKED:
		return more ? "DOWN more LEFT refuse" : "LEFT no, HOLD yes";
	case STATE_PUK:
		return "LEFT no, HOLD copied";
	case STATE_PIN:
		return c->room.ask.pin_len < MSG_PIN_MIN ? "6 to 8 digits"
							 : "HOLD: it is in";
	default:
		return NULL;
	}
}

const char *
screen_keys_hold(const struct ctx *c)
{
	switch (c->state) {
	case STATE_PUK:
		return "keep holding: COPIED";
	case STATE_PIN:
		return "keep holding: LOG IN";
	default:
		return "keep holding: YES";
	}
}

void
screen_keys_state(struct text *t, const struct key_state *k)
{
	if (k->key == MSG_KEY_NONE) {
		ask_put_line(t, "no seal key");
		return;
	}
	if (k->key == MSG_KEY_DAMAGED) {
		ask_put_line(t, "KEY STORE DAMAGED");
		return;
	}
	text_put_string(t, ask_curve(k->alg));
	if (k->pin_tries == 0)
		text_put_string(t, ", PIN BLOCKED");
	else if (k->is_open)
		text_put_string(t, ", PIN is given");
	else {
		text_put_string(t, ", PIN tries: ");
		text_put_number(t, k->pin_tries);
	}
	text_end_line(t);
}
