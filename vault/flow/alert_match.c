#include "vault/flow/alert_match.h"

enum { DAY = 86400, JST = 9 * 3600, THURSDAY = 4 /* 1 January 1970 */ };

static const char accounts[] = "accounts/", yaml[] = ".yaml";

int64_t alert_day(int64_t t)
{
	return (t + JST) / DAY;
}

static bool listed(const struct alert_list *l, struct span s)
{
	for (size_t i = 0; s.n && i < l->count; i++)
		if (span_eq(l->items[i], s))
			return true;
	return false;
}

static bool event_matches(const struct alert_list *l, struct span event)
{
	for (size_t i = 0; i < l->count; i++) {
		struct span e = l->items[i];

		if (e.p[e.n - 1] == '.' ? span_starts(event, e) : span_eq(event, e))
			return true;
	}
	return l->count == 0;
}

/* accounts/ID.yaml in the registry: whose account was changed. */
static bool target_matches(const struct alert_rule *rule, const struct record *r,
			   const struct alert_facts *facts)
{
	size_t head = sizeof accounts - 1, tail = sizeof yaml - 1;
	struct span id = r->object;

	if (!rule->target)
		return true;
	if (!facts->role_of || !span_starts(id, span_of(accounts)) ||
	    !span_ends(id, span_of(yaml)) || id.n <= head + tail)
		return false;
	id = span_make(id.p + head, id.n - head - tail);
	return role_in(facts->role_of(facts->ctx, id), rule->target);
}

/* ---- hours -------------------------------------------------------------------------------- */

/* Is it outside the hours of the role?  A role of which no hours are said has none to be outside.
 */
static bool outside(const struct alert_rule *rule, const struct record *r)
{
	enum role role = role_find(r->role);
	int64_t day = alert_day(r->t);
	int minute = (int)((r->t + JST - day * DAY) / 60);
	unsigned weekday = 1U << ((day + THURSDAY) % 7);
	bool judged = false, open = false;
	char iso[DAY_TEXT];

	day_iso(day_jst(r->t), iso);
	if (listed(&rule->except_accounts, r->account) ||
	    listed(&rule->except_institutions, r->institution) ||
	    listed(&rule->except_days, span_of(iso)))
		return false;
	for (size_t i = 0; i < rule->nhours; i++) {
		const struct alert_hours *h = &rule->hours[i];

		if (!role_in(role, h->roles))
			continue;
		judged = true;
		open = open || ((h->days & weekday) && minute >= h->from && minute < h->to);
	}
	return judged && (!open || listed(&rule->closed, span_of(iso)));
}

bool alert_matches(const struct alert_rule *rule, const struct record *r,
		   const struct alert_facts *facts)
{
	if (rule->off || rule->kind == ALERT_CHECK ||
	    (rule->class >= 0 && record_class(span_of(r->class)) != rule->class))
		return false;
	if (rule->decision.p && !span_eq(r->decision, rule->decision))
		return false;
	if (!event_matches(&rule->events, r->event) ||
	    (rule->reasons.count && !listed(&rule->reasons, r->reason)) ||
	    (rule->roles && !role_in(role_find(r->role), rule->roles)))
		return false;
	if (rule->kind == ALERT_HOURS && !outside(rule, r))
		return false;
	return target_matches(rule, r, facts);
}

void alert_subject(const struct alert_rule *rule, const struct record *r,
		   char out[static ALERT_SUBJECT_ROOM])
{
	const struct span of[] = {[ALERT_BY_ACCOUNT] = r->account,
				  [ALERT_BY_CHILD] = r->child,
				  [ALERT_BY_INSTITUTION] = r->institution,
				  [ALERT_BY_OBJECT] = r->object,
				  [ALERT_BY_ALL] = SPAN("all")};
	struct span s = of[rule->by];

	if (!s.n || !span_copy(s, out, ALERT_SUBJECT_ROOM))
		span_copy(SPAN("-"), out, ALERT_SUBJECT_ROOM);
}
