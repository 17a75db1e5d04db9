#include "vault/flow/files_impl.h"

#include "generator/base/file.h"
#include "vault/db/release.h"
#include "vault/flow/children.h"
#include "vault/flow/commit_change.h"
#include "vault/flow/note.h"
#include "vault/flow/shield.h"
#include "vault/store/stream.h"

#include <stdio.h>
#include <unistd.h>

enum status files_folders(struct app *app)
{
	static const char *const names[] = {"incoming", "previews"};
	struct buf path;
	enum status st = ST_OK;

	buf_init(&path, PATH_MAX);
	for (size_t i = 0; i < sizeof names / sizeof *names && !st; i++) {
		app_path(app, names[i], &path);
		st = path.st ? path.st : file_mkdirs(buf_str(&path));
	}
	buf_clear(&path);
	return st;
}

/* ---- who sees what -------------------------------------------------------------------------- */

/* One reader and one child: what every file of the child is asked with. */
struct sight {
	struct db *db;
	struct question q;
	struct ground *ground;
	struct shield shield;
	struct decision own, other; /* about files of the reader's institution, and of others */
};

static void sight_end(struct sight *s)
{
	ground_free(s->ground);
	shield_clear(&s->shield);
}

static enum status sight_begin(struct sight *s, struct app *app, const struct question *q,
			       enum action action)
{
	enum status st;

	*s = (struct sight){.db = app->db, .q = *q};
	s->q.action = action;
	s->q.type = SPAN(FILES_TYPE);
	st = shield_load(&s->shield, app, q->child, q->who);
	if (!st)
		st = ground_load(&s->ground, app, &s->q);
	if (!st)
		st = ground_decide_type(s->ground, action, s->q.type, true, &s->own);
	if (!st)
		st = ground_decide_type(s->ground, action, s->q.type, false, &s->other);
	return st;
}

static bool is_kept(const struct shield *s, const struct file_row *f)
{
	struct span kept = SPAN_NONE;

	return (f->institution[0] && shield_hides_institution(s, f->institution)) ||
	       !shield_say(s, span_of(f->title), kept).p ||
	       !shield_say(s, span_of(f->name), kept).p;
}

static enum status sees(struct sight *s, const struct file_row *f, const struct decision **d,
			bool *out)
{
	bool own = false, recalled = false;
	enum status back =
	    f->release[0] ? release_took_back(s->db, span_of(f->id), &recalled) : ST_OK;
	enum status st = f->institution[0] ? ground_is_own(s->ground, f->institution, &own) : ST_OK;
	struct file_facts facts = {
	    .id = span_of(f->id),
	    .readers = f->readers,
	    .open = f->open,
	    .staff_only = f->staff_only,
	    .recalled = recalled || back != ST_OK,
	    .mine = s->q.who && strcmp(s->q.who->id, f->account) == 0,
	    .shielded = is_kept(&s->shield, f),
	};

	*d = facts.decision = own ? &s->own : &s->other;
	st = st ? st : back;
	*out = !st && file_gate(&facts);
	return st;
}

struct listing {
	struct sight sight;
	struct arena *arena;
	struct file_list *out;
	size_t room;
};

static enum status one_row(void *ctx, const struct file_row *f)
{
	struct listing *l = ctx;
	const struct decision *d;
	struct file_row *grown;
	bool yes;
	enum status st = sees(&l->sight, f, &d, &yes);

	if (st || !yes)
		return st;
	if (l->out->count == l->room) {
		l->room = l->room ? l->room * 2 : 16;
		grown = arena_array(l->arena, l->room, sizeof *grown);
		if (!grown)
			return ST_NOMEM;
		if (l->out->count)
			memcpy(grown, l->out->rows, l->out->count * sizeof *grown);
		l->out->rows = grown;
	}
	l->out->rows[l->out->count++] = *f;
	return ST_OK;
}

enum status files_list(struct app *app, const struct question *q, struct arena *a,
		       struct file_list *out)
{
	struct listing l = {.arena = a, .out = out};
	enum status st = sight_begin(&l.sight, app, q, ACT_SHEET_READ);

	*out = (struct file_list){NULL, 0};
	if (!st)
		st = file_row_each(app->db, q->child, one_row, &l);
	sight_end(&l.sight);
	return st;
}

enum status files_choices(struct app *app, const struct question *q, struct arena *a,
			  struct choice **out, size_t *n)
{
	struct file_list list;
	enum status st = files_list(app, q, a, &list);

	*n = 0;
	*out = st ? NULL : arena_array(a, list.count + 1, sizeof **out);
	if (!*out)
		return st ? st : ST_NOMEM;
	for (size_t i = 0; i < list.count; i++)
		(*out)[(*n)++] = (struct choice){.id = span_of(list.rows[i].id),
						 .label = span_of(list.rows[i].title)};
	return ST_OK;
}

/* The decision is about the file, or, if there is none, about files of the reader's institution. */
static enum status find_seen(struct app *app, const struct question *q, enum action action,
			     struct span id, struct file_row *row, struct decision *out, bool *seen)
{
	struct sight s;
	const struct decision *d = &s.own;
	enum status st = sight_begin(&s, app, q, action), found = ST_NOTFOUND;

	*seen = false;
	*out = (struct decision){.reason = WHY_NO_RULE};
	if (!st && path_id(id) && s.other.reason != WHY_NO_CHILD)
		found = file_row_get(app->db, q->child, id, row);
	if (!st && found && found != ST_NOTFOUND)
		st = found;
	if (!st && !found)
		st = sees(&s, row, &d, seen);
	if (!st)
		*out = *d;
	sight_end(&s);
	return st;
}

enum status file_find(struct app *app, const struct question *q, struct span id,
		      struct file_row *row, struct decision *d)
{
	struct question mine = *q;
	bool seen;
	enum status st = find_seen(app, q, ACT_SHEET_READ, id, row, d, &seen);

	mine.type = SPAN(FILES_TYPE);
	mine.id = id;
	if (st || seen)
		return st;
	return refuse(app, &mine, d->allow ? "no-file" : reason_name(d->reason));
}

enum status file_note(struct app *app, const struct question *q, const struct file_row *row,
		      const struct decision *d, const char *event)
{
	char object[sizeof "files/" + FILE_ID];
	struct note n = {
	    .class = "read",
	    .event = event,
	    .who = q->who,
	    .child = q->child,
	    .decision = "allow",
	    .reason = reason_name(d->reason),
	    .request = q->request,
	    .hold = q->hold,
	};

	snprintf(object, sizeof object, "files/%s", row->id);
	n.object = span_of(object);
	return note_add(app, &n);
}

/* ---- the content ---------------------------------------------------------------------------- */

static enum status content_of(struct repo *repo, const struct file_row *row, int *fd)
{
	struct buf path;
	struct oid blob;
	size_t bytes = 0;
	enum status st;

	buf_init(&path, COMMIT_PATH_MAX);
	file_path(row->id, row->name, &path);
	st = path.st ? path.st : repo_blob_id(repo, NULL, buf_str(&path), &blob);
	if (!st)
		st = repo_get_file(repo, &blob, (size_t)row->bytes, fd, &bytes);
	if (!st && bytes != (size_t)row->bytes) {
		close(*fd);
		*fd = -1;
		st = fail(ST_CORRUPT, "a file is not as it was added");
	}
	buf_clear(&path);
	return st == ST_TOOBIG ? ST_CORRUPT : st;
}

enum status file_content(struct app *app, const struct file_row *row, int *fd)
{
	struct repo *repo = NULL;
	enum status st = child_repo(&repo, app, span_of(row->child));

	*fd = -1;
	if (!st)
		st = content_of(repo, row, fd);
	repo_close(repo);
	return st;
}

/* ---- taking it away ------------------------------------------------------------------------- */

enum status file_may_remove(struct app *app, const struct question *q, const struct file_row *row,
			    bool *out)
{
	struct file_row now;
	struct decision d;
	bool seen;
	enum status st = find_seen(app, q, ACT_SHEET_WRITE, span_of(row->id), &now, &d, &seen);
	bool mine = q->who && strcmp(q->who->id, row->account) == 0;

	*out = !st && seen && !d.read_only &&
	       (mine || (d.as != ROLE_HOUSEHOLD && d.relation == REL_OWN));
	return st;
}

static enum status commit_removal(struct app *app, const struct actor *who,
				  const struct file_row *row, struct span reason)
{
	struct buf path, meta, what;
	struct change changes[2];
	struct change_set set = {.action = "file.remove",
				 .child = span_of(row->child),
				 .reason = reason,
				 .changes = changes,
				 .count = 2};
	struct oid version;
	enum status st = repo_name_make(&set.repo, REPO_CHILD, SPAN_NONE, span_of(row->child));

	buf_init(&path, COMMIT_PATH_MAX);
	buf_init(&meta, COMMIT_PATH_MAX);
	buf_init(&what, 64);
	file_path(row->id, row->name, &path);
	file_path(row->id, "meta.md", &meta);
	buf_addf(&what, "files/%s", row->id);
	set.what = buf_span(&what);
	changes[0] = (struct change){buf_span(&path), SPAN_NONE};
	changes[1] = (struct change){buf_span(&meta), SPAN_NONE};
	if (!st)
		st = commit_change(app, who, &set, &version);
	buf_clear(&path);
	buf_clear(&meta);
	buf_clear(&what);
	return st;
}

enum status file_drop_preview(struct app *app, const char *sha256)
{
	struct buf path;
	bool used = true;
	enum status st = file_content_used(app->db, span_of(sha256), &used);

	buf_init(&path, PATH_MAX);
	app_path(app, "previews", &path);
	buf_addf(&path, "/%s.png", sha256);
	if (!st && !used)
		unlink(buf_str(&path));
	buf_clear(&path);
	return st;
}

enum status file_remove(struct app *app, const struct actor *who, const struct question *q,
			const struct file_row *row, struct span reason)
{
	struct question mine = *q;
	bool may = false;
	enum status st = file_may_remove(app, q, row, &may);

	mine.type = SPAN(FILES_TYPE);
	mine.id = span_of(row->id);
	mine.action = ACT_SHEET_WRITE;
	if (!st && !may)
		st = refuse(app, &mine, "not-yours");
	if (!st && !span_trim(reason).n)
		st = fail(ST_INVALID, "外す理由を書いてください");
	if (!st)
		st = commit_removal(app, who, row, span_trim(reason));
	if (!st)
		st = file_row_drop(app->db, span_of(row->child), span_of(row->id));
	return st ? st : file_drop_preview(app, row->sha256);
}
