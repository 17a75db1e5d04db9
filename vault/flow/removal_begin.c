/* What is to be removed is counted and written down, if it is still as it was confirmed. */
#include "vault/flow/removal_impl.h"

#include "vault/db/file.h"
#include "vault/db/sheet.h"
#include "vault/flow/children.h"
#include "vault/flow/retention_impl.h"
#include "vault/journal/journal.h"
#include "vault/store/history.h"

#include <stdio.h>

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

enum status removal_note(struct app *app, const struct removal *r, const char *event,
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
		st = removal_note(app, &r, "retention.left", &name, NULL);
	return st ? st : removal_put(app->db, &r);
}
