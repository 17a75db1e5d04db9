/*
 * The gate.  What a reader may see is decided here and nowhere else; the tables of these rules are
 * printed by reach.c through section_readable and section_writable.
 */
#include "generator/role/redact.h"

#include "generator/role/compute.h"
#include "generator/role/view_impl.h"
#include "generator/role/withhold.h"
#include "generator/sheet/sheet_impl.h"

/* ---- rules of the type ------------------------------------------------------------------ */

bool section_writable(const struct sheet_type *t, const struct section *sec, enum role role)
{
	(void)t;
	return role_reads_content(role) && role_in(role, sec->writers);
}

bool section_readable(const struct sheet_type *t, const struct section *sec, enum role role)
{
	return role_reads_content(role) &&
	       (role_in(role, sec->readers) || section_writable(t, sec, role));
}

/* ---- rules of the sheet ----------------------------------------------------------------- */

/* Does the way in which the type is shared reach this reader? */
static bool shared_with(const struct sheet_type *t, enum relation rel)
{
	switch (rel) {
	case REL_OWN:
		return true;
	case REL_SHARED:
		return t->sharing == SHARING_CONSENT || t->sharing == SHARING_OPEN;
	case REL_ELSEWHERE:
		return t->sharing == SHARING_OPEN;
	case REL_NONE:
		break;
	}
	return false;
}

/* Until it is put before the household, a sheet is the work of those who write it. */
static bool still_in_the_making(enum sheet_status st)
{
	return st == SHEET_DRAFT || st == SHEET_REVIEW;
}

static bool writes_some(const struct sheet_type *t, enum role role)
{
	for (size_t i = 0; i < t->nsections; i++)
		if (section_writable(t, &t->sections[i], role))
			return true;
	return false;
}

/* What this reader may do with this sheet, whatever the section. */
struct reach {
	const struct reader *who;
	bool read, write;
	bool own_sections_only; /* sees only what it may write */
	struct withheld withheld;
};

static void reach_init(struct reach *r, const struct sheet *s, const struct reader *who)
{
	const enum role role = who->role;
	const enum relation rel = who->relation;
	const bool together = rel == REL_SHARED && s->type->joint;

	*r = (struct reach){.who = who};
	r->read = role_reads_content(role) && shared_with(s->type, rel);
	if (role == ROLE_HOUSEHOLD) {
		r->read = r->read && rel == REL_OWN;
		r->own_sections_only = still_in_the_making(s->status);
	}
	/* a draft is not yet for other institutions, unless it is being written together; who
	   could not have begun it sees only what to write */
	if (rel != REL_OWN && still_in_the_making(s->status)) {
		r->read = r->read && together && writes_some(s->type, role);
		r->own_sections_only = !role_in(role, s->type->writers);
	}
	r->write = r->read && !who->read_only && sheet_open_to(s->status, role) &&
		   (rel == REL_OWN || together);
}

static bool lists(const struct span *ids, size_t n, const struct section *sec)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(ids[i], sec->id))
			return true;
	return false;
}

/* Is it among those that a guardian agreed to share, if they were named? */
static bool agreed(const struct reader *who, const struct section *sec)
{
	struct span rest = who->only;

	if (who->relation != REL_SHARED || !rest.n)
		return true;
	while (rest.p)
		if (span_eq(span_trim(span_cut(&rest, ',')), sec->id))
			return true;
	return false;
}

/* What is closed stays closed, even if it is opened elsewhere. */
static bool sees(const struct reach *r, const struct sheet_type *t, const struct section *sec)
{
	const struct reader *who = r->who;

	if (!r->read || lists(who->hidden, who->nhidden, sec) || !agreed(who, sec))
		return false;
	if (sec->unshared && who->relation != REL_OWN)
		return false;
	if (r->own_sections_only)
		return section_writable(t, sec, who->role);
	return section_readable(t, sec, who->role) || lists(who->opened, who->nopened, sec);
}

/* A result may rest only on what the reader sees; otherwise it would tell of what is hidden. */
static bool sees_field(const struct reach *r, const struct sheet_type *t, const struct field *f)
{
	if (f->hidden)
		return false;
	for (size_t i = 0; f->kind == F_COMPUTED && i < f->nof; i++)
		if (!sees(r, t, f->of[i]->section))
			return false;
	return sees(r, t, f->section);
}

static bool writes_field(const struct reach *r, const struct sheet_type *t, const struct field *f)
{
	return r->write && f->kind != F_COMPUTED && !r->withheld.fields[f->index] &&
	       section_writable(t, f->section, r->who->role);
}

/* ---- making a view ---------------------------------------------------------------------- */

static enum status add_computed(struct view *v, const struct sheet *s, const struct field *f,
				struct value **out)
{
	enum status st;
	struct buf text;

	buf_init(&text, 256);
	compute(s, f, &text);
	st = text.st;
	if (!st && text.len) {
		*out = arena_alloc(v->arena, sizeof **out);
		if (*out)
			(*out)->text = arena_copy(v->arena, buf_span(&text));
		st = *out && (*out)->text.p ? ST_OK : ST_NOMEM;
	}
	buf_clear(&text);
	return st;
}

static enum status add_field(struct view *v, const struct sheet *s, const struct field *f,
			     const struct reach *r, struct view_field *to)
{
	struct value *copy = NULL;
	enum status st = ST_OK;

	to->field = f;
	to->writable = writes_field(r, s->type, f);
	to->withheld = r->withheld.fields[f->index];
	if (to->withheld)
		return ST_OK;
	if (f->kind == F_COMPUTED)
		st = add_computed(v, s, f, &copy);
	else
		st = value_copy(v->arena, f, sheet_value(s, f), &copy);
	to->value = copy;
	return st;
}

/* A section with nothing left in it is left out. */
static enum status add_section(struct view *v, const struct sheet *s, const struct section *sec,
			       const struct reach *r)
{
	struct view_field *fields = arena_array(v->arena, sec->nfields, sizeof *fields);
	struct view_section *to = &v->sections[v->nsections];
	enum status st = ST_OK;

	if (!fields)
		return ST_NOMEM;
	*to = (struct view_section){.section = sec, .fields = fields};
	for (size_t i = 0; i < sec->nfields && !st; i++) {
		struct view_field *field = &fields[to->nfields];

		if (!sees_field(r, s->type, &sec->fields[i]))
			continue;
		st = add_field(v, s, &sec->fields[i], r, field);
		to->writable = to->writable || field->writable;
		to->nfields++;
	}
	v->nsections += to->nfields > 0;
	return st;
}

static enum status copy_span(struct view *v, struct span from, struct span *to)
{
	if (!from.p)
		return ST_OK;
	*to = arena_copy(v->arena, from);
	return to->p ? ST_OK : ST_NOMEM;
}

static enum status fill_head(struct view *v, const struct sheet *s, const struct reach *r)
{
	const struct withheld *w = &r->withheld;
	enum status st = copy_span(v, s->id, &v->id);

	if (!st)
		st = copy_span(v, s->child, &v->child);
	if (!st)
		st = copy_span(v, w->title ? s->type->title : s->title, &v->title);
	if (!st)
		st = copy_span(v, w->institution ? SPAN_NONE : s->institution, &v->institution);
	v->type = s->type;
	v->status = s->status;
	v->role = r->who->role;
	return st;
}

static enum status fill(struct view *v, const struct sheet *s, const struct reach *r)
{
	enum status st = fill_head(v, s, r);

	v->sections = arena_array(v->arena, s->type->nsections, sizeof *v->sections);
	if (!v->sections)
		return ST_NOMEM;
	for (size_t i = 0; i < s->type->nsections && !st; i++)
		if (sees(r, s->type, &s->type->sections[i]))
			st = add_section(v, s, &s->type->sections[i], r);
	return st;
}

static enum status closed(enum role role)
{
	return fail(ST_DENIED, "nothing of the sheet is open to %s", role_name(role));
}

enum status redact_for(struct view **out, const struct sheet *s, const struct reader *who)
{
	struct arena *a = NULL;
	struct view *v = NULL;
	struct reach r;
	enum status st;

	*out = NULL;
	reach_init(&r, s, who);
	st = r.read ? withhold(&r.withheld, s, who->words, who->nwords) : closed(who->role);
	if (st)
		return st;
	a = arena_new(SHEET_MEMORY);
	v = a ? arena_alloc(a, sizeof *v) : NULL;
	st = v ? ST_OK : ST_NOMEM;
	if (!st) {
		v->arena = a;
		st = fill(v, s, &r);
	}
	if (!st && v->nsections == 0)
		st = closed(who->role);
	if (st)
		arena_free(a);
	else
		*out = v;
	return st;
}
