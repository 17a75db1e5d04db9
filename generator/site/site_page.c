/* The pages of explanations, and the start page. */
#include "generator/site/site_impl.h"

#include <stdlib.h>

enum { PAGE_ARENA = 64 * 1024 * 1024 };

/* ---- reading ------------------------------------------------------------------------------ */

static enum status read_page(struct worker *w, const struct item *it, bool loaded, struct arena *a,
			     struct page_text *out)
{
	enum status st = loaded ? ST_OK : item_load(w, it);

	return st ? st : page_read(a, it->src->name, buf_span(&w->bytes), out, &w->ps);
}

static enum status read_facts(struct worker *w, struct item *it, bool loaded)
{
	struct arena *a = arena_new(PAGE_ARENA);
	struct page_text page;
	enum status st = a ? read_page(w, it, loaded, a, &page) : ST_NOMEM;

	it->shown = !st;
	if (!st)
		st = item_set_facts(it, &(struct facts){.order = page.order, .title = page.title});
	arena_free(a);
	return st;
}

/* ---- links -------------------------------------------------------------------------------- */

struct link_check {
	struct worker *w;
	const struct item *it;
};

static bool leads_out(struct span url)
{
	return url.n == 0 || url.p[0] == '#' || url.p[0] == '/' || span_find(url, SPAN(":")) >= 0;
}

/* The path below the site that a relative link means, seen from a page: ".." taken away. */
static void resolve(const char *from, struct span url, struct buf *out)
{
	const char *slash = strrchr(from, '/');

	if (slash)
		buf_add(out, from, (size_t)(slash - from) + 1);
	while (url.p) {
		struct span part = span_cut(&url, '/');

		if (span_is(part, "..")) {
			size_t n = out->len ? out->len - 1 : 0;

			while (n > 0 && out->data[n - 1] != '/')
				n--;
			buf_cut(out, n);
		} else if (!span_is(part, ".")) {
			buf_addspan(out, part);
			if (url.p)
				buf_addc(out, '/');
		}
	}
}

static void check_link(void *ctx, struct span url, int line)
{
	const struct link_check *c = ctx;
	struct buf to;

	if (leads_out(url))
		return;
	url = span_cut(&url, '#');
	url = span_cut(&url, '?');
	buf_init(&to, 4096);
	resolve(c->it->src->path, url, &to);
	if (!span_is(buf_span(&to), SITE_HOME) && !plan_find(c->w->s->plan, buf_span(&to))) {
		problem_add(&c->w->ps, c->it->src->name, line, 0, "site.link",
			    "「%.*s」というページはありません。", SPAN_ARG(url));
		problem_soften(&c->w->ps);
	}
	buf_clear(&to);
}

/* ---- one page ----------------------------------------------------------------------------- */

/* "../" as often as the page lies deep. */
static void way_up(const char *path, struct buf *out)
{
	for (const char *p = path; (p = strchr(p, '/')); p++)
		buf_adds(out, "../");
}

static enum status frame_page(struct worker *w, const char *path, struct span title,
			      struct span heading)
{
	struct buf home, assets;
	struct frame f = {.title = title,
			  .heading = heading,
			  .body = buf_span(&w->body),
			  .role = w->s->o->role,
			  .day = w->s->o->day,
			  .version = w->s->o->version};
	enum status st;

	buf_init(&home, 4096);
	buf_init(&assets, 4096);
	way_up(path, &home);
	way_up(path, &assets);
	buf_adds(&home, SITE_HOME);
	buf_adds(&assets, "assets");
	f.home = buf_str(&home);
	f.assets = buf_str(&assets);
	if (strcmp(path, SITE_HOME) != 0) {
		f.crumbs[0].href = f.home;
		f.crumbs[0].label = SPAN("一覧");
	}
	buf_cut(&w->html, 0);
	st = w->body.st ? w->body.st : frame_render(w->s->o->theme, &f, &w->html);
	buf_clear(&home);
	buf_clear(&assets);
	return st;
}

static enum status render_page(struct worker *w, const struct item *it,
			       const struct nav_link *links, size_t n, size_t at)
{
	struct arena *a = arena_new(PAGE_ARENA);
	struct page_text page;
	struct html h;
	enum status st = a ? read_page(w, it, false, a, &page) : ST_NOMEM;

	if (!st) {
		page_links(&page, check_link, &(struct link_check){w, it});
		buf_cut(&w->body, 0);
		html_init(&h, &w->body);
		if (n > 1)
			nav_menu(&h, "ページ", links, n, at);
		page_write(&h, &page, 0);
		st = html_end(&h);
	}
	if (!st)
		st = frame_page(w, it->src->path, it->facts.title, it->facts.title);
	arena_free(a);
	return st;
}

static enum status make_page(struct worker *w, const struct item *it, const struct nav_link *links,
			     size_t n, size_t at)
{
	size_t place = (size_t)(it - w->s->items);
	struct stamp key;
	enum status st;

	key_begin(w->s, &key, "page");
	stamp_adds(&key, it->source);
	nav_menu_stamp(&key, links, n, at);
	if (site_keep(w, place, it->src->path, &key, it))
		return ST_OK;
	st = render_page(w, it, links, n, at);
	return st ? st : site_put(w, place, buf_span(&w->html));
}

/* ---- all pages ---------------------------------------------------------------------------- */

/* Links to all pages, in order; *n of them.  NULL: no memory. */
static struct nav_link *page_links_of(const struct site *s, size_t *n)
{
	struct nav_link *links = calloc(s->nitems + 1, sizeof *links);

	*n = 0;
	for (size_t i = 0; links && i < s->nitems; i++) {
		const struct item *it = &s->items[i];

		if (it->src->kind == SOURCE_PAGE && it->shown)
			links[(*n)++] = (struct nav_link){
			    .path = it->src->path, .facts = &it->facts, .institution = ""};
	}
	nav_sort(links, *n);
	if (!links)
		fail(ST_NOMEM, "no memory for the links of a site");
	return links;
}

static struct item *page_at(const struct site *s, const char *path)
{
	for (size_t i = 0; i < s->nitems && s->items[i].src->kind == SOURCE_PAGE; i++)
		if (strcmp(s->items[i].src->path, path) == 0)
			return &s->items[i];
	return NULL;
}

enum status site_pages(struct worker *w, struct group *g)
{
	struct nav_link *links = NULL;
	enum status worst = ST_OK;
	size_t n;

	for (size_t i = g->first; i < g->first + g->count; i++) {
		enum status st = item_settle(w, &w->s->items[i], read_facts);

		if (st && st != ST_INVALID)
			return st;
		if (st)
			worst = st;
		w->report.pages += w->s->items[i].shown;
	}
	if (worst)
		return worst;
	links = page_links_of(w->s, &n);
	worst = links ? ST_OK : ST_NOMEM;
	for (size_t i = 0; i < n && !worst; i++)
		if (strcmp(links[i].path, SITE_HOME) != 0)
			worst = make_page(w, page_at(w->s, links[i].path), links, n, i);
	free(links);
	return worst;
}

/* ---- the start page ----------------------------------------------------------------------- */

struct home {
	struct nav_child *children;
	size_t nchildren;
	struct nav_link *pages;
	size_t npages;
	struct item *intro; /* the page index.md, or NULL */
};

static enum status home_gather(const struct site *s, struct home *home)
{
	home->children = calloc(s->ngroups + 1, sizeof *home->children);
	home->pages = page_links_of(s, &home->npages);
	if (!home->children || !home->pages)
		return fail(ST_NOMEM, "no memory for the list of children");
	for (size_t i = 0; i < s->ngroups; i++) {
		const struct group *g = &s->groups[i];
		struct plan_child c = plan_child(s->plan, s->items[g->first].src->group);

		if (g->shown)
			home->children[home->nchildren++] =
			    (struct nav_child){c.id, c.name, c.kana, g->path, g->shown};
	}
	nav_sort_children(home->children, home->nchildren);
	home->intro = page_at(s, SITE_HOME);
	return ST_OK;
}

static enum status put_intro(struct worker *w, struct html *h, const struct home *home)
{
	struct arena *a = arena_new(PAGE_ARENA);
	struct page_text page;
	enum status st = a ? read_page(w, home->intro, false, a, &page) : ST_NOMEM;

	if (!st) {
		page_links(&page, check_link, &(struct link_check){w, home->intro});
		if (home->nchildren)
			html_leaf(h, "h2", page.title);
		page_write(h, &page, home->nchildren ? 1 : 0);
	}
	arena_free(a);
	return st;
}

/* Children first, since that is what people come for; then what the site is, then its pages. */
static enum status render_home(struct worker *w, const struct home *home)
{
	bool listing = home->nchildren || !home->intro;
	struct span title = listing ? SPAN("記録の一覧") : home->intro->facts.title;
	struct html h;
	enum status st = ST_OK;

	buf_cut(&w->body, 0);
	html_init(&h, &w->body);
	if (home->nchildren) {
		html_leafs(&h, "h2", "お子さん");
		nav_children(&h, SITE_HOME, home->children, home->nchildren);
	} else if (!home->npages) {
		html_leaf_class(&h, "p", "empty-state", SPAN("読めるシートはありません。"));
	}
	if (home->intro)
		st = put_intro(w, &h, home);
	if (home->npages > (home->intro ? 1 : 0)) {
		html_leafs(&h, "h2", "ページ");
		nav_pages(&h, SITE_HOME, home->pages, home->npages);
	}
	if (!st)
		st = html_end(&h);
	return st ? st : frame_page(w, SITE_HOME, title, title);
}

static enum status make_home(struct worker *w, const struct home *home)
{
	size_t place = home->intro ? (size_t)(home->intro - w->s->items) : w->s->nfiles - 1;
	struct stamp key;
	enum status st;

	key_begin(w->s, &key, "home");
	stamp_adds(&key, home->intro ? home->intro->source : NULL);
	nav_children_stamp(&key, home->children, home->nchildren);
	nav_list_stamp(&key, home->pages, home->npages);
	if (site_keep(w, place, SITE_HOME, &key, home->intro))
		return ST_OK;
	st = render_home(w, home);
	return st ? st : site_put(w, place, buf_span(&w->html));
}

enum status site_home(struct worker *w)
{
	struct home home = {.nchildren = 0};
	enum status st = home_gather(w->s, &home);

	if (!st)
		st = make_home(w, &home);
	free(home.children);
	free(home.pages);
	return st;
}
