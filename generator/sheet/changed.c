/* What is different between two contents. */
#include "generator/sheet/merge.h"

#include "generator/sheet/sheet_impl.h"

static bool rows_equal(const struct field *f, const struct value *a, const struct value *b)
{
	if (a->nrows != b->nrows)
		return false;
	for (size_t r = 0; r < a->nrows; r++)
		for (size_t c = 0; c < f->ncolumns; c++)
			if (!span_eq(a->rows[r][c].text, b->rows[r][c].text))
				return false;
	return true;
}

static bool items_equal(const struct value *a, const struct value *b)
{
	if (a->nitems != b->nitems)
		return false;
	for (size_t i = 0; i < a->nitems; i++)
		if (!span_eq(a->items[i], b->items[i]))
			return false;
	return true;
}

bool value_equal(const struct field *f, const struct value *a, const struct value *b)
{
	if (value_is_empty(a) || value_is_empty(b))
		return value_is_empty(a) && value_is_empty(b);
	if (field_has_rows(f))
		return rows_equal(f, a, b);
	if (f->kind == F_CHOICES)
		return items_equal(a, b);
	return span_eq(a->text, b->text);
}

static bool same_form(const struct field *a, const struct field *b)
{
	bool same = a->kind == b->kind && a->ncolumns == b->ncolumns;

	for (size_t i = 0; same && i < a->ncolumns; i++)
		same = a->columns[i].kind == b->columns[i].kind &&
		       span_eq(a->columns[i].id, b->columns[i].id);
	return same;
}

/* Fields of another version of the type are found by their id; one that is gone has no content. */
static struct value *counterpart(const struct sheet *s, const struct field *f)
{
	const struct field *same = type_field(s->type, f->id);

	return same && same_form(same, f) ? s->values[same->index] : NULL;
}

void sheet_changed(const struct sheet *base, const struct sheet *other, bool *changed)
{
	const struct sheet_type *t = base->type;

	for (size_t i = 0; i < t->nsections; i++)
		for (size_t j = 0; j < t->sections[i].nfields; j++) {
			const struct field *f = &t->sections[i].fields[j];

			changed[f->index] =
			    !value_equal(f, sheet_value(base, f), counterpart(other, f));
		}
}

/* What is taken is written and read again: so it holds to the type of the sheet it comes into. */
static enum status settle(struct sheet **out, const struct sheet *made, struct problems *ps)
{
	struct buf bytes;
	enum status st;

	buf_init(&bytes, SHEET_MAX_BYTES);
	st = sheet_write(made, &bytes);
	if (!st)
		st = sheet_parse_as(out, "", buf_span(&bytes), made->type, NULL);
	if (st == ST_TOOBIG || st == ST_INVALID) {
		problem_field(ps, "f", "value.whole",
			      "あわせた内容は このシートに 入りません。文章を短くしてください。");
		st = ST_INVALID;
	}
	buf_clear(&bytes);
	return st;
}

enum status sheet_take(struct sheet **out, const struct sheet *onto, const struct sheet *from,
		       const bool *take, struct problems *ps)
{
	const struct sheet_type *t = onto->type;
	struct sheet made = *onto;
	struct value *values[TYPE_FIELDS_MAX] = {NULL};

	*out = NULL;
	made.values = values;
	for (size_t i = 0; i < t->nsections; i++)
		for (size_t j = 0; j < t->sections[i].nfields; j++) {
			const struct field *f = &t->sections[i].fields[j];

			values[f->index] =
			    take[f->index] ? counterpart(from, f) : onto->values[f->index];
		}
	return settle(out, &made, ps);
}
