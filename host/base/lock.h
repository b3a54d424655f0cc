/*
 * lock.h: one daemon a station, by flock(2) on run/lock.
 *
 *	int lock;
 *	enum err e = lock_take(path, &lock, &fault);
 *	lock_drop(lock);
 *
 * Memory    a descriptor; processes that are forked share the lock, so the
 *           station stays taken until the last of them is gone
 * Chunks    none
 * Errors    STATION_BUSY with the other's pid; NOT_REGULAR, those of files
 * Trust     the file is its owner's alone: a lock by somebody else would keep
 *           the station from starting
 * Limits    none. The file stays: removing it would let two daemons in
 */
#ifndef HOST_BASE_LOCK_H
#define HOST_BASE_LOCK_H

#include "common/err.h"
#include "host/base/fault.h"

MUST_USE enum err lock_take(const char *path, int *lock, struct fault *fault);
void lock_drop(int lock); /* takes -1 */

#endif
