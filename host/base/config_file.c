#include "host/base/config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ini.h>

#include "host/base/file.h"

#define SECTION 128

struct reader {
	const struct config_sink *sink;
	const char *at; /* rest of the text */
	unsigned line; /* of what libinih handles now; 1 is the first */
	char section[SECTION]; /* libinih's own copy is cut after 49 octets */
	enum err err;
	struct fault fault;
};

static void
stop(struct reader *r, enum err e, const char *detail)
{
	r->err = fault_set(&r->fault, e, r->line, "%s", detail);
}

/* Where it was, for a person: "[section] key". */
static void
place(struct reader *r, const char *key)
{
	r->fault.offset = r->line;
	snprintf(r->fault.path, sizeof(r->fault.path), "%s%s%s%s%s",
	    r->section[0] != '\0' ? "[" : "", r->section,
	    r->section[0] != '\0' ? "]" : "", key[0] != '\0' ? " " : "", key);
}

static void
enter_section(struct reader *r, const char *line, size_t len)
{
	size_t n;

	while (len > 0 && strchr(" \t\r\n", line[len - 1]) != NULL)
		len--;
	if (len < 3 || line[len - 1] != ']') {
		stop(r, ERR_CONFIG_SYNTAX, "expected [SECTION]");
		return;
	}
	n = len - 2;
	if (n >= sizeof(r->section)) {
		stop(r, ERR_CONFIG_SYNTAX, "name of the section is too long");
		return;
	}
	memcpy(r->section, line + 1, n);
	r->section[n] = '\0';
	if (strpbrk(r->section, "[]") != NULL) {
		stop(r, ERR_CONFIG_SYNTAX, "expected [SECTION]");
		return;
	}
	r->err = r->sink->section(
	    r->sink->user, r->section, r->line, &r->fault);
	if (r->err != ERR_OK)
		place(r, "");
}

/* libinih asks for the next line: the only way to know which one it is at. */
static char *
next_line(char *out, int cap, void *user)
{
	struct reader *r = user;
	const char *line = r->at, *end;
	size_t len, blank;

	if (r->err != ERR_OK || *line == '\0')
		return NULL;
	r->line++;
	end = strchr(line, '\n');
	len = end == NULL ? strlen(line) : (size_t)(end - line) + 1;
	if (len > CONFIG_LINE || len >= (size_t)cap) {
		stop(r, ERR_CONFIG_SYNTAX, "line is too long");
		return NULL;
	}
	memcpy(out, line, len);
	out[len] = '\0';
	r->at = line + len;
	blank = strspn(line, " \t");
	if (line[blank] == '[') {
		enter_section(r, line + blank, len - blank);
		if (r->err != ERR_OK)
			return NULL;
	}
	return out;
}

static int
on_key(void *user, const char *section, const char *key, const char *value)
{
	struct reader *r = user;

	(void)section;
	if (r->err != ERR_OK)
		return 0;
	if (r->section[0] == '\0') {
		stop(r, ERR_CONFIG_SYNTAX, "expected a [SECTION] before it");
	} else {
		r->err = r->sink->key(
		    r->sink->user, key, value, r->line, &r->fault);
	}
	if (r->err == ERR_OK)
		return 1;
	place(r, key);
	return 0;
}

static enum err
read_text(struct reader *r, const char *text, size_t len)
{
	int bad;

	/* Settings of the library; no other module uses it. */
	ini_use_stack = false;
	ini_max_line = CONFIG_LINE + 3;
	ini_initial_alloc = CONFIG_LINE + 3;
	ini_allow_realloc = false;
	ini_allow_inline_comments = false; /* ';' is usual in PKCS#11 URIs */
	ini_allow_multiline = false;
	ini_allow_bom = false;
	ini_stop_on_first_error = true;

	r->at = text;
	bad = ini_parse_stream(next_line, r, on_key, r);
	if (r->err != ERR_OK)
		return r->err;
	if (bad == -2)
		return fault_set(&r->fault, ERR_NO_MEMORY, FAULT_NO_OFFSET,
		    "reading the configuration");
	if (bad != 0)
		stop(r, ERR_CONFIG_SYNTAX, "expected KEY = VALUE");
	else if (strlen(text) != len) {
		/* In the line that was cut, or at the begin of the next. */
		if (r->at == text || r->at[-1] == '\n')
			r->line++;
		stop(r, ERR_CONFIG_SYNTAX, "octet 0 in the file");
	}
	return r->err;
}

static enum err
check_access(const struct stat *st, const char *path, enum config_owner owner,
    struct fault *fault)
{
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return fault_set(fault, ERR_CONFIG_OPEN_TO_OTHERS,
		    FAULT_NO_OFFSET, "chmod go-w %s", path);
	if (owner == CONFIG_OWNER_ROOT && st->st_uid != 0 &&
	    st->st_uid != geteuid())
		return fault_set(fault, ERR_CONFIG_OPEN_TO_OTHERS,
		    FAULT_NO_OFFSET, "chown root %s", path);
	return ERR_OK;
}

void
config_file_name(struct fault *fault, const char *path)
{
	const char *slash = strrchr(path, '/');

	fault_in(fault, slash == NULL ? path : slash + 1);
}

enum err
config_file_read(const struct config_sink *sink, const char *path,
    enum config_owner owner, struct fault *fault)
{
	struct reader r = {.sink = sink};
	uint8_t *text = NULL;
	struct stat st;
	size_t len;
	enum err e;
	int fd;

	fault_clear(&r.fault);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return fault_errno(fault, errno, "cannot open %s", path);
	if (fstat(fd, &st) != 0) {
		e = fault_errno(fault, errno, "cannot read %s", path);
		goto out;
	}
	if (!S_ISREG(st.st_mode)) {
		e = fault_set(fault, ERR_NOT_REGULAR, FAULT_NO_OFFSET,
		    "%s is not a regular file", path);
		goto out;
	}
	e = check_access(&st, path, owner, fault);
	if (e != ERR_OK)
		goto out;
	e = file_read_fd(fd, path, CONFIG_FILE, &text, &len, fault);
	if (e != ERR_OK)
		goto out;
	e = read_text(&r, (const char *)text, len);
	if (e != ERR_OK && fault != NULL) {
		*fault = r.fault;
		config_file_name(fault, path);
	}
out:
	free(text);
	close(fd);
	return e;
}
