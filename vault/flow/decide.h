/* Facts from the databases, the decision over them, and the record of a refusal. */
#ifndef KARTE_FLOW_DECIDE_H
#define KARTE_FLOW_DECIDE_H

#include "vault/access/access.h"
#include "vault/app.h"
#include "vault/db/sheet.h"
#include "vault/http/hold.h"

/* Who asks for what. */
struct question {
	enum action action;
	const struct account *who; /* NULL: nobody */
	bool weak;		   /* the session lacks the second factor */
	bool reasoned;		   /* a reason came with it: an access token has one */
	struct span child;	   /* absent: none */
	struct span type, id;	   /* of the sheet; absent: none */
	const char *request;
	int64_t now;	   /* seconds */
	struct hold *hold; /* of the answer, for the record of a look; NULL: wait for it */
	/* of what is managed (ACT_ADMIN_CHANGE, ACT_ADMIN_CONFIRM) */
	bool self, asked, last_admin;
};

/*
 * Decides.  ST_OK: allowed; row (may be NULL) is the sheet's row if the action concerns one.
 * ST_DENIED: refused and recorded; say 404.  ST_IO: could not be recorded; say 503.
 */
enum status decide(struct app *app, const struct question *q, struct decision *out,
		   struct sheet_row *row);

/*
 * The same without the record, for lists that leave out what may not be seen: ST_OK with
 * out->allow false is a refusal.
 */
enum status decide_quietly(struct app *app, const struct question *q, struct decision *out,
			   struct sheet_row *row);

/* decide() about a change of what administrators manage: of one's own rights, asked for by oneself.
 */
enum status decide_admin(struct app *app, const struct question *q, enum action a, bool self,
			 bool asked);

/*
 * decide() about what is kept like sheets of the question's type, real or not ("files",
 * "handover"): own, if the account's institution made it.  Ranges and shares of that type count.
 */
enum status decide_type(struct app *app, const struct question *q, bool own, struct decision *out);
/* May a sheet of the question's type be made, for the account's own institution?  As decide(). */
enum status decide_new_sheet(struct app *app, const struct question *q, struct decision *out);

/* Records a refusal that was found later than decide (by redaction, by a missing file). */
enum status refuse(struct app *app, const struct question *q, const char *reason);

/*
 * Facts about one account and one child, for many decisions: a list of sheets, what somebody can
 * reach at all.  They are those of the moment at which they were read: for one answer, not longer.
 */
struct ground;
/* The question's who, child and now.  Free with ground_free. */
enum status ground_load(struct ground **out, struct app *app, const struct question *q);
void ground_free(struct ground *g);
/* Decides about the question's action, and about its type and id if it has them. */
enum status ground_decide(struct ground *g, const struct question *q, struct decision *out,
			  struct sheet_row *row);
/* The same about a sheet whose row is at hand: for lists. */
enum status ground_decide_row(struct ground *g, enum action a, const struct sheet_row *row,
			      struct decision *out);
/*
 * The same about a sheet that need not be there: what would this account reach of a type?  own:
 * written by its institution.
 */
enum status ground_decide_type(struct ground *g, enum action a, struct span type, bool own,
			       struct decision *out);
/* Is what this institution made the account's institution's own, also after mergers? */
enum status ground_is_own(struct ground *g, const char *institution, bool *out);
/* To ask what another policy, or one more range, would change. */
void ground_set_policy(struct ground *g, const struct policy *p);
struct range_row;
/* The range must be about this child, and outlive the ground. */
enum status ground_add_range(struct ground *g, const struct range_row *r);
/* Without the range of this id. */
void ground_drop_range(struct ground *g, struct span id);

/* Who reads, for redact_for; the spans are those of the decision and of words. */
struct gate {
	struct reader reader;
	struct span hidden[DECISION_SECTIONS], opened[DECISION_SECTIONS];
};
void gate_open(struct gate *g, const struct decision *d, const struct span *words, size_t nwords);

/* Whose children this account may find.  today must outlive it; room holds two days of the scope.
 */
struct child_scope;
struct scope_room {
	char from[DAY_TEXT], to[DAY_TEXT];
};
enum status scope_of(struct app *app, const struct account *who, const char *today,
		     struct child_scope *out, struct scope_room *room);

#endif
