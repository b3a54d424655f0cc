#include "host/base/station.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/base/file.h"

#define DEFAULT_STATION "/var/lib/zegel"

/* mode 0: a file, which its owner makes. */
static const struct {
	const char *path;
	mode_t mode;
} places[] = {
    [STATION_CONFIG] = {"zegel.conf", 0},
    [STATION_APPROVAL_CONFIG] = {"approval.conf", 0},
    [STATION_QUEUE] = {"queue.db", 0},
    [STATION_STORE] = {"store", 0700},
    [STATION_NET] = {"net", 0700},
    [STATION_KEY] = {"station.key", 0},
    [STATION_SPOOL_IN] = {"spool/in", 0750},
    [STATION_SPOOL_REFUSED] = {"spool/refused", 0750},
    [STATION_SPOOL_OUT] = {"spool/out", 0750},
    [STATION_LOG] = {"log", 0755},
    [STATION_LOGGER] = {"logger", 0700},
    [STATION_LOG_KEY] = {"logger/log.key", 0},
    [STATION_SIGNER] = {"signer", 0700},
    [STATION_KEYS] = {"keys", 0755},
    [STATION_SOFTHSM] = {"softhsm", 0700},
    [STATION_SOFTHSM_CONFIG] = {"softhsm/softhsm2.conf", 0},
    [STATION_RUN] = {"run", 0755},
    [STATION_LOCK] = {"run/lock", 0},
    [STATION_FRONT_SOCKET] = {"run/front.sock", 0},
    [STATION_SIGNER_SOCKET] = {"run/signer.sock", 0},
};
#define PLACES (sizeof(places) / sizeof(places[0]))
#define LONGEST_PLACE 32 /* "softhsm/softhsm2.conf" and room */

void
station_path(const struct station *s, enum station_place place,
    char out[static STATION_PATH])
{
	size_t n = strnlen(s->dir, STATION_PATH - LONGEST_PLACE - 1);

	memcpy(out, s->dir, n);
	snprintf(out + n, STATION_PATH - n, "/%s", places[place].path);
}

/* Absolute, so that it stays right in a daemon that leaves its folder. */
static enum err
resolve(struct station *s, const char *dir, struct fault *fault)
{
	char path[PATH_MAX];

	if (realpath(dir, path) == NULL) {
		if (errno == ENOENT || errno == ENOTDIR)
			return fault_set(fault, ERR_STATION_ABSENT,
			    FAULT_NO_OFFSET, "%s", dir);
		return fault_errno(fault, errno, "cannot open %s", dir);
	}
	if (strlen(path) + 1 + LONGEST_PLACE >= sizeof(s->dir))
		return fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
		    "path of the station is too long");
	memcpy(s->dir, path, strlen(path) + 1);
	return ERR_OK;
}

const char *
station_default(const char *dir)
{
	if (dir == NULL)
		dir = getenv("ZEGEL_STATION");
	if (dir == NULL || dir[0] == '\0')
		dir = DEFAULT_STATION;
	return dir;
}

enum err
station_open(struct station *s, const char *dir, struct fault *fault)
{
	char path[STATION_PATH];
	struct stat st;
	enum err e;

	dir = station_default(dir);
	e = resolve(s, dir, fault);
	if (e != ERR_OK)
		return e;
	station_path(s, STATION_CONFIG, path);
	if (stat(path, &st) == 0)
		return ERR_OK;
	if (errno == ENOENT || errno == ENOTDIR)
		return fault_set(fault, ERR_STATION_ABSENT, FAULT_NO_OFFSET,
		    "%s holds no zegel.conf", s->dir);
	return fault_errno(fault, errno, "cannot open %s", path);
}

/* Whatever the umask is: daemon and people rely on these modes. */
static enum err
make_folder(const char *path, mode_t mode, struct fault *fault)
{
	enum err e;

	e = file_make_folder(path, mode, fault);
	if (e == ERR_OK && chmod(path, mode) != 0)
		e = fault_errno(fault, errno, "cannot change %s", path);
	return e;
}

enum err
station_create(struct station *s, const char *dir, struct fault *fault)
{
	char path[STATION_PATH];
	struct stat st;
	enum err e;
	size_t i;

	dir = station_default(dir);
	e = file_make_folder(dir, 0755, fault);
	if (e != ERR_OK)
		return e;
	e = resolve(s, dir, fault);
	if (e != ERR_OK)
		return e;
	station_path(s, STATION_CONFIG, path);
	if (lstat(path, &st) == 0)
		return fault_set(fault, ERR_EXISTS, FAULT_NO_OFFSET,
		    "%s holds a station", s->dir);
	/* The sticky bit: front keeps its queue here, and must not be able to
	 * replace what belongs to root, signer or logger. */
	if (chmod(s->dir, 01755) != 0)
		return fault_errno(fault, errno, "cannot change %s", s->dir);
	station_path(s, STATION_SPOOL_IN, path);
	*strrchr(path, '/') = '\0';
	e = make_folder(path, 0755, fault);
	for (i = 0; e == ERR_OK && i < PLACES; i++) {
		if (places[i].mode == 0)
			continue;
		station_path(s, (enum station_place)i, path);
		e = make_folder(path, places[i].mode, fault);
	}
	return e;
}
