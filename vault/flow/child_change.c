/* Changing child.md: the one way to save an edit, master data, enrolments. */
#include "vault/flow/children_impl.h"

#include "generator/base/utf8.h"
#include "vault/store/history.h"

#include <stdlib.h>

enum { TRIES = 8 }; /* as often may other saves in the child's sheets come between */

/* ---- saving ------------------------------------------------------------------------------- */

static enum status check_reason(struct span reason)
{
	bool good = reason.n <= CHILD_REASON_BYTES && utf8_check(reason) == reason.n;

	for (size_t i = 0; good && i < reason.n; i++)
		good = ((unsigned char)reason.p[i] >= 0x20 || reason.p[i] == '\n') &&
		       reason.p[i] != 0x7f;
	return good ? ST_OK : fail(ST_INVALID, "理由は、300字までで書いてください");
}

static enum status stale(void)
{
	return fail(ST_STALE, "ほかの人が先に、この子どもの登録を変えました。今の内容を見てから、"
			      "もう一度やりなおしてください");
}

/* Is child.md still what the form showed?  Other files of the child may have changed. */
static enum status check_base(struct repo *repo, const struct oid *head, struct span base)
{
	struct oid shown, was, is;
	bool known = false;
	enum status st;

	if (!base.n)
		return ST_OK;
	if (!oid_parse(base, &shown))
		return fail(ST_INVALID, "この画面を、もう一度開いてからやりなおしてください");
	st = history_contains(repo, &shown, &known);
	if (!st && !known)
		return stale();
	if (!st)
		st = repo_blob_id(repo, &shown, "child.md", &was);
	if (!st)
		st = repo_blob_id(repo, head, "child.md", &is);
	return st ? st : oid_eq(&was, &is) ? ST_OK : stale();
}

/* The newest child.md, and where it is from. */
static enum status load(struct app *app, const struct child_task *t, struct child *out,
			struct oid *head)
{
	struct repo *repo = NULL;
	enum status st = child_repo(&repo, app, t->child);

	if (st == ST_NOTFOUND)
		st = fail(ST_NOTFOUND, "この番号の子どもはいません");
	if (!st)
		st = repo_head(repo, head);
	if (!st)
		st = check_base(repo, head, t->base);
	if (!st)
		st = child_read(repo, head, t->child, out);
	repo_close(repo);
	return st;
}

/* The first problem becomes why it failed. */
static enum status commit(struct app *app, const struct actor *who, struct child *c,
			  const struct child_commit *how)
{
	struct problems ps;
	enum status st;

	problems_init(&ps);
	st = child_commit(app, who, c, how, &ps);
	if (st == ST_INVALID && ps.count)
		fail(st, "%s", ps.list[0].text);
	else if (st == ST_EXISTS)
		fail(st, "何も変わりません");
	problems_clear(&ps);
	return st;
}

static enum status try_change(struct app *app, const struct actor *who, const struct child_task *t,
			      const struct child_change *e, struct child *c)
{
	struct oid head;
	const struct child_commit how = {.action = e->action, .base = &head, .reason = t->reason};
	enum status st = ST_STALE;

	for (int i = 0; i < TRIES && st == ST_STALE; i++) {
		st = load(app, t, c, &head);
		if (st)
			return st;
		st = e->apply(app, c, e->arg);
		if (!st)
			st = commit(app, who, c, &how);
	}
	return st == ST_STALE ? stale() : st;
}

enum status child_change(struct app *app, const struct actor *who, const struct child_task *t,
			 const struct child_change *e)
{
	struct child *c = malloc(sizeof *c);
	enum status st = c ? check_reason(t->reason) : fail(ST_NOMEM, "no memory for a child");

	if (!st)
		st = try_change(app, who, t, e, c);
	free(c);
	return st;
}

/* ---- master data -------------------------------------------------------------------------- */

static void take(const char *from, char *to, size_t cap)
{
	if (from[0])
		span_copy(span_of(from), to, cap);
}

static enum status edit_row(struct app *app, struct child *c, const void *arg)
{
	const struct child_row *to = arg;

	(void)app;
	take(to->name, c->row.name, sizeof c->row.name);
	take(to->kana, c->row.kana, sizeof c->row.kana);
	take(to->born, c->row.born, sizeof c->row.born);
	take(to->sex, c->row.sex, sizeof c->row.sex);
	return ST_OK;
}

enum status child_edit(struct app *app, const struct actor *who, const struct child_task *t,
		       const struct child_row *to)
{
	return child_change(app, who, t, &(struct child_change){"child.update", edit_row, to});
}

/* ---- enrolments --------------------------------------------------------------------------- */

static bool ends_before(const struct enrolment *a, const struct enrolment *b)
{
	return a->until[0] && strcmp(a->until, b->since) < 0;
}

static enum status check_institution(struct app *app, const struct enrolment *e)
{
	struct institution i;
	enum status st = institution_get(app->db, span_of(e->institution), &i);

	if (st == ST_NOTFOUND)
		return fail(st, "機関「%s」はありません", e->institution);
	if (!st && i.closed[0] && strcmp(e->since, i.closed) > 0)
		return fail(ST_INVALID, "機関「%s」は %s に閉じています", i.id, i.closed);
	return st;
}

static enum status edit_enrol(struct app *app, struct child *c, const void *arg)
{
	const struct enrolment *e = arg;
	enum status st = check_institution(app, e);

	for (size_t i = 0; i < c->enrolment_count && !st; i++) {
		const struct enrolment *o = &c->enrolments[i];

		if (!strcmp(o->institution, e->institution) && !ends_before(o, e) &&
		    !ends_before(e, o))
			st = fail(ST_EXISTS, "その期間は、もう機関「%s」に在籍しています",
				  e->institution);
	}
	if (!st && c->enrolment_count == CHILD_ENROLMENTS_MAX)
		st = fail(ST_TOOBIG, "在籍は%d件までです", CHILD_ENROLMENTS_MAX);
	if (!st)
		c->enrolments[c->enrolment_count++] = *e;
	return st;
}

enum status child_enrol(struct app *app, const struct actor *who, const struct child_task *t,
			const struct enrolment *e)
{
	return child_change(app, who, t, &(struct child_change){"enrol", edit_enrol, e});
}

/* The newest stay at an institution, or the one that began on a day; NULL: none. */
static struct enrolment *find_stay(struct child *c, const char *institution, const char *since,
				   bool open)
{
	struct enrolment *found = NULL;

	for (size_t i = 0; i < c->enrolment_count; i++) {
		struct enrolment *e = &c->enrolments[i];

		if (strcmp(e->institution, institution) || (open && e->until[0]) ||
		    (since[0] && strcmp(e->since, since)))
			continue;
		if (!found || strcmp(e->since, found->since) > 0)
			found = e;
	}
	return found;
}

static enum status edit_leave(struct app *app, struct child *c, const void *arg)
{
	const struct enrolment *last = arg;
	struct enrolment *e = find_stay(c, last->institution, "", true);

	(void)app;
	if (!e)
		return fail(ST_NOTFOUND, "機関「%s」に、続いている在籍はありません",
			    last->institution);
	if (!last->until[0])
		return fail(ST_INVALID, "終わりの日を書いてください");
	memcpy(e->until, last->until, sizeof e->until);
	return ST_OK;
}

enum status child_leave(struct app *app, const struct actor *who, const struct child_task *t,
			struct span institution, struct span until)
{
	struct enrolment last = {.institution = ""};

	if (!span_copy(institution, last.institution, sizeof last.institution) ||
	    !span_copy(until, last.until, sizeof last.until))
		return fail(ST_INVALID, "機関の番号と終わりの日を確かめてください");
	return child_change(app, who, t, &(struct child_change){"leave", edit_leave, &last});
}

static enum status edit_class(struct app *app, struct child *c, const void *arg)
{
	const struct enrolment *to = arg;
	struct enrolment *e = find_stay(c, to->institution, to->since, false);

	(void)app;
	if (!e)
		return fail(ST_NOTFOUND, "機関「%s」に、その在籍はありません", to->institution);
	memcpy(e->class, to->class, sizeof e->class);
	return ST_OK;
}

enum status child_set_class(struct app *app, const struct actor *who, const struct child_task *t,
			    const struct enrolment *e)
{
	return child_change(app, who, t, &(struct child_change){"child.update", edit_class, e});
}
