/* All children for administrators: finding one by master data, and making one. */
#include "vault/page/admin_child.h"

#include "generator/base/day.h"

#include <stdio.h>

enum { PER_PAGE = 50, QUERY_MAX = 256, PAGES_MAX = 100000 };

static const char *const heads[] = {"氏名", "生年月日", "番号", "いまの所属"};

/* ---- searching ---------------------------------------------------------------------------- */

struct rows {
	struct page *p;
	struct html *h;
	int count;
};

static enum status put_institution(void *ctx, const struct enrolment *e)
{
	struct rows *r = ctx;
	struct institution i;
	char today[DAY_TEXT];

	day_iso(day_jst(r->p->req->now), today);
	if (strcmp(e->since, today) > 0 || (e->until[0] && strcmp(e->until, today) < 0))
		return ST_OK;
	html_open(r->h, "div");
	html_texts(r->h, institution_get(r->p->app->db, span_of(e->institution), &i)
			     ? e->institution
			     : i.name);
	if (e->class[0])
		html_textf(r->h, "　%s", e->class);
	html_close(r->h);
	return ST_OK;
}

static enum status one_row(void *ctx, const struct child_row *c)
{
	struct rows *r = ctx;
	struct html *h = r->h;
	char href[HREF_MAX], born[DAY_TEXT] = "";
	struct day b;
	enum status st;

	if (r->count++ == PER_PAGE)
		return ST_OK; /* one more than shown: there is a next page */
	if (r->count == 1)
		list_table(h, &(struct list_table){"found", "子ども", "list", heads, 4});
	snprintf(href, sizeof href, "/admin/children/%s", c->id);
	html_open(h, "tr");
	html_open(h, "th");
	html_attrs(h, "scope", "row");
	html_link(h, href, span_of(c->name));
	html_leaf_class(h, "div", "note", span_of(c->kana));
	html_close(h);
	if (day_parse(span_of(c->born), &b))
		day_long(b, born);
	list_cell(h, heads[1]);
	html_texts(h, born);
	html_close(h);
	list_cell(h, heads[2]);
	html_leaf_class(h, "span", "nowrap", span_of(c->id));
	html_close(h);
	list_cell(h, heads[3]);
	st = child_enrolments(r->p->app->db, span_of(c->id), put_institution, r);
	html_close(h);
	html_close(h);
	return st;
}

enum status page_admin_children(struct page *p)
{
	const struct crumb crumbs[] = {{"/admin", SPAN("ホーム")}};
	struct frame f = {.title = "子ども", .wide = true, .crumbs = crumbs, .ncrumbs = 1};
	struct span q = span_trim(form_get(&p->query, "q"));
	struct child_scope scope = {.all = true};
	struct rows rows = {p, NULL, 0};
	char today[DAY_TEXT];
	long page = 0;
	struct html h;
	struct buf body;
	enum status st;

	if (q.n > QUERY_MAX)
		return page_error(p, 400, 0);
	span_number(form_get(&p->query, "page"), PAGES_MAX, &page);
	day_iso(day_jst(p->req->now), today);
	scope.today = span_of(today);
	frame_body(&h, &body);
	rows.h = &h;
	html_open(&h, "p");
	html_link(&h, "/admin/children/new", SPAN("子どもを登録する"));
	html_close(&h);
	list_search_at(
	    &h, &(struct list_search){"/admin/children", "氏名、ふりがな、生年月日", NULL}, q);
	st =
	    child_search(p->app->db, &scope, q, PER_PAGE + 1, (int)page * PER_PAGE, one_row, &rows);
	if (rows.count)
		html_close_to(&h, "div");
	else if (!st)
		html_leaf_class(&h, "p", "empty-state", SPAN("見つかりませんでした。"));
	list_pager(&h, "/admin/children", q, page, rows.count > PER_PAGE);
	if (!st)
		st = admin_record(p, "admin.children", SPAN_NONE,
				  rows.count > PER_PAGE ? PER_PAGE : rows.count);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}

/* ---- a new one ---------------------------------------------------------------------------- */

static enum status show_new(struct page *p, const char *error)
{
	const struct crumb crumbs[] = {{"/admin", SPAN("ホーム")},
				       {"/admin/children", SPAN("子ども")}};
	struct frame f = {
	    .title = "子どもを登録する", .crumbs = crumbs, .ncrumbs = 2, .errors = error != NULL};
	struct span sex = form_get(&p->form, "sex");
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	if (error)
		error_box(&h, error);
	form_begin(&h, p, "/admin/children/new");
	field_text(&h, &(struct field_look){.id = "name", .label = "氏名", .required = true},
		   form_get(&p->form, "name"));
	field_text(&h, &(struct field_look){.id = "kana", .label = "ふりがな", .required = true},
		   form_get(&p->form, "kana"));
	field_text(&h,
		   &(struct field_look){.id = "born",
					.label = "生年月日",
					.hint = "例 2019/5/12、令和元年5月12日",
					.width = "m",
					.required = true},
		   form_get(&p->form, "born"));
	field_select(&h, &(struct field_look){.id = "sex", .label = "性別", .width = "m"},
		     admin_sexes, ADMIN_SEXES, sex.n ? sex : SPAN("unknown"));
	form_button(&h, "登録する", "");
	html_close(&h);
	st = frame_send(p, error ? 422 : 200, &f, &body);
	buf_clear(&body);
	return st;
}

enum status page_admin_child_new(struct page *p)
{
	return show_new(p, NULL);
}

static enum status create(struct page *p, struct child *c)
{
	struct actor actor;
	struct problems ps;
	enum status st = admin_row(p, &c->row);

	if (st)
		return st;
	st = session_actor(p->app, &p->session, p->req->id, &actor);
	if (st)
		return st;
	problems_init(&ps);
	st = child_create(p->app, &actor, c, &ps);
	if (st == ST_INVALID && ps.count)
		fail(st, "%s", ps.list[0].text);
	problems_clear(&ps);
	actor_clear(&actor);
	return st;
}

enum status page_admin_child_create(struct page *p)
{
	struct child *c = arena_array(p->arena, 1, sizeof *c);
	char to[HREF_MAX];
	enum status st;

	if (!c)
		return ST_NOMEM;
	*c = (struct child){.enrolment_count = 0};
	st = create(p, c);
	if (st == ST_INVALID)
		return show_new(p, arena_printf(p->arena, "%s。", fail_why()));
	snprintf(to, sizeof to, "/admin/children/%s", c->row.id);
	return st ? st : response_redirect(p->res, to);
}
