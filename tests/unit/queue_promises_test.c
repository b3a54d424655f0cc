/* What the queue promises of many items, transactions and crashes. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/bounds.h"
#include "host/base/file.h"
#include "host/queue/queue_db.h"
#include "tests/unit/support/queue_fixture.h"

static struct item item, back, other;

static enum err
set_state(struct queue *q, int64_t id, enum item_state to)
{
	static struct item i;

	assert_int_equal(queue_item_get(q, id, &i), ERR_OK);
	i.state = to;
	return queue_item_update(q, &i);
}

/* The kept numbers against a count of the rows. */
static void
check_counts(struct queue *q)
{
	struct queue_counts kept, counted = {0};
	sqlite3_stmt *st;

	assert_int_equal(queue_count(q, 0, &kept), ERR_OK);
	assert_int_equal(sqlite3_prepare_v2(q->db,
			     "SELECT state, count(*) FROM item GROUP BY state",
			     -1, &st, NULL),
	    SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW)
		counted.by_state[sqlite3_column_int(st, 0)] = (uint64_t)
		    sqlite3_column_int64(st, 1);
	sqlite3_finalize(st);
	assert_memory_equal(&kept, &counted, sizeof(kept));
}

/* The same, batch by batch. */
static void
check_batch(struct queue *q, int64_t batch)
{
	struct queue_counts kept, counted = {0};
	sqlite3_stmt *st;

	assert_int_equal(queue_count(q, batch, &kept), ERR_OK);
	assert_int_equal(sqlite3_prepare_v2(q->db,
			     "SELECT state, count(*) FROM item"
			     " WHERE batch = ?1 GROUP BY state",
			     -1, &st, NULL),
	    SQLITE_OK);
	sqlite3_bind_int64(st, 1, batch);
	while (sqlite3_step(st) == SQLITE_ROW)
		counted.by_state[sqlite3_column_int(st, 0)] = (uint64_t)
		    sqlite3_column_int64(st, 1);
	sqlite3_finalize(st);
	assert_memory_equal(&kept, &counted, sizeof(kept));
}

static void
freeze(struct queue *q, int64_t id, uint32_t index, enum item_state from)
{
	assert_int_equal(queue_item_get(q, id, &item), ERR_OK);
	queue_fixture_leaf(&item, index);
	item.state = ITEM_FROZEN;
	assert_int_equal(queue_item_set_frozen(q, &item, from), ERR_OK);
}

/* Of six items, one in every state that it can be in while it is closed. */
static void
move_all(struct queue *q, const struct batch *b, const int64_t id[6])
{
	static const uint8_t some[64] = {1};

	assert_int_equal(queue_item_get(q, id[0], &item), ERR_OK);
	item.state = ITEM_PREPARED;
	assert_int_equal(queue_item_set_prepared(q, &item), ERR_OK);
	assert_int_equal(queue_item_get(q, id[1], &item), ERR_OK);
	item.state = ITEM_PREPARED;
	assert_int_equal(queue_item_set_prepared(q, &item), ERR_OK);
	assert_int_equal(queue_item_set_stamped(q, b->id, id[1], some), ERR_OK);
	freeze(q, id[1], 0, ITEM_STAMPED);
	freeze(q, id[2], 1, ITEM_QUEUED);
	freeze(q, id[3], 2, ITEM_QUEUED);
	freeze(q, id[4], 3, ITEM_QUEUED);
	assert_int_equal(
	    queue_item_set_sealed(q, b->id, id[3], some, 64, 7), ERR_OK);
	assert_int_equal(
	    queue_item_set_sealed(q, b->id, id[4], some, 64, 8), ERR_OK);
	assert_int_equal(
	    queue_item_set_released(q, b->id, id[4], 9, some), ERR_OK);
	assert_int_equal(set_state(q, id[5], ITEM_FAILED), ERR_OK);
}

static void
every_move_is_counted_in_its_batch(void **state)
{
	struct queue *q = queue_fixture_open();
	struct batch b[2] = {
	    queue_fixture_batch(q, "left"), queue_fixture_batch(q, "right")};
	int64_t id[2][6], more;
	int i, n;

	(void)state;
	for (n = 0; n < 2; n++)
		for (i = 0; i < 6; i++)
			id[n][i] = queue_fixture_add(
			    q, b[n].id, 900 + 10 * (uint32_t)n + (uint32_t)i);
	/* Undone, and then for good; two batches in one transaction. */
	for (i = 0; i < 2; i++) {
		assert_int_equal(queue_begin(q, NULL), ERR_OK);
		move_all(q, &b[0], id[0]);
		check_batch(q, b[0].id);
		move_all(q, &b[1], id[1]);
		more = queue_fixture_add(q, b[0].id, 950);
		assert_int_equal(queue_item_get(q, more, &item), ERR_OK);
		item.batch = b[1].id;
		assert_int_equal(queue_item_update(q, &item), ERR_OK);
		check_batch(q, b[0].id);
		check_batch(q, b[1].id);
		if (i == 0)
			queue_rollback(q);
		else
			assert_int_equal(queue_commit(q, NULL), ERR_OK);
		check_batch(q, b[0].id);
		check_batch(q, b[1].id);
	}
	/* A move that is refused counts nothing, nor does another batch's. */
	assert_int_equal(
	    queue_item_set_released(q, b[1].id, id[0][3], 9, item.identity),
	    ERR_BATCH_STATE);
	assert_int_equal(
	    queue_item_set_released(q, b[0].id, id[0][0], 9, item.identity),
	    ERR_BATCH_STATE);
	/* Opened again, with items in every state. */
	b[0].state = BATCH_CLOSING;
	assert_int_equal(queue_batch_update(q, &b[0]), ERR_OK);
	b[0].state = BATCH_OPEN;
	assert_int_equal(queue_batch_update(q, &b[0]), ERR_OK);
	check_batch(q, b[0].id);
	queue_close(q);
	q = queue_fixture_open();
	check_batch(q, b[0].id);
	check_batch(q, b[1].id);
	check_counts(q);
	queue_close(q);
}

/* An index by something random, as identities are, would be written all over
 * at every move. */
static void
a_move_writes_no_index_but_that_of_states(void **state)
{
	static const enum queue_sql moves[] = {SQL_ITEM_PREPARED,
	    SQL_ITEM_STAMPED, SQL_ITEM_SEALED, SQL_ITEM_RELEASED};
	struct queue *q = queue_fixture_open();
	unsigned written = 0, i;
	sqlite3_stmt *st, *name;
	char sql[1024];

	(void)state;
	assert_int_equal(sqlite3_prepare_v2(q->db,
			     "SELECT name FROM sqlite_schema"
			     " WHERE rootpage = ?1",
			     -1, &name, NULL),
	    SQLITE_OK);
	for (i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		snprintf(
		    sql, sizeof(sql), "EXPLAIN %s", queue_sql_text[moves[i]]);
		assert_int_equal(
		    sqlite3_prepare_v2(q->db, sql, -1, &st, NULL), SQLITE_OK);
		while (sqlite3_step(st) == SQLITE_ROW) {
			if (strcmp((const char *)sqlite3_column_text(st, 1),
				"OpenWrite") != 0)
				continue;
			sqlite3_bind_int(name, 1, sqlite3_column_int(st, 3));
			assert_int_equal(sqlite3_step(name), SQLITE_ROW);
			if (strcmp((const char *)sqlite3_column_text(name, 0),
				"item") != 0)
				assert_string_equal(
				    (const char *)sqlite3_column_text(name, 0),
				    "item_batch");
			sqlite3_reset(name);
			written++;
		}
		sqlite3_finalize(st);
	}
	sqlite3_finalize(name);
	assert_int_equal(written, 8);
	queue_close(q);
}

static void
a_rollback_leaves_nothing_behind(void **state)
{
	struct queue *q = queue_fixture_open();
	struct batch b = queue_fixture_batch(q, "rollback"), c;
	struct queue_counts before, after;
	int64_t id = queue_fixture_add(q, b.id, 80);

	(void)state;
	assert_int_equal(queue_count(q, 0, &before), ERR_OK);
	assert_int_equal(queue_begin(q, NULL), ERR_OK);
	assert_int_equal(queue_begin(q, NULL), ERR_INTERNAL);
	(void)queue_fixture_batch(q, "never");
	queue_fixture_add(q, b.id, 81);
	assert_int_equal(set_state(q, id, ITEM_REMOVED), ERR_OK);
	queue_rollback(q);
	queue_rollback(q);
	assert_int_equal(queue_commit(q, NULL), ERR_INTERNAL);
	assert_int_equal(queue_batch_find(q, "never", &c), ERR_BATCH_UNKNOWN);
	assert_int_equal(queue_count(q, 0, &after), ERR_OK);
	assert_memory_equal(&before, &after, sizeof(before));
	check_counts(q);
	/* Closing in the middle is a rollback, too. */
	assert_int_equal(queue_begin(q, NULL), ERR_OK);
	queue_fixture_add(q, b.id, 81);
	queue_close(q);
	q = queue_fixture_open();
	assert_int_equal(queue_count(q, 0, &after), ERR_OK);
	assert_memory_equal(&before, &after, sizeof(before));
	queue_close(q);
}

static void
a_batch_at_its_bound_and_one_above(void **state)
{
	struct queue *q = queue_fixture_open();
	struct batch b = queue_fixture_batch(q, "full");
	char sql[96];
	int64_t id = queue_fixture_add(q, b.id, 90);

	(void)state;
	snprintf(sql, sizeof(sql), "UPDATE tally SET n = %u WHERE batch = %lld",
	    BOUND_BATCH - 1, (long long)b.id);
	assert_int_equal(sqlite3_exec(q->db, sql, NULL, NULL, NULL), SQLITE_OK);
	queue_fixture_add(q, b.id, 91);
	queue_fixture_item(&item, b.id, 92);
	assert_int_equal(queue_item_add(q, &item, NULL), ERR_BATCH_FULL);
	/* What was removed makes room. */
	assert_int_equal(set_state(q, id, ITEM_REMOVED), ERR_OK);
	queue_fixture_add(q, b.id, 92);
	queue_fixture_item(&item, 1 << 30, 93);
	assert_int_equal(queue_item_add(q, &item, NULL), ERR_BATCH_UNKNOWN);
	queue_fixture_item(&item, b.id, 93);
	item.state = ITEM_FROZEN;
	assert_int_not_equal(queue_item_add(q, &item, NULL), ERR_OK);
	/* Not to be counted against the rows by a later test. */
	snprintf(sql, sizeof(sql),
	    "UPDATE tally SET n = 2 WHERE batch = %lld AND state = 1",
	    (long long)b.id);
	assert_int_equal(sqlite3_exec(q->db, sql, NULL, NULL, NULL), SQLITE_OK);
	check_counts(q);
	queue_close(q);
}

/* Groups of 7 items, added, and moved on in the next transaction. */
static void
work_for_ever(int64_t batch, uint32_t number, int tell)
{
	struct queue *q = queue_fixture_open();
	int64_t id[7] = {0};
	unsigned i;

	for (;; number += 7) {
		if (queue_begin(q, NULL) != ERR_OK)
			_exit(1);
		for (i = 0; i < 7; i++) {
			if (id[i] != 0 &&
			    set_state(q, id[i], ITEM_REMOVED) != ERR_OK)
				_exit(1);
			queue_fixture_item(&item, batch, number + i);
			item.summary_len = 2000;
			if (queue_item_add(q, &item, NULL) != ERR_OK)
				_exit(1);
			id[i] = item.id;
		}
		if (queue_commit(q, NULL) != ERR_OK || write(tell, "x", 1) != 1)
			_exit(1);
	}
}

static void
a_kill_in_the_middle_leaves_all_or_nothing(void **state)
{
	char name[32], told[4096];
	struct queue_counts n;
	uint64_t all, committed;
	struct queue *q;
	struct batch b;
	int ends[2], status, round;
	ssize_t got;
	pid_t pid;

	(void)state;
	for (round = 0; round < 12; round++) {
		q = queue_fixture_open();
		snprintf(name, sizeof(name), "kill %d", round);
		b = queue_fixture_batch(q, name);
		queue_close(q);
		assert_int_equal(pipe(ends), 0);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0)
			work_for_ever(
			    b.id, 1000000 + 100000 * (uint32_t)round, ends[1]);
		close(ends[1]);
		committed = 0;
		assert_int_equal(read(ends[0], told, 1), 1);
		committed++;
		usleep(900 + 1370 * (unsigned)round);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		while ((got = read(ends[0], told, sizeof(told))) > 0)
			committed += (uint64_t)got;
		close(ends[0]);
		q = queue_fixture_open();
		assert_int_equal(queue_count(q, b.id, &n), ERR_OK);
		all = n.by_state[ITEM_QUEUED] + n.by_state[ITEM_REMOVED];
		assert_int_equal(n.by_state[ITEM_QUEUED], 7);
		assert_int_equal(all % 7, 0);
		/* One may be committed and not be told yet. */
		assert_in_range(all / 7, committed, committed + 1);
		check_counts(q);
		queue_close(q);
	}
}

static bool
file_holds(const char *name, const char *text)
{
	uint8_t *buf;
	size_t len;
	bool found;

	if (file_read(name, 1 << 28, &buf, &len, NULL) != ERR_OK)
		return false;
	found = memmem(buf, len, text, strlen(text)) != NULL;
	free(buf);
	return found;
}

static void
what_was_purged_is_in_no_file_any_more(void **state)
{
	static const char secret[] = "Jane Doe, born 1999-12-31";
	struct queue *q = queue_fixture_open();
	struct batch b = queue_fixture_batch(q, "purge");
	char log[128];
	int64_t id;

	(void)state;
	snprintf(log, sizeof(log), "%s-wal", queue_fixture_path);
	queue_fixture_item(&item, b.id, 100);
	item.summary_len = sizeof(secret);
	memcpy(item.summary, secret, sizeof(secret));
	assert_int_equal(queue_item_add(q, &item, NULL), ERR_OK);
	id = item.id;
	assert_true(file_holds(log, secret));
	assert_int_equal(queue_item_get(q, id, &item), ERR_OK);
	assert_int_equal(item.summary_len, sizeof(secret));
	item.summary_len = 0;
	assert_int_equal(queue_item_update(q, &item), ERR_OK);
	assert_int_equal(queue_checkpoint(q, NULL), ERR_OK);
	assert_false(file_holds(log, secret));
	assert_false(file_holds(queue_fixture_path, secret));
	queue_close(q);
}

static int
steps_of(struct queue *q, enum queue_sql which)
{
	return q->stmt[which] == NULL
	    ? 0
	    : sqlite3_stmt_status(q->stmt[which], SQLITE_STMTSTATUS_VM_STEP, 1);
}

/* One of everything; *steps is what SQLite had to do for it. */
static void
do_each_once(struct queue *q, int64_t batch, int64_t id, uint32_t number,
    int steps[SQL_COUNT])
{
	struct queue_counts n;
	struct batch b;
	uint32_t g;
	int i;

	for (i = 0; i < SQL_COUNT; i++)
		(void)steps_of(q, (enum queue_sql)i);
	queue_fixture_add(q, batch, number);
	queue_fixture_item(&item, batch, number);
	assert_int_equal(queue_item_add(q, &item, &other), ERR_QUEUE_DUPLICATE);
	item.summary_len = 100;
	item.id = other.id;
	assert_int_equal(queue_item_update(q, &item), ERR_OK);
	assert_int_equal(queue_item_by_index(q, batch, 0, &back), ERR_OK);
	assert_int_equal(queue_item_next(q, batch, id, 0, &back), ERR_OK);
	assert_int_equal(
	    queue_item_next(q, batch, id, ITEM_QUEUED, &back), ERR_OK);
	/* Not there: that is found out without looking at the others. */
	assert_int_equal(
	    queue_item_next(q, batch, 0, ITEM_SEALED, &back), ERR_NOT_FOUND);
	assert_int_equal(queue_count(q, batch, &n), ERR_OK);
	assert_int_equal(queue_generation(q, item.identity, &g), ERR_OK);
	assert_int_equal(queue_batch_get(q, batch, &b), ERR_OK);
	assert_int_equal(queue_batch_next(q, 0, BATCH_OPEN, &b), ERR_OK);
	for (i = 0; i < SQL_COUNT; i++)
		steps[i] = steps_of(q, (enum queue_sql)i);
}

static void
the_cost_does_not_grow_with_the_queue(void **state)
{
	int few[SQL_COUNT], many[SQL_COUNT], i;
	struct queue *q = queue_fixture_open();
	struct batch b = queue_fixture_batch(q, "growing");
	int64_t first;
	uint32_t n;

	(void)state;
	first = queue_fixture_add(q, b.id, 5000000);
	queue_fixture_freeze(q, first, 0);
	do_each_once(q, b.id, first, 5000001, few);
	assert_int_equal(queue_begin(q, NULL), ERR_OK);
	for (n = 0; n < 20000; n++)
		queue_fixture_add(q, b.id, 5000002 + n);
	assert_int_equal(queue_commit(q, NULL), ERR_OK);
	do_each_once(q, b.id, first, 5100000, many);
	for (i = 0; i < SQL_COUNT; i++) {
		if (many[i] > few[i] + 10)
			fail_msg("%s: %d steps, then %d", queue_sql_text[i],
			    few[i], many[i]);
	}
	assert_true(many[SQL_ITEM_ADD] > 10);
	/* The cache has its bound; 4 MiB for all else. */
	assert_true(sqlite3_memory_used() < (QUEUE_CACHE + 4096) * 1024LL);
	queue_close(q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_rollback_leaves_nothing_behind),
	    cmocka_unit_test(every_move_is_counted_in_its_batch),
	    cmocka_unit_test(a_move_writes_no_index_but_that_of_states),
	    cmocka_unit_test(a_batch_at_its_bound_and_one_above),
	    cmocka_unit_test(a_kill_in_the_middle_leaves_all_or_nothing),
	    cmocka_unit_test(what_was_purged_is_in_no_file_any_more),
	    cmocka_unit_test(the_cost_does_not_grow_with_the_queue),
	};

	return cmocka_run_group_tests(
	    tests, queue_fixture_make, queue_fixture_remove);
}
