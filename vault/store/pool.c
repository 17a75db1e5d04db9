/*
 * Opening a repository.  An idle handle is kept for the next reader: it has the newest trees in
 * memory, and reading through it costs a sixth of opening anew.
 */
#include "vault/store/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

static bool same_name(const struct repo_name *a, const struct repo_name *b)
{
	return a->kind == b->kind && !strcmp(a->id, b->id) && !strcmp(a->area, b->area);
}

static void repo_free(struct repo *r)
{
	if (!r)
		return;
	git_repository_free(r->git);
	free(r->path);
	free(r);
}

/* Takes an idle handle out of the pool; the order of the others, oldest first, stays. */
static struct repo *pool_take(struct store *s, const struct repo_name *name)
{
	struct repo *r = NULL;

	pthread_mutex_lock(&s->lock);
	for (size_t i = s->idle_count; i-- > 0 && !r;) {
		if (!same_name(&s->idle[i]->name, name))
			continue;
		r = s->idle[i];
		s->idle_count--;
		memmove(s->idle + i, s->idle + i + 1, (s->idle_count - i) * sizeof *s->idle);
	}
	pthread_mutex_unlock(&s->lock);
	return r;
}

static void pool_give(struct repo *r)
{
	struct store *s = r->store;
	struct repo *oldest = NULL;

	pthread_mutex_lock(&s->lock);
	if (s->idle_count == IDLE_REPOS) {
		oldest = s->idle[0];
		s->idle_count--;
		memmove(s->idle, s->idle + 1, s->idle_count * sizeof *s->idle);
	}
	s->idle[s->idle_count++] = r;
	pthread_mutex_unlock(&s->lock);
	repo_free(oldest);
}

void pool_forget(struct store *s, const struct repo_name *name)
{
	struct repo *r;

	while ((r = pool_take(s, name)))
		repo_free(r);
}

void pool_clear(struct store *s)
{
	while (s->idle_count)
		repo_free(s->idle[--s->idle_count]);
}

static enum status open_anew(struct repo **out, struct store *s, const struct repo_name *name,
			     struct span path, const struct stat *sb)
{
	struct repo *r = calloc(1, sizeof *r);
	int rc;

	if (r)
		r->path = strndup(path.p, path.n);
	if (!r || !r->path) {
		free(r);
		return fail(ST_NOMEM, "no memory for a repository");
	}
	r->store = s;
	r->name = *name;
	r->dev = sb->st_dev;
	r->ino = sb->st_ino;
	r->lock_fd = -1;
	rc = git_repository_open_bare(&r->git, r->path);
	if (rc) {
		repo_free(r);
		return git_broken(rc, "cannot open a repository");
	}
	*out = r;
	return ST_OK;
}

static enum status open_as(struct repo **out, struct store *s, const struct repo_name *name,
			   bool anew)
{
	struct buf path;
	struct stat sb;
	struct repo *r = NULL;
	enum status st;

	*out = NULL;
	buf_init(&path, PATH_MAX);
	store_path(s, name, &path);
	st = path.st;
	if (!st && stat(buf_str(&path), &sb) < 0)
		st = fail(errno == ENOENT ? ST_NOTFOUND : ST_IO, "no repository of %s: %s",
			  name->id[0] ? name->id : "the registry", strerror(errno));
	if (st)
		goto out;
	r = anew ? NULL : pool_take(s, name);
	if (r && (r->ino != sb.st_ino || r->dev != sb.st_dev)) {
		repo_free(r);
		r = NULL;
	}
	if (!r)
		st = open_anew(&r, s, name, buf_span(&path), &sb);
	if (!st)
		*out = r;
out:
	buf_clear(&path);
	return st;
}

enum status repo_open(struct repo **out, struct store *s, const struct repo_name *name)
{
	return open_as(out, s, name, false);
}

enum status repo_begin(struct repo **out, struct store *s, const struct repo_name *name)
{
	return open_as(out, s, name, true);
}

void repo_end(struct repo *r)
{
	if (r)
		repo_unlock(r);
	repo_free(r);
}

void repo_close(struct repo *r)
{
	if (!r)
		return;
	repo_unlock(r);
	pool_give(r);
}

const struct repo_name *repo_name_of(const struct repo *r)
{
	return &r->name;
}

bool repo_exists(struct store *s, const struct repo_name *name)
{
	struct buf path;
	struct stat sb;
	bool there;

	buf_init(&path, PATH_MAX);
	store_path(s, name, &path);
	there = !path.st && stat(buf_str(&path), &sb) == 0 && S_ISDIR(sb.st_mode);
	buf_clear(&path);
	return there;
}
