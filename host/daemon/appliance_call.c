/* What other threads ask of an appliance's. */
#include "host/daemon/appliance_inside.h"

#include <string.h>

const char *
appliance_state_name(enum appliance_state state)
{
	switch (state) {
	case APPLIANCE_ABSENT:
		return "absent";
	case APPLIANCE_STRANGER:
		return "not-used";
	case APPLIANCE_IDLE:
		return "ready";
	case APPLIANCE_STREAMING:
		return "receiving";
	case APPLIANCE_REVIEW:
	case APPLIANCE_ASKED:
		return "waiting-for-person";
	}
	return "?";
}

const char *
appliance_outcome_name(enum appliance_outcome outcome)
{
	switch (outcome) {
	case APPLIANCE_NOTHING:
		return "none";
	case APPLIANCE_PENDING:
		return "pending";
	case APPLIANCE_APPROVED:
		return "approved";
	case APPLIANCE_REFUSED:
		return "refused";
	case APPLIANCE_FAILED:
		return "failed";
	}
	return "?";
}

void
appliance_get(struct appliance *a, struct appliance_status *out)
{
	pthread_mutex_lock(&a->lock);
	*out = a->status;
	pthread_mutex_unlock(&a->lock);
}

static enum err
check_asked(const struct appliance *a, const struct appliance_batch *b,
    struct fault *fault)
{
	if (a->asked && memcmp(a->batch.root, b->root, SHA256_SIZE) != 0)
		return fault_set(fault, ERR_APPLIANCE_BUSY, FAULT_NO_OFFSET,
		    "it shows another batch, of %u: decide that one first",
		    a->batch.count);
	if (a->status.sealing)
		return fault_set(fault, ERR_APPLIANCE_BUSY, FAULT_NO_OFFSET,
		    "its key still seals the batch that was approved last");
	if (!a->status.enrolled)
		return fault_set(fault, ERR_APPLIANCE_NOT_ENROLLED,
		    FAULT_NO_OFFSET, "run 'zegel appliance enrol'");
	if (a->status.state == APPLIANCE_STRANGER)
		return fault_set(fault, a->status.trouble, FAULT_NO_OFFSET,
		    "the appliance that is connected");
	if (a->status.fork)
		return fault_set(fault, ERR_LOG_FORK, FAULT_NO_OFFSET,
		    "says the appliance, which has seen more");
	return ERR_OK;
}

enum err
appliance_ask(
    struct appliance *a, const struct appliance_batch *b, struct fault *fault)
{
	enum err e;

	pthread_mutex_lock(&a->lock);
	e = check_asked(a, b, fault);
	if (e == ERR_OK && !a->asked) {
		a->batch = *b;
		a->asked = true;
		a->cancelled = false;
		a->decided = false;
		a->since = appliance_tick();
		a->status.outcome = APPLIANCE_PENDING;
		a->status.reason = ERR_OK;
		a->status.detail[0] = '\0';
		memcpy(a->status.root, b->root, SHA256_SIZE);
		a->status.count = b->count;
		a->status.sent = 0;
		pthread_cond_broadcast(&a->changed);
	}
	pthread_mutex_unlock(&a->lock);
	return e;
}

bool
appliance_cancel(struct appliance *a, const uint8_t root[static SHA256_SIZE])
{
	bool there, late;

	pthread_mutex_lock(&a->lock);
	there = a->asked && memcmp(a->batch.root, root, SHA256_SIZE) == 0;
	late = there && a->decided;
	if (there && !late) {
		a->cancelled = true;
		pthread_cond_broadcast(&a->changed);
	}
	pthread_mutex_unlock(&a->lock);
	return !late;
}

enum err
appliance_do(struct appliance *a, const struct appliance_order *order,
    struct fault *fault)
{
	enum err e = ERR_OK;

	pthread_mutex_lock(&a->lock);
	if (a->stopping)
		e = fault_set(
		    fault, ERR_PEER_GONE, FAULT_NO_OFFSET, "the station stops");
	else if (a->order != NULL || a->asked || a->status.sealing)
		e = fault_set(fault, ERR_APPLIANCE_BUSY, FAULT_NO_OFFSET,
		    "first what is on its screen must be decided, and "
		    "what was approved there sealed");
	else if (a->status.state == APPLIANCE_ABSENT)
		e = fault_set(fault, ERR_APPLIANCE_ABSENT, FAULT_NO_OFFSET,
		    "at %s: %s", a->c.path, err_text(a->status.trouble));
	if (e == ERR_OK) {
		a->order = order;
		a->done = false;
		pthread_cond_broadcast(&a->changed);
		/* Until the thread is through with what is ours. */
		while (!a->done && !a->ended)
			pthread_cond_wait(&a->changed, &a->lock);
		e = a->done ? a->order_err : ERR_PEER_GONE;
		*fault = a->order_fault;
		if (!a->done)
			(void)fault_set(
			    fault, e, FAULT_NO_OFFSET, "the station stops");
		a->order = NULL;
	}
	pthread_mutex_unlock(&a->lock);
	return e;
}

enum err
appliance_allows(struct appliance *a, const struct granted *g)
{
	uint8_t digest[SHA256_SIZE];
	struct appliance_status s;

	appliance_get(a, &s);
	if (!s.enrolled)
		return ERR_APPLIANCE_NOT_ENROLLED;
	approval_digest(&g->approval, digest);
	return appliance_pin_verify(s.pin.point, digest, g->signature);
}

enum err
appliance_allows_any(struct appliance *a)
{
	bool fork;

	pthread_mutex_lock(&a->lock);
	fork = a->status.fork;
	pthread_mutex_unlock(&a->lock);
	return fork ? ERR_LOG_FORK : ERR_OK;
}
