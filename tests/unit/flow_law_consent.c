/* Consents before the law: who asked, who was asked, who answered, about which text. */
#include "law_consent_help.h"

#define SAYS(...) (&(const struct said_in){__VA_ARGS__})

static void agrees(char *c)
{
	struct reply r = {.words = {SAID_AGREE}};

	asked(c, &yamada, "consent.give", &r);
}

static void takes_back(char *c)
{
	struct ask a = ask_of(c);
	struct reply r = {.words = {SAID_AGREE}}, back = {.words = {SAID_REVOKE}};

	put_ask(c, &tanaka, &a);
	put_reply(c, &yamada, "consent.give", "2", &a, &r);
	put_reply(c, &yamada, "consent.revoke", "3", &a, &back);
}

static void asked_by_elsewhere(char *c)
{
	struct ask a = ask_of(c);

	a.by = SPAN("ito");
	a.institution = SPAN("other-es");
	put_ask(c, &ito, &a);
}

static void asked_about_a_draft(char *c)
{
	struct ask a = ask_of(c);

	put_ask(c, &tanaka, &a);
}

static void asks_a_stranger(char *c)
{
	struct ask a = ask_of(c);

	a.to[0] = SPAN("sato");
	put_ask(c, &tanaka, &a);
}

static void asks_in_anothers_name(char *c)
{
	struct ask a = ask_of(c);

	a.by = SPAN("sato");
	put_ask(c, &tanaka, &a);
}

static void asks_about_another_text(char *c)
{
	struct ask a = ask_of(c);

	act_sheet(c, &tanaka, "sheet.save", "直す", SAYS(.status = "final", .note = "別の文"));
	put_ask(c, &tanaka, &a);
}

static void answers_unasked(char *c)
{
	struct reply r = {.words = {SAID_AGREE}};

	asked(c, &suzuki, "consent.give", &r);
}

static void answers_before_the_ask(char *c)
{
	struct ask a = ask_of(c);
	struct reply r = {.words = {SAID_AGREE}};

	put_reply(c, &yamada, "consent.give", "2", &a, &r);
}

static void answers_for_another(char *c)
{
	struct reply r = {.words = {SAID_AGREE}, .by = SPAN("yamada")};

	asked(c, &suzuki, "consent.give", &r);
}

static void teacher_answers(char *c)
{
	struct reply r = {.words = {SAID_AGREE}, .by = SPAN("yamada")};

	asked(c, &tanaka, "consent.give", &r);
}

static void operator_answers(char *c)
{
	struct reply r = {.words = {SAID_AGREE}, .by = SPAN("yamada")};

	asked(c, &chief, "consent.give", &r);
}

static void answers_about_another_version(char *c)
{
	struct ask a = ask_of(c);
	struct reply r = {.words = {SAID_AGREE}};

	put_ask(c, &tanaka, &a);
	act_sheet(c, &tanaka, "sheet.save", "直す", SAYS(.status = "final", .note = "別の文"));
	put_reply(c, &yamada, "consent.give", "2", &a, &r);
}

static void gives_by_declining(char *c)
{
	struct reply r = {.words = {SAID_DECLINE}};

	asked(c, &yamada, "consent.give", &r);
}

static void revokes_nothing(char *c)
{
	struct reply r = {.words = {SAID_REVOKE}};

	asked(c, &yamada, "consent.revoke", &r);
}

static void answers_what_was_cancelled(char *c)
{
	struct ask a = ask_of(c);
	struct reply off = {.cancel = true}, r = {.words = {SAID_AGREE}};

	put_ask(c, &tanaka, &a);
	put_reply(c, &tanaka, "consent.cancel", "2", &a, &off);
	put_reply(c, &yamada, "consent.give", "3", &a, &r);
}

static void cancels(char *c)
{
	struct reply r = {.cancel = true};

	asked(c, &sato, "consent.cancel", &r);
}

/* ---- asking, further --------------------------------------------------------------------------
 */

static void two_asks_at_once(char *c)
{
	struct ask a = ask_of(c);
	struct act act = {.who = &tanaka, .action = "consent.ask", .sheet = "kihon/2026"};
	char one[128], two[128], day[DAY_TEXT];
	struct buf text;

	in_days(0, day);
	snprintf(one, sizeof one, "consents/ask-%s-1.md", day);
	snprintf(two, sizeof two, "consents/ask-%s-2.md", day);
	buf_init(&text, 65536);
	ask_write(&a, &text);
	act.changes[0] = (struct change){span_of(one), buf_span(&text)};
	act.changes[1] = (struct change){span_of(two), buf_span(&text)};
	commit_act(c, &act);
	buf_clear(&text);
}

static void asks_under_another_day(char *c)
{
	struct ask a = ask_of(c);
	char path[128], day[DAY_TEXT];
	struct buf text;

	in_days(-3, day);
	snprintf(path, sizeof path, "consents/ask-%s-1.md", day);
	buf_init(&text, 65536);
	ask_write(&a, &text);
	act_one(c, &tanaka, "consent.ask", "kihon/2026", path, &text);
	buf_clear(&text);
}

static void asks_about_a_version_with_another_text(char *c)
{
	struct ask a = ask_of(c), now;
	char before[OID_HEX];

	snprintf(before, sizeof before, "%.*s", SPAN_ARG(a.version));
	act_sheet(c, &tanaka, "sheet.save", "直す", SAYS(.status = "final", .note = "別の文"));
	now = ask_of(c);
	now.version = span_of(before);
	put_ask(c, &tanaka, &now);
}

static void asks_whose_right_rests(char *c)
{
	const struct child_task t = {.child = span_of(c), .reason = SPAN("ためし")};
	struct ask a = ask_of(c);

	assert_ok(child_suspend_guardian(app, &fujii, &t, SPAN("yamada"), SPAN("2026-01-01")));
	put_ask(c, &tanaka, &a);
}

static void asks_one_where_each_is_needed(char *c)
{
	struct ask a = ask_of(c);

	a.both = true;
	put_ask(c, &tanaka, &a);
}

static void asks_each(char *c)
{
	struct ask a = ask_of(c);

	a.both = true;
	a.to[a.nto++] = SPAN("suzuki");
	put_ask(c, &tanaka, &a);
}

static void asks_about_another_child(char *c)
{
	struct ask a = ask_of(c);

	a.child = SPAN("c000000000");
	put_ask(c, &tanaka, &a);
}

static void asks_for_another_institution(char *c)
{
	struct ask a = ask_of(c);

	a.institution = SPAN("other-es");
	put_ask(c, &tanaka, &a);
}

/* About the child, not about a sheet. */
static void asks_about_the_child(char *c, const struct actor *who)
{
	struct ask a = ask_of(c);
	char path[128], day[DAY_TEXT];
	struct buf text;

	a.sheet = a.version = a.digest = SPAN_NONE;
	a.by = span_of(who->account.id);
	a.institution = span_of(who->account.institution);
	in_days(0, day);
	snprintf(path, sizeof path, "consents/ask-%s-1.md", day);
	buf_init(&text, 65536);
	ask_write(&a, &text);
	act_one(c, who, "consent.ask", NULL, path, &text);
	buf_clear(&text);
}

static void own_school_asks_about_the_child(char *c)
{
	asks_about_the_child(c, &ito);
}

/* ---- answering, further -----------------------------------------------------------------------
 */

static void answers_an_item_that_was_not_asked(char *c)
{
	struct ask a = ask_of(c), more = a;
	struct reply r = {.words = {SAID_AGREE, SAID_AGREE}};

	more.items[more.nitems++] = (struct consent_item){
	    .scope = SCOPE_SHARE, .institution = SPAN("third-es"), .type = SPAN("kihon")};
	put_ask(c, &tanaka, &a);
	put_reply(c, &yamada, "consent.give", "2", &more, &r);
}

static void takes_back_under_another_action(char *c)
{
	struct ask a = ask_of(c);
	struct reply r = {.words = {SAID_AGREE}}, back = {.words = {SAID_REVOKE}};

	put_ask(c, &tanaka, &a);
	put_reply(c, &yamada, "consent.give", "2", &a, &r);
	put_reply(c, &yamada, "consent.decline", "3", &a, &back);
}

static void takes_back_without_a_word(char *c)
{
	struct ask a = ask_of(c);
	struct reply r = {.words = {SAID_AGREE}}, back = {.words = {SAID_NOTHING}};

	put_ask(c, &tanaka, &a);
	put_reply(c, &yamada, "consent.give", "2", &a, &r);
	put_reply(c, &yamada, "consent.revoke", "3", &a, &back);
}

static void cancels_by_answering(char *c)
{
	struct reply r = {.words = {SAID_AGREE}};

	asked(c, &sato, "consent.cancel", &r);
}

/* ---- answers that nobody asked for --------------------------------------------------------------
 */

/* As guardians wrote them before there were asks. */
static void old_answer(char *c, const char *action, const char *of, const char *answer, int days)
{
	char path[128], day[DAY_TEXT], on[DAY_TEXT];
	struct buf text;

	in_days(0, day);
	in_days(days, on);
	snprintf(path, sizeof path, "consents/%s-1.md", day);
	buf_init(&text, 65536);
	buf_addf(&text,
		 "---\nkarte: 1\nchild: %s\nscope: share\ntype: kihon\ninstitution: other-es\n"
		 "answer: %s\nby: yamada\non: %s\n---\n",
		 of, answer, on);
	act_one(c, &yamada, action, NULL, path, &text);
	buf_clear(&text);
}

static void answers_as_of_old(char *c)
{
	old_answer(c, "consent.give", c, "agree", 0);
}

static void answers_as_of_old_about_another_child(char *c)
{
	old_answer(c, "consent.give", "c000000000", "agree", 0);
}

static void answers_as_of_old_for_another_day(char *c)
{
	old_answer(c, "consent.give", c, "agree", -1);
}

static void gives_as_of_old_by_declining(char *c)
{
	old_answer(c, "consent.give", c, "decline", 0);
}

static void declines_as_of_old_by_giving(char *c)
{
	old_answer(c, "consent.decline", c, "agree", 0);
}

static void guardian_cancels(char *c)
{
	struct reply r = {.cancel = true};

	asked(c, &yamada, "consent.cancel", &r);
}

/* ---- all of them ---------------------------------------------------------------------------- */

static const struct law_case cases[] = {
    LAW_CASE("final", agrees, NULL),
    LAW_CASE("final", takes_back, NULL),
    LAW_CASE("final", cancels, NULL),
    LAW_CASE("final", asked_by_elsewhere, "law.relation"),
    LAW_CASE("draft", asked_about_a_draft, "law.consent"),
    LAW_CASE("final", asks_a_stranger, "law.consent"),
    LAW_CASE("final", asks_in_anothers_name, "law.consent"),
    LAW_CASE("final", asks_about_another_text, "law.consent"),
    LAW_CASE("final", answers_unasked, "law.consent"),
    LAW_CASE("final", answers_before_the_ask, "law.consent"),
    LAW_CASE("final", answers_for_another, "law.consent"),
    LAW_CASE("final", teacher_answers, "law.consent"),
    LAW_CASE("final", operator_answers, "law.operator"),
    LAW_CASE("final", answers_about_another_version, "law.consent"),
    LAW_CASE("final", gives_by_declining, "law.consent"),
    LAW_CASE("final", revokes_nothing, "law.consent"),
    LAW_CASE("final", answers_what_was_cancelled, "law.consent"),
    LAW_CASE("final", guardian_cancels, "law.consent"),
    LAW_CASE("final", asks_each, NULL),
    LAW_CASE("final", own_school_asks_about_the_child, NULL),
    LAW_CASE("final", answers_as_of_old, NULL),
    LAW_CASE("final", two_asks_at_once, "law.paths"),
    LAW_CASE("final", asks_under_another_day, "law.consent"),
    LAW_CASE("final", asks_about_a_version_with_another_text, "law.consent"),
    LAW_CASE("final", asks_whose_right_rests, "law.consent"),
    LAW_CASE("final", asks_one_where_each_is_needed, "law.consent"),
    LAW_CASE("final", asks_about_another_child, "law.consent"),
    LAW_CASE("final", asks_for_another_institution, "law.consent"),
    LAW_CASE("final", answers_an_item_that_was_not_asked, "law.consent"),
    LAW_CASE("final", takes_back_under_another_action, "law.consent"),
    LAW_CASE("final", takes_back_without_a_word, "law.consent"),
    LAW_CASE("final", cancels_by_answering, "law.consent"),
    LAW_CASE("final", answers_as_of_old_about_another_child, "law.consent"),
    LAW_CASE("final", answers_as_of_old_for_another_day, "law.consent"),
    LAW_CASE("final", gives_as_of_old_by_declining, "law.consent"),
    LAW_CASE("final", declines_as_of_old_by_giving, "law.consent"),
};

static void what_was_not_allowed_is_found(void **state)
{
	(void)state;
	judge_cases(cases, sizeof cases / sizeof *cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_not_allowed_is_found),
	};

	return cmocka_run_group_tests(tests, make_law, end_law);
}
