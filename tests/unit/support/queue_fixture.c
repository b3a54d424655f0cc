#include "tests/unit/support/queue_fixture.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char queue_fixture_dir[64], queue_fixture_path[96];

static void
must(enum err e, const char *what)
{
	if (e == ERR_OK)
		return;
	fprintf(stderr, "queue_fixture: %s: %s\n", what, err_text(e));
	abort();
}

int
queue_fixture_make(void **state)
{
	(void)state;
	snprintf(queue_fixture_dir, sizeof(queue_fixture_dir),
	    "/tmp/queue_test.XXXXXX");
	must(mkdtemp(queue_fixture_dir) != NULL ? ERR_OK : ERR_IO, "folder");
	snprintf(queue_fixture_path, sizeof(queue_fixture_path), "%s/queue.db",
	    queue_fixture_dir);
	return 0;
}

int
queue_fixture_remove(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", queue_fixture_dir);
	must(system(command) == 0 ? ERR_OK : ERR_IO, command);
	return 0;
}

int
queue_fixture_number(const char *file, const char *sql)
{
	sqlite3_stmt *st = NULL;
	sqlite3 *db;
	bool good;
	int n;

	good = sqlite3_open(file, &db) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW;
	must(good ? ERR_OK : ERR_IO, sql);
	n = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return n;
}

struct queue *
queue_fixture_open(void)
{
	struct queue *q;
	struct fault f;

	must(queue_open(&q, queue_fixture_path, &f), "open");
	return q;
}

struct batch
queue_fixture_batch(struct queue *q, const char *name)
{
	struct batch b;

	must(queue_batch_add(q, name, 1000, &b), name);
	return b;
}

void
queue_fixture_item(struct item *i, int64_t batch, uint32_t number)
{
	memset(i, 0, sizeof(*i));
	i->batch = batch;
	i->state = ITEM_QUEUED;
	snprintf(i->name, sizeof(i->name), "item-%u", number);
	sha256(&number, sizeof(number), i->identity);
	memcpy(i->base, i->identity, SHA256_SIZE);
	sha256(i->identity, SHA256_SIZE, i->draft);
}

int64_t
queue_fixture_add(struct queue *q, int64_t batch, uint32_t number)
{
	struct item i;

	queue_fixture_item(&i, batch, number);
	must(queue_item_add(q, &i, NULL), i.name);
	return i.id;
}

void
queue_fixture_leaf(struct item *i, uint32_t index)
{
	i->index = index;
	i->leaf.kind = KIND_JADES;
	i->leaf.profile = PROFILE_EDC;
	i->leaf.alg = ALG_ES256;
	i->leaf.index = index;
}

void
queue_fixture_freeze(struct queue *q, int64_t id, uint32_t index)
{
	struct item i;

	must(queue_item_get(q, id, &i), "freeze");
	queue_fixture_leaf(&i, index);
	i.state = ITEM_FROZEN;
	must(queue_item_update(q, &i), "freeze");
}
