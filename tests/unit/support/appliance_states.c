#include "tests/unit/support/appliance_states.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "boards/board.h"
#include "common/der.h"
#include "common/oid.h"

/* If there is none. */
static void
make_key(struct appliance *a)
{
	if (a->keys.state.key == MSG_KEY_NONE)
		assert_true(appliance_init(a));
}

void
appliance_lead_to(struct appliance *a, enum state state)
{
	struct msg m;

	if (state == STATE_START)
		return;
	assert_true(appliance_hello(a));
	switch (state) {
	case STATE_CHAIN:
		m = appliance_begin_message(a, 2);
		appliance_send(a, &m);
		break;
	case STATE_READY:
		assert_true(appliance_begin(a, 2));
		break;
	case STATE_TIMESTAMP:
	case STATE_PAYLOAD:
		assert_true(appliance_begin(a, 2));
		m = appliance_item_message(a, 0, appliance_payload(0));
		m.item.timestamp_len = state == STATE_TIMESTAMP ? 9 : 0;
		appliance_send(a, &m);
		break;
	case STATE_REVIEW:
		assert_true(appliance_review(a, 3));
		break;
	case STATE_WANTED:
		assert_true(appliance_want_first(a));
		break;
	case STATE_APPROVED:
		assert_true(appliance_approve(a, 2, &m));
		break;
	case STATE_REFUSED:
		assert_true(appliance_review(a, 1));
		appliance_press(a, BOARD_BUTTON_LEFT);
		break;
	case STATE_FAILED:
		appliance_push(a, "?", 1);
		appliance_push(a, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
		break;
	case STATE_ASKED:
		m = (struct msg){.number = MSG_RESET};
		appliance_send(a, &m);
		break;
	case STATE_PUK:
		m = (struct msg){.number = MSG_INIT};
		m.init.now = APPLIANCE_TIME;
		m.init.alg = ALG_ES256;
		m.init.station = (struct msg_octets){
		    (const uint8_t *)"station", 7};
		m.init.pin = (struct msg_octets){(const uint8_t *)"123456", 6};
		appliance_send(a, &m);
		appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD + 200);
		break;
	case STATE_PIN:
		make_key(a);
		m = (struct msg){.number = MSG_LOGIN};
		appliance_send(a, &m);
		break;
	case STATE_LOAD:
		make_key(a);
		m = (struct msg){.number = MSG_CERTIFICATE};
		m.certificate.len = 9;
		appliance_send(a, &m);
		break;
	case STATE_DONE:
		make_key(a);
		m = (struct msg){.number = MSG_LOGIN};
		m.login.pin = appliance_text("123456");
		appliance_send(a, &m);
		break;
	default:
		break;
	}
	while (!appliance_is_silent(a))
		;
	assert_int_equal(a->ctx.state, state);
}

/* 0 is on the wheel; up turns it by one, right takes it. */
void
appliance_type_pin(struct appliance *a, const char *pin)
{
	int i;

	for (; *pin != '\0'; pin++) {
		for (i = 0; i < (*pin - '0' <= 5 ? *pin - '0' : '9' + 1 - *pin);
		     i++)
			appliance_press(a,
			    *pin - '0' <= 5 ? BOARD_BUTTON_UP
					    : BOARD_BUTTON_DOWN);
		appliance_press(a, BOARD_BUTTON_RIGHT);
	}
}

/* { { 42, {}, issuer, { from, until }, subject, key } } */
size_t
appliance_certificate(const uint8_t *point, uint8_t *out, size_t cap)
{
	static const char from[] = "250101000000Z", until[] = "351231235959Z";
	static const uint8_t number[] = {42}, zero[2] = {0, 4};
	struct der_writer w;
	size_t mark, end;
	int i;

	der_writer_init(&w, out, cap);
	end = w.pos;
	der_put(&w, point, 64);
	der_put(&w, zero, 2);
	der_wrap(&w, DER_BIT_STRING, end);
	mark = w.pos;
	der_put_value(&w, DER_OID, OID_P256, OID_LEN(OID_P256));
	der_put_value(&w, DER_OID, OID_EC_KEY, OID_LEN(OID_EC_KEY));
	der_wrap(&w, DER_SEQUENCE, mark);
	der_wrap(&w, DER_SEQUENCE, end);
	for (i = 0; i < 2; i++) {
		mark = w.pos;
		der_put_value(
		    &w, DER_UTF8_STRING, i == 0 ? "Uni" : "CA", 3 - i);
		der_put_value(
		    &w, DER_OID, OID_ORGANISATION, OID_LEN(OID_ORGANISATION));
		der_wrap(&w, DER_SEQUENCE, mark);
		der_wrap(&w, DER_SET, mark);
		der_wrap(&w, DER_SEQUENCE, mark);
		if (i == 1)
			break;
		mark = w.pos;
		der_put_value(&w, DER_UTC_TIME, until, 13);
		der_put_value(&w, DER_UTC_TIME, from, 13);
		der_wrap(&w, DER_SEQUENCE, mark);
	}
	der_put_value(&w, DER_SEQUENCE, "", 0);
	der_put_uint(&w, number, 1);
	der_wrap(&w, DER_SEQUENCE, end);
	der_wrap(&w, DER_SEQUENCE, end);
	assert_int_equal(w.err, ERR_OK);
	memmove(out, w.buf + w.pos, w.cap - w.pos);
	return w.cap - w.pos;
}

struct msg
appliance_certificate_message(const uint8_t *der, size_t len)
{
	struct msg m = {.number = MSG_CERTIFICATE};

	m.certificate.len = (uint16_t)len;
	sha256(der, len, m.certificate.digest);
	return m;
}
