/*
 * What one person can reach: 「この人として見る」, and what a change would add or take away before
 * it is made.  Every line comes from the same decision and the same gate as the pages.
 */
#ifndef KARTE_FLOW_REACH_OF_H
#define KARTE_FLOW_REACH_OF_H

#include "vault/access/access.h"
#include "vault/app.h"
#include "vault/db/range.h"
#include "vault/db/sheet.h"

/* A child's karte (sheet NULL), or a sheet in it.  Valid during the call. */
struct reach_line {
	const struct child_row *child;
	const struct sheet_row *sheet;
	enum reason why;
	char by[ID_MAX + 1]; /* the range that opened it; "" */
	bool read_only;	     /* of a karte: nothing can be written */
	/* With 、 between.  Of a sheet: titles of sections; of a karte `writes` are the types of
	   sheets that can be made. */
	struct span reads, writes;
};
typedef enum status (*reach_fn)(void *ctx, const struct reach_line *l);

/* All that the account can reach at `now`, child by child in order of kana.  The result of fn that
   is not ST_OK ends it and is returned. */
enum status reach_of(struct app *app, const struct account *a, int64_t now, reach_fn fn, void *ctx);

/* What is tried: one of the three. */
struct reach_trial {
	const struct range_row *add, *drop;
	const struct policy *policy;
};

/* Can the trial make any difference to this account? */
bool reach_concerns(const struct reach_trial *t, const struct account *a);
/* The moment to compare at: now, or when the range begins. */
int64_t reach_moment(const struct reach_trial *t, int64_t now);

enum reach_change { REACH_GAINED, REACH_LOST, REACH_CHANGED };
typedef enum status (*reach_change_fn)(void *ctx, enum reach_change what,
				       const struct reach_line *before,
				       const struct reach_line *after);

/*
 * The lines that would be different for this account at a moment; before is NULL for REACH_GAINED,
 * after for REACH_LOST.  Children whom staff have opened with a reason just now count only if they
 * are also theirs, or if the range names them.
 */
enum status reach_difference(struct app *app, const struct account *a, int64_t moment,
			     const struct reach_trial *trial, reach_change_fn fn, void *ctx);

#endif
