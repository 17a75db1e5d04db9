#include "vault/flow/index_sheets.h"

#include "generator/sheet/workflow.h"
#include "vault/db/sheet.h"
#include "vault/store/history.h"

#include <stdio.h>
#include <stdlib.h>

/* One save: who, when and with what action ("sheet.save"). */
struct save_of {
	const struct oid *id;
	struct span account, action;
	long long at;
};

/* "save" of "sheet.save"; another story's action as it is. */
static void put_action(const struct save_of *v, char out[static ACTION_ROOM])
{
	struct span name = v->action;

	if (span_starts(name, SPAN("sheet.")))
		span_cut(&name, '.');
	if (!span_copy(name, out, ACTION_ROOM))
		out[0] = '\0';
}

static enum status add_version(struct app *app, const struct sheet *s, const struct save_of *v)
{
	struct version_row row = {.at = v->at};

	span_copy(sheet_child(s), row.child, sizeof row.child);
	span_copy(sheet_type(s)->id, row.type, sizeof row.type);
	span_copy(sheet_id(s), row.sheet, sizeof row.sheet);
	span_copy(v->account, row.account, sizeof row.account);
	put_action(v, row.action);
	oid_hex(v->id, row.id);
	return version_add(app->db, &row);
}

/* Does the sheet become this person's by it, to write or to answer for? */
static bool takes_over(const struct sheet *s, const char *action)
{
	enum step step;

	if (!step_find(span_of(action), &step))
		return strcmp(action, "create") == 0;
	return step == STEP_RECALL || step == STEP_REVISE ||
	       step == workflow_first(sheet_type(s)->workflow);
}

/* What the row says of steps, after one save more; a zeroed row has had none. */
static void follow(struct sheet_row *row, const struct sheet *s, const struct save_of *v)
{
	char action[ACTION_ROOM];
	enum step step;
	bool first = !row->owner[0];

	put_action(v, action);
	if (first || step_find(span_of(action), &step)) {
		memcpy(row->step, action, sizeof row->step);
		oid_hex(v->id, row->step_version);
	}
	if (first || takes_over(s, action))
		span_copy(v->account, row->owner, sizeof row->owner);
}

static enum status put_row(struct app *app, const struct sheet *s, const struct save_of *v,
			   struct sheet_row *row)
{
	row->at = v->at;
	span_copy(sheet_child(s), row->child, sizeof row->child);
	span_copy(sheet_type(s)->id, row->type, sizeof row->type);
	span_copy(sheet_id(s), row->id, sizeof row->id);
	span_copy(sheet_title(s), row->title, sizeof row->title);
	span_copy(sheet_institution(s), row->institution, sizeof row->institution);
	span_copy(v->account, row->account, sizeof row->account);
	snprintf(row->status, sizeof row->status, "%s", sheet_status_name(sheet_status(s)));
	oid_hex(v->id, row->version);
	return sheet_row_put(app->db, row);
}

/* Numbers the version; the newest one is also the row of the lists. */
static enum status index_save(struct app *app, const struct sheet *s, const struct save_of *v)
{
	struct sheet_row row;
	enum status st =
	    sheet_row_get(app->db, sheet_child(s), sheet_type(s)->id, sheet_id(s), &row);

	if (st == ST_NOTFOUND) {
		row = (struct sheet_row){.at = 0};
		st = ST_OK;
	}
	if (!st)
		st = add_version(app, s, v);
	follow(&row, s, v);
	return st ? st : put_row(app, s, v, &row);
}

/* The versions of one path, newest first, as the walk meets them. */
enum { VERSIONS_MAX = 10000 };

struct versions {
	struct one_version {
		struct oid id;
		char account[ID_MAX + 1], action[ACTION_ROOM + 8];
		long long at;
	} * list;
	size_t count, cap;
	enum status st;
};

static bool collect(void *arg, const struct version *v)
{
	struct versions *vs = arg;
	struct one_version *grown, *one;

	if (vs->count == vs->cap) {
		vs->cap = vs->cap ? vs->cap * 2 : 16;
		grown =
		    vs->cap <= VERSIONS_MAX * 2 ? realloc(vs->list, vs->cap * sizeof *grown) : NULL;
		if (!grown) {
			vs->st = fail(ST_NOMEM, "too many versions");
			return false;
		}
		vs->list = grown;
	}
	one = &vs->list[vs->count++];
	*one = (struct one_version){.id = v->id, .at = v->time};
	span_copy(version_trailer(v, "Karte-Account"), one->account, sizeof one->account);
	span_copy(version_trailer(v, "Karte-Action"), one->action, sizeof one->action);
	return true;
}

static struct save_of save_of_version(const struct one_version *v)
{
	return (struct save_of){&v->id, span_of(v->account), span_of(v->action), v->at};
}

enum status index_sheet(struct app *app, struct repo *repo, const struct sheet *s,
			const struct oid *version)
{
	struct versions one = {.st = ST_OK};
	enum status st = history_one(repo, version, collect, &one);

	if (!st)
		st = one.st ? one.st : db_begin(app->db);
	if (!st) {
		const struct save_of v = save_of_version(one.list);

		st = db_end(app->db, index_save(app, s, &v));
	}
	free(one.list);
	return st;
}

/* Oldest first, so that the numbers come out as they were given, and the steps in their order. */
static enum status index_versions(struct app *app, const struct sheet *s, const struct versions *vs)
{
	struct sheet_row row = {.at = 0};
	enum status st = ST_OK;

	for (size_t i = vs->count; i-- > 0 && !st;) {
		const struct save_of v = save_of_version(&vs->list[i]);

		st = add_version(app, s, &v);
		follow(&row, s, &v);
		if (!st && i == 0)
			st = put_row(app, s, &v, &row);
	}
	return st;
}

struct walk {
	struct app *app;
	struct repo *repo;
	struct span child;
	const char *type;
};

static enum status index_one(void *arg, const struct repo_entry *e)
{
	struct walk *w = arg;
	struct versions versions = {.st = ST_OK};
	struct sheet *sheet = NULL;
	struct problems ps;
	struct buf path, text;
	enum status st;

	if (e->dir || !span_ends(e->name, SPAN(".md")))
		return ST_OK;
	problems_init(&ps);
	buf_init(&path, 256);
	buf_init(&text, SHEET_MAX_BYTES);
	buf_addf(&path, "sheets/%s/%.*s", w->type, SPAN_ARG(e->name));
	st = repo_read_blob(w->repo, &e->id, &text);
	if (!st)
		st = sheet_parse(&sheet, buf_str(&path), buf_span(&text), w->app->types, &ps);
	if (!st)
		st = history_walk(w->repo, NULL, buf_str(&path), collect, &versions);
	if (!st)
		st = versions.st;
	if (!st)
		st = index_versions(w->app, sheet, &versions);
	/* A sheet that cannot be read is verify's to report; the others stay readable. */
	if (st == ST_INVALID)
		st = ST_OK;
	free(versions.list);
	sheet_free(sheet);
	problems_clear(&ps);
	buf_clear(&path);
	buf_clear(&text);
	return st;
}

static enum status index_type(void *arg, const struct repo_entry *e)
{
	struct walk *w = arg;
	char type[ID_MAX + 1], folder[64];
	enum status st;

	if (!e->dir || !path_id(e->name) || !span_copy(e->name, type, sizeof type))
		return ST_OK;
	snprintf(folder, sizeof folder, "sheets/%s", type);
	w->type = type;
	st = repo_list(w->repo, NULL, folder, index_one, w);
	w->type = NULL;
	return st;
}

enum status index_sheets(struct app *app, struct repo *repo, struct span child)
{
	struct walk w = {app, repo, child, NULL};
	enum status st = db_begin(app->db);

	if (st)
		return st;
	st = sheet_row_clear(app->db, child);
	if (!st)
		st = version_clear(app->db, child);
	if (!st)
		st = repo_list(repo, NULL, "sheets", index_type, &w);
	return db_end(app->db, st == ST_NOTFOUND ? ST_OK : st);
}
