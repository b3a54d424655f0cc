/*
 * log_disk.h: the calls with which a log is written, on a disk that can fail
 * at any of them, stop there, and lose what was not synced.
 *
 *	log_disk_reset(DISK_STOPS, 17, true);    the 17th call and those after
 *	e = log_open_io(&l, dir, key, &log_disk, &fault);  ...
 *	log_disk_lose(DISK_LOSES_ALL);
 *
 * Memory    one journal, static: one log at a time
 * Chunks    none
 * Errors    abort
 * Trust     the model: a name is durable once its folder was synced, contents
 *           once the file was; each of them may be lost alone until then
 * Limits    a few hundred calls between two resets
 */
#ifndef TESTS_UNIT_SUPPORT_LOG_DISK_H
#define TESTS_UNIT_SUPPORT_LOG_DISK_H

#include <stdbool.h>

#include "host/log/log_io.h"

enum disk_mode {
	DISK_WORKS = 0,
	DISK_STOPS, /* as if the process were killed there */
	DISK_FULL_ONCE, /* ENOSPC, for that call alone */
	DISK_FULL, /* ENOSPC from there on, unlink and close work */
	DISK_SHORT, /* a write writes half, then ENOSPC for ever */
};

enum disk_loss {
	DISK_KEEPS_ALL = 0,
	DISK_LOSES_DATA, /* names stay, contents of files are gone */
	DISK_LOSES_NAMES, /* files keep contents, but names are gone */
	DISK_LOSES_ALL,
};

extern const struct log_io log_disk;

/* sync_all: whether there is a call that syncs everything. */
void log_disk_reset(enum disk_mode mode, unsigned call, bool sync_all);
void log_disk_heal(void); /* calls work again; the journal stays */
bool log_disk_failed(void); /* the chosen call came */
/* Anyone could have read the new checkpoint, whatever was lost later. */
bool log_disk_was_seen(void);
void log_disk_lose(enum disk_loss loss);

#endif
