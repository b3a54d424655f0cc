/*
 * canon.h: canonical JSON (RFC 8785) of a file or a stream, and whether bytes
 * are canonical already: what 'zegel canon' does.
 *
 *	enum err e = canon_json(0, "-", 1, &fault);
 *	e = canon_json_check(fd, "draft.json", &fault);
 *
 * Memory    canonicalising holds the input and its values; checking a stream
 *           takes 64 KiB, whatever its length
 * Chunks    descriptors of any kind, read to their end
 * Errors    canonicalise: those of doc_parse and file_read_fd; check: those
 *           of common/jcs.h, with the offset of the first offence in the fault
 * Trust     check says ERR_OK if and only if canonicalising would change
 *           nothing
 * Limits    DOC_LIMITS_CANON: wider than what can be sealed. Documents beyond
 *           common/bounds.h can be checked only from a descriptor that can be
 *           read twice
 */
#ifndef HOST_JSON_CANON_H
#define HOST_JSON_CANON_H

#include "common/err.h"
#include "host/base/fault.h"

/* Reads fd to its end; writes the canonical form, and nothing else, to out.
 * Nothing is written if the input is refused. name is for messages. */
MUST_USE enum err canon_json(
    int fd, const char *name, int out, struct fault *fault);

MUST_USE enum err canon_json_check(
    int fd, const char *name, struct fault *fault);

#endif
