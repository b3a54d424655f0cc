/*
 * ticket.h: how an appliance knows again what it has forgotten. A ticket is
 *
 *	HMAC-SHA-256(key, "zegel-ticket-v1" || device nonce || leaf || summary)
 *
 * over the leaf's octets (leaf.h) and the digest of the summary, under a key
 * that is made with each batch, stays in RAM and is wiped with it.
 *
 *	e = ticket_open(&batch, port);
 *	ticket_make(&batch, leaf_octets, ticket);
 *	e = ticket_check(&batch, leaf_octets, ticket, &leaf);
 *
 * Memory    the caller's
 * Chunks    whole values
 * Errors    TICKET, also for a leaf that cannot be one; open: port's
 * Trust     a good ticket says: this appliance hashed that item in this batch
 * Limits    none
 */
#ifndef FIRMWARE_TICKET_H
#define FIRMWARE_TICKET_H

#include "firmware/ctx.h"

MUST_USE enum err ticket_open(struct batch *b, const struct port *port);

/* From here no ticket is good. */
void ticket_void(struct batch *b);

void ticket_make(const struct batch *b, const uint8_t leaf[static LEAF_SIZE],
    uint8_t ticket[static MSG_TICKET]);
MUST_USE enum err ticket_check(const struct batch *b,
    const uint8_t leaf[static LEAF_SIZE],
    const uint8_t ticket[static MSG_TICKET], struct leaf *out);

#endif
