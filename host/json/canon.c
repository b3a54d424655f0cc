#include "host/json/canon.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/jcs.h"
#include "host/base/file.h"
#include "host/json/doc.h"

#define CHUNK 65536

/* The input and its canonical form, both to be freed whatever it says. */
static enum err
form_of(int fd, const char *name, uint8_t **buf, size_t *len, uint8_t **form,
    size_t *form_len, struct fault *fault)
{
	struct doc *d = NULL;
	enum err e;

	*buf = *form = NULL;
	e = file_read_fd(
	    fd, name, (size_t)DOC_LIMITS_CANON.length, buf, len, fault);
	if (e == ERR_OK)
		e = doc_parse(&d, *buf, *len, &DOC_LIMITS_CANON, fault);
	if (e != ERR_OK)
		goto out;
	e = doc_canonicalise(d, doc_root(d), form, form_len);
	if (e != ERR_OK)
		fault_set(fault, e, FAULT_NO_OFFSET, "%s", "");
out:
	doc_free(d);
	return e;
}

enum err
canon_json(int fd, const char *name, int out, struct fault *fault)
{
	uint8_t *buf, *form;
	size_t len, form_len;
	enum err e;

	e = form_of(fd, name, &buf, &len, &form, &form_len, fault);
	if (e == ERR_OK)
		e = file_write_all(out, "the output", form, form_len, fault);
	free(form);
	free(buf);
	return e;
}

static enum err
check_stream(int fd, const char *name, struct fault *fault)
{
	uint8_t *buf = malloc(CHUNK);
	struct jcs c;
	ssize_t n = 0;
	enum err e;

	if (buf == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "%s", "");
	jcs_init(&c, NULL, NULL);
	while (jcs_error(&c) == ERR_OK) {
		n = read(fd, buf, CHUNK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		jcs_push(&c, buf, (size_t)n);
	}
	if (n < 0) {
		e = errno == EISDIR
		    ? fault_set(fault, ERR_NOT_REGULAR, FAULT_NO_OFFSET,
			  "%s is a folder, a file was expected", name)
		    : fault_errno(fault, errno, "cannot read %s", name);
	} else {
		e = jcs_finish(&c);
		if (e != ERR_OK)
			fault_set(fault, e, jcs_offset(&c), "%s", "");
	}
	free(buf);
	return e;
}

/* Why the input leaves its form at that octet: the likeliest reason. */
static enum err
reason(const uint8_t *buf, size_t at)
{
	bool in_string = false;
	size_t i, slash = SIZE_MAX;

	for (i = 0; i < at; i++) {
		if (buf[i] == '\\' && in_string)
			slash = i++;
		else if (buf[i] == '"')
			in_string = !in_string;
	}
	if (in_string)
		return buf[at] == '\\' || (slash != SIZE_MAX && at - slash < 6)
		    ? ERR_JCS_ESCAPE
		    : ERR_JCS_ORDER;
	if (memchr(" \n\r\t", buf[at], 4) != NULL)
		return ERR_JCS_WHITESPACE;
	if (memchr("0123456789+-.eE", buf[at], 15) != NULL)
		return ERR_JCS_NUMBER;
	return ERR_JCS_ORDER;
}

/* For documents beyond the checker's bounds: makes the form and compares. */
static enum err
check_whole(int fd, const char *name, struct fault *fault)
{
	size_t len, form_len, at = 0;
	uint8_t *buf, *form;
	enum err e;

	e = form_of(fd, name, &buf, &len, &form, &form_len, fault);
	if (e != ERR_OK)
		goto out;
	while (at < len && at < form_len && buf[at] == form[at])
		at++;
	/* file_read_fd puts a 0 behind the last octet. */
	if (at < len || at < form_len)
		e = fault_set(fault, reason(buf, at), at,
		    "the canonical form differs here");
out:
	free(form);
	free(buf);
	return e;
}

enum err
canon_json_check(int fd, const char *name, struct fault *fault)
{
	off_t start = lseek(fd, 0, SEEK_CUR);
	enum err e = check_stream(fd, name, fault);

	if (e != ERR_JSON_DEPTH && e != ERR_JSON_NAMES_LENGTH)
		return e;
	if (start < 0 || lseek(fd, start, SEEK_SET) != start)
		return e;
	return check_whole(fd, name, fault);
}
