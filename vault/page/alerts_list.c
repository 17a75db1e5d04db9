#include "vault/page/alerts.h"

#include "vault/db/account.h"
#include "vault/flow/check_state.h"
#include "vault/page/audit_said.h"
#include "vault/page/lists.h"
#include "vault/page/widgets.h"

#include <stdio.h>

enum { SHOWN = 100 };

/* ---- checks ------------------------------------------------------------------------------- */

static const char *const check_heads[] = {"見はり", "状態", "見たこと", "いつから"};

static enum status put_check(void *ctx, const struct check_state *s)
{
	static const char *const tags[] = {"tag tag-success", "tag tag-warning", "tag tag-error"};
	const struct alert_look *l = ctx;
	struct html *h = l->h;

	html_open(h, "tr");
	list_cell(h, check_heads[0]);
	html_texts(h, s->label);
	html_close(h);
	list_cell(h, check_heads[1]);
	html_leaf_class(h, "span", tags[s->state], span_of(check_level_label(s->state)));
	html_close(h);
	list_cell(h, check_heads[2]);
	html_texts(h, s->text);
	if (s->state != CHECK_OK)
		html_leaf_class(h, "div", "note", span_of(s->todo));
	html_close(h);
	list_cell(h, check_heads[3]);
	if (s->since)
		list_time(h, s->since);
	html_close(h);
	html_close(h);
	return ST_OK;
}

enum status alert_put_checks(const struct alert_look *l)
{
	struct alert_look look = *l;
	enum status st;

	html_leafs(l->h, "h2", "動いていなければならないもの");
	list_table(l->h, &(struct list_table){"checks", "見はり", "list", check_heads, 4});
	st = checks_each(l->p->app, l->p->req->now, put_check, &look);
	html_close_to(l->h, "div");
	return st;
}

/* ---- filters ------------------------------------------------------------------------------ */

static const struct field_choice states[] = {{"open", "まだ見ていない"}, {"all", "すべて"}};
static const struct field_choice severities[] = {
    {"", "すべて"}, {"severe", "重大"}, {"warning", "警告"}, {"notice", "お知らせ"}};

static void put_filters(const struct alert_look *l, struct span state, struct span severity)
{
	struct html *h = l->h;

	html_open(h, "form");
	html_class(h, "filters");
	html_attrs(h, "method", "get");
	html_attrs(h, "action", l->path);
	field_select(h, &(struct field_look){.id = "state", .label = "見たかどうか"}, states, 2,
		     state);
	field_select(h, &(struct field_look){.id = "severity", .label = "重さ"}, severities, 4,
		     severity);
	html_open(h, "div");
	html_class(h, "actions");
	html_open(h, "button");
	html_attrs(h, "type", "submit");
	html_class(h, "button");
	html_texts(h, "しぼりこむ");
	html_close(h);
	html_close(h);
	html_close(h);
}

/* ---- alerts ------------------------------------------------------------------------------- */

static const char *const heads[] = {"日時", "重さ", "知らせ", "だれ・どれ", "数", "見た人"};

struct rows {
	const struct alert_look *l;
	long count;
	long long last;
};

static void put_severity(struct html *h, const struct alert_row *a)
{
	enum alert_severity s = alert_severity_find(span_of(a->severity));
	const char *tag = strcmp(a->state, "over") == 0 ? "tag tag-success"
			  : s == ALERT_SEVERE		? "tag tag-error"
			  : s == ALERT_WARNING		? "tag tag-warning"
							: "tag tag-info";

	html_leaf_class(h, "span", tag, span_of(alert_severity_label(s)));
}

static void put_what(const struct alert_look *l, const struct alert_row *a)
{
	const struct alert_rule *rule =
	    alert_rules_find(alerts_rules(l->p->app->alerts), span_of(a->rule));

	html_texts(l->h, a->title);
	if (strcmp(a->state, "raised") != 0)
		html_textf(l->h, "（%s）", alert_state_label(a->state));
	html_open(l->h, "div");
	html_class(l->h, "note");
	html_textf(l->h, "知らせ %lld番", a->n);
	if (a->record >= 0)
		html_textf(l->h, "、記録 %lld番", (long long)a->record);
	html_close(l->h);
	if (rule && rule->advice.n && a->open)
		html_leaf_class(l->h, "div", "note", rule->advice);
}

/* The account, for administrators with its name and the way to it. */
static void put_account(const struct alert_look *l, struct span id)
{
	struct account a;
	char href[HREF_MAX];

	if (!l->admin || account_get(l->p->app->db, id, &a)) {
		html_text(l->h, id);
		return;
	}
	snprintf(href, sizeof href, "/admin/accounts/%s", a.id);
	html_link(l->h, href, id);
	html_leaf_class(l->h, "div", "note", span_of(a.name));
}

static void put_subject(const struct alert_look *l, const struct alert_row *a)
{
	if (a->account[0])
		put_account(l, span_of(a->account));
	if (a->child[0]) {
		html_open(l->h, "div");
		html_textf(l->h, "子ども ");
		html_leaf_class(l->h, "span", "nowrap", span_of(a->child));
		html_close(l->h);
	}
	if (a->institution[0]) {
		html_open(l->h, "div");
		html_class(l->h, "note");
		audit_institution(l->p, l->h, span_of(a->institution));
		html_close(l->h);
	}
	if (!a->account[0] && !a->child[0] && !a->institution[0] && strcmp(a->kind, "check") != 0 &&
	    strcmp(a->subject, "all") != 0)
		html_texts(l->h, strcmp(a->subject, "-") ? a->subject : "ログインしていない人");
}

static enum status put_seen(void *ctx, struct span account, int64_t at)
{
	const struct alert_look *l = ctx;

	html_open(l->h, "div");
	put_account(l, account);
	html_texts(l->h, " ");
	list_time(l->h, at);
	html_close(l->h);
	return ST_OK;
}

/* The button says which alert it is for: screen readers read it alone. */
static void put_button(const struct alert_look *l, const struct alert_row *a)
{
	char action[HREF_MAX], label[64];

	snprintf(action, sizeof action, "/admin/alerts/%lld/seen", a->n);
	snprintf(label, sizeof label, "%lld番を見た", a->n);
	button_form(l->h, l->p, action, label, "secondary");
}

static enum status put_alert(void *ctx, const struct alert_row *a)
{
	struct rows *r = ctx;
	const struct alert_look *l = r->l;
	struct alert_look look = *l;
	struct html *h = l->h;
	enum status st;

	if (r->count++ == 0)
		list_table(h,
			   &(struct list_table){"alerts", "知らせ（新しい順）", "list", heads, 6});
	r->last = a->n;
	html_open(h, "tr");
	html_attrf(h, "id", "n%lld", a->n);
	list_cell(h, heads[0]);
	list_time(h, a->at);
	html_close(h);
	list_cell(h, heads[1]);
	put_severity(h, a);
	html_close(h);
	list_cell(h, heads[2]);
	put_what(l, a);
	html_close(h);
	list_cell(h, heads[3]);
	put_subject(l, a);
	html_close(h);
	list_number(h, heads[4]);
	if (strcmp(a->kind, "count") == 0)
		html_textf(h, "%lld", a->count);
	html_close(h);
	list_cell(h, heads[5]);
	st = alert_seen_each(l->p->app->db, a->n, put_seen, &look);
	if (l->admin && a->open)
		put_button(l, a);
	html_close(h);
	html_close(h);
	return st;
}

static void put_more(const struct alert_look *l, const struct rows *r, struct span state,
		     struct span severity)
{
	char href[HREF_MAX];

	if (r->count < SHOWN)
		return;
	snprintf(href, sizeof href, "%s?state=%.*s&severity=%.*s&before=%lld", l->path,
		 SPAN_ARG(state), SPAN_ARG(severity), r->last);
	html_open(l->h, "p");
	html_link(l->h, href, SPAN("これより前の知らせ"));
	html_close(l->h);
}

/* One of the choices of a field, or its first. */
static struct span chosen(const struct page *p, const char *field, const struct field_choice *of,
			  size_t count)
{
	struct span s = form_get(&p->query, field);

	for (size_t i = 0; i < count; i++)
		if (span_is(s, of[i].value))
			return span_of(of[i].value);
	return span_of(of[0].value);
}

enum status alert_put_list(const struct alert_look *l)
{
	struct span state = chosen(l->p, "state", states, 2),
		    severity = chosen(l->p, "severity", severities, 4);
	struct alert_filter f = {.severity = severity.n ? severity.p : NULL,
				 .open = span_is(state, "open"),
				 .limit = SHOWN};
	struct rows r = {.l = l};
	long before;
	enum status st;

	if (span_number(form_get(&l->p->query, "before"), 1000000000, &before))
		f.before = before;
	html_leafs(l->h, "h2", "出た知らせ");
	put_filters(l, state, severity);
	st = alert_each(l->p->app->db, &f, put_alert, &r);
	if (r.count)
		html_close_to(l->h, "div");
	else
		html_leaf_class(l->h, "p", "empty-state",
				f.open ? SPAN("まだ見ていない知らせは ありません。")
				       : SPAN("あてはまる知らせは ありません。"));
	put_more(l, &r, state, severity);
	return st;
}
