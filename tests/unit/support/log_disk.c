#include "tests/unit/support/log_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/file.h"
#include "tests/unit/support/scratch.h"

enum event_kind {
	EVENT_NAME,
	EVENT_DATA,
	EVENT_RENAME,
	EVENT_UNLINK,
	EVENT_FOLDER,
	EVENT_OVERWRITE,
};

struct event {
	enum event_kind kind;
	bool durable;
	char path[LOG_PATH], from[LOG_PATH];
	unsigned moved; /* contents: by the event of that number, plus one */
	uint8_t *old; /* what was under path before; NULL: nothing */
	size_t old_len;
};

#define EVENTS 1000
#define FDS 256

static struct event events[EVENTS];
static unsigned event_count;
static char fd_path[FDS][LOG_PATH];
static enum disk_mode mode;
static unsigned calls, fail_at;
static bool failed;
static bool seen; /* a checkpoint was put in place */
static bool whole; /* one call can sync everything */

void
log_disk_reset(enum disk_mode new_mode, unsigned call, bool sync_all)
{
	unsigned i;

	whole = sync_all;
	for (i = 0; i < event_count; i++)
		free(events[i].old);
	event_count = 0;
	mode = new_mode;
	fail_at = call;
	calls = 0;
	failed = false;
	seen = false;
}

bool
log_disk_was_seen(void)
{
	return seen;
}

void
log_disk_heal(void)
{
	mode = DISK_WORKS;
}

bool
log_disk_failed(void)
{
	return failed;
}

/* Whether this call goes wrong; errno says how. */
static bool
goes_wrong(bool takes_space)
{
	calls++;
	if (mode == DISK_WORKS || calls < fail_at)
		return false;
	if (mode == DISK_STOPS) {
		failed = true;
		errno = EIO;
		return true;
	}
	if (!takes_space || (mode == DISK_FULL_ONCE && failed))
		return false;
	failed = true;
	errno = ENOSPC;
	return true;
}

static struct event *
add_event(enum event_kind kind, const char *path)
{
	struct event *e = &events[event_count++];

	if (event_count == EVENTS)
		abort();
	memset(e, 0, sizeof(*e));
	e->kind = kind;
	snprintf(e->path, sizeof(e->path), "%s", path);
	if (kind == EVENT_RENAME || kind == EVENT_UNLINK ||
	    kind == EVENT_OVERWRITE)
		if (file_read(path, 1u << 24, &e->old, &e->old_len, NULL) !=
		    ERR_OK)
			e->old = NULL;
	return e;
}

static int
disk_open(const char *path, int flags, mode_t m)
{
	bool is_new = (flags & O_CREAT) != 0 && access(path, F_OK) != 0;
	int fd;

	if (goes_wrong(is_new))
		return -1;
	fd = open(path, flags, m);
	if (fd < 0)
		return fd;
	if (fd >= FDS)
		abort();
	snprintf(fd_path[fd], LOG_PATH, "%s", path);
	if (is_new)
		add_event(EVENT_NAME, path);
	if ((flags & O_CREAT) != 0)
		add_event(EVENT_DATA, path);
	return fd;
}

static ssize_t
disk_write(int fd, const void *buf, size_t len)
{
	if (!goes_wrong(true))
		return write(fd, buf, len);
	if (mode == DISK_SHORT && len > 1)
		if (write(fd, buf, len / 2) < 0)
			abort();
	errno = mode == DISK_STOPS ? EIO : ENOSPC;
	return -1;
}

static bool
is_in_folder(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 && path[n] == '/' &&
	    strchr(path + n + 1, '/') == NULL;
}

static int
disk_fsync(int fd)
{
	unsigned i;
	struct event *e;

	if (goes_wrong(true))
		return -1;
	for (i = 0; i < event_count; i++) {
		e = &events[i];
		if (e->kind == EVENT_DATA || e->kind == EVENT_OVERWRITE
			? strcmp(e->path, fd_path[fd]) == 0
			: is_in_folder(e->path, fd_path[fd]))
			e->durable = true;
	}
	return 0;
}

static int
disk_sync_all(int fd)
{
	unsigned i;

	if (!whole) {
		errno = ENOTSUP;
		return -1;
	}
	if (goes_wrong(true))
		return -1;
	(void)fd;
	for (i = 0; i < event_count; i++)
		events[i].durable = true;
	return 0;
}

/* Contents that are overwritten in place, and no more. */
static ssize_t
disk_pwrite(int fd, const void *buf, size_t len, off_t at)
{
	if (goes_wrong(true)) {
		if (mode == DISK_SHORT &&
		    pwrite(fd, buf, len / 2, at) != (ssize_t)(len / 2))
			abort();
		return -1;
	}
	add_event(EVENT_OVERWRITE, fd_path[fd]);
	return pwrite(fd, buf, len, at);
}

static int
disk_fdatasync(int fd)
{
	return disk_fsync(fd);
}

static int
disk_close(int fd)
{
	return close(fd);
}

static int
disk_rename(const char *from, const char *to)
{
	struct event *e;
	unsigned i;

	if (goes_wrong(true))
		return -1;
	e = add_event(EVENT_RENAME, to);
	snprintf(e->from, sizeof(e->from), "%s", from);
	/* What was written and not synced goes along. */
	for (i = 0; i < event_count; i++) {
		if (events[i].kind != EVENT_DATA || events[i].durable ||
		    strcmp(events[i].path, from) != 0)
			continue;
		snprintf(events[i].path, LOG_PATH, "%s", to);
		events[i].moved = event_count;
	}
	if (strcmp(to + strlen(to) - 11, "/checkpoint") == 0)
		seen = true;
	return rename(from, to);
}

static int
disk_unlink(const char *path)
{
	if (goes_wrong(false))
		return -1;
	if (access(path, F_OK) == 0)
		add_event(EVENT_UNLINK, path);
	return unlink(path);
}

static int
disk_mkdir(const char *path, mode_t m)
{
	int rc;

	if (goes_wrong(true))
		return -1;
	rc = mkdir(path, m);
	if (rc == 0)
		add_event(EVENT_FOLDER, path);
	return rc;
}

static int
disk_rmdir(const char *path)
{
	return goes_wrong(false) ? -1 : rmdir(path);
}

const struct log_io log_disk = {
    .open = disk_open,
    .write = disk_write,
    .pwrite = disk_pwrite,
    .sync_all = disk_sync_all,
    .fdatasync = disk_fdatasync,
    .fsync = disk_fsync,
    .close = disk_close,
    .rename = disk_rename,
    .unlink = disk_unlink,
    .mkdir = disk_mkdir,
    .rmdir = disk_rmdir,
};

static void
put_back(const char *path, const uint8_t *old, size_t len)
{
	FILE *f;

	if (old == NULL) {
		unlink(path);
		return;
	}
	/* Its folder may be gone for good, too. */
	f = fopen(path, "w");
	if (f == NULL)
		return;
	if (fwrite(old, 1, len, f) != len)
		abort();
	fclose(f);
}

static void
undo(const struct event *e, enum disk_loss loss)
{
	bool names = loss == DISK_LOSES_NAMES || loss == DISK_LOSES_ALL;
	bool data = loss == DISK_LOSES_DATA || loss == DISK_LOSES_ALL;
	unsigned i;

	switch (e->kind) {
	case EVENT_NAME:
		if (names)
			unlink(e->path);
		break;
	case EVENT_DATA:
		if (data && access(e->path, F_OK) == 0 &&
		    truncate(e->path, 0) != 0)
			abort();
		break;
	case EVENT_RENAME:
		if (!names || rename(e->path, e->from) != 0)
			break;
		put_back(e->path, e->old, e->old_len);
		for (i = 0; i < event_count; i++)
			if (events[i].moved == (unsigned)(e - events) + 1)
				snprintf(
				    events[i].path, LOG_PATH, "%s", e->from);
		break;
	case EVENT_UNLINK:
		if (names)
			put_back(e->path, e->old, e->old_len);
		break;
	case EVENT_OVERWRITE:
		if (data)
			put_back(e->path, e->old, e->old_len);
		break;
	case EVENT_FOLDER:
		if (names)
			scratch_remove_tree(e->path);
		break;
	}
}

void
log_disk_lose(enum disk_loss loss)
{
	unsigned i;

	for (i = event_count; i-- > 0;)
		if (!events[i].durable)
			undo(&events[i], loss);
}
