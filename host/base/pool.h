/*
 * pool.h: the same work on many items, on every core.
 *
 *	struct pool *p = pool_open(2);
 *	pool_run(p, freeze_one, jobs, count);    freeze_one(jobs, 0..count-1)
 *	pool_close(p);
 *
 * Memory    a few threads that sleep between runs
 * Chunks    items are taken one by one: uneven ones do no harm
 * Errors    NULL when no thread can be had; the work reports its own
 * Trust     work must touch nothing but its item and what is constant
 * Limits    one run at a time; the caller takes part in it
 */
#ifndef HOST_BASE_POOL_H
#define HOST_BASE_POOL_H

#include <stddef.h>

struct pool;

/* threads: besides the caller; 0 is allowed. */
struct pool *pool_open(unsigned threads);
void pool_close(struct pool *p); /* takes NULL */

/* Returns when all are done. */
void pool_run(struct pool *p, void (*work)(void *arg, size_t item), void *arg,
    size_t count);

#endif
