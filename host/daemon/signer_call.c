/*
 * Calls of signer's threads to logger and front: a thread sends with a tag of
 * its own and sleeps; the loop, which alone receives, wakes it.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "host/base/say.h"
#include "host/daemon/signer.h"

/* Called by terminal threads: waits until the entry is durable. */
enum err
signer_call_logger(struct signer *s, void *request, size_t len, uint64_t *entry)
{
	return signer_call(s, s->p->logger, request, len, entry);
}

enum err
signer_call(
    struct signer *s, int fd, void *request, size_t len, uint64_t *entry)
{
	struct msg_head *head = request;
	struct signer_call *call;
	struct timespec until;
	enum err e, sent;
	uint32_t i;

	pthread_mutex_lock(&s->lock);
	for (i = 0; i < SIGNER_CALLS && s->call[i].used; i++)
		continue;
	if (i == SIGNER_CALLS) {
		pthread_mutex_unlock(&s->lock);
		return ERR_TIMEOUT;
	}
	call = &s->call[i];
	call->fd = fd;
	call->used = true;
	call->done = false;
	call->left = false;
	pthread_mutex_unlock(&s->lock);
	head->tag = CALL_TAG | i;
	sent = ipc_send(fd, request, len);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += CALL_SECONDS;
	pthread_mutex_lock(&s->lock);
	e = sent;
	while (e == ERR_OK && !call->done) {
		/* The loop has ended: nobody takes answers any more. */
		if (s->stopping)
			e = ERR_PEER_GONE;
		else if (pthread_cond_timedwait(
			     &s->call_done, &s->lock, &until) != 0)
			e = ERR_TIMEOUT;
	}
	/* Done in the last moment is done. */
	if (sent == ERR_OK && call->done) {
		e = (enum err)call->answer.head.err;
		if (entry != NULL)
			*entry = call->answer.entry;
	}
	/* Until its answer comes, a place that was left is not used again:
	 * it would be taken for the next one's. */
	call->left = sent == ERR_OK && !call->done;
	call->used = call->left;
	pthread_mutex_unlock(&s->lock);
	return e;
}

/* Front must not say in logger's place that an entry is durable. */
static void
finish(struct signer *s, int fd, const struct msg_head *head, uint64_t entry,
    const struct msg_leaves *leaves)
{
	struct signer_call *call = &s->call[head->tag & ~CALL_TAG];

	pthread_mutex_lock(&s->lock);
	if (call->used && call->fd != fd) {
		say(SAY_ERROR, "an answer from who was not asked is ignored");
	} else if (call->left) {
		call->used = call->left = false;
	} else if (call->used) {
		if (leaves != NULL)
			memcpy(&s->leaves, leaves,
			    ipc_size(MSG_LEAVES, head->count));
		call->answer.head = *head;
		call->answer.entry = entry;
		call->done = true;
		pthread_cond_broadcast(&s->call_done);
	}
	pthread_mutex_unlock(&s->lock);
}

void
signer_call_finish(
    struct signer *s, int fd, const struct msg_head *head, uint64_t entry)
{
	if ((head->tag & ~CALL_TAG) < SIGNER_CALLS)
		finish(s, fd, head, entry, NULL);
	else if (head->err != ERR_OK)
		/* A note that nobody waits for. */
		say(SAY_ERROR, "an entry is missing in the log: %s",
		    err_text((enum err)head->err));
}

void
signer_call_leaves(struct signer *s, int fd, const struct msg_leaves *m)
{
	if ((m->head.tag & ~CALL_TAG) < SIGNER_CALLS)
		finish(s, fd, &m->head, 0, m);
}
