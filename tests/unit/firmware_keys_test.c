/* PINs, PUK and their tries; and the gate. */
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

	if (!appliance_hello(a))
		return -1;
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
pins_are_changed_and_unblocked(void **state)
{
	struct appliance *a = *state;
	struct msg m = {.number = MSG_CHANGE_PIN};

	assert_true(appliance_init(a));
	m.change_pin.old = appliance_text("123456");
	m.change_pin.pin = appliance_text("2222222");
	assert_true(appliance_asks(a, &m));
	assert_true(appliance_done(a, MSG_CHANGE_PIN));
	assert_int_equal(a->keys.pin_len, 7);
	assert_true(appliance_asks(a, &m));
	assert_int_equal(a->keys.state.pin_tries, 5);
	appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD + 200);
	assert_true(appliance_fails(a, ERR_PIN_WRONG));
	assert_int_equal(a->keys.state.pin_tries, 4);
	a->keys.state.pin_tries = 1;
	assert_true(appliance_refuses(a, &m, ERR_PIN_FINAL_TRY));
	a->keys.state.pin_tries = 0;
	assert_true(appliance_refuses(a, &m, ERR_PIN_LOCKED));

	m = (struct msg){.number = MSG_UNBLOCK};
	m.unblock.puk = appliance_text("1234567");
	m.unblock.pin = appliance_text("333333");
	assert_true(appliance_refuses(a, &m, ERR_PIN_LENGTH));
	m.unblock.puk = appliance_text("12345679");
	assert_true(appliance_asks(a, &m));
	appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD + 200);
	assert_true(appliance_fails(a, ERR_PUK_WRONG));
	m.unblock.puk = appliance_text("12345678");
	assert_true(appliance_asks(a, &m));
	assert_true(appliance_done(a, MSG_UNBLOCK));
	assert_memory_equal(a->keys.pin, "333333", 6);
}

static void
a_host_may_try_all_but_the_last(void **state)
{
	struct appliance *a = *state;
	struct msg m = {.number = MSG_LOGIN};
	unsigned i;

	assert_true(appliance_init(a));
	m.login.pin = appliance_text("999999");
	for (i = 1; i < 5; i++) {
		assert_int_equal(keys_tries(&a->ctx), 5 - i);
		assert_true(appliance_refuses(a, &m, ERR_PIN_WRONG));
	}
	assert_int_equal(keys_tries(&a->ctx), 0);
	m.login.pin = appliance_text("123456");
	assert_true(appliance_refuses(a, &m, ERR_PIN_FINAL_TRY));
	assert_int_equal(
	    keys_login(&a->ctx, m.login.pin.p, 6), ERR_PIN_FINAL_TRY);
	assert_int_equal(appliance_status(a).status_reply.pin_tries, 1);
}

static void
the_buttons_have_the_last_try(void **state)
{
	struct appliance *a = *state;
	struct msg m = {.number = MSG_LOGIN};

	assert_true(appliance_init(a));
	a->keys.state.pin_tries = 1;
	keys_logout(&a->ctx);
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_ASKED, NULL));
	assert_int_equal(a->ctx.state, STATE_PIN);
	assert_int_equal(
	    appliance_status(a).status_reply.waiting, MSG_WAITING_PIN);
	/* not before there are six */
	appliance_type_pin(a, "12345");
	appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD + 200);
	assert_true(appliance_is_silent(a));
	/* one too many, and back */
	appliance_type_pin(a, "97");
	appliance_press(a, BOARD_BUTTON_LEFT);
	appliance_press(a, BOARD_BUTTON_LEFT);
	appliance_type_pin(a, "6");
	assert_memory_equal(a->ctx.room.ask.pin, "123456", 6);
	assert_true(appliance_done(a, MSG_LOGIN));
	assert_int_equal(a->keys.state.pin_tries, 5);
	assert_true(keys_is_open(&a->ctx));
	/* nothing of it is left */
	assert_int_equal(a->ctx.room.ask.pin[0], 0);
}

static void
a_pin_that_is_not_typed_is_not_tried(void **state)
{
	struct appliance *a = *state;
	struct msg m = {.number = MSG_LOGIN}, r;

	assert_true(appliance_init(a));
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_ASKED, NULL));
	appliance_type_pin(a, "1");
	appliance_press(a, BOARD_BUTTON_LEFT);
	assert_int_equal(a->ctx.state, STATE_PIN);
	appliance_press(a, BOARD_BUTTON_LEFT);
	assert_true(appliance_expect(a, MSG_REFUSED, &r));
	assert_int_equal(r.refused.reason, ERR_NOT_CONSENTED);
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_ASKED, NULL));
	appliance_type_pin(a, "9999999999");
	assert_int_equal(a->ctx.room.ask.pin_len, MSG_PIN);
	appliance_pass(a, CORE_UNTOUCHED + 100);
	assert_true(appliance_expect(a, MSG_REFUSED, &r));
	assert_int_equal(r.refused.reason, ERR_TIMEOUT);
	assert_int_equal(a->keys.state.pin_tries, 5);
	a->keys.state.pin_tries = 0;
	assert_true(appliance_refuses(a, &m, ERR_PIN_LOCKED));
}

/* An approved batch whose certificate the key has. */
static void
approve(struct appliance *a, uint32_t count)
{
	struct msg m;

	assert_true(appliance_init(a));
	memcpy(a->keys.certificate, a->certificate, a->certificate_len);
	a->keys.state.certificate_len = (uint16_t)a->certificate_len;
	sha256(a->certificate, a->certificate_len, a->keys.state.certificate);
	assert_true(appliance_approve(a, count, &m));
}

static void
arm(struct appliance *a, uint32_t index, uint8_t tbs[static SHA256_SIZE])
{
	struct msg m = {.number = MSG_ARM};
	struct leaf leaf;

	memcpy(m.result.leaf, a->item[index].leaf, LEAF_SIZE);
	memcpy(m.result.ticket, a->item[index].ticket, MSG_TICKET);
	assert_int_equal(leaf_decode(&leaf, m.result.leaf), ERR_OK);
	memcpy(tbs, leaf.tbs, SHA256_SIZE);
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_ARMED, &m));
	assert_int_equal(m.armed.index, index);
}

static enum err
sign(struct appliance *a, const uint8_t *digest)
{
	uint8_t rs[MSG_SEAL_SIGNATURE];
	size_t len;
	enum err e = keys_sign(&a->ctx, ALG_ES256, digest, 32, rs, &len);

	assert_int_equal(len, e == ERR_OK ? 64 : 0);
	return e;
}

static void
the_gate_lets_armed_digests_through_and_counts_them_once(void **state)
{
	struct appliance *a = *state;
	uint8_t first[32], second[32], other[32] = {9};
	uint64_t counter;

	approve(a, 2);
	counter = a->remembered.counter;
	assert_int_equal(sign(a, other), ERR_APPROVAL_ABSENT);
	arm(a, 0, first);
	assert_int_equal(sign(a, other), ERR_APPROVAL_ABSENT);
	/* a wrong one has used it up */
	assert_int_equal(sign(a, first), ERR_APPROVAL_ABSENT);
	assert_int_equal(a->keys.signatures, 0);
	arm(a, 0, first);
	assert_int_equal(sign(a, first), ERR_OK);
	assert_int_equal(a->remembered.counter, counter + 1);
	assert_int_equal(sign(a, first), ERR_APPROVAL_ABSENT);
	/* again: the same signature, not counted */
	arm(a, 0, first);
	assert_int_equal(sign(a, first), ERR_OK);
	assert_int_equal(a->remembered.counter, counter + 1);
	arm(a, 1, second);
	assert_int_equal(sign(a, first), ERR_APPROVAL_ABSENT);
	arm(a, 1, second);
	assert_int_equal(sign(a, second), ERR_OK);
	assert_int_equal(a->remembered.counter, counter + 2);
	assert_int_equal(a->keys.signatures, 3);
}

static void
the_gate_is_shut_where_anything_is_missing(void **state)
{
	struct appliance *a = *state;
	uint8_t tbs[32], rs[MSG_SEAL_SIGNATURE];
	struct msg m = {.number = MSG_ABORT};
	size_t len;

	approve(a, 1);
	arm(a, 0, tbs);
	assert_int_equal(
	    keys_sign(&a->ctx, ALG_ES384, tbs, 32, rs, &len), ERR_ALGORITHM);
	a->keys.state.certificate[0] ^= 1;
	assert_int_equal(sign(a, tbs), ERR_CERT_CHANGED);
	a->keys.state.certificate[0] ^= 1;
	a->keys.state.is_open = false;
	assert_int_equal(sign(a, tbs), ERR_TOKEN_LOGGED_OUT);
	a->keys.state.is_open = true;
	a->keys.state.key = MSG_KEY_DAMAGED;
	assert_int_equal(sign(a, tbs), ERR_TOKEN_KEY_ABSENT);
	a->keys.state.key = MSG_KEY_READY;
	a->remember_fails = true;
	assert_int_equal(sign(a, tbs), ERR_IO);
	a->remember_fails = false;
	arm(a, 0, tbs);
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_ABORTED, NULL));
	assert_int_equal(sign(a, tbs), ERR_APPROVAL_ABSENT);
	assert_int_equal(a->keys.signatures, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(pins_are_changed_and_unblocked),
	    TEST(a_host_may_try_all_but_the_last),
	    TEST(the_buttons_have_the_last_try),
	    TEST(a_pin_that_is_not_typed_is_not_tried),
	    TEST(the_gate_lets_armed_digests_through_and_counts_them_once),
	    TEST(the_gate_is_shut_where_anything_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
