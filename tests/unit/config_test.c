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

#include "host/base/config_template.h"
#include "host/base/file.h"
#include "tests/unit/support/config_file.h"

static void
unset_keys_have_their_documented_defaults(void **state)
{
	struct config *c;
	struct fault f;

	(void)state;
	assert_int_equal(config_file_load(CONFIG_FILE_GOOD, &c, &f), ERR_OK);
	assert_string_equal(c->name, "Registry");
	assert_int_equal(c->mode, MODE_TEST);
	assert_string_equal(c->profile, "edc");
	assert_int_equal(c->signing_time, SIGNING_TIME_IAT);
	assert_false(c->issuer_overwrite);
	assert_string_equal(c->language, "en");
	assert_string_equal(c->default_key, "");
	assert_false(c->reseal);
	assert_int_equal(c->approval_window, 3600);
	assert_string_equal(c->origin, "example.org/log");
	assert_true(c->spool);
	assert_int_equal(c->settle, 5);
	assert_false(c->softhsm);
	assert_int_equal(c->released_days, 30);
	assert_int_equal(c->key_count, 0);
	assert_null(config_key(c, "default"));
	config_free(c);
	config_free(NULL);
}

static void
every_key_is_read_into_its_member(void **state)
{
	const struct config_key *k;
	struct config *c;
	struct fault f;

	(void)state;
	assert_int_equal(
	    config_file_load(
		"# comment\n; comment\n\n[station]\r\nname = R \"x\" ; y\r\n"
		"mode=production\n[seal]\nprofile = edc\nsigning-time = sigT\n"
		"issuer = overwrite\nlanguage = de\nkey = b\n"
		"duplicates = reseal\n[approval]\nwindow = 90m\n"
		"[log]\norigin = o\n[spool]\nwatch = no\nsettle = 2m\n"
		"[softhsm]\nembedded = no\n[retention]\nreleased-days = 0\n"
		"[key a]\nuri = pkcs11:token=A;object=k;id=%01\n"
		"[key b]\nuri: pkcs11:token=B\nmodule = /usr/lib/x.so\n"
		"certificate = keys/b.pem\nalgorithm = PS384\n"
		"pin = credential:seal-pin\nsessions = 7",
		&c, &f),
	    ERR_OK);
	assert_string_equal(c->name, "R \"x\" ; y");
	assert_int_equal(c->mode, MODE_PRODUCTION);
	assert_int_equal(c->signing_time, SIGNING_TIME_SIGT);
	assert_true(c->issuer_overwrite);
	assert_string_equal(c->language, "de");
	assert_string_equal(c->default_key, "b");
	assert_true(c->reseal);
	assert_int_equal(c->approval_window, 5400);
	assert_false(c->spool);
	assert_int_equal(c->settle, 120);
	assert_int_equal(c->released_days, 0);
	assert_int_equal(c->key_count, 2);
	k = config_key(c, "a");
	assert_non_null(k);
	assert_string_equal(k->uri, "pkcs11:token=A;object=k;id=%01");
	assert_string_equal(k->module, "");
	assert_string_equal(k->pin, "prompt");
	assert_int_equal(k->sessions, 2);
	k = config_key(c, "b");
	assert_non_null(k);
	assert_string_equal(k->uri, "pkcs11:token=B");
	assert_string_equal(k->module, "/usr/lib/x.so");
	assert_string_equal(k->certificate, "keys/b.pem");
	assert_string_equal(k->alg, "PS384");
	assert_string_equal(k->pin, "credential:seal-pin");
	assert_int_equal(k->sessions, 7);
	config_free(c);
}

static void
a_single_key_is_the_default(void **state)
{
	struct config *c;
	struct fault f;

	(void)state;
	assert_int_equal(
	    config_file_load(
		CONFIG_FILE_GOOD "[key x]\nuri = pkcs11:\n", &c, &f),
	    ERR_OK);
	assert_string_equal(c->default_key, "x");
	config_free(c);
}

static const struct {
	const char *text; /* after CONFIG_FILE_GOOD */
	enum err err;
	int line; /* after CONFIG_FILE_GOOD; 0: none */
	const char *path;
} bad[] = {
    {"[seal]\nprofil = edc\n", ERR_CONFIG_UNKNOWN_KEY, 2, "[seal] profil"},
    {"[sael]\nprofile = edc\n", ERR_CONFIG_UNKNOWN_KEY, 1, "[sael]"},
    {"\n\n[empty]\n", ERR_CONFIG_UNKNOWN_KEY, 3, "[empty]"},
    {"[key]\nuri = pkcs11:\n", ERR_CONFIG_UNKNOWN_KEY, 1, "[key]"},
    {"[spool]\norigin = x\n", ERR_CONFIG_UNKNOWN_KEY, 2, "[spool] origin"},
    {"[seal]\nlanguage = en\n\nlanguage = de\n", ERR_CONFIG_DUPLICATE_KEY, 4,
	"[seal] language"},
    {"[station]\nmode = test\n", ERR_CONFIG_DUPLICATE_KEY, 2, "[station] mode"},
    {"[key a]\nuri = x\n[key a]\nuri = y\n", ERR_CONFIG_DUPLICATE_KEY, 3,
	"[key a]"},
    {"[key a]\nuri = x\nuri = y\n", ERR_CONFIG_DUPLICATE_KEY, 3, "[key a] uri"},
    {"[key ../a]\nuri = x\n", ERR_CONFIG_SYNTAX, 1, "[key ../a]"},
    {"[key a]\nsessions = 1\n[seal]\n", ERR_CONFIG_MISSING_KEY, 1,
	"[key a] uri"},
    {"[key a]\nuri =\n", ERR_CONFIG_VALUE, 2, "[key a] uri"},
    {"[key a]\nuri = x\nsessions = 0\n", ERR_CONFIG_VALUE, 3, NULL},
    {"[key a]\nuri = x\nsessions = 65\n", ERR_CONFIG_VALUE, 3, NULL},
    {"[key a]\nuri = x\nalgorithm = none\n", ERR_CONFIG_VALUE, 3, NULL},
    {"[key a]\nuri = x\npin = 123456\n", ERR_CONFIG_VALUE, 3, NULL},
    {"[key a]\nuri = x\npin = fd:\n", ERR_CONFIG_VALUE, 3, NULL},
    {"[key a]\nuri = x\npin = fd:0\n", ERR_CONFIG_VALUE, 3, NULL},
    {"[key a]\nuri = x\npin = credential:../x\n", ERR_CONFIG_VALUE, 3, NULL},
    {"[seal]\nprofile = xades-x\n", ERR_CONFIG_VALUE, 2, "[seal] profile"},
    {"[seal]\nsigning-time = sigt\n", ERR_CONFIG_VALUE, 2, NULL},
    {"[seal]\nlanguage = eng\n", ERR_CONFIG_VALUE, 2, NULL},
    {"[seal]\nissuer = \n", ERR_CONFIG_VALUE, 2, NULL},
    {"[seal]\n# one\nkey = nobody\n", ERR_CONFIG_VALUE, 3, "[seal] key"},
    {"[approval]\nwindow = 3600\n", ERR_CONFIG_VALUE, 2, NULL},
    {"[approval]\nwindow = 0s\n", ERR_CONFIG_VALUE, 2, NULL},
    {"[approval]\nwindow = 8d\n", ERR_CONFIG_VALUE, 2, NULL},
    {"[approval]\nwindow = 1 h\n", ERR_CONFIG_VALUE, 2, NULL},
    {"[approval]\nwindow = -1h\n", ERR_CONFIG_VALUE, 2, NULL},
    {"[approval]\nwindow = 999999999999999d\n", ERR_CONFIG_VALUE, 2, NULL},
    {"[spool]\nwatch = true\n", ERR_CONFIG_VALUE, 2, NULL},
    {"[retention]\nreleased-days = 1x\n", ERR_CONFIG_VALUE, 2, NULL},
    {"[seal]\nlanguage\n", ERR_CONFIG_SYNTAX, 2, ""},
    {"[seal\nlanguage = en\n", ERR_CONFIG_SYNTAX, 1, NULL},
    {"[seal] x\nlanguage = en\n", ERR_CONFIG_SYNTAX, 1, NULL},
    {"[]\n", ERR_CONFIG_SYNTAX, 1, NULL},
    {"[[seal]]\n", ERR_CONFIG_SYNTAX, 1, NULL},
    /* With a continuation line the second would join the first. */
    {"[seal]\nlanguage = en\n key = x\n", ERR_CONFIG_VALUE, 3, "[seal] key"},
};

static void
an_error_names_its_line_and_key(void **state)
{
	char text[1024];
	struct config *c;
	struct fault f;
	uint64_t line;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(
		    text, sizeof(text), "%s%s", CONFIG_FILE_GOOD, bad[i].text);
		line = (uint64_t)(CONFIG_FILE_GOOD_LINES + bad[i].line);
		if (config_file_load(text, &c, &f) != bad[i].err ||
		    f.err != bad[i].err || f.offset != line || c != NULL ||
		    strcmp(f.file, "zegel.conf") != 0 ||
		    (bad[i].path != NULL && strcmp(f.path, bad[i].path) != 0))
			fail_msg("'%s': %s at %s:%llu '%s'", bad[i].text,
			    err_name(f.err), f.file,
			    (unsigned long long)f.offset, f.path);
	}
}

static void
required_keys_cannot_be_left_out(void **state)
{
	struct config *c;
	struct fault f;

	(void)state;
	assert_int_equal(config_file_load("", &c, &f), ERR_CONFIG_MISSING_KEY);
	assert_string_equal(f.path, "[station] name");
	assert_int_equal(
	    config_file_load(
		"[station]\nname = x\n[log]\norigin = y\n", &c, &f),
	    ERR_CONFIG_MISSING_KEY);
	assert_string_equal(f.path, "[station] mode");
	assert_int_equal(
	    config_file_load("[station]\nname = x\nmode = test\n", &c, &f),
	    ERR_CONFIG_MISSING_KEY);
	assert_string_equal(f.path, "[log] origin");
	assert_int_equal(config_file_load("name = x\n[station]\n", &c, &f),
	    ERR_CONFIG_SYNTAX);
	assert_int_equal(f.offset, 1);
}

static void
production_refuses_the_embedded_token(void **state)
{
	struct config *c;
	struct fault f;

	(void)state;
	assert_int_equal(
	    config_file_load(
		"[station]\nname = x\nmode = production\n[log]\norigin = y\n"
		"[softhsm]\nembedded = yes\n",
		&c, &f),
	    ERR_STATION_MODE);
	assert_int_equal(f.offset, 7);
}

static void
origins_that_a_signed_note_cannot_carry_are_refused(void **state)
{
	static const char *const origins[] = {"a b", "a+b", "\xc3\xa4", "a\tb"};
	char text[256];
	struct config *c;
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		snprintf(text, sizeof(text),
		    "[station]\nname = x\nmode = test\n[log]\norigin = %s\n",
		    origins[i]);
		assert_int_equal(
		    config_file_load(text, &c, &f), ERR_CONFIG_VALUE);
		assert_int_equal(f.offset, 5);
	}
}

static void
lines_and_values_at_their_bound_and_one_above(void **state)
{
	char text[3000];
	struct config *c;
	struct fault f;
	size_t at, n;

	(void)state;
	/* 64 octets with the final 0. */
	for (n = 63; n <= 64; n++) {
		at = (size_t)snprintf(text, sizeof(text),
		    "[log]\norigin = o\n[station]\nmode = test\nname = ");
		memset(text + at, 'x', n);
		memcpy(text + at + n, "\n", 2);
		assert_int_equal(config_file_load(text, &c, &f),
		    n == 63 ? ERR_OK : ERR_CONFIG_VALUE);
		if (n == 64)
			assert_int_equal(f.offset, 5);
		config_free(c);
	}
	/* A comment of CONFIG_LINE octets with its newline. */
	for (n = 1000; n <= 1001; n++) {
		at = (size_t)snprintf(text, sizeof(text), CONFIG_FILE_GOOD);
		memset(text + at, '#', n - 1);
		memcpy(text + at + n - 1, "\n", 2);
		assert_int_equal(config_file_load(text, &c, &f),
		    n == 1000 ? ERR_OK : ERR_CONFIG_SYNTAX);
		if (n == 1001)
			assert_int_equal(f.offset, 6);
		config_free(c);
	}
}

static void
one_key_more_than_the_bound_is_refused(void **state)
{
	char text[2048];
	struct config *c;
	struct fault f;
	size_t at, i;

	(void)state;
	at = (size_t)snprintf(text, sizeof(text), CONFIG_FILE_GOOD);
	for (i = 0; i < CONFIG_KEYS; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at,
		    "[key k%zu]\nuri = pkcs11:\n", i);
	assert_int_equal(config_file_load(text, &c, &f), ERR_OK);
	assert_int_equal(c->key_count, CONFIG_KEYS);
	config_free(c);
	snprintf(text + at, sizeof(text) - at, "[key more]\nuri = pkcs11:\n");
	assert_int_equal(config_file_load(text, &c, &f), ERR_CONFIG_SYNTAX);
	assert_int_equal(
	    f.offset, CONFIG_FILE_GOOD_LINES + 2 * CONFIG_KEYS + 1);
}

static void
an_octet_0_does_not_hide_the_rest_of_the_file(void **state)
{
	static const char text[] = CONFIG_FILE_GOOD "# x\0\n[unknown]\n";
	static const char begin[] = "\0" CONFIG_FILE_GOOD;
	struct config *c;
	struct fault f;

	(void)state;
	config_file_put(text, sizeof(text) - 1);
	assert_int_equal(
	    config_load(&c, config_file_path, &f), ERR_CONFIG_SYNTAX);
	assert_int_equal(f.offset, CONFIG_FILE_GOOD_LINES + 1);
	config_file_put(begin, sizeof(begin) - 1);
	assert_int_equal(
	    config_load(&c, config_file_path, &f), ERR_CONFIG_SYNTAX);
	assert_int_equal(f.offset, 1);
}

static void
a_file_that_others_may_change_is_refused(void **state)
{
	struct config *c;
	struct fault f;

	(void)state;
	config_file_put(CONFIG_FILE_GOOD, strlen(CONFIG_FILE_GOOD));
	assert_int_equal(chmod(config_file_path, 0664), 0);
	assert_int_equal(
	    config_load(&c, config_file_path, &f), ERR_CONFIG_OPEN_TO_OTHERS);
	assert_int_equal(chmod(config_file_path, 0646), 0);
	assert_int_equal(
	    config_load(&c, config_file_path, &f), ERR_CONFIG_OPEN_TO_OTHERS);
	assert_int_equal(chmod(config_file_path, 0600), 0);
	assert_int_equal(config_load(&c, config_file_path, &f), ERR_OK);
	config_free(c);
	assert_int_equal(config_load(&c, "/tmp", &f), ERR_NOT_REGULAR);
	unlink(config_file_path);
	assert_int_equal(config_load(&c, config_file_path, &f), ERR_NOT_FOUND);
}

static enum err
load_approval(const char *text, struct approval_config *a, struct fault *f)
{
	config_file_put(text, strlen(text));
	fault_clear(f);
	return config_load_approval(a, config_file_path, f);
}

static void
approvers_are_names_and_numbers(void **state)
{
	struct approval_config a;
	struct fault f;

	(void)state;
	assert_int_equal(load_approval("[approval]\nusers = 1000, root 33\n"
				       "means = terminal\n",
			     &a, &f),
	    ERR_OK);
	assert_int_equal(a.uid_count, 3);
	assert_int_equal(a.uids[0], 1000);
	assert_int_equal(a.uids[1], 0);
	assert_int_equal(a.uids[2], 33);
	assert_true(a.terminal);
}

static void
nobody_may_approve_when_the_file_is_wrong(void **state)
{
	static const struct {
		const char *text;
		enum err err;
		uint64_t line;
	} wrong[] = {
	    {"[approval]\nusers = 1000\nmeans = page\n", ERR_CONFIG_VALUE, 3},
	    {"[approval]\nusers = no-such-user-x\n", ERR_CONFIG_VALUE, 2},
	    {"[approval]\nusers = 0 root\n", ERR_CONFIG_VALUE, 2},
	    {"[approval]\nusers = 4294967295\n", ERR_CONFIG_VALUE, 2},
	    {"[approval]\nusers = 4294967296\n", ERR_CONFIG_VALUE, 2},
	    {"[approval]\nusers =\n", ERR_CONFIG_VALUE, 2},
	    {"[approval]\nusers = 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n",
		ERR_CONFIG_VALUE, 2},
	    {"[approval]\nusers = 1\nusers = 2\n", ERR_CONFIG_DUPLICATE_KEY, 3},
	    {"[approval]\nuser = 1\n", ERR_CONFIG_UNKNOWN_KEY, 2},
	    {"[seal]\n", ERR_CONFIG_UNKNOWN_KEY, 1},
	    {"[approval]\nusers = 1\n", ERR_CONFIG_MISSING_KEY,
		FAULT_NO_OFFSET},
	    {"[approval]\nmeans = terminal\n", ERR_CONFIG_MISSING_KEY,
		FAULT_NO_OFFSET},
	    {"", ERR_CONFIG_MISSING_KEY, FAULT_NO_OFFSET},
	};
	struct approval_config a;
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (load_approval(wrong[i].text, &a, &f) != wrong[i].err ||
		    f.offset != wrong[i].line || a.uid_count != 0 || a.terminal)
			fail_msg("'%s': %s at %llu", wrong[i].text,
			    err_name(f.err), (unsigned long long)f.offset);
	}
}

static void
an_approval_file_of_another_user_is_refused(void **state)
{
	struct approval_config a;
	struct fault f;

	(void)state;
	if (geteuid() != 0) {
		print_message("needs root to give a file away\n");
		skip();
	}
	config_file_put("[approval]\nusers = 1\nmeans = terminal\n", 39);
	assert_int_equal(chown(config_file_path, 12345, 0), 0);
	assert_int_equal(config_load_approval(&a, config_file_path, &f),
	    ERR_CONFIG_OPEN_TO_OTHERS);
	assert_int_equal(a.uid_count, 0);
}

static const struct config_template given = {
    .name = "Registry of X",
    .mode = MODE_TEST,
    .origin = "example.org/x",
    .softhsm = true,
    .key = "default",
    .uri = "pkcs11:token=zegel;object=seal;type=private",
    .certificate = "keys/default.pem",
    .pin = "prompt",
};

static void
the_template_loads_and_is_not_overwritten(void **state)
{
	struct config *c;
	struct fault f;

	(void)state;
	unlink(config_file_path);
	assert_int_equal(
	    config_write_template(config_file_path, &given, &f), ERR_OK);
	assert_int_equal(config_load(&c, config_file_path, &f), ERR_OK);
	assert_string_equal(c->name, given.name);
	assert_string_equal(c->default_key, "default");
	assert_string_equal(c->keys[0].uri, given.uri);
	assert_true(c->softhsm);
	config_free(c);
	assert_int_equal(
	    config_write_template(config_file_path, &given, &f), ERR_EXISTS);
}

/* The commented-out settings are the defaults, and there are all of them. */
static void
the_template_shows_every_default_as_it_is(void **state)
{
	struct config_template t = {
	    .name = "R", .mode = MODE_TEST, .origin = "o"};
	struct config *plain, *shown;
	char *text, *line;
	struct fault f;
	size_t len;
	unsigned shown_count = 0;

	(void)state;
	unlink(config_file_path);
	assert_int_equal(
	    config_write_template(config_file_path, &t, &f), ERR_OK);
	assert_int_equal(config_load(&plain, config_file_path, &f), ERR_OK);
	assert_int_equal(
	    file_read(config_file_path, 65536, (uint8_t **)&text, &len, &f),
	    ERR_OK);
	for (line = text; line != NULL && *line != '\0';) {
		if (line[0] == '#' && line[1] >= 'a' && line[1] <= 'z' &&
		    strncmp(line, "#key = NAME", 11) != 0) {
			line[0] = ' ';
			shown_count++;
		}
		line = strchr(line, '\n');
		if (line != NULL)
			line++;
	}
	config_file_put(text, len);
	free(text);
	assert_int_equal(config_load(&shown, config_file_path, &f), ERR_OK);
	assert_int_equal(shown_count, 15);
	assert_memory_equal(plain, shown, sizeof(*plain));
	config_free(plain);
	config_free(shown);
}

static void
a_value_cannot_smuggle_a_key_into_the_template(void **state)
{
	struct config_template t = given;
	struct fault f;

	(void)state;
	unlink(config_file_path);
	t.name = "x\nmode = production";
	assert_int_not_equal(
	    config_write_template(config_file_path, &t, &f), ERR_OK);
	assert_int_not_equal(access(config_file_path, F_OK), 0);
	t = given;
	t.uri = "pkcs11:x\nsessions = 9";
	assert_int_not_equal(
	    config_write_template(config_file_path, &t, &f), ERR_OK);
	t = given;
	t.name = " x";
	assert_int_not_equal(
	    config_write_template(config_file_path, &t, &f), ERR_OK);
	assert_int_not_equal(access(config_file_path, F_OK), 0);
}

static void
the_approval_template_loads(void **state)
{
	const uint32_t uids[] = {1000, 0};
	struct approval_config a;
	struct fault f;

	(void)state;
	unlink(config_file_path);
	assert_int_equal(
	    config_write_approval(config_file_path, uids, 2, &f), ERR_OK);
	assert_int_equal(
	    config_load_approval(&a, config_file_path, &f), ERR_OK);
	assert_int_equal(a.uid_count, 2);
	assert_int_equal(a.uids[0], 1000);
	assert_true(a.terminal);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(unset_keys_have_their_documented_defaults),
	    cmocka_unit_test(every_key_is_read_into_its_member),
	    cmocka_unit_test(a_single_key_is_the_default),
	    cmocka_unit_test(an_error_names_its_line_and_key),
	    cmocka_unit_test(required_keys_cannot_be_left_out),
	    cmocka_unit_test(production_refuses_the_embedded_token),
	    cmocka_unit_test(
		origins_that_a_signed_note_cannot_carry_are_refused),
	    cmocka_unit_test(lines_and_values_at_their_bound_and_one_above),
	    cmocka_unit_test(one_key_more_than_the_bound_is_refused),
	    cmocka_unit_test(an_octet_0_does_not_hide_the_rest_of_the_file),
	    cmocka_unit_test(a_file_that_others_may_change_is_refused),
	    cmocka_unit_test(approvers_are_names_and_numbers),
	    cmocka_unit_test(nobody_may_approve_when_the_file_is_wrong),
	    cmocka_unit_test(an_approval_file_of_another_user_is_refused),
	    cmocka_unit_test(the_template_loads_and_is_not_overwritten),
	    cmocka_unit_test(the_template_shows_every_default_as_it_is),
	    cmocka_unit_test(a_value_cannot_smuggle_a_key_into_the_template),
	    cmocka_unit_test(the_approval_template_loads),
	};

	return cmocka_run_group_tests(
	    tests, config_file_begin, config_file_end);
}
