/* Pages that need no account: help, the theme's files, health. */
#include "generator/base/file.h"
#include "generator/render/theme.h"
#include "generator/site/page.h"
#include "vault/journal/journal.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"
#include "vault/store/store.h"

#include <limits.h>
#include <stdio.h>

/* ---- content/pages ------------------------------------------------------------------------ */

static enum status show_page(struct page *p, const char *folder, struct span name)
{
	char title[256];
	struct frame f = {.title = title};
	struct page_text page;
	struct problems ps;
	struct buf path, text, body;
	struct html h;
	enum status st;

	if (span_ends(name, SPAN(".html")))
		name.n -= 5;
	if (!path_id(name))
		return page_error(p, 404, 0);
	problems_init(&ps);
	buf_init(&path, PATH_MAX);
	buf_init(&text, PAGE_MAX_BYTES);
	buf_addf(&path, "%s/pages/%s%.*s.md", p->app->conf.content, folder, SPAN_ARG(name));
	frame_body(&h, &body);
	st = file_read(buf_str(&path), &text);
	if (!st)
		st = page_read(p->arena, buf_str(&path), buf_span(&text), &page, &ps);
	if (!st) {
		span_copy(page.title, title, sizeof title);
		html_open(&h, "div");
		html_class(&h, "prose");
		page_write(&h, &page, 0);
		html_close(&h);
		st = frame_send(p, 200, &f, &body);
	}
	problems_clear(&ps);
	buf_clear(&path);
	buf_clear(&text);
	buf_clear(&body);
	return st;
}

enum status page_help(struct page *p)
{
	return show_page(p, "help/", param(&p->params, "page"));
}

enum status page_static_page(struct page *p)
{
	return show_page(p, "", param(&p->params, "page"));
}

/* ---- the theme's files -------------------------------------------------------------------- */

enum status page_asset(struct page *p)
{
	const struct theme_asset *a = theme_asset_find(p->app->theme, param(&p->params, "name"));

	if (!a)
		return page_error(p, 404, 0);
	return response_static(p->res, a->bytes, a->type, a->sha256, p->req->if_none_match, true);
}

/* ---- health ------------------------------------------------------------------------------- */

static enum status plain(struct page *p, int status, const char *text)
{
	buf_adds(&p->res->body, text);
	p->res->status = status;
	p->res->type = "text/plain; charset=utf-8";
	return ST_OK;
}

enum status page_health(struct page *p)
{
	return plain(p, 200, "ok\n");
}

/* Can it answer about a child?  Database, registry and journal; no detail to strangers. */
enum status page_ready(struct page *p)
{
	struct repo_name registry = {.kind = REPO_REGISTRY};
	long long generation;
	uint64_t size;
	bool ok = db_generation(p->app->db, &generation) == ST_OK &&
		  journal_size(p->app->journal, &size) == ST_OK &&
		  repo_exists(p->app->store, &registry);

	return plain(p, ok ? 200 : 503, ok ? "ready\n" : "not ready\n");
}
