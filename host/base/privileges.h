/*
 * privileges.h: what each process may do.
 *
 *	enum err e = privileges_drop(USER_SIGNER, &fault);
 *
 * Memory    none
 * Chunks    none
 * Errors    NOT_FOUND for an unknown user, DENIED
 * Trust     no process can get back what it gave up
 * Limits    started without root everything runs under one uid: reduced
 */
#ifndef HOST_BASE_PRIVILEGES_H
#define HOST_BASE_PRIVILEGES_H

#include <stdbool.h>
#include <sys/types.h>

#include "common/err.h"
#include "host/base/fault.h"

#define USER_FRONT "zegel-front"
#define USER_SIGNER "zegel-signer"
#define USER_LOGGER "zegel-logger"
#define GROUP_STATION "zegel"

/* The three users and the group, or false where they do not exist or the
 * process is not root: then everything runs under one uid. */
bool privileges_separable(void);

/* For good: the user's uid and gid, the station's group, no core dumps, no new
 * privileges. Not separable: the same without a change of uid. */
MUST_USE enum err privileges_drop(const char *user, struct fault *fault);

#endif
