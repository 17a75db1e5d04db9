/* One's own drafts, and those that were thrown away and can be taken out again. */
#include "vault/flow/draft.h"

#include "generator/base/day.h"
#include "vault/flow/note.h"
#include "vault/flow/shield.h"
#include "vault/page/edit.h"
#include "vault/page/widgets.h"

#include <stdio.h>

struct drafts {
	struct page *p;
	struct html *h;
	bool dropped; /* which half is shown */
	size_t count;
};

/* Only of sheets that this person may still read: the address says which child it is. */
static enum status may_show(struct page *p, const struct draft_row *d, struct child_row *child,
			    struct sheet_row *sheet, bool *yes)
{
	enum status st = sheet_row_get(p->app->db, span_of(d->child), span_of(d->type),
				       span_of(d->sheet), sheet);

	*yes = false;
	if (!st)
		st = list_may_read(p, sheet, yes);
	if (!st && *yes)
		st = child_get(p->app->db, span_of(d->child), child);
	return st == ST_NOTFOUND ? ST_OK : st;
}

static void put_place(struct drafts *s, const struct draft_row *d, const struct sheet_row *sheet,
		      const char *href)
{
	const struct sheet_type *t = types_find(s->p->app->types, span_of(d->type), 0);
	const struct section *sec = t ? type_section(t, span_of(d->section)) : NULL;
	struct span where = sec ? sec->title : SPAN("ぜんぶの項目");
	struct span title = span_of(sheet->title);
	struct shield shield;

	if (!shield_load(&shield, s->p->app, span_of(d->child), s->p->who))
		title = shield_say(&shield, title, SPAN("シート"));
	html_open(s->h, "p");
	if (d->dropped) {
		html_text(s->h, title);
	} else {
		html_link(s->h, href, title);
	}
	html_texts(s->h, "　");
	html_text(s->h, where);
	html_close(s->h);
	shield_clear(&shield);
}

static void put_button(struct drafts *s, const struct draft_row *d)
{
	char action[64];

	snprintf(action, sizeof action, "/drafts/%lld", d->n);
	form_begin(s->h, s->p, action);
	if (d->dropped)
		edit_button(s->h, "ごみ箱から 出す", "do", "take", "button button-secondary");
	else
		edit_button(s->h, "すてる", "do", "drop", "button button-secondary");
	html_close(s->h);
}

static void put_end(struct drafts *s, const struct draft_row *d)
{
	char day[DAY_TEXT];
	long long end =
	    d->dropped ? d->dropped + (long long)DRAFT_GONE_DAYS * 86400 : draft_ends(d);

	day_era(day_jst(end), day);
	html_open(s->h, "p");
	html_class(s->h, "hint");
	list_moment(s->h, d->at);
	html_textf(s->h, d->dropped ? " の文章。%s に 消えます。" : " の文章。%s まで あります。",
		   day);
	html_close(s->h);
}

static enum status one(void *ctx, const struct draft_row *d)
{
	struct drafts *s = ctx;
	struct child_row child;
	struct sheet_row sheet;
	char href[HREF_MAX + 32];
	bool yes;
	enum status st;

	if ((d->dropped != 0) != s->dropped)
		return ST_OK;
	st = may_show(s->p, d, &child, &sheet, &yes);
	if (st || !yes)
		return st;
	if (s->count++ == 0) {
		html_open(s->h, "ul");
		html_class(s->h, "cards");
	}
	snprintf(href, sizeof href, "/children/%s/sheets/%s/%s/edit/%s?draft=%lld", d->child,
		 d->type, d->sheet, d->section[0] ? d->section : "all", d->n);
	html_open(s->h, "li");
	html_class(s->h, "card");
	put_place(s, d, &sheet, href);
	html_leafs(s->h, "p", child.name);
	put_end(s, d);
	put_button(s, d);
	html_close(s->h);
	return ST_OK;
}

static enum status half(struct page *p, struct html *h, bool dropped)
{
	struct drafts s = {p, h, dropped, 0};
	enum status st;

	html_leafs(h, "h2", dropped ? "ごみ箱" : "書きかけ");
	st = draft_each(p->app->db, span_of(p->who->id), one, &s);
	if (s.count)
		html_close(h);
	else
		html_leafs(h, "p",
			   dropped ? "ごみ箱は 空です。" : "書きかけの下書きは ありません。");
	return st;
}

enum status page_drafts(struct page *p)
{
	struct crumb crumbs[] = {{"/", SPAN("ホーム")}};
	struct frame f = {.title = "下書き", .crumbs = crumbs, .ncrumbs = 1};
	struct note n = {.class = "read",
			 .event = "drafts",
			 .who = p->who,
			 .decision = "allow",
			 .reason = "own-pages",
			 .request = p->req->id,
			 .hold = p->q.hold};
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	html_leafs(&h, "p",
		   "下書きは あなただけが 読めます。180日 書きたさないと ごみ箱に入り、"
		   "その30日あとに 消えます。");
	st = half(p, &h, false);
	if (!st)
		st = half(p, &h, true);
	if (!st)
		st = note_add(p->app, &n);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}

enum status page_draft_post(struct page *p)
{
	struct span what = form_get(&p->form, "do");
	long n = 0;
	enum status st = fail(ST_NOTFOUND, "no such draft");

	if (span_number(param(&p->params, "n"), DRAFT_NUMBER_MAX, &n))
		st = draft_get(p->app->db, span_of(p->who->id), n, &(struct draft_row){.n = 0},
			       NULL);
	if (!st && !span_is(what, "drop") && !span_is(what, "take"))
		st = fail(ST_USAGE, "neither thrown away nor taken out");
	if (!st)
		st = draft_drop(p->app->db, span_of(p->who->id), n,
				span_is(what, "drop") ? p->req->now : 0);
	return st ? st : response_redirect(p->res, "/drafts");
}
