#include "host/queue/queue_db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/queue/queue_schema.h"

#define STRING_(x) #x
#define STRING(x) STRING_(x)

/* Another process that reads may hold a lock for a moment. */
#define BUSY_MS 2000

enum err
queue_err_of(sqlite3 *db, int rc, struct fault *fault)
{
	int errnum = sqlite3_system_errno(db);
	const char *what = sqlite3_errmsg(db);
	enum err e;

	switch (rc & 0xff) {
	case SQLITE_FULL:
		e = ERR_NO_SPACE;
		break;
	case SQLITE_READONLY:
		e = ERR_READ_ONLY;
		break;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		e = ERR_QUEUE_CORRUPT;
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		e = ERR_STATION_BUSY;
		break;
	case SQLITE_NOMEM:
		e = ERR_NO_MEMORY;
		break;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		e = ERR_DENIED;
		break;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		/* SQLITE_FULL is not all that a full disk can look like. */
		if (errnum != 0)
			return fault_errno(fault, errnum, "queue: %s", what);
		e = ERR_IO;
		break;
	default:
		e = ERR_INTERNAL;
		break;
	}
	return fault_set(fault, e, FAULT_NO_OFFSET, "queue: %s", what);
}

enum err
queue_err(struct queue *q, int rc)
{
	enum err e;

	if (rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE)
		return ERR_OK;
	e = queue_err_of(q->db, rc, NULL);
	if (q->in_transaction && q->broken == ERR_OK)
		q->broken = e;
	return e;
}

sqlite3_stmt *
queue_stmt(struct queue *q, enum queue_sql which, enum err *e)
{
	int rc;

	*e = ERR_OK;
	if (q->stmt[which] == NULL) {
		rc = sqlite3_prepare_v3(q->db, queue_sql_text[which], -1,
		    SQLITE_PREPARE_PERSISTENT, &q->stmt[which], NULL);
		*e = queue_err(q, rc);
	}
	return q->stmt[which];
}

enum err
queue_step_done(struct queue *q, sqlite3_stmt *st)
{
	int rc = sqlite3_step(st);

	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return queue_err(q, rc);
}

enum err
queue_step_row(struct queue *q, sqlite3_stmt *st)
{
	int rc = sqlite3_step(st);

	if (rc == SQLITE_ROW)
		return ERR_OK;
	sqlite3_reset(st);
	if (rc == SQLITE_DONE)
		return ERR_NOT_FOUND;
	return queue_err(q, rc);
}

static enum err
run(struct queue *q, enum queue_sql which)
{
	sqlite3_stmt *st;
	enum err e;

	st = queue_stmt(q, which, &e);
	if (st != NULL)
		e = queue_step_done(q, st);
	return e;
}

static enum err
tell(struct queue *q, enum err e, struct fault *fault)
{
	if (e == ERR_OK)
		return e;
	return fault_set(
	    fault, e, FAULT_NO_OFFSET, "queue: %s", sqlite3_errmsg(q->db));
}

enum err
queue_begin(struct queue *q, struct fault *fault)
{
	enum err e;

	if (q->in_transaction)
		return fault_set(fault, ERR_INTERNAL, FAULT_NO_OFFSET,
		    "a transaction is open");
	e = run(q, SQL_BEGIN);
	if (e == ERR_OK) {
		q->in_transaction = true;
		q->broken = ERR_OK;
		memset(q->moved, 0, sizeof(q->moved));
	}
	return tell(q, e, fault);
}

void
queue_rollback(struct queue *q)
{
	enum err e;

	if (!q->in_transaction)
		return;
	/* After some errors SQLite has done it by itself. If it fails, the
	 * journal is not committed either, and the next BEGIN complains. */
	if (sqlite3_get_autocommit(q->db) == 0) {
		e = run(q, SQL_ROLLBACK);
		(void)e;
	}
	q->in_transaction = false;
	q->broken = ERR_OK;
	memset(q->moved, 0, sizeof(q->moved));
}

enum err
queue_commit(struct queue *q, struct fault *fault)
{
	enum err e;

	if (!q->in_transaction)
		return fault_set(fault, ERR_INTERNAL, FAULT_NO_OFFSET,
		    "no transaction is open");
	e = q->broken;
	if (e == ERR_OK)
		e = queue_settle_moved(q);
	if (e != ERR_OK) {
		(void)fault_set(fault, e, FAULT_NO_OFFSET,
		    "queue: an earlier change failed");
		queue_rollback(q);
		return e;
	}
	e = run(q, SQL_COMMIT);
	e = tell(q, e, fault);
	if (e != ERR_OK)
		queue_rollback(q);
	q->in_transaction = false;
	return e;
}

enum err
queue_change_begin(struct queue *q, bool *own)
{
	*own = !q->in_transaction;
	if (!*own)
		return q->broken;
	return queue_begin(q, NULL);
}

enum err
queue_change_end(struct queue *q, bool own, enum err e)
{
	if (!own)
		return e;
	if (e == ERR_OK)
		return queue_commit(q, NULL);
	queue_rollback(q);
	return e;
}

enum err
queue_checkpoint(struct queue *q, struct fault *fault)
{
	int rc;

	rc = sqlite3_wal_checkpoint_v2(
	    q->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	return rc == SQLITE_OK ? ERR_OK : queue_err_of(q->db, rc, fault);
}

/* SQLite stays silent where it cannot do it, and uses another mode. */
static enum err
use_write_ahead_log(sqlite3 *db, struct fault *fault)
{
	const unsigned char *mode;
	sqlite3_stmt *st;
	bool good = false;
	int rc;

	rc = sqlite3_prepare_v2(db, "PRAGMA journal_mode = WAL", -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		mode = sqlite3_column_text(st, 0);
		good = mode != NULL && strcmp((const char *)mode, "wal") == 0;
	}
	sqlite3_finalize(st);
	if (rc != SQLITE_ROW)
		return queue_err_of(db, rc, fault);
	if (!good)
		return fault_set(fault, ERR_UNSUPPORTED, FAULT_NO_OFFSET,
		    "queue: no write-ahead log on this file system");
	return ERR_OK;
}

static enum err
configure(sqlite3 *db, struct fault *fault)
{
	static const char pragmas[] = "PRAGMA journal_mode = WAL;"
				      "PRAGMA synchronous = FULL;"
				      "PRAGMA foreign_keys = ON;"
				      "PRAGMA secure_delete = ON;"
				      "PRAGMA temp_store = MEMORY;"
				      "PRAGMA trusted_schema = OFF;"
				      "PRAGMA cell_size_check = ON;"
				      "PRAGMA journal_size_limit = 33554432;"
				      "PRAGMA wal_autocheckpoint = 4000;"
				      "PRAGMA cache_size = -" STRING(
					  QUEUE_CACHE);
	int rc;

	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	rc = sqlite3_exec(db, pragmas, NULL, NULL, NULL);
	return rc == SQLITE_OK ? ERR_OK : queue_err_of(db, rc, fault);
}

/* SQLite would make it readable for everybody; its other files follow. */
static enum err
make_file(const char *path, struct fault *fault)
{
	int fd;

	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fault_errno(fault, errno, "cannot open %s", path);
	close(fd);
	return ERR_OK;
}

enum err
queue_open(struct queue **out, const char *path, struct fault *fault)
{
	struct queue *q;
	enum err e;
	int rc;

	*out = NULL;
	e = make_file(path, fault);
	if (e != ERR_OK)
		return e;
	q = calloc(1, sizeof(*q));
	if (q == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "opening %s", path);
	rc = sqlite3_open_v2(path, &q->db,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
	    NULL);
	if (rc != SQLITE_OK) {
		e = queue_err_of(q->db, rc, fault);
		goto out;
	}
	sqlite3_busy_timeout(q->db, BUSY_MS);
	e = queue_schema_open(q->db, path, queue_schema, QUEUE_VERSION, fault);
	if (e == ERR_OK)
		e = use_write_ahead_log(q->db, fault);
	if (e == ERR_OK)
		e = configure(q->db, fault);
	if (e == ERR_OK) {
		*out = q;
		q = NULL;
	}
out:
	queue_close(q);
	return e;
}

void
queue_close(struct queue *q)
{
	size_t i;

	if (q == NULL)
		return;
	queue_rollback(q);
	for (i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(q->stmt[i]);
	sqlite3_close(q->db);
	free(q);
}

int
queue_bind_digest(
    sqlite3_stmt *st, int at, const uint8_t digest[static SHA256_SIZE])
{
	static const uint8_t zeros[SHA256_SIZE];

	if (memcmp(digest, zeros, SHA256_SIZE) == 0)
		return sqlite3_bind_null(st, at);
	return sqlite3_bind_blob(st, at, digest, SHA256_SIZE, SQLITE_STATIC);
}

bool
queue_column_digest(
    sqlite3_stmt *st, int at, uint8_t digest[static SHA256_SIZE])
{
	const void *blob = sqlite3_column_blob(st, at);

	if (blob == NULL) {
		memset(digest, 0, SHA256_SIZE);
		return sqlite3_column_type(st, at) == SQLITE_NULL;
	}
	if (sqlite3_column_bytes(st, at) != SHA256_SIZE)
		return false;
	memcpy(digest, blob, SHA256_SIZE);
	return true;
}

bool
queue_column_text(sqlite3_stmt *st, int at, char *out, size_t cap)
{
	const unsigned char *text = sqlite3_column_text(st, at);
	size_t len = (size_t)sqlite3_column_bytes(st, at);

	out[0] = '\0';
	if (text == NULL)
		return true;
	if (len >= cap || memchr(text, 0, len) != NULL)
		return false;
	memcpy(out, text, len + 1);
	return true;
}
