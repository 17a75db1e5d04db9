#include "vault/page/sheet_family.h"

#include "generator/render/words.h"

/* ---- who can see it ------------------------------------------------------------------------- */

/* Everybody who reads some section that this family sees; what it does not see, it is not told of.
 */
static role_set readers_of(const struct view *v)
{
	role_set all = 0;

	for (size_t i = 0; i < view_sections(v); i++)
		all |= view_section(v, i)->section->readers;
	return all;
}

static void put_readers(struct page *p, struct html *h, const struct reading *r)
{
	static const char *const others[] = {
	    [SHARING_NONE] = "ほかの機関は 見られません。",
	    [SHARING_CONSENT] = "ほかの機関が 見られるのは、あなたが 同意したときだけです。",
	    [SHARING_OPEN] = "お子さんが 通っている ほかの機関も 見られます。"};
	const struct sheet_type *t = view_type(r->view);
	role_set readers = readers_of(r->view);
	struct institution i;

	html_leafs(h, "h2", "見られる人");
	html_open(h, "p");
	html_texts(h, "お子さんの 保護者");
	if (institution_get(p->app->db, span_of(r->row.institution), &i) == ST_OK) {
		html_texts(h, "、書いた機関（");
		html_text(h, shield_place(&r->shield, &i));
		html_texts(h, "）");
	}
	if (role_in(ROLE_BOARD, readers))
		html_textf(h, "、%s", role_label(ROLE_BOARD));
	html_texts(h, " が 見られます。");
	html_texts(h, others[t->sharing]);
	html_close(h);
}

/* ---- difficult words ------------------------------------------------------------------------ */

/* All that is shown: what was written, and what the form itself says. */
static void shown_text(const struct view *v, struct buf *out)
{
	view_plain(v, out);
	for (size_t i = 0; i < view_sections(v); i++) {
		const struct view_section *s = view_section(v, i);

		buf_addf(out, "\n%.*s", SPAN_ARG(s->section->title));
		for (size_t f = 0; f < s->nfields; f++)
			buf_addf(out, "\n%.*s", SPAN_ARG(s->fields[f].field->label));
	}
}

static void put_words(struct html *h, const struct words *w, const bool *found)
{
	bool any = false;

	for (size_t i = 0; i < words_count(w); i++) {
		const struct word_meant *m = words_at(w, i);

		if (!found[i])
			continue;
		if (!any) {
			html_open(h, "details");
			html_class(h, "words");
			html_leafs(h, "summary", "むずかしい言葉");
			html_open(h, "dl");
		}
		any = true;
		html_open(h, "div");
		html_open(h, "dt");
		html_text(h, m->term);
		html_open(h, "span");
		html_class(h, "note");
		html_textf(h, "（%.*s）", SPAN_ARG(m->reading));
		html_close(h);
		html_close(h);
		html_leaf(h, "dd", m->plain);
		html_close(h);
	}
	if (any) {
		html_close(h);
		html_close(h);
	}
}

enum status family_foot(struct page *p, struct html *h, const struct reading *r)
{
	const struct words *w = p->app->words;
	bool *found = arena_array(p->arena, words_count(w) + 1, sizeof *found);
	struct buf text;

	if (!found)
		return ST_NOMEM;
	put_readers(p, h, r);
	buf_init(&text, PAGE_HTML_MAX);
	shown_text(r->view, &text);
	words_find(w, buf_span(&text), found);
	put_words(h, w, found);
	buf_clear(&text);
	return ST_OK;
}
