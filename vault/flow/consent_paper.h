/*
 * An answer on paper.  One person of the institution that asked writes it down.  A no, and what is
 * to be put right, count at once.  What it agrees to counts only when a second person of the
 * institution, who has opened the scan, has confirmed it; until then what the same guardian said
 * before stands.  Each is one signed commit; errors as in consent_ask.h.
 */
#ifndef KARTE_FLOW_CONSENT_PAPER_H
#define KARTE_FLOW_CONSENT_PAPER_H

#include "vault/db/file.h"
#include "vault/flow/consent_ask.h"

/* What came on paper; of the institution that asked. */
struct consent_paper {
	struct span ask;
	struct span account;	    /* a guardian who was asked; absent or empty: by name */
	struct span name, relation; /* needed without an account */
	struct span on;		    /* the day of the signature */
	/* id of the scan among the child's files, which the institution added: a PDF or a picture.
	   Absent: none, which only a paper that agrees to nothing may have */
	struct span file;
	enum consent_word words[CONSENT_ITEMS];
};
enum status consent_paper(struct app *app, const struct actor *who, const struct question *q,
			  const struct consent_paper *in, char id[static CONSENT_ID]);

/* Can this file be the scan of a paper? */
bool consent_is_scan(const struct file_row *row);

/* An answer on paper to an ask, by its id; NULL: there is none. */
const struct reply *consent_paper_find(const struct consent_book *b, const struct ask *a,
				       struct span id);
/* Does it wait for a second person?  Not when the ask is over, or the same guardian said more. */
bool consent_paper_waits(const struct consent_book *b, const struct reply *paper);

/* Is there nobody but the question's `who` in the institution who could confirm it? */
enum status consent_paper_alone(struct app *app, const struct question *q, struct span institution,
				bool *out);

/* Records that the question's `who` opens the scan, and finds it.  ST_INVALID: it is not there (any
   more), or not for this person. */
enum status consent_paper_scan(struct app *app, const struct question *q, const struct reply *paper,
			       struct file_row *row);
/* Has the question's `who` opened it, as the journal has it? */
enum status consent_paper_opened(struct app *app, const struct question *q,
				 const struct reply *paper, bool *out);

struct consent_checking {
	struct span ask, paper;
	bool send_back;	  /* not confirmed */
	struct span text; /* why; needed for sending back */
};
/*
 * The question: ACT_CHILD_READ.  Refused (ST_DENIED, recorded) for who wrote it down, unless nobody
 * else could confirm it: then the commit says so (Karte-Review: alone).  ST_EXISTS: done already.
 */
enum status consent_check(struct app *app, const struct actor *who, const struct question *q,
			  const struct consent_checking *in);

#endif
