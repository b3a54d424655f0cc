#include "host/queue/queue_db.h"

#include <string.h>

enum err
queue_tally(struct queue *q, int64_t batch, enum item_state from,
    enum item_state to, uint64_t *n)
{
	sqlite3_stmt *st;
	enum err e;

	*n = 0;
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
