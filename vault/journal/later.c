/*
 * Records whose callers do not wait.  When the first in the queue is one of these nobody is there
 * to lead, so a thread of the journal's own does, and goes on while such records come.
 */
#include "vault/journal/journal_impl.h"

#include <stdlib.h>

static void *clerk(void *arg)
{
	struct journal *j = arg;

	pthread_mutex_lock(&j->mutex);
	while (!j->ending || j->first) {
		if (!j->first || !j->first->later || j->busy) {
			pthread_cond_wait(&j->clerk_wake, &j->mutex);
			continue;
		}
		j->busy = true;
		pthread_mutex_unlock(&j->mutex);
		append_lead(j);
		pthread_mutex_lock(&j->mutex);
	}
	pthread_mutex_unlock(&j->mutex);
	return NULL;
}

/* With the mutex held. */
static enum status need_clerk(struct journal *j)
{
	if (j->has_clerk)
		return ST_OK;
	pthread_cond_init(&j->clerk_wake, NULL);
	if (pthread_create(&j->clerk, NULL, clerk, j) != 0) {
		pthread_cond_destroy(&j->clerk_wake);
		return fail(ST_IO, "cannot start the journal's thread");
	}
	j->has_clerk = true;
	return ST_OK;
}

void clerk_end(struct journal *j)
{
	if (!j->has_clerk)
		return;
	pthread_mutex_lock(&j->mutex);
	j->ending = true;
	pthread_cond_signal(&j->clerk_wake);
	pthread_mutex_unlock(&j->mutex);
	pthread_join(j->clerk, NULL);
	pthread_cond_destroy(&j->clerk_wake);
	j->has_clerk = false;
}

static enum status enqueue(struct journal *j, struct later *l)
{
	enum status st;

	pthread_mutex_lock(&j->mutex);
	st = need_clerk(j);
	if (!st) {
		turn_enqueue(j, &l->turn);
		turn_wake_next(j);
	}
	pthread_mutex_unlock(&j->mutex);
	return st;
}

enum status journal_append_later(struct journal *j, const struct record *r, journal_durable *told,
				 void *ctx)
{
	struct later *l;
	enum status st;

	if (j->mode != JOURNAL_WRITE)
		return fail(ST_DENIED, "the journal is open for reading");
	st = record_check(r);
	if (st)
		return st;
	l = calloc(1, sizeof *l);
	if (!l)
		return fail(ST_NOMEM, "no memory for a record");
	l->told = told;
	l->ctx = ctx;
	l->turn = (struct turn){.t = r->t, .class = record_class(span_of(r->class)), .later = l};
	st = append_rest(&l->rest, r);
	if (!st) {
		l->turn.rest = buf_span(&l->rest);
		st = enqueue(j, l);
	}
	if (st) {
		buf_clear(&l->rest);
		free(l);
	}
	return st;
}
