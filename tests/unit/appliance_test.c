/* Signer's side of an appliance against one that lies: of its lies none
 * becomes an approval, and an honest one is not lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "host/base/file.h"
#include "tests/unit/support/appliance_fixture.h"

static struct appliance_fixture *const f = &appliance_fixture;

static void
refuses(enum lie lie, enum err reason)
{
	liar_set(f->liar, lie);
	appliance_fixture_open(false);
	assert_int_equal(appliance_fixture_decide(APPLIANCE_FIXTURE_SELECT),
	    APPLIANCE_FAILED);
	assert_int_equal(appliance_fixture_status().reason, reason);
	assert_int_equal(f->approvals, 0);
	assert_int_equal(f->refusals, 0);
}

static void
an_honest_approval_is_granted(void **state)
{
	(void)state;
	appliance_fixture_open(false);
	assert_int_equal(appliance_fixture_decide(APPLIANCE_FIXTURE_SELECT),
	    APPLIANCE_APPROVED);
	assert_int_equal(f->approvals, 1);
	assert_true(f->late);
	assert_string_equal(f->granted.means, "appliance");
	assert_string_equal(f->granted.key, "default");
	assert_memory_equal(f->granted.approval.root, f->batch.root, 32);
	assert_int_equal(appliance_fixture_status().entry, 17);
	assert_int_equal(appliance_allows(f->a, &f->granted), ERR_OK);
	f->granted.approval.count++;
	assert_int_equal(
	    appliance_allows(f->a, &f->granted), ERR_APPROVAL_SIGNATURE);
}

static void
a_language_that_was_changed_since_is_told(void **state)
{
	struct appliance_status s;

	(void)state;
	f->language = "en";
	appliance_fixture_open(false);
	assert_int_equal(appliance_fixture_decide(APPLIANCE_FIXTURE_SELECT),
	    APPLIANCE_FAILED);
	s = appliance_fixture_status();
	assert_int_equal(s.reason, ERR_SUMMARY_DIFFERS);
	assert_non_null(strstr(s.detail, "[seal] language"));
	assert_int_equal(f->approvals, 0);
}

static void
a_refusal_is_one(void **state)
{
	(void)state;
	appliance_fixture_open(false);
	assert_int_equal(appliance_fixture_decide(APPLIANCE_FIXTURE_LEFT),
	    APPLIANCE_REFUSED);
	assert_int_equal(appliance_fixture_status().reason, ERR_NOT_CONSENTED);
	assert_int_equal(f->refusals, 1);
	assert_int_equal(f->approvals, 0);
}

static void
a_wrong_leaf_is_refused(void **state)
{
	(void)state;
	refuses(LIAR_WRONG_LEAF, ERR_ITEM_DIGEST);
}

static void
a_wrong_root_is_refused(void **state)
{
	(void)state;
	refuses(LIAR_WRONG_ROOT, ERR_APPROVAL_MISMATCH);
}

static void
a_wrong_count_is_refused(void **state)
{
	(void)state;
	refuses(LIAR_WRONG_COUNT, ERR_APPROVAL_MISMATCH);
}

static void
another_keys_approval_is_refused(void **state)
{
	(void)state;
	refuses(LIAR_OTHER_KEY, ERR_APPROVAL_SIGNATURE);
}

static void
an_old_counter_is_refused(void **state)
{
	(void)state;
	appliance_fixture_enrol(5);
	refuses(LIAR_OLD_COUNTER, ERR_APPROVAL_COUNTER);
}

static void
another_stations_approval_is_refused(void **state)
{
	(void)state;
	refuses(LIAR_OTHER_STATION, ERR_APPROVAL_DIFFERS);
}

static void
another_roots_approval_is_refused(void **state)
{
	(void)state;
	refuses(LIAR_OTHER_ROOT, ERR_APPROVAL_DIFFERS);
}

static void
an_expired_approval_is_refused(void **state)
{
	(void)state;
	refuses(LIAR_EXPIRED, ERR_APPROVAL_DIFFERS);
}

static void
another_firmwares_approval_is_refused(void **state)
{
	(void)state;
	refuses(LIAR_OTHER_FIRMWARE, ERR_APPLIANCE_UNKNOWN);
}

static void
an_item_beyond_the_batch_is_not_sent(void **state)
{
	(void)state;
	liar_set(f->liar, LIAR_BEYOND);
	appliance_fixture_open(false);
	/* Not an appliance's word: the line is begun anew, and it lies again,
	 * for as long as anybody waits. */
	appliance_fixture_pause(1500);
	assert_int_equal(appliance_ask(f->a, &f->batch, NULL), ERR_OK);
	appliance_fixture_pause(1500);
	assert_int_equal(appliance_fixture_status().outcome, APPLIANCE_PENDING);
	liar_set(f->liar, LIAR_HONEST);
	assert_int_equal(appliance_fixture_decide(APPLIANCE_FIXTURE_SELECT),
	    APPLIANCE_APPROVED);
}

static void
an_approval_is_used_once(void **state)
{
	(void)state;
	appliance_fixture_open(false);
	assert_int_equal(appliance_fixture_decide(APPLIANCE_FIXTURE_SELECT),
	    APPLIANCE_APPROVED);
	liar_set(f->liar, LIAR_OLD_APPROVAL);
	assert_int_equal(appliance_fixture_decide(APPLIANCE_FIXTURE_SELECT),
	    APPLIANCE_FAILED);
	assert_int_equal(
	    appliance_fixture_status().reason, ERR_APPROVAL_DIFFERS);
	assert_int_equal(f->approvals, 1);
}

/* What comes too early, no frames, a hung-up line: nothing is approved by it,
 * and once it is honest the batch is shown again by itself. */
static void
a_broken_line_loses_nothing(void **state)
{
	static const enum lie lie[] = {
	    LIAR_EARLY_ROOT, LIAR_EARLY_APPROVAL, LIAR_GARBAGE, LIAR_GONE};
	size_t i;

	(void)state;
	appliance_fixture_open(false);
	for (i = 0; i < sizeof(lie) / sizeof(lie[0]); i++) {
		f->approvals = 0;
		liar_set(f->liar, lie[i]);
		assert_int_equal(appliance_ask(f->a, &f->batch, NULL), ERR_OK);
		appliance_fixture_pause(900);
		assert_int_equal(f->approvals, 0);
		assert_int_equal(
		    appliance_fixture_status().outcome, APPLIANCE_PENDING);
		liar_set(f->liar, LIAR_HONEST);
		assert_int_equal(
		    appliance_fixture_decide(APPLIANCE_FIXTURE_SELECT),
		    APPLIANCE_APPROVED);
		assert_int_equal(f->approvals, 1);
	}
}

/* Its own word is not the cable's: it is not asked again and again. */
static void
what_it_says_ends_the_asking(void **state)
{
	(void)state;
	refuses(LIAR_SAYS_IO, ERR_IO);
}

static const uint8_t pin[] = LIAR_PIN;
static const struct appliance_order change_pin = {.pin = pin,
    .old = pin,
    .pin_len = sizeof(pin) - 1,
    .old_len = sizeof(pin) - 1,
    .deed = APPLIANCE_CHANGE_PIN};

static void
await_state(enum appliance_state s)
{
	int i;

	for (i = 0; i < 500 && appliance_fixture_status().state != s; i++)
		appliance_fixture_pause(10);
	assert_int_equal(appliance_fixture_status().state, s);
}

/* Nobody's PIN goes to an appliance that is not the enrolled one. */
static void
a_stranger_gets_no_pin(void **state)
{
	struct appliance_order o = change_pin;
	struct appliance_pin p;
	struct fault fault;

	(void)state;
	assert_int_equal(appliance_pin_load(&p, f->pin, NULL), ERR_OK);
	p.firmware[0] ^= 1;
	assert_int_equal(appliance_pin_store(&p, f->pin, NULL), ERR_OK);
	appliance_fixture_open(false);
	await_state(APPLIANCE_STRANGER);
	assert_int_equal(appliance_do(f->a, &o, &fault), ERR_APPLIANCE_UNKNOWN);
	o.deed = APPLIANCE_UNBLOCK;
	assert_int_equal(appliance_do(f->a, &o, &fault), ERR_APPLIANCE_UNKNOWN);
	o.deed = APPLIANCE_RESET;
	assert_int_equal(appliance_do(f->a, &o, &fault), ERR_APPLIANCE_UNKNOWN);
}

/* What the enrolled one says of itself anybody can repeat. */
static void
who_only_names_the_enrolled_key_gets_no_pin(void **state)
{
	struct appliance_order o = change_pin;
	struct fault fault;

	(void)state;
	liar_set(f->liar, LIAR_OTHER_KEY);
	appliance_fixture_open(false);
	await_state(APPLIANCE_IDLE);
	assert_int_equal(
	    appliance_do(f->a, &o, &fault), ERR_APPLIANCE_NOT_ENROLLED);
	o.deed = APPLIANCE_UNBLOCK;
	assert_int_equal(
	    appliance_do(f->a, &o, &fault), ERR_APPLIANCE_NOT_ENROLLED);
	o.deed = APPLIANCE_RESET;
	assert_int_equal(
	    appliance_do(f->a, &o, &fault), ERR_APPLIANCE_NOT_ENROLLED);
	assert_false(liar_heard_pin(f->liar));
	/* and who has it does */
	liar_set(f->liar, LIAR_HONEST);
	assert_int_equal(
	    appliance_do(f->a, &change_pin, &fault), ERR_TOKEN_KEY_ABSENT);
	assert_true(liar_heard_pin(f->liar));
}

/* Nobody pressed: that is its word, and the line stays as it is. */
static void
who_did_not_press_is_not_the_cable(void **state)
{
	const struct appliance_order o = {.deed = APPLIANCE_RESET};
	struct fault fault;
	int i;

	(void)state;
	liar_set(f->liar, LIAR_ALONE);
	appliance_fixture_open(false);
	await_state(APPLIANCE_IDLE);
	assert_int_equal(appliance_do(f->a, &o, &fault), ERR_TIMEOUT);
	for (i = 0; i < 30; i++) {
		assert_int_equal(
		    appliance_fixture_status().state, APPLIANCE_IDLE);
		appliance_fixture_pause(10);
	}
}

static void
a_damaged_pin_is_none(void **state)
{
	struct fault fault;
	int i;

	(void)state;
	assert_int_equal(
	    file_replace(f->pin, "zegel-appliance-v1\n", 19, 0600, NULL),
	    ERR_OK);
	appliance_fixture_open(false);
	for (i = 0;
	     i < 500 && appliance_fixture_status().state != APPLIANCE_STRANGER;
	     i++)
		appliance_fixture_pause(10);
	assert_int_equal(
	    appliance_ask(f->a, &f->batch, &fault), ERR_APPLIANCE_NOT_ENROLLED);
}

static void
what_the_log_refuses_gives_no_right(void **state)
{
	(void)state;
	f->log_says = ERR_NO_SPACE;
	appliance_fixture_open(false);
	assert_int_equal(appliance_fixture_decide(APPLIANCE_FIXTURE_SELECT),
	    APPLIANCE_FAILED);
	assert_int_equal(appliance_fixture_status().reason, ERR_NO_SPACE);
	assert_int_equal(f->approvals, 0);
}

static void
a_counter_is_used_up_before_it_gives_a_right(void **state)
{
	struct appliance_pin p;

	(void)state;
	f->log_says = ERR_NO_SPACE;
	appliance_fixture_open(false);
	assert_int_equal(appliance_fixture_decide(APPLIANCE_FIXTURE_SELECT),
	    APPLIANCE_FAILED);
	assert_int_equal(appliance_pin_load(&p, f->pin, NULL), ERR_OK);
	assert_int_equal(p.counter, 1);
}

static void
a_log_that_shrinks_stops_everything(void **state)
{
	struct fault fault;
	int i;

	(void)state;
	appliance_fixture_open(false);
	assert_int_equal(appliance_fixture_decide(APPLIANCE_FIXTURE_SELECT),
	    APPLIANCE_APPROVED);
	f->log_size = 3;
	for (i = 0; i < 1000 && appliance_allows_any(f->a) == ERR_OK; i++)
		appliance_fixture_pause(10);
	assert_int_equal(appliance_allows_any(f->a), ERR_LOG_FORK);
	assert_int_equal(appliance_ask(f->a, &f->batch, &fault), ERR_LOG_FORK);
	/* And goes on with the right one. */
	f->log_size = 9;
	for (i = 0; i < 1000 && appliance_allows_any(f->a) != ERR_OK; i++)
		appliance_fixture_pause(10);
	assert_int_equal(appliance_allows_any(f->a), ERR_OK);
}

/* The seal key is in it: what is approved may be armed, and nothing else. */
static void
only_what_was_approved_is_armed(void **state)
{
	struct leaf other;
	struct fault fault;
	uint32_t i;

	(void)state;
	f->key.appliance = true;
	appliance_fixture_open(false);
	assert_int_equal(appliance_arm(f->a, f->batch.root, &f->leaf[0]),
	    ERR_APPROVAL_ABSENT);
	assert_int_equal(appliance_fixture_decide(APPLIANCE_FIXTURE_SELECT),
	    APPLIANCE_APPROVED);
	for (i = 0; i < APPLIANCE_FIXTURE_ITEMS; i++) {
		assert_int_equal(
		    appliance_arm(f->a, f->batch.root, &f->leaf[i]), ERR_OK);
		appliance_disarm(f->a);
	}
	other = f->leaf[1];
	other.tbs[0] ^= 1;
	assert_int_equal(
	    appliance_arm(f->a, f->batch.root, &other), ERR_APPROVAL_ABSENT);
	other = f->leaf[1];
	other.index = APPLIANCE_FIXTURE_ITEMS;
	assert_int_equal(
	    appliance_arm(f->a, f->batch.root, &other), ERR_APPROVAL_ABSENT);
	/* Another batch would make its tickets void. */
	assert_int_equal(
	    appliance_ask(f->a, &f->batch, &fault), ERR_APPLIANCE_BUSY);
	appliance_release(f->a, f->batch.root);
	assert_int_equal(appliance_arm(f->a, f->batch.root, &f->leaf[0]),
	    ERR_APPROVAL_ABSENT);
	assert_int_equal(appliance_fixture_decide(APPLIANCE_FIXTURE_SELECT),
	    APPLIANCE_APPROVED);
}

/* Power or cable gone: what it has forgotten is not waited for. */
static void
a_pulled_appliance_arms_nothing_more(void **state)
{
	(void)state;
	f->key.appliance = true;
	appliance_fixture_open(false);
	assert_int_equal(appliance_fixture_decide(APPLIANCE_FIXTURE_SELECT),
	    APPLIANCE_APPROVED);
	liar_hang_up(f->liar);
	appliance_fixture_pause(50);
	assert_int_equal(appliance_arm(f->a, f->batch.root, &f->leaf[0]),
	    ERR_APPROVAL_ABSENT);
	assert_int_equal(appliance_arm(f->a, f->batch.root, &f->leaf[1]),
	    ERR_APPROVAL_ABSENT);
	assert_false(appliance_fixture_status().sealing);
	assert_int_equal(appliance_fixture_decide(APPLIANCE_FIXTURE_SELECT),
	    APPLIANCE_APPROVED);
	assert_int_equal(
	    appliance_arm(f->a, f->batch.root, &f->leaf[2]), ERR_OK);
	appliance_disarm(f->a);
}

static void
production_asks_no_simulator(void **state)
{
	struct fault fault;
	int i;

	(void)state;
	appliance_fixture_open(true);
	for (i = 0;
	     i < 500 && appliance_fixture_status().state != APPLIANCE_STRANGER;
	     i++)
		appliance_fixture_pause(10);
	assert_int_equal(
	    appliance_ask(f->a, &f->batch, &fault), ERR_STATION_MODE);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(                                       \
	    name, appliance_fixture_begin, appliance_fixture_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(an_honest_approval_is_granted),
	    TEST(a_language_that_was_changed_since_is_told),
	    TEST(a_refusal_is_one),
	    TEST(a_wrong_leaf_is_refused),
	    TEST(a_wrong_root_is_refused),
	    TEST(a_wrong_count_is_refused),
	    TEST(another_keys_approval_is_refused),
	    TEST(an_old_counter_is_refused),
	    TEST(another_stations_approval_is_refused),
	    TEST(another_roots_approval_is_refused),
	    TEST(an_expired_approval_is_refused),
	    TEST(another_firmwares_approval_is_refused),
	    TEST(an_item_beyond_the_batch_is_not_sent),
	    TEST(an_approval_is_used_once),
	    TEST(a_broken_line_loses_nothing),
	    TEST(what_it_says_ends_the_asking),
	    TEST(a_stranger_gets_no_pin),
	    TEST(who_only_names_the_enrolled_key_gets_no_pin),
	    TEST(who_did_not_press_is_not_the_cable),
	    TEST(a_damaged_pin_is_none),
	    TEST(what_the_log_refuses_gives_no_right),
	    TEST(a_counter_is_used_up_before_it_gives_a_right),
	    TEST(a_log_that_shrinks_stops_everything),
	    TEST(only_what_was_approved_is_armed),
	    TEST(a_pulled_appliance_arms_nothing_more),
	    TEST(production_asks_no_simulator),
	};

	return cmocka_run_group_tests(tests, NULL, appliance_fixture_end_all);
}
