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

/* Numbers, since getpwnam's next answer takes the place of the last one. */
struct ids {
	uid_t uid;
	gid_t gid, station;
};

static enum err
find_ids(const char *user, struct ids *ids, struct fault *fault)
{
	const struct passwd *pw = getpwnam(user);
	const struct group *gr = getgrnam(GROUP_STATION);

	if (pw == NULL || gr == NULL)
		return fault_set(fault, ERR_NOT_FOUND, FAULT_NO_OFFSET,
		    "user %s or group %s does not exist", user, GROUP_STATION);
	ids->uid = pw->pw_uid;
	ids->gid = pw->pw_gid;
	ids->station = gr->gr_gid;
	return ERR_OK;
}

static enum err
give_place(const char *path, const char *user, bool shared, struct fault *fault)
{
	struct ids ids;
	struct stat st;
	enum err e;

	e = find_ids(user, &ids, fault);
	if (e != ERR_OK)
		return e;
	if (lstat(path, &st) != 0)
		return errno == ENOENT
		    ? ERR_OK
		    : fault_errno(fault, errno, "cannot look at %s", path);
	walk_uid = ids.uid;
	walk_gid = shared ? ids.station : ids.gid;
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
	struct ids front, signer;
	char path[STATION_PATH];
	enum err e;
	size_t i;

	if (!privileges_separable())
		return ERR_OK;
	e = find_ids(USER_FRONT, &front, fault);
	if (e == ERR_OK)
		e = find_ids(USER_SIGNER, &signer, fault);
	if (e != ERR_OK)
		return e;
	/* Root's own. Front may make files in it (SQLite keeps its journal
	 * beside queue.db), and for the sticky bit touch nobody else's. */
	if (lchown(station->dir, 0, front.gid) != 0 ||
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
		e = share_file(path, signer.gid, fault);
	station_path(station, STATION_CONFIG, path);
	if (e == ERR_OK)
		e = share_file(path, front.station, fault);
	return e;
}
