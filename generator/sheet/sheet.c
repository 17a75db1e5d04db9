#include "generator/sheet/sheet_impl.h"

#include "generator/base/path.h"

enum status sheet_make(struct sheet **out, const struct sheet_type *type)
{
	struct arena *a = arena_new(SHEET_MEMORY);
	struct sheet *s = a ? arena_alloc(a, sizeof *s) : NULL;

	*out = NULL;
	if (!s)
		goto out;
	s->arena = a;
	s->type = type;
	s->values = arena_array(a, type->nfields, sizeof *s->values);
	if (!s->values)
		goto out;
	*out = s;
	return ST_OK;

out:
	arena_free(a);
	return ST_NOMEM;
}

void sheet_free(struct sheet *s)
{
	if (s)
		arena_free(s->arena);
}

bool sheet_needs_child(const struct sheet_type *t)
{
	return t->subject == SUBJECT_CHILD;
}

/* What a household writes for itself comes from no institution. */
bool sheet_needs_institution(const struct sheet_type *t)
{
	return !role_in(ROLE_HOUSEHOLD, t->writers);
}

bool sheet_open_to(enum sheet_status st, enum role r)
{
	return st == SHEET_DRAFT || (st == SHEET_FINAL && r != ROLE_HOUSEHOLD);
}

enum status sheet_read_title(struct arena *a, struct span in, struct value_place at,
			     struct span *out, struct problems *ps)
{
	static const struct field title = {
	    .label = {"表題", sizeof "表題" - 1}, .kind = F_TEXT, .max_chars = SHEET_TITLE_MAX};

	return value_read(a, &title, in, false, at, out, ps);
}

/* "教育支援シート 令和8年度" */
static enum status usual_title(struct sheet *s)
{
	enum status st;
	struct buf text;
	size_t n;

	buf_init(&text, 4096);
	buf_addspan(&text, s->type->title);
	n = text.len;
	buf_addc(&text, ' ');
	period_label(s->type->period, s->id, &text);
	if (text.len == n + 1)
		buf_cut(&text, n);
	st = text.st;
	if (!st) {
		s->title = arena_copy(s->arena, buf_span(&text));
		st = s->title.p ? ST_OK : ST_NOMEM;
	}
	buf_clear(&text);
	return st;
}

static enum status check_ids(const struct sheet_type *type, struct span id, struct span child,
			     struct span institution)
{
	if (!path_id(id) || !period_id(type->period, id))
		return fail(ST_INVALID, "'%.*s' is no id for a sheet of this type", SPAN_ARG(id));
	if (sheet_needs_child(type) ? !path_child(child) : child.n > 0)
		return fail(ST_INVALID, "'%.*s' is no child for a sheet of this type",
			    SPAN_ARG(child));
	if ((institution.n || sheet_needs_institution(type)) && !path_id(institution))
		return fail(ST_INVALID, "'%.*s' is no institution", SPAN_ARG(institution));
	return ST_OK;
}

static enum status copy_if(struct sheet *s, struct span from, struct span *to)
{
	if (from.n == 0)
		return ST_OK;
	*to = arena_copy(s->arena, from);
	return to->p ? ST_OK : ST_NOMEM;
}

enum status sheet_new(struct sheet **out, const struct sheet_type *type, struct span id,
		      struct span child, struct span institution, const char *title)
{
	struct sheet *s = NULL;
	enum status st = check_ids(type, id, child, institution);

	*out = NULL;
	if (!st)
		st = sheet_make(&s, type);
	if (!st)
		st = copy_if(s, id, &s->id);
	if (!st)
		st = copy_if(s, child, &s->child);
	if (!st)
		st = copy_if(s, institution, &s->institution);
	if (!st && title)
		st = sheet_read_title(s->arena, span_of(title), (struct value_place){.file = ""},
				      &s->title, NULL);
	if (!st && s->title.n == 0)
		st = usual_title(s);
	if (st)
		sheet_free(s);
	else
		*out = s;
	return st;
}

const struct sheet_type *sheet_type(const struct sheet *s)
{
	return s->type;
}

struct span sheet_id(const struct sheet *s)
{
	return s->id;
}

struct span sheet_child(const struct sheet *s)
{
	return s->child;
}

struct span sheet_title(const struct sheet *s)
{
	return s->title;
}

struct span sheet_institution(const struct sheet *s)
{
	return s->institution;
}

enum sheet_status sheet_status(const struct sheet *s)
{
	return s->status;
}

const struct value *sheet_value(const struct sheet *s, const struct field *f)
{
	const struct value *v = f->index < s->type->nfields ? s->values[f->index] : NULL;

	return value_is_empty(v) ? NULL : v;
}

size_t sheet_missing(const struct sheet *s, const struct section *sec)
{
	size_t n = 0;

	for (size_t i = 0; i < sec->nfields; i++)
		n += sec->fields[i].required && !sheet_value(s, &sec->fields[i]);
	return n;
}

enum status sheet_set_status(struct sheet *s, enum sheet_status st)
{
	if ((unsigned)st >= SHEET_STATUS_COUNT || !(s->type->workflow & 1u << st))
		return fail(ST_INVALID, "the workflow has no state '%s'", sheet_status_name(st));
	s->status = st;
	return ST_OK;
}
