/* The device on its bus, and a host that does what it wants. */
#include "tests/unit/firmware/usb_host.h"

#define GET 0x80
#define CCID_ABORT_TYPE 0x21

static struct device *d;
static uint8_t answer[512];

static void
begin(void)
{
	free(d);
	d = device_new(ALG_ES256);
}

static void
says_that_it_is_there_and_again_after_a_reset(void)
{
	begin();
	device_run(d);
	CHECK(d->told == 1 && d->log[0].kind == LINK_CONNECT);
	device_give(d, LINK_RESET, 0, NULL, 0);
	CHECK(d->told == 1 && d->log[0].kind == LINK_CONNECT);
}

static void
descriptors_are_whole_and_cut_to_what_is_asked(void)
{
	unsigned at, interfaces = 0, endpoints = 0;
	int len;

	begin();
	host_configure(d);
	CHECK(host_request(d, GET, 6, 0x100, 0, 64, answer) == 18);
	CHECK(answer[0] == 18 && answer[1] == 1 && answer[7] == 64);
	CHECK(host_request(d, GET, 6, 0x100, 0, 8, answer) == 8);
	CHECK(host_request(d, GET, 6, 0x100, 0, 0, answer) == 0);
	CHECK(host_request(d, GET, 6, 0x200, 0, 9, answer) == 9);
	len = answer[2] | answer[3] << 8;
	CHECK(host_request(d, GET, 6, 0x200, 0, 0xffff, answer) == len);
	for (at = 0; at < (unsigned)len; at += answer[at]) {
		if (answer[at] == 0)
			break;
		interfaces += answer[at + 1] == 4;
		endpoints += answer[at + 1] == 5;
	}
	CHECK(at == (unsigned)len && interfaces == 2 && endpoints == 4);
	CHECK(answer[4] == 2 && answer[9 + 9] == 54);
	/* of CCID: what it says is the longest is what it takes */
	CHECK((answer[18 + 44] | answer[18 + 45] << 8) == CCID_MESSAGE);
	CHECK(host_request(d, GET, 6, 0x600, 0, 10, answer) == -1);
	CHECK(host_request(d, GET, 6, 0x201, 0, 9, answer) == -1);
	CHECK(host_request(d, GET, 6, 0x101, 0, 9, answer) == -1);
}

static void
strings_name_the_device_and_its_own_number(void)
{
	char serial[USB_SERIAL];
	int i;

	begin();
	CHECK(host_request(d, GET, 6, 0x300, 0, 255, answer) == 4);
	CHECK(host_request(d, GET, 6, 0x302, 0x409, 255, answer) == 2 + 2 * 15);
	CHECK(answer[2] == 'Z' && answer[3] == 0 && answer[4] == 'e');
	CHECK(host_request(d, GET, 6, 0x303, 0x409, 255, answer) == 2 + 2 * 16);
	usb_serial(&d->ctx, serial);
	for (i = 0; i < USB_SERIAL; i++)
		CHECK(answer[2 + 2 * i] == (uint8_t)serial[i]);
	d->port.point[5] ^= 1;
	CHECK(host_request(d, GET, 6, 0x303, 0x409, 255, answer) == 2 + 2 * 16);
	CHECK(answer[2] != (uint8_t)serial[0] || answer[4] != serial[1] ||
	    answer[6] != serial[2]);
	CHECK(host_request(d, GET, 6, 0x305, 0x409, 255, answer) == -1);
	CHECK(host_request(d, GET, 6, 0x3ff, 0x409, 255, answer) == -1);
}

static void
an_address_counts_when_its_request_is_over(void)
{
	uint8_t setup[8] = {0, 5, 77};

	begin();
	device_give(d, LINK_RESET, 0, NULL, 0);
	device_give(d, LINK_SETUP, 0, setup, 8);
	CHECK(device_told(d, LINK_IN, 0x80) >= 0);
	CHECK(device_told(d, LINK_ADDRESS, 0) < 0);
	device_give(d, LINK_DONE, 0x80, NULL, 0);
	CHECK(d->told == 1 && d->log[0].kind == LINK_ADDRESS);
	CHECK(d->log[0].octets[0] == 77 && d->log[0].len == 1);
	CHECK(d->ctx.usb.device == USB_DEVICE_ADDRESS);
	/* another request came before it was over: no address */
	begin();
	device_give(d, LINK_SETUP, 0, setup, 8);
	CHECK(host_request(d, GET, 6, 0x100, 0, 18, answer) == 18);
	CHECK(d->ctx.usb.device == USB_DEVICE_DEFAULT && d->told == 0);
	/* and 0 leads back */
	CHECK(host_request(d, 0, 5, 77, 0, 0, NULL) == 0);
	CHECK(host_request(d, 0, 5, 0, 0, 0, NULL) == 0);
	CHECK(d->ctx.usb.device == USB_DEVICE_DEFAULT);
	CHECK(host_request(d, 0, 5, 128, 0, 0, NULL) == -1);
}

static void
only_a_configured_device_has_pipes(void)
{
	static const unsigned pipes[] = {0x01, 0x81, 0x02, 0x82};
	unsigned i;

	begin();
	device_give(d, LINK_RESET, 0, NULL, 0);
	CHECK(host_request(d, 0, 9, 1, 0, 0, NULL) == -1); /* no address */
	CHECK(host_request(d, 0, 5, 9, 0, 0, NULL) == 0);
	CHECK(host_request(d, GET, 8, 0, 0, 1, answer) == 1 && answer[0] == 0);
	device_give(d, LINK_OUT, 0x02, "Z", 1);
	CHECK(d->told == 0 && d->ctx.usb.len == 0);
	CHECK(host_request(d, 0x82, 0, 0, 0x81, 2, answer) == -1);
	CHECK(host_request(d, 0, 9, 2, 0, 0, NULL) == -1);
	CHECK(host_request(d, 0, 9, 1, 0, 0, NULL) == 0);
	CHECK(device_told(d, LINK_READY, 0x01) >= 0);
	CHECK(device_told(d, LINK_READY, 0x02) >= 0);
	CHECK(host_request(d, GET, 8, 0, 0, 1, answer) == 1 && answer[0] == 1);
	CHECK(host_request(d, 0, 5, 3, 0, 0, NULL) == -1);
	for (i = 0; i < 4; i++)
		CHECK(host_request(d, 0x82, 0, 0, pipes[i], 2, answer) == 2);
	CHECK(host_request(d, 0, 9, 0, 0, 0, NULL) == 0);
	CHECK(d->ctx.usb.device == USB_DEVICE_ADDRESS);
	device_give(d, LINK_OUT, 0x02, "Z", 1);
	CHECK(d->ctx.usb.len == 0);
	CHECK(host_request(d, 0x82, 0, 0, 0x81, 2, answer) == -1);
}

static void
a_halted_pipe_says_so_until_it_is_cleared(void)
{
	static const unsigned pipes[] = {0x01, 0x81, 0x02, 0x82};
	unsigned i;

	begin();
	host_configure(d);
	for (i = 0; i < 4; i++) {
		CHECK(host_request(d, 2, 3, 0, pipes[i], 0, NULL) == 0);
		CHECK(host_request(d, 0x82, 0, 0, pipes[i], 2, answer) == 2);
		CHECK(answer[0] == 1);
		if (pipes[i] < 0x80) {
			device_give(d, LINK_OUT, pipes[i], "ZZZ", 3);
			CHECK(d->told == 0);
		}
		CHECK(host_request(d, 2, 1, 0, pipes[i], 0, NULL) == 0);
		CHECK(pipes[i] >= 0x80 ||
		    device_told(d, LINK_READY, pipes[i]) >= 0);
		CHECK(host_request(d, 0x82, 0, 0, pipes[i], 2, answer) == 2);
		CHECK(answer[0] == 0);
	}
	CHECK(host_request(d, 2, 3, 0, 0x83, 0, NULL) == -1);
	CHECK(host_request(d, 2, 3, 1, 0x81, 0, NULL) == -1);
	CHECK(host_request(d, 0, 3, 1, 0, 0, NULL) == -1); /* wakeup */
	CHECK(host_request(d, 2, 1, 0, 0x80, 0, NULL) == 0);
}

static void
stall_and_clear_are_told_before_the_request_is_over(void)
{
	uint8_t halt[8] = {2, 3, 0, 0, 0x81}, clear[8] = {2, 1, 0, 0, 0x81};

	begin();
	host_configure(d);
	device_give(d, LINK_SETUP, 0, halt, 8);
	CHECK(d->told == 2 && d->log[0].kind == LINK_STALL);
	CHECK(d->log[0].endpoint == 0x81 && d->log[1].kind == LINK_IN);
	device_give(d, LINK_DONE, 0x80, NULL, 0);
	device_give(d, LINK_SETUP, 0, clear, 8);
	CHECK(d->told == 2 && d->log[0].kind == LINK_CLEAR);
	CHECK(d->log[0].endpoint == 0x81 && d->log[1].kind == LINK_IN);
}

static void
requests_of_others_are_refused(void)
{
	unsigned type, number, good = 0;

	begin();
	host_configure(d);
	for (type = 0; type < 256; type++) {
		for (number = 0; number < 256; number++) {
			/* data to the device: none of ours */
			if (type < 0x80)
				CHECK(host_request(d, type, number, 0, 0, 8,
					  answer) == -1);
			if (type == 0 && (number == 5 || number == 9))
				continue;
			good += host_request(d, type, number, 0, 0,
				    type < 0x80 ? 0 : 8, answer) >= 0;
		}
	}
	/* GET_STATUS of three, GET_CONFIGURATION, GET_INTERFACE; CLEAR and
	 * SET_FEATURE of endpoint 0, SET_INTERFACE, CCID's ABORT */
	CHECK(good == 9);
}

static void
requests_to_interfaces_know_which_there_are(void)
{
	begin();
	host_configure(d);
	CHECK(host_request(d, 0x81, 10, 0, 1, 1, answer) == 1);
	CHECK(host_request(d, 0x81, 10, 0, 2, 1, answer) == -1);
	CHECK(host_request(d, 1, 11, 0, 1, 0, answer) == 0);
	CHECK(host_request(d, 1, 11, 1, 1, 0, answer) == -1);
	CHECK(host_request(d, 1, 11, 0, 2, 0, answer) == -1);
	CHECK(host_request(d, 0x81, 0, 0, 1, 2, answer) == 2);
	CHECK(host_request(d, 0x81, 0, 0, 2, 2, answer) == -1);
	CHECK(host_request(d, CCID_ABORT_TYPE, 1, 0x0500, 0, 0, NULL) == 0);
	CHECK(host_request(d, CCID_ABORT_TYPE, 1, 0x0501, 0, 0, NULL) == -1);
	CHECK(host_request(d, CCID_ABORT_TYPE, 1, 0x0500, 1, 0, NULL) == -1);
	CHECK(host_request(d, 0xa1, 2, 0, 0, 4, answer) == -1); /* clocks */
	CHECK(host_request(d, 0xa1, 3, 0, 0, 4, answer) == -1); /* rates */
}

static size_t
hello(uint8_t frame[static FRAME_MAX])
{
	struct msg m = {.number = MSG_HELLO};

	m.hello.version_low = m.hello.version_high = MSG_VERSION;
	return msg_encode(&m, frame);
}

static void
the_console_answers_where_it_was_asked(void)
{
	uint8_t frame[FRAME_MAX];
	size_t len = hello(frame), i;
	int at;

	begin();
	device_run(d);
	device_give(d, LINK_CONSOLE, 0, frame, len);
	at = device_told(d, LINK_CONSOLE, 0);
	CHECK(at >= 0 && d->log[at].octets[1] == MSG_HELLO_REPLY);
	host_configure(d);
	for (i = 0; i < len; i++) {
		CHECK(device_told(d, LINK_IN, 0x82) < 0);
		device_give(d, LINK_OUT, 0x02, frame + i, 1);
	}
	at = device_told(d, LINK_IN, 0x82);
	CHECK(at >= 0 && d->log[at].octets[1] == MSG_HELLO_REPLY);
	CHECK(device_told(d, LINK_CONSOLE, 0) < 0);
	/* not fetched: the next answer waits */
	device_give(d, LINK_OUT, 0x02, frame, len);
	CHECK(device_told(d, LINK_IN, 0x82) < 0);
	device_give(d, LINK_DONE, 0x82, NULL, 0);
	CHECK(device_told(d, LINK_IN, 0x82) >= 0);
}

static void
a_host_that_fetches_nothing_is_held_back_and_a_reset_helps(void)
{
	uint8_t frame[FRAME_MAX], many[10 * FRAME_MAX];
	size_t len = hello(frame), i, n = 0;
	unsigned taken = 0;

	begin();
	host_configure(d);
	for (i = 0; i < 14; i++, n += len)
		memcpy(many + n, frame, len);
	d->told = 0;
	do {
		device_give(d, LINK_OUT, 0x02, many, n);
		taken++;
	} while (device_told(d, LINK_READY, 0x02) >= 0 && taken < 100);
	CHECK(taken < 100);
	CHECK(d->ctx.out_len <= sizeof(d->ctx.out));
	/* the card is not held back with it */
	CHECK(host_ccid(d, 0x65, 1, NULL, 0, answer) == CCID_HEAD);
	host_configure(d);
	CHECK(d->ctx.out_len == 0 && d->ctx.usb.len == 0);
	device_give(d, LINK_OUT, 0x02, frame, len);
	CHECK(device_told(d, LINK_IN, 0x82) >= 0);
}

static void
a_reset_in_the_middle_of_anything_begins_anew(void)
{
	uint8_t frame[FRAME_MAX], half[30] = {0x6f, 90};

	begin();
	host_configure(d);
	(void)hello(frame);
	device_give(d, LINK_OUT, 0x02, frame, 3);
	device_give(d, LINK_OUT, 0x01, half, 64 - 34);
	host_configure(d);
	device_give(d, LINK_OUT, 0x02, frame, hello(frame));
	CHECK(device_told(d, LINK_IN, 0x82) >= 0);
	CHECK(host_ccid(d, 0x65, 1, NULL, 0, answer) == CCID_HEAD);
	d->key.is_open = true;
	device_give(d, LINK_RESET, 0, NULL, 0);
	CHECK(!d->key.is_open);
}

static void
no_pin_stays_in_the_room_of_the_console(void)
{
	struct msg m = {.number = MSG_LOGIN};
	uint8_t frame[FRAME_MAX];
	size_t i;

	begin();
	host_configure(d);
	device_give(d, LINK_OUT, 0x02, frame, hello(frame));
	m.login.pin = (struct msg_octets){(const uint8_t *)"271828", 6};
	device_give(d, LINK_OUT, 0x02, frame, msg_encode(&m, frame));
	CHECK(d->logins == 1);
	for (i = 0; i + 6 <= sizeof(d->ctx.usb); i++)
		CHECK(memcmp((uint8_t *)&d->ctx.usb + i, "271828", 6) != 0);
}

static void
what_is_no_packet_changes_nothing(void)
{
	static const uint8_t kinds[] = {LINK_RESET, LINK_SETUP, LINK_OUT,
	    LINK_DONE, LINK_CONNECT, LINK_IN, LINK_READY, LINK_STALL,
	    LINK_CLEAR, LINK_ADDRESS, 0, 0x7f, 0xff};
	uint8_t packet[LINK_PACKET + 1] = {0};
	unsigned i, endpoint;
	size_t len;

	begin();
	host_configure(d);
	for (i = 1; i < sizeof(kinds); i++) {
		for (endpoint = 3; endpoint < 256; endpoint++) {
			if (endpoint == 0x81 || endpoint == 0x82)
				continue;
			packet[0] = kinds[i];
			packet[1] = (uint8_t)endpoint;
			for (len = 0; len < 20; len++)
				usb_take(&d->ctx, packet, len);
			usb_take(&d->ctx, packet, LINK_PACKET);
			usb_take(&d->ctx, packet, LINK_PACKET + 1);
		}
	}
	d->told = 0;
	device_run(d);
	CHECK(d->told == 0);
	CHECK(d->ctx.usb.device == USB_DEVICE_CONFIGURED);
	/* neither OUT on an endpoint in, nor DONE on one out */
	device_give(d, LINK_DONE, 0x02, NULL, 0);
	CHECK(d->told == 0);
	device_give(d, LINK_OUT, 0x81, "", 1);
	CHECK(d->told == 0);
	/* SETUP has 8 octets */
	packet[0] = LINK_SETUP;
	packet[1] = 0;
	usb_take(&d->ctx, packet, LINK_HEAD + 7);
	usb_take(&d->ctx, packet, LINK_HEAD + 9);
	CHECK(d->ctx.usb.control == USB_CONTROL_IDLE);
}

static void
two_consoles_at_once_lose_octets_but_nothing_else(void)
{
	uint8_t frame[FRAME_MAX];
	size_t len = hello(frame);
	unsigned i;

	begin();
	host_configure(d);
	for (i = 0; i < 50; i++) {
		device_give(d, LINK_OUT, 0x02, frame, 1 + i % (len - 1));
		if (usb_is_receptive(&d->ctx))
			device_give(d, LINK_CONSOLE, 0, frame, 1 + i % len);
		if (i % 3 == 0)
			device_give(d, LINK_DONE, 0x82, NULL, 0);
	}
	host_configure(d);
	CHECK(host_ccid(d, 0x65, 1, NULL, 0, answer) == CCID_HEAD);
}

/* Whatever became of the message that brought it. */
static void
nothing_of_a_pin_stays_in_memory(void)
{
	static const char pin[] = "48291537";
	struct msg m = {.number = MSG_LOGIN};
	uint8_t frame[FRAME_MAX];
	const uint8_t *p;
	size_t len, i, way;

	for (way = 0; way < 5; way++) {
		begin();
		len = hello(frame);
		/* before HELLO it is out of order */
		if (way > 0)
			device_give(d, LINK_CONSOLE, 0, frame, len);
		m.login.pin.p = (const uint8_t *)pin;
		m.login.pin.len = 8;
		len = msg_encode(&m, frame);
		if (way == 2) /* the check sum is wrong */
			frame[len - 1] ^= 1;
		if (way == 3) /* it is none of LOGIN's */
			len = frame_encode(
			    MSG_RESET, (const uint8_t *)pin, 8, frame);
		if (way == 4) { /* the cable is pulled in the middle */
			device_give(d, LINK_CONSOLE, 0, frame, len - 1);
			device_give(d, LINK_CONSOLE, 0, frame, len);
			memset(frame, 0, sizeof(frame));
			device_give(d, LINK_CONSOLE, 0, frame, FRAME_MAX);
		} else {
			device_give(d, LINK_CONSOLE, 0, frame, len);
		}
		CHECK(way != 1 || d->logins == 1);
		p = (const uint8_t *)&d->ctx;
		for (i = 0; i + 8 <= sizeof(d->ctx); i++)
			CHECK(memcmp(p + i, pin, 8) != 0);
	}
}

int
main(void)
{
	TAP_RUN(says_that_it_is_there_and_again_after_a_reset);
	TAP_RUN(descriptors_are_whole_and_cut_to_what_is_asked);
	TAP_RUN(strings_name_the_device_and_its_own_number);
	TAP_RUN(an_address_counts_when_its_request_is_over);
	TAP_RUN(only_a_configured_device_has_pipes);
	TAP_RUN(a_halted_pipe_says_so_until_it_is_cleared);
	TAP_RUN(stall_and_clear_are_told_before_the_request_is_over);
	TAP_RUN(requests_of_others_are_refused);
	TAP_RUN(requests_to_interfaces_know_which_there_are);
	TAP_RUN(the_console_answers_where_it_was_asked);
	TAP_RUN(a_host_that_fetches_nothing_is_held_back_and_a_reset_helps);
	TAP_RUN(a_reset_in_the_middle_of_anything_begins_anew);
	TAP_RUN(no_pin_stays_in_the_room_of_the_console);
	TAP_RUN(what_is_no_packet_changes_nothing);
	TAP_RUN(two_consoles_at_once_lose_octets_but_nothing_else);
	TAP_RUN(nothing_of_a_pin_stays_in_memory);
	free(d);
	return tap_done();
}
