#include "generator/render/plain.h"

static void put_cells(struct buf *out, const struct field *f, const struct value *row,
		      const struct render_names *names)
{
	bool first = true;

	buf_adds(out, "- ");
	for (size_t c = 0; c < f->ncolumns; c++) {
		if (!row[c].text.n)
			continue;
		buf_addf(out, "%s%.*s: ", first ? "" : "、", SPAN_ARG(f->columns[c].label));
		say_scalar(out, &f->columns[c], row[c].text, names);
		first = false;
	}
	buf_addc(out, '\n');
}

static void put_value(struct buf *out, const struct field *f, const struct value *v,
		      const struct render_names *names)
{
	for (size_t i = 0; i < v->nitems; i++) {
		buf_adds(out, "- ");
		say_scalar(out, f, v->items[i], names);
		buf_addc(out, '\n');
	}
	for (size_t r = 0; r < v->nrows; r++)
		put_cells(out, f, v->rows[r], names);
	if (v->text.n) {
		say_scalar(out, f, v->text, names);
		buf_addc(out, '\n');
	}
}

static void put_section(struct buf *out, const struct view_section *s,
			const struct render_names *names)
{
	buf_addf(out, "\n## %.*s\n", SPAN_ARG(s->section->title));
	for (size_t i = 0; i < s->nfields; i++) {
		const struct view_field *f = &s->fields[i];

		if (!f->value && !f->withheld)
			continue;
		buf_addf(out, "\n### %.*s\n\n", SPAN_ARG(f->field->label));
		if (f->withheld)
			buf_adds(out, SAID_WITHHELD "\n");
		else
			put_value(out, f->field, f->value, names);
	}
}

enum status plain_view(const struct view *v, const struct render_names *names, struct buf *out)
{
	buf_addf(out, "# %.*s\n", SPAN_ARG(view_title(v)));
	for (size_t i = 0; i < view_sections(v); i++)
		put_section(out, view_section(v, i), names);
	return out->st;
}
