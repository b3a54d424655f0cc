/* zegeld: one station's processes. See zegeld(8). */
#include <errno.h>
#include <getopt.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/version.h"
#include "host/base/lock.h"
#include "host/base/say.h"
#include "host/daemon/ipc.h"
#include "host/base/privileges.h"
#include "host/daemon/process.h"
#include "host/daemon/signer_pin.h"
#include "host/daemon/socket_path.h"

#define CHILDREN 3
#define STOP_SECONDS 20

static const char usage[] =
    "usage: zegeld [--station DIR] [--ready-fd N] [--lifetime-fd N]\n"
    "\n"
    "Runs a sealing station in the foreground until SIGTERM or SIGINT.\n"
    "  --station DIR    the station's folder (default: $ZEGEL_STATION, else\n"
    "                   /var/lib/zegel)\n"
    "  --ready-fd N     one octet is written there when the station serves\n"
    "  --lifetime-fd N  stop when this descriptor is closed at its other end\n"
    "  --version, --help\n";

struct child {
	const char *name;
	int (*run)(const struct process *p);
	pid_t pid;
	int ready; /* read end */
};

struct options {
	const char *station;
	int ready_fd, lifetime_fd;
};

static int
parse_fd(const char *text)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (*text == '\0' || *end != '\0' || n < 0 || n > 65535)
		return -1;
	return (int)n;
}

static int
parse_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
	    {"station", required_argument, NULL, 's'},
	    {"ready-fd", required_argument, NULL, 'r'},
	    {"lifetime-fd", required_argument, NULL, 'l'},
	    {"version", no_argument, NULL, 'v'},
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	int c;

	*o = (struct options){NULL, -1, -1};
	while ((c = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (c) {
		case 's':
			o->station = optarg;
			break;
		case 'r':
			o->ready_fd = parse_fd(optarg);
			break;
		case 'l':
			o->lifetime_fd = parse_fd(optarg);
			break;
		case 'v':
			puts("zegeld " ZEGEL_VERSION);
			exit(0);
		case 'h':
			fputs(usage, stdout);
			exit(0);
		default:
			fputs(usage, stderr);
			return err_exit(ERR_USAGE);
		}
	}
	if (optind < argc) {
		fprintf(stderr, "zegeld: unexpected argument %s\n%s",
		    argv[optind], usage);
		return err_exit(ERR_USAGE);
	}
	return 0;
}

/* A listening socket; owned by its process and usable by the station's group
 * when separated, else by this user only. */
static int
listen_at(const char *path, const char *user, struct fault *fault)
{
	struct sockaddr_un address;
	struct passwd *pw = NULL;
	struct group *gr = NULL;
	int fd, folder;

	if (socket_path_set(&address, path, &folder, fault) != ERR_OK)
		return -1;
	unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(fd, 64) != 0)
		goto fail;
	if (privileges_separable()) {
		pw = getpwnam(user);
		gr = getgrnam(GROUP_STATION);
	}
	if (chmod(path, pw != NULL ? 0660 : 0600) != 0 ||
	    (pw != NULL && gr != NULL &&
		chown(path, pw->pw_uid, gr->gr_gid) != 0))
		goto fail;
	socket_path_end(folder);
	return fd;
fail:
	socket_path_end(folder);
	fault_errno(fault, errno, "cannot listen at %s", path);
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Forks a process that keeps only what is its own. */
static enum err
spawn(struct child *c, const struct process *p, const int *all, size_t count,
    struct fault *fault)
{
	struct process own = *p;
	int ready[2];
	size_t i;

	if (pipe(ready) != 0)
		return fault_errno(fault, errno, "pipe");
	c->ready = ready[0];
	own.ready = ready[1];
	c->pid = fork();
	if (c->pid < 0)
		return fault_errno(fault, errno, "cannot start %s", c->name);
	if (c->pid == 0) {
		close(ready[0]);
		/* The lock is the station's: front, which reads what comes
		 * from outside, must not be able to open it. */
		if (c->run == front_run)
			lock_drop(p->lock);
		for (i = 0; i < count; i++)
			if (all[i] >= 0 && all[i] != own.front &&
			    all[i] != own.signer && all[i] != own.logger &&
			    all[i] != own.listen)
				close(all[i]);
		if (c->run != signer_run)
			signer_pin_close(p->config);
		/* _exit: the parent's buffers and handlers are not ours. */
		_exit(c->run(&own));
	}
	close(ready[1]);
	return ERR_OK;
}

/* Waits until each child has said that it serves; false if one ended. */
static bool
await_ready(struct child *child)
{
	char octet;
	int i;

	for (i = 0; i < CHILDREN; i++) {
		while (read(child[i].ready, &octet, 1) != 1) {
			if (errno == EINTR && !process_is_stopping())
				continue;
			return false;
		}
		close(child[i].ready);
	}
	return true;
}

/* Which exit code is the station's: that of the process that had a reason of
 * its own. The others end because their peer is gone, with 0 or 70, and may be
 * seen first. */
static int
blame(const struct child *c, int status, int code)
{
	int own = WIFEXITED(status) ? WEXITSTATUS(status) : 70;

	if (own == 0)
		return code;
	if (WIFSIGNALED(status))
		say(SAY_ERROR, "%s died by signal %d (%s)%s", c->name,
		    WTERMSIG(status), strsignal(WTERMSIG(status)),
		    c->run == signer_run
			? ": the token's PKCS#11 module runs in it"
			: "");
	else
		say(SAY_ERROR, "%s ended (exit %d)", c->name, own);
	return code == 0 || code == 70 ? own : code;
}

/* One ends, all end: the station starts again as a whole, or not at all. */
static int
supervise(struct child *child, int lifetime_fd)
{
	struct pollfd p = {.fd = lifetime_fd, .events = POLLIN};
	int status, i, code = 0, left = CHILDREN;
	bool told = false, asked = false;
	time_t since = 0;
	pid_t pid;

	while (left > 0) {
		pid = waitpid(-1, &status, WNOHANG);
		for (i = 0; pid > 0 && i < CHILDREN; i++) {
			if (child[i].pid != pid)
				continue;
			child[i].pid = 0;
			left--;
			if (!asked && !process_is_stopping())
				code = blame(&child[i], status, code);
		}
		if (pid > 0 && left == 0)
			break;
		/* Front stops first; the others follow when it is gone. */
		if (!told &&
		    (left < CHILDREN || process_is_stopping() ||
			p.revents != 0)) {
			told = true;
			asked = left == CHILDREN;
			since = time(NULL);
			if (child[0].pid > 0)
				kill(child[0].pid, SIGTERM);
		}
		if (told && time(NULL) - since > STOP_SECONDS)
			for (i = 0; i < CHILDREN; i++)
				if (child[i].pid > 0)
					kill(child[i].pid, SIGKILL);
		if (pid <= 0 && poll(&p, lifetime_fd >= 0, 100) < 0 &&
		    errno != EINTR)
			return 71;
	}
	if (code == 0 && !asked && !process_is_stopping()) {
		say(SAY_ERROR, "the processes ended without being asked to");
		code = 70;
	}
	return code;
}

static int
serve(const struct station *station, const struct config *config,
    const struct options *o, int lock)
{
	struct child child[CHILDREN] = {{"front", front_run, 0, -1},
	    {"signer", signer_run, 0, -1}, {"logger", logger_run, 0, -1}};
	int front_signer[2], front_logger[2], signer_logger[2], all[8];
	char front_path[STATION_PATH], signer_path[STATION_PATH];
	struct process p;
	struct fault fault;
	size_t i;
	enum err e;
	int code;

	station_path(station, STATION_FRONT_SOCKET, front_path);
	station_path(station, STATION_SIGNER_SOCKET, signer_path);
	e = ipc_pair(front_signer);
	if (e == ERR_OK)
		e = ipc_pair(front_logger);
	if (e == ERR_OK)
		e = ipc_pair(signer_logger);
	if (e != ERR_OK)
		return err_exit(e);
	for (i = 0; i < 2; i++) {
		all[i] = front_signer[i];
		all[2 + i] = front_logger[i];
		all[4 + i] = signer_logger[i];
	}
	all[6] = listen_at(front_path, USER_FRONT, &fault);
	if (all[6] >= 0)
		all[7] = listen_at(signer_path, USER_SIGNER, &fault);
	if (all[6] < 0 || all[7] < 0) {
		say_fault(SAY_ERROR, &fault, NULL);
		return err_exit(fault.err);
	}
	p = (struct process){.station = station,
	    .config = config,
	    .separated = privileges_separable(),
	    .front = -1,
	    .signer = -1,
	    .logger = -1,
	    .listen = -1,
	    .lock = lock,
	    .ready = -1};
	/* Logger first: signer's first entries need it. */
	p.front = front_logger[1];
	p.signer = signer_logger[1];
	e = spawn(&child[2], &p, all, 8, &fault);
	p.front = front_signer[1];
	p.signer = -1;
	p.logger = signer_logger[0];
	p.listen = all[7];
	if (e == ERR_OK)
		e = spawn(&child[1], &p, all, 8, &fault);
	p.front = -1;
	p.signer = front_signer[0];
	p.logger = front_logger[0];
	p.listen = all[6];
	if (e == ERR_OK)
		e = spawn(&child[0], &p, all, 8, &fault);
	for (i = 0; i < 8; i++)
		close(all[i]);
	signer_pin_close(config);
	if (e != ERR_OK) {
		say_fault(SAY_ERROR, &fault, NULL);
		for (i = 0; i < CHILDREN; i++)
			if (child[i].pid > 0)
				kill(child[i].pid, SIGTERM);
		return err_exit(e);
	}
	if (await_ready(child)) {
		say(SAY_INFO, "station %s serves, separation %s", config->name,
		    p.separated ? "full" : "reduced");
		if (o->ready_fd >= 0 && write(o->ready_fd, "r", 1) != 1)
			say(SAY_WARNING, "nobody waits at --ready-fd");
	}
	if (o->ready_fd >= 0)
		close(o->ready_fd);
	code = supervise(child, o->lifetime_fd);
	unlink(front_path);
	unlink(signer_path);
	return code;
}

int
main(int argc, char **argv)
{
	char config_path[STATION_PATH], lock_path[STATION_PATH];
	struct config *config = NULL;
	struct station station;
	struct options o;
	struct fault fault;
	int code, lock = -1;
	enum err e;

	code = parse_options(argc, argv, &o);
	if (code != 0)
		return code;
	signer_pin_inherit();
	say_as("zegeld");
	umask(0027);
	/* Nobody asks SQLite how much memory it has; counting takes a lock for
	 * each piece. */
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	process_signals();
	e = station_open(&station, o.station, &fault);
	if (e == ERR_OK) {
		station_path(&station, STATION_CONFIG, config_path);
		station_path(&station, STATION_LOCK, lock_path);
		e = lock_take(lock_path, &lock, &fault);
	}
	if (e == ERR_OK)
		e = config_load(&config, config_path, &fault);
	if (e != ERR_OK) {
		say_fault(SAY_ERROR, &fault, NULL);
		code = err_exit(e);
	} else {
		code = serve(&station, config, &o, lock);
	}
	config_free(config);
	lock_drop(lock);
	return code;
}
