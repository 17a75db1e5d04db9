#include "generator/render/html_form_int.h"

#include "generator/render/html_view.h"

#include <stdio.h>

static int level_of(const struct form *f)
{
	return f->fill->level ? f->fill->level : 2;
}

/* What kinds want to be told always. */
static struct span kind_hint(const struct field *f)
{
	switch (f->kind) {
	case F_DATE:
		return SPAN("例：令和8年4月1日、R8.4.1、2026/4/1");
	case F_TIME:
		return SPAN("例：8:30、14:05");
	default:
		return SPAN_NONE;
	}
}

static void put_hint(struct html *h, const struct field *f, const char *name)
{
	struct span kind = kind_hint(f);

	if (f->hint.n == 0 && !kind.p)
		return;
	html_open(h, "p");
	html_class(h, "hint");
	html_attrf(h, "id", "hint.%s", name);
	html_text(h, f->hint);
	if (f->hint.n > 0 && kind.p)
		html_open(h, "br");
	html_text(h, kind);
	html_close(h);
}

static void put_example(struct html *h, const struct field *f)
{
	if (f->example.n == 0)
		return;
	html_open(h, "details");
	html_class(h, "example");
	html_leafs(h, "summary", "書き方の例");
	html_leaf(h, "p", f->example);
	html_close(h);
}

static void put_label_text(struct html *h, const struct field *f)
{
	html_text(h, f->label);
	if (f->required)
		html_leaf_class(h, "span", "required", SPAN("※必須"));
}

static bool has_errors(const struct form *f, const char *name)
{
	const struct problems *ps = f->fill->problems;
	struct span all = span_of(name);

	for (size_t i = 0; ps && i < ps->count; i++) {
		struct span at = span_of(ps->list[i].field);

		if (ps->list[i].warning || !at.p || !span_starts(at, all))
			continue;
		if (at.n == all.n || at.p[all.n] == '.')
			return true;
	}
	return false;
}

/* Fields with several controls: a group with a name, which a link can lead to. */
static void put_group(struct form *f, const struct view_field *vf, const char *name)
{
	const struct field *field = vf->field;
	bool table = field->kind != F_CHOICES;
	struct html *h = f->h;

	html_open(h, "fieldset");
	html_attrs(h, "id", table ? name : NULL);
	html_described(h, f->fill->problems, name, field->hint.n > 0);
	html_open(h, "legend");
	put_label_text(h, field);
	html_close(h);
	put_hint(h, field, name);
	put_example(h, field);
	if (table)
		form_table(f, field, name, vf->value);
	else
		form_checkboxes(f, field, name, vf->value);
	html_field_problems(h, f->fill->problems, name);
	html_close(h);
}

static void put_label(struct form *f, const struct field *field, const char *name)
{
	html_open(f->h, "label");
	html_attrs(f->h, "for", name);
	put_label_text(f->h, field);
	html_close(f->h);
}

static void put_single(struct form *f, const struct view_field *vf, const char *name)
{
	const struct field *field = vf->field;
	struct html *h = f->h;

	if (field->kind == F_FLAG) {
		html_open(h, "div");
		html_class(h, "check");
		form_control(f, field, name, vf->value, NULL);
		put_label(f, field, name);
		html_close(h);
		put_hint(h, field, name);
	} else {
		put_label(f, field, name);
		put_hint(h, field, name);
		put_example(h, field);
		form_control(f, field, name, vf->value, NULL);
	}
	html_field_problems(h, f->fill->problems, name);
}

static bool is_group(const struct field *f)
{
	return f->kind == F_TABLE || f->kind == F_MEASURE || f->kind == F_CHOICES;
}

void form_field(struct form *f, const struct view_field *vf)
{
	struct form stored = {.h = f->h, .fill = f->fill};
	char name[FORM_NAME];

	snprintf(name, sizeof(name), "f.%.*s", SPAN_ARG(vf->field->id));
	if (f->sent && !form_came(f, name))
		f = &stored;
	html_open(f->h, "div");
	html_class(f->h, has_errors(f, name) ? "field field-error" : "field");
	if (is_group(vf->field))
		put_group(f, vf, name);
	else
		put_single(f, vf, name);
	if (f->fill->beside)
		f->fill->beside(f->fill->ctx, f->h, vf);
	html_close(f->h);
}

static void put_readonly(struct form *f, const struct view_field *vf)
{
	struct view_look look = {.level = level_of(f), .names = f->fill->names};
	struct html *h = f->h;

	html_open(h, "div");
	html_class(h, "field readonly");
	html_open(h, "p");
	html_class(h, "label");
	html_text(h, vf->field->label);
	html_leaf_class(h, "span", "tag tag-plain", SPAN("編集不可"));
	html_close(h);
	if (vf->field->kind == F_COMPUTED)
		html_leaf_class(h, "p", "hint", SPAN("ほかの欄から、自動で計算します"));
	html_open(h, "div");
	html_class(h, "readonly-value");
	html_field_value(h, vf, &look);
	html_close(h);
	html_close(h);
}

/* Says at the place of writing who will read it. */
static void put_readers(struct html *h, const struct section *s)
{
	bool any = false;

	html_open(h, "p");
	html_class(h, "readers");
	html_leaf_class(h, "span", "readers-label", SPAN("ここを見る人"));
	for (int r = 0; r < ROLE_COUNT; r++) {
		if (!role_in((enum role)r, s->readers))
			continue;
		html_texts(h, any ? "、" : "");
		html_texts(h, role_label((enum role)r));
		any = true;
	}
	html_close(h);
}

static void put_writable(struct form *f, const struct view_section *s)
{
	struct html *h = f->h;

	html_open(h, "section");
	html_class(h, "form-section");
	html_attrf(h, "aria-labelledby", "s-%.*s", SPAN_ARG(s->section->id));
	html_open(h, html_heading(level_of(f)));
	html_attrf(h, "id", "s-%.*s", SPAN_ARG(s->section->id));
	html_text(h, s->section->title);
	html_close(h);
	if (s->section->hint.n > 0)
		html_leaf_class(h, "p", "section-hint", s->section->hint);
	put_readers(h, s->section);
	if (f->fill->above)
		f->fill->above(f->fill->ctx, h, s);
	for (size_t i = 0; i < s->nfields; i++) {
		if (s->fields[i].writable)
			form_field(f, &s->fields[i]);
		else
			put_readonly(f, &s->fields[i]);
	}
	html_close(h);
}

/* A section of others: there to be read, closed so that it does not stand in the way. */
static void put_closed(struct form *f, const struct view_section *s)
{
	struct view_look look = {.level = level_of(f), .names = f->fill->names};
	struct html *h = f->h;

	html_open(h, "details");
	html_class(h, "readonly-section");
	html_open(h, "summary");
	html_text(h, s->section->title);
	html_leaf_class(h, "span", "tag tag-plain", SPAN("読むだけ"));
	html_close(h);
	if (f->fill->above)
		f->fill->above(f->fill->ctx, h, s);
	html_view_fields(h, s, &look);
	html_close(h);
}

void html_form(struct html *h, const struct view *v, const struct form_fill *fill)
{
	struct form f;

	form_init(&f, h, fill);
	html_open(h, "p");
	html_attrs(h, "id", "f"); /* where problems of the whole lead to */
	html_class(h, "form-note");
	html_leaf_class(h, "span", "required", SPAN("※必須"));
	html_texts(h, "の項目は、確定するまでに記入します。下書きは、空のままでも保存できます。");
	html_close(h);
	for (size_t i = 0; i < view_sections(v); i++) {
		const struct view_section *s = view_section(v, i);

		if (f.fill->only.n && !span_eq(f.fill->only, s->section->id))
			continue;
		if (s->writable)
			put_writable(&f, s);
		else
			put_closed(&f, s);
	}
	form_clear(&f);
}
