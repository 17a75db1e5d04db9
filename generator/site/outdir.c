#include "generator/site/outdir.h"

#include "generator/base/file.h"
#include "generator/base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define STAGE_NAME ".karte-new"

struct outdir {
	char dir[PATH_MAX];
	int fd;		      /* of the folder; everything below is reached from here */
	int stage;	      /* of what is put aside, -1 until there is something */
	pthread_mutex_t lock; /* of making that */
	bool fresh;	      /* made by us, nothing in it yet */
	struct manifest *old;
};

/* ---- opening ------------------------------------------------------------------------------ */

static enum status make_folder(struct outdir *o, const char *dir)
{
	struct stat sb;

	if (!span_copy(span_of(dir), o->dir, sizeof o->dir) || !*dir)
		return fail(ST_USAGE, "the folder of the site has no good name");
	o->fresh = stat(dir, &sb) < 0 && errno == ENOENT;
	if (o->fresh && file_mkdirs(dir))
		return ST_IO;
	o->fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (o->fd < 0)
		return fail(ST_IO, "cannot open folder %s: %s", dir, strerror(errno));
	if (flock(o->fd, LOCK_EX | LOCK_NB) < 0)
		return fail(ST_BUSY, "another build is at work in %s", dir);
	return ST_OK;
}

static enum status remove_stage(const struct outdir *o)
{
	struct buf path;
	enum status st;

	buf_init(&path, PATH_MAX);
	path_join(&path, o->dir, STAGE_NAME);
	st = path.st ? path.st : file_remove_tree(buf_str(&path));
	buf_clear(&path);
	return st;
}

/* Is there anything but what an interrupted first build leaves? */
static enum status check_empty(const struct outdir *o)
{
	DIR *d = opendir(o->dir);
	const struct dirent *e;
	bool foreign = false;

	if (!d)
		return fail(ST_IO, "cannot read folder %s: %s", o->dir, strerror(errno));
	while ((e = readdir(d)))
		foreign |= strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 &&
			   strcmp(e->d_name, STAGE_NAME) != 0;
	closedir(d);
	return foreign ? fail(ST_EXISTS, "%s is not empty and holds no site of karte", o->dir)
		       : ST_OK;
}

enum status outdir_open(struct outdir **out, const char *dir)
{
	struct outdir *o = calloc(1, sizeof *o);
	enum status st;

	*out = NULL;
	if (!o)
		return fail(ST_NOMEM, "no memory for a site");
	o->fd = o->stage = -1;
	pthread_mutex_init(&o->lock, NULL);
	st = make_folder(o, dir);
	if (!st)
		st = manifest_read(&o->old, dir);
	if (st == ST_NOTFOUND)
		st = check_empty(o);
	if (!st)
		st = remove_stage(o); /* of a build that was interrupted */
	if (st) {
		outdir_close(o);
		return st;
	}
	*out = o;
	return ST_OK;
}

void outdir_close(struct outdir *o)
{
	if (!o)
		return;
	if (o->stage >= 0) {
		close(o->stage);
		remove_stage(o);
	}
	if (o->fresh)
		rmdir(o->dir); /* only if nothing is in it */
	if (o->fd >= 0)
		close(o->fd);
	pthread_mutex_destroy(&o->lock);
	manifest_free(o->old);
	free(o);
}

const struct made *outdir_old(const struct outdir *o, const char *path)
{
	return manifest_find(o->old, path);
}

bool outdir_intact(const struct outdir *o, const struct made *old)
{
	struct stat sb;

	return fstatat(o->fd, old->path, &sb, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(sb.st_mode) &&
	       (size_t)sb.st_size == old->size;
}

/* ---- putting aside ------------------------------------------------------------------------ */

/* mkdir -p of the folders that a path names. */
static enum status make_folders(int base, const char *path)
{
	char part[PATH_MAX];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		span_copy(span_make(path, (size_t)(slash - path)), part, sizeof part);
		if (mkdirat(base, part, 0700) < 0 && errno != EEXIST)
			return fail(ST_IO, "cannot make folder %s: %s", part, strerror(errno));
	}
	return ST_OK;
}

/* A build that changes nothing does not even touch the folder. */
static enum status need_stage(struct outdir *o)
{
	enum status st = ST_OK;

	pthread_mutex_lock(&o->lock);
	if (o->stage < 0) {
		if (mkdirat(o->fd, STAGE_NAME, 0700) == 0)
			o->stage = openat(o->fd, STAGE_NAME,
					  O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		if (o->stage < 0)
			st = fail(ST_IO, "cannot write into %s: %s", o->dir, strerror(errno));
	}
	pthread_mutex_unlock(&o->lock);
	return st;
}

static enum status stage(const struct outdir *o, const char *path, struct span bytes)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
	int fd = openat(o->stage, path, flags, 0600);
	enum status st;

	if (fd < 0 && errno == ENOENT) { /* the first file of its folder */
		st = make_folders(o->stage, path);
		if (st)
			return st;
		fd = openat(o->stage, path, flags, 0600);
	}
	if (fd < 0)
		return fail(ST_IO, "cannot write the site: %s", strerror(errno));
	st = file_put(fd, bytes, "the site");
	if (close(fd) < 0 && !st)
		st = fail(ST_IO, "cannot write the site: %s", strerror(errno));
	return st;
}

enum status outdir_stage(struct outdir *o, const char *path, struct span bytes)
{
	enum status st = need_stage(o);

	return st ? st : stage(o, path, bytes);
}

/* ---- taking places ------------------------------------------------------------------------ */

static int by_path(const void *pa, const void *pb)
{
	const struct new_file *a = pa, *b = pb;

	return strcmp(a->made.path, b->made.path);
}

/* A file that we did not make is not ours to replace; nor is a link a way out of the folder. */
static enum status check_free(const struct outdir *o, const char *path)
{
	char part[PATH_MAX];
	struct stat sb;

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		span_copy(span_make(path, (size_t)(slash - path)), part, sizeof part);
		if (fstatat(o->fd, part, &sb, AT_SYMLINK_NOFOLLOW) < 0)
			return ST_OK;
		if (!S_ISDIR(sb.st_mode))
			return fail(ST_EXISTS, "%s/%s is in the way", o->dir, part);
	}
	if (fstatat(o->fd, path, &sb, AT_SYMLINK_NOFOLLOW) == 0 &&
	    (S_ISDIR(sb.st_mode) || !outdir_old(o, path)))
		return fail(ST_EXISTS, "%s/%s is in the way", o->dir, path);
	return ST_OK;
}

/* Both lists joined, nothing of it trusted: what a crash in the middle would leave. */
static enum status announce(const struct outdir *o, const struct new_file *list, size_t count)
{
	size_t i = 0, k = 0, nold = manifest_count(o->old);
	struct buf text;
	enum status st;

	buf_init(&text, MANIFEST_BYTES);
	manifest_begin(&text);
	while (i < count || k < nold) {
		const char *new = i < count ? list[i].made.path : NULL;
		const char *old = k < nold ? manifest_at(o->old, k)->path : NULL;
		int d = !new ? 1 : !old ? -1 : strcmp(new, old);

		manifest_put(&text, &(struct made){.path = d <= 0 ? new : old, .facts = ""});
		i += d <= 0;
		k += d >= 0;
	}
	st = manifest_write(o->dir, &text);
	buf_clear(&text);
	return st;
}

static enum status place(const struct outdir *o, const char *path)
{
	if (renameat(o->stage, path, o->fd, path) < 0)
		return fail(ST_IO, "cannot write %s/%s: %s", o->dir, path, strerror(errno));
	return ST_OK;
}

static enum status place_files(const struct outdir *o, const struct new_file *list, size_t count)
{
	char last[PATH_MAX] = "";
	enum status st = ST_OK;

	for (size_t i = 0; i < count && !st; i++) {
		const char *path = list[i].made.path, *end = strrchr(path, '/');
		size_t n = end ? (size_t)(end - path) : 0;

		if (!list[i].staged)
			continue;
		if (n && (strlen(last) != n || memcmp(last, path, n) != 0)) {
			st = make_folders(o->fd, path);
			span_copy(span_make(path, n), last, sizeof last);
		}
		if (!st)
			st = place(o, path);
	}
	return st;
}

/* Into an empty folder whole folders can go; the list is sorted, so each comes once. */
static enum status place_tops(const struct outdir *o, const struct new_file *list, size_t count)
{
	char top[PATH_MAX], last[PATH_MAX] = "";
	enum status st = ST_OK;

	for (size_t i = 0; i < count && !st; i++) {
		struct span rest = span_of(list[i].made.path);

		span_copy(span_cut(&rest, '/'), top, sizeof top);
		if (strcmp(top, last) != 0)
			st = place(o, top);
		span_copy(span_of(top), last, sizeof last);
	}
	return st;
}

/* Folders that became empty go too, from the inside out. */
static void remove_folders(const struct outdir *o, const char *path)
{
	char part[PATH_MAX];
	char *slash;

	span_copy(span_of(path), part, sizeof part);
	while ((slash = strrchr(part, '/'))) {
		*slash = '\0';
		if (unlinkat(o->fd, part, AT_REMOVEDIR) < 0)
			return;
	}
}

static bool through_link(const struct outdir *o, const char *path)
{
	char part[PATH_MAX];
	struct stat sb;

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		span_copy(span_make(path, (size_t)(slash - path)), part, sizeof part);
		if (fstatat(o->fd, part, &sb, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(sb.st_mode))
			return true;
	}
	return false;
}

static enum status remove_gone(const struct outdir *o, const struct new_file *list, size_t count,
			       size_t *removed)
{
	for (size_t k = 0; k < manifest_count(o->old); k++) {
		const struct made *old = manifest_at(o->old, k);
		struct new_file want = {.made.path = old->path};

		if ((count && bsearch(&want, list, count, sizeof want, by_path)) ||
		    through_link(o, old->path))
			continue;
		if (unlinkat(o->fd, old->path, 0) == 0)
			++*removed;
		else if (errno != ENOENT)
			return fail(ST_IO, "cannot remove %s/%s: %s", o->dir, old->path,
				    strerror(errno));
		remove_folders(o, old->path);
	}
	return ST_OK;
}

static enum status conclude(const struct outdir *o, const struct new_file *list, size_t count)
{
	struct buf text;
	enum status st;

	buf_init(&text, MANIFEST_BYTES);
	manifest_begin(&text);
	for (size_t i = 0; i < count; i++)
		manifest_put(&text, &list[i].made);
	st = manifest_write(o->dir, &text);
	buf_clear(&text);
	return st;
}

enum status outdir_commit(struct outdir *o, struct new_file *list, size_t count,
			  struct outdir_done *done)
{
	enum status st = ST_OK;

	*done = (struct outdir_done){0};
	if (count)
		qsort(list, count, sizeof *list, by_path);
	for (size_t i = 0; i < count && !st; i++) {
		done->written += list[i].staged;
		done->kept += !list[i].staged;
		if (o->old && list[i].staged)
			st = check_free(o, list[i].made.path);
	}
	if (!st && done->written == 0 && count == manifest_count(o->old))
		return ST_OK; /* the same paths, all as they were: the manifest says so already */
	if (!st)
		st = announce(o, list, count);
	if (!st)
		o->fresh = false;
	if (!st)
		st = o->old ? place_files(o, list, count) : place_tops(o, list, count);
	if (!st)
		st = remove_gone(o, list, count, &done->removed);
	if (!st)
		st = conclude(o, list, count);
	return st;
}
