/*
 * seal_deliver.h: the end of 'zegel seal': released files are copied where the
 * person wants them, and verified there.
 *
 *	struct seal_deliver s = {c, &key, from, to};
 *	enum err e = seal_deliver_all(&s, &fault);
 *
 * Memory    one file at a time
 * Chunks    none
 * Errors    EXISTS: nothing is replaced; VERIFY_*; what files give
 * Trust     a file is verified against the station's own certificate and log:
 *           whether others trust that certificate is their decision
 * Limits    64 MiB a file
 */
#ifndef HOST_CLI_SEAL_DELIVER_H
#define HOST_CLI_SEAL_DELIVER_H

#include "host/cli/key.h"

struct seal_deliver {
	struct cli *cli;
	const struct key_verb *key;
	const char *from; /* the batch's folder in spool/out */
	const char *to; /* NULL: they stay there */
	uint64_t delivered, failed;
};

/* Every file of the folder. The first error is returned, the others are
 * said. */
MUST_USE enum err seal_deliver_all(struct seal_deliver *s, struct fault *fault);

#endif
