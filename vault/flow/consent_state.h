/*
 * How the answers to one question stand: a pure function over who said what.  No clock, no files.
 */
#ifndef KARTE_FLOW_CONSENT_STATE_H
#define KARTE_FLOW_CONSENT_STATE_H

#include "generator/base/day.h"

#include <stddef.h>

enum consent_word { SAID_NOTHING, SAID_AGREE, SAID_CHANGES, SAID_DECLINE, SAID_REVOKE };

/* One whose answer may count: the newest that they said. */
struct consent_voice {
	enum consent_word word;
	bool asked;   /* a guardian who was asked; false: somebody else, on paper */
	bool counts;  /* false: the right rests, no guardian any more, must not know of it */
	bool current; /* said about the text that there is now */
	bool waits;   /* besides: agreed on paper, which a second person has not confirmed */
};

struct consent_case {
	bool both;	/* the answer of each who is asked is needed, not that of one */
	bool exact;	/* only what was said about the text that there is now counts */
	bool cancelled; /* by those who asked */
	struct day due; /* y == 0: none */
	struct day today;
	const struct consent_voice *voices;
	size_t nvoices;
};

enum consent_state {
	CONSENT_NOT_ASKED, /* about the version that there is now */
	CONSENT_WAITING,
	CONSENT_AGREED,	  /* by all whose answer is needed */
	CONSENT_CHANGES,  /* somebody wants something put right */
	CONSENT_DECLINED, /* somebody does not agree */
	CONSENT_REVOKED,  /* somebody took it back */
	CONSENT_EXPIRED,  /* waits no longer, but can still be answered */
	CONSENT_CANCELLED,
	CONSENT_UNCONFIRMED, /* a paper says yes, and waits for a second person */
};

/*
 * A no of anybody who counts stands until the same person says something else, whatever others
 * say; then taking back, then what is to be put right.  Without these, one agreement is enough, or
 * that of everybody who is asked and counts, and of at least one.
 * A paper that waits says nothing yet, and takes back nothing: it only shows that it waits.
 */
enum consent_state consent_state_of(const struct consent_case *c);

/* "agree" */
const char *consent_word_name(enum consent_word w);

#endif
