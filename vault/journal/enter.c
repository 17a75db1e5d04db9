/* Turns: one thread of one process at a time works on the files, in the order of asking. */
#include "vault/journal/journal_impl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

enum status journal_lock(struct journal *j, bool exclusive)
{
	while (flock(j->lock_fd, exclusive ? LOCK_EX : LOCK_SH) < 0)
		if (errno != EINTR)
			return fail(ST_IO, "cannot lock the journal: %s", strerror(errno));
	return ST_OK;
}

void journal_unlock(struct journal *j)
{
	flock(j->lock_fd, LOCK_UN);
}

void turn_enqueue(struct journal *j, struct turn *turn)
{
	turn->next = NULL;
	turn->done = false;
	if (j->last)
		j->last->next = turn;
	else
		j->first = turn;
	j->last = turn;
}

void turn_wake_next(struct journal *j)
{
	if (j->first && !j->busy)
		pthread_cond_signal(j->first->later ? &j->clerk_wake : &j->first->wake);
}

bool turn_wait(struct journal *j, struct turn *turn)
{
	bool leads;

	pthread_cond_init(&turn->wake, NULL);
	pthread_mutex_lock(&j->mutex);
	turn_enqueue(j, turn);
	while (!turn->done && (j->busy || j->first != turn))
		pthread_cond_wait(&turn->wake, &j->mutex);
	leads = !turn->done;
	if (leads)
		j->busy = true;
	pthread_mutex_unlock(&j->mutex);
	pthread_cond_destroy(&turn->wake);
	return leads;
}

size_t turn_take(struct journal *j, struct turn **batch, size_t max)
{
	size_t n = 0;
	bool alone;

	pthread_mutex_lock(&j->mutex);
	alone = j->first->class < 0;
	while (j->first && n < (alone ? 1 : max) && (n == 0 || j->first->class >= 0)) {
		batch[n++] = j->first;
		j->first = j->first->next;
	}
	if (!j->first)
		j->last = NULL;
	pthread_mutex_unlock(&j->mutex);
	return n;
}

/*
 * A caller who waits is the first of the batch; the others wake and may leave at once.  Who does
 * not wait is told when the next batch may begin already.
 */
void turn_done(struct journal *j, struct turn **batch, size_t count, enum status st)
{
	struct later *later[BATCH_RECORDS];
	size_t told = 0;

	pthread_mutex_lock(&j->mutex);
	for (size_t i = 0; i < count; i++) {
		if (batch[i]->later) {
			later[told++] = batch[i]->later;
			continue;
		}
		batch[i]->st = st;
		if (st)
			snprintf(batch[i]->why, sizeof batch[i]->why, "%s", fail_why());
		batch[i]->done = true;
		if (i > 0)
			pthread_cond_signal(&batch[i]->wake);
	}
	j->busy = false;
	turn_wake_next(j);
	pthread_mutex_unlock(&j->mutex);
	for (size_t i = 0; i < told; i++) {
		later[i]->told(later[i]->ctx, st);
		buf_clear(&later[i]->rest);
		free(later[i]);
	}
}

enum status journal_enter_raw(struct journal *j)
{
	struct turn turn = {.class = -1}, *self;
	enum status st;

	turn_wait(j, &turn);
	turn_take(j, &self, 1);
	st = journal_lock(j, j->mode == JOURNAL_WRITE);
	if (st)
		turn_done(j, NULL, 0, st);
	return st;
}

enum status journal_enter(struct journal *j)
{
	enum status st = journal_enter_raw(j);

	if (st || j->mode == JOURNAL_READ)
		return st;
	st = state_refresh(j);
	if (st)
		journal_leave(j);
	return st;
}

void journal_leave(struct journal *j)
{
	journal_unlock(j);
	turn_done(j, NULL, 0, ST_OK);
}
