/* The sheet types of each version of the registry. */
#include "vault/flow/law_load.h"

#include "generator/sheet/yaml.h"
#include "vault/flow/types_record.h"

#include <stdio.h>
#include <stdlib.h>

static void tell_types(struct loading *l, struct span what, const char *is)
{
	char version[OID_HEX] = "", text[DEED_TEXT];
	const struct law_finding f = {"types.changed", "registry", version, text};

	if (l->commit)
		oid_hex(l->commit, version);
	snprintf(text, sizeof text, "%.*s %s", SPAN_ARG(what), is);
	l->tell(l->ctx, &f);
}

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
	struct type_file *more = law_grown(k->files, k->count, &k->room, sizeof *more);
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

/* From the first record on that has it a rule holds; one that is taken away again holds on. */
static enum status read_rules(struct loading *l, struct buf *out)
{
	struct span rest;
	enum status st = repo_read(l->repo, l->commit, TYPES_RULES, out);

	if (st == ST_NOTFOUND && l->law->paper_rule)
		tell_types(l, SPAN(TYPES_RULES), "was taken away");
	if (st)
		return st == ST_NOTFOUND ? ST_OK : st;
	for (rest = buf_span(out); rest.n;)
		if (span_is(span_cut(&rest, '\n'), RULE_PAPER) && !l->law->paper_rule)
			l->law->paper_rule = l->n + 1;
	return ST_OK;
}

/* The digests that stand beside them must be theirs. */
static enum status check_sums(struct loading *l, const struct types *ts)
{
	struct buf is, said, rules;
	enum status st;

	buf_init(&is, 1024 * 1024);
	buf_init(&said, 1024 * 1024);
	types_sums(ts, &is);
	buf_init(&rules, 64 * 1024);
	st = read_rules(l, &rules);
	if (rules.len)
		types_rules_sum(buf_span(&rules), &is);
	buf_clear(&rules);
	if (!st)
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
	return law_add_moment(law, LAW_TYPES, SPAN(""), l->n, ts);
}

enum status law_load_types(struct loading *l)
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
void law_check_in_use(struct loading *l)
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
