/*
 * extend_log.h: the longer form of a file that this station has released goes
 * into its log before it is written.
 *
 *	enum err e = extend_log_find(&x, path, file, len, &fault);
 *	if (x.ours)
 *		e = extend_log_enter(&x, out, out_len, &entry, &fault);
 *	extend_log_close(&x);
 *
 * Memory    one object for all files; a connection is kept between them
 * Chunks    whole files
 * Errors    find: LOG_PROOF and its like where the proof beside the file is of
 *           this log and wrong, VERIFY_INVALID where it is another file's,
 *           DAEMON_ABSENT; enter: those of the station, TIMEOUT
 * Trust     a file is this station's by the proof beside it, checked with the
 *           log's own key; the station looks for itself
 * Limits    EXTEND_LOG_SECONDS for an answer
 */
#ifndef HOST_CLI_EXTEND_LOG_H
#define HOST_CLI_EXTEND_LOG_H

#include <stdbool.h>

#include "host/daemon/client.h"
#include "host/log/proof.h"

#define EXTEND_LOG_SECONDS 30

struct extend_log {
	const struct station *station;
	struct client *front; /* NULL: nobody was asked yet */
	bool ours; /* the file of the last find */
	uint64_t seal;
	uint8_t leaf[LEAF_SIZE];
};

/* Whose is the file of that path, and what does its proof say? */
MUST_USE enum err extend_log_find(struct extend_log *x, const char *path,
    const uint8_t *file, size_t len, struct fault *fault);

/* entry: its index in the log. */
MUST_USE enum err extend_log_enter(struct extend_log *x, const uint8_t *file,
    size_t len, uint64_t *entry, struct fault *fault);
void extend_log_close(struct extend_log *x);

#endif
