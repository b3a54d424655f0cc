/*
 * persons.h: the pseudonyms under which persons stand in the log: random, one
 * for each uid, kept by signer only.
 *
 *	char person[PERSON_SIZE];
 *	enum err e = persons_get(folder, uid, person, &fault);
 *
 * Memory    a small file, read at each call
 * Chunks    none
 * Errors    those of file.h
 * Trust     who a pseudonym is can be told from this file alone: erasing its
 *           line leaves the log anonymous
 * Limits    one caller at a time
 */
#ifndef HOST_DAEMON_PERSONS_H
#define HOST_DAEMON_PERSONS_H

#include <stdint.h>

#include "common/err.h"
#include "host/base/fault.h"

#define PERSON_SIZE 24 /* "p-", 16 hex digits, NUL */

MUST_USE enum err persons_get(const char *folder, uint32_t uid,
    char person[static PERSON_SIZE], struct fault *fault);

#endif
