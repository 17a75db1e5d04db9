/* Replays the registry into what it was at each record. */
#include "vault/flow/law_impl.h"

#include "vault/flow/policy.h"
#include "vault/flow/registry_file.h"
#include "vault/flow/types_record.h"
#include "vault/journal/journal.h"

#include <stdio.h>
#include <stdlib.h>

enum { LAW_MEMORY = 1024 * 1024 * 1024, CHANGES_ROOM = 256 };

static const struct repo_name registry_name = {.kind = REPO_REGISTRY};

/* ---- what the journal gives ----------------------------------------------------------------- */

struct gathering {
	struct law_change *changes;
	struct law_word *words;
	size_t nchanges, changes_room, nwords, words_room;
	int64_t words_since;
	enum status st;
};

static void *grown(void *list, size_t n, size_t *room, size_t size)
{
	void *more;

	if (n < *room)
		return list;
	more = realloc(list, (*room ? *room * 2 : CHANGES_ROOM) * size);
	if (more)
		*room = *room ? *room * 2 : CHANGES_ROOM;
	return more;
}

static bool take_change(void *ctx, const struct record *r, struct span line)
{
	struct gathering *g = ctx;
	struct law_change *more = grown(g->changes, g->nchanges, &g->changes_room, sizeof *more);

	(void)line;
	if (!more) {
		g->st = fail(ST_NOMEM, "no memory for the registry's records");
		return false;
	}
	g->changes = more;
	more[g->nchanges] = (struct law_change){.n = r->n, .t = r->t};
	g->nchanges += oid_parse(r->new_, &more[g->nchanges].id);
	return true;
}

static bool take_word(void *ctx, const struct record *r, struct span line)
{
	struct gathering *g = ctx;
	struct law_word *more, w = {.n = r->n, .t = r->t};

	(void)line;
	if (!span_is(r->decision, "allow") || !span_copy(r->event, w.event, sizeof w.event) ||
	    !span_copy(r->account, w.account, sizeof w.account))
		return true;
	span_copy(r->child, w.child, sizeof w.child);
	span_copy(r->object, w.object, sizeof w.object);
	more = grown(g->words, g->nwords, &g->words_room, sizeof *more);
	if (!more) {
		g->st = fail(ST_NOMEM, "no memory for records of access");
		return false;
	}
	g->words = more;
	more[g->nwords++] = w;
	return true;
}

static bool take_first(void *ctx, const struct record *r, struct span line)
{
	struct gathering *g = ctx;

	(void)line;
	g->words_since = r->t;
	return false;
}

static int by_n(const void *a, const void *b)
{
	const struct law_word *x = a, *y = b;

	return (x->n > y->n) - (x->n < y->n);
}

static enum status scan(struct app *app, const struct journal_filter *f, journal_each *each,
			struct gathering *g)
{
	enum status st = journal_scan(app->journal, f, each, g);

	return st == ST_CORRUPT ? g->st : st ? st : g->st; /* the journal's own proof tells it */
}

/* Were no months of the class removed, everything that was ever said is there. */
static enum status gather_since(struct app *app, struct gathering *g)
{
	const struct journal_filter pruned = {
	    .class = "system", .event = SPAN("journal.prune"), .limit = 1};
	const struct journal_filter first = {.class = "access", .limit = 1};
	enum status st;

	g->words_since = 0;
	st = scan(app, &pruned, take_first, g);
	if (st || !g->words_since)
		return st;
	g->words_since = INT64_MAX;
	return scan(app, &first, take_first, g);
}

static enum status gather(struct app *app, struct gathering *g)
{
	const struct journal_filter changes = {.class = "change", .repository = SPAN("registry")};
	const struct journal_filter opened = {.class = "access", .event = SPAN("child.open")};
	const struct journal_filter given = {.class = "access", .event = SPAN("release.")};
	enum status st = scan(app, &changes, take_change, g);

	if (!st)
		st = scan(app, &opened, take_word, g);
	if (!st)
		st = scan(app, &given, take_word, g);
	if (g->nwords)
		qsort(g->words, g->nwords, sizeof *g->words, by_n);
	return st ? st : gather_since(app, g);
}

/* ---- one file ------------------------------------------------------------------------------- */

struct loading {
	struct law *law;
	struct repo *repo;
	const struct oid *commit;
	uint64_t n;
	bool types; /* this commit changed some */
	law_tell *tell;
	void *ctx;
};

static void tell_types(struct loading *l, struct span what, const char *is)
{
	char version[OID_HEX] = "", text[DEED_TEXT];
	const struct law_finding f = {"types.changed", "registry", version, text};

	if (l->commit)
		oid_hex(l->commit, version);
	snprintf(text, sizeof text, "%.*s %s", SPAN_ARG(what), is);
	l->tell(l->ctx, &f);
}

static enum status add_moment(struct law *law, enum law_kind kind, struct span id, uint64_t n,
			      const void *row)
{
	struct law_moment *more = grown(law->moments, law->count, &law->room, sizeof *more);

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
			  : add_moment(l->law, f->kind, span_make(id.p + begin.n, id.n - begin.n),
				       l->n, row);
	}
	return ST_OK;
}

/* ---- types ---------------------------------------------------------------------------------- */

struct listing {
	struct loading *l;
	struct arena *arena;
	char id[ID_MAX + 1]; /* of the folder; "": forms */
	struct type_file *files;
	size_t count, room;
};

static enum status add_file(struct listing *k, struct span id, long version,
			    const struct repo_entry *e)
{
	struct type_file *more = grown(k->files, k->count, &k->room, sizeof *more);
	struct type_file *f;
	struct buf text;
	enum status st = more ? ST_OK : fail(ST_NOMEM, "no memory for sheet types");

	if (st)
		return st;
	k->files = more;
	f = &more[k->count];
	*f = (struct type_file){.version = (int)version};
	if (!span_copy(id, f->id, sizeof f->id))
		return ST_OK;
	buf_init(&text, YAML_MAX_BYTES + 1);
	st = repo_read_blob(k->l->repo, &e->id, &text);
	f->bytes = arena_copy(k->arena, buf_span(&text));
	buf_clear(&text);
	if (!st && !f->bytes.p)
		st = ST_NOMEM;
	k->count += !st;
	return st;
}

static enum status one_file(void *arg, const struct repo_entry *e)
{
	struct listing *k = arg;
	struct span name = e->name;
	long version = 0;

	if (e->dir || !span_ends(name, SPAN(".yaml")))
		return ST_OK;
	name.n -= strlen(".yaml");
	if (!k->id[0])
		return add_file(k, name, 0, e);
	return span_number(name, 9999, &version) && version
		   ? add_file(k, span_of(k->id), version, e)
		   : ST_OK;
}

static enum status one_folder(void *arg, const struct repo_entry *e)
{
	struct listing *k = arg;
	char path[ID_MAX + 16];
	enum status st;

	if (!e->dir || !span_copy(e->name, k->id, sizeof k->id))
		return ST_OK;
	snprintf(path, sizeof path, "types/%s", k->id);
	st = repo_list(k->l->repo, k->l->commit, path, one_file, k);
	k->id[0] = '\0';
	return st;
}

static int by_place(const void *pa, const void *pb)
{
	const struct type_file *a = pa, *b = pb;
	int d = strcmp(a->id, b->id);

	return d ? d : a->version - b->version;
}

static enum status list_types(struct listing *k)
{
	enum status st = repo_list(k->l->repo, k->l->commit, "types", one_folder, k);

	if (!st || st == ST_NOTFOUND)
		st = repo_list(k->l->repo, k->l->commit, "forms", one_file, k);
	if (k->count)
		qsort(k->files, k->count, sizeof *k->files, by_place);
	return st == ST_NOTFOUND ? ST_OK : st;
}

/* The digests that stand beside them must be theirs. */
static enum status check_sums(struct loading *l, const struct types *ts)
{
	struct buf is, said;
	enum status st;

	buf_init(&is, 1024 * 1024);
	buf_init(&said, 1024 * 1024);
	types_sums(ts, &is);
	st = repo_read(l->repo, l->commit, TYPES_SUMS, &said);
	if (st == ST_NOTFOUND || (!st && !span_eq(buf_span(&is), buf_span(&said))))
		tell_types(l, SPAN(TYPES_SUMS), "is not of the types beside it");
	buf_clear(&is);
	buf_clear(&said);
	return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status keep_types(struct loading *l, struct types *ts)
{
	struct law *law = l->law;
	struct types **more = realloc(law->sets, (law->nsets + 1) * sizeof(struct types *));

	if (!more) {
		types_free(ts);
		return fail(ST_NOMEM, "no memory for sheet types");
	}
	law->sets = more;
	more[law->nsets++] = ts;
	if (law->nsets == 1)
		law->first = ts;
	return add_moment(law, LAW_TYPES, SPAN(""), l->n, ts);
}

static enum status load_types(struct loading *l)
{
	struct listing k = {.l = l, .arena = arena_new(64 * 1024 * 1024)};
	struct types *ts = NULL;
	struct problems ps;
	enum status st = k.arena ? list_types(&k) : ST_NOMEM;

	problems_init(&ps);
	if (!st)
		st = types_make(&ts, k.files, k.count, &ps);
	if (st == ST_INVALID) {
		tell_types(l, ps.count ? span_of(ps.list[0].file) : SPAN("types"),
			   "cannot be read as a sheet type");
		st = ST_OK;
	}
	if (!st && ts) {
		st = keep_types(l, ts);
		if (!st)
			st = check_sums(l, ts);
	}
	problems_clear(&ps);
	free(k.files);
	arena_free(k.arena);
	return st;
}

/* A line of the one that the other does not have. */
static bool first_missing(struct span of, struct span in, struct span *path)
{
	while (of.n) {
		struct span line = span_cut(&of, '\n'), rest = in;
		bool found = false;

		while (rest.n && !found)
			found = span_eq(span_cut(&rest, '\n'), line);
		if (!found) {
			*path = span_make(line.p + 66, line.n - 66);
			return true;
		}
	}
	return false;
}

/* What is in use must be what was recorded last. */
static void check_in_use(struct loading *l)
{
	const struct types *last = law_types(l->law, UINT64_MAX);
	struct span path = SPAN_NONE;
	struct buf used, kept;

	l->commit = NULL;
	if (!last || strcmp(types_hash(last), types_hash(l->law->app->types)) == 0)
		return;
	buf_init(&used, 1024 * 1024);
	buf_init(&kept, 1024 * 1024);
	types_sums(l->law->app->types, &used);
	types_sums(last, &kept);
	if (first_missing(buf_span(&used), buf_span(&kept), &path))
		tell_types(l, path, "in use is not the one that the registry has");
	else if (first_missing(buf_span(&kept), buf_span(&used), &path))
		tell_types(l, path, "stands in the registry, but is not in use");
	buf_clear(&used);
	buf_clear(&kept);
}

/* ---- all versions --------------------------------------------------------------------------- */

struct line {
	struct oid *ids; /* newest first */
	size_t count, room;
	enum status st;
};

static bool take_version(void *arg, const struct version *v)
{
	struct line *line = arg;
	struct oid *more = grown(line->ids, line->count, &line->room, sizeof *more);

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
			st = load_types(l);
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

static enum status load(struct loading *l)
{
	struct line line = {.st = ST_OK};
	enum status st = repo_open(&l->repo, l->law->app->store, &registry_name);

	if (!st)
		st = history_walk(l->repo, NULL, NULL, take_version, &line);
	if (!st)
		st = line.st;
	if (!st)
		st = replay(l, &line);
	if (l->law->count)
		qsort(l->law->moments, l->law->count, sizeof *l->law->moments, by_moment);
	if (!st)
		check_in_use(l);
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
		st = load(&l);
	if (st)
		law_free(law);
	else
		*out = law;
	return st;
}

enum status law_load(struct law **out, struct app *app, law_tell *tell, void *ctx)
{
	struct gathering g = {.st = ST_OK};
	enum status st = gather(app, &g);

	*out = NULL;
	if (!st)
		st = law_load_given(
		    out, app,
		    &(struct law_given){g.changes, g.nchanges, g.words, g.nwords, g.words_since},
		    tell, ctx);
	free(g.changes);
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
