#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "common/link.h"
#include "hsm/pipe.h"

struct socket_pipe {
	struct pipe pipe; /* first */
	int fd;
	/* apart: what was received is read while something is sent */
	uint8_t out[LINK_PACKET], in[LINK_PACKET];
};

int64_t
pipe_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum err
wait_for(int fd, short events, int64_t deadline)
{
	struct pollfd p = {.fd = fd, .events = events};
	int64_t left = deadline - pipe_now();
	int n;

	n = poll(&p, 1, left > 0 ? (int)left : 0);
	if (n < 0 && errno != EINTR)
		return ERR_IO;
	if (n > 0)
		return ERR_OK;
	return left > 0 && n < 0 ? ERR_OK : ERR_TIMEOUT;
}

static enum err
socket_send(struct pipe *p, const uint8_t *buf, size_t len, int64_t deadline)
{
	struct socket_pipe *s = (struct socket_pipe *)p;
	enum err e = ERR_OK;
	size_t n;

	s->out[0] = LINK_CONSOLE;
	s->out[1] = 0;
	while (len > 0 && e == ERR_OK) {
		n = len < LINK_OCTETS ? len : LINK_OCTETS;
		memcpy(s->out + LINK_HEAD, buf, n);
		if (send(s->fd, s->out, LINK_HEAD + n,
			MSG_NOSIGNAL | MSG_DONTWAIT) > 0) {
			buf += n;
			len -= n;
			continue;
		}
		e = errno == EAGAIN || errno == EINTR
		    ? wait_for(s->fd, POLLOUT, deadline)
		    : ERR_PEER_GONE;
	}
	/* a PIN, or a PUK */
	explicit_bzero(s->out, sizeof(s->out));
	return e;
}

/* Packets of other kinds are for whoever is the bus. */
static enum err
socket_receive(
    struct pipe *p, const uint8_t **buf, size_t *len, int64_t deadline)
{
	struct socket_pipe *s = (struct socket_pipe *)p;
	enum err e;
	ssize_t n;

	for (;;) {
		e = wait_for(s->fd, POLLIN, deadline);
		if (e != ERR_OK)
			return e;
		n = recv(s->fd, s->in, sizeof(s->in), MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			return ERR_PEER_GONE;
		if (n > LINK_HEAD && s->in[0] == LINK_CONSOLE)
			break;
		if (pipe_now() >= deadline)
			return ERR_TIMEOUT;
	}
	*buf = s->in + LINK_HEAD;
	*len = (size_t)n - LINK_HEAD;
	return ERR_OK;
}

static void
socket_close(struct pipe *p)
{
	struct socket_pipe *s = (struct socket_pipe *)p;

	if (s->fd >= 0)
		close(s->fd);
	free(s);
}

enum err
pipe_open_socket(struct pipe **p, const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	struct socket_pipe *s;
	enum err e = ERR_OK;

	*p = NULL;
	if (strlen(path) >= sizeof(a.sun_path))
		return ERR_TOO_LARGE;
	memcpy(a.sun_path, path, strlen(path));
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return ERR_NO_MEMORY;
	s->pipe = (struct pipe){socket_send, socket_receive, socket_close};
	s->fd = socket(
	    AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0)
		e = ERR_IO;
	else if (connect(s->fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		/* others wait there already */
		e = errno == EAGAIN ? ERR_TOKEN_BUSY : ERR_TOKEN_ABSENT;
	if (e != ERR_OK)
		socket_close(&s->pipe);
	else
		*p = &s->pipe;
	return e;
}
