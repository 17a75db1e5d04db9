/* A release as it stands now: who would get it, who asks, and the token of all that is shown. */
#include "vault/flow/note.h"
#include "vault/flow/releases_impl.h"
#include "vault/flow/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum status release_note(struct app *app, const struct question *q, const char *event,
			 const struct release_row *r, size_t children, size_t files)
{
	char object[64];
	struct note n = {.class = "access",
			 .event = event,
			 .who = q->who,
			 .decision = "allow",
			 .reason = "role",
			 .request = q->request};

	snprintf(object, sizeof object, "releases/%s n=%zu files=%zu", r->id, children, files);
	n.object = span_of(object);
	return note_add(app, &n);
}

/* ---- who may know of it --------------------------------------------------------------------- */

struct asking {
	struct app *app;
	const struct question *q;
	bool all;
};

static enum status one_may(void *ctx, const struct release_child *c)
{
	struct asking *a = ctx;
	bool may = false;
	enum status st;

	if (!a->all || strcmp(c->state, "left") == 0)
		return ST_OK;
	st = files_may_add_quietly(a->app, a->q, span_of(c->child), &may);
	a->all = !st && may;
	return st;
}

enum status release_may_confirm(struct app *app, const struct question *q,
				const struct release_row *row, bool *yes)
{
	struct asking a = {app, q, true};
	enum status st = ST_OK;

	*yes = false;
	if (!q->who || !q->who->staff || strcmp(q->who->institution, row->institution) != 0 ||
	    strcmp(q->who->id, row->account) == 0)
		return ST_OK;
	st = release_child_each(app->db, span_of(row->id), one_may, &a);
	*yes = !st && a.all;
	return st;
}

enum status release_may_see(struct app *app, const struct question *q,
			    const struct release_row *row, bool *yes)
{
	*yes = q->who && q->who->staff && strcmp(q->who->institution, row->institution) == 0 &&
	       (strcmp(q->who->id, row->account) == 0 || strcmp(q->who->id, row->confirmer) == 0);
	return *yes ? ST_OK : release_may_confirm(app, q, row, yes);
}

/* ---- the lists ------------------------------------------------------------------------------ */

struct lists {
	struct release_child *children;
	struct release_file *files;
	size_t nchildren, nfiles;
};

static enum status take_child(void *ctx, const struct release_child *c)
{
	struct lists *l = ctx;

	if (l->nchildren < RELEASE_CHILDREN)
		l->children[l->nchildren++] = *c;
	return ST_OK;
}

static enum status take_file(void *ctx, const struct release_file *f)
{
	struct lists *l = ctx;

	if (l->nfiles <= RELEASE_ATTACHMENTS)
		l->files[l->nfiles++] = *f;
	return ST_OK;
}

enum status release_lists(struct app *app, struct span id, struct arena *a,
			  struct release_child **children, size_t *nchildren,
			  struct release_file **files, size_t *nfiles)
{
	struct lists l = {arena_array(a, RELEASE_CHILDREN, sizeof *l.children),
			  arena_array(a, RELEASE_ATTACHMENTS + 1, sizeof *l.files), 0, 0};
	enum status st = l.children && l.files ? ST_OK : ST_NOMEM;

	if (!st)
		st = release_child_each(app->db, id, take_child, &l);
	if (!st)
		st = release_file_each(app->db, id, take_file, &l);
	*children = l.children;
	*nchildren = l.nchildren;
	*files = l.files;
	*nfiles = l.nfiles;
	return st;
}

/* Where those of each class stand together, in order of kana. */
static int by_class(const void *a, const void *b)
{
	const struct release_to *x = a, *y = b;
	int c = strcmp(x->class, y->class);

	return c ? c : strcmp(x->child.kana, y->child.kana);
}

static enum status load_to(struct app *app, const struct question *q, struct release *r,
			   const struct release_child *children, size_t n)
{
	struct account preparer = {.disabled = true};
	enum status st = account_get(app->db, span_of(r->row.account), &preparer);

	if (st == ST_NOTFOUND)
		st = ST_OK;
	for (size_t i = 0; i < n && !st; i++) {
		struct release_to *to = &r->to[i];

		st = release_recipient(app, &preparer, q->now, span_of(children[i].child), to);
		memcpy(to->state, children[i].state, sizeof to->state);
		memcpy(to->why, children[i].why, sizeof to->why);
		if (!st)
			st = files_may_add_quietly(app, q, span_of(to->child.id), &to->mine);
	}
	r->nto = n;
	if (n)
		qsort(r->to, n, sizeof *r->to, by_class);
	return st;
}

static void make_token(struct release *r)
{
	unsigned char raw[SHA256_LEN];
	char asked[32];
	struct sha256 h;

	sha256_init(&h);
	snprintf(asked, sizeof asked, "%lld", r->row.asked);
	release_hash(&h, r->row.id);
	release_hash(&h, asked);
	release_hash(&h, r->row.title);
	release_hash(&h, r->row.message);
	for (size_t i = 0; i < r->nto; i++) {
		release_hash(&h, r->to[i].line);
		release_hash(&h, r->to[i].class);
		release_hash(&h, r->to[i].obstacle ? r->to[i].obstacle : "");
	}
	for (size_t i = 0; i < r->nfiles; i++) {
		release_hash(&h, r->files[i].sha256);
		release_hash(&h, r->files[i].name);
		release_hash(&h, r->files[i].title);
	}
	for (size_t i = 0; i < r->nodd; i++)
		release_hash(&h, r->odd[i].key);
	sha256_end(&h, raw);
	for (size_t i = 0; i < SHA256_LEN; i++)
		snprintf(r->token + 2 * i, 3, "%02x", raw[i]);
}

static enum status refuse_release(struct app *app, const struct question *q)
{
	struct question mine = *q;

	mine.action = ACT_SHEET_WRITE;
	return refuse(app, &mine, "no-release");
}

enum status release_load(struct app *app, const struct question *q, struct span id, bool odd,
			 struct arena *a, struct release *out)
{
	struct release_child *children;
	size_t n = 0;
	bool yes = false;
	enum status st;

	*out = (struct release){.nto = 0};
	st = path_id(id) ? release_get(app->db, id, &out->row) : ST_NOTFOUND;
	if (!st)
		st = release_may_see(app, q, &out->row, &yes);
	if (st == ST_NOTFOUND || (!st && !yes))
		return refuse_release(app, q);
	if (st)
		return st;
	out->state = release_state_of(span_of(out->row.state));
	out->preparer = strcmp(q->who->id, out->row.account) == 0;
	st = release_may_confirm(app, q, &out->row, &out->second);
	if (!st)
		st = release_lists(app, id, a, &children, &n, &out->files, &out->nfiles);
	out->to = st ? NULL : arena_array(a, n + 1, sizeof *out->to);
	out->unread = st ? NULL : arena_array(a, out->nfiles + 1, sizeof *out->unread);
	out->words = st ? NULL : arena_array(a, out->nfiles + 1, sizeof *out->words);
	if (!st && (!out->to || !out->unread || !out->words))
		st = ST_NOMEM;
	if (!st)
		st = load_to(app, q, out, children, n);
	if (!st && odd)
		st = release_look_for_odd(app, q, a, out);
	if (!st)
		make_token(out);
	return st;
}

/* ---- what was shown ------------------------------------------------------------------------- */

enum status release_shown(struct app *app, const struct question *q, const struct release *r)
{
	if (!r->second || r->state != RELEASE_ASKED)
		return ST_OK;
	return release_seen_put(app->db, span_of(r->row.id), span_of(q->who->id),
				span_of(r->token));
}

bool release_has_picture(const struct release_file *f)
{
	const struct kind *k = kind_of_type(span_of(f->type));

	return k && (k->class == KIND_PDF || k->class == KIND_PICTURE);
}

/* While it waits it is kept aside; afterwards it is in the repository of a child. */
static enum status content(struct app *app, const struct release *r, const struct release_file *f,
			   int *fd)
{
	struct staged *s = malloc(sizeof *s);
	struct file_row row;
	enum status st = s ? stage_content(app, span_of(f->file), s, fd) : ST_NOMEM;

	free(s);
	for (size_t i = 0; i < r->nto && st == ST_NOTFOUND; i++) {
		st = file_row_get(app->db, span_of(r->to[i].child.id), span_of(f->file), &row);
		if (!st)
			st = file_content(app, &row, fd);
	}
	return st;
}

enum status release_preview(struct app *app, const struct question *q, const struct release *r,
			    size_t n, struct buf *png)
{
	const struct release_file *f = n && n < r->nfiles ? &r->files[n] : NULL;
	int fd = -1;
	enum status st;

	if (!f || !release_has_picture(f))
		return fail(ST_NOTFOUND, "no such attachment");
	st = content(app, r, f, &fd);
	if (!st)
		st = file_draw(app, kind_of_type(span_of(f->type)), fd, png);
	if (fd >= 0)
		close(fd);
	if (!st && r->second)
		st = release_seen_put(app->db, span_of(r->row.id), span_of(q->who->id),
				      span_of(f->sha256));
	return st;
}

/* ---- the letter ----------------------------------------------------------------------------- */

bool release_is_letter(const struct file_row *f)
{
	return f->release[0] && strcmp(f->name, RELEASE_LETTER) == 0;
}

enum status release_letter(int fd, size_t bytes, struct buf *out)
{
	char piece[4096];

	for (size_t at = 0; at < bytes && !out->st;) {
		ssize_t n = pread(fd, piece, sizeof piece, (off_t)at);

		if (n <= 0)
			return fail(ST_IO, "a letter cannot be read");
		buf_add(out, piece, (size_t)n);
		at += (size_t)n;
	}
	return out->st;
}
