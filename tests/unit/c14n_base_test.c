/* xml:base of an element that leaves its ancestors behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/xml/c14n_base.h"

/* Kinds of rows of the table in C14N 1.1, appendix A. */
static void
dots_go_but_leading_ones_stay(void **state)
{
	static const char *const rows[][2] = {
	    {"", ""},
	    {"a", "a"},
	    {"a/.././/b/c", "b/c"},
	    {"a/b//..//.///c", "a/c"},
	    {"a/..", ""},
	    {"a/../", ""},
	    {"a/b/..", "a/"},
	    {"a/b/c/../../d", "a/d"},
	    {"a/../..", "../"},
	    {"../../a/../..", "../../../"},
	    {"..", "../"},
	    {"../..", "../../"},
	    {".", ""},
	    {"./.", ""},
	    {"./a", "a"},
	    {"..a/...b/../..", ""},
	    {"..a/..b/../..c", "..a/..c"},
	    {"/", "/"},
	    {"/.", "/"},
	    {"/..", "/"},
	    {"/../..", "/"},
	    {"//..//..", "/"},
	    {"//a/..", "/"},
	    {"/a/b/c/./../../d", "/a/d"},
	    {"/..a/../", "/"},
	    {"a/", "a/"},
	};
	char out[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(out, 'x', sizeof(out));
		c14n_base_remove_dots(rows[i][0], out);
		if (strcmp(out, rows[i][1]) != 0)
			fail_msg(
			    "%s: %s, wanted %s", rows[i][0], out, rows[i][1]);
		assert_true(strlen(out) <= strlen(rows[i][0]) + 1);
	}
}

static void
values_are_joined_as_the_recommendation_says(void **state)
{
	/* base, reference, both as one */
	static const char *const rows[][3] = {
	    /* its own examples */
	    {"abc/", "../", ""},
	    {"../", "../", "../../"},
	    {"..", "..", "../../"},
	    {"..", "x", "../x"},
	    {"..", "../x", "../../x"},
	    {"something/else", "bar/foo", "something/bar/foo"},
	    /* as RFC 3986 5.4 */
	    {"http://a/b/c/d;p?q", "g:h", "g:h"},
	    {"http://a/b/c/d;p?q", "g", "http://a/b/c/g"},
	    {"http://a/b/c/d;p?q", "./g", "http://a/b/c/g"},
	    {"http://a/b/c/d;p?q", "g/", "http://a/b/c/g/"},
	    {"http://a/b/c/d;p?q", "/g", "http://a/g"},
	    {"http://a/b/c/d;p?q", "//g", "http://g"},
	    {"http://a/b/c/d;p?q", "?y", "http://a/b/c/d;p?y"},
	    {"http://a/b/c/d;p?q", "g?y", "http://a/b/c/g?y"},
	    {"http://a/b/c/d;p?q", "", "http://a/b/c/d;p?q"},
	    {"http://a/b/c/d;p?q", ".", "http://a/b/c/"},
	    {"http://a/b/c/d;p?q", "../../../g", "http://a/g"},
	    {"http://a", "g", "http://a/g"},
	    /* fragments are no part of a base */
	    {"a/", "b#c", "a/b"},
	    {"a/b#c", "d", "a/d"},
	    {"a/", "#c", "a/"},
	    /* what is relative stays so */
	    {"", "b", "b"},
	    {"a", "b", "b"},
	    {"a/b/c", "../../../d", "../d"},
	    {"a//b/", "c", "a/b/c"},
	    {"//h/a", "b", "//h/b"},
	    {"a?x", "b", "b"},
	    {"..", "", "../"},
	    {"urn:x", "b", "urn:b"},
	};
	char *joined;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		joined = c14n_base_join(rows[i][0], rows[i][1]);
		assert_non_null(joined);
		if (strcmp(joined, rows[i][2]) != 0)
			fail_msg("%s + %s: %s, wanted %s", rows[i][0],
			    rows[i][1], joined, rows[i][2]);
		free(joined);
	}
}

/* Whatever stands there: read and written within bounds, for ASan to see. */
static void
nothing_that_comes_in_can_overflow(void **state)
{
	static const char alphabet[] = "./:?#a";
	char base[8], reference[8];
	unsigned i, j, n, m;
	char *joined;

	(void)state;
	for (i = 0; i < 1296; i++) {
		for (n = 0, m = i; n < 4; n++, m /= 6)
			base[n] = alphabet[m % 6];
		base[i % 5] = '\0';
		for (j = 0; j < 216; j++) {
			for (n = 0, m = j; n < 3; n++, m /= 6)
				reference[n] = alphabet[m % 6];
			reference[3] = '\0';
			joined = c14n_base_join(base, reference);
			assert_non_null(joined);
			assert_true(strlen(joined) <=
			    strlen(base) + strlen(reference) + 2);
			free(joined);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(dots_go_but_leading_ones_stay),
	    cmocka_unit_test(values_are_joined_as_the_recommendation_says),
	    cmocka_unit_test(nothing_that_comes_in_can_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
