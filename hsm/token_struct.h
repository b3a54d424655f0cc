/*
 * token_struct.h: what a struct token is, for the files of hsm/ that
 * implement token.h.
 *
 * Memory    freed by token_close
 * Chunks    none
 * Errors    none
 * Trust     key is only used while generation is the slot's
 * Limits    none
 */
#ifndef HSM_TOKEN_STRUCT_H
#define HSM_TOKEN_STRUCT_H

#include <p11-kit/uri.h>
#include <stdbool.h>

#include "common/alg.h"
#include "hsm/key.h"
#include "hsm/module.h"
#include "hsm/slot.h"
#include "hsm/token.h"

struct token {
	struct module *module;
	struct slot *slot;
	P11KitUri *uri;
	char *pin_state;
	unsigned wanted;
	bool has_expected;
	struct token_public_key expected;

	/* written under the slot's login_lock and mutex, so either is enough
	 * for reading */
	unsigned generation; /* in which key was found; 0: never yet */
	struct key key;
	bool can[ALG_ECDSA + 1]; /* by family */

	/* under mutex */
	unsigned logins; /* threads that are at one */
	bool closed; /* the last of them closes it */
};

/* ERR_OK unless this is a child of the process that opened t. */
MUST_USE enum err token_check_process(
    const struct token *t, struct token_detail *detail);

/* With login_lock: finds the key in this connection, unless that is done. */
MUST_USE enum err token_connect_key(
    struct token *t, struct token_detail *detail);

#endif
