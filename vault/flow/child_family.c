/* Changing child.md: guardians, and what is kept from one of them. */
#include "vault/flow/children_impl.h"

#include "vault/db/sheet.h"

/* ---- guardians ---------------------------------------------------------------------------- */

static struct guardian *find_guardian(struct child *c, const char *account)
{
	for (size_t i = 0; i < c->guardian_count; i++)
		if (strcmp(c->guardians[i].account, account) == 0)
			return &c->guardians[i];
	return NULL;
}

static enum status no_guardian(const char *account)
{
	return fail(ST_NOTFOUND, "「%s」は、この子どもの保護者ではありません", account);
}

static enum status edit_add_guardian(struct app *app, struct child *c, const void *arg)
{
	const struct guardian *g = arg;
	struct account a;
	enum status st = account_get(app->db, span_of(g->account), &a);

	if (st == ST_NOTFOUND)
		return fail(st, "アカウント「%s」はありません", g->account);
	if (!st && (a.staff || a.role != ROLE_HOUSEHOLD))
		st = fail(ST_INVALID, "アカウント「%s」は、家庭のアカウントではありません", a.id);
	if (!st && find_guardian(c, g->account))
		st = fail(ST_EXISTS, "アカウント「%s」は、もうこの子どもの保護者です", a.id);
	if (!st && c->guardian_count == CHILD_GUARDIANS_MAX)
		st = fail(ST_TOOBIG, "保護者は%d人までです", CHILD_GUARDIANS_MAX);
	if (!st)
		c->guardians[c->guardian_count++] = *g;
	return st;
}

static enum status edit_remove_guardian(struct app *app, struct child *c, const void *arg)
{
	const struct guardian *who = arg;
	struct guardian *g = find_guardian(c, who->account);
	size_t at = g ? (size_t)(g - c->guardians) : 0;

	(void)app;
	if (!g)
		return no_guardian(who->account);
	memmove(g, g + 1, (c->guardian_count - at - 1) * sizeof *g);
	c->guardian_count--;
	return ST_OK;
}

static enum status edit_suspend(struct app *app, struct child *c, const void *arg)
{
	const struct guardian *from = arg;
	struct guardian *g = find_guardian(c, from->account);

	(void)app;
	if (!g)
		return no_guardian(from->account);
	if (!from->suspended[0])
		return fail(ST_INVALID, "止める日を書いてください");
	memcpy(g->suspended, from->suspended, sizeof g->suspended);
	return ST_OK;
}

static enum status edit_resume(struct app *app, struct child *c, const void *arg)
{
	const struct guardian *who = arg;
	struct guardian *g = find_guardian(c, who->account);

	(void)app;
	if (!g)
		return no_guardian(who->account);
	if (!g->suspended[0])
		return fail(ST_EXISTS, "「%s」は止めてありません", g->account);
	g->suspended[0] = '\0';
	return ST_OK;
}

static enum status change_guardian(struct app *app, const struct actor *who,
				   const struct child_task *t, const char *action,
				   child_edit_fn *apply, const struct span part[static 3])
{
	struct guardian g = {.account = ""};

	if (!span_copy(part[0], g.account, sizeof g.account))
		return fail(ST_NOTFOUND, "アカウントの番号が長すぎます");
	if (!span_copy(part[1], g.relation, sizeof g.relation))
		return fail(ST_INVALID, "続柄を確かめてください");
	if (!span_copy(part[2], g.suspended, sizeof g.suspended))
		return fail(ST_INVALID, "止める日を 2020-04-01 の形で書いてください");
	return child_change(app, who, t, &(struct child_change){action, apply, &g});
}

enum status child_add_guardian(struct app *app, const struct actor *who, const struct child_task *t,
			       struct span account, struct span relation)
{
	return change_guardian(app, who, t, "guardian.add", edit_add_guardian,
			       (struct span[]){account, relation, SPAN("")});
}

enum status child_remove_guardian(struct app *app, const struct actor *who,
				  const struct child_task *t, struct span account)
{
	return change_guardian(app, who, t, "guardian.remove", edit_remove_guardian,
			       (struct span[]){account, SPAN(""), SPAN("")});
}

enum status child_suspend_guardian(struct app *app, const struct actor *who,
				   const struct child_task *t, struct span account,
				   struct span from)
{
	return change_guardian(app, who, t, "guardian.suspend", edit_suspend,
			       (struct span[]){account, SPAN(""), from});
}

enum status child_resume_guardian(struct app *app, const struct actor *who,
				  const struct child_task *t, struct span account)
{
	return change_guardian(app, who, t, "guardian.resume", edit_resume,
			       (struct span[]){account, SPAN(""), SPAN("")});
}

/* ---- protections -------------------------------------------------------------------------- */

static struct protection *find_protection(struct child *c, const struct protection *p)
{
	for (size_t i = 0; i < c->protection_count; i++) {
		struct protection *o = &c->protections[i];

		if (!strcmp(o->guardian, p->guardian) && !strcmp(o->kind, p->kind) &&
		    !strcmp(o->value, p->value))
			return o;
	}
	return NULL;
}

/* What is misspelt would protect nothing, and nobody would notice. */
static enum status check_there(struct app *app, struct span child, const struct protection *p)
{
	struct institution i;
	struct sheet_row row;
	struct span id = span_of(p->value), type;
	enum status st = ST_OK;

	if (strcmp(p->kind, "school") == 0) {
		st = institution_get(app->db, id, &i);
		if (st == ST_NOTFOUND)
			fail(st, "機関「%s」はありません", p->value);
	} else if (strcmp(p->kind, "sheet") == 0) {
		type = span_cut(&id, '/');
		st = sheet_row_get(app->db, child, type, id, &row);
		if (st == ST_NOTFOUND)
			fail(st, "この子どもに、シート「%s」はありません", p->value);
	}
	return st;
}

static enum status edit_protect(struct app *app, struct child *c, const void *arg)
{
	const struct protection *p = arg;
	enum status st;

	if (!find_guardian(c, p->guardian))
		return no_guardian(p->guardian);
	if (find_protection(c, p))
		return fail(ST_EXISTS, "それは、もう見せないものに入っています");
	if (c->protection_count == CHILD_PROTECTIONS_MAX)
		return fail(ST_TOOBIG, "見せないものは、あわせて%d個までです",
			    CHILD_PROTECTIONS_MAX);
	st = check_there(app, span_of(c->row.id), p);
	if (!st)
		c->protections[c->protection_count++] = *p;
	return st;
}

enum status child_protect(struct app *app, const struct actor *who, const struct child_task *t,
			  const struct protection *p)
{
	return child_change(app, who, t, &(struct child_change){"protect", edit_protect, p});
}

static enum status edit_unprotect(struct app *app, struct child *c, const void *arg)
{
	struct protection *p = find_protection(c, arg);
	size_t at = p ? (size_t)(p - c->protections) : 0;

	(void)app;
	if (!p)
		return fail(ST_NOTFOUND, "それは、見せないものに入っていません");
	memmove(p, p + 1, (c->protection_count - at - 1) * sizeof *p);
	c->protection_count--;
	return ST_OK;
}

enum status child_unprotect(struct app *app, const struct actor *who, const struct child_task *t,
			    const struct protection *p)
{
	return child_change(app, who, t, &(struct child_change){"unprotect", edit_unprotect, p});
}
