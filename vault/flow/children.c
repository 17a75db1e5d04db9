#include "vault/flow/backup_keys.h"
#include "vault/flow/children_impl.h"

#include "vault/flow/commit_change.h"
#include "vault/flow/consent.h"
#include "vault/flow/files.h"
#include "vault/flow/ids.h"
#include "vault/flow/index_sheets.h"

enum status child_repo(struct repo **out, struct app *app, struct span id)
{
	struct repo_name name;
	enum status st = repo_name_make(&name, REPO_CHILD, SPAN_NONE, id);

	*out = NULL;
	return st == ST_INVALID ? fail(ST_NOTFOUND, "no such child")
	       : st		? st
				: repo_open(out, app->store, &name);
}

static enum status put_index(struct app *app, struct child *c, const struct oid *head)
{
	oid_hex(head, c->row.head);
	return child_put(app->db, &(struct child_all){
				      .row = &c->row,
				      .enrolments = c->enrolments,
				      .enrolment_count = c->enrolment_count,
				      .guardians = c->guardians,
				      .guardian_count = c->guardian_count,
				      .protections = c->protections,
				      .protection_count = c->protection_count,
				  });
}

/* ---- writing ------------------------------------------------------------------------------ */

/* The same rule as the pages': administrators, and the operator, who is one. */
static enum status may_write(const struct actor *who)
{
	if (who->account.role == ROLE_ADMIN)
		return ST_OK;
	return fail(ST_DENIED, "子どもの登録を変えられるのは、管理のアカウントだけです");
}

static enum status commit_text(struct app *app, const struct actor *who, const struct child *c,
			       const struct child_commit *how, struct oid *id)
{
	bool guardian = strncmp(how->action, "guardian.", 9) == 0;
	struct change_set set = {
	    .create = !how->base,
	    .base = how->base,
	    .action = how->action,
	    .child = span_of(c->row.id),
	    .what = guardian ? SPAN("guardian") : SPAN("child"),
	    .reason = how->reason,
	    .count = 1,
	};
	struct change change = {SPAN("child.md"), SPAN_NONE};
	struct buf text;
	enum status st;

	buf_init(&text, CHILD_FILE_MAX);
	child_write(c, &text);
	change.bytes = buf_span(&text);
	set.changes = &change;
	st = text.st;
	if (!st)
		st = repo_name_make(&set.repo, REPO_CHILD, SPAN_NONE, set.child);
	if (!st)
		st = commit_change(app, who, &set, id);
	buf_clear(&text);
	return st;
}

enum status child_commit(struct app *app, const struct actor *who, struct child *c,
			 const struct child_commit *how, struct problems *ps)
{
	struct oid id;
	enum status st = may_write(who);

	if (st)
		return st;
	if (!child_check(c, ps))
		return fail(ST_INVALID, "the child's data are wrong");
	st = commit_text(app, who, c, how, &id);
	if (!st)
		st = put_index(app, c, &id);
	return st || !how->base ? st : consent_family_changed(app, span_of(c->row.id));
}

enum status child_create(struct app *app, const struct actor *who, struct child *c,
			 struct problems *ps)
{
	const struct child_commit how = {.action = "child.create"};
	enum status st = c->row.id[0] ? ST_OK : id_new(c->row.id, 'c');

	/* a number that was removed is never given again */
	if (!st && backup_key_gone(app, c->row.id))
		st = fail(ST_EXISTS, "%s was removed at the end of its retention", c->row.id);
	return st ? st : child_commit(app, who, c, &how, ps);
}

/* ---- reading ------------------------------------------------------------------------------ */

enum status child_read(struct repo *repo, const struct oid *version, struct span id,
		       struct child *out)
{
	struct problems ps;
	struct buf text;
	enum status st;

	buf_init(&text, CHILD_FILE_MAX);
	problems_init(&ps);
	st = repo_read(repo, version, "child.md", &text);
	if (!st &&
	    (child_parse(out, "child.md", buf_span(&text), &ps) || !span_is(id, out->row.id)))
		st = fail(ST_CORRUPT, "child.md of %.*s cannot be read", SPAN_ARG(id));
	problems_clear(&ps);
	buf_clear(&text);
	return st;
}

/* Only what child.md says. */
static enum status child_index_head(struct app *app, struct repo *repo, struct span id)
{
	struct child c;
	struct oid head;
	enum status st = repo_head(repo, &head);

	if (!st)
		st = child_read(repo, &head, id, &c);
	return st ? st : put_index(app, &c, &head);
}

enum status child_index(struct app *app, struct span id)
{
	struct repo *repo = NULL;
	enum status st = child_repo(&repo, app, id);

	if (!st)
		st = child_index_head(app, repo, id);
	if (!st)
		st = index_sheets(app, repo, id);
	if (!st)
		st = consent_index(app, repo, id);
	if (!st)
		st = index_files(app, repo, id);
	repo_close(repo);
	return st;
}
