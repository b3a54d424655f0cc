#include "tests/unit/support/scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/file.h"

void
scratch_make(struct scratch *s)
{
	const char *tmp = getenv("TMPDIR");

	if (tmp == NULL || tmp[0] == '\0')
		tmp = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	snprintf(s->dir, sizeof(s->dir), "%s/zegel-test-XXXXXX", tmp);
	if (mkdtemp(s->dir) == NULL) {
		perror(s->dir);
		abort();
	}
}

void
scratch_path(
    const struct scratch *s, const char *name, char out[static SCRATCH_PATH])
{
	if (snprintf(out, SCRATCH_PATH, "%s/%s", s->dir, name) >= SCRATCH_PATH)
		abort();
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	return flag == FTW_DP ? rmdir(path) : unlink(path);
}

void
scratch_remove_tree(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void
scratch_remove(struct scratch *s)
{
	scratch_remove_tree(s->dir);
}

static const char *copy_from, *copy_to; /* nftw has no context */

static int
copy_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	char to[2 * SCRATCH_PATH];
	uint8_t *buf;
	size_t len;
	enum err e;

	(void)ftw;
	snprintf(to, sizeof(to), "%s%s", copy_to, path + strlen(copy_from));
	if (flag == FTW_D)
		return mkdir(to, st->st_mode & 07777);
	e = file_read(path, 1u << 26, &buf, &len, NULL);
	if (e == ERR_OK)
		e = file_create(to, buf, len, st->st_mode & 07777, NULL);
	free(buf);
	return e != ERR_OK;
}

void
scratch_copy(const char *from, const char *to)
{
	scratch_remove_tree(to);
	copy_from = from;
	copy_to = to;
	if (nftw(from, copy_one, 16, FTW_PHYS) != 0)
		abort();
}
