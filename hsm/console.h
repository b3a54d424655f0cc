/*
 * console.h: the host's side of an appliance's console (docs/PROTOCOL.md) over
 * USB, or over a Unix socket of packets (common/link.h), as emulated boards
 * have it.
 *
 *	e = console_open(&c, "usb:", 5000, &hello);
 *	e = console_begin(c, &begin, chain, chain_len);
 *	e = console_item(c, &item, NULL, payload, &result);
 *	e = console_wait(c, 60000, &m);
 *	console_close(c);
 *
 * Memory    console_open allocates, console_close frees (NULL is fine); texts
 *           and tails of a message live until the next call
 * Chunks    payloads whole; they are cut into frames by the credits there are
 * Errors    those that the appliance says in ERROR, by its numbers; PEER_GONE,
 *           TIMEOUT, CONSOLE_MESSAGE for what no appliance would say; open:
 *           TOKEN_ABSENT, TOKEN_AMBIGUOUS, TOKEN_BUSY, DENIED
 * Trust     answers are well-formed, not true: leaves are the host's own to
 *           compare, approvals the signer's to verify
 * Limits    one batch at a time; a console may be used by one thread
 */
#ifndef HSM_CONSOLE_H
#define HSM_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/msg.h"

struct console;

/* path: usb:SERIAL, usb: for the only one, else a socket's.
 * Says hello; timeout in milliseconds is that of every answer but those of
 * console_wait. */
MUST_USE enum err console_open(
    struct console **c, const char *path, int timeout, struct msg *hello);
void console_close(struct console *c);

/* begin.number is set here; chain: the certificates one behind the other. */
MUST_USE enum err console_begin(struct console *c, struct msg *begin,
    const uint8_t *chain, size_t chain_len);

/* timestamp of item.timestamp_len, payload of item.payload_len octets. */
MUST_USE enum err console_item(struct console *c, struct msg *item,
    const uint8_t *timestamp, const uint8_t *payload, struct msg *result);

/* After CERTIFICATE: its octets. */
MUST_USE enum err console_load(
    struct console *c, const uint8_t *certificate, size_t len);

/* Sends any message. */
MUST_USE enum err console_send(struct console *c, const struct msg *m);

/* Was the last error one that the appliance said, and not the line's? */
bool console_said(const struct console *c);

/* The next message but CREDIT; an ERROR is returned as its number, with m. */
MUST_USE enum err console_wait(struct console *c, int timeout, struct msg *m);

#endif
