/* A commit is interrupted at every call it makes, in every way, and what was
 * not synced is lost in every way: the log opens again, at the old size or
 * the new one, and goes on. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>

#include "host/log/audit.h"
#include "host/log/internal.h"
#include "tests/unit/support/log_disk.h"
#include "tests/unit/support/log_fixture.h"

/* A log of that size, and what a commit adds: inside a tile, over the end of
 * one, up to the end, from nothing, over several. */
static const struct {
	unsigned start, add;
} commits[] = {{3, 2}, {250, 10}, {250, 6}, {0, 1}, {256, 1}, {10, 800}};
#define COMMITS (sizeof(commits) / sizeof(commits[0]))

static void
check_after(
    const struct log_fixture *x, unsigned start, unsigned add, bool committed)
{
	struct audit_result r;
	struct fault fault;
	struct log *l;
	uint64_t size;
	enum err e;
	bool seen;

	seen = log_disk_was_seen();
	log_disk_reset(DISK_WORKS, 0, true);
	/* Whoever only reads finds a whole log at once. */
	e = audit_log(x->dir, x->vkey, &r, &fault);
	if (e != ERR_OK)
		fail_msg(
		    "reader: %s %s %s", err_name(e), fault.path, fault.detail);
	assert_true(r.size == start || r.size == start + add);
	if (committed)
		assert_int_equal(r.size, start + add);
	e = log_open_io(&l, x->dir, x->key, &log_disk, &fault);
	if (e != ERR_OK)
		fail_msg("writer: %s %s", err_name(e), fault.detail);
	size = log_size(l);
	assert_true(size == start || size == start + add);
	assert_true(size >= r.size);
	/* What somebody may have seen is never unsaid. */
	if (seen)
		assert_int_equal(size, start + add);
	/* It goes on, with other entries than the lost ones. */
	log_fixture_append(l, 7);
	assert_int_equal(log_commit(l, &fault), ERR_OK);
	assert_int_equal(log_size(l), size + 7);
	log_close(l);
	assert_int_equal(audit_log(x->dir, x->vkey, &r, &fault), ERR_OK);
	assert_int_equal(r.size, size + 7);
}

static enum err
append_some(struct log *l, unsigned start, unsigned add)
{
	struct entry entry = {.kind = ENTRY_RESTORE, .reason = "to be lost"};
	char buf[ENTRY_MAX];
	enum err e = ERR_OK;
	uint64_t index;
	unsigned i;
	size_t len;

	for (i = 0; i < add && e == ERR_OK; i++) {
		entry.time = LOG_FIXTURE_TIME + start + i;
		assert_int_equal(
		    entry_compose(&entry, buf, sizeof(buf), &len), ERR_OK);
		e = log_append(l, buf, len, &index);
	}
	return e;
}

/* One commit; false once it had no such call any more. */
static bool
interrupt(const struct log_fixture *x, unsigned start, unsigned add,
    enum disk_mode mode, unsigned call, enum disk_loss loss, bool sync_all)
{
	bool committed, interrupted;
	struct fault fault;
	struct log *l;

	log_disk_reset(DISK_WORKS, 0, true);
	assert_int_equal(
	    log_open_io(&l, x->dir, x->key, &log_disk, &fault), ERR_OK);
	log_disk_reset(mode, call, sync_all);
	committed = append_some(l, start, add) == ERR_OK &&
	    log_commit(l, &fault) == ERR_OK;
	interrupted = log_disk_failed();
	log_disk_heal();
	if (!committed) {
		assert_true(interrupted);
		/* Dead is dead. */
		assert_int_equal(log_commit(l, &fault),
		    mode == DISK_STOPS ? ERR_IO : ERR_NO_SPACE);
		assert_int_equal(
		    fault.err, mode == DISK_STOPS ? ERR_IO : ERR_NO_SPACE);
	}
	log_close(l);
	log_disk_lose(loss);
	check_after(x, start, add, committed);
	return interrupted;
}

static void
run_one(enum disk_mode mode, enum disk_loss loss, size_t few, bool sync_all)
{
	char copy_dir[SCRATCH_PATH], copy_head[SCRATCH_PATH];
	char head[SCRATCH_PATH + 8];
	struct log_fixture x;
	struct log *l;
	unsigned call;
	size_t i;

	for (i = 0; i < few; i++) {
		log_fixture_make(&x);
		l = log_fixture_open(&x);
		log_fixture_append(l, commits[i].start);
		assert_int_equal(log_commit(l, NULL), ERR_OK);
		log_close(l);
		scratch_path(&x.scratch, "before", copy_dir);
		scratch_path(&x.scratch, "before.head", copy_head);
		snprintf(head, sizeof(head), "%s.head", x.key);
		scratch_copy(x.dir, copy_dir);
		scratch_copy(head, copy_head);
		for (call = 1; interrupt(&x, commits[i].start, commits[i].add,
			 mode, call, loss, sync_all);
		     call++) {
			scratch_copy(copy_dir, x.dir);
			scratch_copy(copy_head, head);
		}
		/* Every call of the commit had its turn. */
		assert_true(call > 12);
		log_fixture_remove(&x);
	}
}

static void
run(enum disk_mode mode, enum disk_loss loss, size_t few)
{
	run_one(mode, loss, few, true);
	/* Sync by sync: fewer commits, more calls in each. */
	run_one(mode, loss, 3, false);
}

static void
survives_being_killed(void **state)
{
	(void)state;
	run(DISK_STOPS, DISK_KEEPS_ALL, COMMITS);
}

static void
survives_power_loss_with_all_unsynced_lost(void **state)
{
	(void)state;
	run(DISK_STOPS, DISK_LOSES_ALL, COMMITS);
}

static void
survives_power_loss_with_contents_lost(void **state)
{
	(void)state;
	run(DISK_STOPS, DISK_LOSES_DATA, 4);
}

static void
survives_power_loss_with_names_lost(void **state)
{
	(void)state;
	run(DISK_STOPS, DISK_LOSES_NAMES, 4);
}

static void
survives_a_full_disk(void **state)
{
	(void)state;
	run(DISK_FULL, DISK_KEEPS_ALL, 4);
}

static void
survives_a_disk_that_was_full_for_a_moment(void **state)
{
	(void)state;
	run(DISK_FULL_ONCE, DISK_LOSES_ALL, 4);
}

static void
survives_writes_that_are_cut_short(void **state)
{
	(void)state;
	run(DISK_SHORT, DISK_KEEPS_ALL, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(survives_being_killed),
	    cmocka_unit_test(survives_power_loss_with_all_unsynced_lost),
	    cmocka_unit_test(survives_power_loss_with_contents_lost),
	    cmocka_unit_test(survives_power_loss_with_names_lost),
	    cmocka_unit_test(survives_a_full_disk),
	    cmocka_unit_test(survives_a_disk_that_was_full_for_a_moment),
	    cmocka_unit_test(survives_writes_that_are_cut_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
