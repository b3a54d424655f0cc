#include "host/base/pool.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define THREADS 16

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t begin, end;
	pthread_t thread[THREADS];
	unsigned threads;
	bool closing;
	int fd;
	struct pool_job *first, **last; /* that have items to be taken */
};

static void
remove_job(struct pool *p, struct pool_job *job)
{
	struct pool_job **at = &p->first;

	while (*at != job)
		at = &(*at)->link;
	*at = job->link;
	if (p->last == &job->link)
		p->last = at;
}

/* The lock is held on both sides. */
static void
do_item(struct pool *p, struct pool_job *job)
{
	const uint64_t one = 1;
	size_t item = job->next++;

	if (job->next == job->count)
		remove_job(p, job);
	pthread_mutex_unlock(&p->lock);
	job->work(job->arg, item);
	pthread_mutex_lock(&p->lock);
	if (--job->left > 0)
		return;
	pthread_cond_broadcast(&p->end);
	/* It fails only where 2^64 jobs were not heard of. */
	(void)!write(p->fd, &one, sizeof(one));
}

static void *
thread_main(void *arg)
{
	struct pool *p = arg;

	pthread_mutex_lock(&p->lock);
	while (!p->closing) {
		if (p->first != NULL)
			do_item(p, p->first);
		else
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
	p->last = &p->first;
	p->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (p->fd < 0) {
		free(p);
		return NULL;
	}
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
	close(p->fd);
	free(p);
}

void
pool_start(struct pool *p, struct pool_job *job,
    void (*work)(void *arg, size_t item), void *arg, size_t count)
{
	*job = (struct pool_job){
	    .work = work, .arg = arg, .count = count, .left = count};
	if (count == 0)
		return;
	pthread_mutex_lock(&p->lock);
	*p->last = job;
	p->last = &job->link;
	if (count > 1)
		pthread_cond_broadcast(&p->begin);
	else
		pthread_cond_signal(&p->begin);
	pthread_mutex_unlock(&p->lock);
	if (p->threads == 0)
		pool_wait(p, job);
}

bool
pool_is_done(struct pool *p, const struct pool_job *job)
{
	bool done;

	pthread_mutex_lock(&p->lock);
	done = job->left == 0;
	pthread_mutex_unlock(&p->lock);
	return done;
}

void
pool_wait(struct pool *p, struct pool_job *job)
{
	pthread_mutex_lock(&p->lock);
	while (job->left > 0) {
		if (job->next < job->count)
			do_item(p, job);
		else
			pthread_cond_wait(&p->end, &p->lock);
	}
	pthread_mutex_unlock(&p->lock);
}

void
pool_run(struct pool *p, void (*work)(void *arg, size_t item), void *arg,
    size_t count)
{
	struct pool_job job;

	pool_start(p, &job, work, arg, count);
	pool_wait(p, &job);
}

int
pool_fd(const struct pool *p)
{
	return p->fd;
}

void
pool_heard(struct pool *p)
{
	uint64_t jobs;

	(void)!read(p->fd, &jobs, sizeof(jobs));
}
