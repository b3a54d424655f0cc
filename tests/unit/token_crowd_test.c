/* hsm/token.h under many threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "hsm/token.h"
#include "tests/unit/support/fault_token.h"
#include "tests/unit/support/p11fault.h"

static struct token_detail detail;

static struct token *
open_key(const char *uri)
{
	return fault_token_open(uri, 0, NULL, &detail);
}

struct crowd {
	struct token *t;
	struct token_public_key key;
	atomic_uint good, absent, bad;
	atomic_bool stop;
};

static void *
sign_many(void *arg)
{
	struct crowd *c = arg;
	struct token_detail d;

	while (!c->stop)
		switch (fault_token_sign_as(c->t, &c->key, &d)) {
		case ERR_OK:
			c->good++;
			break;
		case ERR_TOKEN_ABSENT:
		case ERR_TOKEN_LOGGED_OUT:
			c->absent++;
			usleep(200);
			break;
		default:
			print_error("%s\n", d.text);
			c->bad++;
		}
	return NULL;
}

static void
wait_for(atomic_uint *count, unsigned more)
{
	unsigned from = *count, i;

	for (i = 0; *count < from + more; i++) {
		assert_true(i < 20000);
		usleep(1000);
	}
}

/* Six threads over two sessions each of two keys, pulls and a poller between
 * them: no signature may be wrong, none may hang. */
static void
parallel_signatures_survive_pulls(void **state)
{
	static struct crowd crowd[2];
	pthread_t thread[6];
	char control[64];
	int i, k;

	(void)state;
	memset(crowd, 0, sizeof(crowd));
	p11fault_set("stale 1\n");
	crowd[0].t = open_key(FAULT_KEY_A);
	crowd[1].t = open_key(FAULT_KEY_B);
	for (k = 0; k < 2; k++)
		assert_int_equal(
		    token_public_key(crowd[k].t, &crowd[k].key, &detail),
		    ERR_OK);
	for (i = 0; i < 6; i++)
		assert_int_equal(
		    pthread_create(&thread[i], NULL, sign_many, &crowd[i % 2]),
		    0);
	for (i = 1; i < 8; i++) {
		for (k = 0; k < 2; k++)
			wait_for(&crowd[k].good, 20);
		snprintf(control, sizeof(control), "stale 1\nepoch %d\n%s", i,
		    i % 2 ? "absent 1\n" : "");
		p11fault_change(control);
		for (k = 0; k < 2; k++)
			wait_for(&crowd[k].absent, 1);
		snprintf(control, sizeof(control), "stale 1\nepoch %d\n", i);
		p11fault_change(control);
		for (k = 0; k < 2; k++)
			while (token_poll(crowd[k].t, &detail) != ERR_OK)
				usleep(1000);
	}
	crowd[0].stop = crowd[1].stop = true;
	for (i = 0; i < 6; i++)
		pthread_join(thread[i], NULL);
	for (k = 0; k < 2; k++) {
		assert_int_equal(crowd[k].bad, 0);
		token_close(crowd[k].t);
	}
}

static void *
sign_once(void *arg)
{
	struct crowd *c = arg;
	struct token_detail d;

	if (fault_token_sign_as(c->t, &c->key, &d) == ERR_TOKEN_ABSENT)
		c->absent++;
	else
		c->bad++;
	return NULL;
}

/* Else it could sign in a session of the new connection with an old handle. */
static void
no_new_connection_begins_while_a_call_of_the_old_one_is_under_way(void **state)
{
	static struct crowd crowd;
	struct timespec from, to;
	pthread_t thread;

	(void)state;
	memset(&crowd, 0, sizeof(crowd));
	crowd.t = open_key(FAULT_KEY_A);
	assert_int_equal(
	    token_public_key(crowd.t, &crowd.key, &detail), ERR_OK);
	p11fault_change("slow 500\n");
	clock_gettime(CLOCK_MONOTONIC, &from);
	assert_int_equal(pthread_create(&thread, NULL, sign_once, &crowd), 0);
	while (p11fault_count("C_SignInit") == 0)
		usleep(1000);
	p11fault_change("epoch 1\n");
	assert_int_equal(token_poll(crowd.t, &detail), ERR_OK);
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_true((to.tv_sec - from.tv_sec) * 1000 +
		(to.tv_nsec - from.tv_nsec) / 1000000 >=
	    500);
	pthread_join(thread, NULL);
	assert_int_equal(crowd.absent, 1);
	assert_int_equal(fault_token_sign(crowd.t, &detail), ERR_OK);
	token_close(crowd.t);
}

static void
slow_signatures_run_side_by_side(void **state)
{
	static struct crowd crowd;
	pthread_t thread[4];
	int i;

	(void)state;
	memset(&crowd, 0, sizeof(crowd));
	crowd.t = fault_token_open(FAULT_KEY_A, 4, NULL, &detail);
	assert_int_equal(
	    token_public_key(crowd.t, &crowd.key, &detail), ERR_OK);
	p11fault_change("slow 100\n");
	/* The first call reads the line, the others are slow. */
	assert_int_equal(
	    fault_token_sign_as(crowd.t, &crowd.key, &detail), ERR_OK);
	for (i = 0; i < 4; i++)
		assert_int_equal(
		    pthread_create(&thread[i], NULL, sign_many, &crowd), 0);
	usleep(650000);
	crowd.stop = true;
	for (i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	assert_int_equal(crowd.bad, 0);
	/* One after the other there would be seven. */
	assert_true(crowd.good >= 14);
	token_close(crowd.t);
}

#define TEST(f) cmocka_unit_test_setup(f, fault_token_fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(parallel_signatures_survive_pulls),
	    TEST(
		no_new_connection_begins_while_a_call_of_the_old_one_is_under_way),
	    TEST(slow_signatures_run_side_by_side),
	};
	int failed;

	fault_token_begin();
	failed = cmocka_run_group_tests_name("token_crowd", tests, NULL, NULL);
	fault_token_end();
	return failed;
}
