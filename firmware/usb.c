#include "firmware/usb.h"

#include <string.h>

#include "firmware/core.h"
#include "firmware/hmac.h"
#include "firmware/usb_parts.h"

/* By enum usb_pipe. */
static const uint8_t addresses[USB_PIPES] = {0x01, 0x81, 0x02, 0x82};

#define CONTROL_IN 0x80

unsigned
usb_pipe(unsigned address)
{
	unsigned i;

	for (i = 0; i < USB_PIPES; i++) {
		if (addresses[i] == address)
			return i;
	}
	return USB_PIPES;
}

struct usb_request
usb_request(const uint8_t setup[static 8])
{
	struct usb_request r;

	r.type = setup[0];
	r.number = setup[1];
	r.value = (uint16_t)(setup[2] | setup[3] << 8);
	r.index = (uint16_t)(setup[4] | setup[5] << 8);
	r.length = (uint16_t)(setup[6] | setup[7] << 8);
	return r;
}

void
usb_init(struct ctx *c)
{
	memset(&c->usb, 0, sizeof(c->usb));
	ccid_init(c);
	c->usb.tell_connect = true;
}

/* Nothing of the stream before: neither question, a PIN perhaps, nor answer. */
static void
drop_stream(struct ctx *c)
{
	struct usb *u = &c->usb;

	u->len = u->taken = 0;
	hmac_wipe(u->console, sizeof(u->console));
	hmac_wipe(&c->rx, sizeof(c->rx));
	core_sent(c, c->out_len);
	frame_rx_init(&c->rx);
}

static void
restart_console(struct ctx *c)
{
	if (!c->usb.direct)
		drop_stream(c);
}

void
usb_pipe_open(struct ctx *c, unsigned pipe)
{
	struct usb_endpoint *e = &c->usb.endpoint[pipe];

	e->state = USB_PIPE_IDLE;
	e->tell = true;
	if (pipe == USB_CARD_OUT || pipe == USB_CARD_IN)
		ccid_restart(c);
	else
		restart_console(c);
}

void
usb_pipe_halt(struct ctx *c, unsigned pipe)
{
	c->usb.endpoint[pipe].state = USB_PIPE_HALTED;
	c->usb.endpoint[pipe].tell = true;
}

/* The controller forgets its endpoints by itself. */
void
usb_close(struct ctx *c)
{
	memset(c->usb.endpoint, 0, sizeof(c->usb.endpoint));
	restart_console(c);
	ccid_init(c);
}

bool
usb_is_receptive(const struct ctx *c)
{
	/* READY keeps the octets of USB back, nothing else those of others */
	return !c->usb.direct || c->usb.taken == c->usb.len;
}

static void
take_reset(struct ctx *c)
{
	struct usb *u = &c->usb;

	usb_close(c);
	u->device = USB_DEVICE_DEFAULT;
	u->control = USB_CONTROL_IDLE;
	u->address = 0;
	u->address_asked = u->tell_address = false;
	u->tell_connect = true;
}

static void
take_setup(struct ctx *c, const uint8_t *octets)
{
	uint8_t answer[USB_ANSWER];
	struct usb *u = &c->usb;
	struct usb_request r;
	size_t len;
	bool good;

	memcpy(u->setup, octets, sizeof(u->setup));
	u->address_asked = false;
	r = usb_request(u->setup);
	if ((r.type & USB_TO_HOST) != 0)
		good = usb_control_answer(c, &r, answer, &len);
	else
		good = r.length == 0 && usb_control_do(c, &r);
	u->control = good ? USB_CONTROL_ANSWER : USB_CONTROL_REFUSE;
}

static void
take_console(struct ctx *c, bool direct, const uint8_t *octets, size_t len)
{
	struct usb *u = &c->usb;

	if (u->taken < u->len)
		return; /* two hosts at once: the second is not heard */
	/* what was meant for the other is not for this one */
	if (direct != u->direct)
		drop_stream(c);
	u->direct = direct;
	memcpy(u->console, octets, len);
	u->len = (uint16_t)len;
	u->taken = 0;
}

static void
take_out(struct ctx *c, unsigned address, const uint8_t *octets, size_t len)
{
	unsigned pipe = usb_pipe(address);

	if ((address & USB_TO_HOST) != 0 || pipe == USB_PIPES ||
	    c->usb.endpoint[pipe].state != USB_PIPE_BUSY)
		return;
	c->usb.endpoint[pipe].state = USB_PIPE_IDLE;
	if (pipe == USB_CONSOLE_OUT)
		take_console(c, false, octets, len);
	else if (pipe == USB_CARD_OUT)
		ccid_take(
		    c, octets, len, len == 0 || len % LINK_USB_PACKET != 0);
}

static void
take_done(struct ctx *c, unsigned address)
{
	struct usb *u = &c->usb;
	unsigned pipe = usb_pipe(address);

	if ((address & USB_TO_HOST) == 0)
		return;
	if (pipe != USB_PIPES && u->endpoint[pipe].state == USB_PIPE_BUSY) {
		u->endpoint[pipe].state = USB_PIPE_IDLE;
		if (pipe == USB_CARD_IN)
			ccid_fetched(c);
	}
	if (address != CONTROL_IN || u->control != USB_CONTROL_FETCHED)
		return;
	u->control = USB_CONTROL_IDLE;
	if (u->address_asked) {
		u->address_asked = false;
		u->tell_address = true;
		u->device = u->address == 0 ? USB_DEVICE_DEFAULT
					    : USB_DEVICE_ADDRESS;
	}
}

void
usb_take(struct ctx *c, const uint8_t *packet, size_t len)
{
	const uint8_t *octets = packet + LINK_HEAD;

	if (len < LINK_HEAD || len > LINK_PACKET)
		return;
	len -= LINK_HEAD;
	switch (packet[0]) {
	case LINK_RESET:
		take_reset(c);
		break;
	case LINK_SETUP:
		if (packet[1] == 0 && len == sizeof(c->usb.setup))
			take_setup(c, octets);
		break;
	case LINK_OUT:
		take_out(c, packet[1], octets, len);
		break;
	case LINK_DONE:
		take_done(c, packet[1]);
		break;
	case LINK_CONSOLE:
		take_console(c, true, octets, len);
		break;
	default:
		break;
	}
}

bool
usb_run(struct ctx *c)
{
	struct usb *u = &c->usb;
	size_t taken = 0;

	if (u->taken < u->len) {
		taken = core_push(
		    c, u->console + u->taken, (size_t)(u->len - u->taken));
		/* a PIN, or a PUK */
		hmac_wipe(u->console + u->taken, taken);
		u->taken = (uint16_t)(u->taken + taken);
	}
	return ccid_run(c) || taken > 0;
}

static size_t
put(uint8_t *packet, enum link_kind kind, unsigned address, const void *octets,
    size_t len)
{
	packet[0] = (uint8_t)kind;
	packet[1] = (uint8_t)address;
	if (len > 0)
		memcpy(packet + LINK_HEAD, octets, len);
	return LINK_HEAD + len;
}

static size_t
put_answers(
    const struct ctx *c, uint8_t *packet, enum link_kind kind, unsigned address)
{
	size_t len = c->out_len < LINK_OCTETS ? c->out_len : LINK_OCTETS;

	return put(packet, kind, address, c->out, len);
}

/* What the controller has to know before anything else. */
static size_t
next_to_tell(const struct ctx *c, uint8_t *packet)
{
	const struct usb *u = &c->usb;
	unsigned i;

	if (u->tell_connect)
		return put(packet, LINK_CONNECT, 0, NULL, 0);
	if (u->tell_address)
		return put(packet, LINK_ADDRESS, 0, &u->address, 1);
	for (i = 0; i < USB_PIPES; i++) {
		if (u->endpoint[i].tell)
			return put(packet,
			    u->endpoint[i].state == USB_PIPE_HALTED
				? LINK_STALL
				: LINK_CLEAR,
			    addresses[i], NULL, 0);
	}
	return 0;
}

static size_t
next_of_control(const struct ctx *c, uint8_t *packet)
{
	struct usb_request r = usb_request(c->usb.setup);
	uint8_t answer[USB_ANSWER];
	size_t len = 0;

	if (c->usb.control == USB_CONTROL_REFUSE)
		return put(packet, LINK_STALL, 0, NULL, 0);
	if ((r.type & USB_TO_HOST) != 0 &&
	    !usb_control_answer(c, &r, answer, &len))
		return put(packet, LINK_STALL, 0, NULL, 0);
	return put(packet, LINK_IN, CONTROL_IN, answer,
	    len < r.length ? len : r.length);
}

static bool
is_idle(const struct ctx *c, enum usb_pipe pipe)
{
	return c->usb.endpoint[pipe].state == USB_PIPE_IDLE;
}

static size_t
next_of_pipes(const struct ctx *c, uint8_t *packet)
{
	const struct usb *u = &c->usb;
	const uint8_t *octets;
	size_t len;

	if (is_idle(c, USB_CARD_IN) && ccid_answer(c, &octets, &len))
		return put(
		    packet, LINK_IN, addresses[USB_CARD_IN], octets, len);
	if (is_idle(c, USB_CONSOLE_IN) && c->out_len > 0 && !u->direct)
		return put_answers(
		    c, packet, LINK_IN, addresses[USB_CONSOLE_IN]);
	if (is_idle(c, USB_CARD_OUT) && ccid_is_receptive(c))
		return put(
		    packet, LINK_READY, addresses[USB_CARD_OUT], NULL, 0);
	if (is_idle(c, USB_CONSOLE_OUT) && u->taken == u->len)
		return put(
		    packet, LINK_READY, addresses[USB_CONSOLE_OUT], NULL, 0);
	return 0;
}

size_t
usb_next(const struct ctx *c, uint8_t packet[static LINK_PACKET])
{
	const struct usb *u = &c->usb;
	size_t len = next_to_tell(c, packet);

	if (len == 0 && u->direct && c->out_len > 0)
		return put_answers(c, packet, LINK_CONSOLE, 0);
	if (len > 0 || u->control == USB_CONTROL_FETCHED)
		return len;
	/* a DONE that was meant for what CLEAR ended comes before that of the
	 * request: no pipe moves while there is one */
	if (u->control != USB_CONTROL_IDLE)
		return next_of_control(c, packet);
	return next_of_pipes(c, packet);
}

static void
sent_in(struct ctx *c, unsigned pipe, size_t len)
{
	if (pipe == USB_PIPES) {
		c->usb.control = USB_CONTROL_FETCHED;
		return;
	}
	c->usb.endpoint[pipe].state = USB_PIPE_BUSY;
	if (pipe == USB_CONSOLE_IN)
		core_sent(c, len);
}

void
usb_sent(struct ctx *c, const uint8_t *packet, size_t len)
{
	unsigned pipe = usb_pipe(packet[1]);
	struct usb *u = &c->usb;

	switch (packet[0]) {
	case LINK_CONNECT:
		u->tell_connect = false;
		break;
	case LINK_ADDRESS:
		u->tell_address = false;
		break;
	case LINK_STALL:
	case LINK_CLEAR:
		if (pipe == USB_PIPES)
			u->control = USB_CONTROL_IDLE;
		else
			u->endpoint[pipe].tell = false;
		break;
	case LINK_READY:
		u->endpoint[pipe].state = USB_PIPE_BUSY;
		break;
	case LINK_IN:
		sent_in(c, pipe, len - LINK_HEAD);
		break;
	default:
		core_sent(c, len - LINK_HEAD);
		break;
	}
}
