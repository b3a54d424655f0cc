/* The queue's file itself: versions, damage, full and read-only disks. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/file.h"
#include "host/queue/queue_db.h"
#include "host/queue/queue_schema.h"
#include "tests/unit/support/queue_fixture.h"

static char dir[64], path[96];
static struct item item;

static int
make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/queue_file_test.XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/queue.db", dir);
	return 0;
}

static int
remove_dir(void **state)
{
	char command[96];

	(void)state;
	/* What a failed test left mounted. */
	snprintf(command, sizeof(command), "%s/full", dir);
	(void)umount2(command, MNT_DETACH);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static struct queue *
opened(void)
{
	struct queue *q = NULL;
	struct fault f;

	if (queue_open(&q, path, &f) != ERR_OK)
		fail_msg("%s: %s", err_text(f.err), f.detail);
	return q;
}

static enum err
open_fails(struct fault *f)
{
	struct queue *q = NULL;
	enum err e;

	fault_clear(f);
	e = queue_open(&q, path, f);
	assert_null(q);
	assert_int_equal(f->err, e);
	return e;
}

static enum err
add(struct queue *q, int64_t batch, uint32_t number)
{
	memset(&item, 0, sizeof(item));
	item.batch = batch;
	item.state = ITEM_QUEUED;
	snprintf(item.name, sizeof(item.name), "item-%u", number);
	sha256(&number, sizeof(number), item.identity);
	item.summary_len = 2000;
	return queue_item_add(q, &item, NULL);
}

static void
run_sql(const char *file, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void
the_file_is_its_owners_alone(void **state)
{
	struct queue *q = opened();
	struct stat st;
	struct batch b;
	char log[128];

	(void)state;
	assert_int_equal(queue_batch_add(q, "x", 1, &b), ERR_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	snprintf(log, sizeof(log), "%s-wal", path);
	assert_int_equal(stat(log, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	queue_close(q);
}

static void
commits_are_durable_and_deletions_final(void **state)
{
	static const struct {
		const char *sql;
		int value;
	} settings[] = {
	    {"PRAGMA synchronous", 2},
	    {"PRAGMA foreign_keys", 1},
	    {"PRAGMA secure_delete", 1},
	    {"PRAGMA cache_size", -QUEUE_CACHE},
	    {"PRAGMA application_id", QUEUE_APPLICATION},
	    {"PRAGMA user_version", QUEUE_VERSION},
	};
	struct queue *q = opened();
	sqlite3_stmt *st;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		assert_int_equal(
		    sqlite3_prepare_v2(q->db, settings[i].sql, -1, &st, NULL),
		    SQLITE_OK);
		assert_int_equal(sqlite3_step(st), SQLITE_ROW);
		if (sqlite3_column_int(st, 0) != settings[i].value)
			fail_msg("%s is %d", settings[i].sql,
			    sqlite3_column_int(st, 0));
		sqlite3_finalize(st);
	}
	queue_close(q);
}

static void
a_newer_file_is_refused_and_left_alone(void **state)
{
	uint8_t *before, *after;
	size_t len, len_after;
	struct fault f;

	(void)state;
	queue_close(opened());
	run_sql(path, "PRAGMA user_version = 99");
	assert_int_equal(file_read(path, 1 << 20, &before, &len, &f), ERR_OK);
	assert_int_equal(open_fails(&f), ERR_QUEUE_NEWER);
	assert_non_null(strstr(f.detail, "99"));
	assert_int_equal(
	    file_read(path, 1 << 20, &after, &len_after, &f), ERR_OK);
	assert_int_equal(len, len_after);
	assert_memory_equal(before, after, len);
	free(before);
	free(after);
	unlink(path);
}

static void
a_file_of_another_program_is_refused(void **state)
{
	struct fault f;

	(void)state;
	run_sql(path, "CREATE TABLE a (b)");
	assert_int_equal(open_fails(&f), ERR_QUEUE_CORRUPT);
	run_sql(path, "PRAGMA user_version = 1");
	assert_int_equal(open_fails(&f), ERR_QUEUE_CORRUPT);
	assert_int_equal(
	    queue_fixture_number(path, "SELECT count(*) FROM sqlite_schema"),
	    1);
	unlink(path);
	assert_int_equal(file_create(path,
			     "no database, but long enough that "
			     "it could have been one ..........."
			     "................................",
			     100, 0600, &f),
	    ERR_OK);
	assert_int_equal(open_fails(&f), ERR_QUEUE_CORRUPT);
	unlink(path);
	assert_int_equal(symlink("elsewhere.db", path), 0);
	assert_int_not_equal(open_fails(&f), ERR_OK);
	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_not_equal(open_fails(&f), ERR_OK);
	rmdir(path);
}

static void
a_damaged_row_is_never_handed_out(void **state)
{
	static const char *const damage[] = {
	    "PRAGMA ignore_check_constraints = 1; UPDATE item SET state = 3",
	    "UPDATE item SET state = 5",
	    "UPDATE item SET state = 11",
	    "UPDATE item SET timestamp = x'01'",
	    "UPDATE item SET leaf = x'00'",
	    "UPDATE item SET leaf = zeroblob(212)",
	    "UPDATE item SET draft = x'01'",
	    "UPDATE item SET identity = zeroblob(33)",
	    "UPDATE item SET signature = zeroblob(513)",
	    "UPDATE item SET name = hex(zeroblob(64))",
	    "UPDATE item SET name = cast(x'6100' AS TEXT)",
	    "UPDATE summary SET json = zeroblob(2049)",
	};
	struct queue *q = opened();
	struct item back;
	struct batch b;
	int64_t id;
	size_t i;

	(void)state;
	assert_int_equal(queue_batch_add(q, "damage", 1, &b), ERR_OK);
	for (i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		assert_int_equal(add(q, b.id, (uint32_t)i), ERR_OK);
		id = item.id;
		assert_int_equal(queue_item_get(q, id, &back), ERR_OK);
		assert_int_equal(
		    sqlite3_exec(q->db, damage[i], NULL, NULL, NULL),
		    SQLITE_OK);
		if (queue_item_get(q, id, &back) != ERR_QUEUE_CORRUPT)
			fail_msg("handed out after %s", damage[i]);
		assert_int_equal(
		    sqlite3_exec(q->db, "DELETE FROM summary; DELETE FROM item",
			NULL, NULL, NULL),
		    SQLITE_OK);
	}
	queue_close(q);
}

static void
a_damaged_page_is_an_error(void **state)
{
	uint8_t noise[4096];
	struct queue *q = opened();
	struct item back;
	struct fault f;
	struct batch b;
	enum err e;
	uint32_t n;
	int64_t id;
	int fd;

	(void)state;
	assert_int_equal(queue_batch_add(q, "page", 1, &b), ERR_OK);
	assert_int_equal(queue_begin(q, &f), ERR_OK);
	for (n = 0; n < 500; n++)
		assert_int_equal(add(q, b.id, 1000 + n), ERR_OK);
	id = item.id;
	assert_int_equal(queue_commit(q, &f), ERR_OK);
	assert_int_equal(queue_checkpoint(q, &f), ERR_OK);
	queue_close(q);
	memset(noise, 0xa5, sizeof(noise));
	fd = open(path, O_WRONLY);
	for (n = 20; n < 200; n++)
		assert_int_equal(
		    pwrite(fd, noise, sizeof(noise), 4096 * (off_t)n), 4096);
	close(fd);
	/* The schema's pages are whole: it may open, but not read on. */
	e = queue_open(&q, path, &f);
	if (e == ERR_OK) {
		e = queue_item_get(q, id, &back);
		for (n = 0; e == ERR_OK && n < 500; n++)
			e = queue_item_get(q, id - n, &back);
		queue_close(q);
	}
	assert_int_equal(e, ERR_QUEUE_CORRUPT);
	unlink(path);
}

static void
a_writer_beside_us_is_busy_not_damage(void **state)
{
	struct queue *q = opened();
	struct fault f;
	sqlite3 *db;

	(void)state;
	sqlite3_busy_timeout(q->db, 50);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(queue_begin(q, &f), ERR_STATION_BUSY);
	assert_int_equal(
	    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(queue_begin(q, &f), ERR_OK);
	assert_int_equal(queue_commit(q, &f), ERR_OK);
	queue_close(q);
	unlink(path);
}

/* Groups of items, from number on, until the disk is full; how many. With a
 * filler it is full in the middle of one, without at a commit. */
static uint32_t
fill_up(struct queue *q, int64_t batch, uint32_t number, const char *filler)
{
	uint32_t kept = 0, i, group = filler != NULL ? 500 : 20;
	struct fault f;
	enum err e;

	for (;;) {
		e = queue_begin(q, &f);
		for (i = 0; e == ERR_OK && i < group; i++)
			e = add(q, batch, number + kept + i);
		if (e != ERR_OK)
			break;
		e = queue_commit(q, &f);
		if (e != ERR_OK) {
			assert_int_equal(e, ERR_NO_SPACE);
			assert_int_equal(f.err, ERR_NO_SPACE);
			assert_null(filler);
			return kept;
		}
		kept += group;
	}
	/* In the middle. Each change and the commit say the same, even with
	 * space again: SQLite may have undone the first half, and must not
	 * keep the second. */
	assert_int_equal(e, ERR_NO_SPACE);
	assert_non_null(filler);
	assert_int_equal(unlink(filler), 0);
	assert_int_equal(add(q, batch, 1000000), ERR_NO_SPACE);
	assert_int_equal(queue_item_set_released(q, batch, 1, 1, item.identity),
	    ERR_NO_SPACE);
	assert_int_equal(queue_commit(q, &f), ERR_NO_SPACE);
	assert_int_equal(f.err, ERR_NO_SPACE);
	return kept;
}

static void
make_filler(const char *name, size_t len)
{
	uint8_t *big = calloc(1, len);
	struct fault f;

	assert_non_null(big);
	assert_int_equal(file_create(name, big, len, 0600, &f), ERR_OK);
	free(big);
}

static void
a_full_or_read_only_disk_loses_nothing(void **state)
{
	char mount_at[96], keep[96], filler[128];
	struct queue_counts n;
	struct queue *q;
	struct batch b;
	struct fault f;
	uint32_t kept;

	(void)state;
	snprintf(mount_at, sizeof(mount_at), "%s/full", dir);
	assert_int_equal(mkdir(mount_at, 0700), 0);
	if (mount("tmpfs", mount_at, "tmpfs", 0, "size=3m") != 0) {
		print_message("needs the right to mount a small tmpfs\n");
		skip();
	}
	memcpy(keep, path, sizeof(keep));
	snprintf(path, sizeof(path), "%s/full/queue.db", dir);
	snprintf(filler, sizeof(filler), "%s/full/filler", dir);
	make_filler(filler, 1 << 20);
	q = opened();
	assert_int_equal(queue_batch_add(q, "full", 1, &b), ERR_OK);
	/* At the commit: until then all of it is in memory. */
	kept = fill_up(q, b.id, 0, NULL);
	assert_true(kept > 20);
	assert_int_equal(queue_count(q, b.id, &n), ERR_OK);
	assert_int_equal(n.by_state[ITEM_QUEUED], kept);
	queue_close(q);
	/* With space again, all is there and it goes on. Now in the middle,
	 * with a cache that does not hold one transaction. */
	assert_int_equal(unlink(filler), 0);
	make_filler(filler, 1 << 19);
	q = opened();
	assert_int_equal(
	    sqlite3_exec(q->db, "PRAGMA cache_size = 5", NULL, NULL, NULL),
	    SQLITE_OK);
	kept += fill_up(q, b.id, 100000, filler);
	assert_int_equal(queue_count(q, b.id, &n), ERR_OK);
	assert_int_equal(n.by_state[ITEM_QUEUED], kept);
	assert_int_equal(add(q, b.id, 2000000), ERR_OK);
	queue_close(q);

	assert_int_equal(
	    mount(NULL, mount_at, NULL, MS_REMOUNT | MS_RDONLY, "size=3m"), 0);
	assert_int_equal(open_fails(&f), ERR_READ_ONLY);
	assert_int_equal(umount(mount_at), 0);
	memcpy(path, keep, sizeof(path));
}

/* Asked of SQLite for every statement: nobody walks through all items. */
static void
every_statement_finds_its_rows_by_an_index(void **state)
{
	struct queue *q = opened();
	const char *detail;
	sqlite3_stmt *st;
	char sql[4096];
	unsigned rows = 0;
	int i;

	(void)state;
	for (i = SQL_ROLLBACK + 1; i < SQL_COUNT; i++) {
		snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN %s",
		    queue_sql_text[i]);
		assert_int_equal(
		    sqlite3_prepare_v2(q->db, sql, -1, &st, NULL), SQLITE_OK);
		while (sqlite3_step(st) == SQLITE_ROW) {
			detail = (const char *)sqlite3_column_text(st, 3);
			rows++;
			if (strncmp(detail, "SCAN", 4) == 0 &&
			    strstr(detail, "SCAN tally") == NULL &&
			    strstr(detail, "SCAN (subquery") == NULL &&
			    strstr(detail, "CONSTANT ROW") == NULL)
				fail_msg("%s: %s", queue_sql_text[i], detail);
			if (i != SQL_TALLY_ALL &&
			    strstr(detail, "TEMP B-TREE") != NULL)
				fail_msg("%s: %s", queue_sql_text[i], detail);
		}
		sqlite3_finalize(st);
	}
	assert_true(rows > 20);
	queue_close(q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_file_is_its_owners_alone),
	    cmocka_unit_test(commits_are_durable_and_deletions_final),
	    cmocka_unit_test(a_newer_file_is_refused_and_left_alone),
	    cmocka_unit_test(a_file_of_another_program_is_refused),
	    cmocka_unit_test(a_damaged_row_is_never_handed_out),
	    cmocka_unit_test(a_damaged_page_is_an_error),
	    cmocka_unit_test(a_writer_beside_us_is_busy_not_damage),
	    cmocka_unit_test(a_full_or_read_only_disk_loses_nothing),
	    cmocka_unit_test(every_statement_finds_its_rows_by_an_index),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
