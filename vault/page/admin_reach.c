/* What somebody can reach, and what a change would make of it. */
#include "generator/base/day.h"
#include "vault/page/admin_access.h"
#include "vault/page/words.h"

#include <stdio.h>

enum { LINES_SHOWN = 2000 };

/* ---- cells -------------------------------------------------------------------------------- */

static void put_why(struct html *h, enum reason why, const char *by)
{
	const char *word = word_of_reason(span_of(reason_name(why)));
	char href[HREF_MAX];

	html_texts(h, word ? word : reason_name(why));
	if (!by[0])
		return;
	if (why == WHY_HANDOVER) {
		html_textf(h, " %s", by);
		return;
	}
	snprintf(href, sizeof href, "/admin/access?range=%s", by);
	html_texts(h, " ");
	html_link(h, href, span_of(by));
}

static void put_id(struct html *h, const char *id)
{
	html_open(h, "div");
	html_class(h, "note");
	html_leaf_class(h, "span", "nowrap", span_of(id));
	html_close(h);
}

static void put_child(struct html *h, const struct child_row *c)
{
	html_texts(h, c->name);
	html_leaf_class(h, "div", "note", span_of(c->kana));
	put_id(h, c->id);
}

static const char *thing(struct page *p, const struct reach_line *l)
{
	return l->sheet ? sheet_label(p, l->sheet) : "カルテ";
}

/* ---- this person -------------------------------------------------------------------------- */

struct shown {
	struct page *p;
	struct html *h;
	size_t lines, children;
};

static const char *const of_heads[] = {"子ども", "シート", "読める欄", "書ける欄", "決まり"};
enum { OF_HEADS = sizeof of_heads / sizeof *of_heads };

static void put_writes(struct html *h, const struct reach_line *l)
{
	if (!l->sheet && l->read_only)
		html_texts(h, "読むだけ");
	else if (!l->sheet && l->writes.n)
		html_textf(h, "新しく作れる：%.*s", SPAN_ARG(l->writes));
	else if (l->writes.n && span_eq(l->writes, l->reads))
		html_texts(h, "読める欄 ぜんぶ");
	else
		html_text(h, l->writes.n ? l->writes : SPAN("—"));
}

static void put_line(struct page *p, struct html *h, const struct reach_line *l)
{
	html_open(h, "tr");
	html_open(h, "th");
	html_attrs(h, "scope", "row");
	put_child(h, l->child);
	html_close(h);
	list_cell(h, of_heads[1]);
	html_texts(h, thing(p, l));
	html_close(h);
	list_cell(h, of_heads[2]);
	html_text(h, l->sheet ? l->reads : SPAN("—"));
	html_close(h);
	list_cell(h, of_heads[3]);
	put_writes(h, l);
	html_close(h);
	list_cell(h, of_heads[4]);
	put_why(h, l->why, l->by);
	html_close(h);
	html_close(h);
}

static enum status one_line(void *ctx, const struct reach_line *l)
{
	struct shown *s = ctx;

	if (s->lines == LINES_SHOWN)
		return ST_EXISTS; /* there are more, and that is enough */
	if (s->lines++ == 0)
		list_table(s->h, &(struct list_table){"reach", "読み書きできるもの", "list",
						      of_heads, OF_HEADS});
	s->children += !l->sheet;
	put_line(s->p, s->h, l);
	return ST_OK;
}

static enum status reach_table(struct page *p, struct html *h, const struct account *a)
{
	struct shown s = {p, h, 0, 0};
	enum status st = reach_of(p->app, a, p->req->now, one_line, &s);

	if (s.lines)
		html_close_to(h, "div");
	html_open(h, "p");
	if (st == ST_EXISTS)
		html_textf(h, "もっとあります。はじめの %d行を 出しています。", LINES_SHOWN);
	else if (s.lines)
		html_textf(h, "子ども %zu人、%zu行。", s.children, s.lines);
	else
		html_texts(h, "いま、読めるものも 書けるものも ありません。");
	html_close(h);
	return st == ST_EXISTS ? ST_OK : st;
}

static void put_account(struct page *p, struct html *h, const struct account *a)
{
	char href[HREF_MAX];

	html_open(h, "p");
	snprintf(href, sizeof href, "/admin/accounts/%s", a->id);
	html_link(h, href, span_of(account_label(p, a->id)));
	html_textf(h, "　%s　%s", role_label(a->role),
		   a->staff ? institution_label(p, a->institution) : "");
	html_close(h);
	html_leafs(h, "p", "いま、この人が開くページに出るものです。内容は ここには出しません。");
	if (a->disabled)
		html_leafs(h, "p", "このアカウントは 止めてあります。");
	snprintf(href, sizeof href, "/admin/access/ranges/new?account=%s", a->id);
	html_open(h, "p");
	html_link(h, href, SPAN("この人の範囲を広げる・せばめる"));
	html_close(h);
}

enum status admin_reach_of(struct page *p, struct span account)
{
	struct frame f = {.title = "この人として見る",
			  .crumbs = access_crumbs,
			  .ncrumbs = ACCESS_CRUMBS,
			  .wide = true};
	struct account a;
	struct html h;
	struct buf body;
	enum status st = account_get(p->app->db, account, &a);

	if (st == ST_NOTFOUND)
		return admin_problem(p, 404, f.title, "その番号のアカウントはありません。");
	if (st)
		return st;
	frame_body(&h, &body);
	put_account(p, &h, &a);
	st = reach_table(p, &h, &a);
	html_leafs(&h, "h2", "この人と その機関に、変えている範囲");
	if (!st)
		st = ranges_part(p, &h, false, &a);
	if (!st)
		st = admin_note(p, "admin.reach", SPAN_NONE, span_of(a.id));
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}

/* ---- before it is saved ------------------------------------------------------------------- */

struct preview {
	struct page *p;
	struct html *h;
	const struct reach_trial *trial;
	int64_t moment;
	struct account *accounts;
	size_t naccounts, left_out, lines;
	const struct account *who;
};

static const char *const change_heads[] = {"人", "変わりかた", "子ども", "シート", "欄"};
enum { CHANGE_HEADS = sizeof change_heads / sizeof *change_heads };

static void put_sections(struct html *h, const struct reach_line *l)
{
	if (!l->sheet)
		html_texts(h, l->read_only ? "読むだけ" : "カルテを開く");
	else if (l->reads.n)
		html_textf(h, "読む：%.*s", SPAN_ARG(l->reads));
	if (l->writes.n)
		html_textf(h, "／%s：%.*s", l->sheet ? "書く" : "新しく作れる",
			   SPAN_ARG(l->writes));
}

static void put_change(struct preview *v, enum reach_change what, const struct reach_line *before,
		       const struct reach_line *after)
{
	static const struct {
		const char *word, *tag;
	} words[] = {[REACH_GAINED] = {"加わる", "tag tag-warning"},
		     [REACH_LOST] = {"なくなる", "tag tag-info"},
		     [REACH_CHANGED] = {"変わる", "tag tag-attention"}};
	const struct reach_line *l = what == REACH_LOST ? before : after;
	struct html *h = v->h;

	html_open(h, "tr");
	html_open(h, "th");
	html_attrs(h, "scope", "row");
	html_texts(h, v->who->name);
	put_id(h, v->who->id);
	html_close(h);
	list_cell(h, change_heads[1]);
	html_leaf_class(h, "span", words[what].tag, span_of(words[what].word));
	html_close(h);
	list_cell(h, change_heads[2]);
	put_child(h, l->child);
	html_close(h);
	list_cell(h, change_heads[3]);
	html_texts(h, thing(v->p, l));
	html_close(h);
	list_cell(h, change_heads[4]);
	if (what == REACH_CHANGED) {
		put_sections(h, before);
		html_texts(h, " → ");
	}
	put_sections(h, l);
	html_close(h);
	html_close(h);
}

static enum status one_change(void *ctx, enum reach_change what, const struct reach_line *before,
			      const struct reach_line *after)
{
	struct preview *v = ctx;

	if (v->lines == PREVIEW_LINES)
		return ST_EXISTS;
	if (v->lines++ == 0)
		list_table(v->h, &(struct list_table){"changes", "いまと くらべて", "list",
						      change_heads, CHANGE_HEADS});
	put_change(v, what, before, after);
	return ST_OK;
}

static enum status keep_account(void *ctx, const struct account *a)
{
	struct preview *v = ctx;

	if (!reach_concerns(v->trial, a))
		return ST_OK;
	if (v->naccounts == PREVIEW_ACCOUNTS)
		v->left_out++;
	else
		v->accounts[v->naccounts++] = *a;
	return ST_OK;
}

static void put_sum(struct preview *v, bool more)
{
	char day[DAY_TEXT];
	struct html *h = v->h;

	html_open(h, "p");
	if (v->moment != v->p->req->now) {
		day_long(day_jst(v->moment), day);
		html_textf(h, "始まる日（%s）の ようすで くらべました。", day);
	}
	if (more)
		html_textf(h, "もっとあります。はじめの %d行を 出しています。", PREVIEW_LINES);
	else if (v->lines)
		html_textf(h, "%zu行。", v->lines);
	else
		html_texts(h, "いまの子どもとシートについては、何も変わりません。");
	if (v->left_out)
		html_textf(h, "%zuのアカウントのうち %dについて くらべました。",
			   v->naccounts + v->left_out, PREVIEW_ACCOUNTS);
	html_close(h);
}

enum status admin_preview(struct page *p, struct html *h, const struct reach_trial *trial)
{
	struct preview v = {.p = p,
			    .h = h,
			    .trial = trial,
			    .moment = reach_moment(trial, p->req->now),
			    .accounts =
				arena_array(p->arena, PREVIEW_ACCOUNTS, sizeof *v.accounts)};
	enum status st = v.accounts ? account_each(p->app->db, keep_account, &v) : ST_NOMEM;

	html_leafs(h, "h2", trial->drop ? "終わりにすると変わること" : "この変更で変わること");
	for (size_t i = 0; i < v.naccounts && !st; i++) {
		v.who = &v.accounts[i];
		st = reach_difference(p->app, v.who, v.moment, trial, one_change, &v);
	}
	if (v.lines)
		html_close_to(h, "div");
	put_sum(&v, st == ST_EXISTS);
	return st == ST_EXISTS ? ST_OK : st;
}
