#include "host/log/log_head.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/base/file.h"

enum err
log_head_path(
    const char *key_path, char out[static LOG_PATH], struct fault *fault)
{
	if ((size_t)snprintf(out, LOG_PATH, "%s.head", key_path) >=
	    LOG_PATH - 8)
		return fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
		    "path %s is too long", key_path);
	return ERR_OK;
}

enum err
log_head_create(const struct log_io *io, const char *key_path, const char *note,
    size_t len, struct fault *fault)
{
	char both[2 * LOG_HEAD_PLACE] = "", path[LOG_PATH];
	enum err e;

	if (len > CHECKPOINT_MAX)
		return ERR_BUFFER;
	e = log_head_path(key_path, path, fault);
	if (e != ERR_OK)
		return e;
	memcpy(both, note, len);
	memcpy(both + LOG_HEAD_PLACE, note, len);
	return log_replace(io, path, both, sizeof(both), 0600, fault);
}

/* Takes the checkpoint in one place, if there is one and it is newer. */
static void
take(struct log_head *h, unsigned place, const char *octets,
    const struct note_key *key)
{
	struct checkpoint c;
	size_t len = strnlen(octets, CHECKPOINT_MAX);

	if (checkpoint_open(&c, octets, len, key) != ERR_OK)
		return;
	if (h->len > 0 && c.size <= h->c.size)
		return;
	h->c = c;
	memcpy(h->note, octets, len);
	h->len = len;
	h->next = 1 - place;
}

enum err
log_head_open(struct log_head *h, const struct log_io *io, const char *key_path,
    const struct note_key *key, struct fault *fault)
{
	char both[2 * LOG_HEAD_PLACE];
	ssize_t got;
	enum err e;

	memset(h, 0, sizeof(*h));
	h->io = io;
	h->fd = -1;
	e = log_head_path(key_path, h->path, fault);
	if (e != ERR_OK)
		return e;
	h->fd = io->open(h->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0);
	if (h->fd < 0 && errno == ENOENT)
		return fault_set(fault, ERR_LOG_KEY, FAULT_NO_OFFSET,
		    "%s is missing: whether this key signed more than the "
		    "published checkpoint cannot be told (see docs/LOG.md)",
		    h->path);
	if (h->fd < 0)
		return fault_errno(fault, errno, "cannot open %s", h->path);
	got = pread(h->fd, both, sizeof(both), 0);
	if (got < 0)
		return fault_errno(fault, errno, "cannot read %s", h->path);
	if (got == (ssize_t)sizeof(both)) {
		take(h, 0, both, key);
		take(h, 1, both + LOG_HEAD_PLACE, key);
	}
	if (h->len == 0)
		return fault_set(fault, ERR_LOG_KEY, FAULT_NO_OFFSET,
		    "%s holds no checkpoint signed by %s", h->path, key->name);
	return ERR_OK;
}

enum err
log_head_put(
    struct log_head *h, const char *note, size_t len, struct fault *fault)
{
	char place[LOG_HEAD_PLACE] = "";
	enum err e;

	if (len > CHECKPOINT_MAX)
		return ERR_BUFFER;
	memcpy(place, note, len);
	e = log_overwrite(h->io, h->fd, h->path, place, sizeof(place),
	    (off_t)h->next * LOG_HEAD_PLACE, fault);
	if (e == ERR_OK)
		h->next = 1 - h->next;
	return e;
}

void
log_head_close(struct log_head *h)
{
	if (h->fd >= 0)
		h->io->close(h->fd);
	h->fd = -1;
}
