/* 支援措置 on the administrator's page: what a guardian must not learn of the child. */
#include "vault/page/admin_child.h"

#include <stdio.h>

const struct field_choice admin_kinds[] = {
    {"address", "住所"}, {"word", "言葉"}, {"school", "機関（学校、園など）"}, {"sheet", "シート"}};
static const char *const heads[] = {"だれに", "なにを", "内容", "外す"};

struct kept {
	struct admin_child *a;
	size_t count;
};

static void remove_button(struct admin_child *a, const struct protection *t)
{
	struct html *h = a->h;
	char action[HREF_MAX];

	snprintf(action, sizeof action, "/admin/children/%s/unprotect", a->row.id);
	html_open(h, "form");
	html_class(h, "inline");
	html_attrs(h, "method", "post");
	html_attrs(h, "action", action);
	frame_csrf(h, a->p);
	html_hidden(h, "base", span_of(a->row.head));
	html_hidden(h, "protect-guardian", span_of(t->guardian));
	html_hidden(h, "protect-kind", span_of(t->kind));
	html_hidden(h, "protect-value", span_of(t->value));
	html_open(h, "button");
	html_attrs(h, "type", "submit");
	html_class(h, "button button-danger");
	html_texts(h, "外す");
	html_close(h);
	html_close(h);
}

static enum status one_protection(void *ctx, const struct protection *t)
{
	struct kept *k = ctx;
	struct html *h = k->a->h;

	if (k->count++ == 0)
		list_table(h, &(struct list_table){"kept", "見せないもの", "list", heads, 4});
	html_open(h, "tr");
	html_open(h, "th");
	html_attrs(h, "scope", "row");
	html_texts(h, t->guardian);
	html_close(h);
	list_cell(h, heads[1]);
	html_texts(h, admin_label(admin_kinds, ADMIN_KINDS, t->kind));
	html_close(h);
	list_cell(h, heads[2]);
	html_texts(h, t->value);
	html_close(h);
	list_cell(h, heads[3]);
	remove_button(k->a, t);
	html_close(h);
	html_close(h);
	return ST_OK;
}

struct guardians {
	struct arena *arena;
	struct field_choice list[CHILD_GUARDIANS_MAX];
	size_t count;
};

static enum status take_guardian(void *ctx, const struct guardian *g)
{
	struct guardians *all = ctx;
	const char *id = arena_printf(all->arena, "%s", g->account);

	if (id && all->count < CHILD_GUARDIANS_MAX)
		all->list[all->count++] = (struct field_choice){id, id};
	return id ? ST_OK : ST_NOMEM;
}

static enum status protect_form(struct admin_child *a)
{
	struct guardians all = {.arena = a->p->arena};
	enum status st = child_guardians(a->p->app->db, span_of(a->row.id), take_guardian, &all);

	if (st || !all.count)
		return st;
	admin_form_begin(a, "protect", "見せないものを足す");
	field_select(a->h,
		     &(struct field_look){
			 .id = "protect-guardian", .label = "だれに見せないか", .width = "m"},
		     all.list, all.count, admin_typed(a, "protect", "protect-guardian", SPAN_NONE));
	field_select(
	    a->h, &(struct field_look){.id = "protect-kind", .label = "なにを", .width = "m"},
	    admin_kinds, ADMIN_KINDS, admin_typed(a, "protect", "protect-kind", SPAN_NONE));
	field_text(a->h,
		   &(struct field_look){.id = "protect-value",
					.label = "内容",
					.hint =
					    "住所と言葉：この文字が入った欄を 欄ごと見せません。"
					    "機関：番号（例 aozora-es）。シート：種類/番号"
					    "（例 kyoiku-shien/2026）。",
					.required = true},
		   admin_typed(a, "protect", "protect-value", SPAN_NONE));
	admin_reason_field(a, "protect", "protect-reason");
	admin_form_end(a, "この人に見せない", "");
	return ST_OK;
}

enum status admin_child_protections(struct admin_child *a)
{
	struct kept k = {a, 0};
	enum status st;

	admin_heading(a, "見せないもの（支援措置）", "unprotect");
	html_leafs(a->h, "p",
		   "ここに書いたものは、その保護者の画面、PDF、ファイルの名前、前の版、検索の"
		   "どれにも出ません。書いてあることも、その人には分かりません。");
	st = child_protections(a->p->app->db, span_of(a->row.id), one_protection, &k);
	if (k.count)
		html_close_to(a->h, "div");
	return st ? st : protect_form(a);
}

/* ---- what the forms do -------------------------------------------------------------------- */

static enum status read_protection(struct page *p, struct protection *out)
{
	enum status st = admin_text(p, "protect-guardian", "アカウントの番号", out->guardian,
				    sizeof out->guardian);

	if (!st)
		st = admin_text(p, "protect-kind", "「なにを」", out->kind, sizeof out->kind);
	if (!st)
		st = admin_text(p, "protect-value", "内容", out->value, sizeof out->value);
	return st;
}

enum status page_admin_protect(struct page *p)
{
	struct protection t = {.guardian = ""};
	struct admin_change c;
	enum status st = admin_change_begin(p, &c, "protect-reason");

	if (!st)
		st = read_protection(p, &t);
	if (!st)
		st = child_protect(p->app, &c.actor, &c.task, &t);
	return admin_change_end(p, &c, "protect", st);
}

enum status page_admin_unprotect(struct page *p)
{
	struct protection t = {.guardian = ""};
	struct admin_change c;
	enum status st = admin_change_begin(p, &c, NULL);

	if (!st)
		st = read_protection(p, &t);
	if (!st)
		st = child_unprotect(p->app, &c.actor, &c.task, &t);
	return admin_change_end(p, &c, "unprotect", st);
}
