/*
 * front_files.h: the files of spool/out, for front_files.c, which writes them,
 * and front_name.c, which names them.
 *
 *	front_file_beside(f, r, item->id, SEALED_EXTENSION, path);
 *	e = front_file_create(path, buf, len, &fd, fault);
 *	e = front_file_close(fd, path, fault);
 *
 * Memory    none
 * Chunks    whole files
 * Errors    of the system
 * Trust     nothing is durable before a sync
 * Limits    PATH_CAP octets a path
 */
#ifndef HOST_DAEMON_FRONT_FILES_H
#define HOST_DAEMON_FRONT_FILES_H

#include "host/daemon/front.h"

#define PATH_CAP (2 * STATION_PATH)
#define SEALED_EXTENSION ".sealed.jsonld" /* whatever it will be */
#define PROOF_EXTENSION ".tlog-proof"

/* Until it has its name, a file is called by its item's number. */
void front_file_beside(const struct front *f, const struct front_run *r,
    int64_t item, const char *extension, char out[static PATH_CAP]);
/* The name that it gets; number is "", or makes it nobody else's. */
void front_file_name_of(const struct front *f, const struct front_run *r,
    const struct item *item, const char *number, char out[static PATH_CAP]);
/* A new file at path, open for reading, too. */
MUST_USE enum err front_file_create(const char *path, const void *buf,
    size_t len, int *out, struct fault *fault);
MUST_USE enum err front_file_close(
    int fd, const char *path, struct fault *fault);

#endif
