#include "vault/flow/save_sheet.h"

#include "vault/flow/children.h"
#include "vault/flow/commit_change.h"
#include "vault/flow/index_sheets.h"
#include "vault/flow/store_sheet.h"
#include "vault/store/history.h"

enum { TRIES = 5, REASON_CHARS = 400 };

/* Both versions of the sheet and whether the file differs between them. */
struct sides {
	struct repo *repo;
	struct oid base, head;
	struct sheet *at_base, *at_head;
	bool moved;
};

static void sides_clear(struct sides *s)
{
	sheet_free(s->at_base);
	sheet_free(s->at_head);
	repo_close(s->repo);
	*s = (struct sides){.repo = NULL};
}

static enum status sides_load(struct sides *s, struct app *app, const struct question *q,
			      struct span base)
{
	struct oid a, b;
	struct buf path;
	bool mine = false;
	enum status st;

	*s = (struct sides){.repo = NULL};
	if (!oid_parse(base, &s->base))
		return fail(ST_USAGE, "the form has no version");
	buf_init(&path, 256);
	sheet_path(q->type, q->id, &path);
	st = child_repo(&s->repo, app, q->child);
	if (!st)
		st = history_contains(s->repo, &s->base, &mine);
	if (!st && !mine)
		st = fail(ST_USAGE, "the form's version is not of this child");
	if (!st)
		st = repo_head(s->repo, &s->head);
	if (!st) {
		st = repo_blob_id(s->repo, &s->base, buf_str(&path), &a);
		if (st == ST_NOTFOUND)
			st = fail(ST_USAGE, "the form's version is older than the sheet");
	}
	if (!st)
		st = repo_blob_id(s->repo, &s->head, buf_str(&path), &b);
	if (!st)
		s->moved = !oid_eq(&a, &b);
	if (!st)
		st = sheet_load(app, s->repo, &s->base, q->type, q->id, &s->at_base);
	if (!st && s->moved)
		st = sheet_load(app, s->repo, &s->head, q->type, q->id, &s->at_head);
	buf_clear(&path);
	return st;
}

/* Somebody was first: everything that the page needs to show both texts. */
static enum status conflict(struct saved *out, const struct question *q, const struct decision *d,
			    const struct sides *s, const struct sheet *mine)
{
	enum status st = redact_for(&out->base, s->at_base, q->who->role, d->relation);

	out->newest = s->head;
	if (!st)
		st = redact_for(&out->theirs, s->at_head, q->who->role, d->relation);
	if (!st && mine)
		st = redact_for(&out->mine, mine, q->who->role, d->relation);
	return st ? st : fail(ST_STALE, "somebody else saved this sheet first");
}

enum status may_write_now(struct app *app, const struct question *q, const struct decision *d,
			  const struct sheet *newest)
{
	struct view *v = NULL;
	enum status st = redact_for(&v, newest, q->who->role, d->relation);

	if (st == ST_DENIED)
		st = refuse(app, q, "redacted");
	else if (!st && !view_writable(v))
		st = refuse(app, q, "nothing-to-write");
	view_free(v);
	return st;
}

static enum status try_save(struct saved *out, struct app *app, const struct actor *who,
			    const struct question *q, const struct decision *d,
			    const struct save *in)
{
	struct sheet *mine = NULL;
	struct sides s;
	enum status st = sides_load(&s, app, q, in->base);

	if (!st)
		st = may_write_now(app, q, d, s.moved ? s.at_head : s.at_base);
	if (!st)
		st = sheet_merge(&mine, s.at_base, in->form, in->nform, ROLE_BIT(q->who->role),
				 &out->problems);
	if (!st)
		st = sheet_check(mine, "", &out->problems);
	if (s.moved && (!st || st == ST_INVALID))
		st = conflict(out, q, d, &s, st ? NULL : mine);
	if (!st)
		st = store_sheet(app, who, s.repo, &s.head, mine, "sheet.save", in->reason,
				 &out->version);
	sheet_free(mine);
	sides_clear(&s);
	return st;
}

enum status save_sheet(struct saved *out, struct app *app, const struct actor *who,
		       const struct question *q, const struct save *in)
{
	struct decision d;
	enum status st;

	*out = (struct saved){.base = NULL};
	problems_init(&out->problems);
	st = decide(app, q, &d, &out->row);
	if (st)
		return st;
	/* Another sheet of the same child may move the branch between our look and our commit:
	   then nothing of this sheet changed, and we look again. */
	for (int i = 0; i < TRIES; i++) {
		st = try_save(out, app, who, q, &d, in);
		if (st != ST_STALE || out->theirs)
			break;
	}
	return st;
}

void saved_clear(struct saved *s)
{
	problems_clear(&s->problems);
	view_free(s->base);
	view_free(s->theirs);
	view_free(s->mine);
	*s = (struct saved){.base = NULL};
}
