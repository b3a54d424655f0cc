/*
 * daemon.h: a verb's daemon: the one that runs on the station, or zegeld
 * started for as long as the verb takes.
 *
 *	struct daemon d;
 *	enum err e = daemon_join(&d, c, &fault);
 *	e = daemon_unlock(&d, c, "default", pin_fd, &fault);
 *	daemon_leave(&d);
 *
 * Memory    the struct; leave is right after a failed join, too
 * Chunks    none
 * Errors    DAEMON_ABSENT when zegeld cannot be found, DAEMON_START when it
 *           does not start, with what it said; PIN_*, TOKEN_*
 * Trust     zegeld is taken from beside this program first
 * Limits    DAEMON_WAIT_S seconds for another daemon that begins or ends
 */
#ifndef HOST_CLI_DAEMON_H
#define HOST_CLI_DAEMON_H

#include <sys/types.h>

#include "host/cli/cli.h"

#define DAEMON_WAIT_S 10

struct daemon {
	struct station station;
	struct client *front, *signer;
	pid_t pid; /* 0: it was running already */
	int lifetime; /* closed: it ends */
	char unlocked[64]; /* the key that unlock unlocked, or "" */
};

MUST_USE enum err daemon_join(
    struct daemon *d, const struct cli *c, struct fault *fault);

/* What signer's "keys" says of that key; the caller deletes it. */
MUST_USE enum err daemon_key(
    struct daemon *d, const char *key, cJSON **out, struct fault *fault);

/* Asks for the PIN if the key needs it; leave makes signer forget it again. */
MUST_USE enum err daemon_unlock(struct daemon *d, const struct cli *c,
    const char *key, int64_t pin_fd, struct fault *fault);

/* Ends what join began. */
void daemon_leave(struct daemon *d);

/* The request of 'zegel unlock'. pin NULL: by the reader's pinpad. */
MUST_USE enum err daemon_send_pin(struct client *signer, const char *key,
    const uint8_t *pin, size_t len, cJSON **reply, struct fault *fault);

#endif
