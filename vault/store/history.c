#include "vault/store/history.h"

#include "vault/store/commit.h"
#include "vault/store/digest.h"
#include "vault/store/raw.h"

enum { OBJECT_MAX = 1 << 20 };

/* One commit in memory; v points into object. */
struct loaded {
	struct buf object;
	struct raw_commit raw;
	struct version v;
};

/* The commit must be here: the caller tells an unknown id from a lost object. */
static enum status load(struct loaded *l, struct repo *r, const struct oid *id)
{
	git_oid gid;
	enum status st;

	buf_cut(&l->object, 0);
	oid_to_git(&gid, id);
	st = object_read(r, &gid, GIT_OBJECT_COMMIT, &l->object);
	if (!st)
		st = raw_parse(buf_span(&l->object), &l->raw, &l->v);
	l->v.id = *id;
	return st;
}

static bool is_commit(struct repo *r, const struct oid *id)
{
	git_odb *odb = NULL;
	git_oid gid;
	size_t len;
	git_object_t type = GIT_OBJECT_INVALID;

	oid_to_git(&gid, id);
	if (git_repository_odb(&odb, r->git) || git_odb_read_header(&len, &type, odb, &gid))
		type = GIT_OBJECT_INVALID;
	git_odb_free(odb);
	return type == GIT_OBJECT_COMMIT;
}

/* Loads a commit that somebody asks for by its id: an unknown one is ST_NOTFOUND. */
static enum status load_asked(struct loaded *l, struct repo *r, const struct oid *id)
{
	if (!is_commit(r, id))
		return fail(ST_NOTFOUND, "no such version");
	return load(l, r, id);
}

/* The id of what stands at path in a commit's tree; zero when nothing does. */
static enum status path_id_in(struct repo *r, const struct oid *tree_id, const char *path,
			      struct oid *out)
{
	git_tree *tree = NULL;
	git_oid id;
	git_object_t type;
	enum status st;
	int rc;

	*out = (struct oid){{0}};
	oid_to_git(&id, tree_id);
	rc = git_tree_lookup(&tree, r->git, &id);
	if (rc)
		return git_broken(rc, "cannot read a folder");
	st = tree_find(r, tree, span_of(path), &id, &type);
	if (!st)
		oid_from_git(out, &id);
	git_tree_free(tree);
	return st == ST_NOTFOUND ? ST_OK : st;
}

/* Whether path differs between two commits; before without object is no commit at all. */
static enum status differs(struct repo *r, const struct loaded *now, const struct loaded *before,
			   const char *path, bool *out)
{
	struct oid a, b = {{0}};
	enum status st = path_id_in(r, &now->raw.tree, path, &a);

	if (!st && before->object.len)
		st = path_id_in(r, &before->raw.tree, path, &b);
	*out = !st && !oid_eq(&a, &b);
	return st;
}

static enum status walk_on(struct repo *r, struct loaded *now, struct loaded *before,
			   const char *path, history_fn fn, void *arg)
{
	enum status st = ST_OK;

	for (;;) {
		bool wanted = true;
		struct loaded *swap = now;
		buf_cut(&before->object, 0);
		if (now->v.parent_count)
			st = load(before, r, &now->v.parents[0]);
		if (!st && path)
			st = differs(r, now, before, path, &wanted);
		if (st)
			return st;
		if (wanted && !fn(arg, &now->v))
			return ST_OK;
		if (!now->v.parent_count)
			return ST_OK;
		now = before;
		before = swap;
	}
}

enum status history_walk(struct repo *r, const struct oid *from, const char *path, history_fn fn,
			 void *arg)
{
	struct loaded a = {0}, b = {0};
	struct oid head;
	enum status st = from ? ST_OK : repo_head(r, &head);

	buf_init(&a.object, OBJECT_MAX);
	buf_init(&b.object, OBJECT_MAX);
	if (!st)
		st = from ? load_asked(&a, r, from) : load(&a, r, &head);
	if (!st)
		st = walk_on(r, &a, &b, path, fn, arg);
	buf_clear(&b.object);
	buf_clear(&a.object);
	return st;
}

enum status history_one(struct repo *r, const struct oid *id, history_fn fn, void *arg)
{
	struct loaded l = {0};
	enum status st;

	buf_init(&l.object, OBJECT_MAX);
	st = load_asked(&l, r, id);
	if (!st)
		fn(arg, &l.v);
	buf_clear(&l.object);
	return st;
}

struct seeking {
	const struct oid *id;
	bool found;
};

static bool seek(void *arg, const struct version *v)
{
	struct seeking *s = arg;

	s->found = oid_eq(&v->id, s->id);
	return !s->found;
}

enum status history_contains(struct repo *r, const struct oid *id, bool *out)
{
	struct seeking s = {id, false};
	enum status st = is_commit(r, id) ? history_walk(r, NULL, NULL, seek, &s) : ST_OK;

	*out = s.found;
	return st == ST_NOTFOUND ? ST_OK : st;
}

struct span version_trailer(const struct version *v, const char *name)
{
	for (size_t i = 0; i < v->trailer_count; i++)
		if (span_is(v->trailers[i].name, name))
			return v->trailers[i].value;
	return SPAN_NONE;
}

enum status commit_trailer(struct repo *r, const struct oid *id, const char *name, struct buf *out)
{
	struct loaded l = {0};
	struct span value;
	enum status st;

	buf_init(&l.object, OBJECT_MAX);
	st = load_asked(&l, r, id);
	if (!st) {
		value = version_trailer(&l.v, name);
		buf_addspan(out, value);
		st = value.p ? out->st : fail(ST_NOTFOUND, "no trailer %s", name);
	}
	buf_clear(&l.object);
	return st;
}

enum status commit_signature(struct repo *r, const struct oid *id, struct buf *signature,
			     struct buf *signed_bytes)
{
	struct loaded l = {0};
	enum status st;

	buf_init(&l.object, OBJECT_MAX);
	st = load_asked(&l, r, id);
	if (!st && l.raw.signatures > 1)
		st = fail(ST_CORRUPT, "a commit with %zu signatures", l.raw.signatures);
	if (!st) {
		raw_signature(buf_span(&l.object), &l.raw, signature, signed_bytes);
		st = signature->st ? signature->st : signed_bytes->st;
	}
	buf_clear(&l.object);
	return st;
}

enum status version_signature(const struct version *v, struct buf *signature,
			      struct buf *signed_bytes)
{
	struct raw_commit raw;
	struct version again;
	enum status st = raw_parse(v->object, &raw, &again);

	if (!st && raw.signatures > 1)
		st = fail(ST_CORRUPT, "a commit with %zu signatures", raw.signatures);
	if (st)
		return st;
	raw_signature(v->object, &raw, signature, signed_bytes);
	return signature->st ? signature->st : signed_bytes->st;
}

/* The one digest among the trailers of a commit. */
enum status digest_of(const struct version *v, struct span *out)
{
	size_t found = 0;

	for (size_t i = 0; i < v->trailer_count; i++) {
		if (!span_is(v->trailers[i].name, DIGEST_TRAILER))
			continue;
		*out = v->trailers[i].value;
		found++;
	}
	if (found == 1)
		return ST_OK;
	return found ? fail(ST_CORRUPT, "a commit with %zu digests", found)
		     : fail(ST_NOTFOUND, "a commit without " DIGEST_TRAILER);
}

enum status digest_is(struct span said, const char hex[static SHA256_HEX])
{
	if (span_starts(said, SPAN(DIGEST_PREFIX)) && span_ends(said, span_of(hex)) &&
	    said.n == strlen(DIGEST_PREFIX) + SHA256_HEX - 1)
		return ST_OK;
	return fail(ST_CORRUPT, "the content is not what " DIGEST_TRAILER " says");
}

enum status commit_digest_check(struct repo *r, const struct oid *id)
{
	struct loaded l = {0};
	struct span said = SPAN_NONE;
	char hex[SHA256_HEX];
	enum status st;

	buf_init(&l.object, OBJECT_MAX);
	st = load_asked(&l, r, id);
	if (!st)
		st = digest_of(&l.v, &said);
	if (!st)
		st = commit_digest(r, id, hex);
	if (!st)
		st = digest_is(said, hex);
	buf_clear(&l.object);
	return st;
}
