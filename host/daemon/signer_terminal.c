/*
 * signer's own socket: what a person does at a terminal. One thread a client,
 * so that a PIN pad or a slow token holds up nobody else. The PIN comes here
 * and never passes through front; everything read is in locked memory.
 */
#include "host/daemon/signer_verbs.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "host/base/say.h"
#include "host/base/secret.h"
#include "host/daemon/reply.h"

#define REQUEST_MS 120000
#define ANSWER_SECONDS 30

static const struct {
	const char *name;
	cJSON *(*handle)(struct terminal *t, const cJSON *request);
} verbs[] = {
    {"appliance", signer_verb_appliance},
    {"appliance-do", signer_verb_appliance_do},
    {"approve", signer_verb_approve},
    {"csr", signer_verb_csr},
    {"keys", signer_verb_keys},
    {"lock", signer_verb_lock},
    {"may-approve", signer_verb_may_approve},
    {"refuse", signer_verb_refuse},
    {"test", signer_verb_test},
    {"unlock", signer_verb_unlock},
};

/* Takes what the client sends until n octets are there, or with n 0 until a
 * line is. */
static bool
fill(struct terminal *t, size_t n)
{
	struct pollfd p = {.fd = t->fd, .events = POLLIN};
	ssize_t got;

	for (;;) {
		if (n > 0 ? t->len >= n : memchr(t->buf, '\n', t->len) != NULL)
			return true;
		if (t->len == TERMINAL_BUFFER)
			return false;
		if (poll(&p, 1, REQUEST_MS) <= 0)
			return false;
		got = recv(t->fd, t->buf + t->len, TERMINAL_BUFFER - t->len, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		t->len += (size_t)got;
	}
}

static void
take(struct terminal *t, size_t n)
{
	memmove(t->buf, t->buf + n, t->len - n);
	secret_wipe(t->buf + t->len - n, n);
	t->len -= n;
}

bool
signer_terminal_octets(struct terminal *t, uint8_t *out, size_t n)
{
	if (n > TERMINAL_BUFFER || !fill(t, n))
		return false;
	memcpy(out, t->buf, n);
	take(t, n);
	return true;
}

static cJSON *
handle(struct terminal *t, const cJSON *request)
{
	const char *verb = reply_text(request, "verb");
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, verb) == 0)
			return verbs[i].handle(t, request);
	return reply_error(ERR_USAGE, "unknown request to signer");
}

static bool
answer(struct terminal *t, cJSON *reply)
{
	char *line = reply_line(reply);
	size_t len, done = 0;
	ssize_t put;

	if (line == NULL)
		return false;
	len = strlen(line);
	while (done < len) {
		put = send(t->fd, line + done, len - done, MSG_NOSIGNAL);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			break;
		done += (size_t)put;
	}
	free(line);
	return done == len;
}

static void *
client_main(void *arg)
{
	struct terminal *t = arg;
	struct signer *s = t->signer;
	cJSON *request;
	char *end;
	bool more = true;

	while (more && fill(t, 0)) {
		end = memchr(t->buf, '\n', t->len);
		request = cJSON_ParseWithLength(
		    (char *)t->buf, (size_t)(end - (char *)t->buf));
		take(t, (size_t)(end - (char *)t->buf) + 1);
		more = answer(t,
		    request == NULL ? reply_error(ERR_MESSAGE_SYNTAX, "request")
				    : handle(t, request));
		cJSON_Delete(request);
	}
	close(t->fd);
	secret_free(t->buf, TERMINAL_BUFFER);
	free(t);
	pthread_mutex_lock(&s->lock);
	s->clients--;
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

void
signer_terminal_accept(struct signer *s)
{
	const struct timeval deadline = {.tv_sec = ANSWER_SECONDS};
	socklen_t len = sizeof(struct ucred);
	struct terminal *t = NULL;
	pthread_attr_t attr;
	pthread_t thread;
	bool full;
	int fd;

	fd = accept4(s->p->listen, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0)
		return;
	pthread_mutex_lock(&s->lock);
	full = s->clients >= SIGNER_CLIENTS;
	s->clients += !full;
	pthread_mutex_unlock(&s->lock);
	if (full) {
		close(fd);
		return;
	}
	t = calloc(1, sizeof(*t));
	if (t != NULL)
		t->buf = secret_alloc(TERMINAL_BUFFER);
	if (t == NULL || t->buf == NULL ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &t->peer, &len) != 0)
		goto fail;
	t->signer = s;
	t->fd = fd;
	/* Who does not read what was asked for does not hold a place. */
	(void)setsockopt(
	    fd, SOL_SOCKET, SO_SNDTIMEO, &deadline, sizeof(deadline));
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	full = pthread_create(&thread, &attr, client_main, t) != 0;
	pthread_attr_destroy(&attr);
	if (!full)
		return;
fail:
	say(SAY_ERROR, "no resources for a terminal");
	if (t != NULL)
		secret_free(t->buf, TERMINAL_BUFFER);
	free(t);
	close(fd);
	pthread_mutex_lock(&s->lock);
	s->clients--;
	pthread_mutex_unlock(&s->lock);
}
