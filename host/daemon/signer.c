/* signer: holds PKCS#11 and the PIN; signs what a person approved. */
#include "host/daemon/signer.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "common/version.h"
#include "host/base/file.h"
#include "host/base/say.h"
#include "host/base/privileges.h"
#include "host/daemon/signer_pin.h"
#include "host/log/device.h"
#include "host/log/entry.h"

#define TICK_MS 500

void
signer_wake(struct signer *s)
{
	const uint64_t one = 1;

	if (write(s->wake, &one, sizeof(one)) != sizeof(one))
		say(SAY_ERROR, "cannot wake the loop");
}

void
signer_look(struct signer *s)
{
	pthread_mutex_lock(&s->lock);
	s->look = true;
	pthread_cond_signal(&s->look_now);
	pthread_mutex_unlock(&s->lock);
	signer_wake(s);
}

/* The next items of one group, the lock being held; no more than leave the
 * other workers their part. */
static size_t
take_jobs(struct signer *s, struct signer_job jobs[static SIGNER_JOBS])
{
	const size_t cap = sizeof(s->job) / sizeof(s->job[0]);
	size_t part = (s->job_count + s->workers - 1) / s->workers, n = 0;

	if (part > SIGNER_JOBS)
		part = SIGNER_JOBS;
	do {
		jobs[n++] = s->job[s->job_first];
		s->job_first = (s->job_first + 1) % cap;
		s->job_count--;
	} while (n < part && s->job[s->job_first].group == jobs[0].group);
	return n;
}

static void *
worker_main(void *arg)
{
	struct signer_job jobs[SIGNER_JOBS];
	struct signer *s = arg;
	size_t n;

	pthread_mutex_lock(&s->lock);
	for (;;) {
		while (s->job_count == 0 && !s->stopping)
			pthread_cond_wait(&s->jobs_there, &s->lock);
		if (s->stopping)
			break;
		n = take_jobs(s, jobs);
		pthread_mutex_unlock(&s->lock);
		signer_group_work(s, jobs, n);
		pthread_mutex_lock(&s->lock);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

static void
answer_query(struct signer *s, const struct msg_approval *m)
{
	struct msg_approval answer = *m;
	struct granted g;
	enum err e;

	answer.head.type = MSG_NOT_APPROVED;
	if (approvals_find_root(&s->approvals, m->root, &g)) {
		answer.head.type = MSG_APPROVED;
		answer.approval = g.entry;
		answer.expires = (int64_t)g.approval.expires;
	}
	e = ipc_send(s->p->front, &answer, sizeof(answer));
	if (e != ERR_OK)
		say(SAY_WARNING, "answer to front: %s", err_text(e));
}

static void
end_approval(struct signer *s, const struct msg_approval *m)
{
	approvals_end(&s->approvals, m->approval);
	if (s->appliance != NULL)
		appliance_release(s->appliance, m->root);
}

static enum err
take_front(struct signer *s)
{
	enum err e = ERR_OK;

	while (signer_group_is_room(s)) {
		e = ipc_receive(s->p->front, &s->in);
		if (e != ERR_OK)
			break;
		if (s->in.head.type == MSG_SIGN ||
		    s->in.head.type == MSG_ABANDON)
			signer_group_begin(s, &s->in.sign);
		else if (s->in.head.type == MSG_APPROVAL_QUERY)
			answer_query(s, &s->in.approval);
		else if (s->in.head.type == MSG_WAITING)
			signer_call_finish(s, s->p->front, &s->in.head, 0);
		else if (s->in.head.type == MSG_LEAVES)
			signer_call_leaves(s, s->p->front, &s->in.leaves);
		else if (s->in.head.type == MSG_ENDED)
			end_approval(s, &s->in.approval);
		else
			return ERR_MESSAGE_SYNTAX;
	}
	return e == ERR_TIMEOUT ? ERR_OK : e;
}

static enum err
take_logger(struct signer *s)
{
	enum err e;

	while ((e = ipc_receive(s->p->logger, &s->in)) == ERR_OK) {
		if (s->in.head.type != MSG_LOG_ENTERED)
			return ERR_MESSAGE_SYNTAX;
		if (s->in.head.tag & CALL_TAG)
			signer_call_finish(s, s->p->logger, &s->in.head,
			    s->in.log_entered.entry);
		else
			signer_group_entered(s, &s->in.log_entered);
	}
	return e == ERR_TIMEOUT ? ERR_OK : e;
}

static enum err
serve(struct signer *s)
{
	struct pollfd fds[4] = {{.fd = s->p->front}, {.fd = s->p->logger},
	    {.fd = s->p->listen}, {.fd = s->wake}};
	time_t last = 0, now;
	uint64_t ignored;
	enum err e;
	int i, n;

	for (i = 0; i < 4; i++)
		fds[i].events = POLLIN;
	for (;;) {
		/* A full house is not asked for more. */
		fds[0].events = signer_group_is_room(s) ? POLLIN : 0;
		n = poll(fds, 4, TICK_MS);
		if (n < 0 && errno != EINTR)
			return ERR_IO;
		if (n > 0 && fds[3].revents != 0) {
			if (read(s->wake, &ignored, sizeof(ignored)) < 0 &&
			    errno != EAGAIN)
				return ERR_IO;
			signer_group_advance(s);
			last = 0;
		}
		if (n > 0 && fds[1].revents != 0) {
			e = take_logger(s);
			if (e != ERR_OK)
				return e;
		}
		if (n > 0 && fds[0].revents != 0) {
			e = take_front(s);
			if (e != ERR_OK)
				return e;
		}
		if (n > 0 && fds[2].revents != 0)
			signer_terminal_accept(s);
		now = time(NULL);
		if (now != last)
			signer_key_tell(s);
		last = now;
	}
}

/* Before the loop runs: waits until the entry is durable. */
static enum err
ask_logger(struct signer *s, void *request, size_t len, uint64_t *entry)
{
	struct pollfd p = {.fd = s->p->logger, .events = POLLIN};
	struct msg_head *head = request;
	enum err e;

	head->tag = CALL_TAG | (SIGNER_CALLS + 1);
	e = ipc_send(s->p->logger, request, len);
	do {
		if (e == ERR_OK && poll(&p, 1, 1000 * CALL_SECONDS) <= 0)
			e = ERR_TIMEOUT;
		if (e == ERR_OK)
			e = ipc_receive(s->p->logger, &s->in);
	} while (e == ERR_OK && s->in.head.tag != head->tag);
	if (e == ERR_OK)
		e = (enum err)s->in.head.err;
	if (e == ERR_OK && entry != NULL)
		*entry = s->in.log_entered.entry;
	return e;
}

/* Start or stop; nobody waits for the answer. */
static enum err
note(struct signer *s, uint32_t kind)
{
	struct msg_log_note m;

	memset(&m, 0, sizeof(m));
	m.head.type = MSG_LOG_NOTE;
	m.head.tag = CALL_TAG | SIGNER_CALLS;
	m.kind = kind;
	snprintf(m.name, sizeof(m.name), "%s", ZEGEL_VERSION);
	snprintf(m.state, sizeof(m.state), "%s",
	    s->p->separated ? "full" : "reduced");
	return ipc_send(s->p->logger, &m, sizeof(m));
}

/* Under what this process signs: durable before it takes effect. What is
 * unchanged makes no entry. */
static enum err
note_digest(struct signer *s, uint32_t kind, const char *name,
    const uint8_t digest[static SHA256_SIZE])
{
	struct msg_log_note m;

	memset(&m, 0, sizeof(m));
	m.head.type = MSG_LOG_NOTE;
	m.kind = kind;
	snprintf(m.name, sizeof(m.name), "%s", name);
	memcpy(m.digest, digest, SHA256_SIZE);
	return ask_logger(s, &m, sizeof(m), NULL);
}

/* A pin file that was put in another's place is not believed unlogged. */
static enum err
note_pin(struct signer *s)
{
	char path[STATION_PATH + 16];
	struct appliance_pin pin;
	uint8_t digest[SHA256_SIZE];
	enum err e;

	snprintf(path, sizeof(path), "%s/appliance", s->folder);
	if (appliance_pin_load(&pin, path, NULL) != ERR_OK ||
	    appliance_pin_digest(pin.point, digest) != ERR_OK)
		return ERR_OK;
	e = note_digest(s, ENTRY_KEY, DEVICE_KEY, digest);
	if (e != ERR_OK)
		return e;
	/* The same key with another firmware is another appliance. */
	appliance_pin_whom(&pin, digest);
	return note_digest(s, ENTRY_CONFIGURATION, DEVICE_KEY, digest);
}

static enum err
note_start(struct signer *s)
{
	char path[STATION_PATH];
	uint8_t *text, digest[SHA256_SIZE];
	size_t len, i;
	enum err e;

	e = note(s, ENTRY_START);
	station_path(s->p->station, STATION_APPROVAL_CONFIG, path);
	if (e == ERR_OK)
		e = file_read(path, 65536, &text, &len, NULL);
	if (e != ERR_OK)
		return e;
	sha256(text, len, digest);
	free(text);
	e = note_digest(s, ENTRY_CONFIGURATION, "approval.conf", digest);
	if (e == ERR_OK)
		e = note_pin(s);
	for (i = 0; e == ERR_OK && i < s->key_count; i++)
		if (s->key[i].chain.count > 0)
			e = note_digest(s, ENTRY_CERTIFICATE,
			    s->key[i].config->name,
			    s->key[i].chain.cert[0].sha256);
	return e;
}

static void
open_keys(struct signer *s, struct signer_pin *pins)
{
	const struct config *c = s->p->config;
	char path[STATION_PATH];
	struct signer_key *k;
	struct fault fault;
	size_t i;

	station_path(s->p->station, STATION_SOFTHSM_CONFIG, path);
	if (c->softhsm)
		setenv("SOFTHSM2_CONF", path, 1);
	for (i = 0; i < c->key_count; i++) {
		k = &s->key[s->key_count++];
		k->config = &c->keys[i];
		k->reason = signer_key_open(s, k, &fault);
		if (k->reason != ERR_OK)
			say_fault(SAY_ERROR, &fault, NULL);
		else if (k->chain.count == 0)
			k->reason = ERR_CERT_ABSENT;
		if (signer_pin_use(k->config, &pins[i], k->token) ==
		    ERR_PIN_WRONG)
			signer_key_note_pin(s, k);
	}
}

/* So that whoever has the log can check the appliance's signature himself. */
static void
add_device(const struct signer *s, const struct granted *g,
    char out[static ENTRY_DEVICE])
{
	uint8_t octets[APPROVAL_SIZE], digest[SHA256_SIZE];
	char path[STATION_PATH + 16];
	struct appliance_pin pin;

	snprintf(path, sizeof(path), "%s/appliance", s->folder);
	approval_digest(&g->approval, digest);
	if (strcmp(g->means, "appliance") != 0 ||
	    appliance_pin_load(&pin, path, NULL) != ERR_OK ||
	    appliance_pin_verify(pin.point, digest, g->signature) != ERR_OK)
		return;
	approval_encode(&g->approval, octets);
	device_put(octets, g->signature, pin.point, out);
}

void
signer_approval_message(
    const struct signer *s, const struct granted *g, struct msg_log_approval *m)
{
	memset(m, 0, sizeof(*m));
	m->head.type = MSG_LOG_APPROVAL;
	memcpy(m->root, g->approval.root, SHA256_SIZE);
	memcpy(m->certificate, g->approval.certificate, SHA256_SIZE);
	approval_digest(&g->approval, m->digest);
	memcpy(m->nonce, g->approval.nonce, sizeof(m->nonce));
	m->leaves = g->approval.count;
	m->time = (int64_t)g->approval.time;
	m->expires = (int64_t)g->approval.expires;
	snprintf(m->person, sizeof(m->person), "%s", g->person);
	snprintf(m->means, sizeof(m->means), "%s", g->means);
	snprintf(m->key, sizeof(m->key), "%s", g->key);
	add_device(s, g, m->device);
}

/* Approvals that a crash left between this process's file and the log: logger
 * enters each once, however often it is asked. */
static enum err
settle_pending(struct signer *s, struct fault *fault)
{
	struct msg_log_approval m;
	struct granted g;
	enum err e;

	while (approvals_find_pending(&s->approvals, &g)) {
		signer_approval_message(s, &g, &m);
		e = ask_logger(s, &m, sizeof(m), &g.entry);
		if (approvals_is_void(e)) {
			/* Its time has passed, say: it gives no right. */
			say(SAY_WARNING,
			    "an approval of before the last stop is void: %s",
			    err_text(e));
			approvals_drop(&s->approvals, &g);
			continue;
		}
		if (e != ERR_OK)
			return fault_set(fault, e, FAULT_NO_OFFSET,
			    "approval of before the last stop");
		e = approvals_put(&s->approvals, &g, fault);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
start(struct signer *s, struct fault *fault)
{
	const struct config *c = s->p->config;
	struct signer_pin pins[CONFIG_KEYS];
	unsigned i, wanted = 0;
	char path[STATION_PATH];
	enum err e;

	signer_pin_load(c, pins);
	e = privileges_drop(USER_SIGNER, fault);
	if (e != ERR_OK)
		return e;
	station_path(s->p->station, STATION_APPROVAL_CONFIG, path);
	e = config_load_approval(&s->approvers, path, fault);
	if (e != ERR_OK)
		return e;
	station_path(s->p->station, STATION_SIGNER, s->folder);
	station_path(s->p->station, STATION_STORE, s->store);
	e = approvals_open(&s->approvals, s->folder, fault);
	if (e != ERR_OK)
		return e;
	sha256(c->name, strlen(c->name), s->station_digest);
	sha256(c->origin, strlen(c->origin), s->origin_digest);
	e = signer_stamp_open(s, fault);
	if (e != ERR_OK)
		return e;
	s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->wake < 0)
		return fault_errno(fault, errno, "eventfd");
	open_keys(s, pins);
	e = note_start(s);
	if (e != ERR_OK)
		return fault_set(fault, e, FAULT_NO_OFFSET, "first entries");
	e = settle_pending(s, fault);
	if (e != ERR_OK)
		return e;
	e = signer_appliance_open(s, fault);
	if (e != ERR_OK)
		return e;
	for (i = 0; i < s->key_count; i++)
		wanted += s->key[i].config->sessions > 0
		    ? s->key[i].config->sessions
		    : 2;
	for (i = 0; i < wanted && i < SIGNER_WORKERS; i++) {
		if (pthread_create(&s->worker[i], NULL, worker_main, s) != 0)
			return fault_set(fault, ERR_NO_MEMORY, FAULT_NO_OFFSET,
			    "cannot start a worker");
		s->workers++;
	}
	/* Who asks for the station's status first hears of its keys. */
	signer_key_look(s);
	signer_key_tell(s);
	if (pthread_create(&s->tender, NULL, signer_key_tender, s) != 0)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "cannot look");
	return ERR_OK;
}

/* A call into a token cannot be interrupted: one that does not return ends
 * with the process. Its intent is in the log, and is signed again. */
static bool
join_all(struct signer *s)
{
	struct timespec until;
	bool joined;
	unsigned i;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += SIGNER_STOP;
	joined = pthread_clockjoin_np(
		     s->tender, NULL, CLOCK_MONOTONIC, &until) == 0;
	for (i = 0; i < s->workers; i++)
		joined &= pthread_clockjoin_np(
			      s->worker[i], NULL, CLOCK_MONOTONIC, &until) == 0;
	if (!joined)
		say(SAY_WARNING,
		    "a call into a token does not return: it ends with this "
		    "process");
	return joined;
}

static void
stop(struct signer *s)
{
	bool free;
	size_t i;

	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_cond_broadcast(&s->jobs_there);
	pthread_cond_broadcast(&s->call_done);
	pthread_cond_broadcast(&s->look_now);
	pthread_mutex_unlock(&s->lock);
	/* Terminals and workers may still ask it. */
	appliance_stop(s->appliance);
	free = join_all(s);
	/* A terminal may be in the middle of a login or a self-test: its token
	 * ends with the process. */
	pthread_mutex_lock(&s->lock);
	free &= s->clients == 0;
	pthread_mutex_unlock(&s->lock);
	for (i = 0; free && i < s->key_count; i++)
		signer_key_close(&s->key[i]);
}

int
signer_run(const struct process *p)
{
	pthread_condattr_t monotonic;
	struct signer *s;
	struct fault fault;
	enum err e;

	process_signals();
	say_as("signer");
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return err_exit(ERR_NO_MEMORY);
	s->p = p;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->jobs_there, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&s->call_done, &monotonic);
	pthread_cond_init(&s->look_now, &monotonic);
	pthread_condattr_destroy(&monotonic);
	e = start(s, &fault);
	if (e != ERR_OK) {
		say_fault(SAY_ERROR, &fault, NULL);
		return err_exit(e);
	}
	process_ready(p);
	e = serve(s);
	if (e == ERR_PEER_GONE) {
		(void)!note(s, ENTRY_STOP);
		e = ERR_OK;
	} else {
		say(SAY_ERROR, "%s", err_text(e));
	}
	stop(s);
	/* Terminal threads may still use s: it goes with the process. */
	return err_exit(e);
}
