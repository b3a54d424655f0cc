/*
 * jcs_doc_test: the two readers of JSON, the tokenizer of host and appliance
 * and the host's parser that keeps the document, say the same of the same
 * octets: what can be sealed, and of what cannot, why and where.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/jcs.h"
#include "common/json.h"
#include "host/json/doc.h"

static uint64_t state = 88172645463325252;

static uint64_t
rng(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static enum err
tokenize(const uint8_t *buf, size_t len, uint64_t *offset)
{
	struct json j;
	enum err e;

	json_init(&j, NULL);
	json_push(&j, buf, len);
	e = json_finish(&j);
	*offset = json_offset(&j);
	return e;
}

static enum err
check(const uint8_t *buf, size_t len, uint64_t *offset)
{
	struct jcs c;
	enum err e;

	jcs_init(&c, NULL, NULL);
	jcs_push(&c, buf, len);
	e = jcs_finish(&c);
	*offset = jcs_offset(&c);
	return e;
}

/* Both verdicts on one text; is it JSON? */
static bool
compare(const uint8_t *buf, size_t len)
{
	struct doc *d = NULL;
	struct fault fault = {0};
	uint64_t at, at_form;
	uint8_t *out = NULL;
	size_t n = 0;
	enum err e, tokens, form, whole;

	whole = doc_parse(&d, buf, len, &DOC_LIMITS_SEAL, &fault);
	tokens = tokenize(buf, len, &at);
	form = check(buf, len, &at_form);
	/* Names are for those who keep them. */
	if (whole != ERR_JSON_DUPLICATE_NAME &&
	    whole != ERR_JSON_NAMES_LENGTH) {
		if (whole != tokens || (whole != ERR_OK && fault.offset != at))
			print_message("%.*s: doc %s at %llu, json %s at %llu\n",
			    (int)len, (const char *)buf, err_name(whole),
			    (unsigned long long)fault.offset, err_name(tokens),
			    (unsigned long long)at);
		assert_int_equal(whole, tokens);
		if (whole != ERR_OK)
			assert_int_equal(fault.offset, at);
	}
	if (form == ERR_JSON_NAMES_LENGTH || form == ERR_JSON_DEPTH) {
		assert_int_equal(whole, form);
		/* Of a name the parser shows the beginning. */
		if (form == ERR_JSON_DEPTH)
			assert_int_equal(fault.offset, at_form);
	}
	if (whole != ERR_OK) {
		assert_int_not_equal(form, ERR_OK);
		doc_free(d);
		return false;
	}
	assert_int_equal(doc_canonicalise(d, doc_root(d), &out, &n), ERR_OK);
	assert_int_equal(form == ERR_OK, n == len && memcmp(out, buf, n) == 0);
	e = check(out, n, &at);
	if (e != ERR_OK)
		print_message("%.*s: %s at %llu\n", (int)n, (const char *)out,
		    err_name(e), (unsigned long long)at);
	assert_int_equal(e, ERR_OK);
	free(out);
	doc_free(d);
	return true;
}

static size_t
any_text(uint8_t *out)
{
	static const char *const piece[] = {"{", "}", "[", "]", ":", ",", "\"",
	    "\"a\"", "\"b\":", "{\"a\":1,\"b\":[]}", "[1,\"x\"]", "0", "-", "1",
	    ".5", "e", "+", "309", "400", "true", "nul", "null", "false", "\\",
	    "\\u", "\\ud83d", "\\ude02", "00e9", "n", "\xc3\xa9", "\xc3",
	    "\xf0\x9f\x98\x82", "\xed\xa0\x80", "\xef\xbb\xbf", " ", "\n",
	    "\x01", "\x7f", "1e308", "1.7976931348623159e308", "/", "\\/", "u",
	    "1e-400", "9007199254740993", "{\"\\u0000\":{}}", "\xff"};
	size_t n = 0, count = rng() % 8, k, m;

	while (count-- > 0) {
		k = rng() % (sizeof(piece) / sizeof(piece[0]));
		m = strlen(piece[k]);
		memcpy(out + n, piece[k], m);
		n += m;
	}
	return n;
}

static void
any_text_is_refused_for_the_same_reason_at_the_same_place(void **unused)
{
	uint8_t text[512];
	int i, good = 0;

	(void)unused;
	for (i = 0; i < 400000; i++)
		good += compare(text, any_text(text));
	assert_in_range(good, 4000, 300000);
}

/* Names of all lengths around the bound, at several depths, an escape or a
 * wide character among them. */
static void
names_end_at_the_same_bound(void **unused)
{
	static const char *const end[] = {
	    "", "\\n", "\xc3\xa9", "\xf0\x9f\x98\x82", "zz"};
	static uint8_t text[16384];
	size_t levels, over, i, k, n, m, name;
	int good = 0, bad = 0;

	(void)unused;
	for (levels = 1; levels <= 64; levels += 9)
		for (over = 0; over < 9; over++)
			for (k = 0; k < 5; k++) {
				n = 0;
				for (i = 0; i < levels; i++) {
					memcpy(text + n, "{\"", 2);
					n += 2;
					name = BOUND_JSON_NAMES / levels;
					if (i == levels - 1)
						name = BOUND_JSON_NAMES - 6 -
						    i * name + over;
					memset(text + n, 'a', name);
					n += name;
					if (i == levels - 1) {
						m = strlen(end[k]);
						memcpy(text + n, end[k], m);
						n += m;
					}
					memcpy(text + n, "\":", 2);
					n += 2;
				}
				text[n++] = '0';
				memset(text + n, '}', levels);
				n += levels;
				if (compare(text, n))
					good++;
				else
					bad++;
			}
	assert_true(good > 50 && bad > 50);
}

static void
depth_ends_at_the_same_bound(void **unused)
{
	uint8_t text[256];
	size_t depth, i;

	(void)unused;
	for (depth = 62; depth <= 66; depth++) {
		for (i = 0; i < depth; i++) {
			text[i] = '[';
			text[2 * depth - 1 - i] = ']';
		}
		assert_int_equal(compare(text, 2 * depth), depth <= 64);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		any_text_is_refused_for_the_same_reason_at_the_same_place),
	    cmocka_unit_test(names_end_at_the_same_bound),
	    cmocka_unit_test(depth_ends_at_the_same_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
