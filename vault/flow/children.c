#include "vault/flow/children.h"

#include "vault/flow/commit_change.h"
#include "vault/flow/consent.h"
#include "vault/flow/index_sheets.h"

#include <stdio.h>
#include <sys/random.h>

enum { CHILD_FILE_MAX = 256 * 1024 };

enum status child_repo(struct repo **out, struct app *app, struct span id)
{
	struct repo_name name;
	enum status st = repo_name_make(&name, REPO_CHILD, SPAN_NONE, id);

	*out = NULL;
	return st == ST_INVALID ? fail(ST_NOTFOUND, "no such child")
	       : st		? st
				: repo_open(out, app->store, &name);
}

/* c and nine random characters of Crockford's base32: 45 bits, so a collision is refused by
   repo_create and hardly ever happens. */
static enum status new_id(char out[static 11])
{
	static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
	unsigned char raw[9];

	if (getrandom(raw, sizeof raw, 0) != (ssize_t)sizeof raw)
		return fail(ST_IO, "no random numbers");
	out[0] = 'c';
	for (size_t i = 0; i < sizeof raw; i++)
		out[i + 1] = alphabet[raw[i] & 31];
	out[10] = '\0';
	return ST_OK;
}

static enum status put_index(struct app *app, struct child *c, const struct oid *head)
{
	oid_hex(head, c->row.head);
	return child_put(app->db, &c->row, c->enrolments, c->enrolment_count, c->guardians,
			 c->guardian_count);
}

/* Writes child.md and puts it into the index. */
static enum status commit_child(struct app *app, const struct actor *who, struct child *c,
				const char *action, bool create, const struct oid *base,
				struct problems *ps)
{
	struct change_set set = {
	    .create = create,
	    .base = base,
	    .action = action,
	    .child = span_of(c->row.id),
	    .what = SPAN("child"),
	    .count = 1,
	};
	struct change change = {SPAN("child.md"), SPAN_NONE};
	struct oid id;
	struct buf text;
	enum status st;

	if (!child_check(c, ps))
		return fail(ST_INVALID, "the child's data are wrong");
	buf_init(&text, CHILD_FILE_MAX);
	child_write(c, &text);
	change.bytes = buf_span(&text);
	set.changes = &change;
	st = text.st;
	if (!st)
		st = repo_name_make(&set.repo, REPO_CHILD, SPAN_NONE, set.child);
	if (!st)
		st = commit_change(app, who, &set, &id);
	if (!st)
		st = put_index(app, c, &id);
	buf_clear(&text);
	return st;
}

enum status child_create(struct app *app, const struct actor *who, struct child *c,
			 struct problems *ps)
{
	enum status st = c->row.id[0] ? ST_OK : new_id(c->row.id);

	return st ? st : commit_child(app, who, c, "child.create", true, NULL, ps);
}

static enum status read_child_file(struct repo *repo, const struct oid *head, struct span id,
				   struct child *out)
{
	struct problems ps;
	struct buf text;
	enum status st;

	buf_init(&text, CHILD_FILE_MAX);
	problems_init(&ps);
	st = repo_read(repo, head, "child.md", &text);
	if (!st &&
	    (child_parse(out, "child.md", buf_span(&text), &ps) || !span_is(id, out->row.id)))
		st = fail(ST_CORRUPT, "child.md of %.*s cannot be read", SPAN_ARG(id));
	problems_clear(&ps);
	buf_clear(&text);
	return st;
}

static enum status load(struct app *app, struct span id, struct child *out, struct oid *head)
{
	struct repo *repo = NULL;
	enum status st = child_repo(&repo, app, id);

	if (!st)
		st = repo_head(repo, head);
	if (!st)
		st = read_child_file(repo, head, id, out);
	repo_close(repo);
	return st;
}

static struct enrolment *open_enrolment(struct child *c, struct span institution)
{
	for (size_t i = 0; i < c->enrolment_count; i++)
		if (span_is(institution, c->enrolments[i].institution) &&
		    !c->enrolments[i].until[0])
			return &c->enrolments[i];
	return NULL;
}

static enum status set_enrolment(struct child *c, struct span institution, struct span since,
				 struct span until)
{
	struct enrolment *e = since.n ? NULL : open_enrolment(c, institution);

	if (!e) {
		if (!since.n)
			return fail(ST_NOTFOUND, "no open enrolment there");
		if (c->enrolment_count == CHILD_ENROLMENTS_MAX)
			return fail(ST_TOOBIG, "too many enrolments");
		e = &c->enrolments[c->enrolment_count++];
		span_copy(institution, e->institution, sizeof e->institution);
		span_copy(since, e->since, sizeof e->since);
	}
	span_copy(until, e->until, sizeof e->until);
	return ST_OK;
}

enum status child_enrol(struct app *app, const struct actor *who, struct span id,
			struct span institution, struct span since, struct span until,
			struct problems *ps)
{
	struct institution i;
	struct child c;
	struct oid head;
	enum status st = institution_get(app->db, institution, &i);

	if (!st)
		st = load(app, id, &c, &head);
	if (!st)
		st = set_enrolment(&c, institution, since, until);
	return st ? st : commit_child(app, who, &c, since.n ? "enrol" : "leave", false, &head, ps);
}

enum status child_add_guardian(struct app *app, const struct actor *who, struct span id,
			       struct span account, struct span relation, struct problems *ps)
{
	struct account a;
	struct child c;
	struct oid head;
	struct guardian *g;
	enum status st = account_get(app->db, account, &a);

	if (!st && a.role != ROLE_HOUSEHOLD)
		st = fail(ST_INVALID, "%s is not the account of a household", a.id);
	if (!st)
		st = load(app, id, &c, &head);
	if (!st && c.guardian_count == CHILD_GUARDIANS_MAX)
		st = fail(ST_TOOBIG, "too many guardians");
	if (st)
		return st;
	g = &c.guardians[c.guardian_count++];
	span_copy(account, g->account, sizeof g->account);
	span_copy(relation, g->relation, sizeof g->relation);
	return commit_child(app, who, &c, "child.update", false, &head, ps);
}

enum status child_index_head(struct app *app, struct repo *repo, struct span id)
{
	struct child c;
	struct oid head;
	enum status st = repo_head(repo, &head);

	if (!st)
		st = read_child_file(repo, &head, id, &c);
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
	repo_close(repo);
	return st;
}
