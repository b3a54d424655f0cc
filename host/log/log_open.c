#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "host/base/file.h"
#include "host/log/internal.h"
#include "host/log/log_key.h"

/* Readable by the writer alone: whoever may open it could hold it. */
static enum err
take_lock(struct log *l, struct fault *fault)
{
	char path[LOG_PATH];
	enum err e;

	e = log_path(l->dir, "lock", path, fault);
	if (e != ERR_OK)
		return e;
	l->w->lock = open(
	    path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (l->w->lock < 0)
		return fault_errno(fault, errno, "cannot open %s", path);
	if (flock(l->w->lock, LOCK_EX | LOCK_NB) == 0)
		return ERR_OK;
	if (errno == EWOULDBLOCK)
		return fault_set(fault, ERR_LOG_BUSY, FAULT_NO_OFFSET,
		    "%s is open for writing", l->dir);
	return fault_errno(fault, errno, "cannot lock %s", path);
}

/* The published verifier key must be the signing key's. */
static enum err
check_vkey(struct log *l, struct fault *fault)
{
	char path[LOG_PATH];
	uint8_t *buf;
	size_t len, n = strlen(l->vkey);
	enum err e;

	e = log_path(l->dir, "vkey", path, fault);
	if (e != ERR_OK)
		return e;
	e = file_read(path, NOTE_VKEY, &buf, &len, fault);
	if (e != ERR_OK)
		return e;
	if (len != n + 1 || memcmp(buf, l->vkey, n) != 0 || buf[n] != '\n')
		e = fault_set(fault, ERR_LOG_KEY, FAULT_NO_OFFSET,
		    "the key is not the one in %s", path);
	free(buf);
	return e;
}

enum err
log_open_io(struct log **out, const char *dir, const char *key_path,
    const struct log_io *io, struct fault *fault)
{
	struct log *l;
	enum err e;

	*out = NULL;
	e = log_new(&l, dir, fault);
	if (e != ERR_OK)
		return e;
	l->w = calloc(1, sizeof(*l->w));
	if (l->w == NULL) {
		e = fault_set(fault, ERR_NO_MEMORY, FAULT_NO_OFFSET,
		    "opening the log %s", dir);
		goto out;
	}
	l->w->io = io;
	l->w->lock = -1;
	l->w->head.fd = -1;
	bundle_init(&l->w->bundle);
	frontier_init(&l->w->f);
	log_batch_init(&l->w->batch, io, l->dir);
	fault_clear(&l->w->fault);
	e = take_lock(l, fault);
	if (e == ERR_OK)
		e = log_key_load(&l->w->signer, key_path, fault);
	if (e != ERR_OK)
		goto out;
	l->key = *note_signer_key(l->w->signer);
	note_key_format(&l->key, l->vkey);
	e = check_vkey(l, fault);
	if (e == ERR_OK)
		e = log_head_open(&l->w->head, io, key_path, &l->key, fault);
	if (e == ERR_OK)
		e = log_recover(l, fault);
	if (e == ERR_OK) {
		*out = l;
		l = NULL;
	}
out:
	log_close(l);
	return e;
}

enum err
log_open(
    struct log **l, const char *dir, const char *key_path, struct fault *fault)
{
	return log_open_io(l, dir, key_path, &log_io_posix, fault);
}
