/* The lower half of the page of a release: who opened it, and the steps that can be taken now. */
#include "vault/page/releases.h"

#include <stdio.h>

const char *release_relation(const char *relation)
{
	static const struct {
		const char *id, *label;
	} words[] = {
	    {"mother", "母"}, {"father", "父"}, {"grandparent", "祖父母"}, {"foster", "里親"}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].id, relation) == 0)
			return words[i].label;
	return "保護者";
}

/* ---- who opened it -------------------------------------------------------------------------- */

enum { LOOKS = 500 };

struct opened {
	struct html *h;
	const struct release *r;
	size_t count;
};

static const char *const look_heads[] = {"いつ", "子ども", "だれが", "なにを"};

static enum status one_look(void *ctx, const struct release_look *l)
{
	struct opened *o = ctx;
	struct html *h = o->h;
	const char *name = "", *who = "保護者";

	for (size_t i = 0; i < o->r->nto; i++) {
		const struct release_to *to = &o->r->to[i];

		if (!span_is(l->child, to->child.id))
			continue;
		name = to->mine ? to->child.name : "（担当の外の子ども）";
		for (size_t k = 0; k < to->nguardians; k++)
			if (span_is(l->account, to->guardians[k].account))
				who = release_relation(to->guardians[k].relation);
	}
	if (!o->count++)
		list_table(h, &(struct list_table){"looks", "開いた保護者", "list", look_heads, 4});
	html_open(h, "tr");
	list_cell(h, look_heads[0]);
	list_time(h, l->at);
	html_close(h);
	list_cell(h, look_heads[1]);
	html_texts(h, name);
	html_close(h);
	list_cell(h, look_heads[2]);
	html_texts(h, who);
	html_close(h);
	list_cell(h, look_heads[3]);
	html_texts(h, l->read ? "受け取りました" : "開きました");
	html_close(h);
	html_close(h);
	return ST_OK;
}

enum status put_release_opened(struct page *p, struct html *h, const struct release *r)
{
	struct opened o = {h, r, 0};
	enum status st;

	if (r->state < RELEASE_GIVING)
		return ST_OK;
	html_leafs(h, "h2", "だれが 開いたか");
	st = release_looks(p->app, r, LOOKS, one_look, &o);
	if (o.count)
		html_close_to(h, "div");
	else
		html_leafs(h, "p", "まだ だれも 開いていません。");
	return st;
}

/* ---- the steps ------------------------------------------------------------------------------ */

static void put_ticks(struct html *h, const struct release *r)
{
	if (!r->nodd)
		return;
	html_open(h, "fieldset");
	html_leafs(h, "legend", "たしかめること（ひとつずつ しるしを つけてください）");
	html_open(h, "div");
	html_class(h, "checks");
	for (size_t i = 0; i < r->nodd; i++) {
		html_open(h, "label");
		html_class(h, "check");
		html_open(h, "input");
		html_attrs(h, "type", "checkbox");
		html_attrs(h, "name", "odd");
		html_attrs(h, "value", r->odd[i].key);
		html_open(h, "span");
		html_text(h, r->odd[i].text);
		html_close(h);
		html_close(h);
	}
	html_close(h);
	html_close(h);
}

/* The preparer sees beforehand what the second person will be asked. */
void put_release_odd(struct html *h, const struct release *r)
{
	if (!r->nodd || r->state != RELEASE_DRAFT)
		return;
	html_leafs(h, "h2", "気をつけること");
	html_open(h, "ul");
	for (size_t i = 0; i < r->nodd; i++)
		html_leaf(h, "li", r->odd[i].text);
	html_close(h);
}

static void put_confirm(struct page *p, struct html *h, const struct release *r)
{
	char action[HREF_MAX];

	href_release(action, r->row.id, "/confirm");
	html_leafs(h, "h2", "ふたりめの 確認");
	html_open(h, "p");
	html_textf(
	    h,
	    "上の %zu人の保護者に、上の文と 添付 %zu個を 渡して よければ、たしかめてください。"
	    "たしかめたあと %d分は、止められます。",
	    r->nto, r->nfiles - 1, (p->app->conf.release_delay + 59) / 60);
	html_close(h);
	form_begin(h, p, action);
	html_hidden(h, "token", span_of(r->token));
	put_ticks(h, r);
	form_button(h, "相手と文書を たしかめました", "");
	html_close(h);
}

static void put_button(struct page *p, struct html *h, const struct release *r, const char *step,
		       const char *text, const char *label, const char *kind)
{
	char action[HREF_MAX];

	href_release(action, r->row.id, step);
	if (text)
		html_leafs(h, "p", text);
	button_form(h, p, action, label, kind);
}

void put_release_steps(struct page *p, struct html *h, const struct release *r)
{
	bool two = r->preparer || r->second || strcmp(r->row.confirmer, p->who->id) == 0;

	if (r->state == RELEASE_ASKED && r->second)
		put_confirm(p, h, r);
	html_leafs(h, "h2", "できること");
	if (r->state == RELEASE_DRAFT && r->preparer) {
		put_button(p, h, r, "/ask",
			   "あなたの機関の、この子どもたちを 担当する ほかの人に たのみます。",
			   "ふたりめの 確認を たのむ", "");
		put_button(p, h, r, "/drop", NULL, "この下書きを すてる", "danger");
	} else if (r->state == RELEASE_ASKED && two) {
		if (r->preparer)
			html_leafs(h, "p",
				   "ほかの人の 確認を 待っています。あなたは たしかめられません。");
		put_button(p, h, r, "/stop", NULL, "下書きに もどす", "secondary");
	} else if (r->state == RELEASE_CONFIRMED && two) {
		put_button(p, h, r, "/stop", "渡す予定の時刻まで、止められます。", "止める",
			   "danger");
	} else if ((r->state == RELEASE_GIVING || r->state == RELEASE_GIVEN) && two) {
		put_button(p, h, r, "/recall",
			   "取りもどすと、すぐに どの保護者も 開けなくなります。すでに 開いた人は "
			   "上に 出ています。",
			   "取りもどす", "danger");
	} else {
		html_leafs(h, "p", "いまは ありません。");
	}
}
