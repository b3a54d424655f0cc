#include "host/log/log_io.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static int
posix_open(const char *path, int flags, mode_t mode)
{
	return open(path, flags, mode);
}

/*
 * syncfs(2) is one flush of the disk for any number of files and folders, and
 * reports failed writes since Linux 5.8. Only where it is known to reach the
 * disk: FUSE, for one, may leave it to its server.
 */
static int
posix_sync_all(int fd)
{
	struct statfs st;

	if (fstatfs(fd, &st) != 0)
		return -1;
	switch (st.f_type) {
	case EXT4_SUPER_MAGIC:
	case XFS_SUPER_MAGIC:
	case BTRFS_SUPER_MAGIC:
	case TMPFS_MAGIC:
		return syncfs(fd);
	default:
		errno = ENOTSUP;
		return -1;
	}
}

const struct log_io log_io_posix = {
    .open = posix_open,
    .write = write,
    .pwrite = pwrite,
    .sync_all = posix_sync_all,
    .fdatasync = fdatasync,
    .fsync = fsync,
    .close = close,
    .rename = rename,
    .unlink = unlink,
    .mkdir = mkdir,
    .rmdir = rmdir,
};

void
log_batch_init(struct log_batch *b, const struct log_io *io, const char *dir)
{
	b->io = io;
	b->dir = dir;
	b->files = 0;
	b->folders = 0;
}

static enum err
write_all(const struct log_io *io, int fd, const char *path, const uint8_t *buf,
    size_t len, struct fault *fault)
{
	ssize_t put;

	while (len > 0) {
		put = io->write(fd, buf, len);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return fault_errno(
			    fault, errno, "cannot write %s", path);
		buf += put;
		len -= (size_t)put;
	}
	return ERR_OK;
}

enum err
log_sync_folder(const struct log_io *io, const char *path, struct fault *fault)
{
	enum err e = ERR_OK;
	int fd;

	fd = io->open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	if (fd < 0)
		return fault_errno(fault, errno, "cannot open %s", path);
	if (io->fsync(fd) != 0)
		e = fault_errno(fault, errno, "cannot sync %s", path);
	io->close(fd);
	return e;
}

/* Remembers that the folder of path must be synced. */
static enum err
note_folder(struct log_batch *b, const char *path, struct fault *fault)
{
	char folder[LOG_PATH];
	enum err e;
	char *slash;
	unsigned i;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash == NULL)
		return ERR_INTERNAL;
	*slash = '\0';
	for (i = 0; i < b->folders; i++)
		if (strcmp(b->folder[i], folder) == 0)
			return ERR_OK;
	if (b->folders == BATCH_FOLDERS) {
		e = log_batch_sync(b, fault);
		if (e != ERR_OK)
			return e;
	}
	memcpy(b->folder[b->folders++], folder, sizeof(folder));
	return ERR_OK;
}

/* Makes every folder between dir and the file at path. */
static enum err
make_folders(struct log_batch *b, const char *path, struct fault *fault)
{
	char folder[LOG_PATH];
	enum err e;
	char *p;

	snprintf(folder, sizeof(folder), "%s", path);
	for (p = folder + strlen(b->dir) + 1; (p = strchr(p, '/')) != NULL;
	     p++) {
		*p = '\0';
		if (b->io->mkdir(folder, 0755) == 0) {
			e = note_folder(b, folder, fault);
			if (e != ERR_OK)
				return e;
		} else if (errno != EEXIST) {
			return fault_errno(
			    fault, errno, "cannot make folder %s", folder);
		}
		*p = '/';
	}
	return ERR_OK;
}

enum err
log_batch_write(struct log_batch *b, const char *path, const void *buf,
    size_t len, struct fault *fault)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	char whole[LOG_PATH];
	enum err e;
	int fd;

	if ((size_t)snprintf(whole, sizeof(whole), "%s/%s", b->dir, path) >=
	    sizeof(whole))
		return fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
		    "path %s is too long", b->dir);
	if (b->files == BATCH_FILES) {
		e = log_batch_sync(b, fault);
		if (e != ERR_OK)
			return e;
	}
	fd = b->io->open(whole, flags, 0644);
	if (fd < 0 && errno == ENOENT) {
		e = make_folders(b, whole, fault);
		if (e != ERR_OK)
			return e;
		fd = b->io->open(whole, flags, 0644);
	}
	if (fd < 0 && errno == EEXIST && b->io->unlink(whole) == 0)
		fd = b->io->open(whole, flags, 0644);
	if (fd < 0)
		return fault_errno(fault, errno, "cannot create %s", whole);
	e = write_all(b->io, fd, whole, buf, len, fault);
	if (e == ERR_OK)
		e = note_folder(b, whole, fault);
	if (e != ERR_OK) {
		b->io->close(fd);
		return e;
	}
	/* note_folder may have synced: there is room in any case */
	b->fd[b->files++] = fd;
	return ERR_OK;
}

static enum err
sync_each(struct log_batch *b, struct fault *fault)
{
	enum err e = ERR_OK;
	unsigned i;

	for (i = 0; i < b->files && e == ERR_OK; i++)
		if (b->io->fsync(b->fd[i]) != 0)
			e = fault_errno(
			    fault, errno, "cannot sync a tile in %s", b->dir);
	for (i = 0; i < b->folders && e == ERR_OK; i++)
		e = log_sync_folder(b->io, b->folder[i], fault);
	return e;
}

enum err
log_batch_sync(struct log_batch *b, struct fault *fault)
{
	enum err e = ERR_OK;
	unsigned i;

	if (b->files == 0 && b->folders == 0)
		return ERR_OK;
	if (b->files > 0 && b->io->sync_all(b->fd[0]) == 0)
		e = ERR_OK;
	else if (b->files == 0 || errno == ENOTSUP)
		e = sync_each(b, fault);
	else
		e = fault_errno(fault, errno, "cannot sync %s", b->dir);
	for (i = 0; i < b->files; i++)
		if (b->io->close(b->fd[i]) != 0 && e == ERR_OK)
			e = fault_errno(
			    fault, errno, "cannot close a tile in %s", b->dir);
	b->files = 0;
	b->folders = 0;
	return e;
}

void
log_batch_drop(struct log_batch *b)
{
	unsigned i;

	for (i = 0; i < b->files; i++)
		b->io->close(b->fd[i]);
	b->files = 0;
	b->folders = 0;
}

enum err
log_replace(const struct log_io *io, const char *path, const void *buf,
    size_t len, mode_t mode, struct fault *fault)
{
	const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
	char beside[LOG_PATH], folder[LOG_PATH], *slash;
	enum err e;
	int fd;

	if ((size_t)snprintf(beside, sizeof(beside), "%s.new", path) >=
	    sizeof(beside))
		return fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
		    "path %s is too long", path);
	fd = io->open(beside, flags, mode);
	if (fd < 0)
		return fault_errno(fault, errno, "cannot create %s", beside);
	e = write_all(io, fd, beside, buf, len, fault);
	if (e == ERR_OK && io->fsync(fd) != 0)
		e = fault_errno(fault, errno, "cannot sync %s", beside);
	if (io->close(fd) != 0 && e == ERR_OK)
		e = fault_errno(fault, errno, "cannot close %s", beside);
	if (e == ERR_OK && io->rename(beside, path) != 0)
		e = fault_errno(fault, errno, "cannot replace %s", path);
	if (e != ERR_OK) {
		io->unlink(beside);
		return e;
	}
	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash == NULL)
		return log_sync_folder(io, ".", fault);
	slash[slash == folder ? 1 : 0] = '\0';
	return log_sync_folder(io, folder, fault);
}

enum err
log_overwrite(const struct log_io *io, int fd, const char *path,
    const void *buf, size_t len, off_t at, struct fault *fault)
{
	const uint8_t *p = buf;
	ssize_t put;

	while (len > 0) {
		put = io->pwrite(fd, p, len, at);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return fault_errno(
			    fault, errno, "cannot write %s", path);
		p += put;
		at += put;
		len -= (size_t)put;
	}
	if (io->fdatasync(fd) != 0)
		return fault_errno(fault, errno, "cannot sync %s", path);
	return ERR_OK;
}
