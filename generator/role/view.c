/* Reading a view. */
#include "generator/role/view_impl.h"

#include "generator/sheet/markdown.h"

enum { PLAIN_MEMORY = 64 * 1024 * 1024 };

void view_free(struct view *v)
{
	if (v)
		arena_free(v->arena);
}

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

void view_may_write(const struct view *v, bool *may)
{
	memset(may, 0, v->type->nfields * sizeof *may);
	for (size_t i = 0; i < v->nsections; i++)
		for (size_t j = 0; j < v->sections[i].nfields; j++) {
			const struct view_field *f = &v->sections[i].fields[j];

			may[f->field->index] = f->writable;
		}
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
