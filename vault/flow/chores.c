#include "vault/flow/chores.h"

#include "vault/db/watch.h"
#include "vault/flow/alerts.h"
#include "vault/flow/backup.h"
#include "vault/flow/check_state.h"
#include "vault/flow/courier.h"
#include "vault/flow/journal_search.h"
#include "vault/flow/log_keep.h"
#include "vault/flow/mail.h"
#include "vault/flow/releases.h"
#include "vault/flow/removal.h"
#include "vault/flow/session.h"
#include "vault/flow/stage.h"
#include "vault/flow/stamp.h"
#include "vault/flow/verify_chore.h"
#include "vault/flow/witnesses.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MINUTE = 60, HOUR = 3600, TELL_EVERY = MINUTE };

static enum status sweep_sessions(struct app *app)
{
	return session_sweep(app, (int64_t)time(NULL));
}

/* quick: what people wait for.  watch: what must not wait for that.  post: what waits for servers
   elsewhere.  witness: what alarms when such a server lies.  keep: what may take minutes.  Longer
   things are begun here and run in a thread of their own (verify). */
enum lane { QUICK, WATCH, POST, WITNESS, KEEP, LANES };

/* Not at once when a server starts, which has enough to do. */
enum { VERIFY_FIRST = 10 * MINUTE };

static const struct chore {
	const char *name;
	enum lane lane;
	int seconds;
	int retry; /* after a failure */
	int first; /* so long after the start */
	enum status (*run)(struct app *app);
} table[] = {
    {"sessions", QUICK, MINUTE, MINUTE, 0, sweep_sessions},
    {"files to be scanned", QUICK, 10, 10, 0, stage_rescan},
    {"releases", QUICK, 2, 2, 0, release_chore},
    {"files of no release", QUICK, HOUR, HOUR, 0, release_sweep},
    {"end of retention", QUICK, 5, MINUTE, 0, removal_chore},
    {"index of the journal", KEEP, MINUTE, MINUTE, 0, log_index},
    {"checks", WATCH, 5, 30, 0, checks_chore},
    {"alerts", WATCH, 3, MINUTE, 0, alerts_chore},
    {"mail", POST, 5, 10, 0, mail_chore},
    {"checkpoint by mail", POST, 10 * MINUTE, 10 * MINUTE, 0, checkpoint_mail_chore},
    {"time stamp", POST, 10 * MINUTE, 10 * MINUTE, 0, stamp_chore},
    {"checkpoints", WITNESS, 2, 10, 0, witness_chore},
    {"daily backup", KEEP, 20, MINUTE, 0, backup_chore},
    {"retention of the journal", KEEP, 24 * HOUR, HOUR, MINUTE, log_keep_chore},
    {"verify", WATCH, MINUTE, MINUTE, VERIFY_FIRST, verify_chore},
};
enum { CHORES = sizeof table / sizeof *table };

struct worker {
	struct chores *all;
	enum lane lane;
	pthread_t thread;
};

struct chores {
	struct app *app;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool ending;
	int running; /* threads that were started */
	struct worker workers[LANES];
	time_t due[CHORES]; /* of the monotonic clock */
	struct {
		int64_t at;
		bool failed;
	} told[CHORES]; /* what vault.db knows */
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

static size_t next_due(const struct chores *c, enum lane lane)
{
	size_t next = CHORES;

	for (size_t i = 0; i < CHORES; i++)
		if (table[i].lane == lane && (next == CHORES || c->due[i] < c->due[next]))
			next = i;
	return next;
}

/* Kept when it changes, and once a minute: a chore of every two seconds should not write as often.
 */
static void keep_outcome(struct chores *c, size_t i, const char *why)
{
	int64_t at = (int64_t)time(NULL);

	if (c->told[i].at && c->told[i].failed == (why != NULL) && at >= c->told[i].at &&
	    at < c->told[i].at + TELL_EVERY)
		return;
	if (chore_ran(c->app->db, table[i].name, at, why))
		fprintf(stderr, "karte: chore %s: %s\n", table[i].name, fail_why());
	c->told[i].at = at;
	c->told[i].failed = why != NULL;
}

/* Seconds until it comes again. */
static time_t run_one(struct chores *c, size_t i)
{
	enum status st = table[i].run(c->app);
	char why[WATCH_WHY_ROOM];

	if (st) {
		snprintf(why, sizeof why, "%.500s", fail_why());
		fprintf(stderr, "karte: chore %s: %s\n", table[i].name, why);
	}
	keep_outcome(c, i, st ? why : NULL);
	return st ? table[i].retry : table[i].seconds;
}

static void *loop(void *arg)
{
	const struct worker *w = arg;
	struct chores *c = w->all;
	time_t wait;

	pthread_mutex_lock(&c->lock);
	for (size_t i = next_due(c, w->lane); wait_until(c, c->due[i]); i = next_due(c, w->lane)) {
		pthread_mutex_unlock(&c->lock);
		wait = run_one(c, i);
		pthread_mutex_lock(&c->lock);
		c->due[i] = now() + wait;
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

/* ---- beginning and ending ----------------------------------------------------------------- */

static enum status begin_each(struct chores *c)
{
	int64_t clock = (int64_t)time(NULL);
	enum status st = db_begin(c->app->db);

	if (st)
		return st;
	for (size_t i = 0; !st && i < CHORES; i++) {
		st = chore_began(c->app->db, table[i].name, table[i].seconds, clock);
		c->due[i] = now() + table[i].first;
	}
	return db_end(c->app->db, st);
}

static void begin_lock(struct chores *c)
{
	pthread_condattr_t attr;

	pthread_mutex_init(&c->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&c->wake, &attr);
	pthread_condattr_destroy(&attr);
}

enum status chores_start(struct chores **out, struct app *app)
{
	struct chores *c = calloc(1, sizeof *c);
	enum status st;

	*out = NULL;
	if (!c)
		return fail(ST_NOMEM, "no memory for chores");
	c->app = app;
	begin_lock(c);
	courier_begin();
	st = begin_each(c);
	for (int i = 0; !st && i < LANES; i++) {
		c->workers[i] = (struct worker){.all = c, .lane = (enum lane)i};
		if (pthread_create(&c->workers[i].thread, NULL, loop, &c->workers[i]) != 0)
			st = fail(ST_IO, "cannot start a thread of chores");
		else
			c->running++;
	}
	if (st) {
		chores_stop(c);
		return st;
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
	courier_end();
	for (int i = 0; i < c->running; i++)
		pthread_join(c->workers[i].thread, NULL);
	pthread_cond_destroy(&c->wake);
	pthread_mutex_destroy(&c->lock);
	free(c);
}
