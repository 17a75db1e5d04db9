/* Whose keys, good from when until when, and how much was signed by them. */
#include "vault/flow/key_list.h"
#include "vault/page/audit_said.h"
#include "vault/page/frame.h"
#include "vault/page/widgets.h"

#include <stdio.h>

enum { SHOWN = 50, PAGES_MAX = 10000, QUERY_MAX = 1024 };

#define PATH "/audit/keys"

static const char *const heads[] = {"だれの", "指紋", "いつから", "いつまで", "署名した版"};
enum { HEADS = sizeof heads / sizeof *heads };

static void put_holder(struct page *p, struct html *h, const struct key_row *k)
{
	html_open(h, "th");
	html_attrs(h, "scope", "row");
	if (strcmp(k->account, "karte") == 0) {
		html_texts(h, "karte");
		html_leaf_class(h, "div", "note", SPAN("このサーバー"));
	} else {
		audit_person(p, h, span_of(k->account));
	}
	html_close(h);
}

static void put_end(struct html *h, const struct key_item *k)
{
	list_cell(h, heads[3]);
	if (!k->row.until) {
		html_leaf_class(h, "span", "tag tag-success", SPAN("使えます"));
		html_close(h);
		return;
	}
	list_time(h, k->row.until);
	html_open(h, "div");
	html_class(h, "note");
	if (k->ended.n) {
		audit_action(h, k->ended);
		html_textf(h, "（%.*s）", SPAN_ARG(k->ended_by));
	} else {
		html_texts(h, "終えた わけは、記録に ありません");
	}
	html_close(h);
	if (k->ended_why.n)
		html_leaf_class(h, "div", "note", k->ended_why);
	html_close(h);
}

static void put_versions(struct html *h, const struct key_item *k)
{
	char href[HREF_MAX];

	list_number(h, heads[4]);
	snprintf(href, sizeof href, "/audit/changes?account=%s", k->row.account);
	if (k->versions && strcmp(k->row.account, "karte") != 0) {
		html_link(h, href, SPAN("変更を見る"));
		html_texts(h, "　");
	}
	html_textf(h, "%zu", k->versions);
	html_close(h);
}

static void put_row(struct page *p, struct html *h, const struct key_item *k)
{
	html_open(h, "tr");
	put_holder(p, h, &k->row);
	list_cell(h, heads[1]);
	audit_fingerprint(h, k->row.fingerprint);
	html_close(h);
	list_cell(h, heads[2]);
	list_time(h, k->row.since);
	html_close(h);
	put_end(h, k);
	put_versions(h, k);
	html_close(h);
}

static void put_table(struct page *p, struct html *h, const struct key_items *keys)
{
	if (!keys->count) {
		html_leaf_class(h, "p", "empty-state",
				SPAN("あてはまる鍵は ありません。条件を へらしてみてください。"));
		return;
	}
	list_table(h, &(struct list_table){"keys", "鍵（新しい順）", "dense list", heads, HEADS});
	for (size_t i = 0; i < keys->count; i++)
		put_row(p, h, &keys->items[i]);
	html_close_to(h, "div");
}

static void put_pager(struct html *h, struct span account, long page, bool more)
{
	struct buf href;
	char number[24];

	if (!page && !more)
		return;
	buf_init(&href, QUERY_MAX);
	html_open(h, "nav");
	html_attrs(h, "aria-label", "ページ");
	html_open(h, "ul");
	html_class(h, "pager");
	for (int step = -1; step <= 1; step += 2) {
		if (step < 0 ? page == 0 : !more)
			continue;
		buf_cut(&href, 0);
		buf_adds(&href, PATH);
		audit_query(&href, "account", account);
		snprintf(number, sizeof number, "%ld", page + step);
		audit_query(&href, "page", span_of(number));
		html_open(h, "li");
		html_link(h, buf_str(&href), step < 0 ? SPAN("前のページ") : SPAN("次のページ"));
		html_close(h);
	}
	html_close(h);
	html_close(h);
	buf_clear(&href);
}

static void filter_form(struct html *h, struct span account)
{
	html_open(h, "form");
	html_class(h, "filters");
	html_attrs(h, "method", "get");
	html_attrs(h, "action", PATH);
	html_attrs(h, "role", "search");
	field_text(h, &(struct field_look){.id = "account", .label = "アカウント"}, account);
	audit_form_end(h, PATH);
}

static void put_export(struct html *h)
{
	if (!page_exists(PATH ".csv"))
		return;
	html_open(h, "p");
	html_link(h, PATH ".csv", SPAN("すべての鍵を CSVで 受け取る"));
	html_close(h);
}

enum status page_audit_keys(struct page *p)
{
	struct frame f = {.title = "鍵", .wide = true};
	struct span account = span_trim(form_get(&p->query, "account"));
	struct key_items keys;
	struct html h;
	struct buf body;
	long page = 0;
	enum status st;

	span_number(form_get(&p->query, "page"), PAGES_MAX, &page);
	frame_body(&h, &body);
	st = audit_looked(p, "audit.keys", SPAN_NONE, SPAN_NONE);
	if (!st)
		st = key_list(p->app, account.n ? account : SPAN_NONE, (size_t)page * SHOWN, SHOWN,
			      p->arena, &keys);
	if (!st) {
		html_leafs(&h, "p",
			   "版に 署名する鍵です。だれの鍵が、いつから いつまで 使えたかは、"
			   "登録簿に あります。「署名した版」は、その間に その人が 書いたと "
			   "記録にある 版の数です。");
		filter_form(&h, account);
		put_table(p, &h, &keys);
		put_pager(&h, account, page, keys.more);
		put_export(&h);
		st = frame_send(p, 200, &f, &body);
	}
	buf_clear(&body);
	return st;
}
