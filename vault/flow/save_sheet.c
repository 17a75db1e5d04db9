#include "vault/flow/save_sheet.h"

#include "generator/role/seen.h"
#include "generator/sheet/workflow.h"
#include "vault/flow/children.h"
#include "vault/flow/commit_change.h"
#include "vault/flow/index_sheets.h"
#include "vault/flow/shield.h"
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
static enum status conflict(struct saved *out, const struct reader *who, const struct sides *s,
			    const struct sheet *mine)
{
	enum status st = redact_for(&out->base, s->at_base, who);

	out->newest = s->head;
	if (!st)
		st = redact_for(&out->theirs, s->at_head, who);
	if (!st && mine)
		st = redact_for(&out->mine, mine, who);
	return st ? st : fail(ST_STALE, "somebody else saved this sheet first");
}

/* Is there anything to write, in this section if it is one? */
static bool has_writable(const struct view *v, struct span section)
{
	for (size_t i = 0; i < view_sections(v); i++) {
		const struct view_section *s = view_section(v, i);

		if (s->writable && (!section.n || span_eq(section, s->section->id)))
			return true;
	}
	return false;
}

static enum status check_writable(struct app *app, const struct question *q,
				  const struct reader *who, const struct sheet *newest,
				  struct span section)
{
	struct view *v = NULL;
	enum status st = redact_for(&v, newest, who);

	if (st == ST_DENIED)
		st = refuse(app, q, "redacted");
	else if (!st && !has_writable(v, section))
		st = refuse(app, q, "nothing-to-write");
	view_free(v);
	return st;
}

enum status may_write_now(struct app *app, const struct question *q, const struct decision *d,
			  const struct sheet *newest)
{
	struct shield shield;
	struct gate gate;
	enum status st = shield_load(&shield, app, q->child, q->who);

	if (!st) {
		gate_open(&gate, d, shield.words, shield.nwords);
		st = check_writable(app, q, &gate.reader, newest, SPAN_NONE);
	}
	shield_clear(&shield);
	return st;
}

/* The fields of a sheet that the form may hold: by field->index. */
static enum status may_be_in(const struct sheet *sheet, const struct reader *who,
			     struct span section, bool *may)
{
	const struct sheet_type *t = sheet_type(sheet);
	struct view *v = NULL;
	enum status st = redact_for(&v, sheet, who);

	if (!st)
		view_may_write(v, may);
	for (size_t i = 0; i < t->nsections && section.n; i++)
		for (size_t j = 0; j < t->sections[i].nfields; j++)
			if (!span_eq(section, t->sections[i].id))
				may[t->sections[i].fields[j].index] = false;
	view_free(v);
	return st == ST_DENIED ? ST_OK : st;
}

/*
 * Puts the form on the version that it was made from, whose fields are those of the form.  If the
 * sheet has moved on, this is not yet what is saved.
 */
static enum status merge(struct sheet **out, const struct reader *who, const struct sheet *at_base,
			 const struct save *in, struct problems *ps)
{
	bool may[TYPE_FIELDS_MAX] = {false};
	enum status st = may_be_in(at_base, who, in->section, may);

	return st ? st : sheet_merge(out, at_base, in->form, in->nform, may, ps);
}

/*
 * What this editor changed, if nobody else changed the same; ST_STALE otherwise, also if the sheet
 * has come to another version of its type or is no longer this editor's to write in that place.
 */
static enum status changes_apart(const struct sides *s, const struct reader *who,
				 const struct save *in, const struct sheet *mine, bool *take)
{
	bool theirs[TYPE_FIELDS_MAX] = {false}, may[TYPE_FIELDS_MAX] = {false};
	bool apart[TYPE_FIELDS_MAX] = {false};
	size_t n = sheet_type(mine)->nfields;
	enum status st;

	if (sheet_type(s->at_head) != sheet_type(mine))
		return ST_STALE;
	st = may_be_in(s->at_head, who, in->section, may);
	if (st)
		return st;
	sheet_changed(s->at_base, mine, take);
	sheet_changed(s->at_base, s->at_head, theirs);
	sheet_changed(mine, s->at_head, apart);
	for (size_t i = 0; i < n; i++) {
		take[i] = take[i] && apart[i]; /* both wrote the same: there is nothing to take */
		if (take[i] && (theirs[i] || !may[i]))
			return ST_STALE;
	}
	return ST_OK;
}

/* The newest version with what this editor changed. */
static enum status join(struct sheet **out, const struct sides *s, const struct reader *who,
			const struct save *in, const struct sheet *mine)
{
	bool take[TYPE_FIELDS_MAX] = {false};
	struct problems ps;
	enum status st = changes_apart(s, who, in, mine, take);

	problems_init(&ps);
	if (!st)
		st = sheet_take(out, s->at_head, mine, take, &ps);
	if (!st)
		st = sheet_check(*out, "", &ps);
	problems_clear(&ps);
	return st == ST_INVALID ? ST_STALE : st;
}

/* Somebody was first: both are kept where that can be, otherwise the page has to ask. */
static enum status meet(struct saved *out, const struct sides *s, const struct reader *who,
			const struct save *in, struct sheet **mine)
{
	struct sheet *both = NULL;
	enum status st = join(&both, s, who, in, *mine);

	if (st == ST_STALE) {
		sheet_free(both);
		return conflict(out, who, s, *mine);
	}
	out->merged = !st;
	sheet_free(*mine);
	*mine = both;
	return st;
}

/* What is final is changed only with a reason, which stays beside the version. */
static enum status check_reason(const struct sheet *newest, const struct sheet *mine,
				struct span reason, struct problems *ps)
{
	bool changed[TYPE_FIELDS_MAX] = {false};

	if (!reason_needed(sheet_status(newest)) || reason.n)
		return ST_OK;
	sheet_changed(newest, mine, changed);
	if (!memchr(changed, 1, sizeof changed))
		return ST_OK;
	problem_field(ps, "reason", "save.reason",
		      "確定したシートを直すときは、変更の理由を書いてください。");
	return fail(ST_INVALID, "a final sheet is not changed without a reason");
}

/* The rules are those of the whole sheet; what is said of it is for this reader. */
static void keep_seen(struct saved *out, const struct reader *who, const struct sides *s)
{
	struct view *v = NULL;

	if (out->problems.count && s->at_base && redact_for(&v, s->at_base, who))
		v = NULL;
	problems_seen(&out->problems, v);
	view_free(v);
}

static enum status try_save(struct saved *out, struct app *app, const struct actor *actor,
			    const struct question *q, const struct reader *who,
			    const struct save *in)
{
	struct sheet *mine = NULL;
	struct sides s;
	enum status st = sides_load(&s, app, q, in->base);

	out->merged = false;
	if (!st)
		st = check_writable(app, q, who, s.moved ? s.at_head : s.at_base, in->section);
	if (!st)
		st = merge(&mine, who, s.at_base, in, &out->problems);
	if (!st)
		st = sheet_check(mine, "", &out->problems);
	if (s.moved && !st)
		st = meet(out, &s, who, in, &mine);
	else if (s.moved && st == ST_INVALID)
		st = conflict(out, who, &s, NULL);
	if (!st) /* who has a conflict is asked for it with the other's text before them */
		st =
		    check_reason(s.moved ? s.at_head : s.at_base, mine, in->reason, &out->problems);
	if (!st)
		st = store_sheet(app, actor, s.repo, &s.head, mine, "sheet.save", in->reason,
				 &out->version);
	keep_seen(out, who, &s);
	sheet_free(mine);
	sides_clear(&s);
	return st;
}

/*
 * Another sheet of the same child may move the branch between our look and our commit: then nothing
 * of this sheet changed, and we look again.
 */
static enum status try_often(struct saved *out, struct app *app, const struct actor *actor,
			     const struct question *q, const struct reader *who,
			     const struct save *in)
{
	enum status st = ST_STALE;

	for (int i = 0; i < TRIES && st == ST_STALE && !out->theirs; i++)
		st = try_save(out, app, actor, q, who, in);
	return st;
}

enum status save_sheet(struct saved *out, struct app *app, const struct actor *who,
		       const struct question *q, const struct save *in)
{
	struct decision d;
	struct shield shield;
	struct gate gate;
	enum status st;

	*out = (struct saved){.base = NULL};
	problems_init(&out->problems);
	st = decide(app, q, &d, &out->row);
	if (st)
		return st;
	st = shield_load(&shield, app, q->child, q->who);
	if (!st) {
		gate_open(&gate, &d, shield.words, shield.nwords);
		st = try_often(out, app, who, q, &gate.reader, in);
	}
	shield_clear(&shield);
	return st;
}

static enum status preview(struct view **out, struct app *app, const struct question *q,
			   const struct reader *who, const struct save *in, struct problems *ps)
{
	struct sheet *mine = NULL;
	struct sides s;
	enum status st = sides_load(&s, app, q, in->base);

	if (!st)
		st = merge(&mine, who, s.at_base, in, ps);
	if (!st)
		st = redact_for(out, mine, who);
	sheet_free(mine);
	sides_clear(&s);
	return st;
}

enum status preview_sheet(struct view **out, struct app *app, const struct question *q,
			  const struct save *in, struct problems *ps)
{
	struct decision d;
	struct shield shield;
	struct gate gate;
	enum status st = decide(app, q, &d, NULL);

	*out = NULL;
	if (st)
		return st;
	st = shield_load(&shield, app, q->child, q->who);
	if (!st) {
		gate_open(&gate, &d, shield.words, shield.nwords);
		st = preview(out, app, q, &gate.reader, in, ps);
	}
	shield_clear(&shield);
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
