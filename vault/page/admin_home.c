/* /admin: what waits for an administrator, and the ways on. */
#include "vault/db/alert.h"
#include "vault/db/range.h"
#include "vault/flow/registry.h"
#include "vault/flow/retention.h"
#include "vault/page/admin_account.h"

#include <stdio.h>

/* ---- counting ----------------------------------------------------------------------------- */

struct tally {
	struct page *p;
	struct html *h;
	long in[ACCOUNT_STATES];
	long staff, households, others;
	long ranges;	/* wait for a second administrator */
	long proposals; /* to remove records: the same */
	long alerts;	/* that nobody has seen */
	long institutions, closed;
	long waiting; /* lines that were written */
};

static enum status count_account(void *ctx, const struct account *a)
{
	struct tally *t = ctx;
	enum account_state s = account_state_of(a, t->p->req->now);

	t->in[s]++;
	if (s == ACCOUNT_OFF || s == ACCOUNT_ENDED)
		return ST_OK;
	*(a->staff ? &t->staff : a->role == ROLE_HOUSEHOLD ? &t->households : &t->others) += 1;
	return ST_OK;
}

static enum status count_range(void *ctx, const struct range_row *r)
{
	struct tally *t = ctx;

	t->ranges += strcmp(r->state, "asked") == 0 || strcmp(r->state, "end-asked") == 0;
	return ST_OK;
}

static enum status count_proposal(void *ctx, const struct retention_proposal *x)
{
	struct tally *t = ctx;

	t->proposals += x->state == RETENTION_ASKED;
	return ST_OK;
}

/* ---- what waits --------------------------------------------------------------------------- */

static void put_waiting(struct tally *t, const char *href, const char *label, long n)
{
	if (!n)
		return;
	if (t->waiting++ == 0) {
		html_open(t->h, "ul");
		html_class(t->h, "tasks");
	}
	html_open(t->h, "li");
	html_link(t->h, href, span_of(label));
	html_open(t->h, "span");
	html_class(t->h, "tag tag-warning");
	html_textf(t->h, "%ld件", n);
	html_close(t->h);
	html_close(t->h);
}

/* Mergers that are not finished. */
static enum status one_institution(void *ctx, const struct institution *i)
{
	struct tally *t = ctx;
	struct institution_load load;
	char href[HREF_MAX], label[NAME_ROOM + 64];
	enum status st;

	t->institutions++;
	t->closed += institution_is_closed(i, t->p->req->now);
	if (!i->into[0])
		return ST_OK;
	st = institution_count(t->p->app, span_of(i->id), i->closed, t->p->req->now, &load);
	if (st)
		return st;
	institution_href(href, i->id, "");
	snprintf(label, sizeof label, "「%s」の統合の残り", i->name);
	put_waiting(t, href, label, load.staff + load.coming);
	return ST_OK;
}

static enum status put_all_waiting(struct tally *t)
{
	struct asked_policy asked;
	enum status st = registry_asked_policy(t->p->app, &asked);

	if (st && st != ST_NOTFOUND)
		return st;
	html_leafs(t->h, "h2", "待っていること");
	put_waiting(t, "/admin/alerts", "まだ見ていない知らせ", t->alerts);
	put_waiting(t, "/admin/access", "2人めの確認を待っている設定", st == ST_OK);
	put_waiting(t, "/admin/access", "2人めの確認を待っている範囲", t->ranges);
	put_waiting(t, "/admin/retention", "2人めの確認を待っている、消す提案", t->proposals);
	put_waiting(t, "/admin/accounts?state=ending", "30日以内に終わるアカウント",
		    t->in[ACCOUNT_ENDING]);
	put_waiting(t, "/admin/accounts?state=new", "まだログインしていないアカウント",
		    t->in[ACCOUNT_NEW]);
	st = institution_each(t->p->app->db, one_institution, t);
	if (t->waiting)
		html_close(t->h);
	else
		html_leafs(t->h, "p", "いま、待っていることはありません。");
	return st;
}

/* ---- the ways on -------------------------------------------------------------------------- */

static void put_way(struct html *h, const char *href, const char *label, const char *about)
{
	html_open(h, "li");
	html_class(h, "card");
	html_link(h, href, span_of(label));
	html_leafs(h, "p", about);
	html_close(h);
}

static void put_ways(struct tally *t)
{
	struct html *h = t->h;
	char accounts[160], institutions[96];

	snprintf(accounts, sizeof accounts,
		 "職員 %ld、家庭 %ld、管理と監査 %ld（停止と期限切れ %ld）", t->staff,
		 t->households, t->others, t->in[ACCOUNT_OFF] + t->in[ACCOUNT_ENDED]);
	snprintf(institutions, sizeof institutions, "%ldか所（閉じた機関 %ld）",
		 t->institutions - t->closed, t->closed);
	html_leafs(h, "h2", "管理すること");
	html_open(h, "ul");
	html_class(h, "cards");
	put_way(h, "/admin/accounts", "アカウント", accounts);
	put_way(h, "/admin/accounts/import", "CSVでまとめて作る",
		"職員と家庭のアカウントを、表から作ります。");
	put_way(h, "/admin/institutions", "機関", institutions);
	put_way(h, "/admin/children", "子ども", "登録、在籍、保護者、支援措置");
	put_way(h, "/admin/households", "世帯", "保護者と子どものつながり");
	put_way(h, "/admin/retention", "保存期間", "期間のすぎた記録、消さない記録、消去証明書");
	put_way(h, "/admin/access", "見られる範囲", "だれが何を見られるか、その例外と設定");
	put_way(h, "/admin/alerts", "知らせ", "動いているもの、止まっているもの、ふだんと違うこと");
	html_close(h);
}

enum status page_admin_home(struct page *p)
{
	struct frame f = {.title = "管理"};
	struct html h;
	struct tally t = {.p = p, .h = &h};
	struct buf body;
	long severe;
	enum status st = account_each(p->app->db, count_account, &t);

	if (!st)
		st = alert_count_open(p->app->db, &t.alerts, &severe);
	if (!st)
		st = range_each(p->app->db, count_range, &t);
	if (!st)
		st = retention_each(p->app, count_proposal, &t);
	frame_body(&h, &body);
	if (!st)
		st = put_all_waiting(&t);
	if (!st)
		put_ways(&t);
	if (!st)
		st = people_note(p, "admin.home", SPAN_NONE);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}
