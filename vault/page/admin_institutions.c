/* /admin/institutions: the list, and a new one. */
#include "generator/base/day.h"
#include "vault/db/child.h"
#include "vault/page/admin_institution.h"

const struct crumb institution_crumbs[2] = {{"/admin", SPAN("ホーム")},
					    {"/admin/institutions", SPAN("機関")}};

/* ---- the list ----------------------------------------------------------------------------- */

static const char *const heads[] = {"番号", "名前", "種類", "状態", "職員", "いまいる子ども"};

void institution_state_tag(struct html *h, const struct institution *i, int64_t now)
{
	char today[DAY_TEXT];

	day_iso(day_jst(now), today);
	if (institution_is_closed(i, now))
		html_leaf_class(h, "span", "tag tag-plain",
				i->into[0] ? SPAN("統合した") : SPAN("閉じている"));
	else if (i->closed[0])
		html_leaf_class(h, "span", "tag tag-warning",
				i->into[0] ? SPAN("もうすぐ統合") : SPAN("もうすぐ閉じる"));
	else if (i->opened[0] && strcmp(i->opened, today) > 0)
		html_leaf_class(h, "span", "tag tag-info", SPAN("これから開く"));
	else
		html_leaf_class(h, "span", "tag tag-success", SPAN("開いている"));
}

/* One pass over the accounts for all institutions. */
struct line {
	struct institution i;
	long staff;
};
struct listing {
	struct page *p;
	struct line *lines;
	size_t count, room;
};

static enum status add_line(void *ctx, const struct institution *i)
{
	struct listing *l = ctx;
	struct line *grown;

	if (l->count == l->room) {
		l->room = l->room ? l->room * 2 : 64;
		grown = arena_array(l->p->arena, l->room, sizeof *grown);
		if (!grown)
			return ST_NOMEM;
		if (l->count)
			memcpy(grown, l->lines, l->count * sizeof *grown);
		l->lines = grown;
	}
	l->lines[l->count++].i = *i;
	return ST_OK;
}

static enum status count_staff(void *ctx, const struct account *a)
{
	struct listing *l = ctx;

	if (!a->staff || a->disabled)
		return ST_OK;
	for (size_t i = 0; i < l->count; i++)
		l->lines[i].staff += strcmp(l->lines[i].i.id, a->institution) == 0;
	return ST_OK;
}

static void count_cell(struct html *h, size_t column, long n)
{
	list_cell(h, heads[column]);
	html_textf(h, "%ld人", n);
	html_close(h);
}

static enum status put_line(struct page *p, struct html *h, const struct line *l)
{
	char href[HREF_MAX], today[DAY_TEXT];
	long ever, now;
	enum status st;

	day_iso(day_jst(p->req->now), today);
	st = child_count(p->app->db, span_of(l->i.id), span_of(today), &ever, &now);
	institution_href(href, l->i.id, "");
	html_open(h, "tr");
	list_cell(h, heads[0]);
	html_link(h, href, span_of(l->i.id));
	html_close(h);
	list_cell(h, heads[1]);
	html_texts(h, l->i.name);
	html_close(h);
	list_cell(h, heads[2]);
	html_texts(h, role_label(l->i.kind));
	html_close(h);
	list_cell(h, heads[3]);
	institution_state_tag(h, &l->i, p->req->now);
	html_close(h);
	count_cell(h, 4, l->staff);
	count_cell(h, 5, now);
	html_close(h);
	return st;
}

static enum status put_list(struct page *p, struct html *h)
{
	struct listing l = {.p = p};
	enum status st = institution_each(p->app->db, add_line, &l);

	if (!st)
		st = account_each(p->app->db, count_staff, &l);
	if (!st && !l.count)
		html_leaf_class(h, "p", "empty-state", SPAN("まだ 機関がありません。"));
	if (st || !l.count)
		return st;
	list_table(h, &(struct list_table){"institutions", "機関", "dense list", heads, 6});
	for (size_t i = 0; i < l.count && !st; i++)
		st = put_line(p, h, &l.lines[i]);
	html_close_to(h, "div");
	return st;
}

enum status page_admin_institutions(struct page *p)
{
	struct frame f = {
	    .title = "機関", .wide = true, .crumbs = institution_crumbs, .ncrumbs = 1};
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	html_open(&h, "div");
	html_class(&h, "actions");
	html_open(&h, "a");
	html_class(&h, "button");
	html_attrs(&h, "href", "/admin/institutions/new");
	html_texts(&h, "機関を登録する");
	html_close(&h);
	html_close(&h);
	st = put_list(p, &h);
	if (!st)
		st = people_note(p, "admin.institutions", SPAN_NONE);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}

/* ---- fields ------------------------------------------------------------------------------- */

static const struct field_choice kinds[] = {
    {"nursery", "園"},	 {"school", "学校"},	  {"health", "保健"},	 {"welfare", "福祉"},
    {"therapy", "療育"}, {"board", "教育委員会"}, {"provider", "事業者"}};
enum { KINDS = sizeof kinds / sizeof *kinds };

void institution_fields(struct page *p, struct html *h, const struct institution *i,
			const struct form_state *s)
{
	const char *kind = i->kind == ROLE_NOBODY ? "nursery" : role_name(i->kind);

	field_text(h,
		   &(struct field_look){.id = "name",
					.label = "名前",
					.hint = "画面と紙に出る名前です。",
					.error = form_error_of(s, "name"),
					.required = true},
		   form_value(p, "name", span_of(i->name)));
	field_select(h,
		     &(struct field_look){.id = "kind",
					  .label = "種類",
					  .hint = "そこの職員の役割になります。アカウントか子どもが"
						  "あると、変えられません。",
					  .width = "m",
					  .error = form_error_of(s, "kind")},
		     kinds, KINDS, form_value(p, "kind", span_of(kind)));
	field_text(h,
		   &(struct field_look){.id = "opened",
					.label = "はじまりの日",
					.hint = "わからないときは、空のままにします。例 2026-04-01",
					.width = "m",
					.error = form_error_of(s, "opened")},
		   form_value(p, "opened", span_of(i->opened)));
	field_tick(h,
		   &(struct field_look){.id = "by-class",
					.label = "職員は、担当の組・学級の子どもだけを見る"},
		   s->error ? form_get(&p->form, "by-class").n > 0 : i->by_class);
}

static enum status copy(struct page *p, const char *field, char *out, size_t cap,
			const char **wrong)
{
	if (span_copy(span_trim(form_get(&p->form, field)), out, cap))
		return ST_OK;
	*wrong = field;
	return fail(ST_INVALID, "長すぎます");
}

/* A day as it is typed; what is no day is left for the flow to refuse. */
static enum status read_opened(struct page *p, struct institution *out, const char **wrong)
{
	struct span typed = span_trim(form_get(&p->form, "opened"));
	char iso[DAY_TEXT];
	struct day d;

	out->opened[0] = '\0';
	if (!typed.n)
		return ST_OK;
	*wrong = "opened";
	if (!day_parse_typed(typed, &d))
		return fail(ST_INVALID, "日付は 2026-04-01 や 令和8年4月1日 の形で書いてください");
	day_iso(d, iso);
	*wrong = NULL;
	return span_copy(span_of(iso), out->opened, sizeof out->opened) ? ST_OK : ST_INVALID;
}

enum status institution_read_form(struct page *p, struct institution *out, const char **wrong)
{
	enum status st = copy(p, "name", out->name, sizeof out->name, wrong);

	out->kind = role_find(form_get(&p->form, "kind"));
	out->by_class = form_get(&p->form, "by-class").n > 0;
	return st ? st : read_opened(p, out, wrong);
}

/* ---- a new one ---------------------------------------------------------------------------- */

static enum status show_new(struct page *p, int status, const struct form_state *s)
{
	const struct institution none = {.id = ""};
	struct frame f = {.title = "機関を登録する",
			  .crumbs = institution_crumbs,
			  .ncrumbs = 2,
			  .errors = s->error != NULL};
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	form_error(&h, s);
	form_begin(&h, p, "/admin/institutions/new");
	field_text(&h,
		   &(struct field_look){.id = "id",
					.label = "番号",
					.hint = "半角の英小文字、数字、「-」で32字まで。あとから"
						"変えられません。例 aozora-es",
					.width = "m",
					.error = form_error_of(s, "id"),
					.required = true},
		   form_value(p, "id", SPAN("")));
	institution_fields(p, &h, &none, s);
	form_button(&h, "登録する", "");
	html_close(&h);
	st = frame_send(p, status, &f, &body);
	buf_clear(&body);
	return st;
}

enum status page_admin_institution_new(struct page *p)
{
	return show_new(p, 200, &(struct form_state){NULL, NULL});
}

enum status page_admin_institution_create(struct page *p)
{
	struct institution i = {.id = ""};
	struct actor who = {.secret = NULL};
	struct form_state s;
	char to[HREF_MAX];
	const char *field = NULL;
	enum status st = copy(p, "id", i.id, sizeof i.id, &field);

	if (!st)
		st = institution_read_form(p, &i, &field);
	if (!st)
		st = people_actor(p, &who);
	if (!st)
		st = institution_add(p->app, &who, &i, &field);
	actor_clear(&who);
	if (people_mistake(st)) {
		s = form_failed(p, field);
		return show_new(p, 422, &s);
	}
	institution_href(to, i.id, "?done=added");
	return st ? st : response_redirect(p->res, to);
}
