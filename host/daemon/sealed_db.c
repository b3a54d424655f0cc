#include "host/daemon/sealed_db.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum statement {
	ST_ADD,
	ST_BY_SEAL,
	ST_BY_IDENTITY,
	ST_BY_LEAF,
	ST_RELEASE,
	ST_EXTEND,
	ST_EXTENDED,
	ST_TOTAL,
	ST_BEGIN,
	ST_COMMIT,
	ST_COUNT
};

#define BY_LEAF "approval = ? AND leaf = ? AND release = 0"
#define RELEASED "release = ?, signature = NULL"
#define COLUMNS "seal, approval, leaf, identity, signature, release"

static const char *const sql[ST_COUNT] = {
    [ST_ADD] = "INSERT INTO sealed (" COLUMNS ") VALUES (?, ?, ?, ?, ?, 0)",
    [ST_BY_SEAL] = "SELECT " COLUMNS " FROM sealed WHERE seal = ?",
    [ST_BY_IDENTITY] = "SELECT " COLUMNS " FROM sealed WHERE identity = ?",
    [ST_BY_LEAF] = "SELECT " COLUMNS " FROM sealed WHERE " BY_LEAF,
    [ST_RELEASE] = "UPDATE sealed SET " RELEASED " WHERE seal = ?",
    [ST_EXTEND] = "INSERT OR IGNORE INTO extended (seal, file, entry)"
		  " VALUES (?, ?, ?)",
    [ST_EXTENDED] = "SELECT entry FROM extended WHERE seal = ? AND file = ?",
    [ST_TOTAL] = "SELECT count(*) FROM sealed",
    [ST_BEGIN] = "BEGIN IMMEDIATE",
    [ST_COMMIT] = "COMMIT",
};

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS sealed ("
    " seal INTEGER PRIMARY KEY, approval INTEGER NOT NULL,"
    " leaf INTEGER NOT NULL, identity BLOB NOT NULL UNIQUE,"
    " signature BLOB, release INTEGER NOT NULL);"
    "CREATE INDEX IF NOT EXISTS unreleased ON sealed (approval, leaf)"
    " WHERE release = 0;"
    "CREATE TABLE IF NOT EXISTS extended ("
    " seal INTEGER NOT NULL, file BLOB NOT NULL, entry INTEGER NOT NULL,"
    " PRIMARY KEY (seal, file)) WITHOUT ROWID;";

struct sealed_db {
	sqlite3 *db;
	sqlite3_stmt *st[ST_COUNT];
	bool begun;
};

static enum err
err_of(struct sealed_db *d, int rc)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
		return ERR_OK;
	case SQLITE_CONSTRAINT:
		return ERR_LOG_SEALED_ALREADY;
	case SQLITE_FULL:
		return ERR_NO_SPACE;
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
		return ERR_READ_ONLY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return ERR_LOG_CORRUPT;
	case SQLITE_NOMEM:
		return ERR_NO_MEMORY;
	default:
		(void)d;
		return ERR_IO;
	}
}

static enum err
fail(struct sealed_db *d, int rc, const char *path, struct fault *fault)
{
	return fault_set(fault, err_of(d, rc), FAULT_NO_OFFSET, "%s: %s", path,
	    sqlite3_errmsg(d->db));
}

enum err
sealed_db_open(struct sealed_db **out, const char *path, uint64_t log_size,
    struct fault *fault)
{
	struct sealed_db *d;
	char *drop = NULL;
	enum err e = ERR_OK;
	int i, rc;

	*out = NULL;
	d = calloc(1, sizeof(*d));
	if (d == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "%s", path);
	rc = sqlite3_open(path, &d->db);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(d->db,
		    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
		    "PRAGMA secure_delete = ON; PRAGMA cache_size = -4096;",
		    NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(d->db, schema, NULL, NULL, NULL);
	/* A row is written before its log entry: what the log does not have
	 * was never sealed. */
	if (rc == SQLITE_OK)
		drop = sqlite3_mprintf(
		    "DELETE FROM sealed WHERE seal >= %lld;"
		    "DELETE FROM extended WHERE entry >= %lld",
		    (long long)log_size, (long long)log_size);
	if (rc == SQLITE_OK && drop == NULL)
		rc = SQLITE_NOMEM;
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(d->db, drop, NULL, NULL, NULL);
	sqlite3_free(drop);
	for (i = 0; rc == SQLITE_OK && i < ST_COUNT; i++)
		rc = sqlite3_prepare_v3(d->db, sql[i], -1,
		    SQLITE_PREPARE_PERSISTENT, &d->st[i], NULL);
	if (rc != SQLITE_OK) {
		e = fail(d, rc, path, fault);
		sealed_db_close(d);
		return e;
	}
	*out = d;
	return ERR_OK;
}

void
sealed_db_close(struct sealed_db *d)
{
	int i;

	if (d == NULL)
		return;
	for (i = 0; i < ST_COUNT; i++)
		sqlite3_finalize(d->st[i]);
	sqlite3_close(d->db);
	free(d);
}

/* Steps a statement without rows. */
static enum err
run(struct sealed_db *d, enum statement which)
{
	int rc = sqlite3_step(d->st[which]);
	enum err e = err_of(d, rc);

	sqlite3_reset(d->st[which]);
	return e;
}

static enum err
begin(struct sealed_db *d)
{
	enum err e;

	if (d->begun)
		return ERR_OK;
	e = run(d, ST_BEGIN);
	d->begun = e == ERR_OK;
	return e;
}

enum err
sealed_db_count(struct sealed_db *d, uint64_t *count)
{
	sqlite3_stmt *st = d->st[ST_TOTAL];
	int rc = sqlite3_step(st);
	enum err e = rc == SQLITE_ROW ? ERR_OK : err_of(d, rc);

	if (e == ERR_OK)
		*count = (uint64_t)sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	return e;
}

enum err
sealed_db_add(struct sealed_db *d, const struct sealed_row *row)
{
	sqlite3_stmt *st = d->st[ST_ADD];
	enum err e;

	e = begin(d);
	if (e != ERR_OK)
		return e;
	sqlite3_bind_int64(st, 1, (sqlite3_int64)row->seal);
	sqlite3_bind_int64(st, 2, (sqlite3_int64)row->approval);
	sqlite3_bind_int64(st, 3, row->index);
	sqlite3_bind_blob(st, 4, row->identity, SHA256_SIZE, SQLITE_STATIC);
	sqlite3_bind_blob(
	    st, 5, row->signature, (int)row->signature_len, SQLITE_STATIC);
	return run(d, ST_ADD);
}

/* Reads the one row of a select that is bound already. */
static enum err
get(struct sealed_db *d, enum statement which, struct sealed_row *row)
{
	sqlite3_stmt *st = d->st[which];
	const void *blob;
	enum err e = ERR_OK;
	size_t len;
	int rc;

	memset(row, 0, sizeof(*row));
	rc = sqlite3_step(st);
	if (rc == SQLITE_DONE)
		e = ERR_NOT_FOUND;
	else if (rc != SQLITE_ROW)
		e = err_of(d, rc);
	if (e != ERR_OK)
		goto out;
	row->seal = (uint64_t)sqlite3_column_int64(st, 0);
	row->approval = (uint64_t)sqlite3_column_int64(st, 1);
	row->index = (uint32_t)sqlite3_column_int64(st, 2);
	blob = sqlite3_column_blob(st, 3);
	len = (size_t)sqlite3_column_bytes(st, 3);
	if (len != SHA256_SIZE) {
		e = ERR_LOG_CORRUPT;
		goto out;
	}
	memcpy(row->identity, blob, SHA256_SIZE);
	blob = sqlite3_column_blob(st, 4);
	len = (size_t)sqlite3_column_bytes(st, 4);
	if (len > sizeof(row->signature)) {
		e = ERR_LOG_CORRUPT;
		goto out;
	}
	if (len > 0)
		memcpy(row->signature, blob, len);
	row->signature_len = len;
	row->release = (uint64_t)sqlite3_column_int64(st, 5);
out:
	sqlite3_reset(st);
	return e;
}

enum err
sealed_db_by_seal(struct sealed_db *d, uint64_t seal, struct sealed_row *row)
{
	sqlite3_bind_int64(d->st[ST_BY_SEAL], 1, (sqlite3_int64)seal);
	return get(d, ST_BY_SEAL, row);
}

enum err
sealed_db_by_identity(struct sealed_db *d,
    const uint8_t identity[static SHA256_SIZE], struct sealed_row *row)
{
	sqlite3_bind_blob(
	    d->st[ST_BY_IDENTITY], 1, identity, SHA256_SIZE, SQLITE_STATIC);
	return get(d, ST_BY_IDENTITY, row);
}

enum err
sealed_db_by_leaf(struct sealed_db *d, uint64_t approval, uint32_t index,
    struct sealed_row *row)
{
	sqlite3_bind_int64(d->st[ST_BY_LEAF], 1, (sqlite3_int64)approval);
	sqlite3_bind_int64(d->st[ST_BY_LEAF], 2, index);
	return get(d, ST_BY_LEAF, row);
}

enum err
sealed_db_release(struct sealed_db *d, uint64_t seal, uint64_t release)
{
	enum err e;

	e = begin(d);
	if (e != ERR_OK)
		return e;
	sqlite3_bind_int64(d->st[ST_RELEASE], 1, (sqlite3_int64)release);
	sqlite3_bind_int64(d->st[ST_RELEASE], 2, (sqlite3_int64)seal);
	return run(d, ST_RELEASE);
}

enum err
sealed_db_extend(struct sealed_db *d, uint64_t seal,
    const uint8_t file[static SHA256_SIZE], uint64_t entry)
{
	sqlite3_stmt *st = d->st[ST_EXTEND];
	enum err e;

	e = begin(d);
	if (e != ERR_OK)
		return e;
	sqlite3_bind_int64(st, 1, (sqlite3_int64)seal);
	sqlite3_bind_blob(st, 2, file, SHA256_SIZE, SQLITE_STATIC);
	sqlite3_bind_int64(st, 3, (sqlite3_int64)entry);
	return run(d, ST_EXTEND);
}

enum err
sealed_db_extended(struct sealed_db *d, uint64_t seal,
    const uint8_t file[static SHA256_SIZE], uint64_t *entry)
{
	sqlite3_stmt *st = d->st[ST_EXTENDED];
	enum err e = ERR_OK;
	int rc;

	sqlite3_bind_int64(st, 1, (sqlite3_int64)seal);
	sqlite3_bind_blob(st, 2, file, SHA256_SIZE, SQLITE_STATIC);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*entry = (uint64_t)sqlite3_column_int64(st, 0);
	else
		e = rc == SQLITE_DONE ? ERR_NOT_FOUND : err_of(d, rc);
	sqlite3_reset(st);
	return e;
}

enum err
sealed_db_commit(struct sealed_db *d, struct fault *fault)
{
	enum err e;

	if (!d->begun)
		return ERR_OK;
	e = run(d, ST_COMMIT);
	if (e != ERR_OK)
		return fault_set(fault, e, FAULT_NO_OFFSET,
		    "sealed credentials: %s", sqlite3_errmsg(d->db));
	d->begun = false;
	return ERR_OK;
}
