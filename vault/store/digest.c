#include "vault/store/digest.h"

#include "vault/store/commit.h"
#include "vault/store/stream.h"

#include <stdlib.h>

/* One place for each value of the first bits of an id: a newer content takes an older one's. */
enum { PLACES = 1 << 16 };

struct place {
	unsigned char id[OID_LEN];
	unsigned char sha[SHA256_LEN];
};

struct digest_cache {
	pthread_mutex_t lock;
	struct place place[PLACES];
};

struct digest_cache *digest_cache_new(void)
{
	struct digest_cache *c = calloc(1, sizeof *c);

	if (c)
		pthread_mutex_init(&c->lock, NULL);
	return c;
}

void digest_cache_free(struct digest_cache *c)
{
	if (!c)
		return;
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static struct place *place_of(struct digest_cache *c, const git_oid *id)
{
	return &c->place[(size_t)id->id[0] << 8 | id->id[1]];
}

static bool cache_get(struct digest_cache *c, const git_oid *id, unsigned char *sha)
{
	struct place *p = place_of(c, id);
	bool hit;

	pthread_mutex_lock(&c->lock);
	hit = memcmp(p->id, id->id, OID_LEN) == 0;
	if (hit)
		memcpy(sha, p->sha, SHA256_LEN);
	pthread_mutex_unlock(&c->lock);
	return hit;
}

static void cache_put(struct digest_cache *c, const git_oid *id, const unsigned char *sha)
{
	struct place *p = place_of(c, id);

	pthread_mutex_lock(&c->lock);
	memcpy(p->id, id->id, OID_LEN);
	memcpy(p->sha, sha, SHA256_LEN);
	pthread_mutex_unlock(&c->lock);
}

void digest_remember(struct repo *r, const git_oid *id, struct sha256 *sum,
		     char hex[static SHA256_HEX])
{
	unsigned char sha[SHA256_LEN];
	struct buf text;

	sha256_end(sum, sha);
	cache_put(r->store->digests, id, sha);
	buf_init(&text, SHA256_HEX);
	buf_addhex(&text, sha, sizeof sha);
	span_copy(buf_span(&text), hex, SHA256_HEX);
	buf_clear(&text);
}

enum { LARGE = 1024 * 1024 }; /* bytes: above, a content is read piece by piece */

static enum status is_large(struct repo *r, const git_oid *id, bool *out)
{
	git_odb *odb = NULL;
	git_object_t type;
	size_t bytes = 0;
	int rc = git_repository_odb(&odb, r->git);

	if (!rc)
		rc = git_odb_read_header(&bytes, &type, odb, id);
	git_odb_free(odb);
	*out = bytes > LARGE;
	return rc ? git_broken(rc, "cannot read an object") : ST_OK;
}

struct digesting {
	struct repo *repo;
	bool trust;
	struct sha256 sum;
	struct buf path;
};

enum status content_digest(struct repo *r, const git_oid *id, unsigned char sha[static SHA256_LEN])
{
	struct buf bytes;
	bool large = false;
	enum status st = is_large(r, id, &large);

	if (!st && large) {
		st = large_sha(r, id, sha);
		return st == ST_NOTFOUND ? ST_CORRUPT : st;
	}
	buf_init(&bytes, SIZE_MAX / 4);
	if (!st)
		st = object_read(r, id, GIT_OBJECT_BLOB, &bytes);
	if (!st)
		sha256(buf_span(&bytes), sha);
	buf_clear(&bytes);
	return st;
}

enum status repo_sha256(struct repo *r, const struct oid *id, char sha256[static SHA256_HEX])
{
	unsigned char sha[SHA256_LEN];
	struct buf hex;
	git_oid at;
	enum status st;

	oid_to_git(&at, id);
	st = content_digest(r, &at, sha);
	if (st)
		return st;
	buf_init(&hex, SHA256_HEX);
	buf_addhex(&hex, sha, sizeof sha);
	st = hex.st;
	span_copy(buf_span(&hex), sha256, SHA256_HEX);
	buf_clear(&hex);
	return st;
}

static enum status content_sha(struct digesting *d, const git_oid *id, unsigned char *sha)
{
	enum status st;

	if (d->trust && cache_get(d->repo->store->digests, id, sha))
		return ST_OK;
	st = content_digest(d->repo, id, sha);
	if (!st)
		cache_put(d->repo->store->digests, id, sha);
	return st;
}

static enum status add_file(struct digesting *d, const git_oid *id)
{
	unsigned char sha[SHA256_LEN];
	struct buf line;
	enum status st = content_sha(d, id, sha);

	if (st)
		return st;
	buf_init(&line, COMMIT_PATH_MAX + 80);
	buf_addspan(&line, buf_span(&d->path));
	buf_addc(&line, ' ');
	buf_addhex(&line, sha, sizeof sha);
	buf_addc(&line, '\n');
	st = line.st;
	sha256_add(&d->sum, buf_str(&line), line.len);
	buf_clear(&line);
	return st;
}

static enum status add_tree(struct digesting *d, const git_oid *id, int depth);

static enum status add_entry(struct digesting *d, const git_tree_entry *e, int depth)
{
	size_t before = d->path.len;
	enum status st;

	buf_addf(&d->path, "%s%s", before ? "/" : "", git_tree_entry_name(e));
	if (d->path.st)
		return fail(ST_CORRUPT, "a path is too long");
	if (git_tree_entry_filemode(e) == GIT_FILEMODE_TREE)
		st = add_tree(d, git_tree_entry_id(e), depth + 1);
	else if (git_tree_entry_filemode(e) == GIT_FILEMODE_BLOB)
		st = add_file(d, git_tree_entry_id(e));
	else
		st = fail(ST_CORRUPT, "something that is neither file nor folder");
	buf_cut(&d->path, before);
	return st;
}

/* git sorts the names in a tree so that going through it gives the paths in the order of bytes. */
static enum status add_tree(struct digesting *d, const git_oid *id, int depth)
{
	git_tree *tree = NULL;
	enum status st = ST_OK;
	int rc;

	if (depth >= COMMIT_DEPTH_MAX)
		return fail(ST_CORRUPT, "folders too deep");
	rc = git_tree_lookup(&tree, d->repo->git, id);
	if (rc)
		return git_broken(rc, "cannot read a folder");
	for (size_t i = 0; !st && i < git_tree_entrycount(tree); i++)
		st = add_entry(d, git_tree_entry_byindex(tree, i), depth);
	git_tree_free(tree);
	return st;
}

enum status tree_digest(struct repo *r, const git_oid *tree, bool trust,
			char digest[static SHA256_HEX])
{
	struct digesting d = {.repo = r, .trust = trust};
	unsigned char sum[SHA256_LEN];
	struct buf hex;
	enum status st;

	sha256_init(&d.sum);
	buf_init(&d.path, COMMIT_PATH_MAX);
	st = tree ? add_tree(&d, tree, 0) : ST_OK;
	sha256_end(&d.sum, sum);
	buf_clear(&d.path);
	buf_init(&hex, SHA256_HEX);
	buf_addhex(&hex, sum, sizeof sum);
	if (!st)
		st = hex.st;
	digest[0] = '\0';
	if (!st)
		span_copy(buf_span(&hex), digest, SHA256_HEX);
	buf_clear(&hex);
	return st;
}
