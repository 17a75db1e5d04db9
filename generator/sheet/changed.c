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

/* Fields of another version of the type are found by their id; one that is gone has no content. */
static const struct value *counterpart(const struct sheet *s, const struct field *f)
{
	const struct field *same = type_field(s->type, f->id);

	return same && same->kind == f->kind && same->ncolumns == f->ncolumns ? sheet_value(s, same)
									      : NULL;
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
