/*
 * slot.h: one token that is present, or was: its login, its PIN and its
 * sessions, shared by all keys of this process that live in it.
 *
 *	struct slot *s;
 *	enum err e = slot_attach(&s, module, uri, 2, &detail);
 *	slot_lock(s);
 *	e = slot_login(s, pin, pin_state, &detail);
 *	slot_unlock(s);
 *	slot_detach(s, 2);
 *
 * Memory    one object a token, counted references
 * Chunks    none
 * Errors    TOKEN_*, PIN_*, TIMEOUT
 * Trust     a connection has a number, its generation: handles of one
 *           generation are never used in another, since they may name another
 *           key there. A new generation begins only when every session of the
 *           old one has been given back.
 * Limits    SLOT_SESSIONS sessions
 *
 * Order of locks: login_lock, then a session, then mutex. Nothing calls into
 * the module under mutex. login_lock is held over calls into the module, since
 * keeping others from trying a PIN at the same time is what it is for.
 */
#ifndef HSM_SLOT_H
#define HSM_SLOT_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>
#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>

#include "common/err.h"
#include "hsm/module.h"
#include "hsm/pin.h"
#include "hsm/token.h"

#define SLOT_SESSIONS 64
#define SLOT_WAIT_S 120 /* for a free session */
#define SLOT_DRAIN_S 30 /* for all sessions to be given back */
#define SLOT_LEAVE_S 3 /* for whoever holds login_lock */

struct slot {
	struct slot *next;
	unsigned refs;
	struct module *module;
	CK_FUNCTION_LIST *f;
	CK_TOKEN_INFO identity; /* as first seen, never changed */
	pthread_mutex_t login_lock;
	/* under login_lock */
	CK_SLOT_ID id;
	CK_ULONG session_limit;
	struct pin *pin; /* kept while logged in */
	unsigned wanted; /* sessions, the sum of all keys */

	pthread_mutex_t mutex;
	/* under mutex */
	pthread_cond_t changed;
	unsigned generation; /* from 1 */
	bool absent, stopped, logged_in, login_required;
	bool leaving; /* to be logged out by whoever has login_lock next */
	bool has_pinpad;
	bool draining; /* no session is given out */
	CK_SESSION_HANDLE session[SLOT_SESSIONS];
	bool busy[SLOT_SESSIONS];
	time_t taken[SLOT_SESSIONS]; /* of the busy ones, CLOCK_MONOTONIC */
	unsigned sessions;
};

/* Finds the token by URI; opens sessions. */
MUST_USE enum err slot_attach(struct slot **out, struct module *m,
    P11KitUri *uri, unsigned wanted, struct token_detail *detail);
void slot_detach(struct slot *s, unsigned wanted); /* takes NULL */

/*
 * A free session, waiting for one if need be. For a key, generation must be
 * the one it was found in, and the token ready. 0: the caller holds login_lock
 * and may have a session of a present token in any state.
 */
MUST_USE enum err slot_take(struct slot *s, unsigned generation,
    CK_SESSION_HANDLE *session, struct token_detail *detail);
void slot_give(struct slot *s, CK_SESSION_HANDLE session);

/* Seconds since the first of the calls that are under way began; 0: none. */
time_t slot_waits(struct slot *s);

/* Could a key of that generation sign now? */
MUST_USE enum err slot_ready(
    struct slot *s, unsigned generation, struct token_detail *detail);

/* Gives back a session that may have an operation left over: a fresh one takes
 * its place. generation as in slot_mark_absent. */
void slot_give_used_up(
    struct slot *s, CK_SESSION_HANDLE session, unsigned generation);

/* A call in a session of that generation showed that the token is gone. */
void slot_mark_absent(struct slot *s, unsigned generation);

/*
 * login_lock, for what may log in or sign. Whoever takes it or gives it back
 * does what slot_leave has asked for meanwhile. slot_try: false if somebody
 * else has it; slot_wait_lock: if he still has it after so many seconds.
 */
void slot_lock(struct slot *s);
MUST_USE bool slot_try(struct slot *s);
MUST_USE bool slot_wait_lock(struct slot *s, unsigned seconds);
void slot_unlock(struct slot *s);

/* Wipes the PIN and logs out. What holds login_lock in a call that does not
 * return is not waited for longer than SLOT_LEAVE_S (false): nothing is signed
 * or logged in any more, and the rest is done when it returns. */
MUST_USE bool slot_leave(struct slot *s);
MUST_USE bool slot_is_leaving(struct slot *s);

/* The rest is called with login_lock held. */

/* Finds the vanished token again, by URI and identity: a new generation, not
 * logged in. */
MUST_USE enum err slot_reconnect(
    struct slot *s, P11KitUri *uri, struct token_detail *detail);

/* Is it still there, with our login? Marks what is not. */
void slot_look(struct slot *s);

/* A copy for slot_login; to be freed, also after an error. */
MUST_USE enum err slot_pin(struct pin **out, const uint8_t *pin, size_t len,
    struct token_detail *detail);

/* pin NULL: by pinpad. Keeps a right PIN. Whoever gave it may wipe it
 * meanwhile, under mutex: then it is not tried any more, or the token is logged
 * out again (TOKEN_SILENT). */
MUST_USE enum err slot_login(struct slot *s, const struct pin *pin,
    const char *pin_state, struct token_detail *detail);

/* The same token's PIN once more, for one signature in that session. When it
 * leaves the slot stopped, the caller gives the session back and logs out. */
MUST_USE enum err slot_login_again(struct slot *s, CK_SESSION_HANDLE session,
    const char *pin_state, struct token_detail *detail);

/* Wipes the PIN, logs out, begins a new generation. */
void slot_logout(struct slot *s);

#endif
