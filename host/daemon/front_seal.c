/*
 * An approved batch: groups of frozen items go to signer with the proofs that
 * they are under the approved root, come back with signatures, are written,
 * logged as released and linked. Everything here can be forgotten at any
 * moment: the queue, logger's answers and the log say where each item is.
 */
#include "host/daemon/front.h"

#include <stdlib.h>
#include <string.h>

#include "host/base/file.h"
#include "host/base/say.h"

#define HOLD_SECONDS 2

enum config_level
front_level(const struct front *f, const struct batch *b)
{
	const struct config_key *k = config_key(f->config, b->key);

	/* nothing more fits into it, whatever zegel.conf says by now */
	if (profile_get(b->profile)->form == JWS_COMPACT)
		return CONFIG_LEVEL_B;
	return k == NULL ? f->config->level : config_level(f->config, k);
}

static void
free_run(struct front_run *r)
{
	batch_tree_free(&r->tree);
	free(r->header);
	memset(r, 0, sizeof(*r));
}

static void
free_group(struct front_group *g)
{
	if (g->stage != STAGE_FREE)
		g->run->groups--;
	g->stage = STAGE_FREE;
}

/* Signer need not remember it any more. Lost, it is told again by no one: then
 * the approval only keeps its place in signer's table until that is full. */
static void
tell_ended(struct front *f, const struct batch *b)
{
	struct msg_approval m;
	enum err e;

	memset(&m, 0, sizeof(m));
	m.head.type = MSG_ENDED;
	m.approval = b->approval;
	memcpy(m.root, b->root, SHA256_SIZE);
	e = ipc_send(f->p->signer, &m, sizeof(m));
	if (e != ERR_OK)
		say(SAY_WARNING, "news to signer: %s", err_text(e));
}

/* Starts over from what is durable; groups still at signer come back and find
 * their run waiting for them. */
static void
rewind_run(struct front_run *r)
{
	r->phase = PHASE_RECOVER;
	r->after = 0;
	r->hold = front_tick() + HOLD_SECONDS;
}

static bool
has_items(struct front *f, const struct batch *b, enum item_state state)
{
	struct item item;

	return queue_item_next(f->queue, b->id, 0, state, &item) == ERR_OK;
}

static void
start_run(struct front *f, struct front_run *r, const struct batch *b)
{
	enum err e;

	memset(r, 0, sizeof(*r));
	r->active = true;
	r->batch = *b;
	r->level = front_level(f, b);
	r->phase = PHASE_RECOVER;
	e = front_tree_load(f, b, &r->tree, &r->header, &r->header_len);
	/* That is enough to leave what nobody has sealed yet. */
	r->unfit = e == ERR_HEADER_DIFFERS && !has_items(f, b, ITEM_SEALED);
	if (r->unfit)
		front_close_note(f, b, e, "what is kept of it was changed");
	if (e == ERR_OK || r->unfit)
		return;
	/* Until the next start, so that it takes no place from others. */
	say(SAY_ERROR, "batch %lld cannot go on: %s", (long long)b->id,
	    err_text(e));
	free_run(r);
	if (f->parked_count < FRONT_PARKED)
		f->parked[f->parked_count++] = b->id;
}

static bool
is_parked(const struct front *f, int64_t id)
{
	size_t i;

	for (i = 0; i < f->parked_count; i++)
		if (f->parked[i] == id)
			return true;
	return false;
}

/* Nothing is left of it but to wait for the network: that takes no place from
 * batches whose approval runs out. */
static bool
only_waits(struct front *f, const struct batch *b)
{
	return front_level(f, b) > CONFIG_LEVEL_B &&
	    !front_stamps_may(f->stamps, STAMPS_SEAL) &&
	    has_items(f, b, ITEM_SEALED) && !has_items(f, b, ITEM_FROZEN);
}

/* Takes up approved batches that no run works on. */
static void
take_up(struct front *f)
{
	struct batch b = {.id = 0};
	bool known;
	int i, place;

	while (queue_batch_next(f->queue, b.id, BATCH_APPROVED, &b) == ERR_OK) {
		known = is_parked(f, b.id);
		place = -1;
		for (i = 0; i < FRONT_RUNS; i++) {
			if (!f->run[i].active)
				place = i;
			else if (f->run[i].batch.id == b.id)
				known = true;
		}
		if (!known && place >= 0 && !only_waits(f, &b))
			start_run(f, &f->run[place], &b);
	}
}

static bool
is_at_signer(const struct front_group *g)
{
	return g->stage == STAGE_SIGNING || g->stage == STAGE_LEAVING;
}

/* What is there must be neither sent again nor abandoned meanwhile. */
static bool
has_signing(const struct front *f, const struct front_run *r)
{
	int i;

	for (i = 0; i < FRONT_GROUPS; i++)
		if (is_at_signer(&f->group[i]) && f->group[i].run == r)
			return true;
	return false;
}

/* Signer's places are few: what it cannot take would wait in the socket, and
 * the loop with it. */
static struct front_group *
free_place(struct front *f)
{
	struct front_group *place = NULL;
	int i, signing = 0;

	for (i = 0; i < FRONT_GROUPS; i++) {
		signing += is_at_signer(&f->group[i]);
		if (f->group[i].stage == STAGE_FREE)
			place = &f->group[i];
	}
	return signing < FRONT_SIGNING ? place : NULL;
}

static uint32_t
fill_some(struct front_run *r, struct front_group *g, enum item_state state,
    int64_t *after, uint32_t most)
{
	g->run = r;
	g->fresh = g->rows = g->lost = g->syncing = g->stamps = false;
	g->count = 0;
	while (g->count < most &&
	    queue_item_next(g->front->queue, r->batch.id, *after, state,
		&g->item[g->count]) == ERR_OK)
		*after = g->item[g->count++].id;
	return g->count;
}

static uint32_t
fill_group(struct front *f, struct front_run *r, struct front_group *g,
    enum item_state state)
{
	g->front = f;
	return fill_some(r, g, state, &r->after, MSG_GROUP);
}

/* Beyond level B, what is durably sealed goes on beside the signing: a few at
 * a time, so that a wait holds up as few as possible. Signing comes first,
 * while the approval lasts. */
static bool
advance_stamps(struct front *f, struct front_run *r)
{
	struct front_group *g, *place = NULL;
	unsigned all = 0, own = 0;
	bool again;

	if (r->level == CONFIG_LEVEL_B || !r->durable ||
	    !front_stamps_may(f->stamps, STAMPS_SEAL))
		return false;
	if (r->rows)
		return true;
	for (g = f->group; g < f->group + FRONT_GROUPS; g++) {
		if (g->stage == STAGE_FREE)
			place = g;
		all += g->stage != STAGE_FREE && g->stamps;
		own += g->stage != STAGE_FREE && g->stamps && g->run == r;
	}
	if (place == NULL || all >= FRONT_STAMPING)
		return false;
	place->front = f;
	if (fill_some(r, place, ITEM_SEALED, &r->stamped, FRONT_STAMPS) > 0) {
		place->stamps = true;
		r->groups++;
		front_release_write(f, place);
		return true;
	}
	if (own > 0)
		return false;
	/* some may have been passed over, or left behind */
	again = r->stamped != 0;
	r->stamped = 0;
	return again;
}

static void
send_group(struct front *f, struct front_group *g, enum msg_type type)
{
	struct front_run *r = g->run;
	struct msg_sign *m = &f->out.sign;
	uint32_t i;
	enum err e;

	memset(&m->head, 0, sizeof(m->head));
	m->head.type = type;
	m->head.tag = (uint32_t)(g - f->group);
	m->head.count = g->count;
	m->approval = r->batch.approval;
	m->signing_time = r->batch.signing_time;
	for (i = 0; i < g->count; i++) {
		memset(&m->item[i], 0, sizeof(m->item[i]));
		leaf_encode(&g->item[i].leaf, m->item[i].leaf);
		memcpy(m->item[i].identity, g->item[i].identity, SHA256_SIZE);
		memcpy(m->item[i].timestamp, g->item[i].timestamp, SHA256_SIZE);
		m->item[i].proof_len = (uint8_t)batch_tree_prove(
		    &r->tree, g->item[i].leaf.index, m->item[i].proof);
	}
	g->stage = type == MSG_SIGN ? STAGE_SIGNING : STAGE_LEAVING;
	r->groups++;
	e = ipc_send(f->p->signer, m, ipc_size(type, g->count));
	if (e != ERR_OK) {
		say(SAY_ERROR, "request to signer: %s", err_text(e));
		free_group(g);
		rewind_run(r);
	}
}

/* Every leaf has its end in the log: what was sealed stays, what was left
 * goes into the next closing. */
static void
end_run(struct front *f, struct front_run *r)
{
	struct queue_counts n;
	struct fault fault;
	enum err e;

	e = queue_count(f->queue, r->batch.id, &n);
	if (e == ERR_OK)
		e = front_begin(f, &fault);
	if (e != ERR_OK) {
		rewind_run(r);
		return;
	}
	if (n.by_state[ITEM_FROZEN] > 0 || n.by_state[ITEM_SEALED] > 0) {
		rewind_run(r);
		return;
	}
	if (n.by_state[ITEM_QUEUED] > 0) {
		r->batch.state = BATCH_OPEN;
		r->batch.key[0] = '\0';
		r->batch.count = 0;
	} else {
		r->batch.state = BATCH_DONE;
	}
	e = queue_batch_update(f->queue, &r->batch);
	if (e != ERR_OK) {
		say(SAY_ERROR, "batch %lld: %s", (long long)r->batch.id,
		    err_text(e));
		rewind_run(r);
		return;
	}
	say(SAY_INFO, "batch %lld is %s", (long long)r->batch.id,
	    queue_batch_state_name(r->batch.state));
	tell_ended(f, &r->batch);
	free_run(r);
}

static bool
may_sign(const struct front_run *r)
{
	return !r->unfit && front_now() < r->batch.expires;
}

/* One step of a run; true if something was done. */
static bool
advance(struct front *f, struct front_run *r)
{
	struct front_group *g = free_place(f);

	if (!r->durable)
		return true;
	if (g == NULL || r->hold > front_tick())
		return false;
	if (r->phase == PHASE_RECOVER) {
		/* Groups of before the rewind come home first; those that
		 * wait for timestamps hold up nobody. */
		if (r->after == 0 &&
		    (r->level == CONFIG_LEVEL_B ? r->groups > 0
						: has_signing(f, r)))
			return false;
		if (r->level == CONFIG_LEVEL_B &&
		    fill_group(f, r, g, ITEM_SEALED) > 0) {
			r->groups++;
			front_release_write(f, g);
			return true;
		}
		r->phase = may_sign(r) ? PHASE_SIGN : PHASE_LEAVE;
		r->after = 0;
		return true;
	}
	if (r->phase == PHASE_SIGN && !may_sign(r)) {
		r->phase = PHASE_LEAVE;
		r->after = 0;
	}
	if (r->phase == PHASE_LEAVE && has_signing(f, r))
		return false;
	if (fill_group(f, r, g, ITEM_FROZEN) > 0) {
		send_group(
		    f, g, r->phase == PHASE_SIGN ? MSG_SIGN : MSG_ABANDON);
		return true;
	}
	if (r->groups > 0)
		return false;
	if (r->level > CONFIG_LEVEL_B && has_items(f, &r->batch, ITEM_SEALED)) {
		if (only_waits(f, &r->batch))
			free_run(r);
		return false;
	}
	end_run(f, r);
	return true;
}

bool
front_seal_work(struct front *f)
{
	bool more = front_release_work(f);
	int i;

	take_up(f);
	for (i = 0; i < FRONT_RUNS; i++)
		if (f->run[i].active) {
			more |= advance_stamps(f, &f->run[i]);
			more |= advance(f, &f->run[i]);
		}
	return more;
}

/* Signer will not sign any more of it under this consent. */
static void
leave(struct front *f, struct front_run *r, enum err e)
{
	if (r->phase != PHASE_LEAVE)
		front_close_note(f, &r->batch, e,
		    e == ERR_HEADER_DIFFERS || e == ERR_ALGORITHM
			? FRONT_HEADER_CHANGED
			: "after it was approved");
	r->phase = PHASE_LEAVE;
	r->after = 0;
}

/* What an answer of signer means for the item. */
static void
judge(struct front_group *g, struct item *item, const struct msg_signed_item *a)
{
	if (g->stage == STAGE_LEAVING && a->err != ERR_LOG_SEALED_ALREADY) {
		/* An approval that signer has forgotten gives no right and
		 * needs no end. */
		if (a->err == ERR_OK || a->err == ERR_APPROVAL_ABSENT)
			item->state = ITEM_QUEUED;
		else
			g->run->hold = front_tick() + HOLD_SECONDS;
		g->run->after = 0;
		return;
	}
	switch ((enum err)a->err) {
	case ERR_OK:
		break;
	case ERR_LOG_SEALED_ALREADY:
		/* With a signature it is this leaf's own seal, made before a
		 * crash. Without: the credential was sealed under an earlier
		 * approval; this queue comes from a backup. */
		if (a->signature_len > 0)
			break;
		item->state = ITEM_FAILED;
		item->fault = ERR_LOG_SEALED_ALREADY;
		return;
	case ERR_TSP_TOKEN:
	case ERR_TSP_IMPRINT:
	case ERR_TSP_POLICY:
	case ERR_TSP_CONTENT:
	case ERR_TSP_SIGNATURE:
	case ERR_TSP_NO_SIGNER:
	case ERR_TSP_CERTIFICATE:
	case ERR_TSP_USAGE:
	case ERR_TSP_EXPIRED:
	case ERR_TSP_CLOCK:
	case ERR_TSP_SELF_SIGNED:
	case ERR_TSP_UNTRUSTED:
	case ERR_TSP_ALGORITHM:
	case ERR_APPROVAL_MISMATCH:
	case ERR_STORE_CORRUPT:
		say(SAY_ERROR, "item %lld: %s", (long long)item->id,
		    err_text((enum err)a->err));
		g->run->hold = front_tick() + 60;
		return;
	case ERR_APPROVAL_ABSENT:
	case ERR_APPROVAL_EXPIRED:
	case ERR_APPROVAL_SIGNATURE:
	case ERR_APPROVAL_MEANS:
	case ERR_CERT_CHANGED:
	case ERR_CERT_EXPIRED:
	case ERR_HEADER_DIFFERS:
	case ERR_ALGORITHM:
		leave(g->front, g->run, (enum err)a->err);
		return;
	default:
		/* The token, the log or the disk: later. */
		g->run->hold = front_tick() + HOLD_SECONDS;
		g->run->phase = PHASE_RECOVER;
		g->run->after = 0;
		return;
	}
	item->state = ITEM_SEALED;
	item->seal = a->seal;
	item->signature_len = a->signature_len;
	memcpy(item->signature, a->signature, a->signature_len);
}

void
front_seal_signed(struct front *f, const struct msg_signed *m)
{
	struct front_group *g;
	struct fault fault;
	uint32_t i;
	enum err e;

	if (m->head.tag >= FRONT_GROUPS)
		return;
	g = &f->group[m->head.tag];
	if (!is_at_signer(g) || m->head.count != g->count)
		return;
	g->fresh = true;
	e = front_begin(f, &fault);
	for (i = 0; e == ERR_OK && i < g->count; i++) {
		enum item_state before = g->item[i].state;

		if (m->item[i].index != g->item[i].leaf.index)
			continue;
		judge(g, &g->item[i], &m->item[i]);
		g->fresh &= m->item[i].err == ERR_OK;
		if (g->item[i].state == before)
			continue;
		if (g->item[i].state == ITEM_SEALED)
			e = queue_item_set_sealed(f->queue, g->item[i].batch,
			    g->item[i].id, g->item[i].signature,
			    g->item[i].signature_len, g->item[i].seal);
		else
			e = queue_item_update(f->queue, &g->item[i]);
	}
	if (e != ERR_OK) {
		say(SAY_ERROR, "batch %lld: %s", (long long)g->run->batch.id,
		    err_text(e));
		rewind_run(g->run);
		free_group(g);
		return;
	}
	if (g->stage == STAGE_LEAVING) {
		free_group(g);
		return;
	}
	if (g->run->level > CONFIG_LEVEL_B) {
		g->run->rows = true;
		free_group(g);
		return;
	}
	g->rows = true;
	front_release_write(f, g);
}

/* A run of this round was begun for an approval that the queue knows now, or
 * does not: then signer is asked for it again. */
static void
settle_runs(struct front *f, bool durable)
{
	bool lost = false;
	int i;

	for (i = 0; i < FRONT_RUNS; i++) {
		if (!f->run[i].active || f->run[i].durable)
			continue;
		f->run[i].durable = durable;
		if (!durable)
			free_run(&f->run[i]);
		lost |= !durable;
	}
	if (lost)
		front_consent_query(f);
}

void
front_seal_settled(struct front *f, bool durable)
{
	int i;

	settle_runs(f, durable);
	for (i = 0; i < FRONT_RUNS; i++) {
		if (f->run[i].active && f->run[i].rows && !durable)
			rewind_run(&f->run[i]);
		f->run[i].rows = false;
	}
	front_release_settled(f, durable);
}

void
front_seal_finish(struct front_group *g, bool good)
{
	if (!good)
		rewind_run(g->run);
	free_group(g);
}
