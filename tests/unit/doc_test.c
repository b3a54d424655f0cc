#include "host/json/doc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/bounds.h"
#include "common/jcs.h"

static enum err
parse(struct doc **d, const char *text, size_t len, struct fault *f)
{
	fault_clear(f);
	return doc_parse(d, (const uint8_t *)text, len, &DOC_LIMITS_SEAL, f);
}

/* Canonical form of (text, len) must be (want, want_len). */
static void
check_form(const char *text, size_t len, const char *want, size_t want_len)
{
	struct doc *d = NULL;
	uint8_t *out = NULL;
	size_t out_len;
	struct fault f;

	assert_int_equal(parse(&d, text, len, &f), ERR_OK);
	assert_int_equal(
	    doc_canonicalise(d, doc_root(d), &out, &out_len), ERR_OK);
	assert_int_equal(out_len, want_len);
	assert_memory_equal(out, want, want_len);
	free(out);
	doc_free(d);
}

static void
check_text(const char *text, const char *want)
{
	check_form(text, strlen(text), want, strlen(want));
}

static void
check_fault(const char *text, size_t len, enum err e, uint64_t offset)
{
	struct doc *d = NULL;
	struct fault f;
	enum err got = parse(&d, text, len, &f);

	if (got != e || (e != ERR_OK && f.offset != offset))
		fail_msg("%s: %s at %llu, wanted %s at %llu", text,
		    err_name(got), (unsigned long long)f.offset, err_name(e),
		    (unsigned long long)offset);
	doc_free(d);
}

static void
writes_the_canonical_form(void **state)
{
	(void)state;
	check_text("null", "null");
	check_text(" [ true , false\t,\r\nnull ] ", "[true,false,null]");
	check_text("{ }", "{}");
	check_text("[]", "[]");
	check_text("[{},[],[[]],{\"a\":{}}]", "[{},[],[[]],{\"a\":{}}]");
	check_text("{\"b\":1,\"a\":{\"d\":[1,{\"f\":2,\"e\":3}],\"c\":4}}",
	    "{\"a\":{\"c\":4,\"d\":[1,{\"e\":3,\"f\":2}]},\"b\":1}");
	check_text("\"a\"", "\"a\"");
	check_text("\"\"", "\"\"");
}

static void
writes_the_shortest_numbers(void **state)
{
	(void)state;
	check_text("[0,-0,-0.0,0e5,1E2,1e21,1e20,2.50]",
	    "[0,0,0,0,100,1e+21,100000000000000000000,2.5]");
	check_text("[123456789012345,1234567890123456,12345678901234567890]",
	    "[123456789012345,1234567890123456,12345678901234567000]");
	check_text("[-1,1e-7,0.000001,333333333.33333329,4.50,1e-400]",
	    "[-1,1e-7,0.000001,333333333.3333333,4.5,0]");
	check_text("[-999999999999999,999999999999999,10000000000000001]",
	    "[-999999999999999,999999999999999,10000000000000000]");
}

static void
escapes_only_what_must_be(void **state)
{
	(void)state;
	check_text("\"\\/\\u0041\\u00e9\\u20AC\\ud83d\\ude00\"",
	    "\"/A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"");
	check_text(
	    "\"\\b\\t\\n\\f\\r\\\"\\\\\"", "\"\\b\\t\\n\\f\\r\\\"\\\\\"");
	check_text("\"\\u0008\\u0009\\u000a\\u000C\\u000d\\u0022\\u005c\"",
	    "\"\\b\\t\\n\\f\\r\\\"\\\\\"");
	check_text("\"\\u0000\\u001F\\u001f\\u007f\\u000b\"",
	    "\"\\u0000\\u001f\\u001f\x7F\\u000b\"");
	check_text(
	    "{\"\\u000A\\\"\":1,\"\\u0061\":2}", "{\"\\n\\\"\":1,\"a\":2}");
	check_text("\"\\u2028\\u2029\\uffff\"",
	    "\"\xE2\x80\xA8\xE2\x80\xA9\xEF\xBF\xBF\"");
}

/* U+10000 is D800 DC00 in UTF-16 and so comes before U+E000 and U+FFFF. */
static void
sorts_names_by_utf16_units(void **state)
{
	(void)state;
	check_text("{\"\\uFFFF\":1,\"\\uE000\":2,\"\\ud800\\udc00\":3,"
		   "\"\\uD7FF\":4,\"\":5,\"a\":6,\"aa\":7,\"\\u0000\":8}",
	    "{\"\":5,\"\\u0000\":8,\"a\":6,\"aa\":7,\"\xED\x9F\xBF\":4,"
	    "\"\xF0\x90\x80\x80\":3,\"\xEE\x80\x80\":2,\"\xEF\xBF\xBF\":1}");
}

static void
sorts_many_members(void **state)
{
	static char text[200000], want[200000];
	size_t n = 0, m = 0, i, k = 0;

	(void)state;
	for (i = 0; i < 10000; i++) {
		k = (k + 7919) % 10000;
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    "%c\"%05zu\":%zu", i == 0 ? '{' : ',', k, k);
		m += (size_t)snprintf(want + m, sizeof(want) - m,
		    "%c\"%05zu\":%zu", i == 0 ? '{' : ',', i, i);
	}
	text[n++] = '}';
	want[m++] = '}';
	check_form(text, n, want, m);
}

static void
keeps_long_strings_whole(void **state)
{
	static char text[5000];
	size_t len, at;

	(void)state;
	/* A quotation mark, a control, an é at each place of a block. */
	for (len = 0; len < 200; len++) {
		memset(text, 'A', len + 2);
		text[0] = text[len + 1] = '"';
		check_form(text, len + 2, text, len + 2);
		for (at = 1; at <= len; at++) {
			text[at] = '\n';
			check_fault(text, len + 2, ERR_JSON_CONTROL, at);
			text[at] = (char)0xFF;
			check_fault(text, len + 2, ERR_UTF8_INVALID, at);
			text[at] = '"';
			check_fault(text, len + 2, ERR_JSON_TRAILING, at + 1);
			text[at] = 'A';
		}
	}
}

static void
refuses_duplicate_names_at_the_first(void **state)
{
	static const struct {
		const char *text;
		uint64_t offset;
	} t[] = {
	    {"{\"a\":1,\"a\":2}", 7},
	    {"{\"a\":1,\"\\u0061\":2}", 7},
	    {"{\"\\u0061\":1,\"a\":2,\"a\":3}", 12},
	    {"{\"b\":0,\"a\":1,\"c\":{\"x\":1,\"x\":1},\"a\":2}", 24},
	    {"{\"a\":1,\"a\":{\"x\":1,\"x\":1}}", 7},
	    {"{\"a\":1,\"a\":2,!", 7},
	    {"{\"a\":1,\"a\":!", 7},
	    {"{\"a\":1,\"a\"", 7},
	    {"{\"a\":{\"b\":1,\"b\":[", 12},
	    {"{\"\\\\\":1,  \"\\\\\" : 2}", 10},
	    {"{\"\\\"\":1,\"\\\"\":2}", 8},
	    {"{\"\":1,\"\":2}", 6},
	    {"[{\"a\":1},{\"a\":1},{\"a\":1,\"b\":1,\"a\":1}]", 30},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		check_fault(t[i].text, strlen(t[i].text),
		    ERR_JSON_DUPLICATE_NAME, t[i].offset);
	check_text("[{\"a\":1},2,{\"a\":3}]", "[{\"a\":1},2,{\"a\":3}]");
	check_fault("[{\"a\":1},2,3,!]", 15, ERR_JSON_SYNTAX, 13);
}

static void
refuses_what_is_not_i_json_with_its_offset(void **state)
{
	static const struct {
		const char *text;
		enum err e;
		uint64_t offset;
	} t[] = {
	    {"", ERR_JSON_EMPTY, 0},
	    {" \n", ERR_JSON_EMPTY, 2},
	    {"\xEF\xBB\xBF{}", ERR_JSON_BOM, 0},
	    {"{", ERR_JSON_TRUNCATED, 1},
	    {"[1", ERR_JSON_TRUNCATED, 2},
	    {"[1,", ERR_JSON_TRUNCATED, 3},
	    {"{\"a\"", ERR_JSON_TRUNCATED, 4},
	    {"{\"a\":", ERR_JSON_TRUNCATED, 5},
	    {"\"abc", ERR_JSON_TRUNCATED, 4},
	    {"\"\xC3", ERR_JSON_TRUNCATED, 2},
	    {"\"\\", ERR_JSON_TRUNCATED, 2},
	    {"\"\\u12", ERR_JSON_TRUNCATED, 5},
	    {"\"\\ud800\\", ERR_JSON_TRUNCATED, 8},
	    {"nul", ERR_JSON_TRUNCATED, 3},
	    {"-", ERR_JSON_TRUNCATED, 1},
	    {"1.", ERR_JSON_TRUNCATED, 2},
	    {"1e", ERR_JSON_TRUNCATED, 2},
	    {"{} {}", ERR_JSON_TRAILING, 3},
	    {"1 2", ERR_JSON_TRAILING, 2},
	    {"[1]]", ERR_JSON_TRAILING, 3},
	    {"[1,]", ERR_JSON_SYNTAX, 3},
	    {"[,1]", ERR_JSON_SYNTAX, 1},
	    {"{\"a\":1,}", ERR_JSON_SYNTAX, 7},
	    {"{a:1}", ERR_JSON_SYNTAX, 1},
	    {"{\"a\" 1}", ERR_JSON_SYNTAX, 5},
	    {"[1 2]", ERR_JSON_SYNTAX, 3},
	    {"[1}", ERR_JSON_SYNTAX, 2},
	    {"'a'", ERR_JSON_SYNTAX, 0},
	    {"[nulx]", ERR_JSON_LITERAL, 4},
	    {"True", ERR_JSON_SYNTAX, 0},
	    {"[01]", ERR_JSON_NUMBER_SYNTAX, 2},
	    {"[1.x]", ERR_JSON_NUMBER_SYNTAX, 3},
	    {"[-x]", ERR_JSON_NUMBER_SYNTAX, 2},
	    {"[1e+]", ERR_JSON_NUMBER_SYNTAX, 4},
	    {"+1", ERR_JSON_SYNTAX, 0},
	    {".5", ERR_JSON_SYNTAX, 0},
	    {"NaN", ERR_JSON_SYNTAX, 0},
	    {"\"\\x\"", ERR_JSON_ESCAPE, 2},
	    {"\"\\u12G4\"", ERR_JSON_ESCAPE, 5},
	    {"\"\x1F\"", ERR_JSON_CONTROL, 1},
	    {"\"\xC0\x80\"", ERR_UTF8_INVALID, 1},
	    {"\"\xE0\x80\x80\"", ERR_UTF8_INVALID, 2},
	    {"\"\xF0\x80\x80\x80\"", ERR_UTF8_INVALID, 2},
	    {"\"\xED\xA0\x80\"", ERR_UTF8_INVALID, 2},
	    {"\"\xF4\x90\x80\x80\"", ERR_UTF8_INVALID, 2},
	    {"\"\xF5\"", ERR_UTF8_INVALID, 1},
	    {"\"\xC3(\"", ERR_UTF8_INVALID, 2},
	    {"\"\x80\"", ERR_UTF8_INVALID, 1},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		check_fault(t[i].text, strlen(t[i].text), t[i].e, t[i].offset);
	check_fault("\"a\0\"", 4, ERR_JSON_CONTROL, 2);
	check_fault("[1]\0", 4, ERR_JSON_TRAILING, 3);
}

static void
refuses_lone_surrogates(void **state)
{
	static const struct {
		const char *text;
		uint64_t offset;
	} t[] = {
	    {"\"\\ud800\"", 7},
	    {"\"\\ud800x\"", 7},
	    {"\"\\ud800\\n\"", 8},
	    {"\"\\ud800\\u0041\"", 9},
	    {"\"\\ud800\\ud800\"", 10},
	    {"\"\\udc00\"", 4},
	    {"\"\\uDFFF\\uD800\"", 4},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		check_fault(t[i].text, strlen(t[i].text), ERR_JSON_SURROGATE,
		    t[i].offset);
}

static void
says_where_a_document_was_cut_off(void **state)
{
	const char *text =
	    "{\"a\\u00e9\\ud83d\\ude00\xC3\xA9\":[true,null,-1.5e-3,"
	    "{\"b\":\"\\n\xE2\x82\xAC\"}, false ] }";
	size_t n = strlen(text), i;

	(void)state;
	check_fault(text, n, ERR_OK, 0);
	check_fault(text, 0, ERR_JSON_EMPTY, 0);
	for (i = 1; i < n; i++)
		check_fault(text, i, ERR_JSON_TRUNCATED, i);
}

static void
refuses_numbers_beyond_a_double(void **state)
{
	char text[402] = "[";

	(void)state;
	check_text("1.7976931348623157e308", "1.7976931348623157e+308");
	check_fault("[1e400]", 7, ERR_JSON_NUMBER_RANGE, 5);
	check_fault("[0,-1e309]", 10, ERR_JSON_NUMBER_RANGE, 8);
	/* Before its end e-200 may follow. */
	memset(text + 1, '9', 400);
	check_fault(text, 401, ERR_JSON_TRUNCATED, 401);
	text[401] = ']';
	check_fault(text, 402, ERR_JSON_NUMBER_RANGE, 401);
}

/* What the parser takes at its bounds, the checker takes too. */
static void
check_seals(const char *text, size_t len)
{
	struct jcs c;

	check_form(text, len, text, len);
	jcs_init(&c, NULL, NULL);
	jcs_push(&c, (const uint8_t *)text, len);
	assert_int_equal(jcs_finish(&c), ERR_OK);
}

static void
stops_at_the_bounds_of_sealing(void **state)
{
	static char text[BOUND_JSON_NAMES + 100];
	size_t n = BOUND_JSON_DEPTH, i;
	uint8_t *big;
	struct doc *d;
	struct fault f;

	(void)state;
	memset(text, '[', n);
	memset(text + n, ']', n);
	check_seals(text, 2 * n);
	memset(text, '[', n + 1);
	memset(text + n + 1, ']', n + 1);
	check_fault(text, 2 * n + 2, ERR_JSON_DEPTH, n);

	/* {"n":{"aa..a":0}}: 1 octet and BOUND - 1 octets of open names. */
	memcpy(text, "{\"n\":{\"", 7);
	memset(text + 7, 'a', BOUND_JSON_NAMES);
	memcpy(text + 7 + BOUND_JSON_NAMES - 1, "\":0}}", 5);
	check_seals(text, 7 + BOUND_JSON_NAMES - 1 + 5);
	memset(text + 7, 'a', BOUND_JSON_NAMES);
	memcpy(text + 7 + BOUND_JSON_NAMES, "\":0}}", 5);
	check_fault(text, 7 + BOUND_JSON_NAMES + 5, ERR_JSON_NAMES_LENGTH, 6);

	big = malloc(BOUND_PAYLOAD + 1);
	assert_non_null(big);
	for (i = 0; i < BOUND_PAYLOAD + 1; i++)
		big[i] = i == 0 ? '1' : ' ';
	assert_int_equal(
	    doc_parse(&d, big, BOUND_PAYLOAD, &DOC_LIMITS_SEAL, &f), ERR_OK);
	doc_free(d);
	assert_int_equal(
	    doc_parse(&d, big, BOUND_PAYLOAD + 1, &DOC_LIMITS_SEAL, &f),
	    ERR_TOO_LARGE);
	assert_null(d);
	free(big);
}

/* Far deeper than any call stack would allow. */
static void
does_not_recurse(void **state)
{
	struct doc_limits deep = {
	    .depth = 1u << 20, .names = 1u << 20, .length = 1u << 30};
	size_t n = 50000, out_len;
	char *text = malloc(2 * n);
	uint8_t *out;
	struct doc *d;
	struct fault f;

	(void)state;
	assert_non_null(text);
	memset(text, '[', n);
	memset(text + n, ']', n);
	assert_int_equal(
	    doc_parse(&d, (uint8_t *)text, 2 * n, &deep, &f), ERR_OK);
	assert_int_equal(
	    doc_canonicalise(d, doc_root(d), &out, &out_len), ERR_OK);
	assert_int_equal(out_len, 2 * n);
	assert_memory_equal(out, text, out_len);
	free(out);
	doc_free(d);
	free(text);
}

static void
gives_values_names_and_offsets(void **state)
{
	const char *text =
	    "{\"a\":[1,\"x\\u0000y\",2.5],\"b\\/\":{\"c\":true}}";
	struct doc *d;
	struct fault f;
	const char *s;
	size_t len;
	doc_ref a, b, v;

	(void)state;
	assert_int_equal(parse(&d, text, strlen(text), &f), ERR_OK);
	a = doc_get(d, doc_root(d), "a");
	assert_int_equal(doc_type(d, a), DOC_ARRAY);
	assert_int_equal(doc_count(d, a), 3);
	assert_int_equal(doc_offset(d, a), 5);
	v = doc_first(d, a);
	assert_true(doc_number(d, v) == 1);
	v = doc_next(d, v);
	assert_int_equal(doc_offset(d, v), 8);
	doc_string(d, v, &s, &len);
	assert_int_equal(len, 3);
	assert_memory_equal(s, "x\0y", 3);
	assert_true(doc_number(d, doc_next(d, v)) == 2.5);
	assert_int_equal(doc_next(d, doc_next(d, v)), 0);
	b = doc_get(d, doc_root(d), "b/");
	doc_name(d, b, &s, &len);
	assert_int_equal(len, 2);
	assert_memory_equal(s, "b/", 2);
	assert_int_equal(doc_type(d, doc_get(d, b, "c")), DOC_TRUE);
	/* Look-ups chain through what is not there. */
	v = doc_get(d, doc_get(d, doc_get(d, a, "x"), "y"), "z");
	assert_int_equal(v, 0);
	assert_int_equal(doc_type(d, v), DOC_NONE);
	assert_int_equal(doc_first(d, v), 0);
	assert_int_equal(doc_next(d, v), 0);
	assert_false(doc_is_text(d, v, ""));
	assert_true(doc_offset(d, v) == FAULT_NO_OFFSET);
	doc_free(d);
}

static void
check_now(struct doc *d, const char *want)
{
	uint8_t *out;
	size_t len;

	assert_int_equal(doc_canonicalise(d, doc_root(d), &out, &len), ERR_OK);
	assert_int_equal(len, strlen(want));
	assert_memory_equal(out, want, len);
	free(out);
}

static void
changes_members_and_elements(void **state)
{
	const char *text = "{\"m\":1,\"list\":[]}";
	struct doc *d;
	struct fault f;
	doc_ref root, o, list, s;

	(void)state;
	assert_int_equal(parse(&d, text, strlen(text), &f), ERR_OK);
	root = doc_root(d);
	o = doc_new_object(d);
	assert_int_equal(
	    doc_set(d, o, "z", doc_new_string(d, "a\"\n", 3)), ERR_OK);
	assert_int_equal(
	    doc_set(d, o, "b", doc_new_string(d, "\xC3\xA9", 2)), ERR_OK);
	assert_int_equal(doc_set(d, root, "k", o), ERR_OK);
	check_now(d,
	    "{\"k\":{\"b\":\"\xC3\xA9\",\"z\":\"a\\\"\\n\"},\"list\":[],\"m\":"
	    "1}");
	list = doc_get(d, root, "list");
	assert_int_equal(doc_append(d, list, doc_new_array(d)), ERR_OK);
	s = doc_new_string(d, "", 0);
	assert_int_equal(doc_append(d, list, s), ERR_OK);
	assert_int_equal(doc_append(d, list, s), ERR_INTERNAL);
	assert_int_equal(doc_set(d, root, "m", o), ERR_INTERNAL);
	assert_int_equal(
	    doc_set(d, root, "m", doc_new_string(d, "n", 1)), ERR_OK);
	doc_remove(d, root, "k");
	doc_remove(d, root, "k");
	check_now(d, "{\"list\":[[],\"\"],\"m\":\"n\"}");
	assert_true(doc_offset(d, s) == FAULT_NO_OFFSET);
	/* What was taken out may be put in again, under another name. */
	assert_int_equal(doc_set(d, root, "a\n", o), ERR_OK);
	doc_remove(d, root, "list");
	doc_remove(d, root, "m");
	check_now(d, "{\"a\\n\":{\"b\":\"\xC3\xA9\",\"z\":\"a\\\"\\n\"}}");
	doc_remove(d, root, "a\n");
	check_now(d, "{}");
	assert_int_equal(doc_new_string(d, "\xFF", 1), 0);
	assert_int_equal(doc_set(d, root, "a", 0), ERR_NO_MEMORY);
	doc_free(d);
}

static void
refuses_circles(void **state)
{
	struct doc *d;
	struct fault f;
	doc_ref a, b;
	uint8_t *out;
	size_t len;

	(void)state;
	assert_int_equal(parse(&d, "{}", 2, &f), ERR_OK);
	a = doc_new_object(d);
	b = doc_new_object(d);
	assert_int_equal(doc_set(d, a, "a", a), ERR_INTERNAL);
	assert_int_equal(doc_set(d, a, "b", doc_root(d)), ERR_INTERNAL);
	assert_int_equal(doc_set(d, a, "b", b), ERR_OK);
	assert_int_equal(doc_set(d, b, "a", a), ERR_OK);
	assert_int_equal(doc_canonicalise(d, a, &out, &len), ERR_JSON_DEPTH);
	assert_null(out);
	doc_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_the_canonical_form),
	    cmocka_unit_test(writes_the_shortest_numbers),
	    cmocka_unit_test(escapes_only_what_must_be),
	    cmocka_unit_test(sorts_names_by_utf16_units),
	    cmocka_unit_test(sorts_many_members),
	    cmocka_unit_test(keeps_long_strings_whole),
	    cmocka_unit_test(refuses_duplicate_names_at_the_first),
	    cmocka_unit_test(refuses_what_is_not_i_json_with_its_offset),
	    cmocka_unit_test(refuses_lone_surrogates),
	    cmocka_unit_test(says_where_a_document_was_cut_off),
	    cmocka_unit_test(refuses_numbers_beyond_a_double),
	    cmocka_unit_test(stops_at_the_bounds_of_sealing),
	    cmocka_unit_test(does_not_recurse),
	    cmocka_unit_test(gives_values_names_and_offsets),
	    cmocka_unit_test(changes_members_and_elements),
	    cmocka_unit_test(refuses_circles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
