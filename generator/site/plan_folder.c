/* Plans from folders of files. */
#include "generator/base/file.h"
#include "generator/base/path.h"
#include "generator/site/plan.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { DEPTH_MAX = 8 };

struct walk {
	struct plan *plan;
	const char *dir;
	struct problems *ps;
	/* Takes one file; `at` is its path below dir, with .md. */
	enum status (*file)(struct walk *w, const char *path, struct span at);
};

static enum status load_file(void *ctx, struct buf *out)
{
	return file_read(ctx, out);
}

static void *keep_path(struct plan *p, const char *path)
{
	size_t n = strlen(path) + 1;
	char *copy = plan_alloc(p, n);

	return copy ? memcpy(copy, path, n) : NULL;
}

/* ---- walking ------------------------------------------------------------------------------ */

static int is_shown(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static enum status walk_folder(struct walk *w, const char *path, int depth);

/* What an entry is; most file systems say so without being asked again. */
static unsigned char kind_of(const struct dirent *e, const char *path)
{
	struct stat sb;

	if (e->d_type != DT_UNKNOWN)
		return e->d_type;
	return lstat(path, &sb) == 0 ? (unsigned char)IFTODT(sb.st_mode) : DT_UNKNOWN;
}

static enum status walk_entry(struct walk *w, const struct dirent *e, const char *path, int depth)
{
	struct span at = span_of(path + strlen(w->dir) + 1);
	unsigned char kind = kind_of(e, path);

	if (kind == DT_DIR)
		return depth < DEPTH_MAX ? walk_folder(w, path, depth + 1)
					 : fail(ST_TOOBIG, "%s lies too deep", path);
	return kind == DT_REG && span_ends(at, SPAN(".md")) ? w->file(w, path, at) : ST_OK;
}

static enum status walk_folder(struct walk *w, const char *path, int depth)
{
	struct dirent **names = NULL;
	int n = scandir(path, &names, is_shown, NULL); /* plan_end puts all in order */
	enum status st = ST_OK;
	struct buf entry;

	if (n < 0)
		return fail(errno == ENOENT || errno == ENOTDIR ? ST_NOTFOUND : ST_IO,
			    "cannot read folder %s: %s", path, strerror(errno));
	buf_init(&entry, PATH_MAX);
	for (int i = 0; i < n; i++) {
		path_join(&entry, path, names[i]->d_name);
		if (!st)
			st = entry.st ? entry.st : walk_entry(w, names[i], buf_str(&entry), depth);
		free(names[i]);
	}
	free(names);
	buf_clear(&entry);
	return st;
}

static enum status walk(struct walk *w)
{
	return walk_folder(w, w->dir, 0);
}

/* ---- sheets ------------------------------------------------------------------------------- */

static enum status take_sheet(struct walk *w, const char *path, struct span at)
{
	struct span child, type, id;
	void *ctx;

	at.n -= strlen(".md");
	child = span_cut(&at, '/');
	type = span_cut(&at, '/');
	id = at;
	if (!path_id(child) || !path_id(type) || !path_id(id)) {
		problem_add(
		    w->ps, path, 0, 0, "site.place",
		    "シートは「子どものid/種類のid/id.md」に置きます。このファイルは使いません。");
		problem_soften(w->ps);
		return ST_OK;
	}
	ctx = keep_path(w->plan, path);
	return ctx ? plan_add_sheet(w->plan, child, type, id, path, NULL, load_file, ctx)
		   : ST_NOMEM;
}

enum status plan_add_sheet_folder(struct plan *p, const char *dir, struct problems *ps)
{
	return walk(&(struct walk){p, dir, ps, take_sheet});
}

/* ---- pages -------------------------------------------------------------------------------- */

static enum status take_page(struct walk *w, const char *path, struct span at)
{
	struct buf to;
	enum status st;
	void *ctx = keep_path(w->plan, path);

	buf_init(&to, PATH_MAX);
	buf_add(&to, at.p, at.n - strlen(".md"));
	buf_adds(&to, ".html");
	st = to.st ? to.st : ctx ? ST_OK : ST_NOMEM;
	if (!st)
		st = plan_add_page(w->plan, buf_span(&to), path, NULL, load_file, ctx);
	if (st == ST_INVALID) {
		problem_add(
		    w->ps, path, 0, 0, "site.place",
		    "ページの名前は半角の英数字と - _ . で付けます。このファイルは使いません。");
		problem_soften(w->ps);
		st = ST_OK;
	}
	buf_clear(&to);
	return st;
}

enum status plan_add_page_folder(struct plan *p, const char *dir, struct problems *ps)
{
	return walk(&(struct walk){p, dir, ps, take_page});
}
