#include "tests/unit/support/scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void
scratch_make(struct scratch *s)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(s->dir, sizeof(s->dir), "%s/zegel-test-XXXXXX",
	    tmp != NULL && tmp[0] != '\0' ? tmp : "/tmp");
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
