#include "vault/store/tree.h"

#include <stdlib.h>

/* Changes of one folder: [at, end) of a list sorted by path; their paths agree before `skip`. */
struct part {
	const struct change **list;
	size_t at, end, skip;
};

static int by_path(const void *a, const void *b)
{
	const struct change *x = *(const struct change *const *)a;
	const struct change *y = *(const struct change *const *)b;

	return span_cmp(x->path, y->path);
}

static enum status check_path(struct span path)
{
	struct span rest = path;
	int depth = 0;

	if (path.n > COMMIT_PATH_MAX)
		return fail(ST_INVALID, "a path is longer than %d bytes", COMMIT_PATH_MAX);
	do {
		if (!path_name(span_cut(&rest, '/')) || ++depth > COMMIT_DEPTH_MAX)
			return fail(ST_INVALID, "a path that cannot be stored");
	} while (rest.p);
	return ST_OK;
}

static enum status sort_changes(const struct change *changes, size_t count,
				const struct change ***out)
{
	const struct change **list = calloc(count + 1, sizeof(struct change *));
	enum status st = list ? ST_OK : fail(ST_NOMEM, "no memory for %zu changes", count);

	for (size_t i = 0; !st && i < count; i++) {
		list[i] = &changes[i];
		st = check_path(changes[i].path);
	}
	if (!st)
		qsort(list, count, sizeof(struct change *), by_path);
	for (size_t i = 1; !st && i < count; i++)
		if (span_eq(list[i - 1]->path, list[i]->path))
			st = fail(ST_INVALID, "a path comes twice");
	if (st) {
		free(list);
		list = NULL;
	}
	*out = list;
	return st;
}

static enum status put(git_treebuilder *tb, const char *name, const git_oid *id,
		       git_filemode_t mode)
{
	int rc = git_treebuilder_insert(NULL, tb, name, id, mode);

	return rc ? git_failed(rc, "cannot put a name into a folder") : ST_OK;
}

static enum status drop(git_treebuilder *tb, const char *name)
{
	int rc = git_treebuilder_remove(tb, name);

	return rc ? git_failed(rc, "cannot take a name out of a folder") : ST_OK;
}

static enum status change_file(struct repo *r, git_treebuilder *tb, const char *name,
			       struct span bytes)
{
	const git_tree_entry *now = git_treebuilder_get(tb, name);
	git_oid id;
	int rc;

	if (now && git_tree_entry_filemode(now) != GIT_FILEMODE_BLOB)
		return fail(ST_INVALID, "a folder has the name of a file");
	if (bytes.n == SIZE_MAX) { /* change_blob() */
		memcpy(id.id, bytes.p, OID_LEN);
		return put(tb, name, &id, GIT_FILEMODE_BLOB);
	}
	if (!bytes.p && !now)
		return fail(ST_NOTFOUND, "a file to remove is not there");
	if (!bytes.p)
		return drop(tb, name);
	rc = git_blob_create_from_buffer(&id, r->git, bytes.p, bytes.n);
	if (rc)
		return git_failed(rc, "cannot write a file");
	return put(tb, name, &id, GIT_FILEMODE_BLOB);
}

static enum status write_folder(struct repo *r, const git_oid *base, struct part part, bool *empty,
				git_oid *out);

static enum status change_folder(struct repo *r, git_treebuilder *tb, const char *name,
				 struct part part)
{
	const git_tree_entry *now = git_treebuilder_get(tb, name);
	git_oid id;
	bool empty;
	enum status st;

	if (now && git_tree_entry_filemode(now) != GIT_FILEMODE_TREE)
		return fail(ST_INVALID, "a file has the name of a folder");
	st = write_folder(r, now ? git_tree_entry_id(now) : NULL, part, &empty, &id);
	if (st)
		return st;
	if (!empty)
		return put(tb, name, &id, GIT_FILEMODE_TREE);
	return now ? drop(tb, name) : ST_OK;
}

/* Takes the changes of the next name off the front of *part: a file, or all in one folder. */
static enum status change_next(struct repo *r, git_treebuilder *tb, struct part *part)
{
	const struct change *first = part->list[part->at];
	struct span rest = span_make(first->path.p + part->skip, first->path.n - part->skip);
	struct span name = span_cut(&rest, '/');
	struct part inside = *part;
	char copy[256];

	if (!span_copy(name, copy, sizeof copy))
		return fail(ST_INVALID, "a name is too long");
	if (!rest.p) {
		part->at++;
		return change_file(r, tb, copy, first->bytes);
	}
	inside.skip += name.n + 1;
	while (part->at < part->end &&
	       span_starts(part->list[part->at]->path, span_make(first->path.p, inside.skip)))
		part->at++;
	inside.end = part->at;
	return change_folder(r, tb, copy, inside);
}

/* As deep as check_path lets a path be. */
static enum status write_folder(struct repo *r, const git_oid *base, struct part part, bool *empty,
				git_oid *out)
{
	git_tree *tree = NULL;
	git_treebuilder *tb = NULL;
	enum status st = ST_OK;
	int rc = base ? git_tree_lookup(&tree, r->git, base) : 0;

	if (!rc)
		rc = git_treebuilder_new(&tb, r->git, tree);
	if (rc)
		st = git_broken(rc, "cannot read a folder");
	while (!st && part.at < part.end)
		st = change_next(r, tb, &part);
	if (st)
		goto out;
	*empty = git_treebuilder_entrycount(tb) == 0;
	rc = *empty && part.skip ? 0 : git_treebuilder_write(out, tb);
	if (rc)
		st = git_failed(rc, "cannot write a folder");
out:
	git_treebuilder_free(tb);
	git_tree_free(tree);
	return st;
}

enum status tree_change(struct repo *r, const git_oid *base, const struct change *changes,
			size_t count, git_oid *out)
{
	const struct change **list = NULL;
	bool empty;
	enum status st;

	if (count > COMMIT_CHANGES_MAX)
		return fail(ST_TOOBIG, "more than %d changes", COMMIT_CHANGES_MAX);
	st = sort_changes(changes, count, &list);
	if (!st)
		st = write_folder(r, base, (struct part){list, 0, count, 0}, &empty, out);
	free((void *)list);
	return st;
}
