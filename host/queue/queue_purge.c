#include <sqlite3.h>

#include "host/queue/queue.h"
#include "host/queue/queue_db.h"
#include "host/queue/queue_sql.h"

enum err
queue_bytes_are_shared(struct queue *q,
    const uint8_t digest[static SHA256_SIZE], const struct item *i,
    bool *shared)
{
	sqlite3_stmt *st;
	enum err e;

	*shared = true;
	st = queue_stmt(q, SQL_BYTES_USED, &e);
	if (st == NULL)
		return e;
	queue_bind_digest(st, 1, digest);
	sqlite3_bind_int64(st, 2, i->id);
	sqlite3_bind_blob(st, 3, i->base, SHA256_SIZE, SQLITE_STATIC);
	e = queue_step_row(q, st);
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	*shared = e != ERR_NOT_FOUND;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
queue_item_purge(struct queue *q, int64_t id)
{
	sqlite3_stmt *st;
	bool own;
	enum err e;

	e = queue_change_begin(q, &own);
	if (e != ERR_OK)
		return e;
	st = queue_stmt(q, SQL_ITEM_PURGE, &e);
	if (st == NULL)
		goto out;
	sqlite3_bind_int64(st, 1, id);
	e = queue_step_done(q, st);
	if (e == ERR_OK && sqlite3_changes(q->db) != 1)
		e = ERR_BATCH_STATE;
	if (e != ERR_OK)
		goto out;
	st = queue_stmt(q, SQL_SUMMARY_DROP, &e);
	if (st == NULL)
		goto out;
	sqlite3_bind_int64(st, 1, id);
	e = queue_step_done(q, st);
out:
	return queue_change_end(q, own, e);
}
