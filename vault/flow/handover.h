/*
 * Handing a child over: what one institution lets the next one read, as far as guardians agree,
 * in which days.
 *
 *	handovers/<id>.md		what is handed over to whom, and how far it is
 *	handovers/<id>/<account>.md	what this guardian answered, signed with their own key
 *
 * asked -> open -> closed.  A section is open to the receiver on the days from since to until if
 * its handover is open and names it, each guardian who has answered about the sheet agreed to it,
 * at least one, and the sheet has not been saved since they were asked.  The answers of those who
 * are no guardians any more, or whose right rests, do not count.  What is open stands in the table
 * `share` and is derived from these files whenever one of them or child.md changes.
 *
 * A receiver that is not in the registry has a name and a kind: nothing opens to it here, what is
 * open is only given out to it.
 */
#ifndef KARTE_FLOW_HANDOVER_H
#define KARTE_FLOW_HANDOVER_H

#include "generator/base/arena.h"
#include "vault/flow/actor.h"
#include "vault/flow/children.h"
#include "vault/flow/decide.h"
#include "vault/flow/shield.h"

enum {
	HANDOVER_SHEETS = 16,	 /* in one */
	HANDOVER_WORDS = 20,	 /* pieces of feedback */
	HANDOVER_CHARS = 1000,	 /* of a message or a feedback, graphemes */
	HANDOVER_DAYS = 366,	 /* at the longest */
	HANDOVER_OPEN = 4,	 /* of a child to one institution at a time, asked ones too */
	HANDOVER_OF_CHILD = 200, /* more are not made */
	HANDOVER_PACKAGES = 20,
	HANDOVER_NAME = 100,   /* of a receiver outside, graphemes */
	HANDOVER_ANSWERS = 64, /* of all who ever were guardians */
	HANDOVER_ID = 10,      /* h and nine characters as of children */
	HANDOVER_FILE = 256 * 1024,
	HANDOVER_MEMORY = 4 * 1024 * 1024,
};

enum handover_state { HANDOVER_ASKED, HANDOVER_IS_OPEN, HANDOVER_CLOSED };
/* "asked" "open" "closed" */
const char *handover_state_name(enum handover_state s);

/* Lists of sections are ids separated by ",", in the order of the type. */
struct handover_sheet {
	struct span type, id, version;
	struct span asked;  /* what the giver wants to hand over */
	struct span opened; /* and has opened; empty: nothing yet */
	struct span agreed; /* of `asked`: what the guardians agreed to, all that answered */
	bool answered;	    /* by anybody */
};

struct handover_word {
	struct span by; /* account */
	int64_t at;
	struct span text;
};

/* That it was given out on paper or as a file, and why. */
struct handover_package {
	struct span by;
	int64_t at;
	struct span reason;
	struct span key; /* fingerprint of the key it is encrypted to; "": a locked PDF */
};

struct handover_answer {
	struct span by; /* account */
	int64_t at;
	bool counts; /* is still a guardian whose right does not rest */
};

struct handover {
	struct span id, child, from, to; /* institutions; no `to`: the receiver is outside */
	struct span outside;		 /* what it is called, with its kind */
	enum role kind;
	struct span purpose;	  /* nursery school grade move */
	struct span since, until; /* YYYY-MM-DD, both included */
	struct span message;
	enum handover_state state;
	struct span asked_by, opened_by, closed_by, confirmed_by; /* accounts; empty: not yet */
	int64_t asked_at, opened_at, closed_at, confirmed_at;
	struct handover_sheet *sheets;
	size_t nsheets;
	struct handover_word *words;
	size_t nwords;
	struct handover_package *packages;
	size_t npackages;
	struct handover_answer *answers;
	size_t nanswers;
};

/* What of a sheet the receiver reads: opened, and agreed to still.  "" for nothing. */
struct span handover_shown(const struct handover_sheet *s, struct arena *a);
/* Is anything shown to the receiver on this day? */
bool handover_is_open(const struct handover *h, const char *today, struct arena *a);
/* Is the section in the list? */
bool handover_lists(struct span list, struct span section);

/*
 * Reads one, with the answers, at a version of the child's repository (NULL: the newest).
 * ST_NOTFOUND: there is none; ST_CORRUPT.  All texts are the arena's.
 */
enum status handover_load(struct repo *repo, const struct oid *at, struct span child,
			  struct span id, struct arena *a, struct handover *out);
/* Ids of all of a child, in no order that matters; ST_OK also for none. */
enum status handover_ids(struct repo *repo, const struct oid *at, struct arena *a,
			 struct span **out, size_t *n);

/* The file without the answers; and reading it (ST_CORRUPT). */
void handover_write(const struct handover *h, struct buf *out);
enum status handover_parse(struct arena *a, struct span text, struct handover *out);
/* One guardian's answer: sheets with asked = what they agreed to. */
void handover_answer_write(const struct handover *h, const char *account, int64_t now,
			   struct buf *out);
enum status handover_answer_parse(struct arena *a, struct span text, struct handover *out);

/* Derives what is open and what waits, from a version of the child's repository (NULL: the
   newest) into an index. */
enum status handover_index(struct db *index, struct repo *repo, const struct oid *at,
			   struct span child);

/* ---- who has what to do with one ------------------------------------------------------------- */

enum handover_side {
	HANDOVER_STRANGER, /* for whom it does not exist */
	HANDOVER_GIVER,
	HANDOVER_RECEIVER, /* while something is open */
	HANDOVER_FAMILY,
	HANDOVER_OVERSIGHT,
};
/*
 * The decision is about reading the child.  Not for a guardian from whom giver or receiver is
 * protected (支援措置).
 */
enum handover_side handover_side(const struct handover *h, const struct account *who,
				 const struct decision *d, const struct shield *shield,
				 const char *today, struct arena *a);

/* One handover before one account: load with handover_begin, end always with handover_end. */
struct handover_look {
	struct app *app;
	struct question q; /* about the child; its spans must outlive the look */
	struct decision decision;
	struct shield shield;
	struct repo *repo;
	struct oid head;
	bool empty; /* nothing has been written about the child */
	struct arena *arena;
	char today[DAY_TEXT];
	struct handover h;
	enum handover_side side;
};
/* ST_DENIED (recorded): may not read the child, or there is none for this account. */
enum status handover_begin(struct handover_look *l, struct app *app, const struct question *q,
			   struct span id);
/* The same for all of a child: each is called with l->h set to one after the other, newest first.
 */
typedef enum status (*handover_fn)(void *ctx, struct handover_look *l);
enum status handover_each(struct handover_look *l, struct app *app, const struct question *q,
			  handover_fn each, void *ctx);
void handover_end(struct handover_look *l);
/* Records the look ("handover.read", "handover.list"); the answer waits for it. */
enum status handover_noted(const struct handover_look *l, const char *event);

/* What the receiver sees, or would see, of the i-th sheet with these sections, as far as the one
   who asks sees it too: NULL if nothing.  Free with view_free. */
enum status handover_view(struct handover_look *l, size_t i, struct span sections,
			  struct view **out);
/* The title of the i-th sheet, SPAN_NONE if it is kept from this reader or gone. */
struct span handover_title(struct handover_look *l, size_t i);
/* May this guardian know of the i-th sheet? */
bool handover_knows_sheet(struct handover_look *l, size_t i);
/* Is it still as it was when the guardians were asked?  Otherwise nothing of it is open. */
bool handover_is_newest(struct handover_look *l, size_t i);

/* ---- steps ----------------------------------------------------------------------------------- */

/* A section that could be handed over, or why not. */
struct handover_section {
	struct span id, title;
	const char *why_not; /* in Japanese; NULL: it can */
};
struct handover_offer {
	struct span type, id, title, version;
	const struct handover_section *sections;
	size_t nsections;
};
/*
 * What the asker's institution could hand over to another: the final sheets that it wrote, as far
 * as the asker, the receiver's staff and the guardians may read them.  ST_DENIED (recorded):
 * whoever is not with the child today, nor was a moment ago.  ST_INVALID: there is no such
 * receiver (fail_why() in Japanese).
 */
enum status handover_offers(struct app *app, const struct question *q, struct span receiver,
			    struct arena *a, struct handover_offer **out, size_t *n);
/* May the asker hand this child over at all?  ST_DENIED (recorded). */
bool handover_gives(const struct account *who, const struct decision *d);
enum status handover_may_give(struct app *app, const struct question *q);

struct handover_plan {
	struct span receiver; /* an institution, or "outside:KIND" */
	struct span outside;  /* then: what it is called */
	struct span purpose;
	struct span since, until; /* as typed */
	struct span message;
	const struct span *ticks; /* TYPE/ID/SECTION */
	size_t nticks;
};
/*
 * Each is one signed commit, then the index: handover.ask, consent.give or consent.decline,
 * handover.open, handover.confirm, handover.feedback, handover.close.  fail_why() is a sentence in
 * Japanese for ST_INVALID, ST_EXISTS (it is so already), ST_STALE.  ST_DENIED (recorded): 404.
 */
enum status handover_ask(struct app *app, const struct actor *who, const struct question *q,
			 const struct handover_plan *plan, char id[static HANDOVER_ID + 1]);
/* A guardian's: the ticks are what they agree to; none: they decline. */
enum status handover_give_answer(struct app *app, const struct actor *who, const struct question *q,
				 struct span id, const struct span *ticks, size_t nticks);
/* The giver's: opens the ticked ones of what was agreed to. */
enum status handover_open(struct app *app, const struct actor *who, const struct question *q,
			  struct span id, const struct span *ticks, size_t nticks);
/* The receiver's. */
enum status handover_confirm(struct app *app, const struct actor *who, const struct question *q,
			     struct span id);
enum status handover_feedback(struct app *app, const struct actor *who, const struct question *q,
			      struct span id, struct span text);
/* The giver's: that what is open was given out, with a reason: as a locked PDF, or encrypted to the
   key of this fingerprint. */
enum status handover_give_out(struct app *app, const struct actor *who, const struct question *q,
			      struct span id, struct span reason, struct span key);
/* May it be given out now?  ST_INVALID (fail_why() in Japanese), ST_DENIED (recorded). */
enum status handover_may_give_out(struct handover_look *l);
/* The giver's. */
enum status handover_close(struct app *app, const struct actor *who, const struct question *q,
			   struct span id);

/* The kind of "outside:KIND"; ROLE_NOBODY for anything else, and for kinds that receive nothing. */
enum role handover_outside(struct span receiver);
/* The kinds that may receive from outside, ended by ROLE_NOBODY. */
extern const enum role handover_kinds[];

/* 「学校へ 入る」: the word for a purpose, NULL for none.  And all, ended by NULL. */
const char *handover_purpose(struct span id);
extern const char *const handover_purposes[];

#endif
