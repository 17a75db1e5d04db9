#include "vault/flow/read_sheet.h"

#include "vault/flow/children.h"
#include "vault/flow/note.h"
#include "vault/store/history.h"

#include <stdio.h>

void sheet_path(struct span type, struct span id, struct buf *out)
{
	buf_addf(out, "sheets/%.*s/%.*s.md", SPAN_ARG(type), SPAN_ARG(id));
}

enum status sheet_load(struct app *app, struct repo *repo, const struct oid *version,
		       struct span type, struct span id, struct sheet **out)
{
	struct problems ps;
	struct buf path, text;
	enum status st;

	*out = NULL;
	problems_init(&ps);
	buf_init(&path, 256);
	buf_init(&text, SHEET_MAX_BYTES);
	sheet_path(type, id, &path);
	st = repo_read(repo, version, buf_str(&path), &text);
	if (!st && sheet_parse(out, buf_str(&path), buf_span(&text), app->types, &ps))
		st = fail(ST_CORRUPT, "a stored sheet cannot be read: %s", buf_str(&path));
	problems_clear(&ps);
	buf_clear(&path);
	buf_clear(&text);
	return st;
}

/* A version is one at which this sheet was saved; the index knows them, the history has them. */
static enum status old_version(struct reading *r, struct span version)
{
	struct version_row v;
	bool mine = false;
	enum status st;

	if (!oid_parse(version, &r->version))
		return fail(ST_NOTFOUND, "no such version");
	st = version_get_of(r->app->db, version, r->q.child, r->q.type, r->q.id, &v);
	if (!st)
		st = history_contains(r->repo, &r->version, &mine);
	if (!st && !mine)
		st = fail(ST_NOTFOUND, "no such version");
	if (st)
		return st;
	r->old = strcmp(r->row.version, v.id) != 0;
	memcpy(r->row.version, v.id, sizeof v.id);
	memcpy(r->row.account, v.account, sizeof v.account);
	r->row.at = v.at;
	return ST_OK;
}

/* A handover opens the version that was handed over, and not how it came to be. */
static enum status handed_version(struct reading *r, struct span version)
{
	if (version.n || !oid_parse(span_of(r->row.version), &r->version))
		return fail(ST_NOTFOUND, "no such version");
	return ST_OK;
}

static enum status find_version(struct reading *r, struct span version)
{
	if (r->decision.reason == WHY_HANDOVER)
		return handed_version(r, version);
	return version.n ? old_version(r, version) : repo_head(r->repo, &r->version);
}

enum status reading_begin(struct reading *r, struct app *app, const struct question *q,
			  struct span version)
{
	struct buf path;
	enum status st;

	*r = (struct reading){.app = app, .q = *q};
	st = decide(app, &r->q, &r->decision, &r->row);
	if (!st)
		st = shield_load(&r->shield, app, r->q.child, r->q.who);
	if (st)
		return st;
	buf_init(&path, 256);
	sheet_path(q->type, q->id, &path);
	st = child_repo(&r->repo, app, q->child);
	if (!st)
		st = find_version(r, version);
	if (!st)
		st = repo_blob_id(r->repo, &r->version, buf_str(&path), &r->blob);
	buf_clear(&path);
	return st == ST_NOTFOUND ? refuse(app, &r->q, "no-version") : st;
}

static enum status view_at(struct reading *r, const struct oid *version, struct view **out)
{
	struct sheet *sheet = NULL;
	struct gate gate;
	enum status st = sheet_load(r->app, r->repo, version, r->q.type, r->q.id, &sheet);

	gate_open(&gate, &r->decision, r->shield.words, r->shield.nwords);
	if (!st)
		st = redact_for(out, sheet, &gate.reader);
	sheet_free(sheet);
	return st;
}

enum status reading_view(struct reading *r)
{
	enum status st;

	if (r->view)
		return ST_OK;
	st = view_at(r, &r->version, &r->view);
	return st == ST_DENIED ? refuse(r->app, &r->q, "redacted") : st;
}

enum status reading_history(struct reading *r)
{
	if (r->decision.reason == WHY_HANDOVER)
		return refuse(r->app, &r->q, "no-version");
	return reading_view(r);
}

enum status reading_other(struct reading *r, const struct oid *version, struct view **out)
{
	enum status st;

	*out = NULL;
	st = view_at(r, version, out);
	return st == ST_DENIED || st == ST_NOTFOUND ? ST_OK : st;
}

static bool take_reason(void *arg, const struct version *v)
{
	buf_addspan(arg, v->reason);
	return false;
}

enum status reading_reason(struct reading *r, struct span version, struct buf *out)
{
	struct oid id;

	if (r->q.who->role == ROLE_HOUSEHOLD)
		return ST_OK;
	if (!oid_parse(version, &id))
		return fail(ST_NOTFOUND, "no such version");
	return history_one(r->repo, &id, take_reason, out);
}

enum status reading_done(struct reading *r, const char *event)
{
	struct note n = {
	    .class = "read",
	    .event = event,
	    .who = r->q.who,
	    .child = r->q.child,
	    .decision = "allow",
	    .reason = reason_name(r->decision.reason),
	    .request = r->q.request,
	    .hold = r->q.hold,
	};
	char version[OID_HEX], object[2 * ID_MAX + OID_HEX + 8];
	int len;

	oid_hex(&r->version, version);
	len = snprintf(object, sizeof object, "%.*s/%.*s@%s", SPAN_ARG(r->q.type),
		       SPAN_ARG(r->q.id), version);
	n.object = span_make(object, (size_t)len);
	return note_add(r->app, &n);
}

void reading_clear(struct reading *r)
{
	view_free(r->view);
	shield_clear(&r->shield);
	repo_close(r->repo);
	r->view = NULL;
	r->repo = NULL;
}

void reading_key(const struct reading *r, const char *what, struct buf *out)
{
	char blob[OID_HEX];
	struct gate gate;

	gate_open(&gate, &r->decision, r->shield.words, r->shield.nwords);
	oid_hex(&r->blob, blob);
	buf_addf(out, "%s %s %.*s/%.*s %s ", what, blob, SPAN_ARG(r->q.type), SPAN_ARG(r->q.id),
		 types_hash(r->app->types));
	reader_key(&gate.reader, out);
	if (r->decision.reason == WHY_HANDOVER) /* to whom the history is closed */
		buf_adds(out, " handed");
	/* names of people are in what is kept, and these decide about them */
	for (size_t i = 0; i < r->shield.ninstitutions; i++)
		buf_addf(out, " not %s", r->shield.institutions[i]);
}
