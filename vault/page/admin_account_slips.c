/* Letters for those who have not signed in yet: the PDF answers. */
#include "vault/flow/slips.h"
#include "vault/page/admin_account.h"

enum { PDF_MAX = 64 * 1024 * 1024 };

static enum status send_pdf(struct page *p, struct buf *pdf, const char *name)
{
	buf_clear(&p->res->body);
	buf_addspan(&p->res->body, buf_span(pdf));
	p->res->status = 200;
	p->res->type = "application/pdf";
	return response_download(p->res, span_of(name));
}

static enum status print(struct page *p, const struct span *ids, size_t count, const char *name)
{
	struct actor who = {.secret = NULL};
	struct buf pdf;
	enum status st = people_actor(p, &who);

	buf_init_secret(&pdf, PDF_MAX);
	if (!st)
		st = slips_print(p->app, &who, ids, count, &pdf);
	if (!st)
		st = send_pdf(p, &pdf, name);
	buf_clear(&pdf);
	actor_clear(&who);
	return st;
}

enum status page_admin_slips(struct page *p)
{
	struct span *ids = arena_array(p->arena, p->form.count + 1, sizeof *ids);
	size_t count = 0, at = 0;
	enum status st;

	if (!ids)
		return ST_NOMEM;
	for (struct span id; (id = form_next(&p->form, "account", &at)).p;)
		ids[count++] = id;
	st = print(p, ids, count, "slips.pdf");
	return people_mistake(st) ? people_list(p, 422, form_failed(p, NULL).error) : st;
}

enum status page_admin_account_slip(struct page *p)
{
	struct span id = param(&p->params, "account");
	struct account a;
	enum status st = account_get(p->app->db, id, &a);

	if (!st)
		st = print(p, &id, 1, "slip.pdf");
	return st && people_mistake(st) && st != ST_NOTFOUND
		   ? people_list(p, 422, form_failed(p, NULL).error)
		   : st;
}
