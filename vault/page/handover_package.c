/*
 * /children/:child/handover/:handover/package: what is open as one locked PDF, for who does not use
 * this system.  The password stands on the page with the button and goes with its form; it is
 * written down nowhere.
 */
#include "vault/page/handover.h"

#include "generator/base/day.h"
#include "generator/render/print.h"
#include "vault/flow/pdf_lock.h"
#include "vault/journal/journal.h"

#include <stdio.h>

enum { PDF_MAX = 32 * 1024 * 1024 };

/* ---- the page before ------------------------------------------------------------------------ */

static void put_form(struct page *p, struct html *h, struct span id, const char *password)
{
	char href[HREF_MAX];

	html_leafs(h, "p",
		   "引き継いだ欄だけを、1つの PDFに します。開くには、次のパスワードが いります。");
	html_open(h, "p");
	html_leaf_class(h, "span", "code-text", span_of(password));
	html_close(h);
	html_open(h, "ul");
	html_leafs(h, "li", "このパスワードは、いま ここにだけ 出ています。書きとってください。");
	html_leafs(h, "li",
		   "PDFとは べつの方法（電話など）で、相手に 伝えてください。PDFと いっしょに "
		   "送らないでください。");
	html_leafs(h, "li", "出したことと 理由は、記録に残り、保護者も 見られます。");
	html_close(h);
	href_handover(href, p->q.child, id, "/package");
	form_begin(h, p, href);
	html_hidden(h, "password", span_of(password));
	field_text(h,
		   &(struct field_look){.id = "reason",
					.label = "だれに、なぜ わたしますか",
					.hint = "1000字まで。",
					.required = true},
		   form_get(&p->form, "reason"));
	form_button(h, "PDFを 出す", "");
	html_close(h);
}

static enum status show(struct page *p, int status, const char *error)
{
	struct handover_look l;
	char password[PDF_PASSWORD];
	struct html h;
	struct buf body;
	enum status st = handover_begin(&l, p->app, &p->q, param(&p->params, "handover"));

	if (!st)
		st = handover_may_give_out(&l);
	if (!st)
		st = pdf_password(password);
	if (st == ST_INVALID) {
		error = arena_printf(p->arena, "%s", fail_why());
		status = 422;
	}
	frame_body(&h, &body);
	if (error)
		error_box(&h, error);
	if (!st)
		put_form(p, &h, l.h.id, password);
	if (st == ST_INVALID)
		st = ST_OK;
	if (!st)
		st = handover_noted(&l, "handover.read");
	if (!st)
		st = handover_send(p,
				   &(struct handover_screen){
				       .status = status, .title = "引き継ぎの PDF", .error = error},
				   &body);
	handover_end(&l);
	buf_clear(&body);
	explicit_bzero(password, sizeof password);
	return st;
}

enum status page_handover_package(struct page *p)
{
	return show(p, 200, NULL);
}

/* ---- the document --------------------------------------------------------------------------- */

struct package {
	struct page *p;
	struct handover_look *l;
	struct view *views[HANDOVER_SHEETS];
	const struct view *shown[HANDOVER_SHEETS];
	struct span versions[HANDOVER_SHEETS];
	size_t n;
	int64_t at;
};

/* Exactly what the receiver could read here. */
static enum status gather(struct package *k)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < k->l->h.nsheets && !st; i++) {
		const struct handover_sheet *s = &k->l->h.sheets[i];
		struct version_row v = {.n = 0};
		struct view *view = NULL;

		if (!handover_is_newest(k->l, i))
			continue;
		st = handover_view(k->l, i, handover_shown(s, k->l->arena), &view);
		if (st || !view)
			continue;
		k->views[k->n] = view;
		k->shown[k->n] = view;
		st = version_get(k->p->app->db, s->version, &v);
		k->versions[k->n] = span_of(arena_printf(k->p->arena, "%lld（%.7s）", v.n,
							 s->version.n ? s->version.p : ""));
		k->at = v.at > k->at ? v.at : k->at;
		k->n++;
	}
	if (!st && !k->n)
		st = fail(ST_INVALID, "いま 引き継がれる内容が ありません");
	return st;
}

static enum status print(struct package *k, struct buf *pdf)
{
	struct page *p = k->p;
	char checkpoint[JOURNAL_SHORT];
	struct name_source source;
	struct render_names names;
	struct child_row child;
	struct print_job job = {.views = k->shown,
				.nviews = k->n,
				.made_for = handover_place(k->l, k->l->h.to),
				.version = k->versions[0],
				.versions = k->versions,
				.at = k->at,
				.names = &names};
	enum status st = child_get(p->app->db, p->q.child, &child);

	if (st)
		return st;
	job.child_name = span_of(child.name);
	job.child_kana = span_of(child.kana);
	day_parse(span_of(child.born), &job.born);
	journal_checkpoint_seen(p->app->journal, checkpoint);
	job.checkpoint = span_of(checkpoint);
	names_init(&names, &source, p->app);
	return print_pdf(p->app->style, p->app->fonts, &job, pdf, NULL);
}

static enum status make(struct page *p, struct span password, struct buf *out)
{
	struct handover_look l;
	struct package k = {.p = p, .l = &l};
	struct buf pdf;
	enum status st = handover_begin(&l, p->app, &p->q, param(&p->params, "handover"));

	buf_init_secret(&pdf, PDF_MAX);
	if (!st)
		st = handover_may_give_out(&l);
	if (!st)
		st = gather(&k);
	if (!st)
		st = print(&k, &pdf);
	if (!st)
		st = pdf_encrypt(buf_span(&pdf), password, out);
	for (size_t i = 0; i < k.n; i++)
		view_free(k.views[i]);
	if (!st)
		st = handover_noted(&l, "handover.package");
	handover_end(&l);
	buf_clear(&pdf);
	return st;
}

static enum status send(struct page *p, const struct buf *pdf)
{
	char file[128];

	buf_clear(&p->res->body);
	buf_addspan(&p->res->body, buf_span(pdf));
	p->res->status = 200;
	p->res->type = "application/pdf";
	snprintf(file, sizeof file, "handover-%.*s.pdf", SPAN_ARG(p->q.child));
	return response_inline(p->res, span_of(file));
}

/* It is written down before it leaves. */
enum status page_handover_package_pdf(struct page *p)
{
	struct span password = form_get(&p->form, "password");
	struct span reason = form_get(&p->form, "reason");
	struct actor actor;
	struct buf pdf;
	enum status st;

	buf_init(&pdf, PDF_MAX);
	st = make(p, password.p ? password : SPAN(""), &pdf);
	if (!st) {
		st = session_actor(p->app, &p->session, p->req->id, &actor);
		if (!st)
			st = handover_give_out(p->app, &actor, &p->q, param(&p->params, "handover"),
					       reason.p ? reason : SPAN(""));
		actor_clear(&actor);
	}
	if (st == ST_INVALID)
		st = show(p, 422, arena_printf(p->arena, "%s", fail_why()));
	else if (!st)
		st = send(p, &pdf);
	buf_clear(&pdf);
	return st;
}
