/*
 * Login, in a thread of its own: a call into a token cannot be taken back, and
 * may never return. Whoever gave the PIN does not wait for that: he wipes it,
 * and the thread finds so when it is back.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "hsm/detail.h"
#include "hsm/token_struct.h"

#define PINPAD_S 120 /* for a person at it */
#define SILENT                                                                 \
	"a call into the token does not return; the PIN is forgotten: see to " \
	"the token and its reader, then give the PIN again"

struct login {
	struct token *t;
	struct pin *pin; /* NULL: by pinpad */
	/* under the slot's mutex, as is the PIN's wiping */
	struct timespec since; /* of the step that is under way */
	bool heard; /* err and detail are what he is told */
	bool done; /* and the thread has let go of everything */
	bool left; /* nobody waits: the thread frees it */
	enum err err;
	struct token_detail detail;
};

/* The next call or two: each may take its time. */
static void
step(struct login *l)
{
	struct slot *s = l->t->slot;

	pthread_mutex_lock(&s->mutex);
	clock_gettime(CLOCK_MONOTONIC, &l->since);
	pthread_mutex_unlock(&s->mutex);
}

static bool
is_left(struct login *l)
{
	struct slot *s = l->t->slot;
	bool left;

	pthread_mutex_lock(&s->mutex);
	left = l->left;
	pthread_mutex_unlock(&s->mutex);
	return left;
}

/* With login_lock: logs in with that PIN unless it is known already. */
static enum err
give_pin(struct login *l)
{
	struct slot *s = l->t->slot;
	bool other;

	if (!s->logged_in)
		return slot_login(s, l->pin, l->t->pin_state, &l->detail);
	/* The token has accepted another PIN: this one needs no try. */
	pthread_mutex_lock(&s->mutex);
	other = l->pin != NULL && s->pin->len > 0 &&
	    !pin_equal(s->pin, l->pin->value, l->pin->len);
	pthread_mutex_unlock(&s->mutex);
	if (other)
		return detail_set(&l->detail, ERR_PIN_WRONG,
		    "not the PIN that the token has accepted before");
	return ERR_OK;
}

/* Whoever waits is told so, or has left: one of the two. */
static bool
is_heard(struct login *l, enum err e)
{
	struct slot *s = l->t->slot;

	pthread_mutex_lock(&s->mutex);
	l->heard = !l->left;
	l->err = e;
	pthread_mutex_unlock(&s->mutex);
	return l->heard;
}

static void
log_in(struct login *l)
{
	struct token *t = l->t;
	struct slot *s = t->slot;
	enum err e = ERR_OK;
	bool before;

	/* Others would wait here for ever, each in his thread. */
	if (!slot_wait_lock(s, TOKEN_SILENT_S)) {
		(void)is_heard(
		    l, detail_set(&l->detail, ERR_TOKEN_SILENT, SILENT));
		return;
	}
	before = s->logged_in;
	if (s->stopped) {
		e = slot_ready(s, t->generation, &l->detail);
		goto out;
	}
	step(l);
	slot_look(s);
	step(l);
	if (s->absent)
		e = slot_reconnect(s, t->uri, &l->detail);
	step(l);
	if (e == ERR_OK && is_left(l))
		e = ERR_TOKEN_SILENT;
	if (e == ERR_OK)
		e = give_pin(l);
	step(l);
	if (e == ERR_OK)
		e = token_connect_key(t, &l->detail);
out:
	/* Who was told that it is not unlocked finds it so. */
	if (!is_heard(l, e) && !before && s->logged_in && s->login_required)
		slot_logout(s);
	slot_unlock(s);
}

static void
free_login(struct login *l)
{
	pin_free(l->pin);
	free(l);
}

static void *
login_main(void *arg)
{
	struct login *l = arg;
	struct token *t = l->t;
	struct slot *s = t->slot;
	bool last;

	log_in(l);
	pthread_mutex_lock(&s->mutex);
	l->done = true;
	if (l->left)
		free_login(l);
	last = --t->logins == 0 && t->closed;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->mutex);
	if (last)
		token_close(t);
	return NULL;
}

static bool
start(struct login *l)
{
	struct slot *s = l->t->slot;
	pthread_attr_t attr;
	pthread_t thread;
	bool started;

	step(l);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_mutex_lock(&s->mutex);
	started = pthread_create(&thread, &attr, login_main, l) == 0;
	l->t->logins += started;
	pthread_mutex_unlock(&s->mutex);
	pthread_attr_destroy(&attr);
	return started;
}

/* What became of it. If it does not come back, it is left alone, and frees
 * itself. */
static enum err
await(struct login *l, struct token_detail *detail)
{
	const int most = l->pin != NULL ? TOKEN_SILENT_S : PINPAD_S;
	struct slot *s = l->t->slot;
	struct timespec until, now;
	enum err e;
	bool done;

	pthread_mutex_lock(&s->mutex);
	for (;;) {
		until = l->since;
		until.tv_sec += most;
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (l->done || now.tv_sec > until.tv_sec)
			break;
		until.tv_sec++;
		(void)pthread_cond_timedwait(&s->changed, &s->mutex, &until);
	}
	done = l->done;
	l->left = !done;
	e = l->heard ? l->err : detail_set(detail, ERR_TOKEN_SILENT, SILENT);
	if (l->heard)
		*detail = l->detail;
	if (!done && l->pin != NULL)
		pin_wipe(l->pin);
	pthread_mutex_unlock(&s->mutex);
	if (done)
		free_login(l);
	return e;
}

enum err
token_login(struct token *t, const uint8_t *pin, size_t pin_len,
    struct token_detail *detail)
{
	struct login *l;
	enum err e;

	detail_set(detail, ERR_OK, "%s", "");
	e = token_check_process(t, detail);
	if (e != ERR_OK)
		return e;
	if (token_waits(t) >= TOKEN_SILENT_S)
		return detail_set(detail, ERR_TOKEN_SILENT, SILENT);
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return ERR_NO_MEMORY;
	l->t = t;
	if (pin != NULL)
		e = slot_pin(&l->pin, pin, pin_len, detail);
	if (e == ERR_OK && !start(l))
		e = ERR_NO_MEMORY;
	if (e == ERR_OK)
		return await(l, detail);
	free_login(l);
	return e;
}
