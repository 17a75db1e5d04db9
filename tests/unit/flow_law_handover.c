/* Handovers before the law: what giver, receiver and guardians write with their own keys without
   being allowed to. */
#include "law_help.h"

#include <string.h>

#define FILE_OF "handovers/h000000001.md"
#define ANSWER_OF(who) "handovers/h000000001/" who ".md"

static struct actor ueda; /* of third-es, to which it goes */

static struct handover h; /* as it was written last */
static struct handover_sheet sheet;
static struct handover_word words[2];
static struct handover_package packages[2];
static struct sheet_row row;
static char since[DAY_TEXT], until[DAY_TEXT];
static int64_t now;

static int make(void **state)
{
	if (make_law(state))
		return -1;
	sign_in_as(&ueda, "ueda", ROLE_SCHOOL, "third-es");
	put_institution("sono", ROLE_NURSERY);
	return 0;
}

static int end(void **state)
{
	actor_clear(&ueda);
	return end_law(state);
}

/* ---- what is written ------------------------------------------------------------------------ */

/* What tanaka may ask for: two sections of the final sheet. */
static void plan(const char *c)
{
	assert_ok(child_index(app, span_of(c)));
	row = row_of(c);
	now = (int64_t)time(NULL);
	in_days(-1, since);
	in_days(5, until);
	sheet = (struct handover_sheet){.type = SPAN("kihon"),
					.id = SPAN("2026"),
					.version = span_of(row.version),
					.asked = SPAN("wishes,facts")};
	memset(words, 0, sizeof words);
	memset(packages, 0, sizeof packages);
	h = (struct handover){.id = SPAN("h000000001"),
			      .child = span_of(c),
			      .from = SPAN("kudan-es"),
			      .to = SPAN("third-es"),
			      .purpose = SPAN("move"),
			      .since = span_of(since),
			      .until = span_of(until),
			      .message = SPAN(""),
			      .asked_by = SPAN("tanaka"),
			      .asked_at = now,
			      .sheets = &sheet,
			      .nsheets = 1,
			      .words = words,
			      .packages = packages};
}

static void put(const char *c, const struct actor *who, const char *action)
{
	struct buf text;

	buf_init(&text, 65536);
	handover_write(&h, &text);
	act_one(c, who, action, NULL, FILE_OF, &text);
	buf_clear(&text);
}

static void answer_in(const char *c, const struct actor *who, const char *action, const char *path,
		      const char *by, const char *sections)
{
	struct handover_sheet s = sheet;
	struct handover a = h;
	struct buf text;

	s.asked = span_of(sections);
	a.sheets = &s;
	buf_init(&text, 65536);
	handover_answer_write(&a, by, (int64_t)time(NULL), &text);
	act_one(c, who, action, NULL, path, &text);
	buf_clear(&text);
}

static void agrees_to(const char *c, const char *sections)
{
	answer_in(c, &yamada, "consent.give", ANSWER_OF("yamada"), "yamada", sections);
}

static void agreed(const char *c)
{
	plan(c);
	put(c, &tanaka, "handover.ask");
	agrees_to(c, "wishes");
}

static void open_as(const char *c, const struct actor *who, const char *sections)
{
	h.state = HANDOVER_IS_OPEN;
	h.opened_by = span_of(who->account.id);
	h.opened_at = (int64_t)time(NULL);
	sheet.opened = span_of(sections);
	put(c, who, "handover.open");
}

static void opened(const char *c)
{
	agreed(c);
	open_as(c, &tanaka, "wishes");
}

static void close_as(const char *c, const struct actor *who)
{
	h.state = HANDOVER_CLOSED;
	h.closed_by = span_of(who->account.id);
	h.closed_at = (int64_t)time(NULL);
	put(c, who, "handover.close");
}

static void confirm_as(const char *c, const struct actor *who)
{
	h.confirmed_by = span_of(who->account.id);
	h.confirmed_at = (int64_t)time(NULL);
	put(c, who, "handover.confirm");
}

static void say_as(const char *c, const struct actor *who, const char *name)
{
	words[h.nwords++] = (struct handover_word){
	    .by = span_of(name), .at = (int64_t)time(NULL), .text = SPAN("よみました")};
	put(c, who, "handover.feedback");
}

static void pack_as(const char *c, const struct actor *who)
{
	packages[h.npackages++] = (struct handover_package){.by = span_of(who->account.id),
							    .at = (int64_t)time(NULL),
							    .reason = SPAN("紙で渡すため"),
							    .key = SPAN("")};
	put(c, who, "handover.package");
}

/* ---- lawful --------------------------------------------------------------------------------- */

static void a_whole_handover(char *c)
{
	opened(c);
	confirm_as(c, &ueda);
	say_as(c, &ueda, "ueda");
	pack_as(c, &tanaka);
	say_as(c, &ueda, "ueda");
	close_as(c, &sato);
}

static void declined(char *c)
{
	plan(c);
	put(c, &tanaka, "handover.ask");
	answer_in(c, &yamada, "consent.decline", ANSWER_OF("yamada"), "yamada", "");
}

/* ---- asking --------------------------------------------------------------------------------- */

static void asks_for_anothers_sheet(char *c)
{
	plan(c);
	h.from = SPAN("other-es");
	h.asked_by = SPAN("ito");
	put(c, &ito, "handover.ask");
}

static void asks_for_another_school(char *c)
{
	plan(c);
	h.from = SPAN("other-es");
	put(c, &tanaka, "handover.ask");
}

static void asks_in_anothers_name(char *c)
{
	plan(c);
	h.asked_by = SPAN("sato");
	put(c, &tanaka, "handover.ask");
}

static void asks_long_ago(char *c)
{
	plan(c);
	h.asked_at -= 3600;
	put(c, &tanaka, "handover.ask");
}

static void asks_about_another_child(char *c)
{
	plan(c);
	h.child = SPAN("c000000000");
	put(c, &tanaka, "handover.ask");
}

static void gives_to_itself(char *c)
{
	plan(c);
	h.to = SPAN("kudan-es");
	put(c, &tanaka, "handover.ask");
}

static void gives_to_nobody(char *c)
{
	plan(c);
	h.to = SPAN("nowhere-es");
	put(c, &tanaka, "handover.ask");
}

static void asks_and_opens(char *c)
{
	plan(c);
	h.state = HANDOVER_IS_OPEN;
	put(c, &tanaka, "handover.ask");
}

static void asks_with_sections_open(char *c)
{
	plan(c);
	sheet.opened = SPAN("wishes");
	put(c, &tanaka, "handover.ask");
}

static void gives_what_guardians_do_not_read(char *c)
{
	plan(c);
	sheet.asked = SPAN("wishes,tests");
	put(c, &tanaka, "handover.ask");
}

static void gives_what_is_no_section(char *c)
{
	plan(c);
	sheet.asked = SPAN("wishes,secrets");
	put(c, &tanaka, "handover.ask");
}

static void gives_what_the_receiver_does_not_read(char *c)
{
	plan(c);
	h.to = SPAN("sono");
	put(c, &tanaka, "handover.ask");
}

static void gives_an_old_version(char *c)
{
	plan(c);
	act_sheet(c, &tanaka, "sheet.save", "直す",
		  &(struct said_in){.status = "final", .note = "新"});
	put(c, &tanaka, "handover.ask");
}

static void gives_what_is_not_final(char *c)
{
	plan(c);
	put(c, &tanaka, "handover.ask");
}

/* ---- opening -------------------------------------------------------------------------------- */

static void opens_without_an_answer(char *c)
{
	plan(c);
	put(c, &tanaka, "handover.ask");
	open_as(c, &tanaka, "wishes");
}

static void opens_more_than_was_agreed(char *c)
{
	agreed(c);
	open_as(c, &tanaka, "wishes,facts");
}

static void opens_what_was_written_anew(char *c)
{
	agreed(c);
	act_sheet(c, &tanaka, "sheet.save", "直す",
		  &(struct said_in){.status = "final", .note = "新"});
	open_as(c, &tanaka, "wishes");
}

static void opens_nothing(char *c)
{
	agreed(c);
	open_as(c, &tanaka, "");
}

static void opens_twice(char *c)
{
	opened(c);
	agrees_to(c, "wishes,facts");
	open_as(c, &tanaka, "wishes,facts");
}

static void opens_after_the_last_day(char *c)
{
	plan(c);
	in_days(-3, since);
	in_days(-1, until);
	h.since = span_of(since);
	h.until = span_of(until);
	put(c, &tanaka, "handover.ask");
	agrees_to(c, "wishes");
	open_as(c, &tanaka, "wishes");
}

static void opens_on_the_last_day(char *c)
{
	plan(c);
	in_days(0, until);
	h.until = span_of(until);
	put(c, &tanaka, "handover.ask");
	agrees_to(c, "wishes");
	open_as(c, &tanaka, "wishes");
}

static void elsewhere_opens(char *c)
{
	agreed(c);
	open_as(c, &ito, "wishes");
}

static void opens_in_anothers_name(char *c)
{
	agreed(c);
	h.state = HANDOVER_IS_OPEN;
	h.opened_by = SPAN("sato");
	h.opened_at = now;
	sheet.opened = SPAN("wishes");
	put(c, &tanaka, "handover.open");
}

static void opens_for_longer(char *c)
{
	agreed(c);
	in_days(300, until);
	open_as(c, &tanaka, "wishes");
}

/* ---- after it ------------------------------------------------------------------------------- */

static void receiver_closes(char *c)
{
	opened(c);
	close_as(c, &ueda);
}

static void closes_twice(char *c)
{
	opened(c);
	close_as(c, &tanaka);
	close_as(c, &sato);
}

static void giver_confirms(char *c)
{
	opened(c);
	confirm_as(c, &tanaka);
}

static void confirms_before_it_is_open(char *c)
{
	agreed(c);
	confirm_as(c, &ueda);
}

static void confirms_twice(char *c)
{
	opened(c);
	confirm_as(c, &ueda);
	h.confirmed_at++;
	put(c, &ueda, "handover.confirm");
}

static void speaks_in_anothers_name(char *c)
{
	opened(c);
	say_as(c, &ueda, "tanaka");
}

static void speaks_twice_at_once(char *c)
{
	opened(c);
	words[h.nwords++] =
	    (struct handover_word){.by = SPAN("ueda"), .at = now, .text = SPAN("一")};
	say_as(c, &ueda, "ueda");
}

static void giver_speaks(char *c)
{
	opened(c);
	say_as(c, &tanaka, "tanaka");
}

static void packs_before_it_is_open(char *c)
{
	agreed(c);
	pack_as(c, &tanaka);
}

static void packs_before_the_first_day(char *c)
{
	plan(c);
	in_days(2, since);
	h.since = span_of(since);
	put(c, &tanaka, "handover.ask");
	agrees_to(c, "wishes");
	open_as(c, &tanaka, "wishes");
	pack_as(c, &tanaka);
}

static void packs_twice_at_once(char *c)
{
	opened(c);
	packages[h.npackages++] = (struct handover_package){
	    .by = SPAN("tanaka"), .at = now, .reason = SPAN("紙で"), .key = SPAN("")};
	pack_as(c, &tanaka);
}

static void packs_what_is_closed(char *c)
{
	opened(c);
	close_as(c, &tanaka);
	pack_as(c, &tanaka);
}

static void receiver_packs(char *c)
{
	opened(c);
	pack_as(c, &ueda);
}

/* ---- answers -------------------------------------------------------------------------------- */

static void answers_in_anothers_file(char *c)
{
	plan(c);
	put(c, &tanaka, "handover.ask");
	answer_in(c, &suzuki, "consent.give", ANSWER_OF("yamada"), "suzuki", "wishes");
}

static void answers_in_anothers_name(char *c)
{
	plan(c);
	put(c, &tanaka, "handover.ask");
	answer_in(c, &suzuki, "consent.give", ANSWER_OF("suzuki"), "yamada", "wishes");
}

static void agrees_to_what_was_not_asked(char *c)
{
	plan(c);
	sheet.asked = SPAN("wishes");
	put(c, &tanaka, "handover.ask");
	agrees_to(c, "wishes,facts");
}

static void agrees_to_another_version(char *c)
{
	plan(c);
	put(c, &tanaka, "handover.ask");
	act_sheet(c, &tanaka, "sheet.save", "直す",
		  &(struct said_in){.status = "final", .note = "新"});
	assert_ok(child_index(app, span_of(c)));
	row = row_of(c);
	sheet.version = span_of(row.version);
	agrees_to(c, "wishes");
}

static void gives_by_declining(char *c)
{
	plan(c);
	put(c, &tanaka, "handover.ask");
	agrees_to(c, "");
}

static void answers_what_is_closed(char *c)
{
	opened(c);
	close_as(c, &tanaka);
	agrees_to(c, "wishes,facts");
}

static void answers_what_was_not_asked(char *c)
{
	plan(c);
	agrees_to(c, "wishes");
}

static void teacher_answers(char *c)
{
	plan(c);
	put(c, &tanaka, "handover.ask");
	answer_in(c, &sato, "consent.give", ANSWER_OF("sato"), "sato", "wishes");
}

/* ---- all of them ---------------------------------------------------------------------------- */

static const struct law_case cases[] = {
    LAW_CASE("final", a_whole_handover, NULL),
    LAW_CASE("final", declined, NULL),
    LAW_CASE("final", asks_for_anothers_sheet, "law.relation"),
    LAW_CASE("final", asks_for_another_school, "law.relation"),
    LAW_CASE("final", asks_in_anothers_name, "law.relation"),
    LAW_CASE("final", asks_long_ago, "law.relation"),
    LAW_CASE("final", asks_about_another_child, "law.relation"),
    LAW_CASE("final", gives_to_itself, "law.relation"),
    LAW_CASE("final", gives_to_nobody, "law.relation"),
    LAW_CASE("final", asks_and_opens, "law.relation"),
    LAW_CASE("final", asks_with_sections_open, "law.relation"),
    LAW_CASE("final", gives_what_guardians_do_not_read, "law.relation"),
    LAW_CASE("final", gives_what_is_no_section, "law.relation"),
    LAW_CASE("final", gives_what_the_receiver_does_not_read, "law.relation"),
    LAW_CASE("final", gives_an_old_version, "law.relation"),
    LAW_CASE("draft", gives_what_is_not_final, "law.relation"),
    LAW_CASE("final", opens_without_an_answer, "law.consent"),
    LAW_CASE("final", opens_more_than_was_agreed, "law.consent"),
    LAW_CASE("final", opens_what_was_written_anew, "law.consent"),
    LAW_CASE("final", opens_nothing, "law.relation"),
    LAW_CASE("final", opens_twice, "law.relation"),
    LAW_CASE("final", opens_after_the_last_day, "law.relation"),
    LAW_CASE("final", opens_on_the_last_day, NULL),
    LAW_CASE("final", elsewhere_opens, "law.relation"),
    LAW_CASE("final", opens_in_anothers_name, "law.relation"),
    LAW_CASE("final", opens_for_longer, "law.relation"),
    LAW_CASE("final", receiver_closes, "law.relation"),
    LAW_CASE("final", closes_twice, "law.relation"),
    LAW_CASE("final", giver_confirms, "law.relation"),
    LAW_CASE("final", confirms_before_it_is_open, "law.relation"),
    LAW_CASE("final", confirms_twice, "law.relation"),
    LAW_CASE("final", speaks_in_anothers_name, "law.relation"),
    LAW_CASE("final", speaks_twice_at_once, "law.relation"),
    LAW_CASE("final", giver_speaks, "law.relation"),
    LAW_CASE("final", packs_before_it_is_open, "law.relation"),
    LAW_CASE("final", packs_before_the_first_day, "law.relation"),
    LAW_CASE("final", packs_twice_at_once, "law.relation"),
    LAW_CASE("final", packs_what_is_closed, "law.relation"),
    LAW_CASE("final", receiver_packs, "law.relation"),
    LAW_CASE("final", answers_in_anothers_file, "law.consent"),
    LAW_CASE("final", answers_in_anothers_name, "law.consent"),
    LAW_CASE("final", agrees_to_what_was_not_asked, "law.consent"),
    LAW_CASE("final", agrees_to_another_version, "law.consent"),
    LAW_CASE("final", gives_by_declining, "law.consent"),
    LAW_CASE("final", answers_what_is_closed, "law.consent"),
    LAW_CASE("final", answers_what_was_not_asked, "law.relation"),
    LAW_CASE("final", teacher_answers, "law.consent"),
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

	return cmocka_run_group_tests(tests, make, end);
}
