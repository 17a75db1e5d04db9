/* Checkpoints go to each witness whose turn it is; the note for everybody is what came back. */
#include "vault/flow/witnesses_impl.h"

#include "vault/flow/known.h"

#include <stdio.h>

enum { BACKOFF = 3600 }; /* seconds that one that is away waits at most */

/* ---- one witness ---------------------------------------------------------------------------- */

static void judge(struct asking *a, uint64_t old)
{
	uint64_t size;
	int status = a->answer.status;

	a->refuses = status >= 400 && status < 500 && status != 408 && status != 429;
	/* our own size would make it another reason, and another record, with every record */
	if (witness_told_size(a, &size) && size > a->now->c.size)
		snprintf(a->why, sizeof a->why,
			 "it has seen %llu records of this journal, which has fewer",
			 (unsigned long long)size);
	else if (status == 422)
		snprintf(a->why, sizeof a->why,
			 "the %llu records that it has seen are not the beginning of this journal",
			 (unsigned long long)old);
	else if (status == 404 || status == 403)
		snprintf(a->why, sizeof a->why, "it does not know this journal or its key (%d)",
			 status);
	else
		snprintf(a->why, sizeof a->why, "it answered %d", status);
}

/* From what it signed last, or from where it says that it is. */
static enum status submit(struct asking *a, uint64_t old)
{
	uint64_t size;
	enum status st;

	if (old > a->now->c.size)
		old = 0; /* it signed more than we have: let it say so */
	st = witness_send(a, old);
	if (!st && witness_told_size(a, &size) && size != old && size <= a->now->c.size) {
		old = size;
		st = witness_send(a, old);
	}
	if (!st && a->answer.status == 200)
		return witness_take_line(a);
	if (!st)
		judge(a, old);
	else if (st == ST_IO)
		snprintf(a->why, sizeof a->why, "%.250s", fail_why());
	return st == ST_IO ? ST_OK : st;
}

static time_t monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static void plan(struct asking *a)
{
	struct witnesses *all = a->app->witnesses;
	struct witness_of *w = a->w;
	int every = a->app->conf.witness_every;

	pthread_mutex_lock(&all->mutex);
	if (!a->why[0])
		w->wait = 0;
	else
		w->wait = w->wait ? w->wait * 2 : every;
	if (a->why[0] && !a->refuses && !w->why[0])
		fprintf(stderr, "karte: witness %s is away: %s\n", w->key.origin, a->why);
	if (w->wait > BACKOFF && w->wait > every)
		w->wait = BACKOFF > every ? BACKOFF : every;
	w->due = monotonic() + (w->wait ? w->wait : every);
	memcpy(w->why, a->why, sizeof w->why);
	pthread_mutex_unlock(&all->mutex);
}

static bool is_due(struct app *app, const struct witness_of *w)
{
	bool due;

	pthread_mutex_lock(&app->witnesses->mutex);
	due = monotonic() >= w->due;
	pthread_mutex_unlock(&app->witnesses->mutex);
	return due;
}

/* Nothing is sent for what it has cosigned already, unless that was long ago. */
static enum status ask(struct app *app, struct witness_of *w, const struct signed_checkpoint *now,
		       struct span note)
{
	struct asking a = {.app = app, .w = w, .now = now, .note = note};
	struct signed_checkpoint last = {.c = {.size = 0}};
	struct buf b;
	int64_t at = 0;
	enum status st;

	buf_init(&b, 2 * NOTE_MAX);
	buf_init(&a.answer.body, NOTE_MAX);
	st = witness_read_kept(app, w, &b, &last, &at);
	if (st == ST_NOTFOUND) {
		st = ST_OK;
		last.c.size = 0;
	}
	if (!st && last.c.size == now->c.size && at && time(NULL) < at + WITNESS_AGAIN)
		goto out;
	if (!st)
		st = submit(&a, last.c.size);
	if (!st && a.refuses)
		st = witness_refused(app, w->id, w->key.origin, a.why);
	else if (!st && !a.why[0])
		witness_agreed(app, w->id);
	plan(&a);

out:
	buf_clear(&a.answer.body);
	buf_clear(&b);
	return st;
}

/* ---- the note for everybody ----------------------------------------------------------------- */

/* All lines over the newest text that anybody cosigned. */
static enum status gather(struct app *app, const struct signed_checkpoint *now, struct span note)
{
	struct buf out, b;
	size_t lines = 0;
	enum status st = ST_OK;

	buf_init(&out, NOTE_MAX);
	buf_addspan(&out, note);
	for (size_t i = 0; i < app->witnesses->count; i++) {
		struct signed_checkpoint kept;
		int64_t time;

		buf_init(&b, 2 * NOTE_MAX);
		if (!witness_read_kept(app, &app->witnesses->of[i], &b, &kept, &time) &&
		    span_eq(kept.text, now->text) &&
		    span_starts(kept.signatures, now->signatures)) {
			size_t own = now->signatures.n;

			buf_add(&out, kept.signatures.p + own, kept.signatures.n - own);
			lines++;
		}
		buf_clear(&b);
	}
	if (lines)
		st = out.st ? out.st : witness_file_write(app, "checkpoint", "", buf_span(&out));
	buf_clear(&out);
	return st;
}

enum status witness_chore(struct app *app)
{
	struct signed_checkpoint now;
	struct buf note;
	bool asked = false;
	enum status st, first = ST_OK;

	buf_init(&note, NOTE_MAX);
	st = journal_checkpoint(app->journal, &note);
	if (!st)
		st = checkpoint_parse(&now, buf_span(&note));
	if (!st)
		first = known_copy(app, buf_span(&note));
	for (size_t i = 0; !st && i < app->witnesses->count; i++) {
		struct witness_of *w = &app->witnesses->of[i];

		if (!is_due(app, w))
			continue;
		st = ask(app, w, &now, buf_span(&note));
		asked = true;
	}
	if (!st && asked)
		st = gather(app, &now, buf_span(&note));
	buf_clear(&note);
	return st ? st : first;
}

/* Idle checkpoints are signed anew every hour: has anybody done so lately? */
static bool is_fresh(const struct app *app, const struct signed_checkpoint *n)
{
	for (size_t i = 0; i < app->witnesses->count; i++) {
		int64_t at;

		if (!checkpoint_signed(n, &app->witnesses->of[i].key, &at) &&
		    time(NULL) < at + WITNESS_STALE + WITNESS_AGAIN)
			return true;
	}
	return false;
}

enum status witnesses_note(struct app *app, struct buf *out)
{
	struct signed_checkpoint n;
	struct buf b;
	bool fresh = false;

	buf_init(&b, 2 * NOTE_MAX);
	if (app->witnesses->count && !witness_file_read(app, "checkpoint", "", &b) &&
	    !checkpoint_parse(&n, buf_span(&b)))
		fresh = is_fresh(app, &n);
	if (fresh)
		buf_addspan(out, buf_span(&b));
	buf_clear(&b);
	return fresh ? out->st : journal_published(app->journal, out);
}
