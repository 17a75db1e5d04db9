/* The steps of a handover: the answer of a guardian, opening, confirming, feedback, closing. */
#include "vault/flow/handover_impl.h"

#include "vault/flow/commit_change.h"

#include <stdio.h>

/* ---- writing -------------------------------------------------------------------------------- */

static enum status commit_file(struct handover_look *l, const struct actor *who, const char *action,
			       const char *path, struct span bytes)
{
	struct change change = {span_of(path), bytes};
	char what[64];
	struct change_set set = {.repo = *repo_name_of(l->repo),
				 .base = &l->head,
				 .action = action,
				 .child = l->q.child,
				 .changes = &change,
				 .count = 1};
	struct oid id;
	enum status st;

	snprintf(what, sizeof what, "handovers/%.*s", SPAN_ARG(l->h.id));
	set.what = span_of(what);
	st = commit_change(l->app, who, &set, &id);
	return st ? st : handover_index(l->app->db, l->repo, NULL, l->q.child);
}

enum status handover_commit(struct handover_look *l, const struct actor *who, const char *action)
{
	char path[64];
	struct buf text;
	enum status st;

	snprintf(path, sizeof path, "handovers/%.*s.md", SPAN_ARG(l->h.id));
	buf_init(&text, HANDOVER_FILE);
	handover_write(&l->h, &text);
	st = text.st ? text.st : commit_file(l, who, action, path, buf_span(&text));
	buf_clear(&text);
	return st;
}

/* Does something to l->h and writes it; again when somebody else saved meanwhile. */
struct step {
	const char *action;
	enum handover_side side;
	enum status (*apply)(struct handover_look *l, const struct step *s);
	const struct span *ticks;
	size_t nticks;
	struct span text, key;
};

static enum status try_step(struct app *app, const struct actor *who, const struct question *q,
			    struct span id, const struct step *s)
{
	struct handover_look l;
	enum status st = handover_begin(&l, app, q, id);

	if (!st && (l.side != s->side ||
		    (s->side == HANDOVER_GIVER && !handover_gives(q->who, &l.decision))))
		st = refuse(app, &l.q, "not-this-side");
	if (!st)
		st = s->apply(&l, s);
	if (!st)
		st = handover_commit(&l, who, s->action);
	handover_end(&l);
	return st;
}

static enum status take_step(struct app *app, const struct actor *who, const struct question *q,
			     struct span id, const struct step *s)
{
	enum status st = ST_STALE;

	for (int i = 0; i < HANDOVER_TRIES && st == ST_STALE; i++)
		st = try_step(app, who, q, id, s);
	return st;
}

/* ---- a guardian answers --------------------------------------------------------------------- */

/* Keeps of a list what is ticked. */
static enum status keep_ticked(struct handover_look *l, struct handover_sheet *s, struct span list,
			       const struct step *step, size_t *taken)
{
	struct buf kept;
	enum status st;

	buf_init(&kept, HANDOVER_FILE);
	while (list.n) {
		struct span one = span_cut(&list, ',');

		if (!handover_ticked(step->ticks, step->nticks, s->type, s->id, one))
			continue;
		(*taken)++;
		buf_adds(&kept, kept.len ? "," : "");
		buf_addspan(&kept, one);
	}
	s->opened = arena_copy(l->arena, buf_span(&kept));
	st = kept.st ? kept.st : s->opened.p ? ST_OK : ST_NOMEM;
	buf_clear(&kept);
	return st;
}

/* The answer: the sheets of which this guardian may know, with what they agree to. */
static enum status make_answer(struct handover_look *l, const struct step *s,
			       struct handover *answer)
{
	size_t taken = 0;
	enum status st = ST_OK;

	*answer = l->h;
	answer->nsheets = 0;
	answer->sheets = arena_array(l->arena, HANDOVER_SHEETS, sizeof *answer->sheets);
	if (!answer->sheets)
		return ST_NOMEM;
	for (size_t i = 0; i < l->h.nsheets && !st; i++) {
		struct handover_sheet *to = &answer->sheets[answer->nsheets];

		if (!handover_knows_sheet(l, i))
			continue;
		*to = l->h.sheets[i];
		st = keep_ticked(l, to, to->asked, s, &taken);
		to->asked = to->opened;
		to->opened = SPAN("");
		answer->nsheets++;
	}
	if (!st && taken != s->nticks)
		st = fail(ST_INVALID, "この画面を、もう一度 開いてから やりなおしてください");
	return st;
}

/* Did this guardian say exactly that last? */
static bool is_said(struct handover_look *l, const struct handover *answer, const char *path)
{
	int64_t at = 0;
	struct buf old, same;
	bool said;

	for (size_t i = 0; i < l->h.nanswers; i++)
		if (span_is(l->h.answers[i].by, l->q.who->id))
			at = l->h.answers[i].at;
	buf_init(&old, HANDOVER_FILE);
	buf_init(&same, HANDOVER_FILE);
	handover_answer_write(answer, l->q.who->id, at, &same);
	said = at && !same.st && repo_read(l->repo, &l->head, path, &old) == ST_OK &&
	       span_eq(buf_span(&old), buf_span(&same));
	buf_clear(&same);
	buf_clear(&old);
	return said;
}

static enum status commit_answer(struct handover_look *l, const struct actor *who,
				 const struct step *s)
{
	struct handover answer;
	char path[64 + ID_MAX];
	struct buf text;
	enum status st = make_answer(l, s, &answer);

	if (st)
		return st;
	snprintf(path, sizeof path, "handovers/%.*s/%s.md", SPAN_ARG(l->h.id), l->q.who->id);
	if (is_said(l, &answer, path))
		return ST_EXISTS;
	buf_init(&text, HANDOVER_FILE);
	handover_answer_write(&answer, l->q.who->id, l->q.now, &text);
	st = text.st ? text.st
		     : commit_file(l, who, s->nticks ? "consent.give" : "consent.decline", path,
				   buf_span(&text));
	buf_clear(&text);
	return st;
}

enum status handover_give_answer(struct app *app, const struct actor *who, const struct question *q,
				 struct span id, const struct span *ticks, size_t nticks)
{
	const struct step s = {.ticks = ticks, .nticks = nticks};
	enum status st = ST_STALE;

	for (int i = 0; i < HANDOVER_TRIES && st == ST_STALE; i++) {
		struct handover_look l;

		st = handover_begin(&l, app, q, id);
		if (!st && l.side != HANDOVER_FAMILY)
			st = refuse(app, &l.q, "not-this-side");
		if (!st && l.h.state == HANDOVER_CLOSED)
			st = fail(ST_INVALID, "この引き継ぎは もう 終わっています");
		if (!st)
			st = commit_answer(&l, who, &s);
		handover_end(&l);
	}
	return st;
}

/* ---- the giver opens and closes ------------------------------------------------------------- */

/* Is it open with exactly these sections: did the same form come before? */
static bool is_opened_so(const struct handover_look *l, const struct step *s)
{
	size_t open = 0, ticked = 0;

	for (size_t i = 0; i < l->h.nsheets; i++) {
		const struct handover_sheet *to = &l->h.sheets[i];
		struct span list = to->opened;

		while (list.n) {
			struct span one = span_cut(&list, ',');

			open++;
			ticked += handover_ticked(s->ticks, s->nticks, to->type, to->id, one);
		}
	}
	return l->h.state == HANDOVER_IS_OPEN && open == ticked && ticked == s->nticks;
}

static enum status opening(struct handover_look *l, const struct step *s)
{
	size_t taken = 0;
	enum status st = ST_OK;

	if (is_opened_so(l, s))
		return fail(ST_EXISTS, "この引き継ぎは もう はじまっています");
	if (l->h.state != HANDOVER_ASKED)
		return fail(ST_INVALID, "この引き継ぎは もう はじまっているか、終わっています");
	if (span_cmp(l->h.until, span_of(l->today)) < 0)
		return fail(ST_INVALID, "おわりの日が すぎています");
	for (size_t i = 0; i < l->h.nsheets && !st; i++) {
		st = keep_ticked(l, &l->h.sheets[i], l->h.sheets[i].agreed, s, &taken);
		if (!st && l->h.sheets[i].opened.n && !handover_is_newest(l, i))
			st = fail(ST_INVALID,
				  "同意をもらったあとに 書きかえられたシートが あります。"
				  "新しい引き継ぎを 作ってください");
	}
	if (!st && taken != s->nticks)
		st = fail(ST_INVALID, "保護者の同意が ない欄は えらべません");
	if (!st && !taken)
		st = fail(ST_INVALID, "引き継ぐ欄を 1つ以上 えらんでください");
	l->h.state = HANDOVER_IS_OPEN;
	l->h.opened_by = span_of(l->q.who->id);
	l->h.opened_at = l->q.now;
	return st;
}

enum status handover_open(struct app *app, const struct actor *who, const struct question *q,
			  struct span id, const struct span *ticks, size_t nticks)
{
	const struct step s = {.action = "handover.open",
			       .side = HANDOVER_GIVER,
			       .apply = opening,
			       .ticks = ticks,
			       .nticks = nticks};

	return take_step(app, who, q, id, &s);
}

static enum status closing(struct handover_look *l, const struct step *s)
{
	(void)s;
	if (l->h.state == HANDOVER_CLOSED)
		return fail(ST_EXISTS, "この引き継ぎは もう 終わっています");
	l->h.state = HANDOVER_CLOSED;
	l->h.closed_by = span_of(l->q.who->id);
	l->h.closed_at = l->q.now;
	return ST_OK;
}

enum status handover_close(struct app *app, const struct actor *who, const struct question *q,
			   struct span id)
{
	const struct step s = {
	    .action = "handover.close", .side = HANDOVER_GIVER, .apply = closing};

	return take_step(app, who, q, id, &s);
}

/* ---- the giver gives it out ----------------------------------------------------------------- */

enum status handover_may_give_out(struct handover_look *l)
{
	if (l->side != HANDOVER_GIVER || !handover_gives(l->q.who, &l->decision))
		return refuse(l->app, &l->q, "not-this-side");
	if (l->h.state != HANDOVER_IS_OPEN || span_cmp(l->h.since, span_of(l->today)) > 0 ||
	    span_cmp(l->h.until, span_of(l->today)) < 0)
		return fail(ST_INVALID, "引き継ぎを はじめてから、期間のあいだに 出せます");
	if (l->h.npackages == HANDOVER_PACKAGES)
		return fail(ST_INVALID, "%d回まで 出せます", HANDOVER_PACKAGES);
	return ST_OK;
}

static enum status giving_out(struct handover_look *l, const struct step *s)
{
	enum status st = handover_may_give_out(l);

	if (!st)
		st = handover_text(s->text, true);
	if (!st)
		l->h.packages[l->h.npackages++] = (struct handover_package){
		    span_of(l->q.who->id), l->q.now, span_trim(s->text), s->key};
	return st;
}

enum status handover_give_out(struct app *app, const struct actor *who, const struct question *q,
			      struct span id, struct span reason, struct span key)
{
	const struct step s = {.action = "handover.package",
			       .side = HANDOVER_GIVER,
			       .apply = giving_out,
			       .text = reason,
			       .key = key};

	return take_step(app, who, q, id, &s);
}

/* ---- the receiver confirms and answers ------------------------------------------------------ */

static enum status confirming(struct handover_look *l, const struct step *s)
{
	(void)s;
	if (l->h.confirmed_at)
		return fail(ST_EXISTS, "もう 読んだことを 知らせてあります");
	l->h.confirmed_by = span_of(l->q.who->id);
	l->h.confirmed_at = l->q.now;
	return ST_OK;
}

enum status handover_confirm(struct app *app, const struct actor *who, const struct question *q,
			     struct span id)
{
	const struct step s = {
	    .action = "handover.confirm", .side = HANDOVER_RECEIVER, .apply = confirming};

	return take_step(app, who, q, id, &s);
}

static enum status telling(struct handover_look *l, const struct step *s)
{
	const struct handover_word *last = l->h.nwords ? &l->h.words[l->h.nwords - 1] : NULL;
	enum status st = handover_text(s->text, true);

	if (st)
		return st;
	if (last && span_is(last->by, l->q.who->id) && span_eq(last->text, span_trim(s->text)))
		return fail(ST_EXISTS, "同じ返事を もう 送ってあります");
	if (l->h.nwords == HANDOVER_WORDS)
		return fail(ST_INVALID, "返事は %d回まで 書けます", HANDOVER_WORDS);
	l->h.words[l->h.nwords++] =
	    (struct handover_word){span_of(l->q.who->id), l->q.now, span_trim(s->text)};
	return ST_OK;
}

enum status handover_feedback(struct app *app, const struct actor *who, const struct question *q,
			      struct span id, struct span text)
{
	const struct step s = {.action = "handover.feedback",
			       .side = HANDOVER_RECEIVER,
			       .apply = telling,
			       .text = text};

	return take_step(app, who, q, id, &s);
}
