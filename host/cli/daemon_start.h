/*
 * daemon_start.h: starts zegeld for the life of this process; a part of
 * daemon.c.
 *
 *	enum err e = daemon_start(&station, &pid, &lifetime, &fault);
 *	close(lifetime);
 *	waitpid(pid, NULL, 0);
 *
 * Memory    none
 * Chunks    none
 * Errors    DAEMON_ABSENT: no zegeld; DAEMON_START with what it said;
 *           STATION_BUSY, DENIED
 * Trust     see daemon.h
 * Limits    none: it ends by itself when this process does
 */
#ifndef HOST_CLI_DAEMON_START_H
#define HOST_CLI_DAEMON_START_H

#include <sys/types.h>

#include "host/base/station.h"

/* Returns when it serves. */
MUST_USE enum err daemon_start(const struct station *station, pid_t *pid,
    int *lifetime, struct fault *fault);

#endif
