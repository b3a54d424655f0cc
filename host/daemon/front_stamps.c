#include "host/daemon/front_stamps.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/base/say.h"
#include "host/daemon/key_chain.h"
#include "host/net/fetch.h"
#include "host/seal/extend.h"
#include "host/tsp/client.h"
#include "host/x509/chain.h"

#define ANCHORS 128

_Static_assert((int)CONFIG_LEVEL_T == (int)SEAL_LEVEL_T &&
	(int)CONFIG_LEVEL_LT == (int)SEAL_LEVEL_LT &&
	(int)CONFIG_LEVEL_LTA == (int)SEAL_LEVEL_LTA,
    "levels of the configuration are those of seals");

struct front_stamps {
	struct pool *pool;
	struct tsp_client *tsa;
	struct fetch *fetch;
	struct cert anchor[ANCHORS]; /* of seals and of timestamps */
	size_t anchor_count;
	pthread_mutex_t asking; /* the clients are for one thread */
	atomic_bool paused;
	pthread_mutex_t waiting;
	struct trouble {
		atomic_llong until; /* not before, by the clock that is never
				       set */
		unsigned failures; /* in a row; within waiting */
		char why[STAMPS_WHY]; /* within waiting */
	} trouble[STAMPS_USES];
};

/* One file, or one payload. */
struct raising {
	struct front_stamps *s;
	enum stamps_use use;
	int64_t wait; /* what the authorities asked for */
};

static long long
tick(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec;
}

static enum err
add_anchors(struct front_stamps *s, const struct config *config,
    const struct station *station, const char *name, struct fault *fault)
{
	char path[STATION_PATH];
	size_t n = 0, i;
	enum err e;

	if (name[0] == '\0')
		return ERR_OK;
	e = key_chain_path(station, name, path, fault);
	if (e == ERR_OK)
		e = cert_load(path, s->anchor + s->anchor_count,
		    ANCHORS - s->anchor_count, &n, fault);
	for (i = 0; i < n && e == ERR_OK; i++) {
		if (config->mode == MODE_PRODUCTION &&
		    cert_says_test(&s->anchor[s->anchor_count + i]))
			e = fault_set(fault, ERR_STATION_MODE, FAULT_NO_OFFSET,
			    "%s: a production station trusts no TEST authority",
			    path);
	}
	s->anchor_count += n;
	return e;
}

/* Its own anchors vouch for it; but nobody vouches for what was revoked. What
 * is known of the last minute is new enough. */
static enum err
check_token(void *arg, const struct tsp_token *t, struct fault *fault)
{
	struct front_stamps *s = arg;

	return fetch_check_path(s->fetch, &t->path, t->info.time - 60, fault);
}

enum err
front_stamps_open(struct front_stamps **out, unsigned threads,
    const struct config *config, const struct station *station,
    struct fault *fault)
{
	struct front_stamps *s;
	unsigned i;
	enum err e;

	*out = NULL;
	if (!config_wants_timestamps(config))
		return ERR_OK;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "timestamps");
	pthread_mutex_init(&s->asking, NULL);
	pthread_mutex_init(&s->waiting, NULL);
	e = add_anchors(s, config, station, config->anchor, fault);
	if (e == ERR_OK)
		e = tsp_client_open(&s->tsa, config, station, fault);
	if (e == ERR_OK)
		e = fetch_open(
		    &s->fetch, config->proxy, config->net_timeout, fault);
	if (e == ERR_OK)
		tsp_client_on_token(s->tsa, check_token, s);
	for (i = 0; e == ERR_OK && i < config->timestamp_count; i++)
		e = add_anchors(
		    s, config, station, config->timestamps[i].anchor, fault);
	/* one asks at a time; the others look at what they have meanwhile */
	if (e == ERR_OK && (s->pool = pool_open(threads)) == NULL)
		e = fault_set(fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "threads");
	if (e == ERR_OK)
		*out = s;
	else
		front_stamps_close(s);
	return e;
}

void
front_stamps_pause(struct front_stamps *s, bool on)
{
	atomic_store(&s->paused, on);
	if (on) {
		tsp_client_cancel(s->tsa);
		fetch_cancel(s->fetch);
	} else {
		tsp_client_resume(s->tsa);
		fetch_resume(s->fetch);
	}
}

void
front_stamps_close(struct front_stamps *s)
{
	size_t i;

	if (s == NULL)
		return;
	if (s->tsa != NULL && s->fetch != NULL)
		front_stamps_pause(s, true);
	pool_close(s->pool);
	tsp_client_close(s->tsa);
	fetch_close(s->fetch);
	for (i = 0; i < s->anchor_count; i++)
		cert_free(&s->anchor[i]);
	pthread_mutex_destroy(&s->asking);
	pthread_mutex_destroy(&s->waiting);
	free(s);
}

struct pool *
front_stamps_pool(struct front_stamps *s)
{
	return s->pool;
}

bool
front_stamps_may(const struct front_stamps *s, enum stamps_use use)
{
	return atomic_load(&s->trouble[use].until) <= tick() &&
	    !atomic_load(&s->paused);
}

bool
front_stamps_waits(struct front_stamps *s, enum stamps_use use,
    int64_t *seconds, char why[static STAMPS_WHY])
{
	*seconds = (int64_t)(atomic_load(&s->trouble[use].until) - tick());
	pthread_mutex_lock(&s->waiting);
	memcpy(why, s->trouble[use].why, STAMPS_WHY);
	pthread_mutex_unlock(&s->waiting);
	return *seconds > 0;
}

/* It says nothing of whoever was asked. */
static bool
is_nothing(enum err e)
{
	return e == ERR_CANCELLED || e == ERR_NO_MEMORY;
}

static int64_t
pause_after(const struct raising *r)
{
	int64_t pause = STAMPS_PAUSE;
	unsigned i;

	for (i = 0;
	     i < r->s->trouble[r->use].failures && pause < STAMPS_PAUSE_MAX;
	     i++)
		pause *= 2;
	if (pause > STAMPS_PAUSE_MAX)
		pause = STAMPS_PAUSE_MAX;
	return pause < r->wait ? r->wait : pause;
}

/* They wait, whatever it was; people hear of it once, of the first. */
static enum err
wait_for_better(struct raising *r, enum err e, struct fault *fault)
{
	static const char *const what[STAMPS_USES] = {
	    "sealed files wait for what their level needs",
	    "batches wait for their content timestamps"};
	struct front_stamps *s = r->s;
	struct trouble *t = &s->trouble[r->use];
	int64_t pause;

	pthread_mutex_lock(&s->waiting);
	if (front_stamps_may(s, r->use)) {
		pause = pause_after(r);
		t->failures++;
		snprintf(t->why, sizeof(t->why), "%s: %s", err_text(e),
		    fault->detail);
		atomic_store(&t->until, tick() + pause);
		say(SAY_WARNING, "%s: %s: %s; next try in %lld s", what[r->use],
		    err_text(e), fault->detail, (long long)pause);
	}
	pthread_mutex_unlock(&s->waiting);
	return fault_set(
	    fault, ERR_TSA_LATER, FAULT_NO_OFFSET, "%s", err_text(e));
}

/* Others wait here while one asks: what became of that may be known now. */
static enum err
begin_asking(const struct raising *r, struct fault *fault)
{
	pthread_mutex_lock(&r->s->asking);
	if (front_stamps_may(r->s, r->use))
		return ERR_OK;
	pthread_mutex_unlock(&r->s->asking);
	return fault_set(fault, ERR_TSA_LATER, FAULT_NO_OFFSET, " ");
}

/* time: rounded up; NULL: not wanted. */
static enum err
ask(struct raising *r, const uint8_t digest[static SHA256_SIZE],
    uint8_t **token, size_t *len, int64_t *time, struct fault *fault)
{
	struct tsp_token t;
	enum err e = begin_asking(r, fault);

	if (e != ERR_OK)
		return e;
	e = tsp_client_stamp(
	    r->s->tsa, digest, SHA256_SIZE, &t, &r->wait, fault);
	/* before anybody else hears only that it is left alone */
	if (e != ERR_OK && !is_nothing(e))
		e = wait_for_better(r, e, fault);
	pthread_mutex_unlock(&r->s->asking);
	if (e != ERR_OK)
		return e;
	if (time != NULL)
		*time = t.info.time + (t.info.nanoseconds > 0);
	*len = t.len;
	*token = t.der;
	t.der = NULL;
	tsp_token_free(&t);
	return ERR_OK;
}

static enum err
stamp(void *arg, const uint8_t digest[static SHA256_SIZE], uint8_t **token,
    size_t *len, struct fault *fault)
{
	return ask(arg, digest, token, len, NULL, fault);
}

static enum err
issuer(void *arg, const struct cert *c, uint8_t **der, size_t *len,
    struct fault *fault)
{
	struct raising *r = arg;
	enum err e = begin_asking(r, fault);

	if (e != ERR_OK)
		return e;
	e = fetch_issuer(r->s->fetch, c, der, len, fault);
	pthread_mutex_unlock(&r->s->asking);
	return e;
}

static enum err
revocation(void *arg, const struct cert *c, const struct cert *by,
    int64_t since, enum revocation_kind *kind, uint8_t **der, size_t *len,
    struct fault *fault)
{
	struct raising *r = arg;
	enum err e = begin_asking(r, fault);

	if (e != ERR_OK)
		return e;
	e = fetch_revocation(r->s->fetch, c, by, since, kind, der, len, fault);
	pthread_mutex_unlock(&r->s->asking);
	return e;
}

/* It went well, or not. */
static enum err
settle(struct raising *r, enum err e, struct fault *fault)
{
	if (e == ERR_NO_MEMORY)
		return e;
	if (e == ERR_CANCELLED ||
	    (e != ERR_OK && !front_stamps_may(r->s, r->use)))
		return fault_set(fault, ERR_TSA_LATER, FAULT_NO_OFFSET, " ");
	if (e != ERR_OK)
		return wait_for_better(r, e, fault);
	pthread_mutex_lock(&r->s->waiting);
	r->s->trouble[r->use].failures = 0;
	pthread_mutex_unlock(&r->s->waiting);
	return ERR_OK;
}

enum err
front_stamps_check(struct front_stamps *s, const struct cert *chain,
    size_t count, struct fault *fault)
{
	const int64_t now = (int64_t)time(NULL);
	struct chain_path path;
	enum err e;

	e = chain_find(&chain[0], chain + 1, count - 1, s->anchor,
	    s->anchor_count, now, &path, fault);
	if (e != ERR_OK)
		return e;
	pthread_mutex_lock(&s->asking);
	if (atomic_load(&s->paused))
		e = fault_set(fault, ERR_CANCELLED, FAULT_NO_OFFSET, " ");
	else
		e = fetch_check_path(s->fetch, &path, now - 60, fault);
	pthread_mutex_unlock(&s->asking);
	return e;
}

enum err
front_stamps_content(struct front_stamps *s,
    const uint8_t digest[static SHA256_SIZE], uint8_t **token, size_t *len,
    int64_t *time, struct fault *fault)
{
	struct raising r = {.s = s, .use = STAMPS_CONTENT};
	enum err e = ask(&r, digest, token, len, time, fault);

	return settle(&r, e, fault);
}

enum err
front_stamps_raise(struct front_stamps *s, enum config_level level,
    uint8_t **file, size_t *len, struct fault *fault)
{
	struct raising r = {.s = s, .use = STAMPS_SEAL};
	const struct extend_source stamps = {&r, stamp};
	const struct verify_source source = {&r, issuer, revocation};
	const struct extend_options options = {.level = (enum seal_level)level,
	    .anchors = s->anchor,
	    .anchor_count = s->anchor_count,
	    .stamps = &stamps,
	    .source = &source};
	uint8_t *raised;
	size_t raised_len;
	enum err e;

	if (!front_stamps_may(s, STAMPS_SEAL))
		return fault_set(fault, ERR_TSA_LATER, FAULT_NO_OFFSET, " ");
	e = extend_file(*file, *len, &options, &raised, &raised_len, fault);
	e = settle(&r, e, fault);
	if (e != ERR_OK)
		return e;
	free(*file);
	*file = raised;
	*len = raised_len;
	return ERR_OK;
}

bool
front_stamps_has_raised(struct front_stamps *s, enum config_level level,
    const uint8_t *file, size_t len)
{
	const struct verify_options options = {.anchors = s->anchor,
	    .anchor_count = s->anchor_count,
	    .time = (int64_t)time(NULL)};
	struct verify_result r;
	struct fault fault;
	bool raised;
	enum err e;

	e = verify_file(&r, file, len, &options, &fault);
	raised = e != ERR_VERIFY_FORMAT && r.seals == 1 && r.reports != NULL &&
	    r.reports[0].form >= (enum seal_level)level;
	verify_result_free(&r);
	return raised;
}
