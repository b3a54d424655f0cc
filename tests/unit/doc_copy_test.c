/* What the writer copies from the input, and what it may not copy. */
#include "host/json/doc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static enum err
parse(struct doc **d, const char *text, size_t len, struct fault *f)
{
	fault_clear(f);
	return doc_parse(d, (const uint8_t *)text, len, &DOC_LIMITS_SEAL, f);
}

static void
check_text(const char *text, const char *want)
{
	struct doc *d = NULL;
	uint8_t *out = NULL;
	struct fault f;
	size_t len;

	assert_int_equal(parse(&d, text, strlen(text), &f), ERR_OK);
	assert_int_equal(doc_canonicalise(d, doc_root(d), &out, &len), ERR_OK);
	assert_int_equal(len, strlen(want));
	assert_memory_equal(out, want, len);
	free(out);
	doc_free(d);
}

/* What is canonical is copied as it stands: but not around what is not. */
static void
copies_no_octet_that_is_not_canonical(void **state)
{
	static const char want[] = "{\"a\":{\"b\":[1,\"c\"],\"d\":{}},\"e\":2}";
	static const char *const texts[] = {
	    "{\"a\":{\"b\":[1,\"c\"],\"d\":{}},\"e\":2}",
	    " {\"a\":{\"b\":[1,\"c\"],\"d\":{}},\"e\":2}",
	    "{ \"a\":{\"b\":[1,\"c\"],\"d\":{}},\"e\":2}",
	    "{\"a\" :{\"b\":[1,\"c\"],\"d\":{}},\"e\":2}",
	    "{\"a\": {\"b\":[1,\"c\"],\"d\":{}},\"e\":2}",
	    "{\"a\":{\"b\":[ 1,\"c\"],\"d\":{}},\"e\":2}",
	    "{\"a\":{\"b\":[1 ,\"c\"],\"d\":{}},\"e\":2}",
	    "{\"a\":{\"b\":[1, \"c\"],\"d\":{}},\"e\":2}",
	    "{\"a\":{\"b\":[1,\"c\" ],\"d\":{}},\"e\":2}",
	    "{\"a\":{\"b\":[1,\"c\"] ,\"d\":{}},\"e\":2}",
	    "{\"a\":{\"b\":[1,\"c\"],\"d\":{ }},\"e\":2}",
	    "{\"a\":{\"b\":[1,\"c\"],\"d\":{}} ,\"e\":2}",
	    "{\"a\":{\"b\":[1,\"c\"],\"d\":{}},\"e\":2 }",
	    "{\"a\":{\"b\":[1,\"c\"],\"d\":{}},\"e\":2}\n",
	    "{\"a\":{\"d\":{},\"b\":[1,\"c\"]},\"e\":2}",
	    "{\"e\":2,\"a\":{\"b\":[1,\"c\"],\"d\":{}}}",
	    "{\"\\u0061\":{\"b\":[1,\"c\"],\"d\":{}},\"e\":2}",
	    "{\"a\":{\"b\":[1,\"\\u0063\"],\"d\":{}},\"e\":2}",
	    "{\"a\":{\"b\":[1.0,\"c\"],\"d\":{}},\"e\":2}",
	    "{\"a\":{\"b\":[1,\"c\"],\"\\u0064\":{}},\"e\":2e0}",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		check_text(texts[i], want);
	check_text("{\"a\\nb\":\"c\\nd\"}", "{\"a\\nb\":\"c\\nd\"}");
}

/* Also in what was read in canonical form, and so would be copied. */
static void
shows_changes_in_what_was_canonical(void **state)
{
	static const char text[] =
	    "{\"a\":{\"b\":[1,{\"c\":2}]},\"d\":{\"e\":\"f\"}}";
	static const char want[] = "{\"a\":{\"b\":[1,{\"c\":2,\"x\":\"y\"}]},"
				   "\"d\":{},\"z\":{\"e\":\"f\"}}";
	doc_ref inner, moved, o;
	struct doc *d = NULL;
	struct fault f;
	uint8_t *out;
	size_t len;

	(void)state;
	assert_int_equal(parse(&d, text, strlen(text), &f), ERR_OK);
	inner = doc_first(d, doc_get(d, doc_get(d, doc_root(d), "a"), "b"));
	inner = doc_next(d, inner);
	assert_int_equal(
	    doc_set(d, inner, "x", doc_new_string(d, "y", 1)), ERR_OK);
	o = doc_get(d, doc_root(d), "d");
	moved = doc_get(d, o, "e");
	doc_remove(d, o, "e");
	o = doc_new_object(d);
	assert_int_equal(doc_set(d, o, "g", moved), ERR_OK);
	doc_remove(d, o, "g");
	assert_int_equal(doc_set(d, o, "e", moved), ERR_OK);
	assert_int_equal(doc_set(d, doc_root(d), "z", o), ERR_OK);
	assert_int_equal(doc_canonicalise(d, doc_root(d), &out, &len), ERR_OK);
	assert_int_equal(len, strlen(want));
	assert_memory_equal(out, want, len);
	free(out);
	doc_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(copies_no_octet_that_is_not_canonical),
	    cmocka_unit_test(shows_changes_in_what_was_canonical),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
