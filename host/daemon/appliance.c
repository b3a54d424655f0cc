#include "host/daemon/appliance_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/base/say.h"
#include "host/base/secret.h"

#define IDLE_SECONDS 1
#define LOG_SECONDS 5 /* between two log heads: each is written to its store */

int64_t
appliance_tick(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec;
}

bool
appliance_is_over(struct appliance *a)
{
	bool over;

	pthread_mutex_lock(&a->lock);
	over = a->stopping || a->cancelled;
	pthread_mutex_unlock(&a->lock);
	return over;
}

void
appliance_set_state(struct appliance *a, enum appliance_state state)
{
	pthread_mutex_lock(&a->lock);
	a->status.state = state;
	if (state != APPLIANCE_ABSENT && state != APPLIANCE_STRANGER)
		a->status.trouble = ERR_OK;
	pthread_mutex_unlock(&a->lock);
}

void
appliance_set_sent(struct appliance *a, uint32_t sent)
{
	pthread_mutex_lock(&a->lock);
	a->status.sent = sent;
	pthread_mutex_unlock(&a->lock);
}

void
appliance_end(struct appliance *a, enum appliance_outcome outcome,
    enum err reason, const char *detail)
{
	pthread_mutex_lock(&a->lock);
	a->status.outcome = outcome;
	a->status.reason = reason;
	snprintf(a->status.detail, sizeof(a->status.detail), "%s", detail);
	a->asked = false;
	a->cancelled = false;
	pthread_mutex_unlock(&a->lock);
	say(outcome == APPLIANCE_FAILED ? SAY_ERROR : SAY_INFO,
	    "appliance: batch of %u %s%s%s%s%s", a->status.count,
	    appliance_outcome_name(outcome), reason == ERR_OK ? "" : ": ",
	    reason == ERR_OK ? "" : err_text(reason),
	    detail[0] == '\0' ? "" : ": ", detail);
}

/* Sleeps until something changed, a second at most. */
static void
rest(struct appliance *a)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += IDLE_SECONDS;
	pthread_mutex_lock(&a->lock);
	if (!a->stopping && (a->order == NULL || a->done))
		(void)pthread_cond_timedwait(&a->changed, &a->lock, &until);
	pthread_mutex_unlock(&a->lock);
}

static void
set_trouble(struct appliance *a, enum appliance_state state, enum err e)
{
	bool news;

	pthread_mutex_lock(&a->lock);
	news = a->status.state != state || a->status.trouble != e;
	a->status.state = state;
	a->status.trouble = e;
	pthread_mutex_unlock(&a->lock);
	if (news)
		say(SAY_WARNING, "appliance is %s: %s",
		    appliance_state_name(state), err_text(e));
}

static void
drop_line(struct appliance *a, enum err e)
{
	appliance_let_go(a);
	console_close(a->console);
	a->console = NULL;
	set_trouble(a, APPLIANCE_ABSENT, e);
}

/* Is it one whose approvals would be believed? */
static enum err
judge(struct appliance *a)
{
	struct appliance_pin pin;
	bool enrolled;

	pthread_mutex_lock(&a->lock);
	pin = a->status.pin;
	enrolled = a->status.enrolled;
	pthread_mutex_unlock(&a->lock);
	if (a->c.production &&
	    a->hello.hello_reply.board_class != APPLIANCE_PRODUCT)
		return ERR_STATION_MODE;
	if ((a->hello.hello_reply.flags & MSG_FLAG_KEY) == 0)
		return ERR_APPLIANCE_UNKNOWN;
	if (!enrolled)
		return ERR_APPLIANCE_NOT_ENROLLED;
	if (memcmp(pin.point, a->hello.hello_reply.point, APPLIANCE_POINT) !=
		0 ||
	    memcmp(pin.firmware, a->hello.hello_reply.firmware, SHA256_SIZE) !=
		0 ||
	    pin.board_class != a->hello.hello_reply.board_class)
		return ERR_APPLIANCE_UNKNOWN;
	return ERR_OK;
}

static bool
connect_to_it(struct appliance *a)
{
	enum err e;

	if (a->console != NULL)
		return true;
	e = console_open(
	    &a->console, a->c.path, 1000 * APPLIANCE_ANSWER, &a->hello);
	if (e != ERR_OK) {
		a->console = NULL;
		set_trouble(a, APPLIANCE_ABSENT, e);
		return false;
	}
	a->log_told = 0;
	a->log_size = 0;
	pthread_mutex_lock(&a->lock);
	memcpy(a->status.point, a->hello.hello_reply.point, APPLIANCE_POINT);
	memcpy(a->status.firmware, a->hello.hello_reply.firmware, SHA256_SIZE);
	a->status.board_class = a->hello.hello_reply.board_class;
	pthread_mutex_unlock(&a->lock);
	say(SAY_INFO, "appliance is there: %s",
	    appliance_class_name(a->hello.hello_reply.board_class));
	return true;
}

enum err
appliance_abort(struct appliance *a)
{
	struct msg m = {.number = MSG_ABORT};
	enum err e = console_send(a->console, &m);

	int64_t until = appliance_tick() + APPLIANCE_ANSWER;

	do {
		m.number = 0;
		/* whoever sends without a pause is not waited for */
		if (e == ERR_OK && appliance_tick() > until)
			e = ERR_TIMEOUT;
		if (e == ERR_OK)
			e = console_wait(
			    a->console, 1000 * APPLIANCE_ANSWER, &m);
		/* an error that was under way, and not that none came */
		if (m.number == MSG_ERROR)
			e = ERR_OK;
	} while (e == ERR_OK && m.number != MSG_ABORTED);
	return e;
}

static enum err
call(struct appliance *a, struct msg *m, unsigned answer)
{
	enum err e = console_send(a->console, m);

	if (e == ERR_OK)
		e = console_wait(a->console, 1000 * APPLIANCE_ANSWER, m);
	if (e == ERR_OK && m->number != answer)
		e = ERR_CONSOLE_MESSAGE;
	return e;
}

/* The log as it is now, so that the appliance can tell when it goes back. */
static enum err
tell_log(struct appliance *a)
{
	struct msg m = {.number = MSG_LOG_HEAD};
	enum err e;

	e = a->c.host.log_head(
	    a->c.host.arg, &m.log_head.size, m.log_head.root);
	if (e != ERR_OK)
		return ERR_OK; /* logger's trouble, told by others */
	sha256(a->c.origin, strlen(a->c.origin), m.log_head.origin);
	if (m.log_head.size == a->log_size &&
	    memcmp(m.log_head.root, a->log_root, SHA256_SIZE) == 0)
		return ERR_OK;
	a->log_size = m.log_head.size;
	memcpy(a->log_root, m.log_head.root, SHA256_SIZE);
	a->log_told = appliance_tick();
	e = call(a, &m, MSG_LOG_HEAD_REPLY);
	if (e != ERR_OK && e != ERR_LOG_FORK)
		return e;
	pthread_mutex_lock(&a->lock);
	a->status.log_size = a->log_size;
	a->status.fork = e == ERR_LOG_FORK;
	pthread_mutex_unlock(&a->lock);
	if (e == ERR_LOG_FORK)
		say(SAY_ERROR,
		    "the appliance has seen a larger or another log than "
		    "that of %llu entries: nothing is sealed until the log "
		    "is the right one again",
		    (unsigned long long)a->log_size);
	return ERR_OK;
}

static void
take_key(struct appliance_key *k, const struct msg *m)
{
	k->state = m->status_reply.key;
	k->alg = m->status_reply.alg;
	k->pin_tries = m->status_reply.pin_tries;
	k->puk_tries = m->status_reply.puk_tries;
	k->waiting = m->status_reply.waiting;
	k->logged_in = m->status_reply.logged_in == 1;
	memcpy(k->certificate, m->status_reply.certificate, SHA256_SIZE);
	snprintf(k->station, sizeof(k->station), "%.*s",
	    (int)m->status_reply.station.len,
	    m->status_reply.station.p == NULL
		? ""
		: (const char *)m->status_reply.station.p);
}

/* Notices that it went, and what its counter is. */
static enum err
look(struct appliance *a, bool trusted)
{
	struct msg m = {.number = MSG_STATUS};
	enum err e = call(a, &m, MSG_STATUS_REPLY);

	if (e != ERR_OK)
		return e;
	pthread_mutex_lock(&a->lock);
	a->status.counter = m.status_reply.counter;
	take_key(&a->status.key, &m);
	pthread_mutex_unlock(&a->lock);
	if (!trusted)
		return ERR_OK;
	if (a->log_told == 0 || appliance_tick() - a->log_told >= LOG_SECONDS)
		e = tell_log(a);
	return e;
}

/* The batch at hand, once; what the line did not carry is tried again. */
static void
show(struct appliance *a)
{
	struct appliance_run r = {.a = a};
	struct fault fault;
	bool late;
	enum err e;

	fault_clear(&fault);
	pthread_mutex_lock(&a->lock);
	r.batch = a->batch;
	pthread_mutex_unlock(&a->lock);
	e = tell_log(a);
	if (e == ERR_OK)
		e = appliance_allows_any(a);
	if (e == ERR_OK)
		e = appliance_show(&r, &fault);
	pthread_mutex_lock(&a->lock);
	late = appliance_tick() - a->since >= APPLIANCE_WAIT;
	pthread_mutex_unlock(&a->lock);
	if (appliance_is_line(a, e)) {
		drop_line(a, e);
		if (late)
			appliance_end(a, APPLIANCE_FAILED, e, fault.detail);
	} else if (e != ERR_OK) {
		/* what was found here, it still waits for the rest of */
		(void)!appliance_abort(a);
		appliance_end(a, APPLIANCE_FAILED, e, fault.detail);
	}
	if (a->console != NULL)
		appliance_set_state(a, APPLIANCE_IDLE);
}

/* Nobody waits for ever for an appliance that does not come. */
static void
give_up(struct appliance *a, enum err e)
{
	bool late, cancelled;

	pthread_mutex_lock(&a->lock);
	cancelled = a->asked && a->cancelled;
	late = a->asked &&
	    (appliance_tick() - a->since >= APPLIANCE_WAIT ||
		(e != ERR_OK && e != ERR_APPLIANCE_ABSENT));
	pthread_mutex_unlock(&a->lock);
	if (cancelled)
		appliance_end(a, APPLIANCE_FAILED, ERR_CANCELLED, "");
	else if (late)
		appliance_end(a, APPLIANCE_FAILED, e, "the batch stays closed");
}

/* PINs and orders are for the enrolled one; a new one is made and enrolled. */
static bool
is_for(const struct appliance_order *order, enum err judged)
{
	bool first = order->deed == APPLIANCE_INIT ||
	    order->deed == APPLIANCE_ENROL;

	return judged == ERR_OK ||
	    (first &&
		(judged == ERR_APPLIANCE_NOT_ENROLLED ||
		    judged == ERR_APPLIANCE_UNKNOWN));
}

/* Its HELLO can be said by anybody who has heard it once: has it the key, too?
 * Before a PIN or a PUK goes to it. */
static enum err
prove(struct appliance *a, struct fault *fault)
{
	uint8_t octets[MSG_COUNTER_OCTETS], digest[SHA256_SIZE], nonce[32];
	struct msg m = {.number = MSG_COUNTER};
	struct appliance_pin pin;
	enum err e;

	pthread_mutex_lock(&a->lock);
	pin = a->status.pin;
	pthread_mutex_unlock(&a->lock);
	secret_random(nonce, sizeof(nonce));
	e = appliance_abort(a);
	memcpy(m.counter.nonce, nonce, sizeof(nonce));
	if (e == ERR_OK)
		e = call(a, &m, MSG_COUNTER_REPLY);
	if (e != ERR_OK)
		return fault_set(fault, e, FAULT_NO_OFFSET, "appliance");
	msg_counter_octets(
	    nonce, m.counter_reply.counter, m.counter_reply.chain, octets);
	sha256(octets, sizeof(octets), digest);
	if (appliance_pin_verify(
		pin.point, digest, m.counter_reply.signature) != ERR_OK)
		return fault_set(fault, ERR_APPLIANCE_NOT_ENROLLED,
		    FAULT_NO_OFFSET,
		    "it does not have the key that it names: nothing is sent "
		    "to it");
	return ERR_OK;
}

/* A person who did not press in time is not the cable, nor is a disk of ours
 * that is full; if it was the cable the next look at it will say so. */
static bool
is_cable(const struct appliance *a, enum err e)
{
	return e != ERR_TIMEOUT && e != ERR_IO && appliance_is_line(a, e);
}

static void
obey(struct appliance *a, const struct appliance_order *order, enum err judged)
{
	bool there = a->console != NULL;
	struct fault fault;
	enum err e = ERR_OK;

	fault_clear(&fault);
	if (!there)
		e = fault_set(&fault, ERR_APPLIANCE_ABSENT, FAULT_NO_OFFSET,
		    "at %s", a->c.path);
	else if (!is_for(order, judged))
		e = fault_set(&fault, judged, FAULT_NO_OFFSET,
		    "nothing is sent to this %s board",
		    appliance_class_name(a->hello.hello_reply.board_class));
	else if (judged == ERR_OK)
		e = prove(a, &fault);
	if (e == ERR_OK)
		e = appliance_obey(a, order, &fault);
	/* Who asked is told what it is like now. */
	if (e == ERR_OK)
		(void)!look(a, false);
	/* Nothing of the order may be touched once it is done. */
	pthread_mutex_lock(&a->lock);
	a->order_err = e;
	a->order_fault = fault;
	a->done = true;
	pthread_cond_broadcast(&a->changed);
	pthread_mutex_unlock(&a->lock);
	if (a->console != NULL && is_cable(a, e))
		drop_line(a, e);
}

static void
work(struct appliance *a)
{
	const struct appliance_order *order;
	bool there = connect_to_it(a), asked;
	enum err e = there ? judge(a) : ERR_APPLIANCE_ABSENT;

	pthread_mutex_lock(&a->lock);
	order = a->done ? NULL : a->order;
	asked = a->asked && e == ERR_OK;
	pthread_mutex_unlock(&a->lock);
	if (order != NULL) {
		obey(a, order, e);
		return;
	}
	if (there && e != ERR_OK)
		set_trouble(a, APPLIANCE_STRANGER, e);
	else if (there)
		appliance_set_state(a, APPLIANCE_IDLE);
	if (e != ERR_OK)
		give_up(a, e);
	if (asked) {
		show(a);
		return;
	}
	if (!there)
		return;
	e = look(a, e == ERR_OK);
	if (e != ERR_OK)
		drop_line(a, e);
}

/* Tickets of a batch that has its end, or whose approval has expired. */
static void
tidy(struct appliance *a)
{
	bool over;

	pthread_mutex_lock(&a->lock);
	over = a->let_go;
	a->let_go = false;
	pthread_mutex_unlock(&a->lock);
	if (a->held != NULL && (over || appliance_tick() >= a->held_until))
		appliance_let_go(a);
}

static void *
thread_main(void *arg)
{
	struct appliance *a = arg;
	bool stopping;

	do {
		pthread_mutex_lock(&a->line);
		tidy(a);
		work(a);
		pthread_mutex_unlock(&a->line);
		rest(a);
		pthread_mutex_lock(&a->lock);
		stopping = a->stopping;
		pthread_mutex_unlock(&a->lock);
	} while (!stopping);
	pthread_mutex_lock(&a->line);
	appliance_let_go(a);
	console_close(a->console);
	a->console = NULL;
	pthread_mutex_unlock(&a->line);
	pthread_mutex_lock(&a->lock);
	a->ended = true;
	pthread_cond_broadcast(&a->changed);
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

enum err
appliance_open(struct appliance **out, const struct appliance_config *c,
    struct fault *fault)
{
	pthread_condattr_t monotonic;
	struct fault damage;
	struct appliance *a;
	enum err e;

	*out = NULL;
	if (strlen(c->station) > BOUND_STATION_NAME ||
	    strlen(c->origin) > BOUND_ORIGIN)
		return fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
		    "an appliance shows names of stations of %d octets, and "
		    "origins of %d",
		    BOUND_STATION_NAME, BOUND_ORIGIN);
	a = calloc(1, sizeof(*a));
	if (a == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "appliance");
	a->c = *c;
	snprintf(a->path, sizeof(a->path), "%s", c->path);
	snprintf(a->pin_path, sizeof(a->pin_path), "%s", c->pin);
	a->c.path = a->path;
	a->c.pin = a->pin_path;
	a->status.state = APPLIANCE_ABSENT;
	a->status.trouble = ERR_APPLIANCE_ABSENT;
	e = appliance_pin_load(&a->status.pin, a->pin_path, &damage);
	/* A damaged pin is none: nothing is believed before it is enrolled. */
	if (e == ERR_CONFIG_SYNTAX)
		say_fault(SAY_ERROR, &damage, NULL);
	else if (e != ERR_OK && e != ERR_NOT_FOUND) {
		free(a);
		return fault_set(
		    fault, e, FAULT_NO_OFFSET, "%s", damage.detail);
	}
	a->status.enrolled = e == ERR_OK;
	pthread_mutex_init(&a->lock, NULL);
	pthread_mutex_init(&a->line, NULL);
	pthread_mutex_init(&a->arm, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&a->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (pthread_create(&a->thread, NULL, thread_main, a) != 0) {
		free(a);
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "appliance");
	}
	*out = a;
	return ERR_OK;
}

void
appliance_stop(struct appliance *a)
{
	bool first;

	if (a == NULL)
		return;
	pthread_mutex_lock(&a->lock);
	first = !a->stopping;
	a->stopping = true;
	pthread_cond_broadcast(&a->changed);
	pthread_mutex_unlock(&a->lock);
	if (first)
		pthread_join(a->thread, NULL);
}

void
appliance_close(struct appliance *a)
{
	if (a == NULL)
		return;
	appliance_stop(a);
	pthread_cond_destroy(&a->changed);
	pthread_mutex_destroy(&a->lock);
	pthread_mutex_destroy(&a->line);
	pthread_mutex_destroy(&a->arm);
	free(a);
}
