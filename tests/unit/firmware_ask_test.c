/* What is asked to be done with keys: every transition of core.c's table that
 * has to do with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "boards/board.h"
#include "common/der.h"
#include "firmware/keys.h"
#include "firmware/screen.h"
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

static struct msg
init_message(void)
{
	struct msg m = {.number = MSG_INIT};

	m.init.now = APPLIANCE_TIME;
	m.init.alg = ALG_ES384;
	m.init.station = appliance_text("station");
	m.init.pin = appliance_text("123456");
	return m;
}

static void
a_key_is_kept_once_its_puk_was_copied(void **state)
{
	struct appliance *a = *state;
	struct msg m = init_message(), s = appliance_status(a);

	assert_int_equal(s.status_reply.key, MSG_KEY_NONE);
	assert_int_equal(s.status_reply.waiting, MSG_WAITING_NOTHING);
	assert_true(appliance_asks(a, &m));
	assert_int_equal(
	    appliance_status(a).status_reply.waiting, MSG_WAITING_CONSENT);
	assert_false(a->keys.is_made);
	appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD + 200);
	assert_int_equal(a->ctx.state, STATE_PUK);
	assert_true(appliance_is_silent(a));
	s = appliance_status(a);
	assert_int_equal(s.status_reply.waiting, MSG_WAITING_PUK);
	assert_int_equal(s.status_reply.asked, MSG_INIT);
	assert_int_equal(s.status_reply.key, MSG_KEY_NONE);
	assert_true(appliance_done(a, MSG_INIT));
	s = appliance_status(a);
	assert_int_equal(s.status_reply.key, MSG_KEY_READY);
	assert_int_equal(s.status_reply.alg, ALG_ES384);
	assert_int_equal(s.status_reply.pin_tries, 5);
	assert_int_equal(s.status_reply.puk_tries, 8);
	assert_int_equal(s.status_reply.logged_in, 1);
	assert_int_equal(s.status_reply.station.len, 7);
	assert_memory_equal(s.status_reply.station.p, "station", 7);
	assert_true(appliance_refuses(a, &m, ERR_KEY_EXISTS));
}

/* A finger that stays down since the first page copies nothing. */
static void
one_long_press_does_not_consent_twice(void **state)
{
	struct appliance *a = *state;
	struct msg m = init_message();

	assert_true(appliance_asks(a, &m));
	appliance_hold(a, BOARD_BUTTON_SELECT, 10 * CORE_HOLD);
	assert_int_equal(a->ctx.state, STATE_PUK);
	assert_int_equal(a->keys.state.key, MSG_KEY_NONE);
}

static void
a_puk_that_nobody_copied_is_for_no_key(void **state)
{
	struct appliance *a = *state;
	struct msg m = init_message(), abort_message = {.number = MSG_ABORT};
	unsigned way;

	for (way = 0; way < 4; way++) {
		assert_true(appliance_asks(a, &m));
		appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD + 200);
		assert_true(a->keys.is_made);
		assert_memory_equal(a->ctx.room.ask.puk, "12345678", 8);
		/* the page ends where it ends, whatever came before */
		a->ctx.batch.title[0].count = 7;
		a->ctx.batch.other_titles = 7;
		appliance_press(a, BOARD_BUTTON_DOWN);
		appliance_press(a, BOARD_BUTTON_DOWN);
		assert_int_equal(a->ctx.view.top, 0);
		if (way == 0) {
			appliance_press(a, BOARD_BUTTON_LEFT);
			assert_true(appliance_expect(a, MSG_REFUSED, NULL));
		} else if (way == 1) {
			appliance_pass(a, CORE_UNTOUCHED + 100);
			assert_true(appliance_expect(a, MSG_REFUSED, NULL));
		} else if (way == 2) {
			appliance_send(a, &abort_message);
			assert_true(appliance_expect(a, MSG_ABORTED, NULL));
		} else {
			assert_true(appliance_hello(a));
		}
		assert_false(a->keys.is_made);
		assert_int_equal(a->keys.state.key, MSG_KEY_NONE);
		assert_int_equal(a->ctx.room.ask.puk[0], 0);
	}
}

static void
what_has_no_form_is_not_asked(void **state)
{
	struct appliance *a = *state;
	const struct msg good = init_message();
	struct msg m = good;

	m.init.alg = ALG_ES512;
	assert_true(appliance_refuses(a, &m, ERR_ALGORITHM));
	m = good;
	m.init.pin = appliance_text("12345");
	assert_true(appliance_refuses(a, &m, ERR_PIN_LENGTH));
	m.init.pin = appliance_text("12345x");
	assert_true(appliance_refuses(a, &m, ERR_PIN_LENGTH));
	m = good;
	m.init.station = appliance_text("");
	assert_true(appliance_refuses(a, &m, ERR_CONSOLE_MESSAGE));
	m.init.station = appliance_text("\xff");
	assert_true(appliance_refuses(a, &m, ERR_CONSOLE_MESSAGE));
	m = good;
	m.init.now = UINT64_MAX;
	assert_true(appliance_refuses(a, &m, ERR_CONSOLE_MESSAGE));
}

static void
without_a_key_nothing_is_done_with_it(void **state)
{
	static const uint8_t numbers[] = {MSG_LOGIN, MSG_CHANGE_PIN,
	    MSG_UNBLOCK, MSG_CSR, MSG_CERTIFICATE, MSG_SELFTEST};
	struct appliance *a = *state;
	size_t i;

	for (i = 0; i < sizeof(numbers); i++) {
		struct msg m = {.number = numbers[i]};

		assert_true(appliance_refuses(a, &m, ERR_TOKEN_KEY_ABSENT));
	}
}

static void
left_silence_and_short_presses_are_no_consent(void **state)
{
	struct appliance *a = *state;
	struct msg m = {.number = MSG_RESET}, r;

	assert_true(appliance_init(a));
	assert_true(appliance_asks(a, &m));
	appliance_press(a, BOARD_BUTTON_LEFT);
	assert_true(appliance_expect(a, MSG_REFUSED, &r));
	assert_int_equal(r.refused.reason, ERR_NOT_CONSENTED);
	assert_int_equal(r.refused.root[0], 0);
	assert_int_equal(a->ctx.state, STATE_REFUSED);
	assert_true(appliance_asks(a, &m));
	appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD - 200);
	appliance_hold(a, BOARD_BUTTON_SELECT | BOARD_BUTTON_UP, 2 * CORE_HOLD);
	assert_int_equal(a->ctx.state, STATE_ASKED);
	appliance_pass(a, CORE_UNTOUCHED + 100);
	assert_true(appliance_expect(a, MSG_REFUSED, &r));
	assert_int_equal(r.refused.reason, ERR_TIMEOUT);
	assert_int_equal(a->keys.state.key, MSG_KEY_READY);
}

/* Another question does not take the place of the one that is read. */
static void
one_question_at_a_time(void **state)
{
	struct appliance *a = *state;
	struct msg m = {.number = MSG_RESET}, other = {.number = MSG_ENROL};

	assert_true(appliance_init(a));
	other.enrol.station = appliance_text("station");
	assert_true(appliance_asks(a, &other));
	assert_true(appliance_refuses(a, &m, ERR_CONSOLE_ORDER));
	appliance_hold(a, BOARD_BUTTON_SELECT, 2 * CORE_HOLD);
	assert_int_equal(a->keys.wipes, 0);
	/* nor that of a batch that is read or approved */
	assert_true(appliance_review(a, 1));
	assert_true(appliance_refuses(a, &m, ERR_CONSOLE_ORDER));
	assert_true(appliance_approve(a, 1, &other));
	assert_true(appliance_refuses(a, &m, ERR_CONSOLE_ORDER));
}

static void
reset_wipes(void **state)
{
	struct appliance *a = *state;
	struct msg m = {.number = MSG_RESET};

	assert_true(appliance_init(a));
	assert_true(appliance_asks(a, &m));
	assert_true(appliance_done(a, MSG_RESET));
	assert_int_equal(a->keys.wipes, 1);
	assert_int_equal(appliance_status(a).status_reply.key, MSG_KEY_NONE);
	a->keys.fails = true;
	assert_true(appliance_asks(a, &m));
	appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD + 200);
	assert_true(appliance_fails(a, ERR_IO));
}

static void
enrolment_is_signed_by_the_key_it_names(void **state)
{
	struct appliance *a = *state;
	struct msg m = {.number = MSG_ENROL}, r;
	uint8_t told[MSG_ENROL_OCTETS], digest[SHA256_SIZE];

	memset(m.enrol.nonce, 0x21, sizeof(m.enrol.nonce));
	m.enrol.station = appliance_text("station");
	a->port.point[0] = 4;
	assert_true(appliance_asks(a, &m));
	assert_true(appliance_consent(a, MSG_ENROLLED, &r));
	assert_memory_equal(r.enrolled.point, a->port.point, MSG_POINT);
	assert_memory_equal(r.enrolled.firmware, a->port.firmware, SHA256_SIZE);
	msg_enrol_octets(m.enrol.nonce, "station", 7, &r, told);
	assert_memory_equal(told, "zegel-enrol-v1\x21\x21", 16);
	sha256(told, sizeof(told), digest);
	assert_memory_equal(a->signed_digest, digest, SHA256_SIZE);
	assert_int_equal(a->ctx.state, STATE_DONE);
}

/* What came to nothing has not forgotten the log either. */
static void
the_log_is_forgotten_once_it_is_done(void **state)
{
	struct appliance *a = *state;
	struct msg m = {.number = MSG_ENROL};

	a->ctx.memory.log_size = 7;
	m.enrol.station = appliance_text("station");
	a->sign_fails = true;
	assert_true(appliance_asks(a, &m));
	appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD + 200);
	assert_true(appliance_fails(a, ERR_INTERNAL));
	assert_int_equal(a->ctx.memory.log_size, 7);
	a->sign_fails = false;
	assert_true(appliance_asks(a, &m));
	assert_true(appliance_consent(a, MSG_ENROLLED, NULL));
	assert_int_equal(a->ctx.memory.log_size, 0);

	a->ctx.memory.log_size = 7;
	m = init_message();
	assert_true(appliance_asks(a, &m));
	appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD + 200);
	assert_int_equal(a->ctx.state, STATE_PUK);
	a->keys.fails = true;
	appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD + 200);
	assert_true(appliance_fails(a, ERR_IO));
	assert_int_equal(a->ctx.memory.log_size, 7);
	a->keys.fails = false;
	assert_true(appliance_init(a));
	assert_int_equal(a->ctx.memory.log_size, 0);
}

static void
a_self_test_is_labelled_and_counted(void **state)
{
	struct appliance *a = *state;
	struct msg m = {.number = MSG_SELFTEST}, r;
	uint8_t digest[SHA256_SIZE];

	memset(m.selftest.nonce, 0x37, sizeof(m.selftest.nonce));
	assert_true(appliance_init(a));
	assert_true(appliance_asks(a, &m));
	assert_int_equal(a->keys.signatures, 0);
	assert_true(appliance_consent(a, MSG_SELFTESTED, &r));
	assert_int_equal(r.selftested.alg, ALG_ES256);
	assert_memory_equal(r.selftested.message, "zegel-selftest-v1\x37", 18);
	sha256(r.selftested.message, MSG_SELFTEST_OCTETS, digest);
	assert_int_equal(r.selftested.signature.len, 64);
	assert_memory_equal(r.selftested.signature.p, digest, 32);
	assert_int_equal(a->remembered.counter, 1);
	keys_logout(&a->ctx);
	assert_true(appliance_refuses(a, &m, ERR_TOKEN_LOGGED_OUT));
	/* logged out while a person reads */
	m = (struct msg){.number = MSG_LOGIN};
	m.login.pin = appliance_text("123456");
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_DONE, NULL));
	m = (struct msg){.number = MSG_SELFTEST};
	assert_true(appliance_asks(a, &m));
	keys_logout(&a->ctx);
	appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD + 200);
	assert_true(appliance_fails(a, ERR_TOKEN_LOGGED_OUT));
	assert_int_equal(a->keys.signatures, 1);
	assert_int_equal(a->remembered.counter, 1);
}

static void
what_cannot_be_counted_is_not_signed(void **state)
{
	struct appliance *a = *state;
	struct msg m = {.number = MSG_SELFTEST};

	assert_true(appliance_init(a));
	assert_true(appliance_asks(a, &m));
	a->remember_fails = true;
	appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD + 200);
	assert_true(appliance_fails(a, ERR_IO));
	assert_int_equal(a->keys.signatures, 0);
}

static struct msg
csr_message(void)
{
	struct msg m = {.number = MSG_CSR};

	m.csr.country = appliance_text("DE");
	m.csr.organisation = appliance_text("Hochschule M\xc3\xbchlhausen");
	m.csr.organisation_id = appliance_text("VATDE-123456789");
	m.csr.common_name = appliance_text("Siegel");
	return m;
}

static void
a_request_names_what_was_read(void **state)
{
	struct appliance *a = *state;
	struct msg m = csr_message(), r;
	struct der_reader all, request, info, part, x;
	uint8_t digest[SHA256_SIZE], tag;

	assert_true(appliance_init(a));
	assert_true(appliance_asks(a, &m));
	assert_true(appliance_consent(a, MSG_REQUEST, &r));
	all = der_reader(r.request.der.p, r.request.der.len);
	assert_int_equal(der_enter(&all, DER_SEQUENCE, &request), ERR_OK);
	assert_true(der_is_end(&all));
	x = request;
	assert_int_equal(der_next_whole(&request, &tag, &info), ERR_OK);
	sha256(info.p, info.len, digest);
	assert_memory_equal(a->keys.signed_digest, digest, SHA256_SIZE);
	assert_int_equal(der_enter(&x, DER_SEQUENCE, &info), ERR_OK);
	assert_int_equal(der_next(&info, &tag, &part), ERR_OK);
	assert_int_equal(der_enter(&info, DER_SEQUENCE, &part), ERR_OK);
	assert_non_null(
	    memmem(part.p, part.len, "Hochschule M\xc3\xbchlhausen", 22));
	assert_non_null(memmem(part.p, part.len, "VATDE-123456789", 15));
	assert_non_null(memmem(part.p, part.len, "Siegel", 6));
	assert_int_equal(der_enter(&info, DER_SEQUENCE, &part), ERR_OK);
	assert_non_null(memmem(part.p, part.len, a->keys.state.point, 64));
	assert_int_equal(a->remembered.counter, 1);
}

static void
a_request_with_empty_or_odd_names_is_refused(void **state)
{
	struct appliance *a = *state;
	char longest[MSG_NAME + 1];
	struct msg m;

	memset(longest, 'n', sizeof(longest));
	longest[MSG_NAME] = '\0';
	assert_true(appliance_init(a));
	m = csr_message();
	m.csr.country = appliance_text("de");
	assert_true(appliance_refuses(a, &m, ERR_CONSOLE_MESSAGE));
	m.csr.country = appliance_text("D");
	assert_true(appliance_refuses(a, &m, ERR_CONSOLE_MESSAGE));
	m = csr_message();
	m.csr.organisation = appliance_text("");
	assert_true(appliance_refuses(a, &m, ERR_CONSOLE_MESSAGE));
	m = csr_message();
	m.csr.organisation_id = appliance_text("\xc0\x80");
	assert_true(appliance_refuses(a, &m, ERR_CONSOLE_MESSAGE));
	/* the longest names there are, with the longest key */
	a->keys.state.alg = ALG_ES384;
	m.csr.organisation = m.csr.organisation_id = m.csr.common_name =
	    appliance_text(longest);
	assert_true(appliance_asks(a, &m));
	assert_true(appliance_consent(a, MSG_REQUEST, &m));
	assert_true(m.request.der.len > 600 && m.request.der.len <= 1024);
}

static void
a_certificate_of_the_key_is_kept(void **state)
{
	struct appliance *a = *state;
	uint8_t der[300], got[300];
	struct msg m, r;
	size_t len, cut;

	assert_true(appliance_init(a));
	len = appliance_certificate(a->keys.state.point, der, sizeof(der));
	m = appliance_certificate_message(der, len);
	for (cut = 1; cut < len; cut++) {
		appliance_send(a, &m);
		assert_true(appliance_expect(a, MSG_BEGUN, NULL));
		assert_int_equal(a->ctx.state, STATE_LOAD);
		appliance_bulk(a, MSG_LOAD, der, cut);
		assert_true(appliance_is_silent(a));
		appliance_bulk(a, MSG_LOAD, der + cut, len - cut);
		assert_true(appliance_expect(a, MSG_ASKED, &r));
		assert_int_equal(r.asked.number, MSG_CERTIFICATE);
		assert_int_equal(a->ctx.state, STATE_ASKED);
		if (cut % 50 != 0)
			assert_true(appliance_hello(a));
		else
			assert_true(appliance_done(a, MSG_CERTIFICATE));
	}
	assert_int_equal(keys_certificate_len(&a->ctx), len);
	assert_int_equal(keys_certificate(&a->ctx, 0, got, sizeof(got)), len);
	assert_memory_equal(got, der, len);
	assert_memory_equal(appliance_status(a).status_reply.certificate,
	    m.certificate.digest, SHA256_SIZE);
}

static void
a_certificate_of_another_key_is_refused(void **state)
{
	struct appliance *a = *state;
	uint8_t der[300], point[64];
	struct msg m;
	size_t len;

	assert_true(appliance_init(a));
	memcpy(point, a->keys.state.point, sizeof(point));
	point[63] ^= 1;
	len = appliance_certificate(point, der, sizeof(der));
	m = appliance_certificate_message(der, len);
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_BEGUN, NULL));
	appliance_bulk(a, MSG_LOAD, der, len);
	assert_true(appliance_fails(a, ERR_TOKEN_KEY_MISMATCH));
	/* another digest, too short, more than was said, none, too long */
	m.certificate.digest[0] ^= 1;
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_BEGUN, NULL));
	appliance_bulk(a, MSG_LOAD, der, len);
	assert_true(appliance_fails(a, ERR_CERT_CHANGED));
	m = appliance_certificate_message(der, len - 1);
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_BEGUN, NULL));
	appliance_bulk(a, MSG_LOAD, der, len - 1);
	assert_true(appliance_fails(a, ERR_CERT_SYNTAX));
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_BEGUN, NULL));
	appliance_bulk(a, MSG_LOAD, der, len);
	assert_true(appliance_fails(a, ERR_ITEM_LENGTH));
	m.certificate.len = 0;
	assert_true(appliance_refuses(a, &m, ERR_TOO_LARGE));
	m.certificate.len = BOUND_CERTIFICATE + 1;
	assert_true(appliance_refuses(a, &m, ERR_TOO_LARGE));
	/* and one that stops coming */
	m.certificate.len = BOUND_CERTIFICATE;
	appliance_send(a, &m);
	assert_true(appliance_expect(a, MSG_BEGUN, NULL));
	appliance_pass(a, CORE_SILENCE + 100);
	assert_true(appliance_fails(a, ERR_TIMEOUT));
	assert_int_equal(a->keys.state.certificate_len, 0);
}

/* What stands on a screen is not what was there before, and not nothing. */
static void
each_question_has_its_screen(void **state)
{
	struct appliance *a = *state;
	uint8_t before[SCREEN_OCTETS], pixels[SCREEN_OCTETS];
	struct msg m[6] = {{.number = MSG_RESET}, {.number = MSG_SELFTEST},
	    {.number = MSG_ENROL}, {.number = MSG_CHANGE_PIN},
	    {.number = MSG_UNBLOCK}, csr_message()};
	size_t i;

	assert_true(appliance_init(a));
	m[2].enrol.station = appliance_text("station");
	m[3].change_pin.old = m[3].change_pin.pin = appliance_text("123456");
	m[4].unblock.puk = appliance_text("12345678");
	m[4].unblock.pin = appliance_text("123456");
	screen_draw(&a->ctx, before);
	for (i = 0; i < 6; i++) {
		assert_true(appliance_asks(a, &m[i]));
		screen_draw(&a->ctx, pixels);
		assert_memory_not_equal(pixels, before, sizeof(pixels));
		memcpy(before, pixels, sizeof(pixels));
		/* the last page is reached, and no further */
		while ((unsigned)a->ctx.view.top + SCREEN_ROWS <
		    screen_lines(&a->ctx))
			appliance_press(a, BOARD_BUTTON_DOWN);
		appliance_press(a, BOARD_BUTTON_DOWN);
		assert_true(a->ctx.view.top < screen_lines(&a->ctx));
		while (a->ctx.view.top > 0)
			appliance_press(a, BOARD_BUTTON_UP);
		screen_draw(&a->ctx, pixels);
		assert_memory_equal(pixels, before, sizeof(pixels));
		assert_true(appliance_hello(a));
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_key_is_kept_once_its_puk_was_copied),
	    TEST(one_long_press_does_not_consent_twice),
	    TEST(a_puk_that_nobody_copied_is_for_no_key),
	    TEST(what_has_no_form_is_not_asked),
	    TEST(without_a_key_nothing_is_done_with_it),
	    TEST(left_silence_and_short_presses_are_no_consent),
	    TEST(one_question_at_a_time),
	    TEST(reset_wipes),
	    TEST(enrolment_is_signed_by_the_key_it_names),
	    TEST(the_log_is_forgotten_once_it_is_done),
	    TEST(a_self_test_is_labelled_and_counted),
	    TEST(what_cannot_be_counted_is_not_signed),
	    TEST(a_request_names_what_was_read),
	    TEST(a_request_with_empty_or_odd_names_is_refused),
	    TEST(a_certificate_of_the_key_is_kept),
	    TEST(a_certificate_of_another_key_is_refused),
	    TEST(each_question_has_its_screen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
