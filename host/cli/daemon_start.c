#include "host/cli/daemon_start.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM "zegeld"
#define SAID 4096

/* Beside this program, in its libexec, in PATH, in the system's libexec. */
static bool
find_beside(char out[static PATH_MAX])
{
	static const char *const places[] = {
	    "", "../libexec/zegel/", "../lib/zegel/"};
	char self[PATH_MAX / 2], *slash;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	size_t i;

	if (n <= 0)
		return false;
	self[n] = '\0';
	slash = strrchr(self, '/');
	if (slash == NULL)
		return false;
	*slash = '\0';
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(out, PATH_MAX, "%s/%s" PROGRAM, self, places[i]);
		if (access(out, X_OK) == 0)
			return true;
	}
	return false;
}

static bool
find_in_path(char out[static PATH_MAX])
{
	const char *path = getenv("PATH");
	size_t n;

	while (path != NULL && *path != '\0') {
		n = strcspn(path, ":");
		/* A relative folder in PATH is nobody's promise. */
		if (path[0] == '/' && n < PATH_MAX / 2) {
			snprintf(out, PATH_MAX, "%.*s/" PROGRAM, (int)n, path);
			if (access(out, X_OK) == 0)
				return true;
		}
		path += n + (path[n] == ':');
	}
	snprintf(out, PATH_MAX, "/usr/libexec/zegel/" PROGRAM);
	return access(out, X_OK) == 0;
}

static void
run_child(const char *program, const struct station *station, int ready,
    int lifetime, int said)
{
	char ready_text[16], lifetime_text[16], dir[STATION_PATH];
	char name[] = PROGRAM, station_option[] = "--station";
	char ready_option[] = "--ready-fd", lifetime_option[] = "--lifetime-fd";
	char *argv[] = {name, station_option, dir, ready_option, ready_text,
	    lifetime_option, lifetime_text, NULL};
	int null = open("/dev/null", O_RDWR);

	snprintf(dir, sizeof(dir), "%s", station->dir);
	snprintf(ready_text, sizeof(ready_text), "%d", ready);
	snprintf(lifetime_text, sizeof(lifetime_text), "%d", lifetime);
	/* An interrupt at the terminal is this program's; the daemon ends by
	 * its lifetime, after what it has begun. */
	setpgid(0, 0);
	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 ||
	    dup2(said, 2) < 0 || fcntl(ready, F_SETFD, 0) != 0 ||
	    fcntl(lifetime, F_SETFD, 0) != 0)
		_exit(71);
	execv(program, argv);
	_exit(71);
}

/* The first error it told, without "<LEVEL>": what follows from it comes
 * after it. */
static enum err
complain(int said, int status, struct fault *fault)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : 70;
	char text[SAID + 1];
	const char *first = NULL, *line = text, *end;
	ssize_t n = pread(said, text, SAID, 0);
	enum err e = ERR_DAEMON_START;
	size_t len = 0;

	text[n > 0 ? n : 0] = '\0';
	for (; *line != '\0' && first == NULL; line = end + (*end == '\n')) {
		end = line + strcspn(line, "\n");
		if (line[0] == '<' && (line[1] > '3' || line[2] != '>'))
			continue;
		first = line[0] == '<' ? line + 3 : line;
		len = (size_t)(end - first);
	}
	if (code == err_exit(ERR_STATION_BUSY))
		e = ERR_STATION_BUSY;
	else if (code == err_exit(ERR_DENIED))
		e = ERR_DENIED;
	return fault_set(fault, e, FAULT_NO_OFFSET, "%.*s (exit %d)",
	    first == NULL ? 20 : (int)len,
	    first == NULL ? "zegeld said nothing" : first, code);
}

enum err
daemon_start(const struct station *station, pid_t *pid, int *lifetime,
    struct fault *fault)
{
	int ready[2] = {-1, -1}, life[2] = {-1, -1}, said = -1, status = 0;
	char program[PATH_MAX], octet;
	enum err e = ERR_OK;
	ssize_t n;

	*pid = 0;
	*lifetime = -1;
	if (!find_beside(program) && !find_in_path(program))
		return fault_set(fault, ERR_DAEMON_ABSENT, FAULT_NO_OFFSET,
		    "none is running, and no " PROGRAM " to start was found");
	said = memfd_create(PROGRAM, MFD_CLOEXEC);
	if (said < 0 || pipe2(ready, O_CLOEXEC) != 0 ||
	    pipe2(life, O_CLOEXEC) != 0)
		e = fault_errno(fault, errno, "cannot start " PROGRAM);
	if (e == ERR_OK)
		*pid = fork();
	if (e == ERR_OK && *pid < 0)
		e = fault_errno(fault, errno, "cannot start " PROGRAM);
	if (e == ERR_OK && *pid == 0)
		run_child(program, station, ready[1], life[0], said);
	if (ready[1] >= 0)
		close(ready[1]);
	if (life[0] >= 0)
		close(life[0]);
	if (e == ERR_OK) {
		do
			n = read(ready[0], &octet, 1);
		while (n < 0 && errno == EINTR);
		if (n != 1) {
			waitpid(*pid, &status, 0);
			e = complain(said, status, fault);
		}
	}
	if (ready[0] >= 0)
		close(ready[0]);
	if (said >= 0)
		close(said);
	if (e == ERR_OK) {
		*lifetime = life[1];
		return ERR_OK;
	}
	if (life[1] >= 0)
		close(life[1]);
	*pid = 0;
	return e;
}
