#include "vault/store/internal.h"

#include <limits.h>
#include <unistd.h>

enum status repo_head(struct repo *r, struct oid *out)
{
	git_oid id;
	int rc = git_reference_name_to_id(&id, r->git, MAIN_BRANCH);

	*out = (struct oid){{0}};
	if (rc)
		return git_failed(rc, "cannot read the branch");
	oid_from_git(out, &id);
	return ST_OK;
}

/* HEAD of a repository that the vault made stands for the branch, also before its first commit. */
static bool head_is_main(struct repo *r)
{
	git_reference *head = NULL;
	const char *target;
	bool good;

	if (git_reference_lookup(&head, r->git, "HEAD"))
		return false;
	target = git_reference_symbolic_target(head);
	good = target && !strcmp(target, MAIN_BRANCH);
	git_reference_free(head);
	return good;
}

/* Files by which git shows another history, or other objects, than the repository holds. */
static enum status veils(struct repo *r, repo_ref_fn fn, void *arg)
{
	static const char *const names[] = {"shallow", "info/grafts", "objects/info/alternates"};
	struct buf path;
	enum status st = ST_OK;

	buf_init(&path, PATH_MAX);
	for (size_t i = 0; i < sizeof names / sizeof *names && !st; i++) {
		buf_cut(&path, 0);
		path_join(&path, r->path, names[i]);
		st = path.st;
		if (!st && access(buf_str(&path), F_OK) == 0)
			st = fn(arg, names[i]);
	}
	buf_clear(&path);
	return st;
}

enum status repo_other_refs(struct repo *r, repo_ref_fn fn, void *arg)
{
	git_reference_iterator *it = NULL;
	const char *name;
	enum status st = head_is_main(r) ? ST_OK : fn(arg, "HEAD");

	int rc;

	if (!st)
		st = veils(r, fn, arg);
	rc = st ? 0 : git_reference_iterator_new(&it, r->git);
	while (!st && !rc && !(rc = git_reference_next_name(&name, it)))
		if (strcmp(name, MAIN_BRANCH) != 0)
			st = fn(arg, name);
	git_reference_iterator_free(it);
	return st || !rc || rc == GIT_ITEROVER ? st : git_broken(rc, "cannot list the refs");
}

enum status commit_tree(git_tree **out, struct repo *r, const struct oid *commit)
{
	struct oid head;
	git_oid id;
	git_commit *c = NULL;
	enum status st = ST_OK;
	int rc;

	*out = NULL;
	if (!commit) {
		st = repo_head(r, &head);
		if (st)
			return st;
	}
	oid_to_git(&id, commit ? commit : &head);
	rc = git_commit_lookup(&c, r->git, &id);
	if (rc)
		return commit ? git_failed(rc, "cannot read a commit")
			      : git_broken(rc, "cannot read the newest commit");
	rc = git_commit_tree(out, c);
	if (rc)
		st = git_broken(rc, "cannot read a tree");
	git_commit_free(c);
	return st;
}

/* The entry of that name; NULL without. */
static const git_tree_entry *entry_of(const git_tree *tree, struct span name)
{
	char copy[256];

	if (name.n == 0 || !span_copy(name, copy, sizeof copy))
		return NULL;
	return git_tree_entry_byname(tree, copy);
}

/*
 * Not git_tree_entry_bypath: to that one a folder whose object is lost and a folder that never
 * was are the same.
 */
enum status tree_find(struct repo *r, const git_tree *tree, struct span path, git_oid *id,
		      git_object_t *type)
{
	git_tree *held = NULL;
	enum status st = ST_OK;

	git_oid_cpy(id, git_tree_id(tree));
	*type = GIT_OBJECT_TREE;
	while (!st && path.n) {
		const git_tree_entry *e = entry_of(tree, span_cut(&path, '/'));
		git_tree *next = NULL;
		if (!e || (path.p && git_tree_entry_type(e) != GIT_OBJECT_TREE)) {
			st = fail(ST_NOTFOUND, "no such file in this version");
			break;
		}
		git_oid_cpy(id, git_tree_entry_id(e));
		*type = git_tree_entry_type(e);
		if (!path.n)
			break;
		int rc = git_tree_lookup(&next, r->git, id);
		if (rc)
			st = git_broken(rc, "cannot read a folder");
		git_tree_free(held);
		tree = held = next;
	}
	git_tree_free(held);
	return st;
}

enum status object_read(struct repo *r, const git_oid *id, git_object_t type, struct buf *out)
{
	git_odb *odb = NULL;
	git_odb_object *o = NULL;
	enum status st;
	int rc = git_repository_odb(&odb, r->git);

	if (!rc)
		rc = git_odb_read(&o, odb, id);
	if (rc)
		st = git_broken(rc, "cannot read an object");
	else if (git_odb_object_type(o) != type)
		st = fail(ST_CORRUPT, "an object is not of the kind it should be");
	else {
		buf_add(out, git_odb_object_data(o), git_odb_object_size(o));
		st = out->st;
	}
	git_odb_object_free(o);
	git_odb_free(odb);
	return st;
}

static enum status find(struct repo *r, const struct oid *commit, const char *path,
			git_object_t want, git_oid *id)
{
	git_tree *tree = NULL;
	git_object_t type;
	enum status st = commit_tree(&tree, r, commit);

	if (!st)
		st = tree_find(r, tree, span_of(path), id, &type);
	if (!st && type != want)
		st = fail(ST_NOTFOUND, "no such %s in this version",
			  want == GIT_OBJECT_BLOB ? "file" : "folder");
	git_tree_free(tree);
	return st;
}

enum status repo_read(struct repo *r, const struct oid *commit, const char *path, struct buf *out)
{
	git_oid id;
	enum status st = find(r, commit, path, GIT_OBJECT_BLOB, &id);

	return st ? st : object_read(r, &id, GIT_OBJECT_BLOB, out);
}

enum status repo_read_blob(struct repo *r, const struct oid *blob, struct buf *out)
{
	git_oid id;

	oid_to_git(&id, blob);
	return object_read(r, &id, GIT_OBJECT_BLOB, out);
}

enum status repo_blob_id(struct repo *r, const struct oid *commit, const char *path,
			 struct oid *out)
{
	git_oid id;
	enum status st = find(r, commit, path, GIT_OBJECT_BLOB, &id);

	*out = (struct oid){{0}};
	if (!st)
		oid_from_git(out, &id);
	return st;
}

enum status repo_list(struct repo *r, const struct oid *commit, const char *dir, repo_list_fn fn,
		      void *arg)
{
	git_oid id;
	git_tree *tree = NULL;
	enum status st = find(r, commit, dir, GIT_OBJECT_TREE, &id);
	int rc;

	if (st)
		return st;
	rc = git_tree_lookup(&tree, r->git, &id);
	if (rc)
		return git_broken(rc, "cannot read a folder");
	for (size_t i = 0; !st && i < git_tree_entrycount(tree); i++) {
		const git_tree_entry *te = git_tree_entry_byindex(tree, i);
		struct repo_entry e = {.name = span_of(git_tree_entry_name(te)),
				       .dir = git_tree_entry_type(te) == GIT_OBJECT_TREE};
		oid_from_git(&e.id, git_tree_entry_id(te));
		st = fn(arg, &e);
	}
	git_tree_free(tree);
	return st;
}
