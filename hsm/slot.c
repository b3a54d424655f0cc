#include "hsm/slot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hsm/detail.h"
#include "hsm/uri.h"

static pthread_mutex_t registry_lock = PTHREAD_MUTEX_INITIALIZER;
static struct slot *registry;

static struct timespec
deadline_in(unsigned seconds)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += seconds;
	return t;
}

/* Under mutex. */
static CK_SESSION_HANDLE
take(struct slot *s, unsigned i)
{
	s->busy[i] = true;
	s->taken[i] = deadline_in(0).tv_sec;
	return s->session[i];
}

static void
set_connection(struct slot *s, CK_SLOT_ID id, const CK_TOKEN_INFO *info)
{
	s->id = id;
	s->session_limit = info->ulMaxSessionCount;
	s->login_required = (info->flags & CKF_LOGIN_REQUIRED) != 0;
	s->has_pinpad = (info->flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0;
	s->logged_in = !s->login_required;
}

static struct slot *
slot_new(struct module *m, CK_SLOT_ID id, const CK_TOKEN_INFO *info)
{
	pthread_condattr_t monotonic;
	struct slot *s;

	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	s->pin = pin_new();
	if (s->pin == NULL) {
		free(s);
		return NULL;
	}
	pthread_mutex_init(&s->login_lock, NULL);
	pthread_mutex_init(&s->mutex, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&s->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	s->module = m;
	s->f = m->f;
	s->generation = 1;
	s->identity = *info;
	set_connection(s, id, info);
	return s;
}

static void
slot_free(struct slot *s)
{
	pin_free(s->pin);
	pthread_cond_destroy(&s->changed);
	pthread_mutex_destroy(&s->mutex);
	pthread_mutex_destroy(&s->login_lock);
	free(s);
}

/* As many as are wanted and the token allows; fails only if there is none. */
static enum err
open_sessions(struct slot *s, struct token_detail *detail)
{
	CK_ULONG limit = s->session_limit;
	CK_SESSION_HANDLE handle;
	CK_RV rv = CKR_OK;

	if (limit == CK_UNAVAILABLE_INFORMATION ||
	    limit == CK_EFFECTIVELY_INFINITE || limit > SLOT_SESSIONS)
		limit = SLOT_SESSIONS;
	if (limit > s->wanted)
		limit = s->wanted;
	while (s->sessions < limit) {
		rv = s->f->C_OpenSession(
		    s->id, CKF_SERIAL_SESSION, NULL, NULL, &handle);
		if (rv != CKR_OK)
			break;
		pthread_mutex_lock(&s->mutex);
		s->session[s->sessions] = handle;
		s->busy[s->sessions++] = false;
		pthread_cond_broadcast(&s->changed);
		pthread_mutex_unlock(&s->mutex);
	}
	if (s->sessions == 0)
		return detail_ckr(detail, "C_OpenSession", rv);
	return ERR_OK;
}

/* A dead handle may by now be the number of a session in another token. */
static void
close_sessions(struct slot *s)
{
	CK_SESSION_INFO info;
	unsigned i;

	for (i = 0; i < s->sessions; i++)
		if (s->f->C_GetSessionInfo(s->session[i], &info) == CKR_OK &&
		    info.slotID == s->id)
			(void)s->f->C_CloseSession(s->session[i]);
	pthread_mutex_lock(&s->mutex);
	s->sessions = 0;
	pthread_mutex_unlock(&s->mutex);
}

static struct slot *
registered(struct module *m, const CK_TOKEN_INFO *info)
{
	struct slot *s;

	for (s = registry; s != NULL; s = s->next)
		if (s->module == m && uri_same_token(&s->identity, info))
			return s;
	return NULL;
}

enum err
slot_attach(struct slot **out, struct module *m, P11KitUri *uri,
    unsigned wanted, struct token_detail *detail)
{
	CK_TOKEN_INFO info;
	struct slot *s;
	CK_SLOT_ID id;
	enum err e;

	*out = NULL;
	e = uri_find_slot(uri, m, NULL, &id, &info, detail);
	if (e != ERR_OK)
		return e;
	pthread_mutex_lock(&registry_lock);
	s = registered(m, &info);
	if (s == NULL) {
		s = slot_new(m, id, &info);
		if (s != NULL) {
			s->next = registry;
			registry = s;
		}
	}
	if (s != NULL)
		s->refs++;
	pthread_mutex_unlock(&registry_lock);
	if (s == NULL)
		return ERR_NO_MEMORY;
	slot_lock(s);
	s->wanted += wanted;
	/* Whoever finds it absent reconnects it by token_poll. */
	if (!s->absent)
		e = open_sessions(s, detail);
	slot_unlock(s);
	if (e != ERR_OK) {
		slot_detach(s, wanted);
		return e;
	}
	*out = s;
	return ERR_OK;
}

void
slot_detach(struct slot *s, unsigned wanted)
{
	struct slot **p;

	if (s == NULL)
		return;
	pthread_mutex_lock(&registry_lock);
	if (--s->refs > 0) {
		pthread_mutex_unlock(&registry_lock);
		pthread_mutex_lock(&s->login_lock);
		s->wanted -= wanted;
		pthread_mutex_unlock(&s->login_lock);
		return;
	}
	for (p = &registry; *p != s; p = &(*p)->next)
		;
	*p = s->next;
	/* Closing the last session logs out. Under the lock, so that nobody
	 * attaches to the token in between. */
	if (module_is_ours(s->module))
		close_sessions(s);
	pthread_mutex_unlock(&registry_lock);
	slot_free(s);
}

static enum err
why_not_ready(
    const struct slot *s, unsigned generation, struct token_detail *detail)
{
	if (s->stopped)
		return detail_set(detail, ERR_PIN_STOPPED,
		    "stopped until a person gives a new PIN");
	if (s->absent)
		return detail_set(
		    detail, ERR_TOKEN_ABSENT, "the token has vanished");
	if (!s->logged_in || s->leaving)
		return detail_set(
		    detail, ERR_TOKEN_LOGGED_OUT, "nobody has logged in");
	if (s->generation != generation)
		return detail_set(detail, ERR_TOKEN_ABSENT,
		    "the token was connected anew; its key must be found "
		    "again");
	return ERR_OK;
}

enum err
slot_take(struct slot *s, unsigned generation, CK_SESSION_HANDLE *session,
    struct token_detail *detail)
{
	struct timespec deadline = deadline_in(SLOT_WAIT_S);
	unsigned i;
	enum err e;

	pthread_mutex_lock(&s->mutex);
	for (;;) {
		if (generation != 0)
			e = why_not_ready(s, generation, detail);
		else if (s->absent)
			e = detail_set(
			    detail, ERR_TOKEN_ABSENT, "the token has vanished");
		else
			e = ERR_OK;
		if (e != ERR_OK)
			break;
		for (i = 0; i < s->sessions && s->busy[i]; i++)
			;
		if (i < s->sessions && !(s->draining && generation != 0)) {
			*session = take(s, i);
			break;
		}
		if (pthread_cond_timedwait(&s->changed, &s->mutex, &deadline) ==
		    ETIMEDOUT) {
			e = detail_set(detail, ERR_TIMEOUT,
			    "no session became free within %d s", SLOT_WAIT_S);
			break;
		}
	}
	pthread_mutex_unlock(&s->mutex);
	return e;
}

void
slot_give(struct slot *s, CK_SESSION_HANDLE session)
{
	unsigned i;

	pthread_mutex_lock(&s->mutex);
	for (i = 0; i < s->sessions; i++)
		if (s->session[i] == session)
			s->busy[i] = false;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->mutex);
}

time_t
slot_waits(struct slot *s)
{
	time_t now = deadline_in(0).tv_sec, longest = 0;
	unsigned i;

	pthread_mutex_lock(&s->mutex);
	for (i = 0; i < s->sessions; i++)
		if (s->busy[i] && now - s->taken[i] > longest)
			longest = now - s->taken[i];
	pthread_mutex_unlock(&s->mutex);
	return longest;
}

enum err
slot_ready(struct slot *s, unsigned generation, struct token_detail *detail)
{
	enum err e;

	pthread_mutex_lock(&s->mutex);
	e = why_not_ready(s, generation, detail);
	pthread_mutex_unlock(&s->mutex);
	return e;
}

void
slot_give_used_up(
    struct slot *s, CK_SESSION_HANDLE session, unsigned generation)
{
	CK_SESSION_HANDLE fresh = 0;
	unsigned i;

	/* Opened before the other is closed: closing the last session would
	 * log out. A token with no room for both is connected anew. */
	if (s->f->C_OpenSession(
		s->id, CKF_SERIAL_SESSION, NULL, NULL, &fresh) != CKR_OK) {
		slot_mark_absent(s, generation);
		slot_give(s, session);
		return;
	}
	(void)s->f->C_CloseSession(session);
	pthread_mutex_lock(&s->mutex);
	for (i = 0; i < s->sessions; i++)
		if (s->session[i] == session)
			s->session[i] = fresh;
	pthread_mutex_unlock(&s->mutex);
	slot_give(s, fresh);
}

void
slot_mark_absent(struct slot *s, unsigned generation)
{
	pthread_mutex_lock(&s->mutex);
	if (s->generation == generation) {
		s->absent = true;
		pthread_cond_broadcast(&s->changed);
	}
	pthread_mutex_unlock(&s->mutex);
}

/* Waits until all sessions are given back and gives none out any more. */
static enum err
drain(struct slot *s, struct token_detail *detail)
{
	struct timespec deadline = deadline_in(SLOT_DRAIN_S);
	enum err e = ERR_OK;
	unsigned i;

	pthread_mutex_lock(&s->mutex);
	s->draining = true;
	for (;;) {
		for (i = 0; i < s->sessions && !s->busy[i]; i++)
			;
		if (i == s->sessions)
			break;
		if (pthread_cond_timedwait(&s->changed, &s->mutex, &deadline) ==
		    ETIMEDOUT) {
			e = detail_set(detail, ERR_TIMEOUT,
			    "a call into the token does not return");
			break;
		}
	}
	pthread_mutex_unlock(&s->mutex);
	return e;
}

static void
resume(struct slot *s)
{
	pthread_mutex_lock(&s->mutex);
	s->draining = false;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->mutex);
}

enum err
slot_reconnect(struct slot *s, P11KitUri *uri, struct token_detail *detail)
{
	CK_TOKEN_INFO info;
	CK_SLOT_ID id;
	enum err e;

	e = drain(s, detail);
	if (e != ERR_OK)
		goto out;
	e = uri_find_slot(uri, s->module, &s->identity, &id, &info, detail);
	if (e != ERR_OK)
		goto out;
	close_sessions(s);
	pthread_mutex_lock(&s->mutex);
	set_connection(s, id, &info);
	s->generation++;
	pthread_mutex_unlock(&s->mutex);
	e = open_sessions(s, detail);
	if (e != ERR_OK)
		goto out;
	pthread_mutex_lock(&s->mutex);
	s->absent = false;
	pthread_mutex_unlock(&s->mutex);
out:
	resume(s);
	return e;
}

void
slot_look(struct slot *s)
{
	CK_SLOT_INFO slot;
	CK_SESSION_INFO info;
	CK_SESSION_HANDLE session = 0;
	bool there, ours = true;
	unsigned i;

	pthread_mutex_lock(&s->mutex);
	for (i = 0; i < s->sessions && s->busy[i]; i++)
		;
	if (i < s->sessions && !s->absent)
		session = take(s, i);
	pthread_mutex_unlock(&s->mutex);
	/* All sessions busy: the signers will see for themselves. */
	if (session == 0)
		return;
	there = s->f->C_GetSlotInfo(s->id, &slot) == CKR_OK &&
	    (slot.flags & CKF_TOKEN_PRESENT) != 0;
	if (there)
		there = s->f->C_GetSessionInfo(session, &info) == CKR_OK;
	if (there && s->logged_in && s->login_required)
		ours = info.state == CKS_RO_USER_FUNCTIONS ||
		    info.state == CKS_RW_USER_FUNCTIONS;
	slot_give(s, session);
	/* A login that went away makes handles of private objects invalid. */
	if (!there || !ours)
		slot_mark_absent(s, s->generation);
}

void
slot_logout(struct slot *s)
{
	struct token_detail ignored;
	CK_SESSION_HANDLE session = 0;

	pin_wipe(s->pin);
	/* Even if a call hangs, nothing new begins after this. */
	pthread_mutex_lock(&s->mutex);
	s->logged_in = !s->login_required;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->mutex);
	if (drain(s, &ignored) != ERR_OK)
		slot_mark_absent(s, s->generation);
	pthread_mutex_lock(&s->mutex);
	s->generation++;
	if (!s->absent && s->sessions > 0)
		session = s->session[0];
	pthread_mutex_unlock(&s->mutex);
	if (session != 0)
		(void)s->f->C_Logout(session);
	resume(s);
}
