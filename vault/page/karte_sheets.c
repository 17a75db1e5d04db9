/* The list of a child's sheets, and the form for a new one. */
#include "generator/base/day.h"
#include "vault/flow/save_sheet.h"
#include "vault/page/frame.h"
#include "vault/page/karte.h"
#include "vault/page/widgets.h"

enum { NEWEST_SHOWN = 3 };

/* ---- the list, by area and type ----------------------------------------------------------- */

static const char *area_label(struct span area)
{
	static const char *const words[][2] = {{"health", "健康"},	 {"development", "発達"},
					       {"education", "教育"},	 {"life", "生活"},
					       {"consultation", "相談"}, {"benefit", "手当・給付"},
					       {"welfare", "福祉"}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (span_is(area, words[i][0]))
			return words[i][1];
	return "そのほか";
}

static void one_sheet(struct karte *k, const struct sheet_row *r)
{
	char href[HREF_MAX];
	struct html *h = k->h;

	href_sheet(href, span_of(r->child), span_of(r->type), span_of(r->id), "");
	html_open(h, "li");
	html_class(h, "card");
	html_link(h, href, shield_say(k->shield, span_of(r->title), SPAN("シート")));
	html_open(h, "p");
	list_status(h, r->status);
	html_texts(h, "　さいごの保存 ");
	list_moment(h, r->at);
	html_texts(h, "　");
	html_text(h, karte_place(k, r->institution));
	html_close(h);
	html_close(h);
}

/* An older one: its title says the year, its page the rest. */
static void old_sheet(struct karte *k, const struct sheet_row *r)
{
	char href[HREF_MAX];

	href_sheet(href, span_of(r->child), span_of(r->type), span_of(r->id), "");
	html_open(k->h, "li");
	html_link(k->h, href, shield_say(k->shield, span_of(r->title), SPAN("シート")));
	if (strcmp(r->status, sheet_status_name(SHEET_FINAL)) != 0) {
		html_texts(k->h, "　");
		list_status(k->h, r->status);
	}
	html_close(k->h);
}

/* The newest of a type, or all others. */
static void some_sheets(struct karte *k, struct span type, bool newest)
{
	size_t n = 0;

	html_open(k->h, "ul");
	html_class(k->h, newest ? "cards" : NULL);
	for (size_t i = 0; i < k->o->nsheets; i++) {
		const struct sheet_row *r = &k->o->sheets[i];

		if (!span_is(type, r->type) || (n++ < NEWEST_SHOWN) != newest)
			continue;
		if (newest)
			one_sheet(k, r);
		else
			old_sheet(k, r);
	}
	html_close(k->h);
}

static size_t count_of(const struct karte *k, struct span type)
{
	size_t n = 0;

	for (size_t i = 0; i < k->o->nsheets; i++)
		n += span_is(type, k->o->sheets[i].type);
	return n;
}

static void put_type(struct karte *k, const struct sheet_type *t, size_t n)
{
	html_leaf(k->h, "h4", t->title);
	some_sheets(k, t->id, true);
	if (n <= NEWEST_SHOWN)
		return;
	html_open(k->h, "details");
	html_class(k->h, "older");
	html_open(k->h, "summary");
	html_textf(k->h, "これより前の%.*s（%zu）", SPAN_ARG(t->title), n - NEWEST_SHOWN);
	html_close(k->h);
	some_sheets(k, t->id, false);
	html_close(k->h);
}

static void put_areas(struct karte *k)
{
	const struct types *types = k->p->app->types;
	struct span area = SPAN_NONE;

	for (size_t i = 0; i < types_count(types); i++) {
		const struct sheet_type *t = types_at(types, i);
		size_t n = count_of(k, t->id);

		if (!n)
			continue;
		if (!span_eq(area, t->area))
			html_leafs(k->h, "h3", area_label(t->area));
		area = t->area;
		put_type(k, t, n);
	}
}

/* All of it on paper. */
static void put_whole(struct karte *k)
{
	char href[HREF_MAX];

	href_child(href, k->p->q.child, "/karte.pdf");
	html_open(k->h, "p");
	html_link(k->h, href,
		  k->p->who->role == ROLE_HOUSEHOLD ? SPAN("PDFのひかえ（ぜんぶのシート）")
						    : SPAN("カルテ全体のPDFを開く"));
	html_close(k->h);
}

void karte_sheets(struct karte *k)
{
	html_open(k->h, "h2");
	html_attrs(k->h, "id", "sheets");
	html_texts(k->h, "シート");
	html_close(k->h);
	if (k->o->nsheets) {
		put_areas(k);
		put_whole(k);
	} else {
		html_leafs(
		    k->h, "p",
		    k->p->who->role == ROLE_HOUSEHOLD
			? "まだ 読めるシートがありません。先生が 作っているところです。"
			: "読めるシートがありません。ほかの機関が書いたシートは、保護者の同意がある"
			  "ときに読めます。");
	}
}

/* ---- making a new one --------------------------------------------------------------------- */

void karte_new_sheet(struct karte *k)
{
	struct page *p = k->p;
	struct html *h = k->h;
	char href[HREF_MAX], today[DAY_TEXT];
	bool any = false;

	for (size_t i = 0; i < types_count(p->app->types); i++)
		any = any || list_may_write(p, types_at(p->app->types, i));
	if (!any || !p->who->staff || p->decision.read_only)
		return;
	html_leafs(h, "h2", "新しいシートを作る");
	href_child(href, p->q.child, "/sheets");
	html_open(h, "form");
	html_class(h, "inline");
	html_attrs(h, "method", "post");
	html_attrs(h, "action", href);
	frame_csrf(h, p);
	html_open(h, "div");
	html_class(h, "field");
	html_open(h, "label");
	html_attrs(h, "for", "type");
	html_texts(h, "種類");
	html_close(h);
	html_open(h, "select");
	html_class(h, "input");
	html_attrs(h, "id", "type");
	html_attrs(h, "name", "type");
	for (size_t i = 0; i < types_count(p->app->types); i++) {
		const struct sheet_type *t = types_at(p->app->types, i);
		if (!list_may_write(p, t))
			continue;
		html_open(h, "option");
		html_attr(h, "value", t->id);
		html_text(h, t->title);
		html_close(h);
	}
	html_close(h);
	html_close(h);
	day_iso(day_jst(p->req->now), today);
	field_text(h,
		   &(struct field_look){.id = "on",
					.label = "いつのシートですか",
					.hint = "その日の年度、学期、月、日のシートになります",
					.type = "date",
					.width = "m"},
		   span_of(today));
	html_open(h, "button");
	html_attrs(h, "type", "submit");
	html_class(h, "button button-secondary");
	html_texts(h, "作る");
	html_close(h);
	html_close(h);
}

enum { SHEETS_A_DAY = 20 };

/* The n-th sheet of its type for the day that was said; what is typed as `id` is taken as it is. */
static bool name_of_new(const struct page *p, const struct sheet_type *t, int n, struct buf *id)
{
	struct span on = form_get(&p->form, "on");
	struct day day = day_jst(p->req->now);

	buf_cut(id, 0);
	if (form_count(&p->form, "id")) {
		if (n == 1)
			buf_addspan(id, span_trim(form_get(&p->form, "id")));
		return id->len > 0;
	}
	if (on.n && !day_parse_typed(span_trim(on), &day))
		return false;
	if (t)
		period_of_day(t->period, day, n, id);
	return id->len > 0;
}

enum status page_sheet_new(struct page *p)
{
	const struct sheet_type *t;
	struct question q = p->q;
	char to[HREF_MAX];
	struct actor actor;
	struct oid version;
	struct buf id;
	enum status st;

	buf_init(&id, ID_MAX);
	q.type = form_get(&p->form, "type");
	t = types_find(p->app->types, q.type, 0);
	if (!path_id(q.type) || !name_of_new(p, t, 1, &id) || !path_id(buf_span(&id))) {
		buf_clear(&id);
		return page_error(p, 400, 0);
	}
	q.id = arena_copy(p->arena, buf_span(&id));
	st = session_actor(p->app, &p->session, p->req->id, &actor);
	if (!st)
		st = new_sheet(p->app, &actor, &q, &version);
	for (int n = 2; n <= SHEETS_A_DAY && st == ST_EXISTS && name_of_new(p, t, n, &id); n++) {
		q.id = arena_copy(p->arena, buf_span(&id));
		st = new_sheet(p->app, &actor, &q, &version);
	}
	actor_clear(&actor);
	buf_clear(&id);
	if (st && st != ST_EXISTS)
		return st;
	href_sheet(to, q.child, q.type, q.id, st == ST_EXISTS ? "" : "/edit");
	return response_redirect(p->res, to);
}
