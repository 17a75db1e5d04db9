#include "vault/flow/removal_impl.h"

#include "vault/flow/backup_keys.h"
#include "vault/flow/cache.h"
#include "vault/flow/commit_change.h"
#include "vault/flow/removed.h"
#include "vault/flow/stage.h"
#include "vault/journal/journal.h"

#include <stdio.h>
#include <unistd.h>

/* Every repository of the child: its own, and areas apart. */
struct each_repo {
	struct app *app;
	struct removal *r;
	enum status (*fn)(struct app *app, struct removal *r, const struct repo_name *name);
	struct repo_name list[16];
	size_t count;
};

static enum status of_child(void *arg, const struct repo_name *name)
{
	struct each_repo *e = arg;

	if (strcmp(name->id, e->r->child) == 0 && e->count < sizeof e->list / sizeof *e->list)
		e->list[e->count++] = *name;
	return ST_OK;
}

static enum status on_each_repo(struct each_repo *e)
{
	enum status st = store_each(e->app->store, REPO_APART, of_child, e);

	if (!st)
		st = repo_name_make(&e->list[e->count++], REPO_CHILD, SPAN_NONE,
				    span_of(e->r->child));
	for (size_t i = 0; i < e->count && !st; i++)
		st = e->fn(e->app, e->r, &e->list[i]);
	return st;
}

static enum status begin_record(struct app *app, struct removal *r, const struct repo_name *name)
{
	uint64_t n;

	return removal_note(app, r, "retention.begin", name, &n);
}

static enum status step_begin(struct app *app, struct removal *r)
{
	struct each_repo e = {.app = app, .r = r, .fn = begin_record};

	return on_each_repo(&e);
}

static enum status step_key(struct app *app, struct removal *r)
{
	return r->sheet[0] ? ST_OK : backup_key_destroy(app, r->child, (int64_t)time(NULL));
}

/* A small picture can be made again, should another child have the same file. */
static enum status drop_preview(void *arg, const struct file_row *f)
{
	struct app *app = arg;
	struct buf path;

	buf_init(&path, PATH_MAX);
	app_path(app, "previews", &path);
	buf_addf(&path, "/%s.png", f->sha256);
	if (!path.st)
		unlink(buf_str(&path));
	buf_clear(&path);
	return ST_OK;
}

struct aside {
	struct app *app;
	struct removal *r;
};

/* What waits for this child alone. */
static enum status drop_staged(void *arg, const struct staged *s)
{
	struct aside *a = arg;

	if (s->nchildren != 1 || strcmp(s->children[0], a->r->child) != 0)
		return ST_OK;
	a->r->n.staged++;
	return stage_drop(a->app, span_of(s->row.id));
}

static enum status step_aside(struct app *app, struct removal *r)
{
	struct aside a = {app, r};
	enum status st;

	if (r->sheet[0])
		return ST_OK;
	st = file_row_each(app->db, span_of(r->child), drop_preview, app);
	return st ? st : stage_each(app, drop_staged, &a);
}

static enum status remove_repo(struct app *app, struct removal *r, const struct repo_name *name)
{
	enum status st = repo_remove(app->store, name);

	(void)r;
	return st == ST_NOTFOUND ? ST_OK : st;
}

/* The commit without the sheet, signed with the vault's key: who decided stands in it. */
static enum status take_out(struct app *app, struct removal *r)
{
	char path[128], why[256];
	struct change change = {.bytes = SPAN_NONE};
	struct change_set set = {.action = "sheet.remove",
				 .child = span_of(r->child),
				 .sheet = span_of(r->sheet),
				 .what = span_of(r->sheet),
				 .more = {{SPAN("Karte-Retention"), span_of(r->proposal)},
					  {SPAN("Karte-Confirmed"), span_of(r->confirmed_by)}},
				 .changes = &change,
				 .count = 1};
	struct actor vault;
	struct oid id;
	enum status st = repo_name_make(&set.repo, REPO_CHILD, SPAN_NONE, span_of(r->child));

	actor_operator(&vault, app);
	snprintf(path, sizeof path, "sheets/%s.md", r->sheet);
	snprintf(why, sizeof why, "保存期間が終わったので、%s が提案し、%s が確かめて、消しました",
		 r->asked_by, r->confirmed_by);
	change.path = span_of(path);
	set.reason = span_of(why);
	if (!st)
		st = commit_change(app, &vault, &set, &id);
	return st == ST_NOTFOUND ? ST_OK : st; /* it is gone already */
}

static enum status step_store(struct app *app, struct removal *r)
{
	struct each_repo e = {.app = app, .r = r, .fn = remove_repo};

	return r->sheet[0] ? take_out(app, r) : on_each_repo(&e);
}

static enum status step_rows(struct app *app, struct removal *r)
{
	struct removal_counts none = {.rows = 0};

	if (!r->sheet[0])
		return child_purge(app->db, span_of(r->child), r->n.rows ? &none : &r->n);
	return sheet_purge(app->db, span_of(r->child), span_of(r->sheet),
			   r->n.rows ? &none : &r->n);
}

static enum status step_settle(struct app *app, struct removal *r)
{
	(void)r;
	if (app->cache)
		cache_empty(app->cache);
	return db_settle(app->db);
}

static const char *event_of(const struct removal *r)
{
	return r->sheet[0] ? "retention.sheet" : "retention.remove";
}

/* Once for each repository that the journal knows to have begun. */
static enum status final_record(struct app *app, struct removal *r, const struct repo_name *name)
{
	char repository[REPO_TEXT];
	uint64_t n = 0;
	enum status st;

	repo_name_text(name, repository);
	st = removed_record(app, event_of(r), span_of(repository), span_of(r->head), &n);
	if (st == ST_NOTFOUND)
		st = removal_note(app, r, event_of(r), name, &n);
	r->record = (long long)n;
	return st;
}

struct begun {
	const struct removal *r;
	struct repo_name list[16];
	size_t count;
};

static bool was_begun(void *ctx, const struct record *rec, struct span line)
{
	struct begun *b = ctx;
	struct repo_name name;

	(void)line;
	if (!span_is(rec->object, b->r->head) || repo_name_parse(rec->repository, &name))
		return true;
	for (size_t i = 0; i < b->count; i++)
		if (b->list[i].kind == name.kind && strcmp(b->list[i].area, name.area) == 0)
			return true;
	if (b->count < sizeof b->list / sizeof *b->list)
		b->list[b->count++] = name;
	return true;
}

/* The repositories are not there any more: the records of the beginning say which there were. */
static enum status step_record(struct app *app, struct removal *r)
{
	const struct journal_filter f = {
	    .class = "system", .event = SPAN("retention.begin"), .child = span_of(r->child)};
	struct begun b = {.r = r};
	enum status st = journal_scan(app->journal, &f, was_begun, &b);

	for (size_t i = 0; i < b.count && !st; i++)
		st = final_record(app, r, &b.list[i]);
	return st;
}

static enum status step_paper(struct app *app, struct removal *r)
{
	return certificate_write(app, r);
}

enum status removal_step(struct app *app, struct removal *r)
{
	static enum status (*const steps[])(struct app *, struct removal *) = {
	    [REMOVAL_BEGIN] = step_begin,   [REMOVAL_KEY] = step_key,
	    [REMOVAL_ASIDE] = step_aside,   [REMOVAL_STORE] = step_store,
	    [REMOVAL_ROWS] = step_rows,	    [REMOVAL_SETTLE] = step_settle,
	    [REMOVAL_RECORD] = step_record, [REMOVAL_PAPER] = step_paper,
	};
	enum status st;

	if (r->step < 0 || r->step >= REMOVAL_DONE)
		return ST_OK;
	st = steps[r->step](app, r);
	if (st)
		return st;
	r->step++;
	return removal_put(app->db, r);
}

enum status removal_run(struct app *app, struct removal *r, int before)
{
	enum status st = ST_OK;

	while (!st && r->step < before && r->step < REMOVAL_DONE)
		st = removal_step(app, r);
	return st;
}
