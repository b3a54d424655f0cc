/*
 * link.h: the packets between a board and its firmware: what a USB controller
 * tells and is told, and the console of a host that comes by no USB.
 *
 *	offset size
 *	     0    1  enum link_kind
 *	     1    1  endpoint's address (USB 2.0 9.6.6), 0 where there is none
 *	     2    n  octets
 *
 * A board with a controller makes these packets out of what the controller
 * does. An emulated one has only the link: its packets cross it, and a program
 * at the other end is the bus.
 *
 * Memory    constants only
 * Chunks    a packet is whole
 * Errors    none: a packet of an unknown kind or a wrong length is dropped
 * Trust     a host decides what is in SETUP, OUT and CONSOLE; when which of
 *           them comes is the controller's, and believed
 * Limits    LINK_OCTETS in one packet
 */
#ifndef COMMON_LINK_H
#define COMMON_LINK_H

#define LINK_HEAD 2
#define LINK_PACKET 1500
#define LINK_OCTETS (LINK_PACKET - LINK_HEAD)

enum link_kind {
	/* To the firmware. */
	LINK_RESET = 0x01, /* of the bus: the default state; CONNECT answers */
	LINK_SETUP = 0x02, /* of endpoint 0x00: 8 octets. Ends a former one */
	/* Octets of a transfer, once after each READY. A number that is no
	 * multiple of LINK_USB_PACKET, and 0, end the transfer. */
	LINK_OUT = 0x03,
	LINK_DONE = 0x04, /* the host has fetched the IN of that endpoint */

	/* From the firmware. */
	LINK_CONNECT = 0x11, /* the device is there, and ready for SETUP */
	/* A whole transfer, 0 octets and more, until DONE, STALL or CLEAR: the
	 * controller cuts it into packets, the last of which is short. On 0x80
	 * without octets: the end of a request without data. */
	LINK_IN = 0x12,
	LINK_READY = 0x13, /* one OUT may come; until then there is NAK */
	LINK_STALL = 0x14, /* 0x00: of this request; else until CLEAR */
	LINK_CLEAR = 0x15, /* forgets READY, IN and STALL of that endpoint */
	LINK_ADDRESS = 0x16, /* 1 octet: the device's from now on */

	/* Both ways: octets of docs/PROTOCOL.md, endpoint 0. */
	LINK_CONSOLE = 0x20,
};

/* Octets of the longest packet of each endpoint: full speed. */
#define LINK_USB_PACKET 64

#endif
