#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/daemon/socket_path.h"
#include "tests/unit/support/scratch.h"

#define DEEP 700

static struct scratch scratch;

static int
make(void **state)
{
	(void)state;
	scratch_make(&scratch);
	return 0;
}

static int
drop(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

/* A socket at the path, or a connection to it; the descriptor. */
static int
opened(const char *path, bool listening)
{
	struct sockaddr_un address;
	struct fault fault;
	int fd, folder, done;

	assert_int_equal(
	    socket_path_set(&address, path, &folder, &fault), ERR_OK);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	if (listening)
		done = bind(fd, (struct sockaddr *)&address, sizeof(address));
	else
		done = connect(
		    fd, (struct sockaddr *)&address, sizeof(address));
	socket_path_end(folder);
	if (done != 0)
		fail_msg("%s: %s", path, strerror(errno));
	if (listening)
		assert_int_equal(listen(fd, 1), 0);
	return fd;
}

/* Folders of 50 octets below each other until the socket's path has the
 * length. */
static void
make_path(char path[static DEEP], size_t len)
{
	size_t at = strlen(scratch.dir), n;

	memcpy(path, scratch.dir, at + 1);
	while (at + 1 < len) {
		n = len - at - 1 > 60 ? 50 : len - at - 1;
		path[at++] = '/';
		memset(path + at, 'x', n);
		at += n;
		path[at] = '\0';
		if (at < len)
			assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
	}
	assert_int_equal(strlen(path), len);
}

static void
a_socket_is_reached_at_every_length_of_its_path(void **state)
{
	static const size_t len[] = {60, 106, 107, 108, 109, 300, DEEP - 1};
	char path[DEEP];
	struct stat st;
	int listener, client, server;
	size_t i;
	char got = 0;

	(void)state;
	for (i = 0; i < sizeof(len) / sizeof(len[0]); i++) {
		make_path(path, len[i]);
		listener = opened(path, true);
		assert_int_equal(stat(path, &st), 0);
		assert_true(S_ISSOCK(st.st_mode));
		client = opened(path, false);
		server = accept(listener, NULL, NULL);
		assert_true(server >= 0);
		assert_int_equal(write(client, "z", 1), 1);
		assert_int_equal(read(server, &got, 1), 1);
		assert_int_equal(got, 'z');
		close(client);
		close(server);
		close(listener);
		unlink(path);
	}
}

static void
no_descriptor_is_left_open(void **state)
{
	char path[DEEP];
	int before, after;

	(void)state;
	make_path(path, 300);
	before = dup(0);
	close(before);
	close(opened(path, true));
	unlink(path);
	close(opened(path, true));
	after = dup(0);
	close(after);
	assert_int_equal(before, after);
	unlink(path);
}

static void
what_cannot_be_a_socket_is_told(void **state)
{
	struct sockaddr_un address;
	struct fault fault;
	char path[DEEP];
	int folder;

	(void)state;
	make_path(path, 300);
	path[strlen(path) - 3] = '/'; /* below a folder that is not there */
	assert_int_equal(
	    socket_path_set(&address, path, &folder, &fault), ERR_NOT_FOUND);
	assert_int_equal(folder, -1);
	memset(path, 'n', 120);
	path[0] = '/';
	path[120] = '\0';
	assert_int_equal(
	    socket_path_set(&address, path, &folder, &fault), ERR_TOO_LARGE);
	path[0] = 'n';
	assert_int_equal(
	    socket_path_set(&address, path, &folder, &fault), ERR_TOO_LARGE);
	assert_int_equal(folder, -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_socket_is_reached_at_every_length_of_its_path),
	    cmocka_unit_test(no_descriptor_is_left_open),
	    cmocka_unit_test(what_cannot_be_a_socket_is_told),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
