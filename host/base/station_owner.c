#include "host/base/station_owner.h"

#include <errno.h>
#include <ftw.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/privileges.h"

/* shared: the station's group may read; folders pass their group on. */
static const struct {
	enum station_place place;
	const char *user;
	bool shared;
} owners[] = {
    {STATION_STORE, USER_FRONT, true},
    {STATION_KEY, USER_FRONT, false},
    {STATION_SPOOL_IN, USER_FRONT, true},
    {STATION_SPOOL_REFUSED, USER_FRONT, true},
    {STATION_SPOOL_OUT, USER_FRONT, true},
    {STATION_QUEUE, USER_FRONT, false},
    {STATION_LOG, USER_LOGGER, true},
    {STATION_LOGGER, USER_LOGGER, false},
    {STATION_SIGNER, USER_SIGNER, false},
    {STATION_SOFTHSM, USER_SIGNER, false},
};

/* nftw has no argument of its own. */
static uid_t walk_uid;
static gid_t walk_gid;

static int
give(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return lchown(path, walk_uid, walk_gid);
}

static enum err
give_place(const char *path, const char *user, bool shared, struct fault *fault)
{
	const struct passwd *pw = getpwnam(user);
	const struct group *gr = getgrnam(GROUP_STATION);
	struct stat st;

	if (pw == NULL || gr == NULL)
		return fault_set(fault, ERR_NOT_FOUND, FAULT_NO_OFFSET,
		    "user %s or group %s does not exist", user, GROUP_STATION);
	if (lstat(path, &st) != 0)
		return errno == ENOENT
		    ? ERR_OK
		    : fault_errno(fault, errno, "cannot look at %s", path);
	walk_uid = pw->pw_uid;
	walk_gid = shared ? gr->gr_gid : pw->pw_gid;
	if (nftw(path, give, 16, FTW_PHYS) != 0)
		return fault_errno(
		    fault, errno, "cannot give %s to %s", path, user);
	if (S_ISDIR(st.st_mode) && shared && chmod(path, 02750) != 0)
		return fault_errno(fault, errno, "cannot share %s", path);
	return ERR_OK;
}

/* Root's files that only one group may read. */
static enum err
share_file(const char *path, gid_t gid, struct fault *fault)
{
	if (lchown(path, 0, gid) != 0 || chmod(path, 0640) != 0)
		return errno == ENOENT
		    ? ERR_OK
		    : fault_errno(fault, errno, "cannot share %s", path);
	return ERR_OK;
}

enum err
station_owner_apply(const struct station *station, struct fault *fault)
{
	const struct passwd *front = getpwnam(USER_FRONT);
	const struct passwd *signer = getpwnam(USER_SIGNER);
	const struct group *gr = getgrnam(GROUP_STATION);
	char path[STATION_PATH];
	enum err e = ERR_OK;
	size_t i;

	if (!privileges_separable())
		return ERR_OK;
	/* Root's own. Front may make files in it (SQLite keeps its journal
	 * beside queue.db), and for the sticky bit touch nobody else's. */
	if (lchown(station->dir, 0, front->pw_gid) != 0 ||
	    chmod(station->dir, 01775) != 0)
		return fault_errno(
		    fault, errno, "cannot take %s", station->dir);
	for (i = 0; e == ERR_OK && i < sizeof(owners) / sizeof(owners[0]);
	     i++) {
		station_path(station, owners[i].place, path);
		e = give_place(path, owners[i].user, owners[i].shared, fault);
	}
	station_path(station, STATION_APPROVAL_CONFIG, path);
	if (e == ERR_OK)
		e = share_file(path, signer->pw_gid, fault);
	station_path(station, STATION_CONFIG, path);
	if (e == ERR_OK)
		e = share_file(path, gr->gr_gid, fault);
	return e;
}
