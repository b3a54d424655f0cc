#include "hsm/console.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "hsm/pipe.h"

struct console {
	bool said; /* the last error is the appliance's own */
	struct pipe *pipe;
	int timeout;
	unsigned credits;
	struct frame_rx rx;
	const uint8_t *next; /* what came and is not read yet */
	size_t left;
};

enum err
console_send(struct console *c, const struct msg *m)
{
	uint8_t frame[FRAME_MAX];
	size_t len = msg_encode(m, frame);
	enum err e;

	c->said = false;
	if (len == 0)
		return ERR_TOO_LARGE;
	e = c->pipe->send(c->pipe, frame, len, pipe_now() + c->timeout);
	/* PINs are among them */
	explicit_bzero(frame, len);
	return e;
}

/* The next frame of any kind. */
static enum err
receive(struct console *c, int64_t deadline, struct msg *m)
{
	enum frame_event event;
	enum err e = ERR_OK;
	bool late = false;

	for (;;) {
		event = frame_rx_push(&c->rx, &c->next, &c->left);
		if (event == FRAME_BAD)
			return c->rx.err;
		if (event == FRAME_READY)
			return msg_decode(
			    m, c->rx.number, c->rx.body, c->rx.len);
		/* whoever sends without a pause is not waited for either */
		if (late)
			return ERR_TIMEOUT;
		e = c->pipe->receive(c->pipe, &c->next, &c->left, deadline);
		if (e != ERR_OK)
			return e;
		late = pipe_now() >= deadline;
	}
}

/* Numbers that are no error of ours stay an error. */
static enum err
reason_of(struct console *c, const struct msg *m)
{
	enum err e = (enum err)m->error.reason;

	c->said = true;
	return e == ERR_OK ? ERR_CONSOLE_MESSAGE : e;
}

enum err
console_wait(struct console *c, int timeout, struct msg *m)
{
	int64_t deadline = pipe_now() + timeout;
	enum err e;

	c->said = false;
	for (;;) {
		e = receive(c, deadline, m);
		if (e != ERR_OK)
			return e;
		if (m->number == MSG_ERROR)
			return reason_of(c, m);
		if (m->number != MSG_CREDIT)
			return ERR_OK;
		c->credits += m->credit.credits;
		if (pipe_now() >= deadline)
			return ERR_TIMEOUT;
	}
}

static enum err
expect(struct console *c, unsigned number, struct msg *m)
{
	enum err e = console_wait(c, c->timeout, m);

	if (e == ERR_OK && m->number != number)
		e = ERR_CONSOLE_MESSAGE;
	return e;
}

/* Nothing but credits, or an error, may come while octets are on their way. */
static enum err
wait_for_credit(struct console *c)
{
	struct msg m;
	enum err e = receive(c, pipe_now() + c->timeout, &m);

	if (e != ERR_OK)
		return e;
	if (m.number == MSG_ERROR)
		return reason_of(c, &m);
	/* none at all would never end */
	if (m.number != MSG_CREDIT || m.credit.credits == 0)
		return ERR_CONSOLE_MESSAGE;
	c->credits += m.credit.credits;
	return ERR_OK;
}

static enum err
send_bulk(
    struct console *c, enum msg_number number, const uint8_t *buf, size_t len)
{
	struct msg m = {.number = (uint8_t)number};
	enum err e = ERR_OK;

	while (len > 0 && e == ERR_OK) {
		if (c->credits == 0) {
			e = wait_for_credit(c);
			continue;
		}
		m.bulk.octets.p = buf;
		m.bulk.octets.len = len < FRAME_BODY ? len : FRAME_BODY;
		e = console_send(c, &m);
		c->credits--;
		buf += m.bulk.octets.len;
		len -= m.bulk.octets.len;
	}
	return e;
}

static enum err
say_hello(struct console *c, struct msg *hello)
{
	static const uint8_t zeros[FRAME_RESET];
	struct msg m = {.number = MSG_HELLO};
	int64_t deadline;
	enum err e;

	m.hello.version_low = m.hello.version_high = MSG_VERSION;
	e = c->pipe->send(
	    c->pipe, zeros, sizeof(zeros), pipe_now() + c->timeout);
	if (e == ERR_OK)
		e = console_send(c, &m);
	/* what a former host left behind comes first */
	deadline = pipe_now() + c->timeout;
	while (e == ERR_OK) {
		e = receive(c, deadline, hello);
		if (e == ERR_OK && hello->number == MSG_HELLO_REPLY)
			return ERR_OK;
		if (e == ERR_OK && hello->number == MSG_ERROR &&
		    reason_of(c, hello) == ERR_CONSOLE_VERSION)
			e = ERR_CONSOLE_VERSION;
		else if (e == ERR_OK && pipe_now() >= deadline)
			e = ERR_TIMEOUT;
	}
	return e;
}

enum err
console_open(
    struct console **out, const char *path, int timeout, struct msg *hello)
{
	static const char usb[] = "usb:";
	struct console *c = calloc(1, sizeof(*c));
	enum err e;

	*out = NULL;
	if (c == NULL)
		return ERR_NO_MEMORY;
	c->timeout = timeout;
	frame_rx_init(&c->rx);
	if (strncmp(path, usb, sizeof(usb) - 1) == 0)
		e = pipe_open_usb(&c->pipe, path + sizeof(usb) - 1);
	else
		e = pipe_open_socket(&c->pipe, path);
	if (e == ERR_OK)
		e = say_hello(c, hello);
	if (e != ERR_OK)
		console_close(c);
	else
		*out = c;
	return e;
}

void
console_close(struct console *c)
{
	if (c == NULL)
		return;
	if (c->pipe != NULL)
		c->pipe->close(c->pipe);
	free(c);
}

enum err
console_begin(struct console *c, struct msg *begin, const uint8_t *chain,
    size_t chain_len)
{
	struct msg m;
	enum err e;

	begin->number = MSG_BEGIN;
	c->credits = 0;
	e = console_send(c, begin);
	if (e == ERR_OK)
		e = expect(c, MSG_BEGUN, &m);
	if (e != ERR_OK)
		return e;
	c->credits = m.begun.credits;
	return send_bulk(c, MSG_CHAIN, chain, chain_len);
}

enum err
console_item(struct console *c, struct msg *item, const uint8_t *timestamp,
    const uint8_t *payload, struct msg *result)
{
	enum err e;

	item->number = MSG_ITEM;
	e = console_send(c, item);
	if (e == ERR_OK && item->item.timestamp_len > 0)
		e = send_bulk(
		    c, MSG_TIMESTAMP, timestamp, item->item.timestamp_len);
	if (e == ERR_OK)
		e = send_bulk(c, MSG_PAYLOAD, payload, item->item.payload_len);
	return e == ERR_OK ? expect(c, MSG_RESULT, result) : e;
}

enum err
console_load(struct console *c, const uint8_t *certificate, size_t len)
{
	struct msg m;
	enum err e;

	c->credits = 0;
	e = expect(c, MSG_BEGUN, &m);
	if (e != ERR_OK)
		return e;
	c->credits = m.begun.credits;
	return send_bulk(c, MSG_LOAD, certificate, len);
}

bool
console_said(const struct console *c)
{
	return c->said;
}
