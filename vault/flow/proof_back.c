/* A run in the background of the server: one at a time, with its progress. */
#include "vault/flow/proof_runs.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct proof_work {
	struct app *app;
	pthread_mutex_t lock; /* over what follows */
	pthread_t thread;
	bool begun; /* there is a thread to be joined */
	bool running;
	bool full;
	char by[ID_MAX + 1];
	size_t done, total;
	bool stop; /* read without the lock */
};

enum status proof_work_new(struct app *app)
{
	app->proof = calloc(1, sizeof *app->proof);
	if (!app->proof)
		return fail(ST_NOMEM, "no memory for the proof");
	app->proof->app = app;
	pthread_mutex_init(&app->proof->lock, NULL);
	return ST_OK;
}

void proof_work_end(struct app *app)
{
	struct proof_work *w = app->proof;

	if (!w)
		return;
	__atomic_store_n(&w->stop, true, __ATOMIC_RELAXED);
	if (w->begun)
		pthread_join(w->thread, NULL);
	pthread_mutex_destroy(&w->lock);
	free(w);
	app->proof = NULL;
}

static void progress(void *ctx, size_t done, size_t total)
{
	struct proof_work *w = ctx;

	pthread_mutex_lock(&w->lock);
	w->done = done;
	w->total = total;
	pthread_mutex_unlock(&w->lock);
}

static void *work(void *arg)
{
	struct proof_work *w = arg;
	struct proof_order o = {
	    .by = w->by, .full = w->full, .progress = progress, .ctx = w, .stop = &w->stop};
	char unkept[PROOF_UNKEPT];
	struct proof_run run;
	enum status st = proof_make(w->app, &o, &run, unkept);

	if (st && st != ST_CORRUPT)
		fprintf(stderr, "karte: verify: %s\n", fail_why());
	else if (st)
		fprintf(stderr, "karte: verify: %zu findings\n", run.findings);
	if (unkept[0])
		fprintf(stderr, "karte: verify: %s\n", unkept);
	pthread_mutex_lock(&w->lock);
	w->running = false;
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

enum status proof_start(struct app *app, bool full, const char *by)
{
	struct proof_work *w = app->proof;
	enum status st = ST_OK;

	pthread_mutex_lock(&w->lock);
	if (w->running) {
		st = fail(ST_BUSY, "a proof is running already");
	} else {
		if (w->begun)
			pthread_join(w->thread, NULL);
		snprintf(w->by, sizeof w->by, "%s", by);
		w->full = full;
		w->done = w->total = 0;
		w->begun = w->running = !pthread_create(&w->thread, NULL, work, w);
		if (!w->running)
			st = fail(ST_IO, "cannot start the thread of the proof");
	}
	pthread_mutex_unlock(&w->lock);
	return st;
}

bool proof_progress(struct app *app, size_t *done, size_t *total)
{
	struct proof_work *w = app->proof;
	bool running;

	pthread_mutex_lock(&w->lock);
	running = w->running;
	*done = w->done;
	*total = w->total;
	pthread_mutex_unlock(&w->lock);
	return running;
}
