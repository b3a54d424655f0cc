#include "host/daemon/ipc.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#define SEND_DEADLINE_MS 30000
#define BUFFER (1 << 20)

enum err
ipc_pair(int fd[2])
{
	int i, size = BUFFER;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) != 0)
		return ERR_IO;
	for (i = 0; i < 2; i++) {
		/* As much as the system gives; fewer groups are under way
		 * with less. */
		(void)setsockopt(
		    fd[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
		(void)setsockopt(
		    fd[i], SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	}
	return ERR_OK;
}

/* Size of the fixed part and of one item; item 0: the type has none. */
static size_t
shape_of(enum msg_type type, size_t *item)
{
	*item = 0;
	switch (type) {
	case MSG_SIGN:
	case MSG_ABANDON:
		*item = sizeof(struct msg_sign_item);
		return offsetof(struct msg_sign, item);
	case MSG_SIGNED:
		*item = sizeof(struct msg_signed_item);
		return offsetof(struct msg_signed, item);
	case MSG_APPROVAL_QUERY:
	case MSG_WAITING:
	case MSG_WAITING_QUERY:
	case MSG_ENDED:
	case MSG_APPROVED:
	case MSG_NOT_APPROVED:
	case MSG_REFUSED:
		return sizeof(struct msg_approval);
	case MSG_LEAVES:
	case MSG_LEAVES_QUERY:
		*item = sizeof(struct msg_leaf);
		return offsetof(struct msg_leaves, leaf);
	case MSG_KEY_STATE:
		return sizeof(struct msg_key_state);
	case MSG_LOG_APPROVAL:
		return sizeof(struct msg_log_approval);
	case MSG_LOG_INTEND:
		*item = sizeof(struct msg_log_intend_item);
		return offsetof(struct msg_log_intend, item);
	case MSG_LOG_SEAL:
	case MSG_LOG_LEAVE:
		*item = sizeof(struct msg_log_seal_item);
		return offsetof(struct msg_log_seal, item);
	case MSG_LOG_NOTE:
		return sizeof(struct msg_log_note);
	case MSG_LOG_RELEASE:
	case MSG_LOG_EXTEND:
		*item = sizeof(struct msg_log_release_item);
		return offsetof(struct msg_log_release, item);
	case MSG_LOG_ENTERED:
		*item = sizeof(struct msg_log_entered_item);
		return offsetof(struct msg_log_entered, item);
	}
	return 0;
}

size_t
ipc_size(enum msg_type type, uint32_t count)
{
	size_t item, fixed = shape_of(type, &item);

	return fixed + item * count;
}

enum err
ipc_send(int fd, const void *msg, size_t len)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	ssize_t put;
	int n;

	for (;;) {
		put = send(fd, msg, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (put == (ssize_t)len)
			return ERR_OK;
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0 && (errno == EPIPE || errno == ECONNRESET))
			return ERR_PEER_GONE;
		if (put >= 0 || (errno != EAGAIN && errno != ENOBUFS))
			return ERR_IO;
		n = poll(&p, 1, SEND_DEADLINE_MS);
		if (n == 0)
			return ERR_TIMEOUT;
		if (n < 0 && errno != EINTR)
			return ERR_IO;
	}
}

enum err
ipc_receive(int fd, union msg *out)
{
	size_t item, fixed;
	ssize_t got;

	do
		got = recv(fd, out, sizeof(*out), MSG_DONTWAIT | MSG_TRUNC);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == EAGAIN	  ? ERR_TIMEOUT
		    : errno == ECONNRESET ? ERR_PEER_GONE
					  : ERR_IO;
	if (got == 0)
		return ERR_PEER_GONE;
	if ((size_t)got < sizeof(out->head) || (size_t)got > sizeof(*out))
		return ERR_MESSAGE_SYNTAX;
	fixed = shape_of((enum msg_type)out->head.type, &item);
	if (fixed == 0 || out->head.count > MSG_GROUP ||
	    (item == 0 && out->head.count != 0) ||
	    (size_t)got != fixed + item * out->head.count)
		return ERR_MESSAGE_SYNTAX;
	return ERR_OK;
}
