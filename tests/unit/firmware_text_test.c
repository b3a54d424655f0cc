/* What a person reads and presses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/buttons.h"
#include "firmware/font.h"
#include "firmware/screen.h"
#include "firmware/text.h"

static uint8_t one[SCREEN_OCTETS], two[SCREEN_OCTETS];

static bool
look_the_same(const char *a, const char *b)
{
	struct text t;

	memset(one, 0, sizeof(one));
	memset(two, 0, sizeof(two));
	text_init(&t, one, 0, TEXT_ROWS);
	text_put_string(&t, a);
	text_init(&t, two, 0, TEXT_ROWS);
	text_put_string(&t, b);
	return memcmp(one, two, sizeof(one)) == 0;
}

static void
what_has_no_glyph_is_shown_by_its_number(void **state)
{
	(void)state;
	assert_true(look_the_same("a\u4e2db", "aU+4E2Db"));
	assert_true(look_the_same("\u202e\u00ad\u00a0", "U+202EU+00ADU+00A0"));
	assert_true(look_the_same("\U0001f600", "U+1F600"));
	assert_true(look_the_same("\n\t\x7f", "U+000AU+0009U+007F"));
	assert_true(look_the_same("e\u0301", "eU+0301"));
}

static void
octets_that_are_not_utf8_are_shown_as_such(void **state)
{
	(void)state;
	assert_true(look_the_same("a\xff", "a<FF>"));
	assert_true(look_the_same("\xc3", "<C3>"));
	assert_true(look_the_same("\xe2\x82z", "<E2><82>z"));
	assert_true(look_the_same("\xed\xa0\x80", "<ED><A0><80>"));
}

static void
names_of_the_union_have_glyphs(void **state)
{
	static const uint16_t first_last[][2] = {{0x20, 0x7e}, {0xa1, 0xac},
	    {0xae, 0xff}, {0x100, 0x17f}, {0x218, 0x21b}, {0x388, 0x38a},
	    {0x391, 0x3a1}, {0x3a3, 0x3ce}, {0x400, 0x45f}};
	uint32_t code;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(first_last) / sizeof(first_last[0]); i++) {
		for (code = first_last[i][0]; code <= first_last[i][1]; code++)
			assert_non_null(font_find(code));
	}
	assert_null(font_find(0x4e2d));
	assert_false(look_the_same("\u0141", "L"));
	assert_false(look_the_same("\u0416", "X"));
}

static void
lines_break_at_spaces_and_lose_nothing(void **state)
{
	struct text t;

	(void)state;
	text_init(&t, NULL, 0, 0);
	text_put_string(&t, "twelve chars twelve chars");
	assert_int_equal(t.line, 1);
	assert_int_equal(t.column, 5); /* "chars" */
	text_init(&t, NULL, 0, 0);
	text_put_string(&t, "0123456789012345678901234567890123456789012");
	assert_int_equal(t.line, 2);
	assert_int_equal(t.column, 1);
}

static void
a_bounce_is_no_press(void **state)
{
	struct buttons b;
	uint32_t now = 100;
	unsigned i;

	(void)state;
	buttons_init(&b);
	for (i = 0; i < 10; i++)
		assert_int_equal(buttons_push(&b, 0, now += 10), 0);
	for (i = 0; i < 20; i++)
		assert_int_equal(buttons_push(&b, i & 1, now += 10), 0);
	assert_int_equal(buttons_push(&b, 1, now += 10), 0);
	assert_int_equal(buttons_push(&b, 1, now += BUTTONS_DEBOUNCE), 1);
	assert_int_equal(buttons_push(&b, 1, now += 10), 0);
	assert_int_equal(buttons_held(&b, 1, now), 10);
	buttons_disarm(&b);
	assert_int_equal(buttons_held(&b, 1, now + 5000), 0);
}

static void
a_button_counts_once_it_was_seen_released(void **state)
{
	struct buttons b;
	uint32_t now = 100;
	unsigned i;

	(void)state;
	buttons_init(&b);
	for (i = 0; i < 500; i++) {
		assert_int_equal(buttons_push(&b, 16, now += 10), 0);
		assert_int_equal(buttons_held(&b, 16, now), 0);
	}
	for (i = 0; i < 5; i++)
		assert_int_equal(buttons_push(&b, 0, now += 10), 0);
	(void)buttons_push(&b, 16, now += 10);
	assert_int_equal(buttons_push(&b, 16, now += BUTTONS_DEBOUNCE), 16);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_has_no_glyph_is_shown_by_its_number),
	    cmocka_unit_test(octets_that_are_not_utf8_are_shown_as_such),
	    cmocka_unit_test(names_of_the_union_have_glyphs),
	    cmocka_unit_test(lines_break_at_spaces_and_lose_nothing),
	    cmocka_unit_test(a_bounce_is_no_press),
	    cmocka_unit_test(a_button_counts_once_it_was_seen_released),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
