/* The sheets of one child: their pages, and the list of them. */
#include "generator/render/html_view.h"
#include "generator/site/site_impl.h"

#include <stdlib.h>

/* Views of a child are kept from the first look to the page, unless there are very many. */
enum { KEEP_MAX = 256 };

/* ---- reading ------------------------------------------------------------------------------ */

/* A file of one child in the folder of another would show it under a wrong name. */
static enum status check_place(struct worker *w, const struct source *src, const struct sheet *s)
{
	struct span whose = sheet_child(s).n ? sheet_child(s) : sheet_institution(s);

	if (span_is(whose, src->group) && span_is(sheet_type(s)->id, src->type) &&
	    span_is(sheet_id(s), src->id))
		return ST_OK;
	problem_add(&w->ps, src->name, 1, 1, "site.place",
		    "child、type、idが、ファイルの場所（%s/%s/%s）と合いません。", src->group,
		    src->type, src->id);
	return fail(ST_INVALID, "%s lies in another's place", src->name);
}

/* ST_DENIED: the role may see nothing of it. */
static enum status read_view(struct worker *w, struct item *it, bool loaded)
{
	const struct site_options *o = w->s->o;
	struct sheet *sheet = NULL;
	enum status st = loaded ? ST_OK : item_load(w, it);

	if (!st)
		st = sheet_parse(&sheet, it->src->name, buf_span(&w->bytes), o->types, &w->ps);
	if (!st)
		st = check_place(w, it->src, sheet);
	if (!st)
		st = redact_for(&it->view, sheet,
				&(struct reader){.role = o->role, .relation = REL_OWN});
	sheet_free(sheet);
	return st;
}

static enum status read_facts(struct worker *w, struct item *it, bool loaded)
{
	enum status st = read_view(w, it, loaded);
	struct facts f;

	if (st)
		return st == ST_DENIED ? ST_OK : st;
	f = (struct facts){.status = view_status(it->view),
			   .institution = view_institution(it->view),
			   .title = view_title(it->view)};
	it->shown = true;
	return item_set_facts(it, &f);
}

static enum status settle_all(struct worker *w, struct group *g)
{
	struct item *list = &w->s->items[g->first];
	enum status worst = ST_OK;

	for (size_t i = 0; i < g->count; i++) {
		enum status st = item_settle(w, &list[i], read_facts);

		if (st && st != ST_INVALID)
			return st;
		if (st)
			worst = st;
		g->shown += list[i].shown;
		if (g->count > KEEP_MAX) {
			view_free(list[i].view);
			list[i].view = NULL;
		}
	}
	return worst;
}

/* ---- links -------------------------------------------------------------------------------- */

static size_t rank_of(const struct types *ts, const struct sheet_type *t)
{
	size_t i = 0;

	while (i < types_count(ts) && types_at(ts, i) != t)
		i++;
	return i;
}

static const char *institution_name(const struct site_options *o, struct arena *a, struct span id)
{
	struct span name = SPAN_NONE;

	if (o->names && o->names->institution)
		name = o->names->institution(o->names->ctx, id);
	return arena_str(a, name.p ? name : id);
}

static enum status make_links(const struct worker *w, const struct group *g, struct arena *a,
			      struct nav_link *links)
{
	const struct site_options *o = w->s->o;
	size_t n = 0;

	for (size_t i = g->first; i < g->first + g->count; i++) {
		const struct item *it = &w->s->items[i];
		struct nav_link *l = &links[n];

		if (!it->shown)
			continue;
		l->path = it->src->path;
		l->facts = &it->facts;
		l->type = types_find(o->types, span_of(it->src->type), 0);
		l->institution = institution_name(o, a, it->facts.institution);
		if (!l->type || !l->institution)
			return fail(ST_NOMEM, "no memory for the links of a site");
		l->rank = rank_of(o->types, l->type);
		n++;
	}
	nav_sort(links, n);
	return ST_OK;
}

/* ---- one page ----------------------------------------------------------------------------- */

static void put_about(struct html *h, const struct nav_link *l)
{
	html_open(h, "dl");
	html_class(h, "values");
	html_open(h, "div");
	html_leafs(h, "dt", "状態");
	html_leafs(h, "dd", sheet_status_label(l->facts->status));
	html_close(h);
	if (l->institution[0]) {
		html_open(h, "div");
		html_leafs(h, "dt", "書いた機関");
		html_leafs(h, "dd", l->institution);
		html_close(h);
	}
	html_close(h);
}

static enum status frame_child(struct worker *w, struct frame *f)
{
	buf_cut(&w->html, 0);
	f->body = buf_span(&w->body);
	f->role = w->s->o->role;
	f->day = w->s->o->day;
	f->version = w->s->o->version;
	f->crumbs[0].href = f->home;
	f->crumbs[0].label = SPAN("一覧");
	return w->body.st ? w->body.st : frame_render(w->s->o->theme, f, &w->html);
}

static enum status render_sheet(struct worker *w, const struct item *it,
				const struct nav_link *links, size_t n, size_t at)
{
	struct plan_child child = plan_child(w->s->plan, it->src->group);
	struct view_look look = {.level = 2, .names = w->s->o->names};
	struct frame f = {.title = it->facts.title,
			  .heading = it->facts.title,
			  .caption = span_of(child.name),
			  .home = "../../../" SITE_HOME,
			  .assets = "../../../assets",
			  .crumbs[1] = {"../" SITE_HOME, span_of(child.name)}};
	struct html h;
	enum status st;

	buf_cut(&w->body, 0);
	html_init(&h, &w->body);
	if (n > 1)
		nav_menu(&h, "このお子さんのシート", links, n, at);
	put_about(&h, &links[at]);
	html_view(&h, it->view, &look);
	st = html_end(&h);
	return st ? st : frame_child(w, &f);
}

/* The view from the first look, or a new one if only something around the sheet has changed. */
static enum status need_view(struct worker *w, struct item *it)
{
	enum status st;

	if (it->view)
		return ST_OK;
	st = read_view(w, it, false);
	return st == ST_DENIED ? fail(ST_STALE, "%s has changed meanwhile", it->src->name) : st;
}

static void sheet_key(const struct site *s, struct stamp *key, const struct item *it,
		      const struct nav_link *links, size_t n, size_t at)
{
	key_begin(s, key, "sheet");
	stamp_adds(key, it->source);
	stamp_adds(key, plan_child(s->plan, it->src->group).name);
	nav_menu_stamp(key, links, n, at);
}

static enum status make_sheet(struct worker *w, struct item *it, const struct nav_link *links,
			      size_t n, size_t at)
{
	size_t place = (size_t)(it - w->s->items);
	struct stamp key;
	enum status st = ST_OK;

	sheet_key(w->s, &key, it, links, n, at);
	if (!site_keep(w, place, it->src->path, &key, it)) {
		st = need_view(w, it);
		if (!st)
			st = render_sheet(w, it, links, n, at);
		if (!st)
			st = site_put(w, place, buf_span(&w->html));
	}
	view_free(it->view);
	it->view = NULL;
	return st;
}

/* ---- the list of a child ------------------------------------------------------------------ */

static enum status render_list(struct worker *w, const struct group *g, struct plan_child child,
			       const struct nav_link *links, size_t n)
{
	struct frame f = {.title = SPAN("シートの一覧"),
			  .heading = span_of(child.name),
			  .caption = span_of(child.kana),
			  .home = "../../" SITE_HOME,
			  .assets = "../../assets"};
	struct html h;
	enum status st;

	buf_cut(&w->body, 0);
	html_init(&h, &w->body);
	nav_sheets(&h, g->path, links, n);
	st = html_end(&h);
	return st ? st : frame_child(w, &f);
}

static enum status make_list(struct worker *w, const struct group *g, const struct nav_link *links,
			     size_t n)
{
	struct plan_child child = plan_child(w->s->plan, w->s->items[g->first].src->group);
	size_t place = w->s->nitems + (size_t)(g - w->s->groups);
	struct stamp key;
	enum status st;

	key_begin(w->s, &key, "child");
	stamp_adds(&key, child.name);
	stamp_adds(&key, child.kana);
	nav_list_stamp(&key, links, n);
	if (site_keep(w, place, g->path, &key, NULL))
		return ST_OK;
	st = render_list(w, g, child, links, n);
	return st ? st : site_put(w, place, buf_span(&w->html));
}

/* ---- all of a child ----------------------------------------------------------------------- */

static struct item *item_of(const struct worker *w, const struct group *g, const struct nav_link *l)
{
	struct item *it = &w->s->items[g->first];

	while (it->src->path != l->path)
		it++;
	return it;
}

static enum status make_all(struct worker *w, const struct group *g, struct arena *a)
{
	struct nav_link *links = arena_array(a, g->shown, sizeof *links);
	enum status st = links ? make_links(w, g, a, links) : ST_NOMEM;

	for (size_t i = 0; i < g->shown && !st; i++)
		st = make_sheet(w, item_of(w, g, &links[i]), links, g->shown, i);
	return st ? st : make_list(w, g, links, g->shown);
}

enum status site_sheets(struct worker *w, struct group *g)
{
	struct arena *a = NULL;
	enum status st = settle_all(w, g);

	w->report.sheets += g->shown;
	if (!st && g->shown && !atomic_load(&w->s->wrong)) {
		a = arena_new((size_t)256 * 1024 * 1024);
		st = a ? make_all(w, g, a) : ST_NOMEM;
	}
	arena_free(a);
	return st;
}
