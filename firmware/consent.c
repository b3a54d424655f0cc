/* What a person decided, and what follows from it. */
#include <string.h>

#include "boards/board.h"
#include "common/approval.h"
#include "firmware/core.h"
#include "firmware/handlers.h"
#include "firmware/hmac.h"
#include "firmware/ticket.h"

enum state
consent_refuse(struct ctx *c, enum err reason)
{
	struct msg r = {.number = MSG_REFUSED};
	struct failure why = {reason, c->batch.count, 0, c->asked == 0};

	r.refused.reason = (uint16_t)reason;
	if (why.of_batch)
		memcpy(r.refused.root, c->batch.root, SHA256_SIZE);
	core_send(c, &r);
	batch_drop(c);
	c->failure = why;
	return STATE_REFUSED;
}

bool
consent_take(struct ctx *c)
{
	bool given = c->consent == CONSENT_GIVEN;

	c->consent = 0;
	return given &&
	    buttons_held(&c->buttons, BOARD_BUTTON_SELECT, c->now) >= CORE_HOLD;
}

enum state
consent_on_left(struct ctx *c, const struct msg *m)
{
	(void)m;
	return consent_refuse(c, ERR_NOT_CONSENTED);
}

enum state
consent_on_timeout(struct ctx *c, const struct msg *m)
{
	(void)m;
	return consent_refuse(c, ERR_TIMEOUT);
}

static void
fill(const struct ctx *c, struct approval *a)
{
	const struct batch *b = &c->batch;

	memcpy(a->nonce, b->nonce, sizeof(a->nonce));
	memcpy(a->root, b->root, SHA256_SIZE);
	a->count = b->count;
	memcpy(a->certificate, b->certificate, SHA256_SIZE);
	memcpy(a->station, b->station, SHA256_SIZE);
	memcpy(a->origin, b->origin, SHA256_SIZE);
	/* this approval is the signature that is counted next */
	a->counter = c->memory.counter + 1;
	memcpy(a->firmware, c->port->firmware, SHA256_SIZE);
	a->board_class = c->port->board_class;
	a->time = batch_time(c);
	a->expires = b->expires;
}

/* Counted before it is made: what was lost on the way was not unseen. */
static enum err
approve(struct ctx *c, struct msg *r)
{
	uint8_t digest[SHA256_SIZE];
	struct approval a;
	enum err e;

	fill(c, &a);
	if (a.time > a.expires)
		return ERR_APPROVAL_EXPIRED;
	approval_encode(&a, r->approved.approval);
	approval_digest(&a, digest);
	e = memory_count(c, digest, sizeof(digest), a.time);
	if (e != ERR_OK)
		return e;
	return c->port->sign(c->port->arg, digest, r->approved.signature);
}

enum state
consent_on_held(struct ctx *c, const struct msg *m)
{
	struct msg r = {.number = MSG_APPROVED};
	enum err e;

	(void)m;
	if (!consent_take(c))
		return consent_refuse(c, ERR_NOT_CONSENTED);
	if (c->batch.received != c->batch.count)
		return core_fail(c, ERR_INTERNAL, 0);
	e = approve(c, &r);
	if (e != ERR_OK)
		return core_fail(c, e, 0);
	c->approved = c->now;
	/* persons' data; from here it counts what was signed */
	hmac_wipe(&c->room, sizeof(c->room));
	core_send(c, &r);
	return STATE_APPROVED;
}

enum state
consent_on_arm(struct ctx *c, const struct msg *m)
{
	struct msg r = {.number = MSG_ARMED};
	enum err e;

	c->armed = false;
	e = ticket_check(
	    &c->batch, m->result.leaf, m->result.ticket, &c->armed_leaf);
	if (e != ERR_OK)
		return core_fail(c, e, m->number);
	c->armed = true;
	r.armed.index = c->armed_leaf.index;
	core_send(c, &r);
	return STATE_APPROVED;
}
