#include "common/jcs.h"

#include "tests/unit/common/jcs_oracle.h"
#include "tests/unit/common/json_record.h"
#include "tests/unit/common/tap.h"
#include "tests/unit/common/verdict.h"

/* Pushed in three parts, cut at a and b. */
static struct verdict
run(const char *in, size_t len, size_t a, size_t b, struct record *r)
{
	static struct copy bytes;
	const uint8_t *p = (const uint8_t *)in;
	struct jcs c;
	struct verdict v;

	record_init(r);
	jcs_init(&c, &copy_init(&bytes)->sink, &r->sink);
	jcs_push(&c, p, a);
	jcs_push(&c, p + a, b - a);
	jcs_push(&c, p + b, len - b);
	v.err = jcs_finish(&c);
	v.offset = jcs_offset(&c);
	CHECK(jcs_error(&c) == v.err);
	copy_check(&bytes, in, len, v);
	return v;
}

struct verdict
run_everywhere(const char *in, size_t len)
{
	static struct record whole, r;
	struct verdict first = run(in, len, 0, 0, &whole), v;
	size_t a, b, step = len / 20 + 1;

	CHECK(!whole.bad);
	for (a = 0; a <= len; a += len / 300 + 1)
		for (b = a; b <= len; b += step) {
			v = run(in, len, a, b, &r);
			CHECK(v.err == first.err && v.offset == first.offset);
			if (v.err != ERR_OK)
				continue;
			CHECK(!r.bad && r.len == whole.len);
			CHECK(memcmp(r.text, whole.text, r.len) == 0);
		}
	return first;
}

static void
accepts_what_is_canonical(void)
{
	CHECK(accepts("{}"));
	CHECK(accepts("[]"));
	CHECK(accepts("\"\""));
	CHECK(accepts("null"));
	CHECK(accepts("-1.5e-10"));
	CHECK(accepts("{\"\":0,\"a\":{\"b\":[],\"c\":{}},\"aa\":[{\"a\":1},"
		      "{\"a\":1}],\"b\":null}"));
	CHECK(accepts("[\"\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u000b\\u001f/\x7f"
		      "\xc2\x80\xe2\x80\xa8\xf0\x9f\x98\x82\"]"));
	CHECK(accepts("[true,false,null,0,-1,123456789012345]"));
}

static void
refuses_white_space_anywhere(void)
{
	CHECK(fails(" {}", ERR_JCS_WHITESPACE, 0));
	CHECK(fails("{ }", ERR_JCS_WHITESPACE, 1));
	CHECK(fails("{}\n", ERR_JCS_WHITESPACE, 2));
	CHECK(fails("[1,\t2]", ERR_JCS_WHITESPACE, 3));
	CHECK(fails("[1\r]", ERR_JCS_WHITESPACE, 2));
	CHECK(fails("{\"a\" :1}", ERR_JCS_WHITESPACE, 4));
	CHECK(fails("{\"a\": 1}", ERR_JCS_WHITESPACE, 5));
	CHECK(fails("\n", ERR_JCS_WHITESPACE, 0));
}

static void
refuses_names_out_of_order(void)
{
	CHECK(fails("{\"b\":1,\"a\":2}", ERR_JCS_ORDER, 8));
	CHECK(fails("{\"ab\":1,\"a\":2}", ERR_JCS_ORDER, 10));
	CHECK(fails("{\"a\":1,\"\":2}", ERR_JCS_ORDER, 8));
	CHECK(fails("{\"abc\":1,\"abb\":2}", ERR_JCS_ORDER, 12));
	CHECK(fails("{\"a\":1,\"b\":1,\"a\":2}", ERR_JCS_ORDER, 14));
	CHECK(fails("[{\"b\":{\"z\":1},\"a\":1}]", ERR_JCS_ORDER, 15));
	CHECK(fails(
	    "{\"a\":{\"z\":[{\"q\":1}]},\"aa\":0,\"a\":0}", ERR_JCS_ORDER, 30));
	CHECK(accepts("{\"a\":{\"z\":[{\"q\":1}]},\"aa\":0,\"b\":{\"a\":0}}"));
	CHECK(fails("{\"\\n\":1,\"\\b\":1}", ERR_JCS_ORDER, 10));
	CHECK(accepts("{\"\\b\":1,\"\\n\":1,\"\\u000b\":1,\" \":1}"));
}

static void
refuses_a_name_that_occurs_twice(void)
{
	CHECK(fails("{\"a\":1,\"a\":2}", ERR_JSON_DUPLICATE_NAME, 9));
	CHECK(fails("{\"\":1,\"\":2}", ERR_JSON_DUPLICATE_NAME, 7));
	CHECK(
	    fails("[{\"a\":{\"a\":0},\"a\":2}]", ERR_JSON_DUPLICATE_NAME, 16));
	CHECK(fails(
	    "{\"\\u0000\":1,\"\\u0000\":1}", ERR_JSON_DUPLICATE_NAME, 19));
	CHECK(fails("{\"a\\n\":1,\"a\\n\":1}", ERR_JSON_DUPLICATE_NAME, 13));
}

/* U+FB33 has the greater code unit, U+1F602 the greater octets. */
static void
orders_names_by_utf16_code_units(void)
{
	CHECK(accepts("{\"\xf0\x9f\x98\x82\":0,\"\xef\xac\xb3\":0}"));
	CHECK(fails(
	    "{\"\xef\xac\xb3\":0,\"\xf0\x9f\x98\x82\":0}", ERR_JCS_ORDER, 10));
	CHECK(accepts("{\"\xed\x9f\xbf\":0,\"\xf0\x90\x80\x80\":0}"));
	CHECK(accepts("{\"\xf4\x8f\xbf\xbf\":0,\"\xee\x80\x80\":0}"));
	CHECK(accepts("{\"\xee\x80\x80\":0,\"\xef\xbf\xbf\":0}"));
	CHECK(fails(
	    "{\"\xee\x80\x80\":0,\"\xf4\x8f\xbf\xbf\":0}", ERR_JCS_ORDER, 10));
	CHECK(accepts("{\"a\xf0\x90\x80\x80\":0,\"a\xf0\x90\x80\x81\":0}"));
	CHECK(fails("{\"a\xf0\x90\x80\x81\":0,\"a\xf0\x90\x80\x80\":0}",
	    ERR_JCS_ORDER, 16));
}

static void
refuses_escapes_that_are_not_needed(void)
{
	CHECK(fails("\"\\/\"", ERR_JCS_ESCAPE, 2));
	CHECK(fails("\"\\u0041\"", ERR_JCS_ESCAPE, 5));
	CHECK(fails("\"\\u00e9\"", ERR_JCS_ESCAPE, 5));
	CHECK(fails("\"\\u2028\"", ERR_JCS_ESCAPE, 3));
	CHECK(fails("\"\\ud83d\\ude02\"", ERR_JCS_ESCAPE, 3));
	CHECK(fails("\"\\u0008\"", ERR_JCS_ESCAPE, 6));
	CHECK(fails("\"\\u000a\"", ERR_JCS_ESCAPE, 6));
	CHECK(fails("\"\\u000B\"", ERR_JCS_ESCAPE, 6));
	CHECK(fails("\"\\u001F\"", ERR_JCS_ESCAPE, 6));
	CHECK(fails("\"\\u007f\"", ERR_JCS_ESCAPE, 5));
	CHECK(fails("\"\\x\"", ERR_JSON_ESCAPE, 2));
	CHECK(fails("\"\\u00g0\"", ERR_JSON_ESCAPE, 5));
}

static int
escape_is_right(const char *escape)
{
	static struct record r;
	struct verdict v;
	char text[16];
	uint8_t out[16 * 25 + 32];
	size_t n, m;

	n = (size_t)snprintf(text, sizeof(text), "\"%s\"", escape);
	if (!oracle_canonicalise((const uint8_t *)text, n, out, &m))
		return 0;
	if (m == n && memcmp(out, text, n) == 0)
		return accepts(text);
	v = run(text, n, 0, 0, &r);
	return v.err == ERR_JCS_ESCAPE;
}

static void
each_character_below_128_has_one_form(void)
{
	static const char shorts[] = "btnvfr\"\\/";
	char text[16];
	unsigned c;

	for (c = 0; c < 0x80; c++) {
		snprintf(text, sizeof(text), "\\u%04x", c);
		CHECK(escape_is_right(text));
		snprintf(text, sizeof(text), "\\u%04X", c);
		CHECK(escape_is_right(text));
	}
	for (c = 0; c < sizeof(shorts) - 1; c++) {
		snprintf(text, sizeof(text), "\\%c", shorts[c]);
		CHECK(shorts[c] == 'v' || escape_is_right(text));
	}
}

/* The offset is where the number leaves the canonical form of its value. */
static void
refuses_numbers_in_any_other_form(void)
{
	CHECK(fails("[1.0]", ERR_JCS_NUMBER, 2));
	CHECK(fails("1.0", ERR_JCS_NUMBER, 1));
	CHECK(fails("[-0]", ERR_JCS_NUMBER, 1));
	CHECK(fails("-0", ERR_JCS_NUMBER, 0));
	CHECK(fails("[0.10]", ERR_JCS_NUMBER, 4));
	CHECK(fails("[1E5]", ERR_JCS_NUMBER, 2));
	CHECK(fails("[1e5]", ERR_JCS_NUMBER, 2));
	CHECK(fails("[1e21]", ERR_JCS_NUMBER, 3));
	CHECK(fails("[1e+021]", ERR_JCS_NUMBER, 4));
	CHECK(fails("[1e-6]", ERR_JCS_NUMBER, 1));
	CHECK(fails("[9007199254740993]", ERR_JCS_NUMBER, 16));
	CHECK(fails("[123456789012345678901]", ERR_JCS_NUMBER, 17));
	CHECK(fails("[0.1000000000000000055]", ERR_JCS_NUMBER, 4));
	CHECK(fails("[1e-400]", ERR_JCS_NUMBER, 1));
	CHECK(fails("[01]", ERR_JSON_NUMBER_SYNTAX, 2));
	CHECK(fails("[1e400]", ERR_JSON_NUMBER_RANGE, 5));
	CHECK(fails("1e400", ERR_JSON_NUMBER_RANGE, 4));
}

static void
accepts_numbers_in_canonical_form(void)
{
	CHECK(accepts("[0,-1,0.1,1e+21,1e-7,0.000001,100000000000000000000]"));
	CHECK(accepts("[9007199254740992,123456789012345680000,5e-324]"));
	CHECK(accepts("[1.7976931348623157e+308,5.684341886080802e-14]"));
	CHECK(accepts("-0.0000012345678901234567"));
	CHECK(accepts("[999999999999999,1000000000000000]"));
}

static void
numbers_end_at_25_octets(void)
{
	CHECK(accepts("[-0.0000012345678901234567]"));
	CHECK(fails("[-0.00000123456789012345678]", ERR_JCS_NUMBER, 26));
	CHECK(fails("11111111111111111111111111111", ERR_JCS_NUMBER, 25));
	CHECK(fails("[1111111111111111111111111x]", ERR_JCS_NUMBER, 2));
	CHECK(fails("[1.00000000000000000000000]", ERR_JCS_NUMBER, 2));
}

static void
passes_on_what_the_tokenizer_refuses(void)
{
	CHECK(fails("", ERR_JSON_EMPTY, 0));
	CHECK(fails("{", ERR_JSON_TRUNCATED, 1));
	CHECK(fails("[1,]", ERR_JSON_SYNTAX, 3));
	CHECK(fails("{}x", ERR_JSON_TRAILING, 2));
	CHECK(fails("\xef\xbb\xbf{}", ERR_JSON_BOM, 0));
	CHECK(fails("\"\xed\xa0\x80\"", ERR_UTF8_INVALID, 2));
	CHECK(fails("{\"b\":0,\"c\xc3\":0}", ERR_UTF8_INVALID, 10));
	CHECK(fails("\"\x01\"", ERR_JSON_CONTROL, 1));
	CHECK(fails_octets("\"\0\"", 3, ERR_JSON_CONTROL, 1));
	CHECK(fails("trux", ERR_JSON_LITERAL, 3));
}

/* In one stretch of a name the first of two faults is the one that counts. */
static void
the_first_fault_counts(void)
{
	CHECK(fails("{\"b\":0,\"a\x01\":0}", ERR_JCS_ORDER, 8));
	CHECK(fails("{\"b\":0,\"a\xff\":0}", ERR_JCS_ORDER, 8));
	CHECK(fails("{\"b\":0,\"a\\x\":0}", ERR_JCS_ORDER, 8));
	CHECK(fails("{\"b\":0,\"b\x01\":0}", ERR_JSON_CONTROL, 9));
	CHECK(fails("[1.0,]", ERR_JCS_NUMBER, 2));
}

static bool
is_canonical(const char *text, size_t n)
{
	uint8_t out[64 * 25 + 32];
	size_t m;

	return oracle_canonicalise((const uint8_t *)text, n, out, &m) &&
	    m == n && memcmp(out, text, n) == 0;
}

/* Is there a canonical document that begins so, inside a name? What could
 * follow is the rest of an escape, or nothing, and then perhaps a letter. */
static bool
can_go_on(const char *begun)
{
	char escape[8], text[64];
	size_t skip, n;
	unsigned c, more;

	for (c = 0; c < 34; c++) {
		snprintf(escape, sizeof(escape), "\\u%04x", c);
		if (c >= 32)
			snprintf(escape, sizeof(escape), "%s",
			    c == 32 ? "\\n" : "\\\\");
		for (skip = 0; skip <= strlen(escape); skip++)
			for (more = 0; more < 2; more++) {
				n = (size_t)snprintf(text, sizeof(text),
				    "%s%s%s\":0}", begun, escape + skip,
				    more ? "~" : "");
				if (is_canonical(text, n))
					return true;
			}
	}
	return false;
}

/* An octet is refused if and only if no canonical document goes on with it:
 * tried with every text of three letters that escapes are made of, behind
 * names that stand between the escapes; the same in a control character's. */
static void
octets_of_names_are_refused_as_soon_as_they_can_be(void)
{
	static const char letter[] = "\\u01fn";
	static const char *const before[] = {"", "\\b", "\\n", "\\u000b",
	    "\\u000e", "\\u000f", "\\u0010", "\\u001f", " ", "!", "\\\"", "0",
	    "\\\\", "]", "n", "\\n\\n"};
	char begun[40];
	struct jcs c;
	unsigned i, k, n, len;
	size_t head;

	for (i = 0; i < 16; i++)
		for (k = 0; k < 2 * 6 * 6 * 6; k++) {
			head = (size_t)snprintf(
			    begun, sizeof(begun), "{\"%s\":0,\"", before[i]);
			len = (unsigned)head;
			if (k >= 6 * 6 * 6) {
				memcpy(begun + len, "\\u00", 4);
				len += 4;
			}
			begun[len++] = letter[k % 6];
			begun[len++] = letter[k / 6 % 6];
			begun[len++] = letter[k / 36 % 6];
			jcs_init(&c, NULL, NULL);
			for (n = 0; n < len && jcs_error(&c) == ERR_OK; n++)
				jcs_push(&c, (const uint8_t *)begun + n, 1);
			CHECK(n > head);
			begun[n] = '\0';
			CHECK(can_go_on(begun) == (jcs_error(&c) == ERR_OK));
			begun[n - 1] = '\0';
			CHECK(n == head + 1 || can_go_on(begun));
		}
}

static void
depth_ends_at_its_bound(void)
{
	char text[2 * BOUND_JSON_DEPTH + 2];

	memset(text, '[', BOUND_JSON_DEPTH);
	memset(text + BOUND_JSON_DEPTH, ']', BOUND_JSON_DEPTH);
	CHECK(fails_octets(
	    text, 2 * BOUND_JSON_DEPTH, ERR_OK, 2 * BOUND_JSON_DEPTH));
	text[BOUND_JSON_DEPTH] = '{';
	CHECK(fails_octets(
	    text, 2 * BOUND_JSON_DEPTH, ERR_JSON_DEPTH, BOUND_JSON_DEPTH));
}

/* One name of all the octets, or one an object at every level, and in front
 * of each a longer one that is not open any more. */
static void
open_names_end_at_their_bound(void)
{
	static char text[8192];
	size_t n, i, level = BOUND_JSON_NAMES / BOUND_JSON_DEPTH;

	n = 2;
	memcpy(text, "{\"", 2);
	memset(text + n, 'a', BOUND_JSON_NAMES);
	n += BOUND_JSON_NAMES;
	memcpy(text + n, "\":0}", 4);
	CHECK(fails_octets(text, n + 4, ERR_OK, n + 4));
	memcpy(text + n, "a\":0}", 5);
	CHECK(fails_octets(text, n + 5, ERR_JSON_NAMES_LENGTH, n));
	memcpy(text + n, "\":0,\"b\":{\"cc\":0}}", 17);
	CHECK(fails_octets(text, n + 17, ERR_OK, n + 17));
	memcpy(text + n - 1, "\\n\":0}", 6);
	CHECK(fails_octets(text, n + 5, ERR_OK, n + 5));
	memcpy(text + n - 1, "a\\n\":0}", 7);
	CHECK(fails_octets(text, n + 6, ERR_JSON_NAMES_LENGTH, n + 1));
	memcpy(text + n - 1, "\xc3\xa9\":0}", 6);
	CHECK(fails_octets(text, n + 5, ERR_JSON_NAMES_LENGTH, n));

	for (n = 0, i = 0; i < BOUND_JSON_DEPTH; i++) {
		memcpy(text + n, "{\"", 2);
		n += 2;
		if (i == 0) {
			memset(text + n, 'a', 1000);
			memcpy(text + n + 1000, "\":0,\"", 5);
			n += 1005;
		}
		memset(text + n, 'b', level);
		memcpy(text + n + level, "\":", 2);
		n += level + 2;
	}
	text[n] = '0';
	memset(text + n + 1, '}', BOUND_JSON_DEPTH);
	n += 1 + BOUND_JSON_DEPTH;
	CHECK(fails_octets(text, n, ERR_OK, n));
	memmove(text + 1008, text + 1007, n - 1007);
	n++;
	/* the last name is complete one octet before it may be */
	CHECK(fails_octets(
	    text, n, ERR_JSON_NAMES_LENGTH, n - BOUND_JSON_DEPTH - 4));
}

/* Documents of a few letters at random: many are JSON, some are canonical. */
static void
agrees_with_sorting_and_writing_again(void)
{
	static const char *const piece[] = {"{", "}", "[", "]", ":", ",",
	    "\"\"", "\"a\"", "\"b\"", "\"a", "b\"", "\"\\n\"", "\"\xc3\xa9\"",
	    "\"\xf0\x9f\x98\x82\"", "\"\xef\xac\xb3\"", "0", "1.5", "-0",
	    "1e+21", "10", "true", "null", " ", "{\"a\":", ",\"b\":", "\\t"};
	static struct record r;
	char text[200];
	uint8_t out[200 * 25 + 32];
	uint64_t s = 0x2545f4914f6cdd1du;
	size_t n, m, k, i;
	int good = 0, parsed = 0;
	struct verdict v;
	bool json;

	for (i = 0; i < 300000; i++) {
		for (n = 0, k = i % 12; k < 12; k++) {
			s ^= s << 13;
			s ^= s >> 7;
			s ^= s << 17;
			m = strlen(piece[(s >> 20) % 26]);
			memcpy(text + n, piece[(s >> 20) % 26], m);
			n += m;
		}
		json = oracle_canonicalise((uint8_t *)text, n, out, &m);
		v = run(text, n, n / 2, n / 2, &r);
		parsed += json;
		good += v.err == ERR_OK;
		CHECK((v.err == ERR_OK) ==
		    (json && m == n && memcmp(out, text, n) == 0));
		if (!json)
			continue;
		v = run((char *)out, m, m / 2, m / 2, &r);
		CHECK(v.err == ERR_OK && v.offset == m);
	}
	/* A generator that never makes JSON would prove nothing. */
	CHECK(parsed > 3000 && good > 500);
	printf("# %d of them JSON, %d canonical\n", parsed, good);
}

static void
a_context_stays_small(void)
{
	CHECK(sizeof(struct jcs) <= 4096);
}

int
main(void)
{
	TAP_RUN(accepts_what_is_canonical);
	TAP_RUN(refuses_white_space_anywhere);
	TAP_RUN(refuses_names_out_of_order);
	TAP_RUN(refuses_a_name_that_occurs_twice);
	TAP_RUN(orders_names_by_utf16_code_units);
	TAP_RUN(refuses_escapes_that_are_not_needed);
	TAP_RUN(each_character_below_128_has_one_form);
	TAP_RUN(refuses_numbers_in_any_other_form);
	TAP_RUN(accepts_numbers_in_canonical_form);
	TAP_RUN(numbers_end_at_25_octets);
	TAP_RUN(passes_on_what_the_tokenizer_refuses);
	TAP_RUN(the_first_fault_counts);
	TAP_RUN(octets_of_names_are_refused_as_soon_as_they_can_be);
	TAP_RUN(depth_ends_at_its_bound);
	TAP_RUN(open_names_end_at_their_bound);
	TAP_RUN(agrees_with_sorting_and_writing_again);
	TAP_RUN(a_context_stays_small);
	return tap_done();
}
