/*
 * pin_state.h: failed PIN tries, counted in a file before each try, so that
 * neither a crash nor a restart can lose one.
 *
 *	struct pin_state s;
 *	enum err e = pin_state_open(&s, path, token_name, &detail);
 *	e = pin_state_count(&s, &detail);	then try the PIN
 *	e = pin_state_clear(&s, &detail);	if it was right
 *	pin_state_close(&s);
 *
 * Memory    the struct; the file holds one line "NAME COUNT" a token
 * Chunks    none
 * Errors    IO, READ_ONLY, NO_SPACE, TIMEOUT (another process holds the lock
 *           beside the file), CONFIG_SYNTAX for a file we did not write
 * Trust     a try may only be made after pin_state_count said ERR_OK
 * Limits    64 tokens a file; names of PIN_STATE_NAME octets
 */
#ifndef HSM_PIN_STATE_H
#define HSM_PIN_STATE_H

#include <stddef.h>

#include "common/err.h"
#include "hsm/token.h"

#define PIN_STATE_NAME 160
#define PIN_STATE_TOKENS 64

struct pin_state_line {
	char name[PIN_STATE_NAME];
	unsigned failures;
};

struct pin_state {
	const char *path; /* NULL: counted in memory only */
	int lock;
	unsigned mine; /* index of this token's line */
	unsigned count;
	struct pin_state_line line[PIN_STATE_TOKENS];
};

/* Takes the lock and reads; name has no white space. */
MUST_USE enum err pin_state_open(struct pin_state *s, const char *path,
    const char *name, struct token_detail *detail);
unsigned pin_state_failures(const struct pin_state *s);
/* One more; durable when it returns. */
MUST_USE enum err pin_state_count(
    struct pin_state *s, struct token_detail *detail);
/* The try that was counted last did not reach the token. */
MUST_USE enum err pin_state_uncount(
    struct pin_state *s, struct token_detail *detail);
MUST_USE enum err pin_state_clear(
    struct pin_state *s, struct token_detail *detail);
void pin_state_close(struct pin_state *s);

#endif
