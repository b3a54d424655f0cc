#include "host/queue/queue_sql.h"

/* clang-format off */
#define BATCH "SELECT id, name, state, key, created, closed, signing_time," \
	" count, root, certificate, approval, expires, profile FROM batch "

#define ITEM "SELECT item.id, batch, state, name, draft, payload, " \
	" payload_len, identity, base, leaf, signature, seal, release, file," \
	" fault, fault_text, summary.json, timestamp FROM item" \
	" LEFT JOIN summary ON summary.item = item.id "

/* The index by batch and state has ids in order only within one state. */
#define FIRST_OF(state) \
	"SELECT min(id) AS id FROM item WHERE batch = ?1 AND state = " state \
	" AND id > ?2"

const char *const queue_sql_text[SQL_COUNT] = {
[SQL_BEGIN] = "BEGIN IMMEDIATE",
[SQL_COMMIT] = "COMMIT",
[SQL_ROLLBACK] = "ROLLBACK",

[SQL_BATCH_ADD] =
	"INSERT INTO batch (name, state, key, created, closed, signing_time,"
	" count, approval, expires) VALUES (?1, 1, '', ?2, 0, 0, 0, 0, 0)",
[SQL_BATCH_GET] = BATCH "WHERE id = ?1",
[SQL_BATCH_FIND] = BATCH "WHERE name = ?1 AND state <> 5",
[SQL_BATCH_UPDATE] =
	"UPDATE batch SET name = ?2, state = ?3, key = ?4, created = ?5,"
	" closed = ?6, signing_time = ?7, count = ?8, root = ?9,"
	" certificate = ?10, approval = ?11, expires = ?12, profile = ?13"
	" WHERE id = ?1",
[SQL_BATCH_NEXT] = BATCH "WHERE id > ?1 ORDER BY id LIMIT 1",
[SQL_BATCH_NEXT_STATE] =
	BATCH "WHERE state = ?2 AND id > ?1 ORDER BY id LIMIT 1",
[SQL_BATCH_FORGET_LEAVES] =
	"UPDATE item SET leaf_index = NULL,"
	" state = CASE WHEN state IN (2, 9, 10) THEN 1 ELSE state END"
	" WHERE batch = ?1 AND (leaf_index IS NOT NULL OR state IN (9, 10))",

[SQL_ITEM_ADD] =
	"INSERT INTO item (batch, leaf_index, state, name, draft, payload,"
	" payload_len, identity, base, leaf, signature, seal, release, file,"
	" fault, fault_text, timestamp) VALUES (?2, ?3, ?4, ?5, ?6, ?7, ?8,"
	" ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
[SQL_ITEM_GET] = ITEM "WHERE item.id = ?1",
[SQL_ITEM_STATE] = "SELECT state, batch FROM item WHERE id = ?1",
[SQL_ITEM_UPDATE] =
	"UPDATE item SET batch = ?2, leaf_index = CASE WHEN ?4 = 2 THEN ?3"
	" WHEN ?4 IN (4, 6) THEN leaf_index END, state = ?4, name = ?5,"
	" draft = ?6, payload = ?7, payload_len = ?8, identity = ?9,"
	" base = ?10, leaf = ?11, signature = ?12, seal = ?13, release = ?14,"
	" file = ?15, fault = ?16, fault_text = ?17, timestamp = ?18,"
	" gone = ?4 IN (7, 8) WHERE id = ?1",
[SQL_ITEM_PREPARED] =
	"UPDATE item SET state = 9, payload = ?2, payload_len = ?3,"
	" fault = 0, fault_text = NULL, timestamp = NULL"
	" WHERE id = ?1 AND batch = ?4 AND state = 1",
[SQL_ITEM_STAMPED] =
	"UPDATE item SET state = 10, timestamp = ?2"
	" WHERE id = ?1 AND batch = ?3 AND state = 9",
[SQL_ITEM_FROZEN] =
	"UPDATE item SET state = 2, leaf_index = ?2, payload = ?3,"
	" payload_len = ?4, leaf = ?5, fault = 0, fault_text = NULL,"
	" timestamp = CASE state WHEN 10 THEN timestamp END"
	" WHERE id = ?1 AND batch = ?6 AND state = ?7",
[SQL_ITEM_SEALED] =
	"UPDATE item SET state = 4, signature = ?2, seal = ?3"
	" WHERE id = ?1 AND batch = ?4 AND state = 2",
[SQL_ITEM_RELEASED] =
	"UPDATE item SET state = 6, release = ?2, file = ?3"
	" WHERE id = ?1 AND batch = ?4 AND state = 4",
[SQL_ITEM_NEXT] =
	ITEM "WHERE item.id = (SELECT min(id) FROM ("
	FIRST_OF("1") " UNION ALL " FIRST_OF("2") " UNION ALL "
	FIRST_OF("4") " UNION ALL " FIRST_OF("6") " UNION ALL "
	FIRST_OF("7") " UNION ALL " FIRST_OF("8") " UNION ALL "
	FIRST_OF("9") " UNION ALL " FIRST_OF("10") "))",
[SQL_ITEM_NEXT_STATE] =
	ITEM "WHERE batch = ?1 AND state = ?3 AND item.id > ?2"
	" ORDER BY item.id LIMIT 1",
[SQL_ITEM_BY_INDEX] = ITEM "WHERE batch = ?1 AND leaf_index = ?2",
[SQL_ITEM_BY_IDENTITY] =
	ITEM "WHERE identity = ?1 AND gone = 0",
[SQL_ITEM_LAST] = "SELECT coalesce(max(id), 0) FROM item",
[SQL_ITEM_KEPT] =
	ITEM "WHERE batch = ?1 AND draft IS NOT NULL LIMIT 1",
[SQL_ITEM_PURGE] =
	"UPDATE item SET draft = NULL, payload = NULL, payload_len = 0,"
	" leaf = NULL, leaf_index = NULL, signature = NULL, fault_text = NULL,"
	" timestamp = NULL"
	" WHERE id = ?1 AND state IN (6, 7, 8)",
[SQL_BYTES_USED] =
	"SELECT id FROM item WHERE draft = ?1 AND id <> ?2"
	" UNION ALL SELECT id FROM item WHERE base = ?3 AND payload = ?1"
	" AND id <> ?2"
	" UNION ALL SELECT id FROM item WHERE identity = ?3 AND gone = 0"
	" AND payload = ?1 AND id <> ?2 LIMIT 1",

[SQL_SUMMARY_SET] =
	"INSERT INTO summary (item, json) VALUES (?1, ?2)"
	" ON CONFLICT (item) DO UPDATE SET json = excluded.json"
	" WHERE json IS NOT excluded.json",
[SQL_SUMMARY_DROP] = "DELETE FROM summary WHERE item = ?1",

[SQL_TALLY_ADD] =
	"INSERT INTO tally VALUES (?1, ?2, ?3)"
	" ON CONFLICT (batch, state) DO UPDATE SET n = n + excluded.n",
[SQL_TALLY_RANGE] =
	"SELECT coalesce(sum(n), 0) FROM tally"
	" WHERE batch = ?1 AND state BETWEEN ?2 AND ?3",
[SQL_TALLY_BATCH] = "SELECT state, n FROM tally WHERE batch = ?1",
[SQL_TALLY_ALL] = "SELECT state, sum(n) FROM tally GROUP BY state",
[SQL_GENERATION] =
	"SELECT (SELECT count(*) FROM item WHERE identity = ?1"
	" AND gone = 0 AND state = 6 AND base IS NULL)"
	" + (SELECT count(*) FROM item WHERE base = ?1 AND state = 6)",
};
/* clang-format on */
