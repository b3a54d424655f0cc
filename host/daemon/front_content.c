/*
 * Content timestamps: what is prepared of a batch waits here, in state
 * stamping, until each payload has its own, and goes on by itself. A few items
 * at a time are asked for in the thread for the network; what came is in the
 * queue before more than the next few are asked for, so that a crash asks
 * again for little. Batches take turns.
 */
#include "host/daemon/front.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/base/say.h"

#define HOLD_SECONDS 2
#define TURN_MS 500 /* after this nothing more is asked for in one turn */

static int64_t
milliseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return 1000 * (int64_t)t.tv_sec + t.tv_nsec / 1000000;
}

/* What of the item's payload enters the signature. */
static enum err
imprint_of(const struct front_content *c, const struct front_stamped *s,
    uint8_t out[static SHA256_SIZE], struct fault *fault)
{
	uint8_t *payload;
	size_t len;
	enum err e;

	memcpy(out, s->payload, SHA256_SIZE);
	if (!profile_get(c->profile)->encoded)
		return ERR_OK;
	e = store_get(c->front->store, s->payload, &payload, &len, fault);
	if (e != ERR_OK)
		return e;
	e = jades_content_digest(c->profile, payload, len, out);
	free(payload);
	return e;
}

/* In the thread. */
static void
ask(void *arg, size_t n)
{
	const int64_t end = milliseconds() + TURN_MS;
	struct front_content *c = arg;
	uint8_t imprint[SHA256_SIZE];
	struct fault fault;
	uint32_t i;
	enum err e = ERR_OK;

	(void)n;
	for (i = 0; i < c->count && e == ERR_OK && milliseconds() < end; i++) {
		c->one[i].err = imprint_of(c, &c->one[i], imprint, &fault);
		if (c->one[i].err == ERR_OK)
			e = front_stamps_content(c->front->stamps, imprint,
			    &c->one[i].token, &c->one[i].len, &c->one[i].time,
			    &fault);
	}
}

static void
free_content(struct front_content *c)
{
	uint32_t i;

	for (i = 0; i < c->count; i++)
		free(c->one[i].token);
	c->stage = CONTENT_FREE;
}

/* Is the item still as it was when its timestamp was asked for? The batch may
 * have been opened meanwhile, and closed again. */
static bool
waits_for_it(struct front *f, int64_t batch, const struct front_stamped *s)
{
	struct item item;

	return queue_item_get(f->queue, s->item, &item) == ERR_OK &&
	    item.state == ITEM_PREPARED && item.batch == batch &&
	    memcmp(item.payload, s->payload, SHA256_SIZE) == 0;
}

/* Its payload cannot be read; others of its batch go on. */
static enum err
fail_item(struct front *f, const struct front_stamped *s)
{
	struct item item;
	enum err e;

	if (front_is_passing(s->err)) {
		f->hold = front_tick() + HOLD_SECONDS;
		return ERR_OK;
	}
	say(SAY_WARNING, "item %lld cannot be sealed: %s", (long long)s->item,
	    err_text(s->err));
	e = queue_item_get(f->queue, s->item, &item);
	if (e != ERR_OK)
		return e;
	item.state = ITEM_FAILED;
	item.fault = s->err;
	snprintf(item.fault_text, sizeof(item.fault_text), "payload");
	return queue_item_update(f->queue, &item);
}

static enum err
keep_one(struct front *f, const struct front_content *c,
    const struct front_stamped *s, struct batch *b, struct fault *fault)
{
	uint8_t digest[SHA256_SIZE];
	enum err e;

	if ((s->token == NULL && s->err == ERR_OK) ||
	    !waits_for_it(f, c->batch, s))
		return ERR_OK;
	if (s->err != ERR_OK)
		return fail_item(f, s);
	if (s->time > b->signing_time)
		b->signing_time = s->time;
	e = store_put(f->store, s->token, s->len, digest, fault);
	if (e == ERR_OK)
		e = queue_item_set_stamped(f->queue, c->batch, s->item, digest);
	return e;
}

/* What came goes into store and queue; the round makes it durable. */
static enum err
keep(struct front *f, const struct front_content *c, struct fault *fault)
{
	struct batch b = {.id = c->batch};
	uint32_t i;
	enum err e;

	e = front_begin(f, fault);
	if (e == ERR_OK)
		e = queue_batch_get(f->queue, c->batch, &b);
	/* Closed again, it asks for its own when all is prepared. */
	if (e != ERR_OK || b.state != BATCH_STAMPING)
		return e;
	for (i = 0; e == ERR_OK && i < c->count; i++)
		e = keep_one(f, c, &c->one[i], &b, fault);
	return e == ERR_OK ? queue_batch_update(f->queue, &b) : e;
}

/* The seal is not older than what was stamped: the header's time follows the
 * last of them, by its authority's clock or by ours. */
static enum err
go_on(struct front *f, struct batch *b, struct fault *fault)
{
	enum err e = front_begin(f, fault);

	if (e != ERR_OK)
		return e;
	b->state = BATCH_CLOSING;
	if (b->signing_time < front_now())
		b->signing_time = front_now();
	return queue_batch_update(f->queue, b);
}

/* Where the other places' items of that batch end; 0: they have none. */
static int64_t
under_way(const struct front *f, int64_t batch)
{
	const struct front_content *c;
	int64_t last = 0;

	for (c = f->content; c < f->content + FRONT_CONTENT; c++)
		if (c->stage != CONTENT_FREE && c->batch == batch &&
		    c->one[c->count - 1].item > last)
			last = c->one[c->count - 1].item;
	return last;
}

static void
fill(struct front *f, struct front_content *c, const struct batch *b,
    int64_t after)
{
	struct front_stamped *s;
	struct item item;

	c->front = f;
	c->batch = b->id;
	c->profile = b->profile;
	for (c->count = 0; c->count < FRONT_STAMPED; c->count++) {
		if (queue_item_next(
			f->queue, b->id, after, ITEM_PREPARED, &item) != ERR_OK)
			break;
		after = item.id;
		s = &c->one[c->count];
		s->item = item.id;
		s->token = NULL;
		s->err = ERR_OK;
		memcpy(s->payload, item.payload, SHA256_SIZE);
	}
}

/* True if something was done for that batch. */
static bool
serve(struct front *f, struct front_content *c, struct batch *b,
    struct fault *fault, enum err *e)
{
	const int64_t after = under_way(f, b->id);
	struct item item;

	if (f->stamps == NULL || !f->config->content_timestamp) {
		say(SAY_WARNING,
		    "batch %lld: zegel.conf wants no content timestamps any "
		    "more, the batch reopens",
		    (long long)b->id);
		*e = front_reopen(f, b, fault);
		return true;
	}
	if (after == 0 &&
	    queue_item_next(f->queue, b->id, 0, ITEM_PREPARED, &item) ==
		ERR_NOT_FOUND) {
		*e = go_on(f, b, fault);
		return true;
	}
	if (!front_stamps_may(f->stamps, STAMPS_CONTENT))
		return false;
	fill(f, c, b, after);
	if (c->count == 0)
		return false;
	c->stage = CONTENT_ASKING;
	pool_start(front_stamps_pool(f->stamps), &c->job, ask, c, 1);
	return true;
}

/* The next batch for which there is something to do. */
static bool
take_turn(
    struct front *f, struct front_content *c, struct fault *fault, enum err *e)
{
	struct batch b = {.id = f->stamping_last};
	bool wrapped = false;

	for (;;) {
		if (queue_batch_next(f->queue, b.id, BATCH_STAMPING, &b) !=
		    ERR_OK) {
			if (wrapped || f->stamping_last == 0)
				return false;
			wrapped = true;
			b.id = 0;
			continue;
		}
		if (serve(f, c, &b, fault, e)) {
			f->stamping_last = b.id;
			return true;
		}
		if (wrapped && b.id >= f->stamping_last)
			return false;
	}
}

static bool
is_done(struct front *f, const struct front_content *c)
{
	return c->stage == CONTENT_ASKING &&
	    pool_is_done(front_stamps_pool(f->stamps), &c->job);
}

bool
front_content_work(struct front *f)
{
	struct front_content *c;
	struct fault fault;
	enum err e = ERR_OK;
	bool more = false;

	fault_clear(&fault);
	for (c = f->content; c < f->content + FRONT_CONTENT && e == ERR_OK;
	     c++) {
		if (is_done(f, c)) {
			e = keep(f, c, &fault);
			if (e == ERR_OK)
				c->stage = CONTENT_KEEPING;
			more = true;
		} else if (c->stage == CONTENT_FREE) {
			more |= take_turn(f, c, &fault, &e);
		}
	}
	if (e == ERR_OK)
		return more;
	say(SAY_ERROR, "content timestamps: %s: %s", err_text(e), fault.detail);
	f->doomed = e;
	f->hold = front_tick() + HOLD_SECONDS;
	return false;
}

void
front_content_settled(struct front *f, bool durable)
{
	struct front_content *c;

	for (c = f->content; c < f->content + FRONT_CONTENT; c++) {
		if (c->stage != CONTENT_KEEPING)
			continue;
		/* Undone: what came is dear, and kept in another round. */
		if (durable)
			free_content(c);
		else
			c->stage = CONTENT_ASKING;
	}
}

void
front_content_drain(struct front *f)
{
	struct front_content *c;

	for (c = f->content; c < f->content + FRONT_CONTENT; c++)
		if (c->stage == CONTENT_ASKING)
			pool_wait(front_stamps_pool(f->stamps), &c->job);
}
