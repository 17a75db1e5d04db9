/*
 * End of retention: what is over, who asks that it goes, who confirms, what is held.
 *
 * Proposals are retention/ID.yaml of the registry, holds ("do not delete") are holds/CHILD.yaml;
 * each step is a commit signed by the person.  Mistakes are ST_INVALID with a sentence in Japanese
 * in fail_why(); ST_STALE: it is not as it was shown (409); ST_DENIED: refused and recorded.
 */
#ifndef KARTE_FLOW_RETENTION_H
#define KARTE_FLOW_RETENTION_H

#include "generator/base/sha256.h"
#include "vault/db/child.h"
#include "vault/db/removal.h"
#include "vault/flow/actor.h"
#include "vault/flow/decide.h"
#include "vault/store/oid.h"

enum { RETENTION_ITEMS = 200, RETENTION_REASON = 800, RETENTION_WHY = 160 };

/* A child, or one sheet of a child, whose time is over; or which is held. */
struct retention_due {
	struct child_row child;
	char sheet[REMOVAL_SHEET]; /* "": the child with all there is */
	char title[256];	   /* of the sheet: type and period, never what somebody typed */
	char until[DAY_ROOM];	   /* the last day on which it had to be kept */
	char why[RETENTION_WHY];   /* which rule, in Japanese */
	long sheets, versions;	   /* what would go */
};
/*
 * All whose last day is before today and that nobody holds, by kana of the child.  A child whose
 * whole record is over is told once; else its single sheets whose time is over.
 */
enum status retention_due_each(struct app *app, int64_t now,
			       enum status (*each)(void *, const struct retention_due *),
			       void *ctx);
/* Is it over now?  ST_NOTFOUND: no such child or sheet, or not over (fail_why() says what). */
enum status retention_due_get(struct app *app, struct span child, struct span sheet, int64_t now,
			      struct retention_due *out);

/* ---- holds -------------------------------------------------------------------------------- */

struct retention_hold {
	char child[11];
	char reason[RETENTION_REASON];
	char by[REMOVAL_BY];
	long long at;
};
enum status retention_hold_each(struct app *app,
				enum status (*each)(void *, const struct retention_hold *),
				void *ctx);
/* ST_NOTFOUND: it is not held. */
enum status retention_hold_get(struct app *app, struct span child, struct retention_hold *out);
/* In both q is the administrator's question. */
enum status retention_hold(struct app *app, const struct actor *who, const struct question *q,
			   struct span child, struct span reason);
enum status retention_unhold(struct app *app, const struct actor *who, const struct question *q,
			     struct span child, struct span reason);

/* ---- proposals ---------------------------------------------------------------------------- */

enum retention_state { RETENTION_ASKED, RETENTION_CONFIRMED, RETENTION_DECLINED, RETENTION_DONE };

struct retention_item {
	char child[11], sheet[REMOVAL_SHEET];
	char until[DAY_ROOM];
	char head[65]; /* the newest version when it was confirmed; "" before */
};

struct retention_proposal {
	char id[ID_MAX + 1];
	enum retention_state state;
	char asked_by[REMOVAL_BY], confirmed_by[REMOVAL_BY], ended_by[REMOVAL_BY];
	long long asked_at, confirmed_at, due; /* due: from then on it is carried out */
	char reason[RETENTION_REASON];
	struct retention_item *items; /* the arena's */
	size_t nitems;
};

/* ST_NOTFOUND.  base may be NULL. */
enum status retention_get(struct app *app, struct span id, struct arena *a,
			  struct retention_proposal *out, struct oid *base);
/* All, in no order; the proposal is valid during the call. */
enum status retention_each(struct app *app,
			   enum status (*each)(void *, const struct retention_proposal *),
			   void *ctx);
/*
 * Everything about a proposal that its page shows, as one number: who confirms gives it back.  It
 * is another as soon as one of the children has a new version, a hold, or is not over any more.
 */
enum status retention_token(struct app *app, const struct retention_proposal *p, int64_t now,
			    char out[static SHA256_HEX]);

/* items: "CHILD" or "CHILD/TYPE/ID".  id is filled in. */
enum status retention_ask(struct app *app, const struct actor *who, const struct question *q,
			  const struct span *items, size_t nitems, struct span reason,
			  char id[static ID_MAX + 1]);
/* The second administrator: it is carried out when the time for stopping it is over. */
enum status retention_confirm(struct app *app, const struct actor *who, const struct question *q,
			      struct span id, struct span token);
/* Also what was confirmed, until it is carried out; also by who asked. */
enum status retention_decline(struct app *app, const struct actor *who, const struct question *q,
			      struct span id);
/* By the server, when all of it is done. */
enum status retention_done(struct app *app, struct span id);

const char *retention_state_name(enum retention_state s);

#endif
