#include "generator/role/told.h"

#include "generator/base/day.h"
#include "generator/sheet/merge.h"

#include <stdio.h>

enum { NAME_MAX_BYTES = 192 };

/* ---- what fits ----------------------------------------------------------------------------- */

static bool same_columns(const struct field *a, const struct field *b)
{
	bool same = a->ncolumns == b->ncolumns;

	for (size_t i = 0; same && i < a->ncolumns; i++)
		same = a->columns[i].kind == b->columns[i].kind &&
		       span_eq(a->columns[i].id, b->columns[i].id);
	return same;
}

bool told_fits(const struct field *from, const struct field *to)
{
	if (from->kind == F_COMPUTED || to->kind == F_COMPUTED || to->kind == F_FILE)
		return false;
	if (from->kind == F_TEXT && to->kind == F_PROSE)
		return true;
	return from->kind == to->kind && span_eq(from->unit, to->unit) && same_columns(from, to);
}

/* Choices are known by their ids: one that the other list does not have says nothing there. */
static bool has_choices(const struct field *to, const struct value *v)
{
	if (to->kind == F_CHOICE)
		return field_choice(to, v->text) != NULL;
	for (size_t i = 0; to->kind == F_CHOICES && i < v->nitems; i++)
		if (!field_choice(to, v->items[i]))
			return false;
	return true;
}

static bool usable(const struct view_field *from, const struct field *to)
{
	return from && from->value && !from->withheld && told_fits(from->field, to) &&
	       has_choices(to, from->value);
}

/* ---- what was told ------------------------------------------------------------------------- */

static const struct view_field *by_fact(const struct view *v, const struct field *f)
{
	for (size_t s = 0; s < view_sections(v); s++)
		for (size_t i = 0; i < view_section(v, s)->nfields; i++) {
			const struct view_field *vf = &view_section(v, s)->fields[i];

			if (span_eq(vf->field->fact, f->fact) && usable(vf, f))
				return vf;
		}
	return NULL;
}

bool told_find(const struct view_field *now, long long at, const struct told_source *sources,
	       size_t n, struct told *out)
{
	const struct field *f = now->field;

	*out = (struct told){NULL, 0};
	if (!f->fact.n || now->withheld)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct view_field *vf;

		if (!sources[i].view || (out->field && sources[i].at <= sources[out->source].at) ||
		    (now->value && sources[i].at <= at))
			continue;
		vf = by_fact(sources[i].view, f);
		if (vf)
			*out = (struct told){vf, i};
	}
	/* the newest counts: if it says the same, older ones are not asked about */
	return out->field && !value_equal(f, now->value, out->field->value);
}

const struct view_field *told_in(const struct view *source, const struct sheet_type *type,
				 const struct field *f)
{
	const struct view_field *vf = NULL;

	if (span_eq(view_type(source)->id, type->id))
		vf = view_field(source, f->id);
	else if (f->fact.n)
		vf = by_fact(source, f);
	return usable(vf, f) ? vf : NULL;
}

/* ---- as a form ----------------------------------------------------------------------------- */

struct pairs {
	struct arena *a;
	struct pair *list;
	size_t n;
	bool failed;
};

static void put(struct pairs *p, const char *name, struct span value)
{
	struct pair *next = &p->list[p->n];

	next->name = arena_copy(p->a, span_of(name));
	next->value = arena_copy(p->a, value);
	p->failed = p->failed || !next->name.p || !next->value.p;
	p->n++;
}

static void put_scalar(struct pairs *p, const char *name, const struct field *f, struct span text)
{
	char said[DAY_TEXT];
	struct day d;

	if (f->kind == F_FLAG) {
		put(p, name, SPAN(""));
		if (span_is(text, "true"))
			put(p, name, text);
	} else if (f->kind == F_DATE && day_parse(text, &d)) {
		day_era(d, said);
		put(p, name, span_of(said));
	} else {
		put(p, name, text);
	}
}

static void put_rows(struct pairs *p, const char *name, const struct field *f,
		     const struct value *v)
{
	char cell[NAME_MAX_BYTES];

	put(p, name, SPAN(""));
	for (size_t r = 0; v && r < v->nrows && r < f->max_rows; r++)
		for (size_t c = 0; c < f->ncolumns; c++) {
			snprintf(cell, sizeof cell, "%s.%zu.%.*s", name, r,
				 SPAN_ARG(f->columns[c].id));
			put_scalar(p, cell, &f->columns[c], v->rows[r][c].text);
		}
}

/* No content makes more pairs than this. */
static size_t room(const struct field *f, const struct value *v)
{
	return 2 + (v ? v->nitems + 2 * v->nrows * f->ncolumns : 0);
}

enum status told_pairs(struct arena *a, const struct field *to, const struct value *v,
		       struct pair **out, size_t *n)
{
	struct pairs p = {.a = a, .list = arena_array(a, room(to, v), sizeof *p.list)};
	char name[NAME_MAX_BYTES / 2];

	*out = p.list;
	*n = 0;
	if (!p.list)
		return ST_NOMEM;
	snprintf(name, sizeof name, "f.%.*s", SPAN_ARG(to->id));
	if (to->kind == F_TABLE || to->kind == F_MEASURE) {
		put_rows(&p, name, to, v);
	} else if (to->kind == F_CHOICES) {
		put(&p, name, SPAN(""));
		for (size_t i = 0; v && i < v->nitems; i++)
			put(&p, name, v->items[i]);
	} else {
		put_scalar(&p, name, to, v ? v->text : SPAN_NONE);
	}
	*n = p.n;
	return p.failed ? ST_NOMEM : ST_OK;
}
