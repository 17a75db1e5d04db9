/* What went, with its certificates: for administrators, and /audit/certificates for auditors. */
#include "vault/page/admin_retention.h"
#include "vault/page/audit_parts.h"

#include <stdio.h>

const char *removed_label(struct page *p, const char *sheet)
{
	struct span id = span_of(sheet), type = span_cut(&id, '/');
	struct sheet_row row;

	if (!types_find(p->app->types, type, 0))
		return sheet;
	span_copy(type, row.type, sizeof row.type);
	span_copy(id, row.id, sizeof row.id);
	return sheet_label(p, &row);
}

struct rows {
	struct page *p;
	struct html *h;
	size_t count;
};

static enum status one_gone(void *ctx, const struct removal *x)
{
	static const char *const heads[] = {"日時", "子どもの番号", "何を", "証明書"};
	struct rows *r = ctx;
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
	html_texts(h, x->sheet[0] ? removed_label(r->p, x->sheet) : "記録のすべて");
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
	struct rows rows = {.p = p, .h = h};
	enum status st = removal_each(p->app->db, REMOVAL_LEFT + 1, one_gone, &rows);

	if (rows.count)
		html_close_to(h, "div");
	else if (!st)
		html_leafs(h, "p", none);
	return st;
}

/* ---- the pages ---------------------------------------------------------------------------- */

/* Numbers and days only: an auditor sees no name. */
enum status page_certificates(struct page *p)
{
	struct frame f = {.title = "消去証明書", .wide = true};
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	audit_nav(&h, AUDIT_CERTIFICATES);
	html_leafs(
	    &h, "p",
	    "保存期間が終わって消した、子どもの記録です。だれが決めたか、何がいくつ消えたかは、"
	    "証明書と「操作ログ」にあります。");
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
