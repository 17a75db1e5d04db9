/* Whole values: choices, rows, copies. */
#include "generator/sheet/sheet_impl.h"

bool field_has_rows(const struct field *f)
{
	return f->kind == F_TABLE || f->kind == F_MEASURE;
}

bool field_is_scalar(const struct field *f)
{
	return !field_has_rows(f) && f->kind != F_CHOICES && f->kind != F_COMPUTED;
}

bool value_is_empty(const struct value *v)
{
	return !v || (v->text.n == 0 && v->nitems == 0 && v->nrows == 0);
}

struct value **value_rows(struct arena *a, const struct field *f, size_t n)
{
	struct value **rows = arena_array(a, n, sizeof *rows);

	for (size_t i = 0; i < n && rows; i++) {
		rows[i] = arena_array(a, f->ncolumns, sizeof *rows[i]);
		if (!rows[i])
			return NULL;
	}
	return rows;
}

static enum status copy_rows(struct arena *a, const struct field *f, const struct value *from,
			     struct value *to)
{
	to->rows = value_rows(a, f, from->nrows);
	if (!to->rows)
		return ST_NOMEM;
	to->nrows = from->nrows;
	for (size_t r = 0; r < from->nrows; r++)
		for (size_t c = 0; c < f->ncolumns; c++) {
			if (from->rows[r][c].text.n == 0)
				continue;
			to->rows[r][c].text = arena_copy(a, from->rows[r][c].text);
			if (!to->rows[r][c].text.p)
				return ST_NOMEM;
		}
	return ST_OK;
}

static enum status copy_items(struct arena *a, const struct value *from, struct value *to)
{
	to->items = arena_array(a, from->nitems, sizeof *to->items);
	if (!to->items)
		return ST_NOMEM;
	to->nitems = from->nitems;
	for (size_t i = 0; i < from->nitems; i++) {
		to->items[i] = arena_copy(a, from->items[i]);
		if (!to->items[i].p)
			return ST_NOMEM;
	}
	return ST_OK;
}

enum status value_copy(struct arena *a, const struct field *f, const struct value *v,
		       struct value **out)
{
	struct value *to;

	*out = NULL;
	if (value_is_empty(v))
		return ST_OK;
	to = *out = arena_alloc(a, sizeof *to);
	if (!to)
		return ST_NOMEM;
	to->line = v->line;
	to->col = v->col;
	if (field_has_rows(f))
		return copy_rows(a, f, v, to);
	if (f->kind == F_CHOICES)
		return copy_items(a, v, to);
	to->text = arena_copy(a, v->text);
	return to->text.p ? ST_OK : ST_NOMEM;
}

/* Finds an id, by the rules and with the problems of a single choice. */
static enum status find_choice(struct arena *a, const struct field *f, struct span id,
			       struct value_place at, const struct choice **out,
			       struct problems *ps)
{
	enum status st = value_read(a, f, id, false, at, &id, ps);

	*out = st ? NULL : field_choice(f, id);
	return st;
}

static enum status chosen_twice(const struct field *f, const struct choice *c,
				struct value_place at, struct problems *ps)
{
	static const char text[] = "「%.*s」に「%.*s」が2回あります。1つにしてください。";

	if (at.field)
		problem_field(ps, at.field, "value.repeated", text, SPAN_ARG(f->label),
			      SPAN_ARG(c->label));
	else
		problem_add(ps, at.file, at.line, at.col, "value.repeated", text,
			    SPAN_ARG(f->label), SPAN_ARG(c->label));
	return fail(ST_INVALID, "a choice is repeated");
}

enum status choices_read(struct arena *a, const struct field *f, const struct span *ids, size_t n,
			 struct value_place at, struct value **out, struct problems *ps)
{
	bool *chosen = arena_array(a, f->nchoices, sizeof *chosen);
	struct value *v = arena_alloc(a, sizeof *v);
	enum status st = ST_OK;

	*out = NULL;
	if (!chosen || !v)
		return ST_NOMEM;
	v->items = arena_array(a, f->nchoices, sizeof *v->items);
	if (!v->items)
		return ST_NOMEM;
	for (size_t i = 0; i < n && !st; i++) {
		const struct choice *c;

		st = find_choice(a, f, ids[i], at, &c, ps);
		if (!c)
			continue;
		if (chosen[c - f->choices])
			st = chosen_twice(f, c, at, ps);
		chosen[c - f->choices] = true;
	}
	for (size_t i = 0; i < f->nchoices; i++)
		if (chosen[i])
			v->items[v->nitems++] = f->choices[i].id;
	v->line = at.line;
	v->col = at.col;
	*out = st || v->nitems == 0 ? NULL : v;
	return st;
}
