/*
 * An administrator's exceptions.  A closing one holds for everybody, an opening one for staff.
 */
#include "vault/access/access_impl.h"

/* Without a first day a range that closes has always begun, and one that opens never does. */
static bool in_force(const struct range *r, const struct facts *f)
{
	if (r->opens && (!r->since.y || !role_in(f->role, STAFF)))
		return false;
	return day_cmp(r->since, f->today) <= 0 &&
	       (!r->until.y || day_cmp(f->today, r->until) <= 0);
}

static bool of_type(const struct range *r, struct span type)
{
	return !r->type.n || span_eq(r->type, type);
}

static void keep_first(const struct range **kept, const struct range *r, bool is_one)
{
	if (is_one && !*kept)
		*kept = r;
}

/* A sheet lies in the karte: a range for some sheets opens the karte too, but does not close it. */
static void weigh_for_child(struct weighed *w, const struct range *r)
{
	bool all = !r->type.n && !r->section.n;

	keep_first(&w->shut, r, !r->opens && all && !r->write);
	keep_first(&w->shut_writing, r, !r->opens && all && r->write);
	keep_first(&w->opens, r, r->opens && !r->section.n);
	keep_first(&w->opens_writing, r, r->opens && all && r->write);
	w->opens_all = w->opens_all || (r->opens && all);
}

static void weigh_for_sheet(struct weighed *w, const struct range *r, struct span type)
{
	bool all = of_type(r, type) && !r->section.n;

	keep_first(&w->shut, r, !r->opens && all && !r->write);
	keep_first(&w->shut_writing, r, !r->opens && of_type(r, type) && r->write);
	keep_first(&w->opens, r, r->opens && all);
	keep_first(&w->opens_writing, r, r->opens && all && r->write);
}

struct weighed ranges_weigh(const struct ask *q)
{
	const struct facts *f = q->f;
	struct weighed w = {NULL, NULL, NULL, NULL, false};

	for (size_t i = 0; f->ranges && i < f->nranges; i++) {
		if (!in_force(&f->ranges[i], f))
			continue;
		if (q->sheet)
			weigh_for_sheet(&w, &f->ranges[i], f->type);
		else
			weigh_for_child(&w, &f->ranges[i]);
	}
	return w;
}

struct way way_by_range(const struct ask *q, const struct weighed *w)
{
	const struct range *r = w->opens_writing || q->writing ? w->opens_writing : w->opens;

	if (!r)
		return (struct way){.why = WHY_NO_RELATION};
	return (struct way){
	    .open = true,
	    .read_only = r != w->opens_writing,
	    .why = WHY_RANGE,
	    .relation = !q->sheet	  ? REL_NONE
			: q->f->own_sheet ? REL_OWN
					  : REL_SHARED,
	    .by = r->id,
	};
}

/* ---- sections ------------------------------------------------------------------------------ */

void credit(struct decision *d, struct span id)
{
	if (!d->by[0])
		span_copy(id, d->by, sizeof d->by);
}

static bool listed(char list[][ID_MAX + 1], size_t n, struct span section)
{
	for (size_t i = 0; i < n; i++)
		if (span_is(section, list[i]))
			return true;
	return false;
}

/* Adds a section once; false if there is no room, or if it is no id. */
static bool list(char to[][ID_MAX + 1], size_t *n, struct span section)
{
	if (listed(to, *n, section))
		return true;
	if (*n == DECISION_SECTIONS || !span_copy(section, to[*n], ID_MAX + 1))
		return false;
	(*n)++;
	return true;
}

/* Does the range speak about single sections of this sheet? */
static bool of_sections(const struct range *r, const struct facts *f, bool opens)
{
	return r->opens == opens && r->section.n && of_type(r, f->type) && in_force(r, f);
}

static bool hide(const struct facts *f, struct decision *d)
{
	for (size_t i = 0; f->ranges && i < f->nranges; i++) {
		const struct range *r = &f->ranges[i];

		if (!of_sections(r, f, false) || r->write)
			continue;
		credit(d, r->id);
		if (!list(d->hidden, &d->nhidden, r->section))
			return false;
	}
	return true;
}

/* What finds no room stays shut. */
static void open_up(const struct facts *f, struct decision *d)
{
	for (size_t i = 0; f->ranges && i < f->nranges; i++) {
		const struct range *r = &f->ranges[i];

		if (!of_sections(r, f, true) || listed(d->hidden, d->nhidden, r->section))
			continue;
		if (list(d->opened, &d->nopened, r->section))
			credit(d, r->id);
	}
}

bool ranges_sections(const struct facts *f, struct decision *d)
{
	if (!hide(f, d))
		return false;
	open_up(f, d);
	return true;
}
