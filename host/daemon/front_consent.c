/*
 * What front hears of a person's consent: signer asks whether a root waits,
 * tells what was approved or refused, and is asked at the start what was
 * approved meanwhile.
 */
#include "host/daemon/front.h"

#include <string.h>

#include "host/base/say.h"

#define CONSENT_SECONDS 60
#define QUERIES 16

static enum err
find_closed(
    struct front *f, const uint8_t root[static SHA256_SIZE], struct batch *b)
{
	b->id = 0;
	while (queue_batch_next(f->queue, b->id, BATCH_CLOSED, b) == ERR_OK)
		if (memcmp(b->root, root, SHA256_SIZE) == 0)
			return ERR_OK;
	return ERR_BATCH_UNKNOWN;
}

/* A person is consenting to this root: until signer has told the outcome, or
 * for a while, the batch is not reopened, so that no consent is left without
 * its leaves. */
void
front_consent_asked(struct front *f, const struct msg_approval *m)
{
	struct msg_approval answer = *m;
	struct front_consent *c = &f->consent[f->consents++ % FRONT_CONSENTS];
	struct batch b;
	enum err e;

	answer.head.type = MSG_WAITING;
	answer.head.err = find_closed(f, m->root, &b);
	if (answer.head.err == ERR_OK)
		answer.head.err = front_close_check(f, &b);
	if (answer.head.err == ERR_OK) {
		memcpy(c->root, m->root, SHA256_SIZE);
		c->until = front_tick() + CONSENT_SECONDS;
	}
	e = ipc_send(f->p->signer, &answer, sizeof(answer));
	if (e != ERR_OK)
		say(SAY_WARNING, "answer to signer: %s", err_text(e));
}

/* What a person is about to be shown. Signer believes none of it: it compares
 * with what the appliance computes. */
void
front_consent_leaves(struct front *f, const struct msg_leaves *m)
{
	struct msg_leaves *answer = &f->out.leaves;
	uint32_t tag = m->head.tag;
	int64_t after = m->after;
	struct msg_leaf *leaf;
	struct item item;
	struct batch b;
	enum err e;

	e = find_closed(f, m->root, &b);
	memset(answer, 0, sizeof(*answer));
	answer->head.type = MSG_LEAVES;
	answer->head.tag = tag;
	answer->head.err = e;
	memcpy(answer->root, m->root, SHA256_SIZE);
	answer->signing_time = b.signing_time;
	while (e == ERR_OK && answer->head.count < MSG_GROUP &&
	    queue_item_next(f->queue, b.id, after, ITEM_FROZEN, &item) ==
		ERR_OK) {
		leaf = &answer->leaf[answer->head.count++];
		leaf_encode(&item.leaf, leaf->leaf);
		memcpy(leaf->timestamp, item.timestamp, SHA256_SIZE);
		after = item.id;
	}
	answer->after = after;
	e = ipc_send(
	    f->p->signer, answer, ipc_size(MSG_LEAVES, answer->head.count));
	if (e != ERR_OK)
		say(SAY_WARNING, "answer to signer: %s", err_text(e));
}

/* Its outcome is known. */
static void
forget(struct front *f, const uint8_t root[static SHA256_SIZE])
{
	size_t i;

	for (i = 0; i < FRONT_CONSENTS; i++)
		if (memcmp(f->consent[i].root, root, SHA256_SIZE) == 0)
			f->consent[i].until = 0;
}

bool
front_consent_is_open(
    const struct front *f, const uint8_t root[static SHA256_SIZE])
{
	size_t i;

	for (i = 0; i < FRONT_CONSENTS; i++)
		if (f->consent[i].until > front_tick() &&
		    memcmp(f->consent[i].root, root, SHA256_SIZE) == 0)
			return true;
	return false;
}

void
front_consent_approved(struct front *f, const struct msg_approval *m)
{
	struct batch b;
	struct fault fault;
	enum err e;

	if (find_closed(f, m->root, &b) != ERR_OK)
		return;
	b.state = BATCH_APPROVED;
	b.approval = m->approval;
	b.expires = m->expires;
	e = front_begin(f, &fault);
	if (e == ERR_OK)
		e = queue_batch_update(f->queue, &b);
	/* If this round is undone, signer is asked again. */
	say(e == ERR_OK ? SAY_INFO : SAY_ERROR,
	    "batch %lld approved, log entry %llu%s%s", (long long)b.id,
	    (unsigned long long)m->approval, e == ERR_OK ? "" : ": ",
	    e == ERR_OK ? "" : err_text(e));
}

void
front_consent_refused(struct front *f, const struct msg_approval *m)
{
	struct batch b;
	struct fault fault;

	forget(f, m->root);
	if (find_closed(f, m->root, &b) == ERR_OK &&
	    front_reopen(f, &b, &fault) != ERR_OK)
		say_fault(SAY_ERROR, &fault, NULL);
}

/* Asked at the start: now it is known that nobody has approved it, and it is
 * looked at before anybody does. */
void
front_consent_absent(struct front *f, const struct msg_approval *m)
{
	struct batch b;

	if (find_closed(f, m->root, &b) == ERR_OK)
		(void)front_close_check(f, &b);
}

void
front_consent_query(struct front *f)
{
	f->query_after = 0;
	f->querying = true;
}

/* A few at a time: neither process may wait for room in the other's socket
 * while its own is full. */
bool
front_consent_work(struct front *f)
{
	struct msg_approval m;
	struct batch b;
	int n;

	for (n = 0; f->querying && n < QUERIES; n++) {
		f->querying = queue_batch_next(f->queue, f->query_after,
				  BATCH_CLOSED, &b) == ERR_OK;
		if (!f->querying)
			break;
		f->query_after = b.id;
		memset(&m, 0, sizeof(m));
		m.head.type = MSG_APPROVAL_QUERY;
		memcpy(m.root, b.root, SHA256_SIZE);
		if (ipc_send(f->p->signer, &m, sizeof(m)) != ERR_OK)
			f->querying = false;
	}
	return f->querying;
}
