#include "vault/access/access.h"

const char *action_name(enum action a)
{
	static const char *const names[ACT_COUNT] = {
	    [ACT_PUBLIC] = "public",	     [ACT_HOME] = "home",
	    [ACT_CHILD_LIST] = "child.list", [ACT_CHILD_READ] = "child.read",
	    [ACT_SHEET_READ] = "sheet.read", [ACT_SHEET_WRITE] = "sheet.write",
	    [ACT_AUDIT_READ] = "audit.read", [ACT_ADMIN] = "admin",
	};

	return (unsigned)a < ACT_COUNT ? names[a] : "unknown";
}

const char *reason_name(enum reason r)
{
	static const char *const names[WHY_COUNT] = {
	    [WHY_NO_ACCOUNT] = "no-account", [WHY_DISABLED] = "disabled",
	    [WHY_NO_RULE] = "no-rule",	     [WHY_NO_CHILD] = "no-child",
	    [WHY_NO_SHEET] = "no-sheet",     [WHY_NO_RELATION] = "no-relation",
	    [WHY_NO_CONTENT] = "no-content", [WHY_PUBLIC] = "public",
	    [WHY_OWN_PAGES] = "own-pages",   [WHY_ROLE] = "role",
	    [WHY_OVERSIGHT] = "oversight",   [WHY_ENROLLED] = "enrolled",
	    [WHY_GUARDIAN] = "guardian",
	};

	return (unsigned)r < WHY_COUNT ? names[r] : "unknown";
}

#define STAFF                                                                                      \
	(ROLE_BIT(ROLE_NURSERY) | ROLE_BIT(ROLE_SCHOOL) | ROLE_BIT(ROLE_HEALTH) |                  \
	 ROLE_BIT(ROLE_WELFARE) | ROLE_BIT(ROLE_THERAPY) | ROLE_BIT(ROLE_BOARD) |                  \
	 ROLE_BIT(ROLE_PROVIDER))
#define READERS (STAFF | ROLE_BIT(ROLE_HOUSEHOLD))
#define EVERYBODY (READERS | ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_ADMIN))

/* The roles an action is for, and whether it concerns one child, one sheet. */
static const struct rule {
	role_set roles;
	bool child, sheet;
} rules[ACT_COUNT] = {
    [ACT_HOME] = {EVERYBODY, false, false},
    [ACT_CHILD_LIST] = {READERS, false, false},
    [ACT_CHILD_READ] = {READERS, true, false},
    [ACT_SHEET_READ] = {READERS, true, true},
    [ACT_SHEET_WRITE] = {READERS, true, true},
    [ACT_AUDIT_READ] = {ROLE_BIT(ROLE_AUDITOR), false, false},
    [ACT_ADMIN] = {ROLE_BIT(ROLE_ADMIN), false, false},
};

static struct decision deny(enum reason r)
{
	return (struct decision){false, r, REL_NONE};
}

/* How a reader with a relation to the child stands to one sheet of it. */
static enum relation relation_to_sheet(const struct facts *f)
{
	if (f->role == ROLE_HOUSEHOLD || f->role == ROLE_BOARD || f->own_sheet)
		return REL_OWN;
	return f->shared ? REL_SHARED : REL_ELSEWHERE;
}

/* Who has to do with the child at all. */
static bool related(const struct facts *f, enum reason *why)
{
	if (f->role == ROLE_BOARD)
		*why = WHY_OVERSIGHT;
	else if (f->role == ROLE_HOUSEHOLD && f->guardian)
		*why = WHY_GUARDIAN;
	else if (f->role != ROLE_HOUSEHOLD && f->enrolled)
		*why = WHY_ENROLLED;
	else
		return false;
	return true;
}

struct decision access_decide(enum action a, const struct facts *f)
{
	const struct rule *rule;
	enum reason why = WHY_NO_RELATION;

	if (a == ACT_PUBLIC)
		return (struct decision){true, WHY_PUBLIC, REL_NONE};
	if (!f || !f->known)
		return deny(WHY_NO_ACCOUNT);
	if (f->disabled)
		return deny(WHY_DISABLED);
	if ((unsigned)a >= ACT_COUNT)
		return deny(WHY_NO_RULE);
	rule = &rules[a];
	if (!role_in(f->role, rule->roles))
		return deny(rule->child ? WHY_NO_CONTENT : WHY_NO_RULE);
	if (!rule->child)
		return (struct decision){true, a == ACT_HOME ? WHY_OWN_PAGES : WHY_ROLE, REL_NONE};
	if (!f->child_exists)
		return deny(WHY_NO_CHILD);
	if (!related(f, &why))
		return deny(WHY_NO_RELATION);
	if (!rule->sheet)
		return (struct decision){true, why, REL_NONE};
	if (!f->sheet_exists)
		return deny(WHY_NO_SHEET);
	return (struct decision){true, why, relation_to_sheet(f)};
}
