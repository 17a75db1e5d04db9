#include "vault/store/commit.h"

#include "vault/store/internal.h"

/* The commit is here and follows directly on old: a branch only ever grows. */
static enum status check_follows(struct repo *r, const struct oid *old, const struct oid *new_id)
{
	git_commit *c = NULL;
	git_oid id;
	const git_oid *parent;
	enum status st = ST_OK;
	int rc;

	oid_to_git(&id, new_id);
	rc = git_commit_lookup(&c, r->git, &id);
	if (rc)
		return git_failed(rc, "cannot read the commit to move to");
	parent = git_commit_parent_id(c, 0);
	if (old ? !parent || memcmp(parent->id, old->id, OID_LEN) : parent != NULL)
		st = fail(ST_INVALID, "the commit does not follow on the branch");
	git_commit_free(c);
	return st;
}

static enum status move_branch(struct repo *r, const struct oid *old, const struct oid *new_id)
{
	git_reference *ref = NULL;
	git_oid from, to;
	int rc;

	if (old)
		oid_to_git(&from, old);
	oid_to_git(&to, new_id);
	rc = git_reference_create_matching(&ref, r->git, MAIN_BRANCH, &to, old != NULL,
					   old ? &from : NULL, NULL);
	git_reference_free(ref);
	return rc ? git_failed(rc, "cannot move the branch") : ST_OK;
}

/*
 * Where the branch is decides, not what the library said: renaming the lock may have worked and
 * the sync after it failed.
 */
enum status commit_move(struct repo *r, const struct oid *old, const struct oid *new_id)
{
	struct oid head;
	enum status said, st;

	if (r->lock_fd < 0)
		return fail(ST_BUG, "the repository is not locked");
	st = repo_head(r, &head);
	if (!st && oid_eq(&head, new_id))
		return ST_OK;
	if (st == ST_NOTFOUND ? old != NULL : !st && (!old || !oid_eq(&head, old)))
		return fail(ST_STALE, "the branch is at another version");
	if (st && st != ST_NOTFOUND)
		return st;
	st = check_follows(r, old, new_id);
	if (st)
		return st;
	said = move_branch(r, old, new_id);
	st = repo_head(r, &head);
	if (!st && oid_eq(&head, new_id))
		return ST_OK;
	if (said)
		return said == ST_EXISTS ? ST_STALE : said;
	return fail(ST_IO, "the branch did not move");
}
