#include "generator/site/plan.h"

#include "generator/base/arena.h"
#include "generator/base/path.h"

#include <stdlib.h>

enum { PARTS_MAX = 4 };

struct plan {
	struct arena *a;
	struct source *list;
	size_t count, cap;
	struct plan_child *children;
	size_t nchildren, children_cap;
};

enum status plan_new(struct plan **out)
{
	struct plan *p = calloc(1, sizeof *p);

	*out = NULL;
	if (!p)
		return fail(ST_NOMEM, "no memory for a plan");
	p->a = arena_new((size_t)1024 * 1024 * 1024);
	if (!p->a) {
		free(p);
		return ST_NOMEM;
	}
	*out = p;
	return ST_OK;
}

void plan_free(struct plan *p)
{
	if (!p)
		return;
	arena_free(p->a);
	free(p->list);
	free(p->children);
	free(p);
}

void *plan_alloc(struct plan *p, size_t n)
{
	return arena_alloc(p->a, n);
}

/* ---- paths -------------------------------------------------------------------------------- */

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.';
}

static bool is_part(struct span part)
{
	if (part.n == 0 || part.p[0] == '.')
		return false;
	for (size_t i = 0; i < part.n; i++)
		if (!is_plain(part.p[i]))
			return false;
	return true;
}

bool site_path(struct span path)
{
	int parts = 0;

	if (path.n == 0 || path.n > PLAN_PATH_MAX)
		return false;
	while (path.p) {
		if (!is_part(span_cut(&path, '/')) || ++parts > PARTS_MAX)
			return false;
	}
	return true;
}

/* ---- adding ------------------------------------------------------------------------------- */

/* The list with room for one more, NULL if there is none; the old one is then still good. */
static void *grown(void *list, size_t count, size_t *cap, size_t size)
{
	size_t n = *cap ? *cap * 2 : 64;
	void *p;

	if (count < *cap)
		return list;
	if (count >= PLAN_MAX) {
		fail(ST_NOMEM, "a site of more than %d inputs", PLAN_MAX);
		return NULL;
	}
	p = realloc(list, n * size);
	if (p)
		*cap = n;
	else
		fail(ST_NOMEM, "no memory for a plan");
	return p;
}

static enum status add(struct plan *p, struct source s)
{
	struct source *list = grown(p->list, p->count, &p->cap, sizeof *list);

	if (list)
		p->list = list;
	if (!list || !(s.name && s.group && s.type && s.id && s.path))
		return ST_NOMEM;
	p->list[p->count++] = s;
	return ST_OK;
}

enum status plan_add_sheet(struct plan *p, struct span child, struct span type, struct span id,
			   const char *name, const char *stamp, source_load load, void *ctx)
{
	if (!path_id(child) || !path_id(type) || !path_id(id))
		return fail(ST_INVALID, "%s: child, type or id is no id", name);
	return add(p, (struct source){
			  .kind = SOURCE_SHEET,
			  .name = arena_str(p->a, span_of(name)),
			  .group = arena_str(p->a, child),
			  .type = arena_str(p->a, type),
			  .id = arena_str(p->a, id),
			  .path = arena_printf(p->a, "children/%.*s/%.*s/%.*s.html",
					       SPAN_ARG(child), SPAN_ARG(type), SPAN_ARG(id)),
			  .stamp = stamp ? arena_str(p->a, span_of(stamp)) : NULL,
			  .load = load,
			  .ctx = ctx,
		      });
}

enum status plan_add_page(struct plan *p, struct span path, const char *name, const char *stamp,
			  source_load load, void *ctx)
{
	if (!site_path(path) || !span_ends(path, SPAN(".html")) ||
	    span_starts(path, SPAN("children/")) || span_starts(path, SPAN("assets/")))
		return fail(ST_INVALID, "%s: a page cannot go to %.*s", name, SPAN_ARG(path));
	return add(p, (struct source){
			  .kind = SOURCE_PAGE,
			  .name = arena_str(p->a, span_of(name)),
			  .group = "",
			  .type = "",
			  .id = "",
			  .path = arena_str(p->a, path),
			  .stamp = stamp ? arena_str(p->a, span_of(stamp)) : NULL,
			  .load = load,
			  .ctx = ctx,
		      });
}

enum status plan_name_child(struct plan *p, struct span id, struct span name, struct span kana)
{
	struct plan_child c = {arena_str(p->a, id), arena_str(p->a, name), arena_str(p->a, kana)};
	struct plan_child *list = grown(p->children, p->nchildren, &p->children_cap, sizeof *list);

	if (list)
		p->children = list;
	if (!list || !(c.id && c.name && c.kana))
		return ST_NOMEM;
	p->children[p->nchildren++] = c;
	return ST_OK;
}

/* ---- order -------------------------------------------------------------------------------- */

static int by_place(const void *pa, const void *pb)
{
	const struct source *a = pa, *b = pb;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return strcmp(a->path, b->path);
}

static int by_child(const void *pa, const void *pb)
{
	const struct plan_child *a = pa, *b = pb;

	return strcmp(a->id, b->id);
}

enum status plan_end(struct plan *p)
{
	if (p->count)
		qsort(p->list, p->count, sizeof *p->list, by_place);
	if (p->nchildren)
		qsort(p->children, p->nchildren, sizeof *p->children, by_child);
	for (size_t i = 1; i < p->count; i++)
		if (by_place(&p->list[i - 1], &p->list[i]) == 0)
			return fail(ST_EXISTS, "%s and %s both go to %s", p->list[i - 1].name,
				    p->list[i].name, p->list[i].path);
	return ST_OK;
}

size_t plan_count(const struct plan *p)
{
	return p->count;
}

const struct source *plan_at(const struct plan *p, size_t i)
{
	return &p->list[i];
}

const struct source *plan_find(const struct plan *p, struct span path)
{
	char text[PLAN_PATH_MAX + 1];
	struct source want = {.kind =
				  span_starts(path, SPAN("children/")) ? SOURCE_SHEET : SOURCE_PAGE,
			      .path = text};

	if (!p->count || !span_copy(path, text, sizeof text))
		return NULL;
	return bsearch(&want, p->list, p->count, sizeof *p->list, by_place);
}

struct plan_child plan_child(const struct plan *p, const char *id)
{
	struct plan_child want = {.id = id};
	const struct plan_child *found =
	    p->nchildren ? bsearch(&want, p->children, p->nchildren, sizeof want, by_child) : NULL;

	return found && found->name[0] ? *found : (struct plan_child){id, id, ""};
}
