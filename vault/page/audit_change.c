/* One change: what exactly, and is it really theirs? */
#include "vault/page/audit_change.h"

#include "vault/flow/change_content.h"
#include "vault/flow/glass.h"
#include "vault/page/frame.h"
#include "vault/page/widgets.h"

#include <stdio.h>

/* ---- which ------------------------------------------------------------------------------- */

static enum status load(struct change_page *c)
{
	struct page *p = c->p;
	struct span version = param(&p->params, "version");
	struct oid id;
	char href[HREF_MAX];
	enum status st = ST_OK;

	c->repo = (struct repo_name){.kind = REPO_REGISTRY};
	if (p->q.child.n)
		st = repo_name_make(&c->repo, REPO_CHILD, SPAN_NONE, p->q.child);
	if (!st && !oid_parse(version, &id))
		st = fail(ST_NOTFOUND, "no such version");
	if (!st)
		st = changes_find(p->app, &c->repo, version, p->arena, &c->entry);
	if (!st)
		st = change_look_at(p->app, &c->entry, p->req->now, p->arena, &c->look);
	if (!st && p->q.child.n)
		st = change_content_may(p->app, &p->q, &c->open);
	if (st)
		return st;
	if (!audit_href(href, c->entry.repository, c->entry.version))
		return fail(ST_NOTFOUND, "no page for such a version");
	c->path = arena_str(p->arena, span_of(href));
	return c->path ? ST_OK : fail(ST_NOMEM, "no memory for a page");
}

/* ---- what it is --------------------------------------------------------------------------- */

static void fact_begin(struct html *h, const char *label)
{
	html_open(h, "div");
	html_leafs(h, "dt", label);
	html_open(h, "dd");
}

static void fact_end(struct html *h)
{
	html_close(h);
	html_close(h);
}

static void fact_code(struct html *h, const char *label, struct span value)
{
	if (!value.n)
		return;
	fact_begin(h, label);
	html_leaf_class(h, "span", "code-text", value);
	fact_end(h);
}

static void put_author(struct change_page *c)
{
	struct html *h = c->h;

	fact_begin(h, "書いた人");
	audit_who(c->p, h, c->entry.account, c->entry.role, c->entry.institution);
	fact_end(h);
	fact_text(h, "受け付けたもの",
		  c->look.committer_email.n ? c->look.committer_email : SPAN("－"));
}

static void put_number(struct change_page *c)
{
	struct version_row v;

	if (version_get(c->p->app->db, c->entry.version, &v) == ST_OK) {
		fact_begin(c->h, "シートの版");
		html_textf(c->h, "版 %lld", v.n);
		fact_end(c->h);
	}
}

static void put_before(struct change_page *c)
{
	char href[HREF_MAX];

	fact_begin(c->h, "前の版");
	if (c->entry.before.n && audit_href(href, c->entry.repository, c->entry.before)) {
		html_open(c->h, "span");
		html_class(c->h, "code-text");
		html_link(c->h, href, c->entry.before);
		html_close(c->h);
	} else {
		html_texts(c->h, "ありません（はじめての版）");
	}
	fact_end(c->h);
}

static void put_identity(struct change_page *c)
{
	const struct change_entry *e = &c->entry;
	struct html *h = c->h;

	html_leafs(h, "h2", "どの変更か");
	facts_begin(h);
	fact_begin(h, "したこと");
	audit_action(h, e->action);
	if (e->alone)
		html_leaf_class(h, "div", "note", SPAN("ひとりで行った（ほかにできる人がいない）"));
	fact_end(h);
	fact_begin(h, "何を");
	audit_subject(c->p, h, e->action, e->object);
	fact_end(h);
	if (e->child.n)
		fact_code(h, "お子さんの番号", e->child);
	put_number(c);
	put_author(c);
	list_fact_moment(h, "記録した日時", e->t);
	list_fact_moment(h, "版に書いてある日時", c->look.time);
	fact_code(h, "版の番号", e->version);
	put_before(c);
	fact_begin(h, "記録の番号");
	html_textf(h, "%llu", (unsigned long long)e->n);
	fact_end(h);
	fact_code(h, "受付番号", e->request);
	html_close(h);
}

static void put_alarm(struct change_page *c)
{
	const char *text = audit_trouble_text(c->look.trouble);
	struct html *h = c->h;

	if (!text)
		return;
	html_open(h, "section");
	html_class(h, c->look.trouble == CHANGE_ABANDONED ? "banner" : "banner banner-error");
	html_attrs(h, "aria-label", "この版について");
	html_leafs(h, "p", text);
	if (c->look.trouble != CHANGE_ABANDONED)
		html_leafs(
		    h, "p",
		    "サーバーを 止めずに、この画面を 残し、管理の責任者に 知らせてください。");
	html_close(h);
}

/* ---- the page ----------------------------------------------------------------------------- */

static bool is_there(const struct change_page *c)
{
	return c->look.trouble != CHANGE_MISSING && c->look.trouble != CHANGE_ABANDONED;
}

static enum status put_body(struct change_page *c)
{
	enum status st;

	put_alarm(c);
	put_identity(c);
	if (!is_there(c))
		return ST_OK;
	if (c->repo.kind == REPO_REGISTRY) {
		st = audit_change_content(c);
	} else {
		st = audit_change_parts(c);
		audit_change_door(c);
	}
	return st ? st : audit_change_signature(c);
}

static enum status record(struct change_page *c)
{
	char object[OID_HEX + 1];

	snprintf(object, sizeof object, "@%.*s", SPAN_ARG(c->entry.version));
	return audit_looked(c->p, "audit.change", c->p->q.child.n ? c->p->q.child : SPAN_NONE,
			    span_of(object));
}

static enum status send(struct change_page *c, int status, const char *title, size_t ncrumbs,
			const struct buf *body)
{
	const struct crumb crumbs[] = {{"/audit", SPAN("概要")},
				       {"/audit/changes", SPAN("変更")},
				       {c->path, SPAN("変更の詳細")}};
	struct frame f = {.title = title,
			  .crumbs = crumbs,
			  .ncrumbs = ncrumbs,
			  .wide = true,
			  .errors = c->error != NULL};

	return frame_send(c->p, status, &f, body);
}

static enum status show(struct change_page *c, int status)
{
	struct buf body;
	enum status st;

	frame_body(c->h, &body);
	st = record(c);
	if (!st && c->error)
		error_box(c->h, c->error);
	if (!st)
		st = put_body(c);
	if (!st)
		st = send(c, status, "変更の詳細", 2, &body);
	buf_clear(&body);
	return st;
}

enum status page_audit_change(struct page *p)
{
	struct html h;
	struct change_page c = {.p = p, .h = &h};
	enum status st = load(&c);

	return st ? st : show(&c, 200);
}

enum status page_audit_change_open(struct page *p)
{
	struct html h;
	struct change_page c = {.p = p, .h = &h};
	enum status st = load(&c);

	if (!st)
		st = glass_open(p->app, &p->q, form_get(&p->form, "reason"));
	if (st == ST_INVALID) {
		c.error = arena_printf(p->arena, "%s", fail_why());
		return c.error ? show(&c, 422) : fail(ST_NOMEM, "no memory for a page");
	}
	return st ? st : response_redirect(p->res, arena_printf(p->arena, "%s/content", c.path));
}

/* Records the look itself: it is one at content. */
enum status page_audit_content(struct page *p)
{
	struct html h;
	struct change_page c = {.p = p, .h = &h};
	struct buf body;
	enum status st = load(&c);

	frame_body(&h, &body);
	if (!st && !is_there(&c))
		st = fail(ST_NOTFOUND, "the version is not there");
	if (!st) {
		put_alarm(&c);
		put_identity(&c);
		st = audit_change_content(&c);
	}
	if (!st)
		st = send(&c, 200, "変更の中身", 3, &body);
	buf_clear(&body);
	return st;
}
