#include "host/log/log.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/file.h"
#include "host/log/tile.h"
#include "tests/unit/support/log_fixture.h"

static void
names_tiles_as_tlog_tiles_does(void **state)
{
	char path[TILE_PATH];

	(void)state;
	tile_path(0, 1234067, TILE_WIDTH, path);
	assert_string_equal(path, "tile/0/x001/x234/067");
	tile_path(TILE_ENTRIES, 999, 5, path);
	assert_string_equal(path, "tile/entries/999.p/5");
	tile_path(2, 1000, 255, path);
	assert_string_equal(path, "tile/2/x001/000.p/255");
	/* The example of the specification: 70,000 entries. */
	assert_int_equal(tile_width(70000, 0, 272), 256);
	assert_int_equal(tile_width(70000, 0, 273), 112);
	assert_int_equal(tile_width(70000, 0, 274), 0);
	assert_int_equal(tile_width(70000, TILE_ENTRIES, 273), 112);
	assert_int_equal(tile_width(70000, 1, 0), 256);
	assert_int_equal(tile_width(70000, 1, 1), 17);
	assert_int_equal(tile_width(70000, 2, 0), 1);
	assert_int_equal(tile_width(256, 0, 0), 256);
	assert_int_equal(tile_width(256, 0, 1), 0);
	assert_int_equal(tile_width(256, 1, 0), 1);
	assert_int_equal(tile_width(255, 1, 0), 0);
}

static void
begins_with_a_signed_empty_tree(void **state)
{
	uint8_t root[SHA256_SIZE], empty[SHA256_SIZE];
	struct log_fixture x;
	struct log *l;
	const char *text;
	int64_t time;
	size_t len;

	(void)state;
	log_fixture_make(&x);
	assert_int_equal(log_open_reader(&l, x.dir, NULL), ERR_OK);
	assert_int_equal(log_size(l), 0);
	assert_string_equal(log_origin(l), LOG_FIXTURE_ORIGIN);
	assert_string_equal(log_vkey(l), x.vkey);
	log_root(l, root);
	sha256("", 0, empty);
	assert_memory_equal(root, empty, sizeof(root));
	log_checkpoint(l, &text, &len);
	assert_memory_equal(text, LOG_FIXTURE_ORIGIN "\n0\n47DEQpj8HBSa+",
	    strlen(LOG_FIXTURE_ORIGIN "\n0\n47DEQpj8HBSa+"));
	assert_int_equal(log_last_time(l, &time), ERR_OK);
	assert_int_equal(time, 0);
	log_close(l);
	assert_int_equal(
	    log_create(x.dir, x.key, LOG_FIXTURE_ORIGIN, NULL), ERR_EXISTS);
	log_fixture_remove(&x);
}

/* Every size around the edges of tiles, in steps of several widths. */
static void
reads_back_what_it_committed(void **state)
{
	static const unsigned step[] = {1, 2, 252, 1, 1, 255, 1, 600, 24};
	struct log_fixture x;
	struct log *l, *r;
	uint64_t size = 0;
	size_t i;

	(void)state;
	log_fixture_make(&x);
	l = log_fixture_open(&x);
	for (i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		log_fixture_append(l, step[i]);
		assert_int_equal(log_pending(l), step[i]);
		assert_int_equal(log_size(l), size);
		assert_int_equal(log_commit(l, NULL), ERR_OK);
		size += step[i];
		assert_int_equal(log_size(l), size);
		assert_int_equal(log_pending(l), 0);
		assert_true(log_fixture_is_whole(l));
		assert_int_equal(log_open_reader(&r, x.dir, NULL), ERR_OK);
		assert_int_equal(log_size(r), size);
		assert_true(log_fixture_is_whole(r));
		log_close(r);
		if (i % 2 == 0) {
			log_close(l);
			l = log_fixture_open(&x);
			assert_int_equal(log_size(l), size);
		}
	}
	log_close(l);
	log_fixture_remove(&x);
}

static bool
is_there(const struct log_fixture *x, const char *name)
{
	char path[SCRATCH_PATH * 2];

	snprintf(path, sizeof(path), "%s/%s", x->dir, name);
	return access(path, F_OK) == 0;
}

static void
drops_what_was_not_committed(void **state)
{
	struct log_fixture x;
	struct log *l;

	(void)state;
	log_fixture_make(&x);
	l = log_fixture_open(&x);
	log_fixture_append(l, 10);
	assert_int_equal(log_commit(l, NULL), ERR_OK);
	log_fixture_append(l, 1000);
	assert_true(is_there(&x, "tile/0/002"));
	log_close(l);
	l = log_fixture_open(&x);
	assert_int_equal(log_size(l), 10);
	/* Nor does anything lie about that no checkpoint names. */
	assert_false(is_there(&x, "tile/0/000"));
	assert_false(is_there(&x, "tile/0/002"));
	assert_false(is_there(&x, "tile/entries/002"));
	assert_true(is_there(&x, "tile/0/000.p/10"));
	log_fixture_append(l, 300);
	assert_int_equal(log_commit(l, NULL), ERR_OK);
	assert_true(log_fixture_is_whole(l));
	log_close(l);
	log_fixture_remove(&x);
}

static void
keeps_partial_tiles_until_the_full_one_is_there(void **state)
{
	struct log_fixture x;
	struct log *l, *r;

	(void)state;
	log_fixture_make(&x);
	l = log_fixture_open(&x);
	log_fixture_append(l, 100);
	assert_int_equal(log_commit(l, NULL), ERR_OK);
	assert_int_equal(log_open_reader(&r, x.dir, NULL), ERR_OK);
	log_fixture_append(l, 100);
	assert_int_equal(log_commit(l, NULL), ERR_OK);
	assert_true(is_there(&x, "tile/0/000.p/100"));
	assert_true(is_there(&x, "tile/entries/000.p/100"));
	assert_true(is_there(&x, "tile/0/000.p/200"));
	log_fixture_append(l, 56);
	assert_int_equal(log_commit(l, NULL), ERR_OK);
	assert_true(is_there(&x, "tile/0/000"));
	assert_true(is_there(&x, "tile/1/000.p/1"));
	assert_false(is_there(&x, "tile/0/000.p"));
	assert_false(is_there(&x, "tile/entries/000.p"));
	assert_false(is_there(&x, "tile/0/001.p"));
	/* A reader of the older checkpoint goes on, with the full tiles. */
	assert_int_equal(log_size(r), 100);
	assert_true(log_fixture_is_whole(r));
	log_close(r);
	log_close(l);
	log_fixture_remove(&x);
}

static void
proves_every_entry(void **state)
{
	static const unsigned sizes[] = {1, 2, 7, 255, 256, 257, 700};
	uint8_t proof[MERKLE_PROOF_MAX][SHA256_SIZE], root[SHA256_SIZE];
	uint8_t leaf[SHA256_SIZE];
	struct log_fixture x;
	const uint8_t *entry;
	struct log *l;
	uint64_t index;
	size_t i, len, n;

	(void)state;
	log_fixture_make(&x);
	l = log_fixture_open(&x);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		log_fixture_append(l, sizes[i] - (unsigned)log_size(l));
		assert_int_equal(log_commit(l, NULL), ERR_OK);
		log_root(l, root);
		for (index = 0; index < log_size(l); index++) {
			assert_int_equal(
			    log_entry(l, index, &entry, &len), ERR_OK);
			merkle_leaf(entry, len, leaf);
			assert_int_equal(
			    log_prove(l, index, proof, &n), ERR_OK);
			assert_int_equal(
			    merkle_check_inclusion(leaf, index, log_size(l),
				(const uint8_t(*)[SHA256_SIZE])proof, n, root),
			    ERR_OK);
		}
		assert_int_equal(
		    log_prove(l, index, proof, &n), ERR_LOG_NOT_THERE);
		assert_int_equal(
		    log_entry(l, index, &entry, &len), ERR_LOG_NOT_THERE);
	}
	log_close(l);
	log_fixture_remove(&x);
}

static void
admits_one_writer_and_any_reader(void **state)
{
	struct log_fixture x;
	struct log *l, *other;

	(void)state;
	log_fixture_make(&x);
	l = log_fixture_open(&x);
	assert_int_equal(log_open(&other, x.dir, x.key, NULL), ERR_LOG_BUSY);
	assert_int_equal(log_open_reader(&other, x.dir, NULL), ERR_OK);
	assert_int_equal(log_commit(other, NULL), ERR_USAGE);
	log_close(other);
	log_close(l);
	l = log_fixture_open(&x);
	log_close(l);
	log_fixture_remove(&x);
}

static void
refuses_entries_that_break_the_rules(void **state)
{
	struct entry e = {.kind = ENTRY_RESTORE, .reason = "backup"};
	struct log_fixture x;
	char buf[ENTRY_MAX];
	struct log *l;
	uint64_t index;
	int64_t time;
	size_t len;

	(void)state;
	log_fixture_make(&x);
	l = log_fixture_open(&x);
	log_fixture_append(l, 1);
	assert_int_equal(log_append(l, "{}", 2, &index), ERR_LOG_ENTRY);
	e.time = LOG_FIXTURE_TIME - 1;
	assert_int_equal(entry_compose(&e, buf, sizeof(buf), &len), ERR_OK);
	assert_int_equal(log_append(l, buf, len, &index), ERR_CLOCK);
	assert_int_equal(log_commit(l, NULL), ERR_OK);
	log_close(l);
	/* The rule holds over a restart, and a refusal is not the end. */
	l = log_fixture_open(&x);
	assert_int_equal(log_last_time(l, &time), ERR_OK);
	assert_int_equal(time, LOG_FIXTURE_TIME);
	assert_int_equal(log_append(l, buf, len, &index), ERR_CLOCK);
	e.time = LOG_FIXTURE_TIME;
	assert_int_equal(entry_compose(&e, buf, sizeof(buf), &len), ERR_OK);
	assert_int_equal(log_append(l, buf, len, &index), ERR_OK);
	assert_int_equal(index, 1);
	assert_int_equal(log_commit(l, NULL), ERR_OK);
	assert_int_equal(log_size(l), 2);
	log_close(l);
	log_fixture_remove(&x);
}

static void
refuses_a_key_that_others_may_read(void **state)
{
	struct log_fixture x;
	struct fault fault;
	struct log *l;

	(void)state;
	log_fixture_make(&x);
	assert_int_equal(chmod(x.key, 0640), 0);
	assert_int_equal(log_open(&l, x.dir, x.key, &fault), ERR_LOG_KEY);
	assert_null(l);
	assert_int_equal(chmod(x.key, 0604), 0);
	assert_int_equal(log_open(&l, x.dir, x.key, &fault), ERR_LOG_KEY);
	assert_int_equal(chmod(x.key, 0400), 0);
	assert_int_equal(log_open(&l, x.dir, x.key, &fault), ERR_OK);
	log_close(l);
	log_fixture_remove(&x);
}

static void
creates_a_key_that_only_its_owner_reads(void **state)
{
	struct scratch s;
	char dir[SCRATCH_PATH], key[SCRATCH_PATH], other[SCRATCH_PATH];
	char head[SCRATCH_PATH];
	struct stat st;
	struct log *l;

	(void)state;
	scratch_make(&s);
	scratch_path(&s, "log", dir);
	scratch_path(&s, "key", key);
	scratch_path(&s, "other", other);
	assert_int_equal(
	    log_create(dir, key, "not an origin", NULL), ERR_LOG_KEY);
	assert_int_equal(log_create(dir, key, "a.example", NULL), ERR_OK);
	assert_int_equal(stat(key, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(log_open(&l, dir, key, NULL), ERR_OK);
	log_fixture_append(l, 3);
	assert_int_equal(log_commit(l, NULL), ERR_OK);
	log_close(l);
	/* A key that has signed a log begins no other. */
	assert_int_equal(log_create(other, key, "a.example", NULL), ERR_EXISTS);
	/* Nor one that has forgotten what it signed. */
	scratch_path(&s, "key.head", head);
	assert_int_equal(unlink(head), 0);
	assert_int_equal(log_create(other, key, "a.example", NULL), ERR_EXISTS);
	scratch_remove(&s);
}

/* The log is put back to an earlier state; the key remembers. */
static void
never_signs_a_second_history(void **state)
{
	char copy[SCRATCH_PATH], path[2 * SCRATCH_PATH];
	struct log_fixture x;
	struct fault fault;
	struct log *l;

	(void)state;
	log_fixture_make(&x);
	scratch_path(&x.scratch, "copy", copy);
	l = log_fixture_open(&x);
	log_fixture_append(l, 5);
	assert_int_equal(log_commit(l, NULL), ERR_OK);
	scratch_copy(x.dir, copy);
	log_fixture_append(l, 5);
	assert_int_equal(log_commit(l, NULL), ERR_OK);
	log_close(l);
	scratch_remove_tree(x.dir);
	assert_int_equal(rename(copy, x.dir), 0);
	assert_int_equal(log_open(&l, x.dir, x.key, &fault), ERR_LOG_FORK);
	assert_null(l);
	/* Nor without its memory. */
	snprintf(path, sizeof(path), "%s.head", x.key);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(log_open(&l, x.dir, x.key, &fault), ERR_LOG_KEY);
	/* To read needs neither. */
	assert_int_equal(log_open_reader(&l, x.dir, NULL), ERR_OK);
	assert_int_equal(log_size(l), 5);
	log_close(l);
	log_fixture_remove(&x);
}

/* Only the checkpoint is put back: the key's memory brings the rest. */
static void
finishes_a_commit_that_was_signed(void **state)
{
	char path[2 * SCRATCH_PATH];
	struct log_fixture x;
	uint8_t *note;
	struct log *l;
	size_t len;

	(void)state;
	log_fixture_make(&x);
	l = log_fixture_open(&x);
	log_fixture_append(l, 250);
	assert_int_equal(log_commit(l, NULL), ERR_OK);
	snprintf(path, sizeof(path), "%s/checkpoint", x.dir);
	assert_int_equal(file_read(path, 4096, &note, &len, NULL), ERR_OK);
	log_fixture_append(l, 50);
	assert_int_equal(log_commit(l, NULL), ERR_OK);
	log_close(l);
	assert_int_equal(file_replace(path, note, len, 0644, NULL), ERR_OK);
	free(note);
	assert_int_equal(log_open_reader(&l, x.dir, NULL), ERR_OK);
	assert_int_equal(log_size(l), 250);
	log_close(l);
	l = log_fixture_open(&x);
	assert_int_equal(log_size(l), 300);
	log_close(l);
	assert_int_equal(log_open_reader(&l, x.dir, NULL), ERR_OK);
	assert_int_equal(log_size(l), 300);
	assert_true(log_fixture_is_whole(l));
	log_close(l);
	log_fixture_remove(&x);
}

/* One octet of each file that opening reads, and of each that reading does. */
static void
finds_damage_before_it_signs(void **state)
{
	static const struct {
		const char *name;
		long at;
		enum err expected;
	} damage[] = {
	    {"checkpoint", 0, ERR_LOG_CHECKPOINT},
	    {"checkpoint", 22, ERR_LOG_CHECKPOINT},
	    {"checkpoint", 40, ERR_LOG_CHECKPOINT},
	    {"checkpoint", 120, ERR_LOG_CHECKPOINT},
	    {"vkey", 3, ERR_LOG_KEY},
	    {"tile/0/001.p/44", 5, ERR_LOG_CORRUPT},
	    {"tile/1/000.p/1", 31, ERR_LOG_CORRUPT},
	    {"tile/entries/001.p/44", 50, ERR_LOG_CORRUPT},
	    {"tile/entries/001.p/44", 1, ERR_LOG_CORRUPT},
	};
	char path[2 * SCRATCH_PATH];
	struct log_fixture x;
	struct log *l;
	FILE *f;
	size_t i;
	int c;

	(void)state;
	log_fixture_make(&x);
	l = log_fixture_open(&x);
	log_fixture_append(l, 300);
	assert_int_equal(log_commit(l, NULL), ERR_OK);
	log_close(l);
	for (i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", x.dir, damage[i].name);
		f = fopen(path, "r+");
		assert_non_null(f);
		fseek(f, damage[i].at, SEEK_SET);
		c = fgetc(f);
		fseek(f, damage[i].at, SEEK_SET);
		fputc(c ^ 4, f);
		fflush(f);
		assert_int_equal(
		    log_open(&l, x.dir, x.key, NULL), damage[i].expected);
		fseek(f, damage[i].at, SEEK_SET);
		fputc(c, f);
		fclose(f);
	}
	l = log_fixture_open(&x);
	log_close(l);
	/* Full tiles are not read when opening, but when they are used. */
	snprintf(path, sizeof(path), "%s/tile/entries/000", x.dir);
	f = fopen(path, "r+");
	assert_non_null(f);
	fseek(f, 100, SEEK_SET);
	c = fgetc(f);
	fseek(f, 100, SEEK_SET);
	fputc(c ^ 1, f);
	fclose(f);
	l = log_fixture_open(&x);
	assert_false(log_fixture_is_whole(l));
	log_close(l);
	log_fixture_remove(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_tiles_as_tlog_tiles_does),
	    cmocka_unit_test(begins_with_a_signed_empty_tree),
	    cmocka_unit_test(reads_back_what_it_committed),
	    cmocka_unit_test(drops_what_was_not_committed),
	    cmocka_unit_test(keeps_partial_tiles_until_the_full_one_is_there),
	    cmocka_unit_test(proves_every_entry),
	    cmocka_unit_test(admits_one_writer_and_any_reader),
	    cmocka_unit_test(refuses_entries_that_break_the_rules),
	    cmocka_unit_test(refuses_a_key_that_others_may_read),
	    cmocka_unit_test(creates_a_key_that_only_its_owner_reads),
	    cmocka_unit_test(never_signs_a_second_history),
	    cmocka_unit_test(finishes_a_commit_that_was_signed),
	    cmocka_unit_test(finds_damage_before_it_signs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
