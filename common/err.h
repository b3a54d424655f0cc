/*
 * err.h: the one list of errors, the same on the wire, in logs and in JSON
 * output. Numbers are never reused; a retired one stays in the list.
 *
 *	enum err e = jcs_finish(&c);
 *	if (e != ERR_OK)
 *		complain(err_name(e), err_text(e));
 *
 * Memory    none: names and texts are constants
 * Chunks    whole values
 * Errors    ERR_OK is 0; every other value says what is wrong, never where:
 *           the place travels beside it (an offset, or host's struct fault)
 * Trust     a number from outside may be unknown: every function takes any
 * Limits    numbers fit 16 bits; each area owns a range, stated in the table
 */
#ifndef COMMON_ERR_H
#define COMMON_ERR_H

#include "common/err_table.h"

#if defined(__GNUC__)
#define MUST_USE __attribute__((warn_unused_result))
#else
#define MUST_USE
#endif

enum err {
#define ERR_ENUM(number, name, exit, text) ERR_##name = (number),
	ERR_TABLE(ERR_ENUM)
#undef ERR_ENUM
};

/* "JSON_DUPLICATE_NAME"; "UNKNOWN" for a number that is not in the table. */
const char *err_name(enum err e);

/* One sentence for a person, no full stop, no newline. */
const char *err_text(enum err e);

/* The exit code of sysexits(3) that a command ends with: 0, 1, 64..78. */
int err_exit(enum err e);

#endif
