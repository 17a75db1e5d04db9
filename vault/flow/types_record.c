#include "vault/flow/types_record.h"

#include "generator/base/sha256.h"
#include "generator/sheet/type.h"
#include "vault/flow/commit_change.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { SUMS_ROOM = 1024 * 1024, NAMED = 20, SUM_PREFIX = 66 };

const struct span types_rules = SPAN(RULE_PAPER "\n");

void types_rules_sum(struct span rules, struct buf *out)
{
	char sum[SHA256_HEX];

	sha256_hex(rules, sum);
	buf_addf(out, "%s  %s\n", sum, TYPES_RULES);
}

/* One at a time: two threads of a server begin with the same types. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

struct recording {
	struct app *app;
	struct repo *registry;
	struct oid head;
	struct buf was, is; /* TYPES_SUMS, as the registry has it and as it should be */
	struct buf paths;   /* of all changes, each ended by NUL */
	struct change *changes;
	size_t *at; /* where in paths; what is removed has no bytes */
	size_t count;
};

/* ---- what is different ---------------------------------------------------------------------- */

static bool has_line(struct span sums, struct span line)
{
	while (sums.n)
		if (span_eq(span_cut(&sums, '\n'), line))
			return true;
	return false;
}

static struct span path_of_line(struct span line)
{
	return line.n > SUM_PREFIX ? span_make(line.p + SUM_PREFIX, line.n - SUM_PREFIX)
				   : SPAN_NONE;
}

static bool has_path(struct span sums, struct span path)
{
	while (sums.n)
		if (span_eq(path_of_line(span_cut(&sums, '\n')), path))
			return true;
	return false;
}

static void add(struct recording *r, struct span path, struct span bytes)
{
	r->at[r->count] = r->paths.len;
	buf_addspan(&r->paths, path);
	buf_addc(&r->paths, '\0');
	r->changes[r->count++].bytes = bytes;
}

/* Files that are new or have other bytes, in the order of the sums; the rules are the last. */
static void add_changed(struct recording *r)
{
	struct span rest = buf_span(&r->is), was = buf_span(&r->was);
	size_t n = 0;
	const struct type_file *files = types_files(r->app->types, &n);

	for (size_t i = 0; i < n; i++) {
		struct span line = span_cut(&rest, '\n');

		if (!has_line(was, line))
			add(r, path_of_line(line), files[i].bytes);
	}
	if (!has_line(was, span_cut(&rest, '\n')))
		add(r, SPAN(TYPES_RULES), types_rules);
}

static void add_removed(struct recording *r)
{
	struct span rest = buf_span(&r->was), is = buf_span(&r->is);

	while (rest.n) {
		struct span path = path_of_line(span_cut(&rest, '\n'));

		if (path.n && !has_path(is, path))
			add(r, path, SPAN_NONE);
	}
}

static size_t lines(struct span s)
{
	size_t n = 0;

	for (; s.n; n++)
		span_cut(&s, '\n');
	return n;
}

static enum status find_changes(struct recording *r)
{
	size_t most = lines(buf_span(&r->was)) + lines(buf_span(&r->is)) + 1;

	r->changes = calloc(most, sizeof *r->changes);
	r->at = calloc(most, sizeof *r->at);
	if (!r->changes || !r->at)
		return fail(ST_NOMEM, "no memory for sheet types");
	add_changed(r);
	add_removed(r);
	add(r, SPAN(TYPES_SUMS), buf_span(&r->is));
	for (size_t i = 0; i < r->count && !r->paths.st; i++)
		r->changes[i].path = span_of(r->paths.data + r->at[i]);
	return r->paths.st;
}

/* ---- the commit ----------------------------------------------------------------------------- */

static void name_changes(const struct recording *r, struct buf *out)
{
	for (size_t i = 0; i + 1 < r->count && i < NAMED; i++)
		buf_addf(out, "%s%.*s\n", r->changes[i].bytes.p ? "" : "- ",
			 SPAN_ARG(r->changes[i].path));
	if (r->count > NAMED + 1)
		buf_adds(out, "…\n");
}

static enum status commit(struct recording *r)
{
	struct change_set set = {.repo = {.kind = REPO_REGISTRY},
				 .action = "type.change",
				 .what = SPAN("types"),
				 .changes = r->changes,
				 .count = r->count};
	struct actor vault;
	struct buf reason;
	struct oid id;
	enum status st;

	actor_operator(&vault, r->app);
	buf_init(&reason, 16 * 1024);
	name_changes(r, &reason);
	set.reason = buf_span(&reason);
	st = commit_change(r->app, &vault, &set, &id);
	if (!st && r->was.len)
		fprintf(stderr,
			"karte: シートの種類が変わったので、登録簿に記録しました（%zu件）\n%s",
			r->count - 1, buf_str(&reason));
	if (!st)
		r->head = id;
	buf_clear(&reason);
	actor_clear(&vault);
	return st == ST_EXISTS ? ST_OK : st;
}

static enum status compare(struct recording *r)
{
	enum status st = repo_read(r->registry, &r->head, TYPES_SUMS, &r->was);

	if (st && st != ST_NOTFOUND)
		return st;
	types_sums(r->app->types, &r->is);
	types_rules_sum(types_rules, &r->is);
	if (r->is.st || (!st && span_eq(buf_span(&r->was), buf_span(&r->is))))
		return r->is.st;
	st = find_changes(r);
	return st ? st : commit(r);
}

static enum status look(struct recording *r)
{
	const struct repo_name name = {.kind = REPO_REGISTRY};
	char head[OID_HEX];
	enum status st = repo_open(&r->registry, r->app->store, &name);

	if (!st)
		st = repo_head(r->registry, &r->head);
	if (st)
		return st == ST_NOTFOUND ? ST_OK : st;
	oid_hex(&r->head, head);
	if (strcmp(head, r->app->types_at) == 0)
		return ST_OK;
	st = compare(r);
	if (!st)
		oid_hex(&r->head, r->app->types_at);
	return st;
}

enum status types_record(struct app *app)
{
	struct recording r = {.app = app};
	enum status st;

	buf_init(&r.was, SUMS_ROOM);
	buf_init(&r.is, SUMS_ROOM);
	buf_init(&r.paths, SUMS_ROOM);
	pthread_mutex_lock(&turn);
	st = look(&r);
	pthread_mutex_unlock(&turn);
	repo_close(r.registry);
	free(r.changes);
	free(r.at);
	buf_clear(&r.was);
	buf_clear(&r.is);
	buf_clear(&r.paths);
	return st;
}
