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

/*
 * A log in words, one an entry: A approval; iF+C, rF+C intent and repeat of C
 * leaves from F on; sN, aN seal and abandoned entry of leaf N; RN release and
 * EN extension of its seal; XI, WI extension and withdrawal that name log index
 * I; e any other entry. And hN: another hash of leaf N; tN: N seconds pass.
 */
static void
put_file(struct log *l, struct log_fixture_batch *b, enum entry_kind kind,
    uint64_t seal)
{
	struct entry e = {.kind = kind, .seal = seal, .time = b->time++};

	if (kind == ENTRY_WITHDRAWAL) {
		snprintf(e.person, sizeof(e.person), "p-0000000000000001");
		snprintf(e.reason, sizeof(e.reason), "wrong-person");
	}
	log_fixture_put(l, &e);
}

static void
put_word(struct log *l, struct log_fixture_batch *b, char word, uint32_t n,
    uint32_t count)
{
	switch (word) {
	case 'A':
		log_fixture_approve(l, b);
		break;
	case 'i':
		log_fixture_intend(l, b, ENTRY_INTENT, n, count);
		break;
	case 'r':
		log_fixture_intend(l, b, ENTRY_REPEAT, n, count);
		break;
	case 's':
		log_fixture_seal(l, b, n);
		break;
	case 'a':
		log_fixture_abandon(l, b, n);
		break;
	case 'R':
		log_fixture_release(l, b, n);
		break;
	case 'E':
		put_file(l, b, ENTRY_EXTEND, b->seal[n]);
		break;
	case 'X':
		put_file(l, b, ENTRY_EXTEND, n);
		break;
	case 'W':
		put_file(l, b, ENTRY_WITHDRAWAL, n);
		break;
	case 'e':
		log_fixture_append(l, 1);
		break;
	case 'h':
		b->hash[n][7] ^= 1;
		break;
	case 't':
		b->time += n;
		break;
	default:
		fail_msg("no word of a log: %c", word);
	}
}

static void
put_words(struct log *l, struct log_fixture_batch *b, const char *words)
{
	uint32_t n, count;
	char word, *p;

	while ((word = *words++) != '\0') {
		n = (uint32_t)strtoul(words, &p, 10);
		count = *p == '+' ? (uint32_t)strtoul(p + 1, &p, 10) : 0;
		put_word(l, b, word, n, count);
		words = p + strspn(p, " ");
	}
}

/* The log of a test, in words or by a function, audited. */
typedef void write_log(struct log *l, struct log_fixture_batch *b);

static enum err
audit_of(write_log *write, const char *words, struct audit_result *r,
    struct fault *fault)
{
	struct log_fixture_batch b;
	struct log_fixture x;
	struct log *l;
	enum err e;

	log_fixture_make(&x);
	l = log_fixture_open(&x);
	log_fixture_batch(&b, 3, LOG_FIXTURE_TIME);
	if (write != NULL)
		write(l, &b);
	else
		put_words(l, &b, words);
	assert_int_equal(log_commit(l, NULL), ERR_OK);
	log_close(l);
	e = audit_log(x.dir, x.vkey, r, fault);
	log_fixture_remove(&x);
	return e;
}

static void
assert_refused(const char *words, const char *place, const char *part)
{
	struct audit_result r;
	struct fault fault;

	assert_int_equal(audit_of(NULL, words, &r, &fault), ERR_LOG_ENTRY);
	assert_string_equal(fault.path, place);
	if (strstr(fault.detail, part) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", part, fault.detail);
}

static void
write_whole(struct log *l, struct log_fixture_batch *b)
{
	put_words(l, b, "A i0+3 s0 R0 s2 r1+1 a1 R2 E0");
	put_file(l, b, ENTRY_WITHDRAWAL, b->seal[0]);
	/* And a batch that goes on. */
	log_fixture_batch(b, 64, b->time);
	put_words(l, b, "A i0+10 i10+20 s5 s6 s7 s8 s9 s10 s11 a60");
}

static void
accepts_and_counts_a_good_log(void **state)
{
	struct audit_result r;
	struct fault fault;

	(void)state;
	assert_int_equal(audit_of(write_whole, NULL, &r, &fault), ERR_OK);
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
refuses_what_breaks_the_order(void **state)
{
	(void)state;
	assert_refused("e t10 i0+1", "entry 1", "no approval");
	assert_refused("A i0+1 s1", "entry 2", "no intent");
	assert_refused("A i0+3 s1 s1", "entry 3", "second outcome");
	assert_refused("A i0+3 s0 s1 s2 s2", "entry 5", "no approval");
	assert_refused("A i0+3 s3", "entry 2", "not approved");
	assert_refused("A i1+3", "entry 1", "not approved");
	assert_refused("A i0+2 i1+2", "entry 2", "intended before");
	/* the next second but 60 after the end */
	assert_refused("A t3660 i0+3", "entry 1", "after the end");
	assert_refused("A r0+1", "entry 1", "no open");
	assert_refused("A i0+3 s0 r0+1", "entry 3", "no open");
	assert_refused("A i0+3 s0 h1 s1 s2", "entry 4", "approved root");
	assert_refused("A i0+3 s0 R0 R0", "entry 4", "released before");
	assert_refused("A a0 R0", "entry 2", "no seal");
	assert_refused("A W0", "entry 1", "no seal");
	assert_refused("A X3 i0+3 s0", "entry 1", "no seal");
	assert_refused("A i0+3 s0 E0", "entry 3", "not released");
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
grants_a_minute_between_signer_and_logger(void **state)
{
	struct audit_result r;
	struct fault fault;

	(void)state;
	assert_int_equal(audit_of(NULL, "A t3659 i0+3", &r, &fault), ERR_OK);
}

static void
follows_releases_in_any_order(void **state)
{
	struct audit_result r;
	struct fault fault;

	(void)state;
	assert_int_equal(audit_of(write_many, NULL, &r, &fault), ERR_OK);
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
