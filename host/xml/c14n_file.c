#include "host/xml/c14n_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/base/file.h"

#define CHUNK 65536

/* One read, again after a signal; *n is 0 at the end. */
static enum err
read_some(
    int fd, const char *name, uint8_t *buf, size_t *n, struct fault *fault)
{
	ssize_t got;

	do
		got = read(fd, buf, CHUNK);
	while (got < 0 && errno == EINTR);
	*n = got > 0 ? (size_t)got : 0;
	if (got >= 0)
		return ERR_OK;
	if (errno == EISDIR)
		return fault_set(fault, ERR_NOT_REGULAR, FAULT_NO_OFFSET,
		    "%s is a folder, a file was expected", name);
	return fault_errno(fault, errno, "cannot read %s", name);
}

struct output {
	struct sink sink;
	int fd;
	uint64_t octets;
	struct sha256 *hash; /* or NULL */
	enum err err;
	struct fault fault;
};

static void
put_output(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct output *o = (struct output *)sink;

	if (o->err != ERR_OK)
		return;
	o->octets += len;
	if (o->hash != NULL)
		sha256_push(o->hash, buf, len);
	if (o->fd >= 0)
		o->err = file_write_all(
		    o->fd, "the output", buf, len, &o->fault);
}

/* Reads fd to its end through w; stops early when *stop is an error. */
static enum err
pump(int fd, const char *name, struct c14n_write *w, const enum err *stop,
    struct fault *fault)
{
	uint8_t *buf = malloc(CHUNK);
	size_t n = 1;
	enum err e = ERR_OK;

	if (buf == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "%s", "");
	while (e == ERR_OK && n > 0 && *stop == ERR_OK &&
	    c14n_write_error(w) == ERR_OK) {
		e = read_some(fd, name, buf, &n, fault);
		if (e == ERR_OK)
			c14n_write_push(w, buf, n);
	}
	free(buf);
	if (e == ERR_OK && *stop == ERR_OK)
		e = c14n_write_finish(w, fault);
	return e;
}

enum err
c14n_file_write(int fd, const char *name, int out,
    const struct c14n_write_options *options, uint64_t *octets, uint8_t *digest,
    struct fault *fault)
{
	struct output o = {.sink = {put_output}, .fd = out};
	struct sha256 hash;
	struct c14n_write *w;
	enum err e;

	if (digest != NULL) {
		sha256_init(&hash);
		o.hash = &hash;
	}
	e = c14n_write_open(&w, options, &o.sink, fault);
	if (e != ERR_OK)
		return e;
	e = pump(fd, name, w, &o.err, fault);
	c14n_write_close(w);
	if (e == ERR_OK && o.err != ERR_OK) {
		e = o.err;
		if (fault != NULL)
			*fault = o.fault;
	}
	if (octets != NULL)
		*octets = o.octets;
	if (digest != NULL)
		sha256_finish(&hash, digest);
	return e;
}

static enum err
check_stream(int fd, const char *name, const struct c14n_write_options *options,
    struct fault *fault)
{
	uint8_t *buf = malloc(CHUNK);
	struct c14n *c = malloc(sizeof(*c));
	size_t n = 1;
	enum err e = ERR_OK;

	if (buf == NULL || c == NULL) {
		e = fault_set(fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "%s", "");
		goto out;
	}
	c14n_init(
	    c, options->method, options->comments, options->prefixes, NULL);
	while (e == ERR_OK && n > 0 && c14n_error(c) == ERR_OK) {
		e = read_some(fd, name, buf, &n, fault);
		if (e == ERR_OK)
			c14n_push(c, buf, n);
	}
	if (e == ERR_OK) {
		e = c14n_finish(c);
		if (e != ERR_OK)
			fault_set(fault, e, c14n_offset(c), "%s", "");
	}
out:
	free(c);
	free(buf);
	return e;
}

/* Compares what is written with the file, read a second time. */
struct mirror {
	struct sink sink;
	int fd;
	off_t start;
	uint64_t octets; /* the same so far */
	enum err err;
	struct fault fault;
	uint8_t buf[CHUNK];
};

static void
differ(struct mirror *m, size_t same)
{
	m->octets += same;
	m->err = fault_set(&m->fault, ERR_C14N_DIFFERS, m->octets, "%s", "");
}

static void
put_mirror(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct mirror *m = (struct mirror *)sink;
	ssize_t got;
	size_t n, i;

	for (; len > 0 && m->err == ERR_OK; buf += n, len -= n) {
		n = len < CHUNK ? len : CHUNK;
		got = pread(m->fd, m->buf, n, m->start + (off_t)m->octets);
		if (got < 0) {
			m->err = fault_errno(
			    &m->fault, errno, "%s", "cannot read again");
			return;
		}
		n = (size_t)got;
		for (i = 0; i < n && buf[i] == m->buf[i];)
			i++;
		if (i < n || n == 0) {
			differ(m, i);
			return;
		}
		m->octets += n;
	}
}

static enum err
check_again(int fd, const char *name, const struct c14n_write_options *options,
    off_t start, struct fault *fault)
{
	struct c14n_write_options o = {.method = options->method,
	    .comments = options->comments,
	    .prefixes = options->prefixes,
	    .signature = C14N_KEEP_SIGNATURES};
	struct mirror *m = calloc(1, sizeof(*m));
	struct c14n_write *w;
	enum err e;

	if (m == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "%s", "");
	m->sink.put = put_mirror;
	m->fd = fd;
	m->start = start;
	e = c14n_write_open(&w, &o, &m->sink, fault);
	if (e != ERR_OK)
		goto out;
	e = pump(fd, name, w, &m->err, fault);
	c14n_write_close(w);
	if (e == ERR_OK && m->err == ERR_OK &&
	    pread(fd, m->buf, 1, start + (off_t)m->octets) == 1)
		differ(m, 0);
	if (e == ERR_OK && m->err != ERR_OK) {
		e = m->err;
		if (fault != NULL)
			*fault = m->fault;
	}
out:
	free(m);
	return e;
}

enum err
c14n_file_check(int fd, const char *name,
    const struct c14n_write_options *options, struct fault *fault)
{
	off_t start = lseek(fd, 0, SEEK_CUR);
	enum err e = check_stream(fd, name, options, fault);

	if (e != ERR_XML_DEPTH && e != ERR_XML_NAMES_LENGTH &&
	    e != ERR_XML_NAMESPACES)
		return e;
	if (start < 0 || lseek(fd, start, SEEK_SET) != start)
		return e;
	return check_again(fd, name, options, start, fault);
}
