/*
 * The gate.  What a reader may see is decided here and nowhere else; the tables of these rules are
 * printed by reach.c through section_readable and section_writable.
 */
#include "generator/role/redact.h"

#include "generator/role/compute.h"
#include "generator/sheet/markdown.h"
#include "generator/sheet/sheet_impl.h"

enum { PLAIN_MEMORY = 64 * 1024 * 1024 };

struct view {
	struct arena *arena; /* of all that follows, and of the view itself */
	const struct sheet_type *type;
	struct span id, child, title, institution;
	enum sheet_status status;
	enum role role;
	struct view_section *sections;
	size_t nsections;
};

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

/* Is the type meant to be written by several kinds of institution together? */
static bool written_jointly(const struct sheet_type *t)
{
	role_set staff = t->writers & ~ROLE_BIT(ROLE_HOUSEHOLD);

	return (staff & (staff - 1)) != 0;
}

/* What this reader may do with this sheet, whatever the section. */
struct reach {
	enum role role;
	bool read, write;
	bool own_sections_only; /* sees only what it may write */
};

static struct reach reach_of(const struct sheet *s, enum role role, enum relation rel)
{
	struct reach r = {.role = role};

	r.read = role_reads_content(role) && shared_with(s->type, rel);
	if (role == ROLE_HOUSEHOLD) {
		r.read = r.read && rel == REL_OWN;
		r.own_sections_only = still_in_the_making(s->status);
	}
	/* a draft is not yet for other institutions, unless it is being written together */
	if (rel != REL_OWN && still_in_the_making(s->status))
		r.read = r.read && rel == REL_SHARED && written_jointly(s->type) &&
			 role_in(role, s->type->writers);
	r.write = r.read && sheet_open_to(s->status, role) &&
		  (rel == REL_OWN || (rel == REL_SHARED && written_jointly(s->type)));
	return r;
}

static bool sees(const struct reach *r, const struct sheet_type *t, const struct section *sec)
{
	if (!r->read)
		return false;
	return r->own_sections_only ? section_writable(t, sec, r->role)
				    : section_readable(t, sec, r->role);
}

/* ---- making a view ---------------------------------------------------------------------- */

/* A result may rest only on what the reader sees; otherwise it would tell of what is hidden. */
static bool sees_sources(const struct reach *r, const struct sheet_type *t, const struct field *f)
{
	for (size_t i = 0; i < f->nof; i++)
		if (!sees(r, t, f->of[i]->section))
			return false;
	return true;
}

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
	to->writable =
	    r->write && f->kind != F_COMPUTED && section_writable(s->type, f->section, r->role);
	if (f->kind != F_COMPUTED)
		st = value_copy(v->arena, f, sheet_value(s, f), &copy);
	else if (sees_sources(r, s->type, f))
		st = add_computed(v, s, f, &copy);
	to->value = copy;
	return st;
}

static enum status add_section(struct view *v, const struct sheet *s, const struct section *sec,
			       const struct reach *r)
{
	struct view_field *fields = arena_array(v->arena, sec->nfields, sizeof *fields);
	struct view_section *to = &v->sections[v->nsections++];
	enum status st = ST_OK;

	if (!fields)
		return ST_NOMEM;
	to->section = sec;
	to->fields = fields;
	to->nfields = sec->nfields;
	to->writable = r->write && section_writable(s->type, sec, r->role);
	for (size_t i = 0; i < sec->nfields && !st; i++)
		st = add_field(v, s, &sec->fields[i], r, &fields[i]);
	return st;
}

static enum status copy_span(struct view *v, struct span from, struct span *to)
{
	if (!from.p)
		return ST_OK;
	*to = arena_copy(v->arena, from);
	return to->p ? ST_OK : ST_NOMEM;
}

static enum status fill(struct view *v, const struct sheet *s, const struct reach *r)
{
	enum status st = copy_span(v, s->id, &v->id);

	if (!st)
		st = copy_span(v, s->child, &v->child);
	if (!st)
		st = copy_span(v, s->title, &v->title);
	if (!st)
		st = copy_span(v, s->institution, &v->institution);
	v->type = s->type;
	v->status = s->status;
	v->role = r->role;
	v->sections = arena_array(v->arena, s->type->nsections, sizeof *v->sections);
	if (!v->sections)
		return ST_NOMEM;
	for (size_t i = 0; i < s->type->nsections && !st; i++)
		if (sees(r, s->type, &s->type->sections[i]))
			st = add_section(v, s, &s->type->sections[i], r);
	return st;
}

static bool sees_any(const struct reach *r, const struct sheet_type *t)
{
	for (size_t i = 0; i < t->nsections; i++)
		if (sees(r, t, &t->sections[i]))
			return true;
	return false;
}

enum status redact_for(struct view **out, const struct sheet *s, enum role role, enum relation rel)
{
	struct reach r = reach_of(s, role, rel);
	struct arena *a;
	struct view *v;
	enum status st;

	*out = NULL;
	if (!sees_any(&r, s->type))
		return fail(ST_DENIED, "nothing of the sheet is open to %s", role_name(role));
	a = arena_new(SHEET_MEMORY);
	v = a ? arena_alloc(a, sizeof *v) : NULL;
	if (!v) {
		arena_free(a);
		return ST_NOMEM;
	}
	v->arena = a;
	st = fill(v, s, &r);
	if (st)
		arena_free(a);
	else
		*out = v;
	return st;
}

void view_free(struct view *v)
{
	if (v)
		arena_free(v->arena);
}

/* ---- reading a view --------------------------------------------------------------------- */

const struct sheet_type *view_type(const struct view *v)
{
	return v->type;
}

struct span view_id(const struct view *v)
{
	return v->id;
}

struct span view_child(const struct view *v)
{
	return v->child;
}

struct span view_title(const struct view *v)
{
	return v->title;
}

struct span view_institution(const struct view *v)
{
	return v->institution;
}

enum sheet_status view_status(const struct view *v)
{
	return v->status;
}

enum role view_role(const struct view *v)
{
	return v->role;
}

size_t view_sections(const struct view *v)
{
	return v->nsections;
}

const struct view_section *view_section(const struct view *v, size_t i)
{
	return i < v->nsections ? &v->sections[i] : NULL;
}

const struct view_field *view_field(const struct view *v, struct span id)
{
	for (size_t i = 0; i < v->nsections; i++)
		for (size_t j = 0; j < v->sections[i].nfields; j++)
			if (span_eq(v->sections[i].fields[j].field->id, id))
				return &v->sections[i].fields[j];
	return NULL;
}

bool view_writable(const struct view *v)
{
	for (size_t i = 0; i < v->nsections; i++)
		if (v->sections[i].writable)
			return true;
	return false;
}

/* ---- plain text ------------------------------------------------------------------------- */

/* Prose without its marks; as it was typed if it cannot be read. */
static void put_prose(struct span text, struct buf *out)
{
	struct arena *a = arena_new(PLAIN_MEMORY);
	struct md_node *n = NULL;

	if (a && md_parse(a, text, MD_MAX_BYTES, &n) == ST_OK)
		md_plain(n, out);
	else
		buf_addspan(out, text);
	arena_free(a);
}

static void put_text(const struct field *f, struct span text, struct buf *out)
{
	const struct choice *c = NULL;

	if (f->kind == F_CHOICE || f->kind == F_CHOICES)
		c = field_choice(f, text);
	if (f->kind == F_PROSE)
		put_prose(text, out);
	else
		buf_addspan(out, c ? c->label : text);
}

/* The flag alone says nothing; where it is set, its label does. */
static void put_scalar(const struct field *f, struct span text, struct buf *out)
{
	if (f->kind != F_FLAG)
		put_text(f, text, out);
	else if (span_is(text, "true"))
		buf_addspan(out, f->label);
}

static void put_row(const struct field *f, const struct value *row, struct buf *out)
{
	const char *sep = "";

	for (size_t c = 0; c < f->ncolumns; c++) {
		if (row[c].text.n == 0)
			continue;
		buf_adds(out, sep);
		put_scalar(&f->columns[c], row[c].text, out);
		sep = " ";
	}
	buf_addc(out, '\n');
}

static void put_value(const struct field *f, const struct value *v, struct buf *out)
{
	for (size_t i = 0; i < v->nrows; i++)
		put_row(f, v->rows[i], out);
	for (size_t i = 0; i < v->nitems; i++) {
		buf_adds(out, i ? " " : "");
		put_text(f, v->items[i], out);
	}
	if (v->text.n)
		put_scalar(f, v->text, out);
	if (v->nrows == 0)
		buf_addc(out, '\n');
}

void view_plain(const struct view *v, struct buf *out)
{
	buf_addspan(out, v->title);
	buf_addc(out, '\n');
	for (size_t i = 0; i < v->nsections; i++)
		for (size_t j = 0; j < v->sections[i].nfields; j++) {
			const struct view_field *vf = &v->sections[i].fields[j];

			if (vf->value)
				put_value(vf->field, vf->value, out);
		}
}
