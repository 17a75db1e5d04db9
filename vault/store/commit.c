#include "vault/store/commit.h"

#include "vault/store/digest.h"
#include "vault/store/message.h"
#include "vault/store/raw.h"
#include "vault/store/tree.h"

#include <stdlib.h>

/* The longest commit object: the text, and what git and the signature add. */
enum { OBJECT_MAX = COMMIT_TEXT_MAX + SIGNATURE_MAX + 8192 };

static enum status check_draft(struct repo *r, const struct commit_draft *d)
{
	struct oid head;
	enum status st;

	if (r->lock_fd < 0)
		return fail(ST_BUG, "the repository is not locked");
	if (d->time < 0)
		return fail(ST_INVALID, "a time before 1970");
	st = repo_head(r, &head);
	if (st == ST_NOTFOUND)
		return d->parent ? fail(ST_STALE, "there is no version yet") : ST_OK;
	if (!st && (!d->parent || !oid_eq(&head, d->parent)))
		st = fail(ST_STALE, "there is a newer version");
	return st;
}

static enum status make_tree(struct repo *r, const struct commit_draft *d, git_oid *out)
{
	git_tree *base = NULL;
	enum status st = d->parent ? commit_tree(&base, r, d->parent) : ST_OK;

	if (st == ST_NOTFOUND)
		st = ST_CORRUPT; /* the head names it */
	if (!st)
		st = tree_change(r, base ? git_tree_id(base) : NULL, d->changes, d->change_count,
				 out);
	if (!st && !d->allow_empty &&
	    (base ? git_oid_equal(git_tree_id(base), out) : d->change_count == 0))
		st = fail(ST_EXISTS, "nothing changes");
	git_tree_free(base);
	return st;
}

static enum status make_ident(git_signature **out, struct span name, struct span email,
			      int64_t time)
{
	char n[256], e[256];
	int rc;

	if (!span_copy(name, n, sizeof n) || !span_copy(email, e, sizeof e) || strpbrk(n, "<>\n") ||
	    strpbrk(e, "<> \n"))
		return fail(ST_INVALID, "a name or address that cannot stand in a commit");
	rc = git_signature_new(out, n, e, time, 0);
	if (!rc)
		return ST_OK;
	git_failed(rc, "name or address");
	return ST_INVALID;
}

/* The bytes that are signed: the commit object without its signature. */
static enum status make_buffer(struct repo *r, const struct commit_draft *d, const git_oid *tree_id,
			       const char *message, git_buf *out)
{
	git_signature *author = NULL, *committer = NULL;
	git_tree *tree = NULL;
	git_commit *parent = NULL;
	git_oid id;
	enum status st = make_ident(&author, d->author_name, d->author_email, d->time);
	int rc = 0;

	if (!st)
		st = make_ident(&committer, d->committer_name, d->committer_email, d->time);
	if (st)
		goto out;
	rc = git_tree_lookup(&tree, r->git, tree_id);
	if (!rc && d->parent) {
		oid_to_git(&id, d->parent);
		rc = git_commit_lookup(&parent, r->git, &id);
	}
	if (!rc) {
		const git_commit *parents[] = {parent};
		rc = git_commit_create_buffer(out, r->git, author, committer, NULL, message, tree,
					      parent ? 1 : 0, parents);
	}
	if (rc)
		st = git_broken(rc, "cannot make a commit");
out:
	git_commit_free(parent);
	git_tree_free(tree);
	git_signature_free(committer);
	git_signature_free(author);
	return st;
}

/*
 * What stands on the disk now must be what was meant, and its signature good.  Reading back is no
 * formality: libgit2 has answered "written" for a commit that was not (design 11).
 */
static enum status read_back(struct repo *r, const git_oid *id, struct span meant,
			     struct keys *keys, const char *fpr,
			     char object_sha256[static SHA256_HEX])
{
	struct buf object, signature, bytes;
	struct raw_commit raw;
	struct version v;
	struct verdict verdict;
	enum status st;

	buf_init(&object, OBJECT_MAX);
	buf_init(&signature, OBJECT_MAX);
	buf_init(&bytes, OBJECT_MAX);
	st = object_read(r, id, GIT_OBJECT_COMMIT, &object);
	if (!st)
		st = raw_parse(buf_span(&object), &raw, &v);
	if (st)
		goto out;
	raw_signature(buf_span(&object), &raw, &signature, &bytes);
	st = signature.st ? signature.st : bytes.st;
	if (!st && !span_eq(buf_span(&bytes), meant))
		st = fail(ST_IO, "a commit was not written as it was signed");
	if (!st)
		st = verify_own(keys, fpr, meant, buf_span(&signature), &verdict);
	if (!st && (verdict.state != SIGN_GOOD || strcmp(verdict.fpr, fpr) != 0))
		st = fail(ST_IO, "a new signature is not good: %s", sign_state_name(verdict.state));
	if (!st)
		sha256_hex(buf_span(&object), object_sha256);
out:
	buf_clear(&bytes);
	buf_clear(&signature);
	buf_clear(&object);
	return st;
}

/* A new folder of objects is itself an entry of objects/, which libgit2 does not sync. */
static enum status sync_objects(struct repo *r)
{
	struct buf dir;
	enum status st;

	buf_init(&dir, PATH_MAX);
	path_join(&dir, r->path, "objects");
	st = dir.st ? dir.st : folder_sync(buf_str(&dir));
	buf_clear(&dir);
	return st;
}

static enum status sign_and_store(struct repo *r, struct span bytes, struct keys *keys,
				  const struct signer *who, struct oid *new_id,
				  char object_sha256[static SHA256_HEX])
{
	struct buf signature;
	git_oid id;
	enum status st;
	int rc;

	buf_init(&signature, SIGNATURE_MAX);
	st = sign_detached(keys, who, bytes, &signature);
	if (st)
		goto out;
	/* git folds a header at each LF: one at the end would leave a line with a space */
	buf_cut(&signature, span_trim(buf_span(&signature)).n);
	rc = git_commit_create_with_signature(&id, r->git, bytes.p, buf_str(&signature), "gpgsig");
	if (rc)
		st = git_failed(rc, "cannot write a commit");
	if (!st)
		st = sync_objects(r);
	if (!st)
		st = read_back(r, &id, bytes, keys, who->fpr, object_sha256);
	if (!st)
		oid_from_git(new_id, &id);
out:
	buf_clear(&signature);
	return st;
}

enum status commit_prepare(struct repo *r, const struct commit_draft *draft, struct keys *keys,
			   const struct signer *signer, struct oid *new_id,
			   char object_sha256[static SHA256_HEX])
{
	char digest[SHA256_HEX];
	git_oid tree;
	git_buf bytes = {0};
	struct buf message;
	enum status st = check_draft(r, draft);

	object_sha256[0] = '\0';
	buf_init(&message, COMMIT_TEXT_MAX);
	if (!st)
		st = make_tree(r, draft, &tree);
	if (!st)
		st = tree_digest(r, &tree, true, digest);
	if (!st)
		st = message_write(draft, digest, &message);
	if (!st)
		st = make_buffer(r, draft, &tree, buf_str(&message), &bytes);
	if (!st)
		st = sign_and_store(r, span_make(bytes.ptr, bytes.size), keys, signer, new_id,
				    object_sha256);
	if (st)
		*new_id = (struct oid){{0}}; /* not before: it may be where draft->parent points */
	git_buf_dispose(&bytes);
	buf_clear(&message);
	return st;
}

enum status commit_digest(struct repo *r, const struct oid *commit, char digest[static SHA256_HEX])
{
	git_tree *tree = NULL;
	enum status st = commit_tree(&tree, r, commit);

	digest[0] = '\0';
	if (!st)
		st = tree_digest(r, git_tree_id(tree), false, digest);
	git_tree_free(tree);
	return st;
}
