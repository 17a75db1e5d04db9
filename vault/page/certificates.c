/* What went at the end of its retention, and the certificates about it. */
#include "vault/page/admin_account.h"
#include "vault/page/admin_retention.h"

#include <stdio.h>

struct gone {
	struct page *p;
	struct html *h;
	size_t count;
};

static enum status one_gone(void *ctx, const struct removal *x)
{
	static const char *const heads[] = {"日時", "番号", "何を", "証明書"};
	struct gone *r = ctx;
	struct html *h = r->h;
	const char *base = r->p->who->role == ROLE_AUDITOR ? "/audit/certificates"
							   : "/admin/retention/certificates";
	char href[HREF_MAX], name[CERTIFICATE_NAME];

	if (r->count++ == 0)
		list_table(h, &(struct list_table){"gone", "消した記録", "list", heads, 4});
	html_open(h, "tr");
	list_cell(h, heads[0]);
	list_time(h, x->at);
	html_close(h);
	list_cell(h, heads[1]);
	html_leaf_class(h, "span", "nowrap", span_of(x->child));
	html_close(h);
	list_cell(h, heads[2]);
	html_texts(h, x->sheet[0] ? x->sheet : "記録のすべて");
	html_close(h);
	list_cell(h, heads[3]);
	if (x->step == REMOVAL_DONE) {
		certificate_name(x, "pdf", name);
		snprintf(href, sizeof href, "%s/%s", base, name);
		html_link(h, href, SPAN("消去証明書（PDF）"));
		html_texts(h, "　");
		certificate_name(x, "pdf.asc", name);
		snprintf(href, sizeof href, "%s/%s", base, name);
		html_link(h, href, SPAN("署名"));
	} else {
		html_texts(h, x->step >= REMOVAL_LEFT ? "消さなかった（確かめたあとに変わった）"
						      : "消している途中");
	}
	html_close(h);
	html_close(h);
	return ST_OK;
}

enum status certificates_part(struct page *p, struct html *h, const char *none)
{
	struct gone rows = {p, h, 0};
	enum status st = removal_each(p->app->db, REMOVAL_LEFT + 1, one_gone, &rows);

	if (rows.count)
		html_close_to(h, "div");
	else if (!st)
		html_leafs(h, "p", none);
	return st;
}

/* ---- pages -------------------------------------------------------------------------------- */

/* Numbers and days only: an auditor sees no name. */
enum status page_certificates(struct page *p)
{
	struct frame f = {.title = "消去証明書", .wide = true};
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	html_leafs(
	    &h, "p",
	    "保存期間が終わって消した記録です。だれが決めたか、何がいくつ消えたかは、証明書と"
	    "「記録」にあります。");
	st = certificates_part(p, &h, "まだ ありません。");
	if (!st)
		st = admin_note(p, "audit.certificates", SPAN_NONE, SPAN_NONE);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}

/* The event says whose page it was fetched from. */
static enum status send_certificate(struct page *p, const char *event)
{
	struct span name = param(&p->params, "name");
	struct buf bytes;
	enum status st;

	buf_init(&bytes, 8 * 1024 * 1024);
	st = certificate_read(p->app, name, &bytes);
	if (!st)
		st = admin_note(p, event, SPAN_NONE, name);
	if (!st) {
		buf_clear(&p->res->body);
		buf_addspan(&p->res->body, buf_span(&bytes));
		p->res->status = 200;
		p->res->type =
		    span_ends(name, SPAN(".asc")) ? "application/pgp-signature" : "application/pdf";
		st = response_download(p->res, name);
	}
	buf_clear(&bytes);
	return st;
}

enum status page_admin_certificate(struct page *p)
{
	return send_certificate(p, "admin.certificate");
}

enum status page_audit_certificate(struct page *p)
{
	return send_certificate(p, "audit.certificate");
}
