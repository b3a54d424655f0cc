#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "host/base/pool.h"

#define ITEMS 10000

static atomic_uint touched[ITEMS];

static void
touch(void *arg, size_t item)
{
	atomic_uint *counts = arg;

	atomic_fetch_add(&counts[item], 1);
}

static void
every_item_is_done_once_before_run_returns(void **state)
{
	unsigned threads;
	size_t count, i;
	struct pool *p;

	(void)state;
	for (threads = 0; threads < 4; threads++) {
		p = pool_open(threads);
		assert_non_null(p);
		for (count = 0; count < ITEMS; count = 3 * count + 1) {
			memset(touched, 0, sizeof(touched));
			pool_run(p, touch, touched, count);
			for (i = 0; i < ITEMS; i++)
				assert_int_equal(
				    atomic_load(&touched[i]), i < count);
		}
		pool_close(p);
	}
}

/* What a job is about is its own: more of them at once do not mix. */
static void
jobs_that_are_under_way_together_are_each_done(void **state)
{
	static atomic_uint counts[5][1000];
	struct pool_job job[5] = {0};
	struct pollfd fd = {.events = POLLIN};
	unsigned threads, j;
	struct pool *p;
	size_t i;

	(void)state;
	for (threads = 0; threads < 4; threads++) {
		memset(counts, 0, sizeof(counts));
		p = pool_open(threads);
		assert_non_null(p);
		fd.fd = pool_fd(p);
		assert_true(pool_is_done(p, &job[0]));
		assert_int_equal(poll(&fd, 1, 0), 0);
		for (j = 0; j < 5; j++)
			pool_start(p, &job[j], touch, counts[j], 200 * j);
		pool_run(p, touch, counts[0], 100);
		pool_wait(p, &job[2]);
		assert_true(pool_is_done(p, &job[2]));
		while (!pool_is_done(p, &job[4])) {
			assert_int_equal(poll(&fd, 1, 10000), 1);
			pool_heard(p);
		}
		pool_wait(p, &job[3]);
		pool_close(p);
		for (j = 0; j < 5; j++)
			for (i = 0; i < 1000; i++)
				assert_int_equal(
				    counts[j][i], i < (j == 0 ? 100 : 200 * j));
	}
}

static atomic_bool open_gate;

static void
wait_at_gate(void *arg, size_t item)
{
	while (!atomic_load(&open_gate))
		sched_yield();
	touch(arg, item);
}

static void *
open_soon(void *arg)
{
	usleep(20000);
	atomic_store(&open_gate, true);
	return arg;
}

static void
closing_leaves_out_what_was_not_begun(void **state)
{
	struct pool *p = pool_open(1);
	struct pool_job job[2];
	pthread_t opener;
	unsigned i, done = 0;

	(void)state;
	memset(touched, 0, sizeof(touched));
	pool_start(p, &job[0], wait_at_gate, touched, 100);
	pool_start(p, &job[1], touch, touched + 100, 100);
	assert_int_equal(pthread_create(&opener, NULL, open_soon, NULL), 0);
	pool_close(p);
	pthread_join(opener, NULL);
	for (i = 0; i < 200; i++)
		done += atomic_load(&touched[i]);
	assert_true(done <= 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_item_is_done_once_before_run_returns),
	    cmocka_unit_test(jobs_that_are_under_way_together_are_each_done),
	    cmocka_unit_test(closing_leaves_out_what_was_not_begun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
