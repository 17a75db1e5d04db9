/* Proposals and holds in the registry: written in one way, read again. */
#include "vault/flow/retention_impl.h"

#include "generator/base/day.h"

#include <stdio.h>

enum { FILE_MAX = 256 * 1024, FILE_MEMORY = 4 * 1024 * 1024, PATH_ROOM = 96 };

static const struct repo_name registry_name = {.kind = REPO_REGISTRY};

static const char *const states[] = {"asked", "confirmed", "declined", "done"};

const char *retention_state_name(enum retention_state s)
{
	return states[s];
}

/* ---- writing ------------------------------------------------------------------------------ */

static void put(struct buf *out, const char *key, const char *value)
{
	if (!value[0])
		return;
	buf_addf(out, "%s: ", key);
	yaml_put(out, span_of(value), false, false);
	buf_addc(out, '\n');
}

static void put_time(struct buf *out, const char *key, long long at)
{
	char text[DAY_TEXT];

	if (!at)
		return;
	time_utc(at, text);
	buf_addf(out, "%s: %s\n", key, text);
}

void proposal_write(const struct retention_proposal *p, struct buf *out)
{
	buf_adds(out, "karte: 1\n");
	put(out, "id", p->id);
	put(out, "state", states[p->state]);
	put(out, "asked-by", p->asked_by);
	put_time(out, "asked-at", p->asked_at);
	put(out, "confirmed-by", p->confirmed_by);
	put_time(out, "confirmed-at", p->confirmed_at);
	put_time(out, "due", p->due);
	put(out, "ended-by", p->ended_by);
	put(out, "reason", p->reason);
	buf_adds(out, "items:\n");
	for (size_t i = 0; i < p->nitems; i++) {
		const struct retention_item *it = &p->items[i];

		buf_addf(out, "  - {child: %s", it->child);
		if (it->sheet[0])
			buf_addf(out, ", sheet: \"%s\"", it->sheet);
		buf_addf(out, ", until: %s", it->until);
		if (it->head[0])
			buf_addf(out, ", head: \"%s\"", it->head);
		buf_adds(out, "}\n");
	}
}

void hold_write(const struct retention_hold *h, struct buf *out)
{
	buf_adds(out, "karte: 1\n");
	put(out, "child", h->child);
	put(out, "by", h->by);
	put_time(out, "at", h->at);
	put(out, "reason", h->reason);
}

/* ---- reading ------------------------------------------------------------------------------ */

static bool get(struct ynode *map, const char *key, char *out, size_t room)
{
	struct span s = ymap_text(map, key);

	return span_copy(s.p ? s : SPAN(""), out, room);
}

static long long get_time(struct ynode *map, const char *key)
{
	int64_t t;

	return time_parse_utc(ymap_text(map, key), &t) ? t : 0;
}

static bool read_item(struct ynode *map, struct retention_item *out)
{
	return get(map, "child", out->child, sizeof out->child) &&
	       get(map, "sheet", out->sheet, sizeof out->sheet) &&
	       get(map, "until", out->until, sizeof out->until) &&
	       get(map, "head", out->head, sizeof out->head) && path_child(span_of(out->child));
}

static bool read_items(struct ynode *list, struct arena *a, struct retention_proposal *out)
{
	size_t n = list && list->kind == Y_LIST ? list->count : 0;
	bool good = n > 0 && n <= RETENTION_ITEMS;

	out->items = good ? arena_array(a, n, sizeof *out->items) : NULL;
	for (struct ynode *i = good ? list->first : NULL; i && out->items && good; i = i->next)
		good = read_item(i, &out->items[out->nitems++]);
	return good && out->items;
}

bool proposal_read(struct ynode *map, struct arena *a, struct retention_proposal *out)
{
	struct span state = ymap_text(map, "state");
	bool good = false;

	*out = (struct retention_proposal){.asked_at = get_time(map, "asked-at"),
					   .confirmed_at = get_time(map, "confirmed-at"),
					   .due = get_time(map, "due")};
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (span_is(state, states[i])) {
			out->state = (enum retention_state)i;
			good = true;
		}
	return good && get(map, "id", out->id, sizeof out->id) &&
	       get(map, "asked-by", out->asked_by, sizeof out->asked_by) &&
	       get(map, "confirmed-by", out->confirmed_by, sizeof out->confirmed_by) &&
	       get(map, "ended-by", out->ended_by, sizeof out->ended_by) &&
	       get(map, "reason", out->reason, sizeof out->reason) &&
	       read_items(ymap_get(map, "items"), a, out) &&
	       (out->state != RETENTION_CONFIRMED || (out->due && out->confirmed_by[0]));
}

bool hold_read(struct ynode *map, struct retention_hold *out)
{
	*out = (struct retention_hold){.at = get_time(map, "at")};
	return get(map, "child", out->child, sizeof out->child) &&
	       get(map, "by", out->by, sizeof out->by) &&
	       get(map, "reason", out->reason, sizeof out->reason) &&
	       path_child(span_of(out->child));
}

/* ---- one file, all files ------------------------------------------------------------------ */

/* Reads registry file `path` at its newest version. */
static enum status read_file(struct app *app, struct arena *a, const char *path,
			     struct ynode **root, struct oid *version)
{
	struct repo *repo = NULL;
	struct oid head;
	struct buf text;
	enum status st = a ? repo_open(&repo, app->store, &registry_name) : ST_NOMEM;

	buf_init(&text, FILE_MAX);
	if (!st)
		st = repo_head(repo, &head);
	if (!st)
		st = repo_read(repo, &head, path, &text);
	if (!st && yaml_read(a, path, buf_span(&text), 1, root, NULL))
		st = fail(ST_CORRUPT, "registry: %s cannot be read", path);
	if (!st && version)
		*version = head;
	repo_close(repo);
	buf_clear(&text);
	return st;
}

enum status retention_get(struct app *app, struct span id, struct arena *a,
			  struct retention_proposal *out, struct oid *base)
{
	struct ynode *root = NULL;
	char path[PATH_ROOM];
	enum status st = path_id(id) ? ST_OK : fail(ST_NOTFOUND, "no such proposal");

	snprintf(path, sizeof path, "retention/%.*s.yaml", (int)(id.n <= ID_MAX ? id.n : 0), id.p);
	if (!st)
		st = read_file(app, a, path, &root, base);
	if (!st && !proposal_read(root, a, out))
		st = fail(ST_CORRUPT, "registry: %s cannot be read", path);
	return st;
}

enum status retention_hold_get(struct app *app, struct span child, struct retention_hold *out)
{
	struct arena *a = arena_new(FILE_MEMORY);
	struct ynode *root = NULL;
	char path[PATH_ROOM];
	enum status st = path_child(child) ? ST_OK : fail(ST_NOTFOUND, "no such child");

	snprintf(path, sizeof path, "holds/%.*s.yaml", (int)(child.n <= ID_MAX ? child.n : 0),
		 child.p);
	if (!st)
		st = read_file(app, a, path, &root, NULL);
	if (!st && !hold_read(root, out))
		st = fail(ST_CORRUPT, "registry: %s cannot be read", path);
	arena_free(a);
	return st;
}

struct walk {
	struct repo *repo;
	enum status (*proposal)(void *, const struct retention_proposal *);
	enum status (*hold)(void *, const struct retention_hold *);
	void *ctx;
};

static enum status tell(struct walk *w, struct ynode *root, struct arena *a)
{
	struct retention_proposal p;
	struct retention_hold h;

	if (w->proposal)
		return proposal_read(root, a, &p)
			   ? w->proposal(w->ctx, &p)
			   : fail(ST_CORRUPT, "registry: a proposal cannot be read");
	return hold_read(root, &h) ? w->hold(w->ctx, &h)
				   : fail(ST_CORRUPT, "registry: a hold cannot be read");
}

static enum status one_file(void *arg, const struct repo_entry *e)
{
	struct walk *w = arg;
	struct arena *a = NULL;
	struct ynode *root;
	struct buf text;
	enum status st;

	if (e->dir || !span_ends(e->name, SPAN(".yaml")))
		return ST_OK;
	buf_init(&text, FILE_MAX);
	st = repo_read_blob(w->repo, &e->id, &text);
	a = st ? NULL : arena_new(FILE_MEMORY);
	if (!st)
		st = a ? yaml_read(a, "retention", buf_span(&text), 1, &root, NULL) : ST_NOMEM;
	if (st == ST_INVALID)
		st = fail(ST_CORRUPT, "registry: %.*s cannot be read", SPAN_ARG(e->name));
	if (!st)
		st = tell(w, root, a);
	arena_free(a);
	buf_clear(&text);
	return st;
}

static enum status walk(struct app *app, struct walk *w, const char *folder)
{
	enum status st = repo_open(&w->repo, app->store, &registry_name);

	if (!st)
		st = repo_list(w->repo, NULL, folder, one_file, w);
	repo_close(w->repo);
	return st == ST_NOTFOUND ? ST_OK : st;
}

enum status retention_each(struct app *app,
			   enum status (*each)(void *, const struct retention_proposal *),
			   void *ctx)
{
	struct walk w = {.proposal = each, .ctx = ctx};

	return walk(app, &w, "retention");
}

enum status retention_hold_each(struct app *app,
				enum status (*each)(void *, const struct retention_hold *),
				void *ctx)
{
	struct walk w = {.hold = each, .ctx = ctx};

	return walk(app, &w, "holds");
}

enum status retention_put(struct app *app, const struct actor *who, const char *action,
			  const char *what, struct span text, struct span reason,
			  const struct oid *base)
{
	char path[PATH_ROOM];
	struct change change = {.bytes = text};
	const struct change_set set = {.repo = registry_name,
				       .base = base,
				       .action = action,
				       .what = span_of(what),
				       .reason = reason,
				       .changes = &change,
				       .count = 1};
	struct oid id;

	snprintf(path, sizeof path, "%s.yaml", what);
	change.path = span_of(path);
	return commit_change(app, who, &set, &id);
}
