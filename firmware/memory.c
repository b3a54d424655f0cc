/* What outlives a reset: the counter of signatures and the log's head. */
#include <string.h>

#include "firmware/handlers.h"

enum err
memory_count(struct ctx *c, const uint8_t *digest, size_t len, uint64_t time)
{
	struct memory next = c->memory;
	struct sha256 h;

	if (next.counter == UINT64_MAX)
		return ERR_TOO_LARGE;
	next.counter++;
	if (time > next.time)
		next.time = time;
	sha256_init(&h);
	sha256_push(&h, next.chain, SHA256_SIZE);
	sha256_push(&h, digest, len);
	sha256_finish(&h, next.chain);
	if (!c->port->remember(c->port->arg, &next))
		return ERR_IO;
	c->memory = next;
	return ERR_OK;
}

enum state
memory_on_counter(struct ctx *c, const struct msg *m)
{
	struct msg r = {.number = MSG_COUNTER_REPLY};
	uint8_t octets[MSG_COUNTER_OCTETS], digest[SHA256_SIZE];
	enum err e;

	r.counter_reply.counter = c->memory.counter;
	memcpy(r.counter_reply.chain, c->memory.chain, SHA256_SIZE);
	msg_counter_octets(
	    m->counter.nonce, c->memory.counter, c->memory.chain, octets);
	sha256(octets, sizeof(octets), digest);
	e = c->port->sign(c->port->arg, digest, r.counter_reply.signature);
	if (e != ERR_OK)
		return core_fail(c, e, m->number);
	core_send(c, &r);
	return c->state;
}

enum err
memory_forget(struct ctx *c, uint64_t time)
{
	struct memory next = c->memory;

	next.time = time;
	next.log_size = 0;
	memset(next.log_root, 0, SHA256_SIZE);
	memset(next.log_origin, 0, SHA256_SIZE);
	if (!c->port->remember(c->port->arg, &next))
		return ERR_IO;
	c->memory = next;
	return ERR_OK;
}

/* Another log, one that is smaller than it was, or another one of the same
 * size. The first of an enrolment is the one. */
static bool
is_fork(const struct memory *was, const struct msg *m)
{
	if (was->log_size == 0)
		return false;
	return memcmp(m->log_head.origin, was->log_origin, SHA256_SIZE) != 0 ||
	    m->log_head.size < was->log_size ||
	    (m->log_head.size == was->log_size &&
		memcmp(m->log_head.root, was->log_root, SHA256_SIZE) != 0);
}

enum state
memory_on_log_head(struct ctx *c, const struct msg *m)
{
	struct msg r = {.number = MSG_LOG_HEAD_REPLY};
	struct memory next = c->memory;

	if (m->log_head.size > MSG_LOG_MAX)
		return core_fail(c, ERR_TOO_LARGE, m->number);
	if (is_fork(&c->memory, m))
		return core_fail(c, ERR_LOG_FORK, m->number);
	r.log_head.size = next.log_size;
	memcpy(r.log_head.root, next.log_root, SHA256_SIZE);
	memcpy(r.log_head.origin, next.log_origin, SHA256_SIZE);
	next.log_size = m->log_head.size;
	memcpy(next.log_root, m->log_head.root, SHA256_SIZE);
	memcpy(next.log_origin, m->log_head.origin, SHA256_SIZE);
	if (next.log_size != c->memory.log_size &&
	    !c->port->remember(c->port->arg, &next))
		return core_fail(c, ERR_IO, m->number);
	c->memory = next;
	core_send(c, &r);
	return c->state;
}
