/*
 * The seal key is in the appliance: each signature is allowed through the
 * console right before it is asked for over PKCS#11, by the leaf and its
 * ticket. The tickets live as long as the appliance's power and this console.
 */
#include "host/daemon/appliance_inside.h"

#include <stdlib.h>
#include <string.h>

#include "host/base/say.h"

void
appliance_keep(struct appliance_run *r, int64_t seconds)
{
	struct appliance *a = r->a;

	free(a->held);
	a->held = r->item;
	r->item = NULL;
	a->held_count = r->batch.count;
	memcpy(a->held_root, r->batch.root, SHA256_SIZE);
	a->held_until = appliance_tick() + seconds;
	pthread_mutex_lock(&a->lock);
	/* if it was said, then of the batch before */
	a->let_go = false;
	a->status.sealing = true;
	pthread_mutex_unlock(&a->lock);
}

void
appliance_let_go(struct appliance *a)
{
	free(a->held);
	a->held = NULL;
	pthread_mutex_lock(&a->lock);
	a->status.sealing = false;
	pthread_mutex_unlock(&a->lock);
}

static enum err
arm(struct appliance *a, const uint8_t root[static SHA256_SIZE],
    const struct leaf *leaf)
{
	struct msg m = {.number = MSG_ARM};
	uint8_t octets[LEAF_SIZE];
	bool sealing;
	enum err e;

	pthread_mutex_lock(&a->lock);
	sealing = a->status.sealing;
	pthread_mutex_unlock(&a->lock);
	leaf_encode(leaf, octets);
	if (!sealing || a->console == NULL || a->held == NULL ||
	    memcmp(a->held_root, root, SHA256_SIZE) != 0 ||
	    leaf->index >= a->held_count ||
	    memcmp(a->held[leaf->index].leaf, octets, LEAF_SIZE) != 0)
		return ERR_APPROVAL_ABSENT;
	memcpy(m.result.leaf, octets, LEAF_SIZE);
	memcpy(m.result.ticket, a->held[leaf->index].ticket, MSG_TICKET);
	e = console_send(a->console, &m);
	if (e == ERR_OK)
		e = console_wait(a->console, 1000 * APPLIANCE_ANSWER, &m);
	if (e == ERR_OK &&
	    (m.number != MSG_ARMED || m.armed.index != leaf->index))
		e = ERR_CONSOLE_MESSAGE;
	if (e == ERR_OK)
		return ERR_OK;
	/* A line that broke is begun anew, and with it all tickets are void. */
	say(SAY_WARNING, "appliance: not allowed to sign item %u: %s",
	    leaf->index + 1, err_text(e));
	appliance_let_go(a);
	return ERR_APPROVAL_ABSENT;
}

enum err
appliance_arm(struct appliance *a, const uint8_t root[static SHA256_SIZE],
    const struct leaf *leaf)
{
	enum err e;

	pthread_mutex_lock(&a->arm);
	pthread_mutex_lock(&a->line);
	e = arm(a, root, leaf);
	pthread_mutex_unlock(&a->line);
	if (e != ERR_OK)
		pthread_mutex_unlock(&a->arm);
	return e;
}

void
appliance_disarm(struct appliance *a)
{
	pthread_mutex_unlock(&a->arm);
}

void
appliance_release(struct appliance *a, const uint8_t root[static SHA256_SIZE])
{
	/* Not by the line, which its thread may hold while it waits for who
	 * calls this. */
	pthread_mutex_lock(&a->lock);
	if (a->status.sealing &&
	    memcmp(a->status.root, root, SHA256_SIZE) == 0) {
		a->let_go = true;
		a->status.sealing = false;
		pthread_cond_broadcast(&a->changed);
	}
	pthread_mutex_unlock(&a->lock);
}
