/*
 * queue_schema.h: versions of the queue's file. Version n is user_version n;
 * script n - 1 makes it out of the one before, script 0 out of nothing.
 *
 *	e = queue_schema_open(db, path, queue_schema, QUEUE_VERSION, &fault);
 *
 * Memory    constants; a copy of the file on disk before a migration
 * Chunks    one transaction from any version to the newest: all or nothing
 * Errors    QUEUE_NEWER, QUEUE_CORRUPT (not a queue), those of queue_err_of
 * Trust     a file of another program or version is not written to
 * Limits    scripts are only ever added
 */
#ifndef HOST_QUEUE_QUEUE_SCHEMA_H
#define HOST_QUEUE_QUEUE_SCHEMA_H

#include <sqlite3.h>

#include "common/err.h"
#include "host/base/fault.h"

#define QUEUE_VERSION 4
#define QUEUE_APPLICATION 0x5a45474c /* "ZEGL" in application_id */

extern const char *const queue_schema[QUEUE_VERSION];

/* The copy of an older file is PATH.vN, N its version. */
MUST_USE enum err queue_schema_open(sqlite3 *db, const char *path,
    const char *const *scripts, int version, struct fault *fault);

#endif
