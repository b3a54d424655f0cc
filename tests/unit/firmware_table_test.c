/* Nothing but what the table of core.c has leads on, however it is split. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/support/appliance_states.h"

static bool
is_in_table(unsigned state, unsigned number)
{
	const struct core_row *row;
	size_t i;

	for (i = 0; (row = core_row_at(i)) != NULL; i++) {
		if (row->number == number && (row->states & 1u << state) != 0)
			return true;
	}
	return false;
}

/* No message of that form has an empty one. */
static void
fill_tail(struct msg *m, const struct msg_form *form, const uint8_t *octet)
{
	const struct msg_octets tail = {octet, 1};
	size_t i;

	for (i = 0; i < form->fields; i++) {
		if (form->field[i].type == MSG_TAIL)
			memcpy((uint8_t *)m + form->field[i].at, &tail,
			    sizeof(tail));
	}
}

static void
what_is_not_in_the_table_fails(void **state)
{
	const struct msg_form *form;
	uint8_t body[FRAME_BODY], frame[FRAME_MAX];
	struct appliance *a;
	unsigned s;
	size_t i, len;

	(void)state;
	memset(body, 1, sizeof(body));
	for (s = 0; s < STATE_COUNT; s++) {
		for (i = 0; (form = msg_form_at(i)) != NULL; i++) {
			struct msg m = {.number = form->number};

			if (is_in_table(s, form->number))
				continue;
			fill_tail(&m, form, body);
			a = appliance_new();
			appliance_lead_to(a, (enum state)s);
			len = msg_encode(&m, frame);
			assert_true(len > 0);
			appliance_push(a, frame, len);
			assert_true(appliance_fails(a, ERR_CONSOLE_ORDER));
			free(a);
		}
		/* and what is no message at all */
		a = appliance_new();
		appliance_lead_to(a, (enum state)s);
		len = frame_encode(0x3f, body, 0, frame);
		appliance_push(a, frame, len);
		assert_true(appliance_fails(a, ERR_CONSOLE_MESSAGE));
		free(a);
	}
}

static void
splitting_the_stream_changes_nothing(void **state)
{
	struct appliance *a = appliance_new();
	const char *payload = appliance_payload(0);
	uint8_t stream[4 * FRAME_MAX], out[CTX_OUT];
	struct appliance *b;
	struct msg m = {.number = MSG_HELLO};
	size_t len = 0, i;

	(void)state;
	m.hello.version_low = m.hello.version_high = MSG_VERSION;
	len += msg_encode(&m, stream + len);
	m = appliance_begin_message(a, 1);
	len += msg_encode(&m, stream + len);
	m.number = MSG_CHAIN;
	m.bulk.octets = (struct msg_octets){a->certificate, a->certificate_len};
	len += msg_encode(&m, stream + len);
	m = appliance_item_message(a, 0, payload);
	len += msg_encode(&m, stream + len);
	m.number = MSG_PAYLOAD;
	m.bulk.octets = (struct msg_octets){
	    (const uint8_t *)payload, strlen(payload)};
	len += msg_encode(&m, stream + len);
	assert_int_equal(core_push(&a->ctx, stream, len), len);
	memcpy(out, a->ctx.out, sizeof(out));
	assert_int_equal(a->ctx.state, STATE_REVIEW);
	for (i = 1; i < len; i++) {
		b = appliance_new();
		assert_int_equal(core_push(&b->ctx, stream, i), i);
		assert_int_equal(
		    core_push(&b->ctx, stream + i, len - i), len - i);
		assert_int_equal(b->ctx.out_len, a->ctx.out_len);
		assert_memory_equal(b->ctx.out, out, a->ctx.out_len);
		free(b);
	}
	free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_not_in_the_table_fails),
	    cmocka_unit_test(splitting_the_stream_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
