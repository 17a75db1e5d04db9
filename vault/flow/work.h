/*
 * 「あなたの仕事」: what waits for an account.  Each story that makes somebody wait has a source
 * here; the home page shows what all of them find.
 */
#ifndef KARTE_FLOW_WORK_H
#define KARTE_FLOW_WORK_H

#include "generator/base/arena.h"
#include "vault/app.h"
#include "vault/db/account.h"

/* In the order in which they are shown. */
enum work_kind {
	WORK_RETURNED, /* 差しもどし */
	WORK_REVIEW,   /* 確認待ち */
	WORK_PAPER,    /* an answer on paper: to be confirmed, or sent back */
	WORK_ANSWER,   /* a guardian is asked */
	WORK_ANSWERED, /* guardians have answered */
	WORK_HANDOVER, /* to be confirmed as read */
	WORK_FEEDBACK, /* came back on a handover */
	WORK_RELEASE,  /* waits for a second person */
	WORK_DRAFT,    /* begun by this account */
	WORK_KIND_COUNT
};

struct work_item {
	enum work_kind kind;
	struct span child;  /* its id; absent: it is about several */
	struct span object; /* "kyoiku-shien/2026", the id of a request, a handover … */
	struct span title;  /* to be shown; never without the shield */
	struct span note;   /* the comment of who sent it back …; absent: none */
	struct span href;   /* where the work is done */
	struct span due;    /* YYYY-MM-DD; absent: none */
	long long at;	    /* since when it waits, seconds */
};

enum { WORK_MAX = 500 }; /* of one source; more are not shown */

/* Who asks, and when; the items' texts are the arena's. */
struct work_ask {
	struct app *app;
	const struct account *who;
	const char *request;
	int64_t now;
	struct arena *arena;
};

struct work_list {
	struct work_item *items;
	size_t count, cap;
	bool more; /* a source had more than WORK_MAX */
};

/* Appends an item; for sources.  ST_NOMEM. */
enum status work_add(const struct work_ask *ask, struct work_list *list,
		     const struct work_item *item);

/* The sources, one file each. */
enum status work_consents(const struct work_ask *ask, struct work_list *list);

/*
 * All that waits: by kind, then by what is due first, then the oldest.  A source names only
 * children whom the account may read now, and nothing that the shield hides from it.
 */
enum status work_find(const struct work_ask *ask, struct work_list *out);

#endif
