/*
 * module.h: PKCS#11 modules of this process, each loaded and initialised once
 * however many keys use it.
 *
 *	struct module *m;
 *	enum err e = module_open(&m, "/usr/lib/softhsm/libsofthsm2.so", &d);
 *	module_close(m);
 *
 * Memory    one entry a path, kept for the life of the process: modules leave
 *           threads and exit handlers behind that unloading would pull away
 * Chunks    none
 * Errors    TOKEN_MODULE
 * Trust     a module runs with all rights of this process, so its path must be
 *           absolute: no search along LD_LIBRARY_PATH
 * Limits    none
 *
 * A child of fork must not use its parent's modules (PKCS#11 2.40,
 *C_Initialize): module_is_ours is false there, and module_open refuses until
 *the parent had closed all before the fork.
 */
#ifndef HSM_MODULE_H
#define HSM_MODULE_H

#include <stdbool.h>
#include <sys/types.h>
#include <p11-kit/pkcs11.h>

#include "common/err.h"
#include "hsm/token.h"

struct module {
	struct module *next;
	char *path;
	CK_FUNCTION_LIST *f;
	unsigned refs;
	bool finalize; /* we were the ones to initialise it */
	pid_t pid;
};

/* Where it is, for free(); loads nothing. */
MUST_USE enum err module_find(
    char **real, const char *path, struct token_detail *detail);

MUST_USE enum err module_open(
    struct module **out, const char *path, struct token_detail *detail);
void module_close(struct module *m); /* takes NULL */
bool module_is_ours(const struct module *m);

/* All slots; free() them. present: only those with a token. */
MUST_USE enum err module_slots(struct module *m, bool present,
    CK_SLOT_ID **slots, CK_ULONG *count, struct token_detail *detail);

#endif
