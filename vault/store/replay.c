#include "vault/store/replay.h"

#include "vault/store/contents.h"
#include "vault/store/digest.h"
#include "vault/store/raw.h"

#include <stdlib.h>

enum {
	OBJECT_MAX = 1 << 20,
	KEPT_MAX = 64 << 20, /* bytes of commits that are kept from finding to telling */
};

/* A version that was found; its bytes are kept while there is room. */
struct found {
	struct oid id;
	size_t at, n; /* n == 0: to be read again */
};

struct replay {
	struct repo *repo;
	struct contents *contents;
	struct found *list; /* newest first */
	size_t count, cap;
	struct buf kept, object;
};

enum status replay_open(struct replay **out, struct store *s, const struct repo_name *name)
{
	struct replay *r = calloc(1, sizeof *r);
	enum status st;

	*out = NULL;
	if (!r)
		return fail(ST_NOMEM, "no memory to go through a repository");
	buf_init(&r->kept, KEPT_MAX);
	buf_init(&r->object, OBJECT_MAX);
	st = repo_begin(&r->repo, s, name);
	if (!st)
		st = contents_new(&r->contents, r->repo);
	if (st) {
		replay_close(r);
		return st;
	}
	*out = r;
	return ST_OK;
}

void replay_close(struct replay *r)
{
	if (!r)
		return;
	contents_free(r->contents);
	repo_end(r->repo);
	buf_clear(&r->kept);
	buf_clear(&r->object);
	free(r->list);
	free(r);
}

struct repo *replay_repo(struct replay *r)
{
	return r->repo;
}

/* ---- back ----------------------------------------------------------------------------------- */

static enum status load(struct replay *r, const struct oid *id, struct version *v)
{
	struct raw_commit raw;
	git_oid gid;
	enum status st;

	buf_cut(&r->object, 0);
	oid_to_git(&gid, id);
	st = object_read(r->repo, &gid, GIT_OBJECT_COMMIT, &r->object);
	if (!st)
		st = raw_parse(buf_span(&r->object), &raw, v);
	v->id = *id;
	return st == ST_TOOBIG ? fail(ST_CORRUPT, "a commit is too large") : st;
}

static enum status keep(struct replay *r, const struct oid *id)
{
	struct found *more, f = {*id, r->kept.len, 0};

	if (r->count == r->cap) {
		size_t cap = r->cap ? 2 * r->cap : 64;
		more = reallocarray(r->list, cap, sizeof *more);
		if (!more)
			return fail(ST_NOMEM, "no memory for %zu versions", cap);
		r->list = more;
		r->cap = cap;
	}
	if (r->kept.len + r->object.len <= KEPT_MAX) {
		buf_addspan(&r->kept, buf_span(&r->object));
		f.n = r->object.len;
	}
	r->list[r->count++] = f;
	return r->kept.st;
}

enum status replay_find(struct replay *r, const struct oid *to, const struct oid *after)
{
	struct oid id = *to;
	struct version v;
	enum status st = ST_OK;

	r->count = 0;
	buf_cut(&r->kept, 0);
	while (!st) {
		if (after && oid_eq(&id, after))
			return ST_OK;
		st = load(r, &id, &v);
		if (!st)
			st = keep(r, &id);
		if (st || !v.parent_count)
			break;
		id = v.parents[0];
	}
	if (st || !after)
		return st;
	return fail(ST_STALE, "the version that was looked at before is not in the history");
}

/* ---- forth ---------------------------------------------------------------------------------- */

static enum status take(struct replay *r, const struct found *f, struct version *v)
{
	struct raw_commit raw;
	enum status st;

	if (!f->n)
		return load(r, &f->id, v);
	st = raw_parse(span_make(r->kept.data + f->at, f->n), &raw, v);
	v->id = f->id;
	return st;
}

enum status replay_each(struct replay *r, history_fn fn, void *arg)
{
	struct version v;
	enum status st = ST_OK;

	for (size_t i = r->count; i-- > 0 && !st;) {
		st = take(r, &r->list[i], &v);
		if (!st && !fn(arg, &v))
			return ST_OK;
	}
	return st;
}

enum status replay_digest(struct replay *r, const struct version *v)
{
	struct raw_commit raw;
	struct version again;
	struct span said = SPAN_NONE;
	char hex[SHA256_HEX];
	git_oid tree;
	enum status st = digest_of(v, &said);

	if (!st)
		st = raw_parse(v->object, &raw, &again);
	if (st)
		return st;
	oid_to_git(&tree, &raw.tree);
	st = contents_digest(r->contents, &tree, hex);
	return st ? st : digest_is(said, hex);
}
