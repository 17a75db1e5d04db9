/* How answers to a question stand: each line of the table is one case. */
#include "vault/flow/consent_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/*
 * One letter a person: A agrees, C changes, D declines, R took back, - nothing; in lower case it
 * was said about an older text.  "~" before it: does not count; "+" before it: on paper, not asked;
 * "?" before it: besides, a paper of theirs says yes and waits for a second person.
 */
struct line {
	const char *voices;
	bool both, exact, cancelled, late;
	enum consent_state want;
};

static const struct line table[] = {
    {"", false, true, false, false, CONSENT_WAITING},
    {"-", false, true, false, false, CONSENT_WAITING},
    {"A", false, true, false, false, CONSENT_AGREED},
    {"A-", false, true, false, false, CONSENT_AGREED},
    {"-A", false, true, false, false, CONSENT_AGREED},
    {"A-", true, true, false, false, CONSENT_WAITING},
    {"AA", true, true, false, false, CONSENT_AGREED},
    {"AAA", true, true, false, false, CONSENT_AGREED},
    {"AA-", true, true, false, false, CONSENT_WAITING},
    /* a no stands against a yes, in either setting and order */
    {"AD", false, true, false, false, CONSENT_DECLINED},
    {"DA", false, true, false, false, CONSENT_DECLINED},
    {"AD", true, true, false, false, CONSENT_DECLINED},
    {"AR", false, true, false, false, CONSENT_REVOKED},
    {"RD", false, true, false, false, CONSENT_DECLINED},
    {"AC", false, true, false, false, CONSENT_CHANGES},
    {"CR", false, true, false, false, CONSENT_REVOKED},
    {"CD", true, true, false, false, CONSENT_DECLINED},
    {"C-", true, true, false, false, CONSENT_CHANGES},
    /* an older text */
    {"a", false, true, false, false, CONSENT_WAITING},
    {"a", false, false, false, false, CONSENT_AGREED},
    {"aA", false, true, false, false, CONSENT_AGREED},
    {"aA", true, true, false, false, CONSENT_WAITING},
    {"aA", true, false, false, false, CONSENT_AGREED},
    {"d", false, true, false, false, CONSENT_WAITING},
    {"d", false, false, false, false, CONSENT_DECLINED},
    {"dA", false, true, false, false, CONSENT_AGREED},
    {"c", false, true, false, false, CONSENT_WAITING},
    /* whose right rests, or who must not know */
    {"~A", false, true, false, false, CONSENT_WAITING},
    {"~A-", false, true, false, false, CONSENT_WAITING},
    {"A~-", true, true, false, false, CONSENT_AGREED},
    {"A~D", false, true, false, false, CONSENT_AGREED},
    {"A~D", true, true, false, false, CONSENT_AGREED},
    {"~A~A", true, true, false, false, CONSENT_WAITING},
    /* paper of somebody who was not asked */
    {"+A", false, true, false, false, CONSENT_AGREED},
    {"+A", true, true, false, false, CONSENT_AGREED},
    {"-+A", false, true, false, false, CONSENT_AGREED},
    {"-+A", true, true, false, false, CONSENT_WAITING},
    {"A+-", true, true, false, false, CONSENT_AGREED},
    {"A+D", false, true, false, false, CONSENT_DECLINED},
    {"+a", false, true, false, false, CONSENT_WAITING},
    {"~-+A", true, true, false, false, CONSENT_AGREED},
    /* a paper that waits says nothing yet, and takes back nothing */
    {"?-", false, true, false, false, CONSENT_UNCONFIRMED},
    {"?-", false, false, false, false, CONSENT_UNCONFIRMED},
    {"?D", false, true, false, false, CONSENT_DECLINED},
    {"?R", false, true, false, false, CONSENT_REVOKED},
    {"?C", false, true, false, false, CONSENT_CHANGES},
    {"?A", false, true, false, false, CONSENT_AGREED},
    {"?a", false, true, false, false, CONSENT_UNCONFIRMED},
    {"A?-", false, true, false, false, CONSENT_AGREED},
    {"A?-", true, true, false, false, CONSENT_UNCONFIRMED},
    {"?-D", false, true, false, false, CONSENT_DECLINED},
    {"?--", true, true, false, false, CONSENT_UNCONFIRMED},
    {"?-", false, true, false, true, CONSENT_UNCONFIRMED},
    {"?-", false, true, true, false, CONSENT_CANCELLED},
    {"~?-", false, true, false, false, CONSENT_WAITING},
    {"+?-", false, true, false, false, CONSENT_UNCONFIRMED},
    /* too late; taken back by those who asked */
    {"-", false, true, false, true, CONSENT_EXPIRED},
    {"A-", true, true, false, true, CONSENT_EXPIRED},
    {"A", false, true, false, true, CONSENT_AGREED},
    {"D", false, true, false, true, CONSENT_DECLINED},
    {"a", false, true, false, true, CONSENT_EXPIRED},
    {"A", false, true, true, false, CONSENT_CANCELLED},
    {"D", false, true, true, true, CONSENT_CANCELLED},
    {"", false, true, true, false, CONSENT_CANCELLED},
};

static size_t read_voices(const char *text, struct consent_voice out[static 8])
{
	static const char letters[] = "-ACDR";
	size_t n = 0;

	for (const char *p = text; *p; p++) {
		struct consent_voice v = {.asked = true, .counts = true, .current = true};

		v.counts = *p != '~';
		v.asked = *p != '+';
		p += !v.counts || !v.asked;
		v.waits = *p == '?';
		p += v.waits;
		v.current = *p < 'a';
		v.word =
		    (enum consent_word)(strchr(letters, *p & (*p < 'a' ? 0xff : 0xdf)) - letters);
		out[n++] = v;
	}
	return n;
}

static void each_line_stands_as_it_says(void **state)
{
	const struct day today = {2026, 11, 21};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct consent_voice voices[8];
		const struct line *l = &table[i];
		struct consent_case c = {.both = l->both,
					 .exact = l->exact,
					 .cancelled = l->cancelled,
					 .due = l->late ? day_plus(today, -1) : today,
					 .today = today,
					 .voices = voices};
		enum consent_state got;

		c.nvoices = read_voices(l->voices, voices);
		got = consent_state_of(&c);
		if (got != l->want)
			fail_msg("line %zu, \"%s\": %d instead of %d", i + 1, l->voices, got,
				 l->want);
	}
}

static void without_a_day_nothing_is_late(void **state)
{
	const struct consent_case c = {.today = {2026, 11, 21}};

	(void)state;
	assert_int_equal(consent_state_of(&c), CONSENT_WAITING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_line_stands_as_it_says),
	    cmocka_unit_test(without_a_day_nothing_is_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
