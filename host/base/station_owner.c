#include "host/base/station_owner.h"

#include <errno.h>
#include <ftw.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/privileges.h"

/* group, if not NULL, may read; folders pass it on. Drafts are for signer, who
 * reads what it signs, and for no one else who may use the station. */
static const struct {
	enum station_place place;
	const char *user, *group;
	mode_t mode; /* of the folder; 0: 02750, and what is in it, too */
} owners[] = {
    {STATION_STORE, USER_FRONT, USER_SIGNER, 0},
    {STATION_NET, USER_FRONT, NULL, 0},
    {STATION_KEY, USER_FRONT, NULL, 0},
    /* The group drops drafts; the sticky bit keeps people from each other's.
     * Root does not walk through what they put there. */
    {STATION_SPOOL_IN, USER_FRONT, GROUP_STATION, 03770},
    {STATION_SPOOL_REFUSED, USER_FRONT, GROUP_STATION, 0},
    {STATION_SPOOL_OUT, USER_FRONT, GROUP_STATION, 0},
    {STATION_QUEUE, USER_FRONT, NULL, 0},
    {STATION_LOG, USER_LOGGER, GROUP_STATION, 0},
    {STATION_LOGGER, USER_LOGGER, NULL, 0},
    {STATION_SIGNER, USER_SIGNER, NULL, 0},
    {STATION_SOFTHSM, USER_SIGNER, NULL, 0},
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
	gid_t gid;
};

/* group NULL: the user's own. */
static enum err
find_ids(
    const char *user, const char *group, struct ids *ids, struct fault *fault)
{
	const struct passwd *pw = getpwnam(user);
	const struct group *gr = group == NULL ? NULL : getgrnam(group);

	if (pw == NULL || (group != NULL && gr == NULL))
		return fault_set(fault, ERR_NOT_FOUND, FAULT_NO_OFFSET,
		    "user %s or group %s does not exist", user,
		    group != NULL ? group : user);
	ids->uid = pw->pw_uid;
	ids->gid = gr != NULL ? gr->gr_gid : pw->pw_gid;
	return ERR_OK;
}

static enum err
give_place(const char *path, const char *user, const char *group, mode_t mode,
    struct fault *fault)
{
	struct ids ids;
	struct stat st;
	enum err e;

	e = find_ids(user, group, &ids, fault);
	if (e != ERR_OK)
		return e;
	if (lstat(path, &st) != 0)
		return errno == ENOENT
		    ? ERR_OK
		    : fault_errno(fault, errno, "cannot look at %s", path);
	walk_uid = ids.uid;
	walk_gid = ids.gid;
	if (mode != 0 ? lchown(path, ids.uid, ids.gid) != 0
		      : nftw(path, give, 16, FTW_PHYS) != 0)
		return fault_errno(
		    fault, errno, "cannot give %s to %s", path, user);
	if (S_ISDIR(st.st_mode) && group != NULL &&
	    chmod(path, mode != 0 ? mode : 02750) != 0)
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
	struct ids front, signer, people;
	char path[STATION_PATH];
	enum err e;
	size_t i;

	if (!privileges_separable())
		return ERR_OK;
	e = find_ids(USER_FRONT, NULL, &front, fault);
	if (e == ERR_OK)
		e = find_ids(USER_SIGNER, NULL, &signer, fault);
	if (e == ERR_OK)
		e = find_ids(USER_FRONT, GROUP_STATION, &people, fault);
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
		e = give_place(path, owners[i].user, owners[i].group,
		    owners[i].mode, fault);
	}
	station_path(station, STATION_APPROVAL_CONFIG, path);
	if (e == ERR_OK)
		e = share_file(path, signer.gid, fault);
	station_path(station, STATION_CONFIG, path);
	if (e == ERR_OK)
		e = share_file(path, people.gid, fault);
	return e;
}
