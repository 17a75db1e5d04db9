/*
 * Any bytes as a form.  The first byte chooses what may be written: by a role, or any fields; then
 * lines `name=value`, in which % stands for a line end.  A line `*` puts in all that is missing as
 * it is stored.  Whatever is accepted reads back as the same sheet, and leaves untouched what is
 * not to be written.
 */
#include "generator/sheet/merge.h"

#include "generator/base/file.h"
#include "generator/role/redact.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PAIRS_MAX = 2000, MEMORY = 64 * 1024 * 1024 };

static struct types *types;
static struct sheet *stored;

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void start(void)
{
	struct buf bytes;

	if (stored)
		return;
	buf_init(&bytes, SHEET_MAX_BYTES);
	must(types_load(&types, "tests/sheets/types", NULL) == ST_OK);
	must(file_read("tests/sheets/whole.md", &bytes) == ST_OK);
	must(sheet_parse(&stored, "whole.md", buf_span(&bytes), types, NULL) == ST_OK);
	must(sheet_set_status(stored, SHEET_DRAFT) == ST_OK);
	buf_clear(&bytes);
}

struct form {
	struct arena *a;
	struct pair list[PAIRS_MAX];
	size_t n;
};

static void put(struct form *f, struct span name, struct span value)
{
	if (f->n < PAIRS_MAX)
		f->list[f->n++] = (struct pair){name, value};
}

static bool has(const struct form *f, struct span name)
{
	for (size_t i = 0; i < f->n; i++)
		if (span_eq(f->list[i].name, name))
			return true;
	return false;
}

static void put_text(struct form *f, enum field_kind kind, const char *name, struct span text)
{
	if (kind == F_FLAG)
		put(f, span_of(name), SPAN(""));
	if (kind != F_FLAG || span_is(text, "true"))
		put(f, span_of(name), text);
}

static void put_field(struct form *f, const struct field *field)
{
	const struct value *v = sheet_value(stored, field);
	char *name = arena_printf(f->a, "f.%.*s", SPAN_ARG(field->id));
	bool rows = field->kind == F_TABLE || field->kind == F_MEASURE;

	if (!name || has(f, span_of(name)) || field->kind == F_COMPUTED)
		return;
	if (rows || field->kind == F_CHOICES)
		put(f, span_of(name), SPAN(""));
	else
		put_text(f, field->kind, name, v ? v->text : SPAN(""));
	for (size_t i = 0; v && i < v->nitems; i++)
		put(f, span_of(name), v->items[i]);
	for (size_t r = 0; v && r < v->nrows; r++)
		for (size_t c = 0; c < field->ncolumns; c++) {
			char *cell = arena_printf(f->a, "%s.%zu.%.*s", name, r,
						  SPAN_ARG(field->columns[c].id));

			if (cell && !has(f, span_of(cell)))
				put_text(f, field->columns[c].kind, cell, v->rows[r][c].text);
		}
}

/* Below 128 a role's; else the fields whose index has a bit in common with the other bits. */
static void choose(uint8_t by, bool *may)
{
	const struct sheet_type *t = sheet_type(stored);
	const struct reader who = {.role = (enum role)(by % ROLE_COUNT), .relation = REL_OWN};
	struct view *v;

	for (size_t i = 0; i < t->nfields; i++)
		may[i] = by >= 128 && (i & by & 127) != 0;
	if (by < 128 && redact_for(&v, stored, &who) == ST_OK) {
		view_may_write(v, may);
		view_free(v);
	}
}

static void put_the_rest(struct form *f, const bool *may)
{
	const struct sheet_type *t = sheet_type(stored);

	for (size_t i = 0; i < t->nsections; i++)
		for (size_t j = 0; j < t->sections[i].nfields; j++)
			if (may[t->sections[i].fields[j].index])
				put_field(f, &t->sections[i].fields[j]);
}

static void read_lines(struct form *f, struct span rest, const bool *may)
{
	while (rest.p && rest.n) {
		struct span value = span_cut(&rest, '\n'), name;
		char *p;

		if (span_is(value, "*")) {
			put_the_rest(f, may);
			continue;
		}
		name = span_cut(&value, '=');
		p = arena_str(f->a, value);
		for (size_t i = 0; p && i < value.n; i++)
			p[i] = (char)(p[i] == '%' ? '\n' : p[i]);
		put(f, name, p ? span_make(p, value.n) : SPAN(""));
	}
}

static void look_at(const struct sheet *made, const bool *may)
{
	const struct sheet_type *t = sheet_type(stored);
	struct sheet *again;
	struct buf once, twice;

	buf_init(&once, SHEET_MAX_BYTES);
	buf_init(&twice, SHEET_MAX_BYTES);
	must(sheet_write(made, &once) == ST_OK);
	must(sheet_parse(&again, "x.md", buf_span(&once), types, NULL) == ST_OK);
	must(sheet_write(again, &twice) == ST_OK && span_eq(buf_span(&once), buf_span(&twice)));
	for (size_t i = 0; i < t->nsections; i++)
		for (size_t j = 0; j < t->sections[i].nfields; j++) {
			const struct field *f = &t->sections[i].fields[j];

			must(value_equal(f, sheet_value(made, f), sheet_value(again, f)));
			if (!may[f->index])
				must(value_equal(f, sheet_value(made, f), sheet_value(stored, f)));
		}
	sheet_free(again);
	buf_clear(&once);
	buf_clear(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct form f;
	bool may[TYPE_FIELDS_MAX];
	struct problems ps;
	struct sheet *made;
	enum status st;

	if (size == 0)
		return 0;
	start();
	f = (struct form){.a = arena_new(MEMORY)};
	must(f.a != NULL);
	choose(data[0], may);
	read_lines(&f, span_make((const char *)data + 1, size - 1), may);
	problems_init(&ps);
	st = sheet_merge(&made, stored, f.list, f.n, may, &ps);
	must((made == NULL) == (st != ST_OK) && (st == ST_OK) == (ps.errors == 0));
	if (made)
		look_at(made, may);
	sheet_free(made);
	problems_clear(&ps);
	arena_free(f.a);
	return 0;
}
