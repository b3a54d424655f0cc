/* Signer's table of approvals: which of them give a right, and how many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <dirent.h>

#include "host/daemon/approvals.h"
#include "tests/unit/support/scratch.h"

#define NOW 1700000000

static struct {
	struct scratch scratch;
	char folder[SCRATCH_PATH];
	struct approvals a;
} f;

static int
set_up(void **state)
{
	(void)state;
	scratch_make(&f.scratch);
	scratch_path(&f.scratch, "", f.folder);
	assert_int_equal(approvals_open(&f.a, f.folder, NULL), ERR_OK);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	approvals_close(&f.a);
	scratch_remove(&f.scratch);
	return 0;
}

static struct granted
granted(uint32_t number, uint64_t time, uint64_t expires, uint64_t entry)
{
	struct granted g;

	memset(&g, 0, sizeof(g));
	memcpy(g.approval.nonce, &number, sizeof(number));
	g.approval.root[0] = 7;
	g.approval.count = 1;
	g.approval.time = time;
	g.approval.expires = expires;
	g.entry = entry;
	return g;
}

static unsigned
files(void)
{
	DIR *dir = opendir(f.a.folder);
	struct dirent *d;
	unsigned n = 0;

	assert_non_null(dir);
	while ((d = readdir(dir)) != NULL)
		n += d->d_name[0] != '.';
	closedir(dir);
	return n;
}

static void
expired_ones_do_not_fill_the_table(void **state)
{
	struct granted g, found;
	uint32_t i;

	(void)state;
	for (i = 0; i < 2 * APPROVALS_MAX; i++) {
		g = granted(i, NOW + 10 * i, NOW + 10 * i + 5, i);
		assert_int_equal(approvals_put(&f.a, &g, NULL), ERR_OK);
	}
	assert_int_equal(files(), APPROVALS_MAX);
	assert_true(approvals_find(&f.a, 2 * APPROVALS_MAX - 1, &found));
	assert_false(approvals_find(&f.a, 0, &found));
}

static void
a_full_table_stores_nothing_more(void **state)
{
	struct granted g, found;
	uint32_t i;

	(void)state;
	for (i = 0; i <= APPROVALS_MAX; i++) {
		g = granted(i, NOW, NOW + 3600, i);
		assert_int_equal(approvals_put(&f.a, &g, NULL),
		    i < APPROVALS_MAX ? ERR_OK : ERR_BATCH_FULL);
	}
	assert_int_equal(files(), APPROVALS_MAX);
	assert_false(approvals_find(&f.a, APPROVALS_MAX, &found));
	/* One that is there may still be replaced. */
	g = granted(3, NOW, NOW + 3600, 5000);
	assert_int_equal(approvals_put(&f.a, &g, NULL), ERR_OK);
	assert_true(approvals_find(&f.a, 5000, &found));
}

static void
a_pending_one_gives_no_right(void **state)
{
	struct granted g = granted(1, NOW, NOW + 60, APPROVAL_PENDING), found;

	(void)state;
	assert_int_equal(approvals_put(&f.a, &g, NULL), ERR_OK);
	assert_false(approvals_find(&f.a, APPROVAL_PENDING, &found));
	assert_false(approvals_find_root(&f.a, g.approval.root, &found));
	assert_true(approvals_find_pending(&f.a, &found));
	assert_true(approvals_find_pending_root(&f.a, g.approval.root, &found));
}

static void
of_two_for_one_root_the_later_counts(void **state)
{
	struct granted late = granted(1, NOW, NOW + 90, 2), found;
	struct granted early = granted(2, NOW, NOW + 60, 1);

	(void)state;
	assert_int_equal(approvals_put(&f.a, &late, NULL), ERR_OK);
	assert_int_equal(approvals_put(&f.a, &early, NULL), ERR_OK);
	assert_true(approvals_find_root(&f.a, late.approval.root, &found));
	assert_int_equal(found.entry, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		expired_ones_do_not_fill_the_table, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		a_full_table_stores_nothing_more, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		a_pending_one_gives_no_right, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		of_two_for_one_root_the_later_counts, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
