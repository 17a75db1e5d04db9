#include "vault/store/internal.h"

#include <errno.h>
#include <unistd.h>

enum { WRITER_WAIT_MS = 10000 };

/*
 * git's own lock of the branch.  Every writer of the vault holds the folder's lock, so whoever
 * holds that one and sees this file sees what a crash left.
 */
static enum status drop_branch_lock(const struct repo *r)
{
	struct buf path;
	enum status st;

	buf_init(&path, PATH_MAX);
	path_join(&path, r->path, MAIN_BRANCH ".lock");
	st = path.st;
	if (!st && unlink(buf_str(&path)) < 0 && errno != ENOENT)
		st = fail(ST_IO, "cannot remove a stale lock: %s", strerror(errno));
	buf_clear(&path);
	return st;
}

enum status repo_lock(struct repo *r)
{
	enum status st;

	if (r->lock_fd >= 0)
		return fail(ST_BUG, "the repository is locked already");
	st = folder_lock(r->path, WRITER_WAIT_MS, &r->lock_fd);
	if (!st)
		st = drop_branch_lock(r);
	if (st)
		repo_unlock(r);
	return st;
}

enum status repo_hold(struct repo *r)
{
	if (r->lock_fd >= 0)
		return fail(ST_BUG, "the repository is locked already");
	return folder_lock(r->path, WRITER_WAIT_MS, &r->lock_fd);
}

void repo_unlock(struct repo *r)
{
	if (r->lock_fd >= 0)
		close(r->lock_fd);
	r->lock_fd = -1;
}
