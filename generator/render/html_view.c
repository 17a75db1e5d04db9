#include "generator/render/html_view.h"

#include "generator/render/html_markdown.h"

static const struct view_look plain_look;

static int level_of(const struct view_look *look)
{
	return look->level ? look->level : 2;
}

static const char *prefix_of(const struct view_look *look)
{
	return look->prefix ? look->prefix : "";
}

static bool is_table(const struct field *f)
{
	return f->kind == F_TABLE || f->kind == F_MEASURE;
}

static bool is_empty(const struct value *v)
{
	return !v || (v->text.n == 0 && v->nitems == 0 && v->nrows == 0);
}

void html_scalar(struct html *h, const struct field *f, struct span text,
		 const struct render_names *names)
{
	struct buf said;

	buf_init(&said, 256 * 1024);
	say_scalar(&said, f, text, names);
	html_text(h, buf_span(&said));
	buf_clear(&said);
}

static void put_choices(struct html *h, const struct field *f, const struct value *v,
			const struct render_names *names)
{
	html_open(h, "ul");
	html_class(h, "chosen");
	for (size_t i = 0; i < v->nitems; i++) {
		html_open(h, "li");
		html_scalar(h, f, v->items[i], names);
		html_close(h);
	}
	html_close(h);
}

/* Tables ------------------------------------------------------------------------------------- */

static bool is_number(const struct field *f)
{
	return f->kind == F_NUMBER || f->kind == F_COMPUTED;
}

static void put_head(struct html *h, const struct field *f)
{
	html_open(h, "thead");
	html_open(h, "tr");
	for (size_t i = 0; i < f->ncolumns; i++) {
		html_open(h, "th");
		html_attrs(h, "scope", "col");
		if (is_number(&f->columns[i]))
			html_class(h, "number");
		html_text(h, f->columns[i].label);
		html_close(h);
	}
	html_close_to(h, "thead");
}

static void put_cell(struct html *h, const struct field *column, const struct value *v,
		     const struct view_look *look)
{
	html_open(h, "td");
	if (is_number(column))
		html_class(h, "number");
	html_scalar(h, column, v->text, look->names);
	html_close(h);
}

static void put_rows(struct html *h, const struct field *f, const struct value *v,
		     const struct view_look *look)
{
	html_open(h, "tbody");
	for (size_t r = 0; r < v->nrows; r++) {
		html_open(h, "tr");
		for (size_t c = 0; c < f->ncolumns; c++)
			put_cell(h, &f->columns[c], &v->rows[r][c], look);
		html_close(h);
	}
	html_close(h);
}

/* A wide table scrolls in a region of its own, which the keyboard can reach. */
static void put_table(struct html *h, const struct field *f, const struct value *v,
		      const struct view_look *look)
{
	const char *prefix = prefix_of(look);

	html_open(h, "div");
	html_class(h, "table-scroll");
	html_attrs(h, "role", "region");
	html_attrs(h, "tabindex", "0");
	html_attrf(h, "aria-labelledby", "%st-%.*s", prefix, SPAN_ARG(f->id));
	html_open(h, "table");
	html_open(h, "caption");
	html_attrf(h, "id", "%st-%.*s", prefix, SPAN_ARG(f->id));
	html_text(h, f->label);
	html_close(h);
	put_head(h, f);
	put_rows(h, f, v, look);
	html_close(h);
	html_close(h);
}

/* Values --------------------------------------------------------------------------------------- */

static void put_blank(struct html *h)
{
	html_leaf_class(h, "span", "tag tag-blank", SPAN("未記入"));
}

void html_value(struct html *h, const struct field *f, const struct value *v,
		const struct view_look *look)
{
	if (!look)
		look = &plain_look;
	if (is_empty(v)) {
		put_blank(h);
	} else if (is_table(f)) {
		put_table(h, f, v, look);
	} else if (f->kind == F_CHOICES) {
		put_choices(h, f, v, look->names);
	} else if (f->kind == F_PROSE) {
		html_open(h, "div");
		html_class(h, "prose");
		/* Headings of a prose field begin at level 4, below its label's. */
		html_prose(h, v->text, level_of(look) - 2);
		html_close(h);
	} else {
		html_scalar(h, f, v->text, look->names);
	}
}

void html_field_value(struct html *h, const struct view_field *f, const struct view_look *look)
{
	if (f->withheld)
		html_leaf_class(h, "span", "tag tag-info", SPAN(SAID_WITHHELD));
	else
		html_value(h, f->field, f->value, look);
}

/* Does a field stand in the definition list, or by itself below a heading? */
static bool in_list(const struct view_field *f)
{
	return f->field->kind != F_PROSE && (!is_table(f->field) || is_empty(f->value));
}

static bool is_shown(const struct view_field *f)
{
	return f->withheld || !is_empty(f->value) || f->field->required;
}

static void put_term(struct html *h, const struct view_field *f, const struct view_look *look)
{
	html_open(h, "div");
	html_leaf(h, "dt", f->field->label);
	html_open(h, "dd");
	html_field_value(h, f, look);
	html_close(h);
	html_close(h);
}

static void put_block(struct html *h, const struct view_field *f, const struct view_look *look)
{
	if (f->field->kind == F_PROSE)
		html_leaf(h, html_heading(level_of(look) + 1), f->field->label);
	html_field_value(h, f, look);
}

/* Neighbouring short values share one definition list. */
static void put_fields(struct html *h, const struct view_section *s, const struct view_look *look)
{
	bool listing = false;

	for (size_t i = 0; i < s->nfields; i++) {
		const struct view_field *f = &s->fields[i];

		if (!is_shown(f))
			continue;
		if (in_list(f) != listing) {
			if (listing) {
				html_close(h);
			} else {
				html_open(h, "dl");
				html_class(h, "values");
			}
			listing = !listing;
		}
		if (listing)
			put_term(h, f, look);
		else
			put_block(h, f, look);
	}
	if (listing)
		html_close(h);
}

/* What was left empty is named, so that nobody takes it for hidden. */
static void put_unfilled(struct html *h, const struct view_section *s)
{
	bool any = false;

	for (size_t i = 0; i < s->nfields; i++) {
		if (is_shown(&s->fields[i]))
			continue;
		if (!any) {
			html_open(h, "p");
			html_class(h, "unfilled");
		}
		html_texts(h, any ? "、" : "記入がない項目：");
		html_text(h, s->fields[i].field->label);
		any = true;
	}
	if (any)
		html_close(h);
}

void html_view_fields(struct html *h, const struct view_section *s, const struct view_look *look)
{
	if (!look)
		look = &plain_look;
	put_fields(h, s, look);
	put_unfilled(h, s);
}

void html_view_section(struct html *h, const struct view_section *s, const struct view_look *look)
{
	const struct section *sec = s->section;

	if (!look)
		look = &plain_look;
	html_open(h, "section");
	html_class(h, "sheet-section");
	html_attrf(h, "aria-labelledby", "%ss-%.*s", prefix_of(look), SPAN_ARG(sec->id));
	html_open(h, html_heading(level_of(look)));
	html_attrf(h, "id", "%ss-%.*s", prefix_of(look), SPAN_ARG(sec->id));
	html_text(h, sec->title);
	html_close(h);
	html_view_fields(h, s, look);
	html_close(h);
}

/* 0 for what is to be read first. */
static int rank_of(const struct view_section *s, const struct view_look *look)
{
	int rank = 2;

	for (size_t i = 0; i < s->nfields && look->strengths_first; i++) {
		if (s->fields[i].field->glance == GLANCE_STRENGTHS)
			return 0;
		if (s->fields[i].field->glance == GLANCE_HELPS)
			rank = 1;
	}
	return rank;
}

size_t html_view_at(const struct view *v, const struct view_look *look, size_t i)
{
	size_t n = 0;

	for (int rank = 0; rank <= 2; rank++)
		for (size_t s = 0; s < view_sections(v); s++)
			if (rank_of(view_section(v, s), look ? look : &plain_look) == rank &&
			    n++ == i)
				return s;
	return i;
}

void html_view(struct html *h, const struct view *v, const struct view_look *look)
{
	for (size_t i = 0; i < view_sections(v); i++)
		html_view_section(h, view_section(v, html_view_at(v, look, i)), look);
}
