#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/file.h"
#include "tests/unit/support/config_file.h"

#define TSA                                                                    \
	"[timestamp one]\nurl = https://tsa.example.org/a?b\n"                 \
	"anchor = keys/tsa.pem\n"
#define KEY(name, more) "[key " name "]\nuri = pkcs11:object=" name "\n" more

static void
timestamp_authorities_are_read_in_their_order(void **state)
{
	const struct config_timestamp *t;
	struct config *c;
	struct fault f;
	unsigned n;
	int64_t period;

	(void)state;
	assert_int_equal(config_file_load(CONFIG_FILE_GOOD, &c, &f), ERR_OK);
	assert_int_equal(c->level, CONFIG_LEVEL_B);
	assert_string_equal(c->proxy, "");
	assert_int_equal(c->net_timeout, 30);
	assert_int_equal(c->timestamp_count, 0);
	config_free(c);
	assert_int_equal(config_file_load(CONFIG_FILE_GOOD
			     "[seal]\nlevel = LTA\n"
			     "anchor = keys/root.pem\n[net]\n"
			     "proxy = http://proxy:3128\ntimeout = 5s\n" TSA
			     "[timestamp two]\nanchor = b\nurl = http://b\n"
			     "policy = 1.2.3\nbudget = 20/20m\n",
			     &c, &f),
	    ERR_OK);
	assert_int_equal(c->level, CONFIG_LEVEL_LTA);
	assert_string_equal(c->anchor, "keys/root.pem");
	assert_string_equal(c->proxy, "http://proxy:3128");
	assert_int_equal(c->net_timeout, 5);
	assert_int_equal(c->timestamp_count, 2);
	t = c->timestamps;
	assert_string_equal(t[0].name, "one");
	assert_string_equal(t[0].url, "https://tsa.example.org/a?b");
	assert_string_equal(t[0].anchor, "keys/tsa.pem");
	assert_string_equal(t[0].policy, "");
	assert_string_equal(t[0].budget, "");
	assert_string_equal(t[1].name, "two");
	assert_string_equal(t[1].policy, "1.2.3");
	assert_true(config_parse_budget(t[1].budget, &n, &period));
	assert_int_equal(n, 20);
	assert_int_equal(period, 1200);
	config_free(c);
}

static enum err
load_bad(const char *text, struct fault *f)
{
	struct config *c;
	enum err e = config_file_load(text, &c, f);

	assert_null(c);
	return e;
}

static void
a_level_without_what_it_needs_is_refused(void **state)
{
	struct fault f;

	(void)state;
	assert_int_equal(load_bad(CONFIG_FILE_GOOD "[seal]\nlevel = T\n", &f),
	    ERR_TSA_ABSENT);
	assert_int_equal(f.offset, CONFIG_FILE_GOOD_LINES + 2);
	assert_int_equal(
	    load_bad(CONFIG_FILE_GOOD TSA "[seal]\nlevel = LT\n", &f),
	    ERR_CONFIG_MISSING_KEY);
	assert_string_equal(f.path, "[seal] anchor");
	assert_int_equal(
	    load_bad(CONFIG_FILE_GOOD "[seal]\ncontent-timestamp = yes\n", &f),
	    ERR_TSA_ABSENT);
	assert_string_equal(f.path, "[seal] content-timestamp");
	assert_int_equal(f.offset, CONFIG_FILE_GOOD_LINES + 2);
	assert_int_equal(
	    load_bad(CONFIG_FILE_GOOD KEY("one", "level = T\n"), &f),
	    ERR_TSA_ABSENT);
	assert_string_equal(f.path, "[key one] level");
	assert_int_equal(
	    load_bad(CONFIG_FILE_GOOD TSA KEY("one", "level = LT\n"), &f),
	    ERR_CONFIG_MISSING_KEY);
	assert_string_equal(f.path, "[seal] anchor");
	assert_int_equal(
	    load_bad(CONFIG_FILE_GOOD TSA KEY("one", "level = C\n"), &f),
	    ERR_CONFIG_VALUE);
}

static void
a_key_may_have_a_level_of_its_own(void **state)
{
	struct config *c;
	struct fault f;

	(void)state;
	assert_int_equal(config_file_load(CONFIG_FILE_GOOD
			     "[seal]\nkey = one\n" KEY("one", "")
				 KEY("two", "level = T\n") TSA,
			     &c, &f),
	    ERR_OK);
	assert_int_equal(config_level(c, &c->keys[0]), CONFIG_LEVEL_B);
	assert_int_equal(config_level(c, &c->keys[1]), CONFIG_LEVEL_T);
	assert_true(config_wants_timestamps(c));
	assert_false(c->content_timestamp);
	config_free(c);
	assert_int_equal(config_file_load(CONFIG_FILE_GOOD TSA
			     "[seal]\nlevel = T\n" KEY("one", "level = B\n"),
			     &c, &f),
	    ERR_OK);
	assert_int_equal(config_level(c, &c->keys[0]), CONFIG_LEVEL_B);
	config_free(c);
	assert_int_equal(
	    config_file_load(CONFIG_FILE_GOOD KEY("one", ""), &c, &f), ERR_OK);
	assert_false(config_wants_timestamps(c));
	config_free(c);
	assert_int_equal(config_file_load(CONFIG_FILE_GOOD TSA
			     "[seal]\ncontent-timestamp = yes\n" KEY("one", ""),
			     &c, &f),
	    ERR_OK);
	assert_true(c->content_timestamp && config_wants_timestamps(c));
	config_free(c);
}

/* No timestamp fits into a compact JWS: some key must do without. */
static void
a_compact_profile_is_of_level_b(void **state)
{
	struct config *c;
	struct fault f;

	(void)state;
	assert_int_equal(
	    load_bad(CONFIG_FILE_GOOD TSA "[seal]\nprofile = json-compact\n"
					  "level = T\n" KEY("one", ""),
		&f),
	    ERR_PROFILE_LEVEL);
	assert_string_equal(f.path, "[seal] profile");
	assert_int_equal(
	    config_file_load(CONFIG_FILE_GOOD TSA
		"[seal]\nprofile = json-compact\nlevel = T\n"
		"key = one\n" KEY("one", "level = B\n") KEY("two", ""),
		&c, &f),
	    ERR_OK);
	assert_string_equal(c->profile, "json-compact");
	config_free(c);
	assert_int_equal(
	    config_file_load(CONFIG_FILE_GOOD TSA
		"[seal]\nprofile = json-flattened\nlevel = T\n" KEY("one", ""),
		&c, &f),
	    ERR_OK);
	assert_false(config_has_level(c, profile_get(PROFILE_JSON_COMPACT)));
	assert_true(config_has_level(c, profile_get(PROFILE_JSON)));
	config_free(c);
}

static void
timestamp_sections_are_checked(void **state)
{
	static const char *const values[] = {
	    "url = ftp://b\n",
	    "url = http://me:word@b\n",
	    "policy = 1.2.3x\n",
	    "policy = 3.1\n",
	    "budget = 20\n",
	    "budget = 0/1h\n",
	    "budget = 1001/1h\n",
	    "budget = 20/31d\n",
	    "budget = 20/0s\n",
	};
	char text[1024];
	struct fault f;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		snprintf(text, sizeof(text),
		    CONFIG_FILE_GOOD "[timestamp x]\n%s", values[i]);
		assert_int_equal(load_bad(text, &f), ERR_CONFIG_VALUE);
		assert_int_equal(f.offset, CONFIG_FILE_GOOD_LINES + 2);
	}
	assert_int_equal(
	    load_bad(CONFIG_FILE_GOOD "[timestamp x]\nurl = http://a\n", &f),
	    ERR_CONFIG_MISSING_KEY);
	assert_string_equal(f.path, "[timestamp x] anchor");
	assert_int_equal(
	    load_bad(CONFIG_FILE_GOOD TSA TSA, &f), ERR_CONFIG_DUPLICATE_KEY);
	assert_int_equal(
	    load_bad(CONFIG_FILE_GOOD "[timestamp]\nurl = http://a\n", &f),
	    ERR_CONFIG_UNKNOWN_KEY);
	assert_int_equal(
	    load_bad(CONFIG_FILE_GOOD "[net]\nproxy = socks5://a\n", &f),
	    ERR_CONFIG_VALUE);
	/* one more than there may be */
	n = (size_t)snprintf(text, sizeof(text), CONFIG_FILE_GOOD);
	for (i = 0; i <= CONFIG_TIMESTAMPS; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    "[timestamp t%zu]\nurl = http://a\nanchor = b\n", i);
	assert_int_equal(load_bad(text, &f), ERR_CONFIG_SYNTAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(timestamp_authorities_are_read_in_their_order),
	    cmocka_unit_test(a_level_without_what_it_needs_is_refused),
	    cmocka_unit_test(a_key_may_have_a_level_of_its_own),
	    cmocka_unit_test(a_compact_profile_is_of_level_b),
	    cmocka_unit_test(timestamp_sections_are_checked),
	};

	return cmocka_run_group_tests(
	    tests, config_file_begin, config_file_end);
}
