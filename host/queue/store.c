#include "host/queue/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/bounds.h"
#include "host/base/file.h"
#include "host/base/hex.h"

/* "ab/" and 62 more digits; "tmp/PID-NUMBER" is shorter. */
#define NAME_SIZE (2 * SHA256_SIZE + 2)

#define CREATE (O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW)

struct store {
	int dir;
	atomic_uint next; /* number of a name in tmp/ */
	pthread_mutex_t lock; /* of names that are replaced or taken back */
	atomic_bool unsynced; /* something was put since the last sync */
	atomic_int broken; /* enum err of a sync that failed */
};

static void
name_of(const uint8_t digest[static SHA256_SIZE], char name[static NAME_SIZE])
{
	char hex[2 * SHA256_SIZE + 1];

	hex_encode(digest, SHA256_SIZE, hex);
	snprintf(name, NAME_SIZE, "%.2s/%s", hex, hex + 2);
}

static enum err
make_folder(int dir, const char *name, struct fault *fault)
{
	if (mkdirat(dir, name, 0750) == 0 || errno == EEXIST)
		return ERR_OK;
	return fault_errno(fault, errno, "cannot make folder store/%s", name);
}

static enum err
remove_interrupted(int dir, struct fault *fault)
{
	enum err e = ERR_OK;
	struct dirent *entry;
	DIR *d = NULL;
	int fd;

	fd = openat(dir, "tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		d = fdopendir(fd);
	if (d == NULL) {
		e = fault_errno(fault, errno, "cannot open store/tmp");
		if (fd >= 0)
			close(fd);
		return e;
	}
	while ((entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if (unlinkat(fd, entry->d_name, 0) != 0 && errno != EROFS) {
			e = fault_errno(fault, errno,
			    "cannot remove store/tmp/%.60s", entry->d_name);
			break;
		}
	}
	closedir(d);
	return e;
}

enum err
store_open(struct store **out, const char *path, struct fault *fault)
{
	struct store *s;
	char name[8];
	unsigned i;
	enum err e;

	*out = NULL;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "opening %s", path);
	s->dir = -1;
	pthread_mutex_init(&s->lock, NULL);
	e = file_make_folder(path, 0700, fault);
	if (e != ERR_OK)
		goto out;
	s->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dir < 0) {
		e = fault_errno(fault, errno, "cannot open %s", path);
		goto out;
	}
	e = make_folder(s->dir, "tmp", fault);
	for (i = 0; e == ERR_OK && i < 256; i++) {
		snprintf(name, sizeof(name), "%02x", i);
		e = make_folder(s->dir, name, fault);
	}
	if (e == ERR_OK)
		e = remove_interrupted(s->dir, fault);
	if (e == ERR_OK) {
		*out = s;
		s = NULL;
	}
out:
	store_close(s);
	return e;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	if (s->dir >= 0)
		close(s->dir);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static enum err
open_known(struct store *s, const char *name, int *fd, struct fault *fault)
{
	struct stat st;
	enum err e;

	*fd = openat(s->dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (*fd < 0)
		return fault_errno(fault, errno, "cannot open store/%s", name);
	if (fstat(*fd, &st) != 0)
		e = fault_errno(fault, errno, "cannot read store/%s", name);
	else if (!S_ISREG(st.st_mode) || st.st_size > BOUND_PAYLOAD)
		e = fault_set(fault, ERR_STORE_CORRUPT, FAULT_NO_OFFSET,
		    "store/%s is not a stored file", name);
	else
		return ERR_OK;
	close(*fd);
	*fd = -1;
	return e;
}

/*
 * True if the file is there with these bytes. They are read from the disk, not
 * from memory: after a power cut or a write error the name alone proves
 * nothing, and pages whose writing failed look clean.
 */
static bool
is_known(struct store *s, const char *name, const uint8_t *buf, size_t len)
{
	uint8_t part[16384];
	size_t at = 0, want;
	struct stat st;
	ssize_t got;
	int fd;

	if (fstatat(s->dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    !S_ISREG(st.st_mode) || (uint64_t)st.st_size != len)
		return false;
	if (open_known(s, name, &fd, NULL) != ERR_OK)
		return false;
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	while (at < len) {
		want = len - at < sizeof(part) ? len - at : sizeof(part);
		got = read(fd, part, want);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || memcmp(part, buf + at, (size_t)got) != 0)
			break;
		at += (size_t)got;
	}
	close(fd);
	return at == len;
}

/* In the place of what lies there and has other bytes, whole by rename(2). */
static enum err
replace_file(struct store *s, const char *name, const uint8_t *buf, size_t len,
    struct fault *fault)
{
	char tmp[NAME_SIZE];
	enum err e;
	int fd;

	snprintf(tmp, sizeof(tmp), "tmp/%ld-%u", (long)getpid(),
	    atomic_fetch_add(&s->next, 1));
	fd = openat(s->dir, tmp, CREATE, 0640);
	if (fd < 0)
		return fault_errno(fault, errno, "cannot create store/%s", tmp);
	e = file_write_all(fd, "store", buf, len, fault);
	if (close(fd) != 0 && e == ERR_OK)
		e = fault_errno(fault, errno, "cannot close store/%s", tmp);
	if (e == ERR_OK && renameat(s->dir, tmp, s->dir, name) != 0)
		e = fault_errno(fault, errno, "cannot name store/%s", name);
	if (e != ERR_OK)
		unlinkat(s->dir, tmp, 0);
	return e;
}

/* Of a file that could not be written whole; not of one that another thread
 * has put there in the meantime. */
static void
take_back(struct store *s, const char *name, int fd)
{
	struct stat st;

	pthread_mutex_lock(&s->lock);
	if (fstat(fd, &st) == 0 && st.st_nlink > 0)
		unlinkat(s->dir, name, 0);
	pthread_mutex_unlock(&s->lock);
}

/* Under its name at once: what is cut off there is found by its digest. */
static enum err
write_file(struct store *s, const char *name, const uint8_t *buf, size_t len,
    struct fault *fault)
{
	enum err e;
	int fd;

	fd = openat(s->dir, name, CREATE, 0640);
	if (fd < 0 && errno == EEXIST) {
		pthread_mutex_lock(&s->lock);
		e = is_known(s, name, buf, len)
		    ? ERR_OK
		    : replace_file(s, name, buf, len, fault);
		pthread_mutex_unlock(&s->lock);
		return e;
	}
	if (fd < 0)
		return fault_errno(
		    fault, errno, "cannot create store/%s", name);
	e = file_write_all(fd, "store", buf, len, fault);
	if (e != ERR_OK)
		take_back(s, name, fd);
	if (close(fd) != 0 && e == ERR_OK)
		e = fault_errno(fault, errno, "cannot close store/%s", name);
	return e;
}

static enum err
check_whole(struct store *s, struct fault *fault)
{
	enum err e = (enum err)atomic_load(&s->broken);

	if (e == ERR_OK)
		return ERR_OK;
	return fault_set(
	    fault, e, FAULT_NO_OFFSET, "an earlier sync of the store failed");
}

enum err
store_put(struct store *s, const uint8_t *buf, size_t len,
    uint8_t digest[static SHA256_SIZE], struct fault *fault)
{
	sha256(buf, len, digest);
	return store_put_hashed(s, buf, len, digest, fault);
}

enum err
store_put_hashed(struct store *s, const uint8_t *buf, size_t len,
    const uint8_t digest[static SHA256_SIZE], struct fault *fault)
{
	char name[NAME_SIZE];
	enum err e;

	if (len > BOUND_PAYLOAD)
		return fault_set(
		    fault, ERR_TOO_LARGE, FAULT_NO_OFFSET, "%zu octets", len);
	e = check_whole(s, fault);
	if (e != ERR_OK)
		return e;
	name_of(digest, name);
	e = write_file(s, name, buf, len, fault);
	/* Also what was known: who put it may have died before its sync. */
	if (e == ERR_OK)
		atomic_store(&s->unsynced, true);
	return e;
}

enum err
store_sync(struct store *s, struct fault *fault)
{
	enum err e;

	e = check_whole(s, fault);
	if (e != ERR_OK || !atomic_exchange(&s->unsynced, false))
		return e;
	if (syncfs(s->dir) == 0)
		return ERR_OK;
	e = fault_errno(fault, errno, "cannot sync the store");
	atomic_store(&s->broken, (int)e);
	return e;
}

/* As it lies there. */
static enum err
read_file(struct store *s, const uint8_t digest[static SHA256_SIZE],
    uint8_t **buf, size_t *len, struct fault *fault)
{
	char name[NAME_SIZE];
	enum err e;
	int fd;

	*buf = NULL;
	*len = 0;
	name_of(digest, name);
	e = open_known(s, name, &fd, fault);
	if (e != ERR_OK)
		return e;
	e = file_read_fd(fd, name, BOUND_PAYLOAD, buf, len, fault);
	close(fd);
	return e;
}

/* Nothing is handed out that has another digest than it was asked for by. */
static enum err
check_digest(const uint8_t digest[static SHA256_SIZE],
    const uint8_t found[static SHA256_SIZE], uint8_t **buf, size_t *len,
    struct fault *fault)
{
	char name[NAME_SIZE];

	if (memcmp(found, digest, SHA256_SIZE) == 0)
		return ERR_OK;
	free(*buf);
	*buf = NULL;
	*len = 0;
	name_of(digest, name);
	return fault_set(
	    fault, ERR_STORE_CORRUPT, FAULT_NO_OFFSET, "store/%s", name);
}

enum err
store_get(struct store *s, const uint8_t digest[static SHA256_SIZE],
    uint8_t **buf, size_t *len, struct fault *fault)
{
	uint8_t found[SHA256_SIZE];
	enum err e;

	e = read_file(s, digest, buf, len, fault);
	if (e != ERR_OK)
		return e;
	sha256(*buf, *len, found);
	return check_digest(digest, found, buf, len, fault);
}

void
store_get_two(struct store *s, struct stored two[static 2])
{
	uint8_t found[2][SHA256_SIZE];
	struct sha256 hash[2];
	int i;

	for (i = 0; i < 2; i++) {
		two[i].err = read_file(
		    s, two[i].digest, &two[i].buf, &two[i].len, &two[i].fault);
		sha256_init(&hash[i]);
	}
	sha256_push_two(
	    &hash[0], two[0].buf, two[0].len, &hash[1], two[1].buf, two[1].len);
	for (i = 0; i < 2; i++) {
		sha256_finish(&hash[i], found[i]);
		if (two[i].err == ERR_OK)
			two[i].err = check_digest(two[i].digest, found[i],
			    &two[i].buf, &two[i].len, &two[i].fault);
	}
}

enum err
store_fd(struct store *s, const uint8_t digest[static SHA256_SIZE], int *fd,
    struct fault *fault)
{
	char name[NAME_SIZE];

	name_of(digest, name);
	return open_known(s, name, fd, fault);
}

enum err
store_remove(struct store *s, const uint8_t digest[static SHA256_SIZE],
    struct fault *fault)
{
	char name[NAME_SIZE];

	name_of(digest, name);
	if (unlinkat(s->dir, name, 0) != 0)
		return fault_errno(
		    fault, errno, "cannot remove store/%s", name);
	atomic_store(&s->unsynced, true);
	return ERR_OK;
}
