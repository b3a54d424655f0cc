#include "hsm/console.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PACKET 1500

struct console {
	int fd;
	int timeout;
	unsigned credits;
	struct frame_rx rx;
	uint8_t packet[PACKET];
	const uint8_t *next; /* what of it is not read yet */
	size_t left;
};

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum err
wait_for(int fd, short events, int64_t deadline)
{
	struct pollfd p = {.fd = fd, .events = events};
	int64_t left = deadline - now();
	int n;

	n = poll(&p, 1, left > 0 ? (int)left : 0);
	if (n < 0 && errno != EINTR)
		return ERR_IO;
	if (n > 0)
		return ERR_OK;
	return left > 0 && n < 0 ? ERR_OK : ERR_TIMEOUT;
}

static enum err
send_packets(struct console *c, const uint8_t *buf, size_t len)
{
	int64_t deadline = now() + c->timeout;
	enum err e;
	ssize_t n;

	while (len > 0) {
		n = send(c->fd, buf, len < PACKET ? len : PACKET,
		    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n > 0) {
			buf += n;
			len -= (size_t)n;
			continue;
		}
		if (errno != EAGAIN && errno != EINTR)
			return ERR_PEER_GONE;
		e = wait_for(c->fd, POLLOUT, deadline);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err
console_send(struct console *c, const struct msg *m)
{
	uint8_t frame[FRAME_MAX];
	size_t len = msg_encode(m, frame);

	return len == 0 ? ERR_TOO_LARGE : send_packets(c, frame, len);
}

/* The next frame of any kind. */
static enum err
receive(struct console *c, int64_t deadline, struct msg *m)
{
	enum frame_event event;
	enum err e;
	ssize_t n;

	for (;;) {
		event = frame_rx_push(&c->rx, &c->next, &c->left);
		if (event == FRAME_BAD)
			return c->rx.err;
		if (event == FRAME_READY)
			return msg_decode(
			    m, c->rx.number, c->rx.body, c->rx.len);
		e = wait_for(c->fd, POLLIN, deadline);
		if (e != ERR_OK)
			return e;
		n = recv(c->fd, c->packet, sizeof(c->packet), MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			return ERR_PEER_GONE;
		c->next = c->packet;
		c->left = n > 0 ? (size_t)n : 0;
	}
}

/* Numbers that are no error of ours stay an error. */
static enum err
reason_of(const struct msg *m)
{
	enum err e = (enum err)m->error.reason;

	return e == ERR_OK ? ERR_CONSOLE_MESSAGE : e;
}

enum err
console_wait(struct console *c, int timeout, struct msg *m)
{
	int64_t deadline = now() + timeout;
	enum err e;

	for (;;) {
		e = receive(c, deadline, m);
		if (e != ERR_OK)
			return e;
		if (m->number == MSG_ERROR)
			return reason_of(m);
		if (m->number != MSG_CREDIT)
			return ERR_OK;
		c->credits += m->credit.credits;
	}
}

static enum err
expect(struct console *c, unsigned number, struct msg *m)
{
	enum err e = console_wait(c, c->timeout, m);

	if (e == ERR_OK && m->number != number)
		e = ERR_CONSOLE_MESSAGE;
	return e;
}

/* Nothing but credits, or an error, may come while octets are on their way. */
static enum err
wait_for_credit(struct console *c)
{
	struct msg m;
	enum err e = receive(c, now() + c->timeout, &m);

	if (e != ERR_OK)
		return e;
	if (m.number == MSG_ERROR)
		return reason_of(&m);
	if (m.number != MSG_CREDIT)
		return ERR_CONSOLE_MESSAGE;
	c->credits += m.credit.credits;
	return ERR_OK;
}

static enum err
send_bulk(
    struct console *c, enum msg_number number, const uint8_t *buf, size_t len)
{
	struct msg m = {.number = (uint8_t)number};
	enum err e = ERR_OK;

	while (len > 0 && e == ERR_OK) {
		if (c->credits == 0) {
			e = wait_for_credit(c);
			continue;
		}
		m.bulk.octets.p = buf;
		m.bulk.octets.len = len < FRAME_BODY ? len : FRAME_BODY;
		e = console_send(c, &m);
		c->credits--;
		buf += m.bulk.octets.len;
		len -= m.bulk.octets.len;
	}
	return e;
}

static enum err
say_hello(struct console *c, struct msg *hello)
{
	static const uint8_t zeros[FRAME_RESET];
	struct msg m = {.number = MSG_HELLO};
	int64_t deadline;
	enum err e;

	m.hello.version_low = m.hello.version_high = MSG_VERSION;
	e = send_packets(c, zeros, sizeof(zeros));
	if (e == ERR_OK)
		e = console_send(c, &m);
	/* what a former host left behind comes first */
	deadline = now() + c->timeout;
	while (e == ERR_OK) {
		e = receive(c, deadline, hello);
		if (e == ERR_OK && hello->number == MSG_HELLO_REPLY)
			return ERR_OK;
		if (e == ERR_OK && hello->number == MSG_ERROR &&
		    reason_of(hello) == ERR_CONSOLE_VERSION)
			e = ERR_CONSOLE_VERSION;
	}
	return e;
}

static enum err
connect_to(const char *path, int *fd)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	*fd = -1;
	if (strlen(path) >= sizeof(a.sun_path))
		return ERR_TOO_LARGE;
	memcpy(a.sun_path, path, strlen(path));
	*fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return ERR_IO;
	if (connect(*fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		return ERR_TOKEN_ABSENT;
	return ERR_OK;
}

enum err
console_open(
    struct console **out, const char *path, int timeout, struct msg *hello)
{
	struct console *c = calloc(1, sizeof(*c));
	enum err e;

	*out = NULL;
	if (c == NULL)
		return ERR_NO_MEMORY;
	c->timeout = timeout;
	frame_rx_init(&c->rx);
	e = connect_to(path, &c->fd);
	if (e == ERR_OK)
		e = say_hello(c, hello);
	if (e != ERR_OK)
		console_close(c);
	else
		*out = c;
	return e;
}

void
console_close(struct console *c)
{
	if (c == NULL)
		return;
	if (c->fd >= 0)
		close(c->fd);
	free(c);
}

enum err
console_begin(struct console *c, struct msg *begin, const uint8_t *chain,
    size_t chain_len)
{
	struct msg m;
	enum err e;

	begin->number = MSG_BEGIN;
	c->credits = 0;
	e = console_send(c, begin);
	if (e == ERR_OK)
		e = expect(c, MSG_BEGUN, &m);
	if (e != ERR_OK)
		return e;
	c->credits = m.begun.credits;
	return send_bulk(c, MSG_CHAIN, chain, chain_len);
}

enum err
console_item(struct console *c, struct msg *item, const uint8_t *timestamp,
    const uint8_t *payload, struct msg *result)
{
	enum err e;

	item->number = MSG_ITEM;
	e = console_send(c, item);
	if (e == ERR_OK && item->item.timestamp_len > 0)
		e = send_bulk(
		    c, MSG_TIMESTAMP, timestamp, item->item.timestamp_len);
	if (e == ERR_OK)
		e = send_bulk(c, MSG_PAYLOAD, payload, item->item.payload_len);
	return e == ERR_OK ? expect(c, MSG_RESULT, result) : e;
}
