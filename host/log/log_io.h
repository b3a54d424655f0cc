/*
 * log_io.h: the calls with which a log is written, as a table, so that tests
 * can make each one fail, or end the process there; and what is built on them:
 * files that wait for their sync, and files that are replaced as one step;
 * private to host/log.
 *
 *	struct log_batch b;
 *	log_batch_init(&b, io, dir);
 *	enum err e = log_batch_write(&b, "tile/0/000.p/7", buf, len, &fault);
 *	e = log_batch_sync(&b, &fault);
 *
 * Memory    a batch holds BATCH_FILES descriptors
 * Chunks    whole files
 * Errors    those of fault_errno
 * Trust     nothing is durable before log_batch_sync said ERR_OK
 * Limits    paths of LOG_PATH octets
 */
#ifndef HOST_LOG_LOG_IO_H
#define HOST_LOG_LOG_IO_H

#include <sys/types.h>

#include "host/log/tile.h"

struct log_io {
	int (*open)(const char *path, int flags, mode_t mode);
	ssize_t (*write)(int fd, const void *buf, size_t len);
	ssize_t (*pwrite)(int fd, const void *buf, size_t len, off_t at);
	/* All of the file system that fd is on, if that is known to be as good
	 * as a sync of each file; else ENOTSUP. */
	int (*sync_all)(int fd);
	int (*fdatasync)(int fd);
	int (*fsync)(int fd);
	int (*close)(int fd);
	int (*rename)(const char *from, const char *to);
	int (*unlink)(const char *path);
	int (*mkdir)(const char *path, mode_t mode);
	int (*rmdir)(const char *path);
};

extern const struct log_io log_io_posix;

#define BATCH_FILES 32
#define BATCH_FOLDERS 32

struct log_batch {
	const struct log_io *io;
	const char *dir;
	unsigned files, folders;
	int fd[BATCH_FILES];
	char folder[BATCH_FOLDERS][LOG_PATH];
};

void log_batch_init(
    struct log_batch *b, const struct log_io *io, const char *dir);
/* A new file below dir, with the folders it needs. A file of that name that
 * is there was never named by a checkpoint, and is replaced. */
MUST_USE enum err log_batch_write(struct log_batch *b, const char *path,
    const void *buf, size_t len, struct fault *fault);
MUST_USE enum err log_batch_sync(struct log_batch *b, struct fault *fault);
void log_batch_drop(struct log_batch *b); /* closes without a sync */

/* Writes beside it, fsync, rename over path, fsync of the folder. */
MUST_USE enum err log_replace(const struct log_io *io, const char *path,
    const void *buf, size_t len, mode_t mode, struct fault *fault);

/* Overwrites a part of an open file in place. */
MUST_USE enum err log_overwrite(const struct log_io *io, int fd,
    const char *path, const void *buf, size_t len, off_t at,
    struct fault *fault);

MUST_USE enum err log_sync_folder(
    const struct log_io *io, const char *path, struct fault *fault);

#endif
