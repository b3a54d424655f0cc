#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "common/bounds.h"
#include "host/queue/queue_db.h"
#include "tests/unit/support/queue_fixture.h"

static struct item item, back, other;

/* Into item. */
static void
fetch(struct queue *q, int64_t id)
{
	memset(&item, 0, sizeof(item));
	assert_int_equal(queue_item_get(q, id, &item), ERR_OK);
}

static enum err
set_state(struct queue *q, int64_t id, enum item_state to)
{
	static struct item i;

	assert_int_equal(queue_item_get(q, id, &i), ERR_OK);
	i.state = to;
	return queue_item_update(q, &i);
}

/* What is written here once more by hand: rows from, columns to, in the order
 * of the numbers. */
static const char *const item_moves[] = {
    /* QF.S.RXEPT */
    "yy....yyy.", /* queued */
    "yy.y..yy..", /* frozen */
    "..........", "...y.y....", /* retired, sealed */
    "..........", /* retired */
    ".....y....", /* released */
    "......y...", ".......y..", /* removed, failed */
    "y......yyy", "yy.....y.y", /* prepared, stamped */
};
static const char *const batch_moves[] = {
    "yy..y.", "yyy..y", "y.yy..", "y..yy.", "....y.", "yy...y"};

/* Puts it there directly, past all rules. */
static void
force(struct queue *q, const char *table, int64_t id, int state)
{
	char sql[96];

	snprintf(sql, sizeof(sql), "UPDATE %s SET state = %d WHERE id = %lld",
	    table, state, (long long)id);
	assert_int_equal(sqlite3_exec(q->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static void
an_item_moves_as_the_table_says_and_not_otherwise(void **state)
{
	struct queue *q = queue_fixture_open();
	struct batch b = queue_fixture_batch(q, "moves");
	int64_t id = queue_fixture_add(q, b.id, 1);
	enum err want, got;
	int from, to;

	(void)state;
	queue_fixture_freeze(q, id, 0);
	for (from = ITEM_QUEUED; from < ITEM_STATES; from++) {
		for (to = ITEM_QUEUED; to < ITEM_STATES; to++) {
			want = item_moves[from - 1][to - 1] == 'y'
			    ? ERR_OK
			    : ERR_BATCH_STATE;
			assert_int_equal(
			    queue_item_may_move(
				(enum item_state)from, (enum item_state)to),
			    want == ERR_OK);
			if (!queue_is_item_state(from))
				continue; /* no row can hold it */
			force(q, "item", id, from);
			got = set_state(q, id, (enum item_state)to);
			if (got != want)
				fail_msg(
				    "%d to %d: %s", from, to, err_name(got));
			assert_int_equal(queue_item_get(q, id, &back), ERR_OK);
			assert_int_equal(
			    back.state, want == ERR_OK ? to : from);
		}
	}
	assert_false(queue_item_may_move(0, ITEM_QUEUED));
	assert_false(queue_item_may_move(ITEM_QUEUED, ITEM_STATES));
	assert_string_equal(queue_item_state_name(ITEM_FROZEN), "frozen");
	for (from = 0; from < ITEM_STATES; from++)
		assert_true(queue_is_item_state(from) ==
		    (strcmp(queue_item_state_name(from), "?") != 0));
	queue_close(q);
	queue_close(NULL);
}

static void
a_batch_moves_as_the_table_says_and_not_otherwise(void **state)
{
	struct queue *q = queue_fixture_open();
	struct batch b = queue_fixture_batch(q, "batch moves");
	enum err want, got;
	int from, to;

	(void)state;
	for (from = BATCH_OPEN; from <= BATCH_STAMPING; from++) {
		for (to = BATCH_OPEN; to <= BATCH_STAMPING; to++) {
			want = batch_moves[from - 1][to - 1] == 'y'
			    ? ERR_OK
			    : ERR_BATCH_STATE;
			/* There is no item in it. */
			if (want == ERR_OK && from == BATCH_CLOSING &&
			    to == BATCH_CLOSED)
				want = ERR_BATCH_EMPTY;
			force(q, "batch", b.id, from);
			b.state = (enum batch_state)to;
			got = queue_batch_update(q, &b);
			if (got != want)
				fail_msg(
				    "%d to %d: %s", from, to, err_name(got));
		}
	}
	assert_string_equal(queue_batch_state_name(BATCH_DONE), "done");
	queue_close(q);
}

static void
every_member_comes_back_as_it_was_stored(void **state)
{
	struct queue *q = queue_fixture_open();
	struct batch b = queue_fixture_batch(q, "members"), c;

	(void)state;
	fetch(q, queue_fixture_add(q, b.id, 2));
	queue_fixture_leaf(&item, 77777);
	item.state = ITEM_FROZEN;
	memset(item.payload, 1, SHA256_SIZE);
	item.payload_len = BOUND_PAYLOAD;
	memset(item.base, 2, SHA256_SIZE);
	memset(item.leaf.certificate, 3, SHA256_SIZE);
	memset(item.leaf.payload, 4, SHA256_SIZE);
	memset(item.leaf.tbs, 0, sizeof(item.leaf.tbs));
	memset(item.leaf.tbs, 5, SHA256_SIZE);
	memset(item.leaf.summary, 6, SHA256_SIZE);
	memset(item.leaf.salt, 7, LEAF_SALT);
	item.summary_len = sizeof(item.summary);
	memset(item.summary, 's', sizeof(item.summary));
	item.signature_len = sizeof(item.signature);
	memset(item.signature, 8, sizeof(item.signature));
	item.seal = UINT64_MAX - 1;
	item.release = 1;
	memset(item.file, 9, SHA256_SIZE);
	memset(item.timestamp, 10, SHA256_SIZE);
	item.fault = ERR_TOKEN_FAILED;
	snprintf(item.fault_text, sizeof(item.fault_text), "why");
	assert_int_equal(queue_item_update(q, &item), ERR_OK);
	queue_close(q);

	q = queue_fixture_open();
	memset(&back, 0, sizeof(back));
	assert_int_equal(queue_item_get(q, item.id, &back), ERR_OK);
	assert_memory_equal(&item.leaf, &back.leaf, sizeof(item.leaf));
	assert_memory_equal(&item, &back, sizeof(item));

	snprintf(b.name, sizeof(b.name), "renamed");
	snprintf(b.key, sizeof(b.key), "default");
	b.created = 1;
	b.closed = 2;
	b.signing_time = 3;
	b.count = UINT32_MAX;
	memset(b.root, 4, SHA256_SIZE);
	memset(b.certificate, 5, SHA256_SIZE);
	b.approval = UINT64_MAX;
	b.expires = INT64_MAX;
	assert_int_equal(queue_batch_update(q, &b), ERR_OK);
	assert_int_equal(queue_batch_get(q, b.id, &c), ERR_OK);
	assert_memory_equal(&b, &c, sizeof(b));
	queue_close(q);
}

static void
members_beyond_their_bounds_are_refused(void **state)
{
	static const char *const names[] = {"", ".", "..", ".hidden", "a/b",
	    "a\nb", "a\x7f", "a\xff", "\xc0\xaf"};
	struct queue *q = queue_fixture_open();
	struct batch b = queue_fixture_batch(q, "bounds"), c;
	int64_t id = queue_fixture_add(q, b.id, 3);
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
		assert_int_equal(
		    queue_batch_add(q, names[n], 1, &c), ERR_NAME_INVALID);
		queue_fixture_item(&item, b.id, 4);
		snprintf(item.name, sizeof(item.name), "%s", names[n]);
		assert_int_equal(
		    queue_item_add(q, &item, NULL), ERR_NAME_INVALID);
	}
	memset(item.name, 'x', sizeof(item.name));
	assert_int_equal(queue_item_add(q, &item, NULL), ERR_NAME_INVALID);
	item.name[sizeof(item.name) - 1] = '\0';
	assert_int_equal(queue_item_add(q, &item, NULL), ERR_OK);

	assert_int_equal(queue_item_get(q, id, &item), ERR_OK);
	item.summary_len = sizeof(item.summary) + 1;
	assert_int_equal(queue_item_update(q, &item), ERR_TOO_LARGE);
	item.summary_len = 0;
	item.signature_len = sizeof(item.signature) + 1;
	assert_int_equal(queue_item_update(q, &item), ERR_TOO_LARGE);
	item.signature_len = 0;
	memset(item.fault_text, 'x', sizeof(item.fault_text));
	assert_int_equal(queue_item_update(q, &item), ERR_TOO_LARGE);
	item.fault_text[0] = '\0';
	/* Frozen without a leaf, or with one of another index. */
	item.state = ITEM_FROZEN;
	assert_int_equal(queue_item_update(q, &item), ERR_LEAF_SYNTAX);
	queue_fixture_leaf(&item, 5);
	item.index = 6;
	assert_int_equal(queue_item_update(q, &item), ERR_LEAF_SYNTAX);
	queue_close(q);
}

static void
a_credential_is_accepted_once(void **state)
{
	struct queue *q = queue_fixture_open();
	struct batch b = queue_fixture_batch(q, "once"),
		     c = queue_fixture_batch(q, "again");
	int64_t first = queue_fixture_add(q, b.id, 10);
	enum item_state s;

	(void)state;
	queue_fixture_item(&item, c.id, 10);
	assert_int_equal(queue_item_add(q, &item, &other), ERR_QUEUE_DUPLICATE);
	assert_int_equal(other.id, first);
	assert_string_equal(other.name, "item-10");
	/* In each state until it is released; then, too. */
	queue_fixture_freeze(q, first, 0);
	for (s = ITEM_FROZEN; s <= ITEM_RELEASED; s++) {
		if (!queue_is_item_state((int)s))
			continue;
		assert_int_equal(set_state(q, first, s), ERR_OK);
		queue_fixture_item(&item, c.id, 10);
		assert_int_equal(
		    queue_item_add(q, &item, NULL), ERR_QUEUE_DUPLICATE);
	}
	/* An answer, not an error: the transaction goes on. */
	assert_int_equal(queue_begin(q, NULL), ERR_OK);
	assert_int_equal(queue_item_add(q, &item, NULL), ERR_QUEUE_DUPLICATE);
	first = queue_fixture_add(q, c.id, 11);
	assert_int_equal(queue_commit(q, NULL), ERR_OK);
	/* What was removed or failed may come again. */
	assert_int_equal(set_state(q, first, ITEM_REMOVED), ERR_OK);
	first = queue_fixture_add(q, c.id, 11);
	assert_int_equal(set_state(q, first, ITEM_FAILED), ERR_OK);
	queue_fixture_add(q, c.id, 11);
	queue_close(q);
}

static void
generations_count_what_was_released(void **state)
{
	struct queue *q = queue_fixture_open();
	struct batch b = queue_fixture_batch(q, "generations");
	int64_t id = queue_fixture_add(q, b.id, 20);
	uint8_t base[SHA256_SIZE];
	uint32_t n;

	(void)state;
	fetch(q, id);
	memcpy(base, item.identity, SHA256_SIZE);
	assert_int_equal(queue_generation(q, base, &n), ERR_OK);
	assert_int_equal(n, 0);
	queue_fixture_freeze(q, id, 0);
	force(q, "item", id, ITEM_RELEASED);
	assert_int_equal(queue_generation(q, base, &n), ERR_OK);
	assert_int_equal(n, 1);
	queue_fixture_item(&item, b.id, 21);
	memcpy(item.base, base, SHA256_SIZE);
	assert_int_equal(queue_item_add(q, &item, NULL), ERR_OK);
	assert_int_equal(queue_generation(q, base, &n), ERR_OK);
	assert_int_equal(n, 1);
	queue_fixture_freeze(q, item.id, 1);
	fetch(q, item.id);
	assert_memory_equal(item.base, base, SHA256_SIZE);
	force(q, "item", item.id, ITEM_RELEASED);
	assert_int_equal(queue_generation(q, base, &n), ERR_OK);
	assert_int_equal(n, 2);
	queue_close(q);
}

static void
batches_are_found_by_name_until_they_are_done(void **state)
{
	struct queue *q = queue_fixture_open();
	struct batch b = queue_fixture_batch(q, "named"), c;
	int64_t id = b.id;

	(void)state;
	assert_int_equal(queue_batch_add(q, "named", 1, &c), ERR_EXISTS);
	assert_int_equal(queue_batch_find(q, "named", &c), ERR_OK);
	assert_int_equal(c.id, id);
	assert_int_equal(c.state, BATCH_OPEN);
	assert_int_equal(queue_batch_find(q, "nobody", &c), ERR_BATCH_UNKNOWN);
	assert_int_equal(queue_batch_get(q, 1 << 30, &c), ERR_BATCH_UNKNOWN);
	b.state = BATCH_DONE;
	assert_int_equal(queue_batch_update(q, &b), ERR_OK);
	assert_int_equal(queue_batch_find(q, "named", &c), ERR_BATCH_UNKNOWN);
	assert_int_equal(queue_batch_add(q, "named", 1, &c), ERR_OK);
	assert_true(c.id > id);
	assert_int_equal(queue_batch_next(q, id - 1, BATCH_DONE, &b), ERR_OK);
	assert_int_equal(b.id, id);
	assert_int_equal(queue_batch_next(q, id, 0, &b), ERR_OK);
	assert_int_equal(b.id, c.id);
	assert_int_equal(queue_batch_next(q, c.id, 0, &b), ERR_NOT_FOUND);
	b = c;
	b.id = 1 << 30;
	assert_int_equal(queue_batch_update(q, &b), ERR_BATCH_UNKNOWN);
	queue_close(q);
}

static void
a_batch_is_closed_only_when_every_item_is_frozen(void **state)
{
	struct queue *q = queue_fixture_open();
	struct batch b = queue_fixture_batch(q, "closing");
	int64_t first = queue_fixture_add(q, b.id, 30),
		second = queue_fixture_add(q, b.id, 31);

	(void)state;
	b.state = BATCH_CLOSING;
	assert_int_equal(queue_batch_update(q, &b), ERR_OK);
	/* No longer open. */
	queue_fixture_item(&item, b.id, 32);
	assert_int_equal(queue_item_add(q, &item, NULL), ERR_BATCH_STATE);
	queue_fixture_freeze(q, first, 0);
	b.state = BATCH_CLOSED;
	b.count = 1;
	assert_int_equal(queue_batch_update(q, &b), ERR_BATCH_STATE);
	/* One index, two leaves. */
	assert_int_equal(queue_item_get(q, second, &item), ERR_OK);
	queue_fixture_leaf(&item, 0);
	item.state = ITEM_FROZEN;
	assert_int_equal(queue_item_update(q, &item), ERR_BATCH_STATE);
	queue_fixture_freeze(q, second, 1);
	assert_int_equal(queue_batch_update(q, &b), ERR_BATCH_STATE);
	b.count = 2;
	assert_int_equal(queue_batch_update(q, &b), ERR_OK);
	assert_int_equal(queue_item_by_index(q, b.id, 1, &back), ERR_OK);
	assert_int_equal(back.id, second);
	assert_int_equal(back.index, 1);
	assert_int_equal(
	    queue_item_by_index(q, b.id, 2, &back), ERR_ITEM_UNKNOWN);
	b.state = BATCH_DONE;
	assert_int_equal(queue_batch_update(q, &b), ERR_BATCH_STATE);
	queue_close(q);
}

static void
reopening_gives_up_the_root_but_nothing_that_is_sealed(void **state)
{
	struct queue *q = queue_fixture_open();
	struct batch b = queue_fixture_batch(q, "reopen");
	int64_t a = queue_fixture_add(q, b.id, 40),
		c = queue_fixture_add(q, b.id, 41);
	const uint8_t signature[64] = {1};
	struct queue_counts n;

	(void)state;
	b.state = BATCH_CLOSING;
	assert_int_equal(queue_batch_update(q, &b), ERR_OK);
	queue_fixture_freeze(q, a, 0);
	queue_fixture_freeze(q, c, 1);
	b.state = BATCH_CLOSED;
	b.count = 2;
	assert_int_equal(queue_batch_update(q, &b), ERR_OK);
	b.state = BATCH_APPROVED;
	assert_int_equal(queue_batch_update(q, &b), ERR_OK);
	assert_int_equal(
	    queue_item_set_sealed(q, b.id, a, signature, 64, 5), ERR_OK);
	b.state = BATCH_OPEN;
	assert_int_equal(queue_batch_update(q, &b), ERR_OK);
	assert_int_equal(queue_count(q, b.id, &n), ERR_OK);
	assert_int_equal(n.by_state[ITEM_QUEUED], 1);
	assert_int_equal(n.by_state[ITEM_SEALED], 1);
	assert_int_equal(
	    queue_item_by_index(q, b.id, 0, &back), ERR_ITEM_UNKNOWN);
	/* The remaining one becomes leaf 0; the sealed one keeps its own. */
	queue_fixture_freeze(q, c, 0);
	assert_int_equal(queue_item_get(q, a, &item), ERR_OK);
	assert_int_equal(item.index, 0);
	assert_int_equal(set_state(q, a, ITEM_RELEASED), ERR_OK);
	assert_int_equal(queue_item_by_index(q, b.id, 0, &back), ERR_OK);
	assert_int_equal(back.id, c);
	queue_close(q);
}

static void
an_item_changes_its_batch_only_while_it_is_queued(void **state)
{
	struct queue *q = queue_fixture_open();
	struct batch b = queue_fixture_batch(q, "from"),
		     c = queue_fixture_batch(q, "to");
	struct queue_counts n;
	int64_t id = queue_fixture_add(q, b.id, 50);

	(void)state;
	fetch(q, id);
	item.batch = c.id;
	assert_int_equal(queue_item_update(q, &item), ERR_OK);
	assert_int_equal(queue_count(q, b.id, &n), ERR_OK);
	assert_int_equal(n.by_state[ITEM_QUEUED], 0);
	assert_int_equal(queue_count(q, c.id, &n), ERR_OK);
	assert_int_equal(n.by_state[ITEM_QUEUED], 1);
	queue_fixture_freeze(q, id, 0);
	fetch(q, id);
	item.batch = b.id;
	assert_int_equal(queue_item_update(q, &item), ERR_BATCH_STATE);
	item.state = ITEM_QUEUED;
	item.batch = 1 << 30;
	assert_int_equal(queue_item_update(q, &item), ERR_BATCH_UNKNOWN);
	item.batch = b.id;
	b.state = BATCH_CLOSING;
	assert_int_equal(queue_batch_update(q, &b), ERR_OK);
	assert_int_equal(queue_item_update(q, &item), ERR_BATCH_STATE);
	queue_close(q);
}

static void
what_closing_finds_is_kept_and_only_of_queued_items(void **state)
{
	struct queue *q = queue_fixture_open();
	struct batch b = queue_fixture_batch(q, "frozen");
	int64_t id = queue_fixture_add(q, b.id, 700),
		second = queue_fixture_add(q, b.id, 701);

	(void)state;
	fetch(q, id);
	queue_fixture_leaf(&item, 3);
	memset(item.payload, 9, SHA256_SIZE);
	item.payload_len = 77;
	memcpy(item.summary, "{}", 2);
	item.summary_len = 2;
	assert_int_equal(
	    queue_item_set_frozen(q, &item, ITEM_QUEUED), ERR_BATCH_STATE);
	item.state = ITEM_FROZEN;
	assert_int_equal(queue_item_set_frozen(q, &item, ITEM_QUEUED), ERR_OK);
	assert_int_equal(queue_item_get(q, id, &back), ERR_OK);
	assert_memory_equal(&back.leaf, &item.leaf, sizeof(item.leaf));
	assert_memory_equal(back.payload, item.payload, SHA256_SIZE);
	assert_memory_equal(back.identity, item.identity, SHA256_SIZE);
	assert_memory_equal(back.draft, item.draft, SHA256_SIZE);
	assert_int_equal(back.state, ITEM_FROZEN);
	assert_int_equal(back.payload_len, 77);
	assert_int_equal(back.summary_len, 2);
	assert_int_equal(
	    queue_item_set_frozen(q, &item, ITEM_QUEUED), ERR_BATCH_STATE);
	/* The same index a second time; no leaf; no such item. */
	item.id = second;
	assert_int_equal(
	    queue_item_set_frozen(q, &item, ITEM_QUEUED), ERR_BATCH_STATE);
	item.leaf.kind = 0;
	assert_int_equal(
	    queue_item_set_frozen(q, &item, ITEM_QUEUED), ERR_LEAF_SYNTAX);
	queue_fixture_leaf(&item, 4);
	item.id = 1 << 30;
	assert_int_equal(
	    queue_item_set_frozen(q, &item, ITEM_QUEUED), ERR_ITEM_UNKNOWN);
	fetch(q, second);
	assert_int_equal(item.state, ITEM_QUEUED);
	queue_close(q);
}

static void
the_hot_path_moves_only_from_the_state_before(void **state)
{
	const uint8_t signature[64] = {1, 2, 3};
	uint8_t file[SHA256_SIZE] = {4};
	struct queue *q = queue_fixture_open();
	struct batch b = queue_fixture_batch(q, "hot");
	int64_t id = queue_fixture_add(q, b.id, 60);

	(void)state;
	assert_int_equal(queue_item_set_sealed(q, b.id, id, signature, 64, 9),
	    ERR_BATCH_STATE);
	assert_int_equal(
	    queue_item_set_released(q, b.id, id, 10, file), ERR_BATCH_STATE);
	queue_fixture_freeze(q, id, 0);
	assert_int_equal(
	    queue_item_set_released(q, b.id, id, 10, file), ERR_BATCH_STATE);
	assert_int_equal(queue_item_set_sealed(q, b.id, id, signature, 513, 9),
	    ERR_TOO_LARGE);
	assert_int_equal(
	    queue_item_set_sealed(q, b.id, id, signature, 0, 9), ERR_TOO_LARGE);
	assert_int_equal(
	    queue_item_set_sealed(q, b.id, id, signature, 64, 9), ERR_OK);
	assert_int_equal(queue_item_set_sealed(q, b.id, id, signature, 64, 9),
	    ERR_BATCH_STATE);
	assert_int_equal(
	    queue_item_set_released(q, b.id, id, 10, file), ERR_OK);
	assert_int_equal(
	    queue_item_set_released(q, b.id, id, 11, file), ERR_BATCH_STATE);
	assert_int_equal(queue_item_get(q, id, &back), ERR_OK);
	assert_int_equal(back.state, ITEM_RELEASED);
	assert_int_equal(back.signature_len, 64);
	assert_memory_equal(back.signature, signature, 64);
	assert_int_equal(back.seal, 9);
	assert_int_equal(back.release, 10);
	assert_memory_equal(back.file, file, SHA256_SIZE);
	assert_int_equal(queue_item_set_released(q, b.id, 1 << 30, 10, file),
	    ERR_ITEM_UNKNOWN);
	assert_int_equal(queue_item_get(q, 1 << 30, &back), ERR_ITEM_UNKNOWN);
	back.id = 1 << 30;
	assert_int_equal(queue_item_update(q, &back), ERR_ITEM_UNKNOWN);
	queue_close(q);
}

static void
items_come_in_the_order_of_their_ids(void **state)
{
	struct queue *q = queue_fixture_open();
	struct batch b = queue_fixture_batch(q, "order"),
		     c = queue_fixture_batch(q, "order 2");
	int64_t id[6], after = 0;
	unsigned i;

	(void)state;
	for (i = 0; i < 6; i++)
		id[i] = queue_fixture_add(q, i % 3 == 2 ? c.id : b.id, 70 + i);
	queue_fixture_freeze(q, id[0], 0);
	assert_int_equal(set_state(q, id[4], ITEM_REMOVED), ERR_OK);
	for (i = 0; i < 6; i++) {
		if (i % 3 == 2)
			continue;
		assert_int_equal(
		    queue_item_next(q, b.id, after, 0, &back), ERR_OK);
		assert_int_equal(back.id, id[i]);
		after = back.id;
	}
	assert_int_equal(
	    queue_item_next(q, b.id, after, 0, &back), ERR_NOT_FOUND);
	assert_int_equal(
	    queue_item_next(q, b.id, 0, ITEM_QUEUED, &back), ERR_OK);
	assert_int_equal(back.id, id[1]);
	assert_int_equal(
	    queue_item_next(q, b.id, id[1], ITEM_QUEUED, &back), ERR_OK);
	assert_int_equal(back.id, id[3]);
	assert_int_equal(
	    queue_item_next(q, b.id, id[3], ITEM_QUEUED, &back), ERR_NOT_FOUND);
	queue_close(q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_item_moves_as_the_table_says_and_not_otherwise),
	    cmocka_unit_test(a_batch_moves_as_the_table_says_and_not_otherwise),
	    cmocka_unit_test(every_member_comes_back_as_it_was_stored),
	    cmocka_unit_test(members_beyond_their_bounds_are_refused),
	    cmocka_unit_test(a_credential_is_accepted_once),
	    cmocka_unit_test(generations_count_what_was_released),
	    cmocka_unit_test(batches_are_found_by_name_until_they_are_done),
	    cmocka_unit_test(a_batch_is_closed_only_when_every_item_is_frozen),
	    cmocka_unit_test(
		reopening_gives_up_the_root_but_nothing_that_is_sealed),
	    cmocka_unit_test(an_item_changes_its_batch_only_while_it_is_queued),
	    cmocka_unit_test(
		what_closing_finds_is_kept_and_only_of_queued_items),
	    cmocka_unit_test(the_hot_path_moves_only_from_the_state_before),
	    cmocka_unit_test(items_come_in_the_order_of_their_ids),
	};

	return cmocka_run_group_tests(
	    tests, queue_fixture_make, queue_fixture_remove);
}
