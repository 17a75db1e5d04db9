/*
 * Which steps lead a sheet from one state of its type's workflow to the next, and who may take
 * them.  A table and nothing else: no sheet, no account, no time.
 */
#ifndef KARTE_SHEET_WORKFLOW_H
#define KARTE_SHEET_WORKFLOW_H

#include "generator/sheet/type.h"

enum step {
	STEP_SUBMIT,   /* draft -> review: somebody else of the institution is asked to look */
	STEP_RETURN,   /* review, consent -> draft: to be put right, with a comment */
	STEP_RECALL,   /* review, consent -> draft: taken back by who put it forward */
	STEP_ASK,      /* the state before consent -> consent: the guardians are asked */
	STEP_FINALISE, /* the last state before final -> final */
	STEP_REVISE,   /* final -> draft: to be written anew, with a reason */
	STEP_COUNT
};

/* "submit"; the commit's action is "sheet.submit". */
const char *step_name(enum step s);
/* 「確認をお願いする」, for buttons; 「確認をお願いした」, for lists of what was done. */
const char *step_label(enum step s);
const char *step_past(enum step s);
/* By name; false if it is none. */
bool step_find(struct span name, enum step *out);
/* Does it say why? */
bool step_needs_comment(enum step s);
/* Does it lead on, so that what is required must be there? */
bool step_leads_on(enum step s);

/* Who wants to take a step, as far as it matters. */
struct step_taker {
	bool writer;	/* among the type's writers, and may write this sheet as one's own */
	bool submitted; /* put it forward: out of draft */
	bool alone;	/* nobody else could be the second person */
};

/* Where a step leads from a state, whoever takes it; false: it does not start there.  workflow:
   the bits of struct sheet_type. */
bool step_leads(unsigned workflow, enum sheet_status from, enum step s, enum sheet_status *to);
/* The same for one person. */
bool step_allowed(unsigned workflow, enum sheet_status from, enum step s,
		  const struct step_taker *who, enum sheet_status *to);
/* Does it take a second person, so that being alone has to be recorded? */
bool step_wants_second(unsigned workflow, enum sheet_status from, enum step s);

/* The step by which a sheet of such a type leaves draft. */
enum step workflow_first(unsigned workflow);

/* Must a change of what a sheet in this state says have a reason? */
bool reason_needed(enum sheet_status s);

#endif
