/*
 * front_stamps.h: seals beyond level B: a sealed file gets its timestamps, and
 * what proves that no certificate was revoked, before it is released. In
 * threads of its own, since it waits for the network.
 *
 *	enum err e = front_stamps_open(&s, 2, config, station, &fault);
 *	e = front_stamps_raise(s, &file, &len, &fault);
 *	front_stamps_close(s);
 *
 * Memory    one object; raise replaces the caller's buffer
 * Chunks    whole files; several threads may raise one each, of which one
 *           asks at a time
 * Errors    raise: TSA_LATER whatever the trouble was, which is said once;
 *           until it is time to try again nobody is asked. NO_MEMORY
 * Trust     what comes back was verified to have the level of zegel.conf,
 *           under its anchors
 * Limits    pauses of STAMPS_PAUSE seconds, doubled up to STAMPS_PAUSE_MAX;
 *           longer ones if the authorities ask for it
 */
#ifndef HOST_DAEMON_FRONT_STAMPS_H
#define HOST_DAEMON_FRONT_STAMPS_H

#include "host/base/config.h"
#include "host/base/pool.h"
#include "host/base/station.h"

#define STAMPS_PAUSE 5
#define STAMPS_PAUSE_MAX 600

struct front_stamps;

/* NULL where zegel.conf wants level B. STATION_MODE: a production station would
 * trust a TEST authority. */
MUST_USE enum err front_stamps_open(struct front_stamps **out, unsigned threads,
    const struct config *config, const struct station *station,
    struct fault *fault);
void front_stamps_close(struct front_stamps *s); /* takes NULL */

/* The threads'. */
struct pool *front_stamps_pool(struct front_stamps *s);

/* Is it of use to try now? */
bool front_stamps_may(const struct front_stamps *s);

/* Why not, and for how many seconds; false if it is of use. */
#define STAMPS_WHY 320
bool front_stamps_waits(
    struct front_stamps *s, int64_t *seconds, char why[static STAMPS_WHY]);

MUST_USE enum err front_stamps_raise(
    struct front_stamps *s, uint8_t **file, size_t *len, struct fault *fault);

/* Does that sealed file hold all that its level asks for, by its form? */
bool front_stamps_has_raised(
    struct front_stamps *s, const uint8_t *file, size_t len);

/* While it is on, what is under way ends soon and nothing is begun. */
void front_stamps_pause(struct front_stamps *s, bool on);

#endif
