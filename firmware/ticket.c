#include "firmware/ticket.h"

#include <string.h>

#include "firmware/hmac.h"

static const char label[15] = "zegel-ticket-v1";
static const uint8_t zeros[32];

enum err
ticket_open(struct batch *b, const struct port *port)
{
	enum err e;

	e = port->random(port->arg, b->key, sizeof(b->key));
	if (e == ERR_OK)
		e = port->random(
		    port->arg, b->device_nonce, sizeof(b->device_nonce));
	/* zeros stand for no key at all */
	if (e == ERR_OK && memcmp(b->key, zeros, sizeof(zeros)) == 0)
		e = ERR_INTERNAL;
	if (e != ERR_OK)
		ticket_void(b);
	return e;
}

void
ticket_void(struct batch *b)
{
	hmac_wipe(b->key, sizeof(b->key));
}

void
ticket_make(const struct batch *b, const uint8_t leaf[static LEAF_SIZE],
    uint8_t ticket[static MSG_TICKET])
{
	struct hmac h;

	hmac_init(&h, b->key);
	hmac_push(&h, label, sizeof(label));
	hmac_push(&h, b->device_nonce, sizeof(b->device_nonce));
	hmac_push(&h, leaf, LEAF_SIZE);
	hmac_push(&h, leaf + LEAF_AT_SUMMARY, SHA256_SIZE);
	hmac_finish(&h, ticket);
}

enum err
ticket_check(const struct batch *b, const uint8_t leaf[static LEAF_SIZE],
    const uint8_t ticket[static MSG_TICKET], struct leaf *out)
{
	uint8_t right[MSG_TICKET];

	if (memcmp(b->key, zeros, sizeof(zeros)) == 0)
		return ERR_TICKET;
	ticket_make(b, leaf, right);
	if (!hmac_is_equal(right, ticket) || leaf_decode(out, leaf) != ERR_OK)
		return ERR_TICKET;
	return ERR_OK;
}
