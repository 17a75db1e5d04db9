#include "vault/page/admin_child.h"

#include "vault/flow/policy.h"

#include <stdio.h>

/* ---- master data -------------------------------------------------------------------------- */

static enum status admin_child_master(struct admin_child *a)
{
	const struct child_row *c = &a->row;
	struct html *h = a->h;

	html_leafs(h, "h2", "登録の内容");
	facts_begin(h);
	fact_text(h, "番号", span_of(c->id));
	fact_text(h, "氏名", span_of(c->name));
	fact_text(h, "ふりがな", span_of(c->kana));
	fact_day(h, "生年月日", c->born, "—");
	fact_text(h, "性別", span_of(admin_label(admin_sexes, ADMIN_SEXES, c->sex)));
	html_close(h);
	admin_form_begin(a, "edit", "登録の内容を変える");
	field_text(h, &(struct field_look){.id = "name", .label = "氏名", .required = true},
		   admin_typed(a, "edit", "name", span_of(c->name)));
	field_text(h, &(struct field_look){.id = "kana", .label = "ふりがな", .required = true},
		   admin_typed(a, "edit", "kana", span_of(c->kana)));
	field_text(
	    h,
	    &(struct field_look){.id = "born", .label = "生年月日", .width = "m", .required = true},
	    admin_typed(a, "edit", "born", span_of(c->born)));
	field_select(h, &(struct field_look){.id = "sex", .label = "性別", .width = "m"},
		     admin_sexes, ADMIN_SEXES, admin_typed(a, "edit", "sex", span_of(c->sex)));
	admin_reason_field(a, "edit", "edit-reason");
	admin_form_end(a, "この内容で登録する", "");
	return ST_OK;
}

/* An empty field is a mistake here, though for the flow it means "as it is". */
static enum status need(struct page *p, const char *field, const char *label, char *out, size_t cap)
{
	enum status st = admin_text(p, field, label, out, cap);

	return !st && !out[0] ? fail(ST_INVALID, "%sを書いてください", label) : st;
}

enum status admin_row(struct page *p, struct child_row *out)
{
	enum status st = need(p, "name", "氏名", out->name, sizeof out->name);

	if (!st)
		st = need(p, "kana", "ふりがな", out->kana, sizeof out->kana);
	if (!st)
		st = admin_day(p, "born", "生年月日", out->born);
	if (!st && !out->born[0])
		st = fail(ST_INVALID, "生年月日を書いてください");
	return st ? st : need(p, "sex", "性別", out->sex, sizeof out->sex);
}

enum status page_admin_child_edit(struct page *p)
{
	struct child_row to = {.id = ""};
	struct admin_change c;
	enum status st = admin_change_begin(p, &c, "edit-reason");

	if (!st)
		st = admin_row(p, &to);
	if (!st)
		st = child_edit(p->app, &c.actor, &c.task, &to);
	return admin_change_end(p, &c, "edit", st);
}

/* ---- the page ----------------------------------------------------------------------------- */

/* Above everything, since the form may be far below. */
static void say_mistake(struct html *h, const char *error)
{
	html_open(h, "div");
	html_class(h, "error-summary");
	html_attrs(h, "role", "alert");
	html_open(h, "p");
	html_link(h, "#" ADMIN_REFUSED, span_of(error));
	html_close(h);
	html_close(h);
}

/* To what is written about the child, as far as the setting lets administrators read it. */
static enum status to_content(struct admin_child *a)
{
	struct html *h = a->h;
	char href[HREF_MAX];
	struct policy policy;
	enum status st = policy_load(a->p->app, &policy);

	html_open(h, "p");
	html_texts(h, "シートの内容は、ここには出ません。");
	if (!st && policy.admin_reads == ADMIN_READS_REASON) {
		href_child(href, span_of(a->row.id), "/open");
		html_texts(h, "見る必要があるときは、");
		html_link(h, href, SPAN("理由を書いて カルテを開きます"));
		html_texts(h, "。");
	} else if (!st && policy.admin_reads == ADMIN_READS_ALWAYS) {
		href_child(href, span_of(a->row.id), "");
		html_link(h, href, SPAN("カルテを開く"));
	}
	html_close(h);
	return st;
}

enum status admin_child_show(struct page *p, int status, const char *failed, const char *error)
{
	struct admin_child a = {.p = p, .failed = failed, .error = error};
	const struct crumb crumbs[] = {{"/admin", SPAN("ホーム")},
				       {"/admin/children", SPAN("子ども")}};
	struct frame f = {.title = "子どもの登録",
			  .child = &a.row,
			  .crumbs = crumbs,
			  .ncrumbs = 2,
			  .errors = failed != NULL};
	static enum status (*const parts[])(struct admin_child *) = {
	    admin_child_master, admin_child_stays, admin_child_guardians, admin_child_protections,
	    admin_child_changes};
	struct html h;
	struct buf body;
	enum status st = child_get(p->app->db, p->q.child, &a.row);

	frame_body(&h, &body);
	a.h = &h;
	if (!st && failed)
		say_mistake(&h, error);
	if (!st)
		st = to_content(&a);
	for (size_t i = 0; i < sizeof parts / sizeof *parts && !st; i++)
		st = parts[i](&a);
	if (!st)
		st = admin_record(p, "admin.child", p->q.child, 0);
	if (!st)
		st = frame_send(p, status, &f, &body);
	buf_clear(&body);
	return st;
}

enum status page_admin_child(struct page *p)
{
	return admin_child_show(p, 200, NULL, NULL);
}
