/* /admin/access: settings, exceptions, the matrix of the sheet types; and the ways to ask who sees
   what. */
#include "vault/page/admin_access.h"

#include "generator/sheet/type.h"
#include "vault/flow/note.h"

#include <stdio.h>

const struct crumb access_crumbs[ACCESS_CRUMBS] = {{"/admin", SPAN("ホーム")},
						   {"/admin/access", SPAN("見られる範囲")}};

/* ---- names -------------------------------------------------------------------------------- */

static const char *label(struct page *p, const char *name, const char *id)
{
	const char *text = arena_printf(p->arena, "%s（%s）", name, id);

	return text ? text : id;
}

const char *account_label(struct page *p, const char *id)
{
	struct account a;

	if (strncmp(id, "os:", 3) == 0)
		return label(p, "サーバーの操作", id + 3);
	return account_get(p->app->db, span_of(id), &a) ? id : label(p, a.name, id);
}

const char *institution_label(struct page *p, const char *id)
{
	struct institution i;

	return institution_get(p->app->db, span_of(id), &i) ? id : label(p, i.name, id);
}

const char *child_label(struct page *p, const char *id)
{
	struct child_row c;

	return child_get(p->app->db, span_of(id), &c) ? id : label(p, c.name, id);
}

const char *sheet_label(struct page *p, const struct sheet_row *s)
{
	const struct sheet_type *t = types_find(p->app->types, span_of(s->type), 0);
	const char *text = NULL;
	struct buf period;

	buf_init(&period, 256);
	if (t) {
		period_label(t->period, span_of(s->id), &period);
		text = arena_printf(p->arena, "%.*s %s", SPAN_ARG(t->title), buf_str(&period));
	}
	buf_clear(&period);
	return text ? text : s->type;
}

/* ---- the matrix --------------------------------------------------------------------------- */

/* Roles that a type may name, in the order of every table. */
static const enum role columns[] = {ROLE_HOUSEHOLD, ROLE_NURSERY, ROLE_SCHOOL, ROLE_HEALTH,
				    ROLE_WELFARE,   ROLE_THERAPY, ROLE_BOARD,  ROLE_PROVIDER};
enum { COLUMNS = sizeof columns / sizeof *columns };

static void put_matrix(struct html *h, const struct sheet_type *t, size_t number)
{
	const char *heads[COLUMNS + 1] = {"欄"};
	char id[32], caption[512];

	for (size_t i = 0; i < COLUMNS; i++)
		heads[i + 1] = role_label(columns[i]);
	snprintf(id, sizeof id, "matrix-%zu", number);
	snprintf(caption, sizeof caption, "%.*s（第%d版）", SPAN_ARG(t->title), t->version);
	list_table(h, &(struct list_table){id, caption, "dense", heads, COLUMNS + 1});
	for (size_t i = 0; i < t->nsections; i++) {
		const struct section *s = &t->sections[i];

		html_open(h, "tr");
		html_open(h, "th");
		html_attrs(h, "scope", "row");
		html_text(h, s->title);
		html_close(h);
		for (size_t c = 0; c < COLUMNS; c++)
			html_leafs(h, "td",
				   section_writable(t, s, columns[c])	? "読み書き"
				   : section_readable(t, s, columns[c]) ? "読む"
									: "—");
		html_close(h);
	}
	html_close_to(h, "div");
}

static void put_types(struct page *p, struct html *h)
{
	html_leafs(h, "h2", "役割と欄の表");
	html_leafs(
	    h, "p",
	    "シートの種類が決めていることです。自分の機関が書いたシートについての表で、ほかの"
	    "機関が書いたシートは、保護者の同意があるときに読めます。");
	for (size_t i = 0; i < types_count(p->app->types); i++)
		put_matrix(h, types_at(p->app->types, i), i);
}

/* ---- asking ------------------------------------------------------------------------------- */

static void ask_form(struct html *h, const char *button, const struct field_look *fields, size_t n)
{
	html_open(h, "form");
	html_class(h, "filters");
	html_attrs(h, "method", "get");
	html_attrs(h, "action", "/admin/access");
	for (size_t i = 0; i < n; i++)
		field_text(h, &fields[i], SPAN_NONE);
	form_button(h, button, "secondary");
	html_close(h);
}

static void put_questions(struct html *h)
{
	static const struct field_look as[] = {
	    {.id = "account", .label = "アカウント（例 tanaka）", .width = "m"}};
	static const struct field_look at[] = {
	    {.id = "child", .label = "子どもの番号", .width = "m"},
	    {.id = "at", .label = "日（例 2026/11/20）", .width = "m"}};

	html_leafs(h, "h2", "この人として見る");
	html_leafs(h, "p", "そのアカウントが、いま 何を読み書きできるかを ぜんぶ出します。");
	ask_form(h, "見る", as, 1);
	html_leafs(h, "h2", "この子を だれが見られたか");
	html_leafs(h, "p",
		   "その日に だれが、どの決まりで見られたか、その決まりを "
		   "だれが書いたかを出します。日を空けると、"
		   "きょうです。");
	ask_form(h, "しらべる", at, 2);
}

/* ---- the page ----------------------------------------------------------------------------- */

enum status admin_note(struct page *p, const char *event, struct span child, struct span object)
{
	const struct note n = {.class = "admin",
			       .event = event,
			       .who = p->who,
			       .child = child,
			       .object = object,
			       .decision = "allow",
			       .reason = "role",
			       .request = p->req->id,
			       .hold = p->q.hold};

	return note_add(p->app, &n);
}

enum status admin_problem(struct page *p, int status, const char *title, const char *why)
{
	struct frame f = {
	    .title = title, .crumbs = access_crumbs, .ncrumbs = ACCESS_CRUMBS, .errors = true};
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	error_box(&h, why);
	st = frame_send(p, status, &f, &body);
	buf_clear(&body);
	return st;
}

static enum status put_ranges(struct page *p, struct html *h)
{
	enum status st;

	html_leafs(h, "h2", "人や機関ごとに変えた範囲");
	st = ranges_part(p, h, false, NULL);
	html_open(h, "p");
	html_link(h, "/admin/access/ranges/new", SPAN("範囲を広げる・せばめる"));
	html_close(h);
	html_open(h, "details");
	html_leafs(h, "summary", "終わったもの");
	if (!st)
		st = ranges_part(p, h, true, NULL);
	html_close(h);
	return st;
}

static enum status overview(struct page *p)
{
	struct frame f = {
	    .title = "見られる範囲", .wide = true, .crumbs = access_crumbs, .ncrumbs = 1};
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	st = settings_part(p, &h);
	if (!st)
		st = put_ranges(p, &h);
	put_questions(&h);
	put_types(p, &h);
	if (!st)
		st = admin_note(p, "admin.access", SPAN_NONE, SPAN_NONE);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}

enum status page_admin_access(struct page *p)
{
	struct span account = span_trim(form_get(&p->query, "account"));
	struct span child = span_trim(form_get(&p->query, "child"));
	struct span range = form_get(&p->query, "range");

	if (account.n)
		return admin_reach_of(p, account);
	if (child.n)
		return admin_reach_past(p, child, span_trim(form_get(&p->query, "at")));
	if (range.n)
		return admin_range(p, range);
	if (span_is(form_get(&p->query, "settings"), "asked"))
		return admin_asked_settings(p);
	return overview(p);
}
