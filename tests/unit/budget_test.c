#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "host/base/file.h"
#include "host/net/http.h"
#include "host/tsp/budget.h"
#include "tests/unit/support/scratch.h"

#define NOW INT64_C(1700000000)

static struct scratch folder;
static char path[SCRATCH_PATH];
static struct fault fault;
static int64_t wait;

static enum err
take(unsigned requests, int64_t period, int64_t now)
{
	struct budget b = {path, requests, period};

	return budget_take(&b, now, &wait, &fault);
}

static void
a_budget_is_never_exceeded_in_any_period(void **state)
{
	int i;

	(void)state;
	unlink(path);
	for (i = 0; i < 20; i++)
		assert_int_equal(take(20, 1200, NOW + i), ERR_OK);
	assert_int_equal(take(20, 1200, NOW + 20), ERR_TSA_LATER);
	assert_int_equal(wait, 1180);
	assert_int_equal(take(20, 1200, NOW + 1199), ERR_TSA_LATER);
	assert_int_equal(wait, 1);
	assert_int_equal(take(20, 1200, NOW + 1200), ERR_OK);
	/* the next one counts for itself */
	assert_int_equal(take(20, 1200, NOW + 1200), ERR_TSA_LATER);
	assert_int_equal(take(20, 1200, NOW + 1201), ERR_OK);
	/* one that became smaller holds at once */
	assert_int_equal(take(5, 1200, NOW + 1210), ERR_TSA_LATER);
}

static void
a_clock_that_was_set_back_opens_nothing(void **state)
{
	(void)state;
	unlink(path);
	assert_int_equal(take(1, 60, NOW), ERR_OK);
	assert_int_equal(take(1, 60, NOW - 100000), ERR_TSA_LATER);
	assert_int_equal(wait, 60);
	/* and closes nothing for longer than that */
	assert_int_equal(take(1, 60, NOW - 100000 + 59), ERR_TSA_LATER);
	assert_int_equal(wait, 1);
	assert_int_equal(take(1, 60, NOW - 100000 + 60), ERR_OK);
}

static void
failures_are_answered_with_patience(void **state)
{
	struct budget b = {path, 0, 0};
	int64_t now = NOW, before = 0;
	int i;

	(void)state;
	unlink(path);
	assert_int_equal(take(0, 0, now), ERR_OK);
	for (i = 0; i < 15; i++) {
		assert_int_equal(
		    budget_failed(&b, now, -1, &wait, &fault), ERR_OK);
		assert_true(wait == 2 * before || before == 0 ||
		    wait == BUDGET_PAUSE_MAX);
		before = wait;
		assert_int_equal(take(0, 0, now + before - 1), ERR_TSA_LATER);
		assert_int_equal(wait, 1);
		now += before;
		assert_int_equal(take(0, 0, now), ERR_OK);
	}
	assert_int_equal(before, BUDGET_PAUSE_MAX);
	assert_int_equal(budget_good(&b, now, &fault), ERR_OK);
	assert_int_equal(budget_failed(&b, now, -1, &wait, &fault), ERR_OK);
	assert_int_equal(wait, BUDGET_PAUSE);
}

static void
what_the_authority_asks_for_is_honoured(void **state)
{
	struct budget b = {path, 0, 0};

	(void)state;
	unlink(path);
	assert_int_equal(budget_failed(&b, NOW, 86400, &wait, &fault), ERR_OK);
	assert_int_equal(wait, 86400);
	assert_int_equal(take(0, 0, NOW + 86399), ERR_TSA_LATER);
	assert_int_equal(take(0, 0, NOW + 86400), ERR_OK);
	/* less than our own patience is no reason to hurry */
	assert_int_equal(budget_failed(&b, NOW, 0, &wait, &fault), ERR_OK);
	assert_true(wait > BUDGET_PAUSE);
	/* a clock that was far ahead does not lock it out for ever */
	assert_int_equal(
	    budget_failed(&b, NOW + 1000000000, -1, &wait, &fault), ERR_OK);
	assert_int_equal(take(0, 0, NOW), ERR_TSA_LATER);
	assert_true(wait <= HTTP_RETRY_MAX);
	assert_int_equal(take(0, 0, NOW + HTTP_RETRY_MAX), ERR_OK);
}

static void
a_damaged_file_counts_as_a_budget_used_up(void **state)
{
	static const char *const texts[] = {
	    "",
	    "zegel-tsa-v2\n2023-11-14T00:00:00Z\n0\n",
	    "zegel-tsa-v1\n2023-11-14T00:00:00Z\n",
	    "zegel-tsa-v1\n2023-11-14T00:00:00Z\n0\n2023-11-14T00:00:0",
	    "zegel-tsa-v1\n2023-11-14T00:00:00Z\nx\n",
	    "zegel-tsa-v1\n\n0\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(file_replace(path, texts[i], strlen(texts[i]),
				     0600, &fault),
		    ERR_OK);
		assert_int_equal(take(20, 1200, NOW), ERR_TSA_LATER);
		assert_int_equal(wait, 1200);
		/* once, not each time anew */
		assert_int_equal(take(20, 1200, NOW + 1199), ERR_TSA_LATER);
		assert_int_equal(wait, 1);
		assert_int_equal(take(20, 1200, NOW + 1200), ERR_OK);
	}
	/* an octet of 0 in it */
	assert_int_equal(
	    file_replace(path, "zegel-tsa-v1\n1970-01-01T00:00:00Z\n0\n\0", 37,
		0600, &fault),
	    ERR_OK);
	assert_int_equal(take(20, 1200, NOW), ERR_TSA_LATER);
}

static void
the_largest_budget_is_kept_whole(void **state)
{
	struct budget b = {path, BUDGET_REQUESTS, 86400};
	int i;

	(void)state;
	unlink(path);
	for (i = 0; i < BUDGET_REQUESTS; i++)
		assert_int_equal(
		    budget_take(&b, NOW + i, &wait, &fault), ERR_OK);
	assert_int_equal(
	    budget_take(&b, NOW + i, &wait, &fault), ERR_TSA_LATER);
	assert_int_equal(budget_failed(&b, NOW, -1, &wait, &fault), ERR_OK);
	assert_int_equal(budget_good(&b, NOW + i, &fault), ERR_OK);
	assert_int_equal(
	    budget_take(&b, NOW + i, &wait, &fault), ERR_TSA_LATER);
}

static int
begin(void **state)
{
	(void)state;
	scratch_make(&folder);
	scratch_path(&folder, "one.tsa", path);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	scratch_remove(&folder);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_budget_is_never_exceeded_in_any_period),
	    cmocka_unit_test(a_clock_that_was_set_back_opens_nothing),
	    cmocka_unit_test(failures_are_answered_with_patience),
	    cmocka_unit_test(what_the_authority_asks_for_is_honoured),
	    cmocka_unit_test(a_damaged_file_counts_as_a_budget_used_up),
	    cmocka_unit_test(the_largest_budget_is_kept_whole),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
