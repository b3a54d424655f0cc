#include "host/base/pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#define THREADS 16

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t begin, end;
	pthread_t thread[THREADS];
	unsigned threads;
	bool closing;
	void (*work)(void *arg, size_t item);
	void *arg;
	size_t next, count, busy;
};

/* Takes items until there are none; the lock is held on both sides. */
static void
take_part(struct pool *p)
{
	size_t item;

	while (p->next < p->count) {
		item = p->next++;
		p->busy++;
		pthread_mutex_unlock(&p->lock);
		p->work(p->arg, item);
		pthread_mutex_lock(&p->lock);
		p->busy--;
	}
}

static void *
thread_main(void *arg)
{
	struct pool *p = arg;

	pthread_mutex_lock(&p->lock);
	while (!p->closing) {
		take_part(p);
		if (p->busy == 0)
			pthread_cond_signal(&p->end);
		if (!p->closing)
			pthread_cond_wait(&p->begin, &p->lock);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

struct pool *
pool_open(unsigned threads)
{
	struct pool *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->begin, NULL);
	pthread_cond_init(&p->end, NULL);
	while (p->threads < threads && p->threads < THREADS) {
		if (pthread_create(
			&p->thread[p->threads], NULL, thread_main, p) != 0)
			break;
		p->threads++;
	}
	return p;
}

void
pool_close(struct pool *p)
{
	unsigned i;

	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->closing = true;
	pthread_cond_broadcast(&p->begin);
	pthread_mutex_unlock(&p->lock);
	for (i = 0; i < p->threads; i++)
		pthread_join(p->thread[i], NULL);
	pthread_mutex_destroy(&p->lock);
	pthread_cond_destroy(&p->begin);
	pthread_cond_destroy(&p->end);
	free(p);
}

void
pool_run(struct pool *p, void (*work)(void *arg, size_t item), void *arg,
    size_t count)
{
	pthread_mutex_lock(&p->lock);
	p->work = work;
	p->arg = arg;
	p->next = 0;
	p->count = count;
	if (count > 1)
		pthread_cond_broadcast(&p->begin);
	take_part(p);
	while (p->busy > 0)
		pthread_cond_wait(&p->end, &p->lock);
	p->count = 0;
	pthread_mutex_unlock(&p->lock);
}
