/*
 * station_owner.h: which process's user owns which part of a station.
 *
 *	enum err e = station_owner_apply(&station, &fault);
 *
 * Memory    none
 * Chunks    none
 * Errors    NOT_FOUND for missing users, DENIED, IO
 * Trust     only root can; without root everything is the caller's own, and
 *           the station says "separation: reduced"
 * Limits    none
 */
#ifndef HOST_BASE_STATION_OWNER_H
#define HOST_BASE_STATION_OWNER_H

#include "host/base/station.h"

MUST_USE enum err station_owner_apply(
    const struct station *station, struct fault *fault);

#endif
