/*
 * May this account do this to this child, and why: a pure function over facts.  No account, no
 * rule or no fact means no.  The reason goes to the journal.
 *
 * The order of a decision: the account (known, not disabled or ended, its institution open, the
 * second factor given), the role (a table by action), what an administrator closed, then the best
 * of the ways in: what ties the account to the child (guardianship, oversight, a stay at its
 * institution), a handover to its institution, a range that an administrator opened, a reason
 * given in time (break-glass).  The best way is the one by which more is seen (REL_OWN, all of
 * REL_SHARED, some sections of it, REL_ELSEWHERE; of an open type REL_ELSEWHERE before some
 * sections), then the one by which one may write.  What two agreements show of a sheet is shown
 * together.  Without any way the tie says why not, or WHY_NEEDS_REASON if a reason would open more.
 * What opens only for reading does not count for ACT_SHEET_WRITE.
 */
#ifndef KARTE_ACCESS_ACCESS_H
#define KARTE_ACCESS_ACCESS_H

#include "generator/base/day.h"
#include "generator/base/path.h"
#include "generator/role/redact.h"

enum action {
	ACT_PUBLIC,	    /* pages that need no account */
	ACT_FACTOR,	    /* the second step of signing in, and setting it up */
	ACT_HOME,	    /* any account's own pages */
	ACT_CHILD_LIST,	    /* search; results are limited by child_scope */
	ACT_CHILD_READ,	    /* the karte of one child */
	ACT_CHILD_OPEN,	    /* to be let in with a reason, outside one's range */
	ACT_CHILD_ACCESSES, /* who looked at this child's records */
	ACT_SHEET_READ,	    /* one sheet, its PDF and its history */
	ACT_SHEET_WRITE,    /* edit and save; or make one: ask as if it were there, and own */
	ACT_AUDIT_READ,	    /* what happened, never content */
	ACT_AUDIT_OPEN,	    /* auditors: give a reason for which a child's content is opened */
	ACT_AUDIT_CONTENT,  /* the content of one change of a child; only after that */
	ACT_AUDIT_COPY,	    /* a copy of a child's whole record; only after that */
	ACT_ADMIN,	    /* look at accounts, institutions, households, ranges */
	ACT_ADMIN_CHANGE,   /* change them */
	ACT_ADMIN_CONFIRM,  /* be the second person for a widening */
	ACT_COUNT
};

/* "sheet.read": the word of the journal. */
const char *action_name(enum action a);

/* When an administrator may read what is written about a child. */
enum admin_reads { ADMIN_READS_NEVER, ADMIN_READS_REASON, ADMIN_READS_ALWAYS };

/* What a municipality sets: settings/access.yaml of the registry. */
struct policy {
	int lead_days; /* before the first day of a stay: may read and prepare */
	int tail_days; /* after its last day: may read what one's own institution wrote */
	enum admin_reads admin_reads; /* default: with a reason */
	int glass_minutes;	      /* break-glass for staff; 0: there is none */
	bool staff_second_factor;     /* households, administrators and auditors need one always */
	bool both_guardians;	      /* consent is that of each guardian, not of one */
};
enum { POLICY_DAYS_MAX = 366, POLICY_GLASS_MAX = 24 * 60 };
void policy_default(struct policy *p); /* 30, 30, reason, 0, true, false */

/* Does `b` let anybody do more than `a`?  Then a second administrator must confirm it.
   NULL: the strictest (0, 0, never, 0, true, true). */
bool policy_widens(const struct policy *a, const struct policy *b);

/* A stay of the child at the account's institution, its last day included.  until.y == 0: it goes
   on. One without a first day, or that ends before it begins, is none. */
struct stay {
	struct day since, until;
	struct span class; /* 組, 学級; absent: not said */
};

/*
 * An administrator's exception for the account or its institution, about children among whom this
 * one is.  It counts on the days from since to until, both included.
 *
 * One that closes holds for everybody (board, guardian and administrator too) and wins over
 * everything.  Without type and section it closes the child, with a type the sheets of that type,
 * with a section that section (of all types if none is named).  With write it closes only writing:
 * of the child, of sheets of the type; with a section of the whole sheet.
 *
 * One that opens is for staff.  It shows the child, with a type only its sheets of that type, as if
 * a guardian had agreed; with write also for writing, as far as the type lets this role write. With
 * a section it adds the section to what a reader of the sheet sees, and opens nothing alone.
 */
struct range {
	struct span id;
	bool opens, write;
	struct span type, section; /* absent or empty: all */
	struct day since, until;   /* until.y == 0: it goes on */
};

/* All that a decision may depend on.  Zeroed facts deny everything but ACT_PUBLIC. */
struct facts {
	const struct policy *policy; /* NULL: the strictest */
	struct day today;	     /* in Japan; not a day: nothing but ACT_PUBLIC */
	/* the account */
	bool known, disabled;
	bool weak;		  /* has not given the second factor that it needs */
	struct day account_until; /* last day; y == 0: none */
	bool institution_closed;
	enum role role;
	bool by_class;	     /* the institution limits its staff to their classes … */
	bool whole;	     /* … but not this one (its head, say) */
	struct span classes; /* of this one, separated by "," */
	bool glass; /* gave a reason for this child, and the time runs (administrators too) */
	/* the child; false for actions that concern none */
	bool child_exists;
	const struct stay *stays;
	size_t nstays;
	bool guardian;	/* the account is a guardian of the child … */
	bool suspended; /* … whose right rests */
	const struct range *ranges;
	size_t nranges;
	/* the sheet; false if the action concerns none */
	bool sheet_exists;
	struct span type;
	bool own_sheet;	  /* written by the account's institution */
	bool open_type;	  /* every institution of the child reads the type (sharing: open) */
	bool shared;	  /* a guardian agreed that this institution reads sheets of the type … */
	struct span only; /* … of which only these sections, separated by ","; empty: all */
	/* id of a handover that today opens the child to this institution, or, where a sheet is
	   asked about, of this version of the sheet the sections `handed`; absent: none */
	struct span handover, handed;
	bool shielded; /* protected from this guardian (支援措置) */
	/* what is managed */
	bool self;	 /* the administrator's own account or range */
	bool asked;	 /* the administrator asked for it */
	bool last_admin; /* it would leave nobody who can manage */
};

enum reason {
	WHY_NO_ACCOUNT,
	WHY_DISABLED,
	WHY_ENDED,  /* the account's last day has passed */
	WHY_CLOSED, /* its institution is closed */
	WHY_WEAK,   /* the second factor is missing */
	WHY_NO_RULE,
	WHY_NO_CHILD,
	WHY_NO_SHEET,
	WHY_NO_RELATION,
	WHY_NOT_YET,	  /* the stay begins later than the lead */
	WHY_NO_MORE,	  /* the stay ended, and the tail too */
	WHY_OTHER_CLASS,  /* at the institution, in a class that is not this account's */
	WHY_SUSPENDED,	  /* the guardian's right rests */
	WHY_SHIELDED,	  /* 支援措置 */
	WHY_NARROWED,	  /* an administrator closed it */
	WHY_NEEDS_REASON, /* could be opened with a reason */
	WHY_NO_CONTENT,	  /* auditors and administrators do not read content */
	WHY_OWN_RIGHTS,	  /* nobody changes their own */
	WHY_SAME_PERSON,  /* who asks does not confirm */
	WHY_LAST_ADMIN,
	WHY_PUBLIC,
	WHY_OWN_PAGES,
	WHY_ROLE,
	WHY_OVERSIGHT, /* the board sees every child */
	WHY_ENROLLED,
	WHY_ENTERING, /* within the lead */
	WHY_LEFT,     /* within the tail: read only */
	WHY_GUARDIAN,
	WHY_HANDOVER,	 /* one to the institution is open: read only */
	WHY_RANGE,	 /* an administrator opened it */
	WHY_GLASS,	 /* a reason was given */
	WHY_ADMIN_READS, /* the setting admin-reads: always */
	WHY_COUNT
};

/* "enrolled": the word of the journal. */
const char *reason_name(enum reason r);

/* More closed sections than this close the sheet; more opened ones stay shut.  A longer list of
   sections that a guardian agreed to shares nothing; of two that are longer together the first
   counts. */
enum { DECISION_SECTIONS = 16, DECISION_ONLY = 1024 };

struct decision {
	bool allow;
	enum reason reason;
	/* For redact_for.  REL_NONE unless the action is about a sheet and is allowed. */
	enum relation relation;
	/* The role in whose place content is read: an administrator's is the board's.  ROLE_NOBODY
	   if nothing is allowed, and for ACT_PUBLIC. */
	enum role as;
	bool read_only; /* for content: nothing may be written, whatever the type says */
	/* The range that opened or closed it, or else the first that closed writing or a section or
	   opened one; "": none. */
	char by[ID_MAX + 1];
	/* Ids of sections, without doubles. */
	char hidden[DECISION_SECTIONS][ID_MAX + 1], opened[DECISION_SECTIONS][ID_MAX + 1];
	size_t nhidden, nopened;
	/* The sections that a guardian agreed to show, separated by ","; "": all of the relation */
	char only[DECISION_ONLY];
};

/* The decision holds copies: it does not need the facts any more. */
struct decision access_decide(enum action a, const struct facts *f);

/* Does an account of this role need a second factor?  Without a policy: every one. */
bool access_needs_factor(const struct policy *p, enum role role);

#endif
