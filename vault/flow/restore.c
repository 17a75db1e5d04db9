#include "vault/flow/restore.h"

#include "generator/role/seen.h"
#include "generator/sheet/merge.h"
#include "vault/flow/children.h"
#include "vault/flow/store_sheet.h"
#include "vault/store/history.h"

struct both {
	struct repo *repo;
	struct oid head, old;
	struct sheet *at_head, *at_old;
	struct view *now, *was;
};

static void both_clear(struct both *b)
{
	view_free(b->now);
	view_free(b->was);
	sheet_free(b->at_head);
	sheet_free(b->at_old);
	repo_close(b->repo);
}

/* Is it a version of this very sheet, in the child's history? */
static enum status find(struct both *b, struct app *app, const struct question *q,
			struct span version)
{
	struct version_row row;
	bool mine = false;
	enum status st = oid_parse(version, &b->old)
			     ? version_get_of(app->db, version, q->child, q->type, q->id, &row)
			     : fail(ST_NOTFOUND, "no such version");

	if (!st)
		st = child_repo(&b->repo, app, q->child);
	if (!st)
		st = history_contains(b->repo, &b->old, &mine);
	if (!st && !mine)
		st = fail(ST_NOTFOUND, "no such version");
	return st ? st : repo_head(b->repo, &b->head);
}

/* Both versions as this reader sees them.  ST_DENIED: there is nothing to write. */
static enum status load(struct both *b, struct app *app, const struct question *q,
			const struct decision *d, struct span version)
{
	struct shield shield;
	struct gate gate;
	enum status st = find(b, app, q, version);

	if (!st)
		st = sheet_load(app, b->repo, &b->head, q->type, q->id, &b->at_head);
	if (!st)
		st = sheet_load(app, b->repo, &b->old, q->type, q->id, &b->at_old);
	if (st)
		return st;
	st = shield_load(&shield, app, q->child, q->who);
	if (!st) {
		gate_open(&gate, d, shield.words, shield.nwords);
		st = redact_for(&b->now, b->at_head, &gate.reader);
		if (!st)
			st = redact_for(&b->was, b->at_old, &gate.reader);
	}
	shield_clear(&shield);
	return !st && !view_writable(b->now) ? fail(ST_DENIED, "nothing to write") : st;
}

static void each_difference(const struct both *b, restore_fn *fn, void *ctx)
{
	for (size_t s = 0; s < view_sections(b->now); s++)
		for (size_t i = 0; i < view_section(b->now, s)->nfields; i++) {
			const struct view_field *now = &view_section(b->now, s)->fields[i];
			const struct view_field *was = view_field(b->was, now->field->id);

			if (!was || was->withheld || now->withheld ||
			    now->field->kind == F_COMPUTED ||
			    was->field->kind != now->field->kind ||
			    value_equal(now->field, now->value, was->value))
				continue;
			fn(ctx, now->field, now->writable);
		}
}

enum status restore_look(struct app *app, const struct question *q, struct span version,
			 restore_fn *fn, void *ctx)
{
	struct both b = {.repo = NULL};
	struct decision d;
	enum status st = decide_quietly(app, q, &d, NULL);

	if (!st && !d.allow)
		st = fail(ST_DENIED, "may not write");
	if (!st)
		st = load(&b, app, q, &d, version);
	if (!st)
		each_difference(&b, fn, ctx);
	both_clear(&b);
	return st;
}

static void mark(void *ctx, const struct field *f, bool back)
{
	bool *take = ctx;

	take[f->index] = back;
}

static enum status put_back(struct app *app, const struct actor *who, const struct both *b,
			    struct span reason, struct problems *ps, struct oid *out)
{
	bool take[TYPE_FIELDS_MAX] = {false};
	struct sheet *made = NULL;
	enum status st;

	each_difference(b, mark, take);
	st = sheet_take(&made, b->at_head, b->at_old, take, ps);
	if (!st)
		st = sheet_check(made, "", ps);
	problems_seen(ps, b->now);
	if (!st)
		st = store_sheet(app, who, b->repo, &b->head, made, "sheet.restore", reason, out);
	sheet_free(made);
	return st;
}

enum status restore_sheet(struct app *app, const struct actor *who, const struct question *q,
			  struct span version, struct span reason, struct problems *ps,
			  struct oid *out)
{
	struct both b = {.repo = NULL};
	struct decision d;
	enum status st = decide(app, q, &d, NULL);

	if (st)
		return st;
	st = load(&b, app, q, &d, version);
	if (st == ST_DENIED)
		st = refuse(app, q, "nothing-to-write");
	else if (st == ST_NOTFOUND)
		st = refuse(app, q, "no-version");
	if (!st)
		st = put_back(app, who, &b, reason, ps, out);
	both_clear(&b);
	return st;
}
