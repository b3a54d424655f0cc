/*
 * state.h: sessions and objects of the fault-injecting module. The program
 * sees numbers of ours, which are given out again after a pull, as cards'
 * modules do; SoftHSM2's own never return.
 *
 *	CK_RV rv = state_enter("C_Sign", session, &s);
 *	if (rv == CKR_OK)
 *		rv = real->C_Sign(s->real, ...);
 *	return state_leave("C_Sign", NULL, rv);
 *
 * Memory    one table a process
 * Chunks    none
 * Errors    CKR_DEVICE_REMOVED while absent, CKR_SESSION_HANDLE_INVALID after
 * Trust     tests only
 * Limits    64 sessions, 256 objects
 *
 * Calls hold a lock as readers; the pull, which closes SoftHSM2's sessions,
 * waits for them: SoftHSM2 crashes when a session is closed under a call.
 */
#ifndef TESTS_P11FAULT_STATE_H
#define TESTS_P11FAULT_STATE_H

#include <p11-kit/pkcs11.h>
#include <stdbool.h>

#include "tests/p11fault/control.h"

#define STATE_SESSIONS 64
#define STATE_OBJECTS 256

struct state_session {
	bool used;
	CK_SLOT_ID slot;
	CK_SESSION_HANDLE real;
	bool signing; /* between C_SignInit and C_Sign */
	bool needs_login, has_login; /* always-auth */
	bool find_nothing;
};

struct state {
	CK_FUNCTION_LIST *real;
	struct control control;
	unsigned long epoch; /* as last seen */
	bool absent;
	unsigned long returns; /* how often it came back */
	struct state_session session[STATE_SESSIONS];
	CK_OBJECT_HANDLE object[STATE_OBJECTS]; /* real ones, by our number */
	unsigned char good_pin[64];
	CK_ULONG good_pin_len;
};

extern struct state state;

/* With session 0: for calls without one. *out may be NULL then. */
CK_RV state_enter(
    const char *call, CK_SESSION_HANDLE session, struct state_session **out);
CK_RV state_leave(const char *call, const char *what, CK_RV rv);

CK_RV state_add_session(
    CK_SLOT_ID slot, CK_SESSION_HANDLE real, CK_SESSION_HANDLE *out);

/* Our number for SoftHSM2's object, and back; 0 if there is none. */
CK_OBJECT_HANDLE state_number(CK_OBJECT_HANDLE real);
CK_OBJECT_HANDLE state_real(CK_OBJECT_HANDLE number);

/* After a login: numbers the private keys, in the order of their CKA_ID,
 * shifted by one for each return when stale. */
void state_number_keys(CK_SESSION_HANDLE real_session);
/* After a logout numbers of private keys are dead. */
void state_forget_objects(void);

void state_lock(void);
void state_unlock(void);

#endif
