#include "host/base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/file.h"

static enum err
busy(int fd, const char *path, struct fault *fault)
{
	char text[24] = {0};
	long pid;

	if (pread(fd, text, sizeof(text) - 1, 0) < 0)
		text[0] = '\0';
	pid = strtol(text, NULL, 10);
	if (pid > 0)
		return fault_set(fault, ERR_STATION_BUSY, FAULT_NO_OFFSET,
		    "process %ld holds %s", pid, path);
	return fault_set(
	    fault, ERR_STATION_BUSY, FAULT_NO_OFFSET, "%s is locked", path);
}

static enum err
write_pid(int fd, const char *path, struct fault *fault)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) != 0)
		return fault_errno(fault, errno, "cannot write %s", path);
	return file_write_all(fd, path, text, strlen(text), fault);
}

enum err
lock_take(const char *path, int *lock, struct fault *fault)
{
	struct stat st;
	enum err e;
	int fd;

	*lock = -1;
	fd = open(path,
	    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
	    0600);
	if (fd < 0)
		return fault_errno(fault, errno, "cannot open %s", path);
	/* root writes here: not into a file that has another name, too. */
	if (fstat(fd, &st) != 0)
		e = fault_errno(fault, errno, "cannot read %s", path);
	else if (!S_ISREG(st.st_mode) || st.st_nlink != 1)
		e = fault_set(fault, ERR_NOT_REGULAR, FAULT_NO_OFFSET,
		    "%s is not a file of its own", path);
	else if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		e = write_pid(fd, path, fault);
	else if (errno == EWOULDBLOCK)
		e = busy(fd, path, fault);
	else
		e = fault_errno(fault, errno, "cannot lock %s", path);
	if (e == ERR_OK)
		*lock = fd;
	else
		close(fd);
	return e;
}

void
lock_drop(int lock)
{
	if (lock >= 0)
		close(lock);
}
