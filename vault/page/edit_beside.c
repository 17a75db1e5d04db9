/* What helps with writing: earlier answers, what was told elsewhere, phrases. */
#include "generator/base/day.h"
#include "generator/render/html_diff.h"
#include "generator/render/html_view.h"
#include "generator/sheet/phrases.h"
#include "vault/page/edit.h"

#include <stdio.h>

enum { USE_MAX = 160 };

static struct source *source_at(struct edit_beside *b, const struct source *s)
{
	return &b->sources.list[s - b->sources.list];
}

static struct span title_of(const struct source *s)
{
	return view_title(s->view);
}

/* ---- the same field, the period before ------------------------------------------------------ */

static void put_before(struct edit_beside *b, struct html *h, const struct view_field *vf)
{
	struct view_look look = {.level = 3, .names = b->names};
	const struct view_field *was;
	char use[USE_MAX];

	if (!b->sources.before)
		return;
	was = told_in(b->sources.before->view, view_type(b->r->view), vf->field);
	if (!was)
		return;
	source_at(b, b->sources.before)->shown = true;
	html_open(h, "details");
	html_class(h, "beside");
	html_open(h, "summary");
	html_texts(h, "前の答え：");
	html_text(h, title_of(b->sources.before));
	html_close(h);
	html_field_value(h, was, &look);
	snprintf(use, sizeof use, "before:%.*s", SPAN_ARG(vf->field->id));
	edit_button(h, "この欄に 写す", "use", use, "button button-secondary");
	html_close(h);
}

/* ---- told once ----------------------------------------------------------------------------- */

static void put_told(struct edit_beside *b, struct html *h, const struct view_field *vf)
{
	struct view_look look = {.level = 3, .names = b->names};
	struct told t;
	char use[USE_MAX], day[DAY_TEXT];

	if (!told_find(vf, b->r->row.at, b->sources.seen, b->sources.count, &t))
		return;
	b->sources.list[t.source].shown = true;
	day_era(day_jst(b->sources.seen[t.source].at), day);
	html_open(h, "div");
	html_class(h, "beside told");
	html_open(h, "p");
	html_textf(h, "「%.*s」（%s）に 書いてあります。いまも そうですか。",
		   SPAN_ARG(title_of(&b->sources.list[t.source])), day);
	html_close(h);
	html_open(h, "blockquote");
	html_field_value(h, t.field, &look);
	html_close(h);
	snprintf(use, sizeof use, "told:%.*s", SPAN_ARG(vf->field->id));
	edit_button(h, "そのまま使う", "use", use, "button button-secondary");
	html_close(h);
}

/* ---- phrases ------------------------------------------------------------------------------- */

static void put_phrases(struct edit_beside *b, struct html *h, const struct view_field *vf)
{
	struct span list[PHRASES_SHOWN];
	size_t n;

	if (vf->field->kind != F_PROSE)
		return;
	n = phrases_for(b->p->app->phrases, b->r->q.type, vf->field, list);
	if (!n)
		return;
	html_open(h, "details");
	html_class(h, "beside");
	html_leafs(h, "summary", "言葉の例");
	html_open(h, "ul");
	html_class(h, "phrases");
	html_attrf(h, "data-into", "f.%.*s", SPAN_ARG(vf->field->id));
	for (size_t i = 0; i < n; i++)
		html_leaf(h, "li", list[i]);
	html_close(h);
	html_close(h);
}

void edit_beside_field(void *ctx, struct html *h, const struct view_field *vf)
{
	struct edit_beside *b = ctx;

	put_told(b, h, vf);
	put_before(b, h, vf);
	put_phrases(b, h, vf);
}

/* ---- a whole section from another sheet ----------------------------------------------------- */

static const struct view_section *section_of(const struct view *v, struct span id)
{
	for (size_t i = 0; i < view_sections(v); i++)
		if (span_eq(id, view_section(v, i)->section->id))
			return view_section(v, i);
	return NULL;
}

/* What the other sheet says and this one does not; how many. */
static size_t put_differences(struct edit_beside *b, struct html *h, const struct source *s)
{
	const struct view_section *sec = section_of(b->r->view, b->section);
	struct view_look look = {.level = 3, .names = b->names};
	size_t n = 0;

	for (size_t i = 0; sec && i < sec->nfields; i++) {
		const struct view_field *vf = &sec->fields[i], *was;

		was = vf->writable ? told_in(s->view, view_type(b->r->view), vf->field) : NULL;
		if (!was || value_equal(vf->field, vf->value, was->value))
			continue;
		html_leaf(h, "h3", vf->field->label);
		html_diff_value(h, vf->field, vf->value, was->value, &look);
		n++;
	}
	return n;
}

static void put_compare(struct edit_beside *b, struct html *h, struct source *s)
{
	char use[USE_MAX];

	s->shown = true;
	html_open(h, "section");
	html_class(h, "beside compare");
	html_open(h, "h2");
	html_textf(h, "「%.*s」との ちがい", SPAN_ARG(title_of(s)));
	html_close(h);
	if (put_differences(b, h, s)) {
		html_leaf_class(h, "p", "hint",
				SPAN("欄に入れても、保存するまでは 版に なりません。"));
		snprintf(use, sizeof use, "take:%s/%s", s->row.type, s->row.id);
		edit_button(h, "ちがう欄を ぜんぶ 写す", "use", use, "button button-secondary");
	} else {
		html_leafs(h, "p", "ちがう内容は ありません。");
	}
	html_close(h);
}

static bool offers(const struct edit_beside *b, const struct source *s)
{
	const struct view_section *sec = section_of(b->r->view, b->section);

	for (size_t i = 0; sec && i < sec->nfields; i++)
		if (sec->fields[i].writable &&
		    told_in(s->view, view_type(b->r->view), sec->fields[i].field))
			return true;
	return false;
}

static size_t put_options(struct edit_beside *b, struct html *h, struct span chosen, bool count)
{
	size_t n = 0;

	for (size_t i = 0; i < b->sources.count; i++) {
		const struct source *s = &b->sources.list[i];
		char name[2 * ID_MAX + 2];

		if (!offers(b, s))
			continue;
		n++;
		if (count)
			continue;
		snprintf(name, sizeof name, "%s/%s", s->row.type, s->row.id);
		html_open(h, "option");
		html_attrs(h, "value", name);
		html_flag(h, "selected", chosen.n ? span_is(chosen, name) : s == b->sources.before);
		html_text(h, title_of(s));
		html_close(h);
	}
	return n;
}

void edit_copy(struct edit_beside *b, struct html *h, struct span compare)
{
	struct source *s = compare.n ? source_find(&b->sources, compare) : NULL;

	if (!put_options(b, h, compare, true))
		return;
	html_open(h, "details");
	html_class(h, "beside");
	html_flag(h, "open", s != NULL);
	html_leafs(h, "summary", "前の年度や ほかのシートから 写す");
	html_open(h, "div");
	html_class(h, "field");
	html_open(h, "label");
	html_attrs(h, "for", "from");
	html_texts(h, "どのシートから");
	html_close(h);
	html_open(h, "select");
	html_class(h, "input");
	html_attrs(h, "id", "from");
	html_attrs(h, "name", "from");
	put_options(b, h, compare, false);
	html_close(h);
	html_close(h);
	edit_button(h, "ちがいを見る", "use", "look", "button button-secondary");
	if (s)
		put_compare(b, h, s);
	html_close(h);
}

/* ---- putting it into the form --------------------------------------------------------------- */

/* Is the pair of this field, or of a cell of it? */
static bool is_of(struct span name, struct span field)
{
	struct span rest = span_make(name.p + 2, name.n - 2);

	return span_eq(span_cut(&rest, '.'), field);
}

static enum status replace(struct page *p, struct edit_form *in, const struct field *f,
			   const struct view_field *from)
{
	struct pair *put, *all;
	size_t n, kept = 0;
	enum status st = told_pairs(p->arena, f, from->value, &put, &n);

	if (st)
		return st;
	all = arena_array(p->arena, in->count + n, sizeof *all);
	if (!all)
		return ST_NOMEM;
	for (size_t i = 0; i < in->count; i++)
		if (!is_of(in->fields[i].name, f->id))
			all[kept++] = in->fields[i];
	for (size_t i = 0; i < n; i++)
		all[kept++] = put[i];
	in->fields = all;
	in->count = kept;
	return ST_OK;
}

/* One field, from the sheet before or from wherever it was told. */
static enum status use_one(struct edit_beside *b, struct edit_form *in, struct span id, bool told)
{
	const struct view_field *vf = view_field(b->r->view, id), *from = NULL;
	struct told t;

	if (!vf || !vf->writable)
		return fail(ST_USAGE, "no such field");
	if (told && told_find(vf, b->r->row.at, b->sources.seen, b->sources.count, &t)) {
		from = t.field;
		b->sources.list[t.source].shown = true;
	} else if (!told && b->sources.before) {
		from = told_in(b->sources.before->view, view_type(b->r->view), vf->field);
		source_at(b, b->sources.before)->shown = true;
	}
	return from ? replace(b->p, in, vf->field, from) : fail(ST_USAGE, "nothing to copy");
}

static enum status use_all(struct edit_beside *b, struct edit_form *in, struct span name)
{
	const struct view_section *sec = section_of(b->r->view, b->section);
	struct source *s = source_find(&b->sources, name);
	enum status st = s && sec ? ST_OK : fail(ST_USAGE, "no such sheet");

	for (size_t i = 0; !st && i < sec->nfields; i++) {
		const struct view_field *vf = &sec->fields[i], *from;

		from = vf->writable ? told_in(s->view, view_type(b->r->view), vf->field) : NULL;
		if (from) {
			s->shown = true;
			st = replace(b->p, in, vf->field, from);
		}
	}
	return st;
}

/* What is copied is read, whatever the form that comes back shows beside it. */
enum status edit_use(struct page *p, struct span use, struct edit_form *in)
{
	struct reading r;
	struct edit_beside b = {.p = p, .r = &r, .section = edit_section(p)};
	struct span what = span_cut(&use, ':');
	enum status st = reading_begin(&r, p->app, &p->q, SPAN_NONE);

	if (!st)
		st = reading_view(&r);
	if (!st)
		st = sources_load(&b.sources, &r, b.section, p->arena);
	if (!st && span_is(what, "take"))
		st = use_all(&b, in, use);
	else if (!st && (span_is(what, "told") || span_is(what, "before")))
		st = use_one(&b, in, use, span_is(what, "told"));
	else if (!st)
		st = fail(ST_USAGE, "no such use");
	if (!st)
		st = sources_done(&b.sources, &r);
	sources_clear(&b.sources);
	reading_clear(&r);
	return st;
}
