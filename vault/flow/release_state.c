#include "vault/flow/release_state.h"

static const struct {
	const char *name, *label;
} states[RELEASE_STATES] = {
    [RELEASE_NONE] = {"", ""},
    [RELEASE_DRAFT] = {"draft", "下書き"},
    [RELEASE_ASKED] = {"asked", "確認待ち"},
    [RELEASE_CONFIRMED] = {"confirmed", "まもなく配る"},
    [RELEASE_GIVING] = {"giving", "配っている"},
    [RELEASE_GIVEN] = {"given", "配った"},
    [RELEASE_RECALLED] = {"recalled", "取りもどした"},
};

const char *release_state_name(enum release_state s)
{
	return states[s].name;
}

const char *release_state_label(enum release_state s)
{
	return states[s].label;
}

enum release_state release_state_of(struct span name)
{
	for (int i = RELEASE_DRAFT; i < RELEASE_STATES; i++)
		if (span_is(name, states[i].name))
			return (enum release_state)i;
	return RELEASE_NONE;
}

/* Who must do it; of several who are named, one is enough. */
enum { PREPARER = 1, SECOND = 2, SERVER = 4 };

static const struct {
	enum release_state from;
	enum release_step step;
	unsigned who;
	enum release_state to;
} table[] = {
    {RELEASE_DRAFT, STEP_ASK, PREPARER, RELEASE_ASKED},
    {RELEASE_DRAFT, STEP_DROP, PREPARER, RELEASE_NONE},
    {RELEASE_ASKED, STEP_CONFIRM, SECOND, RELEASE_CONFIRMED},
    {RELEASE_ASKED, STEP_STOP, PREPARER | SECOND, RELEASE_DRAFT},
    {RELEASE_CONFIRMED, STEP_STOP, PREPARER | SECOND, RELEASE_DRAFT},
    {RELEASE_CONFIRMED, STEP_GIVE, SERVER, RELEASE_GIVING},
    {RELEASE_GIVING, STEP_END, SERVER, RELEASE_GIVEN},
    {RELEASE_GIVING, STEP_RECALL, PREPARER | SECOND, RELEASE_RECALLED},
    {RELEASE_GIVEN, STEP_RECALL, PREPARER | SECOND, RELEASE_RECALLED},
};

static bool is_one(unsigned who, const struct release_facts *f)
{
	return ((who & PREPARER) && f->preparer) || ((who & SECOND) && f->second && !f->preparer) ||
	       ((who & SERVER) && f->server);
}

bool release_next(enum release_state from, enum release_step step, const struct release_facts *f,
		  enum release_state *to)
{
	*to = from;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (table[i].from != from || table[i].step != step)
			continue;
		if (!is_one(table[i].who, f) || (step == STEP_CONFIRM && !f->seen) ||
		    (step == STEP_GIVE && !f->due))
			return false;
		*to = table[i].to;
		return true;
	}
	return false;
}
