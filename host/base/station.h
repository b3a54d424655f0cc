/*
 * station.h: the layout of a station's folder, in one place.
 *
 *	struct station s;
 *	enum err e = station_open(&s, dir, &fault);    NULL: $ZEGEL_STATION, or
 *	char path[STATION_PATH];                       /var/lib/zegel
 *	station_path(&s, STATION_QUEUE, path);
 *
 * Memory    fixed buffers
 * Chunks    none
 * Errors    STATION_ABSENT, TOO_LARGE for a path that is too long
 * Trust     folders belong to the process that writes them (zegeld(8))
 * Limits    STATION_PATH octets a path
 */
#ifndef HOST_BASE_STATION_H
#define HOST_BASE_STATION_H

#include <stddef.h>

#include "common/err.h"
#include "host/base/fault.h"

#define STATION_PATH 512

struct station {
	char dir[STATION_PATH];
};

enum station_place {
	STATION_CONFIG = 1, /* zegel.conf */
	STATION_APPROVAL_CONFIG, /* approval.conf: root's, read by signer */
	STATION_QUEUE, /* queue.db: front's */
	STATION_STORE, /* store/: front's */
	STATION_NET, /* net/: front's: budgets, what was fetched */
	STATION_KEY, /* station.key: 32 octets, front's, for HMAC */
	STATION_SPOOL_IN, /* spool/in/ */
	STATION_SPOOL_REFUSED, /* spool/refused/ */
	STATION_SPOOL_OUT, /* spool/out/ */
	STATION_LOG, /* log/: logger's, public to read */
	STATION_LOGGER, /* logger/: log.key, sealed identities */
	STATION_LOG_KEY, /* logger/log.key */
	STATION_SIGNER, /* signer/: approvals, persons, PIN counters */
	STATION_KEYS, /* keys/: certificates, PEM */
	STATION_SOFTHSM, /* softhsm/: signer's */
	STATION_SOFTHSM_CONFIG, /* softhsm/softhsm2.conf */
	STATION_RUN, /* run/ */
	STATION_LOCK, /* run/lock */
	STATION_FRONT_SOCKET, /* run/front.sock */
	STATION_SIGNER_SOCKET, /* run/signer.sock */
};

/* dir, or without it the folder that is used then. */
const char *station_default(const char *dir);

MUST_USE enum err station_open(
    struct station *s, const char *dir, struct fault *fault);
void station_path(const struct station *s, enum station_place place,
    char out[static STATION_PATH]);

/* Makes the folders of an empty station (not the files), mode 0750/0700. */
MUST_USE enum err station_create(
    struct station *s, const char *dir, struct fault *fault);

#endif
