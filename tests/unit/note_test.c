#include "host/log/note.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "host/base/hex.h"
#include "host/log/checkpoint.h"

/* The example of C2SP signed-note v1.0.0. */
#define SPEC_KEY                                                               \
	"example.com/"                                                         \
	"foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define SPEC_TEXT "This is an example message.\n"
#define SPEC_LINE                                                              \
	"\xe2\x80\x94 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXp"   \
	"pzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
#define SPEC_NOTE SPEC_TEXT "\n" SPEC_LINE
#define UNKNOWN_LINE "\xe2\x80\x94 other.example/x AAAAAAAA\n"

/* RFC 8032 7.1, test 1. */
#define RFC_SEED                                                               \
	"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
#define RFC_PUBLIC                                                             \
	"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

static struct note_key
spec_key(void)
{
	struct note_key k;

	assert_int_equal(
	    note_key_parse(&k, SPEC_KEY, strlen(SPEC_KEY)), ERR_OK);
	return k;
}

static enum err
check(const char *note, size_t len)
{
	struct note_key k = spec_key();
	size_t text_len;

	return note_check(note, len, &k, 1, &text_len, NULL);
}

static void
verifies_the_example_of_the_specification(void **state)
{
	struct note_key k = spec_key();
	char text[NOTE_VKEY];
	uint32_t signers;
	size_t len;

	(void)state;
	assert_string_equal(k.name, "example.com/foo");
	note_key_format(&k, text);
	assert_string_equal(text, SPEC_KEY);
	assert_int_equal(
	    note_check(SPEC_NOTE, strlen(SPEC_NOTE), &k, 1, &len, &signers),
	    ERR_OK);
	assert_int_equal(len, strlen(SPEC_TEXT));
	assert_int_equal(signers, 1);
}

static void
refuses_every_changed_bit(void **state)
{
	char bad[512];
	size_t len = strlen(SPEC_NOTE), i;
	int bit;

	(void)state;
	for (i = 0; i < len; i++) {
		for (bit = 0; bit < 8; bit++) {
			memcpy(bad, SPEC_NOTE, len);
			bad[i] ^= (char)(1 << bit);
			assert_int_equal(check(bad, len), ERR_LOG_CHECKPOINT);
		}
		assert_int_equal(check(SPEC_NOTE, i), ERR_LOG_CHECKPOINT);
	}
}

static void
ignores_unknown_keys_but_not_known_ones_that_fail(void **state)
{
	static const char both[] = SPEC_TEXT
	    "\n" UNKNOWN_LINE SPEC_LINE UNKNOWN_LINE;
	static const char unknown[] = SPEC_TEXT "\n" UNKNOWN_LINE;
	static const char text[] = SPEC_TEXT
	    "\n" SPEC_LINE
	    "\xe2\x80\x94 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXp"
	    "pzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQQ=\n";
	static const char short_one[] = SPEC_TEXT
	    "\n" SPEC_LINE "\xe2\x80\x94 example.com/foo Uw2QOkn8\n";
	/* The same name with another id, the same id with another name. */
	static const char half[] = SPEC_TEXT
	    "\n" SPEC_LINE "\xe2\x80\x94 example.com/foo Uw2QO0n8\n"
	    "\xe2\x80\x94 example.com/fox Uw2QOkn8\n";

	(void)state;
	assert_int_equal(check(both, sizeof(both) - 1), ERR_OK);
	assert_int_equal(
	    check(unknown, sizeof(unknown) - 1), ERR_LOG_CHECKPOINT);
	assert_int_equal(check(text, sizeof(text) - 1), ERR_LOG_CHECKPOINT);
	assert_int_equal(
	    check(short_one, sizeof(short_one) - 1), ERR_LOG_CHECKPOINT);
	assert_int_equal(check(half, sizeof(half) - 1), ERR_OK);
}

static void
bounds_the_number_of_signatures(void **state)
{
	char note[8192];
	size_t n;
	int i;

	(void)state;
	n = (size_t)snprintf(note, sizeof(note), "%s\n", SPEC_TEXT);
	for (i = 0; i < NOTE_SIGNATURES - 1; i++)
		n += (size_t)snprintf(
		    note + n, sizeof(note) - n, "%s", UNKNOWN_LINE);
	n += (size_t)snprintf(note + n, sizeof(note) - n, "%s", SPEC_LINE);
	assert_int_equal(check(note, n), ERR_OK);
	n += (size_t)snprintf(note + n, sizeof(note) - n, "%s", UNKNOWN_LINE);
	assert_int_equal(check(note, n), ERR_LOG_CHECKPOINT);
}

static void
refuses_keys_that_are_none(void **state)
{
	static const char *const bad[] = {"", "+", "a+b+c",
	    "example.com/foo+530d903a+",
	    "example.com/foo+530d903b+"
	    "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
	    /* another type */
	    "example.com/foo+530d903a+"
	    "AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
	    "example.com/fox+530d903a+"
	    "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
	    "example.com foo+530d903a+"
	    "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
	    "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
	    SPEC_KEY "A", SPEC_KEY "\n"};
	struct note_key k;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
		    note_key_parse(&k, bad[i], strlen(bad[i])), ERR_LOG_KEY);
}

static void
signs_what_it_verifies(void **state)
{
	uint8_t seed[NOTE_SEED], public_key[NOTE_PUBLIC];
	char note[512], again[512], skey[NOTE_SKEY];
	struct note_signer *s, *back;
	size_t len, again_len, text_len;

	(void)state;
	assert_int_equal(hex_decode(RFC_SEED, 64, seed, sizeof(seed)), ERR_OK);
	assert_int_equal(
	    hex_decode(RFC_PUBLIC, 64, public_key, NOTE_PUBLIC), ERR_OK);
	assert_int_equal(
	    note_signer_make(&s, "log.example/station", seed), ERR_OK);
	assert_memory_equal(
	    note_signer_key(s)->public_key, public_key, NOTE_PUBLIC);
	assert_int_equal(
	    note_sign(s, "one\n\ntwo\n", 9, note, sizeof(note), &len), ERR_OK);
	assert_int_equal(
	    note_check(note, len, note_signer_key(s), 1, &text_len, NULL),
	    ERR_OK);
	assert_int_equal(text_len, 9);
	assert_int_equal(note_sign(s, "no end", 6, note, sizeof(note), &len),
	    ERR_LOG_CHECKPOINT);
	assert_int_equal(note_sign(s, "a\tb\n", 4, note, sizeof(note), &len),
	    ERR_LOG_CHECKPOINT);

	note_signer_format(s, skey);
	assert_int_equal(note_signer_parse(&back, skey, strlen(skey)), ERR_OK);
	assert_int_equal(
	    note_sign(s, "x\n", 2, note, sizeof(note), &len), ERR_OK);
	assert_int_equal(
	    note_sign(back, "x\n", 2, again, sizeof(again), &again_len),
	    ERR_OK);
	assert_int_equal(len, again_len);
	assert_memory_equal(note, again, len);
	note_signer_free(back);
	skey[12] = 'x';
	assert_int_equal(
	    note_signer_parse(&back, skey, strlen(skey)), ERR_LOG_KEY);
	assert_null(back);
	assert_int_equal(
	    note_sign(s, "x\n", 2, note, len - 1, &len), ERR_BUFFER);
	note_signer_free(s);
}

static enum err
open_text(const struct note_signer *s, const char *text)
{
	struct checkpoint c;
	char note[1024];
	size_t len;

	assert_int_equal(
	    note_sign(s, text, strlen(text), note, sizeof(note), &len), ERR_OK);
	return checkpoint_open(&c, note, len, note_signer_key(s));
}

static void
takes_checkpoints_of_its_own_form_only(void **state)
{
#define ROOT "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
	static const uint8_t seed[NOTE_SEED] = {1};
	struct note_signer *s;
	struct checkpoint c;
	uint8_t root[SHA256_SIZE];
	char note[CHECKPOINT_MAX];
	size_t len, i;

	(void)state;
	for (i = 0; i < sizeof(root); i++)
		root[i] = (uint8_t)i;
	assert_int_equal(note_signer_make(&s, "log.example", seed), ERR_OK);
	assert_int_equal(
	    checkpoint_sign(s, 1234, root, note, sizeof(note), &len), ERR_OK);
	assert_memory_equal(note, "log.example\n1234\n" ROOT "\n",
	    strlen("log.example\n1234\n" ROOT "\n"));
	assert_int_equal(
	    checkpoint_open(&c, note, len, note_signer_key(s)), ERR_OK);
	assert_int_equal(c.size, 1234);
	assert_memory_equal(c.root, root, sizeof(root));

	assert_int_equal(open_text(s, "log.example\n0\n" ROOT), ERR_OK);
	assert_int_equal(
	    open_text(s, "log.exampl\n1\n" ROOT), ERR_LOG_CHECKPOINT);
	assert_int_equal(
	    open_text(s, "log.example\n01\n" ROOT), ERR_LOG_CHECKPOINT);
	assert_int_equal(
	    open_text(s, "log.example\n-1\n" ROOT), ERR_LOG_CHECKPOINT);
	assert_int_equal(
	    open_text(s, "log.example\n\n" ROOT), ERR_LOG_CHECKPOINT);
	assert_int_equal(
	    open_text(s, "log.example\n9007199254740991\n" ROOT), ERR_OK);
	assert_int_equal(open_text(s, "log.example\n9007199254740992\n" ROOT),
	    ERR_LOG_CHECKPOINT);
	assert_int_equal(
	    open_text(s, "log.example\n18446744073709551617\n" ROOT),
	    ERR_LOG_CHECKPOINT);
	assert_int_equal(
	    open_text(s, "log.example\n1\n" ROOT "more\n"), ERR_LOG_CHECKPOINT);
	assert_int_equal(
	    open_text(s, "log.example\n1\nAAAA\n"), ERR_LOG_CHECKPOINT);
	assert_int_equal(open_text(s, "log.example\n1\n"), ERR_LOG_CHECKPOINT);
	note_signer_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(verifies_the_example_of_the_specification),
	    cmocka_unit_test(refuses_every_changed_bit),
	    cmocka_unit_test(ignores_unknown_keys_but_not_known_ones_that_fail),
	    cmocka_unit_test(bounds_the_number_of_signatures),
	    cmocka_unit_test(refuses_keys_that_are_none),
	    cmocka_unit_test(signs_what_it_verifies),
	    cmocka_unit_test(takes_checkpoints_of_its_own_form_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
