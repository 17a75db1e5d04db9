#include "vault/access/access.h"

const char *action_name(enum action a)
{
	static const char *const names[ACT_COUNT] = {
	    [ACT_PUBLIC] = "public",
	    [ACT_FACTOR] = "factor",
	    [ACT_HOME] = "home",
	    [ACT_CHILD_LIST] = "child.list",
	    [ACT_CHILD_READ] = "child.read",
	    [ACT_CHILD_OPEN] = "child.open",
	    [ACT_CHILD_ACCESSES] = "child.accesses",
	    [ACT_SHEET_READ] = "sheet.read",
	    [ACT_SHEET_WRITE] = "sheet.write",
	    [ACT_AUDIT_READ] = "audit.read",
	    [ACT_AUDIT_OPEN] = "audit.open",
	    [ACT_AUDIT_CONTENT] = "audit.content",
	    [ACT_AUDIT_COPY] = "audit.copy",
	    [ACT_ADMIN] = "admin",
	    [ACT_ADMIN_CHANGE] = "admin.change",
	    [ACT_ADMIN_CONFIRM] = "admin.confirm",
	};

	return (unsigned)a < ACT_COUNT ? names[a] : "unknown";
}

const char *reason_name(enum reason r)
{
	static const char *const names[WHY_COUNT] = {
	    [WHY_NO_ACCOUNT] = "no-account",
	    [WHY_DISABLED] = "disabled",
	    [WHY_ENDED] = "ended",
	    [WHY_CLOSED] = "closed",
	    [WHY_WEAK] = "weak",
	    [WHY_NO_RULE] = "no-rule",
	    [WHY_NO_CHILD] = "no-child",
	    [WHY_NO_SHEET] = "no-sheet",
	    [WHY_NO_RELATION] = "no-relation",
	    [WHY_NOT_YET] = "not-yet",
	    [WHY_NO_MORE] = "no-more",
	    [WHY_OTHER_CLASS] = "other-class",
	    [WHY_SUSPENDED] = "suspended",
	    [WHY_SHIELDED] = "shielded",
	    [WHY_NARROWED] = "narrowed",
	    [WHY_NEEDS_REASON] = "needs-reason",
	    [WHY_NO_CONTENT] = "no-content",
	    [WHY_OWN_RIGHTS] = "own-rights",
	    [WHY_SAME_PERSON] = "same-person",
	    [WHY_LAST_ADMIN] = "last-admin",
	    [WHY_PUBLIC] = "public",
	    [WHY_OWN_PAGES] = "own-pages",
	    [WHY_ROLE] = "role",
	    [WHY_OVERSIGHT] = "oversight",
	    [WHY_ENROLLED] = "enrolled",
	    [WHY_ENTERING] = "entering",
	    [WHY_LEFT] = "left",
	    [WHY_GUARDIAN] = "guardian",
	    [WHY_HANDOVER] = "handover",
	    [WHY_RANGE] = "range",
	    [WHY_GLASS] = "glass",
	    [WHY_ADMIN_READS] = "admin-reads",
	};

	return (unsigned)r < WHY_COUNT ? names[r] : "unknown";
}
