/* Each row of core.c's table, in each of its states, leads to each of the
 * states that it says it leads to, and what is written in docs/PROTOCOL.md
 * is so: a row that nothing here walks fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "boards/board.h"
#include "tests/unit/support/appliance_states.h"

#define TOKEN_LEN 9 /* of appliance_lead_to's content timestamp */

/* One way through the table. */
struct way {
	const struct core_row *row;
	enum state from, to;
};

static bool
needs_key(unsigned number)
{
	switch (number) {
	case MSG_LOGIN:
	case MSG_CHANGE_PIN:
	case MSG_UNBLOCK:
	case MSG_CSR:
	case MSG_CERTIFICATE:
	case MSG_LOAD:
	case MSG_SELFTEST:
		return true;
	default:
		return false;
	}
}

/* One that may begin, whatever was approved before. */
static void
send_begin(struct appliance *a)
{
	struct msg m = appliance_begin_message(a, 1);

	if (m.begin.now < a->ctx.memory.time)
		m.begin.now = a->ctx.memory.time;
	appliance_send(a, &m);
}

static void
send_part(struct appliance *a, unsigned number, const void *octets, size_t len)
{
	struct msg m = {.number = (uint8_t)number};

	m.bulk.octets = (struct msg_octets){octets, len};
	appliance_send(a, &m);
}

/* The rest of the batch of two that appliance_lead_to has begun. */
static void
send_payload(struct appliance *a, const struct way *w)
{
	const char *payload = appliance_payload(0);
	struct msg m;

	if (w->from != STATE_PAYLOAD || w->to == STATE_PAYLOAD) {
		send_part(a, MSG_PAYLOAD, payload, 1);
		return;
	}
	appliance_bulk(a, MSG_PAYLOAD, payload, strlen(payload));
	if (w->to != STATE_REVIEW)
		return;
	m = appliance_item_message(a, 1, appliance_payload(1));
	appliance_send(a, &m);
	assert_int_equal(a->ctx.state, STATE_PAYLOAD);
	appliance_bulk(
	    a, MSG_PAYLOAD, appliance_payload(1), strlen(appliance_payload(1)));
}

static void
send_load(struct appliance *a, const struct way *w)
{
	uint8_t der[300];
	struct msg m;
	size_t len;

	if (w->to != STATE_ASKED) {
		send_part(a, MSG_LOAD, "1", 1);
		return;
	}
	len = appliance_certificate(a->keys.state.point, der, sizeof(der));
	m = appliance_certificate_message(der, len);
	assert_true(appliance_hello(a));
	appliance_send(a, &m);
	assert_int_equal(a->ctx.state, STATE_LOAD);
	appliance_bulk(a, MSG_LOAD, der, len);
}

static void
send_of_key(struct appliance *a, const struct way *w)
{
	struct msg m = {.number = (uint8_t)w->row->number};
	struct msg_octets text = appliance_text("123456");

	switch (m.number) {
	case MSG_INIT:
		/* the state may have needed one */
		memset(&a->keys.state, 0, sizeof(a->keys.state));
		m.init.now = APPLIANCE_TIME;
		m.init.alg = ALG_ES256;
		m.init.station = m.init.pin = text;
		break;
	case MSG_ENROL:
		m.enrol.station = text;
		break;
	case MSG_LOGIN:
		if (w->to == STATE_DONE)
			m.login.pin = text;
		break;
	case MSG_CHANGE_PIN:
		m.change_pin.old = m.change_pin.pin = text;
		break;
	case MSG_UNBLOCK:
		m.unblock.puk = appliance_text("12345678");
		m.unblock.pin = text;
		break;
	case MSG_CSR:
		m.csr.country = appliance_text("DE");
		m.csr.organisation = m.csr.organisation_id = m.csr.common_name =
		    text;
		break;
	case MSG_CERTIFICATE:
		m.certificate.len = 9;
		break;
	default:
		break;
	}
	appliance_send(a, &m);
}

static void
send_timestamp(struct appliance *a, const struct way *w)
{
	static const uint8_t token[TOKEN_LEN] = {0x30, TOKEN_LEN - 2};

	send_part(a, MSG_TIMESTAMP, token,
	    w->from == STATE_TIMESTAMP && w->to == STATE_TIMESTAMP ? 4
								   : TOKEN_LEN);
}

static void
send_item(struct appliance *a, const struct way *w)
{
	struct msg m = appliance_item_message(a, 0, appliance_payload(0));

	m.item.timestamp_len = w->to == STATE_TIMESTAMP ? TOKEN_LEN : 0;
	appliance_send(a, &m);
}

static void
send(struct appliance *a, const struct way *w)
{
	struct msg m = {.number = (uint8_t)w->row->number};

	switch (m.number) {
	case MSG_HELLO:
		m.hello.version_low = m.hello.version_high = MSG_VERSION;
		break;
	case MSG_LOG_HEAD:
		m.log_head.size = 1;
		break;
	case MSG_STATUS:
	case MSG_ABORT:
	case MSG_COUNTER:
		break;
	case MSG_BEGIN:
		send_begin(a);
		return;
	case MSG_CHAIN:
		if (w->to == STATE_READY)
			appliance_bulk(
			    a, MSG_CHAIN, a->certificate, a->certificate_len);
		else
			send_part(a, MSG_CHAIN, a->certificate, 1);
		return;
	case MSG_ITEM:
		send_item(a, w);
		return;
	case MSG_TIMESTAMP:
		send_timestamp(a, w);
		return;
	case MSG_PAYLOAD:
		send_payload(a, w);
		return;
	case MSG_REVIEW:
		m = appliance_review_message(a, 0);
		if (m.review.summary.len == 0)
			m.review.summary = appliance_text("none");
		break;
	case MSG_ARM:
		memcpy(m.result.leaf, a->item[0].leaf, LEAF_SIZE);
		memcpy(m.result.ticket, a->item[0].ticket, MSG_TICKET);
		break;
	case MSG_LOAD:
		send_load(a, w);
		return;
	default:
		send_of_key(a, w);
		return;
	}
	appliance_send(a, &m);
}

static void
hold(struct appliance *a, const struct way *w)
{
	struct way init = *w;
	struct core_row row = *w->row;

	if (w->from == STATE_ASKED && w->to == STATE_PUK) {
		assert_true(appliance_hello(a));
		row.number = MSG_INIT;
		init.row = &row;
		send_of_key(a, &init);
		assert_int_equal(a->ctx.state, STATE_ASKED);
	}
	if (w->from == STATE_PIN)
		appliance_type_pin(a, "123456");
	appliance_hold(a, BOARD_BUTTON_SELECT, CORE_HOLD + 200);
}

/* A host that is there, and nobody who presses anything. */
static void
wait_untouched(struct appliance *a, uint32_t milliseconds)
{
	struct msg m = {.number = MSG_STATUS};
	enum state before = a->ctx.state;
	uint32_t i;

	for (i = 0; i < milliseconds && a->ctx.state == before; i += 10000) {
		appliance_send(a, &m);
		assert_true(appliance_expect(a, MSG_STATUS_REPLY, NULL));
		appliance_pass(a, 10000);
	}
}

static void
happen(struct appliance *a, const struct way *w)
{
	int i;

	switch (w->row->number) {
	case EVENT_HELD:
		hold(a, w);
		break;
	case EVENT_LEFT:
		appliance_press(a, BOARD_BUTTON_LEFT);
		break;
	case EVENT_TURN:
		for (i = 0; i < 20 && a->ctx.state == w->from; i++)
			appliance_press(a, BOARD_BUTTON_DOWN);
		break;
	case EVENT_SILENCE:
		appliance_pass(a, CORE_SILENCE + 100);
		break;
	case EVENT_TIMEOUT:
		/* of an approval, the hour that BEGIN gave it */
		wait_untouched(a,
		    w->from == STATE_APPROVED ? 3700000
					      : CORE_UNTOUCHED + 20000);
		break;
	default:
		fail_msg("nothing walks %s", w->row->name);
	}
}

/* Whoever stays in FAILED may have failed once more. */
static bool
has_failed(const struct appliance *a)
{
	unsigned i;

	for (i = a->taken; i < a->queued; i++) {
		if (a->queue[i].number == MSG_ERROR)
			return true;
	}
	return false;
}

static void
walk(const struct way *w)
{
	struct appliance *a = appliance_new();

	if (needs_key(w->row->number) && w->from != STATE_START) {
		assert_true(appliance_hello(a));
		assert_true(appliance_init(a));
	}
	appliance_lead_to(a, w->from);
	if (w->row->number < EVENT_HELD)
		send(a, w);
	else
		happen(a, w);
	if (a->ctx.state != w->to ||
	    has_failed(a) != (w->row->number == EVENT_SILENCE))
		fail_msg("%s in %s led to %s, not to %s", w->row->name,
		    core_state_name(w->from), core_state_name(a->ctx.state),
		    core_state_name(w->to));
	free(a);
}

static enum state
state_named(const char *name, size_t len)
{
	unsigned s;

	for (s = 0; s < STATE_COUNT; s++) {
		if (strlen(core_state_name(s)) == len &&
		    memcmp(core_state_name(s), name, len) == 0)
			return (enum state)s;
	}
	fail_msg("no state %.*s", (int)len, name);
	return STATE_COUNT;
}

static void
walk_all(const struct core_row *row, enum state from, unsigned *ways)
{
	const char *name = row->leads;
	struct way w = {row, from, from};
	size_t len;

	do {
		len = strcspn(name, ",");
		if (strcmp(name, "the same") != 0)
			w.to = state_named(name, len);
		walk(&w);
		(*ways)++;
		name += len + strspn(name + len, ", ");
	} while (*name != '\0');
}

static void
each_row_leads_where_it_says(void **state)
{
	const struct core_row *row;
	unsigned s, ways = 0;
	size_t i;

	(void)state;
	for (i = 0; (row = core_row_at(i)) != NULL; i++) {
		for (s = 0; s < STATE_COUNT; s++) {
			if ((row->states & 1u << s) != 0)
				walk_all(row, (enum state)s, &ways);
		}
	}
	printf("# %u ways\n", ways);
	assert_true(ways > 150);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_row_leads_where_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
