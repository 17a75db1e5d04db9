/*
 * Putting a form on top of a stored sheet.
 *
 * The pairs of the form are sorted by field, row and column; then every field of the type takes
 * what belongs to it.  A form that we did not give out is refused as a whole (form.*), a wrong
 * value is reported beside its field (value.*).
 */
#include "generator/sheet/merge.h"

#include "generator/sheet/sheet_impl.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	PATH_MAX_LENGTH = 3 * 40 + 16,
	SPARE_ROWS = 100, /* empty ones that a form may hold besides those that are filled */
	WORK_MEMORY = 64 * 1024 * 1024,
};

/* One pair of the form.  row and col are -1 in the pair that is named for the field itself. */
struct entry {
	const struct field *field;
	long row, col;
	size_t order;
	struct span name, value;
};

struct merge {
	const struct sheet *stored;
	struct sheet *made;
	struct arena *work;
	struct entry *entries;
	size_t count, next;
	const bool *may; /* by field->index */
	struct problems *ps;
	bool usage, invalid;
};

/* ---- reading the names ------------------------------------------------------------------ */

/* A name of our own making, which can be shown; of any other only that it is none. */
static bool is_path(struct span name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!memchr("abcdefghijklmnopqrstuvwxyz0123456789-.", name.p[i], 38))
			return false;
	return name.n < PATH_MAX_LENGTH;
}

/* Reports what no form of ours has, and goes on: at the end the form is refused as a whole. */
static enum status alien(struct merge *m, struct span name, const char *code, const char *text)
{
	char path[PATH_MAX_LENGTH];

	snprintf(path, sizeof path, "%.*s", SPAN_ARG(is_path(name) ? name : SPAN("f")));
	problem_field(m->ps, path, code, "%s", text);
	m->usage = true;
	return ST_OK;
}

static bool may_write(const struct merge *m, const struct field *f)
{
	return m->may[f->index] && f->kind != F_COMPUTED;
}

/* Reads "<row>.<column>" behind a table's name. */
static bool read_cell(struct span rest, const struct field *f, struct entry *e)
{
	const struct field *column;
	struct span row = span_cut(&rest, '.');

	if (!rest.p || !field_has_rows(f))
		return false;
	if (row.n > 1 && row.p[0] == '0')
		return false;
	if (!span_number(row, (long)f->max_rows + SPARE_ROWS, &e->row))
		return false;
	column = field_column(f, rest);
	if (!column)
		return false;
	e->col = (long)column->index;
	return true;
}

/* One pair becomes an entry; names that do not begin with f. are not for us. */
static void read_pair(struct merge *m, const struct pair *pair)
{
	struct span rest = pair->name, id;
	struct entry e = {.row = -1, .col = -1, .name = pair->name, .value = pair->value};

	if (!span_starts(rest, SPAN("f.")))
		return;
	rest = span_make(rest.p + 2, rest.n - 2);
	id = span_cut(&rest, '.');
	e.field = type_field(m->stored->type, id);
	e.order = m->count;
	if (!e.field || (rest.p && !read_cell(rest, e.field, &e)))
		alien(m, pair->name, "form.unknown", "この名前の欄はありません。");
	else if (!may_write(m, e.field))
		alien(m, pair->name, "form.not-yours", "この欄は書きかえられません。");
	else
		m->entries[m->count++] = e;
}

static int by_place(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->field->index != y->field->index)
		return x->field->index < y->field->index ? -1 : 1;
	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	if (x->col != y->col)
		return x->col < y->col ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

/* Takes all entries of one place; none if there are none. */
static struct entry *take(struct merge *m, const struct field *f, long row, long col, size_t *n)
{
	struct entry *first = &m->entries[m->next];

	for (*n = 0; m->next < m->count; ++*n, m->next++) {
		const struct entry *e = &m->entries[m->next];

		if (e->field != f || e->row != row || e->col != col)
			break;
	}
	return first;
}

static enum status missing(struct merge *m, const struct field *f, long row, long col)
{
	char path[PATH_MAX_LENGTH];

	if (row < 0)
		snprintf(path, sizeof path, "f.%.*s", SPAN_ARG(f->id));
	else
		snprintf(path, sizeof path, "f.%.*s.%ld.%.*s", SPAN_ARG(f->id), row,
			 SPAN_ARG(f->columns[col].id));
	return alien(m, span_of(path), "form.missing", "この欄が送られていません。");
}

/* ---- values ----------------------------------------------------------------------------- */

/* ST_INVALID means "reported, go on". */
static enum status go_on(struct merge *m, enum status st)
{
	m->invalid = m->invalid || st == ST_INVALID;
	return st == ST_INVALID ? ST_OK : st;
}

static const char *path_of(struct merge *m, const struct entry *e)
{
	return arena_str(m->work, e->name);
}

static enum status read_text(struct merge *m, const struct field *f, const struct entry *e,
			     struct span *out)
{
	struct value_place at = {.field = path_of(m, e)};

	if (!at.field)
		return ST_NOMEM;
	return go_on(m, value_read(m->made->arena, f, e->value, true, at, out, m->ps));
}

/*
 * A box that is not ticked sends only the empty value that is always there.  It says no where
 * something was said before, and nothing where nothing was.
 */
static enum status read_flag(struct merge *m, const struct entry *e, size_t n, struct span stored,
			     struct span *out)
{
	size_t ticked = 0, empty = 0;

	for (size_t i = 0; i < n; i++) {
		ticked += span_is(e[i].value, "true");
		empty += e[i].value.n == 0;
	}
	if (empty != 1 || ticked > 1 || empty + ticked != n)
		return alien(m, e->name, "form.flag", "この欄の送られ方が正しくありません。");
	if (ticked)
		*out = SPAN("true");
	else if (stored.n)
		*out = SPAN("false");
	return ST_OK;
}

/* One text at one place of the form: a field of its own, or a cell. */
static enum status read_one(struct merge *m, const struct field *f, long row, long col,
			    struct span stored, struct span *out)
{
	const struct field *kind = row < 0 ? f : &f->columns[col];
	size_t n;
	struct entry *e = take(m, f, row, col, &n);

	if (n == 0)
		return missing(m, f, row, col);
	if (kind->kind == F_FLAG)
		return read_flag(m, e, n, stored, out);
	if (n > 1)
		return alien(m, e->name, "form.repeated", "この欄が2回送られています。");
	return read_text(m, kind, e, out);
}

static enum status read_scalar(struct merge *m, const struct field *f, struct value **out)
{
	const struct value *stored = sheet_value(m->stored, f);
	struct value *v = arena_alloc(m->made->arena, sizeof *v);

	if (!v)
		return ST_NOMEM;
	*out = v;
	return read_one(m, f, -1, -1, stored ? stored->text : SPAN_NONE, &v->text);
}

static enum status read_choices(struct merge *m, const struct field *f, struct value **out)
{
	struct value_place at = {.file = NULL};
	struct span *ids;
	size_t n, count = 0;
	struct entry *e = take(m, f, -1, -1, &n);

	if (n == 0)
		return missing(m, f, -1, -1);
	at.field = path_of(m, e);
	ids = arena_array(m->work, n, sizeof *ids);
	if (!ids || !at.field)
		return ST_NOMEM;
	for (size_t i = 0; i < n; i++)
		if (e[i].value.n)
			ids[count++] = e[i].value;
	if (count != n - 1)
		return alien(m, e->name, "form.choices", "この欄の送られ方が正しくありません。");
	return go_on(m, choices_read(m->made->arena, f, ids, count, at, out, m->ps));
}

/* ---- rows ------------------------------------------------------------------------------- */

static bool is_blank(struct span s)
{
	const struct span wide = SPAN("\xe3\x80\x80");

	for (s = span_trim(s); span_starts(s, wide);)
		s = span_trim(span_make(s.p + wide.n, s.n - wide.n));
	return s.n == 0;
}

/* Is there another row, and has anything been typed into it? */
static bool peek_row(const struct merge *m, const struct field *f, long row, bool *typed)
{
	size_t i = m->next;

	*typed = false;
	for (; i < m->count && m->entries[i].field == f && m->entries[i].row == row; i++)
		*typed = *typed || !is_blank(m->entries[i].value);
	return i > m->next;
}

static const struct value *stored_row(const struct merge *m, const struct field *f, long row)
{
	const struct value *v = sheet_value(m->stored, f);

	return v && (size_t)row < v->nrows ? v->rows[row] : NULL;
}

static enum status read_row(struct merge *m, const struct field *f, long row, struct value *cells)
{
	const struct value *before = stored_row(m, f, row);
	enum status st = ST_OK;

	memset(cells, 0, f->ncolumns * sizeof *cells);
	for (long col = 0; col < (long)f->ncolumns && !st; col++)
		st = read_one(m, f, row, col, before ? before[col].text : SPAN_NONE,
			      &cells[col].text);
	return st;
}

/* A row that says no and nothing else looks empty in a form; left alone, it stays. */
static bool is_unchanged(const struct merge *m, const struct field *f, long row,
			 const struct value *cells)
{
	const struct value *before = stored_row(m, f, row);

	for (size_t c = 0; c < f->ncolumns && before; c++)
		if (!span_eq(before[c].text, cells[c].text))
			return false;
	return before != NULL;
}

static enum status too_many_rows(struct merge *m, const struct field *f)
{
	char path[PATH_MAX_LENGTH];

	snprintf(path, sizeof path, "f.%.*s", SPAN_ARG(f->id));
	problem_field(m->ps, path, "value.rows", "「%.*s」は%zu行までです。行を減らしてください。",
		      SPAN_ARG(f->label), f->max_rows);
	m->invalid = true;
	return ST_OK;
}

static enum status read_rows(struct merge *m, const struct field *f, struct value **out)
{
	struct value *v = arena_alloc(m->made->arena, sizeof *v);
	struct value **spare = value_rows(m->made->arena, f, 1);
	enum status st = ST_OK;
	size_t n, kept = 0;
	bool typed;

	if (v)
		v->rows = value_rows(m->made->arena, f, f->max_rows);
	if (!v || !v->rows || !spare)
		return ST_NOMEM;
	if (take(m, f, -1, -1, &n)->value.n || n != 1)
		st = missing(m, f, -1, -1);
	for (long row = 0; !st && peek_row(m, f, row, &typed); row++) {
		struct value *cells = kept < f->max_rows ? v->rows[kept] : spare[0];

		st = read_row(m, f, row, cells);
		if (typed || is_unchanged(m, f, row, cells))
			kept++;
		else
			memset(cells, 0, f->ncolumns * sizeof *cells);
	}
	if (!st && kept > f->max_rows)
		st = too_many_rows(m, f);
	v->nrows = kept;
	*out = v;
	return st;
}

/* ---- the whole -------------------------------------------------------------------------- */

static enum status read_field(struct merge *m, const struct field *f)
{
	struct value **out = &m->made->values[f->index];
	enum status st;

	if (!may_write(m, f))
		return value_copy(m->made->arena, f, sheet_value(m->stored, f), out);
	if (field_has_rows(f))
		st = read_rows(m, f, out);
	else if (f->kind == F_CHOICES)
		st = read_choices(m, f, out);
	else
		st = read_scalar(m, f, out);
	/* what is left of this field stands behind a gap */
	for (; !st && m->next < m->count && m->entries[m->next].field == f; m->next++)
		alien(m, m->entries[m->next].name, "form.gap", "行の番号がとんでいます。");
	return st;
}

static enum status copy_span(struct sheet *s, struct span from, struct span *to)
{
	if (!from.p)
		return ST_OK;
	*to = arena_copy(s->arena, from);
	return to->p ? ST_OK : ST_NOMEM;
}

static enum status copy_head(struct sheet *to, const struct sheet *from)
{
	enum status st = copy_span(to, from->id, &to->id);

	if (!st)
		st = copy_span(to, from->child, &to->child);
	if (!st)
		st = copy_span(to, from->title, &to->title);
	if (!st)
		st = copy_span(to, from->institution, &to->institution);
	to->status = from->status;
	return st;
}

static enum status read_form(struct merge *m, const struct pair *form, size_t n)
{
	const struct sheet_type *t = m->stored->type;
	enum status st = ST_OK;

	m->entries = arena_array(m->work, n + 1, sizeof *m->entries);
	if (!m->entries)
		return ST_NOMEM;
	for (size_t i = 0; i < n; i++)
		read_pair(m, &form[i]);
	if (m->usage)
		return ST_OK;
	qsort(m->entries, m->count, sizeof *m->entries, by_place);
	for (size_t i = 0; i < t->nsections; i++)
		for (size_t j = 0; j < t->sections[i].nfields && !st; j++)
			st = read_field(m, &t->sections[i].fields[j]);
	return st;
}

/* Was something wrong typed there?  Then it is not empty, and one sentence about it is enough. */
static bool has_problem(const struct merge *m, const char *path)
{
	for (size_t i = 0; m->ps && i < m->ps->count; i++) {
		const char *at = m->ps->list[i].field;
		size_t n = strlen(path);

		if (at && strncmp(at, path, n) == 0 && (at[n] == '\0' || at[n] == '.'))
			return true;
	}
	return false;
}

/* Once a sheet has left draft, what is required stays so. */
static void check_required(struct merge *m)
{
	const struct sheet_type *t = m->stored->type;
	char path[PATH_MAX_LENGTH];

	for (size_t i = 0; i < t->nsections; i++)
		for (size_t j = 0; j < t->sections[i].nfields; j++) {
			const struct field *f = &t->sections[i].fields[j];

			if (!f->required || !may_write(m, f) || sheet_value(m->made, f))
				continue;
			snprintf(path, sizeof path, "f.%.*s", SPAN_ARG(f->id));
			if (has_problem(m, path))
				continue;
			problem_field(m->ps, path, "value.required", "「%.*s」を書いてください。",
				      SPAN_ARG(f->label));
			m->invalid = true;
		}
}

/* What is accepted can be read again: the limits of the whole are looked at in the file itself. */
static enum status read_back(struct merge *m)
{
	struct sheet *again = NULL;
	struct buf bytes;
	enum status st;

	buf_init(&bytes, SHEET_MAX_BYTES);
	st = sheet_write(m->made, &bytes);
	if (!st)
		st = sheet_parse_as(&again, "", buf_span(&bytes), m->made->type, NULL);
	if (st == ST_TOOBIG || st == ST_INVALID) {
		problem_field(m->ps, "f", "value.whole",
			      "シート全体が長すぎるか、[ ] が多すぎます。文章を短くしてください。");
		m->invalid = true;
		st = ST_OK;
	}
	sheet_free(again);
	buf_clear(&bytes);
	return st;
}

enum status sheet_merge(struct sheet **out, const struct sheet *stored, const struct pair *form,
			size_t nform, const bool *may, struct problems *ps)
{
	struct merge m = {.stored = stored, .may = may, .ps = ps};
	enum status st;

	*out = NULL;
	m.work = arena_new(WORK_MEMORY);
	st = m.work ? sheet_make(&m.made, stored->type) : ST_NOMEM;
	if (!st)
		st = copy_head(m.made, stored);
	if (!st)
		st = read_form(&m, form, nform);
	if (!st && m.usage)
		st = fail(ST_USAGE, "the form is not one that was given out");
	if (!st && stored->status != SHEET_DRAFT)
		check_required(&m);
	if (!st && !m.invalid)
		st = read_back(&m);
	if (!st && m.invalid)
		st = fail(ST_INVALID, "the form has wrong values");
	if (!st) {
		*out = m.made;
		m.made = NULL;
	}
	sheet_free(m.made);
	arena_free(m.work);
	return st;
}
