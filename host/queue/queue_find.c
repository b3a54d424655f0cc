#include "host/queue/queue_db.h"

#include <string.h>

static bool
column_bytes(sqlite3_stmt *st, int at, uint8_t *out, size_t cap, size_t *len)
{
	const void *blob = sqlite3_column_blob(st, at);

	*len = (size_t)sqlite3_column_bytes(st, at);
	if (*len > cap)
		return false;
	if (*len != 0)
		memcpy(out, blob, *len);
	return true;
}

static bool
column_leaf(sqlite3_stmt *st, int at, struct leaf *leaf)
{
	const void *blob = sqlite3_column_blob(st, at);

	if (blob == NULL)
		return true;
	return sqlite3_column_bytes(st, at) == LEAF_SIZE &&
	    leaf_decode(leaf, blob) == ERR_OK;
}

static bool
read_columns(sqlite3_stmt *st, struct item *i)
{
	int state = sqlite3_column_int(st, 2);

	i->id = sqlite3_column_int64(st, 0);
	i->batch = sqlite3_column_int64(st, 1);
	i->state = (enum item_state)state;
	i->payload_len = (uint64_t)sqlite3_column_int64(st, 6);
	i->seal = (uint64_t)sqlite3_column_int64(st, 11);
	i->release = (uint64_t)sqlite3_column_int64(st, 12);
	i->fault = (enum err)sqlite3_column_int(st, 14);
	if (!queue_is_item_state(state) ||
	    !queue_column_text(st, 3, i->name, sizeof(i->name)) ||
	    !queue_column_digest(st, 4, i->draft) ||
	    !queue_column_digest(st, 5, i->payload) ||
	    !queue_column_digest(st, 7, i->identity) ||
	    !queue_column_digest(st, 8, i->base) ||
	    !column_leaf(st, 9, &i->leaf) ||
	    !column_bytes(st, 10, i->signature, sizeof(i->signature),
		&i->signature_len) ||
	    !queue_column_digest(st, 13, i->file) ||
	    !queue_column_text(st, 15, i->fault_text, sizeof(i->fault_text)) ||
	    !column_bytes(
		st, 16, i->summary, sizeof(i->summary), &i->summary_len) ||
	    !queue_column_digest(st, 17, i->timestamp))
		return false;
	if (sqlite3_column_type(st, 8) == SQLITE_NULL)
		memcpy(i->base, i->identity, SHA256_SIZE);
	i->index = i->leaf.index;
	return true;
}

/* Only what is in use is written: the long members stay as they are. */
static void
clear(struct item *i)
{
	i->name[0] = '\0';
	i->fault_text[0] = '\0';
	i->summary_len = 0;
	i->signature_len = 0;
	memset(&i->leaf, 0, sizeof(i->leaf));
}

static enum err
read_item(struct queue *q, sqlite3_stmt *st, struct item *i)
{
	bool good;
	enum err e;

	e = queue_step_row(q, st);
	if (e == ERR_OK) {
		clear(i);
		good = read_columns(st, i);
		if (!good)
			e = sqlite3_errcode(q->db) == SQLITE_NOMEM
			    ? ERR_NO_MEMORY
			    : ERR_QUEUE_CORRUPT;
		sqlite3_reset(st);
	}
	sqlite3_clear_bindings(st);
	return e;
}

enum err
queue_item_get(struct queue *q, int64_t id, struct item *out)
{
	sqlite3_stmt *st;
	enum err e;

	st = queue_stmt(q, SQL_ITEM_GET, &e);
	if (st == NULL)
		return e;
	sqlite3_bind_int64(st, 1, id);
	e = read_item(q, st, out);
	return e == ERR_NOT_FOUND ? ERR_ITEM_UNKNOWN : e;
}

enum err
queue_item_by_identity(struct queue *q,
    const uint8_t identity[static SHA256_SIZE], struct item *out)
{
	sqlite3_stmt *st;
	enum err e;

	st = queue_stmt(q, SQL_ITEM_BY_IDENTITY, &e);
	if (st == NULL)
		return e;
	sqlite3_bind_blob(st, 1, identity, SHA256_SIZE, SQLITE_STATIC);
	e = read_item(q, st, out);
	return e == ERR_NOT_FOUND ? ERR_ITEM_UNKNOWN : e;
}

enum err
queue_item_kept(struct queue *q, int64_t batch, struct item *out)
{
	sqlite3_stmt *st;
	enum err e;

	st = queue_stmt(q, SQL_ITEM_KEPT, &e);
	if (st == NULL)
		return e;
	sqlite3_bind_int64(st, 1, batch);
	return read_item(q, st, out);
}

enum err
queue_item_by_index(
    struct queue *q, int64_t batch, uint32_t index, struct item *out)
{
	sqlite3_stmt *st;
	enum err e;

	st = queue_stmt(q, SQL_ITEM_BY_INDEX, &e);
	if (st == NULL)
		return e;
	sqlite3_bind_int64(st, 1, batch);
	sqlite3_bind_int64(st, 2, index);
	e = read_item(q, st, out);
	return e == ERR_NOT_FOUND ? ERR_ITEM_UNKNOWN : e;
}

enum err
queue_item_next(struct queue *q, int64_t batch, int64_t after,
    enum item_state state, struct item *out)
{
	sqlite3_stmt *st;
	enum err e;

	st = queue_stmt(
	    q, state == 0 ? SQL_ITEM_NEXT : SQL_ITEM_NEXT_STATE, &e);
	if (st == NULL)
		return e;
	sqlite3_bind_int64(st, 1, batch);
	sqlite3_bind_int64(st, 2, after);
	if (state != 0)
		sqlite3_bind_int(st, 3, (int)state);
	return read_item(q, st, out);
}

enum err
queue_item_last(struct queue *q, int64_t *id)
{
	sqlite3_stmt *st;
	enum err e;

	*id = 0;
	st = queue_stmt(q, SQL_ITEM_LAST, &e);
	if (st == NULL)
		return e;
	e = queue_step_row(q, st);
	if (e == ERR_OK) {
		*id = sqlite3_column_int64(st, 0);
		sqlite3_reset(st);
	}
	return e;
}
