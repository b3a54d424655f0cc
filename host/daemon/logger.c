/* logger: owns the log's files and key; everything else asks it by message. */
#include "host/daemon/process.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "host/base/say.h"
#include "host/daemon/ipc.h"
#include "host/daemon/ledger.h"
#include "host/base/privileges.h"

/* Requests that share one commit. */
#define ROUND 8
#define REOPEN_MS 1000

struct answer {
	int fd;
	struct msg_log_entered msg;
};

struct logger {
	const struct process *p;
	struct ledger *ledger; /* NULL after a failure, until it opens again */
	union msg in;
	struct answer answer[ROUND];
	size_t count;
};

/* Only signer may log what was signed; front logs what goes out. */
static bool
is_allowed(const struct logger *l, int fd, uint32_t type)
{
	if (fd == l->p->front)
		return type == MSG_LOG_RELEASE || type == MSG_LOG_EXTEND;
	return type == MSG_LOG_APPROVAL || type == MSG_LOG_INTEND ||
	    type == MSG_LOG_SEAL || type == MSG_LOG_LEAVE ||
	    type == MSG_LOG_NOTE;
}

static void
refuse(struct answer *a, const struct msg_head *request, enum err e)
{
	uint32_t i;

	a->msg.head = *request;
	a->msg.head.type = MSG_LOG_ENTERED;
	a->msg.head.err = e;
	for (i = 0; i < request->count; i++)
		a->msg.item[i] = (struct msg_log_entered_item){.err = e};
}

static void
apply(struct logger *l, struct answer *a)
{
	switch ((enum msg_type)l->in.head.type) {
	case MSG_LOG_APPROVAL:
		ledger_approval(l->ledger, &l->in.log_approval, &a->msg);
		break;
	case MSG_LOG_INTEND:
		ledger_intend(l->ledger, &l->in.log_intend, &a->msg);
		break;
	case MSG_LOG_SEAL:
		ledger_seal(l->ledger, &l->in.log_seal, &a->msg);
		break;
	case MSG_LOG_LEAVE:
		ledger_leave(l->ledger, &l->in.log_seal, &a->msg);
		break;
	case MSG_LOG_NOTE:
		ledger_note(l->ledger, &l->in.log_note, &a->msg);
		break;
	case MSG_LOG_RELEASE:
		ledger_release(l->ledger, &l->in.log_release, &a->msg);
		break;
	case MSG_LOG_EXTEND:
		ledger_extend(l->ledger, &l->in.log_release, &a->msg);
		break;
	default:
		refuse(a, &l->in.head, ERR_MESSAGE_SYNTAX);
		break;
	}
}

/* Takes what one peer has sent, up to the round's bound. */
static enum err
take(struct logger *l, int fd)
{
	struct answer *a;
	enum err e;

	while (l->count < ROUND) {
		e = ipc_receive(fd, &l->in);
		if (e == ERR_TIMEOUT)
			return ERR_OK;
		if (e != ERR_OK)
			return e;
		a = &l->answer[l->count++];
		a->fd = fd;
		if (!is_allowed(l, fd, l->in.head.type)) {
			say(SAY_ERROR, "message %u not allowed from %s",
			    l->in.head.type,
			    fd == l->p->front ? "front" : "signer");
			refuse(a, &l->in.head, ERR_LOG_KIND);
		} else if (l->ledger == NULL) {
			refuse(a, &l->in.head, ERR_IO);
		} else {
			apply(l, a);
		}
	}
	return ERR_OK;
}

static void
reopen(struct logger *l)
{
	struct fault fault;

	if (l->ledger != NULL)
		return;
	if (ledger_open(&l->ledger, l->p->station, l->p->config->origin,
		&fault) != ERR_OK)
		say_fault(SAY_ERROR, &fault, NULL);
	else
		say(SAY_INFO, "log open again, %llu entries",
		    (unsigned long long)ledger_size(l->ledger));
}

/* One commit for the round; nobody hears of an entry before it is durable. */
static enum err
settle(struct logger *l)
{
	struct fault fault;
	enum err e = ERR_OK, sent;
	size_t i;

	if (l->count == 0)
		return ERR_OK;
	if (l->ledger != NULL) {
		e = ledger_commit(l->ledger, &fault);
		if (e != ERR_OK) {
			say_fault(SAY_ERROR, &fault, NULL);
			ledger_close(l->ledger);
			l->ledger = NULL;
			reopen(l);
		}
	}
	sent = ERR_OK;
	for (i = 0; i < l->count && sent == ERR_OK; i++) {
		struct answer *a = &l->answer[i];

		if (e != ERR_OK)
			refuse(a, &a->msg.head, e);
		sent = ipc_send(a->fd, &a->msg,
		    ipc_size(MSG_LOG_ENTERED, a->msg.head.count));
	}
	l->count = 0;
	return sent;
}

/* Until a peer is gone or the station stops. Signer outlives front when both
 * stop: its last entries still come. */
static enum err
serve(struct logger *l)
{
	struct pollfd fds[2] = {{.fd = l->p->signer, .events = POLLIN},
	    {.fd = l->p->front, .events = POLLIN}};
	enum err e;
	int i, n;

	for (;;) {
		n = poll(fds, 2, l->ledger == NULL ? REOPEN_MS : -1);
		if (n < 0 && errno != EINTR)
			return ERR_IO;
		reopen(l);
		for (i = 0; n > 0 && i < 2; i++) {
			if (fds[i].revents == 0)
				continue;
			e = take(l, fds[i].fd);
			if (e == ERR_PEER_GONE && fds[i].fd == l->p->front) {
				fds[i].fd = -1;
				continue;
			}
			if (e != ERR_OK) {
				(void)settle(l);
				return e;
			}
		}
		e = settle(l);
		if (e != ERR_OK && e != ERR_PEER_GONE)
			return e;
	}
}

int
logger_run(const struct process *p)
{
	struct fault fault;
	struct logger *l;
	enum err e;

	process_signals();
	say_as("logger");
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return err_exit(ERR_NO_MEMORY);
	l->p = p;
	e = privileges_drop(USER_LOGGER, &fault);
	if (e == ERR_OK)
		e = ledger_open(
		    &l->ledger, p->station, p->config->origin, &fault);
	if (e != ERR_OK) {
		say_fault(SAY_ERROR, &fault, NULL);
		goto out;
	}
	process_ready(p);
	e = serve(l);
	if (e != ERR_PEER_GONE)
		say(SAY_ERROR, "%s", err_text(e));
	else
		e = ERR_OK;
out:
	ledger_close(l->ledger);
	free(l);
	return err_exit(e);
}
