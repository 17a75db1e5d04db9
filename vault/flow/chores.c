#include "vault/flow/chores.h"

#include "vault/flow/journal_search.h"
#include "vault/flow/log_keep.h"
#include "vault/flow/releases.h"
#include "vault/flow/session.h"
#include "vault/flow/stage.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static enum status sweep_sessions(struct app *app)
{
	return session_sweep(app, (int64_t)time(NULL));
}

static const struct chore {
	const char *name;
	int seconds;
	enum status (*run)(struct app *app);
} table[] = {
    {"sessions", 60, sweep_sessions},	     {"files to be scanned", 10, stage_rescan},
    {"releases", 2, release_chore},	     {"files of no release", 3600, release_sweep},
    {"index of the journal", 60, log_index}, {"retention of the journal", 86400, log_keep_chore},
};
enum { CHORES = sizeof table / sizeof *table };

struct chores {
	struct app *app;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool ending;
	time_t due[CHORES]; /* of the monotonic clock */
};

static time_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static bool wait_until(struct chores *c, time_t at)
{
	const struct timespec t = {.tv_sec = at};

	while (!c->ending && now() < at)
		pthread_cond_timedwait(&c->wake, &c->lock, &t);
	return !c->ending;
}

static size_t next_due(const struct chores *c)
{
	size_t next = 0;

	for (size_t i = 1; i < CHORES; i++)
		if (c->due[i] < c->due[next])
			next = i;
	return next;
}

static void *loop(void *arg)
{
	struct chores *c = arg;

	pthread_mutex_lock(&c->lock);
	for (size_t i = next_due(c); wait_until(c, c->due[i]); i = next_due(c)) {
		pthread_mutex_unlock(&c->lock);
		if (table[i].run(c->app))
			fprintf(stderr, "karte: chore %s: %s\n", table[i].name, fail_why());
		pthread_mutex_lock(&c->lock);
		c->due[i] = now() + table[i].seconds;
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

enum status chores_start(struct chores **out, struct app *app)
{
	struct chores *c = calloc(1, sizeof *c);
	pthread_condattr_t attr;

	*out = NULL;
	if (!c)
		return fail(ST_NOMEM, "no memory for chores");
	c->app = app;
	pthread_mutex_init(&c->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&c->wake, &attr);
	pthread_condattr_destroy(&attr);
	if (pthread_create(&c->thread, NULL, loop, c) != 0) {
		pthread_cond_destroy(&c->wake);
		pthread_mutex_destroy(&c->lock);
		free(c);
		return fail(ST_IO, "cannot start the thread of chores");
	}
	*out = c;
	return ST_OK;
}

void chores_stop(struct chores *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->ending = true;
	pthread_cond_signal(&c->wake);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	pthread_cond_destroy(&c->wake);
	pthread_mutex_destroy(&c->lock);
	free(c);
}
