/* Replays the registry into what it was at each record. */
#include "vault/flow/law_load.h"

#include "vault/flow/policy.h"
#include "vault/flow/registry_file.h"

#include <stdlib.h>
#include <time.h>

enum { LAW_MEMORY = 1024 * 1024 * 1024, CHANGES_ROOM = 256, WORDS_SECONDS = 90 * 86400 };

static const struct repo_name registry_name = {.kind = REPO_REGISTRY};

void *law_grown(void *list, size_t n, size_t *room, size_t size)
{
	void *more;

	if (n < *room)
		return list;
	more = realloc(list, (*room ? *room * 2 : CHANGES_ROOM) * size);
	if (more)
		*room = *room ? *room * 2 : CHANGES_ROOM;
	return more;
}

/* ---- one file ------------------------------------------------------------------------------- */

enum status law_add_moment(struct law *law, enum law_kind kind, struct span id, uint64_t n,
			   const void *row)
{
	struct law_moment *more = law_grown(law->moments, law->count, &law->room, sizeof *more);

	if (!more)
		return fail(ST_NOMEM, "no memory for the registry");
	law->moments = more;
	more[law->count] =
	    (struct law_moment){.kind = kind, .n = n, .order = law->count, .row = row};
	if (!span_copy(id, more[law->count].id, sizeof more->id))
		return ST_OK; /* no id of ours: its paths are told by the registry's own walk */
	law->count++;
	return ST_OK;
}

static bool read_institution(struct ynode *map, void *out)
{
	institution_read(map, out);
	return true;
}

static bool read_account(struct ynode *map, void *out)
{
	account_read(map, out);
	return true;
}

static bool read_range(struct ynode *map, void *out)
{
	return range_read(map, out);
}

static bool read_key(struct ynode *map, void *out)
{
	key_read(map, out);
	return true;
}

static bool read_policy(struct ynode *map, void *out)
{
	return policy_read(map, out);
}

static bool read_asked(struct ynode *map, void *out)
{
	struct law_asked *asked = out;

	return policy_read(map, &asked->policy) &&
	       span_copy(ymap_text(map, "asked-by"), asked->by, sizeof asked->by);
}

static const struct folder {
	const char *path; /* what begins so, and ends in .yaml */
	enum law_kind kind;
	size_t size;
	bool (*read)(struct ynode *map, void *out);
} folders[] = {
    {"institutions/", LAW_INSTITUTION, sizeof(struct institution), read_institution},
    {"accounts/", LAW_ACCOUNT, sizeof(struct account), read_account},
    {"ranges/", LAW_RANGE, sizeof(struct range_row), read_range},
    {"keys/", LAW_KEY, sizeof(struct key_row), read_key},
    {"settings/access-asked", LAW_ASKED, sizeof(struct law_asked), read_asked},
    {"settings/access", LAW_POLICY, sizeof(struct policy), read_policy},
};

/* What cannot be read counts as not there: nothing is allowed by it. */
static enum status read_row(struct loading *l, const struct folder *f, const struct oid *blob,
			    const void **out)
{
	struct arena *a = arena_new(REGISTRY_MEMORY);
	struct ynode *root = NULL;
	struct buf text;
	void *row = arena_alloc(l->law->arena, f->size);
	enum status st = a && row ? ST_OK : fail(ST_NOMEM, "no memory for the registry");

	*out = NULL;
	buf_init(&text, REGISTRY_FILE);
	if (!st)
		st = repo_read_blob(l->repo, blob, &text);
	if (!st && !yaml_read(a, "registry", buf_span(&text), 1, &root, NULL) && f->read(root, row))
		*out = row;
	buf_clear(&text);
	arena_free(a);
	return st == ST_TOOBIG ? ST_OK : st;
}

static enum status one_path(void *arg, const struct changed_path *c)
{
	struct loading *l = arg;
	struct span id = c->path;
	const void *row = NULL;
	enum status st = ST_OK;

	l->types = l->types || span_starts(c->path, SPAN("types/")) ||
		   span_starts(c->path, SPAN("forms/"));
	if (!span_ends(id, SPAN(".yaml")))
		return ST_OK;
	id.n -= strlen(".yaml");
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		const struct folder *f = &folders[i];
		struct span begin = span_of(f->path);

		if (!span_starts(id, begin))
			continue;
		if (c->kind != CHANGE_REMOVED)
			st = read_row(l, f, &c->after, &row);
		return st ? st
			  : law_add_moment(l->law, f->kind,
					   span_make(id.p + begin.n, id.n - begin.n), l->n, row);
	}
	return ST_OK;
}

/* ---- one version ---------------------------------------------------------------------------- */

struct folder_walk {
	struct loading *l;
	const char *folder;
};

static enum status one_entry(void *arg, const struct repo_entry *e)
{
	const struct folder_walk *w = arg;
	struct changed_path c = {.kind = CHANGE_ADDED, .after = e->id};
	struct buf path;
	enum status st;

	if (e->dir)
		return ST_OK;
	buf_init(&path, 1024);
	buf_addf(&path, "%s/%.*s", w->folder, SPAN_ARG(e->name));
	c.path = buf_span(&path);
	st = path.st ? path.st : one_path(w->l, &c);
	buf_clear(&path);
	return st;
}

/* Everything that stands there counts as if it had always been so. */
static enum status load_version(struct loading *l, const struct oid *at)
{
	static const char *const names[] = {"institutions", "accounts", "ranges", "keys",
					    "settings"};
	enum status st = ST_OK;

	l->commit = at;
	for (size_t i = 0; i < sizeof names / sizeof *names && !st; i++) {
		struct folder_walk w = {l, names[i]};

		st = repo_list(l->repo, at, names[i], one_entry, &w);
		st = st == ST_NOTFOUND ? ST_OK : st;
	}
	return st ? st : law_load_types(l);
}

/* ---- all versions --------------------------------------------------------------------------- */

struct line {
	const struct oid *after;
	struct oid *ids; /* newest first */
	size_t count, room;
	enum status st;
};

static bool take_version(void *arg, const struct version *v)
{
	struct line *line = arg;
	struct oid *more;

	if (line->after && oid_eq(line->after, &v->id))
		return false;
	more = law_grown(line->ids, line->count, &line->room, sizeof *more);

	if (!more) {
		line->st = fail(ST_NOMEM, "no memory for the registry's versions");
		return false;
	}
	line->ids = more;
	more[line->count++] = v->id;
	return true;
}

/* Usually the next one. */
static void find_n(const struct law *law, const struct oid *id, size_t *next, uint64_t *n)
{
	for (size_t i = *next; i < law->nchanges; i++)
		if (oid_eq(&law->changes[i].id, id)) {
			*n = law->changes[i].n;
			*next = i + 1;
			return;
		}
}

static enum status replay(struct loading *l, const struct line *line)
{
	size_t next = 0;
	enum status st = ST_OK;

	for (size_t i = line->count; i-- > 0 && !st;) {
		l->commit = &line->ids[i];
		l->types = false;
		find_n(l->law, l->commit, &next, &l->n);
		st = commit_changed_paths(l->repo, l->commit, one_path, l);
		if (!st && l->types)
			st = law_load_types(l);
	}
	return st;
}

static int by_moment(const void *a, const void *b)
{
	const struct law_moment *x = a, *y = b;
	int d = (int)x->kind - (int)y->kind;

	if (!d)
		d = strcmp(x->id, y->id);
	if (!d)
		d = (x->n > y->n) - (x->n < y->n);
	return d ? d : (x->order > y->order) - (x->order < y->order);
}

static enum status load(struct loading *l, const struct oid *after)
{
	struct line line = {.after = after, .st = ST_OK};
	enum status st = repo_open(&l->repo, l->law->app->store, &registry_name);

	if (!st && after)
		st = load_version(l, after);
	if (!st)
		st = history_walk(l->repo, NULL, NULL, take_version, &line);
	if (!st)
		st = line.st;
	if (!st)
		st = replay(l, &line);
	if (l->law->count)
		qsort(l->law->moments, l->law->count, sizeof *l->law->moments, by_moment);
	if (!st)
		law_check_in_use(l);
	repo_close(l->repo);
	free(line.ids);
	return st;
}

static enum status copy_given(struct law *law, const struct law_given *g)
{
	law->changes = calloc(g->nchanges + 1, sizeof *law->changes);
	law->words = calloc(g->nwords + 1, sizeof *law->words);
	if (!law->changes || !law->words)
		return fail(ST_NOMEM, "no memory for the law");
	if (g->nchanges)
		memcpy(law->changes, g->changes, g->nchanges * sizeof *law->changes);
	if (g->nwords)
		memcpy(law->words, g->words, g->nwords * sizeof *law->words);
	law->nchanges = g->nchanges;
	law->nwords = g->nwords;
	law->words_since = g->words_since;
	return ST_OK;
}

enum status law_load_given(struct law **out, struct app *app, const struct law_given *given,
			   law_tell *tell, void *ctx)
{
	struct law *law = calloc(1, sizeof *law);
	struct loading l = {.law = law, .tell = tell, .ctx = ctx};
	enum status st;

	*out = NULL;
	if (!law)
		return fail(ST_NOMEM, "no memory for the law");
	law->app = app;
	law->first = app->types;
	law->arena = arena_new(LAW_MEMORY);
	st = law->arena ? copy_given(law, given) : ST_NOMEM;
	if (!st)
		st = load(&l, given->after);
	if (st)
		law_free(law);
	else
		*out = law;
	return st;
}

enum status law_load(struct law **out, struct app *app, law_tell *tell, void *ctx)
{
	struct gathering g = {.st = ST_OK};
	enum status st = law_gather(app, &g);

	*out = NULL;
	if (!st)
		st = law_load_given(out, app,
				    &(struct law_given){.changes = g.changes,
							.nchanges = g.nchanges,
							.words = g.words,
							.nwords = g.nwords,
							.words_since = g.words_since},
				    tell, ctx);
	free(g.changes);
	free(g.words);
	return st;
}

enum status law_load_since(struct law **out, struct app *app, const struct law_given *given,
			   law_tell *tell, void *ctx)
{
	struct law_given mine = *given;
	struct gathering g = {.st = ST_OK};
	enum status st;

	*out = NULL;
	mine.words_since = (int64_t)time(NULL) - WORDS_SECONDS;
	st = law_gather_words(app, mine.words_since, &g);
	mine.words = g.words;
	mine.nwords = g.nwords;
	if (!st)
		st = law_load_given(out, app, &mine, tell, ctx);
	free(g.words);
	return st;
}

void law_free(struct law *law)
{
	if (!law)
		return;
	for (size_t i = 0; i < law->nsets; i++)
		types_free(law->sets[i]);
	free(law->sets);
	free(law->moments);
	free(law->changes);
	free(law->words);
	arena_free(law->arena);
	free(law);
}
