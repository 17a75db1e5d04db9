#include "vault/http/pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct hand {
	struct pool *pool;
	pthread_t thread;
	pthread_cond_t wake;
	bool awake; /* called by somebody who took it off the idle ones */
	struct hand *next_idle;
};

struct pool {
	void (*run)(void *ctx, struct job *job);
	void *ctx;
	pthread_mutex_t lock; /* guards all below */
	struct job *first, **last;
	struct hand *idle;
	bool ending;
	unsigned count;
	struct hand hands[];
};

static struct job *pop(struct pool *p)
{
	struct job *job = p->first;

	if (!job)
		return NULL;
	p->first = job->next;
	if (!p->first)
		p->last = &p->first;
	return job;
}

/* With the lock held. */
static void sleep_idle(struct pool *p, struct hand *h)
{
	h->awake = false;
	h->next_idle = p->idle;
	p->idle = h;
	while (!h->awake)
		pthread_cond_wait(&h->wake, &p->lock);
}

static void wake_one(struct pool *p)
{
	struct hand *h = p->idle;

	if (!h)
		return;
	p->idle = h->next_idle;
	h->awake = true;
	pthread_cond_signal(&h->wake);
}

static void *work(void *arg)
{
	struct hand *h = arg;
	struct pool *p = h->pool;
	struct job *job;

	pthread_mutex_lock(&p->lock);
	while ((job = pop(p)) || !p->ending) {
		if (!job) {
			sleep_idle(p, h);
			continue;
		}
		pthread_mutex_unlock(&p->lock);
		p->run(p->ctx, job);
		pthread_mutex_lock(&p->lock);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

static enum status start_hand(struct pool *p, const pthread_attr_t *attr)
{
	struct hand *h = &p->hands[p->count];

	h->pool = p;
	pthread_cond_init(&h->wake, NULL);
	if (pthread_create(&h->thread, attr, work, h) != 0) {
		pthread_cond_destroy(&h->wake);
		return fail(ST_IO, "cannot start a thread for pages");
	}
	p->count++;
	return ST_OK;
}

enum status pool_new(struct pool **out, unsigned threads, size_t stack_bytes,
		     void (*run)(void *ctx, struct job *job), void *ctx)
{
	struct pool *p = calloc(1, sizeof *p + threads * sizeof *p->hands);
	pthread_attr_t attr;
	enum status st = ST_OK;

	*out = NULL;
	if (!p)
		return fail(ST_NOMEM, "no memory for threads");
	p->run = run;
	p->ctx = ctx;
	p->last = &p->first;
	pthread_mutex_init(&p->lock, NULL);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, stack_bytes);
	for (unsigned i = 0; i < threads && !st; i++)
		st = start_hand(p, &attr);
	pthread_attr_destroy(&attr);
	if (st)
		pool_free(p);
	else
		*out = p;
	return st;
}

void pool_free(struct pool *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->ending = true;
	while (p->idle)
		wake_one(p);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->count; i++) {
		pthread_join(p->hands[i].thread, NULL);
		pthread_cond_destroy(&p->hands[i].wake);
	}
	pthread_mutex_destroy(&p->lock);
	free(p);
}

void pool_push(struct pool *p, struct job *job)
{
	job->next = NULL;
	pthread_mutex_lock(&p->lock);
	*p->last = job;
	p->last = &job->next;
	wake_one(p);
	pthread_mutex_unlock(&p->lock);
}
