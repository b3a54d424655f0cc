#include "common/utf8.h"

#include <string.h>

#include "tests/unit/common/tap.h"

static bool
is_character(uint32_t code)
{
	return code < 0xd800 || (code > 0xdfff && code < 0x110000);
}

/* Octets by the table of RFC 3629 3, also for what is no character. */
static size_t
write_any(uint32_t code, size_t n, uint8_t *out)
{
	static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t i;

	for (i = n; i-- > 1; code >>= 6)
		out[i] = (uint8_t)(0x80 | (code & 63));
	out[0] = (uint8_t)(lead[n] | code);
	return n;
}

static size_t
shortest(uint32_t code)
{
	return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

static void
takes_every_character_in_its_shortest_form_only(void)
{
	uint8_t text[4];
	uint32_t code;
	size_t n;

	for (code = 0; code < 0x200000; code++)
		for (n = 2; n <= 4; n++) {
			if (n == 2 && code >= 0x800)
				continue;
			if (n == 3 && code >= 0x10000)
				continue;
			write_any(code, n, text);
			CHECK(utf8_is_valid(text, n) ==
			    (is_character(code) && n == shortest(code)));
		}
	for (code = 0; code < 0x80; code++) {
		text[0] = (uint8_t)code;
		CHECK(utf8_is_valid(text, 1));
	}
}

static void
encodes_what_it_takes(void)
{
	uint8_t text[4], want[4];
	uint32_t code;
	size_t n;

	for (code = 0; code < 0x110000; code++) {
		if (!is_character(code))
			continue;
		n = utf8_encode(code, text);
		write_any(code, n, want);
		CHECK(n == shortest(code) && memcmp(text, want, n) == 0);
	}
}

/* A refused octet is the first that no text can have there: what is before it
 * can be completed. */
static void
refuses_the_first_octet_that_cannot_follow(void)
{
	uint8_t text[4] = {0};
	static const uint8_t third[] = {'z', 0xbf, 0xc3, 0xff};
	unsigned a, b, k;
	size_t good, want;

	for (a = 0x80; a < 0x100; a++)
		for (b = 0; b < 0x100; b++)
			for (k = 0; k < 4; k++) {
				struct utf8 u = {0, 0, 0};
				bool lead = a >= 0xc2 && a <= 0xf4;
				bool second = b >= 0x80 && b < 0xc0 &&
				    !(a == 0xe0 && b < 0xa0) &&
				    !(a == 0xed && b > 0x9f) &&
				    !(a == 0xf0 && b < 0x90) &&
				    !(a == 0xf4 && b > 0x8f);

				text[0] = (uint8_t)a;
				text[1] = (uint8_t)b;
				text[2] = third[k];
				good = utf8_push(&u, text, 3);
				/* Behind two octets that are whole a lead or
				 * ASCII may come, else only a follower. */
				want = !lead ? 0 : !second ? 1 : 2;
				if (want == 2 && a < 0xe0)
					want += k == 0 || k == 2;
				else if (want == 2)
					want += k == 1;
				CHECK(good == want);
			}
}

static void
takes_the_same_split_anywhere(void)
{
	static const char *const text[] = {
	    "z\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x82q\xef\xbf\xbf", "ab\xc3\xc3",
	    "\xe2\x82\xacx\xe2\x82x", "\xed\x9f\xbf\xed\xa0\x80",
	    "\xce\xa0\xce\xb1\xce\xbd \xf4\x8f\xbf\xbf\xf4\x90"};
	struct utf8 u;
	size_t i, cut, len, good, first;
	const uint8_t *p;

	for (i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		p = (const uint8_t *)text[i];
		len = strlen(text[i]);
		u = (struct utf8){0, 0, 0};
		first = utf8_push(&u, p, len);
		for (cut = 0; cut <= len; cut++) {
			u = (struct utf8){0, 0, 0};
			good = utf8_push(&u, p, cut);
			if (good == cut)
				good += utf8_push(&u, p + cut, len - cut);
			CHECK(good == first);
		}
	}
	CHECK(first == strlen(text[4]) - 1);
}

static void
a_text_that_ends_early_is_not_whole(void)
{
	CHECK(!utf8_is_valid("\xc3", 1));
	CHECK(!utf8_is_valid("\xe2\x82", 2));
	CHECK(!utf8_is_valid("\xf0\x9f\x98", 3));
	CHECK(utf8_is_valid("", 0));
	CHECK(utf8_is_valid("\0", 1));
}

static void
wide_stops_before_ascii(void)
{
	struct utf8 u = {0, 0, 0};
	const uint8_t text[] = {0xc3, 0xa9, 0xce, 0xb1, 'a', 0xc3, 0xa9};

	CHECK(utf8_push_wide(&u, text, sizeof(text)) == 4);
	CHECK(utf8_is_whole(&u));
	CHECK(utf8_push_wide(&u, text + 4, 3) == 0);
	CHECK(utf8_push_wide(&u, text, 1) == 1 && !utf8_is_whole(&u));
	CHECK(utf8_push_wide(&u, text + 4, 1) == 0 && !utf8_is_whole(&u));
}

int
main(void)
{
	TAP_RUN(takes_every_character_in_its_shortest_form_only);
	TAP_RUN(encodes_what_it_takes);
	TAP_RUN(refuses_the_first_octet_that_cannot_follow);
	TAP_RUN(takes_the_same_split_anywhere);
	TAP_RUN(a_text_that_ends_early_is_not_whole);
	TAP_RUN(wide_stops_before_ascii);
	return tap_done();
}
