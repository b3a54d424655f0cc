/* piv_parts.h: private to firmware/piv*.c. */
#ifndef FIRMWARE_PIV_PARTS_H
#define FIRMWARE_PIV_PARTS_H

#include "firmware/ctx.h"

/* ISO 7816-4 5.1.3. */
enum piv_status {
	PIV_DONE = 0x9000,
	PIV_MORE = 0x6100, /* and how many octets, 0 for 256 and more */
	PIV_TRIES = 0x63c0, /* wrong PIN; and how many tries are left */
	PIV_LENGTH = 0x6700,
	PIV_CHAIN_EXPECTED = 0x6883,
	PIV_NO_CHAIN = 0x6884,
	PIV_NO_PIN = 0x6982,
	PIV_BLOCKED = 0x6983,
	PIV_REFUSED = 0x6985,
	PIV_DATA = 0x6a80,
	PIV_FUNCTION = 0x6a81,
	PIV_NOT_FOUND = 0x6a82,
	PIV_PARAMETERS = 0x6a86,
	PIV_INSTRUCTION = 0x6d00,
	PIV_CLASS = 0x6e00,
	PIV_BROKEN = 0x6f00,
};

struct piv_command {
	uint8_t cla, ins, p1, p2;
	const uint8_t *data;
	uint8_t len;
	uint16_t le; /* 0: nothing is wanted */
};

/* The key's slot: PIV authentication (SP 800-73-4 part 1, table 4b). */
#define PIV_SLOT 0x9a

/* GET DATA: leaves the object in room, or says that it is the certificate. */
enum piv_status piv_get_data(struct ctx *c, const struct piv_command *m);

/* What SELECT answers, into room. */
enum piv_status piv_select(struct ctx *c, const struct piv_command *m);

/* GENERAL AUTHENTICATE, its data in room, where its answer is left. */
enum piv_status piv_authenticate(struct ctx *c, unsigned alg, unsigned slot);

enum piv_status piv_verify(struct ctx *c, const struct piv_command *m);

/* Octets of the certificate's object from at on; false: it cannot be read. */
bool piv_read_certificate(struct ctx *c, uint32_t at, uint8_t *buf, size_t len);

#endif
