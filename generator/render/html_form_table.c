#include "generator/render/html_form_int.h"

#include <stdio.h>

enum { SPARE_ROWS = 3, WIDE = 5 }; /* more columns than WIDE are set as cards, not as a grid */

static void put_head(struct html *h, const struct field *f)
{
	html_open(h, "thead");
	html_open(h, "tr");
	html_open(h, "th");
	html_attrs(h, "scope", "col");
	html_leaf_class(h, "span", "visually-hidden", SPAN("行"));
	html_close(h);
	for (size_t i = 0; i < f->ncolumns; i++) {
		const struct field *c = &f->columns[i];

		html_open(h, "th");
		html_attrs(h, "scope", "col");
		html_attrf(h, "id", "c.%.*s.%.*s", SPAN_ARG(f->id), SPAN_ARG(c->id));
		html_text(h, c->label);
		if (c->unit.n > 0)
			html_textf(h, "（%.*s）", SPAN_ARG(c->unit));
		if (c->required)
			html_leaf_class(h, "span", "required", SPAN("※必須"));
		html_close(h);
	}
	html_close_to(h, "thead");
}

static void put_cell(struct form *f, const struct field *table, size_t row, const struct field *c,
		     const struct value *v)
{
	char name[FORM_NAME], labels[2 * FORM_NAME];
	struct html *h = f->h;

	snprintf(name, sizeof(name), "f.%.*s.%zu.%.*s", SPAN_ARG(table->id), row, SPAN_ARG(c->id));
	snprintf(labels, sizeof(labels), "r.%.*s.%zu c.%.*s.%.*s", SPAN_ARG(table->id), row,
		 SPAN_ARG(table->id), SPAN_ARG(c->id));
	html_open(h, "td");
	/* Shown by the style sheet where rows are cards. */
	html_attrf(h, "data-label", "%.*s%s%.*s%s%s", SPAN_ARG(c->label), c->unit.n ? "（" : "",
		   SPAN_ARG(c->unit), c->unit.n ? "）" : "", c->required ? " ※必須" : "");
	form_control(f, c, name, v, labels);
	html_field_problems(h, f->fill->problems, name);
	html_close(h);
}

static void put_row(struct form *f, const struct field *table, size_t row, const struct value *v)
{
	struct html *h = f->h;

	html_open(h, "tr");
	html_open(h, "th");
	html_attrs(h, "scope", "row");
	html_attrf(h, "id", "r.%.*s.%zu", SPAN_ARG(table->id), row);
	html_open(h, "span");
	html_class(h, "row-number");
	html_textf(h, "%zu", row + 1);
	html_close(h);
	html_leaf_class(h, "span", "row-word", SPAN("行目"));
	html_close(h);
	for (size_t i = 0; i < table->ncolumns; i++)
		put_cell(f, table, row, &table->columns[i], v ? &v->rows[row][i] : NULL);
	html_close(h);
}

static bool last_row_used(const struct form *f, const struct field *table, size_t rows)
{
	char name[FORM_NAME];

	for (size_t i = 0; rows > 0 && i < table->ncolumns; i++) {
		snprintf(name, sizeof(name), "f.%.*s.%zu.%.*s", SPAN_ARG(table->id), rows - 1,
			 SPAN_ARG(table->columns[i].id));
		if (form_sent(f, name).n > 0 || form_sent_has(f, name, SPAN("true")))
			return true;
	}
	return rows == 0;
}

/* How many rows are shown: all that there are, and some to write in as far as there may be more. */
static size_t count_rows(const struct form *f, const struct field *table, const struct value *v)
{
	size_t spare = f->fill->spare_rows ? f->fill->spare_rows : SPARE_ROWS;
	size_t rows = f->sent ? form_sent_rows(f, table) : v ? v->nrows : 0;
	size_t room = rows < table->max_rows ? table->max_rows - rows : 0;

	if (f->sent && !last_row_used(f, table, rows))
		return rows;
	return rows + (spare < room ? spare : room);
}

void form_table(struct form *f, const struct field *field, const char *name, const struct value *v)
{
	size_t rows = count_rows(f, field, v), stored = f->sent || !v ? 0 : v->nrows;
	struct html *h = f->h;

	html_hidden(h, name, SPAN(""));
	html_open(h, "div");
	html_class(h, "table-scroll");
	html_open(h, "table");
	html_class(h, field->ncolumns > WIDE ? "edit-table cards"
		      : field->ncolumns < 3  ? "edit-table narrow"
					     : "edit-table");
	html_attrf(h, "data-max-rows", "%zu", field->max_rows);
	html_attrs(h, "data-add", "行をふやす");
	html_leaf_class(h, "caption", "visually-hidden", field->label);
	put_head(h, field);
	html_open(h, "tbody");
	for (size_t r = 0; r < rows; r++)
		put_row(f, field, r, r < stored ? v : NULL);
	html_close_to(h, "div");
}
