#include "host/log/audit.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/log/find.h"
#include "tests/unit/support/log_fixture.h"

/* One test's log, written by a function, then audited. */
typedef void write_log(struct log *l, struct log_fixture_batch *b);

static enum err
audit_of(write_log *write, struct audit_result *r, struct fault *fault)
{
	struct log_fixture_batch b;
	struct log_fixture x;
	struct log *l;
	enum err e;

	log_fixture_make(&x);
	l = log_fixture_open(&x);
	log_fixture_batch(&b, 3, LOG_FIXTURE_TIME);
	write(l, &b);
	assert_int_equal(log_commit(l, NULL), ERR_OK);
	log_close(l);
	e = audit_log(x.dir, x.vkey, r, fault);
	log_fixture_remove(&x);
	return e;
}

static void
assert_refused(write_log *write, const char *place, const char *part)
{
	struct audit_result r;
	struct fault fault;

	assert_int_equal(audit_of(write, &r, &fault), ERR_LOG_ENTRY);
	assert_string_equal(fault.path, place);
	if (strstr(fault.detail, part) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", part, fault.detail);
}

static void
write_whole(struct log *l, struct log_fixture_batch *b)
{
	struct entry e = {.kind = ENTRY_EXTEND};
	uint32_t i;

	log_fixture_approve(l, b);
	log_fixture_intend(l, b, ENTRY_INTENT, 0, 3);
	log_fixture_seal(l, b, 0);
	log_fixture_release(l, b, 0);
	log_fixture_seal(l, b, 2);
	log_fixture_intend(l, b, ENTRY_REPEAT, 1, 1);
	log_fixture_abandon(l, b, 1);
	log_fixture_release(l, b, 2);
	e.seal = b->seal[0];
	e.time = b->time++;
	log_fixture_put(l, &e);
	e.kind = ENTRY_WITHDRAWAL;
	snprintf(e.person, sizeof(e.person), "p-0000000000000001");
	snprintf(e.reason, sizeof(e.reason), "wrong-person");
	log_fixture_put(l, &e);
	/* And a batch that goes on. */
	log_fixture_batch(b, 64, b->time);
	log_fixture_approve(l, b);
	log_fixture_intend(l, b, ENTRY_INTENT, 0, 10);
	log_fixture_intend(l, b, ENTRY_INTENT, 10, 20);
	for (i = 5; i < 12; i++)
		log_fixture_seal(l, b, i);
	log_fixture_abandon(l, b, 60);
}

static void
accepts_and_counts_a_good_log(void **state)
{
	struct audit_result r;
	struct fault fault;

	(void)state;
	assert_int_equal(audit_of(write_whole, &r, &fault), ERR_OK);
	assert_int_equal(r.size, 10 + 3 + 7 + 1);
	assert_int_equal(r.approvals, 2);
	assert_int_equal(r.intents, 3);
	assert_int_equal(r.repeats, 1);
	assert_int_equal(r.seals, 2 + 7);
	assert_int_equal(r.abandoned, 2);
	assert_int_equal(r.releases, 2);
	assert_int_equal(r.extensions, 1);
	assert_int_equal(r.open_leaves, 64 - 7 - 1);
	assert_int_equal(r.open_intents, 30 - 7);
}

static void
write_no_approval(struct log *l, struct log_fixture_batch *b)
{
	log_fixture_append(l, 1);
	b->time += 10;
	log_fixture_intend(l, b, ENTRY_INTENT, 0, 1);
}

static void
write_seal_without_intent(struct log *l, struct log_fixture_batch *b)
{
	log_fixture_approve(l, b);
	log_fixture_intend(l, b, ENTRY_INTENT, 0, 1);
	log_fixture_seal(l, b, 1);
}

static void
write_two_seals(struct log *l, struct log_fixture_batch *b)
{
	log_fixture_approve(l, b);
	log_fixture_intend(l, b, ENTRY_INTENT, 0, 3);
	log_fixture_seal(l, b, 1);
	log_fixture_seal(l, b, 1);
}

static void
write_seal_of_complete_batch(struct log *l, struct log_fixture_batch *b)
{
	log_fixture_approve(l, b);
	log_fixture_intend(l, b, ENTRY_INTENT, 0, 3);
	log_fixture_seal(l, b, 0);
	log_fixture_seal(l, b, 1);
	log_fixture_seal(l, b, 2);
	log_fixture_seal(l, b, 2);
}

static void
write_seal_beyond(struct log *l, struct log_fixture_batch *b)
{
	log_fixture_approve(l, b);
	log_fixture_intend(l, b, ENTRY_INTENT, 0, 3);
	log_fixture_seal(l, b, 3);
}

static void
write_intent_beyond(struct log *l, struct log_fixture_batch *b)
{
	log_fixture_approve(l, b);
	log_fixture_intend(l, b, ENTRY_INTENT, 1, 3);
}

static void
write_intent_twice(struct log *l, struct log_fixture_batch *b)
{
	log_fixture_approve(l, b);
	log_fixture_intend(l, b, ENTRY_INTENT, 0, 2);
	log_fixture_intend(l, b, ENTRY_INTENT, 1, 2);
}

static void
write_late_intent(struct log *l, struct log_fixture_batch *b)
{
	log_fixture_approve(l, b);
	/* The next second but 60 after the end. */
	b->time += 3600 + 60;
	log_fixture_intend(l, b, ENTRY_INTENT, 0, 3);
}

static void
write_repeat_without_intent(struct log *l, struct log_fixture_batch *b)
{
	log_fixture_approve(l, b);
	log_fixture_intend(l, b, ENTRY_REPEAT, 0, 1);
}

static void
write_repeat_after_seal(struct log *l, struct log_fixture_batch *b)
{
	log_fixture_approve(l, b);
	log_fixture_intend(l, b, ENTRY_INTENT, 0, 3);
	log_fixture_seal(l, b, 0);
	log_fixture_intend(l, b, ENTRY_REPEAT, 0, 1);
}

static void
write_other_leaf(struct log *l, struct log_fixture_batch *b)
{
	log_fixture_approve(l, b);
	log_fixture_intend(l, b, ENTRY_INTENT, 0, 3);
	log_fixture_seal(l, b, 0);
	b->hash[1][7] ^= 1;
	log_fixture_seal(l, b, 1);
	log_fixture_seal(l, b, 2);
}

static void
write_two_releases(struct log *l, struct log_fixture_batch *b)
{
	log_fixture_approve(l, b);
	log_fixture_intend(l, b, ENTRY_INTENT, 0, 3);
	log_fixture_seal(l, b, 0);
	log_fixture_release(l, b, 0);
	log_fixture_release(l, b, 0);
}

static void
write_release_of_abandoned(struct log *l, struct log_fixture_batch *b)
{
	log_fixture_approve(l, b);
	log_fixture_abandon(l, b, 0);
	log_fixture_release(l, b, 0);
}

static void
write_withdrawal_of_nothing(struct log *l, struct log_fixture_batch *b)
{
	struct entry e = {.kind = ENTRY_WITHDRAWAL,
	    .person = "p-0000000000000001",
	    .reason = "x",
	    .seal = 0};

	log_fixture_approve(l, b);
	e.time = b->time;
	log_fixture_put(l, &e);
}

static void
write_extension_of_the_future(struct log *l, struct log_fixture_batch *b)
{
	struct entry e = {.kind = ENTRY_EXTEND, .seal = 3};

	log_fixture_approve(l, b);
	e.time = b->time;
	log_fixture_put(l, &e);
	log_fixture_intend(l, b, ENTRY_INTENT, 0, 3);
	log_fixture_seal(l, b, 0);
}

static void
write_extension_before_release(struct log *l, struct log_fixture_batch *b)
{
	struct entry e = {.kind = ENTRY_EXTEND};

	log_fixture_approve(l, b);
	log_fixture_intend(l, b, ENTRY_INTENT, 0, 3);
	log_fixture_seal(l, b, 0);
	e.seal = b->seal[0];
	e.time = b->time;
	log_fixture_put(l, &e);
}

static void
refuses_what_breaks_the_order(void **state)
{
	(void)state;
	assert_refused(write_no_approval, "entry 1", "no approval");
	assert_refused(write_seal_without_intent, "entry 2", "no intent");
	assert_refused(write_two_seals, "entry 3", "second outcome");
	assert_refused(write_seal_of_complete_batch, "entry 5", "no approval");
	assert_refused(write_seal_beyond, "entry 2", "not approved");
	assert_refused(write_intent_beyond, "entry 1", "not approved");
	assert_refused(write_intent_twice, "entry 2", "intended before");
	assert_refused(write_late_intent, "entry 1", "after the end");
	assert_refused(write_repeat_without_intent, "entry 1", "no open");
	assert_refused(write_repeat_after_seal, "entry 3", "no open");
	assert_refused(write_other_leaf, "entry 4", "approved root");
	assert_refused(write_two_releases, "entry 4", "released before");
	assert_refused(write_release_of_abandoned, "entry 2", "no seal");
	assert_refused(write_withdrawal_of_nothing, "entry 1", "no seal");
	assert_refused(write_extension_of_the_future, "entry 1", "no seal");
	assert_refused(
	    write_extension_before_release, "entry 3", "not released");
}

static void
write_many(struct log *l, struct log_fixture_batch *b)
{
	uint32_t i, n;

	for (n = 0; n < 60; n++) {
		log_fixture_batch(b, 50, b->time);
		log_fixture_approve(l, b);
		log_fixture_intend(l, b, ENTRY_INTENT, 0, 50);
		for (i = 0; i < 50; i++)
			log_fixture_seal(l, b, i);
		/* Backwards, and one stays. */
		for (i = 49; i > 0; i--)
			log_fixture_release(l, b, i);
	}
}

static void
write_intent_at_the_end(struct log *l, struct log_fixture_batch *b)
{
	log_fixture_approve(l, b);
	b->time += 3600 + 59;
	log_fixture_intend(l, b, ENTRY_INTENT, 0, 3);
}

static void
grants_a_minute_between_signer_and_logger(void **state)
{
	struct audit_result r;
	struct fault fault;

	(void)state;
	assert_int_equal(audit_of(write_intent_at_the_end, &r, &fault), ERR_OK);
}

static void
follows_releases_in_any_order(void **state)
{
	struct audit_result r;
	struct fault fault;

	(void)state;
	assert_int_equal(audit_of(write_many, &r, &fault), ERR_OK);
	assert_int_equal(r.seals, 3000);
	assert_int_equal(r.releases, 2940);
	assert_int_equal(r.open_leaves, 0);
}

static char found[64][SCRATCH_PATH];
static unsigned found_count;

static int
keep_path(const char *path, const struct stat *st, int flag)
{
	(void)st;
	if (flag == FTW_F && strstr(path, "/lock") == NULL)
		snprintf(found[found_count++], SCRATCH_PATH, "%s", path);
	return 0;
}

/* Every file of the log, an octet in each part of it. */
static void
refuses_every_changed_file(void **state)
{
	struct log_fixture_batch b;
	struct log_fixture x;
	struct audit_result r;
	struct fault fault;
	struct log *l;
	FILE *f;
	long at, size;
	unsigned i, changes = 0;
	int c;

	(void)state;
	log_fixture_make(&x);
	l = log_fixture_open(&x);
	log_fixture_batch(&b, 3, LOG_FIXTURE_TIME);
	write_whole(l, &b);
	for (i = 12; i < 30; i++)
		log_fixture_seal(l, &b, i);
	for (i = 5; i < 30; i++)
		log_fixture_release(l, &b, i);
	b.time += 1000000;
	for (i = 0; i < 10; i++) {
		log_fixture_batch(&b, 20, b.time);
		log_fixture_approve(l, &b);
		log_fixture_intend(l, &b, ENTRY_INTENT, 0, 20);
	}
	for (i = 0; i < 20; i++)
		log_fixture_seal(l, &b, i);
	while (log_pending(l) < 260) {
		log_fixture_batch(&b, 64, b.time);
		log_fixture_approve(l, &b);
	}
	assert_int_equal(log_commit(l, NULL), ERR_OK);
	log_close(l);
	found_count = 0;
	assert_int_equal(ftw(x.dir, keep_path, 8), 0);
	/* checkpoint, vkey; entries, level 0: full, partial; level 1 */
	assert_int_equal(found_count, 2 + 4 + 1);
	assert_int_equal(audit_log(x.dir, x.vkey, &r, &fault), ERR_OK);
	assert_string_equal(fault.detail, "");
	assert_int_equal(audit_log(x.dir, NULL, &r, &fault), ERR_OK);
	assert_non_null(strstr(fault.detail, "own folder"));
	for (i = 0; i < found_count; i++) {
		f = fopen(found[i], "r+");
		assert_non_null(f);
		fseek(f, 0, SEEK_END);
		size = ftell(f);
		for (at = 0; at < size; at += 1 + size / 41) {
			fseek(f, at, SEEK_SET);
			c = fgetc(f);
			fseek(f, at, SEEK_SET);
			fputc(c ^ 1, f);
			fflush(f);
			/* The auditor's own key makes DIR/vkey worthless. */
			if (strstr(found[i], "/vkey") == NULL)
				assert_int_not_equal(
				    audit_log(x.dir, x.vkey, &r, &fault),
				    ERR_OK);
			assert_int_not_equal(
			    audit_log(x.dir, NULL, &r, &fault), ERR_OK);
			fseek(f, at, SEEK_SET);
			fputc(c, f);
			fflush(f);
			changes++;
		}
		fclose(f);
	}
	assert_true(changes > 200);
	assert_int_equal(audit_log(x.dir, x.vkey, &r, &fault), ERR_OK);
	for (i = 0; i < found_count; i++) {
		char moved[SCRATCH_PATH + 8];

		if (strstr(found[i], "/vkey") != NULL)
			continue;
		snprintf(moved, sizeof(moved), "%s-", found[i]);
		assert_int_equal(rename(found[i], moved), 0);
		assert_int_not_equal(
		    audit_log(x.dir, x.vkey, &r, &fault), ERR_OK);
		assert_int_equal(rename(moved, found[i]), 0);
	}
	log_fixture_remove(&x);
}

static void
refuses_the_key_of_another_log(void **state)
{
	struct log_fixture x, y;
	struct audit_result r;
	struct fault fault;
	char vkey[SCRATCH_PATH];

	(void)state;
	log_fixture_make(&x);
	log_fixture_make(&y);
	snprintf(vkey, sizeof(vkey), "%s",
	    "example.com/foo+530d903a+"
	    "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
	assert_int_equal(
	    audit_log(x.dir, vkey, &r, &fault), ERR_LOG_CHECKPOINT);
	assert_int_equal(audit_log(x.dir, "nonsense", &r, &fault), ERR_LOG_KEY);
	log_fixture_remove(&x);
	log_fixture_remove(&y);
}

struct shown {
	char kinds[400];
};

static enum err
show(void *ctx, uint64_t index, const struct entry *e, const uint8_t *json,
    size_t len)
{
	struct shown *s = ctx;
	size_t n = strlen(s->kinds);

	assert_true(json[0] == '{' && json[len - 1] == '}');
	snprintf(s->kinds + n, sizeof(s->kinds) - n, "%s %d\n",
	    entry_kind_name(e->kind), (int)index);
	return ERR_OK;
}

static void
finds_all_about_one_credential(void **state)
{
	static const char story[] = "approval 0\nintent 1\nseal 2\n"
				    "release 3\nextend 8\nwithdrawal 9\n";
	static const char other[] = "approval 0\nintent 1\nrepeat 5\n"
				    "abandoned 6\n";
	struct log_fixture_batch b, first;
	uint8_t digest[SHA256_SIZE];
	struct log_fixture x;
	struct shown s = {""};
	struct log *l;

	(void)state;
	log_fixture_make(&x);
	l = log_fixture_open(&x);
	log_fixture_batch(&b, 3, LOG_FIXTURE_TIME);
	first = b;
	write_whole(l, &b);
	assert_int_equal(log_commit(l, NULL), ERR_OK);
	assert_int_equal(find_leaf(l, first.hash[0], show, &s), ERR_OK);
	assert_string_equal(s.kinds, story);
	s.kinds[0] = '\0';
	assert_int_equal(find_seal(l, 6, show, &s), ERR_OK);
	assert_string_equal(s.kinds, other);
	s.kinds[0] = '\0';
	log_fixture_digest(0, digest);
	assert_int_equal(find_file(l, first.leaf[0] + LEAF_SIZE - LEAF_SALT,
			     digest, show, &s),
	    ERR_OK);
	assert_string_equal(s.kinds, story);
	/* Without the salt the file's digest finds nothing. */
	assert_int_equal(
	    find_file(l, digest, digest, show, &s), ERR_LOG_NOT_THERE);
	assert_int_equal(find_leaf(l, digest, show, &s), ERR_LOG_NOT_THERE);
	assert_int_equal(find_seal(l, 0, show, &s), ERR_LOG_NOT_THERE);
	log_close(l);
	log_fixture_remove(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(accepts_and_counts_a_good_log),
	    cmocka_unit_test(refuses_what_breaks_the_order),
	    cmocka_unit_test(grants_a_minute_between_signer_and_logger),
	    cmocka_unit_test(follows_releases_in_any_order),
	    cmocka_unit_test(refuses_every_changed_file),
	    cmocka_unit_test(refuses_the_key_of_another_log),
	    cmocka_unit_test(finds_all_about_one_credential),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
