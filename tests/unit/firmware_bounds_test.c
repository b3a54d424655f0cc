/* Batches as long as they may be, and hosts that announce more: counts and
 * indices up to 2^32. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "boards/board.h"
#include "firmware/keys.h"
#include "tests/unit/support/appliance_states.h"

static int
setup(void **state)
{
	struct appliance *a = appliance_new();

	if (!appliance_hello(a) || !appliance_init(a) || !appliance_hello(a))
		return -1;
	memcpy(a->keys.certificate, a->certificate, a->certificate_len);
	a->keys.state.certificate_len = (uint16_t)a->certificate_len;
	sha256(a->certificate, a->certificate_len, a->keys.state.certificate);
	*state = a;
	return 0;
}

static int
teardown(void **state)
{
	free(*state);
	return 0;
}

static void
a_count_beyond_the_bound_begins_nothing(void **state)
{
	static const uint32_t count[] = {0, BOUND_BATCH + 1, 1u << 17, 1u << 31,
	    (1u << 31) + 1, UINT32_MAX - 1, UINT32_MAX};
	struct appliance *a = *state;
	unsigned randoms = a->randoms;
	struct msg m;
	size_t i;

	for (i = 0; i < sizeof(count) / sizeof(count[0]); i++) {
		m = appliance_begin_message(a, count[i]);
		assert_true(appliance_refuses(a, &m, ERR_TOO_LARGE));
		assert_int_equal(a->ctx.batch.count, 0);
	}
	/* no key of tickets was made for any of them */
	assert_int_equal(a->randoms, randoms);
	m = appliance_begin_message(a, BOUND_BATCH);
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_BEGUN, NULL));
}

static void
an_index_that_is_not_the_next_is_refused(void **state)
{
	static const uint32_t index[] = {0, 2, BOUND_BATCH - 1, BOUND_BATCH,
	    1u << 31, UINT32_MAX - 1, UINT32_MAX};
	struct appliance *a = *state;
	struct msg m;
	size_t i;

	for (i = 0; i < sizeof(index) / sizeof(index[0]); i++) {
		assert_true(appliance_begin(a, BOUND_BATCH));
		assert_true(appliance_item(a, 0, appliance_payload(0)));
		m = appliance_item_message(a, 1, appliance_payload(1));
		m.item.index = index[i];
		assert_true(appliance_refuses(a, &m, ERR_ITEM_ORDER));
	}
}

/* BEGIN with a count of five octets, and of three. */
static void
a_count_has_four_octets(void **state)
{
	struct appliance *a = *state;
	struct msg m = appliance_begin_message(a, UINT32_MAX);
	uint8_t frame[FRAME_MAX], body[FRAME_BODY];
	size_t len = msg_encode(&m, frame) - FRAME_MAX + FRAME_BODY;
	const uint8_t *old = frame + 4;
	const size_t at = sizeof(m.begin.nonce);

	assert_int_equal(msg_decode(&m, MSG_BEGIN, old, len), ERR_OK);
	assert_int_equal(m.begin.count, UINT32_MAX);
	memcpy(body, old, at);
	memset(body + at, 0xff, 5);
	memcpy(body + at + 5, old + at + 4, len - at - 4);
	assert_int_equal(
	    msg_decode(&m, MSG_BEGIN, body, len + 1), ERR_CONSOLE_MESSAGE);
	memcpy(body + at + 3, old + at + 4, len - at - 4);
	assert_int_equal(
	    msg_decode(&m, MSG_BEGIN, body, len - 1), ERR_CONSOLE_MESSAGE);
}

/* All items of a batch have the same payload; only their index differs. */
static void
stream(struct appliance *a, uint32_t count, struct msg *last)
{
	const char *payload = appliance_payload(0);
	struct msg item = appliance_item_message(a, 0, payload);
	uint32_t i;

	for (i = 0; i < count; i++) {
		item.item.index = i;
		appliance_send(a, &item);
		appliance_bulk(a, MSG_PAYLOAD, payload, strlen(payload));
		assert_true(appliance_expect(a, MSG_RESULT, last));
	}
}

static uint32_t
wanted_by(struct appliance *a, unsigned button)
{
	struct msg m = {.wanted = {UINT32_MAX}};
	int i;

	for (i = 0; i < 40 && a->ctx.state == STATE_REVIEW; i++)
		appliance_press(a, button);
	assert_true(appliance_expect(a, MSG_WANTED, &m));
	return m.wanted.index;
}

static void
the_longest_batch_is_read_approved_and_signed(void **state)
{
	struct appliance *a = *state;
	uint8_t rs[MSG_SEAL_SIGNATURE];
	struct leaf leaf;
	struct msg m, last;
	size_t len;

	assert_true(appliance_begin(a, BOUND_BATCH));
	stream(a, BOUND_BATCH, &last);
	assert_true(appliance_expect(a, MSG_ROOT, &m));
	assert_int_equal(m.root.count, BOUND_BATCH);
	assert_int_equal(a->ctx.batch.received, BOUND_BATCH);
	/* at random, whatever the number: an item of it */
	assert_true(wanted_by(a, BOARD_BUTTON_RIGHT) < BOUND_BATCH);
	assert_int_equal(a->ctx.state, STATE_WANTED);
	/* the last page has none behind it */
	a->ctx.state = STATE_REVIEW;
	a->ctx.view.page = BOUND_BATCH;
	a->ctx.view.shown = false;
	for (len = 0; len < 40; len++)
		appliance_press(a, BOARD_BUTTON_DOWN);
	assert_int_equal(a->ctx.view.page, BOUND_BATCH);
	assert_int_equal(a->ctx.state, STATE_REVIEW);
	assert_true(appliance_consent(a, MSG_APPROVED, &m));
	/* the last item's bit of what was counted */
	assert_int_equal(leaf_decode(&leaf, last.result.leaf), ERR_OK);
	assert_int_equal(leaf.index, BOUND_BATCH - 1);
	m = (struct msg){.number = MSG_ARM};
	memcpy(m.result.leaf, last.result.leaf, LEAF_SIZE);
	memcpy(m.result.ticket, last.result.ticket, MSG_TICKET);
	for (len = 0; len < 2; len++) {
		size_t n;

		appliance_send(a, &m);
		assert_true(appliance_expect(a, MSG_ARMED, NULL));
		assert_int_equal(
		    keys_sign(&a->ctx, ALG_ES256, leaf.tbs, 32, rs, &n),
		    ERR_OK);
	}
	/* approval and one seal: signed again it is not counted again */
	assert_int_equal(a->remembered.counter, 2);
}

/* One more than was announced is not an item of the next batch either. */
static void
one_more_than_announced_is_out_of_order(void **state)
{
	struct appliance *a = *state;
	struct msg m = appliance_item_message(a, 2, appliance_payload(2));

	assert_true(appliance_review(a, 2));
	assert_true(appliance_refuses(a, &m, ERR_CONSOLE_ORDER));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_count_beyond_the_bound_begins_nothing),
	    TEST(an_index_that_is_not_the_next_is_refused),
	    TEST(a_count_has_four_octets),
	    TEST(the_longest_batch_is_read_approved_and_signed),
	    TEST(one_more_than_announced_is_out_of_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
