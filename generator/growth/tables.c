/* Reading the files of published figures. */
#include "generator/growth/tables.h"

#include "generator/base/csv.h"
#include "generator/base/file.h"
#include "generator/base/path.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

enum { TABLES_MEMORY = 16 * 1024 * 1024, MONTHS_MAX = 240, CELL_MAX = 32 };

/* A file being read: the row that is looked at, and where to complain. */
struct reading {
	struct growth_tables *t;
	const char *name;
	struct problems *ps;
	const struct csv_row *row;
	bool wrong;
};

static void wrong(struct reading *r, const char *code, const char *text)
{
	r->wrong = true;
	problem_add(r->ps, r->name, r->row ? (int)r->row->line : 0, 0, code, "%s", text);
}

/* ---- cells ------------------------------------------------------------------------------------
 */

/* Digits with a point and a sign, nothing else that strtod would take. */
static bool plain_number(struct span s)
{
	if (s.n == 0 || s.n >= CELL_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("0123456789.-", s.p[i]))
			return false;
	return true;
}

static bool number(struct reading *r, size_t column, double min, double max, double *out)
{
	struct span s = r->row->cells[column];
	char *end;

	*out = 0;
	if (plain_number(s)) {
		*out = strtod(s.p, &end); /* cells are terminated */
		if (!*end && isfinite(*out) && *out >= min && *out <= max)
			return true;
	}
	wrong(r, "growth.number", "数でないか、範囲の外です。数を確かめてください。");
	return false;
}

/* The same; an empty cell is `otherwise`. */
static bool number_or(struct reading *r, size_t column, double min, double max, double otherwise,
		      double *out)
{
	*out = otherwise;
	return r->row->cells[column].n == 0 || number(r, column, min, max, out);
}

static bool sex(struct reading *r, size_t column, enum growth_sex *out)
{
	*out = growth_sex_of(r->row->cells[column]);
	if (*out == GROWTH_UNKNOWN)
		wrong(r, "growth.sex", "性別は male か female と書いてください。");
	return *out != GROWTH_UNKNOWN;
}

/* The measure and its unit, in the first two cells. */
static bool measure(struct reading *r, enum quantity *out)
{
	static const enum quantity known[] = {QUANTITY_HEIGHT, QUANTITY_WEIGHT, QUANTITY_HEAD,
					      QUANTITY_CHEST, QUANTITY_BMI};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		*out = known[i];
		if (span_is(r->row->cells[0], quantity_name(known[i]))) {
			if (span_is(r->row->cells[1], growth_quantity_unit(known[i])))
				return true;
			wrong(r, "growth.unit", "単位がちがいます。cm、kg（bmiは空）です。");
			return false;
		}
	}
	wrong(r, "growth.measure", "measureに使えるのは height, weight, head, chest, bmi です。");
	return false;
}

/* ---- rows -------------------------------------------------------------------------------------
 */

static void *grow(struct reading *r, void *rows, size_t n, size_t size)
{
	void *list = rows;

	if (n == 0)
		list = arena_array(r->t->arena, GROWTH_ROWS_MAX, size);
	if (n < GROWTH_ROWS_MAX && list)
		return list;
	wrong(r, "growth.limit", "表の行が多すぎます。");
	return NULL;
}

static void percentile_row(struct reading *r)
{
	enum quantity q;
	enum growth_sex s;
	struct growth_band b;
	struct growth_bands *list;

	if (!measure(r, &q) || !sex(r, 2, &s) || !number(r, 5, 0, MONTHS_MAX, &b.from) ||
	    !number(r, 6, b.from, MONTHS_MAX, &b.to))
		return;
	b.at = (b.from + b.to) / 2;
	for (size_t i = 0; i < GROWTH_PERCENTILES; i++)
		if (!number(r, 7 + i, i ? b.p[i - 1] : 0.1, 1000, &b.p[i]))
			return;
	list = &r->t->bands[q][s];
	if (list->n &&
	    (b.from < list->rows[list->n - 1].to || b.at <= list->rows[list->n - 1].at)) {
		wrong(r, "growth.order", "月齢の順になっていないか、重なっています。");
		return;
	}
	list->rows = grow(r, list->rows, list->n, sizeof *list->rows);
	if (list->rows)
		list->rows[list->n++] = b;
}

static void add_reference(struct reading *r, struct growth_reference *list, struct growth_lms row)
{
	if (list->n && row.at <= list->rows[list->n - 1].at) {
		wrong(r, "growth.order", "月齢の順になっていないか、重なっています。");
		return;
	}
	list->rows = grow(r, list->rows, list->n, sizeof *list->rows);
	if (list->rows)
		list->rows[list->n++] = row;
}

static void lms_row(struct reading *r)
{
	struct growth_lms row;
	enum quantity q;
	enum growth_sex s;

	if (measure(r, &q) && sex(r, 2, &s) && number(r, 3, 0, MONTHS_MAX, &row.at) &&
	    number(r, 4, -10, 10, &row.l) && number(r, 5, 0.1, 1000, &row.m) &&
	    number(r, 6, 0.001, 1, &row.s))
		add_reference(r, &r->t->lms[q][s], row);
}

static void mean_row(struct reading *r)
{
	struct growth_lms row = {.l = 1};
	enum quantity q;
	enum growth_sex s;
	double sd;

	if (!measure(r, &q) || !sex(r, 2, &s) || !number(r, 3, 0, MONTHS_MAX, &row.at) ||
	    !number(r, 4, 0.1, 1000, &row.m) || !number(r, 5, 0.001, row.m, &sd))
		return;
	row.s = sd / row.m;
	add_reference(r, &r->t->mean[q][s], row);
}

static void formula_row(struct reading *r)
{
	struct growth_formula f = {.sex = GROWTH_UNKNOWN};

	if (!sex(r, 1, &f.sex) || !number(r, 2, 0, MONTHS_MAX, &f.months_from) ||
	    !number(r, 3, f.months_from, MONTHS_MAX, &f.months_below) ||
	    !number_or(r, 4, 0, 300, 0, &f.height_from) ||
	    !number_or(r, 5, f.height_from, 300, 300, &f.height_below))
		return;
	for (size_t i = 0; i < 4; i++)
		if (!number_or(r, 6 + i, -1e6, 1e6, 0, &f.k[i]))
			return;
	if (!span_copy(r->row->cells[0], f.method, sizeof f.method) ||
	    r->t->nformulas == GROWTH_FORMULAS_MAX) {
		wrong(r, "growth.limit", "式の名前が長すぎるか、式が多すぎます。");
		return;
	}
	r->t->formulas[r->t->nformulas++] = f;
}

/* ---- files ------------------------------------------------------------------------------------
 */

static const struct {
	const char *name, *head;
	size_t columns;
	void (*read)(struct reading *r);
	bool needed;
} files[] = {
    {"growth_r5_2023_percentiles.csv",
     "measure,unit,sex,band_key,band_label,age_months_min,age_months_max,p3,p10,p25,p50,p75,p90,"
     "p97",
     14, percentile_row, true},
    {"growth_standard_weight_formulas.csv",
     "method,sex,months_from,months_below,height_from,height_below,a,b,c,d", 10, formula_row, true},
    {"reference_lms.csv", "measure,unit,sex,age_months,l,m,s", 7, lms_row, false},
    {"reference_mean_sd.csv", "measure,unit,sex,age_months,mean,sd", 6, mean_row, false},
};
enum { FILES = sizeof files / sizeof *files };

static bool head_fits(const struct csv_row *row, struct span head)
{
	for (size_t i = 0; i < row->count; i++)
		if (!span_eq(row->cells[i], span_cut(&head, ',')))
			return false;
	return !head.p;
}

static void read_rows(struct reading *r, size_t file, const struct csv *csv)
{
	r->row = csv->count ? &csv->rows[0] : NULL;
	if (!r->row || !head_fits(r->row, span_of(files[file].head))) {
		wrong(r, "growth.head", "1行目の見出しがちがいます。");
		return;
	}
	for (size_t i = 1; i < csv->count && !r->wrong; i++) {
		r->row = &csv->rows[i];
		if (r->row->count == files[file].columns)
			files[file].read(r);
		else
			wrong(r, "growth.columns", "列の数がちがいます。");
	}
}

static enum status read_file(struct growth_tables *t, size_t file, const char *dir,
			     struct problems *ps)
{
	struct arena *a = arena_new(16 * 1024 * 1024);
	struct reading r = {.t = t, .name = files[file].name, .ps = ps};
	struct buf path, bytes;
	struct csv csv;
	enum status st = a ? ST_OK : ST_NOMEM;

	buf_init(&path, PATH_MAX);
	buf_init(&bytes, CSV_BYTES_MAX);
	path_join(&path, dir, files[file].name);
	if (!st)
		st = file_read(buf_str(&path), &bytes);
	if (st == ST_NOTFOUND && !files[file].needed)
		goto out;
	if (!st)
		st = csv_read(&csv, buf_span(&bytes), a);
	if (st && st != ST_NOMEM)
		wrong(&r, "growth.file", fail_why());
	if (!st)
		read_rows(&r, file, &csv);
	st = st == ST_NOMEM ? st
	     : r.wrong	    ? fail(ST_CONFIG, "%s is no table of growth", files[file].name)
			    : ST_OK;

out:
	buf_clear(&path);
	buf_clear(&bytes);
	arena_free(a);
	return st == ST_NOTFOUND ? ST_OK : st;
}

enum status growth_tables_load(struct growth_tables **out, const char *dir, struct problems *ps)
{
	struct growth_tables *t;
	enum status st = ST_OK;

	*out = NULL;
	if (!file_exists(dir))
		return fail(ST_NOTFOUND, "%s: no such folder", dir);
	t = calloc(1, sizeof *t);
	if (!t)
		return fail(ST_NOMEM, "no memory for tables");
	t->arena = arena_new(TABLES_MEMORY);
	if (!t->arena)
		st = ST_NOMEM;
	for (size_t i = 0; i < FILES && !st; i++)
		st = read_file(t, i, dir, ps);
	if (st)
		growth_tables_free(t);
	else
		*out = t;
	return st;
}

void growth_tables_free(struct growth_tables *t)
{
	if (!t)
		return;
	arena_free(t->arena);
	free(t);
}
