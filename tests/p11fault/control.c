#include "tests/p11fault/control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_CAP 4096
#define DEAD 0xdead

static void
die(const char *what, const char *detail)
{
	fprintf(stderr, "p11fault: %s: %s\n", what, detail);
	abort();
}

/* CONTROL or CONTROL.suffix; NULL if nothing is to be injected. */
static const char *
path_of(char *buf, size_t cap, const char *suffix)
{
	const char *control = getenv("P11FAULT_CONTROL");

	if (control == NULL || control[0] == '\0')
		return NULL;
	if ((size_t)snprintf(buf, cap, "%s%s", control, suffix) >= cap)
		die("path too long", control);
	return buf;
}

static ssize_t
read_file(const char *path, char *buf, size_t cap)
{
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, buf, cap - 1);
	close(fd);
	if (n >= 0)
		buf[n] = '\0';
	return n;
}

static unsigned long
number(const char *text)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 0);
	if (errno != 0 || end == text || *end != '\0')
		die("not a number", text);
	return n;
}

static void
read_fault(struct control *c, const char *text)
{
	struct control_fault *f = &c->fault[c->faults];
	char nth[24], rv[24];

	if (c->faults == CONTROL_FAULTS ||
	    sscanf(text, "%39s %23s %23s", f->call, nth, rv) != 3)
		die("bad line", text);
	f->nth = number(nth);
	f->rv = number(rv);
	f->seen = 0;
	c->faults++;
}

static void
read_line(struct control *c, char *line)
{
	const struct {
		const char *name;
		bool *flag;
	} flags[] = {
	    {"absent", &c->absent},
	    {"hang", &c->hang},
	    {"hang-login", &c->hang_login},
	    {"stale", &c->stale},
	    {"flip", &c->flip},
	    {"no-flags", &c->no_flags},
	    {"wrong-pin", &c->wrong_pin},
	    {"to-be-changed", &c->to_be_changed},
	    {"pin-unset", &c->pin_unset},
	    {"always-auth", &c->always_auth},
	    {"pinpad-cancel", &c->pinpad_cancel},
	    {"hide-public", &c->hide_public},
	};
	const struct {
		const char *name;
		unsigned long *value;
	} numbers[] = {
	    {"epoch", &c->epoch},
	    {"slow", &c->slow},
	    {"sessions", &c->sessions},
	    {"tries", &c->tries},
	};
	char *value = strchr(line, ' ');
	size_t i;

	if (value == NULL)
		die("line without value", line);
	*value++ = '\0';
	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (strcmp(line, flags[i].name) == 0) {
			*flags[i].flag = number(value) != 0;
			return;
		}
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (strcmp(line, numbers[i].name) == 0) {
			*numbers[i].value = number(value);
			return;
		}
	if (strcmp(line, "fail") == 0) {
		read_fault(c, value);
	} else if (strcmp(line, "serial") == 0) {
		snprintf(c->serial, sizeof(c->serial), "%s", value);
	} else if (strcmp(line, "pinpad") == 0) {
		c->pinpad = true;
		snprintf(c->pinpad_pin, sizeof(c->pinpad_pin), "%s", value);
	} else {
		die("unknown line", line);
	}
}

/* A line that was there before goes on counting. */
static void
keep_counts(struct control *c, const struct control *before)
{
	unsigned i, k;

	for (i = 0; i < c->faults; i++)
		for (k = 0; k < before->faults; k++)
			if (strcmp(c->fault[i].call, before->fault[k].call) ==
				0 &&
			    c->fault[i].nth == before->fault[k].nth &&
			    c->fault[i].rv == before->fault[k].rv)
				c->fault[i].seen = before->fault[k].seen;
}

/* Other threads look at c meanwhile: it never holds less than one file or the
 * other said. */
void
control_read(struct control *c)
{
	struct control new;
	char path[512], text[FILE_CAP], *line, *save = NULL;

	memset(&new, 0, sizeof(new));
	if (path_of(path, sizeof(path), "") != NULL &&
	    read_file(path, text, sizeof(text)) >= 0) {
		for (line = strtok_r(text, "\n", &save); line != NULL;
		     line = strtok_r(NULL, "\n", &save))
			read_line(&new, line);
		keep_counts(&new, c);
	}
	*c = new;
}

CK_RV
control_fault(struct control *c, const char *call)
{
	CK_RV rv = CKR_OK;
	unsigned i;

	for (i = 0; i < c->faults; i++) {
		if (strcmp(c->fault[i].call, call) != 0)
			continue;
		c->fault[i].seen++;
		if (c->fault[i].nth == 0 || c->fault[i].nth == c->fault[i].seen)
			rv = c->fault[i].rv;
	}
	if (rv == DEAD)
		_exit(99);
	return rv;
}

void
control_log(const char *call, const char *what, CK_RV rv)
{
	char path[512], line[128];
	int fd, n;

	if (path_of(path, sizeof(path), ".log") == NULL)
		return;
	n = snprintf(line, sizeof(line), "%s%s%s 0x%lx\n", call,
	    what != NULL ? " " : "", what != NULL ? what : "", rv);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fd < 0)
		return;
	if (write(fd, line, (size_t)n) != n)
		die("cannot write", path);
	close(fd);
}

unsigned long
control_tries(const struct control *c)
{
	char path[512], text[32];

	if (path_of(path, sizeof(path), ".tries") == NULL ||
	    read_file(path, text, sizeof(text)) <= 0)
		return c->tries;
	return number(text);
}

void
control_set_tries(unsigned long left)
{
	char path[512], text[32];
	int fd, n;

	if (path_of(path, sizeof(path), ".tries") == NULL)
		return;
	n = snprintf(text, sizeof(text), "%lu", left);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0 || write(fd, text, (size_t)n) != n)
		die("cannot write", path);
	close(fd);
}
