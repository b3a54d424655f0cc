/*
 * ccid.h: a card reader with one slot and a card in it that is never taken
 * out (CCID 1.10, short APDU level of exchange). The card is piv.h.
 *
 *	ccid_take(&ctx, octets, len, true);
 *	ccid_run(&ctx);
 *	if (ccid_answer(&ctx, &octets, &len)) ... ccid_fetched(&ctx);
 *
 * Memory    part of struct ctx; a message and its answer share their room
 * Chunks    how a message is cut changes nothing, but its transfer ends with it
 * Errors    as bError of an answer: 1 for a length that is not that of the
 *           message, 5 for a slot, 0 for a command that is not there
 * Trust     a host may send anything; without a header nothing is answered
 * Limits    CCID_MESSAGE; longer ones are taken, thrown away and refused
 */
#ifndef FIRMWARE_CCID_H
#define FIRMWARE_CCID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ctx;

#define CCID_HEAD 10
#define CCID_APDU 261 /* head, Lc, 255 octets, Le */
#define CCID_MESSAGE (CCID_HEAD + CCID_APDU)

enum ccid_state {
	CCID_TAKES = 0,
	CCID_WHOLE = 1, /* a message to work on */
	CCID_ANSWERS = 2,
};

struct ccid {
	uint8_t state; /* enum ccid_state */
	bool powered; /* the card */
	bool aborting; /* all but the message that ends it is refused */
	uint8_t abort_seq;
	uint64_t got; /* octets of the message, more than there is room for */
	uint16_t len; /* of the answer */
	uint8_t buf[CCID_MESSAGE];
};

/* Power off, nothing under way. */
void ccid_init(struct ctx *c);
/* Nothing under way; the card keeps its power and its PIN. */
void ccid_restart(struct ctx *c);

bool ccid_is_receptive(const struct ctx *c);
/* ends: no more of this transfer will come. */
void ccid_take(struct ctx *c, const uint8_t *octets, size_t len, bool ends);
bool ccid_run(struct ctx *c);
bool ccid_answer(const struct ctx *c, const uint8_t **octets, size_t *len);
void ccid_fetched(struct ctx *c);

/* The request of 5.3.1; false for a slot that is not there. */
bool ccid_abort(struct ctx *c, unsigned slot, unsigned seq);

#endif
