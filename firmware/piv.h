/*
 * piv.h: the card: a PIV application (SP 800-73-4) with one key, which signs
 * what a person has approved and nothing else. What it answers is listed in
 * docs/TOKENS.md, and that list is closed.
 *
 *	len = piv_apdu(&ctx, apdu, len);
 *
 * Memory    part of struct ctx; the answer takes the place of the question
 * Chunks    GENERAL AUTHENTICATE may come in a chain; answers that are longer
 *           than the host's Le are fetched by GET RESPONSE
 * Errors    the last two octets of an answer (ISO 7816-4 5.1.3)
 * Trust     keys.h decides what is signed, not what is said here
 * Limits    short APDUs: 255 octets of data, 256 of an answer; PIV_ROOM octets
 *           of a chain
 */
#ifndef FIRMWARE_PIV_H
#define FIRMWARE_PIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ctx;

/* Octets of the longest answer, status included. */
#define PIV_ANSWER 258

/* A question with a SHA-384 digest, an answer with a P-384 signature (111
 * octets), the objects that do not come from the store. */
#define PIV_ROOM 128

struct piv {
	bool selected;
	bool chained; /* more of the command in head is to come */
	uint8_t head[3]; /* INS, P1, P2 */
	uint8_t room[PIV_ROOM];
	uint16_t room_len;
	bool certificate; /* is what is fetched, else room */
	uint16_t len, at; /* of what is fetched */
};

/* The card loses its power: nothing selected, no PIN. */
void piv_reset(struct ctx *c);

/* len <= CCID_APDU; the answer is at most PIV_ANSWER octets. */
size_t piv_apdu(struct ctx *c, uint8_t *apdu, size_t len);

#endif
