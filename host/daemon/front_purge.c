/*
 * Retention: of what was released, removed or could not be sealed, the bytes
 * and everything that tells of a person go [retention] released-days after the
 * batch was closed. What stays is the log, the sealed files that were handed
 * out, and the identity by which a duplicate is known.
 */
#include "host/daemon/front.h"

#include "host/base/say.h"

#define EVERY_SECONDS 3600
#define SLICE 64
#define DAY 86400

/* A file that is gone already was purged just before a crash. */
static enum err
remove_bytes(struct front *f, const uint8_t digest[static SHA256_SIZE],
    struct fault *fault)
{
	enum err e = store_remove(f->store, digest, fault);

	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
purge_item(struct front *f, const struct item *i, struct fault *fault)
{
	bool shared;
	enum err e;

	e = queue_bytes_are_shared(f->queue, i->draft, i, &shared);
	if (e == ERR_OK && !shared)
		e = remove_bytes(f, i->draft, fault);
	/* What was released may have come back as a draft, to the octet; and
	 * of a profile that changes nothing the same draft, sealed once more,
	 * has the same payload. */
	if (e == ERR_OK)
		e = queue_bytes_are_shared(f->queue, i->payload, i, &shared);
	if (e == ERR_OK && !shared && i->payload_len > 0)
		e = remove_bytes(f, i->payload, fault);
	if (e == ERR_OK && front_header_is_stamped(i))
		e = remove_bytes(f, i->timestamp, fault);
	if (e == ERR_OK)
		e = queue_item_purge(f->queue, i->id);
	return e;
}

/* Some items of one batch; true if there may be more. */
static bool
purge_batch(struct front *f, const struct batch *b, uint64_t *purged)
{
	struct fault fault;
	struct item item;
	enum err e;
	int n;

	fault_clear(&fault);
	e = front_begin(f, &fault);
	for (n = 0; e == ERR_OK && n < SLICE; n++) {
		e = queue_item_kept(f->queue, b->id, &item);
		if (e == ERR_NOT_FOUND)
			break;
		if (e == ERR_OK)
			e = purge_item(f, &item, &fault);
		*purged += e == ERR_OK;
	}
	if (e == ERR_OK)
		return true;
	if (e == ERR_NOT_FOUND)
		return false;
	say(SAY_ERROR, "purging batch %lld: %s", (long long)b->id, err_text(e));
	f->hold = front_tick() + 60;
	return false;
}

bool
front_purge_work(struct front *f)
{
	struct front_purge *p = &f->purge;
	int64_t before;

	/* A payload that is being frozen stands in no row yet. */
	if (f->closing.active)
		return false;
	if (!p->active) {
		if (front_tick() < p->next)
			return false;
		p->next = front_tick() + EVERY_SECONDS;
		p->active = true;
		p->batch.id = 0;
		p->purged = 0;
		p->in_batch = false;
	}
	before = front_now() - (int64_t)f->config->released_days * DAY;
	while (!p->in_batch) {
		if (queue_batch_next(f->queue, p->batch.id, BATCH_DONE,
			&p->batch) != ERR_OK) {
			p->active = false;
			break;
		}
		p->in_batch = p->batch.closed <= before;
	}
	if (p->in_batch) {
		p->in_batch = purge_batch(f, &p->batch, &p->purged);
		return true;
	}
	if (p->purged == 0)
		return false;
	say(SAY_NOTICE, "purged %llu items", (unsigned long long)p->purged);
	p->settle = true;
	return false;
}

void
front_purge_settled(struct front *f, bool durable)
{
	struct fault fault;

	if (durable && f->purge.settle) {
		/* Also out of the database's own journal. */
		if (queue_checkpoint(f->queue, &fault) != ERR_OK)
			say_fault(SAY_WARNING, &fault, NULL);
		front_tree_sweep(f);
	}
	f->purge.settle = false;
}
