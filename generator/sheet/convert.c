#include "generator/sheet/convert.h"

#include "generator/sheet/sheet_impl.h"

struct conversion {
	struct sheet *made;
	const char *file;
	struct problems *ps;
	bool lost;
};

static void lose(struct conversion *c, const struct field *f, const char *code, const char *why)
{
	problem_add(c->ps, c->file, 0, 0, code, "「%.*s」%s", SPAN_ARG(f->label), why);
	c->lost = true;
}

static const struct field *heir_of(const struct sheet_type *to, const struct field *f)
{
	for (size_t i = 0; i < to->nsections; i++)
		for (size_t k = 0; k < to->sections[i].nfields; k++)
			if (span_eq(to->sections[i].fields[k].was, f->id))
				return &to->sections[i].fields[k];
	return type_field(to, f->id);
}

static bool same_sort(const struct field *from, const struct field *to)
{
	return from->kind == to->kind || (from->kind == F_TEXT && to->kind == F_PROSE);
}

static enum status copy_text(struct conversion *c, struct span from, struct span *to)
{
	*to = from.p ? arena_copy(c->made->arena, from) : SPAN_NONE;
	return from.p && !to->p ? ST_NOMEM : ST_OK;
}

static enum status convert_choices(struct conversion *c, const struct field *from,
				   const struct field *to, const struct value *v, struct value *out)
{
	for (size_t i = 0; i < v->nitems; i++)
		if (!field_choice(to, v->items[i])) {
			lose(c, from, "convert.choice", "の選択肢が、新しい版にありません。");
			return ST_OK;
		}
	return choices_read(c->made->arena, to, v->items, v->nitems,
			    (struct value_place){.file = c->file}, &out, c->ps);
}

static enum status convert_cell(struct conversion *c, const struct field *table,
				const struct field *from, const struct field *to, struct span text,
				struct span *out)
{
	if (text.n == 0)
		return ST_OK;
	if (!to || !same_sort(from, to) || (to->kind == F_CHOICE && !field_choice(to, text))) {
		lose(c, table, "convert.column", "の列か選択肢が、新しい版にありません。");
		return ST_OK;
	}
	return copy_text(c, text, out);
}

static enum status convert_rows(struct conversion *c, const struct field *from,
				const struct field *to, const struct value *v, struct value *out)
{
	enum status st = ST_OK;

	out->rows = value_rows(c->made->arena, to, v->nrows);
	if (!out->rows)
		return ST_NOMEM;
	out->nrows = v->nrows;
	for (size_t r = 0; r < v->nrows && !c->lost && !st; r++)
		for (size_t i = 0; i < from->ncolumns && !c->lost && !st; i++) {
			const struct field *column = field_column(to, from->columns[i].id);
			struct span nowhere;

			st = convert_cell(c, from, &from->columns[i], column, v->rows[r][i].text,
					  column ? &out->rows[r][column->index].text : &nowhere);
		}
	return st;
}

static enum status convert_value(struct conversion *c, const struct field *from,
				 const struct field *to, const struct value *v)
{
	struct value *out = arena_alloc(c->made->arena, sizeof *out);

	if (!out)
		return ST_NOMEM;
	c->made->values[to->index] = out;
	if (from->kind == F_CHOICES)
		return convert_choices(c, from, to, v, out);
	if (field_has_rows(from))
		return convert_rows(c, from, to, v, out);
	if (to->kind == F_CHOICE && !field_choice(to, v->text))
		lose(c, from, "convert.choice", "の選択肢が、新しい版にありません。");
	return copy_text(c, v->text, &out->text);
}

static enum status convert_field(struct conversion *c, const struct sheet *s, const struct field *f)
{
	const struct value *v = f->kind == F_COMPUTED ? NULL : sheet_value(s, f);
	const struct field *to;

	if (value_is_empty(v))
		return ST_OK;
	to = heir_of(c->made->type, f);
	if (!to)
		lose(c, f, "convert.field", "の行き先が、新しい版にありません。");
	else if (!same_sort(f, to))
		lose(c, f, "convert.kind", "の種類が、新しい版では違います。");
	else if (c->made->values[to->index])
		lose(c, f, "convert.field", "の行き先に、もうほかの内容があります。");
	else
		return convert_value(c, f, to, v);
	return ST_OK;
}

static enum status convert_all(struct conversion *c, const struct sheet *s)
{
	enum status st = copy_text(c, s->id, &c->made->id);

	if (!st)
		st = copy_text(c, s->child, &c->made->child);
	if (!st)
		st = copy_text(c, s->title, &c->made->title);
	if (!st)
		st = copy_text(c, s->institution, &c->made->institution);
	c->made->status = s->status;
	for (size_t i = 0; i < s->type->nsections && !st; i++)
		for (size_t k = 0; k < s->type->sections[i].nfields && !st; k++)
			st = convert_field(c, s, &s->type->sections[i].fields[k]);
	return st;
}

/* Limits, dates and what is required are looked at as in a file that somebody wrote. */
static enum status read_back(struct sheet **out, const struct sheet *made, const char *file,
			     struct problems *ps)
{
	struct buf text;
	enum status st;

	buf_init(&text, SHEET_MAX_BYTES);
	st = sheet_write(made, &text);
	if (!st)
		st = sheet_parse_as(out, file, buf_span(&text), made->type, ps);
	if (!st)
		st = sheet_check(*out, file, ps);
	buf_clear(&text);
	if (st) {
		sheet_free(*out);
		*out = NULL;
	}
	return st;
}

enum status sheet_convert(struct sheet **out, const struct sheet *s, const struct sheet_type *to,
			  const char *file, struct problems *ps)
{
	struct conversion c = {.file = file, .ps = ps};
	enum status st;

	*out = NULL;
	if (!span_eq(s->type->id, to->id))
		return fail(ST_USAGE, "a sheet does not become one of another type");
	st = sheet_make(&c.made, to);
	if (!st)
		st = convert_all(&c, s);
	if (!st && c.lost)
		st = fail(ST_INVALID, "%s would lose something", file);
	if (!st)
		st = read_back(out, c.made, file, ps);
	sheet_free(c.made);
	return st;
}
