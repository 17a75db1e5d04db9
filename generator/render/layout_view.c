#include "generator/base/day.h"
#include "generator/base/utf8.h"
#include "generator/render/layout.h"

enum { SENTENCE = 24 /* characters of a choice that is no word any more */ };

static struct para body_para(struct flow *f, struct span text)
{
	return para_plain(f, text, FACE_BODY, f->style->body);
}

/* ---- the head of a sheet ----------------------------------------------------------------------
 */

/* Date and version in the upper right corner, where forms have their number (JIS Z 8303). */
static void put_origin(struct flow *f, const struct print_job *job, struct span version)
{
	const struct print_style *s = f->style;
	char date[DAY_TEXT];
	struct para p;

	day_era(day_jst(job->at), date);
	p = para_plain(f,
		       version.n ? flow_text(f, "%s　版 %.*s", date, SPAN_ARG(version))
				 : flow_text(f, "%s", date),
		       FACE_HEAD, s->note);
	para_break(f, &p, flow_width(f));
	flow_open(f, TAG_P);
	for (size_t i = 0; i < p.nlines; i++)
		para_line(f, &p, i, flow_left(f) + flow_width(f) - p.lines[i].width,
			  s->note * (0.9 + 1.4 * (double)i), false);
	flow_close(f);
	flow_strip(f, s->note * 1.4 * (double)(p.nlines ? p.nlines : 1), 3);
}

static void put_title(struct flow *f, struct span title)
{
	const struct print_style *s = f->style;
	struct para p = para_plain(f, title, FACE_BOLD, s->title);
	double lh = s->title * 1.4;

	para_break(f, &p, flow_width(f));
	flow_gap(f, 4);
	flow_open(f, TAG_H1);
	for (size_t i = 0; i < p.nlines; i++)
		para_line(f, &p, i, flow_left(f) + (flow_width(f) - p.lines[i].width) / 2,
			  lh * (double)i + base_line(s->title, lh), false);
	flow_close(f);
	flow_strip(f, lh * (double)p.nlines, 3);
}

void flow_head(struct flow *f, const struct print_job *job, struct span version, struct span title)
{
	put_origin(f, job, version);
	put_title(f, title);
}

static struct span institution_words(struct flow *f, struct span id,
				     const struct render_names *names)
{
	struct span name =
	    names && names->institution ? names->institution(names->ctx, id) : SPAN_NONE;

	return flow_text(f, "%.*s", SPAN_ARG(name.p ? name : id));
}

void flow_child(struct flow *f, struct grid *g, const struct print_job *job)
{
	char born[DAY_TEXT];

	flow_gap(f, 10);
	if (job->child_name.n)
		grid_add(f, g, SPAN("氏名"),
			 para_plain(f, job->child_name, FACE_BODY, f->style->name),
			 job->child_kana);
	if (job->born.y) {
		day_long(job->born, born);
		grid_add(f, g, SPAN("生年月日"), body_para(f, flow_text(f, "%s", born)), SPAN_NONE);
	}
}

static void put_child(struct flow *f, const struct print_job *job, const struct view *v)
{
	struct grid g = {.keep = 2};

	flow_child(f, &g, job);
	if (view_institution(v).n)
		grid_add(f, &g, SPAN("書いた機関"),
			 body_para(f, institution_words(f, view_institution(v), job->names)),
			 SPAN_NONE);
	grid_add(f, &g, SPAN("状態"), body_para(f, span_of(sheet_status_label(view_status(v)))),
		 SPAN_NONE);
	grid_end(f, &g);
}

/* ---- sections and fields ----------------------------------------------------------------------
 */

static bool filled(const struct view_field *vf)
{
	const struct value *v = vf->value;

	return v && (v->text.n || v->nitems || v->nrows);
}

/* An empty field that must be filled shows that it is not. */
static bool printed(const struct view_field *vf)
{
	return filled(vf) || vf->withheld || vf->field->required;
}

/* What is said of a field that has nothing to show. */
static struct span instead(const struct view_field *vf)
{
	return vf->withheld ? SPAN(SAID_WITHHELD) : SPAN("（未記入）");
}

static bool section_printed(const struct view_section *sec)
{
	for (size_t i = 0; i < sec->nfields; i++)
		if (printed(&sec->fields[i]))
			return true;
	return false;
}

static struct span short_words(struct flow *f, const struct view_field *vf,
			       const struct render_names *names)
{
	struct span words;
	struct buf b;

	if (!filled(vf))
		return instead(vf);
	buf_init(&b, SHEET_MAX_BYTES);
	for (size_t i = 0; i < vf->value->nitems; i++) {
		buf_adds(&b, i ? "、" : "");
		say_scalar(&b, vf->field, vf->value->items[i], names);
	}
	say_scalar(&b, vf->field, vf->value->text, names);
	if (b.st && !f->st)
		f->st = b.st;
	words = arena_copy(f->arena, buf_span(&b));
	buf_clear(&b);
	return words;
}

/* Each on its own line: sentences of a check list would run into each other. */
static void put_sentences(struct flow *f, const struct view_field *vf)
{
	for (size_t i = 0; i < vf->value->nitems; i++) {
		const struct choice *c = field_choice(vf->field, vf->value->items[i]);
		struct para p =
		    body_para(f, flow_text(f, "・%.*s", SPAN_ARG(c ? c->label : SPAN(""))));

		flow_paragraph(f, &p);
	}
}

/* A field with a band of its own: prose, a check list or a table. */
static void put_long(struct flow *f, const struct view_field *vf, const struct render_names *names)
{
	struct para empty;

	flow_band(f, vf->field->label);
	if (!filled(vf)) {
		empty = body_para(f, instead(vf));
		flow_paragraph(f, &empty);
	} else if (vf->field->kind == F_PROSE) {
		flow_gap(f, 2);
		flow_prose(f, vf->value->text);
	} else if (vf->field->kind == F_CHOICES) {
		flow_gap(f, 2);
		put_sentences(f, vf);
	} else {
		flow_table(f, vf->field, vf->value, names);
		return;
	}
	flow_gap(f, CELL_PAD_Y);
}

static bool has_sentences(const struct field *f)
{
	for (size_t i = 0; f->kind == F_CHOICES && i < f->nchoices; i++)
		if (utf8_count(f->choices[i].label) > SENTENCE)
			return true;
	return false;
}

static bool is_long(const struct field *f)
{
	return f->kind == F_PROSE || f->kind == F_TABLE || f->kind == F_MEASURE || has_sentences(f);
}

void flow_section(struct flow *f, struct span title)
{
	const struct print_style *s = f->style;
	struct para p = para_plain(f, title, FACE_BOLD, s->section);
	double lh = s->section * s->cell_leading;

	para_break(f, &p, flow_width(f) - 10);
	flow_gap(f, 16);
	flow_fill(f, flow_left(f), 2, 3.5, lh * (double)p.nlines - 4, 0.25);
	flow_open(f, TAG_H2);
	for (size_t i = 0; i < p.nlines; i++)
		para_line(f, &p, i, flow_left(f) + 10, lh * (double)i + base_line(s->section, lh),
			  false);
	flow_close(f);
	flow_strip(f, lh * (double)p.nlines + 3, 1);
}

/* White between the last line and the frame, unless the page ends there. */
static void put_foot(struct flow *f)
{
	f->next.before = 0;
	f->next.framed = true;
	f->next.glue = true;
	flow_strip(f, CELL_PAD_Y, 0);
}

static void put_section(struct flow *f, const struct view_section *sec,
			const struct render_names *names)
{
	struct grid g = {.keep = 1};
	bool prose_last = false;

	flow_open(f, TAG_SECT);
	flow_section(f, sec->section->title);
	f->next.section = sec->section->title;
	for (size_t i = 0; i < sec->nfields && !f->st; i++) {
		const struct view_field *vf = &sec->fields[i];

		if (!printed(vf))
			continue;
		prose_last = vf->field->kind == F_PROSE || has_sentences(vf->field) ||
			     (is_long(vf->field) && !filled(vf));
		if (is_long(vf->field)) {
			grid_end(f, &g);
			put_long(f, vf, names);
		} else {
			grid_add(f, &g, vf->field->label, body_para(f, short_words(f, vf, names)),
				 SPAN_NONE);
		}
	}
	grid_end(f, &g);
	flow_close(f);
	if (prose_last)
		put_foot(f);
	f->next.section = SPAN_NONE;
	f->next.framed = false;
}

/* Says which sections are empty: a reader must not wonder whether a page was lost. */
static void put_empty_sections(struct flow *f, const struct view *v)
{
	const struct print_style *s = f->style;
	struct span list = SPAN_NONE;
	struct para p;
	double lh = s->note * s->cell_leading;

	for (size_t i = 0; i < view_sections(v); i++) {
		const struct view_section *sec = view_section(v, i);

		if (!section_printed(sec))
			list = flow_text(f, "%.*s%s%.*s", SPAN_ARG(list), list.n ? "、" : "",
					 SPAN_ARG(sec->section->title));
	}
	if (!list.n)
		return;
	p = para_plain(f, flow_text(f, "記入のない区分：%.*s", SPAN_ARG(list)), FACE_HEAD, s->note);
	p.grey = s->note_grey;
	para_break(f, &p, flow_width(f));
	flow_gap(f, 12);
	flow_open(f, TAG_P);
	for (size_t i = 0; i < p.nlines; i++) {
		para_line(f, &p, i, flow_left(f), base_line(s->note, lh), false);
		if (i + 1 == p.nlines)
			flow_close(f);
		flow_strip(f, lh, i == 0 && p.nlines > 1);
	}
}

void flow_view(struct flow *f, const struct print_job *job, size_t view)
{
	const struct view *v = job->views[view];

	f->next.view = (int)view;
	f->next.framed = false;
	f->next.section = SPAN_NONE;
	flow_open(f, TAG_SECT);
	if (job->nviews > 1 || job->growth)
		flow_bookmark(f, view_title(v));
	flow_head(f, job, job->versions ? job->versions[view] : job->version, view_title(v));
	put_child(f, job, v);
	f->next.framed = false;
	for (size_t i = 0; i < view_sections(v) && !f->st; i++)
		if (section_printed(view_section(v, i)))
			put_section(f, view_section(v, i), job->names);
	put_empty_sections(f, v);
	flow_close(f);
	f->next.glue = true;
	flow_strip(f, 0, 0);
}
