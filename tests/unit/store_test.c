#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/bounds.h"
#include "host/base/file.h"
#include "host/base/hex.h"
#include "host/queue/store.h"

static char dir[64], path[96];

static int
make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/store_test.XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/store", dir);
	return 0;
}

static int
remove_dir(void **state)
{
	char command[96];

	(void)state;
	/* What a failed test left mounted. */
	snprintf(command, sizeof(command), "%s/full", dir);
	(void)umount2(command, MNT_DETACH);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static struct store *
opened(void)
{
	struct store *s;
	struct fault f;

	assert_int_equal(store_open(&s, path, &f), ERR_OK);
	return s;
}

static void
file_of(const uint8_t digest[static SHA256_SIZE], char out[static 192])
{
	char hex[65];

	hex_encode(digest, SHA256_SIZE, hex);
	snprintf(out, 192, "%s/%.2s/%s", path, hex, hex + 2);
}

static unsigned
files_in(const char *name)
{
	char folder[192];
	struct dirent *entry;
	unsigned n = 0;
	DIR *d;

	snprintf(folder, sizeof(folder), "%s/%s", path, name);
	d = opendir(folder);
	assert_non_null(d);
	while ((entry = readdir(d)) != NULL)
		n += entry->d_name[0] != '.';
	closedir(d);
	return n;
}

static void
what_was_put_comes_back(void **state)
{
	uint8_t digest[SHA256_SIZE], want[SHA256_SIZE], *buf;
	struct store *s = opened();
	struct fault f;
	size_t len;
	char text[8];
	int fd;

	(void)state;
	assert_int_equal(
	    store_put(s, (const uint8_t *)"abc", 3, digest, &f), ERR_OK);
	sha256("abc", 3, want);
	assert_memory_equal(digest, want, SHA256_SIZE);
	assert_int_equal(store_sync(s, &f), ERR_OK);
	store_close(s);
	s = opened();
	assert_int_equal(store_get(s, digest, &buf, &len, &f), ERR_OK);
	assert_int_equal(len, 3);
	assert_memory_equal(buf, "abc", 3);
	free(buf);
	assert_int_equal(store_fd(s, digest, &fd, &f), ERR_OK);
	assert_int_equal(read(fd, text, sizeof(text)), 3);
	close(fd);

	/* An empty file is bytes, too. */
	assert_int_equal(
	    store_put(s, (const uint8_t *)"", 0, digest, &f), ERR_OK);
	assert_int_equal(store_get(s, digest, &buf, &len, &f), ERR_OK);
	assert_int_equal(len, 0);
	free(buf);

	assert_int_equal(store_remove(s, digest, &f), ERR_OK);
	assert_int_equal(store_get(s, digest, &buf, &len, &f), ERR_NOT_FOUND);
	assert_null(buf);
	assert_int_equal(store_fd(s, digest, &fd, &f), ERR_NOT_FOUND);
	assert_int_equal(store_remove(s, digest, &f), ERR_NOT_FOUND);
	store_close(s);
	store_close(NULL);
}

static void
known_bytes_are_not_written_twice(void **state)
{
	struct store *s = opened();
	uint8_t digest[SHA256_SIZE];
	struct stat first, second;
	char name[192];
	struct fault f;

	(void)state;
	assert_int_equal(
	    store_put(s, (const uint8_t *)"same", 4, digest, &f), ERR_OK);
	file_of(digest, name);
	assert_int_equal(stat(name, &first), 0);
	assert_int_equal(
	    store_put(s, (const uint8_t *)"same", 4, digest, &f), ERR_OK);
	assert_int_equal(stat(name, &second), 0);
	assert_int_equal(first.st_ino, second.st_ino);
	store_close(s);
}

static void
damaged_bytes_are_never_handed_out_and_are_replaced(void **state)
{
	static const char *const damage[] = {"", "dat", "data+", "dada", NULL};
	struct store *s = opened();
	uint8_t digest[SHA256_SIZE], *buf;
	char name[192];
	struct fault f;
	size_t len, i;
	int fd;

	(void)state;
	for (i = 0; damage[i] != NULL; i++) {
		assert_int_equal(
		    store_put(s, (const uint8_t *)"data", 4, digest, &f),
		    ERR_OK);
		file_of(digest, name);
		fd = open(name, O_WRONLY | O_TRUNC);
		assert_true(fd >= 0);
		assert_int_equal(
		    write(fd, damage[i], strlen(damage[i])), strlen(damage[i]));
		close(fd);
		assert_int_equal(
		    store_get(s, digest, &buf, &len, &f), ERR_STORE_CORRUPT);
		assert_null(buf);
	}
	assert_int_equal(
	    store_put(s, (const uint8_t *)"data", 4, digest, &f), ERR_OK);
	assert_int_equal(store_get(s, digest, &buf, &len, &f), ERR_OK);
	free(buf);
	/* Something else under the name. */
	assert_int_equal(unlink(name), 0);
	assert_int_equal(mkdir(name, 0700), 0);
	assert_int_equal(
	    store_get(s, digest, &buf, &len, &f), ERR_STORE_CORRUPT);
	assert_int_equal(rmdir(name), 0);
	assert_int_equal(symlink("/etc/passwd", name), 0);
	assert_int_not_equal(store_get(s, digest, &buf, &len, &f), ERR_OK);
	assert_int_equal(
	    store_put(s, (const uint8_t *)"data", 4, digest, &f), ERR_OK);
	assert_int_equal(store_get(s, digest, &buf, &len, &f), ERR_OK);
	free(buf);
	store_close(s);
}

/* What is wrong with one of two is not wrong with the other. */
static void
two_at_once_are_as_good_as_one_by_one(void **state)
{
	static uint8_t first[5000], second[9000];
	uint8_t digest[3][SHA256_SIZE];
	struct store *s = opened();
	struct stored two[2];
	char name[192];
	struct fault f;
	int i;

	(void)state;
	memset(first, 1, sizeof(first));
	memset(second, 2, sizeof(second));
	memset(digest[2], 3, SHA256_SIZE);
	assert_int_equal(
	    store_put(s, first, sizeof(first), digest[0], &f), ERR_OK);
	assert_int_equal(
	    store_put(s, second, sizeof(second), digest[1], &f), ERR_OK);
	for (i = 0; i < 2; i++) {
		two[0].digest = digest[i];
		two[1].digest = digest[1 - i];
		store_get_two(s, two);
		assert_int_equal(two[i].err, ERR_OK);
		assert_int_equal(two[1 - i].err, ERR_OK);
		assert_int_equal(two[i].len, sizeof(first));
		assert_memory_equal(two[i].buf, first, sizeof(first));
		assert_int_equal(two[1 - i].len, sizeof(second));
		assert_memory_equal(two[1 - i].buf, second, sizeof(second));
		free(two[0].buf);
		free(two[1].buf);
		two[0].digest = digest[i];
		two[1].digest = digest[2];
		store_get_two(s, two);
		assert_int_equal(two[0].err, ERR_OK);
		assert_int_equal(two[1].err, ERR_NOT_FOUND);
		assert_null(two[1].buf);
		free(two[0].buf);
	}
	file_of(digest[0], name);
	assert_int_equal(truncate(name, sizeof(first) - 1), 0);
	two[0].digest = digest[0];
	two[1].digest = digest[1];
	store_get_two(s, two);
	assert_int_equal(two[0].err, ERR_STORE_CORRUPT);
	assert_null(two[0].buf);
	assert_int_equal(two[1].err, ERR_OK);
	free(two[1].buf);
	store_close(s);
}

static void
a_payload_at_the_bound_and_one_octet_above(void **state)
{
	uint8_t *big = calloc(1, BOUND_PAYLOAD + 1), *buf;
	struct store *s = opened();
	uint8_t digest[SHA256_SIZE];
	struct fault f;
	size_t len;

	(void)state;
	assert_non_null(big);
	assert_int_equal(
	    store_put(s, big, BOUND_PAYLOAD + 1, digest, &f), ERR_TOO_LARGE);
	assert_int_equal(store_put(s, big, BOUND_PAYLOAD, digest, &f), ERR_OK);
	assert_int_equal(store_get(s, digest, &buf, &len, &f), ERR_OK);
	assert_int_equal(len, BOUND_PAYLOAD);
	free(buf);
	free(big);
	store_close(s);
}

/* Numbered files of 40 kB until somebody kills us. */
static void
put_for_ever(int tell)
{
	static uint8_t bytes[40000];
	struct store *s = opened();
	uint8_t digest[SHA256_SIZE];
	uint32_t i;

	for (i = 0;; i++) {
		memcpy(bytes, &i, sizeof(i));
		if (store_put(s, bytes, sizeof(bytes), digest, NULL) !=
			ERR_OK ||
		    write(tell, digest, sizeof(digest)) != sizeof(digest))
			_exit(1);
	}
}

static void
what_was_put_before_a_kill_is_whole(void **state)
{
	static uint8_t bytes[40000];
	uint8_t digest[SHA256_SIZE], *buf;
	unsigned round, n, total = 0;
	int ends[2], status;
	struct store *s;
	struct fault f;
	size_t len;
	pid_t pid;

	(void)state;
	for (round = 0; round < 10; round++) {
		assert_int_equal(pipe(ends), 0);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0)
			put_for_ever(ends[1]);
		close(ends[1]);
		assert_int_equal(
		    read(ends[0], digest, sizeof(digest)), sizeof(digest));
		usleep(1000 + 1700 * round);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		s = opened();
		assert_int_equal(files_in("tmp"), 0);
		n = 0;
		do {
			n++;
			assert_int_equal(
			    store_get(s, digest, &buf, &len, &f), ERR_OK);
			assert_int_equal(len, 40000);
			free(buf);
		} while (
		    read(ends[0], digest, sizeof(digest)) == sizeof(digest));
		total += n;
		/* What the kill has cut off, if it has, is put anew. */
		memcpy(bytes, &n, sizeof(n));
		assert_int_equal(
		    store_put(s, bytes, sizeof(bytes), digest, &f), ERR_OK);
		assert_int_equal(store_get(s, digest, &buf, &len, &f), ERR_OK);
		assert_int_equal(len, sizeof(bytes));
		free(buf);
		close(ends[0]);
		store_close(s);
	}
	assert_true(total > 10);
}

struct putter {
	struct store *s;
	const uint8_t *buf;
	size_t len;
};

static void *
put_often(void *arg)
{
	struct putter *p = arg;
	uint8_t digest[SHA256_SIZE];
	unsigned i;

	for (i = 0; i < 300; i++)
		if (store_put(p->s, p->buf, p->len, digest, NULL) != ERR_OK ||
		    store_remove(p->s, digest, NULL) == ERR_INTERNAL)
			return p;
	return NULL;
}

/* One of them finds what the other is still writing. */
static void
the_same_bytes_from_two_threads_are_whole(void **state)
{
	static uint8_t bytes[300000];
	uint8_t digest[SHA256_SIZE], *buf;
	struct putter p = {.buf = bytes, .len = sizeof(bytes)};
	pthread_t thread[2];
	struct fault f;
	void *failed;
	size_t len, i;

	(void)state;
	p.s = opened();
	for (i = 0; i < 2; i++)
		assert_int_equal(
		    pthread_create(&thread[i], NULL, put_often, &p), 0);
	for (i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(thread[i], &failed), 0);
		assert_null(failed);
	}
	assert_int_equal(
	    store_put(p.s, bytes, sizeof(bytes), digest, &f), ERR_OK);
	assert_int_equal(store_get(p.s, digest, &buf, &len, &f), ERR_OK);
	assert_int_equal(len, sizeof(bytes));
	free(buf);
	assert_int_equal(files_in("tmp"), 0);
	store_close(p.s);
}

static void
an_interrupted_put_is_cleaned_up(void **state)
{
	char name[192];
	struct fault f;

	(void)state;
	store_close(opened());
	snprintf(name, sizeof(name), "%s/tmp/1-1", path);
	assert_int_equal(file_create(name, "x", 1, 0600, &f), ERR_OK);
	store_close(opened());
	assert_int_not_equal(access(name, F_OK), 0);
}

static void
a_full_disk_is_no_space_and_leaves_nothing(void **state)
{
	static uint8_t bytes[40000];
	uint8_t digest[SHA256_SIZE], *buf;
	char mount_at[96], keep[96];
	unsigned i, stored = 0;
	struct store *s;
	enum err e = ERR_OK;
	struct fault f;
	size_t len;

	(void)state;
	snprintf(mount_at, sizeof(mount_at), "%s/full", dir);
	assert_int_equal(mkdir(mount_at, 0700), 0);
	if (mount("tmpfs", mount_at, "tmpfs", 0, "size=2m") != 0) {
		print_message("needs the right to mount a small tmpfs\n");
		skip();
	}
	memcpy(keep, path, sizeof(keep));
	snprintf(path, sizeof(path), "%s/full/store", dir);
	s = opened();
	for (i = 0; i < 100 && e == ERR_OK; i++) {
		bytes[0] = (uint8_t)i;
		e = store_put(s, bytes, sizeof(bytes), digest, &f);
		stored += e == ERR_OK;
	}
	assert_int_equal(e, ERR_NO_SPACE);
	assert_true(stored > 10);
	assert_int_equal(files_in("tmp"), 0);
	assert_int_equal(store_get(s, digest, &buf, &len, &f), ERR_NOT_FOUND);
	/* With space again it goes on. */
	bytes[0] = 0;
	sha256(bytes, sizeof(bytes), digest);
	assert_int_equal(store_remove(s, digest, &f), ERR_OK);
	assert_int_equal(
	    store_put(s, bytes, sizeof(bytes), digest, &f), ERR_OK);
	assert_int_equal(store_sync(s, &f), ERR_OK);
	/* And a file system that became read-only says so. */
	assert_int_equal(
	    mount(NULL, mount_at, NULL, MS_REMOUNT | MS_RDONLY, "size=2m"), 0);
	bytes[1] = 1;
	assert_int_equal(
	    store_put(s, bytes, sizeof(bytes), digest, &f), ERR_READ_ONLY);
	store_close(s);
	s = opened();
	store_close(s);
	assert_int_equal(umount(mount_at), 0);
	memcpy(path, keep, sizeof(path));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_put_comes_back),
	    cmocka_unit_test(known_bytes_are_not_written_twice),
	    cmocka_unit_test(
		damaged_bytes_are_never_handed_out_and_are_replaced),
	    cmocka_unit_test(two_at_once_are_as_good_as_one_by_one),
	    cmocka_unit_test(a_payload_at_the_bound_and_one_octet_above),
	    cmocka_unit_test(what_was_put_before_a_kill_is_whole),
	    cmocka_unit_test(the_same_bytes_from_two_threads_are_whole),
	    cmocka_unit_test(an_interrupted_put_is_cleaned_up),
	    cmocka_unit_test(a_full_disk_is_no_space_and_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
