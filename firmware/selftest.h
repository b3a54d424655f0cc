/*
 * selftest.h: known answers of everything in crypto.h and of the hashes, before
 * the appliance does anything with them.
 *
 *	const char *failed = selftest();
 *	if (failed != NULL)
 *		board_halt(failed);
 *
 * Memory    nothing is kept
 * Chunks    hashes are also asked for in pieces
 * Errors    the name of what failed, in characters that every board can show
 * Trust     that a test passed does not say that the random seed is any good
 * Limits    a fraction of a second
 */
#ifndef FIRMWARE_SELFTEST_H
#define FIRMWARE_SELFTEST_H

#include "common/err.h"

/* NULL if all is well. */
MUST_USE const char *selftest(void);

#endif
