#include "vault/flow/recover.h"

#include "vault/db/child.h"
#include "vault/db/sheet.h"
#include "vault/flow/children.h"
#include "vault/flow/consent.h"
#include "vault/flow/files.h"
#include "vault/flow/note.h"
#include "vault/flow/registry.h"
#include "vault/flow/removed.h"
#include "vault/journal/journal.h"
#include "vault/store/commit.h"

#include <stdio.h>
#include <stdlib.h>

/* One repository and where the journal says it is; copied, since the scan must end before we
   append. */
struct head {
	struct repo_name name;
	struct oid old, new_id;
	bool has_old;
	bool sheet, child;  /* what it changed: a sheet, the child's own file */
	bool consent, file; /* an answer, an attached file */
	bool ask;	    /* what is asked, and a sheet's state with it */
};

struct heads {
	struct head *list;
	size_t count, cap;
	enum status st;
};

/* The events that change child.md. */
static bool is_of_child(struct span event)
{
	static const char *const events[] = {"enrol", "leave", "transfer", "protect", "unprotect"};

	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		if (span_is(event, events[i]))
			return true;
	return span_starts(event, SPAN("child.")) || span_starts(event, SPAN("guardian."));
}

static bool collect(void *ctx, const struct record *r, struct span line)
{
	struct heads *h = ctx;
	struct head *grown, one = {.has_old = false};

	(void)line;
	if (!span_is(r->ref, "refs/heads/main") || repo_name_parse(r->repository, &one.name) ||
	    !oid_parse(r->new_, &one.new_id))
		return true;
	one.has_old = oid_parse(r->old, &one.old);
	one.sheet = span_starts(r->event, SPAN("sheet."));
	one.child = is_of_child(r->event);
	one.consent =
	    span_starts(r->event, SPAN("consent.")) || span_starts(r->event, SPAN("handover."));
	one.file = span_starts(r->event, SPAN("file.")) || span_starts(r->event, SPAN("release."));
	one.ask = span_is(r->event, "consent.ask") || span_is(r->event, "sheet.ask");
	if (h->count == h->cap) {
		h->cap = h->cap ? h->cap * 2 : 64;
		grown = realloc(h->list, h->cap * sizeof *grown);
		if (!grown) {
			h->st = fail(ST_NOMEM, "no memory for %zu repositories", h->cap);
			return false;
		}
		h->list = grown;
	}
	h->list[h->count++] = one;
	return true;
}

static enum status abandon(struct app *app, const struct head *h)
{
	char name[REPO_TEXT], id[OID_HEX];
	struct note n = {
	    .class = "system",
	    .event = "recover.abandon",
	    .decision = "deny",
	    .reason = "the commit was never written",
	    .request = "",
	};

	repo_name_text(&h->name, name);
	oid_hex(&h->new_id, id);
	fprintf(stderr, "karte: recovered: %s: change %s was abandoned\n", name, id);
	n.object = span_of(id);
	return note_add(app, &n);
}

static enum status finish(const struct head *h, struct repo *repo)
{
	char name[REPO_TEXT], id[OID_HEX];
	enum status st = repo_lock(repo);

	if (!st)
		st = commit_move(repo, h->has_old ? &h->old : NULL, &h->new_id);
	if (st)
		return st;
	repo_name_text(&h->name, name);
	oid_hex(&h->new_id, id);
	fprintf(stderr, "karte: recovered: %s is now at %s\n", name, id);
	return ST_OK;
}

/* Gone at the end of its retention, and it has to stay so. */
static enum status is_gone(struct app *app, const struct removed *removed, const struct head *h,
			   bool *gone)
{
	char name[REPO_TEXT];

	*gone = removed_has(removed, &h->name, NULL);
	if (!*gone || !repo_exists(app->store, &h->name))
		return ST_OK;
	repo_name_text(&h->name, name);
	return fail(ST_CORRUPT, "%s is there, although the journal says that it was removed", name);
}

static enum status settle(struct app *app, const struct head *h, bool *moved)
{
	struct repo *repo = NULL;
	struct oid at;
	char name[REPO_TEXT];
	bool unborn, at_old;
	enum status st = repo_open(&repo, app->store, &h->name);

	*moved = false;
	repo_name_text(&h->name, name);
	if (st == ST_NOTFOUND)
		return fail(ST_CORRUPT, "repository %s is missing", name);
	if (!st)
		st = repo_head(repo, &at);
	unborn = st == ST_NOTFOUND;
	if (unborn)
		st = ST_OK;
	at_old = unborn ? !h->has_old : h->has_old && oid_eq(&at, &h->old);
	if (!st && !unborn && oid_eq(&at, &h->new_id))
		goto out;
	if (!st && !at_old)
		st = fail(ST_CORRUPT, "%s is not where the journal says", name);
	if (!st) {
		st = finish(h, repo);
		*moved = !st;
		if (st == ST_NOTFOUND)
			st = abandon(app, h);
	}

out:
	repo_close(repo);
	return st;
}

/* Does the index know the newest version of a child? */
static enum status is_indexed(struct app *app, const struct head *h, bool *out)
{
	struct child_row row;
	struct version_row version;
	char id[OID_HEX];
	enum status st = child_get(app->db, span_of(h->name.id), &row);

	oid_hex(&h->new_id, id);
	*out = st == ST_OK;
	if (!st && h->child)
		*out = strcmp(row.head, id) == 0;
	if (!st && h->sheet) {
		st = version_get(app->db, span_of(id), &version);
		*out = st == ST_OK;
	}
	return st == ST_NOTFOUND ? ST_OK : st;
}

/* Answers and files leave no mark in the index by which they could be known: they are read again.
   Answers also after a change of who is a guardian, on which it depends whose counts. */
static enum status read_again(struct app *app, const struct head *h, struct span child)
{
	struct repo *repo = NULL;
	enum status st = child_repo(&repo, app, child);

	if (!st && (h->consent || h->child))
		st = consent_index(app, repo, child);
	if (!st && h->file)
		st = index_files(app, repo, child);
	repo_close(repo);
	return st;
}

/*
 * The index is behind when a save was cut short after the branch moved, or when it is gone.  The
 * registry is small: it is read again at every start, so that nobody keeps a right that was taken.
 */
static enum status catch_up(struct app *app, const struct head *h, bool moved)
{
	struct span child = span_of(h->name.id);
	bool known = false;
	enum status st = ST_OK;

	if (h->name.kind == REPO_REGISTRY)
		return registry_index(app, NULL);
	if (h->name.kind != REPO_CHILD)
		return ST_OK;
	if (!moved)
		st = is_indexed(app, h, &known);
	if (st)
		return st;
	if (!known || h->ask)
		return child_index(app, child);
	return h->consent || h->child || h->file ? read_again(app, h, child) : ST_OK;
}

enum status recover(struct app *app)
{
	struct heads heads = {.st = ST_OK};
	struct removed *removed = NULL;
	struct sweep swept;
	enum status st = store_sweep(app->store, &swept);

	if (!st && (swept.locks || swept.temps))
		fprintf(stderr, "karte: recovered: %zu stale locks, %zu unfinished files removed\n",
			swept.locks, swept.temps);
	if (!st)
		st = journal_heads(app->journal, collect, &heads);
	if (!st)
		st = heads.st;
	if (!st)
		st = removed_load(&removed, app);
	for (size_t i = 0; i < heads.count && !st; i++) {
		bool moved, gone;
		st = is_gone(app, removed, &heads.list[i], &gone);
		if (st || gone)
			continue;
		st = settle(app, &heads.list[i], &moved);
		if (!st)
			st = catch_up(app, &heads.list[i], moved);
	}
	removed_free(removed);
	free(heads.list);
	return st;
}
