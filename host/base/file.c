#include "host/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_CAP 1024

enum err
file_read_fd(int fd, const char *name, size_t max, uint8_t **buf, size_t *len,
    struct fault *fault)
{
	enum err e = ERR_OK;
	uint8_t *p = NULL, *q;
	size_t n = 0, cap = 0, known = 0;
	struct stat st;
	ssize_t got;

	*buf = NULL;
	*len = 0;
	if (fstat(fd, &st) != 0)
		return fault_errno(fault, errno, "cannot read %s", name);
	if (S_ISDIR(st.st_mode))
		return fault_set(fault, ERR_NOT_REGULAR, FAULT_NO_OFFSET,
		    "%s is a folder, a file was expected", name);
	if (S_ISREG(st.st_mode)) {
		if ((uint64_t)st.st_size > max)
			goto too_large;
		known = (size_t)st.st_size;
	}
	cap = known + 4096;
	p = malloc(cap + 1);
	if (p == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "reading %s", name);
	for (;;) {
		if (n == cap) {
			cap *= 2;
			q = realloc(p, cap + 1);
			if (q == NULL) {
				e = fault_set(fault, ERR_NO_MEMORY,
				    FAULT_NO_OFFSET, "reading %s", name);
				goto out;
			}
			p = q;
		}
		got = read(fd, p + n, cap - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			e = fault_errno(fault, errno, "cannot read %s", name);
			goto out;
		}
		n += (size_t)got;
		if (n > max)
			goto too_large;
		/* All of a file that has a size, and less than was asked for:
		 * asking once more would be a call for nothing. */
		if (got == 0 || (n == known && known > 0))
			break;
	}
	p[n] = 0;
	*buf = p;
	*len = n;
	p = NULL;
	goto out;
too_large:
	e = fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
	    "%s has more than %zu octets", name, max);
out:
	free(p);
	return e;
}

enum err
file_read(const char *path, size_t max, uint8_t **buf, size_t *len,
    struct fault *fault)
{
	struct stat st;
	enum err e;
	int fd;

	*buf = NULL;
	*len = 0;
	/* A FIFO or a device would block or never end. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return fault_errno(fault, errno, "cannot open %s", path);
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
		e = fault_set(fault, ERR_NOT_REGULAR, FAULT_NO_OFFSET,
		    "%s is not a regular file", path);
	else
		e = file_read_fd(fd, path, max, buf, len, fault);
	close(fd);
	return e;
}

enum err
file_write_all(
    int fd, const char *name, const void *buf, size_t len, struct fault *fault)
{
	const uint8_t *p = buf;
	ssize_t put;

	while (len > 0) {
		put = write(fd, p, len);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return fault_errno(
			    fault, errno, "cannot write %s", name);
		p += put;
		len -= (size_t)put;
	}
	return ERR_OK;
}

enum err
file_sync_folder(const char *path, struct fault *fault)
{
	enum err e = ERR_OK;
	int fd;

	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return fault_errno(fault, errno, "cannot open %s", path);
	if (fsync(fd) != 0)
		e = fault_errno(fault, errno, "cannot sync %s", path);
	close(fd);
	return e;
}

static void
folder_of(const char *path, char folder[static PATH_CAP])
{
	char *slash;

	snprintf(folder, PATH_CAP, "%s", path);
	slash = strrchr(folder, '/');
	if (slash == NULL)
		snprintf(folder, PATH_CAP, ".");
	else
		slash[slash == folder ? 1 : 0] = '\0';
}

static enum err
sync_folder_of(const char *path, struct fault *fault)
{
	char folder[PATH_CAP];

	folder_of(path, folder);
	return file_sync_folder(folder, fault);
}

/* Whose it shall be, if root may say so: owner of the file that it replaces,
 * or else of the folder. False: the writer's own. */
static bool
find_owner(const char *path, struct stat *owner)
{
	char folder[PATH_CAP];

	if (geteuid() != 0)
		return false;
	if (lstat(path, owner) == 0)
		return true;
	folder_of(path, folder);
	return stat(folder, owner) == 0;
}

static enum err
write_new(const char *path, int flags, const void *buf, size_t len, mode_t mode,
    const struct stat *owner, struct fault *fault)
{
	enum err e;
	int fd;

	fd = open(
	    path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, mode);
	if (fd < 0)
		return fault_errno(fault, errno, "cannot create %s", path);
	e = file_write_all(fd, path, buf, len, fault);
	if (e == ERR_OK && owner != NULL &&
	    fchown(fd, owner->st_uid, owner->st_gid) != 0)
		e = fault_errno(fault, errno, "cannot give away %s", path);
	if (e == ERR_OK && fsync(fd) != 0)
		e = fault_errno(fault, errno, "cannot sync %s", path);
	if (close(fd) != 0 && e == ERR_OK)
		e = fault_errno(fault, errno, "cannot close %s", path);
	return e;
}

enum err
file_replace(const char *path, const void *buf, size_t len, mode_t mode,
    struct fault *fault)
{
	char beside[PATH_CAP];
	struct stat owner;
	bool given = find_owner(path, &owner);
	enum err e;

	if ((size_t)snprintf(beside, sizeof(beside), "%s.new", path) >=
	    sizeof(beside))
		return fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
		    "path %s is too long", path);
	/* What lies there may be somebody else's, or have another mode. */
	unlink(beside);
	e = write_new(
	    beside, O_EXCL, buf, len, mode, given ? &owner : NULL, fault);
	if (e == ERR_OK && rename(beside, path) != 0)
		e = fault_errno(fault, errno, "cannot replace %s", path);
	if (e != ERR_OK) {
		unlink(beside);
		return e;
	}
	return sync_folder_of(path, fault);
}

enum err
file_create(const char *path, const void *buf, size_t len, mode_t mode,
    struct fault *fault)
{
	enum err e;

	e = write_new(path, O_EXCL, buf, len, mode, NULL, fault);
	if (e == ERR_OK)
		e = sync_folder_of(path, fault);
	else if (e != ERR_EXISTS)
		unlink(path);
	return e;
}

enum err
file_make_folder(const char *path, mode_t mode, struct fault *fault)
{
	struct stat st;

	if (mkdir(path, mode) == 0)
		return ERR_OK;
	if (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return ERR_OK;
	return fault_errno(fault, errno, "cannot make folder %s", path);
}
