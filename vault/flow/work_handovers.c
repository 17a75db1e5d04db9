/* What waits because of handovers. */
#include "vault/db/handover.h"
#include "vault/flow/handover.h"
#include "vault/flow/work_sources.h"

enum { TOLD_SECONDS = 30 * 86400 };

struct source {
	const struct work_ask *ask;
	struct work_list *list;
	enum work_kind kind;
	size_t count;
};

/* The index does not know what a receiver outside is called; the file does. */
static enum status name_receiver(const struct source *s, const struct handover_row *r,
				 struct handover *h, struct arena *a)
{
	struct repo *repo = NULL;
	enum status st;

	if (r->receiver[0])
		return ST_OK;
	st = child_repo(&repo, s->ask->app, span_of(r->child));
	if (!st)
		st = handover_load(repo, NULL, span_of(r->child), span_of(r->id), a, h);
	repo_close(repo);
	return st;
}

/* Is it this account's?  By the same rule as its page. */
static enum status concerns(const struct source *s, const struct handover_row *r, bool *out)
{
	const struct work_ask *ask = s->ask;
	struct handover h = {.from = span_of(r->giver), .to = span_of(r->receiver)};
	struct question q = {.action = ACT_CHILD_READ,
			     .who = ask->who,
			     .child = span_of(r->child),
			     .request = ask->request,
			     .now = ask->now};
	struct arena *own;
	struct shield shield;
	struct decision d;
	enum status st = decide_quietly(ask->app, &q, &d, NULL);

	*out = false;
	if (st || !d.allow)
		return st;
	/* what the index says to be open to the receiver needs no file */
	if (s->kind == WORK_HANDOVER) {
		*out = true;
		return ST_OK;
	}
	st = shield_load(&shield, ask->app, q.child, ask->who);
	own = arena_new(HANDOVER_MEMORY);
	if (!st)
		st = own ? name_receiver(s, r, &h, own) : ST_NOMEM;
	*out = !st && handover_side(&h, ask->who, &d, &shield, "", ask->arena) ==
			  (s->kind == WORK_ANSWER ? HANDOVER_FAMILY : HANDOVER_GIVER);
	shield_clear(&shield);
	arena_free(own);
	return st;
}

static long long since_when(enum work_kind kind, const struct handover_row *r)
{
	switch (kind) {
	case WORK_HANDOVER:
		return r->opened_at;
	case WORK_FEEDBACK:
		return r->told_at;
	case WORK_ANSWERED:
		return r->answered_at;
	default:
		return r->asked_at;
	}
}

static enum status one(void *ctx, const struct handover_row *r)
{
	struct source *s = ctx;
	struct arena *a = s->ask->arena;
	struct work_item item = {.kind = s->kind,
				 .child = arena_copy(a, span_of(r->child)),
				 .object = arena_copy(a, span_of(r->id)),
				 .title = SPAN("引き継ぎ"),
				 .at = since_when(s->kind, r)};
	char *href = arena_printf(a, "/children/%s/handover/%s", r->child, r->id);
	bool yes;
	enum status st;

	if (s->count == WORK_MAX) {
		s->list->more = true;
		return ST_OK;
	}
	st = concerns(s, r, &yes);
	if (st || !yes)
		return st;
	if (!item.child.p || !item.object.p || !href)
		return ST_NOMEM;
	item.href = span_of(href);
	if (s->kind == WORK_HANDOVER)
		item.due = arena_copy(a, span_of(r->until));
	s->count++;
	return work_add(s->ask, s->list, &item);
}

static enum status for_staff(const struct work_ask *ask, struct source *s)
{
	struct span mine = span_of(ask->who->institution);
	char today[DAY_TEXT];
	enum status st;

	day_iso(day_jst(ask->now), today);
	st = handover_row_unread(ask->app->db, mine, span_of(today), WORK_MAX + 1, one, s);
	s->kind = WORK_ANSWERED;
	s->count = 0;
	if (!st)
		st = handover_row_answered(ask->app->db, mine, WORK_MAX + 1, one, s);
	s->kind = WORK_FEEDBACK;
	s->count = 0;
	if (!st)
		st = handover_row_told(ask->app->db, mine, ask->now - TOLD_SECONDS, WORK_MAX + 1,
				       one, s);
	return st;
}

enum status work_handovers(const struct work_ask *ask, struct work_list *list)
{
	struct source s = {ask, list, WORK_HANDOVER, 0};

	if (ask->who->staff && ask->who->institution[0])
		return for_staff(ask, &s);
	s.kind = WORK_ANSWER;
	if (ask->who->role == ROLE_HOUSEHOLD)
		return handover_row_asked(ask->app->db, span_of(ask->who->id), WORK_MAX + 1, one,
					  &s);
	return ST_OK;
}
