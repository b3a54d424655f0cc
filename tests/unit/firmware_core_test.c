/* Every transition of the table in core.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "boards/board.h"
#include "tests/unit/support/appliance.h"

static int
setup(void **state)
{
	*state = appliance_new();
	return 0;
}

static int
teardown(void **state)
{
	free(*state);
	return 0;
}

static void
signs_what_was_shown_and_hashed_on_both_sides(void **state)
{
	struct appliance *a = *state;
	uint8_t root[SHA256_SIZE], digest[SHA256_SIZE];
	struct approval p;
	struct msg m;

	assert_true(appliance_approve(a, 3, &m));
	assert_int_equal(approval_decode(&p, m.approved.approval), ERR_OK);
	merkle_root(&a->tree, root);
	assert_memory_equal(p.root, root, SHA256_SIZE);
	assert_int_equal(p.count, 3);
	assert_int_equal(p.counter, 1);
	assert_int_equal(p.board_class, BOARD_CLASS_SIMULATOR);
	assert_true(p.time >= APPLIANCE_TIME + 5 && p.time < p.expires);
	sha256(a->certificate, a->certificate_len, digest);
	assert_memory_equal(p.certificate, digest, SHA256_SIZE);
	sha256("station", 7, digest);
	assert_memory_equal(p.station, digest, SHA256_SIZE);
	sha256("origin", 6, digest);
	assert_memory_equal(p.origin, digest, SHA256_SIZE);
	approval_digest(&p, digest);
	assert_memory_equal(a->signed_digest, digest, SHA256_SIZE);
	assert_int_equal(a->remembered.counter, 1);
	assert_int_equal(a->remembered.time, p.time);
}

static void
a_short_press_is_no_consent(void **state)
{
	struct appliance *a = *state;

	assert_true(appliance_review(a, 1));
	appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD - 200);
	appliance_hold(a, BOARD_BUTTON_SELECT | BOARD_BUTTON_UP, 3000);
	assert_true(appliance_is_silent(a));
	assert_int_equal(a->ctx.state, STATE_REVIEW);
}

static void
a_button_held_since_before_the_review_is_no_consent(void **state)
{
	struct appliance *a = *state;

	a->buttons = BOARD_BUTTON_SELECT;
	appliance_pass(a, 100);
	assert_true(appliance_review(a, 1));
	appliance_pass(a, 5000);
	assert_true(appliance_is_silent(a));
	assert_int_equal(a->ctx.state, STATE_REVIEW);
}

static void
a_stuck_button_is_no_consent(void **state)
{
	struct appliance *a = *state;

	/* down since the power came */
	core_init(&a->ctx, &a->port);
	a->buttons = BOARD_BUTTON_SELECT;
	appliance_pass(a, 100);
	assert_true(appliance_review(a, 1));
	appliance_pass(a, 5000);
	assert_int_equal(a->ctx.state, STATE_REVIEW);
}

static void
left_refuses_and_voids_the_tickets(void **state)
{
	struct appliance *a = *state;
	struct msg m;

	assert_true(appliance_review(a, 2));
	appliance_press(a, BOARD_BUTTON_LEFT);
	assert_true(appliance_expect(a, MSG_REFUSED, &m));
	assert_int_equal(m.refused.reason, ERR_NOT_CONSENTED);
	assert_int_equal(a->ctx.state, STATE_REFUSED);
	m.number = MSG_ARM;
	memcpy(m.result.leaf, a->item[0].leaf, LEAF_SIZE);
	memcpy(m.result.ticket, a->item[0].ticket, MSG_TICKET);
	appliance_send(a, &m);
	assert_true(appliance_is_silent(a));
	assert_false(a->ctx.armed);
}

static void
nobody_there_refuses(void **state)
{
	struct appliance *a = *state;
	struct msg m;

	assert_true(appliance_review(a, 1));
	appliance_pass(a, CORE_UNTOUCHED + 100);
	assert_true(appliance_expect(a, MSG_REFUSED, &m));
	assert_int_equal(m.refused.reason, ERR_TIMEOUT);
}

static void
an_expired_window_refuses(void **state)
{
	struct appliance *a = *state;
	struct msg m;

	assert_true(appliance_hello(a));
	m = appliance_begin_message(a, 1);
	m.begin.expires = m.begin.now + 3;
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_BEGUN, &m));
	appliance_bulk(a, MSG_CHAIN, a->certificate, a->certificate_len);
	merkle_init(&a->tree);
	assert_true(appliance_item(a, 0, appliance_payload(0)));
	assert_true(appliance_expect(a, MSG_ROOT, &m));
	appliance_pass(a, 5000);
	assert_true(appliance_expect(a, MSG_REFUSED, &m));
	assert_int_equal(m.refused.reason, ERR_TIMEOUT);
}

static void
a_silent_host_fails_the_batch(void **state)
{
	struct appliance *a = *state;

	assert_true(appliance_hello(a));
	appliance_pass(a, CORE_SILENCE + 100);
	assert_int_equal(a->ctx.state, STATE_IDLE);
	assert_true(appliance_begin(a, 2));
	appliance_pass(a, CORE_SILENCE + 100);
	assert_true(appliance_fails(a, ERR_TIMEOUT));
}

static void
an_item_is_shown_only_with_its_ticket(void **state)
{
	struct appliance *a = *state;
	struct msg m;

	assert_true(appliance_review(a, 3));
	appliance_press(a, BOARD_BUTTON_RIGHT);
	assert_true(appliance_expect(a, MSG_WANTED, &m));
	assert_int_equal(a->ctx.state, STATE_WANTED);
	assert_false(a->ctx.view.shown);
	m = appliance_review_message(a, m.wanted.index);
	appliance_send(a, &m);
	assert_true(appliance_is_silent(a));
	assert_true(a->ctx.view.shown);
	assert_int_equal(a->ctx.state, STATE_REVIEW);
}

static void
another_items_ticket_shows_nothing(void **state)
{
	struct appliance *a = *state;
	struct msg m;

	assert_true(appliance_want_first(a));
	m = appliance_review_message(a, 1);
	appliance_send(a, &m);
	assert_true(appliance_fails(a, ERR_ITEM_ORDER));
}

static void
a_changed_item_shows_nothing(void **state)
{
	struct appliance *a = *state;
	struct msg m;

	assert_true(appliance_want_first(a));
	m = appliance_review_message(a, 0);
	m.review.leaf[60] ^= 1;
	appliance_send(a, &m);
	assert_true(appliance_fails(a, ERR_TICKET));
}

static void
a_changed_summary_shows_nothing(void **state)
{
	struct appliance *a = *state;
	struct msg m;

	assert_true(appliance_want_first(a));
	a->item[0].summary[40] ^= 1;
	m = appliance_review_message(a, 0);
	appliance_send(a, &m);
	assert_true(appliance_fails(a, ERR_SUMMARY_DIFFERS));
}

static void
tickets_of_a_former_batch_are_void(void **state)
{
	struct appliance *a = *state;
	struct msg m;
	struct appliance_item old;

	assert_true(appliance_review(a, 1));
	old = a->item[0];
	assert_true(appliance_want_first(a));
	memcpy(a->item[0].ticket, old.ticket, MSG_TICKET);
	m = appliance_review_message(a, 0);
	appliance_send(a, &m);
	assert_true(appliance_fails(a, ERR_TICKET));
}

static void
a_host_that_keeps_a_page_back_fails(void **state)
{
	struct appliance *a = *state;

	assert_true(appliance_want_first(a));
	appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD + 500);
	assert_true(appliance_is_silent(a));
	appliance_pass(a, CORE_SILENCE);
	assert_true(appliance_fails(a, ERR_TIMEOUT));
}

static void
an_item_may_be_armed_once_it_is_approved(void **state)
{
	struct appliance *a = *state;
	struct leaf leaf;
	struct msg m;

	assert_true(appliance_approve(a, 2, &m));
	m.number = MSG_ARM;
	memcpy(m.result.leaf, a->item[1].leaf, LEAF_SIZE);
	memcpy(m.result.ticket, a->item[1].ticket, MSG_TICKET);
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_ARMED, &m));
	assert_int_equal(m.armed.index, 1);
	assert_int_equal(leaf_decode(&leaf, a->item[0].leaf), ERR_OK);
	assert_false(core_take_armed(&a->ctx, ALG_ES256, leaf.tbs, 32));
	/* the wrong question used it up */
	assert_int_equal(leaf_decode(&leaf, a->item[1].leaf), ERR_OK);
	assert_false(core_take_armed(&a->ctx, ALG_ES256, leaf.tbs, 32));
	m.number = MSG_ARM;
	memcpy(m.result.leaf, a->item[1].leaf, LEAF_SIZE);
	memcpy(m.result.ticket, a->item[1].ticket, MSG_TICKET);
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_ARMED, &m));
	assert_true(core_take_armed(&a->ctx, ALG_ES256, leaf.tbs, 32));
	assert_false(core_take_armed(&a->ctx, ALG_ES256, leaf.tbs, 32));
}

static void
an_approval_ends(void **state)
{
	struct appliance *a = *state;
	struct msg m;

	assert_true(appliance_approve(a, 1, &m));
	/* an hour in one step */
	a->now += 3700000;
	appliance_pass(a, 20);
	assert_true(appliance_is_silent(a));
	assert_int_equal(a->ctx.state, STATE_IDLE);
	assert_int_equal(appliance_status(a).status_reply.reason, ERR_OK);
	m.number = MSG_ARM;
	memcpy(m.result.leaf, a->item[0].leaf, LEAF_SIZE);
	memcpy(m.result.ticket, a->item[0].ticket, MSG_TICKET);
	appliance_send(a, &m);
	assert_true(appliance_fails(a, ERR_CONSOLE_ORDER));
}

static void
nothing_is_signed_that_is_not_counted(void **state)
{
	struct appliance *a = *state;

	assert_true(appliance_review(a, 1));
	a->remember_fails = true;
	appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD + 200);
	assert_true(appliance_fails(a, ERR_IO));
	assert_int_equal(a->ctx.memory.counter, 0);
}

static void
what_cannot_be_signed_is_not_approved(void **state)
{
	struct appliance *a = *state;

	assert_true(appliance_review(a, 1));
	a->sign_fails = true;
	appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD + 200);
	assert_true(appliance_fails(a, ERR_INTERNAL));
}

static void
without_random_numbers_there_is_no_batch(void **state)
{
	struct appliance *a = *state;
	struct msg m;

	assert_true(appliance_hello(a));
	a->random_fails = true;
	m = appliance_begin_message(a, 1);
	appliance_send(a, &m);
	assert_true(appliance_fails(a, ERR_INTERNAL));
}

static void
time_does_not_run_backwards(void **state)
{
	struct appliance *a = *state;
	struct msg m;

	assert_true(appliance_approve(a, 1, &m));
	m = appliance_begin_message(a, 1);
	m.begin.now = APPLIANCE_TIME;
	appliance_send(a, &m);
	assert_true(appliance_fails(a, ERR_TIME_BACKWARDS));
}

static void
counter_is_signed_on_the_hosts_nonce(void **state)
{
	struct appliance *a = *state;
	uint8_t octets[MSG_COUNTER_OCTETS], digest[SHA256_SIZE];
	struct msg m;

	assert_true(appliance_approve(a, 1, &m));
	m.number = MSG_COUNTER;
	memset(m.counter.nonce, 0x33, 32);
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_COUNTER_REPLY, &m));
	assert_int_equal(m.counter_reply.counter, 1);
	memset(digest, 0x33, 32);
	msg_counter_octets(digest, 1, m.counter_reply.chain, octets);
	sha256(octets, sizeof(octets), digest);
	assert_memory_equal(a->signed_digest, digest, SHA256_SIZE);
	assert_int_equal(a->ctx.state, STATE_APPROVED);
}

static void
a_log_that_goes_backwards_is_seen(void **state)
{
	struct appliance *a = *state;
	struct msg m = {.number = MSG_LOG_HEAD};

	assert_true(appliance_hello(a));
	m.log_head.size = 10;
	memset(m.log_head.root, 1, SHA256_SIZE);
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_LOG_HEAD_REPLY, &m));
	assert_int_equal(m.log_head.size, 0);
	assert_int_equal(a->remembered.log_size, 10);
	m.number = MSG_LOG_HEAD;
	m.log_head.size = 10;
	memset(m.log_head.root, 2, SHA256_SIZE);
	appliance_send(a, &m);
	assert_true(appliance_fails(a, ERR_LOG_FORK));
	m.log_head.size = 9;
	appliance_send(a, &m);
	assert_true(appliance_fails(a, ERR_LOG_FORK));
	assert_int_equal(a->remembered.log_size, 10);
	/* another log does not take the place of this one, and none is larger
	 * than any log */
	m.log_head.size = 11;
	m.log_head.origin[0] = 1;
	appliance_send(a, &m);
	assert_true(appliance_fails(a, ERR_LOG_FORK));
	m.log_head.origin[0] = 0;
	m.log_head.size = MSG_LOG_MAX + 1;
	appliance_send(a, &m);
	assert_true(appliance_fails(a, ERR_TOO_LARGE));
	assert_int_equal(a->remembered.log_size, 10);
}

/* What a liar had it remember ends with a person's consent to a beginning. */
static void
a_new_enrolment_begins_anew(void **state)
{
	static const uint8_t numbers[] = {MSG_ENROL, MSG_RESET, MSG_INIT};
	struct appliance *a = *state;
	struct msg m;
	size_t i;

	assert_true(appliance_hello(a));
	for (i = 0; i < 3; i++) {
		m = (struct msg){.number = MSG_LOG_HEAD};
		m.log_head.size = MSG_LOG_MAX;
		memset(m.log_head.origin, (int)i, SHA256_SIZE);
		appliance_send(a, &m);
		assert_true(appliance_expect(a, MSG_LOG_HEAD_REPLY, &m));
		assert_int_equal(m.log_head.size, 0);
		a->ctx.memory.time = INT64_MAX;
		m = (struct msg){.number = numbers[i]};
		m.enrol.station = appliance_text("station");
		if (numbers[i] == MSG_INIT) {
			assert_true(appliance_init(a));
		} else {
			assert_true(appliance_asks(a, &m));
			assert_true(appliance_consent(a,
			    numbers[i] == MSG_ENROL ? MSG_ENROLLED : MSG_DONE,
			    &m));
		}
		assert_int_equal(a->remembered.log_size, 0);
		assert_int_equal(a->remembered.time,
		    numbers[i] == MSG_INIT ? APPLIANCE_TIME : 0);
	}
	assert_true(appliance_approve(a, 1, &m));
}

/* Answers that nobody fetches hold back a consent and nothing else. */
static void
refusals_do_not_wait_for_the_host(void **state)
{
	struct appliance *a = *state;
	struct msg m = {.number = MSG_STATUS};
	uint8_t frame[FRAME_MAX];
	size_t len = msg_encode(&m, frame), i;
	unsigned way;

	for (way = 0; way < 3; way++) {
		assert_true(appliance_review(a, 1));
		while (core_push(&a->ctx, frame, len) == len)
			;
		for (i = 0; i < 400 && a->ctx.state == STATE_REVIEW; i++) {
			a->buttons = way == 0 ? BOARD_BUTTON_LEFT
			    : way == 1	      ? BOARD_BUTTON_SELECT
					      : 0;
			a->now += way == 2 ? 1000 : 10;
			core_tick(&a->ctx, a->now, a->buttons);
		}
		a->buttons = 0;
		assert_int_equal(
		    a->ctx.state, way == 1 ? STATE_REVIEW : STATE_REFUSED);
		assert_int_equal(a->ctx.consent, 0);
		core_sent(&a->ctx, a->ctx.out_len);
		frame_rx_init(&a->ctx.rx);
		appliance_pass(a, 100);
	}
}

static void
status_says_state_and_reason(void **state)
{
	struct appliance *a = *state;
	struct msg m = {.number = MSG_STATUS};

	assert_true(appliance_review(a, 2));
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_STATUS_REPLY, &m));
	assert_int_equal(m.status_reply.state, STATE_REVIEW);
	assert_int_equal(m.status_reply.count, 2);
	assert_int_equal(m.status_reply.received, 2);
	appliance_bulk(a, MSG_PAYLOAD, "x", 1);
	assert_true(appliance_fails(a, ERR_CONSOLE_ORDER));
	m.number = MSG_STATUS;
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_STATUS_REPLY, &m));
	assert_int_equal(m.status_reply.state, STATE_FAILED);
	assert_int_equal(m.status_reply.reason, ERR_CONSOLE_ORDER);
}

static void
abort_and_a_new_begin_lead_out_of_everything(void **state)
{
	struct appliance *a = *state;
	struct msg m = {.number = MSG_ABORT};

	assert_true(appliance_review(a, 1));
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_ABORTED, &m));
	assert_int_equal(a->ctx.state, STATE_IDLE);
	assert_true(appliance_begin(a, 2));
	assert_true(appliance_begin(a, 1));
	assert_true(appliance_item(a, 0, appliance_payload(0)));
	assert_true(appliance_expect(a, MSG_ROOT, &m));
}

static void
a_lost_stream_is_found_again(void **state)
{
	struct appliance *a = *state;
	uint8_t zeros[FRAME_RESET] = {0};
	uint8_t frame[FRAME_MAX];
	struct msg m = {.number = MSG_STATUS};

	assert_true(appliance_review(a, 1));
	msg_encode(&m, frame);
	appliance_push(a, frame, 3); /* a host that died */
	appliance_push(a, zeros, sizeof(zeros));
	assert_true(appliance_fails(a, ERR_FRAME_CHECK));
	assert_true(appliance_approve(a, 2, &m));
}

static void
versions_are_settled_first(void **state)
{
	struct appliance *a = *state;
	struct msg m = {.number = MSG_STATUS};

	appliance_send(a, &m);
	assert_true(appliance_fails(a, ERR_CONSOLE_ORDER));
	m.number = MSG_HELLO;
	m.hello.version_low = MSG_VERSION + 1;
	m.hello.version_high = 9;
	appliance_send(a, &m);
	assert_true(appliance_fails(a, ERR_CONSOLE_VERSION));
	m.hello.version_low = m.hello.version_high = MSG_VERSION - 1;
	appliance_send(a, &m);
	assert_true(appliance_fails(a, ERR_CONSOLE_VERSION));
	assert_true(appliance_hello(a));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(signs_what_was_shown_and_hashed_on_both_sides),
	    TEST(a_short_press_is_no_consent),
	    TEST(a_button_held_since_before_the_review_is_no_consent),
	    TEST(a_stuck_button_is_no_consent),
	    TEST(left_refuses_and_voids_the_tickets),
	    TEST(nobody_there_refuses),
	    TEST(an_expired_window_refuses),
	    TEST(a_silent_host_fails_the_batch),
	    TEST(an_item_is_shown_only_with_its_ticket),
	    TEST(another_items_ticket_shows_nothing),
	    TEST(a_changed_item_shows_nothing),
	    TEST(a_changed_summary_shows_nothing),
	    TEST(tickets_of_a_former_batch_are_void),
	    TEST(a_host_that_keeps_a_page_back_fails),
	    TEST(an_item_may_be_armed_once_it_is_approved),
	    TEST(an_approval_ends),
	    TEST(nothing_is_signed_that_is_not_counted),
	    TEST(what_cannot_be_signed_is_not_approved),
	    TEST(without_random_numbers_there_is_no_batch),
	    TEST(time_does_not_run_backwards),
	    TEST(counter_is_signed_on_the_hosts_nonce),
	    TEST(a_log_that_goes_backwards_is_seen),
	    TEST(a_new_enrolment_begins_anew),
	    TEST(refusals_do_not_wait_for_the_host),
	    TEST(status_says_state_and_reason),
	    TEST(abort_and_a_new_begin_lead_out_of_everything),
	    TEST(a_lost_stream_is_found_again),
	    TEST(versions_are_settled_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
