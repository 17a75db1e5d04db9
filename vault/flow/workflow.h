/*
 * The story of a step: may this account take it, is what it needs there, one signed commit, the
 * index.  Which steps there are and whose they are: generator/sheet/workflow.h.
 */
#ifndef KARTE_FLOW_WORKFLOW_H
#define KARTE_FLOW_WORKFLOW_H

#include "generator/sheet/sheet.h"
#include "generator/sheet/workflow.h"
#include "vault/flow/actor.h"
#include "vault/flow/consent.h"
#include "vault/flow/decide.h"
#include "vault/store/commit.h"
#include "vault/store/store.h"

enum { COMMENT_CHARS = 1000 }; /* graphemes of what is said with a step */

/* What an account may do with a sheet now: for buttons and lists. */
struct steps {
	struct sheet_row row;
	struct step_taker taker; /* alone: only looked up where it matters */
	bool may[STEP_COUNT];
	enum consent_state consent; /* in state consent; CONSENT_NOT_ASKED otherwise */
};
/*
 * The question's who, child, type and id; its action does not matter.  Records nothing.  ST_OK
 * also when there is none (and for no sheet at all).  finalise is only there when the guardians
 * have agreed to what is to be final.
 */
enum status workflow_steps(struct app *app, const struct question *q, struct steps *out);

/* A step that somebody wants to take. */
struct taking {
	enum step step;
	struct span comment; /* kept as the commit's reason; needed by some steps */
	struct span base;    /* 40 digits: the version that they looked at */
};

/*
 * Takes a step (question: ACT_SHEET_WRITE).  ST_OK; ST_EXISTS: this account has just taken it from
 * this base, nothing is done again (version is that one); ST_STALE: the sheet has changed since
 * base; ST_INVALID: something is missing, the problems say what; ST_USAGE: not a form of ours;
 * ST_DENIED (recorded), ST_NOTFOUND: 404; ST_IO, ST_BUSY: not done, try again.
 */
enum status workflow_take(struct app *app, const struct actor *who, const struct question *q,
			  const struct taking *in, struct problems *ps, struct oid *version);

/* What the check page needs to know of a step that leads on: the problems of taking it now, without
   taking it.  Errors stop it, warnings ask to look again.  ST_INVALID if there are errors. */
enum status workflow_check(struct app *app, const struct question *q, enum step step,
			   struct problems *ps);

/*
 * A step as a part of a bigger commit (asking for consent):
 *
 *	workflow_change    all that workflow_take asks before its commit; the same results
 *	                   … commit_change with m.change among the changes, base &m.head, m.alone,
 *	                   sheet "TYPE/ID" and action m.action: from it the index is made again
 *	workflow_changed   the row of the index
 *	workflow_end       always
 */
struct moving {
	struct app *app;
	const struct question *q; /* must outlive it */
	struct steps steps;
	struct repo *repo;
	struct oid head;
	struct sheet *sheet; /* already in the new state */
	const char *action;  /* "sheet.ask" */
	bool alone;	     /* there is no second person, which the commit says */
	struct change change;
	struct buf path, text;
};
enum status workflow_change(struct moving *m, struct app *app, const struct question *q,
			    const struct taking *in, struct problems *ps);
enum status workflow_changed(const struct moving *m, const struct oid *version);
void workflow_end(struct moving *m);

#endif
