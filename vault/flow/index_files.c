/* Reading the files of a child into the index. */
#include "vault/flow/files_impl.h"

#include "vault/store/store.h"

struct walk {
	struct app *app;
	struct repo *repo;
	struct span child;
};

static enum status one_folder(void *arg, const struct repo_entry *e)
{
	struct walk *w = arg;
	struct file_row row;
	struct buf path, text;
	enum status st;

	if (!e->dir || !path_id(e->name))
		return ST_OK;
	buf_init(&path, 128);
	buf_init(&text, FILE_META_MAX);
	buf_addf(&path, "files/%.*s/meta.md", SPAN_ARG(e->name));
	st = repo_read(w->repo, NULL, buf_str(&path), &text);
	if (!st)
		st = file_meta_read(buf_span(&text), &row);
	if (!st && span_is(e->name, row.id)) {
		span_copy(w->child, row.child, sizeof row.child);
		st = file_row_put(w->app->db, &row);
	}
	buf_clear(&path);
	buf_clear(&text);
	/* what cannot be read is not shown; the others are */
	return st == ST_INVALID || st == ST_NOTFOUND || st == ST_TOOBIG ? ST_OK : st;
}

enum status index_files(struct app *app, struct repo *repo, struct span child)
{
	struct walk w = {app, repo, child};
	enum status st = db_begin(app->db);

	if (st)
		return st;
	st = file_row_clear(app->db, child);
	if (!st)
		st = repo_list(repo, NULL, "files", one_folder, &w);
	return db_end(app->db, st == ST_NOTFOUND ? ST_OK : st);
}
