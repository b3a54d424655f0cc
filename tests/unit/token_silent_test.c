/* hsm/token.h with a token whose calls do not return. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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

struct look {
	struct token *t;
	enum err e;
};

static void *
look_once(void *arg)
{
	struct token_detail d;
	struct look *l = arg;

	l->e = token_poll(l->t, &d);
	return NULL;
}

/* Somebody is in a call that hangs, with the lock of logins. */
static void
logout_holds_at_once_for_a_token_that_does_not_answer(void **state)
{
	struct token_info info;
	pthread_t thread;
	struct look look;

	(void)state;
	look.t = open_key(FAULT_KEY_A);
	assert_int_equal(login(look.t, RIGHT), ERR_OK);
	p11fault_change("hang 1\n");
	assert_int_equal(pthread_create(&thread, NULL, look_once, &look), 0);
	while (token_waits(look.t) == 0)
		usleep(10000);
	alarm(60);
	assert_int_equal(token_info(look.t, &info), ERR_OK);
	assert_string_not_equal(info.key_label, "");
	assert_int_equal(token_logout(look.t, &detail), ERR_TOKEN_SILENT);
	assert_int_equal(token_state(look.t), TOKEN_NEEDS_PIN);
	assert_int_equal(sign(look.t), ERR_TOKEN_LOGGED_OUT);
	alarm(0);
	/* It comes back as one to which the kept PIN would be given. */
	p11fault_change("epoch 1\n");
	pthread_join(thread, NULL);
	assert_int_equal(look.e, ERR_TOKEN_LOGGED_OUT);
	assert_int_equal(token_poll(look.t, &detail), ERR_TOKEN_LOGGED_OUT);
	assert_int_equal(token_state(look.t), TOKEN_NEEDS_PIN);
	assert_int_equal(p11fault_count("C_Login"), 1);
	assert_int_equal(login(look.t, RIGHT), ERR_OK);
	assert_int_equal(sign(look.t), ERR_OK);
	token_close(look.t);
}

/* Nothing is at the token any more: who waited for the call has come back. */
static void
await_state(struct token *t, enum token_state state)
{
	int i;

	for (i = 0; i < 500 && (token_state(t) != state || token_waits(t) > 0);
	     i++)
		usleep(10000);
	assert_int_equal(token_state(t), state);
}

static void
a_login_is_not_waited_for_when_the_token_does_not_answer(void **state)
{
	struct token *t;
	time_t begin;

	(void)state;
	p11fault_set("tries 3\n");
	t = open_key(FAULT_KEY_A);
	alarm(100);
	/* Another's call keeps it out; or its own one hangs, twice. */
	p11fault_change("tries 3\nhang 1\n");
	begin = time(NULL);
	assert_int_equal(login(t, RIGHT), ERR_TOKEN_SILENT);
	assert_true(time(NULL) - begin <= TOKEN_SILENT_S + 3);
	assert_non_null(strstr(detail.text, "PIN is forgotten"));
	begin = time(NULL);
	assert_int_equal(login(t, WRONG), ERR_TOKEN_SILENT);
	assert_true(time(NULL) - begin <= TOKEN_SILENT_S + 3);
	p11fault_change("tries 3\n");
	sleep(1);
	await_state(t, TOKEN_NEEDS_PIN);
	assert_int_equal(p11fault_count("C_Login"), 0);
	assert_int_equal(login(t, RIGHT), ERR_OK);
	assert_int_equal(sign(t), ERR_OK);
	alarm(0);
	token_close(t);
}

static void
a_login_that_was_given_up_is_undone(void **state)
{
	struct token *t;

	(void)state;
	p11fault_set("tries 3\nhang-login 1\n");
	t = open_key(FAULT_KEY_A);
	alarm(100);
	assert_int_equal(login(t, RIGHT), ERR_TOKEN_SILENT);
	token_close(t); /* when the call returns */
	p11fault_change("tries 3\n");
	t = open_key(FAULT_KEY_A);
	while (p11fault_count("C_Logout") == 0)
		usleep(10000);
	await_state(t, TOKEN_NEEDS_PIN);
	assert_int_equal(token_poll(t, &detail), ERR_TOKEN_LOGGED_OUT);
	assert_int_equal(p11fault_count("C_Login"), 1);
	assert_int_equal(login(t, RIGHT), ERR_OK);
	assert_int_equal(sign(t), ERR_OK);
	alarm(0);
	token_close(t);
}

#define TEST(f) cmocka_unit_test_setup(f, fault_token_fresh_record)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(logout_holds_at_once_for_a_token_that_does_not_answer),
	    TEST(a_login_is_not_waited_for_when_the_token_does_not_answer),
	    TEST(a_login_that_was_given_up_is_undone),
	};
	int failed;

	fault_token_begin();
	failed = cmocka_run_group_tests_name("token_silent", tests, NULL, NULL);
	fault_token_end();
	return failed;
}
