#include "generator/base/day.h"
#include "vault/flow/note.h"
#include "vault/flow/save_sheet.h"
#include "vault/flow/shield.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"
#include "vault/page/print.h"

#include <stdio.h>

/* ---- the list of sheets ------------------------------------------------------------------- */

static void one_sheet(struct page *p, struct html *h, const struct shield *shield,
		      const struct sheet_row *r)
{
	char href[HREF_MAX];
	struct institution i;

	href_sheet(href, span_of(r->child), span_of(r->type), span_of(r->id), "");
	html_open(h, "li");
	html_class(h, "card");
	html_link(h, href, shield_say(shield, span_of(r->title), SPAN("シート")));
	html_open(h, "p");
	list_status(h, r->status);
	html_texts(h, "　さいごの保存 ");
	list_moment(h, r->at);
	if (institution_get(p->app->db, span_of(r->institution), &i) == ST_OK) {
		html_texts(h, "　");
		html_text(h, shield_place(shield, &i));
	}
	html_close(h);
	html_close(h);
}

static void sheet_list(struct page *p, struct html *h, const struct shield *shield,
		       const struct sheet_list *list)
{
	html_leafs(h, "h2", "シート");
	if (!list->count) {
		html_leafs(
		    h, "p",
		    p->who->role == ROLE_HOUSEHOLD
			? "まだ 読めるシートがありません。先生が 作っているところです。"
			: "読めるシートがありません。ほかの機関が書いたシートは、保護者の同意がある"
			  "ときに読めます。");
		return;
	}
	html_open(h, "ul");
	html_class(h, "cards");
	for (size_t i = 0; i < list->count; i++)
		one_sheet(p, h, shield, &list->rows[i]);
	html_close(h);
}

/* ---- making a new one --------------------------------------------------------------------- */

static void new_sheet_form(struct page *p, struct html *h)
{
	char href[HREF_MAX];
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
	html_open(h, "div");
	html_class(h, "field");
	html_open(h, "label");
	html_attrs(h, "for", "id");
	html_texts(h, "年度（西暦）");
	html_close(h);
	html_open(h, "input");
	html_class(h, "input width-s");
	html_attrs(h, "id", "id");
	html_attrs(h, "name", "id");
	html_attrs(h, "inputmode", "numeric");
	html_attrs(h, "autocomplete", "off");
	html_attrf(h, "value", "%d", day_fiscal_year(day_jst(p->req->now)));
	html_close(h);
	html_open(h, "button");
	html_attrs(h, "type", "submit");
	html_class(h, "button button-secondary");
	html_texts(h, "作る");
	html_close(h);
	html_close(h);
}

enum status page_sheet_new(struct page *p)
{
	struct question q = p->q;
	char to[HREF_MAX];
	struct actor actor;
	struct oid version;
	enum status st;

	q.type = form_get(&p->form, "type");
	q.id = span_trim(form_get(&p->form, "id"));
	if (!path_id(q.type) || !path_id(q.id))
		return page_error(p, 400, 0);
	st = session_actor(p->app, &p->session, p->req->id, &actor);
	if (!st)
		st = new_sheet(p->app, &actor, &q, &version);
	actor_clear(&actor);
	if (st && st != ST_EXISTS)
		return st;
	href_sheet(to, q.child, q.type, q.id, st == ST_EXISTS ? "" : "/edit");
	return response_redirect(p->res, to);
}

/* ---- where the child has been ------------------------------------------------------------- */

struct stays {
	struct page *p;
	struct html *h;
	const struct shield *shield;
};

static enum status one_stay(void *ctx, const struct enrolment *e)
{
	struct stays *s = ctx;
	char since[DAY_TEXT], until[DAY_TEXT] = "";
	struct span kept = span_of(SHIELD_PLACE), class;
	struct institution i;
	struct day d;

	if (!day_parse(span_of(e->since), &d) ||
	    shield_hides_institution(s->shield, e->institution))
		return ST_OK;
	day_era(d, since);
	if (day_parse(span_of(e->until), &d))
		day_era(d, until);
	html_open(s->h, "li");
	html_textf(s->h, "%sから%s%s　", since, until, until[0] ? "まで" : "");
	if (institution_get(s->p->app->db, span_of(e->institution), &i))
		html_text(s->h, shield_say(s->shield, span_of(e->institution), kept));
	else
		html_text(s->h, shield_place(s->shield, &i));
	class = shield_say(s->shield, span_of(e->class), SPAN_NONE);
	if (class.n) {
		html_texts(s->h, "　");
		html_text(s->h, class);
	}
	html_close(s->h);
	return ST_OK;
}

static enum status timeline(struct page *p, struct html *h, const struct shield *shield)
{
	struct stays stays = {p, h, shield};
	enum status st;

	html_leafs(h, "h2", "これまでの所属");
	html_open(h, "ol");
	html_class(h, "timeline");
	st = child_enrolments(p->app->db, p->q.child, one_stay, &stays);
	html_close(h);
	return st;
}

static enum status record(struct page *p, const char *event)
{
	struct note n = {.class = "read",
			 .event = event,
			 .who = p->who,
			 .child = p->q.child,
			 .decision = "allow",
			 .reason = reason_name(p->decision.reason),
			 .request = p->req->id,
			 .hold = p->q.hold};

	return note_add(p->app, &n);
}

/* What else there is about the child. */
static void more_links(struct page *p, struct html *h, bool any)
{
	char href[HREF_MAX];

	href_child(href, p->q.child, "/consents");
	html_open(h, "p");
	html_link(h, href, SPAN("同意"));
	html_close(h);
	if (any) {
		href_child(href, p->q.child, "/karte.pdf");
		html_open(h, "p");
		html_link(h, href, SPAN("カルテ全体のPDFを開く"));
		html_close(h);
	}
	href_child(href, p->q.child, "/files");
	html_open(h, "p");
	html_link(h, href, SPAN("ファイル"));
	html_close(h);
	if (p->who->role == ROLE_HOUSEHOLD || p->who->role == ROLE_BOARD) {
		href_child(href, p->q.child, "/accesses");
		html_open(h, "p");
		html_link(h, href, SPAN("だれが見たか"));
		html_close(h);
	}
}

static enum status karte_body(struct page *p, struct html *h, const struct shield *shield)
{
	struct sheet_list list = {NULL, 0};
	enum status st = list_readable(p, p->q.child, shield, &list);

	if (st)
		return st;
	sheet_list(p, h, shield, &list);
	more_links(p, h, list.count > 0);
	new_sheet_form(p, h);
	return timeline(p, h, shield);
}

enum status page_karte(struct page *p)
{
	struct child_row child;
	struct crumb crumbs[] = {{"/", SPAN("ホーム")}, {"/children", SPAN("子どもをさがす")}};
	struct frame f = {.title = "カルテ", .child = &child, .crumbs = crumbs};
	struct shield shield;
	struct html h;
	struct buf body;
	enum status st = shield_load(&shield, p->app, p->q.child, p->who);

	f.ncrumbs = p->who->staff ? 2 : 1;
	frame_body(&h, &body);
	if (!st)
		st = child_get(p->app->db, p->q.child, &child);
	if (!st)
		st = karte_body(p, &h, &shield);
	if (!st)
		st = record(p, "child.read");
	if (!st)
		st = frame_send(p, 200, &f, &body);
	shield_clear(&shield);
	buf_clear(&body);
	return st;
}

/* All sheets that this reader may see, one after the other, on paper. */
enum status page_karte_pdf(struct page *p)
{
	struct sheet_list list = {NULL, 0};
	struct shield shield;
	struct paper paper;
	enum status st = shield_load(&shield, p->app, p->q.child, p->who);

	if (!st)
		st = list_readable(p, p->q.child, &shield, &list);
	shield_clear(&shield);
	if (!st && !list.count)
		return refuse(p->app, &p->q, "nothing-to-print");
	if (!st)
		st = paper_begin(&paper, p, list.count);
	if (st)
		return st;
	for (size_t i = 0; i < list.count && !st; i++)
		st = paper_add(&paper, &list.rows[i], SPAN_NONE);
	if (!st)
		st = record(p, "child.pdf");
	if (!st)
		st = paper_send(&paper, "karte");
	paper_clear(&paper);
	return st;
}
