/* ENROL: a station gets the approval key. SELFTEST: the seal key signs a
 * message that can be nothing else. */
#include <string.h>

#include "firmware/ask.h"
#include "firmware/handlers.h"

static enum err
take_enrol(struct ctx *c, const struct msg *m)
{
	memcpy(c->room.ask.nonce, m->enrol.nonce, sizeof(m->enrol.nonce));
	return ask_take_text(c, ASK_STATION, &m->enrol.station);
}

static void
put_enrol(struct text *t, const struct ctx *c)
{
	const struct ask *a = &c->room.ask;
	uint8_t digest[SHA256_SIZE];

	ask_put_text(t, "Approve for station", a->text[ASK_STATION],
	    a->text_len[ASK_STATION]);
	ask_put_line(t, "Approval key:");
	sha256(c->port->point, sizeof(c->port->point), digest);
	text_put_hex(t, digest, sizeof(digest));
	text_end_line(t);
	ask_put_line(t, "It forgets the log.");
	if (c->port->warning != NULL)
		ask_put_line(t, c->port->warning);
}

static enum err
run_enrol(struct ctx *c, struct msg *r)
{
	struct msg_octets station = ask_text(c, ASK_STATION);
	uint8_t octets[MSG_ENROL_OCTETS], digest[SHA256_SIZE];
	enum err e;

	r->number = MSG_ENROLLED;
	memcpy(r->enrolled.point, c->port->point, MSG_POINT);
	memcpy(r->enrolled.firmware, c->port->firmware, SHA256_SIZE);
	r->enrolled.board_class = c->port->board_class;
	r->enrolled.flags = c->port->flags;
	r->enrolled.counter = c->memory.counter;
	msg_enrol_octets(c->room.ask.nonce, station.p, station.len, r, octets);
	sha256(octets, sizeof(octets), digest);
	e = c->port->sign(c->port->arg, digest, r->enrolled.signature);
	/* not for an enrolment that comes to nothing */
	return e == ERR_OK ? memory_forget(c, 0) : e;
}

const struct ask_op ask_enrol = {MSG_ENROL, take_enrol, put_enrol, run_enrol,
    "The station has the approval key."};

static enum err
take_selftest(struct ctx *c, const struct msg *m)
{
	memcpy(c->room.ask.nonce, m->selftest.nonce, sizeof(m->selftest.nonce));
	return ask_may_sign(c);
}

static void
put_selftest(struct text *t, const struct ctx *c)
{
	text_put_string(t, "Self-test of the key ");
	ask_put_line(t, ask_curve(c->port->key->alg));
	ask_put_line(t,
	    "It signs a message that says that it is a self-test, and no "
	    "credential.");
}

static enum err
run_selftest(struct ctx *c, struct msg *r)
{
	static const char label[17] = "zegel-selftest-v1";
	uint8_t *rs = c->room.ask.octets;
	enum err e;

	r->number = MSG_SELFTESTED;
	r->selftested.alg = (uint8_t)c->port->key->alg;
	memcpy(r->selftested.message, label, sizeof(label));
	memcpy(r->selftested.message + sizeof(label), c->room.ask.nonce,
	    sizeof(c->room.ask.nonce));
	e = ask_sign(c, r->selftested.message, MSG_SELFTEST_OCTETS, rs);
	if (e != ERR_OK)
		return e;
	r->selftested.signature = (struct msg_octets){
	    rs, 2 * (size_t)alg_get(c->port->key->alg)->coordinate};
	return ERR_OK;
}

const struct ask_op ask_selftest = {MSG_SELFTEST, take_selftest, put_selftest,
    run_selftest, "The self-test is signed."};
