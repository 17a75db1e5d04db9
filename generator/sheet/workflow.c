#include "generator/sheet/workflow.h"

/* ---- words -------------------------------------------------------------------------------- */

static const struct {
	const char *name, *label, *past;
	bool comment, on;
} steps[STEP_COUNT] = {
    [STEP_SUBMIT] = {"submit", "確認をお願いする", "確認をお願いした", false, true},
    [STEP_RETURN] = {"return", "差しもどす", "差しもどした", true, false},
    [STEP_RECALL] = {"recall", "取りもどす", "取りもどした", false, false},
    [STEP_ASK] = {"ask", "同意をお願いする", "同意をお願いした", false, true},
    [STEP_FINALISE] = {"finalise", "確定する", "確定した", false, true},
    [STEP_REVISE] = {"revise", "書き直す", "書き直しを始めた", true, false},
};

const char *step_name(enum step s)
{
	return steps[s].name;
}

const char *step_label(enum step s)
{
	return steps[s].label;
}

const char *step_past(enum step s)
{
	return steps[s].past;
}

bool step_find(struct span name, enum step *out)
{
	for (unsigned i = 0; i < STEP_COUNT; i++)
		if (span_is(name, steps[i].name)) {
			*out = (enum step)i;
			return true;
		}
	return false;
}

bool step_needs_comment(enum step s)
{
	return steps[s].comment;
}

bool step_leads_on(enum step s)
{
	return steps[s].on;
}

/* ---- the table ---------------------------------------------------------------------------- */

enum who {
	ANY_WRITER,
	SECOND,	   /* a writer who did not put it forward, unless there is nobody else */
	OTHER,	   /* a writer who did not put it forward */
	SUBMITTER, /* the writer who did */
};

/* A rule counts for a type that has both states, and a step that leads on skips none of its. */
static const struct rule {
	enum step step;
	enum sheet_status from, to;
	enum who who;
} rules[] = {
    {STEP_SUBMIT, SHEET_DRAFT, SHEET_REVIEW, ANY_WRITER},
    {STEP_ASK, SHEET_DRAFT, SHEET_CONSENT, ANY_WRITER},
    {STEP_ASK, SHEET_REVIEW, SHEET_CONSENT, SECOND},
    {STEP_FINALISE, SHEET_DRAFT, SHEET_FINAL, ANY_WRITER},
    {STEP_FINALISE, SHEET_REVIEW, SHEET_FINAL, SECOND},
    {STEP_FINALISE, SHEET_CONSENT, SHEET_FINAL, ANY_WRITER},
    {STEP_RETURN, SHEET_REVIEW, SHEET_DRAFT, OTHER},
    {STEP_RETURN, SHEET_CONSENT, SHEET_DRAFT, OTHER},
    {STEP_RECALL, SHEET_REVIEW, SHEET_DRAFT, SUBMITTER},
    {STEP_RECALL, SHEET_CONSENT, SHEET_DRAFT, SUBMITTER},
    {STEP_REVISE, SHEET_FINAL, SHEET_DRAFT, ANY_WRITER},
};

static bool has(unsigned workflow, enum sheet_status s)
{
	return (workflow & 1u << s) != 0;
}

/* The bits of the states between two. */
static unsigned between(enum sheet_status from, enum sheet_status to)
{
	return to > from ? (1u << to) - (1u << (from + 1)) : 0;
}

static const struct rule *find(unsigned workflow, enum sheet_status from, enum step s)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		const struct rule *r = &rules[i];

		if (r->step == s && r->from == from && has(workflow, from) &&
		    has(workflow, r->to) && !(workflow & between(from, r->to)))
			return r;
	}
	return NULL;
}

bool step_leads(unsigned workflow, enum sheet_status from, enum step s, enum sheet_status *to)
{
	const struct rule *r = find(workflow, from, s);

	if (r)
		*to = r->to;
	return r != NULL;
}

static bool is_one(enum who who, const struct step_taker *t)
{
	switch (who) {
	case ANY_WRITER:
		return t->writer;
	case SECOND:
		return t->writer && (!t->submitted || t->alone);
	case OTHER:
		return t->writer && !t->submitted;
	case SUBMITTER:
		return t->writer && t->submitted;
	}
	return false;
}

bool step_allowed(unsigned workflow, enum sheet_status from, enum step s,
		  const struct step_taker *who, enum sheet_status *to)
{
	const struct rule *r = find(workflow, from, s);

	if (!r || !is_one(r->who, who))
		return false;
	*to = r->to;
	return true;
}

bool step_wants_second(unsigned workflow, enum sheet_status from, enum step s)
{
	const struct rule *r = find(workflow, from, s);

	return r && r->who == SECOND;
}

enum step workflow_first(unsigned workflow)
{
	if (has(workflow, SHEET_REVIEW))
		return STEP_SUBMIT;
	return has(workflow, SHEET_CONSENT) ? STEP_ASK : STEP_FINALISE;
}

bool reason_needed(enum sheet_status s)
{
	return s == SHEET_FINAL;
}
