/*
 * scratch.h: a folder of its own for a test, gone afterwards; in memory where
 * there is a /dev/shm, since no test waits for power to fail.
 *
 *	struct scratch s;
 *	scratch_make(&s);                    s.dir, aborts on failure
 *	scratch_path(&s, "log", path);
 *	scratch_remove(&s);
 *
 * Memory    fixed buffers
 * Chunks    none
 * Errors    abort: a test cannot go on without
 * Trust     none
 * Limits    SCRATCH_PATH octets a path
 */
#ifndef TESTS_UNIT_SUPPORT_SCRATCH_H
#define TESTS_UNIT_SUPPORT_SCRATCH_H

#define SCRATCH_PATH 400

struct scratch {
	char dir[SCRATCH_PATH / 2];
};

void scratch_make(struct scratch *s);
void scratch_path(
    const struct scratch *s, const char *name, char out[static SCRATCH_PATH]);
void scratch_remove(struct scratch *s);
void scratch_remove_tree(const char *path);
/* A folder or a file, in place of what is there. */
void scratch_copy(const char *from, const char *to);

#endif
