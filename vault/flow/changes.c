#include "vault/flow/changes.h"

#include "vault/flow/journal_search.h"
#include "vault/journal/journal.h"

#include <string.h>

enum { PIECE = 32, PIECE_GROWS = 8 };

static struct change_entry entry_of(const struct record *r)
{
	return (struct change_entry){
	    .n = r->n,
	    .t = r->t,
	    .action = r->event,
	    .account = r->account,
	    .role = r->role,
	    .institution = r->institution,
	    .child = r->child,
	    .object = r->object,
	    .request = r->request,
	    .repository = r->repository,
	    .version = r->new_,
	    .before = r->old,
	    .sha256 = r->sha256,
	    .alone = span_is(r->reason, "alone"),
	};
}

/* Of the type, if one is asked for: "kyoiku-shien/2026" and not "kyoiku-shien-2/2026". */
static bool is_of_type(const struct record *r, struct span type)
{
	return !type.n || (r->object.n > type.n && span_starts(r->object, type) &&
			   r->object.p[type.n] == '/' && span_starts(r->event, SPAN("sheet.")));
}

static struct journal_filter filter_of(const struct change_filter *f)
{
	return (struct journal_filter){
	    .class = "change",
	    .from = f->from,
	    .to = f->to,
	    .event = f->action,
	    .account = f->account,
	    .institution = f->institution,
	    .child = f->child,
	    .repository = f->repository,
	    .newest_first = true,
	};
}

struct walk {
	const struct change_filter *f;
	bool (*each)(void *ctx, const struct change_entry *e);
	void *ctx;
	size_t given; /* by the index, of one piece */
	uint64_t last;
	bool ended;
};

static bool one_record(void *ctx, const struct record *r, struct span line)
{
	struct walk *w = ctx;
	struct change_entry e = entry_of(r);

	(void)line;
	return !is_of_type(r, w->f->type) || w->each(w->ctx, &e);
}

/* ---- by the index ------------------------------------------------------------------------- */

static bool one_hit(void *ctx, const struct record *r, struct span line)
{
	struct walk *w = ctx;
	struct span repository = w->f->repository;

	w->given++;
	w->last = r->n;
	if (strcmp(r->class, "change") != 0 || span_is(r->event, LOG_UNREADABLE) ||
	    (repository.n && !span_eq(r->repository, repository)))
		return true;
	w->ended = !one_record(ctx, r, line);
	return !w->ended;
}

/* The index does not know of repositories, but in that of a child every change is about the child.
 */
static struct span child_of(const struct change_filter *f)
{
	struct span rest = f->repository, kind = span_cut(&rest, '/');

	return f->child.n ? f->child : span_is(kind, "children") ? rest : SPAN_NONE;
}

static struct trace_query query_of(const struct change_filter *f)
{
	return (struct trace_query){
	    .classes = 1u << record_class(SPAN("change")),
	    .from = f->from,
	    .to = f->to,
	    .field = {[TRACE_EVENT] = f->action,
		      [TRACE_ACCOUNT] = f->account,
		      [TRACE_INSTITUTION] = f->institution,
		      [TRACE_CHILD] = child_of(f)},
	};
}

/* Does the index find few of many?  Without conditions the newest are read off the end of the
   journal's files; so is everything while the index is not whole. */
static bool index_helps(struct app *app, const struct trace_query *q)
{
	const struct span *f = q->field;

	return (f[TRACE_EVENT].n || f[TRACE_ACCOUNT].n || f[TRACE_INSTITUTION].n ||
		f[TRACE_CHILD].n) &&
	       app->trace && log_catch_up(app, LOG_AT_ONCE) == ST_OK;
}

/* In pieces that grow: most callers want the newest few of them. */
static enum status by_index(struct app *app, struct trace_query q, struct walk *w)
{
	enum status st;

	q.limit = PIECE;
	do {
		w->given = 0;
		st = log_search(app, &q, one_hit, w);
		if (w->given < q.limit || w->last == 0)
			w->ended = true;
		q.upto = w->last;
		q.limit *= PIECE_GROWS;
	} while (!st && !w->ended);
	return st;
}

enum status changes_each(struct app *app, const struct change_filter *f,
			 bool (*each)(void *ctx, const struct change_entry *e), void *ctx)
{
	const struct trace_query query = query_of(f);
	const struct journal_filter filter = filter_of(f);
	struct walk w = {.f = f, .each = each, .ctx = ctx};

	if (index_helps(app, &query))
		return by_index(app, query, &w);
	return journal_scan(app->journal, &filter, one_record, &w);
}

/* ---- a page of them ----------------------------------------------------------------------- */

struct gather {
	struct arena *a;
	struct change_list *out;
	size_t skip, most;
	bool full; /* the arena is */
};

static void keep(struct arena *a, struct change_entry *out, const struct change_entry *e)
{
	struct span *const spans[] = {&out->action,	 &out->account,	   &out->role,
				      &out->institution, &out->child,	   &out->object,
				      &out->request,	 &out->repository, &out->version,
				      &out->before,	 &out->sha256};

	*out = *e;
	for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
		*spans[i] = arena_copy(a, *spans[i]);
}

static bool gather(void *ctx, const struct change_entry *e)
{
	struct gather *g = ctx;
	struct change_list *l = g->out;

	if (g->skip) {
		g->skip--;
		return true;
	}
	if (l->count == g->most) {
		l->more = true;
		return false;
	}
	keep(g->a, &l->entries[l->count], e);
	g->full = !l->entries[l->count++].sha256.p;
	return !g->full;
}

enum status changes_list(struct app *app, const struct change_filter *f, size_t skip, size_t most,
			 struct arena *a, struct change_list *out)
{
	struct gather g = {a, out, skip, most, false};
	enum status st;

	*out = (struct change_list){.entries = arena_array(a, most, sizeof *out->entries)};
	if (!out->entries)
		return fail(ST_NOMEM, "no memory for a list of changes");
	st = changes_each(app, f, gather, &g);
	return !st && g.full ? fail(ST_NOMEM, "no memory for a list of changes") : st;
}

/* ---- one of them -------------------------------------------------------------------------- */

struct search {
	struct arena *a;
	struct span version; /* absent: the newest */
	struct change_entry *out;
	bool found;
};

static bool search(void *ctx, const struct change_entry *e)
{
	struct search *s = ctx;

	if (s->version.n && !span_eq(e->version, s->version))
		return true;
	s->found = true;
	keep(s->a, s->out, e);
	return false;
}

static enum status find(struct app *app, const struct change_filter *f, struct search *s)
{
	enum status st = changes_each(app, f, search, s);

	if (!st && !s->found)
		return fail(ST_NOTFOUND, "no such change");
	return !st && !s->out->sha256.p ? fail(ST_NOMEM, "no memory for a change") : st;
}

enum status changes_find(struct app *app, const struct repo_name *repo, struct span version,
			 struct arena *a, struct change_entry *out)
{
	char name[REPO_TEXT];
	struct change_filter f = {.child = SPAN_NONE};
	struct search s = {.a = a, .version = version, .out = out};

	repo_name_text(repo, name);
	f.repository = span_of(name);
	return find(app, &f, &s);
}

static bool note_it(void *ctx, const struct record *r, struct span line)
{
	bool *found = ctx;

	(void)r;
	(void)line;
	*found = true;
	return false;
}

enum status changes_abandoned(struct app *app, struct span version, bool *out)
{
	const struct journal_filter f = {
	    .class = "system", .event = SPAN("recover.abandon"), .object = version};

	*out = false;
	return journal_scan(app->journal, &f, note_it, out);
}
