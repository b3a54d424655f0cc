/*
 * pool.h: the same work on many items, on every core.
 *
 *	struct pool *p = pool_open(2);
 *	pool_run(p, freeze_one, items, count);   freeze_one(items, 0..count-1)
 *	pool_start(p, &job, write_one, files, n);     and something else, until
 *	if (pool_is_done(p, &job)) ...                poll(2) on pool_fd says so
 *	pool_close(p);
 *
 * Memory    a few threads that sleep between jobs; a job is the caller's, and
 *           stays where it is until it is done
 * Chunks    items are taken one by one: uneven ones do no harm; jobs one after
 *           the other, as they were started
 * Errors    NULL when there is no memory; the work reports its own. Without
 *           any thread a job is done when pool_start returns
 * Trust     work must touch nothing but its item and what is constant
 * Limits    none
 */
#ifndef HOST_BASE_POOL_H
#define HOST_BASE_POOL_H

#include <stdbool.h>
#include <stddef.h>

struct pool;

/* Zeros: none was started, which is done. */
struct pool_job {
	void (*work)(void *arg, size_t item);
	void *arg;
	size_t next, count; /* items that nobody has taken yet */
	size_t left; /* items that are not done */
	struct pool_job *link;
};

/* threads: besides the caller; 0 is allowed. */
struct pool *pool_open(unsigned threads);

/* Items that nobody has taken yet are left out. Takes NULL. */
void pool_close(struct pool *p);

/* Returns when all are done; the caller takes part. */
void pool_run(struct pool *p, void (*work)(void *arg, size_t item), void *arg,
    size_t count);

/* Returns at once. */
void pool_start(struct pool *p, struct pool_job *job,
    void (*work)(void *arg, size_t item), void *arg, size_t count);
bool pool_is_done(struct pool *p, const struct pool_job *job);
void pool_wait(struct pool *p, struct pool_job *job); /* takes part in it */

/* Readable when a job was done since pool_heard. */
int pool_fd(const struct pool *p);
void pool_heard(struct pool *p);

#endif
