/* What guardians are asked, and what they answered to those who asked. */
#include "generator/base/day.h"
#include "vault/db/ask.h"
#include "vault/flow/consent_paper.h"
#include "vault/flow/work.h"

enum { ANSWERED_DAYS = 14, DAY_SECONDS = 86400 };

struct source {
	const struct work_ask *ask;
	struct work_list *list;
	size_t count;
};

/* By what this account is let in; WHY_NO_RULE: it is not. */
static enum status let_in(const struct work_ask *w, const char *child, struct decision *out)
{
	const struct question q = {.action = ACT_CHILD_READ,
				   .who = w->who,
				   .child = span_of(child),
				   .request = w->request,
				   .now = w->now};

	return decide_quietly(w->app, &q, out, NULL);
}

static enum status add_item(struct source *s, const struct work_item *item)
{
	if (!item->href.p || !item->child.p || !item->object.p || !item->title.p)
		return ST_NOMEM;
	if (s->count++ == WORK_MAX) {
		s->list->more = true;
		return ST_OK;
	}
	return work_add(s->ask, s->list, item);
}

static enum status add(struct source *s, const struct ask_row *a, enum work_kind kind,
		       struct span title, const char *note)
{
	struct arena *arena = s->ask->arena;
	const char *href = arena_printf(arena, "/children/%s/consents/%s", a->child, a->id);
	const struct work_item item = {
	    .kind = kind,
	    .child = arena_copy(arena, span_of(a->child)),
	    .object = arena_copy(arena, span_of(a->id)),
	    .title = arena_copy(arena, title),
	    .note = note ? span_of(note) : SPAN_NONE,
	    .href = href ? span_of(href) : SPAN_NONE,
	    .due =
		a->due[0] && kind == WORK_ANSWER ? arena_copy(arena, span_of(a->due)) : SPAN_NONE,
	    .at = kind == WORK_ANSWER ? a->at : a->answered,
	};

	return add_item(s, &item);
}

static enum status one_waiting(void *ctx, const struct ask_row *a)
{
	struct source *s = ctx;
	struct decision d;
	struct shield shield;
	enum status st = let_in(s->ask, a->child, &d);

	if (st || !d.allow || d.reason != WHY_GUARDIAN)
		return st;
	st = shield_load(&shield, s->ask->app, span_of(a->child), s->ask->who);
	if (!st)
		st = add(s, a, WORK_ANSWER, shield_say(&shield, span_of(a->title), SPAN("シート")),
			 NULL);
	shield_clear(&shield);
	return st;
}

static const char *state_note(int state)
{
	switch (state) {
	case CONSENT_AGREED:
		return "同意";
	case CONSENT_CHANGES:
		return "直してほしい";
	case CONSENT_DECLINED:
		return "同意しない";
	case CONSENT_REVOKED:
		return "取り消し";
	default:
		return NULL;
	}
}

static enum status one_answered(void *ctx, const struct ask_row *a)
{
	struct source *s = ctx;
	const char *note = state_note(a->state);
	struct decision d;
	enum status st;

	if (!note)
		return ST_OK;
	st = let_in(s->ask, a->child, &d);
	return st || !d.allow || d.read_only ? st
					     : add(s, a, WORK_ANSWERED, span_of(a->title), note);
}

/* ---- papers ------------------------------------------------------------------------------- */

/* What was sent back is work of who wrote it down; what waits is that of everybody else, and theirs
   where there is nobody else. */
static enum status is_work(const struct work_ask *w, const struct ask_row *a,
			   const struct ask_paper *p, bool *out)
{
	const struct question q = {
	    .who = w->who, .child = span_of(a->child), .request = w->request, .now = w->now};

	*out = strcmp(p->account, w->who->id) == 0;
	if (p->sent_back)
		return ST_OK;
	if (*out)
		return consent_paper_alone(w->app, &q, span_of(a->institution), out);
	*out = true;
	return ST_OK;
}

static enum status one_paper(void *ctx, const struct ask_row *a, const struct ask_paper *p)
{
	struct source *s = ctx;
	struct arena *arena = s->ask->arena;
	const char *href = arena_printf(arena, "/children/%s/consents/%s/papers/%s", a->child,
					a->id, p->paper),
		   *note = arena_printf(arena, "差しもどし：%s", p->note);
	const struct work_item item = {
	    .kind = WORK_PAPER,
	    .child = arena_copy(arena, span_of(a->child)),
	    .object = arena_copy(arena, span_of(p->paper)),
	    .title = arena_copy(arena, span_of(a->title)),
	    .note = p->sent_back ? span_of(note ? note : "") : SPAN("紙の同意：確認待ち"),
	    .href = href ? span_of(href) : SPAN_NONE,
	    .at = p->at,
	};
	struct decision d;
	bool mine = false;
	enum status st = let_in(s->ask, a->child, &d);

	if (st || !d.allow || d.read_only)
		return st;
	st = is_work(s->ask, a, p, &mine);
	return st || !mine ? st : add_item(s, &item);
}

enum status work_consents(const struct work_ask *ask, struct work_list *list)
{
	struct source s = {ask, list, 0};
	const struct account *who = ask->who;
	char today[DAY_TEXT];
	enum status st;

	day_iso(day_jst(ask->now), today);
	if (who->role == ROLE_HOUSEHOLD)
		return ask_waiting(ask->app->db, span_of(who->id), span_of(today), WORK_MAX + 1,
				   one_waiting, &s);
	if (!who->staff)
		return ST_OK;
	st = ask_papers(ask->app->db, span_of(who->institution), WORK_MAX + 1, one_paper, &s);
	s.count = 0;
	return st ? st
		  : ask_answered(ask->app->db, span_of(who->institution),
				 ask->now - ANSWERED_DAYS * DAY_SECONDS, WORK_MAX + 1, one_answered,
				 &s);
}
