#include "vault/flow/keys_export.h"

#include "generator/base/csv.h"
#include "generator/base/day.h"
#include "vault/flow/registry_file.h"
#include "vault/store/history.h"

#include <stdio.h>
#include <stdlib.h>

enum { FILE_BYTES = 64 * 1024, ACTION_ROOM = 65 };

struct known_key {
	struct key_row row;
	char why[ACTION_ROOM]; /* the newest commit that changed its file; "": not met yet */
};

struct gathering {
	struct repo *repo;
	struct buf *asc; /* NULL: only rows */
	struct known_key *keys;
	size_t count, cap;
	size_t met;
	enum status st;
};

/* ---- the files ------------------------------------------------------------------------------ */

static enum status add_row(struct gathering *g, struct ynode *map)
{
	if (g->count == g->cap) {
		size_t cap = g->cap ? g->cap * 2 : 64;
		struct known_key *more = reallocarray(g->keys, cap, sizeof *more);

		if (!more)
			return fail(ST_NOMEM, "no memory for %zu keys", cap);
		g->keys = more;
		g->cap = cap;
	}
	g->keys[g->count].why[0] = '\0';
	key_read(map, &g->keys[g->count++].row);
	return ST_OK;
}

static enum status read_row(struct gathering *g, struct span text)
{
	struct arena *a = arena_new(1024 * 1024);
	struct ynode *root;
	enum status st = a ? yaml_read(a, "key", text, 1, &root, NULL) : ST_NOMEM;

	if (!st)
		st = add_row(g, root);
	arena_free(a);
	return st == ST_INVALID ? fail(ST_CORRUPT, "registry: a key cannot be read") : st;
}

static enum status one_file(void *arg, const struct repo_entry *e)
{
	struct gathering *g = arg;
	bool armored = span_ends(e->name, SPAN(".asc"));
	struct buf text;
	enum status st;

	if (armored != (g->asc != NULL))
		return ST_OK;
	buf_init(&text, FILE_BYTES);
	st = repo_read_blob(g->repo, &e->id, &text);
	if (!st && armored) {
		buf_addspan(g->asc, buf_span(&text));
		st = g->asc->st;
	} else if (!st) {
		st = read_row(g, buf_span(&text));
	}
	buf_clear(&text);
	return st;
}

static enum status gather(struct gathering *g, struct app *app)
{
	const struct repo_name name = {.kind = REPO_REGISTRY};
	enum status st = repo_open(&g->repo, app->store, &name);

	return st ? st : repo_list(g->repo, NULL, "keys", one_file, g);
}

static void gathered(struct gathering *g)
{
	repo_close(g->repo);
	free(g->keys);
}

enum status keys_export_asc(struct app *app, struct buf *out)
{
	struct gathering g = {.asc = out};
	enum status st = gather(&g, app);

	gathered(&g);
	return st;
}

/* ---- why a key ended ------------------------------------------------------------------------ */

struct changing {
	struct gathering *g;
	struct span action;
};

static int by_fingerprint(const void *a, const void *b)
{
	const struct known_key *x = a, *y = b;

	return strcmp(x->row.fingerprint, y->row.fingerprint);
}

static struct known_key *key_of(struct gathering *g, struct span path)
{
	struct known_key want = {.why = ""};
	struct span file = path, folder = span_cut(&file, '/');

	if (!span_is(folder, "keys") || !span_ends(file, SPAN(".yaml")) ||
	    !span_copy(span_cut(&file, '.'), want.row.fingerprint, sizeof want.row.fingerprint))
		return NULL;
	return g->count ? bsearch(&want, g->keys, g->count, sizeof want, by_fingerprint) : NULL;
}

static enum status one_path(void *arg, const struct changed_path *c)
{
	struct changing *w = arg;
	struct known_key *k = key_of(w->g, c->path);

	if (k && !k->why[0] && w->action.n) {
		span_copy(w->action, k->why, sizeof k->why);
		w->g->met++;
	}
	return ST_OK;
}

/* Newest first: what changed a file last is what ended its key. */
static bool one_version(void *arg, const struct version *v)
{
	struct gathering *g = arg;
	struct changing w = {g, version_trailer(v, "Karte-Action")};

	g->st = commit_changed_paths(g->repo, &v->id, one_path, &w);
	return !g->st && g->met < g->count;
}

static void put_rows(const struct gathering *g, struct buf *out)
{
	static const struct span heads[] = {SPAN("fingerprint"), SPAN("account"), SPAN("from"),
					    SPAN("to"), SPAN("why")};
	char since[DAY_TEXT], until[DAY_TEXT];

	csv_put(out, heads, 5);
	for (size_t i = 0; i < g->count; i++) {
		const struct known_key *k = &g->keys[i];
		bool ended = k->row.until != 0;

		time_utc(k->row.since, since);
		time_utc(k->row.until, until);
		csv_put(out,
			(const struct span[]){span_of(k->row.fingerprint), span_of(k->row.account),
					      span_of(since), span_of(ended ? until : ""),
					      span_of(ended ? k->why : "")},
			5);
	}
}

enum status keys_export_csv(struct app *app, struct buf *out)
{
	struct gathering g = {.asc = NULL};
	enum status st = gather(&g, app);

	if (!st && g.count)
		qsort(g.keys, g.count, sizeof *g.keys, by_fingerprint);
	if (!st)
		st = history_walk(g.repo, NULL, "keys", one_version, &g);
	if (!st)
		st = g.st;
	if (!st)
		put_rows(&g, out);
	gathered(&g);
	return st ? st : out->st;
}
