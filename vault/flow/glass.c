#include "vault/flow/glass.h"

#include "generator/base/path.h"
#include "generator/base/text.h"
#include "generator/base/utf8.h"
#include "vault/db/factor.h"
#include "vault/flow/note.h"
#include "vault/flow/policy.h"

enum status glass_minutes(struct app *app, const struct account *who, int *out)
{
	struct policy policy;
	enum status st = policy_load(app, &policy);

	*out = 0;
	if (st)
		return st;
	if (who->staff)
		*out = policy.glass_minutes;
	else if (who->role == ROLE_ADMIN && policy.admin_reads == ADMIN_READS_REASON)
		*out = GLASS_ADMIN_MINUTES;
	else if (who->role == ROLE_AUDITOR)
		*out = GLASS_AUDIT_MINUTES;
	return ST_OK;
}

enum status glass_check_reason(struct span reason)
{
	size_t n;

	if (reason.n > GLASS_REASON_BYTES || utf8_check(reason) != reason.n)
		return fail(ST_INVALID, "理由は %d字までで 書いてください。", GLASS_REASON_MOST);
	for (size_t i = 0; i < reason.n; i++)
		if ((unsigned char)reason.p[i] < 0x20 || reason.p[i] == 0x7f)
			return fail(ST_INVALID, "理由は 改行をせずに 1行で 書いてください。");
	n = text_graphemes(reason);
	if (n < GLASS_REASON_LEAST)
		return fail(ST_INVALID, "理由を %d字以上で 書いてください。", GLASS_REASON_LEAST);
	if (n > GLASS_REASON_MOST)
		return fail(ST_INVALID, "理由は %d字までで 書いてください。", GLASS_REASON_MOST);
	return ST_OK;
}

static const char *why_opened(const struct account *who)
{
	if (who->staff)
		return "break-glass";
	return who->role == ROLE_AUDITOR ? "audit-reads" : "admin-reads";
}

/* Durable before the door opens: alerts are made from it, whatever is then looked at. */
static enum status record(struct app *app, const struct question *q, struct span reason)
{
	const struct note n = {
	    .class = "access",
	    .event = action_name(ACT_CHILD_OPEN),
	    .who = q->who,
	    .child = q->child,
	    .object = reason,
	    .decision = "allow",
	    .reason = why_opened(q->who),
	    .request = q->request,
	};
	enum status st = note_add(app, &n);

	if (st == ST_INVALID)
		st = fail(st, "理由に、使えない文字が 入っています。");
	return st;
}

enum status glass_open(struct app *app, const struct question *q, struct span reason)
{
	struct glass_row row = {.since = q->now};
	struct question ask = *q;
	struct decision d;
	int minutes = 0;
	enum status st;

	ask.action = q->who->role == ROLE_AUDITOR ? ACT_AUDIT_OPEN : ACT_CHILD_OPEN;
	reason = span_trim(reason);
	st = glass_check_reason(reason);
	if (!st && !path_child(q->child))
		st = refuse(app, &ask, "no-child");
	if (!st)
		st = decide(app, &ask, &d, NULL);
	if (!st)
		st = glass_minutes(app, q->who, &minutes);
	if (!st && !minutes)
		st = refuse(app, &ask, "no-rule");
	if (!st)
		st = record(app, &ask, reason);
	if (st)
		return st;
	row.until = q->now + minutes * 60;
	span_copy(span_of(q->who->id), row.account, sizeof row.account);
	span_copy(q->child, row.child, sizeof row.child);
	return glass_put(app->db, &row);
}
