/* hsm/token.h when tokens vanish, come back as another, or fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hsm/key.h"
#include "hsm/module.h"
#include "hsm/provision.h"
#include "hsm/token.h"
#include "hsm/uri.h"
#include "tests/unit/support/fault_token.h"
#include "tests/unit/support/p11fault.h"
#include "tests/unit/support/softhsm.h"

static struct token_detail detail;

static struct token *
open_key(const char *uri)
{
	return fault_token_open(uri, 0, NULL, &detail);
}

static enum err
sign(struct token *t)
{
	return fault_token_sign(t, &detail);
}

/* Once it was looked for. */
static void
signs_again(struct token *t)
{
	assert_int_equal(token_poll(t, &detail), ERR_OK);
	assert_int_equal(sign(t), ERR_OK);
}

/* What is wrong from then on, in a signature by a key that was good. */
static struct token *
break_one(const char *control, enum err e)
{
	struct token *t = open_key(FAULT_KEY_A);

	p11fault_change(control);
	assert_int_equal(sign(t), e);
	return t;
}

static void
a_pulled_token_is_used_again_when_it_is_back(void **state)
{
	struct token *t;

	(void)state;
	t = open_key(FAULT_KEY_A);
	assert_int_equal(sign(t), ERR_OK);
	p11fault_change("absent 1\n");
	assert_int_equal(sign(t), ERR_TOKEN_ABSENT);
	assert_string_equal(detail.text, "C_SignInit: CKR_DEVICE_REMOVED");
	assert_int_equal(token_state(t), TOKEN_IS_ABSENT);
	assert_int_equal(sign(t), ERR_TOKEN_ABSENT);
	assert_int_equal(token_poll(t, &detail), ERR_TOKEN_ABSENT);
	assert_int_equal(token_poll(t, &detail), ERR_TOKEN_ABSENT);
	p11fault_change("");
	assert_int_equal(sign(t), ERR_TOKEN_ABSENT);
	assert_int_equal(token_poll(t, &detail), ERR_OK);
	assert_int_equal(token_state(t), TOKEN_READY);
	assert_int_equal(sign(t), ERR_OK);
	assert_int_equal(p11fault_count("C_Login"), 2);
	token_close(t);
}

static void
a_poll_sees_a_pull_without_a_signature(void **state)
{
	struct token *t;

	(void)state;
	t = open_key(FAULT_KEY_A);
	assert_int_equal(token_poll(t, &detail), ERR_OK);
	p11fault_change("absent 1\n");
	assert_int_equal(token_poll(t, &detail), ERR_TOKEN_ABSENT);
	assert_int_equal(token_state(t), TOKEN_IS_ABSENT);
	p11fault_change("");
	signs_again(t);
	token_close(t);
}

static void
a_poll_when_nothing_changed_logs_in_nowhere(void **state)
{
	struct token *t;
	int i;

	(void)state;
	t = open_key(FAULT_KEY_A);
	p11fault_set("");
	for (i = 0; i < 10; i++)
		assert_int_equal(token_poll(t, &detail), ERR_OK);
	assert_int_equal(p11fault_count("C_Login"), 0);
	assert_int_equal(p11fault_count("C_FindObjects"), 0);
	assert_int_equal(p11fault_count("C_OpenSession"), 0);
	assert_true(p11fault_count("C_") <= 20);
	token_close(t);
}

static void
a_pull_between_two_signatures_is_noticed(void **state)
{
	struct token *t = break_one("epoch 1\n", ERR_TOKEN_ABSENT);

	(void)state;
	signs_again(t);
	token_close(t);
}

static void
a_pull_within_a_signature_gives_no_signature(void **state)
{
	/* CKR_DEVICE_REMOVED */
	struct token *t = break_one("fail C_Sign 1 0x32\n", ERR_TOKEN_ABSENT);

	(void)state;
	assert_int_equal(token_state(t), TOKEN_IS_ABSENT);
	p11fault_change("");
	signs_again(t);
	token_close(t);
}

static void
stale_handles_never_sign_with_another_key(void **state)
{
	struct token_public_key ka, kb;
	struct token *a, *b;
	char control[32];
	int i;

	(void)state;
	p11fault_set("stale 1\n");
	a = open_key(FAULT_KEY_A);
	b = open_key(FAULT_KEY_B);
	assert_int_equal(token_public_key(a, &ka, &detail), ERR_OK);
	assert_int_equal(token_public_key(b, &kb, &detail), ERR_OK);
	for (i = 1; i < 5; i++) {
		snprintf(control, sizeof(control), "stale 1\nepoch %d\n", i);
		p11fault_change(control);
		/* Only b asks; a must not go on with its old handle. */
		assert_int_equal(token_poll(b, &detail), ERR_OK);
		assert_int_equal(fault_token_sign_as(b, &kb, &detail), ERR_OK);
		assert_int_equal(token_state(a), TOKEN_IS_ABSENT);
		assert_int_equal(
		    fault_token_sign_as(a, &ka, &detail), ERR_TOKEN_ABSENT);
		assert_int_equal(token_poll(a, &detail), ERR_OK);
		assert_int_equal(fault_token_sign_as(a, &ka, &detail), ERR_OK);
		assert_int_equal(fault_token_sign_as(b, &kb, &detail), ERR_OK);
	}
	token_close(a);
	token_close(b);
}

static void
a_key_that_is_not_the_certificates_is_refused(void **state)
{
	struct token_config c = {
	    .uri = FAULT_KEY_A, .module = p11fault_module()};
	struct token_public_key ka, kb;
	struct token *t;

	(void)state;
	t = open_key(FAULT_KEY_B);
	assert_int_equal(token_public_key(t, &kb, &detail), ERR_OK);
	token_close(t);
	t = open_key(FAULT_KEY_A);
	assert_int_equal(token_public_key(t, &ka, &detail), ERR_OK);
	token_close(t);
	t = fault_token_open(FAULT_KEY_A, 0, &ka, &detail);
	assert_int_equal(fault_token_sign_as(t, &ka, &detail), ERR_OK);
	token_close(t);
	c.expected = &kb;
	assert_int_equal(token_open(&t, &c, &detail), ERR_OK);
	assert_int_equal(token_login(t, (const uint8_t *)SOFTHSM_PIN,
			     strlen(SOFTHSM_PIN), &detail),
	    ERR_TOKEN_KEY_MISMATCH);
	assert_int_not_equal(token_state(t), TOKEN_READY);
	assert_int_not_equal(fault_token_sign_as(t, &ka, &detail), ERR_OK);
	assert_int_equal(token_poll(t, &detail), ERR_TOKEN_KEY_MISMATCH);
	assert_int_equal(p11fault_count("C_SignInit"), 1);
	token_close(t);
}

static void
a_key_without_any_public_value_is_refused(void **state)
{
	struct token_config c = {
	    .uri = FAULT_KEY_A, .module = p11fault_module()};
	struct token *t;

	(void)state;
	p11fault_set("hide-public 1\n");
	assert_int_equal(token_open(&t, &c, &detail), ERR_OK);
	assert_int_equal(token_login(t, (const uint8_t *)SOFTHSM_PIN,
			     strlen(SOFTHSM_PIN), &detail),
	    ERR_TOKEN_KEY_MISMATCH);
	token_close(t);
}

/* Somebody makes another key of the same label and id while it is away. */
static void
destroy(CK_FUNCTION_LIST *f, CK_SLOT_ID slot, const char *label)
{
	CK_UTF8CHAR name[8];
	CK_ATTRIBUTE pattern = {CKA_LABEL, name, strlen(label)};
	CK_OBJECT_HANDLE object[4];
	CK_SESSION_HANDLE session;
	CK_ULONG n, i;

	memcpy(name, label, strlen(label));
	assert_int_equal(
	    f->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL,
		NULL, &session),
	    CKR_OK);
	assert_int_equal(
	    key_objects(f, session, &pattern, 1, object, 4, &n, &detail),
	    ERR_OK);
	assert_int_equal(n, 2);
	for (i = 0; i < n; i++)
		assert_int_equal(f->C_DestroyObject(session, object[i]), 0);
	assert_int_equal(f->C_CloseSession(session), CKR_OK);
}

static void
a_key_that_was_replaced_while_the_token_was_away_is_refused(void **state)
{
	struct token_config c = {
	    .uri = "pkcs11:token=one", .module = p11fault_module()};
	const uint8_t id = 3, *pin = (const uint8_t *)SOFTHSM_PIN;
	CK_TOKEN_INFO info;
	struct module *m;
	CK_SLOT_ID slot;
	P11KitUri *uri;
	struct token *t;
	int i;

	(void)state;
	assert_int_equal(
	    provision_key(&c, TOKEN_P256, 0, "c", &id, 1, pin, 6, &detail),
	    ERR_OK);
	t = open_key("pkcs11:token=one;object=c");
	assert_int_equal(sign(t), ERR_OK);
	assert_int_equal(uri_parse(&uri, c.uri, &detail), ERR_OK);
	assert_int_equal(module_open(&m, c.module, &detail), ERR_OK);
	assert_int_equal(
	    uri_find_slot(uri, m, NULL, &slot, &info, &detail), ERR_OK);
	destroy(m->f, slot, "c");
	assert_int_equal(
	    provision_key(&c, TOKEN_P256, 0, "c", &id, 1, pin, 6, &detail),
	    ERR_OK);
	p11fault_change("epoch 1\n");
	for (i = 0; i < 2; i++) {
		assert_int_equal(
		    token_poll(t, &detail), ERR_TOKEN_KEY_MISMATCH);
		assert_int_not_equal(token_state(t), TOKEN_READY);
		assert_int_not_equal(sign(t), ERR_OK);
	}
	destroy(m->f, slot, "c");
	assert_int_equal(token_poll(t, &detail), ERR_TOKEN_KEY_ABSENT);
	module_close(m);
	p11_kit_uri_free(uri);
	token_close(t);
}

static void
one_session_serves_two_keys(void **state)
{
	struct token_info info;
	struct token *a, *b;

	(void)state;
	p11fault_set("sessions 1\n");
	a = fault_token_open(FAULT_KEY_A, 8, NULL, &detail);
	b = fault_token_open(FAULT_KEY_B, 8, NULL, &detail);
	assert_int_equal(token_info(a, &info), ERR_OK);
	assert_int_equal(info.sessions, 1);
	assert_int_equal(sign(a), ERR_OK);
	assert_int_equal(sign(b), ERR_OK);
	token_close(a);
	assert_int_equal(sign(b), ERR_OK);
	token_close(b);
}

static void
no_more_sessions_than_wanted_are_opened(void **state)
{
	struct token_info info;
	struct token *t;

	(void)state;
	t = fault_token_open(FAULT_KEY_A, 5, NULL, &detail);
	assert_int_equal(token_info(t, &info), ERR_OK);
	assert_int_equal(info.sessions, 5);
	assert_int_equal(p11fault_count("C_OpenSession"), 5);
	token_close(t);
	assert_int_equal(p11fault_count("C_CloseSession"), 5);
	assert_int_equal(p11fault_count("C_Finalize"), 1);
}

static void
a_failed_signature_says_which_call_failed_and_the_next_one_works(void **state)
{
	struct token *t;

	(void)state;
	t = fault_token_open(FAULT_KEY_A, 1, NULL, &detail);
	p11fault_change("fail C_Sign 1 5\n");
	assert_int_equal(sign(t), ERR_TOKEN_FAILED);
	assert_string_equal(detail.text, "C_Sign: CKR_GENERAL_ERROR");
	assert_int_equal(sign(t), ERR_OK);
	p11fault_change("fail C_Sign 1 0x80000042\n");
	assert_int_equal(sign(t), ERR_TOKEN_FAILED);
	assert_string_equal(detail.text, "C_Sign: CKR 0x80000042");
	assert_int_equal(token_state(t), TOKEN_READY);
	assert_int_equal(sign(t), ERR_OK);
	assert_int_equal(p11fault_count("C_Login"), 1);
	token_close(t);
}

static void
a_failed_signature_in_the_only_session_is_survived(void **state)
{
	struct token *t;

	(void)state;
	p11fault_set("sessions 1\n");
	t = open_key(FAULT_KEY_A);
	p11fault_change("sessions 1\nfail C_Sign 1 5\n");
	assert_int_equal(sign(t), ERR_TOKEN_FAILED);
	/* No room for a fresh session: connected anew. */
	signs_again(t);
	token_close(t);
}

static void
a_login_that_went_away_is_made_again(void **state)
{
	struct token *t;

	(void)state;
	t = open_key(FAULT_KEY_A);
	p11fault_change("fail C_SignInit 1 0x101\n"); /* USER_NOT_LOGGED_IN */
	assert_int_not_equal(sign(t), ERR_OK);
	assert_int_equal(token_state(t), TOKEN_IS_ABSENT);
	signs_again(t);
	token_close(t);
}

static void
a_token_that_fails_while_coming_back_is_tried_again(void **state)
{
	const char *calls[] = {"C_GetSlotList", "C_GetTokenInfo",
	    "C_OpenSession", "C_FindObjectsInit", "C_FindObjects", "C_GetInfo"};
	char control[80];
	struct token *t;
	unsigned i;

	(void)state;
	t = open_key(FAULT_KEY_A);
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		snprintf(control, sizeof(control), "epoch %u\nfail %s 0 0x30\n",
		    i + 1, calls[i]);
		p11fault_change(control);
		if (strcmp(calls[i], "C_GetInfo") != 0)
			assert_int_not_equal(token_poll(t, &detail), ERR_OK);
		snprintf(control, sizeof(control), "epoch %u\n", i + 1);
		p11fault_change(control);
		signs_again(t);
	}
	token_close(t);
}

static void
a_signature_with_a_wrong_bit_is_not_hidden(void **state)
{
	struct token *t = break_one("flip 1\n", ERR_SIGNATURE_INVALID);

	(void)state;
	token_close(t);
}

#define TEST(f) cmocka_unit_test_setup(f, fault_token_fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_pulled_token_is_used_again_when_it_is_back),
	    TEST(a_poll_sees_a_pull_without_a_signature),
	    TEST(a_poll_when_nothing_changed_logs_in_nowhere),
	    TEST(a_pull_between_two_signatures_is_noticed),
	    TEST(a_pull_within_a_signature_gives_no_signature),
	    TEST(stale_handles_never_sign_with_another_key),
	    TEST(a_key_that_is_not_the_certificates_is_refused),
	    TEST(a_key_without_any_public_value_is_refused),
	    TEST(a_key_that_was_replaced_while_the_token_was_away_is_refused),
	    TEST(one_session_serves_two_keys),
	    TEST(no_more_sessions_than_wanted_are_opened),
	    TEST(
		a_failed_signature_says_which_call_failed_and_the_next_one_works),
	    TEST(a_failed_signature_in_the_only_session_is_survived),
	    TEST(a_login_that_went_away_is_made_again),
	    TEST(a_token_that_fails_while_coming_back_is_tried_again),
	    TEST(a_signature_with_a_wrong_bit_is_not_hidden),
	};
	int failed;

	fault_token_begin();
	failed = cmocka_run_group_tests_name("token_pull", tests, NULL, NULL);
	fault_token_end();
	return failed;
}
