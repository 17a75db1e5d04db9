/*
 * What lies in consents/ of a child's repository (design 3):
 *
 *	ask-<yyyy-mm-dd>-<n>.md    what was asked, of whom, about which version; never changed
 *	<yyyy-mm-dd>-<n>.md        what somebody said to it, or, of an answer on paper, a second
 *person
 *
 * n counts all files of a day, so that the names are one order.  An answer without an `ask` is of
 * the time before there were any: one guardian's about one type and one institution.
 */
#ifndef KARTE_FLOW_CONSENT_FILE_H
#define KARTE_FLOW_CONSENT_FILE_H

#include "generator/base/arena.h"
#include "generator/base/buf.h"
#include "generator/base/sha256.h"
#include "generator/base/status.h"
#include "vault/flow/consent_state.h"

enum consent_scope { SCOPE_MAKE, SCOPE_SHARE, SCOPE_HANDOVER, SCOPE_COUNT };

enum {
	CONSENT_ITEMS = 16,
	CONSENT_PEOPLE = 8,
	CONSENT_TEXT = 6000, /* bytes of a note or an answer */
	CONSENT_FILES = 4000,
	CONSENT_FILE_MAX = 32 * 1024,
	CONSENT_ID = 24,
	CONSENT_DIGEST = SHA256_HEX,
};

/* What is asked: to make the sheet, to show it (its type) to an institution, to hand it over. */
struct consent_item {
	enum consent_scope scope;
	struct span institution; /* that will read; absent: none */
	struct span type;
	struct span sections; /* ids separated by ","; empty: all that the type shows its role */
};

struct ask {
	struct span id; /* 2026-11-21-1 */
	struct span child;
	struct span type, sheet; /* a handover: "handover" and its id */
	struct span title;
	struct span version, digest; /* of the sheet that was asked about; a handover: none */
	struct span institution, by; /* who asks */
	struct span note, due;
	struct span since, until; /* of a handover */
	bool both;		  /* the answer of each is needed */
	bool old;		  /* made of an answer that had no ask */
	long long at;
	struct span to[CONSENT_PEOPLE]; /* accounts of guardians */
	size_t nto;
	struct consent_item items[CONSENT_ITEMS];
	size_t nitems;
};

/* What was said: by a guardian, or written down by staff (paper, cancel). */
struct reply {
	struct span id, ask;
	struct span version, digest; /* of what was shown */
	enum consent_word words[CONSENT_ITEMS];
	struct span text, by;
	long long at;
	bool cancel, paper;
	/* on paper: whose, by account or by name, when, and the id of the scan among the files */
	struct span account, name, relation, on, file;
	bool second; /* what it agrees to counts when a second person has confirmed it */
	/* the second person's word about an answer on paper: its id, and with `sent_back` not
	   confirmed but sent back, with the text */
	struct span checks;
	bool sent_back;
};

/* All of a child, in order; everything is the arena's. */
struct consents {
	struct arena *arena;
	struct ask *asks;
	struct reply *replies;
	size_t nasks, nreplies;
	struct span last; /* the newest id, absent: none */
};

/* Adds one file by its name; others, and what cannot be read, are left out.  ST_NOMEM. */
enum status consents_add(struct consents *c, struct span name, struct span text);
/* Puts all in order, after the last. */
void consents_sort(struct consents *c);
const struct ask *consents_find(const struct consents *c, struct span id);

/* The whole files. */
void ask_write(const struct ask *a, struct buf *out);
void reply_write(const struct ask *a, const struct reply *r, struct buf *out);

/* The id that follows all of a day: never one that was there. */
enum status consents_next(const struct consents *c, const char *day, char out[static CONSENT_ID]);

/* Does it answer: no cancelling, no second person's word? */
bool reply_answers(const struct reply *r);
bool reply_says(const struct reply *r, enum consent_word w);

/* How far an answer on paper is.  One that agrees to nothing, or is older than this rule, counts.
 */
enum paper_state { PAPER_COUNTS, PAPER_WAITS, PAPER_CONFIRMED, PAPER_SENT_BACK };
/* The second person's word about it; NULL: none. */
const struct reply *paper_checked(const struct consents *c, const struct reply *paper);
enum paper_state paper_state(const struct consents *c, const struct reply *r);
/* Do its agreements count, on paper or not? */
bool paper_agrees(const struct consents *c, const struct reply *r);

/* The person whose word it is: of a paper the one who signed, "" without an account. */
struct span reply_whose(const struct reply *r);

#endif
