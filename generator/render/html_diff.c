#include "generator/render/html_diff.h"

#include "generator/render/diff.h"
#include "generator/sheet/merge.h"

#include <stdlib.h>

enum { SCALAR_MAX = 256 * 1024 };

/* Text ----------------------------------------------------------------------------------------- */

/* <ins> or <del> with the word for it, which only screen readers and plain prints show. */
static void open_change(struct html *h, bool added)
{
	html_open(h, added ? "ins" : "del");
	html_leaf_class(h, "span", "visually-hidden", added ? SPAN("［追加］") : SPAN("［削除］"));
}

static void close_change(struct html *h, bool added)
{
	html_leaf_class(h, "span", "visually-hidden",
			added ? SPAN("［追加おわり］") : SPAN("［削除おわり］"));
	html_close(h);
}

static void put_change(struct html *h, bool added, struct span text)
{
	if (text.n == 0)
		return;
	open_change(h, added);
	html_text(h, text);
	close_change(h, added);
}

/* The difference of two texts, grapheme by grapheme, as runs of text, <ins> and <del>. */
static void html_diff_text(struct html *h, struct span old, struct span now)
{
	struct diff_run *runs = NULL;
	size_t count = 0;

	if (diff_text(old, now, &runs, &count)) {
		put_change(h, false, old);
		put_change(h, true, now);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (runs[i].kind == DIFF_SAME)
			html_text(h, runs[i].text);
		else
			put_change(h, runs[i].kind == DIFF_ADDED, runs[i].text);
	}
	free(runs);
}

/* Scalars and choices -------------------------------------------------------------------------- */

static void say_change(struct html *h, bool added, const struct field *f, struct span text,
		       const struct view_look *look)
{
	struct buf said;

	buf_init(&said, SCALAR_MAX);
	say_scalar(&said, f, text, look->names);
	put_change(h, added, buf_span(&said));
	buf_clear(&said);
}

static bool is_text(const struct field *f)
{
	return f->kind == F_TEXT || f->kind == F_PROSE || f->kind == F_PERSON;
}

/* Texts are compared inside; of a date or a choice the whole old and the whole new is said. */
static void put_scalar(struct html *h, const struct field *f, struct span old, struct span now,
		       const struct view_look *look)
{
	if (span_eq(old, now)) {
		html_scalar(h, f, now, look->names);
	} else if (is_text(f)) {
		html_diff_text(h, old, now);
	} else {
		say_change(h, false, f, old, look);
		say_change(h, true, f, now, look);
	}
}

static bool has_item(const struct value *v, struct span id)
{
	for (size_t i = 0; v && i < v->nitems; i++)
		if (span_eq(v->items[i], id))
			return true;
	return false;
}

static void put_items(struct html *h, const struct field *f, const struct value *v,
		      const struct value *other, bool added, const struct view_look *look)
{
	for (size_t i = 0; v && i < v->nitems; i++) {
		bool kept = has_item(other, v->items[i]);

		if (kept && !added)
			continue; /* said once, with the new ones */
		html_open(h, "li");
		if (kept)
			html_scalar(h, f, v->items[i], look->names);
		else
			say_change(h, added, f, v->items[i], look);
		html_close(h);
	}
}

static void put_choices(struct html *h, const struct field *f, const struct value *old,
			const struct value *now, const struct view_look *look)
{
	html_open(h, "ul");
	html_class(h, "chosen");
	put_items(h, f, old, now, false, look);
	put_items(h, f, now, old, true, look);
	html_close(h);
}

/* Tables ------------------------------------------------------------------------------------- */

struct tables {
	const struct field *f;
	const struct value *old, *now;
};

static size_t same_cells(const struct tables *t, size_t i, size_t j)
{
	size_t n = 0;

	for (size_t c = 0; c < t->f->ncolumns; c++)
		n += span_eq(t->old->rows[i][c].text, t->now->rows[j][c].text);
	return n;
}

static bool same_row(const void *ctx, size_t i, size_t j)
{
	const struct tables *t = ctx;

	return same_cells(t, i, j) == t->f->ncolumns;
}

/* A row that is only there before (now NULL), only after (old NULL), or in both. */
static void put_row(struct html *h, const struct field *f, const struct value *old,
		    const struct value *now, bool changed, const struct view_look *look)
{
	html_open(h, "tr");
	html_class(h, !changed ? NULL : !old ? "added" : !now ? "removed" : "changed");
	html_open(h, "th");
	html_attrs(h, "scope", "row");
	html_texts(h, !changed ? "" : !old ? "追加" : !now ? "削除" : "変更");
	html_close(h);
	for (size_t c = 0; c < f->ncolumns; c++) {
		struct span a = old ? old[c].text : SPAN_NONE, b = now ? now[c].text : SPAN_NONE;

		html_open(h, "td");
		put_scalar(h, &f->columns[c], a, b, look);
		html_close(h);
	}
	html_close(h);
}

/*
 * Removed rows followed by added ones: those that still have a cell in common are one changed row.
 */
static void put_replaced(struct html *h, const struct tables *t, const struct diff_step *removed,
			 const struct diff_step *added, const struct view_look *look)
{
	size_t nr = removed ? removed->count : 0, na = added ? added->count : 0;

	for (size_t i = 0; i < nr || i < na; i++) {
		const struct value *a = i < nr ? t->old->rows[removed->old + i] : NULL;
		const struct value *b = i < na ? t->now->rows[added->now + i] : NULL;

		if (a && b && same_cells(t, removed->old + i, added->now + i) > 0) {
			put_row(h, t->f, a, b, true, look);
			continue;
		}
		if (a)
			put_row(h, t->f, a, NULL, true, look);
		if (b)
			put_row(h, t->f, NULL, b, true, look);
	}
}

static void put_steps(struct html *h, const struct tables *t, const struct diff_step *s,
		      size_t count, const struct view_look *look)
{
	for (size_t i = 0; i < count; i++) {
		if (s[i].kind == DIFF_SAME) {
			for (size_t r = 0; r < s[i].count; r++)
				put_row(h, t->f, t->old->rows[s[i].old + r],
					t->now->rows[s[i].now + r], false, look);
		} else if (s[i].kind == DIFF_REMOVED) {
			bool pair = i + 1 < count && s[i + 1].kind == DIFF_ADDED;

			put_replaced(h, t, &s[i], pair ? &s[i + 1] : NULL, look);
			i += pair;
		} else {
			put_replaced(h, t, NULL, &s[i], look);
		}
	}
}

static void put_table(struct html *h, const struct tables *t, const struct diff_step *s,
		      size_t count, const struct view_look *look)
{
	html_open(h, "div");
	html_class(h, "table-scroll");
	html_attrs(h, "role", "region");
	html_attrs(h, "tabindex", "0");
	html_attr(h, "aria-label", t->f->label);
	html_open(h, "table");
	html_leaf_class(h, "caption", "visually-hidden", t->f->label);
	html_open(h, "thead");
	html_open(h, "tr");
	html_open(h, "th");
	html_attrs(h, "scope", "col");
	html_texts(h, "変化");
	html_close(h);
	for (size_t c = 0; c < t->f->ncolumns; c++) {
		html_open(h, "th");
		html_attrs(h, "scope", "col");
		html_text(h, t->f->columns[c].label);
		html_close(h);
	}
	html_close_to(h, "thead");
	html_open(h, "tbody");
	put_steps(h, t, s, count, look);
	html_close_to(h, "div");
}

static void compare_tables(struct html *h, const struct field *f, const struct value *old,
			   const struct value *now, const struct view_look *look)
{
	static const struct value none;
	struct tables t = {f, old ? old : &none, now ? now : &none};
	struct diff_step *steps = NULL;
	size_t count = 0;

	if (diff_steps(t.old->nrows, t.now->nrows, same_row, &t, &steps, &count) == ST_OK)
		put_table(h, &t, steps, count, look);
	else
		html_value(h, f, now, look);
	free(steps);
}

/* Fields --------------------------------------------------------------------------------------- */

void html_diff_value(struct html *h, const struct field *f, const struct value *old,
		     const struct value *now, const struct view_look *look)
{
	static const struct view_look plain;
	struct span a = old ? old->text : SPAN_NONE, b = now ? now->text : SPAN_NONE;

	if (!look)
		look = &plain;
	if (f->kind == F_TABLE || f->kind == F_MEASURE) {
		compare_tables(h, f, old, now, look);
	} else if (f->kind == F_CHOICES) {
		put_choices(h, f, old, now, look);
	} else {
		html_open(h, f->kind == F_PROSE ? "div" : "span");
		html_class(h, "diff-text");
		put_scalar(h, f, a, b, look);
		html_close(h);
	}
}
