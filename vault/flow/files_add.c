/* Adding a file: decide, write the content, commit, index. */
#include "generator/base/text.h"
#include "vault/flow/children.h"
#include "vault/flow/commit_change.h"
#include "vault/flow/files_impl.h"
#include "vault/flow/ids.h"
#include "vault/store/stream.h"

#include <stdio.h>

/* ---- decisions ------------------------------------------------------------------------------ */

static struct question about_files(const struct question *q, enum action action, struct span child)
{
	struct question mine = *q;

	mine.action = action;
	mine.child = child;
	mine.type = SPAN(FILES_TYPE);
	mine.id = SPAN_NONE;
	return mine;
}

enum status files_may_add(struct app *app, const struct question *q, struct span child)
{
	struct question mine = about_files(q, ACT_SHEET_WRITE, child);
	struct decision d;

	return decide_type(app, &mine, true, &d);
}

enum status files_may_add_quietly(struct app *app, const struct question *q, struct span child,
				  bool *out)
{
	struct question mine = about_files(q, ACT_SHEET_WRITE, child);
	struct decision d = {.allow = false};
	struct ground *g = NULL;
	enum status st = ground_load(&g, app, &mine);

	if (!st)
		st = ground_decide_type(g, mine.action, mine.type, true, &d);
	*out = !st && d.allow;
	ground_free(g);
	return st;
}

/* ---- what is said about it ------------------------------------------------------------------ */

enum status file_about_check(const struct file_about *about, const char *name, struct file_row *row)
{
	struct span title = span_trim(about->title);
	const char *dot = strrchr(name, '.');

	if (!title.n)
		title = dot ? span_make(name, (size_t)(dot - name)) : span_of(name);
	else if (text_graphemes(title) > FILE_TITLE_CHARS)
		return fail(ST_INVALID, "題名は%d文字までです", FILE_TITLE_CHARS);
	for (size_t i = 0; i < title.n; i++)
		if ((unsigned char)title.p[i] < 0x20)
			return fail(ST_INVALID, "題名は1行で書いてください");
	if (!span_copy(title, row->title, sizeof row->title))
		return fail(ST_INVALID, "題名が長すぎます");
	if (!span_copy(about->category, row->category, sizeof row->category) ||
	    !file_category_label(row->category))
		return fail(ST_INVALID, "種類を選んでください");
	row->readers = about->readers;
	row->open = about->open;
	row->staff_only = about->staff_only;
	return ST_OK;
}

/* ---- keeping -------------------------------------------------------------------------------- */

static enum status commit_file(struct app *app, const struct actor *who, struct repo *repo,
			       const struct file_row *row, const struct oid *content,
			       struct span reason)
{
	struct buf path, meta_path, meta, what;
	struct change changes[2];
	struct change_set set = {
	    .repo = *repo_name_of(repo),
	    .action = "file.add",
	    .child = span_of(row->child),
	    .reason = reason,
	    .changes = changes,
	    .count = 2,
	};
	struct oid version;
	enum status st;

	buf_init(&path, COMMIT_PATH_MAX);
	buf_init(&meta_path, COMMIT_PATH_MAX);
	buf_init(&meta, FILE_META_MAX);
	buf_init(&what, 64);
	file_path(row->id, row->name, &path);
	file_path(row->id, "meta.md", &meta_path);
	file_meta_write(row, &meta);
	buf_addf(&what, "files/%s", row->id);
	set.what = buf_span(&what);
	changes[0] = (struct change){buf_span(&path), change_blob(content)};
	changes[1] = (struct change){buf_span(&meta_path), buf_span(&meta)};
	st = path.st ? path.st : meta.st;
	if (!st)
		st = commit_change(app, who, &set, &version);
	buf_clear(&path);
	buf_clear(&meta_path);
	buf_clear(&meta);
	buf_clear(&what);
	return st == ST_EXISTS ? ST_OK : st;
}

enum status file_store(struct app *app, const struct actor *who, int fd, struct file_row *row,
		       struct span reason)
{
	struct repo *repo = NULL;
	struct oid content;
	enum status st = child_repo(&repo, app, span_of(row->child));

	if (!st)
		st = repo_put_file(repo, fd, (size_t)row->bytes, &content, row->sha256);
	if (!st)
		st = commit_file(app, who, repo, row, &content, reason);
	if (!st)
		st = file_row_put(app->db, row);
	repo_close(repo);
	return st;
}

static enum status check_place(struct app *app, const struct question *q, struct file_place *at)
{
	enum status st = ST_OK;

	at->done = 0;
	if (at->count == 0 || at->count > FILE_CHILDREN_MAX)
		return fail(ST_INVALID, "子どもは %d人までです", FILE_CHILDREN_MAX);
	for (size_t i = 0; i < at->count && !st; i++)
		st = files_may_add(app, q, at->children[i]);
	if (!st && !at->id[0])
		st = id_new(at->id, 'f');
	return st;
}

enum status files_add(struct app *app, const struct actor *who, const struct question *q,
		      const struct checked *c, const struct file_about *about,
		      struct file_place *at)
{
	struct file_row row = {.bytes = (long long)c->bytes, .at = q->now};
	enum status st =
	    c->waits ? fail(ST_BUG, "a file that was not scanned") : check_place(app, q, at);

	if (!st)
		st = file_about_check(about, c->name, &row);
	if (!st)
		st = file_rules(app, c, &row, at->count);
	if (st)
		return st;
	memcpy(row.id, at->id, sizeof row.id);
	memcpy(row.name, c->name, sizeof row.name);
	snprintf(row.type, sizeof row.type, "%s", c->kind->type);
	span_copy(span_of(q->who->id), row.account, sizeof row.account);
	if (q->who->staff)
		span_copy(span_of(q->who->institution), row.institution, sizeof row.institution);
	for (; at->done < at->count && !st; at->done += !st) {
		span_copy(at->children[at->done], row.child, sizeof row.child);
		st = file_store(app, who, c->fd, &row, SPAN_NONE);
	}
	return st;
}
