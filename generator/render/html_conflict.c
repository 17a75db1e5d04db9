#include "generator/render/html_form_int.h"

#include "generator/render/html_diff.h"
#include "generator/sheet/merge.h"

#include <stdio.h>

/*
 * What became of one field that may be written in the newest version.  Where a side is withheld,
 * nothing is said of it but what this editor typed.
 */
struct meeting {
	const struct view_field *now, *mine; /* mine may be NULL */
	const struct value *base;
	bool by_them, by_me;
};

struct conflict {
	struct form form;
	const struct view *base, *theirs, *mine;
};

static struct meeting meet(const struct conflict *c, const struct view_field *now)
{
	const struct field *f = now->field;
	const struct view_field *base = view_field(c->base, f->id);
	struct meeting m = {.now = now, .mine = view_field(c->mine, f->id)};

	if (!base || base->withheld)
		return m;
	m.base = base->value;
	m.by_them = !value_equal(f, m.base, now->value);
	m.by_me = m.mine && (m.mine->withheld || !value_equal(f, m.base, m.mine->value));
	return m;
}

/* Both changed it, and not to the same. */
static bool collides(const struct meeting *m)
{
	return m->by_them && m->by_me &&
	       (m->mine->withheld || !value_equal(m->now->field, m->now->value, m->mine->value));
}

static bool in_form(const struct conflict *c, const struct view_section *s)
{
	struct span only = c->form.fill->only;

	return !only.n || span_eq(only, s->section->id);
}

typedef size_t (*visit)(struct conflict *c, const struct meeting *m);

/* Calls fn for each field that the form must hold; the sum of what it returns. */
static size_t each(struct conflict *c, visit fn)
{
	size_t sum = 0;

	for (size_t s = 0; s < view_sections(c->theirs); s++) {
		const struct view_section *sec = view_section(c->theirs, s);

		for (size_t i = 0; i < sec->nfields; i++) {
			if (!sec->fields[i].writable || !in_form(c, sec))
				continue;
			struct meeting m = meet(c, &sec->fields[i]);
			sum += fn(c, &m);
		}
	}
	return sum;
}

static size_t count_collision(struct conflict *c, const struct meeting *m)
{
	(void)c;
	return collides(m);
}

static size_t count_quiet(struct conflict *c, const struct meeting *m)
{
	(void)c;
	return !collides(m) && (m->by_me || m->by_them);
}

/* The fields that need a decision -------------------------------------------------------------- */

static void put_side(struct conflict *c, const struct meeting *m, const struct view_field *side,
		     const char *title)
{
	struct view_look look = {.names = c->form.fill->names};
	struct html *h = c->form.h;

	html_open(h, "div");
	html_class(h, "conflict-side");
	html_leafs(h, "h3", title);
	if (side->withheld)
		html_field_value(h, side, &look);
	else
		html_diff_value(h, side->field, m->base, side->value, &look);
	html_close(h);
}

static size_t put_collision(struct conflict *c, const struct meeting *m)
{
	struct html *h = c->form.h;

	if (!collides(m))
		return 0;
	html_open(h, "section");
	html_class(h, "form-section conflict");
	html_leaf(h, "h2", m->now->field->label);
	put_side(c, m, m->now, "先に保存された内容");
	put_side(c, m, m->mine, "あなたの内容");
	html_leafs(h, "h3", "これから保存する内容");
	html_leaf_class(h, "p", "hint",
			SPAN("あなたの内容が入っています。先に保存された内容も残すときは、"
			     "ここに書き足してください。"));
	form_field(&c->form, m->mine->withheld ? m->now : m->mine);
	html_close(h);
	return 1;
}

/* What the editor could write before and cannot any more: the text is shown to be kept elsewhere.
 */
static void put_lost(struct conflict *c)
{
	struct html *h = c->form.h;

	for (size_t s = 0; s < view_sections(c->mine); s++)
		for (size_t i = 0; i < view_section(c->mine, s)->nfields; i++) {
			const struct view_field *mine = &view_section(c->mine, s)->fields[i];
			const struct view_field *now = view_field(c->theirs, mine->field->id);
			const struct view_field *base = view_field(c->base, mine->field->id);
			struct meeting m = {.now = now, .mine = mine};

			if (!mine->writable || !now || now->writable || !base ||
			    value_equal(mine->field, base->value, mine->value))
				continue;
			m.base = base->value;
			html_open(h, "section");
			html_class(h, "form-section conflict");
			html_leaf(h, "h2", mine->field->label);
			html_leaf_class(h, "p", "hint",
					SPAN("この欄は、いまは書きかえられません。"));
			put_side(c, &m, now, "先に保存された内容");
			put_side(c, &m, mine, "あなたの内容");
			html_close(h);
		}
}

/* The others ------------------------------------------------------------------------------------
 */

static void carry_cell(struct html *h, const char *name, const struct field *f, struct span text)
{
	if (f->kind == F_FLAG)
		html_hidden(h, name, SPAN(""));
	if (f->kind != F_FLAG || span_is(text, "true"))
		html_hidden(h, name, text);
}

static void carry_rows(struct html *h, const struct field *f, const struct value *v)
{
	char name[FORM_NAME];

	for (size_t r = 0; v && r < v->nrows; r++)
		for (size_t i = 0; i < f->ncolumns; i++) {
			snprintf(name, sizeof(name), "f.%.*s.%zu.%.*s", SPAN_ARG(f->id), r,
				 SPAN_ARG(f->columns[i].id));
			carry_cell(h, name, &f->columns[i], v->rows[r][i].text);
		}
}

/* The content of a field in hidden inputs, named as its controls would be. */
static void carry(struct html *h, const struct field *f, const struct value *v)
{
	char name[FORM_NAME];

	snprintf(name, sizeof(name), "f.%.*s", SPAN_ARG(f->id));
	switch (f->kind) {
	case F_TABLE:
	case F_MEASURE:
		html_hidden(h, name, SPAN(""));
		carry_rows(h, f, v);
		break;
	case F_CHOICES:
		html_hidden(h, name, SPAN(""));
		for (size_t i = 0; v && i < v->nitems; i++)
			html_hidden(h, name, v->items[i]);
		break;
	default:
		carry_cell(h, name, f, v ? v->text : SPAN_NONE);
	}
}

static size_t carry_quiet(struct conflict *c, const struct meeting *m)
{
	const struct field *f = m->now->field;
	char name[FORM_NAME];

	if (collides(m))
		return 0;
	snprintf(name, sizeof(name), "f.%.*s", SPAN_ARG(f->id));
	if (m->by_me && m->mine->withheld && form_came(&c->form, name))
		form_carry(&c->form, name);
	else if (m->by_me && !m->mine->withheld)
		carry(c->form.h, f, m->mine->value);
	else
		carry(c->form.h, f, m->now->value);
	return 1;
}

static size_t list_quiet(struct conflict *c, const struct meeting *m)
{
	struct html *h = c->form.h;

	if (!count_quiet(c, m))
		return 0;
	html_open(h, "li");
	html_text(h, m->now->field->label);
	html_texts(h, m->by_me && m->by_them ? "（同じ内容になりました）"
		      : m->by_me	     ? "（あなたの変更）"
					     : "（先に保存された変更）");
	html_close(h);
	return 1;
}

static void put_quiet(struct conflict *c)
{
	struct html *h = c->form.h;

	each(c, carry_quiet);
	if (each(c, count_quiet) == 0)
		return;
	html_open(h, "section");
	html_class(h, "form-section");
	html_leafs(h, "h2", "そのまま保存される変更");
	html_leaf_class(h, "p", "hint", SPAN("重なっていないので、どちらも残ります。"));
	html_open(h, "ul");
	each(c, list_quiet);
	html_close(h);
	html_close(h);
}

void html_conflict(struct html *h, const struct view *base, const struct view *theirs,
		   const struct view *mine, const struct form_fill *fill)
{
	struct conflict c = {.base = base, .theirs = theirs, .mine = mine};
	size_t n;

	form_init(&c.form, h, fill);
	n = each(&c, count_collision);
	html_open(h, "p");
	html_class(h, "form-note");
	if (n > 0)
		html_textf(h,
			   "同じ欄を、ほかの人も書きかえていました（%zuか所）。"
			   "くらべて、保存する内容を決めてください。",
			   n);
	else
		html_texts(h, "書きかえた欄は重なっていません。このまま保存できます。");
	html_close(h);
	each(&c, put_collision);
	put_lost(&c);
	put_quiet(&c);
	form_clear(&c.form);
}
