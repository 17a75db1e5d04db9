#include "generator/render/html_diff.h"

#include "generator/sheet/merge.h"

/* The two contents of one field; a side on which the field does not exist is NULL. */
struct change {
	const struct field *field;
	const struct value *old, *now;
};

static const struct view_field *find(const struct view *v, struct span id)
{
	return v ? view_field(v, id) : NULL;
}

/* Fields of different kinds under one id (versions of a type) have nothing to compare. */
static bool comparable(const struct field *a, const struct field *b)
{
	if (a->kind != b->kind || a->ncolumns != b->ncolumns)
		return false;
	for (size_t i = 0; i < a->ncolumns; i++)
		if (!span_eq(a->columns[i].id, b->columns[i].id) ||
		    a->columns[i].kind != b->columns[i].kind)
			return false;
	return true;
}

/* What became of one field; false if nothing did, or if nobody may tell this reader. */
static bool change_of(const struct view_field *f, const struct view *other, bool is_old,
		      struct change *out)
{
	const struct view_field *o = find(other, f->field->id);
	bool fits = o && comparable(f->field, o->field);
	const struct value *v = fits ? o->value : NULL;

	*out = (struct change){f->field, is_old ? f->value : v, is_old ? v : f->value};
	if (f->withheld || (fits && o->withheld))
		return false;
	return !value_equal(f->field, out->old, out->now);
}

/* Is the field shown from the other view already? */
static bool seen_in(const struct view_field *f, const struct view *other)
{
	const struct view_field *o = find(other, f->field->id);

	return o && comparable(f->field, o->field);
}

/* Fields of the newer view; and of the older one those that the newer does not have. */
static bool next_change(const struct view *v, size_t sec, size_t i, const struct view *other,
			bool is_old, struct change *out)
{
	const struct view_field *f = &view_section(v, sec)->fields[i];

	if (f->field->kind == F_COMPUTED || (is_old && seen_in(f, other)))
		return false;
	return change_of(f, other, is_old, out);
}

static void put_change(struct html *h, const struct change *c, const struct view_look *look,
		       int level)
{
	html_leaf(h, html_heading(level + 1), c->field->label);
	html_diff_value(h, c->field, c->old, c->now, look);
}

/* The changed fields of one section, below its heading; returns how many. */
static size_t put_section(struct html *h, const struct view *v, size_t sec,
			  const struct view *other, bool is_old, const struct view_look *look)
{
	const struct view_section *s = view_section(v, sec);
	int level = look && look->level ? look->level : 2;
	struct change c;
	size_t n = 0;

	for (size_t i = 0; i < s->nfields; i++) {
		if (!next_change(v, sec, i, other, is_old, &c))
			continue;
		if (n++ == 0) {
			html_open(h, "section");
			html_class(h, "diff");
			html_leaf(h, html_heading(level), s->section->title);
		}
		put_change(h, &c, look, level);
	}
	if (n > 0)
		html_close(h);
	return n;
}

static size_t put_view(struct html *h, const struct view *v, const struct view *other, bool is_old,
		       const struct view_look *look)
{
	size_t n = 0;

	for (size_t i = 0; v && i < view_sections(v); i++)
		n += put_section(h, v, i, other, is_old, look);
	return n;
}

void html_diff(struct html *h, const struct view *old, const struct view *now,
	       const struct view_look *look)
{
	size_t n = put_view(h, now, old, false, look);

	n += put_view(h, old, now, true, look);
	if (n == 0)
		html_leaf_class(h, "p", "empty-state",
				SPAN("あなたが見られる範囲では、違いはありません。"));
}

static size_t count_view(const struct view *v, const struct view *other, bool is_old)
{
	struct change c;
	size_t n = 0;

	for (size_t s = 0; v && s < view_sections(v); s++)
		for (size_t i = 0; i < view_section(v, s)->nfields; i++)
			n += next_change(v, s, i, other, is_old, &c);
	return n;
}

size_t html_diff_count(const struct view *old, const struct view *now)
{
	return count_view(now, old, false) + count_view(old, now, true);
}
