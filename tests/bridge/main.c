/*
 * bridge: the bus to which an emulated board's USB controller is connected.
 *
 *	umockdev-wrapper bridge [-c SOCKET] LINK -- COMMAND...
 *	bridge [-c SOCKET] -r REDIR LINK
 *
 * LINK is the board's: qemu:PATH is QEMU's stream of frames, anything else the
 * socket of packets of boards/sim. The first form shows the device to COMMAND
 * and its children as usbfs does; the second to a QEMU guest by usbredir, at
 * the socket REDIR. -c gives the console's packets to who connects to SOCKET;
 * -c alone is a form, too: no bus, only the console.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/bridge/bus.h"
#include "tests/bridge/mock.h"
#include "tests/bridge/redir.h"

/* The board's link. */
struct where {
	const char *path;
	bool ethernet;
	bool waits; /* for a board that is gone */
};

static struct bus bus;
static int console_client = -1;

static void
read_packets(void)
{
	uint8_t packet[LINK_PACKET];
	size_t len;

	do {
		len = link_receive(&bus.link, packet, sizeof(packet));
		pthread_mutex_lock(&bus.lock);
		if (len > 0)
			bus_take(&bus, packet, len);
		else
			bus_lose(&bus);
		pthread_mutex_unlock(&bus.lock);
	} while (len > 0);
}

/* A board that is gone may come back, at the same place. */
static void *
read_link(void *arg)
{
	const struct where *w = arg;
	struct link next;

	for (;;) {
		read_packets();
		fprintf(stderr, "bridge: the board is gone\n");
		if (!w->waits || !link_open(&next, w->path, w->ethernet))
			exit(69);
		pthread_mutex_lock(&bus.lock);
		if (console_client >= 0)
			shutdown(console_client, SHUT_RDWR);
		close(bus.link.fd);
		bus.link = next;
		bus.gone = false;
		pthread_mutex_unlock(&bus.lock);
	}
	return NULL;
}

/* Who does not read is not waited for. */
static void
to_console(struct bus *b, const uint8_t *packet, size_t len)
{
	(void)b;
	if (console_client >= 0 &&
	    send(console_client, packet, len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		shutdown(console_client, SHUT_RDWR);
}

static void
serve_console(int fd)
{
	uint8_t packet[LINK_PACKET];
	ssize_t n;

	for (;;) {
		n = recv(fd, packet, sizeof(packet), 0);
		if (n <= 0 && !(n < 0 && errno == EINTR))
			return;
		pthread_mutex_lock(&bus.lock);
		if (n >= LINK_HEAD && packet[0] == LINK_CONSOLE)
			link_send(&bus.link, packet, (size_t)n);
		pthread_mutex_unlock(&bus.lock);
	}
}

static void *
run_console(void *arg)
{
	int listener = *(int *)arg, fd;

	for (;;) {
		fd = accept(listener, NULL, NULL);
		if (fd < 0)
			continue;
		pthread_mutex_lock(&bus.lock);
		console_client = fd;
		pthread_mutex_unlock(&bus.lock);
		serve_console(fd);
		pthread_mutex_lock(&bus.lock);
		console_client = -1;
		close(fd);
		pthread_mutex_unlock(&bus.lock);
	}
	return NULL;
}

static int
listen_at(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof(a.sun_path))
		return -1;
	memcpy(a.sun_path, path, strlen(path));
	unlink(path);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(fd, 1) != 0)
		return -1;
	return fd;
}

static int
usage(void)
{
	fprintf(stderr,
	    "usage: bridge [-c SOCKET] [-r REDIR] [qemu:]LINK "
	    "[-- COMMAND...]\n");
	return 64;
}

int
main(int argc, char **argv)
{
	const char *console = NULL, *redir = NULL;
	struct where link = {NULL, false, false};
	pthread_t thread;
	int option, listener;

	while ((option = getopt(argc, argv, "+c:r:")) != -1) {
		if (option == 'c')
			console = optarg;
		else if (option == 'r')
			redir = optarg;
		else
			return usage();
	}
	if (optind >= argc)
		return usage();
	link.path = argv[optind++];
	link.ethernet = strncmp(link.path, "qemu:", 5) == 0;
	link.path += link.ethernet ? 5 : 0;
	link.waits = redir == NULL;
	if (optind < argc && strcmp(argv[optind], "--") == 0)
		optind++;
	if (redir == NULL && console == NULL && optind >= argc)
		return usage();
	bus_init(&bus);
	bus.console = to_console;
	if (!link_open(&bus.link, link.path, link.ethernet)) {
		fprintf(stderr, "bridge: %s: no link\n", link.path);
		return 69;
	}
	pthread_create(&thread, NULL, read_link, &link);
	if (console != NULL) {
		listener = listen_at(console);
		if (listener < 0) {
			perror(console);
			return 74;
		}
		pthread_create(&thread, NULL, run_console, &listener);
	}
	if (redir != NULL)
		return redir_run(&bus, redir);
	if (optind < argc)
		return mock_run(&bus, argv + optind);
	for (;;)
		pause();
}
