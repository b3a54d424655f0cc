/*
 * queue_bench: how the queue's cost grows with what is in it.
 *
 *	queue_bench [ITEMS [BATCH [FOLDER]]]
 *
 * Adds ITEMS items in batches of BATCH, and leads each through all its states
 * in transactions of 256, as front does. Prints the rate of each step by time
 * of the processor for every tenth of the items, the last tenth as a ratio to
 * the first, and the rate of all by the clock on the wall. Then 8,192 files of
 * 40 kB into the store, with a barrier after each 256.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "host/base/fault.h"
#include "host/queue/queue.h"
#include "host/queue/store.h"

#define GROUP 256

static struct fault fault;

static void
must(enum err e, const char *what)
{
	if (e == ERR_OK)
		return;
	fprintf(stderr, "queue_bench: %s: %s: %s\n", what, err_text(e),
	    fault.detail);
	exit(1);
}

/* Steps are timed by the processor's time: the disk may be shared. */
static clockid_t clock_used = CLOCK_PROCESS_CPUTIME_ID;

static double
now(void)
{
	struct timespec t;

	clock_gettime(clock_used, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
fill(struct item *i, int64_t batch, uint32_t index, uint32_t number)
{
	memset(i, 0, sizeof(*i));
	i->batch = batch;
	i->state = ITEM_QUEUED;
	i->index = index;
	snprintf(i->name, sizeof(i->name), "credential-%08u", number);
	sha256(&number, sizeof(number), i->identity);
	memcpy(i->draft, i->identity, SHA256_SIZE);
}

static void
freeze(struct item *i, uint32_t index)
{
	i->state = ITEM_FROZEN;
	i->index = index;
	sha256(i->draft, SHA256_SIZE, i->payload);
	i->payload_len = 40000;
	i->leaf.kind = KIND_JADES;
	i->leaf.profile = PROFILE_EDC;
	i->leaf.alg = ALG_ES256;
	i->leaf.index = index;
	i->summary_len = 600;
	memset(i->summary, 's', i->summary_len);
}

enum step { ADD, FREEZE, SEAL, RELEASE, STEPS };
static const char *const step_names[] = {"add", "freeze", "seal", "release"};

static void
one(struct queue *q, enum step step, int64_t batch, int64_t *after,
    uint32_t index, uint32_t number)
{
	static const enum item_state from[] = {
	    0, ITEM_QUEUED, ITEM_FROZEN, ITEM_SEALED};
	static struct item i;
	static uint8_t signature[64];
	enum err e = ERR_OK;

	if (step == ADD) {
		fill(&i, batch, index, number);
		must(queue_item_add(q, &i, NULL), "add");
		return;
	}
	must(queue_item_next(q, batch, *after, from[step], &i), "next");
	*after = i.id;
	switch (step) {
	case FREEZE:
		freeze(&i, index);
		e = queue_item_update(q, &i);
		break;
	case SEAL:
		e = queue_item_set_sealed(
		    q, i.batch, i.id, signature, sizeof(signature), number);
		break;
	default:
		e = queue_item_set_released(
		    q, i.batch, i.id, number, i.payload);
		break;
	}
	must(e, step_names[step]);
}

static void
set_state(
    struct queue *q, struct batch *b, enum batch_state state, uint32_t count)
{
	b->state = state;
	b->count = count;
	must(queue_batch_update(q, b), queue_batch_state_name(state));
}

static void
one_batch(struct queue *q, uint32_t first, uint32_t n, double took[STEPS])
{
	struct batch b;
	char name[32];
	uint32_t k;
	int64_t after;
	double start;
	int step;

	snprintf(name, sizeof(name), "batch-%u", first);
	must(queue_batch_add(q, name, 1, &b), "batch");
	for (step = ADD; step < STEPS; step++) {
		after = 0;
		start = now();
		for (k = 0; k < n; k++) {
			if (k % GROUP == 0)
				must(queue_begin(q, &fault), "begin");
			one(q, (enum step)step, b.id, &after, k, first + k);
			if (k % GROUP == GROUP - 1 || k == n - 1)
				must(queue_commit(q, &fault), "commit");
		}
		took[step] += now() - start;
		if (step == ADD)
			set_state(q, &b, BATCH_CLOSING, 0);
		if (step == FREEZE) {
			set_state(q, &b, BATCH_CLOSED, n);
			set_state(q, &b, BATCH_APPROVED, n);
		}
	}
	set_state(q, &b, BATCH_DONE, n);
}

static void
count(struct queue *q)
{
	struct queue_counts c;
	double start = now();

	must(queue_count(q, 0, &c), "count");
	printf("count of all: %.3f ms, %llu released\n", (now() - start) * 1e3,
	    (unsigned long long)c.by_state[ITEM_RELEASED]);
}

static void
bench_store(const char *folder, size_t len)
{
	uint8_t *bytes = calloc(1, len + 4);
	uint8_t digest[SHA256_SIZE];
	struct store *s;
	double start, put;
	uint32_t i;

	must(bytes != NULL ? ERR_OK : ERR_NO_MEMORY, "store");
	must(store_open(&s, folder, &fault), "store");
	start = now();
	for (i = 0; i < 8192; i++) {
		memcpy(bytes, &i, sizeof(i));
		must(store_put(s, bytes, len, digest, &fault), "put");
		if (i % GROUP == GROUP - 1)
			must(store_sync(s, &fault), "sync");
	}
	put = now() - start;
	printf("store: %.0f files of %zu octets a second, a sync each %d\n",
	    8192 / put, len, GROUP);
	store_close(s);
	free(bytes);
}

static void
bench_queue(const char *path, unsigned long items, unsigned long batch)
{
	double took[STEPS], first[STEPS] = {0}, start;
	unsigned long at, tenth, n, done = 0;
	struct queue *q;
	int step;

	must(queue_open(&q, path, &fault), "open");
	clock_used = CLOCK_MONOTONIC;
	start = now();
	clock_used = CLOCK_PROCESS_CPUTIME_ID;
	printf("items a second   ");
	for (step = 0; step < STEPS; step++)
		printf("%9s", step_names[step]);
	printf("\n");
	for (tenth = 1; tenth <= 10; tenth++) {
		memset(took, 0, sizeof(took));
		n = items * tenth / 10 - done;
		for (at = 0; at < n; at += batch)
			one_batch(q, (uint32_t)(done + at),
			    (uint32_t)(n - at < batch ? n - at : batch), took);
		done += n;
		printf("%10lu items", done);
		for (step = 0; step < STEPS; step++) {
			took[step] = (double)n / took[step];
			if (tenth == 1)
				first[step] = took[step];
			printf("%9.0f", took[step]);
		}
		printf("\n");
	}
	printf("last to first   ");
	for (step = 0; step < STEPS; step++)
		printf("%9.2f", took[step] / first[step]);
	clock_used = CLOCK_MONOTONIC;
	printf("\nby the wall: %.0f steps a second\n",
	    (double)(items * STEPS) / (now() - start));
	count(q);
	queue_close(q);
}

int
main(int argc, char **argv)
{
	unsigned long items = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
	unsigned long batch = argc > 2 ? strtoul(argv[2], NULL, 10) : 10000;
	char folder[400], path[512];
	struct rusage usage;
	int failed;

	if (items < 10 || batch == 0 || batch > items) {
		fprintf(
		    stderr, "usage: queue_bench [ITEMS [BATCH [FOLDER]]]\n");
		return 64;
	}
	/* On the disk of the tree: /tmp may be memory. */
	snprintf(folder, sizeof(folder), "%s/queue_bench.XXXXXX",
	    argc > 3 ? argv[3] : "build");
	must(mkdtemp(folder) != NULL ? ERR_OK : ERR_IO, folder);
	snprintf(path, sizeof(path), "%s/queue.db", folder);
	bench_queue(path, items, batch);
	snprintf(path, sizeof(path), "%s/store", folder);
	bench_store(path, 40000);
	getrusage(RUSAGE_SELF, &usage);
	printf("memory: %ld KiB\n", usage.ru_maxrss);
	snprintf(path, sizeof(path), "rm -rf '%s'", folder);
	failed = system(path);
	return failed != 0;
}
