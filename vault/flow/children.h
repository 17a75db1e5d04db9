/*
 * Children: making one, what administrators change in child.md, its history; and reading it into
 * the index.
 */
#ifndef KARTE_FLOW_CHILDREN_H
#define KARTE_FLOW_CHILDREN_H

#include "vault/flow/actor.h"
#include "vault/flow/child_file.h"
#include "vault/store/store.h"

/*
 * Makes a child with its repository.  An empty row.id gets a new random id (filled in).
 * ST_INVALID with problems; ST_EXISTS; ST_DENIED.
 */
enum status child_create(struct app *app, const struct actor *who, struct child *c,
			 struct problems *ps);

enum { CHILD_REASON_BYTES = 1000 };

/* Which child is changed, and by what form. */
struct child_task {
	struct span child;
	struct span base;   /* the version (40 digits) whose child.md was shown; absent: any */
	struct span reason; /* typed; absent or empty: none.  Only in the commit: administrators see
			       it, guardians never */
};

/*
 * Each of these is one signed commit of child.md (its action after the dash), then the index.  Only
 * administrators and the operator may (ST_DENIED).  fail_why() is a sentence in Japanese for
 * ST_INVALID, ST_EXISTS (it is so already), ST_NOTFOUND (no such child, institution, account,
 * stay …), ST_TOOBIG and ST_STALE: child.md is not as it was at `base` (what others saved in the
 * child's sheets meanwhile does not matter).
 */

/* Name, kana, birth date, sex of `to`; what is "" stays - child.update */
enum status child_edit(struct app *app, const struct actor *who, const struct child_task *t,
		       const struct child_row *to);
/* Adds a stay; not two at an institution at a time, none after the institution closed - enrol */
enum status child_enrol(struct app *app, const struct actor *who, const struct child_task *t,
			const struct enrolment *e);
/* Ends the open stay at an institution with that day - leave */
enum status child_leave(struct app *app, const struct actor *who, const struct child_task *t,
			struct span institution, struct span until);
/* The class of the stay that began at e->since, or, if that is "", of the newest at e->institution;
   "" takes it away - child.update */
enum status child_set_class(struct app *app, const struct actor *who, const struct child_task *t,
			    const struct enrolment *e);

/* Makes a household's account a guardian - guardian.add */
enum status child_add_guardian(struct app *app, const struct actor *who, const struct child_task *t,
			       struct span account, struct span relation);
/* What was kept from them stays written: it holds if they come back - guardian.remove */
enum status child_remove_guardian(struct app *app, const struct actor *who,
				  const struct child_task *t, struct span account);
/* From that day the right rests - guardian.suspend */
enum status child_suspend_guardian(struct app *app, const struct actor *who,
				   const struct child_task *t, struct span account,
				   struct span from);
/* - guardian.resume */
enum status child_resume_guardian(struct app *app, const struct actor *who,
				  const struct child_task *t, struct span account);
/* 支援措置 for a guardian of the child; the school, the sheet must be there - protect */
enum status child_protect(struct app *app, const struct actor *who, const struct child_task *t,
			  const struct protection *p);
/* - unprotect */
enum status child_unprotect(struct app *app, const struct actor *who, const struct child_task *t,
			    const struct protection *p);

/* One version of child.md: valid during the call. */
struct child_event {
	char version[65];
	long long at;
	struct span account, action, reason;
	const struct child *before; /* NULL: it was made */
	const struct child *after;
};
/* The newest `most` versions of child.md, newest first. */
enum status child_history(struct app *app, struct span id, size_t most,
			  enum status (*each)(void *, const struct child_event *), void *ctx);

/* Reads the newest child.md and all sheets of one child into the index. */
enum status child_index(struct app *app, struct span id);

enum status child_repo(struct repo **out, struct app *app, struct span id);

#endif
