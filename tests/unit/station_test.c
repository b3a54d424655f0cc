#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/base/file.h"
#include "host/base/lock.h"
#include "host/base/say.h"
#include "host/base/station.h"

static char dir[64];

static int
make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/station_test.XXXXXX");
	assert_non_null(mkdtemp(dir));
	return 0;
}

static int
remove_dir(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static mode_t
mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void
a_folder_without_zegel_conf_is_no_station(void **state)
{
	struct station s;
	struct fault f;

	(void)state;
	assert_int_equal(
	    station_open(&s, "/nonexistent/x", &f), ERR_STATION_ABSENT);
	assert_int_equal(station_open(&s, dir, &f), ERR_STATION_ABSENT);
}

static void
created_folders_keep_the_processes_apart(void **state)
{
	char at[96], path[STATION_PATH];
	struct station s, again;
	struct fault f;

	(void)state;
	snprintf(at, sizeof(at), "%s/new", dir);
	umask(077);
	assert_int_equal(station_create(&s, at, &f), ERR_OK);
	umask(022);
	assert_int_equal(mode_of(at), 01755);
	station_path(&s, STATION_SIGNER, path);
	assert_int_equal(mode_of(path), 0700);
	station_path(&s, STATION_LOGGER, path);
	assert_int_equal(mode_of(path), 0700);
	station_path(&s, STATION_SOFTHSM, path);
	assert_int_equal(mode_of(path), 0700);
	station_path(&s, STATION_STORE, path);
	assert_int_equal(mode_of(path), 0700);
	station_path(&s, STATION_LOG, path);
	assert_int_equal(mode_of(path), 0755);
	station_path(&s, STATION_SPOOL_IN, path);
	assert_int_equal(mode_of(path), 0750);

	/* A second init on it is fine until there is a configuration. */
	assert_int_equal(station_create(&again, at, &f), ERR_OK);
	station_path(&s, STATION_CONFIG, path);
	assert_int_equal(file_create(path, "x", 1, 0644, &f), ERR_OK);
	assert_int_equal(station_create(&again, at, &f), ERR_EXISTS);
	assert_int_equal(station_open(&again, at, &f), ERR_OK);
	assert_string_equal(s.dir, again.dir);

	/* By the environment; and absolute whatever was given. */
	assert_int_equal(setenv("ZEGEL_STATION", at, 1), 0);
	assert_int_equal(station_open(&again, NULL, &f), ERR_OK);
	assert_string_equal(s.dir, again.dir);
	unsetenv("ZEGEL_STATION");
	assert_int_equal(chdir(dir), 0);
	assert_int_equal(station_open(&again, "new", &f), ERR_OK);
	assert_string_equal(s.dir, again.dir);
	assert_int_equal(chdir("/"), 0);
}

static void
a_path_that_would_be_cut_is_refused(void **state)
{
	char at[STATION_PATH + 64];
	struct station s;
	struct fault f;
	size_t n;

	(void)state;
	n = (size_t)snprintf(at, sizeof(at), "%s", dir);
	while (n + 101 < STATION_PATH - 10) {
		at[n] = '/';
		memset(at + n + 1, 'x', 100);
		n += 101;
		at[n] = '\0';
		assert_int_equal(mkdir(at, 0755), 0);
	}
	at[n++] = '/';
	memset(at + n, 'y', STATION_PATH - 33 - n);
	at[STATION_PATH - 33] = '\0';
	assert_int_equal(station_create(&s, at, &f), ERR_TOO_LARGE);
	at[STATION_PATH - 34] = '\0';
	assert_int_equal(station_create(&s, at, &f), ERR_OK);
	station_path(&s, STATION_SOFTHSM_CONFIG, at);
	assert_string_equal(at + strlen(at) - 22, "/softhsm/softhsm2.conf");
}

static void
two_daemons_cannot_share_a_station(void **state)
{
	char path[96];
	struct fault f;
	int lock, second, status;
	pid_t pid;

	(void)state;
	snprintf(path, sizeof(path), "%s/lock", dir);
	assert_int_equal(lock_take(path, &lock, &f), ERR_OK);
	pid = fork();
	if (pid == 0) {
		char own[32];
		enum err e = lock_take(path, &second, &f);

		snprintf(own, sizeof(own), "process %d ", (int)getppid());
		_exit(e == ERR_STATION_BUSY && second == -1 &&
			    strncmp(f.detail, own, strlen(own)) == 0
			? 0
			: 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	lock_drop(lock);
	assert_int_equal(lock_take(path, &lock, &f), ERR_OK);
	lock_drop(lock);
	lock_drop(-1);
	assert_int_equal(mode_of(path), 0600);
}

static void
the_lock_is_not_written_into_somebody_elses_file(void **state)
{
	char path[96], other[96];
	struct fault f;
	struct stat st;
	int lock;

	(void)state;
	snprintf(path, sizeof(path), "%s/lock2", dir);
	snprintf(other, sizeof(other), "%s/other", dir);
	assert_int_equal(file_create(other, "keep", 4, 0644, &f), ERR_OK);
	assert_int_equal(symlink(other, path), 0);
	assert_int_not_equal(lock_take(path, &lock, &f), ERR_OK);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(link(other, path), 0);
	assert_int_equal(lock_take(path, &lock, &f), ERR_NOT_REGULAR);
	assert_int_equal(stat(other, &st), 0);
	assert_int_equal(st.st_size, 4);
}

/* What arrives on stderr, which is no terminal here. */
static void
caught(char *out, size_t cap, void (*speak)(void))
{
	int ends[2], keep = dup(2);
	ssize_t n;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[1], 2), 2);
	speak();
	assert_int_equal(dup2(keep, 2), 2);
	close(keep);
	close(ends[1]);
	n = read(ends[0], out, cap - 1);
	close(ends[0]);
	assert_true(n >= 0);
	out[n] = '\0';
}

static void
speak_lines(void)
{
	say(SAY_ERROR, "item %d", 7);
	say_as("front");
	say(SAY_INFO, "forged\n<0>line\x1b[2J");
}

static void
speak_fault(void)
{
	struct fault f;

	(void)fault_set(&f, ERR_CONFIG_VALUE, 12, "expected %s", "yes or no");
	say_fault(SAY_WARNING, &f, "zegel.conf");
}

static void
speak_long(void)
{
	char text[3000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	say(SAY_INFO, "%s", text);
}

static void
a_message_is_one_line_with_its_level(void **state)
{
	char out[4096];

	(void)state;
	caught(out, sizeof(out), speak_lines);
	assert_string_equal(out, "<3>item 7\n<6>front: forged?<0>line?[2J\n");
	caught(out, sizeof(out), speak_fault);
	assert_string_equal(out,
	    "<4>front: zegel.conf:12: value not allowed in the configuration: "
	    "expected yes or no\n");
	caught(out, sizeof(out), speak_long);
	assert_int_equal(strlen(out), SAY_LINE);
	assert_int_equal(out[SAY_LINE - 1], '\n');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_folder_without_zegel_conf_is_no_station),
	    cmocka_unit_test(created_folders_keep_the_processes_apart),
	    cmocka_unit_test(a_path_that_would_be_cut_is_refused),
	    cmocka_unit_test(two_daemons_cannot_share_a_station),
	    cmocka_unit_test(the_lock_is_not_written_into_somebody_elses_file),
	    cmocka_unit_test(a_message_is_one_line_with_its_level),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
