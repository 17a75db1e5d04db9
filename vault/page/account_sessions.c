/* Where one is signed in, ending that, and how long this session still lasts. */
#include "vault/page/account.h"

#include "vault/page/lists.h"

#include <stdio.h>

/* The first word that is found names it; order matters: browsers claim to be each other. */
static const char *const browsers[][2] = {
    {"Edg", "Edge"},	   {"OPR/", "Opera"},	 {"SamsungBrowser", "Samsung Internet"},
    {"CriOS", "Chrome"},   {"FxiOS", "Firefox"}, {"Firefox/", "Firefox"},
    {"Chrome/", "Chrome"}, {"Safari/", "Safari"}};
static const char *const systems[][2] = {
    {"iPhone", "iPhone"},   {"iPad", "iPad"},	 {"Android", "Android"}, {"Windows", "Windows"},
    {"CrOS", "Chromebook"}, {"Mac OS X", "Mac"}, {"Linux", "Linux"}};

static const char *word(const char *const table[][2], size_t n, const char *agent, const char *none)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(agent, table[i][0]))
			return table[i][1];
	return none;
}

struct devices {
	struct html *h;
	const struct page *p;
	size_t others;
};

static void put_agent(struct html *h, const struct session_row *s)
{
	html_textf(h, "%s・%s", word(systems, sizeof systems / sizeof *systems, s->agent, "端末"),
		   word(browsers, sizeof browsers / sizeof *browsers, s->agent, "ブラウザ"));
}

static void put_end(struct devices *d, const struct session_row *s)
{
	char number[24];

	snprintf(number, sizeof number, "%lld", s->n);
	html_open(d->h, "form");
	html_attrs(d->h, "method", "post");
	html_attrs(d->h, "action", "/account/sessions");
	frame_csrf(d->h, d->p);
	html_hidden(d->h, "n", span_of(number));
	html_open(d->h, "button");
	html_class(d->h, "link-button");
	html_texts(d->h, "この端末を ログアウトする");
	html_close(d->h);
	html_close(d->h);
}

static enum status one_session(void *ctx, const struct session_row *s)
{
	struct devices *d = ctx;
	struct session as = {.since = s->since, .seen = s->seen, .weak = s->weak};
	long idle, all;

	session_left(d->p->app, &as, d->p->req->now, &idle, &all);
	if (idle <= 0)
		return ST_OK; /* over; kept only to know whose it was */
	html_open(d->h, "li");
	html_open(d->h, "strong");
	put_agent(d->h, s);
	html_close(d->h);
	if (s->n == d->p->session.n) {
		html_texts(d->h, " ");
		html_leaf_class(d->h, "span", "tag tag-info", SPAN("いま 使っている端末"));
	}
	html_open(d->h, "p");
	html_class(d->h, "note");
	html_texts(d->h, "ログイン ");
	list_moment(d->h, s->since);
	html_open(d->h, "br");
	html_texts(d->h, "さいごの操作 ");
	list_moment(d->h, s->seen);
	html_open(d->h, "br");
	html_texts(d->h, "アドレス ");
	html_leaf_class(d->h, "span", "code-text", span_of(s->peer));
	html_close(d->h);
	if (s->n != d->p->session.n) {
		put_end(d, s);
		d->others++;
	}
	html_close(d->h);
	return ST_OK;
}

enum status account_put_sessions(struct html *h, struct page *p)
{
	struct devices d = {h, p, 0};
	enum status st;

	html_leafs(h, "h2", "ログインしている端末");
	html_open(h, "ul");
	html_class(h, "cards");
	st = session_each(p->app->db, span_of(account_self(p)->id), one_session, &d);
	html_close(h);
	if (d.others) {
		login_form(h, p, "/account/sessions");
		html_hidden(h, "all", SPAN("1"));
		form_button(h, "ほかの端末を すべて ログアウトする", "secondary");
		html_close(h);
	}
	html_leafs(
	    h, "p",
	    "見おぼえのない端末が あるときは、ログアウトさせて、パスワードを変えてください。");
	return st;
}

enum status page_sessions(struct page *p)
{
	struct frame f = {.title = "ログインしている端末", .crumbs = account_crumbs, .ncrumbs = 2};
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	st = account_put_sessions(&h, p);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}

enum status page_sessions_post(struct page *p)
{
	long n;
	enum status st;

	if (form_get(&p->form, "all").n) {
		st = session_end_others(p->app, &p->session, p->req->id);
		return st ? st : response_redirect(p->res, "/account?done=others");
	}
	if (!span_number(form_get(&p->form, "n"), 1000000000, &n))
		return page_error(p, 400, 0);
	st = session_end(p->app, &p->session, n, p->req->id);
	return st ? st : response_redirect(p->res, "/account?done=ended");
}

/* "IDLE ALL": seconds until the session ends by idleness, and in any case.  For the script. */
enum status page_session(struct page *p)
{
	long idle = 0, all = 0;
	enum status st = ST_OK;

	if (p->who && form_get(&p->query, "stay").n)
		st = session_stay(p->app, &p->session, p->req->now, true);
	if (p->who)
		session_left(p->app, &p->session, p->req->now, &idle, &all);
	buf_clear(&p->res->body);
	buf_addf(&p->res->body, "%ld %ld\n", idle, all);
	p->res->status = 200;
	p->res->type = "text/plain; charset=utf-8";
	return st;
}
