/*
 * What a killed process leaves: 15 of 100 left a lock that would stop the next writer for ever
 * (design 11).  Everything is done under the repository's own lock.
 */
#include "vault/store/each.h"

#include "generator/base/file.h"

#include <errno.h>
#include <unistd.h>

/*
 * A killed process may have been about to start gpg: what it had forked holds the lock until it
 * has become gpg.
 */
enum { DYING_MS = 200 };

struct sweeping {
	struct store *store;
	struct sweep *found;
};

/* Where in a repository rubbish may lie, and how its name begins or ends. */
static const struct {
	const char *folder, *begins, *ends;
	size_t counter; /* offset in struct sweep */
} rubbish[] = {
    {".", "", ".lock", offsetof(struct sweep, locks)},
    {"refs", "", ".lock", offsetof(struct sweep, locks)},
    {"refs/heads", "", ".lock", offsetof(struct sweep, locks)},
    {"objects", "tmp_obj", "", offsetof(struct sweep, temps)},
};

static void count(struct sweeping *w, size_t counter)
{
	++*(size_t *)(void *)((char *)w->found + counter);
}

static enum status sweep_row(struct sweeping *w, const char *repo, size_t row)
{
	struct buf dir, path;
	struct names names = {0};
	enum status st;

	buf_init(&dir, PATH_MAX);
	buf_init(&path, PATH_MAX);
	path_join(&dir, repo, rubbish[row].folder);
	st = dir.st ? dir.st : names_read(&names, buf_str(&dir));
	for (size_t i = 0; !st && i < names.count; i++) {
		struct span name = span_of(names.name[i]);
		if (!span_starts(name, span_of(rubbish[row].begins)) ||
		    !span_ends(name, span_of(rubbish[row].ends)))
			continue;
		path_join(&path, buf_str(&dir), names.name[i]);
		if (path.st || unlink(buf_str(&path)) < 0)
			st = fail(ST_IO, "cannot remove %s: %s", buf_str(&path), strerror(errno));
		else
			count(w, rubbish[row].counter);
	}
	names_clear(&names);
	buf_clear(&path);
	buf_clear(&dir);
	return st;
}

static enum status sweep_repo(void *arg, const struct repo_name *name)
{
	struct sweeping *w = arg;
	struct buf path;
	int fd = -1;
	enum status st;

	buf_init(&path, PATH_MAX);
	store_path(w->store, name, &path);
	st = path.st ? path.st : folder_lock(buf_str(&path), DYING_MS, &fd);
	w->found->repos++;
	if (st == ST_BUSY || st == ST_NOTFOUND) {
		w->found->busy++;
		st = ST_OK;
		goto out;
	}
	for (size_t i = 0; !st && i < sizeof rubbish / sizeof *rubbish; i++)
		st = sweep_row(w, buf_str(&path), i);
out:
	if (fd >= 0)
		close(fd);
	buf_clear(&path);
	return st;
}

/* Repositories half made or half removed: whoever is still at it holds the lock of the folder. */
static enum status sweep_fold(void *arg, const char *dir)
{
	struct sweeping *w = arg;
	struct buf path;
	struct names names = {0};
	enum status st;

	buf_init(&path, PATH_MAX);
	st = names_read(&names, dir);
	for (size_t i = 0; !st && i < names.count; i++) {
		struct span name = span_of(names.name[i]);
		int fd = -1;
		if (!span_starts(name, SPAN(REPO_NEW)) && !span_starts(name, SPAN(REPO_GONE)))
			continue;
		path_join(&path, dir, names.name[i]);
		if (path.st || folder_lock(buf_str(&path), DYING_MS, &fd)) {
			w->found->busy++;
			continue;
		}
		st = file_remove_tree(buf_str(&path));
		close(fd);
		w->found->temps++;
	}
	names_clear(&names);
	buf_clear(&path);
	return st;
}

enum status store_sweep(struct store *s, struct sweep *out)
{
	struct sweeping w = {s, out};
	enum status st = ST_OK;

	*out = (struct sweep){0};
	for (int kind = 0; !st && kind < REPO_KINDS; kind++)
		st = each_repo(s, (enum repo_kind)kind, sweep_repo, sweep_fold, &w);
	return st;
}
