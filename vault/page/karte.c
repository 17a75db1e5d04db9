#include "vault/page/karte.h"

#include "generator/base/day.h"
#include "vault/flow/note.h"
#include "vault/page/frame.h"
#include "vault/page/tabs.h"

/* ---- a family's other children -------------------------------------------------------------- */

enum { CHILDREN_SHOWN = 50 };

struct siblings {
	struct karte *k;
	size_t count;
};

static enum status one_sibling(void *ctx, const struct child_row *c)
{
	struct siblings *s = ctx;
	struct page *p = s->k->p;
	struct question q = p->q;
	struct decision d;
	char href[HREF_MAX];
	enum status st;

	q.child = span_of(c->id);
	if (span_eq(q.child, p->q.child))
		return ST_OK;
	st = decide_quietly(p->app, &q, &d, NULL);
	if (st || !d.allow)
		return st;
	if (s->count++ == 0) {
		html_open(s->k->h, "nav");
		html_class(s->k->h, "siblings");
		html_attrs(s->k->h, "aria-label", "ほかのお子さん");
		html_texts(s->k->h, "ほかのお子さん：");
	}
	href_child(href, q.child, "");
	html_texts(s->k->h, "　");
	html_link(s->k->h, href, span_of(c->name));
	return ST_OK;
}

/* Each child has pages of its own; this leads to the others. */
static enum status sibling_links(struct karte *k)
{
	struct page *p = k->p;
	struct siblings s = {k, 0};
	struct child_scope scope;
	struct scope_room room;
	char today[DAY_TEXT];
	enum status st;

	if (p->who->role != ROLE_HOUSEHOLD)
		return ST_OK;
	day_iso(day_jst(p->req->now), today);
	st = scope_of(p->app, p->who, today, &scope, &room);
	if (!st)
		st =
		    child_search(p->app->db, &scope, SPAN_NONE, CHILDREN_SHOWN, 0, one_sibling, &s);
	if (s.count)
		html_close(k->h);
	return st;
}

/* ---- the page ------------------------------------------------------------------------------- */

static enum status record(struct page *p)
{
	struct note n = {.class = "read",
			 .event = "child.read",
			 .who = p->who,
			 .child = p->q.child,
			 .decision = "allow",
			 .reason = reason_name(p->decision.reason),
			 .request = p->req->id,
			 .hold = p->q.hold};

	return note_add(p->app, &n);
}

static enum status put_body(struct karte *k)
{
	enum status st = sibling_links(k);

	child_tabs(k->p, k->h, TAB_KARTE);
	karte_glances(k);
	karte_sheets(k);
	karte_new_sheet(k);
	return st;
}

static enum status body_of(struct page *p, struct html *h, const struct shield *shield)
{
	struct name_source source;
	struct render_names names;
	struct glance_desk desk;
	struct overview o;
	struct karte k = {.p = p, .h = h, .shield = shield, .o = &o};
	enum status st;

	names_init(&names, &source, p->app);
	st = glance_desk_open(&desk, p->app, &p->q, shield, &names, p->arena);
	if (!st)
		st = overview_load(&desk, &o);
	glance_desk_close(&desk);
	return st ? st : put_body(&k);
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
		st = body_of(p, &h, &shield);
	if (!st)
		st = record(p);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	shield_clear(&shield);
	buf_clear(&body);
	return st;
}
