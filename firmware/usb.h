/*
 * usb.h: the device on its bus: a card reader (ccid.h) and the console, each
 * an interface with two bulk endpoints; usb_descriptors.c is what it says of
 * itself. Speaks the packets of common/link.h with its controller.
 *
 *	if (usb_is_receptive(&ctx))
 *		len = board_link_receive(packet, sizeof(packet));
 *	usb_take(&ctx, packet, len);
 *	usb_run(&ctx);
 *	len = usb_next(&ctx, packet);
 *	if (len > 0 && board_link_send(packet, len))
 *		usb_sent(&ctx, packet, len);
 *
 * Memory    part of struct ctx
 * Chunks    how a host cuts its transfers changes nothing
 * Errors    a request that is not one of ours, or not now: STALL
 * Trust     a host may send anything on any endpoint at any time; who speaks
 *           over USB and over LINK_CONSOLE at once garbles the console
 * Limits    one configuration; full speed; no request with data to the device
 */
#ifndef FIRMWARE_USB_H
#define FIRMWARE_USB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/link.h"

struct ctx;

enum usb_device {
	USB_DEVICE_DEFAULT = 0, /* USB 2.0 9.1.1 */
	USB_DEVICE_ADDRESS = 1,
	USB_DEVICE_CONFIGURED = 2,
};

enum usb_control {
	USB_CONTROL_IDLE = 0,
	USB_CONTROL_ANSWER = 1, /* data, or the end of a request without */
	USB_CONTROL_REFUSE = 2,
	USB_CONTROL_FETCHED = 3, /* the answer, sooner or later */
};

/* Numbers of struct usb.endpoint. */
enum usb_pipe {
	USB_CARD_OUT = 0,
	USB_CARD_IN = 1,
	USB_CONSOLE_OUT = 2,
	USB_CONSOLE_IN = 3,
	USB_PIPES = 4,
};

enum usb_pipe_state {
	USB_PIPE_CLOSED = 0,
	USB_PIPE_HALTED = 1,
	USB_PIPE_IDLE = 2,
	USB_PIPE_BUSY = 3, /* READY was said, or IN is not fetched yet */
};

struct usb_endpoint {
	uint8_t state; /* enum usb_pipe_state */
	bool tell; /* the controller does not know it yet: STALL or CLEAR */
};

struct usb {
	uint8_t device; /* enum usb_device */
	uint8_t address; /* asked for; in force when that request is over */
	bool address_asked;
	uint8_t control; /* enum usb_control, of the request in setup */
	uint8_t setup[8];
	bool tell_connect, tell_address;
	bool direct; /* the console's host comes by LINK_CONSOLE */
	struct usb_endpoint endpoint[USB_PIPES];
	uint16_t len, taken;
	uint8_t console[LINK_OCTETS]; /* what the console has not taken yet */
};

/* After core_init. */
void usb_init(struct ctx *c);

/* May the next packet come? */
bool usb_is_receptive(const struct ctx *c);
void usb_take(struct ctx *c, const uint8_t *packet, size_t len);

/* Works on what came; true if there was something to do. */
bool usb_run(struct ctx *c);

/* The next packet to the controller, 0 if there is none; it stays the next
 * until usb_sent says that it is on its way. */
size_t usb_next(const struct ctx *c, uint8_t packet[static LINK_PACKET]);
void usb_sent(struct ctx *c, const uint8_t *packet, size_t len);

/* The device's number, as its string and the card's: hexadecimal digits of
 * SHA-256 over its approval key. */
#define USB_SERIAL 16
void usb_serial(const struct ctx *c, char text[static USB_SERIAL]);

#endif
