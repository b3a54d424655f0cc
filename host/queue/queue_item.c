#include "host/queue/queue_db.h"

#include <string.h>

#include "common/bounds.h"

static bool
is_under_root(enum item_state state)
{
	return state >= ITEM_FROZEN && state <= ITEM_RELEASED;
}

static enum err
check_members(const struct item *i)
{
	if (!queue_is_name(i->name))
		return ERR_NAME_INVALID;
	if (i->summary_len > sizeof(i->summary) ||
	    i->signature_len > sizeof(i->signature) ||
	    memchr(i->fault_text, 0, sizeof(i->fault_text)) == NULL)
		return ERR_TOO_LARGE;
	if (is_under_root(i->state) &&
	    (i->leaf.kind == 0 || i->leaf.index != i->index))
		return ERR_LEAF_SYNTAX;
	return ERR_OK;
}

/* The statement's parameters point into *i and leaf until it has run. */
static void
bind_item(sqlite3_stmt *st, const struct item *i, uint8_t leaf[LEAF_SIZE])
{
	sqlite3_bind_int64(st, 2, i->batch);
	if (is_under_root(i->state))
		sqlite3_bind_int64(st, 3, i->index);
	sqlite3_bind_int(st, 4, (int)i->state);
	sqlite3_bind_text(st, 5, i->name, -1, SQLITE_STATIC);
	queue_bind_digest(st, 6, i->draft);
	queue_bind_digest(st, 7, i->payload);
	sqlite3_bind_int64(st, 8, (sqlite3_int64)i->payload_len);
	sqlite3_bind_blob(st, 9, i->identity, SHA256_SIZE, SQLITE_STATIC);
	/* The index of bases holds only what was sealed more than once. */
	if (memcmp(i->base, i->identity, SHA256_SIZE) != 0)
		queue_bind_digest(st, 10, i->base);
	if (i->leaf.kind != 0) {
		leaf_encode(&i->leaf, leaf);
		sqlite3_bind_blob(st, 11, leaf, LEAF_SIZE, SQLITE_STATIC);
	}
	if (i->signature_len != 0)
		sqlite3_bind_blob(
		    st, 12, i->signature, (int)i->signature_len, SQLITE_STATIC);
	sqlite3_bind_int64(st, 13, (sqlite3_int64)i->seal);
	sqlite3_bind_int64(st, 14, (sqlite3_int64)i->release);
	queue_bind_digest(st, 15, i->file);
	sqlite3_bind_int(st, 16, (int)i->fault);
	if (i->fault_text[0] != '\0')
		sqlite3_bind_text(st, 17, i->fault_text, -1, SQLITE_STATIC);
	queue_bind_digest(st, 18, i->timestamp);
}

/* Which of the two unique indices it was: SQLite names the column. */
static enum err
step_unique(struct queue *q, sqlite3_stmt *st)
{
	int rc = sqlite3_step(st);
	enum err e;

	if (rc == SQLITE_CONSTRAINT_UNIQUE) {
		if (strstr(sqlite3_errmsg(q->db), "item.identity") != NULL)
			e = ERR_QUEUE_DUPLICATE;
		else
			e = ERR_BATCH_STATE; /* two leaves with one index */
	} else {
		e = queue_err(q, rc);
	}
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return e;
}

static enum err
set_summary(struct queue *q, int64_t id, const struct item *i)
{
	bool drop = i->summary_len == 0;
	sqlite3_stmt *st;
	enum err e;

	st = queue_stmt(q, drop ? SQL_SUMMARY_DROP : SQL_SUMMARY_SET, &e);
	if (st == NULL)
		return e;
	sqlite3_bind_int64(st, 1, id);
	if (!drop)
		sqlite3_bind_blob(
		    st, 2, i->summary, (int)i->summary_len, SQLITE_STATIC);
	return queue_step_done(q, st);
}

static enum err
check_takes_items(struct queue *q, int64_t id)
{
	struct batch b;
	uint64_t n;
	enum err e;

	e = queue_batch_get(q, id, &b);
	if (e == ERR_OK && b.state != BATCH_OPEN)
		e = ERR_BATCH_STATE;
	if (e == ERR_OK)
		e = queue_tally(q, id, ITEM_QUEUED, ITEM_RELEASED, &n);
	if (e == ERR_OK && n >= BOUND_BATCH)
		e = ERR_BATCH_FULL;
	return e;
}

static enum err
insert(struct queue *q, struct item *i)
{
	uint8_t leaf[LEAF_SIZE];
	sqlite3_stmt *st;
	enum err e;

	st = queue_stmt(q, SQL_ITEM_ADD, &e);
	if (st == NULL)
		return e;
	bind_item(st, i, leaf);
	e = step_unique(q, st);
	if (e != ERR_OK)
		return e;
	i->id = sqlite3_last_insert_rowid(q->db);
	return i->summary_len == 0 ? ERR_OK : set_summary(q, i->id, i);
}

enum err
queue_item_add(struct queue *q, struct item *i, struct item *other)
{
	bool own;
	enum err e, found;

	e = check_members(i);
	if (e != ERR_OK)
		return e;
	if (i->state != ITEM_QUEUED)
		return ERR_BATCH_STATE;
	e = queue_change_begin(q, &own);
	if (e != ERR_OK)
		return e;
	e = check_takes_items(q, i->batch);
	if (e == ERR_OK)
		e = insert(q, i);
	if (e == ERR_QUEUE_DUPLICATE && other != NULL) {
		found = queue_item_by_identity(q, i->identity, other);
		if (found != ERR_OK)
			e = found;
	}
	return queue_change_end(q, own, e);
}

static enum err
check_update(struct queue *q, const struct item *i, int64_t *old_batch,
    enum item_state *old)
{
	sqlite3_stmt *st;
	enum err e;

	st = queue_stmt(q, SQL_ITEM_STATE, &e);
	if (st == NULL)
		return e;
	sqlite3_bind_int64(st, 1, i->id);
	e = queue_step_row(q, st);
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_ITEM_UNKNOWN : e;
	*old = (enum item_state)sqlite3_column_int(st, 0);
	*old_batch = sqlite3_column_int64(st, 1);
	sqlite3_reset(st);
	if (!queue_item_may_move(*old, i->state))
		return ERR_BATCH_STATE;
	if (*old_batch == i->batch)
		return ERR_OK;
	if (i->state != ITEM_QUEUED)
		return ERR_BATCH_STATE;
	return check_takes_items(q, i->batch);
}

enum err
queue_item_update(struct queue *q, const struct item *i)
{
	uint8_t leaf[LEAF_SIZE];
	enum item_state old = ITEM_QUEUED;
	sqlite3_stmt *st;
	int64_t batch = 0;
	bool own;
	enum err e;

	e = check_members(i);
	if (e != ERR_OK)
		return e;
	e = queue_change_begin(q, &own);
	if (e != ERR_OK)
		return e;
	e = check_update(q, i, &batch, &old);
	if (e != ERR_OK)
		goto out;
	st = queue_stmt(q, SQL_ITEM_UPDATE, &e);
	if (st == NULL)
		goto out;
	sqlite3_bind_int64(st, 1, i->id);
	bind_item(st, i, leaf);
	e = step_unique(q, st);
	if (e == ERR_OK)
		e = queue_note(q, batch, old, -1);
	if (e == ERR_OK)
		e = queue_note(q, i->batch, i->state, 1);
	if (e == ERR_OK)
		e = set_summary(q, i->id, i);
out:
	return queue_change_end(q, own, e);
}

/* One of the moves of the hot path: its statement finds the item only in that
 * batch and state. */
struct move {
	enum queue_sql sql;
	int64_t item, batch;
	enum item_state from, to;
	bool own;
	sqlite3_stmt *st;
};

static enum err
begin_move(struct queue *q, struct move *m)
{
	enum err e;

	e = queue_change_begin(q, &m->own);
	if (e != ERR_OK)
		return e;
	m->st = queue_stmt(q, m->sql, &e);
	if (m->st == NULL)
		return queue_change_end(q, m->own, e);
	sqlite3_bind_int64(m->st, 1, m->item);
	return ERR_OK;
}

/* The statement that just ran found nothing. */
static enum err
why_not_moved(struct queue *q, int64_t id)
{
	sqlite3_stmt *st;
	enum err e;

	st = queue_stmt(q, SQL_ITEM_STATE, &e);
	if (st == NULL)
		return e;
	sqlite3_bind_int64(st, 1, id);
	e = queue_step_row(q, st);
	sqlite3_reset(st);
	if (e == ERR_NOT_FOUND)
		return ERR_ITEM_UNKNOWN;
	return e == ERR_OK ? ERR_BATCH_STATE : e;
}

/* With what is known of the item then; NULL: as it was. */
static enum err
end_move(struct queue *q, struct move *m, const struct item *summary)
{
	enum err e = step_unique(q, m->st);

	if (e == ERR_OK && sqlite3_changes(q->db) != 1)
		e = why_not_moved(q, m->item);
	if (e == ERR_OK)
		e = queue_note(q, m->batch, m->from, -1);
	if (e == ERR_OK)
		e = queue_note(q, m->batch, m->to, 1);
	if (e == ERR_OK && summary != NULL)
		e = set_summary(q, m->item, summary);
	return queue_change_end(q, m->own, e);
}

enum err
queue_item_set_prepared(struct queue *q, const struct item *i)
{
	struct move m = {.sql = SQL_ITEM_PREPARED,
	    .item = i->id,
	    .batch = i->batch,
	    .from = ITEM_QUEUED,
	    .to = ITEM_PREPARED};
	enum err e;

	e = check_members(i);
	if (e == ERR_OK)
		e = begin_move(q, &m);
	if (e != ERR_OK)
		return e;
	queue_bind_digest(m.st, 2, i->payload);
	sqlite3_bind_int64(m.st, 3, (sqlite3_int64)i->payload_len);
	sqlite3_bind_int64(m.st, 4, i->batch);
	return end_move(q, &m, i);
}

enum err
queue_item_set_stamped(struct queue *q, int64_t batch, int64_t id,
    const uint8_t timestamp[static SHA256_SIZE])
{
	struct move m = {.sql = SQL_ITEM_STAMPED,
	    .item = id,
	    .batch = batch,
	    .from = ITEM_PREPARED,
	    .to = ITEM_STAMPED};
	enum err e;

	e = begin_move(q, &m);
	if (e != ERR_OK)
		return e;
	queue_bind_digest(m.st, 2, timestamp);
	sqlite3_bind_int64(m.st, 3, batch);
	return end_move(q, &m, NULL);
}

enum err
queue_item_set_frozen(
    struct queue *q, const struct item *i, enum item_state from)
{
	struct move m = {.sql = SQL_ITEM_FROZEN,
	    .item = i->id,
	    .batch = i->batch,
	    .from = from,
	    .to = ITEM_FROZEN};
	uint8_t leaf[LEAF_SIZE];
	enum err e;

	if (i->state != ITEM_FROZEN ||
	    (from != ITEM_QUEUED && from != ITEM_STAMPED))
		return ERR_BATCH_STATE;
	e = check_members(i);
	if (e == ERR_OK)
		e = begin_move(q, &m);
	if (e != ERR_OK)
		return e;
	leaf_encode(&i->leaf, leaf);
	sqlite3_bind_int64(m.st, 2, i->index);
	queue_bind_digest(m.st, 3, i->payload);
	sqlite3_bind_int64(m.st, 4, (sqlite3_int64)i->payload_len);
	sqlite3_bind_blob(m.st, 5, leaf, LEAF_SIZE, SQLITE_STATIC);
	sqlite3_bind_int64(m.st, 6, i->batch);
	sqlite3_bind_int(m.st, 7, (int)from);
	return end_move(q, &m, i);
}

enum err
queue_item_set_sealed(struct queue *q, int64_t batch, int64_t id,
    const uint8_t *signature, size_t signature_len, uint64_t seal)
{
	struct move m = {.sql = SQL_ITEM_SEALED,
	    .item = id,
	    .batch = batch,
	    .from = ITEM_FROZEN,
	    .to = ITEM_SEALED};
	enum err e;

	if (signature_len == 0 || signature_len > BOUND_SIGNATURE)
		return ERR_TOO_LARGE;
	e = begin_move(q, &m);
	if (e != ERR_OK)
		return e;
	sqlite3_bind_blob(
	    m.st, 2, signature, (int)signature_len, SQLITE_STATIC);
	sqlite3_bind_int64(m.st, 3, (sqlite3_int64)seal);
	sqlite3_bind_int64(m.st, 4, batch);
	return end_move(q, &m, NULL);
}

enum err
queue_item_set_released(struct queue *q, int64_t batch, int64_t id,
    uint64_t release, const uint8_t file[static SHA256_SIZE])
{
	struct move m = {.sql = SQL_ITEM_RELEASED,
	    .item = id,
	    .batch = batch,
	    .from = ITEM_SEALED,
	    .to = ITEM_RELEASED};
	enum err e;

	e = begin_move(q, &m);
	if (e != ERR_OK)
		return e;
	sqlite3_bind_int64(m.st, 2, (sqlite3_int64)release);
	queue_bind_digest(m.st, 3, file);
	sqlite3_bind_int64(m.st, 4, batch);
	return end_move(q, &m, NULL);
}
