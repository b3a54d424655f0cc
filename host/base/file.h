/*
 * file.h: whole files, safely.
 *
 *	enum err e = file_read(path, max, &buf, &len, &fault);
 *	e = file_replace(path, buf, len, 0644, &fault);
 *
 * Memory    file_read's buffer is the caller's, freed with free()
 * Chunks    whole files
 * Errors    those of fault_errno; NOT_REGULAR, TOO_LARGE
 * Trust     symbolic links are followed by reading only
 * Limits    max octets; a longer file is TOO_LARGE without being read
 */
#ifndef HOST_BASE_FILE_H
#define HOST_BASE_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/err.h"
#include "host/base/fault.h"

/* A regular file, whole; one octet of 0 follows the contents. */
MUST_USE enum err file_read(const char *path, size_t max, uint8_t **buf,
    size_t *len, struct fault *fault);

/* The same from a descriptor of any kind; name is for messages. */
MUST_USE enum err file_read_fd(int fd, const char *name, size_t max,
    uint8_t **buf, size_t *len, struct fault *fault);

/* Writes beside it, fsync, rename over path, fsync of the folder. What root
 * replaces stays its owner's; what root puts into somebody's folder becomes
 * that one's, so that a command of root takes nothing from the processes. */
MUST_USE enum err file_replace(const char *path, const void *buf, size_t len,
    mode_t mode, struct fault *fault);

/* Creates it; EXISTS if there is one. Durable when it returns. */
MUST_USE enum err file_create(const char *path, const void *buf, size_t len,
    mode_t mode, struct fault *fault);

/* All of buf, however many calls it takes. */
MUST_USE enum err file_write_all(
    int fd, const char *name, const void *buf, size_t len, struct fault *fault);

MUST_USE enum err file_sync_folder(const char *path, struct fault *fault);

/* Makes the folder if it is not there (its parent must be). */
MUST_USE enum err file_make_folder(
    const char *path, mode_t mode, struct fault *fault);

#endif
