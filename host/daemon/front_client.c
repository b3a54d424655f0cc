#include "host/daemon/front.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/base/say.h"

#define OUT_MAX                                                                \
	(4 << 20) /* beyond it a client that does not read is closed   \
			   */

void
front_client_accept(struct front *f)
{
	int fd, i;

	fd = accept4(f->p->listen, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	for (i = 0; i < FRONT_CLIENTS; i++)
		if (f->client[i].fd < 0)
			break;
	if (i == FRONT_CLIENTS) {
		say(SAY_WARNING, "more than %d connections: one refused",
		    FRONT_CLIENTS);
		close(fd);
		return;
	}
	memset(&f->client[i], 0, sizeof(f->client[i]));
	f->client[i].fd = fd;
}

void
front_client_close(struct front_client *c)
{
	size_t i;

	if (c->fd < 0)
		return;
	close(c->fd);
	for (i = 0; i < c->passed_count; i++)
		close(c->passed[i]);
	free(c->out);
	memset(c, 0, sizeof(*c));
	c->fd = -1;
}

void
front_client_reply(struct front_client *c, cJSON *reply)
{
	char *line = reply_line(reply), *grown;
	size_t len;

	if (line == NULL)
		return;
	len = strlen(line);
	if (c->out_len + len > c->out_cap) {
		c->out_cap = 2 * (c->out_len + len);
		grown = realloc(c->out, c->out_cap);
		if (grown == NULL) {
			free(line);
			front_client_close(c);
			return;
		}
		c->out = grown;
	}
	memcpy(c->out + c->out_len, line, len);
	c->out_len += len;
	free(line);
}

void
front_client_write(struct front_client *c)
{
	ssize_t put;

	while (c->fd >= 0 && c->out_len > 0) {
		put = send(
		    c->fd, c->out, c->out_len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0 && errno == EAGAIN && c->out_len < OUT_MAX)
			return;
		if (put <= 0) {
			front_client_close(c);
			return;
		}
		c->out_len -= (size_t)put;
		memmove(c->out, c->out + put, c->out_len);
	}
}

/* Reads octets and descriptors; false at the end of the connection. */
static bool
receive(struct front_client *c)
{
	union {
		struct cmsghdr head;
		char octets[CMSG_SPACE(8 * sizeof(int))];
	} control;
	struct iovec iov = {.iov_base = c->in + c->in_len,
	    .iov_len = sizeof(c->in) - c->in_len};
	struct msghdr m = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control.octets,
	    .msg_controllen = sizeof(control.octets)};
	struct cmsghdr *head;
	size_t n, i;
	ssize_t got;
	int fd;

	got = recvmsg(c->fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	for (head = CMSG_FIRSTHDR(&m); head != NULL;
	     head = CMSG_NXTHDR(&m, head)) {
		if (head->cmsg_level != SOL_SOCKET ||
		    head->cmsg_type != SCM_RIGHTS)
			continue;
		n = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < n; i++) {
			memcpy(
			    &fd, CMSG_DATA(head) + i * sizeof(int), sizeof(fd));
			if (c->passed_count == 16)
				close(fd);
			else
				c->passed[c->passed_count++] = fd;
		}
	}
	c->in_len += (size_t)got;
	return got > 0 && !(m.msg_flags & MSG_CTRUNC);
}

static int
take_passed(struct front_client *c)
{
	int fd;

	if (c->passed_count == 0)
		return -1;
	fd = c->passed[0];
	c->passed_count--;
	memmove(c->passed, c->passed + 1, c->passed_count * sizeof(int));
	return fd;
}

void
front_client_read(struct front *f, struct front_client *c)
{
	const char *verb;
	cJSON *request;
	bool wants_fd;
	size_t len;
	char *end;
	int fd;

	if (!receive(c)) {
		front_client_close(c);
		return;
	}
	while (c->fd >= 0 && (end = memchr(c->in, '\n', c->in_len)) != NULL) {
		len = (size_t)(end - c->in);
		request = cJSON_ParseWithLength(c->in, len);
		c->in_len -= len + 1;
		memmove(c->in, c->in + len + 1, c->in_len);
		verb = reply_text(request, "verb");
		wants_fd = strcmp(verb, "submit") == 0 ||
		    strcmp(verb, "extend") == 0;
		fd = wants_fd ? take_passed(c) : -1;
		front_client_reply(c,
		    request == NULL ? reply_error(ERR_MESSAGE_SYNTAX, "request")
				    : front_verb(f, request, fd));
		cJSON_Delete(request);
		if (fd >= 0)
			close(fd);
	}
	if (c->in_len == sizeof(c->in)) {
		say(SAY_WARNING, "a request longer than %zu octets",
		    sizeof(c->in));
		front_client_close(c);
	}
}

void
front_client_revoke(struct front *f, size_t *mark, const struct fault *fault)
{
	struct front_client *c;
	size_t lines, k;
	int i;

	for (i = 0; i < FRONT_CLIENTS; i++) {
		c = &f->client[i];
		if (c->fd < 0 || c->out_len <= mark[i])
			continue;
		for (lines = 0, k = mark[i]; k < c->out_len; k++)
			lines += c->out[k] == '\n';
		c->out_len = mark[i];
		while (c->fd >= 0 && lines-- > 0)
			front_client_reply(c, reply_fault(fault));
	}
}
