/* Changing the settings of access: in force at once, or asked for and confirmed. */
#include "vault/flow/ranges.h"
#include "vault/flow/registry.h"

enum { TRIES = 5 }; /* others write to the registry too */

static bool same_policy(const struct policy *a, const struct policy *b)
{
	return a->lead_days == b->lead_days && a->tail_days == b->tail_days &&
	       a->admin_reads == b->admin_reads && a->glass_minutes == b->glass_minutes &&
	       a->staff_second_factor == b->staff_second_factor &&
	       a->both_guardians == b->both_guardians;
}

static bool in_bounds(const struct policy *p)
{
	return p->lead_days >= 0 && p->lead_days <= POLICY_DAYS_MAX && p->tail_days >= 0 &&
	       p->tail_days <= POLICY_DAYS_MAX && p->glass_minutes >= 0 &&
	       p->glass_minutes <= POLICY_GLASS_MAX &&
	       (unsigned)p->admin_reads <= ADMIN_READS_ALWAYS;
}

/* What widens is told by what the registry has in force, whatever the index says. */
static enum status try_policy(struct app *app, const struct actor *who, const struct policy *p,
			      bool *waits)
{
	struct policy now;
	struct oid base;
	enum status st = registry_policy(app, &now, &base);

	if (!st && same_policy(&now, p))
		st = registry_index_policy(app);
	else if (!st)
		*waits = policy_widens(&now, p);
	if (st)
		return st;
	if (same_policy(&now, p))
		return fail(ST_EXISTS, "いまの設定と同じです");
	if (!*waits)
		return registry_put_policy(app, who, "setting.change", p, &base);
	st = registry_ask_policy(app, who, p, &base);
	return st == ST_EXISTS ? fail(st, "同じ設定が、もう確認を待っています") : st;
}

enum status policy_ask(struct app *app, const struct actor *who, const struct question *q,
		       const struct policy *p, bool *waits)
{
	enum status st = decide_admin(app, q, ACT_ADMIN_CHANGE, false, false);

	*waits = false;
	if (!st && !in_bounds(p))
		st = fail(ST_INVALID, "日数は 0から %d、分は 0から %dまでです", POLICY_DAYS_MAX,
			  POLICY_GLASS_MAX);
	if (st)
		return st;
	st = ST_STALE;
	for (int i = 0; i < TRIES && st == ST_STALE; i++)
		st = try_policy(app, who, p, waits);
	return st;
}

/* ---- the second administrator ------------------------------------------------------------- */

static enum status nothing_waits(enum status st)
{
	return st == ST_NOTFOUND ? fail(ST_INVALID, "確認を待っている設定はありません") : st;
}

static enum status try_confirm(struct app *app, const struct actor *who, const struct question *q,
			       struct span token)
{
	struct asked_policy asked;
	enum status st = registry_asked_policy(app, &asked);

	if (st)
		return nothing_waits(st);
	st = decide_admin(app, q, ACT_ADMIN_CONFIRM, false, strcmp(asked.by, who->account.id) == 0);
	if (!st && token.n && !span_is(token, asked.token))
		st = fail(
		    ST_INVALID,
		    "確認を待っている設定が、見ていたものから変わりました。もういちど見てください");
	return st ? st
		  : registry_put_policy(app, who, "setting.confirm", &asked.policy, &asked.base);
}

enum status policy_confirm(struct app *app, const struct actor *who, const struct question *q,
			   struct span token)
{
	enum status st = ST_STALE;

	for (int i = 0; i < TRIES && st == ST_STALE; i++)
		st = try_confirm(app, who, q, token);
	return st;
}

enum status policy_decline(struct app *app, const struct actor *who, const struct question *q)
{
	struct asked_policy asked;
	enum status st = registry_asked_policy(app, &asked);

	if (st)
		return nothing_waits(st);
	st = decide_admin(app, q, ACT_ADMIN_CHANGE, false, false);
	return st ? st : registry_drop_asked(app, who, "setting.decline");
}
