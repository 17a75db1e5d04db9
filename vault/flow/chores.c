#include "vault/flow/chores.h"

#include "vault/flow/journal_search.h"
#include "vault/flow/log_keep.h"
#include "vault/flow/backup.h"
#include "vault/flow/releases.h"
#include "vault/flow/removal.h"
#include "vault/flow/session.h"
#include "vault/flow/stage.h"
#include "vault/flow/witnesses.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static enum status sweep_sessions(struct app *app)
{
	return session_sweep(app, (int64_t)time(NULL));
}

/* What asks somebody else's computer may wait for it long: it has a thread of its own. */
enum lane { HERE, OUTSIDE, LANES };

static const struct chore {
	const char *name;
	int seconds;
	enum status (*run)(struct app *app);
	enum lane lane;
} table[] = {
    {"sessions", 60, sweep_sessions, HERE},
    {"files to be scanned", 10, stage_rescan, HERE},
    {"releases", 2, release_chore, HERE},
    {"files of no release", 3600, release_sweep, HERE},
    {"index of the journal", 60, log_index, HERE},
    {"end of retention", 5, removal_chore, HERE},
    {"daily backup", 20, backup_chore, HERE},
    {"retention of the journal", 86400, log_keep_chore, OUTSIDE},
    {"checkpoints", 2, witness_chore, OUTSIDE},
};
enum { CHORES = sizeof table / sizeof *table };

struct chores;
struct worker {
	struct chores *chores;
	enum lane lane;
	pthread_t thread;
};

struct chores {
	struct app *app;
	struct worker worker[LANES];
	int started;
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

/* Each lane has at least one chore. */
static size_t next_due(const struct chores *c, enum lane lane)
{
	size_t next = CHORES;

	for (size_t i = 0; i < CHORES; i++)
		if (table[i].lane == lane && (next == CHORES || c->due[i] < c->due[next]))
			next = i;
	return next;
}

static void *loop(void *arg)
{
	const struct worker *w = arg;
	struct chores *c = w->chores;

	pthread_mutex_lock(&c->lock);
	for (size_t i = next_due(c, w->lane); wait_until(c, c->due[i]); i = next_due(c, w->lane)) {
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
	for (; c->started < LANES; c->started++) {
		struct worker *w = &c->worker[c->started];

		w->chores = c;
		w->lane = (enum lane)c->started;
		if (pthread_create(&w->thread, NULL, loop, w) != 0) {
			chores_stop(c);
			return fail(ST_IO, "cannot start a thread of chores");
		}
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
	pthread_cond_broadcast(&c->wake);
	pthread_mutex_unlock(&c->lock);
	while (c->started > 0)
		pthread_join(c->worker[--c->started].thread, NULL);
	pthread_cond_destroy(&c->wake);
	pthread_mutex_destroy(&c->lock);
	free(c);
}
