/*
 * core.h: the appliance as a machine that takes octets, time and buttons and
 * gives octets. Its table of states is printed in docs/PROTOCOL.md.
 *
 *	core_init(&ctx, &port);
 *	taken = core_push(&ctx, octets, len);
 *	core_tick(&ctx, board_millis(), board_buttons());
 *	core_sent(&ctx, send(ctx.out, ctx.out_len));
 *
 * Memory    struct ctx is the caller's
 * Chunks    splitting the octets changes nothing
 * Errors    every offence ends in STATE_FAILED, with its reason in ctx.failure
 *           and in MSG_ERROR; hello, begin and abort lead out of it
 * Trust     nothing a host sends is believed: see ticket.h
 * Limits    answers wait in ctx.out; while they fill it nothing is taken in
 */
#ifndef FIRMWARE_CORE_H
#define FIRMWARE_CORE_H

#include "firmware/ctx.h"

/* Milliseconds. */
#define CORE_HOLD 2000 /* of select, to sign */
#define CORE_SILENCE 30000 /* of the host, within a batch */
#define CORE_UNTOUCHED 300000 /* in a review */

void core_init(struct ctx *c, const struct port *port);

/* Octets taken; fewer than len if answers have to be sent first. */
size_t core_push(struct ctx *c, const uint8_t *buf, size_t len);

void core_tick(struct ctx *c, uint32_t now, unsigned buttons);

/* So many octets of ctx.out are on their way. */
void core_sent(struct ctx *c, size_t len);

/* What MSG_ARM allowed, once: is that the digest (alg's size)? For who signs.
 */
bool core_take_armed(
    struct ctx *c, enum alg_number alg, const uint8_t *digest, size_t len);

/* The table, by place from 0, NULL behind the last: for who prints it. */
struct core_row {
	const char *name; /* of the message or event */
	uint16_t number; /* enum msg_number or enum event */
	uint16_t states; /* bit 1 << state */
	enum state (*handler)(struct ctx *c, const struct msg *m);
	const char *leads; /* to which states */
};
const struct core_row *core_row_at(size_t place);
const char *core_state_name(unsigned state);

#endif
