#include "host/queue/queue_db.h"

#include <string.h>

static enum err
add_to_tally(struct queue *q, int64_t batch, int state, int64_t n)
{
	sqlite3_stmt *st;
	enum err e;

	st = queue_stmt(q, SQL_TALLY_ADD, &e);
	if (st == NULL)
		return e;
	sqlite3_bind_int64(st, 1, batch);
	sqlite3_bind_int(st, 2, state);
	sqlite3_bind_int64(st, 3, n);
	return queue_step_done(q, st);
}

enum err
queue_settle_moved(struct queue *q)
{
	enum err e = ERR_OK;
	int i;

	for (i = 0; i < ITEM_STATES && e == ERR_OK; i++) {
		if (q->moved[i] == 0)
			continue;
		e = add_to_tally(q, q->moved_batch, i, q->moved[i]);
		q->moved[i] = 0;
	}
	return e;
}

enum err
queue_note(struct queue *q, int64_t batch, enum item_state state, int64_t n)
{
	enum err e = ERR_OK;

	if (q->moved_batch != batch)
		e = queue_settle_moved(q);
	q->moved_batch = batch;
	q->moved[state] += n;
	return e;
}

enum err
queue_tally(struct queue *q, int64_t batch, enum item_state from,
    enum item_state to, uint64_t *n)
{
	sqlite3_stmt *st;
	enum err e;

	*n = 0;
	e = queue_settle_moved(q);
	if (e != ERR_OK)
		return e;
	st = queue_stmt(q, SQL_TALLY_RANGE, &e);
	if (st == NULL)
		return e;
	sqlite3_bind_int64(st, 1, batch);
	sqlite3_bind_int(st, 2, (int)from);
	sqlite3_bind_int(st, 3, (int)to);
	e = queue_step_row(q, st);
	if (e == ERR_OK) {
		*n = (uint64_t)sqlite3_column_int64(st, 0);
		sqlite3_reset(st);
	}
	return e;
}

enum err
queue_count(struct queue *q, int64_t batch, struct queue_counts *out)
{
	sqlite3_stmt *st;
	enum err e;
	int state;

	memset(out, 0, sizeof(*out));
	e = queue_settle_moved(q);
	if (e != ERR_OK)
		return e;
	st = queue_stmt(q, batch == 0 ? SQL_TALLY_ALL : SQL_TALLY_BATCH, &e);
	if (st == NULL)
		return e;
	if (batch != 0)
		sqlite3_bind_int64(st, 1, batch);
	while ((e = queue_step_row(q, st)) == ERR_OK) {
		state = sqlite3_column_int(st, 0);
		if (!queue_is_item_state(state)) {
			sqlite3_reset(st);
			return ERR_QUEUE_CORRUPT;
		}
		out->by_state[state] = (uint64_t)sqlite3_column_int64(st, 1);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
queue_generation(struct queue *q, const uint8_t base[static SHA256_SIZE],
    uint32_t *generation)
{
	sqlite3_stmt *st;
	enum err e;

	*generation = 0;
	st = queue_stmt(q, SQL_GENERATION, &e);
	if (st == NULL)
		return e;
	sqlite3_bind_blob(st, 1, base, SHA256_SIZE, SQLITE_STATIC);
	e = queue_step_row(q, st);
	if (e == ERR_OK) {
		*generation = (uint32_t)sqlite3_column_int64(st, 0);
		sqlite3_reset(st);
	}
	sqlite3_clear_bindings(st);
	return e;
}
