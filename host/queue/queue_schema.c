#include "host/queue/queue_schema.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/base/file.h"
#include "host/queue/queue_db.h"

#define PATH_CAP 1024

/* clang-format off */
#define ITEM_INDEXES \
	"CREATE INDEX item_batch ON item (batch, state);" \
	"CREATE INDEX item_state ON item (state);" \
	"CREATE UNIQUE INDEX item_leaf ON item (batch, leaf_index)" \
	" WHERE leaf_index IS NOT NULL;" \
	"CREATE UNIQUE INDEX item_identity ON item (identity)" \
	" WHERE state NOT IN (7, 8);" \
	"CREATE INDEX item_base ON item (base) WHERE base IS NOT NULL;" \
	"CREATE INDEX item_draft ON item (draft) WHERE draft IS NOT NULL;" \
	"CREATE INDEX item_kept ON item (batch) WHERE draft IS NOT NULL;"

/* Items by batch and state, so that counting costs nothing. */
#define ITEM_TRIGGERS \
	"CREATE TRIGGER item_added AFTER INSERT ON item BEGIN" \
	" INSERT INTO tally VALUES (new.batch, new.state, 1)" \
	"  ON CONFLICT (batch, state) DO UPDATE SET n = n + 1;" \
	"END;" \
	"CREATE TRIGGER item_moved AFTER UPDATE OF state, batch ON item" \
	" WHEN old.state <> new.state OR old.batch <> new.batch BEGIN" \
	" UPDATE tally SET n = n - 1" \
	"  WHERE batch = old.batch AND state = old.state;" \
	" INSERT INTO tally VALUES (new.batch, new.state, 1)" \
	"  ON CONFLICT (batch, state) DO UPDATE SET n = n + 1;" \
	"END;" \
	"CREATE TRIGGER item_deleted AFTER DELETE ON item BEGIN" \
	" UPDATE tally SET n = n - 1" \
	"  WHERE batch = old.batch AND state = old.state;" \
	"END;"

const char *const queue_schema[QUEUE_VERSION] = {
	"CREATE TABLE batch ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" name TEXT NOT NULL,"
	" state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5),"
	" key TEXT NOT NULL,"
	" created INTEGER NOT NULL,"
	" closed INTEGER NOT NULL,"
	" signing_time INTEGER NOT NULL,"
	" count INTEGER NOT NULL,"
	" root BLOB,"
	" certificate BLOB,"
	" approval INTEGER NOT NULL,"
	" expires INTEGER NOT NULL"
	") STRICT;"
	"CREATE UNIQUE INDEX batch_name ON batch (name) WHERE state <> 5;"
	"CREATE INDEX batch_state ON batch (state);"

	/* Rows are rewritten at every move: what is long and does not change
	 * stands in a table of its own. */
	"CREATE TABLE item ("
	" id INTEGER PRIMARY KEY,"
	" batch INTEGER NOT NULL REFERENCES batch,"
	" state INTEGER NOT NULL CHECK (state IN (1, 2, 4, 6, 7, 8)),"
	" leaf_index INTEGER,"
	" name TEXT NOT NULL,"
	" draft BLOB,"
	" payload BLOB,"
	" payload_len INTEGER NOT NULL,"
	" identity BLOB NOT NULL,"
	" base BLOB,"
	" leaf BLOB,"
	" signature BLOB,"
	" seal INTEGER NOT NULL,"
	" release INTEGER NOT NULL,"
	" file BLOB,"
	" fault INTEGER NOT NULL,"
	" fault_text TEXT"
	") STRICT;"
	ITEM_INDEXES

	"CREATE TABLE summary ("
	" item INTEGER PRIMARY KEY REFERENCES item,"
	" json BLOB NOT NULL"
	") STRICT;"

	"CREATE TABLE tally ("
	" batch INTEGER NOT NULL,"
	" state INTEGER NOT NULL,"
	" n INTEGER NOT NULL,"
	" PRIMARY KEY (batch, state)"
	") STRICT, WITHOUT ROWID;"
	ITEM_TRIGGERS,

	/* Batches that wait for content timestamps, and an item's own. A CHECK
	 * cannot be changed, so the tables are made anew; the tally stays. */
	"CREATE TABLE batch2 ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" name TEXT NOT NULL,"
	" state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 6),"
	" key TEXT NOT NULL,"
	" created INTEGER NOT NULL,"
	" closed INTEGER NOT NULL,"
	" signing_time INTEGER NOT NULL,"
	" count INTEGER NOT NULL,"
	" root BLOB,"
	" certificate BLOB,"
	" approval INTEGER NOT NULL,"
	" expires INTEGER NOT NULL"
	") STRICT;"
	"CREATE TABLE item2 ("
	" id INTEGER PRIMARY KEY,"
	" batch INTEGER NOT NULL REFERENCES batch2,"
	" state INTEGER NOT NULL CHECK (state IN (1, 2, 4, 6, 7, 8, 9, 10)),"
	" leaf_index INTEGER,"
	" name TEXT NOT NULL,"
	" draft BLOB,"
	" payload BLOB,"
	" payload_len INTEGER NOT NULL,"
	" identity BLOB NOT NULL,"
	" base BLOB,"
	" leaf BLOB,"
	" signature BLOB,"
	" seal INTEGER NOT NULL,"
	" release INTEGER NOT NULL,"
	" file BLOB,"
	" fault INTEGER NOT NULL,"
	" fault_text TEXT,"
	" timestamp BLOB"
	") STRICT;"
	"CREATE TABLE summary2 ("
	" item INTEGER PRIMARY KEY REFERENCES item2,"
	" json BLOB NOT NULL"
	") STRICT;"
	"INSERT INTO batch2 SELECT * FROM batch;"
	"INSERT INTO item2 SELECT *, NULL FROM item;"
	"INSERT INTO summary2 SELECT * FROM summary;"
	/* Numbers that were given once are not given again. */
	"DELETE FROM sqlite_sequence WHERE name = 'batch2';"
	"UPDATE sqlite_sequence SET name = 'batch2' WHERE name = 'batch';"
	"DROP TABLE summary;"
	"DROP TABLE item;"
	"DROP TABLE batch;"
	"ALTER TABLE batch2 RENAME TO batch;"
	"ALTER TABLE item2 RENAME TO item;"
	"ALTER TABLE summary2 RENAME TO summary;"
	"CREATE UNIQUE INDEX batch_name ON batch (name) WHERE state <> 5;"
	"CREATE INDEX batch_state ON batch (state);"
	ITEM_INDEXES
	ITEM_TRIGGERS,

	"ALTER TABLE batch ADD COLUMN profile INTEGER NOT NULL DEFAULT 1"
	" CHECK (profile BETWEEN 1 AND 5)",

	/* What an item does at every move costs: the index of identities asks
	 * for a column that does not change then, moves are counted by the
	 * program, and nobody looks for a state in all batches. */
	"ALTER TABLE item ADD COLUMN gone INTEGER NOT NULL DEFAULT 0"
	" CHECK (gone IN (0, 1));"
	"UPDATE item SET gone = 1 WHERE state IN (7, 8);"
	"DROP INDEX item_identity;"
	"CREATE UNIQUE INDEX item_identity ON item (identity) WHERE gone = 0;"
	"DROP INDEX item_state;"
	"DROP TRIGGER item_moved;",
};
/* clang-format on */

static enum err
get_number(sqlite3 *db, const char *sql, int *n, struct fault *fault)
{
	sqlite3_stmt *st;
	int rc;

	rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*n = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return rc == SQLITE_ROW ? ERR_OK : queue_err_of(db, rc, fault);
}

/* Under its final name only when it is whole. */
static enum err
copy_to(
    sqlite3 *db, const char *new_copy, const char *copy, struct fault *fault)
{
	enum err e = ERR_OK;
	char *sql;
	int fd, rc;

	/* SQLite accepts an empty file, and keeps the mode we give it. */
	unlink(new_copy);
	fd = open(new_copy, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return fault_errno(fault, errno, "cannot create %s", new_copy);
	sql = sqlite3_mprintf("VACUUM INTO %Q", new_copy);
	rc = sql == NULL ? SQLITE_NOMEM
			 : sqlite3_exec(db, sql, NULL, NULL, NULL);
	sqlite3_free(sql);
	if (rc != SQLITE_OK)
		e = queue_err_of(db, rc, fault);
	else if (fsync(fd) != 0)
		e = fault_errno(fault, errno, "cannot sync %s", new_copy);
	else if (rename(new_copy, copy) != 0)
		e = fault_errno(fault, errno, "cannot name %s", copy);
	close(fd);
	if (e != ERR_OK)
		unlink(new_copy);
	return e;
}

static enum err
copy_beside(sqlite3 *db, const char *path, int version, struct fault *fault)
{
	char new_copy[PATH_CAP], copy[PATH_CAP];
	enum err e;

	if ((size_t)snprintf(new_copy, sizeof(new_copy), "%s.v%d.new", path,
		version) >= sizeof(new_copy))
		return fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
		    "path %s is too long", path);
	memcpy(copy, new_copy, sizeof(copy));
	copy[strlen(copy) - strlen(".new")] = '\0';
	e = copy_to(db, new_copy, copy, fault);
	if (e != ERR_OK)
		return e;
	if (strchr(copy, '/') == NULL)
		return file_sync_folder(".", fault);
	*(strrchr(copy, '/') + 1) = '\0';
	return file_sync_folder(copy, fault);
}

static enum err
run_scripts(sqlite3 *db, const char *const *scripts, int from, int to,
    struct fault *fault)
{
	char pragmas[96];
	enum err e;
	int rc;

	/* What is moved leaves nothing where it was (retention). */
	rc = sqlite3_exec(
	    db, "PRAGMA secure_delete = ON; BEGIN IMMEDIATE", NULL, NULL, NULL);
	for (; rc == SQLITE_OK && from < to; from++)
		rc = sqlite3_exec(db, scripts[from], NULL, NULL, NULL);
	snprintf(pragmas, sizeof(pragmas),
	    "PRAGMA user_version = %d; PRAGMA application_id = %d", to,
	    QUEUE_APPLICATION);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, pragmas, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		return ERR_OK;
	e = queue_err_of(db, rc, fault);
	if (sqlite3_get_autocommit(db) == 0)
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return e;
}

enum err
queue_schema_open(sqlite3 *db, const char *path, const char *const *scripts,
    int version, struct fault *fault)
{
	int found = 0, application = 0, tables = 0;
	enum err e;

	e = get_number(db, "PRAGMA user_version", &found, fault);
	if (e == ERR_OK)
		e = get_number(
		    db, "PRAGMA application_id", &application, fault);
	if (e == ERR_OK)
		e = get_number(
		    db, "SELECT count(*) FROM sqlite_schema", &tables, fault);
	if (e != ERR_OK)
		return e;
	if (found == 0 && application == 0 && tables == 0)
		return run_scripts(db, scripts, 0, version, fault);
	if (application != QUEUE_APPLICATION || found < 1)
		return fault_set(fault, ERR_QUEUE_CORRUPT, FAULT_NO_OFFSET,
		    "%s is not a queue", path);
	if (found > version)
		return fault_set(fault, ERR_QUEUE_NEWER, FAULT_NO_OFFSET,
		    "version %d, this program knows %d", found, version);
	if (found == version)
		return ERR_OK;
	e = copy_beside(db, path, found, fault);
	if (e == ERR_OK)
		e = run_scripts(db, scripts, found, version, fault);
	return e;
}
