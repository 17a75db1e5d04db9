#include "vault/page/audit_change.h"

#include "generator/render/html_diff.h"
#include "vault/flow/change_content.h"
#include "vault/flow/glass.h"
#include "vault/flow/shield.h"
#include "vault/page/widgets.h"

/* ---- lines -------------------------------------------------------------------------------- */

static void put_line(struct html *h, const struct content_line *l)
{
	const char *tag = l->mark == '+' ? "ins" : l->mark == '-' ? "del" : NULL;

	if (l->mark == '@') {
		html_texts(h, "⋮\n");
		return;
	}
	if (tag)
		html_open(h, tag);
	html_textf(h, "%c ", l->mark);
	html_text(h, l->text);
	if (tag)
		html_close(h);
	html_texts(h, "\n");
}

static void put_lines(struct html *h, const struct change_content *f)
{
	html_open(h, "pre");
	html_class(h, "patch");
	html_attrs(h, "tabindex", "0");
	html_attrs(h, "role", "region");
	html_attr(h, "aria-label", f->label);
	for (size_t i = 0; i < f->nlines; i++)
		put_line(h, &f->lines[i]);
	html_close(h);
}

static void put_folded_lines(struct html *h, const struct change_content *f)
{
	html_open(h, "details");
	html_leafs(h, "summary", "ファイルのままの ちがい");
	put_lines(h, f);
	html_close(h);
}

/* ---- one file ----------------------------------------------------------------------------- */

struct shown {
	struct change_page *c;
	struct render_names names;
	struct name_source source;
};

static void put_sheet(struct shown *s, const struct change_content *f)
{
	struct html *h = s->c->h;
	const struct view_look look = {.level = 4, .names = &s->names};

	if (f->before || f->now)
		html_diff(h, f->before, f->now, &look);
	if (f->narrowed)
		html_leafs(
		    h, "p",
		    "この版には、監査でも お見せしない部分が あるか、今の様式では 出せない欄が "
		    "あります。ファイルのままの ちがいは 出しません。");
	else if (!f->large)
		put_folded_lines(h, f);
}

static enum status one_file(void *ctx, const struct change_content *f)
{
	struct shown *s = ctx;
	struct html *h = s->c->h;

	html_leaf(h, "h3", f->label);
	if (f->sort == SORT_SHEET)
		put_sheet(s, f);
	else if (f->narrowed)
		html_leafs(h, "p", "公開鍵の文字列です。鍵の指紋は「鍵」の画面で 見られます。");
	else if (!f->large)
		put_lines(h, f);
	if (f->large)
		html_leafs(h, "p", "大きすぎて、ここでは くらべられません。");
	return ST_OK;
}

/* Words about a child, too: what is kept from a guardian is left out of them. */
static enum status put_given_reason(struct change_page *c)
{
	struct shield shield;
	enum status st;

	if (!c->look.reason.n)
		return ST_OK;
	st = shield_load(&shield, c->p->app, c->p->q.child, c->p->who);
	if (!st) {
		html_leafs(c->h, "h3", "書いた人が 書いた理由");
		html_leaf_class(c->h, "p", "prose",
				shield_say(&shield, c->look.reason, SPAN("お見せできません")));
	}
	shield_clear(&shield);
	return st;
}

/* ---- with a reason ------------------------------------------------------------------------ */

static void ask_reason(struct change_page *c)
{
	struct html *h = c->h;

	html_leafs(h, "p",
		   "監査では、ふだんは 中身を 見ません。どうしても必要なときだけ、理由を書いて "
		   "開くことができます。");
	html_open(h, "ul");
	html_leafs(h, "li", "開いたことと理由は、消せない記録に 残り、知らせとして 出ます。");
	html_leafs(h, "li",
		   "ご家族の「だれが見たか」に、監査の担当が 見たことと 理由が 出ます。"
		   "ご家族が読んでもよい言葉で 書いてください。");
	html_open(h, "li");
	html_textf(h,
		   "開くのは、このお子さんの 変更の中身だけで、%d分のあいだです。"
		   "カルテは 開きません。",
		   GLASS_AUDIT_MINUTES);
	html_close(h);
	html_close(h);
	form_begin(h, c->p, c->path);
	field_text(h,
		   &(struct field_look){.id = "reason",
					.label = "理由",
					.hint = "10字から100字まで。",
					.error = c->error,
					.required = true},
		   form_get(&c->p->form, "reason"));
	form_button(h, "記録して 中身を開く", "danger");
	html_close(h);
}

static void offer(struct change_page *c)
{
	html_leafs(c->h, "p",
		   "このお子さんについて 理由を書いてあるので、いまは 開けます。"
		   "開くたびに 記録されます。");
	html_open(c->h, "p");
	html_link(c->h, arena_printf(c->p->arena, "%s/content", c->path), SPAN("中身を開く"));
	html_close(c->h);
}

void audit_change_door(struct change_page *c)
{
	html_leafs(c->h, "h2", "書かれた中身");
	if (c->open)
		offer(c);
	else
		ask_reason(c);
}

/* ---- the content -------------------------------------------------------------------------- */

enum status audit_change_content(struct change_page *c)
{
	struct shown s = {.c = c};
	enum status st;

	names_init(&s.names, &s.source, c->p->app);
	html_leafs(c->h, "h2", "書かれた中身");
	st = put_given_reason(c);
	if (!st)
		st = c->repo.kind == REPO_REGISTRY
			 ? change_registry_each(c->p->app, &c->look.id, one_file, &s)
			 : change_content_each(c->p->app, &c->p->q, &c->look.id, one_file, &s);
	if (st == ST_CORRUPT || st == ST_NOTFOUND) {
		html_leafs(c->h, "p", "この版の ファイルが 読めません。検証で 確かめてください。");
		return ST_OK;
	}
	return st;
}
