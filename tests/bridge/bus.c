#include "tests/bridge/bus.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#define PIECE (LINK_OCTETS / LINK_USB_PACKET * LINK_USB_PACKET)
#define RESET_TRIES 300
#define OWN_ADDRESS 2

static struct pipe_end *
pipe_of(struct bus *b, unsigned endpoint)
{
	switch (endpoint) {
	case 0:
	case 0x80:
		return &b->pipe[0];
	case 0x01:
		return &b->pipe[1];
	case 0x81:
		return &b->pipe[2];
	case 0x02:
		return &b->pipe[3];
	case 0x82:
		return &b->pipe[4];
	default:
		return NULL;
	}
}

void
bus_init(struct bus *b)
{
	pthread_condattr_t clock;

	memset(b, 0, sizeof(*b));
	pthread_mutex_init(&b->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&b->moved, &clock);
}

static void
tell(struct bus *b, enum link_kind kind, unsigned endpoint, const void *octets,
    size_t len)
{
	uint8_t packet[LINK_PACKET] = {(uint8_t)kind, (uint8_t)endpoint};

	if (len > 0)
		memcpy(packet + LINK_HEAD, octets, len);
	if (!link_send(&b->link, packet, LINK_HEAD + len))
		b->gone = true;
}

static void
finish(struct bus *b, struct pipe_end *p, int status)
{
	struct transfer *t = p->first;

	p->first = t->next;
	t->next = NULL;
	t->status = status;
	t->finish(t);
	pthread_cond_broadcast(&b->moved);
}

static void
finish_all(struct bus *b, struct pipe_end *p, int status)
{
	while (p->first != NULL)
		finish(b, p, status);
}

void
bus_lose(struct bus *b)
{
	int i;

	b->gone = true;
	b->connected = b->asked = false;
	for (i = 0; i < BUS_PIPES; i++)
		finish_all(b, &b->pipe[i], -ENODEV);
	pthread_cond_broadcast(&b->moved);
}

/* What the device gave goes where it is waited for; the rest of a packet of
 * the bus that does not fit is lost, as it would be on a real one. */
static void
move_in(struct bus *b, struct pipe_end *p)
{
	struct transfer *t = p->first;
	size_t left, room, n;
	uint8_t endpoint;

	while (p->held && t != NULL) {
		endpoint = t->endpoint;
		left = p->in_len - p->in_taken;
		room = t->len - t->done;
		n = left < room ? left : room;
		memcpy(t->data + t->done, p->in + p->in_taken, n);
		t->done += n;
		p->in_taken += n;
		if (n < left && t->len % LINK_USB_PACKET != 0) {
			p->in_taken = p->in_len;
			finish(b, p, -EOVERFLOW);
		} else {
			finish(b, p, 0);
		}
		if (p->in_taken == p->in_len) {
			p->held = false;
			tell(b, LINK_DONE, endpoint, NULL, 0);
		}
		t = p->first;
	}
}

static void
move_out(struct bus *b, struct pipe_end *p)
{
	struct transfer *t = p->first;
	size_t n;

	while (p->ready && t != NULL) {
		n = t->len - t->done;
		n = n < PIECE ? n : PIECE;
		p->ready = false;
		tell(b, LINK_OUT, t->endpoint, t->data + t->done, n);
		t->done += n;
		if (t->done == t->len)
			finish(b, p, 0);
		t = p->first;
	}
}

static void
move(struct bus *b, struct pipe_end *p)
{
	struct transfer *t = p->first;

	if (t == NULL)
		return;
	if (p == &b->pipe[0]) {
		if (!b->asked && b->connected) {
			b->asked = true;
			tell(b, LINK_SETUP, 0, t->setup, sizeof(t->setup));
		}
	} else if (p->halted) {
		finish_all(b, p, -EPIPE);
	} else if ((t->endpoint & 0x80) != 0) {
		move_in(b, p);
	} else {
		move_out(b, p);
	}
}

static void
finish_request(struct bus *b, const uint8_t *octets, size_t len, int status)
{
	struct pipe_end *p = &b->pipe[0];
	struct transfer *t = p->first;

	if (!b->asked || t == NULL)
		return;
	b->asked = false;
	t->done = len < t->len ? len : t->len;
	if (t->done > 0)
		memcpy(t->data, octets, t->done);
	finish(b, p, status);
	move(b, p);
}

static void
take_in(struct bus *b, unsigned endpoint, const uint8_t *octets, size_t len)
{
	struct pipe_end *p = pipe_of(b, endpoint);

	if (p == NULL)
		return;
	if (p == &b->pipe[0]) {
		/* first: the next request may be asked by who waits for this */
		tell(b, LINK_DONE, 0x80, NULL, 0);
		finish_request(b, octets, len, 0);
		return;
	}
	memcpy(p->in, octets, len);
	p->in_len = len;
	p->in_taken = 0;
	p->held = true;
	move(b, p);
}

static void
take_stall(struct bus *b, unsigned endpoint)
{
	struct pipe_end *p = pipe_of(b, endpoint);

	if (p == &b->pipe[0]) {
		finish_request(b, NULL, 0, -EPIPE);
	} else if (p != NULL) {
		p->halted = true;
		move(b, p);
	}
}

static void
take_clear(struct bus *b, unsigned endpoint)
{
	struct pipe_end *p = pipe_of(b, endpoint);

	if (p != NULL)
		p->halted = p->ready = p->held = false;
}

void
bus_take(struct bus *b, const uint8_t *packet, size_t len)
{
	const uint8_t *octets = packet + LINK_HEAD;
	struct pipe_end *p;

	if (len < LINK_HEAD)
		return;
	len -= LINK_HEAD;
	if (packet[0] == LINK_CONSOLE && b->console != NULL)
		b->console(b, packet, LINK_HEAD + len);
	if (packet[0] == LINK_CONNECT)
		b->connected = true;
	if (b->connected) {
		switch (packet[0]) {
		case LINK_IN:
			take_in(b, packet[1], octets, len);
			break;
		case LINK_READY:
			p = pipe_of(b, packet[1]);
			if (p != NULL)
				p->ready = true;
			if (p != NULL)
				move(b, p);
			break;
		case LINK_STALL:
			take_stall(b, packet[1]);
			break;
		case LINK_CLEAR:
			take_clear(b, packet[1]);
			break;
		case LINK_ADDRESS:
			b->address = octets[0];
			break;
		default:
			break;
		}
	}
	pthread_cond_broadcast(&b->moved);
}

void
bus_submit(struct bus *b, struct transfer *t)
{
	struct pipe_end *p = pipe_of(b, t->endpoint);
	struct transfer **last;

	t->next = NULL;
	t->done = 0;
	if (p == NULL || b->gone) {
		t->status = p == NULL ? -ENOENT : -ENODEV;
		t->finish(t);
		return;
	}
	for (last = &p->first; *last != NULL; last = &(*last)->next) {
	}
	*last = t;
	move(b, p);
}

bool
bus_cancel(struct bus *b, struct transfer *t)
{
	struct pipe_end *p = pipe_of(b, t->endpoint);
	struct transfer **at;

	if (p == NULL)
		return false;
	for (at = &p->first; *at != NULL && *at != t; at = &(*at)->next) {
	}
	if (*at == NULL)
		return false;
	if (p == &b->pipe[0] && p->first == t)
		b->asked = false; /* the next request ends it */
	*at = t->next;
	t->next = NULL;
	t->status = -ENOENT;
	t->finish(t);
	move(b, p);
	return true;
}

static bool
wait_moved(struct bus *b, long ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += ms * 1000000;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return pthread_cond_timedwait(&b->moved, &b->lock, &t) == 0;
}

bool
bus_reset(struct bus *b)
{
	int i, tries;

	b->connected = b->asked = false;
	b->address = 0;
	for (i = 0; i < BUS_PIPES; i++) {
		finish_all(b, &b->pipe[i], -EPROTO);
		b->pipe[i].ready = b->pipe[i].halted = b->pipe[i].held = false;
	}
	/* until it is there: its link loses what comes too early */
	for (tries = 0; !b->connected && !b->gone && tries < RESET_TRIES;
	     tries++) {
		tell(b, LINK_RESET, 0, NULL, 0);
		while (!b->connected && wait_moved(b, 200)) {
		}
	}
	return b->connected;
}

static void
finish_own(struct transfer *t)
{
	*(bool *)t->arg = true;
}

int
bus_request(struct bus *b, unsigned type, unsigned number, unsigned value,
    unsigned index, void *data, size_t len)
{
	bool over = false;
	struct transfer t = {
	    .setup = {(uint8_t)type, (uint8_t)number, (uint8_t)value,
		(uint8_t)(value >> 8), (uint8_t)index, (uint8_t)(index >> 8),
		(uint8_t)len, (uint8_t)(len >> 8)},
	    .data = data,
	    .len = len,
	    .finish = finish_own,
	    .arg = &over};
	int tries;

	bus_submit(b, &t);
	for (tries = 0; !over && !b->gone && tries < 10;) {
		if (!wait_moved(b, 500))
			tries++;
	}
	if (!over)
		bus_cancel(b, &t);
	return t.status == 0 ? (int)t.done : t.status;
}

bool
bus_configure(struct bus *b)
{
	if (bus_request(b, 0, 5, OWN_ADDRESS, 0, NULL, 0) < 0)
		return false;
	return bus_request(b, 0, 9, 1, 0, NULL, 0) == 0 &&
	    b->address == OWN_ADDRESS;
}
