/* The one canonical form of a sheet file. */
#include "generator/sheet/sheet_impl.h"
#include "generator/sheet/yaml.h"

/* Numbers, days and flags stand without quotes; of the rest only what needs none. */
static void put_scalar(const struct field *f, struct span text, bool flow, struct buf *out)
{
	bool plain = f->kind == F_NUMBER || f->kind == F_DATE || f->kind == F_FLAG;

	yaml_put(out, text, flow, plain);
}

static void put_pair(const char *key, struct span text, struct buf *out)
{
	if (text.n == 0)
		return;
	buf_addf(out, "%s: ", key);
	yaml_put(out, text, false, false);
	buf_addc(out, '\n');
}

static void put_choices(const struct value *v, struct buf *out)
{
	buf_addc(out, '[');
	for (size_t i = 0; i < v->nitems; i++) {
		buf_adds(out, i ? ", " : "");
		yaml_put(out, v->items[i], true, false);
	}
	buf_adds(out, "]\n");
}

static void put_row(const struct field *f, const struct value *row, struct buf *out)
{
	const char *sep = "";

	buf_adds(out, "    - {");
	for (size_t c = 0; c < f->ncolumns; c++) {
		if (row[c].text.n == 0)
			continue;
		buf_addf(out, "%s%.*s: ", sep, SPAN_ARG(f->columns[c].id));
		put_scalar(&f->columns[c], row[c].text, true, out);
		sep = ", ";
	}
	buf_adds(out, "}\n");
}

static void put_value(const struct field *f, const struct value *v, struct buf *out)
{
	buf_addf(out, "  %.*s:", SPAN_ARG(f->id));
	if (field_has_rows(f)) {
		buf_addc(out, '\n');
		for (size_t r = 0; r < v->nrows; r++)
			put_row(f, v->rows[r], out);
		return;
	}
	buf_addc(out, ' ');
	if (f->kind == F_CHOICES) {
		put_choices(v, out);
		return;
	}
	put_scalar(f, v->text, false, out);
	buf_addc(out, '\n');
}

static void put_values(const struct sheet *s, const struct section *sec, bool *any, struct buf *out)
{
	for (size_t i = 0; i < sec->nfields; i++) {
		const struct field *f = &sec->fields[i];
		const struct value *v = sheet_value(s, f);

		if (!v || f->kind == F_PROSE || f->kind == F_COMPUTED)
			continue;
		if (!*any)
			buf_adds(out, "values:\n");
		*any = true;
		put_value(f, v, out);
	}
}

static void put_head(const struct sheet *s, struct buf *out)
{
	bool any = false;

	buf_adds(out, "---\nkarte: 1\n");
	put_pair("type", s->type->id, out);
	buf_addf(out, "type-version: %d\n", s->type->version);
	put_pair("id", s->id, out);
	put_pair("child", s->child, out);
	put_pair("title", s->title, out);
	put_pair("institution", s->institution, out);
	put_pair("status", span_of(sheet_status_name(s->status)), out);
	for (size_t i = 0; i < s->type->nsections; i++)
		put_values(s, &s->type->sections[i], &any, out);
	buf_adds(out, "---\n");
}

/* A type's titles and labels have no characters that Markdown could take for marks. */
static void put_prose(const struct sheet *s, const struct section *sec, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < sec->nfields; i++) {
		const struct field *f = &sec->fields[i];
		const struct value *v = f->kind == F_PROSE ? sheet_value(s, f) : NULL;

		if (!v)
			continue;
		if (!any)
			buf_addf(out, "\n## %.*s\n", SPAN_ARG(sec->name));
		any = true;
		buf_addf(out, "\n### %.*s\n\n", SPAN_ARG(f->name));
		buf_addspan(out, v->text);
		buf_addc(out, '\n');
	}
}

enum status sheet_write(const struct sheet *s, struct buf *out)
{
	put_head(s, out);
	for (size_t i = 0; i < s->type->nsections; i++)
		put_prose(s, &s->type->sections[i], out);
	return out->st;
}
