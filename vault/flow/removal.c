#include "vault/flow/removal.h"

#include "generator/base/day.h"
#include "generator/base/file.h"
#include "vault/db/file.h"
#include "vault/db/sheet.h"
#include "vault/flow/backup_keys.h"
#include "vault/flow/cache.h"
#include "vault/flow/children.h"
#include "vault/flow/commit_change.h"
#include "vault/flow/removed.h"
#include "vault/flow/retention_impl.h"
#include "vault/flow/stage.h"
#include "vault/journal/journal.h"
#include "vault/store/history.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* ---- what there is ------------------------------------------------------------------------ */

static bool one_version(void *arg, const struct version *v)
{
	struct removal_counts *n = arg;

	n->versions++;
	n->first = v->time;
	if (!n->last)
		n->last = v->time;
	return true;
}

static enum status count_entry(void *arg, const struct repo_entry *e)
{
	(void)e;
	++*(long long *)arg;
	return ST_OK;
}

static enum status count_folder(struct repo *repo, const char *folder, long long *n)
{
	enum status st = repo_list(repo, NULL, folder, count_entry, n);

	return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status count_sheet(void *arg, const struct sheet_row *s)
{
	(void)s;
	++*(long long *)arg;
	return ST_OK;
}

static enum status count_child(struct app *app, struct removal *r)
{
	struct repo *repo = NULL;
	struct removal_counts *n = &r->n;
	enum status st = child_repo(&repo, app, span_of(r->child));

	n->repositories = 1;
	if (!st)
		st = history_walk(repo, NULL, NULL, one_version, n);
	if (!st)
		st = count_folder(repo, "files", &n->files);
	if (!st)
		st = count_folder(repo, "consents", &n->consents);
	if (!st)
		st = count_folder(repo, "handovers", &n->handovers);
	if (!st)
		st = sheet_row_each(app->db, span_of(r->child), count_sheet, &n->sheets);
	repo_close(repo);
	return st;
}

static enum status count_one_sheet(struct app *app, struct removal *r)
{
	struct repo *repo = NULL;
	char path[128];
	enum status st = child_repo(&repo, app, span_of(r->child));

	snprintf(path, sizeof path, "sheets/%s.md", r->sheet);
	if (!st)
		st = history_walk(repo, NULL, path, one_version, &r->n);
	r->n.sheets = 1;
	repo_close(repo);
	return st;
}

/* ---- beginning ---------------------------------------------------------------------------- */

static void fill(const struct retention_proposal *p, const struct retention_item *item, int64_t now,
		 struct removal *out)
{
	*out = (struct removal){.at = now, .record = -1};
	memcpy(out->child, item->child, sizeof out->child);
	memcpy(out->sheet, item->sheet, sizeof out->sheet);
	memcpy(out->proposal, p->id, sizeof out->proposal);
	memcpy(out->asked_by, p->asked_by, sizeof out->asked_by);
	memcpy(out->confirmed_by, p->confirmed_by, sizeof out->confirmed_by);
	memcpy(out->head, item->head, sizeof out->head);
	memcpy(out->until, item->until, sizeof out->until);
}

/* As it was confirmed: over, not held, no version since. */
static enum status still_so(struct app *app, const struct retention_item *item, int64_t now)
{
	struct retention_due due;
	struct retention_hold hold;
	char head[65];
	enum status st = retention_hold_get(app, span_of(item->child), &hold);

	if (st != ST_NOTFOUND)
		return st ? st : fail(ST_STALE, "it is held");
	st = retention_due_get(app, span_of(item->child), span_of(item->sheet), now, &due);
	if (st == ST_NOTFOUND)
		return fail(ST_STALE, "it is not over any more");
	if (!st)
		st = retention_head(app, span_of(item->child), head);
	if (!st && strcmp(head, item->head) != 0)
		st = fail(ST_STALE, "there is a new version");
	return st;
}

enum status removal_begin(struct app *app, const struct retention_proposal *p,
			  const struct retention_item *item, int64_t now, struct removal *out)
{
	enum status st = still_so(app, item, now);

	fill(p, item, now, out);
	if (!st)
		st = item->sheet[0] ? count_one_sheet(app, out) : count_child(app, out);
	return st ? st : removal_put(app->db, out);
}

/* ---- the journal -------------------------------------------------------------------------- */

static enum status note(struct app *app, const struct removal *r, const char *event,
			const struct repo_name *name, uint64_t *n)
{
	struct actor vault;
	char repository[REPO_TEXT];
	struct buf reason;
	struct record rec = {
	    .class = "system",
	    .event = span_of(event),
	    .child = span_of(r->child),
	    .decision = SPAN("allow"),
	};
	enum status st;

	actor_operator(&vault, app);
	repo_name_text(name, repository);
	buf_init(&reason, RECORD_REASON_MAX);
	buf_addf(&reason,
		 "proposal=%s asked=%s confirmed=%s until=%s%s%s versions=%lld sheets=%lld "
		 "files=%lld consents=%lld handovers=%lld rows=%lld drafts=%lld staged=%lld",
		 r->proposal, r->asked_by, r->confirmed_by, r->until, r->sheet[0] ? " sheet=" : "",
		 r->sheet, r->n.versions, r->n.sheets, r->n.files, r->n.consents, r->n.handovers,
		 r->n.rows, r->n.drafts, r->n.staged);
	rec.account = span_of(vault.account.id);
	rec.role = span_of(role_name(vault.account.role));
	rec.request = span_of(vault.request);
	rec.repository = span_of(repository);
	rec.object = span_of(r->head);
	rec.reason = buf_span(&reason);
	st = reason.st ? reason.st : journal_append(app->journal, &rec, n);
	buf_clear(&reason);
	return st;
}

enum status removal_leave(struct app *app, const struct retention_proposal *p,
			  const struct retention_item *item, int64_t now)
{
	struct repo_name name;
	struct removal r;
	enum status st = repo_name_make(&name, REPO_CHILD, SPAN_NONE, span_of(item->child));

	fill(p, item, now, &r);
	r.step = REMOVAL_LEFT;
	if (!st)
		st = note(app, &r, "retention.left", &name, NULL);
	return st ? st : removal_put(app->db, &r);
}

/* ---- the steps ---------------------------------------------------------------------------- */

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

	return note(app, r, "retention.begin", name, &n);
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
		st = note(app, r, event_of(r), name, &n);
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
