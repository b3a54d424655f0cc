/*
 * queue_db.h: the queue's own use of SQLite: connection, statements, errors.
 * Only host/queue/queue_*.c includes it.
 *
 *	e = queue_change_begin(q, &own);
 *	st = queue_stmt(q, SQL_ITEM_SEALED, &e); ... bind ...
 *	e = queue_step_done(q, st);
 *	return queue_change_end(q, own, e);
 *
 * Memory    statements are prepared once and kept until queue_close
 * Chunks    none
 * Errors    queue_err maps SQLite's; hard ones stick until the transaction ends
 * Trust     a damaged file is an error, never a crash: lengths and states of
 *           what is read are checked
 * Limits    QUEUE_CACHE KiB
 */
#ifndef HOST_QUEUE_QUEUE_DB_H
#define HOST_QUEUE_QUEUE_DB_H

#include <sqlite3.h>

#include "host/queue/queue.h"
#include "host/queue/queue_sql.h"

#define QUEUE_CACHE 8192

struct queue {
	sqlite3 *db;
	sqlite3_stmt *stmt[SQL_COUNT];
	bool in_transaction;
	enum err broken; /* hard error of this transaction */
	/* Items of one batch that this transaction moved, more or fewer in
	 * each state, and that the tally does not know yet. */
	int64_t moved_batch;
	int64_t moved[ITEM_STATES];
};

/* Says what SQLite's result means, and latches it if it is a hard error. */
enum err queue_err(struct queue *q, int rc);
enum err queue_err_of(sqlite3 *db, int rc, struct fault *fault);

/* A statement ready for its parameters; NULL with *e set. */
sqlite3_stmt *queue_stmt(struct queue *q, enum queue_sql which, enum err *e);

/* For statements that return no row; the statement is reset. */
MUST_USE enum err queue_step_done(struct queue *q, sqlite3_stmt *st);

/* ERR_OK: st is at a row, and the caller resets it. NOT_FOUND: none. */
MUST_USE enum err queue_step_row(struct queue *q, sqlite3_stmt *st);

/* A change made of several statements is one transaction, whoever began it. */
MUST_USE enum err queue_change_begin(struct queue *q, bool *own);
MUST_USE enum err queue_change_end(struct queue *q, bool own, enum err e);

/* A digest of zeros is stored as NULL. */
int queue_bind_digest(
    sqlite3_stmt *st, int at, const uint8_t digest[static SHA256_SIZE]);
/* False if it is neither NULL nor of that length. */
bool queue_column_digest(
    sqlite3_stmt *st, int at, uint8_t digest[static SHA256_SIZE]);
/* False if it has a NUL inside, or cap - 1 octets are not enough. */
bool queue_column_text(sqlite3_stmt *st, int at, char *out, size_t cap);

/* From queue_count.c. Within a transaction: n items more, or fewer, of the
 * batch are in that state. Who moves items says so, twice. */
MUST_USE enum err queue_note(
    struct queue *q, int64_t batch, enum item_state state, int64_t n);
/* Writes it into the tally. */
MUST_USE enum err queue_settle_moved(struct queue *q);
/* Items of the batch in states from..to. */
MUST_USE enum err queue_tally(struct queue *q, int64_t batch,
    enum item_state from, enum item_state to, uint64_t *n);

#endif
