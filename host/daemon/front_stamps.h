/*
 * front_stamps.h: what is asked of timestamp authorities: seals beyond level B
 * get their timestamps, and what proves that no certificate was revoked, before
 * they are released; content timestamps are asked for while a batch closes. In
 * threads of its own, since it waits for the network.
 *
 *	enum err e = front_stamps_open(&s, 2, config, station, &fault);
 *	e = front_stamps_content(s, imprint, &token, &len, &time, &fault);
 *	e = front_stamps_raise(s, level, &file, &len, &fault);
 *	front_stamps_close(s);
 *
 * Memory    one object; raise replaces the caller's buffer
 * Chunks    whole files; several threads may raise one each, of which one
 *           asks at a time
 * Errors    raise, content: TSA_LATER whatever the trouble was, which is said
 *           once; until it is time to try again nobody is asked. NO_MEMORY
 * Trust     what comes back was verified to have the level, under
 *           zegel.conf's anchors; a content timestamp is checked as client.h
 *           says, and nobody on its path is revoked
 * Limits    pauses of STAMPS_PAUSE seconds, doubled up to STAMPS_PAUSE_MAX;
 *           longer ones if the authorities ask for it. The two uses do not
 *           wait for each other's troubles
 */
#ifndef HOST_DAEMON_FRONT_STAMPS_H
#define HOST_DAEMON_FRONT_STAMPS_H

#include "common/sha256.h"
#include "host/base/config.h"
#include "host/base/pool.h"
#include "host/base/station.h"
#include "host/x509/cert.h"

#define STAMPS_PAUSE 5
#define STAMPS_PAUSE_MAX 600

struct front_stamps;

enum stamps_use { STAMPS_SEAL = 0, STAMPS_CONTENT = 1, STAMPS_USES };

/* NULL where zegel.conf wants no timestamps. STATION_MODE: a production station
 * would trust a TEST authority. */
MUST_USE enum err front_stamps_open(struct front_stamps **out, unsigned threads,
    const struct config *config, const struct station *station,
    struct fault *fault);
void front_stamps_close(struct front_stamps *s); /* takes NULL */

/* The threads'. */
struct pool *front_stamps_pool(struct front_stamps *s);

/* Is it of use to try now? */
bool front_stamps_may(const struct front_stamps *s, enum stamps_use use);

/* Why not, and for how many seconds; false if it is of use. */
#define STAMPS_WHY 320
bool front_stamps_waits(struct front_stamps *s, enum stamps_use use,
    int64_t *seconds, char why[static STAMPS_WHY]);

MUST_USE enum err front_stamps_raise(struct front_stamps *s,
    enum config_level level, uint8_t **file, size_t *len, struct fault *fault);

/* Is none of that chain revoked, up to an anchor? REVOKED; any other error: it
 * is not known. */
MUST_USE enum err front_stamps_check(struct front_stamps *s,
    const struct cert *chain, size_t count, struct fault *fault);

/* A timestamp token of what has that digest, to be freed, and its time, rounded
 * up to seconds. */
MUST_USE enum err front_stamps_content(struct front_stamps *s,
    const uint8_t digest[static SHA256_SIZE], uint8_t **token, size_t *len,
    int64_t *time, struct fault *fault);

/* Does that sealed file hold all that the level asks for, by its form? */
bool front_stamps_has_raised(struct front_stamps *s, enum config_level level,
    const uint8_t *file, size_t len);

/* While it is on, what is under way ends soon and nothing is begun. */
void front_stamps_pause(struct front_stamps *s, bool on);

#endif
