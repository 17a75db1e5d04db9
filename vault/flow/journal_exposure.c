#include "vault/flow/journal_exposure.h"

#include "generator/base/path.h"
#include "vault/flow/child_file.h"
#include "vault/flow/children.h"
#include "vault/flow/handover.h"

#include <stdio.h>
#include <stdlib.h>

enum { EXPOSURE_MEMORY = 64 * 1024 * 1024, ROWS = 20000, HANDED = 2000 };

static const struct {
	const char *name, *label;
} ways[EXPOSED_WAYS] = {
    [EXPOSED_PAGE] = {"page", "画面"},	       [EXPOSED_PDF] = {"pdf", "PDF・印刷"},
    [EXPOSED_FILE] = {"file", "ファイル"},     [EXPOSED_PACKAGE] = {"package", "引き継ぎの包み"},
    [EXPOSED_COMMAND] = {"command", "命令"},   [EXPOSED_CLONE] = {"clone", "git clone"},
    [EXPOSED_BUNDLE] = {"bundle", "バンドル"}, [EXPOSED_RELEASE] = {"release", "配布"},
    [EXPOSED_WRITTEN] = {"written", "記入"},
};

const char *exposure_way_name(enum exposure_way w)
{
	return ways[w].name;
}

const char *exposure_way_label(enum exposure_way w)
{
	return ways[w].label;
}

/*
 * What an event shows: nothing of a child's content, something in some way, and whether that is the
 * whole karte, in which every sheet may stand.  A beginning ends in "."; the first that fits
 * counts, and a look that is not here is one at a page: rather one too many.
 */
static const struct {
	const char *event;
	enum exposure_way way;
	bool whole, nothing;
} events[] = {
    {"audit.", EXPOSED_PAGE, false, true},
    {"child.accesses", EXPOSED_PAGE, false, true},
    {"child.exposure", EXPOSED_PAGE, false, true},
    {"child.open", EXPOSED_PAGE, false, true},
    {"child.bundle", EXPOSED_BUNDLE, true, false},
    {"git.", EXPOSED_CLONE, true, false},
    {"child.pdf", EXPOSED_PDF, true, false},
    {"child.print", EXPOSED_PDF, true, false},
    {"child.growth.pdf", EXPOSED_PDF, true, false},
    {"child.", EXPOSED_PAGE, true, false},
    {"site.", EXPOSED_COMMAND, true, false},
    {"sheet.get", EXPOSED_COMMAND, false, false},
    {"sheet.pdf", EXPOSED_PDF, false, false},
    {"sheet.version.pdf", EXPOSED_PDF, false, false},
    {"sheet.list", EXPOSED_PAGE, false, true},
    {"consent.pdf", EXPOSED_PDF, false, false},
    {"file.list", EXPOSED_PAGE, false, true},
    {"file.read", EXPOSED_FILE, false, false},
    {"handover.package", EXPOSED_PACKAGE, false, false},
    {"handover.list", EXPOSED_PAGE, false, true},
    {"release.", EXPOSED_RELEASE, false, false},
};

struct exposing {
	struct exposures *out;
	struct app *app;
	struct span child, object, version;
	struct span *handovers; /* ids of those with the object */
	size_t nhandovers;
	size_t records;
};

/* ---- one record ---- */

static bool event_fits(struct span event, const char *known)
{
	struct span k = span_of(known);

	return k.p[k.n - 1] == '.' ? span_starts(event, k) : span_eq(event, k);
}

/* false: it shows nothing of a child. */
static bool way_of(const struct record *r, enum exposure_way *way, bool *whole)
{
	size_t i = 0, count = sizeof events / sizeof *events;

	if (strcmp(r->class, "change") == 0) {
		*way = span_starts(r->event, SPAN("release.")) ? EXPOSED_RELEASE : EXPOSED_WRITTEN;
		*whole = false;
		return true;
	}
	if (!span_is(r->decision, "allow") ||
	    (strcmp(r->class, "read") != 0 && strcmp(r->class, "admin") != 0))
		return false;
	while (i < count && !event_fits(r->event, events[i].event))
		i++;
	*way = i < count ? events[i].way : EXPOSED_PAGE;
	*whole = i < count && events[i].whole;
	return i == count || !events[i].nothing;
}

static bool is_about(const struct exposing *e, const struct record *r)
{
	struct span object, version = r->new_;

	if (!e->object.n)
		return true;
	log_object(r->object, &object, &version);
	if (span_eq(object, e->object))
		return !e->version.n || !version.n || span_eq(version, e->version);
	for (size_t i = 0; i < e->nhandovers; i++)
		if (span_starts(r->event, SPAN("handover.")) && span_eq(object, e->handovers[i]))
			return true;
	return false;
}

static struct exposure *row_of(struct exposing *e, const struct record *r, enum exposure_way way,
			       bool whole)
{
	struct exposures *out = e->out;
	struct exposure *x;

	for (size_t i = 0; i < out->count; i++) {
		x = &out->rows[i];
		if (x->way == way && x->whole == whole && span_eq(x->account, r->account) &&
		    span_eq(x->role, r->role) && span_eq(x->institution, r->institution))
			return x;
	}
	if (out->count == ROWS)
		return NULL;
	x = &out->rows[out->count++];
	*x = (struct exposure){.account = arena_copy(out->arena, r->account),
			       .role = arena_copy(out->arena, r->role),
			       .institution = arena_copy(out->arena, r->institution),
			       .way = way,
			       .whole = whole,
			       .first = r->t,
			       .last = r->t};
	return x;
}

static void add_handed(struct exposures *out, const struct handed *h)
{
	if (out->nhanded < HANDED)
		out->handed[out->nhanded++] = *h;
	else
		out->cut = true;
}

static void note_release(struct exposing *e, const struct record *r)
{
	if (strcmp(r->class, "change") != 0 || !span_is(r->event, "release.give"))
		return;
	add_handed(e->out, &(struct handed){.kind = "release",
					    .to = SPAN("household"),
					    .by = arena_copy(e->out->arena, r->account),
					    .id = arena_copy(e->out->arena, r->object),
					    .at = r->t,
					    .n = r->n});
}

static bool one_record(void *ctx, const struct record *r, struct span line)
{
	struct exposing *e = ctx;
	struct exposure *x;
	enum exposure_way way;
	bool whole;

	(void)line;
	e->records++;
	if (!way_of(r, &way, &whole) || (!whole && !is_about(e, r)))
		return true;
	note_release(e, r);
	x = row_of(e, r, way, whole && e->object.n);
	if (!x) {
		e->out->cut = true;
		return false;
	}
	x->times++;
	x->first = r->t < x->first ? r->t : x->first;
	x->last = r->t > x->last ? r->t : x->last;
	return true;
}

/* ---- handovers ---- */

static bool hands_over(const struct exposing *e, const struct handover *h)
{
	char name[2 * ID_MAX + 8];

	if (!e->object.n)
		return true;
	for (size_t i = 0; i < h->nsheets; i++) {
		const struct handover_sheet *s = &h->sheets[i];

		snprintf(name, sizeof name, "%.*s/%.*s", SPAN_ARG(s->type), SPAN_ARG(s->id));
		if (span_is(e->object, name) && (!e->version.n || span_eq(s->version, e->version)))
			return true;
	}
	return false;
}

static void add_handover(struct exposing *e, const struct handover *h)
{
	struct handed row = {.kind = "handover",
			     .to = h->to.n ? h->to : h->outside,
			     .by = h->opened_by,
			     .since = h->since,
			     .until = h->until,
			     .id = h->id,
			     .at = h->opened_at,
			     .n = UINT64_MAX};

	e->handovers[e->nhandovers++] = h->id;
	if (h->opened_at)
		add_handed(e->out, &row);
	row.kind = "package";
	row.since = row.until = SPAN_NONE;
	for (size_t i = 0; i < h->npackages; i++) {
		row.by = h->packages[i].by;
		row.at = h->packages[i].at;
		add_handed(e->out, &row);
	}
}

static enum status find_handovers(struct exposing *e)
{
	struct arena *a = e->out->arena;
	struct span *ids = NULL;
	struct repo *repo = NULL;
	size_t n = 0;
	enum status st = child_repo(&repo, e->app, e->child);

	if (st == ST_NOTFOUND)
		return ST_OK; /* its records outlive a child's repository */
	if (!st)
		st = handover_ids(repo, NULL, a, &ids, &n);
	e->handovers = st ? NULL : arena_array(a, n + 1, sizeof *e->handovers);
	if (!st && !e->handovers)
		st = ST_NOMEM;
	for (size_t i = 0; i < n && !st; i++) {
		struct handover h;

		st = handover_load(repo, NULL, e->child, ids[i], a, &h);
		if (!st && hands_over(e, &h))
			add_handover(e, &h);
	}
	repo_close(repo);
	return st;
}

/* ---- all ---- */

static int by_last(const void *a, const void *b)
{
	const struct exposure *x = a, *y = b;

	return (x->last < y->last) - (x->last > y->last);
}

static int by_time(const void *a, const void *b)
{
	const struct handed *x = a, *y = b;

	return (x->at < y->at) - (x->at > y->at);
}

static enum status prepare(struct exposing *e, struct span object)
{
	struct exposures *out = e->out;

	out->arena = arena_new(EXPOSURE_MEMORY);
	out->rows = out->arena ? arena_array(out->arena, ROWS, sizeof *out->rows) : NULL;
	out->handed = out->arena ? arena_array(out->arena, HANDED, sizeof *out->handed) : NULL;
	if (!out->rows || !out->handed)
		return fail(ST_NOMEM, "no memory for a list of looks");
	if (!path_child(e->child))
		return fail(ST_INVALID, "お子さんの番号ではありません");
	if (object.n)
		log_object(object, &e->object, &e->version);
	return ST_OK;
}

enum status exposure_find(struct exposures *out, struct app *app, struct span child,
			  struct span object)
{
	const struct trace_query q = {.field[TRACE_CHILD] = child, .limit = EXPOSURE_RECORDS};
	struct exposing e = {.out = out, .app = app, .child = child};
	enum status st;

	*out = (struct exposures){.arena = NULL};
	st = prepare(&e, object);
	if (!st)
		st = find_handovers(&e);
	if (!st)
		st = log_search(app, &q, one_record, &e);
	out->cut |= e.records == EXPOSURE_RECORDS;
	qsort(out->rows, out->count, sizeof *out->rows, by_last);
	qsort(out->handed, out->nhanded, sizeof *out->handed, by_time);
	return st;
}

void exposures_clear(struct exposures *e)
{
	arena_free(e->arena);
	*e = (struct exposures){.arena = NULL};
}
