/* The reader: messages, however they are cut, and what is none. */
#include "tests/unit/firmware/usb_host.h"

#define SLOT_STATUS 0x65
#define POWER_ON 0x62
#define POWER_OFF 0x63
#define XFR 0x6f
#define FAILED 0x40

static struct device *d;
static uint8_t answer[LINK_OCTETS];

static void
begin(void)
{
	free(d);
	d = device_new(ALG_ES256);
	host_configure(d);
}

static void
power_on(void)
{
	CHECK(host_ccid(d, POWER_ON, 1, NULL, 0, answer) == CCID_HEAD + 4);
	CHECK(answer[0] == 0x80 && answer[7] == 0);
}

static void
a_card_is_there_and_gets_its_power(void)
{
	static const uint8_t atr[] = {0x3b, 0x80, 0x01, 0x81};

	begin();
	CHECK(host_ccid(d, SLOT_STATUS, 7, NULL, 0, answer) == CCID_HEAD);
	CHECK(answer[0] == 0x81 && answer[6] == 7 && answer[7] == 1);
	power_on();
	CHECK(answer[1] == 4 && memcmp(answer + CCID_HEAD, atr, 4) == 0);
	CHECK(host_ccid(d, SLOT_STATUS, 8, NULL, 0, answer) == CCID_HEAD);
	CHECK(answer[7] == 0);
	d->key.is_open = true;
	CHECK(host_ccid(d, POWER_OFF, 9, NULL, 0, answer) == CCID_HEAD);
	CHECK(answer[0] == 0x81 && answer[7] == 1 && !d->key.is_open);
}

static void
parameters_are_those_of_t1(void)
{
	static const unsigned commands[] = {0x6c, 0x6d};
	uint8_t wanted[7] = {0x11, 0x10, 0, 0x4d, 0, 0xfe, 0};
	unsigned i;

	begin();
	power_on();
	for (i = 0; i < 2; i++) {
		CHECK(host_ccid(d, commands[i], 1, NULL, 0, answer) == 17);
		CHECK(answer[0] == 0x82 && answer[9] == 1);
		CHECK(memcmp(answer + CCID_HEAD, wanted, 7) == 0);
	}
	CHECK(host_ccid(d, 0x61, 1, wanted, 7, answer) == 17);
	CHECK(answer[0] == 0x82 && answer[7] == 0);
	CHECK(host_ccid(d, 0x61, 1, wanted, 5, answer) == CCID_HEAD);
	CHECK(answer[0] == 0x82 && answer[7] == FAILED && answer[8] == 1);
}

static void
an_apdu_is_answered_however_it_is_cut(void)
{
	static const uint8_t message[] = {XFR, 16, 0, 0, 0, 0, 3, 0, 0, 0, 0,
	    0xa4, 4, 0, 11, 0xa0, 0, 0, 3, 8, 0, 0, 0x10, 0, 1, 0};
	uint8_t long_one[CCID_MESSAGE] = {XFR, 5, 1, 0, 0, 0, 4};
	size_t size;

	for (size = 64; size <= 320; size += 64) {
		begin();
		power_on();
		CHECK(host_ccid_cut(d, message, sizeof(message), size,
			  answer) == CCID_HEAD + 2);
		CHECK(answer[0] == 0x80 && answer[6] == 3);
		CHECK(answer[10] == 0x61 && answer[11] == 19);
		/* the longest there is: 271 octets */
		long_one[11] = 0x20;
		long_one[14] = 255;
		CHECK(host_ccid_cut(d, long_one, sizeof(long_one), size,
			  answer) == CCID_HEAD + 2);
		CHECK(answer[0] == 0x80 && answer[6] == 4 && answer[7] == 0);
	}
}

static void
one_octet_above_the_longest_is_refused_and_the_next_is_heard(void)
{
	static const size_t lengths[] = {CCID_MESSAGE + 1, 300, 320, 640, 1000};
	uint8_t message[1024] = {XFR, 0, 0, 0, 0, 0, 9};
	size_t i;

	begin();
	power_on();
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		message[1] = (uint8_t)(lengths[i] - CCID_HEAD);
		message[2] = (uint8_t)((lengths[i] - CCID_HEAD) >> 8);
		CHECK(host_ccid_cut(d, message, lengths[i], 64, answer) ==
		    CCID_HEAD);
		CHECK(answer[0] == 0x80 && answer[6] == 9);
		CHECK(answer[7] == FAILED && answer[8] == 1);
		CHECK(
		    host_ccid(d, SLOT_STATUS, 1, NULL, 0, answer) == CCID_HEAD);
		CHECK(answer[7] == 0);
	}
}

static void
a_transfer_that_is_not_its_message_is_refused(void)
{
	uint8_t message[200] = {XFR, 100, 0, 0, 0, 0, 9};
	size_t len;

	begin();
	power_on();
	/* shorter than its header says, and longer */
	for (len = CCID_HEAD; len < 200; len++) {
		if (len == 110 || len % 64 == 0)
			continue;
		CHECK(host_ccid_cut(d, message, len, 64 * (len / 64 + 1),
			  answer) == CCID_HEAD);
		CHECK(answer[7] == FAILED && answer[8] == 1);
	}
	/* whole packets may go on; the rest never comes, or does */
	device_give(d, LINK_OUT, 1, message, 64);
	CHECK(device_told(d, LINK_IN, 0x81) < 0);
	device_give(d, LINK_OUT, 1, NULL, 0);
	CHECK(device_told(d, LINK_IN, 0x81) >= 0);
	device_give(d, LINK_DONE, 0x81, NULL, 0);
	/* no header, nobody to answer to */
	for (len = 0; len < CCID_HEAD; len++) {
		device_give(d, LINK_OUT, 1, message, len);
		CHECK(device_told(d, LINK_IN, 0x81) < 0);
		CHECK(device_told(d, LINK_READY, 0x01) >= 0);
	}
	/* four gigabytes are announced: the host may try */
	memset(message + 1, 0xff, 4);
	for (len = 0; len < 100; len++) {
		device_give(d, LINK_OUT, 1, message, 64);
		CHECK(device_told(d, LINK_IN, 0x81) < 0);
	}
	device_give(d, LINK_OUT, 1, message, 1);
	CHECK(device_told(d, LINK_IN, 0x81) >= 0);
}

static void
commands_that_are_not_there_are_refused(void)
{
	unsigned type;
	int len;

	begin();
	for (type = 0; type < 256; type++) {
		bool known = type == SLOT_STATUS || type == POWER_ON ||
		    type == POWER_OFF || type == 0x72;

		if (type == POWER_ON)
			continue;
		len = host_ccid(d, type, type, NULL, 0, answer);
		CHECK(len == CCID_HEAD && answer[6] == type);
		CHECK(answer[0] >= 0x80 && answer[0] <= 0x84);
		CHECK((answer[7] & FAILED) == (known ? 0 : FAILED));
	}
}

static void
a_slot_that_is_not_there_has_no_card(void)
{
	uint8_t message[CCID_HEAD] = {POWER_ON, 0, 0, 0, 0, 1, 5};

	begin();
	CHECK(host_ccid_cut(d, message, CCID_HEAD, 64, answer) == CCID_HEAD);
	CHECK(answer[5] == 1 && answer[7] == (FAILED | 2) && answer[8] == 5);
	CHECK(!d->ctx.ccid.powered);
}

static void
without_power_the_card_is_mute(void)
{
	begin();
	CHECK(host_ccid(d, XFR, 5, "\0\xa4\4\0", 4, answer) == CCID_HEAD);
	CHECK(answer[0] == 0x80 && answer[7] == (FAILED | 1));
	CHECK(answer[8] == 0xfe);
	CHECK(host_ccid(d, 0x6c, 5, NULL, 0, answer) == CCID_HEAD);
	CHECK(answer[0] == 0x82 && answer[8] == 0xfe);
}

static void
parts_of_apdus_are_refused(void)
{
	uint8_t message[14] = {XFR, 4, 0, 0, 0, 0, 5, 0, 1, 0};

	begin();
	power_on();
	CHECK(host_ccid_cut(d, message, 14, 64, answer) == CCID_HEAD);
	CHECK(answer[7] == FAILED && answer[8] == 8);
	message[8] = 0;
	CHECK(host_ccid_cut(d, message, 14, 64, answer) == CCID_HEAD + 2);
	message[7] = 4; /* voltage, of a power on */
	message[0] = POWER_ON;
	message[1] = 0;
	CHECK(host_ccid_cut(d, message, 10, 64, answer) == CCID_HEAD);
	CHECK(answer[7] == FAILED && answer[8] == 7);
}

static void
abort_needs_both_its_halves(void)
{
	begin();
	CHECK(host_request(d, 0x21, 1, 0x0900, 0, 0, NULL) == 0);
	CHECK(host_ccid(d, SLOT_STATUS, 1, NULL, 0, answer) == CCID_HEAD);
	CHECK((answer[7] & FAILED) != 0 && answer[8] == 0xff);
	CHECK(host_ccid(d, 0x72, 8, NULL, 0, answer) == CCID_HEAD);
	CHECK((answer[7] & FAILED) != 0 && answer[8] == 0xff);
	CHECK(host_ccid(d, 0x72, 9, NULL, 0, answer) == CCID_HEAD);
	CHECK(answer[7] == 1);
	CHECK(host_ccid(d, SLOT_STATUS, 1, NULL, 0, answer) == CCID_HEAD);
	CHECK(answer[7] == 1);
}

static void
one_message_at_a_time(void)
{
	uint8_t message[CCID_HEAD] = {SLOT_STATUS, 0, 0, 0, 0, 0, 5};

	begin();
	device_give(d, LINK_OUT, 1, message, sizeof(message));
	CHECK(device_told(d, LINK_IN, 0x81) >= 0);
	CHECK(device_told(d, LINK_READY, 0x01) < 0);
	device_give(d, LINK_OUT, 1, message, sizeof(message));
	CHECK(d->told == 0);
	device_give(d, LINK_DONE, 0x81, NULL, 0);
	CHECK(device_told(d, LINK_READY, 0x01) >= 0);
	CHECK(device_told(d, LINK_IN, 0x81) < 0);
}

static void
no_pin_stays_in_the_room_of_messages(void)
{
	static const uint8_t select[] = {0, 0xa4, 4, 0, 5, 0xa0, 0, 0, 3, 8};
	static const uint8_t verify[] = {
	    0, 0x20, 0, 0x80, 8, '1', '2', '3', '4', '5', '6', 0xff, 0xff};
	size_t i;

	begin();
	power_on();
	CHECK(host_ccid(d, XFR, 1, select, sizeof(select), answer) == 12);
	CHECK(host_ccid(d, XFR, 2, verify, sizeof(verify), answer) == 12);
	CHECK(answer[10] == 0x90 && d->key.is_open);
	for (i = 0; i + 3 <= sizeof(d->ctx); i++)
		CHECK(memcmp((uint8_t *)&d->ctx + i, "123", 3) != 0);
}

int
main(void)
{
	TAP_RUN(a_card_is_there_and_gets_its_power);
	TAP_RUN(parameters_are_those_of_t1);
	TAP_RUN(an_apdu_is_answered_however_it_is_cut);
	TAP_RUN(one_octet_above_the_longest_is_refused_and_the_next_is_heard);
	TAP_RUN(a_transfer_that_is_not_its_message_is_refused);
	TAP_RUN(commands_that_are_not_there_are_refused);
	TAP_RUN(a_slot_that_is_not_there_has_no_card);
	TAP_RUN(without_power_the_card_is_mute);
	TAP_RUN(parts_of_apdus_are_refused);
	TAP_RUN(abort_needs_both_its_halves);
	TAP_RUN(one_message_at_a_time);
	TAP_RUN(no_pin_stays_in_the_room_of_messages);
	free(d);
	return tap_done();
}
