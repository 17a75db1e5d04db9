/* The accounts of households with their children, for administrators. */
#include "vault/page/admin_child.h"

#include "generator/base/text.h"

#include <stdio.h>

enum { PER_PAGE = 50, QUERY_MAX = 256, PAGES_MAX = 100000, CHILDREN_MAX = 50 };

static const char *const heads[] = {"名前", "アカウント", "子ども"};

struct rows {
	struct page *p;
	struct html *h;
	struct span key; /* what is searched for, folded; absent: all */
	long skip;
	int count;
	const struct account *a; /* of the row that is being written */
};

static bool holds(struct span key, const char *text)
{
	struct buf folded;
	bool found;

	buf_init(&folded, 4096);
	text_search_key(span_of(text), &folded);
	found = span_find(buf_span(&folded), key) >= 0;
	buf_clear(&folded);
	return found;
}

static bool is_searched(const struct rows *r, const struct account *a)
{
	return !r->key.n || holds(r->key, a->id) || holds(r->key, a->name) ||
	       holds(r->key, a->kana);
}

struct tie {
	const char *account;
	struct guardian found;
};

static enum status find_tie(void *ctx, const struct guardian *g)
{
	struct tie *t = ctx;

	if (strcmp(g->account, t->account) == 0)
		t->found = *g;
	return ST_OK;
}

static enum status one_child(void *ctx, const struct child_row *c)
{
	struct rows *r = ctx;
	struct tie tie = {.account = r->a->id};
	char href[HREF_MAX];
	enum status st = child_guardians(r->p->app->db, span_of(c->id), find_tie, &tie);

	snprintf(href, sizeof href, "/admin/children/%s", c->id);
	html_open(r->h, "div");
	html_link(r->h, href, span_of(c->name));
	html_textf(r->h, "（%s）",
		   admin_label(admin_relations, ADMIN_RELATIONS, tie.found.relation));
	admin_suspended(r->h, &tie.found, r->p->req->now);
	html_close(r->h);
	return st;
}

static enum status put_children(struct rows *r)
{
	/* before any day, so that those whose right rests are listed too */
	const struct child_scope scope = {.guardian = span_of(r->a->id),
					  .today = SPAN("0001-01-01")};

	return child_search(r->p->app->db, &scope, SPAN_NONE, CHILDREN_MAX, 0, one_child, r);
}

static enum status one_account(void *ctx, const struct account *a)
{
	struct rows *r = ctx;
	struct html *h = r->h;
	char href[HREF_MAX];
	enum status st;

	if (a->staff || a->role != ROLE_HOUSEHOLD || !is_searched(r, a))
		return ST_OK;
	if (r->skip > 0) {
		r->skip--;
		return ST_OK;
	}
	if (r->count++ >= PER_PAGE)
		return ST_OK;
	if (r->count == 1)
		list_table(
		    h, &(struct list_table){"households", "家庭のアカウント", "list", heads, 3});
	r->a = a;
	snprintf(href, sizeof href, "/admin/accounts/%s", a->id);
	html_open(h, "tr");
	html_open(h, "th");
	html_attrs(h, "scope", "row");
	html_link(h, href, span_of(a->name));
	html_leaf_class(h, "div", "note", span_of(a->kana));
	html_close(h);
	list_cell(h, heads[1]);
	html_texts(h, a->id);
	if (a->disabled) {
		html_texts(h, "　");
		html_leaf_class(h, "span", "tag tag-error", SPAN("止めたアカウント"));
	}
	html_close(h);
	list_cell(h, heads[2]);
	st = put_children(r);
	html_close(h);
	html_close(h);
	return st;
}

enum status page_admin_households(struct page *p)
{
	const struct crumb crumbs[] = {{"/admin", SPAN("ホーム")}};
	struct frame f = {.title = "世帯", .wide = true, .crumbs = crumbs, .ncrumbs = 1};
	struct span q = span_trim(form_get(&p->query, "q"));
	struct rows rows = {.p = p};
	long page = 0;
	struct html h;
	struct buf body, key;
	enum status st;

	if (q.n > QUERY_MAX)
		return page_error(p, 400, 0);
	span_number(form_get(&p->query, "page"), PAGES_MAX, &page);
	buf_init(&key, 4096);
	text_search_key(q, &key);
	rows.key = buf_span(&key);
	rows.skip = page * PER_PAGE;
	frame_body(&h, &body);
	rows.h = &h;
	html_leafs(&h, "p",
		   "保護者と子どものつながりは、子どものページで変えます。"
		   "アカウントを止める、出し直すのは、名前を開いたページで行います。");
	list_search_at(
	    &h,
	    &(struct list_search){"/admin/households", "名前、ふりがな、アカウントの番号", NULL},
	    q);
	st = account_each(p->app->db, one_account, &rows);
	if (rows.count)
		html_close_to(&h, "div");
	else if (!st)
		html_leaf_class(&h, "p", "empty-state", SPAN("見つかりませんでした。"));
	list_pager(&h, "/admin/households", q, page, rows.count > PER_PAGE);
	if (!st)
		st = admin_record(p, "admin.households", SPAN_NONE,
				  rows.count > PER_PAGE ? PER_PAGE : rows.count);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&key);
	buf_clear(&body);
	return st;
}
