#include "host/json/canon.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A descriptor with that text in it: a file, or a pipe. */
static int
open_text(const char *text, size_t len, bool seekable)
{
	FILE *f;
	int fd, ends[2];

	if (!seekable) {
		assert_int_equal(pipe(ends), 0);
		assert_int_equal(write(ends[1], text, len), (ssize_t)len);
		close(ends[1]);
		return ends[0];
	}
	f = tmpfile();
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fflush(f), 0);
	fd = dup(fileno(f));
	fclose(f);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static enum err
check(const char *text, size_t len, bool seekable, uint64_t *offset)
{
	struct fault f;
	int fd = open_text(text, len, seekable);
	enum err e = canon_json_check(fd, "-", &f);

	*offset = e == ERR_OK ? 0 : f.offset;
	close(fd);
	return e;
}

static void
writes_the_form_of_a_stream(void **state)
{
	char got[100];
	struct fault f;
	int out[2], in = open_text(" {\"b\": 1.0, \"a\":[ ]}", 20, false);
	ssize_t n;

	(void)state;
	assert_int_equal(pipe(out), 0);
	assert_int_equal(canon_json(in, "-", out[1], &f), ERR_OK);
	close(out[1]);
	n = read(out[0], got, sizeof(got));
	assert_int_equal(n, 14);
	assert_memory_equal(got, "{\"a\":[],\"b\":1}", 14);
	close(out[0]);
	close(in);
}

static void
writes_nothing_of_what_it_refuses(void **state)
{
	char got[10];
	struct fault f;
	int out[2], in = open_text("{\"a\":1,\"a\":2}", 13, false);

	(void)state;
	assert_int_equal(pipe(out), 0);
	assert_int_equal(
	    canon_json(in, "-", out[1], &f), ERR_JSON_DUPLICATE_NAME);
	assert_int_equal(f.offset, 7);
	close(out[1]);
	assert_int_equal(read(out[0], got, sizeof(got)), 0);
	close(out[0]);
	close(in);
}

static void
says_yes_only_to_canonical_bytes(void **state)
{
	uint64_t at;

	(void)state;
	assert_int_equal(check("{\"a\":1}", 7, false, &at), ERR_OK);
	assert_int_equal(
	    check("{\"a\":1}\n", 8, false, &at), ERR_JCS_WHITESPACE);
	assert_int_equal(at, 7);
	assert_int_equal(check("[1.0]", 5, true, &at), ERR_JCS_NUMBER);
	assert_int_equal(check("", 0, true, &at), ERR_JSON_EMPTY);
}

/* 100 levels cannot be sealed, but are JSON all the same. */
static void
checks_deep_files_by_their_form(void **state)
{
	static const struct {
		const char *inner;
		enum err e;
		uint64_t at; /* behind the brackets */
	} t[] = {
	    {"{\"a\":\"\\n\",\"b\":0}", ERR_OK, 0},
	    {"{\"b\":0,\"a\":0}", ERR_JCS_ORDER, 2},
	    {"\"\\u000A\"", ERR_JCS_ESCAPE, 2},
	    {"\"\\/\"", ERR_JCS_ESCAPE, 1},
	    {"1, 2", ERR_JCS_WHITESPACE, 2},
	    {"[1,1e2]", ERR_JCS_NUMBER, 4},
	    {"{\"a\":0,\"a\":0}", ERR_JSON_DUPLICATE_NAME, 7},
	};
	char text[300];
	uint64_t at;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		n = strlen(t[i].inner);
		memset(text, '[', 100);
		memcpy(text + 100, t[i].inner, n);
		memset(text + 100 + n, ']', 100);
		assert_int_equal(check(text, 200 + n, true, &at), t[i].e);
		assert_int_equal(at, t[i].e == ERR_OK ? 0 : 100 + t[i].at);
		/* A pipe cannot be read twice: the bound is what is said. */
		assert_int_equal(
		    check(text, 200 + n, false, &at), ERR_JSON_DEPTH);
		assert_int_equal(at, 64);
	}
}

static void
refuses_folders(void **state)
{
	int fd = open("/", O_RDONLY);
	struct fault f;

	(void)state;
	assert_int_equal(canon_json_check(fd, "/", &f), ERR_NOT_REGULAR);
	assert_int_equal(canon_json(fd, "/", 1, &f), ERR_NOT_REGULAR);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_the_form_of_a_stream),
	    cmocka_unit_test(writes_nothing_of_what_it_refuses),
	    cmocka_unit_test(says_yes_only_to_canonical_bytes),
	    cmocka_unit_test(checks_deep_files_by_their_form),
	    cmocka_unit_test(refuses_folders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
