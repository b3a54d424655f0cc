#include "host/base/privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

bool
privileges_separable(void)
{
	return geteuid() == 0 && getpwnam(USER_FRONT) != NULL &&
	    getpwnam(USER_SIGNER) != NULL && getpwnam(USER_LOGGER) != NULL &&
	    getgrnam(GROUP_STATION) != NULL;
}

static enum err
change_user(const char *user, struct fault *fault)
{
	struct passwd *pw;
	struct group *gr;
	gid_t groups[1];

	gr = getgrnam(GROUP_STATION);
	pw = getpwnam(user);
	if (pw == NULL || gr == NULL)
		return fault_set(fault, ERR_NOT_FOUND, FAULT_NO_OFFSET,
		    "user %s or group %s does not exist", user, GROUP_STATION);
	groups[0] = gr->gr_gid;
	if (setgroups(1, groups) != 0 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) != 0 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) != 0)
		return fault_errno(fault, errno, "cannot become %s", user);
	if (setuid(0) == 0)
		return fault_set(fault, ERR_INTERNAL, FAULT_NO_OFFSET,
		    "root could be regained after becoming %s", user);
	return ERR_OK;
}

enum err
privileges_drop(const char *user, struct fault *fault)
{
	struct rlimit none = {0, 0};
	enum err e = ERR_OK;

	if (privileges_separable())
		e = change_user(user, fault);
	if (e != ERR_OK)
		return e;
	/* Not dumpable also keeps other processes of the uid from attaching. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    /* The station does not go on without its parent. */
	    prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) != 0 ||
	    setrlimit(RLIMIT_CORE, &none) != 0)
		return fault_errno(fault, errno, "cannot give up privileges");
	return ERR_OK;
}
