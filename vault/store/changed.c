#include "vault/store/history.h"

#include "vault/store/internal.h"

static enum status report(const git_diff_delta *d, changed_fn fn, void *arg)
{
	struct changed_path c = {.kind = CHANGE_EDITED, .path = span_of(d->new_file.path)};

	if (d->status == GIT_DELTA_ADDED)
		c.kind = CHANGE_ADDED;
	if (d->status == GIT_DELTA_DELETED) {
		c.kind = CHANGE_REMOVED;
		c.path = span_of(d->old_file.path);
	}
	if (c.kind != CHANGE_ADDED)
		oid_from_git(&c.before, &d->old_file.id);
	if (c.kind != CHANGE_REMOVED)
		oid_from_git(&c.after, &d->new_file.id);
	return fn(arg, &c);
}

/* The trees of a commit and of its first parent; *before stays NULL for the first commit. */
static enum status both_trees(struct repo *r, const struct oid *id, git_tree **now,
			      git_tree **before)
{
	git_commit *c = NULL;
	git_oid gid;
	struct oid parent;
	enum status st = ST_OK;
	int rc;

	oid_to_git(&gid, id);
	rc = git_commit_lookup(&c, r->git, &gid);
	if (rc)
		return git_failed(rc, "no such version");
	rc = git_commit_tree(now, c);
	if (rc)
		st = git_broken(rc, "cannot read a tree");
	if (!st && git_commit_parentcount(c)) {
		oid_from_git(&parent, git_commit_parent_id(c, 0));
		st = commit_tree(before, r, &parent);
	}
	git_commit_free(c);
	return st == ST_NOTFOUND ? ST_CORRUPT : st;
}

enum status commit_changed_paths(struct repo *r, const struct oid *id, changed_fn fn, void *arg)
{
	git_tree *now = NULL, *before = NULL;
	git_diff *diff = NULL;
	git_diff_options options;
	enum status st = both_trees(r, id, &now, &before);
	int rc;

	if (st)
		goto out;
	rc = git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	options.flags = GIT_DIFF_SKIP_BINARY_CHECK;
	if (!rc)
		rc = git_diff_tree_to_tree(&diff, r->git, before, now, &options);
	if (rc)
		st = git_broken(rc, "cannot compare two versions");
	for (size_t i = 0; !st && i < git_diff_num_deltas(diff); i++)
		st = report(git_diff_get_delta(diff, i), fn, arg);
out:
	git_diff_free(diff);
	git_tree_free(before);
	git_tree_free(now);
	return st;
}
