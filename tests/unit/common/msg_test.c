#include "tests/unit/common/tap.h"

#include <string.h>

#include "common/be.h"
#include "common/msg.h"
#include "tests/unit/common/hex.h"

static uint8_t frame[FRAME_MAX], again[FRAME_MAX], body[FRAME_MAX];

/* The shortest and the longest body of a message, in octets. */
static void
sizes(const struct msg_form *form, size_t *least, size_t *most)
{
	const struct msg_field *f;
	size_t i;

	*least = *most = 0;
	for (i = 0; i < form->fields; i++) {
		f = &form->field[i];
		*most += f->size + (f->type == MSG_TEXT);
		if (f->type == MSG_TEXT || f->type == MSG_TAIL)
			*least += 1;
		else
			*least += f->size;
	}
}

/* Octets 1 everywhere: texts of one octet, so what is left of the body is at
 * fault for a message with two texts. */
static void
every_message_comes_back_as_it_went(void)
{
	const struct msg_form *form;
	size_t i, j, least, most, len;
	struct msg m;

	for (i = 0; (form = msg_form_at(i)) != NULL; i++) {
		sizes(form, &least, &most);
		CHECK(most <= FRAME_BODY);
		for (j = 0; j < least; j++)
			body[j] = (uint8_t)(j * 5 + 1);
		for (j = 0; j < form->fields; j++) {
			/* texts: of no octets */
			if (form->field[j].type == MSG_TEXT)
				memset(body, 0, least);
		}
		CHECK(msg_decode(&m, form->number, body, least) == ERR_OK);
		CHECK(m.number == form->number);
		len = msg_encode(&m, frame);
		CHECK(len == FRAME_HEAD + least + FRAME_TAIL);
		CHECK(frame[1] == form->number);
		CHECK(be16_get(frame + 2) == least);
		CHECK(memcmp(frame + FRAME_HEAD, body, least) == 0);
	}
	CHECK(i == 41);
}

static void
no_message_is_shorter_or_longer(void)
{
	const struct msg_form *form;
	size_t i, n, least, most;
	struct msg m;

	memset(body, 0, sizeof(body));
	for (i = 0; (form = msg_form_at(i)) != NULL; i++) {
		sizes(form, &least, &most);
		for (n = 0; n < least; n++)
			CHECK(msg_decode(&m, form->number, body, n) ==
			    ERR_CONSOLE_MESSAGE);
		if (form->fields > 0 &&
		    form->field[form->fields - 1].type == MSG_TAIL)
			CHECK(
			    msg_decode(&m, form->number, body, most) == ERR_OK);
		CHECK(msg_decode(&m, form->number, body, most + 1) ==
		    ERR_CONSOLE_MESSAGE);
	}
}

static void
unknown_numbers_are_no_messages(void)
{
	unsigned number, known = 0;
	struct msg m = {0};

	for (number = 0; number < 300; number++) {
		if (msg_form_find(number) != NULL)
			known++;
		else
			CHECK(msg_decode(&m, number, body, 0) ==
			    ERR_CONSOLE_MESSAGE);
	}
	CHECK(known == 41);
	m.number = 0x3f;
	CHECK(msg_encode(&m, frame) == 0);
}

static void
texts_and_tails_are_not_longer_than_their_fields(void)
{
	static const uint8_t text[FRAME_BODY + 1];
	struct msg m = {.number = MSG_BEGIN}, back;
	size_t len;

	m.begin.station = (struct msg_octets){text, BOUND_STATION_NAME};
	m.begin.origin = (struct msg_octets){text, BOUND_ORIGIN};
	len = msg_encode(&m, frame);
	CHECK(len > 0);
	CHECK(msg_decode(&back, MSG_BEGIN, frame + FRAME_HEAD,
		  len - FRAME_HEAD - FRAME_TAIL) == ERR_OK);
	CHECK(back.begin.station.len == BOUND_STATION_NAME);
	CHECK(back.begin.origin.len == BOUND_ORIGIN);
	m.begin.station.len++;
	CHECK(msg_encode(&m, again) == 0);
	frame[FRAME_HEAD + 68]++;
	CHECK(msg_decode(&back, MSG_BEGIN, frame + FRAME_HEAD,
		  len - FRAME_HEAD - FRAME_TAIL) == ERR_CONSOLE_MESSAGE);
	memset(&m, 0, sizeof(m));
	m.number = MSG_PAYLOAD;
	m.bulk.octets = (struct msg_octets){text, FRAME_BODY};
	CHECK(msg_encode(&m, frame) == FRAME_MAX);
	m.bulk.octets.len = FRAME_BODY + 1;
	CHECK(msg_encode(&m, frame) == 0);
	m.bulk.octets.len = 0;
	CHECK(msg_encode(&m, frame) == 0);
}

/* Numbers stand big-endian where docs/PROTOCOL.md says. */
static void
an_error_is_these_octets(void)
{
	struct msg m = {.number = MSG_ERROR};
	size_t len;

	m.error.reason = 0x0102;
	m.error.number = 3;
	m.error.state = 4;
	m.error.index = 0x05060708;
	m.error.offset = 0x090a0b0c0d0e0f10;
	len = msg_encode(&m, frame);
	CHECK(len == 24);
	CHECK(hex_equal(frame, 20,
	    "5a7f00100102030405060708"
	    "090a0b0c0d0e0f10"));
}

int
main(void)
{
	TAP_RUN(every_message_comes_back_as_it_went);
	TAP_RUN(no_message_is_shorter_or_longer);
	TAP_RUN(unknown_numbers_are_no_messages);
	TAP_RUN(texts_and_tails_are_not_longer_than_their_fields);
	TAP_RUN(an_error_is_these_octets);
	return tap_done();
}
