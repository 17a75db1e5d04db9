/*
 * May this account do this to this child, and why: a pure function over facts.  No account, no
 * rule or no fact means no.  The reason goes to the journal.
 */
#ifndef KARTE_ACCESS_ACCESS_H
#define KARTE_ACCESS_ACCESS_H

#include "generator/role/redact.h"

enum action {
	ACT_PUBLIC,	 /* pages that need no account */
	ACT_HOME,	 /* any account's own pages */
	ACT_CHILD_LIST,	 /* search; results are limited by child_scope */
	ACT_CHILD_READ,	 /* the karte of one child */
	ACT_SHEET_READ,	 /* one sheet, its PDF and its history */
	ACT_SHEET_WRITE, /* edit and save */
	ACT_AUDIT_READ,	 /* what happened, never content */
	ACT_ADMIN,	 /* accounts, institutions */
	ACT_COUNT
};

/* "sheet.read": the word of the journal. */
const char *action_name(enum action a);

/* All that a decision may depend on.  Zeroed facts deny everything but ACT_PUBLIC. */
struct facts {
	/* the account */
	bool known, disabled;
	enum role role;
	/* the child; false for actions that concern none */
	bool child_exists;
	bool enrolled; /* is at the account's institution today */
	bool guardian; /* the account is a guardian of the child */
	/* the sheet; false if the action concerns none */
	bool sheet_exists;
	bool own_sheet; /* written by the account's institution */
	bool shared;	/* a guardian agreed that this institution reads sheets of the type */
};

enum reason {
	WHY_NO_ACCOUNT,
	WHY_DISABLED,
	WHY_NO_RULE,
	WHY_NO_CHILD,
	WHY_NO_SHEET,
	WHY_NO_RELATION,
	WHY_NO_CONTENT, /* auditors and administrators never read content */
	WHY_PUBLIC,
	WHY_OWN_PAGES,
	WHY_ROLE,
	WHY_OVERSIGHT, /* the board sees every child */
	WHY_ENROLLED,
	WHY_GUARDIAN,
	WHY_COUNT
};

/* "enrolled": the word of the journal. */
const char *reason_name(enum reason r);

struct decision {
	bool allow;
	enum reason reason;
	enum relation relation; /* for redact_for; REL_NONE unless a sheet may be read */
};

struct decision access_decide(enum action a, const struct facts *f);

#endif
