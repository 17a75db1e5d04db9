#include "vault/flow/unusual.h"

#include "generator/growth/collect.h"
#include "vault/db/child.h"

enum { UNUSUAL_MEMORY = 8 * 1024 * 1024, EARLIER_MAX = 500, WHY_BYTES = 2000 };

static bool is_asked(enum quantity q)
{
	return q == QUANTITY_HEIGHT || q == QUANTITY_WEIGHT || q == QUANTITY_HEAD ||
	       q == QUANTITY_CHEST;
}

/* Is there anything in the type that could be unusual?  Most sheets measure nothing. */
static bool measures(const struct app *app, struct span type)
{
	const struct sheet_type *t = types_find(app->types, type, 0);

	for (size_t s = 0; t && s < t->nsections; s++)
		for (size_t i = 0; i < t->sections[s].nfields; i++) {
			const struct field *f = &t->sections[s].fields[i];

			if (is_asked(f->quantity))
				return true;
			for (size_t c = 0; c < f->ncolumns; c++)
				if (is_asked(f->columns[c].quantity))
					return true;
		}
	return false;
}

static bool same_point(const struct growth_point *a, const struct growth_point *b)
{
	return a->quantity == b->quantity && day_cmp(a->on, b->on) == 0 && a->value == b->value;
}

static bool is_new(const struct growth_set *before, const struct growth_point *p)
{
	for (size_t i = 0; i < before->count; i++)
		if (same_point(&before->points[i], p))
			return false;
	return true;
}

static size_t others(const struct growth_set *all, const struct growth_point *p,
		     struct growth_earlier out[static EARLIER_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < all->count && n < EARLIER_MAX; i++)
		if (all->points[i].quantity == p->quantity && all->points[i].measured &&
		    !same_point(&all->points[i], p))
			out[n++] = (struct growth_earlier){all->points[i].on, all->points[i].value};
	return n;
}

static void ask_about(const struct app *app, const struct growth_child *child,
		      const struct growth_set *all, const struct growth_point *p,
		      struct problems *ps)
{
	static const char question[] = "ふだんと違う値です。このままでよいですか。";
	struct growth_earlier earlier[EARLIER_MAX];
	size_t n = others(all, p, earlier);
	char day[DAY_TEXT];
	struct buf why;

	buf_init(&why, WHY_BYTES);
	if (growth_unusual(app->growth, child, p->quantity, p->value, p->on, earlier, n, &why)) {
		day_era(p->on, day);
		problem_field(ps, "f", "value.unusual", "%s（%s）%.*s：%s%s",
			      growth_quantity_label(p->quantity), day, SPAN_ARG(p->text), question,
			      buf_str(&why));
		problem_soften(ps);
	}
	buf_clear(&why);
}

static enum status compare(struct app *app, const struct question *q, struct arena *a,
			   const struct view *before, const struct view *after, struct problems *ps)
{
	struct growth_child about = {.weeks = 0};
	struct growth_set was, now;
	struct child_row child;
	enum status st = child_get(app->db, q->child, &child);

	growth_set_init(&was, a);
	growth_set_init(&now, a);
	if (!st)
		st = growth_collect(&was, before);
	if (!st)
		st = growth_collect(&now, after);
	if (st)
		return st;
	about.sex = growth_sex_of(span_of(child.sex));
	if (!day_parse(span_of(child.born), &about.born))
		about.born = (struct day){0};
	about.weeks = now.weeks_differ ? 0 : now.weeks;
	for (size_t i = 0; i < now.count; i++)
		if (now.points[i].measured && is_asked(now.points[i].quantity) &&
		    is_new(&was, &now.points[i]))
			ask_about(app, &about, &now, &now.points[i], ps);
	return ST_OK;
}

static enum status look(struct app *app, const struct question *q, const struct view *after,
			struct problems *ps)
{
	struct arena *a = arena_new(UNUSUAL_MEMORY);
	struct reading r;
	enum status st = a ? reading_begin(&r, app, q, SPAN_NONE) : ST_NOMEM;

	if (!a)
		return st;
	if (!st)
		st = reading_view(&r);
	if (!st)
		st = compare(app, q, a, r.view, after, ps);
	reading_clear(&r);
	arena_free(a);
	return st;
}

enum status unusual_values(struct app *app, const struct question *q, const struct save *in,
			   struct problems *ps)
{
	struct problems wrong;
	struct view *after = NULL;
	enum status st;

	if (!measures(app, q->type))
		return ST_OK;
	problems_init(&wrong);
	st = preview_sheet(&after, app, q, in, &wrong);
	problems_clear(&wrong);
	if (st == ST_INVALID || st == ST_USAGE)
		return ST_OK;
	if (!st)
		st = look(app, q, after, ps);
	view_free(after);
	return st;
}
