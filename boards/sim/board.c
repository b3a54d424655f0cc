/*
 * The board as a process, for tests: many at once, each in a folder of its own
 * that the environment names, ZEGEL_SIM=FOLDER. In it:
 *
 *	link        socket of packets: the host
 *	control     socket of datagrams: the buttons that are pressed, as one
 *	            octet of enum board_button
 *	screen.pbm  what is shown
 *	store       the store
 *	secret      the device secret, made at the first start
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "boards/board.h"
#include "common/sha256.h"

#define SECTORS 64

static struct {
	int folder, listener, peer, control, store;
	unsigned buttons;
	uint32_t pressed; /* when they last changed */
	uint32_t told; /* when they were last asked for */
	uint8_t secret[BOARD_DEVICE_SECRET];
} sim = {-1, -1, -1, -1, -1, 0, 0, 0, {0}};

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "zegel-sim: %s: %s\n", what, strerror(errno));
	exit(74);
}

static int
bind_socket(const char *folder, const char *name, int type)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int n = snprintf(a.sun_path, sizeof(a.sun_path), "%s/%s", folder, name);

	if (fd < 0 || n < 0 || (size_t)n >= sizeof(a.sun_path))
		die(name);
	unlink(a.sun_path);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		die(name);
	return fd;
}

static int
open_file(const char *name)
{
	int fd = openat(sim.folder, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		die(name);
	return fd;
}

static void
load_secret(void)
{
	int fd = open_file("secret");
	ssize_t n = read(fd, sim.secret, sizeof(sim.secret));

	if (n == 0) {
		n = getrandom(sim.secret, sizeof(sim.secret), 0);
		if (n > 0)
			n = write(fd, sim.secret, sizeof(sim.secret));
	}
	if (n != (ssize_t)sizeof(sim.secret))
		die("secret");
	close(fd);
}

void
board_init(void)
{
	const char *folder = getenv("ZEGEL_SIM");

	if (folder == NULL)
		die("ZEGEL_SIM is not set");
	sim.folder = open(folder, O_DIRECTORY | O_CLOEXEC);
	if (sim.folder < 0)
		die(folder);
	sim.store = open_file("store");
	if (ftruncate(sim.store, SECTORS * BOARD_SECTOR) != 0)
		die("store");
	load_secret();
	sim.control = bind_socket(folder, "control", SOCK_DGRAM);
	sim.listener = bind_socket(folder, "link", SOCK_SEQPACKET);
	if (listen(sim.listener, 1) != 0)
		die("link");
}

const struct board_info *
board_info(void)
{
	static const struct board_info info = {
	    "simulator", BOARD_CLASS_SIMULATOR, true, true};

	return &info;
}

uint32_t
board_millis(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint32_t)((uint64_t)t.tv_sec * 1000 +
	    (uint64_t)t.tv_nsec / 1000000);
}

void
board_wait(void)
{
	struct pollfd p[3] = {
	    {.fd = sim.peer, .events = POLLIN},
	    {.fd = sim.control, .events = POLLIN},
	    {.fd = sim.peer < 0 ? sim.listener : -1, .events = POLLIN},
	};

	(void)poll(p, 3, 5);
}

unsigned
board_buttons(void)
{
	uint32_t now = board_millis();
	uint8_t octet;

	/* what waits is no faster than a finger, and none of it is a bounce:
	 * also of a process that seldom gets to run each press is seen */
	if (sim.told - sim.pressed >= 40 &&
	    recv(sim.control, &octet, 1, 0) == 1) {
		sim.buttons = octet;
		sim.pressed = now;
	}
	sim.told = now;
	return sim.buttons;
}

void
board_screen_show(
    const uint8_t pixels[static BOARD_SCREEN_WIDTH * BOARD_SCREEN_HEIGHT / 8])
{
	static const char head[] = "P4\n128 64\n";
	size_t len = BOARD_SCREEN_WIDTH * BOARD_SCREEN_HEIGHT / 8;
	int fd = openat(sim.folder, "screen.new",
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, head, sizeof(head) - 1) < 0 ||
	    write(fd, pixels, len) != (ssize_t)len || close(fd) != 0 ||
	    renameat(sim.folder, "screen.new", sim.folder, "screen.pbm") != 0)
		die("screen");
}

static void
drop_peer(void)
{
	close(sim.peer);
	sim.peer = -1;
}

size_t
board_link_receive(uint8_t *buf, size_t cap)
{
	ssize_t n;

	if (sim.peer < 0)
		sim.peer = accept4(
		    sim.listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (sim.peer < 0)
		return 0;
	n = recv(sim.peer, buf, cap, 0);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		drop_peer();
	return n > 0 ? (size_t)n : 0;
}

bool
board_link_send(const uint8_t *buf, size_t len)
{
	if (sim.peer < 0)
		return true; /* nobody is there: as on an open cable */
	if (send(sim.peer, buf, len, MSG_NOSIGNAL) == (ssize_t)len)
		return true;
	if (errno == EAGAIN || errno == EINTR)
		return false;
	drop_peer();
	return true;
}

bool
board_store_read(uint32_t sector, uint8_t buf[static BOARD_SECTOR])
{
	return sector < SECTORS &&
	    pread(sim.store, buf, BOARD_SECTOR, (off_t)sector * BOARD_SECTOR) ==
	    BOARD_SECTOR;
}

bool
board_store_write(uint32_t sector, const uint8_t buf[static BOARD_SECTOR])
{
	return sector < SECTORS &&
	    pwrite(sim.store, buf, BOARD_SECTOR,
		(off_t)sector * BOARD_SECTOR) == BOARD_SECTOR &&
	    fdatasync(sim.store) == 0;
}

uint32_t
board_store_sectors(void)
{
	return SECTORS;
}

bool
board_entropy(uint8_t *out, size_t len)
{
	return getrandom(out, len, 0) == (ssize_t)len;
}

bool
board_device_secret(uint8_t out[static BOARD_DEVICE_SECRET])
{
	memcpy(out, sim.secret, BOARD_DEVICE_SECRET);
	return true;
}

/* Of the program's file: it says which one that is, and vouches for nothing. */
void
board_firmware_digest(uint8_t out[static SHA256_SIZE])
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	uint8_t buf[4096];
	struct sha256 h;
	ssize_t n;

	sha256_init(&h);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		sha256_push(&h, buf, (size_t)n);
	if (n != 0)
		die("/proc/self/exe");
	close(fd);
	sha256_finish(&h, out);
}

_Noreturn void
board_halt(const char *reason)
{
	errno = 0;
	fprintf(stderr, "zegel-sim: halted: %s\n", reason);
	exit(70);
}

_Noreturn void
board_reset(void)
{
	exit(0);
}
