#include "vault/store/bundle.h"

#include "generator/base/file.h"
#include "vault/store/internal.h"

#include <stdio.h>
#include <unistd.h>

#define SIGNATURE "# v2 git bundle\n"
enum { HEAD_ROOM = 256 };

static int put_pack(void *bytes, size_t n, void *ctx)
{
	return file_put(*(int *)ctx, span_make(bytes, n), "a bundle") ? -1 : 0;
}

/* The commits from this one on back, with all that hangs on them. */
static int insert_all(git_packbuilder *pack, git_repository *git, const git_oid *from)
{
	git_revwalk *walk = NULL;
	int rc = git_revwalk_new(&walk, git);

	if (!rc)
		rc = git_revwalk_push(walk, from);
	if (!rc)
		rc = git_packbuilder_insert_walk(pack, walk);
	git_revwalk_free(walk);
	return rc;
}

enum status repo_bundle(struct repo *r, const struct oid *commit, int fd)
{
	git_packbuilder *pack = NULL;
	char head[HEAD_ROOM], hex[OID_HEX];
	git_oid id;
	enum status st;
	int rc, n;

	oid_hex(commit, hex);
	n = snprintf(head, sizeof head, SIGNATURE "%s " MAIN_BRANCH "\n\n", hex);
	oid_to_git(&id, commit);
	st = file_put(fd, span_make(head, (size_t)n), "a bundle");
	rc = git_packbuilder_new(&pack, r->git);
	if (!st && !rc)
		rc = insert_all(pack, r->git, &id);
	if (!st && !rc)
		rc = git_packbuilder_foreach(pack, put_pack, &fd);
	git_packbuilder_free(pack);
	return st ? st : rc ? git_broken(rc, "cannot make a bundle") : ST_OK;
}

/* ---- and back ----------------------------------------------------------------------------- */

/* Signature, exactly one line for the branch, an empty line; the pack begins behind them. */
static enum status read_head(int fd, const struct oid *commit, off_t *pack)
{
	char head[HEAD_ROOM], want[HEAD_ROOM], hex[OID_HEX];
	int n;

	oid_hex(commit, hex);
	n = snprintf(want, sizeof want, SIGNATURE "%s " MAIN_BRANCH "\n\n", hex);
	if (pread(fd, head, (size_t)n, 0) != n || memcmp(head, want, (size_t)n) != 0)
		return fail(ST_CORRUPT, "not the bundle that is expected");
	*pack = n;
	return ST_OK;
}

static int index_pack(struct repo *r, int fd, off_t at)
{
	git_indexer_progress progress = {.total_objects = 0};
	git_indexer *indexer = NULL;
	git_odb *odb = NULL;
	char path[PATH_MAX], piece[64 * 1024];
	ssize_t n = 1;
	int rc = git_repository_odb(&odb, r->git);

	snprintf(path, sizeof path, "%s/objects/pack", r->path);
	if (!rc)
		rc = git_indexer_new(&indexer, path, 0400, odb, NULL);
	while (!rc && (n = pread(fd, piece, sizeof piece, at)) > 0) {
		rc = git_indexer_append(indexer, piece, (size_t)n, &progress);
		at += n;
	}
	if (!rc && n == 0)
		rc = git_indexer_commit(indexer, &progress);
	git_indexer_free(indexer);
	git_odb_free(odb);
	return rc;
}

static enum status set_branch(struct repo *r, const struct oid *commit)
{
	git_reference *ref = NULL;
	git_commit *there = NULL;
	git_oid id;
	int rc;

	oid_to_git(&id, commit);
	rc = git_commit_lookup(&there, r->git, &id);
	if (!rc)
		rc = git_reference_create(&ref, r->git, MAIN_BRANCH, &id, 0, NULL);
	git_reference_free(ref);
	git_commit_free(there);
	return rc ? git_broken(rc, "a bundle lacks its commit") : ST_OK;
}

enum status repo_unbundle(struct store *s, const struct repo_name *name, int fd,
			  const struct oid *commit)
{
	struct repo *r = NULL;
	off_t pack = 0;
	enum status st = read_head(fd, commit, &pack);
	int rc;

	if (!st)
		st = repo_create(s, name);
	if (!st)
		st = repo_open(&r, s, name);
	if (!st) {
		rc = index_pack(r, fd, pack);
		st = rc ? git_broken(rc, "a bundle cannot be read") : ST_OK;
	}
	if (!st)
		st = set_branch(r, commit);
	repo_close(r);
	pool_forget(s, name);
	return st;
}
