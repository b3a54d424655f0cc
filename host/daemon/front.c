/* front: sockets, queue, preparing; no token, no PIN, no log key. */
#include "host/daemon/front.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/base/file.h"
#include "host/base/say.h"
#include "host/base/privileges.h"

#define TICK_MS 500
#define HOLD_SECONDS 2
#define FDS 5 /* listen, signer, logger, pool, the one for timestamps */

int64_t
front_now(void)
{
	return (int64_t)time(NULL);
}

int64_t
front_tick(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec;
}

bool
front_is_passing(enum err e)
{
	return e == ERR_NO_SPACE || e == ERR_IO || e == ERR_READ_ONLY ||
	    e == ERR_NO_MEMORY || e == ERR_STATION_BUSY;
}

struct front_key *
front_key(struct front *f, const char *name)
{
	size_t i;

	for (i = 0; i < f->key_count; i++)
		if (strcmp(f->config->keys[i].name, name) == 0)
			return &f->key[i];
	return NULL;
}

enum err
front_begin(struct front *f, struct fault *fault)
{
	enum err e;

	if (f->begun)
		return ERR_OK;
	e = queue_begin(f->queue, fault);
	f->begun = e == ERR_OK;
	return e;
}

/* A store whose sync failed says so for ever: what it put cannot be believed.
 * Opened anew it believes what it reads from the disk. The rows of this round
 * are undone, those of earlier ones came after a good sync. */
static void
reopen_store(struct front *f)
{
	char path[STATION_PATH];
	struct store *anew;
	struct fault fault;

	/* No thread may be at the old one. */
	front_close_drop(f);
	front_release_drain(f);
	station_path(f->p->station, STATION_STORE, path);
	if (store_open(&anew, path, &fault) != ERR_OK) {
		say_fault(SAY_ERROR, &fault, NULL);
		return;
	}
	store_close(f->store);
	f->store = anew;
}

enum err
front_commit(struct front *f, struct fault *fault)
{
	enum err e = f->doomed;

	f->doomed = ERR_OK;
	if (!f->begun)
		return ERR_OK;
	/* Bytes first, then the rows that name them. */
	if (e != ERR_OK) {
		(void)!fault_set(
		    fault, e, FAULT_NO_OFFSET, "a part of this round failed");
	} else {
		e = store_sync(f->store, fault);
		if (e != ERR_OK)
			reopen_store(f);
		else
			e = queue_commit(f->queue, fault);
	}
	if (e != ERR_OK) {
		queue_rollback(f->queue);
		f->hold = front_tick() + HOLD_SECONDS;
		say_fault(SAY_ERROR, fault, NULL);
	}
	f->broken = e;
	f->begun = false;
	return e;
}

static void
key_news(struct front *f, const struct msg_key_state *m)
{
	struct front_key *k = front_key(f, m->key);

	if (k == NULL)
		return;
	k->state = (enum key_state)m->state;
	k->state_reason = (enum err)m->reason;
	k->silent_since = m->since;
}

static enum err
take_signer(struct front *f)
{
	enum err e;

	while ((e = ipc_receive(f->p->signer, &f->in)) == ERR_OK) {
		switch ((enum msg_type)f->in.head.type) {
		case MSG_SIGNED:
			front_seal_signed(f, &f->in.signed_);
			break;
		case MSG_WAITING_QUERY:
			front_consent_asked(f, &f->in.approval);
			break;
		case MSG_LEAVES_QUERY:
			front_consent_leaves(f, &f->in.leaves);
			break;
		case MSG_APPROVED:
			front_consent_approved(f, &f->in.approval);
			break;
		case MSG_REFUSED:
			front_consent_refused(f, &f->in.approval);
			break;
		case MSG_NOT_APPROVED:
			front_consent_absent(f, &f->in.approval);
			break;
		case MSG_KEY_STATE:
			key_news(f, &f->in.key_state);
			break;
		default:
			return ERR_MESSAGE_SYNTAX;
		}
	}
	return e == ERR_TIMEOUT ? ERR_OK : e;
}

static enum err
take_logger(struct front *f)
{
	enum err e;

	while ((e = ipc_receive(f->p->logger, &f->in)) == ERR_OK) {
		if (f->in.head.type != MSG_LOG_ENTERED)
			return ERR_MESSAGE_SYNTAX;
		front_release_entered(f, &f->in.log_entered);
		front_extend_entered(f, &f->in.log_entered);
	}
	return e == ERR_TIMEOUT ? ERR_OK : e;
}

/* Everything a round did is made durable at once, then the clients hear. */
static void
settle(struct front *f, size_t *mark)
{
	struct fault fault;
	int i;

	enum err e = front_commit(f, &fault);

	if (e != ERR_OK) {
		front_client_revoke(f, mark, &fault);
		/* Its memory is ahead of the queue: it is taken up again. */
		front_close_drop(f);
		front_consent_query(f);
	}
	front_content_settled(f, e == ERR_OK);
	front_seal_settled(f, e == ERR_OK);
	front_spool_settled(f, e == ERR_OK);
	front_purge_settled(f, e == ERR_OK);
	for (i = 0; i < FRONT_CLIENTS; i++)
		front_client_write(&f->client[i]);
}

/* One slice of each kind of work; true if there may be more at once. */
static bool
work(struct front *f)
{
	bool more;

	front_extend_work(f); /* it needs nothing of what others wait for */
	if (f->hold > front_tick())
		return false;
	more = front_consent_work(f);
	more |= front_close_work(f);
	more |= front_content_work(f);
	more |= front_seal_work(f);
	more |= front_spool_work(f);
	more |= front_purge_work(f);
	return more;
}

static enum err
serve(struct front *f)
{
	struct pollfd fds[FDS + FRONT_CLIENTS];
	size_t mark[FRONT_CLIENTS];
	bool more = false;
	enum err e;
	int i, n;

	while (!process_is_stopping()) {
		fds[0] = (struct pollfd){f->p->listen, POLLIN, 0};
		fds[1] = (struct pollfd){f->p->signer, POLLIN, 0};
		fds[2] = (struct pollfd){f->p->logger, POLLIN, 0};
		fds[3] = (struct pollfd){pool_fd(f->pool), POLLIN, 0};
		fds[4] = (struct pollfd){-1, POLLIN, 0};
		if (f->stamps != NULL)
			fds[4].fd = pool_fd(front_stamps_pool(f->stamps));
		for (i = 0; i < FRONT_CLIENTS; i++) {
			fds[FDS + i].fd = f->client[i].fd;
			fds[FDS + i].events = f->client[i].out_len > 0 ? POLLOUT
								       : POLLIN;
			fds[FDS + i].revents = 0;
			mark[i] = f->client[i].out_len;
		}
		n = poll(fds, FDS + FRONT_CLIENTS, more ? 0 : TICK_MS);
		if (n < 0 && errno != EINTR)
			return ERR_IO;
		if (n < 0)
			continue;
		if (fds[3].revents != 0)
			pool_heard(f->pool);
		if (fds[4].revents != 0)
			pool_heard(front_stamps_pool(f->stamps));
		e = take_signer(f);
		if (e == ERR_OK)
			e = take_logger(f);
		if (e != ERR_OK)
			return e;
		for (i = 0; i < FRONT_CLIENTS; i++) {
			if (fds[FDS + i].revents & POLLOUT)
				front_client_write(&f->client[i]);
			else if (fds[FDS + i].revents != 0 &&
			    f->client[i].fd >= 0)
				front_client_read(f, &f->client[i]);
			if (f->client[i].out_len < mark[i])
				mark[i] = f->client[i].out_len;
		}
		more = work(f);
		settle(f, mark);
		if (fds[0].revents != 0)
			front_client_accept(f);
	}
	return ERR_OK;
}

/* 32 random octets, made by 'zegel init': who has them can tell whether a
 * credential of a known id was sealed here. */
static enum err
load_station_key(struct front *f, struct fault *fault)
{
	char path[STATION_PATH];
	uint8_t *buf;
	size_t len;
	enum err e;

	station_path(f->p->station, STATION_KEY, path);
	e = file_read(path, 64, &buf, &len, fault);
	if (e != ERR_OK)
		return e;
	if (len == sizeof(f->station_key))
		memcpy(f->station_key, buf, len);
	else
		e = fault_set(fault, ERR_CONFIG_VALUE, FAULT_NO_OFFSET,
		    "%s does not hold 32 octets", path);
	explicit_bzero(buf, len);
	free(buf);
	return e;
}

/* One for each core, and one that waits for the disk; the loop itself mostly
 * waits, too. */
static unsigned
threads_wanted(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	return 1 + (cores < 1 ? 1 : cores > 8 ? 8 : (unsigned)cores);
}

static enum err
start(struct front *f, struct fault *fault)
{
	char path[STATION_PATH];
	size_t i;
	enum err e;

	e = privileges_drop(USER_FRONT, fault);
	if (e == ERR_OK)
		e = load_station_key(f, fault);
	if (e != ERR_OK)
		return e;
	station_path(f->p->station, STATION_SPOOL_OUT, f->out_dir);
	f->out_fd = open(f->out_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->out_fd < 0)
		return fault_errno(fault, errno, "cannot open %s", f->out_dir);
	station_path(f->p->station, STATION_SPOOL_IN, f->in_dir);
	station_path(f->p->station, STATION_SPOOL_REFUSED, f->refused_dir);
	station_path(f->p->station, STATION_LOG, f->log_dir);
	station_path(f->p->station, STATION_QUEUE, path);
	e = queue_open(&f->queue, path, fault);
	if (e != ERR_OK)
		return e;
	e = queue_item_last(f->queue, &f->before);
	if (e != ERR_OK)
		return fault_set(fault, e, FAULT_NO_OFFSET, "queue");
	station_path(f->p->station, STATION_STORE, path);
	e = store_open(&f->store, path, fault);
	if (e != ERR_OK)
		return e;
	snprintf(f->trees_dir, sizeof(f->trees_dir), "%.*s/trees",
	    STATION_PATH - 1, path);
	e = file_make_folder(f->trees_dir, 0700, fault);
	if (e != ERR_OK)
		return e;
	for (i = 0; i < f->config->key_count; i++) {
		f->key[i].reason = key_chain_load(&f->key[i].chain, f->config,
		    &f->config->keys[i], f->p->station, fault);
		f->key[i].state = KEY_UNUSABLE;
		f->key_count++;
	}
	f->pool = pool_open(threads_wanted());
	if (f->pool == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "threads");
	e = front_stamps_open(
	    &f->stamps, threads_wanted(), f->config, f->p->station, fault);
	if (e != ERR_OK)
		return e;
	front_tree_sweep(f);
	front_consent_query(f);
	return ERR_OK;
}

int
front_run(const struct process *p)
{
	struct front *f;
	struct fault fault;
	enum err e;
	int i;

	process_signals();
	say_as("front");
	f = calloc(1, sizeof(*f));
	if (f == NULL)
		return err_exit(ERR_NO_MEMORY);
	f->p = p;
	f->config = p->config;
	pthread_mutex_init(&f->naming, NULL);
	for (i = 0; i < FRONT_CLIENTS; i++)
		f->client[i].fd = -1;
	e = start(f, &fault);
	if (e != ERR_OK) {
		say_fault(SAY_ERROR, &fault, NULL);
		return err_exit(e);
	}
	process_ready(p);
	e = serve(f);
	if (e != ERR_OK && e != ERR_PEER_GONE)
		say(SAY_ERROR, "%s", err_text(e));
	front_stamps_close(f->stamps);
	pool_close(f->pool);
	store_close(f->store);
	queue_close(f->queue);
	return e == ERR_PEER_GONE ? 0 : err_exit(e);
}
