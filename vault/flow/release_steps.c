/* The steps of people: each is allowed by release_next(), recorded, and done if nobody was first.
 */
#include "vault/flow/releases_impl.h"
#include "vault/flow/stage.h"

#include <stdio.h>
#include <time.h>

static enum status too_late(void)
{
	return fail(ST_STALE, "ほかの人が 先に 進めました。いまの ようすを 見てください");
}

/* Whoever confirmed may also stop and take back when a child is not theirs any more. */
static struct release_facts facts_of(const struct question *q, const struct release *r,
				     enum release_step step)
{
	bool confirmer = strcmp(q->who->id, r->row.confirmer) == 0;

	return (struct release_facts){.preparer = r->preparer,
				      .second = r->second || (confirmer && step != STEP_CONFIRM)};
}

static enum status refuse_step(struct app *app, const struct question *q, const char *why)
{
	struct question mine = *q;

	mine.action = ACT_SHEET_WRITE;
	return refuse(app, &mine, why);
}

/* Whose it is not: refused.  Whose it would be in another state: too late. */
static enum status allowed(struct app *app, const struct question *q, const struct release *r,
			   enum release_step step, const struct release_facts *f,
			   enum release_state *to)
{
	if (release_next(r->state, step, f, to))
		return ST_OK;
	for (int s = RELEASE_DRAFT; s < RELEASE_STATES; s++)
		if (release_next((enum release_state)s, step, f, to))
			return too_late();
	return refuse_step(app, q, r->preparer ? "same-person" : "not-yours");
}

static enum status move(struct app *app, const struct question *q, const struct release *r,
			struct release_row *to, enum release_state state, const char *event,
			const struct release_child *lines, size_t nlines)
{
	enum status st = release_note(app, q, event, &r->row, r->nto, r->nfiles - 1);

	snprintf(to->state, sizeof to->state, "%s", release_state_name(state));
	if (!st)
		st = release_move(app->db, to, r->row.state, r->row.asked, lines, nlines);
	return st == ST_STALE ? too_late() : st;
}

static enum status without_obstacles(const struct release *r)
{
	if (!r->nto)
		return fail(ST_INVALID, "配る子どもが いません");
	for (size_t i = 0; i < r->nto; i++)
		if (r->to[i].obstacle)
			return fail(ST_INVALID,
				    "渡せない子どもが います。下書きから 外してください");
	return ST_OK;
}

enum status release_ask(struct app *app, const struct question *q, const struct release *r)
{
	struct release_facts f = facts_of(q, r, STEP_ASK);
	struct release_row to = r->row;
	enum release_state state;
	enum status st = allowed(app, q, r, STEP_ASK, &f, &state);

	if (!st)
		st = without_obstacles(r);
	to.asked = q->now;
	return st ? st : move(app, q, r, &to, state, "release.ask", NULL, 0);
}

/* ---- the second person ---------------------------------------------------------------------- */

static enum status has_seen(struct app *app, const struct question *q, const struct release *r,
			    struct span token, bool *seen)
{
	struct span id = span_of(r->row.id), who = span_of(q->who->id);
	enum status st = release_seen(app->db, id, who, span_of(r->token), seen);

	*seen = *seen && span_is(token, r->token);
	for (size_t i = 1; i < r->nfiles && !st && *seen; i++)
		if (release_has_picture(&r->files[i]))
			st = release_seen(app->db, id, who, span_of(r->files[i].sha256), seen);
	return st;
}

static enum status all_ticked(const struct release *r, const struct span *ticked, size_t n)
{
	for (size_t i = 0; i < r->nodd; i++) {
		bool there = false;

		for (size_t k = 0; k < n; k++)
			there = there || span_is(ticked[k], r->odd[i].key);
		if (!there)
			return fail(ST_INVALID,
				    "「たしかめること」に、まだ しるしの ないものが あります");
	}
	return ST_OK;
}

enum status release_confirm(struct app *app, const struct question *q, const struct release *r,
			    struct span token, const struct span *ticked, size_t nticked)
{
	struct release_facts f = facts_of(q, r, STEP_CONFIRM);
	struct release_child lines[RELEASE_CHILDREN];
	struct release_row to = r->row;
	enum release_state state;
	bool seen = false;
	enum status st;

	f.seen = true;
	st = allowed(app, q, r, STEP_CONFIRM, &f, &state);
	if (!st)
		st = has_seen(app, q, r, token, &seen);
	f.seen = seen;
	if (!st && !release_next(r->state, STEP_CONFIRM, &f, &state))
		st =
		    fail(ST_INVALID, "配る相手と 文書の1ページめを 開いてから、たしかめてください。"
				     "変わったところが あるかもしれません");
	if (!st)
		st = without_obstacles(r);
	if (!st)
		st = all_ticked(r, ticked, nticked);
	for (size_t i = 0; i < r->nto && !st; i++) {
		memcpy(lines[i].child, r->to[i].child.id, sizeof lines[i].child);
		memcpy(lines[i].line, r->to[i].line, sizeof lines[i].line);
	}
	span_copy(span_of(q->who->id), to.confirmer, sizeof to.confirmer);
	to.due = q->now + app->conf.release_delay;
	return st ? st : move(app, q, r, &to, state, "release.confirm", lines, r->nto);
}

/* ---- stop, recall, throw away --------------------------------------------------------------- */

enum status release_stop(struct app *app, const struct question *q, const struct release *r)
{
	struct release_facts f = facts_of(q, r, STEP_STOP);
	struct release_row to = r->row;
	enum release_state state;
	enum status st = allowed(app, q, r, STEP_STOP, &f, &state);

	to.confirmer[0] = '\0';
	to.asked = to.due = 0;
	return st ? st : move(app, q, r, &to, state, "release.stop", NULL, 0);
}

enum status release_recall(struct app *app, const struct question *q, const struct release *r)
{
	struct release_facts f = facts_of(q, r, STEP_RECALL);
	struct release_row to = r->row;
	enum release_state state;
	enum status st = allowed(app, q, r, STEP_RECALL, &f, &state);

	to.recalled = q->now;
	return st ? st : move(app, q, r, &to, state, "release.recall", NULL, 0);
}

static enum status throw_all(struct app *app, const struct question *q, const struct release *r)
{
	enum status st = release_note(app, q, "release.drop", &r->row, r->nto, r->nfiles - 1);

	if (!st)
		st = release_drop(app->db, span_of(r->row.id), r->row.state);
	for (size_t i = 0; i < r->nfiles && !st; i++)
		st = stage_drop(app, span_of(r->files[i].file));
	return st == ST_STALE ? too_late() : st;
}

enum status release_throw(struct app *app, const struct question *q, const struct release *r,
			  struct span child)
{
	struct release_facts f = facts_of(q, r, STEP_DROP);
	enum release_state state;
	enum status st = allowed(app, q, r, STEP_DROP, &f, &state);

	if (st || !child.n)
		return st ? st : throw_all(app, q, r);
	st = release_note(app, q, "release.change", &r->row, r->nto - 1, r->nfiles - 1);
	if (!st)
		st = release_child_drop(app->db, span_of(r->row.id), child, r->row.state);
	return st == ST_STALE ? too_late() : st;
}
