/*
 * Making and removing whole repositories.  Both go through a name that begins with a dot, so that
 * a crash leaves either a repository or something that the sweep knows for rubbish.
 */
#include "vault/store/internal.h"

#include "generator/base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* All files of a new repository.  git's template would add hooks, a description, an exclude. */
static const char *const folders[] = {"objects", "objects/pack", "refs", "refs/heads"};
static const struct {
	const char *name, *content;
} files[] = {
    {"HEAD", "ref: " MAIN_BRANCH "\n"},
    /* gc.auto: nobody but the vault decides when objects move (design 9, `gc`) */
    {"config", "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"
	       "\tlogAllRefUpdates = false\n[gc]\n\tauto = 0\n"},
};

static enum status fill(const char *dir)
{
	struct buf path;
	enum status st = ST_OK;

	buf_init(&path, PATH_MAX);
	for (size_t i = 0; !st && i < sizeof folders / sizeof *folders; i++) {
		path_join(&path, dir, folders[i]);
		st = path.st;
		if (!st && mkdir(buf_str(&path), 0700) < 0)
			st = fail(ST_IO, "cannot make %s: %s", buf_str(&path), strerror(errno));
	}
	for (size_t i = 0; !st && i < sizeof files / sizeof *files; i++) {
		path_join(&path, dir, files[i].name);
		st =
		    path.st ? path.st : file_write(buf_str(&path), span_of(files[i].content), 0600);
	}
	for (size_t left = sizeof folders / sizeof *folders; !st && left > 0; left--) {
		path_join(&path, dir, folders[left - 1]);
		st = path.st ? path.st : folder_sync(buf_str(&path));
	}
	buf_clear(&path);
	return st;
}

/* The folder of a repository, made if need be and on the disk up to the vault's own. */
static enum status make_parent(struct store *s, const char *path, struct buf *parent)
{
	struct span up = span_of(path);
	size_t vault = strlen(s->dir);
	enum status st;

	up.n = (size_t)(strrchr(path, '/') - path);
	buf_cut(parent, 0);
	buf_addspan(parent, up);
	st = parent->st ? parent->st : file_mkdirs(buf_str(parent));
	while (!st && up.n > vault) {
		struct buf level;
		up.n = (size_t)((const char *)memrchr(up.p, '/', up.n) - up.p);
		buf_init(&level, PATH_MAX);
		buf_addspan(&level, up);
		st = level.st ? level.st : folder_sync(buf_str(&level));
		buf_clear(&level);
	}
	return st;
}

static enum status put_in_place(const char *made, const char *path, const char *parent)
{
	if (rename(made, path) == 0)
		return folder_sync(parent);
	if (errno == EEXIST || errno == ENOTEMPTY)
		return fail(ST_EXISTS, "%s is there already", path);
	return fail(ST_IO, "cannot make %s: %s", path, strerror(errno));
}

enum status repo_create(struct store *s, const struct repo_name *name)
{
	struct buf path, parent, made;
	int fd = -1;
	enum status st;

	buf_init(&path, PATH_MAX);
	buf_init(&parent, PATH_MAX);
	buf_init(&made, PATH_MAX);
	store_path(s, name, &path);
	st = path.st;
	if (!st && repo_exists(s, name))
		st = fail(ST_EXISTS, "%s is there already", buf_str(&path));
	if (!st)
		st = make_parent(s, buf_str(&path), &parent);
	if (st)
		goto out;
	buf_addf(&made, "%s/" REPO_NEW "XXXXXX", buf_str(&parent));
	if (made.st || !mkdtemp(made.data)) {
		st = fail(ST_IO, "cannot make a folder in %s", buf_str(&parent));
		goto out;
	}
	st = folder_lock(buf_str(&made), 0, &fd); /* so that no sweep takes it for rubbish */
	if (!st)
		st = fill(buf_str(&made));
	if (!st)
		st = put_in_place(buf_str(&made), buf_str(&path), buf_str(&parent));
	if (st)
		file_remove_tree(buf_str(&made));
out:
	if (fd >= 0)
		close(fd);
	buf_clear(&made);
	buf_clear(&parent);
	buf_clear(&path);
	return st;
}

enum status repo_remove(struct store *s, const struct repo_name *name)
{
	struct buf gone;
	struct repo *r = NULL;
	enum status st;

	buf_init(&gone, PATH_MAX);
	st = repo_open(&r, s, name);
	if (!st)
		st = repo_lock(r);
	if (st)
		goto out;
	buf_addspan(&gone, span_make(r->path, (size_t)(strrchr(r->path, '/') - r->path)));
	buf_addf(&gone, "/" REPO_GONE "%s", name->id);
	st = gone.st;
	if (!st && rename(r->path, buf_str(&gone)) < 0)
		st = fail(ST_IO, "cannot remove %s: %s", r->path, strerror(errno));
	if (!st)
		st = file_remove_tree(buf_str(&gone));
	buf_cut(&gone, (size_t)(strrchr(r->path, '/') - r->path));
	if (!st)
		st = folder_sync(buf_str(&gone));
out:
	repo_close(r);
	pool_forget(s, name);
	buf_clear(&gone);
	return st;
}
