/* The PIN rules of hsm/token.h, with a token that counts and locks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hsm/provision.h"
#include "hsm/token.h"
#include "tests/unit/support/fault_token.h"
#include "tests/unit/support/p11fault.h"
#include "tests/unit/support/softhsm.h"

#define RIGHT SOFTHSM_PIN
#define WRONG "654321"

static struct token_detail detail;

static struct token *
open_key(const char *uri)
{
	return fault_token_recorded(uri, &detail);
}

static enum err
login(struct token *t, const char *pin)
{
	return fault_token_login(t, pin, &detail);
}

static enum err
sign(struct token *t)
{
	return fault_token_sign(t, &detail);
}

static void
a_wrong_pin_is_tried_once_and_nothing_tries_again_by_itself(void **state)
{
	struct token *t;

	(void)state;
	p11fault_set("tries 3\n");
	t = open_key(FAULT_KEY_A);
	assert_int_equal(token_state(t), TOKEN_NEEDS_PIN);
	assert_int_equal(login(t, WRONG), ERR_PIN_WRONG);
	assert_string_equal(detail.text, "C_Login: CKR_PIN_INCORRECT");
	assert_int_equal(token_state(t), TOKEN_STOPPED);
	assert_int_equal(login(t, RIGHT), ERR_PIN_STOPPED);
	assert_int_equal(token_poll(t, &detail), ERR_PIN_STOPPED);
	assert_int_equal(sign(t), ERR_PIN_STOPPED);
	assert_int_equal(p11fault_count("C_Login"), 1);
	token_unstop(t);
	assert_int_equal(token_state(t), TOKEN_NEEDS_PIN);
	assert_int_equal(token_poll(t, &detail), ERR_TOKEN_LOGGED_OUT);
	assert_int_equal(p11fault_count("C_Login"), 1);
	assert_int_equal(login(t, RIGHT), ERR_OK);
	assert_int_equal(token_state(t), TOKEN_READY);
	assert_int_equal(sign(t), ERR_OK);
	token_close(t);
}

static void
a_wrong_pin_for_one_key_stops_the_other_keys_of_that_token(void **state)
{
	struct token *a, *b;

	(void)state;
	p11fault_set("tries 3\n");
	a = open_key(FAULT_KEY_A);
	b = open_key(FAULT_KEY_B);
	assert_int_equal(login(a, WRONG), ERR_PIN_WRONG);
	assert_int_equal(token_state(b), TOKEN_STOPPED);
	assert_int_equal(login(b, RIGHT), ERR_PIN_STOPPED);
	assert_int_equal(p11fault_count("C_Login"), 1);
	token_close(a);
	token_close(b);
}

static void
the_last_try_is_never_spent(void **state)
{
	struct token *t;

	(void)state;
	p11fault_set("tries 3\n");
	p11fault_set_tries(1);
	t = open_key(FAULT_KEY_A);
	assert_int_equal(login(t, RIGHT), ERR_PIN_FINAL_TRY);
	assert_int_equal(token_state(t), TOKEN_STOPPED);
	assert_int_equal(p11fault_count("C_Login"), 0);
	token_unstop(t);
	assert_int_equal(login(t, RIGHT), ERR_PIN_FINAL_TRY);
	assert_int_equal(p11fault_count("C_Login"), 0);
	assert_int_equal(p11fault_tries(), 1);
	token_close(t);
}

static void
a_locked_token_is_not_tried(void **state)
{
	struct token *t;

	(void)state;
	p11fault_set("tries 3\n");
	p11fault_set_tries(0);
	t = open_key(FAULT_KEY_A);
	assert_int_equal(login(t, RIGHT), ERR_PIN_LOCKED);
	assert_int_equal(token_state(t), TOKEN_STOPPED);
	assert_int_equal(p11fault_count("C_Login"), 0);
	token_close(t);
}

static void
a_pin_that_is_unset_or_must_be_changed_is_not_tried(void **state)
{
	struct token *t;

	(void)state;
	t = open_key(FAULT_KEY_A);
	p11fault_set("pin-unset 1\n");
	assert_int_equal(login(t, RIGHT), ERR_PIN_NOT_SET);
	p11fault_set("to-be-changed 1\n");
	assert_int_equal(login(t, RIGHT), ERR_PIN_NOT_SET);
	assert_int_equal(p11fault_count("C_Login"), 0);
	assert_int_equal(token_state(t), TOKEN_NEEDS_PIN);
	token_close(t);
}

static void
a_pin_of_impossible_length_costs_no_try(void **state)
{
	struct token *t;
	char longest[300];

	(void)state;
	p11fault_set("tries 3\n");
	t = open_key(FAULT_KEY_A);
	assert_int_equal(login(t, "123"), ERR_PIN_LENGTH);
	assert_int_equal(login(t, ""), ERR_PIN_LENGTH);
	memset(longest, '1', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(login(t, longest), ERR_PIN_LENGTH);
	assert_int_equal(p11fault_count("C_Login"), 0);
	assert_int_equal(login(t, RIGHT), ERR_OK);
	token_close(t);
}

static void
a_token_without_flags_keeps_its_third_try_over_restarts(void **state)
{
	struct token *t;
	int i;

	(void)state;
	p11fault_set("tries 3\nno-flags 1\n");
	for (i = 0; i < 2; i++) {
		t = open_key(FAULT_KEY_A);
		assert_int_equal(login(t, WRONG), ERR_PIN_WRONG);
		token_close(t);
	}
	t = open_key(FAULT_KEY_A);
	assert_int_equal(login(t, RIGHT), ERR_PIN_FINAL_TRY);
	assert_non_null(strstr(detail.text, fault_token_record()));
	assert_int_equal(p11fault_count("C_Login"), 2);
	assert_int_equal(p11fault_tries(), 1);
	token_close(t);
	/* A person has entered the right PIN elsewhere and says so. */
	assert_int_equal(unlink(fault_token_record()), 0);
	t = open_key(FAULT_KEY_A);
	assert_int_equal(login(t, RIGHT), ERR_OK);
	token_close(t);
}

static void
a_right_pin_forgets_earlier_failures(void **state)
{
	struct token *t;
	int i;

	(void)state;
	p11fault_set("tries 3\nno-flags 1\n");
	t = open_key(FAULT_KEY_A);
	for (i = 0; i < 3; i++) {
		assert_int_equal(login(t, WRONG), ERR_PIN_WRONG);
		token_unstop(t);
		assert_int_equal(login(t, RIGHT), ERR_OK);
		assert_int_equal(token_logout(t, &detail), ERR_OK);
	}
	assert_int_equal(p11fault_tries(), 3);
	token_close(t);
}

/* The module ends the process inside C_Login. */
static void
crash_in_login(const char *pin)
{
	struct token *t;
	int status;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		t = open_key(FAULT_KEY_A);
		_exit(login(t, pin) == ERR_PIN_FINAL_TRY ? 42 : 43);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 99);
}

static void
a_crash_loop_cannot_lock_a_card(void **state)
{
	struct token *t;

	(void)state;
	p11fault_set("tries 3\nno-flags 1\nfail C_Login 1 0xdead\n");
	crash_in_login(WRONG);
	crash_in_login(WRONG);
	p11fault_set("tries 3\nno-flags 1\n");
	t = open_key(FAULT_KEY_A);
	assert_int_equal(login(t, RIGHT), ERR_PIN_FINAL_TRY);
	assert_int_equal(p11fault_count("C_Login"), 0);
	token_close(t);
}

static void
no_pin_is_tried_when_the_record_cannot_be_written(void **state)
{
	struct token_config c = {.uri = FAULT_KEY_A,
	    .module = p11fault_module(),
	    .pin_state = "/nowhere/pin-state"};
	struct token *t;

	(void)state;
	p11fault_set("tries 3\n");
	assert_int_equal(token_open(&t, &c, &detail), ERR_OK);
	assert_int_not_equal(login(t, RIGHT), ERR_OK);
	assert_int_equal(p11fault_count("C_Login"), 0);
	token_close(t);
}

static void
a_pin_changed_elsewhere_costs_one_try_after_a_reconnect(void **state)
{
	struct token *t;

	(void)state;
	p11fault_set("tries 3\n");
	t = open_key(FAULT_KEY_A);
	assert_int_equal(login(t, RIGHT), ERR_OK);
	p11fault_change("tries 3\nepoch 1\nwrong-pin 1\n");
	assert_int_equal(token_poll(t, &detail), ERR_PIN_WRONG);
	assert_int_equal(token_poll(t, &detail), ERR_PIN_STOPPED);
	assert_int_equal(token_poll(t, &detail), ERR_PIN_STOPPED);
	assert_int_equal(token_state(t), TOKEN_STOPPED);
	assert_int_equal(p11fault_count("C_Login"), 2);
	assert_int_equal(p11fault_tries(), 2);
	token_close(t);
}

static void
another_card_of_the_same_name_never_gets_the_kept_pin(void **state)
{
	struct token *t;

	(void)state;
	p11fault_set("");
	t = open_key(FAULT_KEY_A);
	assert_int_equal(login(t, RIGHT), ERR_OK);
	p11fault_change("epoch 1\nserial OTHERCARD\n");
	assert_int_equal(token_poll(t, &detail), ERR_TOKEN_ABSENT);
	assert_non_null(strstr(detail.text, "expected serial number"));
	assert_int_equal(login(t, RIGHT), ERR_TOKEN_ABSENT);
	assert_int_equal(p11fault_count("C_Login"), 1);
	p11fault_change("epoch 2\n");
	assert_int_equal(token_poll(t, &detail), ERR_OK);
	assert_int_equal(sign(t), ERR_OK);
	token_close(t);
}

/* The module has not noticed that the card was changed; the flags that are
 * read before the try would be the other card's. */
static void
a_card_that_was_changed_unnoticed_gets_no_pin(void **state)
{
	struct token *t;

	(void)state;
	t = open_key(FAULT_KEY_A);
	p11fault_change("serial OTHERCARD\n");
	assert_int_equal(login(t, RIGHT), ERR_TOKEN_ABSENT);
	assert_int_equal(token_state(t), TOKEN_IS_ABSENT);
	assert_int_equal(p11fault_count("C_Login"), 0);
	p11fault_change("");
	assert_int_equal(login(t, RIGHT), ERR_OK);
	token_close(t);
}

static void
a_different_pin_is_refused_without_a_try_while_logged_in(void **state)
{
	struct token *a, *b;

	(void)state;
	p11fault_set("tries 3\n");
	a = open_key(FAULT_KEY_A);
	assert_int_equal(login(a, RIGHT), ERR_OK);
	b = open_key(FAULT_KEY_B);
	assert_int_equal(token_state(b), TOKEN_READY);
	assert_int_equal(login(b, WRONG), ERR_PIN_WRONG);
	assert_int_equal(login(b, RIGHT), ERR_OK);
	assert_int_equal(p11fault_count("C_Login"), 1);
	assert_int_equal(sign(a), ERR_OK);
	assert_int_equal(sign(b), ERR_OK);
	token_close(a);
	assert_int_equal(sign(b), ERR_OK);
	token_close(b);
}

static void
logout_forgets_the_pin_for_all_keys_of_the_token(void **state)
{
	struct token *a, *b;

	(void)state;
	p11fault_set("");
	a = open_key(FAULT_KEY_A);
	b = open_key(FAULT_KEY_B);
	assert_int_equal(login(a, RIGHT), ERR_OK);
	assert_int_equal(token_poll(b, &detail), ERR_OK);
	assert_int_equal(token_logout(b, &detail), ERR_OK);
	assert_int_equal(token_state(a), TOKEN_NEEDS_PIN);
	assert_int_equal(sign(a), ERR_TOKEN_LOGGED_OUT);
	assert_int_equal(token_poll(a, &detail), ERR_TOKEN_LOGGED_OUT);
	assert_int_equal(p11fault_count("C_Login"), 1);
	assert_int_equal(login(a, RIGHT), ERR_OK);
	assert_int_equal(sign(a), ERR_OK);
	token_close(a);
	token_close(b);
}

static void
every_signature_of_an_always_authenticate_key_has_its_own_login(void **state)
{
	struct token_info info;
	struct token *t;

	(void)state;
	p11fault_set("always-auth 1\ntries 3\n");
	t = open_key(FAULT_KEY_A);
	assert_int_equal(login(t, RIGHT), ERR_OK);
	assert_int_equal(token_info(t, &info), ERR_OK);
	assert_true(info.always_authenticate);
	assert_int_equal(sign(t), ERR_OK);
	assert_int_equal(sign(t), ERR_OK);
	assert_int_equal(p11fault_count("C_Login user"), 1);
	assert_int_equal(p11fault_count("C_Login context"), 2);
	/* The PIN is changed elsewhere: one try, then nothing. */
	p11fault_change("always-auth 1\ntries 3\nwrong-pin 1\n");
	assert_int_equal(sign(t), ERR_PIN_WRONG);
	assert_int_equal(sign(t), ERR_PIN_STOPPED);
	assert_int_equal(token_poll(t, &detail), ERR_PIN_STOPPED);
	assert_int_equal(token_state(t), TOKEN_STOPPED);
	assert_int_equal(p11fault_count("C_Login context"), 3);
	assert_int_equal(p11fault_tries(), 2);
	p11fault_change("always-auth 1\ntries 3\n");
	token_unstop(t);
	assert_int_equal(login(t, RIGHT), ERR_OK);
	assert_int_equal(sign(t), ERR_OK);
	token_close(t);
}

static void
the_last_try_is_not_spent_between_sign_init_and_sign_either(void **state)
{
	struct token *t;

	(void)state;
	p11fault_set("always-auth 1\ntries 3\n");
	t = open_key(FAULT_KEY_A);
	assert_int_equal(login(t, RIGHT), ERR_OK);
	p11fault_set_tries(1);
	assert_int_equal(sign(t), ERR_PIN_FINAL_TRY);
	assert_int_equal(token_state(t), TOKEN_STOPPED);
	assert_int_equal(p11fault_count("C_Login context"), 0);
	token_close(t);
}

static void
a_pinpad_takes_the_place_of_the_pin(void **state)
{
	struct token *t;

	(void)state;
	t = open_key(FAULT_KEY_A);
	assert_false(token_has_pinpad(t));
	assert_int_equal(login(t, NULL), ERR_TOKEN_LOGGED_OUT);
	assert_int_equal(p11fault_count("C_Login"), 0);
	token_close(t);
	p11fault_set("tries 3\nalways-auth 1\npinpad " RIGHT "\n");
	t = open_key(FAULT_KEY_A);
	assert_true(token_has_pinpad(t));
	assert_int_equal(login(t, NULL), ERR_OK);
	assert_int_equal(sign(t), ERR_OK);
	assert_int_equal(sign(t), ERR_OK);
	/* There is no PIN to log in with after a pull. */
	p11fault_change("tries 3\nalways-auth 1\nepoch 1\npinpad " RIGHT "\n");
	assert_int_equal(token_poll(t, &detail), ERR_TOKEN_LOGGED_OUT);
	assert_int_equal(token_state(t), TOKEN_NEEDS_PIN);
	assert_int_equal(login(t, NULL), ERR_OK);
	assert_int_equal(sign(t), ERR_OK);
	token_close(t);
}

static void
the_cancel_key_of_a_pinpad_is_no_wrong_pin(void **state)
{
	const char *cancel = "tries 3\nno-flags 1\nalways-auth 1\npinpad " RIGHT
			     "\npinpad-cancel 1\n";
	const char *type = "tries 3\nno-flags 1\nalways-auth 1\npinpad " RIGHT
			   "\n";
	struct token *t;
	int i;

	(void)state;
	p11fault_set(cancel);
	t = open_key(FAULT_KEY_A);
	for (i = 0; i < 3; i++)
		assert_int_equal(login(t, NULL), ERR_CANCELLED);
	assert_int_equal(token_state(t), TOKEN_NEEDS_PIN);
	p11fault_change(type);
	assert_int_equal(login(t, NULL), ERR_OK);
	/* An operation that was begun must not stay behind. */
	p11fault_change(cancel);
	for (i = 0; i < 3; i++)
		assert_int_equal(sign(t), ERR_CANCELLED);
	assert_int_equal(token_state(t), TOKEN_READY);
	p11fault_change(type);
	assert_int_equal(sign(t), ERR_OK);
	token_close(t);
}

static void
a_wrong_pin_at_the_pinpad_stops_too(void **state)
{
	struct token *t;

	(void)state;
	p11fault_set("tries 3\npinpad " WRONG "\n");
	t = open_key(FAULT_KEY_A);
	assert_int_equal(login(t, NULL), ERR_PIN_WRONG);
	assert_int_equal(token_state(t), TOKEN_STOPPED);
	assert_int_equal(login(t, NULL), ERR_PIN_STOPPED);
	assert_int_equal(p11fault_count("C_Login"), 1);
	token_close(t);
}

#define TEST(f) cmocka_unit_test_setup(f, fault_token_fresh_record)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_wrong_pin_is_tried_once_and_nothing_tries_again_by_itself),
	    TEST(a_wrong_pin_for_one_key_stops_the_other_keys_of_that_token),
	    TEST(the_last_try_is_never_spent),
	    TEST(a_locked_token_is_not_tried),
	    TEST(a_pin_that_is_unset_or_must_be_changed_is_not_tried),
	    TEST(a_pin_of_impossible_length_costs_no_try),
	    TEST(a_token_without_flags_keeps_its_third_try_over_restarts),
	    TEST(a_right_pin_forgets_earlier_failures),
	    TEST(a_crash_loop_cannot_lock_a_card),
	    TEST(no_pin_is_tried_when_the_record_cannot_be_written),
	    TEST(a_pin_changed_elsewhere_costs_one_try_after_a_reconnect),
	    TEST(another_card_of_the_same_name_never_gets_the_kept_pin),
	    TEST(a_card_that_was_changed_unnoticed_gets_no_pin),
	    TEST(a_different_pin_is_refused_without_a_try_while_logged_in),
	    TEST(logout_forgets_the_pin_for_all_keys_of_the_token),
	    TEST(
		every_signature_of_an_always_authenticate_key_has_its_own_login),
	    TEST(the_last_try_is_not_spent_between_sign_init_and_sign_either),
	    TEST(a_pinpad_takes_the_place_of_the_pin),
	    TEST(the_cancel_key_of_a_pinpad_is_no_wrong_pin),
	    TEST(a_wrong_pin_at_the_pinpad_stops_too),
	};
	int failed;

	fault_token_begin();
	failed = cmocka_run_group_tests_name("token_pin", tests, NULL, NULL);
	fault_token_end();
	return failed;
}
