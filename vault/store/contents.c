#include "vault/store/contents.h"

#include "generator/base/arena.h"
#include "vault/store/commit.h"
#include "vault/store/digest.h"

#include <stdlib.h>

enum {
	PLACES = 1 << 12,
	ARENA_MAX = 512 << 20,
	ARENA_FULL = 128 << 20, /* bytes after which all is forgotten before the next tree */
	TEXT_PIECE = 64 * 1024,
};

struct folder;

struct entry {
	struct span name;
	const struct folder *folder;  /* NULL: a file */
	char hex[2 * SHA256_LEN + 1]; /* of a file; the line feed behind it is the line's */
};

struct folder {
	git_oid id;
	const struct folder *next; /* with the same place */
	struct entry *entries;
	size_t count;
	int height; /* folders below each other in it, itself included */
};

struct content {
	git_oid id;
	const struct content *next;
	char hex[2 * SHA256_LEN + 1];
};

struct contents {
	struct repo *repo;
	struct arena *arena;
	const struct folder *folders[PLACES];
	const struct content *contents[PLACES];
	struct buf path, text;
};

enum status contents_new(struct contents **out, struct repo *r)
{
	struct contents *c = calloc(1, sizeof *c);

	*out = NULL;
	if (c)
		c->arena = arena_new(ARENA_MAX);
	if (!c || !c->arena) {
		free(c);
		return fail(ST_NOMEM, "no memory for digests");
	}
	c->repo = r;
	buf_init(&c->path, COMMIT_PATH_MAX);
	buf_init(&c->text, TEXT_PIECE + COMMIT_PATH_MAX + 2 * SHA256_HEX);
	*out = c;
	return ST_OK;
}

void contents_free(struct contents *c)
{
	if (!c)
		return;
	arena_free(c->arena);
	buf_clear(&c->path);
	buf_clear(&c->text);
	free(c);
}

static size_t place_of(const git_oid *id)
{
	return ((size_t)id->id[0] << 8 | id->id[1]) & (PLACES - 1);
}

static enum status forget(struct contents *c)
{
	struct arena *fresh = arena_new(ARENA_MAX);

	if (!fresh)
		return ST_NOMEM;
	arena_free(c->arena);
	c->arena = fresh;
	memset(c->folders, 0, sizeof c->folders);
	memset(c->contents, 0, sizeof c->contents);
	return ST_OK;
}

/* ---- what stands in a folder ---------------------------------------------------------------- */

static enum status file_hex(struct contents *c, const git_oid *id, char out[static SHA256_HEX])
{
	const struct content **place = &c->contents[place_of(id)];
	unsigned char sha[SHA256_LEN];
	struct content *fresh;
	enum status st;

	for (const struct content *k = *place; k; k = k->next)
		if (git_oid_equal(&k->id, id)) {
			memcpy(out, k->hex, SHA256_HEX);
			return ST_OK;
		}
	st = content_digest(c->repo, id, sha);
	fresh = st ? NULL : arena_alloc(c->arena, sizeof *fresh);
	if (!fresh)
		return st ? st : ST_NOMEM;
	git_oid_cpy(&fresh->id, id);
	for (size_t i = 0; i < sizeof sha; i++) {
		fresh->hex[2 * i] = "0123456789abcdef"[sha[i] >> 4];
		fresh->hex[2 * i + 1] = "0123456789abcdef"[sha[i] & 0x0f];
	}
	fresh->hex[2 * sizeof sha] = '\0';
	fresh->next = *place;
	*place = fresh;
	memcpy(out, fresh->hex, SHA256_HEX);
	return ST_OK;
}

static enum status folder_of(struct contents *c, const git_oid *id, int depth,
			     const struct folder **out);

static enum status read_entry(struct contents *c, const git_tree_entry *e, int depth,
			      struct folder *in, struct entry *out)
{
	enum status st;

	out->name = arena_copy(c->arena, span_of(git_tree_entry_name(e)));
	if (!out->name.p)
		return ST_NOMEM;
	if (git_tree_entry_filemode(e) == GIT_FILEMODE_BLOB)
		return file_hex(c, git_tree_entry_id(e), out->hex);
	if (git_tree_entry_filemode(e) != GIT_FILEMODE_TREE)
		return fail(ST_CORRUPT, "something that is neither file nor folder");
	st = folder_of(c, git_tree_entry_id(e), depth + 1, &out->folder);
	if (!st && in->height <= out->folder->height)
		in->height = out->folder->height + 1;
	return st;
}

static enum status read_folder(struct contents *c, const git_oid *id, int depth, struct folder *out)
{
	git_tree *tree = NULL;
	enum status st = ST_OK;
	int rc = git_tree_lookup(&tree, c->repo->git, id);

	if (rc)
		return git_broken(rc, "cannot read a folder");
	git_oid_cpy(&out->id, id);
	out->height = 1;
	out->count = git_tree_entrycount(tree);
	out->entries = arena_array(c->arena, out->count ? out->count : 1, sizeof *out->entries);
	if (!out->entries)
		st = ST_NOMEM;
	for (size_t i = 0; i < out->count && !st; i++)
		st = read_entry(c, git_tree_entry_byindex(tree, i), depth, out, &out->entries[i]);
	git_tree_free(tree);
	return st;
}

static enum status folder_of(struct contents *c, const git_oid *id, int depth,
			     const struct folder **out)
{
	const struct folder **place = &c->folders[place_of(id)];
	struct folder *fresh;
	enum status st;

	if (depth >= COMMIT_DEPTH_MAX)
		return fail(ST_CORRUPT, "folders too deep");
	for (const struct folder *k = *place; k; k = k->next)
		if (git_oid_equal(&k->id, id)) {
			*out = k;
			return depth + k->height > COMMIT_DEPTH_MAX
				   ? fail(ST_CORRUPT, "folders too deep")
				   : ST_OK;
		}
	fresh = arena_array(c->arena, 1, sizeof *fresh);
	st = fresh ? read_folder(c, id, depth, fresh) : ST_NOMEM;
	if (st)
		return st;
	fresh->next = *place;
	*place = fresh;
	*out = fresh;
	return ST_OK;
}

/* ---- the lines ------------------------------------------------------------------------------ */

/* git sorts the names of a folder so that going through it gives the paths in the order of bytes.
 */
static enum status add_lines(struct contents *c, const struct folder *f, struct sha256 *sum)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < f->count && !st; i++) {
		const struct entry *e = &f->entries[i];
		size_t before = c->path.len;

		if (before)
			buf_addc(&c->path, '/');
		buf_addspan(&c->path, e->name);
		if (c->path.st)
			return fail(ST_CORRUPT, "a path is too long");
		if (e->folder) {
			st = add_lines(c, e->folder, sum);
		} else {
			buf_addspan(&c->text, buf_span(&c->path));
			buf_addc(&c->text, ' ');
			buf_add(&c->text, e->hex, 2 * SHA256_LEN);
			buf_addc(&c->text, '\n');
		}
		if (c->text.len >= TEXT_PIECE) {
			sha256_add(sum, c->text.data, c->text.len);
			buf_cut(&c->text, 0);
		}
		buf_cut(&c->path, before);
	}
	return st ? st : c->text.st;
}

enum status contents_digest(struct contents *c, const git_oid *tree, char digest[static SHA256_HEX])
{
	const struct folder *top = NULL;
	unsigned char sum[SHA256_LEN];
	struct sha256 h;
	struct buf hex;
	enum status st = arena_used(c->arena) > ARENA_FULL ? forget(c) : ST_OK;

	digest[0] = '\0';
	buf_clear(&c->path); /* also of an earlier failure */
	buf_cut(&c->text, 0);
	if (!st)
		st = folder_of(c, tree, 0, &top);
	sha256_init(&h);
	if (!st)
		st = add_lines(c, top, &h);
	if (st)
		return st;
	sha256_add(&h, buf_str(&c->text), c->text.len);
	sha256_end(&h, sum);
	buf_init(&hex, SHA256_HEX);
	buf_addhex(&hex, sum, sizeof sum);
	span_copy(buf_span(&hex), digest, SHA256_HEX);
	st = hex.st;
	buf_clear(&hex);
	return st;
}
