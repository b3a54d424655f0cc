/*
 * trust.h: what 'zegel verify' and 'zegel extend' trust, and whom they ask.
 *
 *	struct trust *t;
 *	enum err e = trust_load(&t, c, path, &fault);
 *	t->anchor, t->count
 *	e = trust_online(t, c, &fault);
 *	trust_free(t);
 *
 * Memory    one object
 * Chunks    none
 * Errors    those of cert_load, config_load and fetch_open
 * Trust     without a path: the test CA of the station at hand, and the
 *           anchors that its configuration names for seals and timestamps
 * Limits    TRUST_ANCHORS
 */
#ifndef HOST_CLI_TRUST_H
#define HOST_CLI_TRUST_H

#include "host/cli/cli.h"
#include "host/seal/verify.h"

#define TRUST_ANCHORS 128

struct fetch;

struct trust {
	struct cert anchor[TRUST_ANCHORS];
	size_t count;
	struct fetch *fetch;
	struct verify_source source; /* of use after trust_online */
};

/* path NULL: the station's, if there is one that may be read. */
MUST_USE enum err trust_load(struct trust **out, const struct cli *c,
    const char *path, struct fault *fault);
void trust_free(struct trust *t); /* takes NULL */

/* From now on source asks, through the station's proxy if there is one. */
MUST_USE enum err trust_online(
    struct trust *t, const struct cli *c, struct fault *fault);

#endif
