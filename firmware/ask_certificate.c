/* CERTIFICATE: the one of the seal key, which comes in frames of LOAD. */
#include <string.h>

#include "firmware/ask.h"
#include "firmware/certificate.h"
#include "firmware/handlers.h"
#include "firmware/keys.h"

enum state
ask_on_certificate(struct ctx *c, const struct msg *m)
{
	struct msg r = {.number = MSG_BEGUN};
	struct ask *a = &c->room.ask;
	enum err e = ERR_OK;

	batch_drop(c);
	c->failure = (struct failure){ERR_OK, 0, 0, false};
	c->asked = MSG_CERTIFICATE;
	if (!keys_is_there(c))
		e = ERR_TOKEN_KEY_ABSENT;
	else if (m->certificate.len == 0 ||
	    m->certificate.len > BOUND_CERTIFICATE)
		e = ERR_TOO_LARGE;
	if (e != ERR_OK)
		return core_fail(c, e, m->number);
	a->len = m->certificate.len;
	memcpy(a->digest, m->certificate.digest, SHA256_SIZE);
	c->credits = MSG_CREDITS;
	r.begun.credits = MSG_CREDITS;
	core_send(c, &r);
	return STATE_LOAD;
}

/* Is its key ours? */
static enum err
check_key(const struct ctx *c, const struct certificate *cert)
{
	uint8_t room[160];
	struct der_reader spki;
	struct der_writer w;
	enum err e = certificate_key(cert, &spki);

	if (e != ERR_OK)
		return e;
	der_writer_init(&w, room, sizeof(room));
	ask_put_key(&w, c);
	if (w.err != ERR_OK)
		return w.err;
	return spki.len == w.cap - w.pos &&
		memcmp(spki.p, w.buf + w.pos, spki.len) == 0
	    ? ERR_OK
	    : ERR_TOKEN_KEY_MISMATCH;
}

/* All of it is there: read, and put where put finds it. */
static enum err
check(struct ctx *c)
{
	struct ask *a = &c->room.ask;
	uint8_t digest[SHA256_SIZE];
	struct certificate cert;
	struct der_reader name;
	enum err e;

	sha256(a->octets, a->len, digest);
	if (memcmp(digest, a->digest, SHA256_SIZE) != 0)
		return ERR_CERT_CHANGED;
	e = certificate_read(&cert, a->octets, a->len);
	if (e == ERR_OK)
		e = check_key(c, &cert);
	if (e == ERR_OK)
		e = certificate_until(&cert, &a->until);
	if (e == ERR_OK)
		e = certificate_organisation(&cert.subject, &name);
	if (e == ERR_OK)
		e = ask_take_text(c, 0, &(struct msg_octets){name.p, name.len});
	/* who issued it may have no such name */
	if (e == ERR_OK &&
	    certificate_organisation(&cert.issuer, &name) == ERR_OK)
		e = ask_take_text(c, 1, &(struct msg_octets){name.p, name.len});
	return e;
}

enum state
ask_on_load(struct ctx *c, const struct msg *m)
{
	const struct msg_octets *o = &m->bulk.octets;
	struct msg r = {.number = MSG_ASKED};
	struct ask *a = &c->room.ask;
	enum err e = batch_take_credit(c);

	if (e == ERR_OK && o->len > (size_t)(a->len - a->got))
		e = ERR_ITEM_LENGTH;
	if (e != ERR_OK)
		return core_fail(c, e, m->number);
	memcpy(a->octets + a->got, o->p, o->len);
	a->got = (uint16_t)(a->got + o->len);
	if (a->got < a->len)
		return STATE_LOAD;
	e = check(c);
	if (e != ERR_OK)
		return core_fail(c, e, MSG_CERTIFICATE);
	c->touched = c->now;
	r.asked.number = MSG_CERTIFICATE;
	core_send(c, &r);
	return STATE_ASKED;
}

/* It is taken by its own handlers. */
static enum err
take(struct ctx *c, const struct msg *m)
{
	(void)c;
	(void)m;
	return ERR_INTERNAL;
}

static void
put(struct text *t, const struct ctx *c)
{
	const struct ask *a = &c->room.ask;

	ask_put_text(t, "Certificate for", a->text[0], a->text_len[0]);
	if (a->text_len[1] > 0)
		ask_put_text(t, "issued by", a->text[1], a->text_len[1]);
	ask_put_date(t, "until ", a->until);
	ask_put_line(t, "SHA-256:");
	text_put_hex(t, a->digest, SHA256_SIZE);
	text_end_line(t);
}

static enum err
run(struct ctx *c, struct msg *r)
{
	const struct ask *a = &c->room.ask;

	(void)r;
	return c->port->keys->put_certificate(
	    c->port->vault, a->octets, a->len);
}

const struct ask_op ask_certificate = {
    MSG_CERTIFICATE, take, put, run, "The certificate is kept."};
