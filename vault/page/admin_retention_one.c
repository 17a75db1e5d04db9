/* One proposal, and the steps of administrators. */
#include "vault/page/admin_retention.h"

#include "generator/base/day.h"

#include <stdio.h>

static const char *const heads[] = {"子ども", "何を", "期間の終わり", "消えるもの", "いま"};

/* ---- one ---------------------------------------------------------------------------------- */

static void put_now(struct page *p, struct html *h, const struct retention_item *it, bool over)
{
	struct retention_hold hold;
	struct removal r;

	if (removal_get(p->app->db, span_of(it->child), span_of(it->sheet), &r) == ST_OK)
		html_texts(h, r.step == REMOVAL_DONE   ? "消した"
			      : r.step >= REMOVAL_LEFT ? "消さなかった"
						       : "消している途中");
	else if (retention_hold_get(p->app, span_of(it->child), &hold) == ST_OK)
		html_leaf_class(h, "span", "tag tag-warning", SPAN("消さない"));
	else
		html_texts(h, over ? "消せる" : "期間がすぎていないことになった");
}

static void put_item(struct page *p, struct html *h, const struct retention_item *it)
{
	struct retention_due due = {.sheets = 0};
	bool over = retention_due_get(p->app, span_of(it->child), span_of(it->sheet), p->req->now,
				      &due) == ST_OK;
	char day[DAY_TEXT] = "";
	struct child_row child;
	struct day d;

	if (day_parse(span_of(it->until), &d))
		day_era(d, day);
	html_open(h, "tr");
	list_cell(h, heads[0]);
	if (child_get(p->app->db, span_of(it->child), &child) == ST_OK)
		html_leafs(h, "div", child.name);
	html_leaf_class(h, "span", "note", span_of(it->child));
	html_close(h);
	list_cell(h, heads[1]);
	html_texts(h, !it->sheet[0] ? "記録のすべて"
		      : over	    ? due.title
				    : removed_label(p, it->sheet));
	html_close(h);
	list_cell(h, heads[2]);
	html_texts(h, day);
	html_leaf_class(h, "div", "note", span_of(due.why));
	html_close(h);
	list_cell(h, heads[3]);
	if (over)
		html_textf(h, "シート %ld、版 %ld", due.sheets, due.versions);
	html_close(h);
	list_cell(h, heads[4]);
	put_now(p, h, it, over);
	html_close(h);
	html_close(h);
}

static void put_facts(struct page *p, struct html *h, const struct retention_proposal *x)
{
	facts_begin(h);
	fact_text(h, "理由", span_of(x->reason));
	fact_text(h, "提案した人", span_of(account_label(p, x->asked_by)));
	list_fact_moment(h, "提案した日時", x->asked_at);
	if (x->confirmed_by[0]) {
		fact_text(h, "確かめた人", span_of(account_label(p, x->confirmed_by)));
		list_fact_moment(h, "確かめた日時", x->confirmed_at);
		list_fact_moment(h, "消しはじめる日時", x->due);
	}
	if (x->state == RETENTION_DECLINED)
		fact_text(h, "取りやめた人", span_of(account_label(p, x->ended_by)));
	html_close(h);
}

static void step_form(struct page *p, struct html *h, const struct retention_proposal *x,
		      const char *step, const char *token, const char *label, const char *kind)
{
	char action[HREF_MAX];

	snprintf(action, sizeof action, "/admin/retention/%s/%s", x->id, step);
	form_begin(h, p, action);
	if (token)
		html_hidden(h, "token", span_of(token));
	form_button(h, label, kind);
	html_close(h);
}

/* Who asked waits for somebody else. */
static enum status put_steps(struct page *p, struct html *h, const struct retention_proposal *x)
{
	char token[SHA256_HEX];
	enum status st = ST_OK;

	if (x->state == RETENTION_ASKED && strcmp(x->asked_by, p->who->id) == 0) {
		html_leafs(h, "p", "ほかの管理者の確認を 待っています。");
	} else if (x->state == RETENTION_ASKED) {
		st = retention_token(p->app, x, p->req->now, token);
		html_leafs(
		    h, "p",
		    "確かめると、上の一覧のとおりに消します。消したものは、バックアップからも"
		    "戻せません。消しはじめるまでは、止められます。");
		if (!st)
			step_form(p, h, x, "confirm", token, "確かめて、消す", "danger");
	}
	if (x->state == RETENTION_ASKED || x->state == RETENTION_CONFIRMED)
		step_form(p, h, x, "decline", NULL,
			  x->state == RETENTION_ASKED ? "この提案をやめる" : "消すのを止める",
			  "secondary");
	return st;
}

static bool has_sheet(const struct retention_proposal *x)
{
	bool found = false;

	for (size_t i = 0; i < x->nitems; i++)
		found = found || x->items[i].sheet[0];
	return found;
}

/* One proposal with everything that its confirmation is about. */
static enum status retention_one(struct page *p, struct span id, int status, const char *error)
{
	const struct crumb crumbs[] = {{"/admin", SPAN("ホーム")},
				       {"/admin/retention", SPAN("保存期間")}};
	struct frame f = {.title = "消す提案",
			  .wide = true,
			  .crumbs = crumbs,
			  .ncrumbs = 2,
			  .errors = error != NULL};
	struct retention_proposal x;
	struct html h;
	struct buf body;
	enum status st = retention_get(p->app, id, p->arena, &x, NULL);

	if (st)
		return st;
	frame_body(&h, &body);
	if (error)
		error_box(&h, error);
	html_open(&h, "p");
	retention_tag(&h, x.state);
	html_close(&h);
	put_facts(p, &h, &x);
	list_table(&h, &(struct list_table){"items", "消すもの", "list", heads, 5});
	for (size_t i = 0; i < x.nitems; i++)
		put_item(p, &h, &x.items[i]);
	html_close_to(&h, "div");
	if (has_sheet(&x))
		html_leafs(
		    &h, "p",
		    "1つのシートを消すと、画面、一覧、検索、下書きから消えます。"
		    "前の版は、その子どもの記録のすべてを消すまで、リポジトリとバックアップに"
		    "残ります。");
	st = put_steps(p, &h, &x);
	if (!st)
		st = admin_note(p, "admin.retention", SPAN_NONE, span_of(x.id));
	if (!st)
		st = frame_send(p, status, &f, &body);
	buf_clear(&body);
	return st;
}

enum status page_admin_retention_one(struct page *p)
{
	return retention_one(p, param(&p->params, "proposal"), 200, NULL);
}

/* ---- steps -------------------------------------------------------------------------------- */

static enum status asked(struct page *p, const struct actor *who, char id[static ID_MAX + 1])
{
	struct span items[RETENTION_ITEMS + 1];
	size_t n = 0, at = 0;

	for (struct span s; n <= RETENTION_ITEMS && (s = form_next(&p->form, "item", &at)).p;)
		items[n++] = s;
	return retention_ask(p->app, who, &p->q, items, n, span_trim(form_get(&p->form, "reason")),
			     id);
}

enum status page_admin_retention_ask(struct page *p)
{
	char id[ID_MAX + 1] = "", to[HREF_MAX];
	struct actor who;
	enum status st = session_actor(p->app, &p->session, p->req->id, &who);

	if (!st)
		st = asked(p, &who, id);
	actor_clear(&who);
	if (st == ST_INVALID)
		return retention_list(p, 422, arena_printf(p->arena, "%s。", fail_why()));
	snprintf(to, sizeof to, "/admin/retention/%s", id);
	return st ? st : response_redirect(p->res, to);
}

/* After a step of one proposal: the page again, or what it is now. */
static enum status stepped(struct page *p, enum status st)
{
	struct span id = param(&p->params, "proposal");
	char to[HREF_MAX];

	if (st == ST_INVALID || st == ST_STALE)
		return retention_one(p, id, st == ST_STALE ? 409 : 422,
				     arena_printf(p->arena, "%s。", fail_why()));
	snprintf(to, sizeof to, "/admin/retention/%.*s", SPAN_ARG(id));
	return st ? st : response_redirect(p->res, to);
}

enum status page_admin_retention_confirm(struct page *p)
{
	struct actor who;
	enum status st = session_actor(p->app, &p->session, p->req->id, &who);

	if (!st)
		st = retention_confirm(p->app, &who, &p->q, param(&p->params, "proposal"),
				       form_get(&p->form, "token"));
	actor_clear(&who);
	return stepped(p, st);
}

enum status page_admin_retention_decline(struct page *p)
{
	struct actor who;
	enum status st = session_actor(p->app, &p->session, p->req->id, &who);

	if (!st)
		st = retention_decline(p->app, &who, &p->q, param(&p->params, "proposal"));
	actor_clear(&who);
	return stepped(p, st);
}

static enum status held(struct page *p, enum status st)
{
	if (st == ST_INVALID)
		return retention_list(p, 422, arena_printf(p->arena, "%s。", fail_why()));
	return st ? st : response_redirect(p->res, "/admin/retention");
}

enum status page_admin_retention_hold(struct page *p)
{
	struct actor who;
	enum status st = session_actor(p->app, &p->session, p->req->id, &who);

	if (!st)
		st =
		    retention_hold(p->app, &who, &p->q, span_trim(form_get(&p->form, "hold-child")),
				   span_trim(form_get(&p->form, "hold-reason")));
	actor_clear(&who);
	return held(p, st);
}

enum status page_admin_retention_unhold(struct page *p)
{
	struct actor who;
	enum status st = session_actor(p->app, &p->session, p->req->id, &who);

	if (!st)
		st = retention_unhold(p->app, &who, &p->q, form_get(&p->form, "child"),
				      span_trim(form_get(&p->form, "reason")));
	actor_clear(&who);
	return held(p, st);
}
