/*
 * Institutions: adding, changing, closing, opening again, merging.
 *
 * Who may, and how mistakes are told: as in people.h; fields are id kind name opened closed into.
 * Nothing of an institution is ever removed: sheets, versions and the journal name it for good.
 */
#ifndef KARTE_FLOW_INSTITUTIONS_H
#define KARTE_FLOW_INSTITUTIONS_H

#include "vault/flow/actor.h"

/* Who is at an institution. */
struct institution_load {
	long here;   /* children with a stay today */
	long coming; /* children whose stay begins later, or goes on after the day that was asked */
	long ever;   /* children with a stay, also one that is over */
	long staff;  /* accounts that are not stopped */
	long people; /* all accounts */
};
/* coming: those who are there after `day` (YYYY-MM-DD). */
enum status institution_count(struct app *app, struct span id, const char *day, int64_t now,
			      struct institution_load *out);

/* id, kind, name, opened, by_class of i - institution.add */
enum status institution_add(struct app *app, const struct actor *who, const struct institution *i,
			    const char **field);

/* Takes kind, name, opened and by_class of `to`.  The kind is the role of everybody there: it stays
   once there are accounts or children.  ST_EXISTS: nothing would change - institution.update */
enum status institution_edit(struct app *app, const struct actor *who, const struct institution *to,
			     const char **field);

/*
 * day: the last one, "" for today.  Nobody's stay may begin after it; stays that go on are not
 * ended by it (left says how many there are; its staff can sign in until that day)
 * - institution.close
 */
enum status institution_close(struct app *app, const struct actor *who, struct span id,
			      struct span day, struct institution_load *left, const char **field);
/* Not one that was merged - institution.reopen */
enum status institution_reopen(struct app *app, const struct actor *who, struct span id);

/*
 * Merging `from` into `into`: `from` closes with `day` (institution.merge), each stay there that
 * goes on ends with that day and begins at `into` the day after, in a commit of that child's
 * (transfer), and from the day on the accounts of `from` belong to `into` (account.move).  Both are
 * of the same kind, so nobody's role changes.  Sheets stay those of `from`.
 *
 * When it was interrupted, or the day had not come yet, doing it again does the rest.
 */
struct merge {
	struct span from, into;
	struct span day; /* YYYY-MM-DD */
};
struct merge_done {
	long moved;  /* children who have been moved, or would be */
	long failed; /* children who could not be: `why` is about the newest of them */
	long staff;  /* accounts that have been moved, or would be */
	long later;  /* accounts that stay until the day has come */
	char why[512];
};
struct merge_watch {
	void (*step)(void *ctx, long done, long all);
	void *ctx;
};
/* What it would do; the same checks. */
enum status institution_merge_plan(struct app *app, const struct merge *m, int64_t now,
				   struct merge_done *out, const char **field);
/* watch may be NULL.  ST_OK also when some children failed. */
enum status institution_merge(struct app *app, const struct actor *who, const struct merge *m,
			      const struct merge_watch *watch, struct merge_done *out,
			      const char **field);

#endif
