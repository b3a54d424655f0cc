#include "hsm/pin_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "hsm/detail.h"

#define PATH_CAP 1024
#define LOCK_STEP_MS 20
#define LOCK_STEPS 1500 /* 30 s: a person at a pinpad */
#define FILE_CAP (PIN_STATE_TOKENS * (PIN_STATE_NAME + 12))

static enum err
fail(struct token_detail *detail, int error, const char *what, const char *path)
{
	enum err e = error == EROFS ? ERR_READ_ONLY
	    : error == ENOSPC	    ? ERR_NO_SPACE
	    : error == EACCES	    ? ERR_DENIED
				    : ERR_IO;

	return detail_set(detail, e, "record of PIN tries: cannot %s %s: %s",
	    what, path, strerror(error));
}

static enum err
beside(char *out, const char *path, const char *suffix,
    struct token_detail *detail)
{
	if ((size_t)snprintf(out, PATH_CAP, "%s%s", path, suffix) < PATH_CAP)
		return ERR_OK;
	return detail_set(detail, ERR_TOO_LARGE,
	    "record of PIN tries: the path has more than %d octets", PATH_CAP);
}

static enum err
take_lock(struct pin_state *s, struct token_detail *detail)
{
	struct timespec step = {0, LOCK_STEP_MS * 1000000L};
	char path[PATH_CAP];
	unsigned i;
	enum err e;

	e = beside(path, s->path, ".lock", detail);
	if (e != ERR_OK)
		return e;
	s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->lock < 0)
		return fail(detail, errno, "open", path);
	for (i = 0; flock(s->lock, LOCK_EX | LOCK_NB) != 0; i++) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return fail(detail, errno, "lock", path);
		if (i == LOCK_STEPS)
			return detail_set(detail, ERR_TIMEOUT,
			    "another process is busy with a PIN (%s)", path);
		nanosleep(&step, NULL);
	}
	return ERR_OK;
}

/* One line of the file; false if it is not of ours. */
static bool
parse_line(struct pin_state *s, char *text)
{
	struct pin_state_line *l = &s->line[s->count];
	char *space = strchr(text, ' '), *end;
	unsigned long n;

	if (space == NULL || s->count == PIN_STATE_TOKENS)
		return false;
	*space = '\0';
	if (text[0] == '\0' || strlen(text) >= sizeof(l->name))
		return false;
	if (space[1] < '0' || space[1] > '9')
		return false;
	n = strtoul(space + 1, &end, 10);
	if (*end != '\0' || n > 1000000)
		return false;
	memcpy(l->name, text, strlen(text) + 1);
	l->failures = (unsigned)n;
	s->count++;
	return true;
}

static enum err
load(struct pin_state *s, struct token_detail *detail)
{
	char text[FILE_CAP + 1], *line, *newline;
	enum err e = ERR_OK;
	ssize_t got;
	size_t n = 0;
	int fd;

	fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? ERR_OK
				       : fail(detail, errno, "open", s->path);
	while (n < sizeof(text)) {
		got = read(fd, text + n, sizeof(text) - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			e = fail(detail, errno, "read", s->path);
			goto out;
		}
		if (got == 0)
			break;
		n += (size_t)got;
	}
	if (n == sizeof(text) || memchr(text, '\0', n) != NULL)
		goto damaged;
	text[n] = '\0';
	for (line = text; *line != '\0'; line = newline + 1) {
		newline = strchr(line, '\n');
		if (newline == NULL)
			goto damaged;
		*newline = '\0';
		if (!parse_line(s, line))
			goto damaged;
	}
	goto out;
damaged:
	e = detail_set(detail, ERR_CONFIG_SYNTAX,
	    "record of PIN tries: %s is damaged; look up the tries left with "
	    "the token's own tool, then remove it",
	    s->path);
out:
	close(fd);
	return e;
}

static enum err
sync_folder(const char *path, struct token_detail *detail)
{
	char folder[PATH_CAP], *slash;
	enum err e = ERR_OK;
	int fd;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash == NULL)
		snprintf(folder, sizeof(folder), ".");
	else
		slash[slash == folder ? 1 : 0] = '\0';
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return fail(detail, errno, "open", folder);
	if (fsync(fd) != 0)
		e = fail(detail, errno, "sync", folder);
	close(fd);
	return e;
}

static enum err
store(const struct pin_state *s, struct token_detail *detail)
{
	char text[FILE_CAP + 1], path[PATH_CAP];
	size_t n = 0, put;
	enum err e;
	ssize_t got;
	unsigned i;
	int fd;

	for (i = 0; i < s->count; i++)
		if (s->line[i].failures > 0)
			n += (size_t)snprintf(text + n, sizeof(text) - n,
			    "%s %u\n", s->line[i].name, s->line[i].failures);
	e = beside(path, s->path, ".new", detail);
	if (e != ERR_OK)
		return e;
	fd = open(
	    path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fail(detail, errno, "create", path);
	for (put = 0; put < n; put += (size_t)got) {
		got = write(fd, text + put, n - put);
		if (got < 0 && errno == EINTR)
			got = 0;
		if (got < 0) {
			e = fail(detail, errno, "write", path);
			goto out;
		}
	}
	if (fsync(fd) != 0)
		e = fail(detail, errno, "sync", path);
out:
	if (close(fd) != 0 && e == ERR_OK)
		e = fail(detail, errno, "close", path);
	if (e == ERR_OK && rename(path, s->path) != 0)
		e = fail(detail, errno, "replace", s->path);
	if (e != ERR_OK) {
		unlink(path);
		return e;
	}
	return sync_folder(s->path, detail);
}

enum err
pin_state_open(struct pin_state *s, const char *path, const char *name,
    struct token_detail *detail)
{
	enum err e = ERR_OK;

	memset(s, 0, sizeof(*s));
	s->path = path;
	s->lock = -1;
	if (path != NULL) {
		e = take_lock(s, detail);
		if (e == ERR_OK)
			e = load(s, detail);
	}
	if (e != ERR_OK)
		return e;
	while (s->mine < s->count && strcmp(s->line[s->mine].name, name) != 0)
		s->mine++;
	if (s->mine < s->count)
		return ERR_OK;
	if (s->count == PIN_STATE_TOKENS || strlen(name) >= PIN_STATE_NAME)
		return detail_set(detail, ERR_TOO_LARGE,
		    "record of PIN tries: no room for one more token");
	memcpy(s->line[s->mine].name, name, strlen(name) + 1);
	s->count++;
	return ERR_OK;
}

unsigned
pin_state_failures(const struct pin_state *s)
{
	return s->line[s->mine].failures;
}

static enum err
set_failures(struct pin_state *s, unsigned n, struct token_detail *detail)
{
	if (s->line[s->mine].failures == n)
		return ERR_OK;
	s->line[s->mine].failures = n;
	return s->path == NULL ? ERR_OK : store(s, detail);
}

enum err
pin_state_count(struct pin_state *s, struct token_detail *detail)
{
	return set_failures(s, pin_state_failures(s) + 1, detail);
}

enum err
pin_state_uncount(struct pin_state *s, struct token_detail *detail)
{
	unsigned n = pin_state_failures(s);

	return set_failures(s, n > 0 ? n - 1 : 0, detail);
}

enum err
pin_state_clear(struct pin_state *s, struct token_detail *detail)
{
	return set_failures(s, 0, detail);
}

void
pin_state_close(struct pin_state *s)
{
	if (s->lock >= 0)
		close(s->lock);
	s->lock = -1;
}
