/* Exceptions that are there: in words, in a list, one by one with the next step. */
#include "generator/base/day.h"
#include "generator/sheet/type.h"
#include "vault/flow/ranges.h"
#include "vault/flow/registry.h"
#include "vault/page/admin_access.h"

#include <stdio.h>

enum { OVER_SHOWN = 50 };

/* ---- in words ----------------------------------------------------------------------------- */

static void put_what(struct page *p, struct html *h, const struct range_row *r)
{
	const struct sheet_type *t = types_find(p->app->types, span_of(r->type), 0);
	const struct section *s = t ? type_section(t, span_of(r->section)) : NULL;

	if (!r->type[0])
		html_texts(h, "すべてのシート");
	else if (t)
		html_text(h, t->title);
	else
		html_texts(h, r->type);
	if (r->section[0])
		html_textf(h, "の「%.*s」", SPAN_ARG(s ? s->title : span_of(r->section)));
}

static void put_days(struct html *h, const struct range_row *r)
{
	char since[DAY_TEXT] = "", until[DAY_TEXT] = "";
	struct day d;

	if (day_parse(span_of(r->since), &d))
		day_era(d, since);
	if (day_parse(span_of(r->until), &d))
		day_era(d, until);
	html_textf(h, "（%sから%s%s）", since, until[0] ? until : "ずっと", until[0] ? "まで" : "");
}

void range_words(struct page *p, struct html *h, const struct range_row *r)
{
	if (r->account[0])
		html_textf(h, "%s：", account_label(p, r->account));
	else
		html_textf(h, "%sの職員：", institution_label(p, r->institution));
	if (r->child[0])
		html_textf(h, "%sの ", child_label(p, r->child));
	else if (r->children_of[0] && strcmp(r->children_of, r->institution) == 0)
		html_texts(h, "その機関にいる子どもの ");
	else if (r->children_of[0])
		html_textf(h, "%sにいる子どもの ", institution_label(p, r->children_of));
	else
		html_texts(h, "すべての子どもの ");
	put_what(p, h, r);
	html_texts(h, r->opens ? (r->write ? "を 読み書きできる" : "を 読める")
			       : (r->write ? "に 書けない" : "を 読めない"));
	put_days(h, r);
}

static const struct {
	const char *state, *word, *tag;
} states[] = {
    {"asked", "確認待ち", "tag tag-warning"},
    {"in-force", "有効", "tag tag-success"},
    {"end-asked", "有効（終わりの確認待ち）", "tag tag-warning"},
    {"ended", "終わり", "tag tag-blank"},
    {"declined", "取りやめ", "tag tag-blank"},
};

static bool is(const struct range_row *r, const char *state)
{
	return strcmp(r->state, state) == 0;
}

/* What has not begun or has passed counts as little as what has ended. */
static void put_state(struct page *p, struct html *h, const struct range_row *r)
{
	char today[DAY_TEXT];

	day_iso(day_jst(p->req->now), today);
	if (range_is_open(r) && range_is_over(r, p->req->now)) {
		html_leaf_class(h, "span", "tag tag-blank", SPAN("期限がすぎた"));
		return;
	}
	if (is(r, "in-force") && strcmp(r->since, today) > 0) {
		html_leaf_class(h, "span", "tag tag-info", SPAN("これから"));
		return;
	}
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (is(r, states[i].state))
			html_leaf_class(h, "span", states[i].tag, span_of(states[i].word));
}

/* ---- the list ----------------------------------------------------------------------------- */

struct rows {
	struct page *p;
	struct html *h;
	const struct account *for_whom;
	bool over;
	size_t count;
};

static void put_card(struct page *p, struct html *h, const struct range_row *r)
{
	char href[HREF_MAX];

	snprintf(href, sizeof href, "/admin/access?range=%s", r->id);
	html_open(h, "li");
	html_class(h, "card");
	html_open(h, "p");
	put_state(p, h, r);
	html_texts(h, " ");
	range_words(p, h, r);
	html_close(h);
	html_open(h, "p");
	html_class(h, "note");
	html_textf(h, "理由：%s　頼んだ人：%s　", r->reason, account_label(p, r->asked_by));
	html_link(h, href,
		  is(r, "asked") || is(r, "end-asked") ? SPAN("変わることを見て、確かめる")
						       : SPAN("くわしく"));
	html_close(h);
	html_close(h);
}

static enum status one_row(void *ctx, const struct range_row *r)
{
	struct rows *rows = ctx;
	bool over = !range_is_open(r) || range_is_over(r, rows->p->req->now);

	if (over != rows->over || (rows->for_whom && !range_is_for(r, rows->for_whom)) ||
	    (over && rows->count == OVER_SHOWN))
		return ST_OK;
	if (rows->count++ == 0) {
		html_open(rows->h, "ul");
		html_class(rows->h, "cards");
	}
	put_card(rows->p, rows->h, r);
	return ST_OK;
}

enum status ranges_part(struct page *p, struct html *h, bool over, const struct account *for_whom)
{
	struct rows rows = {p, h, for_whom, over, 0};
	enum status st = range_each(p->app->db, one_row, &rows);

	if (rows.count)
		html_close(h);
	else if (over)
		html_leafs(h, "p", "まだ ありません。");
	else
		html_leaf_class(h, "p", "empty-state", SPAN("いま、変えている範囲はありません。"));
	return st;
}

/* ---- when two meet ------------------------------------------------------------------------ */

struct others {
	struct page *p;
	struct html *h;
	const struct range_row *r;
	struct account account; /* whose range it is; no id: an institution's */
	size_t count;
};

static bool meet(const struct others *o, const struct range_row *other)
{
	if (o->account.id[0])
		return range_is_for(other, &o->account);
	return strcmp(other->institution, o->r->institution) == 0;
}

static enum status one_other(void *ctx, const struct range_row *other)
{
	struct others *o = ctx;

	if (strcmp(other->id, o->r->id) == 0 || other->opens == o->r->opens || is(other, "asked") ||
	    !range_is_open(other) || range_is_over(other, o->p->req->now) || !meet(o, other))
		return ST_OK;
	if (o->count++ == 0) {
		html_leafs(o->h, "p",
			   "同じ人や機関に、反対の向きの範囲があります。せばめる範囲が、いつも先に"
			   "効きます。");
		html_open(o->h, "ul");
	}
	html_open(o->h, "li");
	range_words(o->p, o->h, other);
	html_close(o->h);
	return ST_OK;
}

enum status range_others(struct page *p, struct html *h, const struct range_row *r)
{
	struct others o = {.p = p, .h = h, .r = r};
	enum status st = ST_OK;

	if (r->account[0])
		st = account_get(p->app->db, span_of(r->account), &o.account);
	if (!st)
		st = range_each(p->app->db, one_other, &o);
	if (o.count)
		html_close(h);
	return st;
}

/* ---- one ---------------------------------------------------------------------------------- */

static void put_facts(struct page *p, struct html *h, const struct range_row *r)
{
	char at[DAY_TEXT];

	time_jst(r->asked_at, at);
	facts_begin(h);
	fact_text(h, "理由", span_of(r->reason));
	fact_text(h, "頼んだ人", span_of(account_label(p, r->asked_by)));
	fact_text(h, "頼んだ日時", span_of(at));
	if (r->confirmed_by[0])
		fact_text(h, "確かめた人", span_of(account_label(p, r->confirmed_by)));
	if (r->ended_by[0])
		fact_text(h, is(r, "end-asked") ? "終わりを頼んだ人" : "終わりにした人",
			  span_of(account_label(p, r->ended_by)));
	html_close(h);
}

static void step_form(struct page *p, struct html *h, const struct range_row *r, const char *step,
		      const char *label, const char *kind)
{
	char action[HREF_MAX];

	snprintf(action, sizeof action, "/admin/access/ranges/%s/%s", r->id, step);
	form_begin(h, p, action);
	form_button(h, label, kind);
	html_close(h);
}

/* What may be done next; who asked waits for somebody else. */
static void put_steps(struct page *p, struct html *h, const struct range_row *r)
{
	bool end = is(r, "end-asked"), waits = end || is(r, "asked");
	bool mine = strcmp(end ? r->ended_by : r->asked_by, p->who->id) == 0;

	if (waits && mine)
		html_leafs(h, "p", "ほかの管理者の確認を 待っています。");
	else if (waits)
		step_form(p, h, r, "confirm", end ? "確かめて 終わりにする" : "確かめて 広げる",
			  "");
	if (waits)
		step_form(p, h, r, "decline", end ? "このまま続ける" : "やめる", "secondary");
	else if (is(r, "in-force"))
		step_form(p, h, r, "end",
			  r->opens ? "終わりにする"
				   : "終わりにするよう頼む（2人の管理者が要ります）",
			  "secondary");
}

static enum status put_one(struct page *p, struct html *h, const struct range_row *r)
{
	const struct reach_trial add = {.add = r}, drop = {.drop = r};
	enum status st = ST_OK;

	html_open(h, "p");
	put_state(p, h, r);
	html_texts(h, " ");
	range_words(p, h, r);
	html_close(h);
	put_facts(p, h, r);
	if (!range_is_open(r) || range_is_over(r, p->req->now))
		return ST_OK;
	st = range_others(p, h, r);
	if (!st)
		st = admin_preview(p, h, is(r, "asked") ? &add : &drop);
	put_steps(p, h, r);
	return st;
}

enum status admin_range(struct page *p, struct span id)
{
	struct frame f = {
	    .title = "変えた範囲", .crumbs = access_crumbs, .ncrumbs = ACCESS_CRUMBS, .wide = true};
	struct range_row r;
	struct html h;
	struct buf body;
	enum status st = range_get(p->app->db, id, &r);

	if (st)
		return st;
	frame_body(&h, &body);
	st = put_one(p, &h, &r);
	if (!st)
		st = admin_note(p, "admin.reach", span_of(r.child), span_of(r.id));
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}

/* ---- the next step ------------------------------------------------------------------------ */

typedef enum status range_step(struct app *app, const struct actor *who, const struct question *q,
			       struct span id);

static enum status take_step(struct page *p, range_step *step)
{
	struct actor actor;
	enum status st = session_actor(p->app, &p->session, p->req->id, &actor);

	if (!st)
		st = step(p->app, &actor, &p->q, param(&p->params, "range"));
	actor_clear(&actor);
	if (st == ST_INVALID)
		return admin_problem(p, 422, "変えた範囲", fail_why());
	return st ? st : response_redirect(p->res, "/admin/access");
}

enum status page_admin_range_confirm(struct page *p)
{
	return take_step(p, range_confirm);
}

enum status page_admin_range_decline(struct page *p)
{
	return take_step(p, range_decline);
}

enum status page_admin_range_end(struct page *p)
{
	return take_step(p, range_end);
}
