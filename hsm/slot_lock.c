/*
 * The lock of logins. A call into a token cannot be taken back, and whoever is
 * in one has this lock: what has to be wiped meanwhile is left to him.
 */
#include "hsm/slot.h"

bool
slot_is_leaving(struct slot *s)
{
	bool leaving;

	pthread_mutex_lock(&s->mutex);
	leaving = s->leaving;
	pthread_mutex_unlock(&s->mutex);
	return leaving;
}

/* With login_lock: what slot_leave asked for. */
static void
leave_if_asked(struct slot *s)
{
	if (!slot_is_leaving(s))
		return;
	slot_logout(s);
	pthread_mutex_lock(&s->mutex);
	s->leaving = false;
	pthread_mutex_unlock(&s->mutex);
}

void
slot_lock(struct slot *s)
{
	pthread_mutex_lock(&s->login_lock);
	leave_if_asked(s);
}

bool
slot_try(struct slot *s)
{
	if (pthread_mutex_trylock(&s->login_lock) != 0)
		return false;
	leave_if_asked(s);
	return true;
}

void
slot_unlock(struct slot *s)
{
	leave_if_asked(s);
	pthread_mutex_unlock(&s->login_lock);
}

bool
slot_wait_lock(struct slot *s, unsigned seconds)
{
	struct timespec deadline;

	clock_gettime(CLOCK_MONOTONIC, &deadline);
	deadline.tv_sec += seconds;
	if (pthread_mutex_clocklock(
		&s->login_lock, CLOCK_MONOTONIC, &deadline) != 0)
		return false;
	leave_if_asked(s);
	return true;
}

bool
slot_leave(struct slot *s)
{
	pthread_mutex_lock(&s->mutex);
	s->leaving = true;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->mutex);
	if (!slot_wait_lock(s, SLOT_LEAVE_S))
		return false;
	slot_unlock(s);
	return true;
}
