/* Rules over a whole sheet. */
#include "generator/base/path.h"
#include "generator/sheet/sheet_impl.h"

#include <stdarg.h>
#include <stdio.h>

struct check {
	const struct sheet *sheet;
	const char *file;
	struct problems *ps;
	bool bad;
};

/* Where something is wrong: in a file at the value, in a form at the field. */
struct spot {
	const struct field *field; /* not a column: its table */
	const struct value *at;	   /* NULL: nowhere in the file */
};

static void report(struct check *c, const struct spot *spot, const char *code, const char *text)
{
	const struct value *at = spot ? spot->at : NULL;
	char path[ID_MAX + 8];

	if (spot && !c->file[0]) {
		snprintf(path, sizeof path, "f.%.*s", SPAN_ARG(spot->field->id));
		problem_field(c->ps, path, code, "%s", text);
	} else {
		problem_add(c->ps, c->file, at ? at->line : 0, at ? at->col : 0, code, "%s", text);
	}
}

__attribute__((format(printf, 5, 6))) static void wrong(struct check *c, const struct spot *spot,
							const char *code, bool warning,
							const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	report(c, spot, code, text);
	if (warning)
		problem_soften(c->ps);
	else
		c->bad = true;
}

/* A measure without its day or its number cannot stand in a chart. */
static bool must_be_filled(const struct field *table, const struct field *column)
{
	return column->required || table->kind == F_MEASURE;
}

static void check_cells(struct check *c, const struct field *f, const struct value *v)
{
	for (size_t r = 0; r < v->nrows; r++)
		for (size_t i = 0; i < f->ncolumns; i++)
			if (must_be_filled(f, &f->columns[i]) && v->rows[r][i].text.n == 0)
				wrong(c, &(struct spot){f, v}, "check.required", false,
				      "「%.*s」の%zu行目の「%.*s」を書いてください。",
				      SPAN_ARG(f->label), r + 1, SPAN_ARG(f->columns[i].label));
}

static void check_required(struct check *c, const struct field *f)
{
	const struct value *v = sheet_value(c->sheet, f);

	if (!v && f->required)
		wrong(c, &(struct spot){f, NULL}, "check.required", false,
		      "「%.*s」を書いてください。", SPAN_ARG(f->label));
	else if (v && field_has_rows(f))
		check_cells(c, f, v);
}

/* Is b the end of what a begins: from and to, or x-from and x-to? */
static bool is_span_of_days(const struct field *a, const struct field *b)
{
	const struct span from = SPAN("from"), to = SPAN("to");
	struct span x = a->id, y = b->id;

	if (a->kind != F_DATE || b->kind != F_DATE || !span_ends(x, from) || !span_ends(y, to))
		return false;
	x.n -= from.n;
	y.n -= to.n;
	return span_eq(x, y) && (x.n == 0 || x.p[x.n - 1] == '-');
}

/* b is the field at the spot, or a column of it. */
static void check_days(struct check *c, const struct field *a, const struct value *from,
		       const struct field *b, const struct spot *spot)
{
	const struct value *to = spot->at;

	if (from && to && from->text.n && to->text.n && span_cmp(from->text, to->text) > 0)
		wrong(c, spot, "check.order", false,
		      "「%.*s」（%.*s）が「%.*s」（%.*s）より前の日です。日付を確かめてください。",
		      SPAN_ARG(b->label), SPAN_ARG(to->text), SPAN_ARG(a->label),
		      SPAN_ARG(from->text));
}

static void check_days_of_section(struct check *c, const struct section *sec)
{
	for (size_t i = 0; i < sec->nfields; i++)
		for (size_t j = 0; j < sec->nfields; j++) {
			const struct field *a = &sec->fields[i], *b = &sec->fields[j];

			if (is_span_of_days(a, b))
				check_days(c, a, sheet_value(c->sheet, a), b,
					   &(struct spot){b, sheet_value(c->sheet, b)});
		}
}

static void check_days_of_rows(struct check *c, const struct field *f, const struct value *v)
{
	for (size_t i = 0; i < f->ncolumns; i++)
		for (size_t j = 0; j < f->ncolumns; j++) {
			const struct field *a = &f->columns[i], *b = &f->columns[j];

			for (size_t r = 0; is_span_of_days(a, b) && r < v->nrows; r++)
				check_days(c, a, &v->rows[r][i], b,
					   &(struct spot){f, &v->rows[r][j]});
		}
}

/* A chart can show one number a day. */
static void check_measure(struct check *c, const struct field *f, const struct value *v)
{
	for (size_t r = 0; r < v->nrows; r++)
		for (size_t q = 0; q < r; q++)
			if (v->rows[r][0].text.n &&
			    span_eq(v->rows[r][0].text, v->rows[q][0].text)) {
				wrong(c, &(struct spot){f, v}, "check.same-day", true,
				      "「%.*s」に%.*sの記録が2つあります。", SPAN_ARG(f->label),
				      SPAN_ARG(v->rows[r][0].text));
				break;
			}
}

static void check_field(struct check *c, const struct field *f)
{
	const struct value *v = sheet_value(c->sheet, f);

	if (c->sheet->status != SHEET_DRAFT)
		check_required(c, f);
	if (v && field_has_rows(f))
		check_days_of_rows(c, f, v);
	if (v && f->kind == F_MEASURE)
		check_measure(c, f, v);
}

/* What each field keeps to, the whole need not: links are counted over the body, and so are bytes.
 */
static enum status check_size(struct check *c)
{
	struct sheet *again = NULL;
	struct buf bytes;
	enum status st;

	buf_init(&bytes, SHEET_MAX_BYTES);
	st = sheet_write(c->sheet, &bytes);
	if (!st)
		st = sheet_parse_as(&again, c->file, buf_span(&bytes), c->sheet->type, NULL);
	if (st == ST_TOOBIG || st == ST_INVALID) {
		wrong(c, NULL, "check.size", false,
		      "シート全体が大きすぎるか、[ ] が多すぎます。文章を短くしてください。");
		st = ST_OK;
	}
	sheet_free(again);
	buf_clear(&bytes);
	return st;
}

enum status sheet_check(const struct sheet *s, const char *file, struct problems *ps)
{
	struct check c = {.sheet = s, .file = file, .ps = ps};
	enum status st;

	for (size_t i = 0; i < s->type->nsections; i++) {
		const struct section *sec = &s->type->sections[i];

		for (size_t j = 0; j < sec->nfields; j++)
			check_field(&c, &sec->fields[j]);
		check_days_of_section(&c, sec);
	}
	st = check_size(&c);
	if (!st && c.bad)
		st = fail(ST_INVALID, "the sheet breaks a rule of its type");
	return st;
}
