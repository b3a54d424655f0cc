/*
 * One batch at an appliance: every frozen payload is streamed, the leaf that
 * the appliance comes to is compared with front's, then the root; then a person
 * reads, and what was read is sent again as it is asked for.
 */
#include "host/daemon/appliance_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/jcs.h"
#include "common/summary_octets.h"
#include "host/base/secret.h"

#define LOOK_MS 250 /* how often a wait looks whether it is over */

bool
appliance_is_line(const struct appliance *a, enum err e)
{
	if (a->console != NULL && console_said(a->console))
		return false;
	return e == ERR_PEER_GONE || e == ERR_TIMEOUT || e == ERR_IO ||
	    e == ERR_FRAME_SYNTAX || e == ERR_FRAME_CHECK ||
	    e == ERR_CONSOLE_MESSAGE;
}

static enum err
item_fault(const struct appliance_run *r, enum err e, struct fault *fault)
{
	return fault_set(fault, e, FAULT_NO_OFFSET, "item %u of the batch%s",
	    r->index + 1,
	    e == ERR_SUMMARY_DIFFERS
		? ": was [seal] language changed since it was closed? 'zegel "
		  "batch refuse' opens it again"
		: "");
}

static enum err
fetch_page(struct appliance_run *r, struct fault *fault)
{
	const struct appliance_host *h = &r->a->c.host;
	enum err e;

	e = h->leaves(h->arg, r->batch.root, r->page.after, &r->page);
	if (e == ERR_OK && r->page.count == 0)
		e = ERR_BATCH_UNKNOWN;
	if (e == ERR_OK && r->page.count > r->batch.count - r->index)
		e = ERR_APPROVAL_MISMATCH;
	return e == ERR_OK ? e
			   : fault_set(fault, e, FAULT_NO_OFFSET,
				 "the batch does not wait for this (any more)");
}

/* By the station's clock. The appliance takes none that is before its last
 * approval, and its seconds may have been a little shorter than ours. */
static uint64_t
now(const struct appliance *a)
{
	uint64_t t = (uint64_t)time(NULL);

	return t < a->approved && a->approved - t <= APPLIANCE_SLACK
	    ? a->approved
	    : t;
}

static void
expect(struct appliance_run *r)
{
	struct appliance_expected *x = &r->expected;
	const struct appliance_config *c = &r->a->c;

	memset(x, 0, sizeof(*x));
	secret_random(x->nonce, sizeof(x->nonce));
	memcpy(x->root, r->batch.root, SHA256_SIZE);
	memcpy(x->certificate, r->batch.chain->cert[0].sha256, SHA256_SIZE);
	sha256(c->station, strlen(c->station), x->station);
	sha256(c->origin, strlen(c->origin), x->origin);
	x->count = r->batch.count;
	x->begun = now(r->a);
	x->expires = x->begun + (uint64_t)c->window;
}

static enum err
begin(struct appliance_run *r)
{
	const struct appliance_expected *x = &r->expected;
	const struct appliance_config *c = &r->a->c;
	const struct key_chain *k = r->batch.chain;
	uint8_t chain[BOUND_CHAIN * BOUND_CERTIFICATE];
	struct msg m = {0};
	struct leaf leaf;
	size_t i, len = 0;
	enum err e;

	e = leaf_decode(&leaf, r->page.leaf[0].leaf);
	if (e != ERR_OK)
		return e;

	memcpy(m.begin.nonce, x->nonce, sizeof(x->nonce));
	m.begin.count = x->count;
	memcpy(m.begin.certificate, x->certificate, SHA256_SIZE);
	m.begin.station.p = (const uint8_t *)c->station;
	m.begin.station.len = strlen(c->station);
	m.begin.origin.p = (const uint8_t *)c->origin;
	m.begin.origin.len = strlen(c->origin);
	m.begin.profile = (uint8_t)leaf.profile;
	m.begin.alg = (uint8_t)k->alg->number;
	m.begin.signing_time = (uint8_t)k->signing_time;
	m.begin.time = (uint64_t)r->page.signing_time;
	m.begin.now = x->begun;
	m.begin.expires = x->expires;
	memcpy(m.begin.language, c->language, strnlen(c->language, 2));
	m.begin.chain_len = (uint8_t)k->count;
	for (i = 0; i < k->count; i++) {
		if (k->cert[i].len > BOUND_CERTIFICATE)
			return ERR_TOO_LARGE;
		m.begin.certificate_len[i] = (uint16_t)k->cert[i].len;
		memcpy(chain + len, k->cert[i].der, k->cert[i].len);
		len += k->cert[i].len;
	}
	return console_begin(r->a->console, &m, chain, len);
}

/* The content timestamp, if there is one, is part of the header that the
 * appliance composes. */
static enum err
load_timestamp(const struct appliance_host *h,
    const struct appliance_leaf *from, struct msg *m, uint8_t **out)
{
	static const uint8_t none[SHA256_SIZE];
	size_t len;
	enum err e;

	*out = NULL;
	if (memcmp(from->timestamp, none, SHA256_SIZE) == 0)
		return ERR_OK;
	e = h->payload(h->arg, from->timestamp, out, &len);
	if (e == ERR_OK && len > BOUND_TIMESTAMP)
		e = ERR_TOO_LARGE;
	m->item.timestamp_len = (uint16_t)len;
	m->item.crit_timestamp = KEY_CHAIN_CRIT_TIMESTAMP;
	return e;
}

/* Why is it not ours? Our own configuration may have changed since. */
static enum err
compare(
    const uint8_t got[static LEAF_SIZE], const uint8_t want[static LEAF_SIZE])
{
	const size_t at = LEAF_AT_SUMMARY, behind = at + SHA256_SIZE;

	if (memcmp(got, want, LEAF_SIZE) == 0)
		return ERR_OK;
	return memcmp(got, want, at) == 0 &&
		memcmp(got + behind, want + behind, LEAF_SIZE - behind) == 0
	    ? ERR_SUMMARY_DIFFERS
	    : ERR_ITEM_DIGEST;
}

/* The appliance computes the leaf on its own: it must be front's, and so what
 * it shows is what signer would sign. */
static enum err
stream_item(struct appliance_run *r, const struct appliance_leaf *from)
{
	const struct appliance_host *h = &r->a->c.host;
	uint8_t *payload = NULL, *timestamp = NULL;
	struct msg m = {0}, result;
	struct leaf leaf;
	size_t len;
	enum err e;

	e = leaf_decode(&leaf, from->leaf);
	if (e != ERR_OK || leaf.index != r->index)
		return e == ERR_OK ? ERR_APPROVAL_MISMATCH : e;
	e = load_timestamp(h, from, &m, &timestamp);
	if (e == ERR_OK)
		e = h->payload(h->arg, leaf.payload, &payload, &len);
	if (e != ERR_OK)
		goto out;
	m.item.kind = (uint8_t)leaf.kind;
	m.item.form = FORM_CANONICAL;
	m.item.profile = (uint8_t)leaf.profile;
	m.item.alg = (uint8_t)leaf.alg;
	m.item.index = leaf.index;
	m.item.payload_len = (uint32_t)len;
	memcpy(m.item.salt, leaf.salt, LEAF_SALT);
	memcpy(m.item.payload, leaf.payload, SHA256_SIZE);
	memcpy(m.item.tbs, leaf.tbs, SHA512_SIZE);
	e = console_item(r->a->console, &m, timestamp, payload, &result);
	if (e == ERR_OK)
		e = compare(result.result.leaf, from->leaf);
	if (e != ERR_OK)
		goto out;
	memcpy(r->item[r->index].leaf, from->leaf, LEAF_SIZE);
	memcpy(r->item[r->index].ticket, result.result.ticket, MSG_TICKET);
out:
	free(payload);
	free(timestamp);
	return e;
}

static enum err
stream(struct appliance_run *r, struct fault *fault)
{
	uint32_t i;
	enum err e;

	appliance_set_state(r->a, APPLIANCE_STREAMING);
	r->index = 0;
	memset(&r->page, 0, sizeof(r->page));
	e = fetch_page(r, fault);
	if (e != ERR_OK)
		return e;
	e = begin(r);
	if (e != ERR_OK)
		return fault_set(
		    fault, e, FAULT_NO_OFFSET, "beginning the batch");
	while (e == ERR_OK && r->index < r->batch.count) {
		for (i = 0; i < r->page.count && e == ERR_OK; i++) {
			if (appliance_is_over(r->a)) {
				(void)!appliance_abort(r->a);
				return fault_set(fault, ERR_CANCELLED,
				    FAULT_NO_OFFSET, "before all was shown");
			}
			e = stream_item(r, &r->page.leaf[i]);
			if (e != ERR_OK)
				return item_fault(r, e, fault);
			appliance_set_sent(r->a, ++r->index);
		}
		if (r->index < r->batch.count)
			e = fetch_page(r, fault);
	}
	return e;
}

static enum err
wait_for_root(struct appliance_run *r, struct fault *fault)
{
	struct msg m;
	enum err e;

	e = console_wait(r->a->console, 1000 * APPLIANCE_ANSWER, &m);
	if (e == ERR_OK && m.number != MSG_ROOT)
		e = ERR_CONSOLE_MESSAGE;
	if (e == ERR_OK &&
	    (m.root.count != r->batch.count ||
		memcmp(m.root.root, r->batch.root, SHA256_SIZE) != 0))
		e = ERR_APPROVAL_MISMATCH;
	return e == ERR_OK
	    ? e
	    : fault_set(fault, e, FAULT_NO_OFFSET, "root of the batch");
}

struct octets_sink {
	struct sink sink;
	uint8_t buf[SUMMARY_OCTETS];
	size_t len;
};

static void
put_octets(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct octets_sink *o = (struct octets_sink *)sink;

	if (len <= sizeof(o->buf) - o->len) {
		memcpy(o->buf + o->len, buf, len);
		o->len += len;
	}
}

static void
drop(struct sink *sink, const uint8_t *buf, size_t len)
{
	(void)sink;
	(void)buf;
	(void)len;
}

/* Its summary once more, by the same code as in the appliance. */
static enum err
summarise(struct appliance_run *r, const uint8_t leaf_octets[static LEAF_SIZE],
    struct octets_sink *out)
{
	const struct appliance_host *h = &r->a->c.host;
	struct sink nowhere = {drop};
	struct summary summary;
	uint8_t *payload;
	struct leaf leaf;
	struct jcs jcs;
	size_t len;
	enum err e;

	e = leaf_decode(&leaf, leaf_octets);
	if (e == ERR_OK)
		e = h->payload(h->arg, leaf.payload, &payload, &len);
	if (e != ERR_OK)
		return e;
	summary_init(&summary, leaf.profile, r->a->c.language);
	jcs_init(&jcs, &nowhere, &summary.sink);
	jcs_push(&jcs, payload, len);
	e = jcs_finish(&jcs);
	summary_finish(&summary);
	free(payload);
	*out = (struct octets_sink){.sink = {put_octets}};
	summary_put(&summary, &out->sink);
	return e;
}

static enum err
send_review(struct appliance_run *r, uint32_t index)
{
	struct msg m = {.number = MSG_REVIEW};
	struct octets_sink summary;
	enum err e;

	if (index >= r->batch.count)
		return ERR_CONSOLE_MESSAGE;
	r->index = index;
	e = summarise(r, r->item[index].leaf, &summary);
	if (e != ERR_OK)
		return e;
	memcpy(m.review.leaf, r->item[index].leaf, LEAF_SIZE);
	memcpy(m.review.ticket, r->item[index].ticket, MSG_TICKET);
	m.review.summary.p = summary.buf;
	m.review.summary.len = summary.len;
	return console_send(r->a->console, &m);
}

/* Who refuses it at the terminal from here on is too late. */
static bool
decide(struct appliance *a)
{
	bool first;

	pthread_mutex_lock(&a->lock);
	first = !a->cancelled;
	a->decided = first;
	pthread_mutex_unlock(&a->lock);
	return first;
}

static enum err
take_approval(struct appliance_run *r, const struct msg *m, struct fault *fault)
{
	struct appliance *a = r->a;
	struct appliance_pin pin;
	struct granted g;
	enum err e;

	if (!decide(a))
		return fault_set(fault, ERR_CANCELLED, FAULT_NO_OFFSET,
		    "it was refused at the terminal before");
	memset(&g, 0, sizeof(g));
	r->expected.now = now(a);
	pthread_mutex_lock(&a->lock);
	pin = a->status.pin;
	pthread_mutex_unlock(&a->lock);
	e = appliance_pin_check(&pin, &r->expected, m->approved.approval,
	    m->approved.signature, &g.approval, fault);
	if (e != ERR_OK)
		return e;
	a->approved = g.approval.time;
	/* Used up before it gives a right. */
	pin.counter = g.approval.counter;
	e = appliance_pin_store(&pin, a->c.pin, fault);
	if (e != ERR_OK)
		return e;
	pthread_mutex_lock(&a->lock);
	a->status.pin.counter = pin.counter;
	a->status.counter = pin.counter;
	pthread_mutex_unlock(&a->lock);
	snprintf(g.means, sizeof(g.means), "appliance");
	memcpy(g.signature, m->approved.signature, sizeof(g.signature));
	snprintf(g.key, sizeof(g.key), "%s", r->batch.chain->config->name);
	snprintf(g.person, sizeof(g.person), "%s", r->batch.person);
	/* Before front hears of it and asks for signatures. */
	if (r->batch.chain->config->appliance)
		appliance_keep(
		    r, (int64_t)(g.approval.expires - r->expected.now));
	e = a->c.host.approved(a->c.host.arg, &g, fault);
	if (e != ERR_OK) {
		appliance_let_go(a);
		return e;
	}
	pthread_mutex_lock(&a->lock);
	a->status.entry = g.entry;
	a->status.expires = (int64_t)g.approval.expires;
	pthread_mutex_unlock(&a->lock);
	appliance_end(a, APPLIANCE_APPROVED, ERR_OK, "");
	return ERR_OK;
}

static enum err
take_refusal(struct appliance_run *r, const struct msg *m, struct fault *fault)
{
	const struct appliance_host *h = &r->a->c.host;
	enum err reason = m->refused.reason == ERR_TIMEOUT ? ERR_TIMEOUT
							   : ERR_NOT_CONSENTED;
	enum err e;

	if (!decide(r->a))
		return fault_set(fault, ERR_CANCELLED, FAULT_NO_OFFSET,
		    "it was refused at the terminal before");
	e = h->refused(h->arg, &r->batch, reason, fault);
	if (e == ERR_OK)
		appliance_end(r->a, APPLIANCE_REFUSED, reason, "");
	return e;
}

/* It is there: APPLIANCE_WAIT counts from here if the line breaks. */
static void
note_presence(struct appliance *a)
{
	pthread_mutex_lock(&a->lock);
	a->since = appliance_tick();
	pthread_mutex_unlock(&a->lock);
}

/* Until the person has decided. The appliance itself does not wait longer than
 * the approval would hold. */
static enum err
wait_for_person(struct appliance_run *r, struct fault *fault)
{
	struct msg m;
	enum err e;

	appliance_set_state(r->a, APPLIANCE_REVIEW);
	for (;;) {
		if (appliance_is_over(r->a)) {
			(void)!appliance_abort(r->a);
			return fault_set(fault, ERR_CANCELLED, FAULT_NO_OFFSET,
			    "while the appliance waited for its person");
		}
		note_presence(r->a);
		m.number = 0;
		e = console_wait(r->a->console, LOOK_MS, &m);
		if (e == ERR_TIMEOUT && !console_said(r->a->console))
			continue;
		if (e != ERR_OK)
			return fault_set(
			    fault, e, FAULT_NO_OFFSET, "during the review");
		switch (m.number) {
		case MSG_WANTED:
			e = send_review(r, m.wanted.index);
			if (e != ERR_OK)
				return item_fault(r, e, fault);
			break;
		case MSG_APPROVED:
		case MSG_REFUSED:
			e = m.number == MSG_APPROVED
			    ? take_approval(r, &m, fault)
			    : take_refusal(r, &m, fault);
			/* Nobody is asked a second time for it. */
			if (e != ERR_OK)
				appliance_end(
				    r->a, APPLIANCE_FAILED, e, fault->detail);
			return ERR_OK;
		default:
			return fault_set(fault, ERR_CONSOLE_MESSAGE,
			    FAULT_NO_OFFSET, "message %u in a review",
			    m.number);
		}
	}
}

enum err
appliance_show(struct appliance_run *r, struct fault *fault)
{
	enum err e;

	r->item = calloc(r->batch.count, sizeof(*r->item));
	if (r->item == NULL)
		return fault_set(fault, ERR_NO_MEMORY, FAULT_NO_OFFSET,
		    "%u items", r->batch.count);
	expect(r);
	e = stream(r, fault);
	if (e == ERR_OK)
		e = wait_for_root(r, fault);
	if (e == ERR_OK)
		e = wait_for_person(r, fault);
	free(r->item);
	r->item = NULL;
	return e;
}
