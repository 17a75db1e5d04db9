/* Changing, stopping and giving out again the accounts that are there. */
#include "vault/flow/people_impl.h"

#include "generator/base/day.h"
#include "vault/db/access_token.h"
#include "vault/db/factor.h"
#include "vault/db/session.h"
#include "vault/flow/registry.h"

#include <stdio.h>
#include <time.h>

/* The account as it is, if `who` may change it; takes_away: it could not sign in after. */
static enum status take(struct app *app, const struct actor *who, struct span id, bool takes_away,
			struct account *out)
{
	bool last = false;
	enum status st = account_get(app->db, id, out);

	if (st == ST_NOTFOUND)
		return fail(st, "アカウント %.*s はありません", SPAN_ARG(id));
	if (!st && takes_away)
		st = account_is_last_admin(app, out, (int64_t)time(NULL), &last);
	return st ? st : people_may(app, who, out->id, last);
}

/* ---- edit --------------------------------------------------------------------------------- */

static enum status edit_names(struct account *a, const struct account_edit *e, const char **field)
{
	struct span name = span_trim(e->name), kana = span_trim(e->kana);

	if (e->name.p && (!people_line(name) || !span_copy(name, a->name, sizeof a->name)))
		return people_wrong(
		    field, "name",
		    fail(ST_INVALID, "名前を1行で書いてください（< と > は使えません）"));
	if (e->kana.p &&
	    ((kana.n && !people_line(kana)) || !span_copy(kana, a->kana, sizeof a->kana)))
		return people_wrong(field, "kana",
				    fail(ST_INVALID, "ふりがなを1行で書いてください"));
	return ST_OK;
}

/* A day that has passed would be a way to stop an account and leave its key. */
static enum status edit_until(struct account *a, const struct account_edit *e)
{
	char until[DAY_ROOM], today[DAY_TEXT];
	enum status st;

	if (!e->until.p)
		return ST_OK;
	st = account_until(e->until, until);
	if (st)
		return st;
	if (strcmp(until, "none") == 0)
		until[0] = '\0';
	day_iso(day_jst((int64_t)time(NULL)), today);
	if (until[0] && strcmp(until, today) < 0 && strcmp(until, a->until) != 0)
		return fail(ST_INVALID, "最後の日が、もうすぎています。いま止めるときは"
					"「アカウントを止める」を使ってください");
	memcpy(a->until, until, sizeof until);
	return ST_OK;
}

static enum status edit_staff(struct app *app, struct account *a, const struct account_edit *e,
			      const char **field)
{
	struct institution i;
	enum status st = ST_OK;

	if (!a->staff) {
		if (e->institution.n || e->classes.n || (e->whole && *e->whole))
			st = people_wrong(field, "institution",
					  fail(ST_INVALID, "機関と組・学級を決められるのは、"
							   "職員だけです"));
		return st;
	}
	if (e->institution.p && !span_is(e->institution, a->institution)) {
		if (!span_copy(e->institution, a->institution, sizeof a->institution))
			a->institution[0] = '\0';
		st = people_institution(app, a->institution, (int64_t)time(NULL), &i);
		if (st)
			return people_wrong(field, "institution", st);
	}
	if (e->classes.p)
		st = people_wrong(field, "classes", account_classes(e->classes, a->classes));
	if (e->whole)
		a->whole = *e->whole;
	return st;
}

static enum status edit(struct app *app, const struct actor *who, struct span id,
			const struct account_edit *e, const char **field)
{
	struct account a, was;
	enum status st = take(app, who, id, false, &was);

	a = was;
	if (!st)
		st = edit_names(&a, e, field);
	if (!st && edit_until(&a, e))
		st = people_wrong(field, "until", ST_INVALID);
	if (!st)
		st = edit_staff(app, &a, e, field);
	if (!st)
		st = registry_put_account(app, who, "account.update", &a, NULL, SPAN_NONE);
	if (st == ST_EXISTS)
		fail(st, "変わったところがありません");
	if (!st && strcmp(a.institution, was.institution) != 0)
		st = session_drop_all(app->db, id);
	return st;
}

enum status account_edit(struct app *app, const struct actor *who, struct span id,
			 const struct account_edit *e, const char **field)
{
	enum status st = people_begin(app);

	people_wrong(field, NULL, ST_OK);
	return st ? st : people_end(app, edit(app, who, id, e, field));
}

/* ---- stop --------------------------------------------------------------------------------- */

/* Nothing with which the person could sign in is left. */
static enum status forget(struct app *app, struct span id)
{
	enum status st = session_drop_all(app->db, id);

	if (!st)
		st = secret_drop(app->db, id);
	if (!st)
		st = factor_drop_all(app->db, id);
	if (!st)
		st = access_token_drop_all(app->db, id);
	if (!st)
		st = code_drop_all(app->db, id, "recovery");
	return st ? st : code_drop_all(app->db, id, "first");
}

static enum status disable(struct app *app, const struct actor *who, struct span id,
			   struct ending_key *key)
{
	struct account a;
	enum status st = take(app, who, id, true, &a);

	if (!st && a.disabled)
		st = fail(ST_EXISTS, "アカウント %s はもう止めてあります", a.id);
	if (!st)
		st = ending_key_load(key, app, &a);
	a.disabled = true;
	if (!st)
		st = ending_key_put(key, app, who, "account.disable", &a);
	return st ? st : forget(app, id);
}

enum status account_disable(struct app *app, const struct actor *who, struct span id)
{
	struct ending_key key = {.has = false};
	enum status st = people_begin(app), gone;

	if (st)
		return st;
	st = people_end(app, disable(app, who, id, &key));
	gone = ending_key_clear(&key, app, !st);
	return st ? st : gone;
}

/* ---- start again -------------------------------------------------------------------------- */

static enum status enable(struct app *app, const struct actor *who, struct span id)
{
	struct institution i;
	struct account a;
	char today[DAY_TEXT];
	enum status st = take(app, who, id, false, &a);

	if (!st && !a.disabled)
		st = fail(ST_EXISTS, "アカウント %s は止まっていません", a.id);
	if (!st && a.staff)
		st = people_institution(app, a.institution, (int64_t)time(NULL), &i);
	day_iso(day_jst((int64_t)time(NULL)), today);
	if (!st && a.until[0] && strcmp(a.until, today) < 0)
		st = fail(ST_INVALID, "最後の日（%s）がすぎています。先に最後の日を変えてください",
			  a.until);
	if (st)
		return st;
	a.disabled = false;
	a.key[0] = '\0';
	return registry_put_account(app, who, "account.enable", &a, NULL, SPAN_NONE);
}

enum status account_enable(struct app *app, const struct actor *who, struct span id)
{
	enum status st = people_begin(app);

	return st ? st : people_end(app, enable(app, who, id));
}

/* ---- give out again ----------------------------------------------------------------------- */

/* Two commits with a new key, since each takes one key. */
static enum status reset(struct app *app, const struct actor *who, struct span id,
			 struct ending_key *old, struct fresh_key *fresh)
{
	struct account a;
	enum status st = take(app, who, id, !people_operator(who), &a);

	if (!st && !fresh && !a.key[0] && !a.disabled)
		st = fail(ST_EXISTS,
			  "アカウント %s は、まだ使われていません。"
			  "紙を作り直すだけで足ります",
			  a.id);
	if (!st)
		st = ending_key_load(old, app, &a);
	if (!st && fresh && old->has)
		st = ending_key_put(old, app, who, "key.retire", &a);
	if (!st)
		st = forget(app, id);
	a.disabled = false;
	memcpy(a.key, fresh ? fresh->row.fingerprint : "", fresh ? sizeof a.key : 1);
	if (st)
		return st;
	return fresh ? fresh_key_put(fresh, app, who, "account.reset", &a)
		     : ending_key_put(old, app, who, "account.reset", &a);
}

enum status account_reset(struct app *app, const struct actor *who, struct span id,
			  struct span password)
{
	struct fresh_key fresh = {.row = {.since = 0}};
	struct ending_key old = {.has = false};
	struct account a;
	enum status st = take(app, who, id, !people_operator(who), &a), gone;

	if (!st && password.p)
		st = fresh_key_make(&fresh, app, &a, password);
	if (!st)
		st = people_begin(app);
	if (!st)
		st = people_end(app, reset(app, who, id, &old, password.p ? &fresh : NULL));
	fresh_key_clear(&fresh, app, !st);
	gone = ending_key_clear(&old, app, !st);
	return st ? st : gone;
}
