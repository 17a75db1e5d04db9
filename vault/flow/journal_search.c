#include "vault/flow/journal_search.h"

#include "generator/base/day.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	BATCH = 200000, /* records of one change of the index */
	OID_TEXT = 40,
	FORM = 1, /* of struct progress */
};

/* How far the index goes, and by what it is known again. */
struct progress {
	uint64_t next; /* number of the next record */
	int64_t last_t;
	uint64_t last_at;
	struct journal_mark mark;
	int form, last_class;
	char last_leaf[65]; /* each leaf has its own salt: no other journal has the same */
};
_Static_assert(sizeof(struct progress) <= TRACE_STATE, "what trace.db keeps");

/* ---- filling ---- */

struct filling {
	struct app *app;
	struct progress p;
	size_t added, most; /* in this change of the index */
	bool pruned;
	enum status st;
};

void log_object(struct span text, struct span *object, struct span *version)
{
	long at = span_find(text, SPAN("@"));

	if (at >= 0 && text.n - (size_t)at - 1 == OID_TEXT) {
		*version = span_make(text.p + at + 1, OID_TEXT);
		text.n = (size_t)at;
	}
	if (span_starts(text, SPAN("releases/"))) /* how many recipients and files stands behind */
		text = span_cut(&text, ' ');
	*object = text;
}

static bool month_times(struct span month, int64_t *from, int64_t *to)
{
	char text[32];
	long y, m;
	struct span s = month;

	if (month.n != JOURNAL_MONTH - 1 || !span_number(span_cut(&s, '-'), 9998, &y) ||
	    !span_number(s, 12, &m) || m == 0)
		return false;
	snprintf(text, sizeof text, "%04ld-%02ld-01T00:00:00Z", y, m);
	if (!time_parse_utc(span_of(text), from))
		return false;
	snprintf(text, sizeof text, "%04ld-%02ld-01T00:00:00Z", m == 12 ? y + 1 : y,
		 m == 12 ? 1 : m + 1);
	return time_parse_utc(span_of(text), to);
}

/* What the journal says it removed goes from the index too: "read/2024-10 17 4711 2931 HASH". */
static enum status follow_prune(struct filling *f, const struct record *r)
{
	struct span rest = r->object, path = span_cut(&rest, ' '), class = span_cut(&path, '/');
	int64_t from, to;

	if (record_class(class) < 0 || !month_times(path, &from, &to))
		return ST_OK;
	f->pruned = true;
	return trace_prune(f->app->trace, record_class(class), from, to);
}

static bool add_one(void *ctx, const struct record *r, struct span line, uint64_t at)
{
	struct filling *f = ctx;
	struct trace_row row = {
	    .n = r->n,
	    .t = r->t,
	    .class = record_class(span_of(r->class)),
	    .at = at,
	    .field = {[TRACE_EVENT] = r->event,
		      [TRACE_ACCOUNT] = r->account,
		      [TRACE_ROLE] = r->role,
		      [TRACE_INSTITUTION] = r->institution,
		      [TRACE_CHILD] = r->child,
		      [TRACE_VERSION] = r->new_,
		      [TRACE_DECISION] = r->decision,
		      [TRACE_REASON] = r->reason},
	};

	log_object(r->object, &row.field[TRACE_OBJECT], &row.field[TRACE_VERSION]);
	if (span_is(r->event, "journal.prune") && strcmp(r->class, "system") == 0)
		f->st = follow_prune(f, r);
	if (!f->st)
		f->st = trace_add(f->app->trace, &row);
	f->p.next = r->n + 1;
	f->p.last_t = r->t;
	f->p.last_at = at;
	f->p.last_class = row.class;
	if (!f->st && ++f->added == f->most)
		f->st = ST_BUSY;
	if (f->st)
		journal_leaf(line, f->p.last_leaf);
	else
		memcpy(f->p.last_leaf, "", 1); /* made below, once */
	return !f->st;
}

static bool take_leaf(void *ctx, const struct record *r, struct span line)
{
	(void)r;
	journal_leaf(line, ctx);
	return true;
}

/* Is the last record that was indexed still the same? */
static bool is_known(struct app *app, const struct progress *p)
{
	char leaf[65] = "";

	if (p->next == 0)
		return p->form == 0;
	return p->form == FORM &&
	       journal_at(app->journal, p->last_class, p->last_t, p->last_at, p->next - 1,
			  take_leaf, leaf) == ST_OK &&
	       strcmp(leaf, p->last_leaf) == 0;
}

/* One change of the index.  ST_BUSY: it went well, and there is more. */
static enum status fill(struct filling *f)
{
	struct trace *t = f->app->trace;
	bool more;
	enum status st = trace_begin(t, &f->p, sizeof f->p);

	if (st)
		return st;
	f->added = 0;
	f->st = ST_OK;
	if (!is_known(f->app, &f->p)) {
		f->p = (struct progress){0};
		st = trace_clear(t);
	}
	if (!st)
		st = journal_follow(f->app->journal, &f->p.mark, add_one, f);
	more = f->st == ST_BUSY;
	if (!st && !more)
		st = f->st;
	if (!st && f->added && !more)
		st = journal_at(f->app->journal, f->p.last_class, f->p.last_t, f->p.last_at,
				f->p.next - 1, take_leaf, f->p.last_leaf);
	f->p.form = FORM;
	st = trace_end(t, st, f->added ? &f->p : NULL, sizeof f->p);
	return !st && more ? ST_BUSY : st;
}

enum status log_catch_up(struct app *app, size_t most)
{
	struct filling f = {.app = app};
	size_t added = 0;
	enum status st, st2;

	if (!app->trace)
		return fail(ST_IO, "there is no index of the journal");
	do {
		f.most = most && most - added < BATCH ? most - added : BATCH;
		st = fill(&f);
		added += f.added;
	} while (st == ST_BUSY && f.added == f.most && (!most || added < most));
	if (f.pruned && (!st || st == ST_BUSY)) {
		st2 = trace_wipe(app->trace);
		st = st ? st : st2;
	}
	return st == ST_BUSY ? fail(st, "the index of the journal is being made") : st;
}

enum status log_index(struct app *app)
{
	return app->trace ? log_catch_up(app, 0) : ST_OK;
}

/* ---- how far it is ---- */

/* The number of the oldest or newest record that the index has; false: it has none. */
static bool number_at_end(struct app *app, bool oldest, uint64_t *n)
{
	const struct trace_query q = {.oldest_first = oldest, .limit = 1};
	struct trace_hit *hit = NULL;
	size_t count = 0;
	bool known = trace_find(app->trace, &q, &hit, &count) == ST_OK && count == 1;

	*n = known ? hit[0].n : 0;
	free(hit);
	return known;
}

/* Numbers below the first are of months that went. */
bool log_behind(struct app *app, int *percent)
{
	uint64_t first, last, size;

	*percent = 0;
	if (!app->trace || journal_size(app->journal, &size))
		return false;
	if (!number_at_end(app, true, &first) || !number_at_end(app, false, &last) || last >= size)
		return size > 0;
	*percent = (int)(100 * (last + 1 - first) / (size - first));
	return last + 1 < size;
}

/* ---- searching ---- */

/* Up to date, or damaged and made anew.  ST_CORRUPT: the journal is damaged; what is indexed can
   be searched. */
static enum status bring_up(struct app *app)
{
	enum status st = log_catch_up(app, LOG_AT_ONCE);

	if (st != ST_STALE)
		return st;
	st = trace_remake(app->trace);
	return st ? st : log_catch_up(app, LOG_AT_ONCE);
}

static enum status find(struct app *app, const struct trace_query *q, struct trace_hit **hit,
			size_t *count)
{
	enum status st = trace_find(app->trace, q, hit, count);

	if (st != ST_STALE)
		return st;
	st = trace_remake(app->trace);
	if (!st)
		st = log_catch_up(app, LOG_AT_ONCE);
	return st ? st : trace_find(app->trace, q, hit, count);
}

struct giving {
	journal_each *each;
	void *ctx;
	bool goes_on;
};

static bool give(void *ctx, const struct record *r, struct span line)
{
	struct giving *g = ctx;

	g->goes_on = g->each(g->ctx, r, line);
	return g->goes_on;
}

/* The index knows of a record that the journal cannot show: that is told, not passed over. */
static void give_unreadable(struct giving *g, const struct trace_hit *hit)
{
	const struct record r = {.class = record_class_name(hit->class),
				 .event = SPAN(LOG_UNREADABLE),
				 .n = hit->n,
				 .t = hit->t};

	give(g, &r, SPAN_NONE);
}

static enum status give_all(struct app *app, const struct trace_hit *hit, size_t count,
			    struct giving *g)
{
	enum status st = ST_OK, bad = ST_OK;

	for (size_t i = 0; i < count && !st && g->goes_on; i++) {
		st = journal_at(app->journal, hit[i].class, hit[i].t, hit[i].at, hit[i].n, give, g);
		if (st == ST_CORRUPT) {
			bad = st;
			give_unreadable(g, &hit[i]);
		}
		if (st == ST_CORRUPT || st == ST_NOTFOUND) /* its month goes just now */
			st = ST_OK;
	}
	return st ? st : bad;
}

enum status log_search(struct app *app, const struct trace_query *q, journal_each *each, void *ctx)
{
	struct giving g = {each, ctx, true};
	struct trace_hit *hit = NULL;
	size_t count = 0;
	int hold;
	enum status st = journal_hold(app->journal, &hold), bad;

	if (!st)
		st = bring_up(app);
	bad = st == ST_CORRUPT ? st : ST_OK;
	if (!st || bad)
		st = find(app, q, &hit, &count);
	if (!st)
		st = give_all(app, hit, count, &g);
	journal_release(&hold);
	free(hit);
	return st ? st : bad;
}

struct one {
	journal_each *each;
	void *ctx;
	bool found;
};

static bool give_one(void *ctx, const struct record *r, struct span line)
{
	struct one *o = ctx;

	o->found = true;
	return o->each(o->ctx, r, line);
}

enum status log_record(struct app *app, uint64_t n, journal_each *each, void *ctx)
{
	const struct trace_query q = {.after = n, .upto = n + 1, .limit = 1};
	struct one one = {each, ctx, false};
	enum status st = log_search(app, &q, give_one, &one);

	return !st && !one.found ? fail(ST_NOTFOUND, "the journal has no such record") : st;
}
