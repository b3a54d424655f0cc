/* Versions of the queue's file: an older one becomes a newer one. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/file.h"
#include "host/queue/queue_db.h"
#include "host/queue/queue_schema.h"
#include "tests/unit/support/queue_fixture.h"

static struct item item;

/* A file as the first version made it, with an item in each state that there
 * was, each with a summary. */
static void
make_first(void)
{
	static const char *const script[] = {
	    "INSERT INTO batch VALUES (7, 'b', 3, 'default', 1, 2, 3, 2,"
	    " zeroblob(32), zeroblob(32), 4, 5);",
	    "WITH RECURSIVE s(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM s"
	    " WHERE n < 8) INSERT INTO item SELECT n, 7, n, NULL, 'i' || n,"
	    " randomblob(32), NULL, 0, randomblob(32), NULL, NULL, NULL, 0, 0,"
	    " NULL, 0, NULL FROM s WHERE n NOT IN (3, 5);"
	    "INSERT INTO summary SELECT id,"
	    " CAST('{\"learner\":\"Ada Example\"}' AS BLOB)"
	    " FROM item;",
	};
	struct fault f;
	sqlite3 *db;
	size_t i;

	assert_int_equal(sqlite3_open(queue_fixture_path, &db), SQLITE_OK);
	assert_int_equal(
	    queue_schema_open(db, queue_fixture_path, queue_schema, 1, &f),
	    ERR_OK);
	for (i = 0; i < sizeof(script) / sizeof(script[0]); i++) {
		if (sqlite3_exec(db, script[i], NULL, NULL, NULL) != SQLITE_OK)
			fail_msg("%s", sqlite3_errmsg(db));
	}
	sqlite3_close(db);
}

/* How often that text stands in the file, also where no row is. */
static unsigned
times_in_file(const char *text)
{
	unsigned times = 0;
	uint8_t *buf;
	size_t len, i, n = strlen(text);

	assert_int_equal(
	    file_read(queue_fixture_path, 1u << 24, &buf, &len, NULL), ERR_OK);
	for (i = 0; i + n <= len; i++)
		times += memcmp(buf + i, text, n) == 0;
	free(buf);
	return times;
}

static void
the_first_version_becomes_the_newest_and_loses_nothing(void **state)
{
	struct queue_counts n;
	struct queue *q;
	struct batch b;
	char copy[128];
	int64_t id = 0;
	int states = 0;

	(void)state;
	make_first();
	assert_int_equal(times_in_file("Ada Example"), 6);
	q = queue_fixture_open();
	assert_int_equal(queue_count(q, 7, &n), ERR_OK);
	for (; queue_item_next(q, 7, id, 0, &item) == ERR_OK; id = item.id) {
		assert_int_equal(item.id, item.state);
		assert_int_equal(n.by_state[item.state], 1);
		assert_int_equal(item.summary_len, 25);
		states++;
	}
	assert_int_equal(states, 6);
	/* Triggers, indices and the row of numbers came along. */
	assert_int_equal(queue_item_get(q, 1, &item), ERR_OK);
	item.state = ITEM_REMOVED;
	assert_int_equal(queue_item_update(q, &item), ERR_OK);
	assert_int_equal(queue_count(q, 7, &n), ERR_OK);
	assert_int_equal(n.by_state[ITEM_REMOVED], 2);
	assert_int_equal(queue_batch_add(q, "b", 1, &b), ERR_EXISTS);
	assert_int_equal(queue_batch_add(q, "c", 1, &b), ERR_OK);
	assert_int_equal(b.id, 8);
	assert_int_equal(queue_item_get(q, 2, &item), ERR_OK);
	item.batch = b.id;
	item.state = ITEM_QUEUED;
	assert_int_equal(queue_item_add(q, &item, NULL), ERR_QUEUE_DUPLICATE);
	/* What had failed before has given its identity free. */
	assert_int_equal(queue_item_get(q, 8, &item), ERR_OK);
	item.batch = b.id;
	item.state = ITEM_QUEUED;
	item.summary_len = 0;
	assert_int_equal(queue_item_add(q, &item, NULL), ERR_OK);
	assert_int_equal(queue_item_add(q, &item, NULL), ERR_QUEUE_DUPLICATE);
	/* What is purged from now on is gone, and lies in no page that the
	 * first version left. */
	for (id = 6; id <= 8; id++)
		assert_int_equal(queue_item_purge(q, id), ERR_OK);
	assert_int_equal(queue_item_purge(q, 1), ERR_OK);
	assert_int_equal(queue_checkpoint(q, NULL), ERR_OK);
	queue_close(q);
	assert_int_equal(times_in_file("Ada Example"), 2);
	assert_int_equal(queue_fixture_number(queue_fixture_path,
			     "SELECT count(*) FROM pragma_foreign_key_check"),
	    0);
	snprintf(copy, sizeof(copy), "%s.v1", queue_fixture_path);
	assert_int_equal(queue_fixture_number(copy, "PRAGMA user_version"), 1);
	unlink(queue_fixture_path);
	unlink(copy);
}

/* Batches of before there were profiles are of the one that there was. */
static void
batches_without_a_profile_are_of_edc(void **state)
{
	struct queue *q;
	struct batch b;
	char copy[128];

	(void)state;
	make_first();
	q = queue_fixture_open();
	assert_int_equal(queue_batch_get(q, 7, &b), ERR_OK);
	assert_int_equal(b.profile, PROFILE_EDC);
	b.profile = PROFILE_JSON_COMPACT;
	assert_int_equal(queue_batch_update(q, &b), ERR_OK);
	b.profile = PROFILE_EDC;
	assert_int_equal(queue_batch_find(q, "b", &b), ERR_OK);
	assert_int_equal(b.profile, PROFILE_JSON_COMPACT);
	/* what is sealed in another way is no profile of a batch */
	assert_int_equal(sqlite3_exec(q->db, "UPDATE batch SET profile = 2",
			     NULL, NULL, NULL),
	    SQLITE_OK);
	assert_int_equal(queue_batch_get(q, 7, &b), ERR_QUEUE_CORRUPT);
	queue_close(q);
	snprintf(copy, sizeof(copy), "%s.v1", queue_fixture_path);
	unlink(queue_fixture_path);
	unlink(copy);
}

#define NEXT QUEUE_VERSION /* the script of a version to come */

static const char next_version[] = "ALTER TABLE batch ADD COLUMN note TEXT;"
				   "UPDATE batch SET note = 'migrated'";

static void
an_older_file_is_migrated_after_a_copy(void **state)
{
	const char *scripts[NEXT + 1];
	struct queue *q = queue_fixture_open();
	struct fault f;
	struct batch b;
	struct stat st;
	char copy[128];
	sqlite3 *db;

	(void)state;
	memcpy(scripts, queue_schema, sizeof(queue_schema));
	snprintf(
	    copy, sizeof(copy), "%s.v%d", queue_fixture_path, QUEUE_VERSION);
	assert_int_equal(queue_batch_add(q, "old", 1, &b), ERR_OK);
	queue_close(q);

	/* A script that fails at its end has done nothing. */
	scripts[NEXT] = "UPDATE batch SET name = 'half'; SELECT no_such()";
	assert_int_equal(sqlite3_open(queue_fixture_path, &db), SQLITE_OK);
	assert_int_not_equal(
	    queue_schema_open(db, queue_fixture_path, scripts, NEXT + 1, &f),
	    ERR_OK);
	sqlite3_close(db);
	assert_int_equal(
	    queue_fixture_number(queue_fixture_path, "PRAGMA user_version"),
	    NEXT);
	assert_int_equal(queue_fixture_number(queue_fixture_path,
			     "SELECT count(*) FROM batch WHERE name = 'old'"),
	    1);

	scripts[NEXT] = next_version;
	assert_int_equal(sqlite3_open(queue_fixture_path, &db), SQLITE_OK);
	assert_int_equal(
	    queue_schema_open(db, queue_fixture_path, scripts, NEXT + 1, &f),
	    ERR_OK);
	sqlite3_close(db);
	assert_int_equal(
	    queue_fixture_number(queue_fixture_path, "PRAGMA user_version"),
	    NEXT + 1);
	assert_int_equal(
	    queue_fixture_number(queue_fixture_path,
		"SELECT count(*) FROM batch WHERE note = 'migrated'"),
	    1);
	assert_int_equal(stat(copy, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(
	    queue_fixture_number(copy, "PRAGMA user_version"), NEXT);
	assert_int_equal(queue_fixture_number(copy, "PRAGMA application_id"),
	    QUEUE_APPLICATION);
	assert_int_equal(queue_fixture_number(copy,
			     "SELECT count(*) FROM batch WHERE name = 'old'"),
	    1);
	/* This program is now the older one. */
	assert_int_equal(
	    queue_open(&q, queue_fixture_path, &f), ERR_QUEUE_NEWER);
	unlink(queue_fixture_path);
	unlink(copy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		the_first_version_becomes_the_newest_and_loses_nothing),
	    cmocka_unit_test(batches_without_a_profile_are_of_edc),
	    cmocka_unit_test(an_older_file_is_migrated_after_a_copy),
	};

	return cmocka_run_group_tests(
	    tests, queue_fixture_make, queue_fixture_remove);
}
