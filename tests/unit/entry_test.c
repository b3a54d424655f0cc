#include "host/log/entry.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "common/bounds.h"
#include "host/log/entry_table.h"

/* An entry of any kind in which every member has a value of its own. */
static struct entry
sample(enum entry_kind kind)
{
	struct entry e = {
	    .kind = kind,
	    .time = 1790000000,
	    .person = "p-00112233445566ff",
	    .means = "terminal",
	    .key = "seal \"2026\"",
	    .name = "back\\slash",
	    .state = "present",
	    .reason = "not-mine",
	    .version = "0.1",
	    .separation = "full",
	    .approval = 17,
	    .seal = ENTRY_NUMBER_MAX,
	    .count = 3,
	    .first = 0,
	    .index = 2,
	    .expires = 1790003600,
	};

	memset(e.root, 1, sizeof(e.root));
	memset(e.certificate, 2, sizeof(e.certificate));
	memset(e.digest, 3, sizeof(e.digest));
	memset(e.nonce, 4, sizeof(e.nonce));
	memset(e.leaf, 5, sizeof(e.leaf));
	memset(e.signature, 6, sizeof(e.signature));
	memset(e.file, 0xff, sizeof(e.file));
	return e;
}

static void
assert_compose(const struct entry *e, const char *text)
{
	char buf[ENTRY_MAX];
	size_t len;

	assert_int_equal(entry_compose(e, buf, sizeof(buf), &len), ERR_OK);
	buf[len] = '\0';
	assert_string_equal(buf, text);
}

static void
writes_the_documented_form(void **state)
{
	struct entry e = sample(ENTRY_SEAL);

	(void)state;
	assert_compose(&e,
	    "{\"approval\":17,\"index\":2,\"kind\":\"seal\","
	    "\"leaf\":\"BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU\","
	    "\"signature\":\"BgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgY\","
	    "\"time\":\"2026-09-21T14:13:20Z\",\"v\":1}");
	e = sample(ENTRY_PIN_FAILURE);
	assert_compose(&e,
	    "{\"key\":\"seal \\\"2026\\\"\",\"kind\":\"pin-failure\","
	    "\"time\":\"2026-09-21T14:13:20Z\",\"v\":1}");
	e = sample(ENTRY_RELEASE);
	assert_compose(&e,
	    "{\"file\":\"__________________________________________8\","
	    "\"kind\":\"release\",\"seal\":9007199254740991,"
	    "\"time\":\"2026-09-21T14:13:20Z\",\"v\":1}");
	e = sample(ENTRY_START);
	assert_compose(&e,
	    "{\"kind\":\"start\",\"separation\":\"full\","
	    "\"time\":\"2026-09-21T14:13:20Z\",\"v\":1,\"version\":\"0.1\"}");
}

/* RFC 8785 3.2.3, for names of lower-case ASCII letters. */
static void
orders_members_canonically(void **state)
{
	size_t i;

	(void)state;
	for (i = 1; i < ENTRY_MEMBERS; i++)
		assert_true(
		    strcmp(entry_member[i - 1].name, entry_member[i].name) < 0);
}

static void
reads_back_every_kind(void **state)
{
	char buf[ENTRY_MAX], again[ENTRY_MAX];
	struct entry e, back;
	size_t len, again_len;
	int kind;

	(void)state;
	for (kind = ENTRY_APPROVAL; kind <= ENTRY_STOP; kind++) {
		e = sample((enum entry_kind)kind);
		assert_int_equal(
		    entry_compose(&e, buf, sizeof(buf), &len), ERR_OK);
		assert_int_equal(
		    entry_parse(&back, (uint8_t *)buf, len, NULL), ERR_OK);
		assert_int_equal(back.kind, kind);
		assert_int_equal(
		    entry_compose(&back, again, sizeof(again), &again_len),
		    ERR_OK);
		assert_int_equal(len, again_len);
		assert_memory_equal(buf, again, len);
	}
	e = sample(ENTRY_APPROVAL);
	assert_int_equal(entry_compose(&e, buf, sizeof(buf), &len), ERR_OK);
	assert_int_equal(entry_parse(&back, (uint8_t *)buf, len, NULL), ERR_OK);
	assert_memory_equal(back.root, e.root, 32);
	assert_memory_equal(back.nonce, e.nonce, 32);
	assert_int_equal(back.expires, e.expires);
	assert_string_equal(back.person, e.person);
	assert_string_equal(back.key, e.key);
	assert_int_equal(back.count, 3);
}

/* Any single octet that is changed, dropped or doubled gives another entry or
 * none, but never the same one in another form. */
static void
accepts_no_second_form(void **state)
{
	char buf[ENTRY_MAX], bad[ENTRY_MAX + 1], again[ENTRY_MAX];
	struct entry e, back;
	size_t len, i, n;
	unsigned accepted = 0;
	int kind, c;

	(void)state;
	for (kind = ENTRY_APPROVAL; kind <= ENTRY_STOP; kind++) {
		e = sample((enum entry_kind)kind);
		assert_int_equal(
		    entry_compose(&e, buf, sizeof(buf), &len), ERR_OK);
		for (i = 0; i < len; i++) {
			for (c = 0; c < 256; c += kind == ENTRY_SEAL ? 1 : 31) {
				memcpy(bad, buf, len);
				bad[i] = (char)c;
				if (bad[i] == buf[i] ||
				    entry_parse(&back, (uint8_t *)bad, len,
					NULL) != ERR_OK)
					continue;
				accepted++;
				assert_int_equal(entry_compose(&back, again,
						     sizeof(again), &n),
				    ERR_OK);
				assert_int_equal(n, len);
				assert_memory_equal(again, bad, len);
			}
			memcpy(bad, buf, i);
			memcpy(bad + i, buf + i + 1, len - i - 1);
			if (entry_parse(&back, (uint8_t *)bad, len - 1, NULL) ==
			    ERR_OK) {
				assert_int_equal(entry_compose(&back, again,
						     sizeof(again), &n),
				    ERR_OK);
				assert_int_equal(n, len - 1);
				assert_memory_equal(again, bad, n);
			}
			assert_int_not_equal(
			    entry_parse(&back, (uint8_t *)buf, i, NULL),
			    ERR_OK);
		}
		memcpy(bad, buf, len);
		bad[len] = '\n';
		assert_int_equal(
		    entry_parse(&back, (uint8_t *)bad, len + 1, NULL),
		    ERR_LOG_ENTRY);
	}
	assert_true(accepted > 0);
}

static void
assert_refused(const char *json)
{
	struct fault fault;
	struct entry e;

	assert_int_equal(
	    entry_parse(&e, (const uint8_t *)json, strlen(json), &fault),
	    ERR_LOG_ENTRY);
	assert_true(fault.detail[0] != '\0');
}

static void
refuses_what_is_not_canonical(void **state)
{
	const char *good = "{\"key\":\"k\",\"kind\":\"pin-failure\","
			   "\"time\":\"2026-09-21T14:13:20Z\",\"v\":1}";
	struct entry e;

	(void)state;
	assert_int_equal(
	    entry_parse(&e, (const uint8_t *)good, strlen(good), NULL), ERR_OK);
	assert_refused("");
	assert_refused("{}");
	assert_refused("{\"key\":\"k\",\"kind\":\"pin-failure\","
		       "\"time\":\"2026-09-21T14:13:20Z\",\"v\":2}");
	assert_refused("{\"key\":\"k\",\"kind\":\"pin-failure\","
		       "\"time\":\"2026-09-21T14:13:20Z\"}");
	assert_refused("{\"kind\":\"pin-failure\",\"key\":\"k\","
		       "\"time\":\"2026-09-21T14:13:20Z\",\"v\":1}");
	assert_refused("{\"key\":\"\\u006b\",\"kind\":\"pin-failure\","
		       "\"time\":\"2026-09-21T14:13:20Z\",\"v\":1}");
	assert_refused("{\"key\":\"k\", \"kind\":\"pin-failure\","
		       "\"time\":\"2026-09-21T14:13:20Z\",\"v\":1}");
	assert_refused("{\"key\":\"k\",\"kind\":\"pin-failure\",\"seal\":1,"
		       "\"time\":\"2026-09-21T14:13:20Z\",\"v\":1}");
	assert_refused("{\"key\":\"k\",\"key\":\"k\",\"kind\":\"pin-failure\","
		       "\"time\":\"2026-09-21T14:13:20Z\",\"v\":1}");
	assert_refused("{\"key\":\"\",\"kind\":\"pin-failure\","
		       "\"time\":\"2026-09-21T14:13:20Z\",\"v\":1}");
	assert_refused("{\"key\":\"a\tb\",\"kind\":\"pin-failure\","
		       "\"time\":\"2026-09-21T14:13:20Z\",\"v\":1}");
	assert_refused("{\"key\":\"\xc0\xaf\",\"kind\":\"pin-failure\","
		       "\"time\":\"2026-09-21T14:13:20Z\",\"v\":1}");
}

static void
refuses_numbers_with_another_form_or_beyond(void **state)
{
	static const char *const bad[] = {"01", "1.0", "1e0", "-1", "+1",
	    "9007199254740992", "99999999999999999999", "\"1\"", ""};
	char json[200];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(json, sizeof(json),
		    "{\"file\":"
		    "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
		    "\"kind\":\"release\",\"seal\":%s,"
		    "\"time\":\"2026-09-21T14:13:20Z\",\"v\":1}",
		    bad[i]);
		assert_refused(json);
	}
}

static void
refuses_names_where_pseudonyms_belong(void **state)
{
	static const char *const bad[] = {"Ada Lovelace", "p-0", "",
	    "p-00112233445566FF", "q-00112233445566ff", "p-00112233445566ff0"};
	struct entry e;
	char buf[ENTRY_MAX];
	size_t len, i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		e = sample(ENTRY_APPROVAL);
		snprintf(e.person, sizeof(e.person), "%s", bad[i]);
		assert_int_equal(
		    entry_compose(&e, buf, sizeof(buf), &len), ERR_LOG_ENTRY);
	}
	/* Nobody need be there for a refusal by the program itself. */
	e = sample(ENTRY_REFUSAL);
	e.person[0] = e.means[0] = '\0';
	assert_int_equal(entry_compose(&e, buf, sizeof(buf), &len), ERR_OK);
	assert_int_equal(entry_parse(&e, (uint8_t *)buf, len, NULL), ERR_OK);
}

static void
keeps_values_in_their_ranges(void **state)
{
	struct entry e;
	char buf[ENTRY_MAX];
	size_t len;

	(void)state;
#define REFUSED(kind, change)                                                  \
	do {                                                                   \
		e = sample(kind);                                              \
		change;                                                        \
		assert_int_equal(                                              \
		    entry_compose(&e, buf, sizeof(buf), &len), ERR_LOG_ENTRY); \
	} while (0)
	REFUSED(ENTRY_APPROVAL, e.count = 0);
	REFUSED(ENTRY_APPROVAL, e.count = BOUND_BATCH + 1);
	REFUSED(ENTRY_APPROVAL, e.expires = e.time - 1);
	REFUSED(ENTRY_INTENT, e.count = 0);
	REFUSED(ENTRY_INTENT, e.first = BOUND_BATCH - 2);
	REFUSED(ENTRY_INTENT, e.first = UINT32_MAX);
	REFUSED(ENTRY_SEAL, e.index = BOUND_BATCH);
	REFUSED(ENTRY_SEAL, e.approval = ENTRY_NUMBER_MAX + 1);
	REFUSED(ENTRY_RELEASE, e.seal = ENTRY_NUMBER_MAX + 1);
	REFUSED(ENTRY_STOP, e.time = -1);
	REFUSED(ENTRY_STOP, e.time = ENTRY_TIME_MAX + 1);
	REFUSED(ENTRY_STOP, memcpy(e.separation, "half", 5));
	REFUSED(ENTRY_KEY, memset(e.name, 'x', sizeof(e.name)));
#undef REFUSED
	e = sample(ENTRY_INTENT);
	e.first = BOUND_BATCH - 3;
	assert_int_equal(entry_compose(&e, buf, sizeof(buf), &len), ERR_OK);
	e = sample((enum entry_kind)0);
	assert_int_equal(
	    entry_compose(&e, buf, sizeof(buf), &len), ERR_LOG_ENTRY);
	e = sample((enum entry_kind)21);
	assert_int_equal(
	    entry_compose(&e, buf, sizeof(buf), &len), ERR_LOG_ENTRY);
}

static void
never_writes_beyond_its_buffer(void **state)
{
	struct entry e = sample(ENTRY_APPROVAL);
	char buf[ENTRY_MAX];
	size_t len, whole, cap;

	(void)state;
	assert_int_equal(entry_compose(&e, buf, sizeof(buf), &whole), ERR_OK);
	for (cap = 0; cap < whole; cap++) {
		memset(buf, 0x55, sizeof(buf));
		assert_int_equal(entry_compose(&e, buf, cap, &len), ERR_BUFFER);
		assert_int_equal(buf[cap], 0x55);
	}
	assert_int_equal(entry_compose(&e, buf, whole, &len), ERR_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_the_documented_form),
	    cmocka_unit_test(orders_members_canonically),
	    cmocka_unit_test(reads_back_every_kind),
	    cmocka_unit_test(accepts_no_second_form),
	    cmocka_unit_test(refuses_what_is_not_canonical),
	    cmocka_unit_test(refuses_numbers_with_another_form_or_beyond),
	    cmocka_unit_test(refuses_names_where_pseudonyms_belong),
	    cmocka_unit_test(keeps_values_in_their_ranges),
	    cmocka_unit_test(never_writes_beyond_its_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
