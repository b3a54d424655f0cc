#include "tests/unit/support/liar.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "common/link.h"
#include "host/x509/cert.h"
#include "host/x509/spki.h"
#include "tests/unit/support/appliance.h"
#include "tests/unit/support/soft_key.h"

#define SKIP 100 /* ms, each time that it looks at a button that is down */

struct liar {
	struct appliance *a; /* of it only the core and its port */
	struct soft_key *key, *other;
	pthread_t thread;
	int listener, peer;
	atomic_bool stopping, gone;
	atomic_uint buttons;
	atomic_int lie;
	atomic_bool heard_pin;
	struct frame_rx rx;
	uint8_t former[APPROVAL_SIZE + MSG_SIGNATURE];
	bool has_former;
};

static void
must(bool good)
{
	if (!good)
		abort();
}

static void
sign_with(struct soft_key *k, const uint8_t digest[static SHA256_SIZE],
    uint8_t out[static MSG_SIGNATURE])
{
	const struct x509_signer *s = soft_key_signer(k);
	size_t len;

	must(s->sign(s->arg, digest, SHA256_SIZE, out, MSG_SIGNATURE, &len) ==
	    ERR_OK);
}

/* arg is the appliance's. */
static struct liar *the_liar;

static enum err
port_sign(void *arg, const uint8_t digest[static SHA256_SIZE],
    uint8_t signature[static MSG_SIGNATURE])
{
	(void)arg;
	sign_with(
	    the_liar->lie == LIAR_OTHER_KEY ? the_liar->other : the_liar->key,
	    digest, signature);
	return ERR_OK;
}

static void
put(struct liar *l, const void *octets, size_t len)
{
	uint8_t packet[LINK_HEAD + FRAME_MAX] = {LINK_CONSOLE};

	must(len <= FRAME_MAX);
	memcpy(packet + LINK_HEAD, octets, len);
	if (l->peer >= 0)
		(void)!send(l->peer, packet, LINK_HEAD + len, MSG_NOSIGNAL);
}

static void
put_message(struct liar *l, const struct msg *m)
{
	uint8_t frame[FRAME_MAX];

	put(l, frame, msg_encode(m, frame));
}

static void
lie_about_approval(struct liar *l, struct msg *m)
{
	uint8_t digest[SHA256_SIZE], former[sizeof(l->former)];
	struct approval a;

	memcpy(former, m->approved.approval, APPROVAL_SIZE);
	memcpy(former + APPROVAL_SIZE, m->approved.signature, MSG_SIGNATURE);
	must(approval_decode(&a, m->approved.approval) == ERR_OK);
	switch ((enum lie)l->lie) {
	case LIAR_OLD_COUNTER:
		a.counter = 1;
		break;
	case LIAR_OTHER_STATION:
		a.station[0] ^= 1;
		break;
	case LIAR_OTHER_ROOT:
		a.root[0] ^= 1;
		break;
	case LIAR_EXPIRED:
		a.time -= 7200;
		a.expires -= 7200;
		break;
	case LIAR_OTHER_FIRMWARE:
		a.firmware[0] ^= 1;
		break;
	default:
		break;
	}
	approval_encode(&a, m->approved.approval);
	approval_digest(&a, digest);
	sign_with(l->lie == LIAR_OTHER_KEY ? l->other : l->key, digest,
	    m->approved.signature);
	if (l->lie == LIAR_OLD_APPROVAL && l->has_former) {
		memcpy(m->approved.approval, l->former, APPROVAL_SIZE);
		memcpy(m->approved.signature, l->former + APPROVAL_SIZE,
		    MSG_SIGNATURE);
	}
	memcpy(l->former, former, sizeof(former));
	l->has_former = true;
}

/* What the core says, on its way out. */
static void
tell(struct liar *l, struct msg *m)
{
	struct msg more = {.number = 0};

	if (m->number == MSG_RESULT && l->lie == LIAR_WRONG_LEAF &&
	    m->result.leaf[19] == 1)
		m->result.leaf[60] ^= 1;
	if (m->number == MSG_RESULT && l->lie == LIAR_EARLY_APPROVAL) {
		more.number = MSG_APPROVED;
		memcpy(more.approved.approval, l->former, APPROVAL_SIZE);
		*m = more;
	}
	if (m->number == MSG_RESULT && l->lie == LIAR_EARLY_ROOT) {
		more.number = MSG_ROOT;
		more.root.count = l->a->ctx.batch.count;
		*m = more;
	}
	if (m->number == MSG_ROOT) {
		m->root.root[5] ^= l->lie == LIAR_WRONG_ROOT;
		m->root.count += l->lie == LIAR_WRONG_COUNT;
		if (l->lie == LIAR_GARBAGE) {
			put(l, "this is not a frame at all", 26);
			return;
		}
		if (l->lie == LIAR_SAYS_IO) {
			more.number = MSG_ERROR;
			more.error.reason = ERR_IO;
			*m = more;
		}
		if (l->lie == LIAR_GONE) {
			l->lie = LIAR_HONEST;
			shutdown(l->peer, SHUT_RDWR);
			return;
		}
	}
	if (m->number == MSG_ASKED && l->lie == LIAR_ALONE) {
		more.number = MSG_REFUSED;
		more.refused.reason = ERR_TIMEOUT;
		*m = more;
	}
	if (m->number == MSG_APPROVED)
		lie_about_approval(l, m);
	put_message(l, m);
	if (m->number == MSG_ROOT && l->lie == LIAR_BEYOND) {
		more.number = MSG_WANTED;
		more.wanted.index = m->root.count;
		put_message(l, &more);
	}
}

static void
take_out(struct liar *l)
{
	struct ctx *c = &l->a->ctx;
	const uint8_t *p = c->out;
	size_t len = c->out_len;
	struct msg m;

	while (len > 0) {
		if (frame_rx_push(&l->rx, &p, &len) != FRAME_READY)
			continue;
		must(msg_decode(&m, l->rx.number, l->rx.body, l->rx.len) ==
		    ERR_OK);
		tell(l, &m);
	}
	core_sent(c, c->out_len);
}

static uint32_t
millis(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint32_t)((uint64_t)t.tv_sec * 1000 +
	    (uint64_t)t.tv_nsec / 1000000);
}

static void
take_in(struct liar *l)
{
	uint8_t packet[2048];
	const uint8_t *p = packet + LINK_HEAD;
	ssize_t n = recv(l->peer, packet, sizeof(packet), MSG_DONTWAIT);
	size_t len, taken;

	if (n <= 0) {
		close(l->peer);
		l->peer = -1;
		return;
	}
	must(n > LINK_HEAD && packet[0] == LINK_CONSOLE);
	if (memmem(packet, (size_t)n, LIAR_PIN, strlen(LIAR_PIN)) != NULL)
		l->heard_pin = true;
	for (len = (size_t)n - LINK_HEAD; len > 0; p += taken, len -= taken) {
		taken = core_push(&l->a->ctx, p, len);
		take_out(l);
	}
}

static void *
thread_main(void *arg)
{
	struct liar *l = arg;
	uint32_t skipped = 0;
	struct pollfd p[2];

	while (!l->stopping) {
		p[0] = (struct pollfd){
		    l->peer < 0 ? l->listener : -1, POLLIN, 0};
		p[1] = (struct pollfd){l->peer, POLLIN, 0};
		(void)poll(p, 2, 2);
		if (p[0].revents != 0)
			l->peer = accept(l->listener, NULL, NULL);
		if (l->gone && l->peer >= 0) {
			l->gone = false;
			shutdown(l->peer, SHUT_RDWR);
		}
		if (l->peer >= 0 && p[1].revents != 0)
			take_in(l);
		skipped += l->buttons != 0 ? SKIP : 0;
		core_tick(&l->a->ctx, millis() + skipped, l->buttons);
		take_out(l);
	}
	return NULL;
}

struct liar *
liar_start(const char *path, enum lie lie)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	struct liar *l = calloc(1, sizeof(*l));
	struct spki key;

	must(l != NULL && strlen(path) < sizeof(at.sun_path));
	memcpy(at.sun_path, path, strlen(path) + 1);
	the_liar = l;
	l->lie = (int)lie;
	l->peer = -1;
	l->key = soft_key_new(ALG_ES256);
	l->other = soft_key_new(ALG_ES256);
	l->a = appliance_new();
	l->a->port.sign = port_sign;
	must(spki_read(soft_key_signer(l->key)->spki,
		 soft_key_signer(l->key)->spki_len, &key) == ERR_OK);
	memcpy(l->a->port.point, key.value.p + 1, MSG_POINT);
	frame_rx_init(&l->rx);
	l->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	unlink(path);
	must(bind(l->listener, (struct sockaddr *)&at, sizeof(at)) == 0 &&
	    listen(l->listener, 1) == 0);
	must(pthread_create(&l->thread, NULL, thread_main, l) == 0);
	return l;
}

void
liar_stop(struct liar *l)
{
	l->stopping = true;
	pthread_join(l->thread, NULL);
	if (l->peer >= 0)
		close(l->peer);
	close(l->listener);
	soft_key_free(l->key);
	soft_key_free(l->other);
	free(l->a);
	free(l);
}

void
liar_press(struct liar *l, unsigned buttons)
{
	l->buttons = buttons;
}

void
liar_hang_up(struct liar *l)
{
	l->gone = true;
}

void
liar_set(struct liar *l, enum lie lie)
{
	l->lie = (int)lie;
}

bool
liar_heard_pin(const struct liar *l)
{
	return l->heard_pin;
}

const uint8_t *
liar_point(const struct liar *l)
{
	return l->a->port.point;
}

uint8_t
liar_class(const struct liar *l)
{
	return l->a->port.board_class;
}

const uint8_t *
liar_firmware(const struct liar *l)
{
	return l->a->port.firmware;
}
