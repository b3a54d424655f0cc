#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdatomic.h>
#include <string.h>

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_item_is_done_once_before_run_returns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
