#include "host/queue/queue_db.h"

#include <string.h>

static enum err
read_batch(struct queue *q, sqlite3_stmt *st, struct batch *b)
{
	bool good;
	int state;
	enum err e;

	e = queue_step_row(q, st);
	if (e == ERR_NOT_FOUND)
		sqlite3_clear_bindings(st);
	if (e != ERR_OK)
		return e;
	memset(b, 0, sizeof(*b));
	b->id = sqlite3_column_int64(st, 0);
	good = queue_column_text(st, 1, b->name, sizeof(b->name));
	state = sqlite3_column_int(st, 2);
	b->state = (enum batch_state)state;
	good = queue_column_text(st, 3, b->key, sizeof(b->key)) && good;
	b->created = sqlite3_column_int64(st, 4);
	b->closed = sqlite3_column_int64(st, 5);
	b->signing_time = sqlite3_column_int64(st, 6);
	b->count = (uint32_t)sqlite3_column_int64(st, 7);
	good = queue_column_digest(st, 8, b->root) && good;
	good = queue_column_digest(st, 9, b->certificate) && good;
	b->approval = (uint64_t)sqlite3_column_int64(st, 10);
	b->expires = sqlite3_column_int64(st, 11);
	b->profile = (enum item_profile)sqlite3_column_int(st, 12);
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	if (!good || state < BATCH_OPEN || state > BATCH_STAMPING ||
	    profile_get(b->profile) == NULL)
		return ERR_QUEUE_CORRUPT;
	return ERR_OK;
}

enum err
queue_batch_get(struct queue *q, int64_t id, struct batch *out)
{
	sqlite3_stmt *st;
	enum err e;

	st = queue_stmt(q, SQL_BATCH_GET, &e);
	if (st == NULL)
		return e;
	sqlite3_bind_int64(st, 1, id);
	e = read_batch(q, st, out);
	return e == ERR_NOT_FOUND ? ERR_BATCH_UNKNOWN : e;
}

enum err
queue_batch_find(struct queue *q, const char *name, struct batch *out)
{
	sqlite3_stmt *st;
	enum err e;

	st = queue_stmt(q, SQL_BATCH_FIND, &e);
	if (st == NULL)
		return e;
	sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
	e = read_batch(q, st, out);
	return e == ERR_NOT_FOUND ? ERR_BATCH_UNKNOWN : e;
}

enum err
queue_batch_next(
    struct queue *q, int64_t after, enum batch_state state, struct batch *out)
{
	sqlite3_stmt *st;
	enum err e;

	st = queue_stmt(
	    q, state == 0 ? SQL_BATCH_NEXT : SQL_BATCH_NEXT_STATE, &e);
	if (st == NULL)
		return e;
	sqlite3_bind_int64(st, 1, after);
	if (state != 0)
		sqlite3_bind_int(st, 2, (int)state);
	return read_batch(q, st, out);
}

/* Two live batches of one name is the only constraint that can fail here. */
static enum err
step_unique(struct queue *q, sqlite3_stmt *st)
{
	int rc = sqlite3_step(st);

	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	if (rc == SQLITE_CONSTRAINT_UNIQUE)
		return ERR_EXISTS;
	return queue_err(q, rc);
}

enum err
queue_batch_add(
    struct queue *q, const char *name, int64_t now, struct batch *out)
{
	sqlite3_stmt *st;
	int64_t id = 0;
	bool own;
	enum err e;

	if (!queue_is_name(name))
		return ERR_NAME_INVALID;
	e = queue_change_begin(q, &own);
	if (e != ERR_OK)
		return e;
	st = queue_stmt(q, SQL_BATCH_ADD, &e);
	if (st != NULL) {
		sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
		sqlite3_bind_int64(st, 2, now);
		e = step_unique(q, st);
		id = sqlite3_last_insert_rowid(q->db);
	}
	if (e == ERR_OK)
		e = queue_batch_get(q, id, out);
	return queue_change_end(q, own, e);
}

static enum err
check_move(struct queue *q, const struct batch *old, const struct batch *b)
{
	uint64_t queued, frozen, waiting, unfinished;
	enum err e;

	if (!queue_batch_may_move(old->state, b->state))
		return ERR_BATCH_STATE;
	if (old->state == b->state)
		return ERR_OK;
	if (b->state == BATCH_DONE) {
		e = queue_tally(
		    q, b->id, ITEM_QUEUED, ITEM_SEALED, &unfinished);
		if (e == ERR_OK)
			e = queue_tally(
			    q, b->id, ITEM_PREPARED, ITEM_STAMPED, &waiting);
		if (e == ERR_OK && unfinished + waiting != 0)
			e = ERR_BATCH_STATE;
		return e;
	}
	if (b->state != BATCH_CLOSED)
		return ERR_OK;
	if (b->count == 0)
		return ERR_BATCH_EMPTY;
	e = queue_tally(q, b->id, ITEM_QUEUED, ITEM_QUEUED, &queued);
	if (e == ERR_OK)
		e = queue_tally(q, b->id, ITEM_FROZEN, ITEM_FROZEN, &frozen);
	if (e == ERR_OK)
		e = queue_tally(
		    q, b->id, ITEM_PREPARED, ITEM_STAMPED, &waiting);
	if (e == ERR_OK && (queued + waiting != 0 || frozen != b->count))
		e = ERR_BATCH_STATE;
	return e;
}

static enum err
store(struct queue *q, const struct batch *b)
{
	sqlite3_stmt *st;
	enum err e;

	st = queue_stmt(q, SQL_BATCH_UPDATE, &e);
	if (st == NULL)
		return e;
	sqlite3_bind_int64(st, 1, b->id);
	sqlite3_bind_text(st, 2, b->name, -1, SQLITE_STATIC);
	sqlite3_bind_int(st, 3, (int)b->state);
	sqlite3_bind_text(st, 4, b->key, -1, SQLITE_STATIC);
	sqlite3_bind_int64(st, 5, b->created);
	sqlite3_bind_int64(st, 6, b->closed);
	sqlite3_bind_int64(st, 7, b->signing_time);
	sqlite3_bind_int64(st, 8, b->count);
	queue_bind_digest(st, 9, b->root);
	queue_bind_digest(st, 10, b->certificate);
	sqlite3_bind_int64(st, 11, (sqlite3_int64)b->approval);
	sqlite3_bind_int64(st, 12, b->expires);
	sqlite3_bind_int(st, 13, (int)b->profile);
	return step_unique(q, st);
}

/* Its root is given up: what was frozen is queued again, indices begin anew,
 * and what is sealed already keeps its index in its leaf only. */
static enum err
forget_leaves(struct queue *q, int64_t batch)
{
	static const enum item_state from[] = {
	    ITEM_FROZEN, ITEM_PREPARED, ITEM_STAMPED};
	sqlite3_stmt *st;
	uint64_t n;
	enum err e;
	size_t i;

	st = queue_stmt(q, SQL_BATCH_FORGET_LEAVES, &e);
	if (st == NULL)
		return e;
	sqlite3_bind_int64(st, 1, batch);
	e = queue_step_done(q, st);
	for (i = 0; i < sizeof(from) / sizeof(from[0]) && e == ERR_OK; i++) {
		e = queue_tally(q, batch, from[i], from[i], &n);
		if (e == ERR_OK)
			e = queue_note(q, batch, from[i], -(int64_t)n);
		if (e == ERR_OK)
			e = queue_note(q, batch, ITEM_QUEUED, (int64_t)n);
	}
	return e;
}

enum err
queue_batch_update(struct queue *q, const struct batch *b)
{
	struct batch old;
	bool own;
	enum err e;

	if (!queue_is_name(b->name) ||
	    memchr(b->key, 0, sizeof(b->key)) == NULL)
		return ERR_NAME_INVALID;
	e = queue_change_begin(q, &own);
	if (e != ERR_OK)
		return e;
	e = queue_batch_get(q, b->id, &old);
	if (e == ERR_OK)
		e = check_move(q, &old, b);
	if (e == ERR_OK)
		e = store(q, b);
	if (e == ERR_OK && b->state == BATCH_OPEN && old.state != BATCH_OPEN)
		e = forget_leaves(q, b->id);
	return queue_change_end(q, own, e);
}
