/* The log's files to the byte: a change of their form cannot go unnoticed.
 * tests/data/log/golden was written by this program: log_golden_test write DIR.
 * Its keys and contents are made up. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/base/file.h"
#include "host/log/audit.h"
#include "host/log/proof.h"
#include "tests/unit/support/log_fixture.h"

#define GOLDEN "tests/data/log/golden"

static void
put_story(struct log *l, struct log_fixture_batch *b)
{
	struct entry e = {.kind = ENTRY_START,
	    .time = LOG_FIXTURE_TIME,
	    .version = "0.1",
	    .separation = "full"};

	log_fixture_put(l, &e);
	log_fixture_batch(b, 2, LOG_FIXTURE_TIME + 1);
	log_fixture_approve(l, b);
	log_fixture_intend(l, b, ENTRY_INTENT, 0, 2);
	log_fixture_seal(l, b, 0);
	log_fixture_seal(l, b, 1);
	log_fixture_release(l, b, 1);
}

/* Three commits: inside a tile, to its end, beyond it. */
static void
write_log(struct log_fixture *x, struct log_fixture_batch *b)
{
	struct log *l;

	log_fixture_make(x);
	l = log_fixture_open(x);
	put_story(l, b);
	if (log_commit(l, NULL) != ERR_OK)
		abort();
	log_fixture_append(l, 250);
	if (log_commit(l, NULL) != ERR_OK)
		abort();
	log_fixture_append(l, 3);
	if (log_commit(l, NULL) != ERR_OK)
		abort();
	log_close(l);
}

static const char *made_dir;
static unsigned files;

static int
compare(const char *path, const struct stat *st, int flag)
{
	char made[2 * SCRATCH_PATH];
	uint8_t *a, *b;
	size_t a_len, b_len;

	(void)st;
	if (flag != FTW_F)
		return 0;
	snprintf(made, sizeof(made), "%s%s", made_dir, path + strlen(GOLDEN));
	assert_int_equal(file_read(path, 1 << 20, &a, &a_len, NULL), ERR_OK);
	if (file_read(made, 1 << 20, &b, &b_len, NULL) != ERR_OK)
		fail_msg("%s is missing", made);
	if (a_len != b_len || memcmp(a, b, a_len) != 0)
		fail_msg("%s differs from %s", made, path);
	free(a);
	free(b);
	files++;
	return 0;
}

static int
count(const char *path, const struct stat *st, int flag)
{
	(void)st;
	if (flag == FTW_F && strstr(path, "/lock") == NULL)
		files--;
	return 0;
}

static void
writes_the_same_octets_as_ever(void **state)
{
	struct log_fixture_batch b;
	struct log_fixture x;

	(void)state;
	write_log(&x, &b);
	made_dir = x.dir;
	files = 0;
	assert_int_equal(ftw(GOLDEN, compare, 8), 0);
	/* checkpoint, vkey, 2 bundles, 3 tiles */
	assert_int_equal(files, 7);
	assert_int_equal(ftw(x.dir, count, 8), 0);
	assert_int_equal(files, 0);
	log_fixture_remove(&x);
}

static void
still_reads_what_it_wrote_then(void **state)
{
	struct audit_result r;
	struct fault fault;

	(void)state;
	assert_int_equal(audit_log(GOLDEN, NULL, &r, &fault), ERR_OK);
	assert_int_equal(r.size, 259);
	assert_int_equal(r.seals, 2);
	assert_int_equal(r.releases, 1);
	assert_int_equal(r.open_leaves, 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_the_same_octets_as_ever),
	    cmocka_unit_test(still_reads_what_it_wrote_then),
	};
	struct log_fixture_batch b;
	struct log_fixture x;
	struct proof p;
	struct log *l;
	char *text;
	size_t len;

	if (argc == 3 && strcmp(argv[1], "write") == 0) {
		write_log(&x, &b);
		scratch_copy(x.dir, argv[2]);
		log_fixture_remove(&x);
		return 0;
	}
	/* A proof under the golden checkpoint, as a seed for fuzzing. */
	if (argc == 3 && strcmp(argv[1], "proof") == 0) {
		log_fixture_batch(&b, 2, LOG_FIXTURE_TIME + 1);
		if (log_open_reader(&l, GOLDEN, NULL) != ERR_OK ||
		    proof_compose(l, 3, b.leaf[0], &text, &len) != ERR_OK ||
		    proof_check(text, len, log_vkey(l), &p, NULL) != ERR_OK ||
		    file_create(argv[2], text, len, 0644, NULL) != ERR_OK)
			return 1;
		proof_free(&p);
		free(text);
		log_close(l);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
