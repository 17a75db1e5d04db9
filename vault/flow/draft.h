/*
 * Drafts (下書き): what somebody types is kept while it is typed, sealed to that person as kept
 * forms are (kept.h).  It is no version, nobody else can read it, and it takes no session to write
 * one: that of a form which came after its session had ended, too.
 */
#ifndef KARTE_FLOW_DRAFT_H
#define KARTE_FLOW_DRAFT_H

#include "vault/db/draft.h"
#include "vault/flow/session.h"
#include "vault/http/form.h"

enum {
	DRAFT_DAYS = 180,	/* without a new text: then it is thrown away */
	DRAFT_WARN_DAYS = 30,	/* before that it is said when it will be */
	DRAFT_GONE_DAYS = 30,	/* how long what was thrown away can be taken out again */
	DRAFT_ACTIVE = 10 * 60, /* seconds after the newest text: somebody is writing */
	DRAFTS_MAX = 500,	/* of an account, not counting what was thrown away */
	DRAFT_BYTES_MAX = FORM_BYTES_MAX + 1024,
};

/* Where it belongs: a section of a sheet, "" for the whole form; and from which version it began.
 */
struct draft_place {
	struct span child, type, id, section, base;
};

/*
 * Keeps the pairs of a form.  *n is the draft that this form continues (0: none); it becomes the
 * one in which the text is now: another one, if that was saved or thrown away meanwhile.  wrong:
 * the text had problems.  ST_TOOBIG: more than FORM_BYTES_MAX or DRAFTS_MAX; ST_NOTFOUND: the
 * person has no address yet; ST_USAGE: no place.
 */
enum status draft_keep(struct app *app, struct span account, const struct draft_place *at,
		       const struct form *form, bool wrong, int64_t now, long long *n);

/*
 * The number of a draft that there is not yet: for a new form, so that one that is sent again,
 * because its answer was lost, goes on with the draft that it made.
 */
long long draft_number(void);

/*
 * The pairs of one's own draft, the arena's, and its row.  ST_NOTFOUND: none of that number;
 * ST_DENIED: sealed for another key of the same person, or for another place.
 */
enum status draft_open(struct app *app, const struct session *s, long long n, struct arena *a,
		       struct draft_row *row, struct form *out);

/* The newest of an account in a place that was not thrown away; ST_NOTFOUND. */
enum status draft_newest(struct app *app, struct span account, const struct draft_place *at,
			 struct draft_row *out);

/* When a draft is thrown away if nothing is written any more: seconds. */
long long draft_ends(const struct draft_row *d);

/* What is too old goes: called with the sweep of sessions. */
enum status draft_sweep(struct app *app, int64_t now);

#endif
