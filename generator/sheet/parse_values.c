/* The values of a head: everything but prose, keyed by the id of its field. */
#include "generator/sheet/parse_impl.h"

#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 4, 5))) static void wrong(struct parser *p, const struct ynode *at,
							const char *code, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	problem_add(p->ps, p->file, at->line, at->col, code, "%s", text);
}

static struct value_place place(const struct parser *p, const struct ynode *n)
{
	return (struct value_place){.file = p->file, .line = n->line, .col = n->col};
}

static enum status read_scalar(struct parser *p, const struct field *f, const struct ynode *n,
			       struct value *v)
{
	v->line = n->line;
	v->col = n->col;
	if (n->kind != Y_TEXT) {
		wrong(p, n, "value.kind", "「%.*s」には値を1つ書いてください。",
		      SPAN_ARG(f->label));
		return ST_OK;
	}
	return parse_go_on(
	    value_read(p->sheet->arena, f, n->text, false, place(p, n), &v->text, p->ps));
}

static enum status read_choices(struct parser *p, const struct field *f, const struct ynode *n,
				struct value **out)
{
	struct span *ids = arena_array(p->tmp, n->count, sizeof *ids);
	size_t count = 0;

	if (!ids)
		return ST_NOMEM;
	for (const struct ynode *c = n->first; c; c = c->next) {
		if (c->kind != Y_TEXT || c->text.n == 0) {
			wrong(p, c, "value.kind",
			      "「%.*s」には選択肢を [a, b] の形で書いてください。",
			      SPAN_ARG(f->label));
			return ST_OK;
		}
		ids[count++] = c->text;
	}
	return parse_go_on(choices_read(p->sheet->arena, f, ids, count, place(p, n), out, p->ps));
}

static enum status read_row(struct parser *p, const struct field *f, struct ynode *n,
			    struct value *row)
{
	enum status st = ST_OK;
	bool any = false;

	if (n->kind != Y_MAP) {
		wrong(p, n, "value.kind", "「%.*s」の行は {列: 値, …} の形で書いてください。",
		      SPAN_ARG(f->label));
		return ST_OK;
	}
	for (const struct ynode *cell = n->first; cell && !st; cell = cell->next) {
		const struct field *column = field_column(f, cell->key);

		if (!column) {
			problem_add(p->ps, p->file, cell->key_line, cell->key_col, "value.column",
				    "「%.*s」に「%.*s」という列はありません。", SPAN_ARG(f->label),
				    SPAN_ARG(cell->key));
			any = true;
			continue;
		}
		st = read_scalar(p, column, cell, &row[column->index]);
		any = any || cell->kind != Y_TEXT || cell->text.n;
	}
	if (!st && !any)
		wrong(p, n, "value.row", "「%.*s」に空の行があります。消してください。",
		      SPAN_ARG(f->label));
	return st;
}

static enum status read_rows(struct parser *p, const struct field *f, const struct ynode *n,
			     struct value **out)
{
	struct value *v = arena_alloc(p->sheet->arena, sizeof *v);
	enum status st = ST_OK;

	if (n->count > f->max_rows) {
		wrong(p, n, "value.rows", "「%.*s」は%zu行までです（今は%zu行です）。",
		      SPAN_ARG(f->label), f->max_rows, n->count);
		return ST_OK;
	}
	if (!v)
		return ST_NOMEM;
	v->line = n->line;
	v->col = n->col;
	v->rows = value_rows(p->sheet->arena, f, n->count);
	if (!v->rows)
		return ST_NOMEM;
	for (struct ynode *row = n->first; row && !st; row = row->next)
		st = read_row(p, f, row, v->rows[v->nrows++]);
	*out = v;
	return st;
}

static enum status read_list(struct parser *p, const struct field *f, const struct ynode *n,
			     struct value **out)
{
	if (n->kind == Y_TEXT && n->text.n == 0)
		return ST_OK;
	if (n->kind != Y_LIST) {
		wrong(p, n, "value.kind", "「%.*s」は並び（リスト）で書いてください。",
		      SPAN_ARG(f->label));
		return ST_OK;
	}
	return f->kind == F_CHOICES ? read_choices(p, f, n, out) : read_rows(p, f, n, out);
}

static enum status read_value(struct parser *p, const struct ynode *n)
{
	const struct field *f = type_field(p->sheet->type, n->key);
	struct value **out = f ? &p->sheet->values[f->index] : NULL;

	if (!f) {
		problem_add(p->ps, p->file, n->key_line, n->key_col, "value.unknown",
			    "このシートに「%.*s」という欄はありません。", SPAN_ARG(n->key));
		return ST_OK;
	}
	if (f->kind == F_PROSE) {
		problem_add(p->ps, p->file, n->key_line, n->key_col, "value.prose",
			    "「%.*s」は文章の欄です。本文の「### %.*s」の下に書いてください。",
			    SPAN_ARG(f->label), SPAN_ARG(f->label));
		return ST_OK;
	}
	if (f->kind != F_COMPUTED && !field_is_scalar(f))
		return read_list(p, f, n, out);
	*out = arena_alloc(p->sheet->arena, sizeof **out);
	return *out ? read_scalar(p, f, n, *out) : ST_NOMEM;
}

enum status parse_values(struct parser *p, struct ynode *values)
{
	enum status st = ST_OK;

	if (!values || (values->kind == Y_TEXT && values->text.n == 0))
		return ST_OK;
	if (values->kind != Y_MAP) {
		wrong(p, values, "value.kind",
		      "「values」には欄の名前と値を並べて書いてください。");
		return ST_OK;
	}
	for (const struct ynode *n = values->first; n && !st; n = n->next)
		st = read_value(p, n);
	return st;
}
