/*
 * Release: a group's sealed files are written and checked, made durable with
 * the rows that say so, entered in the log, and only then get their names and
 * proofs; when those are durable, too, the rows say that they are released.
 * The pool does what takes time; one sync serves every group that waits.
 */
#include "host/daemon/front.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/base/say.h"
#include "host/log/log.h"

#define HOLD_SECONDS 2

/* The group's first error counts; others of its files fail alike. */
static void
fail_job(struct front_group *g, enum err e, const struct fault *fault)
{
	int none = ERR_OK;

	if (e != ERR_OK && atomic_compare_exchange_strong(&g->err, &none, e))
		g->fault = *fault;
}

/* Items stay sealed and are taken up again. */
static void
give_up(struct front *f, struct front_group *g, const struct fault *fault)
{
	if (fault != NULL) {
		say_fault(SAY_ERROR, fault, NULL);
		f->hold = front_tick() + HOLD_SECONDS;
	}
	front_seal_finish(g, false);
}

/* In any thread. */
static void
write_one(void *arg, size_t n)
{
	struct front_group *g = arg;
	struct fault fault;
	enum err e;

	if (g->item[n].state != ITEM_SEALED)
		return;
	e = front_file_write(g->front, g->run, &g->item[n], g->fresh, &fault);
	/* The others go on without it; its row still says sealed. */
	if (e == ERR_TSA_LATER)
		g->item[n].state = ITEM_FROZEN;
	else
		fail_job(g, e, &fault);
}

static struct pool *
pool_of(const struct front *f, const struct front_group *g)
{
	return g->stamps && g->stage == STAGE_WRITING
	    ? front_stamps_pool(f->stamps)
	    : f->pool;
}

void
front_release_write(struct front *f, struct front_group *g)
{
	struct fault fault;
	enum err e;

	g->stage = STAGE_WRITING;
	atomic_store(&g->err, ERR_OK);
	e = front_file_folder(f, g->run, &fault);
	if (e != ERR_OK)
		give_up(f, g, &fault);
	else
		pool_start(pool_of(f, g), &g->job, write_one, g, g->count);
}

void
front_release_drain(struct front *f)
{
	int i;

	if (f->stamps != NULL)
		front_stamps_pause(f->stamps, true);
	for (i = 0; i < FRONT_GROUPS; i++)
		pool_wait(pool_of(f, &f->group[i]), &f->group[i].job);
	front_content_drain(f);
	if (f->stamps != NULL)
		front_stamps_pause(f->stamps, false);
}

static enum err
request(struct front *f, struct front_group *g)
{
	struct msg_log_release *m = &f->out.log_release;
	struct sha256 h;
	uint32_t i;

	memset(&m->head, 0, sizeof(m->head));
	m->head.type = MSG_LOG_RELEASE;
	m->head.tag = (uint32_t)(g - f->group);
	for (i = 0; i < g->count; i++) {
		if (g->item[i].state != ITEM_SEALED)
			continue;
		m->item[m->head.count].seal = g->item[i].seal;
		sha256_init(&h);
		sha256_push(&h, g->item[i].leaf.salt, LEAF_SALT);
		sha256_push(&h, g->item[i].file, SHA256_SIZE);
		sha256_finish(&h, m->item[m->head.count].file);
		g->slot[m->head.count++] = i;
	}
	g->releasing = m->head.count;
	if (g->releasing == 0)
		return ERR_OK;
	return ipc_send(
	    f->p->logger, m, ipc_size(MSG_LOG_RELEASE, m->head.count));
}

/* Its files are durable, and so are its rows now. */
static void
request_release(struct front *f, struct front_group *g)
{
	enum err e = request(f, g);

	if (e != ERR_OK)
		say(SAY_ERROR, "request to logger: %s", err_text(e));
	if (e != ERR_OK || g->releasing == 0)
		front_seal_finish(g, e == ERR_OK);
	else
		g->stage = STAGE_RELEASING;
}

void
front_release_settled(struct front *f, bool durable)
{
	struct front_group *g;
	int i;

	for (i = 0; i < FRONT_GROUPS; i++) {
		g = &f->group[i];
		g->lost |= g->rows && !durable;
		g->rows = false;
		if (g->stage == STAGE_SYNCED && g->lost)
			give_up(f, g, NULL);
		else if (g->stage == STAGE_SYNCED)
			request_release(f, g);
	}
}

/* In any thread: files get their names and proofs, up to the first failure;
 * the first named of the request have them then. */
static void
name_all(void *arg, size_t n)
{
	struct front_group *g = arg;
	struct log *log = NULL;
	struct fault fault;
	const struct item *item;
	enum err e;

	(void)n;
	e = log_open_reader(&log, g->front->log_dir, &fault);
	for (g->named = 0; e == ERR_OK && g->named < g->releasing;) {
		item = &g->item[g->slot[g->named]];
		e = g->entered[g->named].err;
		if (e != ERR_OK)
			fault_set(&fault, e, FAULT_NO_OFFSET,
			    "release of item %lld", (long long)item->id);
		else
			e = front_file_name(
			    g->front, g->run, item, log, &fault);
		g->named += e == ERR_OK;
	}
	log_close(log);
	fail_job(g, e, &fault);
}

void
front_release_entered(struct front *f, const struct msg_log_entered *m)
{
	struct front_group *g;
	uint32_t i;

	if (m->head.tag >= FRONT_GROUPS)
		return;
	g = &f->group[m->head.tag];
	if (g->stage != STAGE_RELEASING || m->head.count != g->releasing)
		return;
	for (i = 0; i < g->releasing; i++) {
		g->entered[i].err = (enum err)m->item[i].err;
		g->entered[i].entry = m->item[i].entry;
	}
	g->stage = STAGE_NAMING;
	atomic_store(&g->err, ERR_OK);
	pool_start(f->pool, &g->job, name_all, g, 1);
}

/* Rows of what is on the disk under its name: a row that came first would
 * outlive a name that a power cut took. */
static void
note_released(struct front *f, struct front_group *g)
{
	struct fault fault;
	struct item *item;
	uint32_t i;
	enum err e;

	e = front_begin(f, &fault);
	for (i = 0; e == ERR_OK && i < g->named; i++) {
		item = &g->item[g->slot[i]];
		e = queue_item_set_released(f->queue, item->batch, item->id,
		    g->entered[i].entry, item->file);
		if (e != ERR_OK)
			fault_set(&fault, e, FAULT_NO_OFFSET, "item %lld",
			    (long long)item->id);
	}
	if (e != ERR_OK)
		give_up(f, g, &fault);
	else if (g->err != ERR_OK)
		give_up(f, g, &g->fault);
	else
		front_seal_finish(g, true);
}

static void
sync_out(void *arg, size_t n)
{
	struct front *f = arg;

	(void)n;
	f->sync.err = syncfs(f->out_fd) == 0
	    ? ERR_OK
	    : fault_errno(&f->sync.fault, errno, "cannot sync %s", f->out_dir);
}

/* The sync has ended that this group waited for. */
static void
end_sync(struct front *f, struct front_group *g)
{
	g->syncing = false;
	if (f->sync.err != ERR_OK)
		give_up(f, g, &f->sync.fault);
	else if (g->stage == STAGE_NAMED)
		note_released(f, g);
	else
		g->stage = STAGE_SYNCED;
}

/* The pool is done with the group's files. */
static void
end_job(struct front *f, struct front_group *g)
{
	if (g->lost)
		give_up(f, g, NULL);
	else if (g->stage == STAGE_NAMING)
		g->stage = STAGE_NAMED;
	else if (g->err != ERR_OK)
		give_up(f, g, &g->fault);
	else
		g->stage = STAGE_WRITTEN;
}

static bool
waits_for_sync(const struct front_group *g)
{
	return g->stage == STAGE_WRITTEN || g->stage == STAGE_NAMED;
}

bool
front_release_work(struct front *f)
{
	struct front_sync *sync = &f->sync;
	const bool synced = sync->busy && pool_is_done(f->pool, &sync->job);
	bool some = synced, wanted = false;
	struct front_group *g;
	int i;

	sync->busy &= !synced;
	for (i = 0; i < FRONT_GROUPS; i++) {
		g = &f->group[i];
		/* The kernel tells only once of what it could not write: not
		 * again those who wrote meanwhile. */
		if (synced && sync->err != ERR_OK && !g->syncing)
			g->lost |= waits_for_sync(g) ||
			    g->stage == STAGE_WRITING ||
			    g->stage == STAGE_NAMING;
		if (synced && g->syncing)
			end_sync(f, g);
		else if (g->lost && waits_for_sync(g))
			give_up(f, g, NULL);
		if ((g->stage == STAGE_WRITING || g->stage == STAGE_NAMING) &&
		    pool_is_done(pool_of(f, g), &g->job)) {
			end_job(f, g);
			some = true;
		}
		wanted |= waits_for_sync(g);
	}
	if (!wanted || sync->busy)
		return some;
	for (i = 0; i < FRONT_GROUPS; i++)
		f->group[i].syncing = waits_for_sync(&f->group[i]);
	sync->busy = true;
	pool_start(f->pool, &sync->job, sync_out, f, 1);
	return some;
}
