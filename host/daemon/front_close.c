/*
 * Closing a batch: each draft is prepared for the batch's key and time, frozen
 * as canonical JSON, checked by the device's own checker, and becomes a leaf.
 * A slice at a time; a crash in between goes on where it was. The pool freezes
 * a slice while the one before it is written into the queue and made durable.
 */
#include "host/daemon/front.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/jcs.h"
#include "common/summary.h"
#include "host/base/file.h"
#include "host/base/hex.h"
#include "host/base/say.h"
#include "host/base/secret.h"
#include "host/daemon/front_summary.h"

#define SLICE 128

enum err
front_close_begin(
    struct front *f, struct batch *b, const char *key, struct fault *fault)
{
	struct front_key *k;
	struct queue_counts counts;
	unsigned findings;
	enum err e;
	size_t i;

	if (key[0] == '\0')
		key = f->config->default_key;
	k = front_key(f, key);
	if (k == NULL)
		return fault_set(fault, ERR_CONFIG_MISSING_KEY, FAULT_NO_OFFSET,
		    "there is no section [key %s] in zegel.conf", key);
	if (k->chain.count == 0)
		return fault_set(fault, k->reason, FAULT_NO_OFFSET,
		    "key %s has no usable certificate", key);
	e = cert_check_seal(&k->chain.cert[0], front_now(), &findings);
	if (e != ERR_OK)
		return fault_set(fault, e, FAULT_NO_OFFSET, "key %s", key);
	if (front_check_is_revoked(k))
		return fault_set(fault, ERR_REVOKED, FAULT_NO_OFFSET,
		    "key %s: %s", key, k->check.fault.detail);
	if (b->state != BATCH_OPEN)
		return fault_set(fault, ERR_BATCH_STATE, FAULT_NO_OFFSET,
		    "batch %s is %s", b->name,
		    queue_batch_state_name(b->state));
	e = queue_count(f->queue, b->id, &counts);
	if (e == ERR_OK && counts.by_state[ITEM_QUEUED] == 0)
		return fault_set(fault, ERR_BATCH_EMPTY, FAULT_NO_OFFSET,
		    "batch %s has no draft to seal", b->name);
	if (e == ERR_OK && profile_get(b->profile)->form == JWS_COMPACT &&
	    config_level(f->config, k->chain.config) > CONFIG_LEVEL_B)
		return front_profile_level(profile_get(b->profile), fault);
	if (e == ERR_OK)
		e = front_begin(f, fault);
	if (e != ERR_OK)
		return e;
	for (i = 0; i < FRONT_REOPENED; i++)
		if (f->reopened[i].batch == b->id)
			f->reopened[i].batch = 0;
	b->state = BATCH_CLOSING;
	b->closed = front_now();
	/* Content timestamps come first, then the time is fixed. */
	b->signing_time = f->config->content_timestamp ? 0 : b->closed;
	b->count = 0;
	snprintf(b->key, sizeof(b->key), "%s", key);
	memcpy(b->certificate, k->chain.cert[0].sha256, SHA256_SIZE);
	e = queue_batch_update(f->queue, b);
	if (e != ERR_OK)
		return fault_set(
		    fault, e, FAULT_NO_OFFSET, "batch %s", b->name);
	return ERR_OK;
}

static enum err
add_leaf(struct front_closing *c, const uint8_t hash[static SHA256_SIZE])
{
	size_t n = c->merkle.size;
	uint8_t(*grown)[SHA256_SIZE];

	if (n == BOUND_BATCH)
		return ERR_BATCH_FULL;
	if (n == c->leaf_cap) {
		grown = realloc(c->leaf, (2 * n + 256) * SHA256_SIZE);
		if (grown == NULL)
			return ERR_NO_MEMORY;
		c->leaf = grown;
		c->leaf_cap = 2 * n + 256;
	}
	memcpy(c->leaf[n], hash, SHA256_SIZE);
	return merkle_push(&c->merkle, hash);
}

void
front_close_note(
    struct front *f, const struct batch *b, enum err e, const char *why)
{
	struct front_reopened *r =
	    &f->reopened[f->reopenings++ % FRONT_REOPENED];

	r->batch = b->id;
	r->err = e;
	snprintf(r->why, sizeof(r->why), "%s", why);
	say(SAY_WARNING, "batch %lld: %s: %s; the batch reopens",
	    (long long)b->id, err_text(e), why);
}

static void
reopen_for(struct front *f, struct batch *b, enum err e, const char *why)
{
	struct fault fault;

	front_close_note(f, b, e, why);
	if (front_reopen(f, b, &fault) != ERR_OK)
		say_fault(SAY_ERROR, &fault, NULL);
}

/* Have its items their content timestamps? A crash may have come when all of
 * them were frozen with theirs, and the batch was not closed. */
static bool
has_stamped(struct front *f, int64_t batch)
{
	struct item item;

	if (queue_item_next(f->queue, batch, 0, ITEM_STAMPED, &item) == ERR_OK)
		return true;
	return queue_item_next(f->queue, batch, 0, ITEM_FROZEN, &item) ==
	    ERR_OK &&
	    front_header_is_stamped(&item);
}

/* Can it go on as it began? A restart may have changed what it began with. */
static enum err
check_began(struct front *f, const struct batch *b, const struct front_key *k,
    const char **why)
{
	*why = b->key;
	if (k == NULL || k->chain.count == 0 ||
	    memcmp(k->chain.cert[0].sha256, b->certificate, SHA256_SIZE) != 0)
		return ERR_CERT_CHANGED;
	*why = k->check.fault.detail;
	if (front_check_is_revoked(k))
		return ERR_REVOKED;
	*why = "content timestamps are not wanted any more";
	if (b->signing_time == 0 && !f->config->content_timestamp)
		return ERR_BATCH_STATE;
	*why = FRONT_HEADER_CHANGED;
	return front_header_check_batch(f, &k->chain, b);
}

/* Takes up a batch in state closing; what is frozen already stays. */
static bool
take_up(struct front *f)
{
	struct front_closing *c = &f->closing;
	uint8_t hash[SHA256_SIZE];
	struct jades_header header;
	struct front_key *k;
	struct item item;
	int64_t after = 0;
	const char *why;
	enum err e;

	c->batch.id = 0;
	do {
		if (queue_batch_next(f->queue, c->batch.id, BATCH_CLOSING,
			&c->batch) != ERR_OK)
			return false;
		k = front_key(f, c->batch.key);
	} while (
	    k != NULL && k->chain.count > 0 && !front_check_is_known(f, k));
	e = check_began(f, &c->batch, k, &why);
	if (e != ERR_OK) {
		reopen_for(f, &c->batch, e, why);
		return true;
	}
	c->key = &k->chain;
	c->stamps = c->batch.signing_time == 0;
	c->from = has_stamped(f, c->batch.id) ? ITEM_STAMPED : ITEM_QUEUED;
	key_chain_header(c->key, c->batch.profile,
	    c->stamps ? c->batch.closed : c->batch.signing_time, &header);
	if (jades_tbs_init(&c->header, &header, NULL) != ERR_OK)
		return false;
	c->after = 0;
	c->taken = false;
	merkle_init(&c->merkle);
	while (queue_item_next(f->queue, c->batch.id, after, ITEM_FROZEN,
		   &item) == ERR_OK) {
		leaf_hash(&item.leaf, hash);
		if (add_leaf(c, hash) != ERR_OK)
			return false;
		after = item.id;
	}
	c->active = true;
	return true;
}

/* The frozen bytes are checked by the code that the device runs, too, and
 * hashed: not piece by piece as they are checked, since the two digests of one
 * payload take the time of one only in long pieces. */
static enum err
make_leaf(struct front *f, struct item *item, const uint8_t *payload,
    size_t len, struct fault *fault)
{
	struct front_closing *c = &f->closing;
	struct jades_tbs tbs = c->header;
	struct leaf *l = &item->leaf;
	struct summary summary;
	struct jcs jcs;
	size_t tbs_len;
	enum err e;

	memset(l, 0, sizeof(*l));
	l->profile = f->closing.batch.profile;
	e = item->state == ITEM_STAMPED
	    ? front_header_compose(
		  f, c->key, &c->batch, item, payload, len, &tbs, fault)
	    : ERR_OK;
	if (e != ERR_OK)
		return e;
	/* An appliance is told it, too: both must come to the same digest. */
	summary_init(&summary, l->profile, f->config->language);
	jcs_init(&jcs, NULL, &summary.sink);
	jcs_push(&jcs, payload, len);
	e = jcs_finish(&jcs);
	if (e != ERR_OK)
		return fault_set(fault, e, jcs_offset(&jcs),
		    "the canonical form does not pass its own check");
	summary_finish(&summary);
	jades_tbs_push(&tbs, payload, len);
	jades_tbs_finish(&tbs, l->payload, l->tbs, &tbs_len);
	l->kind = KIND_JADES;
	l->alg = c->key->alg->number;
	memcpy(l->certificate, c->batch.certificate, SHA256_SIZE);
	summary_digest(&summary, l->summary);
	secret_random(l->salt, LEAF_SALT);
	item->summary_len = front_summary_json(
	    &summary, (char *)item->summary, sizeof(item->summary));
	return ERR_OK;
}

/* One item of a slice. */
struct freezing {
	struct front *f;
	struct item item;
	struct fault fault;
	enum err err;
};

struct front_slice {
	struct pool_job job;
	uint32_t count;
	struct freezing one[SLICE];
};

/* Frozen before, in a batch that was reopened: those bytes carry another time
 * and are not needed any more, nor is their timestamp. But with profiles that
 * change nothing they are the same again, and may be the draft's own, which no
 * crash may find removed. */
static void
remove_former(struct front *f, struct item *item)
{
	if (item->payload_len > 0 &&
	    memcmp(item->payload, item->leaf.payload, SHA256_SIZE) != 0 &&
	    memcmp(item->payload, item->draft, SHA256_SIZE) != 0)
		(void)!store_remove(f->store, item->payload, NULL);
	if (front_header_is_stamped(item))
		(void)!store_remove(f->store, item->timestamp, NULL);
	memset(item->timestamp, 0, SHA256_SIZE);
}

/* Everything but the item's place in the batch. */
static void
freeze(struct freezing *z, const struct stored *draft)
{
	struct front *f = z->f;
	uint8_t *payload = NULL;
	size_t len;

	z->err = front_prepare(f, z->item.id, draft, &payload, &len, &z->fault);
	if (z->err != ERR_OK)
		return;
	z->err = make_leaf(f, &z->item, payload, len, &z->fault);
	if (z->err == ERR_OK)
		remove_former(f, &z->item);
	if (z->err == ERR_OK)
		z->err = store_put_hashed(
		    f->store, payload, len, z->item.leaf.payload, &z->fault);
	free(payload);
	memcpy(z->item.payload, z->item.leaf.payload, SHA256_SIZE);
	z->item.payload_len = len;
}

static const uint8_t *
source_of(const struct item *item)
{
	return item->state == ITEM_STAMPED ? item->payload : item->draft;
}

/* In any thread: two items, or the last one twice looked up. */
static void
freeze_two(void *arg, size_t n)
{
	struct front_slice *s = arg;
	struct freezing *z = &s->one[2 * n];
	size_t i, count = 2 * n + 1 < s->count ? 2 : 1;
	struct stored draft[2];

	draft[0].digest = source_of(&z[0].item);
	draft[1].digest = source_of(&z[count - 1].item);
	store_get_two(z->f->store, draft);
	for (i = 0; i < count; i++) {
		fault_clear(&z[i].fault);
		z[i].err = draft[i].err;
		if (z[i].err == ERR_OK && z[i].item.state == ITEM_STAMPED)
			z[i].err = make_leaf(z[i].f, &z[i].item, draft[i].buf,
			    draft[i].len, &z[i].fault);
		else if (z[i].err == ERR_OK)
			freeze(&z[i], &draft[i]);
		else
			z[i].fault = draft[i].fault;
		free(draft[i].buf);
		draft[i].buf = NULL;
	}
	free(draft[0].buf);
	free(draft[1].buf);
}

/* Gives a frozen item the next place. */
static enum err
place(struct front *f, struct item *item)
{
	uint8_t hash[SHA256_SIZE];

	item->leaf.index = (uint32_t)f->closing.merkle.size;
	item->index = item->leaf.index;
	item->state = ITEM_FROZEN;
	leaf_hash(&item->leaf, hash);
	return add_leaf(&f->closing, hash);
}

static void
fail_item(struct item *item, enum err e, const struct fault *fault)
{
	char text[sizeof(item->fault_text)];

	snprintf(text, sizeof(text), "%s%s%s", fault->path,
	    fault->path[0] != '\0' ? ": " : "",
	    fault->detail[0] != '\0' ? fault->detail : err_text(e));
	item->state = ITEM_FAILED;
	item->fault = e;
	memcpy(item->fault_text, text, sizeof(text));
}

static enum err
finish(struct front *f, struct fault *fault)
{
	struct front_closing *c = &f->closing;
	struct batch *b = &c->batch;
	struct item item;
	enum err e;

	c->active = false;
	b->count = (uint32_t)c->merkle.size;
	if (c->stamps &&
	    queue_item_next(f->queue, b->id, 0, ITEM_PREPARED, &item) ==
		ERR_OK) {
		b->state = BATCH_STAMPING;
	} else if (b->count == 0) {
		/* Every draft failed: nothing to approve. */
		b->state = BATCH_OPEN;
	} else {
		merkle_root(&c->merkle, b->root);
		b->state = BATCH_CLOSED;
		e = front_tree_keep(f, b, c->key, c->from == ITEM_STAMPED,
		    (const uint8_t(*)[SHA256_SIZE])c->leaf, fault);
		if (e != ERR_OK)
			return e;
	}
	e = queue_batch_update(f->queue, b);
	if (e != ERR_OK)
		return fault_set(
		    fault, e, FAULT_NO_OFFSET, "batch %lld", (long long)b->id);
	say(SAY_INFO, "batch %lld is %s, %u items frozen", (long long)b->id,
	    queue_batch_state_name(b->state), b->count);
	return ERR_OK;
}

/* The next items that wait, given to the pool. */
static enum err
start_slice(struct front *f, struct front_slice **out)
{
	struct front_closing *c = &f->closing;
	struct front_slice *s = malloc(sizeof(*s));
	struct freezing *z;

	if (s == NULL)
		return ERR_NO_MEMORY;
	for (s->count = 0; s->count < SLICE; s->count++) {
		z = &s->one[s->count];
		if (queue_item_next(f->queue, c->batch.id, c->after, c->from,
			&z->item) != ERR_OK)
			break;
		z->f = f;
		c->after = z->item.id;
	}
	c->taken = s->count < SLICE;
	pool_start(f->pool, &s->job, freeze_two, s, (s->count + 1) / 2);
	*out = s;
	return ERR_OK;
}

static enum err
start_slices(struct front *f)
{
	struct front_closing *c = &f->closing;
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < FRONT_SLICES && !c->taken && e == ERR_OK; i++)
		if (c->slice[i] == NULL)
			e = start_slice(f, &c->slice[i]);
	return e;
}

static void
free_oldest(struct front_closing *c)
{
	size_t i;

	free(c->slice[0]);
	for (i = 1; i < FRONT_SLICES; i++)
		c->slice[i - 1] = c->slice[i];
	c->slice[FRONT_SLICES - 1] = NULL;
}

void
front_close_drop(struct front *f)
{
	struct front_closing *c = &f->closing;

	c->active = false;
	for (; c->slice[0] != NULL; free_oldest(c))
		pool_wait(f->pool, &c->slice[0]->job);
}

/* What became of one item; an error is one that undoes the slice. */
static enum err
settle_item(struct front *f, struct freezing *z)
{
	const enum item_state from = z->item.state;
	enum err e = z->err;

	if (e == ERR_OK && f->closing.stamps) {
		memset(&z->item.leaf, 0, sizeof(z->item.leaf));
		z->item.state = ITEM_PREPARED;
		return queue_item_set_prepared(f->queue, &z->item);
	}
	if (e == ERR_OK) {
		e = place(f, &z->item);
	} else if (!front_is_passing(e) && e != ERR_DENIED) {
		fail_item(&z->item, e, &z->fault);
		say(SAY_WARNING, "item %lld cannot be sealed: %s",
		    (long long)z->item.id, err_text(e));
		e = ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	return z->item.state == ITEM_FROZEN
	    ? queue_item_set_frozen(f->queue, &z->item, from)
	    : queue_item_update(f->queue, &z->item);
}

static enum err
settle_slice(struct front *f, struct front_slice *s, struct fault *fault)
{
	uint32_t i;
	enum err e;

	e = front_begin(f, fault);
	for (i = 0; i < s->count && e == ERR_OK; i++)
		e = settle_item(f, &s->one[i]);
	return e;
}

bool
front_close_work(struct front *f)
{
	struct front_closing *c = &f->closing;
	const bool first = !c->active;
	struct fault fault;
	enum err e;

	if (first && !take_up(f))
		return false;
	if (!c->active)
		return true;
	e = start_slices(f);
	/* The first one belongs to the round that closes the batch: whoever
	 * asked for it hears if the disk is full. */
	if (e == ERR_OK && first)
		pool_wait(f->pool, &c->slice[0]->job);
	else if (e == ERR_OK && !pool_is_done(f->pool, &c->slice[0]->job))
		return false;
	if (e == ERR_OK)
		e = settle_slice(f, c->slice[0], &fault);
	if (e == ERR_OK) {
		free_oldest(c);
		e = start_slices(f);
	}
	if (e == ERR_OK && c->slice[0] == NULL)
		e = finish(f, &fault);
	if (e == ERR_OK)
		return true;
	say(SAY_ERROR, "closing batch %lld: %s", (long long)c->batch.id,
	    err_text(e));
	front_close_drop(f);
	f->doomed = e;
	f->hold = front_tick() + 2;
	return false;
}

/* Its timestamp is forgotten with its payload, when it is prepared again. */
static enum err
queue_again(struct front *f, const struct batch *b, enum item_state from)
{
	struct item item;
	int64_t after = 0;
	enum err e = ERR_OK;

	while (e == ERR_OK &&
	    queue_item_next(f->queue, b->id, after, from, &item) == ERR_OK) {
		after = item.id;
		item.state = ITEM_QUEUED;
		e = queue_item_update(f->queue, &item);
	}
	return e;
}

enum err
front_reopen(struct front *f, struct batch *b, struct fault *fault)
{
	enum err e;

	if (b->state == BATCH_CLOSED && front_consent_is_open(f, b->root))
		return fault_set(fault, ERR_BATCH_STATE, FAULT_NO_OFFSET,
		    "batch %lld is being approved at this moment",
		    (long long)b->id);
	e = front_begin(f, fault);
	if (e == ERR_OK)
		e = queue_again(f, b, ITEM_PREPARED);
	if (e == ERR_OK)
		e = queue_again(f, b, ITEM_STAMPED);
	if (e == ERR_OK)
		e = queue_again(f, b, ITEM_FROZEN);
	if (e == ERR_OK) {
		b->state = BATCH_OPEN;
		b->key[0] = '\0';
		b->count = 0;
		b->closed = 0;
		e = queue_batch_update(f->queue, b);
	}
	if (e != ERR_OK)
		return fault_set(fault, e, FAULT_NO_OFFSET,
		    "reopening batch %lld", (long long)b->id);
	say(SAY_INFO, "batch %lld is open again", (long long)b->id);
	return ERR_OK;
}

enum err
front_close_check(struct front *f, struct batch *b)
{
	const struct front_key *k = front_key(f, b->key);
	enum err e;

	/* Another certificate is told to whoever approves, and may have been
	 * put there by mistake. */
	if (k == NULL || k->chain.count == 0 ||
	    memcmp(k->chain.cert[0].sha256, b->certificate, SHA256_SIZE) != 0)
		return ERR_OK;
	e = front_header_check_batch(f, &k->chain, b);
	if (e != ERR_OK)
		reopen_for(f, b, e, FRONT_HEADER_CHANGED);
	return e;
}
