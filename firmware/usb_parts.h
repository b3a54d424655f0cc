/* usb_parts.h: private to firmware/usb*.c. */
#ifndef FIRMWARE_USB_PARTS_H
#define FIRMWARE_USB_PARTS_H

#include "firmware/ctx.h"

/* USB 2.0 9.3: what a request is. */
struct usb_request {
	uint8_t type, number;
	uint16_t value, index, length;
};

#define USB_TO_HOST 0x80
#define USB_CLASS_TO_INTERFACE 0x21
#define USB_CLASS_FROM_INTERFACE 0xa1

#define USB_INTERFACES 2
#define USB_INTERFACE_CARD 0

/* Octets of the longest answer of endpoint 0. */
#define USB_ANSWER 128

struct usb_request usb_request(const uint8_t setup[static 8]);

/* The pipe of an endpoint's address; USB_PIPES if there is none. */
unsigned usb_pipe(unsigned address);

/* A request without data, or one that is answered: false refuses it. What
 * usb_control_answer says is asked for again when it is sent. */
bool usb_control_do(struct ctx *c, const struct usb_request *r);
bool usb_control_answer(const struct ctx *c, const struct usb_request *r,
    uint8_t out[static USB_ANSWER], size_t *len);

/* false: there is none of that kind and number. */
bool usb_descriptor(const struct ctx *c, unsigned kind, unsigned number,
    uint8_t out[static USB_ANSWER], size_t *len);

/* Open anew, with nothing of before in them; or closed. */
void usb_pipe_open(struct ctx *c, unsigned pipe);
void usb_pipe_halt(struct ctx *c, unsigned pipe);
void usb_close(struct ctx *c);

#endif
