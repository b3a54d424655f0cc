#include "common/json.h"

#include "tests/unit/common/json_record.h"
#include "tests/unit/common/tap.h"
#include "tests/unit/common/verdict.h"

/* Pushed in three parts, cut at a and b. */
static struct verdict
run(const char *in, size_t len, size_t a, size_t b, struct record *r)
{
	const uint8_t *p = (const uint8_t *)in;
	struct json j;
	struct verdict v;

	record_init(r);
	json_init(&j, &r->sink);
	json_push(&j, p, a);
	json_push(&j, p + a, b - a);
	json_push(&j, p + b, len - b);
	v.err = json_finish(&j);
	v.offset = json_offset(&j);
	CHECK(json_finish(&j) == v.err && json_offset(&j) == v.offset);
	CHECK(json_error(&j) == v.err);
	return v;
}

/* The same verdict, and for what is accepted the same events, wherever it is
 * cut. */
static struct verdict
record_everywhere(const char *in, size_t len, struct record *whole)
{
	static struct record r;
	struct verdict first = run(in, len, 0, 0, whole), v;
	size_t a, b, step = len / 40 + 1;

	CHECK(!whole->bad);
	for (a = 0; a <= len; a++)
		for (b = a; b <= len; b += step) {
			v = run(in, len, a, b, &r);
			CHECK(v.err == first.err && v.offset == first.offset);
			if (v.err != ERR_OK)
				continue;
			CHECK(!r.bad && r.len == whole->len);
			CHECK(memcmp(r.text, whole->text, r.len) == 0);
		}
	return first;
}

struct verdict
run_everywhere(const char *in, size_t len)
{
	static struct record r;

	return record_everywhere(in, len, &r);
}

static int
tells(const char *in, const char *events)
{
	static struct record r;
	struct verdict v = record_everywhere(in, strlen(in), &r);

	if (v.err == ERR_OK && v.offset == strlen(in) &&
	    r.len == strlen(events) && memcmp(r.text, events, r.len) == 0)
		return 1;
	printf("# %s: %s at %u, %.*s\n", in, err_name(v.err),
	    (unsigned)v.offset, (int)r.len, r.text);
	return 0;
}

static void
tells_every_kind_of_value(void)
{
	CHECK(tells("{}", "{}"));
	CHECK(tells("[]", "[]"));
	CHECK(tells("\"\"", "s;"));
	CHECK(tells(" null ", "0"));
	CHECK(tells("[true,false,null]", "[tf0]"));
	CHECK(tells("{\"a\":1,\"b\":[{},\"x\"]}", "{na;#1;nb;[{}sx;]}"));
	CHECK(tells(" { \"a\" : -0.5e+10 ,\t\"\" :\r\n[ ] } \n",
	    "{na;#-0.5e+10;n;[]}"));
	CHECK(tells("{\"a\":1,\"a\":2}", "{na;#1;na;#2;}"));
	CHECK(tells("[[[]],[[],[]]]", "[[[]][[][]]]"));
	CHECK(tells("{\"a\":{\"b\":[{\"c\":{}}]}}", "{na;{nb;[{nc;{}}]}}"));
}

static void
tells_numbers_as_they_are_written(void)
{
	CHECK(tells("0", "#0;"));
	CHECK(tells("-0", "#-0;"));
	CHECK(tells("[0,-1,123456789012345,1234567890123456,0.10,1E5]",
	    "[#0;#-1;#123456789012345;#1234567890123456;#0.10;#1E5;]"));
	CHECK(tells("12.50e-03", "#12.50e-03;"));
	CHECK(tells("[0.0,0e0]", "[#0.0;#0e0;]"));
}

static void
unescapes_strings(void)
{
	CHECK(tells("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "s\"\\/\b\f\n\r\t;"));
	CHECK(tells("\"\\u0041\\u00e9\\u20AC\\ud83d\\uDE02z\"",
	    "sA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x82z;"));
	CHECK(tells("{\"\\u0061b\\u0063\":0}", "{nabc;#0;}"));
	CHECK(tells("\"\\uD7FF\\uE000\\uFFFF\\udbff\\udfff\"",
	    "s\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\xf4\x8f\xbf\xbf;"));
	CHECK(tells("\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xf0\x90\x80\x80\x7f\"",
	    "s\xc2\x80\xdf\xbf\xe0\xa0\x80\xf0\x90\x80\x80\x7f;"));
}

static void
a_nul_can_be_told_only_by_its_escape(void)
{
	static struct record r;
	struct verdict v = record_everywhere("\"a\\u0000b\"", 10, &r);

	CHECK(v.err == ERR_OK && r.len == 5);
	CHECK(memcmp(r.text, "sa\0b;", 5) == 0);
	CHECK(fails_octets("\"a\0b\"", 5, ERR_JSON_CONTROL, 2));
	CHECK(fails_octets("\0", 1, ERR_JSON_SYNTAX, 0));
	CHECK(fails_octets("{}\0", 3, ERR_JSON_TRAILING, 2));
}

static void
finds_long_strings_with_anything_at_any_place(void)
{
	static const char *const odd[] = {"\\n", "\xc3\xa9", "\xf0\x9f\x98\x82",
	    "\"", "\x01", "\x80", "\x7f"};
	char text[96], want[96];
	struct record r;
	struct verdict v;
	size_t i, at, n;

	for (i = 0; i < 7; i++)
		for (at = 0; at < 70; at++) {
			memset(text, 'x', sizeof(text));
			text[0] = '"';
			n = strlen(odd[i]);
			memcpy(text + 1 + at, odd[i], n);
			n += at + 1;
			text[n++] = 'y';
			text[n++] = '"';
			v = run(text, n, 0, 0, &r);
			if (i == 3) {
				CHECK(v.err == ERR_JSON_TRAILING);
				CHECK(v.offset == at + 2);
			} else if (i == 4 || i == 5) {
				CHECK(v.err ==
				    (i == 4 ? ERR_JSON_CONTROL
					    : ERR_UTF8_INVALID));
				CHECK(v.offset == at + 1);
			} else {
				memcpy(want, text, n);
				want[0] = 's';
				want[n - 1] = ';';
				if (i == 0) {
					want[at + 1] = '\n';
					want[at + 2] = 'y';
					want[at + 3] = ';';
					n--;
				}
				CHECK(v.err == ERR_OK && r.len == n);
				CHECK(memcmp(r.text, want, n) == 0);
			}
		}
}

static void
each_kind_of_fault_has_its_error_and_place(void)
{
	CHECK(fails("", ERR_JSON_EMPTY, 0));
	CHECK(fails(" \n", ERR_JSON_EMPTY, 2));
	CHECK(fails("\xef\xbb\xbf{}", ERR_JSON_BOM, 0));
	CHECK(fails("\xef\xbb{}", ERR_JSON_SYNTAX, 0));
	CHECK(fails("\xef\xbb", ERR_JSON_SYNTAX, 0));
	CHECK(fails("\xff\xfe{", ERR_UTF8_INVALID, 0));
	CHECK(fails("{} x", ERR_JSON_TRAILING, 3));
	CHECK(fails("1 2", ERR_JSON_TRAILING, 2));
	CHECK(fails("[]]", ERR_JSON_TRAILING, 2));
	CHECK(fails("[1}", ERR_JSON_SYNTAX, 2));
	CHECK(fails("{\"a\":1]", ERR_JSON_SYNTAX, 6));
	CHECK(fails("[1,]", ERR_JSON_SYNTAX, 3));
	CHECK(fails("[,1]", ERR_JSON_SYNTAX, 1));
	CHECK(fails("[1 2]", ERR_JSON_SYNTAX, 3));
	CHECK(fails("{\"a\"}", ERR_JSON_SYNTAX, 4));
	CHECK(fails("{\"a\":}", ERR_JSON_SYNTAX, 5));
	CHECK(fails("{\"a\":1,}", ERR_JSON_SYNTAX, 7));
	CHECK(fails("{,}", ERR_JSON_SYNTAX, 1));
	CHECK(fails("{1:1}", ERR_JSON_SYNTAX, 1));
	CHECK(fails("{\"a\" \"b\"}", ERR_JSON_SYNTAX, 5));
	CHECK(fails("[\v]", ERR_JSON_SYNTAX, 1));
	CHECK(fails("[\xc3\xa9]", ERR_JSON_SYNTAX, 1));
	CHECK(fails("[\x80]", ERR_UTF8_INVALID, 1));
	CHECK(fails("[nul]", ERR_JSON_LITERAL, 4));
	CHECK(fails("tRue", ERR_JSON_LITERAL, 1));
	CHECK(fails("truee", ERR_JSON_TRAILING, 4));
	CHECK(fails("[\"\\x\"]", ERR_JSON_ESCAPE, 3));
	CHECK(fails("\"\\u00g0\"", ERR_JSON_ESCAPE, 5));
	CHECK(fails("\"\\U0041\"", ERR_JSON_ESCAPE, 2));
	CHECK(fails("\"a\nb\"", ERR_JSON_CONTROL, 2));
	CHECK(fails("\"\x1f\"", ERR_JSON_CONTROL, 1));
}

static void
what_is_cut_off_is_called_truncated(void)
{
	static const char whole[] =
	    "{\"a\\n\\ud83d\\ude02\":[true,-1.5e-3,{}],\"\xc3\xa9\":nu";
	size_t n;

	for (n = 1; n < sizeof(whole); n++)
		CHECK(fails_octets(whole, n, ERR_JSON_TRUNCATED, n));
	CHECK(fails("-", ERR_JSON_TRUNCATED, 1));
	CHECK(fails("1.", ERR_JSON_TRUNCATED, 2));
	CHECK(fails("1e", ERR_JSON_TRUNCATED, 2));
	CHECK(fails("1e+", ERR_JSON_TRUNCATED, 3));
}

static void
lone_surrogates_are_refused_at_the_octet_that_shows_it(void)
{
	CHECK(fails("\"\\ud800\"", ERR_JSON_SURROGATE, 7));
	CHECK(fails("\"\\ud800x\"", ERR_JSON_SURROGATE, 7));
	CHECK(fails("\"\\ud800\\n\"", ERR_JSON_SURROGATE, 8));
	CHECK(fails("\"\\ud800\\u0041\"", ERR_JSON_SURROGATE, 9));
	CHECK(fails("\"\\uDBFF\\uDBFF\"", ERR_JSON_SURROGATE, 10));
	CHECK(fails("\"\\ud800\\ud7ff\"", ERR_JSON_SURROGATE, 10));
	CHECK(fails("\"\\ud800\\ue000\"", ERR_JSON_SURROGATE, 9));
	CHECK(fails("\"\\udc00\"", ERR_JSON_SURROGATE, 4));
	CHECK(fails("\"\\uDFFF\"", ERR_JSON_SURROGATE, 4));
	CHECK(fails("{\"\\udfaa\":0}", ERR_JSON_SURROGATE, 5));
	CHECK(fails("\"\\ud83d\\ude02\\ude02\"", ERR_JSON_SURROGATE, 16));
}

static void
utf8_is_refused_at_the_octet_that_cannot_follow(void)
{
	CHECK(fails("\"\xc0\xaf\"", ERR_UTF8_INVALID, 1));
	CHECK(fails("\"\xc1\xbf\"", ERR_UTF8_INVALID, 1));
	CHECK(fails("\"\xe0\x9f\xbf\"", ERR_UTF8_INVALID, 2));
	CHECK(fails("\"\xf0\x8f\xbf\xbf\"", ERR_UTF8_INVALID, 2));
	CHECK(fails("\"\xed\xa0\x80\"", ERR_UTF8_INVALID, 2));
	CHECK(fails("\"\xf4\x90\x80\x80\"", ERR_UTF8_INVALID, 2));
	CHECK(fails("\"\xf5\x80\x80\x80\"", ERR_UTF8_INVALID, 1));
	CHECK(fails("\"\xfe\"", ERR_UTF8_INVALID, 1));
	CHECK(fails("\"\x80\"", ERR_UTF8_INVALID, 1));
	CHECK(fails("\"\xc3\"", ERR_UTF8_INVALID, 2));
	CHECK(fails("\"\xe2\x82\"", ERR_UTF8_INVALID, 3));
	CHECK(fails("\"\xe2\x82z\"", ERR_UTF8_INVALID, 3));
	CHECK(fails("\"\xf0\x9f\x98\\n\"", ERR_UTF8_INVALID, 4));
	CHECK(fails("\"\xc3\xa9\xa9\"", ERR_UTF8_INVALID, 3));
}

static void
numbers_follow_their_grammar(void)
{
	CHECK(fails("01", ERR_JSON_NUMBER_SYNTAX, 1));
	CHECK(fails("[-01]", ERR_JSON_NUMBER_SYNTAX, 3));
	CHECK(fails("[00]", ERR_JSON_NUMBER_SYNTAX, 2));
	CHECK(fails("[1.]", ERR_JSON_NUMBER_SYNTAX, 3));
	CHECK(fails("[1.e1]", ERR_JSON_NUMBER_SYNTAX, 3));
	CHECK(fails("[1e]", ERR_JSON_NUMBER_SYNTAX, 3));
	CHECK(fails("[1e+-1]", ERR_JSON_NUMBER_SYNTAX, 4));
	CHECK(fails("[-]", ERR_JSON_NUMBER_SYNTAX, 2));
	CHECK(fails("[--1]", ERR_JSON_NUMBER_SYNTAX, 2));
	CHECK(fails("[-a]", ERR_JSON_NUMBER_SYNTAX, 2));
	CHECK(fails("[+1]", ERR_JSON_SYNTAX, 1));
	CHECK(fails("[.5]", ERR_JSON_SYNTAX, 1));
	CHECK(fails("[1-2]", ERR_JSON_SYNTAX, 2));
	CHECK(fails("[1.5.5]", ERR_JSON_SYNTAX, 4));
	CHECK(fails("[1e5e5]", ERR_JSON_SYNTAX, 4));
	CHECK(fails("1x", ERR_JSON_TRAILING, 1));
	CHECK(fails("[Infinity]", ERR_JSON_SYNTAX, 1));
}

static void
numbers_beyond_a_double_are_refused_as_soon_as_it_shows(void)
{
	char text[1024];

	CHECK(fails("1e400", ERR_JSON_NUMBER_RANGE, 4));
	CHECK(fails("[1e309]", ERR_JSON_NUMBER_RANGE, 5));
	CHECK(fails("[-1e+309]", ERR_JSON_NUMBER_RANGE, 7));
	CHECK(fails("[1.7976931348623159e308]", ERR_JSON_NUMBER_RANGE, 22));
	CHECK(fails("[0.00017976931348623159e312]", ERR_JSON_NUMBER_RANGE, 26));
	CHECK(tells("1.7976931348623157e308", "#1.7976931348623157e308;"));
	CHECK(
	    tells("[1.7976931348623158e+308]", "[#1.7976931348623158e+308;]"));
	CHECK(tells("0e999999999999999999999", "#0e999999999999999999999;"));
	CHECK(tells(
	    "[1e-999999999999999999999]", "[#1e-999999999999999999999;]"));
	/* 10^400, which only a negative exponent can save */
	memset(text, '0', sizeof(text));
	text[0] = '[';
	text[1] = '1';
	memcpy(text + 402, "]", 2);
	CHECK(fails(text, ERR_JSON_NUMBER_RANGE, 402));
	memcpy(text + 402, "e+1]", 5);
	CHECK(fails(text, ERR_JSON_NUMBER_RANGE, 403));
	memcpy(text + 402, "e0]", 4);
	CHECK(fails(text, ERR_JSON_NUMBER_RANGE, 403));
	memcpy(text + 402, "e-91]", 6);
	CHECK(fails(text, ERR_JSON_NUMBER_RANGE, 406));
	memcpy(text + 402, "e-92]", 6);
	CHECK(fails(text, ERR_OK, 407));
}

/* 2^1024 - 2^970 is the least number that rounds to infinity. */
static void
the_border_of_the_doubles_is_exact(void)
{
	static const char border[] =
	    "17976931348623158079372897140530341507993413271003782693617377898"
	    "04449682927647509466490179775872070963302864166928879109465555478"
	    "51940402630657488671505820681908902000708383676273854845817711531"
	    "76447573027006985557136695962284291481986083493647529271907416844"
	    "4365510704342711559699508093042880177904174497792";
	char text[400];

	memcpy(text, border, sizeof(border));
	CHECK(strlen(text) == 309);
	CHECK(fails(text, ERR_JSON_NUMBER_RANGE, 309));
	text[308] = '1';
	CHECK(fails(text, ERR_OK, 309));
	memcpy(text + 309, ".99999", 7);
	CHECK(fails(text, ERR_OK, 315));
	text[308] = '2';
	CHECK(fails(text, ERR_JSON_NUMBER_RANGE, 315));
}

static void
depth_ends_at_its_bound(void)
{
	char text[512];
	size_t n = 0, i;

	memset(text, '[', BOUND_JSON_DEPTH);
	memset(text + BOUND_JSON_DEPTH, ']', BOUND_JSON_DEPTH);
	CHECK(fails_octets(
	    text, 2 * BOUND_JSON_DEPTH, ERR_OK, 2 * BOUND_JSON_DEPTH));
	text[BOUND_JSON_DEPTH] = '[';
	CHECK(fails_octets(
	    text, 2 * BOUND_JSON_DEPTH, ERR_JSON_DEPTH, BOUND_JSON_DEPTH));
	for (i = 0; i < BOUND_JSON_DEPTH; i++, n += 4)
		memcpy(text + n, "{\"\":", 4);
	text[n] = '{';
	CHECK(fails_octets(text, n + 1, ERR_JSON_DEPTH, n));
	text[n++] = '0';
	memset(text + n, '}', BOUND_JSON_DEPTH);
	n += BOUND_JSON_DEPTH;
	CHECK(fails_octets(text, n, ERR_OK, n));
}

static void
works_without_a_sink(void)
{
	static const char in[] = "{\"a\":[1,\"\\n\",true]}";
	struct json j;

	json_init(&j, NULL);
	json_push(&j, (const uint8_t *)in, sizeof(in) - 1);
	CHECK(json_finish(&j) == ERR_OK);
}

int
main(void)
{
	TAP_RUN(tells_every_kind_of_value);
	TAP_RUN(tells_numbers_as_they_are_written);
	TAP_RUN(unescapes_strings);
	TAP_RUN(a_nul_can_be_told_only_by_its_escape);
	TAP_RUN(finds_long_strings_with_anything_at_any_place);
	TAP_RUN(each_kind_of_fault_has_its_error_and_place);
	TAP_RUN(what_is_cut_off_is_called_truncated);
	TAP_RUN(lone_surrogates_are_refused_at_the_octet_that_shows_it);
	TAP_RUN(utf8_is_refused_at_the_octet_that_cannot_follow);
	TAP_RUN(numbers_follow_their_grammar);
	TAP_RUN(numbers_beyond_a_double_are_refused_as_soon_as_it_shows);
	TAP_RUN(the_border_of_the_doubles_is_exact);
	TAP_RUN(depth_ends_at_its_bound);
	TAP_RUN(works_without_a_sink);
	return tap_done();
}
