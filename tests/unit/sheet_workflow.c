/* The table of steps, said a second time: each type's workflow, state, step and person. */
#include "generator/sheet/workflow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define D (1u << SHEET_DRAFT)
#define R (1u << SHEET_REVIEW)
#define C (1u << SHEET_CONSENT)
#define F (1u << SHEET_FINAL)

/* Per person: a letter for who may take it.  w: a writer who did not put it forward; s: one who
   did; a: one who did and is alone.  Nobody else ever may. */
struct may {
	unsigned workflow;
	enum sheet_status from;
	enum step step;
	enum sheet_status to;
	const char *who;
};
static const struct may table[] = {
    {D | R | C | F, SHEET_DRAFT, STEP_SUBMIT, SHEET_REVIEW, "wsa"},
    {D | R | C | F, SHEET_REVIEW, STEP_RETURN, SHEET_DRAFT, "w"},
    {D | R | C | F, SHEET_REVIEW, STEP_RECALL, SHEET_DRAFT, "sa"},
    {D | R | C | F, SHEET_REVIEW, STEP_ASK, SHEET_CONSENT, "wa"},
    {D | R | C | F, SHEET_CONSENT, STEP_RETURN, SHEET_DRAFT, "w"},
    {D | R | C | F, SHEET_CONSENT, STEP_RECALL, SHEET_DRAFT, "sa"},
    {D | R | C | F, SHEET_CONSENT, STEP_FINALISE, SHEET_FINAL, "wsa"},
    {D | R | C | F, SHEET_FINAL, STEP_REVISE, SHEET_DRAFT, "wsa"},
    {D | R | F, SHEET_DRAFT, STEP_SUBMIT, SHEET_REVIEW, "wsa"},
    {D | R | F, SHEET_REVIEW, STEP_RETURN, SHEET_DRAFT, "w"},
    {D | R | F, SHEET_REVIEW, STEP_RECALL, SHEET_DRAFT, "sa"},
    {D | R | F, SHEET_REVIEW, STEP_FINALISE, SHEET_FINAL, "wa"},
    {D | R | F, SHEET_FINAL, STEP_REVISE, SHEET_DRAFT, "wsa"},
    {D | C | F, SHEET_DRAFT, STEP_ASK, SHEET_CONSENT, "wsa"},
    {D | C | F, SHEET_CONSENT, STEP_RETURN, SHEET_DRAFT, "w"},
    {D | C | F, SHEET_CONSENT, STEP_RECALL, SHEET_DRAFT, "sa"},
    {D | C | F, SHEET_CONSENT, STEP_FINALISE, SHEET_FINAL, "wsa"},
    {D | C | F, SHEET_FINAL, STEP_REVISE, SHEET_DRAFT, "wsa"},
    {D | F, SHEET_DRAFT, STEP_FINALISE, SHEET_FINAL, "wsa"},
    {D | F, SHEET_FINAL, STEP_REVISE, SHEET_DRAFT, "wsa"},
};

static const unsigned workflows[] = {D | R | C | F, D | R | F, D | C | F, D | F};

static const struct may *expected(unsigned workflow, enum sheet_status from, enum step s)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].workflow == workflow && table[i].from == from && table[i].step == s)
			return &table[i];
	return NULL;
}

static char letter(const struct step_taker *t)
{
	if (!t->writer)
		return '-';
	if (!t->submitted)
		return 'w';
	return t->alone ? 'a' : 's';
}

static void check(unsigned workflow, enum sheet_status from, enum step s, struct step_taker t)
{
	const struct may *m = expected(workflow, from, s);
	enum sheet_status to = SHEET_STATUS_COUNT, leads = SHEET_STATUS_COUNT;
	bool want = m && strchr(m->who, letter(&t)), got = step_allowed(workflow, from, s, &t, &to);

	if (got != want)
		fail_msg("workflow %x, %s, %s, %c: %d", workflow, sheet_status_name(from),
			 step_name(s), letter(&t), got);
	assert_int_equal(step_leads(workflow, from, s, &leads), m != NULL);
	assert_int_equal(leads, m ? m->to : SHEET_STATUS_COUNT);
	assert_int_equal(to, want ? m->to : SHEET_STATUS_COUNT);
	assert_int_equal(step_wants_second(workflow, from, s), m && !strcmp(m->who, "wa"));
}

static void every_workflow_state_step_and_person(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t w = 0; w < 4; w++)
		for (unsigned from = 0; from < SHEET_STATUS_COUNT; from++)
			for (unsigned s = 0; s < STEP_COUNT; s++)
				for (unsigned t = 0; t < 8; t++, n++)
					check(workflows[w], (enum sheet_status)from, (enum step)s,
					      (struct step_taker){t & 1, t & 2, t & 4});
	assert_int_equal(n, 4 * 4 * 6 * 8);
}

/* No sheet stays anywhere for want of a step, with two people and with one. */
static void from_every_state_there_is_a_way_to_final(void **state)
{
	static const struct step_taker two[] = {{true, false, false}, {true, true, false}};
	static const struct step_taker one[] = {{true, true, true}};

	(void)state;
	for (size_t w = 0; w < 4; w++) {
		for (unsigned from = 0; from < SHEET_FINAL; from++) {
			bool with_two = false, alone = false;
			enum sheet_status to;

			if (!(workflows[w] & 1u << from))
				continue;
			for (unsigned s = 0; s < STEP_COUNT; s++) {
				if (!step_leads_on((enum step)s))
					continue;
				for (size_t i = 0; i < 2; i++)
					with_two |=
					    step_allowed(workflows[w], (enum sheet_status)from,
							 (enum step)s, &two[i], &to);
				alone |= step_allowed(workflows[w], (enum sheet_status)from,
						      (enum step)s, &one[0], &to);
			}
			assert_true(with_two);
			assert_true(alone);
		}
	}
}

static void the_first_step_leaves_draft(void **state)
{
	enum sheet_status to;

	(void)state;
	for (size_t w = 0; w < 4; w++)
		assert_true(
		    step_leads(workflows[w], SHEET_DRAFT, workflow_first(workflows[w]), &to));
	assert_int_equal(workflow_first(D | R | C | F), STEP_SUBMIT);
	assert_int_equal(workflow_first(D | C | F), STEP_ASK);
	assert_int_equal(workflow_first(D | F), STEP_FINALISE);
}

static void names_find_their_steps(void **state)
{
	enum step found;

	(void)state;
	for (unsigned s = 0; s < STEP_COUNT; s++) {
		assert_true(step_find(span_of(step_name((enum step)s)), &found));
		assert_int_equal(found, s);
		assert_true(step_label((enum step)s)[0] && step_past((enum step)s)[0]);
	}
	assert_false(step_find(SPAN("save"), &found));
	assert_false(step_find(SPAN(""), &found));
	assert_false(step_find(SPAN_NONE, &found));
}

static void only_what_goes_back_needs_a_word_and_only_what_is_final_a_reason(void **state)
{
	(void)state;
	for (unsigned s = 0; s < STEP_COUNT; s++)
		assert_int_equal(step_needs_comment((enum step)s),
				 s == STEP_RETURN || s == STEP_REVISE);
	for (unsigned s = 0; s < SHEET_STATUS_COUNT; s++)
		assert_int_equal(reason_needed((enum sheet_status)s), s == SHEET_FINAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_workflow_state_step_and_person),
	    cmocka_unit_test(from_every_state_there_is_a_way_to_final),
	    cmocka_unit_test(the_first_step_leaves_draft),
	    cmocka_unit_test(names_find_their_steps),
	    cmocka_unit_test(only_what_goes_back_needs_a_word_and_only_what_is_final_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
