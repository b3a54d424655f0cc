/*
 * audit.h: re-checks a log from its files alone: checkpoint signature, every
 * entry against the tiles, every tile against the root, the schema and order
 * of entries, times that never run back, every seal under an approval and an
 * intent, one seal or abandoned entry per approved leaf, the approved root
 * recomputed from them, one release per seal at most.
 *
 *	struct audit_result r;
 *	enum err e = audit_log(dir, vkey, &r, &fault);
 *
 * Memory    proportional to the approved leaves that are still open
 * Chunks    none
 * Errors    LOG_*, with what and where in the fault
 * Trust     nothing from the station but the files; vkey from the auditor
 * Limits    none
 */
#ifndef HOST_LOG_AUDIT_H
#define HOST_LOG_AUDIT_H

#include "host/log/log.h"

struct audit_result {
	uint64_t devices; /* approvals that an appliance has signed */
	uint64_t size, approvals, intents, seals, repeats, abandoned, releases;
	uint64_t extensions; /* further files of what was released */
	uint64_t open_leaves; /* approved, neither sealed nor abandoned yet */
	uint64_t open_intents; /* intended, neither sealed nor abandoned yet */
};

/* vkey NULL: the one in DIR/vkey, and the fault's text says so. */
MUST_USE enum err audit_log(const char *dir, const char *vkey,
    struct audit_result *r, struct fault *fault);

#endif
