/* /admin/alerts and /audit/alerts: what runs and what does not, what was told, who has seen it. */
#include "vault/page/alerts.h"

#include "vault/flow/note.h"
#include "vault/page/admin_account.h"

#include <stdio.h>

static enum status show(struct page *p, const struct alert_look *l, struct frame *f)
{
	static const char *const words[][2] = {{"seen", "見たことを書きとめました。"},
					       {NULL, NULL}};
	struct html *h = l->h;
	enum status st;

	if (l->admin)
		people_banner(p, f, words);
	html_open(h, "p");
	html_texts(
	    h,
	    "見はりと規則から出た知らせです。子どもの名前や内容は、知らせにもメールにも出ません。");
	html_link(h, l->admin ? "/help/alerts" : "/help/auditor", SPAN("知らせの手引き"));
	html_close(h);
	st = alert_put_list(l);
	return st ? st : alert_put_checks(l);
}

static enum status send(struct page *p, struct alert_look *l, struct frame *f)
{
	struct buf body;
	enum status st;

	frame_body(l->h, &body);
	st = show(p, l, f);
	if (!st)
		st = frame_send(p, 200, f, &body);
	buf_clear(&body);
	return st;
}

enum status page_admin_alerts(struct page *p)
{
	static const struct crumb crumbs[] = {{"/admin", SPAN("ホーム")}};
	struct frame f = {.title = "知らせ", .wide = true, .crumbs = crumbs, .ncrumbs = 1};
	struct html h;
	struct alert_look l = {.p = p, .h = &h, .admin = true, .path = "/admin/alerts"};
	enum status st = people_note(p, "admin.alerts", SPAN_NONE);

	return st ? st : send(p, &l, &f);
}

enum status page_audit_alerts(struct page *p)
{
	struct frame f = {.title = "知らせ", .wide = true};
	struct html h;
	struct alert_look l = {.p = p, .h = &h, .path = "/audit/alerts"};
	const struct note n = {.class = "read",
			       .event = "audit.alerts",
			       .who = p->who,
			       .decision = "allow",
			       .reason = "role",
			       .request = p->req->id,
			       .hold = p->q.hold};
	enum status st = note_add(p->app, &n);

	return st ? st : send(p, &l, &f);
}

enum status page_admin_alert_seen(struct page *p)
{
	char to[HREF_MAX];
	long n;
	enum status st;

	if (!span_number(param(&p->params, "n"), 1000000000, &n))
		return fail(ST_NOTFOUND, "no such alert");
	st = alerts_see(p->app, p->who, n, p->req->now, p->req->id);
	snprintf(to, sizeof to, "/admin/alerts?done=seen#n%ld", n);
	return st ? st : response_redirect(p->res, to);
}
