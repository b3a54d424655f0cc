#include "tests/p11fault/state.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

/* Numbers 1 to KEYS are for the private keys that are there at login. */
#define KEYS 16

struct state state;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t pull = PTHREAD_RWLOCK_INITIALIZER;

void
state_lock(void)
{
	pthread_mutex_lock(&lock);
}

void
state_unlock(void)
{
	pthread_mutex_unlock(&lock);
}

void
state_forget_objects(void)
{
	memset(state.object, 0, sizeof(state.object));
}

/* With the pull lock as writer. */
static void
kill_sessions(void)
{
	unsigned i;

	for (i = 0; i < STATE_SESSIONS; i++)
		if (state.session[i].used)
			(void)state.real->C_CloseSession(state.session[i].real);
	memset(state.session, 0, sizeof(state.session));
	state_forget_objects();
}

/* Takes the pull lock as reader, after dealing with a pull, and when nothing
 * hangs. */
static void
see_control(const char *call)
{
	const struct timespec pause = {0, 50000000};
	bool pulled, hangs;

	for (;;) {
		pthread_rwlock_rdlock(&pull);
		state_lock();
		control_read(&state.control);
		pulled = state.control.epoch != state.epoch ||
		    state.control.absent != state.absent;
		hangs = state.control.hang ||
		    (state.control.hang_login && strcmp(call, "C_Login") == 0);
		state_unlock();
		if (!pulled && !hangs)
			return;
		pthread_rwlock_unlock(&pull);
		if (hangs) {
			nanosleep(&pause, NULL);
			continue;
		}
		pthread_rwlock_wrlock(&pull);
		state_lock();
		if (state.control.epoch != state.epoch ||
		    state.control.absent != state.absent) {
			kill_sessions();
			if (!state.control.absent)
				state.returns++;
			state.epoch = state.control.epoch;
			state.absent = state.control.absent;
		}
		state_unlock();
		pthread_rwlock_unlock(&pull);
	}
}

CK_RV
state_enter(
    const char *call, CK_SESSION_HANDLE session, struct state_session **out)
{
	struct state_session *s = NULL;
	CK_RV rv;

	if (state.real == NULL) {
		pthread_rwlock_rdlock(&pull);
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	}
	see_control(call);
	state_lock();
	rv = control_fault(&state.control, call);
	if (rv == CKR_OK && session != 0) {
		if (state.absent)
			rv = CKR_DEVICE_REMOVED;
		else if (session > STATE_SESSIONS ||
		    !state.session[session - 1].used)
			rv = CKR_SESSION_HANDLE_INVALID;
		else
			s = &state.session[session - 1];
	}
	state_unlock();
	if (out != NULL)
		*out = s;
	return rv;
}

CK_RV
state_leave(const char *call, const char *what, CK_RV rv)
{
	pthread_rwlock_unlock(&pull);
	control_log(call, what, rv);
	return rv;
}

CK_RV
state_add_session(
    CK_SLOT_ID slot, CK_SESSION_HANDLE real, CK_SESSION_HANDLE *out)
{
	unsigned i, used = 0, free_one = STATE_SESSIONS;
	CK_RV rv = CKR_SESSION_COUNT;

	state_lock();
	for (i = STATE_SESSIONS; i-- > 0;)
		if (state.session[i].used)
			used++;
		else
			free_one = i;
	if (free_one < STATE_SESSIONS &&
	    (state.control.sessions == 0 || used < state.control.sessions)) {
		state.session[free_one] = (struct state_session){
		    true, slot, real, 0, 0, 0, 0};
		*out = free_one + 1;
		rv = CKR_OK;
	}
	state_unlock();
	return rv;
}

CK_OBJECT_HANDLE
state_number(CK_OBJECT_HANDLE real)
{
	unsigned i, free_one = STATE_OBJECTS;

	for (i = STATE_OBJECTS; i-- > 1;) {
		if (state.object[i] == real)
			return i;
		if (state.object[i] == 0 && i > KEYS)
			free_one = i;
	}
	if (free_one == STATE_OBJECTS)
		return 0;
	state.object[free_one] = real;
	return free_one;
}

CK_OBJECT_HANDLE
state_real(CK_OBJECT_HANDLE number)
{
	return number < STATE_OBJECTS ? state.object[number] : 0;
}

struct named {
	CK_OBJECT_HANDLE real;
	unsigned char id[64];
	CK_ULONG id_len;
};

static bool
comes_before(const struct named *a, const struct named *b)
{
	if (a->id_len != b->id_len)
		return a->id_len < b->id_len;
	return memcmp(a->id, b->id, a->id_len) < 0;
}

void
state_number_keys(CK_SESSION_HANDLE session)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE pattern = {CKA_CLASS, &class, sizeof(class)}, id;
	CK_OBJECT_HANDLE found[KEYS];
	struct named keys[KEYS], key;
	CK_ULONG n = 0, i, k;

	if (state.real->C_FindObjectsInit(session, &pattern, 1) != CKR_OK)
		return;
	if (state.real->C_FindObjects(session, found, KEYS, &n) != CKR_OK)
		n = 0;
	(void)state.real->C_FindObjectsFinal(session);
	for (i = 0; i < n; i++) {
		key.real = found[i];
		id = (CK_ATTRIBUTE){CKA_ID, key.id, sizeof(key.id)};
		if (state.real->C_GetAttributeValue(
			session, found[i], &id, 1) != CKR_OK)
			id.ulValueLen = 0;
		key.id_len = id.ulValueLen;
		for (k = i; k > 0 && comes_before(&key, &keys[k - 1]); k--)
			keys[k] = keys[k - 1];
		keys[k] = key;
	}
	for (i = 0; i < n; i++) {
		k = state.control.stale ? (i + state.returns) % n : i;
		state.object[k + 1] = keys[i].real;
	}
}
