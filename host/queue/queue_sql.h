/*
 * queue_sql.h: every statement of the queue, in one place to review.
 *
 *	queue_sql_text[SQL_ITEM_SEALED]
 *
 * Memory    constants
 * Chunks    none
 * Errors    none
 * Trust     values travel as parameters only
 * Limits    each finds its rows by an index: a test asks SQLite for its plans
 */
#ifndef HOST_QUEUE_QUEUE_SQL_H
#define HOST_QUEUE_QUEUE_SQL_H

enum queue_sql {
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_BATCH_ADD,
	SQL_BATCH_GET,
	SQL_BATCH_FIND,
	SQL_BATCH_UPDATE,
	SQL_BATCH_NEXT,
	SQL_BATCH_NEXT_STATE,
	SQL_BATCH_FORGET_LEAVES,
	SQL_ITEM_ADD,
	SQL_ITEM_GET,
	SQL_ITEM_STATE,
	SQL_ITEM_UPDATE,
	SQL_ITEM_PREPARED,
	SQL_ITEM_STAMPED,
	SQL_ITEM_FROZEN,
	SQL_ITEM_SEALED,
	SQL_ITEM_RELEASED,
	SQL_ITEM_NEXT,
	SQL_ITEM_NEXT_STATE,
	SQL_ITEM_BY_INDEX,
	SQL_ITEM_BY_IDENTITY,
	SQL_ITEM_LAST,
	SQL_ITEM_KEPT,
	SQL_ITEM_PURGE,
	SQL_BYTES_USED,
	SQL_SUMMARY_SET,
	SQL_SUMMARY_DROP,
	SQL_TALLY_ADD,
	SQL_TALLY_RANGE,
	SQL_TALLY_BATCH,
	SQL_TALLY_ALL,
	SQL_GENERATION,
	SQL_COUNT /* how many there are */
};

extern const char *const queue_sql_text[SQL_COUNT];

#endif
