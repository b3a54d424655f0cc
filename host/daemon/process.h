/*
 * process.h: the bodies of zegeld's processes. Each is entered after fork,
 * gives up its privileges itself and never returns before the station stops.
 *
 * Memory    each process has its own; secrets are loaded after the fork
 * Chunks    none
 * Errors    the exit code of the process (sysexits)
 * Trust     a process trusts its parent's descriptors and nothing else
 * Limits    none
 */
#ifndef HOST_DAEMON_PROCESS_H
#define HOST_DAEMON_PROCESS_H

#include <stdbool.h>

#include "host/base/config.h"
#include "host/base/station.h"

struct process {
	const struct station *station;
	const struct config *config;
	bool separated; /* each process has its own uid */
	int front; /* socket pair to front, or -1 */
	int signer; /* to signer, or -1 */
	int logger; /* to logger, or -1 */
	int listen; /* listening Unix socket: front's or signer's, or -1 */
	int lock; /* on the station, held as long as its processes live */
	int ready; /* written one octet to when the process serves */
};

int logger_run(const struct process *p);
int signer_run(const struct process *p);
int front_run(const struct process *p);

/* Tells the parent that this process serves now. */
void process_ready(const struct process *p);

/* True once SIGTERM or SIGINT arrived. */
bool process_is_stopping(void);

/* Signals: TERM and INT ask to stop, PIPE is ignored. */
void process_signals(void);

#endif
