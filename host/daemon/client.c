#include "host/daemon/client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/daemon/reply.h"
#include "host/daemon/socket_path.h"

#define REPLY_MAX (1 << 20)

struct client {
	int fd;
	char *buf;
	size_t len, cap;
};

enum err
client_open(struct client **out, const struct station *station,
    enum client_peer peer, struct fault *fault)
{
	struct sockaddr_un address;
	char path[STATION_PATH];
	int folder = -1;
	struct client *c;

	*out = NULL;
	station_path(station,
	    peer == CLIENT_FRONT ? STATION_FRONT_SOCKET : STATION_SIGNER_SOCKET,
	    path);
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "client");
	c->fd = -1;
	if (socket_path_set(&address, path, &folder, fault) != ERR_OK)
		goto fail;
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd >= 0 &&
	    connect(c->fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
		socket_path_end(folder);
		*out = c;
		return ERR_OK;
	}
	if (errno == EACCES)
		fault_errno(fault, errno, "cannot connect to %s", path);
	else
		fault_set(fault, ERR_DAEMON_ABSENT, FAULT_NO_OFFSET,
		    "nothing answers at %s: start zegeld", path);
fail:
	socket_path_end(folder);
	client_close(c);
	return fault->err;
}

void
client_close(struct client *c)
{
	if (c == NULL)
		return;
	if (c->fd >= 0)
		close(c->fd);
	free(c->buf);
	free(c);
}

cJSON *
client_request(const char *verb)
{
	cJSON *request = cJSON_CreateObject();

	cJSON_AddStringToObject(request, "verb", verb);
	return request;
}

static enum err
gone(struct fault *fault)
{
	return fault_set(fault, ERR_DAEMON_ABSENT, FAULT_NO_OFFSET,
	    "the daemon closed the connection");
}

enum err
client_send_octets(
    struct client *c, const void *octets, size_t len, struct fault *fault)
{
	const char *p = octets;
	ssize_t put;

	while (len > 0) {
		put = send(c->fd, p, len, MSG_NOSIGNAL);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return gone(fault);
		p += put;
		len -= (size_t)put;
	}
	return ERR_OK;
}

/* The descriptor travels with the first octet of the line. */
static enum err
send_first(struct client *c, const char *line, int fd, struct fault *fault)
{
	union {
		struct cmsghdr head;
		char octets[CMSG_SPACE(sizeof(int))];
	} control;
	char first = line[0];
	struct iovec iov = {.iov_base = &first, .iov_len = 1};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
	struct cmsghdr *head;
	ssize_t put;

	memset(&control, 0, sizeof(control));
	m.msg_control = control.octets;
	m.msg_controllen = sizeof(control.octets);
	head = CMSG_FIRSTHDR(&m);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	do
		put = sendmsg(c->fd, &m, MSG_NOSIGNAL);
	while (put < 0 && errno == EINTR);
	return put == 1 ? ERR_OK : gone(fault);
}

enum err
client_send(struct client *c, cJSON *request, int fd, struct fault *fault)
{
	char *line = reply_line(request);
	size_t from = 0;
	enum err e = ERR_OK;

	if (line == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "request");
	if (fd >= 0) {
		e = send_first(c, line, fd, fault);
		from = 1;
	}
	if (e == ERR_OK)
		e = client_send_octets(
		    c, line + from, strlen(line + from), fault);
	free(line);
	return e;
}

/* Reads until a line is whole; its length without the newline. */
static enum err
read_line(struct client *c, size_t *len, struct fault *fault)
{
	char *end, *grown;
	ssize_t got;

	for (;;) {
		end = c->len == 0 ? NULL : memchr(c->buf, '\n', c->len);
		if (end != NULL) {
			*len = (size_t)(end - c->buf);
			return ERR_OK;
		}
		if (c->len == c->cap) {
			if (c->cap >= REPLY_MAX)
				return fault_set(fault, ERR_TOO_LARGE,
				    FAULT_NO_OFFSET, "reply of the daemon");
			c->cap = c->cap == 0 ? 8192 : 2 * c->cap;
			grown = realloc(c->buf, c->cap);
			if (grown == NULL)
				return fault_set(fault, ERR_NO_MEMORY,
				    FAULT_NO_OFFSET, "reply");
			c->buf = grown;
		}
		got = recv(c->fd, c->buf + c->len, c->cap - c->len, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return gone(fault);
		c->len += (size_t)got;
	}
}

static enum err
fault_of(const cJSON *error, struct fault *fault)
{
	int64_t number = reply_number(error, "number", ERR_INTERNAL);
	int64_t offset = reply_number(error, "offset", -1);

	fault_set(fault, (enum err)number,
	    offset < 0 ? FAULT_NO_OFFSET : (uint64_t)offset, "%s",
	    reply_text(error, "detail"));
	snprintf(
	    fault->path, sizeof(fault->path), "%s", reply_text(error, "path"));
	return fault->err;
}

enum err
client_receive(struct client *c, cJSON **reply, struct fault *fault)
{
	cJSON *object, *error;
	size_t len = 0;
	enum err e;

	*reply = NULL;
	e = read_line(c, &len, fault);
	if (e != ERR_OK)
		return e;
	object = cJSON_ParseWithLength(c->buf, len);
	c->len -= len + 1;
	memmove(c->buf, c->buf + len + 1, c->len);
	if (object == NULL)
		return fault_set(fault, ERR_MESSAGE_SYNTAX, FAULT_NO_OFFSET,
		    "reply of the daemon");
	error = cJSON_GetObjectItemCaseSensitive(object, "error");
	if (error != NULL) {
		*reply = object;
		return fault_of(error, fault);
	}
	*reply = cJSON_DetachItemFromObjectCaseSensitive(object, "result");
	cJSON_Delete(object);
	return ERR_OK;
}

enum err
client_call(
    struct client *c, cJSON *request, cJSON **reply, struct fault *fault)
{
	enum err e;

	*reply = NULL;
	e = client_send(c, request, -1, fault);
	return e == ERR_OK ? client_receive(c, reply, fault) : e;
}
