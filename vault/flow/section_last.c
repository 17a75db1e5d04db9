#include "vault/flow/section_last.h"

#include "generator/sheet/merge.h"
#include "vault/store/history.h"

struct versions {
	struct version_row rows[SECTION_LAST_VERSIONS];
	size_t count;
	bool more;
};

static enum status take(void *ctx, const struct version_row *v)
{
	struct versions *all = ctx;

	if (all->count < SECTION_LAST_VERSIONS)
		all->rows[all->count++] = *v;
	else
		all->more = true;
	return ST_OK;
}

static bool differs(const struct view *before, const struct view_field *now)
{
	const struct view_field *old = before ? view_field(before, now->field->id) : NULL;

	if (now->withheld || (old && old->withheld) || now->field->kind == F_COMPUTED)
		return false;
	if (old && old->field->kind != now->field->kind)
		return true;
	return !value_equal(now->field, old ? old->value : NULL, now->value);
}

/* What this version changed, in sections that no later one did. */
static void mark(const struct view *before, const struct view *now, const struct version_row *v,
		 const struct view *newest, struct section_last *out)
{
	for (size_t s = 0; s < view_sections(newest); s++) {
		const struct view_section *sec = view_section(newest, s);

		for (size_t i = 0; i < sec->nfields && !out[s].known; i++) {
			const struct view_field *f = view_field(now, sec->fields[i].field->id);

			if (!f || !differs(before, f))
				continue;
			out[s].known = true;
			out[s].at = v->at;
			memcpy(out[s].account, v->account, sizeof out[s].account);
		}
	}
}

static enum status view_of(struct reading *r, const struct version_row *v, struct view **out)
{
	struct oid id;

	return oid_parse(span_of(v->id), &id) ? reading_other(r, &id, out) : ST_CORRUPT;
}

enum status section_last(struct reading *r, struct section_last *out)
{
	struct versions all = {.count = 0};
	struct view *now = NULL, *before = NULL;
	enum status st;

	memset(out, 0, view_sections(r->view) * sizeof *out);
	st = version_each(r->app->db, r->q.child, r->q.type, r->q.id, take, &all);
	if (!st && all.count)
		st = view_of(r, &all.rows[0], &now);
	for (size_t i = 0; i < all.count && !st; i++) {
		bool last = i + 1 == all.count;

		before = NULL;
		if (!last)
			st = view_of(r, &all.rows[i + 1], &before);
		if (!st && now && !(last && all.more))
			mark(before, now, &all.rows[i], r->view, out);
		view_free(now);
		now = before;
	}
	view_free(now);
	return st;
}

enum status section_changed(struct reading *r, struct span from, struct span to,
			    void (*each)(void *, const struct field *), void *ctx)
{
	struct view *old = NULL, *now = NULL;
	struct oid a, b;
	bool mine = false;
	enum status st = oid_parse(from, &a) && oid_parse(to, &b)
			     ? history_contains(r->repo, &a, &mine)
			     : fail(ST_NOTFOUND, "no such version");

	if (!st && !mine)
		st = fail(ST_NOTFOUND, "no such version");
	if (!st)
		st = reading_other(r, &a, &old);
	if (!st)
		st = reading_other(r, &b, &now);
	for (size_t s = 0; !st && now && s < view_sections(now); s++)
		for (size_t i = 0; i < view_section(now, s)->nfields; i++)
			if (differs(old, &view_section(now, s)->fields[i]))
				each(ctx, view_section(now, s)->fields[i].field);
	view_free(old);
	view_free(now);
	return st;
}
