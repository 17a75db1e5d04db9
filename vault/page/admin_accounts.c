/* /admin/accounts: who may enter. */
#include "generator/base/text.h"
#include "vault/flow/slips.h"
#include "vault/page/admin_account.h"

#include <stdio.h>

enum { SHOWN = 50, PAGES_MAX = 100000 };

/* ---- filters ------------------------------------------------------------------------------ */

static const struct field_choice roles[] = {
    {"", "すべて"},	 {"staff", "職員"}, {"household", "家庭"},
    {"auditor", "監査"}, {"admin", "管理"},
};
enum { ROLES = sizeof roles / sizeof *roles };

struct filter {
	struct span q, role, institution, state;
	struct buf key; /* of q */
	long page;
};

static void read_filter(struct page *p, struct filter *f)
{
	*f = (struct filter){.q = span_trim(form_get(&p->query, "q")),
			     .role = form_get(&p->query, "role"),
			     .institution = form_get(&p->query, "institution"),
			     .state = form_get(&p->query, "state")};
	buf_init(&f->key, 4096);
	text_search_key(f->q, &f->key);
	if (!span_number(form_get(&p->query, "page"), PAGES_MAX, &f->page) || f->page < 1)
		f->page = 1;
}

static bool has_text(const struct filter *f, const struct account *a)
{
	const char *texts[] = {a->id, a->name, a->kana};
	bool found = f->q.n == 0;
	struct buf key;

	buf_init(&key, 4096);
	for (size_t i = 0; i < 3 && !found; i++) {
		buf_cut(&key, 0);
		text_search_key(span_of(texts[i]), &key);
		found = f->key.len && span_find(buf_span(&key), buf_span(&f->key)) >= 0;
	}
	buf_clear(&key);
	return found;
}

static bool fits(const struct filter *f, const struct account *a, int64_t now)
{
	const char *role = a->staff ? "staff" : role_name(a->role);
	enum account_state s = account_state_of(a, now);

	return (!f->role.n || span_is(f->role, role)) &&
	       (!f->institution.n || (a->staff && span_is(f->institution, a->institution))) &&
	       (!f->state.n || span_is(f->state, account_state_name(s))) && has_text(f, a);
}

static enum status filter_form(struct page *p, struct html *h, const struct filter *f)
{
	struct field_choice states[ACCOUNT_STATES + 1] = {{"", "すべて"}}, *institutions;
	size_t count;
	enum status st = institution_choices(p, "すべて", "", ROLE_NOBODY, &institutions, &count);

	if (st)
		return st;
	for (size_t i = 0; i < ACCOUNT_STATES; i++)
		states[i + 1] = (struct field_choice){account_state_name((enum account_state)i),
						      account_state_label((enum account_state)i)};
	html_open(h, "form");
	html_class(h, "filters");
	html_attrs(h, "method", "get");
	html_attrs(h, "action", "/admin/accounts");
	html_attrs(h, "role", "search");
	field_text(h,
		   &(struct field_look){.id = "q", .label = "ID、氏名、ふりがな", .type = "search"},
		   f->q);
	field_select(h, &(struct field_look){.id = "role", .label = "役割"}, roles, ROLES, f->role);
	field_select(h, &(struct field_look){.id = "institution", .label = "機関"}, institutions,
		     count, f->institution);
	field_select(h, &(struct field_look){.id = "state", .label = "状態"}, states,
		     ACCOUNT_STATES + 1, f->state);
	html_open(h, "div");
	html_class(h, "actions");
	html_open(h, "button");
	html_attrs(h, "type", "submit");
	html_class(h, "button");
	html_texts(h, "しぼりこむ");
	html_close(h);
	html_link(h, "/admin/accounts", SPAN("条件を消す"));
	html_close(h);
	html_close(h);
	return ST_OK;
}

/* ---- the table ---------------------------------------------------------------------------- */

static const char *const heads[] = {"紙", "ID", "氏名", "役割", "機関", "最後の日", "状態"};

struct found {
	struct page *p;
	struct html *h;
	const struct filter *filter;
	long count;
	bool slips; /* somebody on the page may get one */
};

static void put_tick(struct html *h, const struct account *a)
{
	html_open(h, "input");
	html_attrs(h, "type", "checkbox");
	html_attrs(h, "name", "account");
	html_attrs(h, "value", a->id);
	html_attrf(h, "aria-label", "%s の紙を作る", a->name);
}

static enum status put_institution(struct found *f, const struct account *a)
{
	struct institution i;
	enum status st;

	list_cell(f->h, heads[4]);
	if (a->staff) {
		st = institution_get(f->p->app->db, span_of(a->institution), &i);
		if (st && st != ST_NOTFOUND)
			return st;
		html_texts(f->h, st ? a->institution : i.name);
		if (a->classes[0])
			html_leaf_class(f->h, "div", "note", span_of(a->classes));
	}
	html_close(f->h);
	return ST_OK;
}

static enum status put_row(struct found *f, const struct account *a)
{
	char href[HREF_MAX];
	struct html *h = f->h;
	enum status st;

	account_href(href, a->id, "");
	html_open(h, "tr");
	list_cell(h, heads[0]);
	if (slip_wanted(a, f->p->req->now)) {
		put_tick(h, a);
		f->slips = true;
	}
	html_close(h);
	list_cell(h, heads[1]);
	html_link(h, href, span_of(a->id));
	html_close(h);
	list_cell(h, heads[2]);
	html_texts(h, a->name);
	if (a->kana[0])
		html_leaf_class(h, "div", "note", span_of(a->kana));
	html_close(h);
	list_cell(h, heads[3]);
	account_role_text(h, a);
	html_close(h);
	st = put_institution(f, a);
	list_cell(h, heads[5]);
	html_leaf_class(h, "span", "nowrap", span_of(a->until[0] ? a->until : "なし"));
	html_close(h);
	list_cell(h, heads[6]);
	account_state_tag(h, account_state_of(a, f->p->req->now));
	html_close(h);
	html_close(h);
	return st;
}

static enum status one_account(void *ctx, const struct account *a)
{
	struct found *f = ctx;
	long first = (f->filter->page - 1) * SHOWN;

	if (!fits(f->filter, a, f->p->req->now))
		return ST_OK;
	f->count++;
	if (f->count <= first || f->count > first + SHOWN)
		return ST_OK;
	if (f->count == first + 1) {
		form_begin(f->h, f->p, "/admin/accounts/slips");
		list_table(f->h,
			   &(struct list_table){"accounts", "アカウント", "dense list", heads, 7});
	}
	return put_row(f, a);
}

/* ---- pages of the list -------------------------------------------------------------------- */

static void put_query(struct buf *out, const char *name, struct span value)
{
	if (!value.n)
		return;
	buf_addf(out, "&%s=", name);
	for (size_t i = 0; i < value.n; i++)
		buf_addf(out, "%%%02X", (unsigned char)value.p[i]);
}

static void put_page_link(struct html *h, const struct filter *f, long page, const char *label)
{
	struct buf href;

	buf_init(&href, 65536);
	buf_addf(&href, "/admin/accounts?page=%ld", page);
	put_query(&href, "q", f->q);
	put_query(&href, "role", f->role);
	put_query(&href, "institution", f->institution);
	put_query(&href, "state", f->state);
	if (!href.st)
		html_link(h, buf_str(&href), span_of(label));
	buf_clear(&href);
}

static void put_pager(struct html *h, const struct found *f)
{
	long page = f->filter->page;

	html_open(h, "p");
	html_textf(h, "%ld件", f->count);
	if (f->count > SHOWN)
		html_textf(h, "（%ld／%ldページ）", page, (f->count + SHOWN - 1) / SHOWN);
	html_close(h);
	if (f->count <= SHOWN)
		return;
	html_open(h, "nav");
	html_class(h, "pager");
	html_attrs(h, "aria-label", "ページ");
	if (page > 1)
		put_page_link(h, f->filter, page - 1, "前のページ");
	if (page * SHOWN < f->count)
		put_page_link(h, f->filter, page + 1, "次のページ");
	html_close(h);
}

static void put_ways(struct html *h)
{
	html_open(h, "div");
	html_class(h, "actions");
	html_open(h, "a");
	html_class(h, "button");
	html_attrs(h, "href", "/admin/accounts/new");
	html_texts(h, "アカウントを作る");
	html_close(h);
	html_link(h, "/admin/accounts/import", SPAN("CSVでまとめて作る"));
	html_close(h);
}

static void table_end(struct html *h, const struct found *f)
{
	html_close_to(h, "table");
	html_close(h);
	if (f->slips)
		form_button(h, "選んだ人の紙を作る（PDF）", "secondary");
	html_close(h);
}

enum status people_list(struct page *p, int status, const char *error)
{
	const struct crumb crumbs[] = {{"/admin", SPAN("ホーム")}};
	struct frame f = {.title = "アカウント",
			  .wide = true,
			  .crumbs = crumbs,
			  .ncrumbs = 1,
			  .errors = error != NULL};
	struct filter filter;
	struct found found = {.p = p, .filter = &filter};
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	read_filter(p, &filter);
	found.h = &h;
	if (error)
		error_box(&h, error);
	put_ways(&h);
	st = filter_form(p, &h, &filter);
	if (!st)
		st = account_each(p->app->db, one_account, &found);
	if (!st && found.count > (filter.page - 1) * SHOWN)
		table_end(&h, &found);
	put_pager(&h, &found);
	if (!st)
		st = people_note(p, "admin.accounts", SPAN_NONE);
	if (!st)
		st = frame_send(p, status, &f, &body);
	buf_clear(&filter.key);
	buf_clear(&body);
	return st;
}

enum status page_admin_accounts(struct page *p)
{
	return people_list(p, 200, NULL);
}
