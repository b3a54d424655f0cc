/* The beginning of a batch: what all of its items have in common. */
#include <string.h>

#include "firmware/certificate.h"
#include "firmware/handlers.h"
#include "firmware/hmac.h"
#include "firmware/ticket.h"

void
batch_drop(struct ctx *c)
{
	if (c->state == STATE_PUK)
		c->port->keys->drop(c->port->vault);
	ticket_void(&c->batch);
	c->batch.count = 0;
	c->batch.received = 0;
	c->consent = 0;
	c->asked = 0;
	c->armed = false;
	c->credits = 0;
	c->view = (struct view){0, 0, false};
	/* persons' data */
	hmac_wipe(&c->room, sizeof(c->room));
	hmac_wipe(c->batch.title, sizeof(c->batch.title));
}

uint64_t
batch_time(const struct ctx *c)
{
	return c->batch.now + (c->now - c->batch.begun) / 1000;
}

enum err
batch_take_credit(struct ctx *c)
{
	struct msg m = {.number = MSG_CREDIT};

	if (c->credits == 0)
		return ERR_CONSOLE_CREDIT;
	c->credits--;
	if (c->credits > MSG_CREDITS / 2)
		return ERR_OK;
	m.credit.credits = (uint16_t)(MSG_CREDITS - c->credits);
	c->credits = MSG_CREDITS;
	core_send(c, &m);
	return ERR_OK;
}

static bool
is_language(const uint8_t l[static MSG_LANGUAGE])
{
	return (l[0] == 0 && l[1] == 0) ||
	    (l[0] >= 'a' && l[0] <= 'z' && l[1] >= 'a' && l[1] <= 'z');
}

static enum err
check_begin(const struct ctx *c, const struct msg *m)
{
	size_t i;

	if (m->begin.count < 1 || m->begin.count > BOUND_BATCH)
		return ERR_TOO_LARGE;
	if (m->begin.chain_len < 1 || m->begin.chain_len > BOUND_CHAIN)
		return ERR_HEADER_COMPOSE;
	for (i = 0; i < BOUND_CHAIN; i++) {
		if ((i < m->begin.chain_len) !=
			(m->begin.certificate_len[i] > 0) ||
		    m->begin.certificate_len[i] > BOUND_CERTIFICATE)
			return ERR_HEADER_COMPOSE;
	}
	if (profile_get(m->begin.profile) == NULL)
		return ERR_PROFILE;
	if (alg_get(m->begin.alg) == NULL)
		return ERR_ALGORITHM;
	if (m->begin.signing_time != SIGNING_TIME_IAT &&
	    m->begin.signing_time != SIGNING_TIME_SIGT)
		return ERR_HEADER_COMPOSE;
	if (m->begin.station.len == 0 || m->begin.origin.len == 0 ||
	    m->begin.time > INT64_MAX || m->begin.now > INT64_MAX ||
	    m->begin.expires <= m->begin.now || m->begin.expires > INT64_MAX ||
	    !is_language(m->begin.language))
		return ERR_CONSOLE_MESSAGE;
	/* it is kept as the time of the approval, and a person only sees the
	 * one in the headers */
	if (m->begin.now + MSG_NOW_EARLIER < m->begin.time ||
	    m->begin.now > m->begin.time + MSG_NOW_LATER ||
	    m->begin.expires - m->begin.now > MSG_WINDOW)
		return ERR_APPROVAL_EXPIRED;
	if (m->begin.now < c->memory.time)
		return ERR_TIME_BACKWARDS;
	return ERR_OK;
}

static void
take_begin(struct ctx *c, const struct msg *m)
{
	struct batch *b = &c->batch;
	size_t i;

	memset(b, 0, sizeof(*b));
	memcpy(b->nonce, m->begin.nonce, sizeof(b->nonce));
	b->count = m->begin.count;
	b->begun = c->now;
	b->time = m->begin.time;
	b->now = m->begin.now;
	b->expires = m->begin.expires;
	b->profile = (enum item_profile)m->begin.profile;
	b->alg = (enum alg_number)m->begin.alg;
	b->signing_time = (enum signing_time)m->begin.signing_time;
	memcpy(b->certificate, m->begin.certificate, SHA256_SIZE);
	sha256(m->begin.station.p, m->begin.station.len, b->station);
	sha256(m->begin.origin.p, m->begin.origin.len, b->origin);
	memcpy(b->station_name, m->begin.station.p, m->begin.station.len);
	b->station_len = (uint8_t)m->begin.station.len;
	memcpy(b->language, m->begin.language, sizeof(b->language));
	merkle_init(&b->tree);
	b->chain_len = m->begin.chain_len;
	for (i = 0; i < BOUND_CHAIN; i++) {
		b->certificate_len[i] = m->begin.certificate_len[i];
		b->chain_rest = (uint16_t)(b->chain_rest +
		    b->certificate_len[i]);
	}
}

enum state
batch_on_begin(struct ctx *c, const struct msg *m)
{
	struct msg r = {.number = MSG_BEGUN};
	enum err e;

	batch_drop(c);
	c->failure = (struct failure){ERR_OK, 0, 0, false};
	e = check_begin(c, m);
	if (e == ERR_OK) {
		take_begin(c, m);
		e = ticket_open(&c->batch, c->port);
	}
	if (e != ERR_OK)
		return core_fail(c, e, m->number);
	c->credits = MSG_CREDITS;
	r.begun.credits = MSG_CREDITS;
	core_send(c, &r);
	return STATE_CHAIN;
}

/* The certificate whose digest was announced, and who it says seals. Of the
 * header it leaves no more than hashes: the others need not be kept either. */
static enum err
take_signer(struct ctx *c)
{
	const uint8_t *der = c->room.certificate;
	struct batch *b = &c->batch;
	size_t der_len = b->certificate_len[0];
	uint8_t digest[SHA256_SIZE];
	struct certificate cert;
	struct der_reader name;
	enum err e;

	sha256(der, der_len, digest);
	if (memcmp(digest, b->certificate, SHA256_SIZE) != 0)
		return ERR_CERT_CHANGED;
	e = certificate_read(&cert, der, der_len);
	if (e == ERR_OK)
		e = certificate_organisation(&cert.subject, &name);
	if (e != ERR_OK)
		return e;
	/* a name that could not be shown in full is not one to consent to */
	if (name.len > sizeof(b->institution))
		return ERR_TOO_LARGE;
	memcpy(b->institution, name.p, name.len);
	b->institution_len = (uint8_t)name.len;
	return jades_stream_begin(&b->header, b->profile, b->alg, der, der_len);
}

/* Of the certificate that comes. */
static enum err
take_certificate(struct ctx *c, const uint8_t *p, size_t len)
{
	struct batch *b = &c->batch;
	enum err e = ERR_OK;

	if (b->chain_at == 0)
		memcpy(c->room.certificate + b->certificate_got, p, len);
	else
		jades_stream_value(&b->header, p, len);
	b->certificate_got = (uint16_t)(b->certificate_got + len);
	if (b->certificate_got < b->certificate_len[b->chain_at])
		return ERR_OK;
	if (b->chain_at == 0)
		e = take_signer(c);
	b->certificate_got = 0;
	b->chain_at++;
	if (e == ERR_OK && b->chain_at < b->chain_len)
		jades_stream_certificate(&b->header);
	return e;
}

enum state
batch_on_chain(struct ctx *c, const struct msg *m)
{
	struct msg_octets o = m->bulk.octets;
	struct batch *b = &c->batch;
	enum err e = batch_take_credit(c);
	size_t take;

	if (e == ERR_OK && o.len > b->chain_rest)
		e = ERR_ITEM_LENGTH;
	while (e == ERR_OK && o.len > 0) {
		take = (size_t)(b->certificate_len[b->chain_at] -
		    b->certificate_got);
		take = take < o.len ? take : o.len;
		e = take_certificate(c, o.p, take);
		o.p += take;
		o.len -= take;
		b->chain_rest = (uint16_t)(b->chain_rest - take);
	}
	if (e == ERR_OK && b->chain_rest > 0)
		return STATE_CHAIN;
	if (e == ERR_OK)
		e = jades_stream_time(
		    &b->header, b->signing_time, (int64_t)b->time);
	return e == ERR_OK ? STATE_READY : core_fail(c, e, m->number);
}

/* Octets of a text that fit, cut at a code point. */
static size_t
fit(const char *text, size_t len, size_t cap)
{
	if (len <= cap)
		return len;
	while (cap > 0 && ((uint8_t)text[cap] & 0xc0) == 0x80)
		cap--;
	return cap;
}

void
batch_count_title(struct batch *b, const struct summary_text *title)
{
	uint8_t digest[SHA256_SIZE];
	struct sha256 h;
	struct title *t;
	size_t i;

	sha256_init(&h);
	sha256_push(&h, title->text, title->len);
	sha256_push(&h, title->whole, SHA256_SIZE);
	sha256_finish(&h, digest);
	for (i = 0; i < BATCH_TITLES; i++) {
		t = &b->title[i];
		if (t->count == 0) {
			memcpy(t->digest, digest, sizeof(t->digest));
			t->len = (uint8_t)fit(
			    title->text, title->len, sizeof(t->text));
			t->cut = title->cut || t->len < title->len;
			memcpy(t->text, title->text, t->len);
		}
		if (memcmp(t->digest, digest, sizeof(t->digest)) == 0) {
			t->count++;
			return;
		}
	}
	b->other_titles++;
}
