/*
 * What the files of this folder share.  Nobody else includes it.
 */
#ifndef KARTE_ACCESS_IMPL_H
#define KARTE_ACCESS_IMPL_H

#include "vault/access/access.h"

#define STAFF                                                                                      \
	(ROLE_BIT(ROLE_NURSERY) | ROLE_BIT(ROLE_SCHOOL) | ROLE_BIT(ROLE_HEALTH) |                  \
	 ROLE_BIT(ROLE_WELFARE) | ROLE_BIT(ROLE_THERAPY) | ROLE_BIT(ROLE_BOARD) |                  \
	 ROLE_BIT(ROLE_PROVIDER))

/* The policy, or the strictest that there can be instead of none. */
const struct policy *policy_of(const struct facts *f);

/* What is asked about: the child as a whole, or one sheet of it; to read, or to write. */
struct ask {
	const struct facts *f;
	bool sheet, writing;
};

/* One way to what is asked about, or why it is none. */
struct way {
	bool open, read_only;
	bool part; /* a reason given (break-glass) would open more */
	enum reason why;
	enum relation relation; /* to the sheet; REL_NONE if none is asked about */
	struct span by;		/* the range or handover that is the way */
	struct span only;	/* sections that a guardian agreed to; empty: all */
	struct span also;	/* and these, if only some */
};

/* By what ties the account to the child: guardianship, oversight, a stay, an administrator's task.
 */
struct way way_by_tie(const struct ask *q);
/* By a handover to the account's institution: for reading, the sections that were handed over. */
struct way way_by_handover(const struct ask *q);
/* By a reason given in time.  The administrator's is part of the tie. */
struct way way_by_glass(const struct ask *q);

/* What the ranges in force say about what is asked; each is the first of its kind, or NULL. */
struct weighed {
	const struct range *shut, *shut_writing;
	const struct range *opens, *opens_writing;
	bool opens_all; /* the whole child, not only some sheets */
};
struct weighed ranges_weigh(const struct ask *q);
struct way way_by_range(const struct ask *q, const struct weighed *w);

/* Fills in the sections that are closed or opened; false if more are closed than there is room. */
bool ranges_sections(const struct facts *f, struct decision *d);

/* Names the range that decided, unless one is named already. */
void credit(struct decision *d, struct span id);

#endif
