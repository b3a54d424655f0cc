#include "tests/bridge/link.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "common/be.h"
#include "common/link.h"

/* docs/BOARDS.md: two addresses and a length, within a frame of 60 octets or
 * more, itself behind its length. */
#define ADDRESS 6
#define HEADER 14
#define FRAME_LEAST 60
#define FRAME_MOST 2048
#define TRIES 300

static const uint8_t device[ADDRESS] = {0x02, 0x5a, 0x45, 0x47, 0x45, 0x4c};
static const uint8_t host[ADDRESS] = {0x02, 0x5a, 0x45, 0x47, 0x45, 0x48};

bool
link_open(struct link *l, const char *path, bool ethernet)
{
	struct timespec pause = {0, 100 * 1000000};
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int type = ethernet ? SOCK_STREAM : SOCK_SEQPACKET, i;

	l->ethernet = ethernet;
	if (strlen(path) >= sizeof(a.sun_path))
		return false;
	memcpy(a.sun_path, path, strlen(path));
	for (i = 0; i < TRIES; i++) {
		l->fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
		if (l->fd < 0)
			return false;
		if (connect(l->fd, (struct sockaddr *)&a, sizeof(a)) == 0)
			return true;
		close(l->fd);
		nanosleep(&pause, NULL);
	}
	return false;
}

static bool
read_all(int fd, uint8_t *buf, size_t len)
{
	ssize_t n;

	for (; len > 0; buf += n, len -= (size_t)n) {
		n = read(fd, buf, len);
		if (n <= 0 && !(n < 0 && errno == EINTR))
			return false;
		if (n < 0)
			n = 0;
	}
	return true;
}

static size_t
receive_frame(struct link *l, uint8_t *packet, size_t cap)
{
	uint8_t size[4], frame[FRAME_MOST];
	size_t len, n;

	for (;;) {
		if (!read_all(l->fd, size, sizeof(size)))
			return 0;
		len = be32_get(size);
		if (len > sizeof(frame) || !read_all(l->fd, frame, len))
			return 0;
		if (len < HEADER || memcmp(frame, host, ADDRESS) != 0 ||
		    memcmp(frame + ADDRESS, device, ADDRESS) != 0)
			continue;
		n = be16_get(frame + HEADER - 2);
		if (n <= len - HEADER && n <= cap && n > 0)
			break;
	}
	memcpy(packet, frame + HEADER, n);
	return n;
}

size_t
link_receive(struct link *l, uint8_t *packet, size_t cap)
{
	ssize_t n;

	if (l->ethernet)
		return receive_frame(l, packet, cap);
	do {
		n = recv(l->fd, packet, cap, 0);
	} while (n < 0 && errno == EINTR);
	return n > 0 ? (size_t)n : 0;
}

static bool
write_all(int fd, const uint8_t *buf, size_t len)
{
	ssize_t n;

	for (; len > 0; buf += n, len -= (size_t)n) {
		n = send(fd, buf, len, MSG_NOSIGNAL);
		if (n < 0 && errno != EINTR)
			return false;
		if (n < 0)
			n = 0;
	}
	return true;
}

bool
link_send(struct link *l, const uint8_t *packet, size_t len)
{
	uint8_t frame[4 + FRAME_MOST] = {0};
	size_t size = HEADER + len;

	if (!l->ethernet)
		return write_all(l->fd, packet, len);
	if (size < FRAME_LEAST)
		size = FRAME_LEAST;
	be32_put(frame, (uint32_t)size);
	memcpy(frame + 4, device, ADDRESS);
	memcpy(frame + 4 + ADDRESS, host, ADDRESS);
	be16_put(frame + 4 + HEADER - 2, (uint16_t)len);
	memcpy(frame + 4 + HEADER, packet, len);
	return write_all(l->fd, frame, 4 + size);
}
