/*
 * fault.h: an error with its place: what a person is told.
 *
 *	struct fault f;
 *	return fault_set(&f, ERR_JSON_SYNTAX, offset, "expected ':'");
 *	return fault_in(&f, "zegel.conf"), e;     whose offset or path it is
 *	fault_print(&f, "draft.json", stderr);    FILE:OFFSET: what is wrong, ..
 *
 * Memory    a plain struct; texts are copied and cut at their bound
 * Chunks    none
 * Errors    fault_set returns its error, so that it can be returned at once
 * Trust     details may quote names of members, never values of credentials
 * Limits    FAULT_DETAIL, FAULT_PATH, FAULT_FILE octets
 */
#ifndef HOST_BASE_FAULT_H
#define HOST_BASE_FAULT_H

#include <stdint.h>
#include <stdio.h>

#include "common/err.h"

#define FAULT_NO_OFFSET UINT64_MAX
#define FAULT_FILE 80
#define FAULT_PATH 200
#define FAULT_DETAIL 240

struct fault {
	enum err err;
	uint64_t offset; /* in the input, or FAULT_NO_OFFSET */
	char
	    file[FAULT_FILE]; /* "zegel.conf"; "": the one whoever called has */
	char path[FAULT_PATH]; /* place in the document, or "" */
	char detail[FAULT_DETAIL]; /* what was expected, what to do; or "" */
};

void fault_clear(struct fault *f);

/* f may be NULL. Returns e. */
enum err fault_set(struct fault *f, enum err e, uint64_t offset,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* ERR_NO_SPACE, ERR_READ_ONLY, ERR_DENIED, ... or ERR_IO for an errno. */
enum err fault_errno(struct fault *f, int errnum, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Names the file that offset and path are of: a fault's own, where whoever
 * prints it cannot know. f may be NULL. */
void fault_in(struct fault *f, const char *file);

/* One line: "FILE:OFFSET: PATH: text: detail". file may be NULL; the fault's
 * own goes before it. */
void fault_print(const struct fault *f, const char *file, FILE *out);

#endif
