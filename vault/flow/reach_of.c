#include "vault/flow/reach_impl.h"

#include "generator/base/day.h"
#include "vault/flow/policy.h"
#include "vault/flow/ranges.h"

enum { CHILD_MEMORY = 16 * 1024 * 1024, EVERY_CHILD = 1000000, CHILD_ID = 10 };

struct walk {
	struct reach_walk w;
	char today[DAY_TEXT];
	const struct reach_trial *trial; /* NULL: as it is */
	reach_fn fn;
	reach_change_fn change;
	void *ctx;
};

/* ---- before and after --------------------------------------------------------------------- */

static bool same_thing(const struct reach_line *a, const struct reach_line *b)
{
	return a->sheet == b->sheet;
}

static bool same_reach(const struct reach_line *a, const struct reach_line *b)
{
	return a->read_only == b->read_only && span_eq(a->reads, b->reads) &&
	       span_eq(a->writes, b->writes);
}

static const struct reach_line *find(const struct reach_lines *in, const struct reach_line *l)
{
	for (size_t i = 0; i < in->count; i++)
		if (same_thing(&in->list[i], l))
			return &in->list[i];
	return NULL;
}

static enum status compare(struct walk *w, const struct reach_lines *before,
			   const struct reach_lines *after)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < before->count && !st; i++) {
		const struct reach_line *b = &before->list[i], *a = find(after, b);
		if (!a)
			st = w->change(w->ctx, REACH_LOST, b, NULL);
		else if (!same_reach(b, a))
			st = w->change(w->ctx, REACH_CHANGED, b, a);
	}
	for (size_t i = 0; i < after->count && !st; i++)
		if (!find(before, &after->list[i]))
			st = w->change(w->ctx, REACH_GAINED, NULL, &after->list[i]);
	return st;
}

/* From here on the ground is as the trial would make it. */
static enum status try_it(struct walk *w, const struct child_row *c, struct ground *g)
{
	const struct reach_trial *t = w->trial;
	bool about = false;
	enum status st = ST_OK;

	if (t->policy)
		ground_set_policy(g, t->policy);
	if (t->drop)
		ground_drop_range(g, span_of(t->drop->id));
	if (t->add && range_is_for(t->add, w->w.who))
		st = range_is_about(w->w.app, t->add, span_of(c->id), span_of(w->today), &about);
	return st || !about ? st : ground_add_range(g, t->add);
}

static enum status differ(struct walk *w, const struct child_row *c, struct ground *g,
			  const struct reach_rows *rows, const struct reach_looks *now)
{
	struct reach_looks then;
	struct reach_lines before, after;
	enum status st = try_it(w, c, g);

	if (!st)
		st = reach_look(&w->w, c, g, rows, &then);
	if (st || reach_same_looks(now, &then))
		return st;
	st = reach_lines(&w->w, c, now, &before);
	if (!st)
		st = reach_lines(&w->w, c, &then, &after);
	return st ? st : compare(w, &before, &after);
}

static enum status tell(struct walk *w, const struct child_row *c, const struct reach_looks *looks)
{
	struct reach_lines l;
	enum status st;

	if (!reach_any(looks))
		return ST_OK;
	st = reach_lines(&w->w, c, looks, &l);
	for (size_t i = 0; i < l.count && !st; i++)
		st = w->fn(w->ctx, &l.list[i]);
	return st;
}

/* ---- one child ---------------------------------------------------------------------------- */

static enum status look(struct walk *w, const struct child_row *c)
{
	const struct question q = {
	    .action = ACT_CHILD_READ, .who = w->w.who, .child = span_of(c->id), .now = w->w.now};
	struct reach_rows rows;
	struct reach_looks now;
	struct ground *g = NULL;
	enum status st = ground_load(&g, w->w.app, &q);

	if (!st)
		st = reach_rows(&w->w, c, &rows);
	if (!st)
		st = reach_look(&w->w, c, g, &rows, &now);
	if (!st)
		st = w->trial ? differ(w, c, g, &rows, &now) : tell(w, c, &now);
	ground_free(g);
	return st;
}

static enum status one_child(struct walk *w, struct span id)
{
	struct child_row c;
	enum status st = child_get(w->w.app->db, id, &c);

	if (st)
		return st == ST_NOTFOUND ? ST_OK : st;
	w->w.arena = arena_new(CHILD_MEMORY);
	st = w->w.arena ? look(w, &c) : ST_NOMEM;
	arena_free(w->w.arena);
	return st;
}

/* ---- which children ----------------------------------------------------------------------- */

static enum status keep_id(void *ctx, const struct child_row *c)
{
	buf_adds(ctx, c->id);
	return ST_OK;
}

static const struct range_row *range_tried(const struct walk *w)
{
	return !w->trial ? NULL : w->trial->add ? w->trial->add : w->trial->drop;
}

static int most(int a, int b)
{
	return a > b ? a : b;
}

/* Where the account may find children, by the settings in force or by those that are tried. */
static enum status own_scope(struct walk *w, struct child_scope *out, struct scope_room *room)
{
	const struct policy *tried = w->trial->policy;
	struct policy now;
	struct day day = {0, 0, 0};
	enum status st = scope_of(w->w.app, w->w.who, w->today, out, room);

	if (st || !tried)
		return st;
	st = policy_load(w->w.app, &now);
	day_parse(span_of(w->today), &day);
	day_iso(day_plus(day, -most(now.tail_days, tried->tail_days)), room->from);
	day_iso(day_plus(day, most(now.lead_days, tried->lead_days)), room->to);
	out->from = span_of(room->from);
	out->to = span_of(room->to);
	return st;
}

/* Those about whom something may be different; all, where only the decision knows. */
static enum status search_scope(struct walk *w, struct child_scope *out, struct scope_room *room)
{
	const struct range_row *r = range_tried(w);

	*out = (struct child_scope){.all = true, .today = span_of(w->today)};
	if (!w->trial || w->w.who->role == ROLE_ADMIN)
		return ST_OK;
	if (!r || !r->opens)
		return own_scope(w, out, room);
	if (r->children_of[0])
		*out = (struct child_scope){.institution = span_of(r->children_of),
					    .from = span_of(w->today),
					    .to = span_of(w->today),
					    .today = span_of(w->today)};
	return ST_OK;
}

/* The ids first: a walk may take long and should hold no query open. */
static enum status candidates(struct walk *w, struct buf *ids)
{
	const struct range_row *r = range_tried(w);
	struct child_scope scope;
	struct scope_room room;
	enum status st;

	if (r && r->child[0]) {
		buf_adds(ids, r->child);
		return ids->st;
	}
	st = search_scope(w, &scope, &room);
	if (!st)
		st = child_search(w->w.app->db, &scope, SPAN_NONE, EVERY_CHILD, 0, keep_id, ids);
	return st ? st : ids->st;
}

static enum status every_child(struct walk *w)
{
	struct buf ids;
	enum status st;

	day_iso(day_jst(w->w.now), w->today);
	buf_init(&ids, (size_t)EVERY_CHILD * CHILD_ID);
	st = candidates(w, &ids);
	for (size_t i = 0; i + CHILD_ID <= ids.len && !st; i += CHILD_ID)
		st = one_child(w, span_make(ids.data + i, CHILD_ID));
	buf_clear(&ids);
	return st;
}

/* ---- questions ---------------------------------------------------------------------------- */

enum status reach_of(struct app *app, const struct account *a, int64_t now, reach_fn fn, void *ctx)
{
	struct walk w = {.w = {.app = app, .who = a, .now = now}, .fn = fn, .ctx = ctx};

	return every_child(&w);
}

enum status reach_difference(struct app *app, const struct account *a, int64_t moment,
			     const struct reach_trial *trial, reach_change_fn fn, void *ctx)
{
	struct walk w = {
	    .w = {.app = app, .who = a, .now = moment}, .trial = trial, .change = fn, .ctx = ctx};

	return reach_concerns(trial, a) ? every_child(&w) : ST_OK;
}

/* Settings say nothing about guardians and the board; a range only about its own. */
bool reach_concerns(const struct reach_trial *t, const struct account *a)
{
	const struct range_row *r = t->add ? t->add : t->drop;

	if (a->disabled)
		return false;
	return r ? range_is_for(r, a)
		 : a->role == ROLE_ADMIN || (a->staff && a->role != ROLE_BOARD);
}

int64_t reach_moment(const struct reach_trial *t, int64_t now)
{
	struct day since;
	int64_t begin;

	if (!t->add || !day_parse(span_of(t->add->since), &since))
		return now;
	begin = day_begin_jst(since);
	return begin > now ? begin : now;
}
