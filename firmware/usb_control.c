/* Requests on endpoint 0: USB 2.0 9.4, CCID 1.10 5.3. */
#include <string.h>

#include "firmware/usb_parts.h"

enum number {
	GET_STATUS = 0,
	CLEAR_FEATURE = 1,
	SET_FEATURE = 3,
	SET_ADDRESS = 5,
	GET_DESCRIPTOR = 6,
	GET_CONFIGURATION = 8,
	SET_CONFIGURATION = 9,
	GET_INTERFACE = 10,
	SET_INTERFACE = 11,
};

/* Types of standard requests to the device. */
enum recipient {
	TO_DEVICE = 0,
	TO_INTERFACE = 1,
	TO_ENDPOINT = 2,
};

#define CCID_ABORT 1
#define ENDPOINT_HALT 0
#define ADDRESS_MAX 127
/* Either direction of endpoint 0. */
#define IS_ENDPOINT_0(index) (((index) & ~USB_TO_HOST) == 0)

static bool
is_configured(const struct ctx *c)
{
	return c->usb.device == USB_DEVICE_CONFIGURED;
}

/* That of a request to one. */
static bool
is_pipe(const struct ctx *c, unsigned index)
{
	return is_configured(c) && usb_pipe(index) != USB_PIPES;
}

static bool
is_interface(const struct ctx *c, unsigned index)
{
	return is_configured(c) && index < USB_INTERFACES;
}

static bool
set_address(struct ctx *c, const struct usb_request *r)
{
	if (is_configured(c) || r->value > ADDRESS_MAX || r->index != 0)
		return false;
	c->usb.address = (uint8_t)r->value;
	c->usb.address_asked = true;
	return true;
}

static bool
set_configuration(struct ctx *c, const struct usb_request *r)
{
	unsigned i;

	if (c->usb.device == USB_DEVICE_DEFAULT || r->value > 1 ||
	    r->index != 0)
		return false;
	usb_close(c);
	c->usb.device = r->value == 1 ? USB_DEVICE_CONFIGURED
				      : USB_DEVICE_ADDRESS;
	for (i = 0; i < USB_PIPES; i++) {
		/* open or closed, the controller has to forget */
		usb_pipe_open(c, i);
		if (r->value == 0)
			c->usb.endpoint[i].state = USB_PIPE_CLOSED;
	}
	return true;
}

/* There is one setting for each: its endpoints begin anew. */
static bool
set_interface(struct ctx *c, const struct usb_request *r)
{
	if (!is_interface(c, r->index) || r->value != 0)
		return false;
	usb_pipe_open(c, 2u * r->index);
	usb_pipe_open(c, 2u * r->index + 1);
	return true;
}

static bool
set_halt(struct ctx *c, const struct usb_request *r, bool halt)
{
	if (r->value != ENDPOINT_HALT)
		return false;
	if (IS_ENDPOINT_0(r->index))
		return c->usb.device != USB_DEVICE_DEFAULT; /* it never is */
	if (!is_pipe(c, r->index))
		return false;
	if (halt)
		usb_pipe_halt(c, usb_pipe(r->index));
	else
		usb_pipe_open(c, usb_pipe(r->index));
	return true;
}

bool
usb_control_do(struct ctx *c, const struct usb_request *r)
{
	if (r->type == USB_CLASS_TO_INTERFACE && r->number == CCID_ABORT)
		return is_configured(c) && r->index == USB_INTERFACE_CARD &&
		    ccid_abort(c, r->value & 0xff, r->value >> 8);
	if (r->type == TO_DEVICE && r->number == SET_ADDRESS)
		return set_address(c, r);
	if (r->type == TO_DEVICE && r->number == SET_CONFIGURATION)
		return set_configuration(c, r);
	if (r->type == TO_INTERFACE && r->number == SET_INTERFACE)
		return set_interface(c, r);
	if (r->type == TO_ENDPOINT && r->number == SET_FEATURE)
		return set_halt(c, r, true);
	if (r->type == TO_ENDPOINT && r->number == CLEAR_FEATURE)
		return set_halt(c, r, false);
	return false;
}

/* Self-powered and remote wakeup: neither. */
static bool
get_status(const struct ctx *c, const struct usb_request *r, uint8_t *out)
{
	out[0] = out[1] = 0;
	if (r->value != 0)
		return false;
	switch (r->type & 0x1f) {
	case TO_DEVICE:
		return r->index == 0;
	case TO_INTERFACE:
		return is_interface(c, r->index);
	default:
		if (IS_ENDPOINT_0(r->index))
			return true;
		if (!is_pipe(c, r->index))
			return false;
		out[0] = c->usb.endpoint[usb_pipe(r->index)].state ==
		    USB_PIPE_HALTED;
		return true;
	}
}

bool
usb_control_answer(const struct ctx *c, const struct usb_request *r,
    uint8_t out[static USB_ANSWER], size_t *len)
{
	unsigned recipient = r->type & ~USB_TO_HOST;

	if (recipient > TO_ENDPOINT)
		return false; /* CCID: neither clocks nor rates to choose */
	if (r->number == GET_STATUS) {
		*len = 2;
		return get_status(c, r, out);
	}
	*len = 1;
	if (recipient == TO_INTERFACE && r->number == GET_INTERFACE) {
		out[0] = 0;
		return r->value == 0 && is_interface(c, r->index);
	}
	if (recipient != TO_DEVICE)
		return false;
	if (r->number == GET_CONFIGURATION) {
		out[0] = is_configured(c);
		return r->value == 0 && r->index == 0;
	}
	return r->number == GET_DESCRIPTOR &&
	    usb_descriptor(c, r->value >> 8, r->value & 0xff, out, len);
}
