/*
 * Before a batch is closed for a key: was its certificate revoked? Asked where
 * front asks the network at all, in the threads for it, and again when the
 * answer is a minute old. Without an answer the batch goes on: a responder that
 * is away does not keep a registry from sealing, and people are told.
 */
#include "host/daemon/front.h"

#include "host/base/say.h"

#define FRESH_SECONDS 60

static void
ask(void *arg, size_t n)
{
	struct front_check *c = arg;

	(void)n;
	fault_clear(&c->fault);
	c->err = front_stamps_check(c->front->stamps, c->key->chain.cert,
	    c->key->chain.count, &c->fault);
}

static void
take(struct front_check *c)
{
	c->asking = false;
	c->known = true;
	c->until = front_tick() + FRESH_SECONDS;
	if (c->err != ERR_OK)
		say(SAY_WARNING, "key %s: %s: %s", c->key->chain.config->name,
		    err_text(c->err), c->fault.detail);
}

bool
front_check_is_known(struct front *f, struct front_key *k)
{
	struct front_check *c = &k->check;

	if (f->stamps == NULL)
		return true;
	if (c->asking && !pool_is_done(front_stamps_pool(f->stamps), &c->job))
		return false;
	if (c->asking)
		take(c);
	if (c->known && c->until > front_tick())
		return true;
	c->front = f;
	c->key = k;
	c->asking = true;
	pool_start(front_stamps_pool(f->stamps), &c->job, ask, c, 1);
	return false;
}

bool
front_check_is_revoked(const struct front_key *k)
{
	return k->check.known && !k->check.asking &&
	    k->check.until > front_tick() && k->check.err == ERR_REVOKED;
}
