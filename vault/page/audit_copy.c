/* What an auditor takes along: a child's repository as a bundle, for a reason, and public keys. */
#include "vault/flow/audit_copy.h"
#include "vault/flow/glass.h"
#include "vault/flow/keys_export.h"
#include "vault/flow/note.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"
#include "vault/page/widgets.h"

#include <stdio.h>

/* ---- a bundle ------------------------------------------------------------------------------- */

static void path_of(const struct page *p, char out[static HREF_MAX])
{
	snprintf(out, HREF_MAX, "/audit/children/%.*s.bundle", SPAN_ARG(p->q.child));
}

static enum status ask_reason(struct page *p, int status, const char *error)
{
	static const struct crumb crumbs[] = {{"/audit", {"概要", sizeof "概要" - 1}},
					      {"/audit/changes", {"変更", sizeof "変更" - 1}}};
	const struct frame f = {.title = "理由を書いて カルテを写す",
				.crumbs = crumbs,
				.ncrumbs = 2,
				.errors = error != NULL};
	char action[HREF_MAX];
	struct html h;
	struct buf body;
	enum status st;

	path_of(p, action);
	frame_body(&h, &body);
	if (error)
		error_box(&h, error);
	html_leafs(&h, "p",
		   "お子さんの記録を、これまでの版と署名ごと 1つのファイル（git bundle）に"
		   "写します。監査の担当は、ふだんは内容を見ません。確かめるために必要なときだけ、"
		   "理由を書いて写すことができます。");
	html_open(&h, "ul");
	html_leafs(&h, "li", "写したことと理由は、消せない記録に残ります。");
	html_leafs(&h, "li", "警告としても残ります。");
	html_leafs(&h, "li",
		   "ご家族の「だれが見たか」に理由が出ます。ご家族が読んでもよい言葉で"
		   "書いてください。");
	html_open(&h, "li");
	html_textf(&h, "写せるのは、理由を書いてから %d分のあいだだけです。", GLASS_AUDIT_MINUTES);
	html_close(&h);
	html_close(&h);
	html_open(&h, "p");
	html_textf(&h, "お子さんの番号：%.*s", SPAN_ARG(p->q.child));
	html_close(&h);
	form_begin(&h, p, action);
	field_text(
	    &h,
	    &(struct field_look){
		.id = "reason", .label = "理由", .hint = "10字から100字まで。", .required = true},
	    form_get(&p->form, "reason"));
	form_button(&h, "記録して写す", "danger");
	html_close(&h);
	st = frame_send(p, status, &f, &body);
	buf_clear(&body);
	return st;
}

static enum status give_bundle(struct page *p)
{
	char name[64];
	struct repo *repo;
	struct oid head;
	enum status st = copy_open(p->app, &p->q, NULL, &repo);

	if (st)
		return st;
	st = repo_head(repo, &head);
	if (!st)
		st = fetch_bundle(repo, &p->res->fd, &p->res->fd_bytes);
	if (!st)
		st = copy_note(p->app, &p->q, "audit.bundle", &head);
	repo_close(repo);
	if (st)
		return st;
	snprintf(name, sizeof name, "%.*s.bundle", SPAN_ARG(p->q.child));
	p->res->status = 200;
	p->res->type = "application/x-git-bundle";
	return response_download(p->res, span_of(name));
}

enum status page_bundle(struct page *p)
{
	bool open = false;
	enum status st = copy_is_open(p->app, &p->q, &open);

	if (st)
		return st;
	return open ? give_bundle(p) : ask_reason(p, 200, NULL);
}

enum status page_bundle_open(struct page *p)
{
	char to[HREF_MAX];
	enum status st = glass_open(p->app, &p->q, form_get(&p->form, "reason"));

	if (st == ST_INVALID)
		return ask_reason(p, 422, arena_printf(p->arena, "%s", fail_why()));
	if (st)
		return st;
	path_of(p, to);
	return response_redirect(p->res, to);
}

/* ---- public keys ---------------------------------------------------------------------------- */

static enum status give_keys(struct page *p, const char *name, const char *type,
			     enum status (*make)(struct app *, struct buf *))
{
	const struct note n = {.class = "read",
			       .event = "keys.export",
			       .who = p->who,
			       .decision = "allow",
			       .reason = "role",
			       .request = p->req->id,
			       .hold = p->q.hold};
	enum status st;

	buf_clear(&p->res->body);
	st = make(p->app, &p->res->body);
	if (!st)
		st = note_add(p->app, &n);
	if (st)
		return st;
	p->res->status = 200;
	p->res->type = type;
	return response_download(p->res, span_of(name));
}

enum status page_keys_asc(struct page *p)
{
	return give_keys(p, "keys.asc", "application/pgp-keys", keys_export_asc);
}

enum status page_keys_csv(struct page *p)
{
	return give_keys(p, "keys.csv", "text/csv; charset=utf-8", keys_export_csv);
}
