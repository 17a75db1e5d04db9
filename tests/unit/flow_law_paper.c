/* Consents on paper before the law: who writes them down, with which scan, and who confirms them.
 */
#include "law_consent_help.h"

#include "generator/base/sha256.h"
#include "vault/flow/file_meta.h"
#include "vault/flow/note.h"

/* ---- what is written ------------------------------------------------------------------------ */

/* What the next files are: a text, or a paper that was scanned. */
static bool scanned;

static void commit_scan(char *c, const struct actor *who, const char *institution)
{
	struct file_row row = {.id = "f000000001",
			       .name = "a.txt",
			       .title = "紙",
			       .category = "letter",
			       .type = "text/plain",
			       .bytes = 2,
			       .readers = ROLE_BIT(ROLE_HOUSEHOLD),
			       .at = time(NULL)};
	struct act a = {.who = who, .action = "file.add"};
	unsigned char sha[SHA256_LEN];
	struct buf meta, hex;

	if (scanned)
		strcpy(row.type, "application/pdf");
	snprintf(row.account, sizeof row.account, "%s", who->account.id);
	snprintf(row.institution, sizeof row.institution, "%s", institution);
	sha256(SPAN("a\n"), sha);
	buf_init(&hex, SHA256_HEX);
	buf_addhex(&hex, sha, sizeof sha);
	assert_true(span_copy(buf_span(&hex), row.sha256, sizeof row.sha256));
	buf_clear(&hex);
	buf_init(&meta, FILE_META_MAX);
	file_meta_write(&row, &meta);
	a.changes[0] = (struct change){SPAN("files/f000000001/a.txt"), SPAN("a\n")};
	a.changes[1] = (struct change){SPAN("files/f000000001/meta.md"), buf_span(&meta)};
	commit_act(c, &a);
	buf_clear(&meta);
}

/* A file of an institution, and then an answer of yamada's on paper, as the ask wants it. */
static void paper(char *c, const struct actor *who, const char *file_of, struct reply *r)
{
	const struct actor *adds = strcmp(file_of, "other-es") == 0 ? &ito : &tanaka;
	static char day[DAY_TEXT];

	in_days(0, day);
	r->on = span_of(day);
	r->paper = true;
	if (!r->account.p)
		r->account = SPAN("yamada");
	if (file_of[0]) {
		commit_scan(c, adds, file_of);
		r->file = SPAN("f000000001");
	}
	asked(c, who, "consent.paper", r);
	scanned = false;
}

static void paper_of_elsewhere(char *c)
{
	struct reply r = {.words = {SAID_DECLINE}};

	paper(c, &ito, "", &r);
}

static void paper_of_whom_nobody_asked(char *c)
{
	struct reply r = {.words = {SAID_DECLINE}, .account = SPAN("suzuki")};

	paper(c, &tanaka, "", &r);
}

static void paper_that_says_no(char *c)
{
	struct reply r = {.words = {SAID_DECLINE}};

	paper(c, &tanaka, "", &r);
}

static void paper_as_it_may_be(char *c)
{
	struct reply r = {.words = {SAID_AGREE}, .second = true};

	scanned = true;
	paper(c, &tanaka, "kudan-es", &r);
}

static void paper_that_counts_at_once(char *c)
{
	struct reply r = {.words = {SAID_AGREE}};

	scanned = true;
	paper(c, &tanaka, "kudan-es", &r);
}

static void paper_without_a_scan(char *c)
{
	struct reply r = {.words = {SAID_AGREE}, .second = true};

	paper(c, &tanaka, "", &r);
}

static void paper_with_a_text(char *c)
{
	struct reply r = {.words = {SAID_AGREE}, .second = true};

	paper(c, &tanaka, "kudan-es", &r);
}

static void paper_with_anothers_scan(char *c)
{
	struct reply r = {.words = {SAID_AGREE}, .second = true};

	scanned = true;
	paper(c, &tanaka, "other-es", &r);
}

static struct span today_2(void)
{
	static char id[DAY_TEXT + 8];
	char day[DAY_TEXT];

	in_days(0, day);
	snprintf(id, sizeof id, "%s-2", day);
	return span_of(id);
}

static void opens_the_scan(const char *c, const struct actor *who)
{
	const struct note n = {.class = "access",
			       .event = "consent.scan",
			       .who = &who->account,
			       .child = span_of(c),
			       .object = today_2(),
			       .decision = "allow",
			       .reason = "role",
			       .request = "84a6265264ff290c"};

	assert_ok(note_add(app, &n));
}

/* What a second person says of the paper of paper_as_it_may_be. */
static void checks(char *c, const struct actor *who, const char *action, bool sent_back,
		   const char *text)
{
	struct ask a = ask_of(c);
	struct reply r = {.checks = today_2(),
			  .sent_back = sent_back,
			  .version = SPAN(""),
			  .digest = SPAN(""),
			  .text = span_of(text)};

	put_reply(c, who, action, "3", &a, &r);
}

static void confirmed_as_it_may_be(char *c)
{
	paper_as_it_may_be(c);
	opens_the_scan(c, &sato);
	checks(c, &sato, "consent.paper.confirm", false, "");
}

static void sent_back_as_it_may_be(char *c)
{
	paper_as_it_may_be(c);
	checks(c, &sato, "consent.paper.return", true, "日付がちがう");
}

static void confirms_the_own(char *c)
{
	paper_as_it_may_be(c);
	opens_the_scan(c, &tanaka);
	checks(c, &tanaka, "consent.paper.confirm", false, "");
}

static void confirms_unopened(char *c)
{
	paper_as_it_may_be(c);
	opens_the_scan(c, &tanaka);
	checks(c, &sato, "consent.paper.confirm", false, "");
}

static void elsewhere_confirms(char *c)
{
	paper_as_it_may_be(c);
	opens_the_scan(c, &ito);
	checks(c, &ito, "consent.paper.confirm", false, "");
}

static void guardian_confirms(char *c)
{
	paper_as_it_may_be(c);
	opens_the_scan(c, &yamada);
	checks(c, &yamada, "consent.paper.confirm", false, "");
}

static void confirms_by_sending_back(char *c)
{
	paper_as_it_may_be(c);
	opens_the_scan(c, &sato);
	checks(c, &sato, "consent.paper.return", false, "日付がちがう");
}

static void sends_back_without_a_word(char *c)
{
	paper_as_it_may_be(c);
	checks(c, &sato, "consent.paper.return", true, "");
}

static void confirms_what_needs_nobody(char *c)
{
	paper_that_says_no(c);
	opens_the_scan(c, &sato);
	checks(c, &sato, "consent.paper.confirm", false, "");
}

static void confirms_a_cancelled_ask(char *c)
{
	struct reply off = {.cancel = true};
	struct ask a;

	paper_as_it_may_be(c);
	a = ask_of(c);
	put_reply(c, &tanaka, "consent.cancel", "4", &a, &off);
	opens_the_scan(c, &sato);
	checks(c, &sato, "consent.paper.confirm", false, "");
}

static void confirms_alone_and_is_not(char *c)
{
	struct ask a;
	struct reply r = {.checks = today_2(), .version = SPAN(""), .digest = SPAN("")};

	paper_as_it_may_be(c);
	opens_the_scan(c, &tanaka);
	a = ask_of(c);
	says_alone = true;
	put_reply(c, &tanaka, "consent.paper.confirm", "3", &a, &r);
	says_alone = false;
}

static void guardian_writes_paper(char *c)
{
	struct reply r = {.words = {SAID_DECLINE}, .paper = true, .account = SPAN("yamada")};

	asked(c, &yamada, "consent.give", &r);
}

static void paper_of(char *c, int days, struct reply *r)
{
	static char day[DAY_TEXT];

	in_days(days, day);
	r->on = span_of(day);
	asked(c, &tanaka, "consent.paper", r);
}

static void paper_of_before_the_ask(char *c)
{
	struct reply r = {.words = {SAID_DECLINE}, .paper = true, .account = SPAN("yamada")};

	paper_of(c, -1, &r);
}

static void paper_of_tomorrow(char *c)
{
	struct reply r = {.words = {SAID_DECLINE}, .paper = true, .account = SPAN("yamada")};

	paper_of(c, 1, &r);
}

static void paper_about_another_text(char *c)
{
	struct reply r = {
	    .words = {SAID_DECLINE},
	    .paper = true,
	    .account = SPAN("yamada"),
	    .digest = SPAN("0000000000000000000000000000000000000000000000000000000000000000")};

	paper_of(c, 0, &r);
}

static void paper_that_is_none(char *c)
{
	struct reply r = {.words = {SAID_DECLINE}, .account = SPAN("yamada")};

	paper_of(c, 0, &r);
}

/* ---- all of them ---------------------------------------------------------------------------- */

static const struct law_case cases[] = {
    LAW_CASE("final", paper_as_it_may_be, NULL),
    LAW_CASE("final", paper_that_says_no, NULL),
    LAW_CASE("final", confirmed_as_it_may_be, NULL),
    LAW_CASE("final", sent_back_as_it_may_be, NULL),
    LAW_CASE("final", paper_of_elsewhere, "law.consent"),
    LAW_CASE("final", paper_of_whom_nobody_asked, "law.consent"),
    LAW_CASE("final", paper_that_counts_at_once, "law.consent"),
    LAW_CASE("final", paper_without_a_scan, "law.consent"),
    LAW_CASE("final", paper_with_a_text, "law.consent"),
    LAW_CASE("final", paper_with_anothers_scan, "law.consent"),
    LAW_CASE("final", confirms_the_own, "law.review"),
    LAW_CASE("final", confirms_unopened, "law.review"),
    LAW_CASE("final", elsewhere_confirms, "law.consent"),
    LAW_CASE("final", guardian_confirms, "law.consent"),
    LAW_CASE("final", confirms_by_sending_back, "law.consent"),
    LAW_CASE("final", sends_back_without_a_word, "law.workflow"),
    LAW_CASE("final", confirms_what_needs_nobody, "law.consent"),
    LAW_CASE("final", confirms_a_cancelled_ask, "law.consent"),
    LAW_CASE("final", confirms_alone_and_is_not, "law.review"),
    LAW_CASE("final", guardian_writes_paper, "law.consent"),
    LAW_CASE("final", paper_of_before_the_ask, "law.consent"),
    LAW_CASE("final", paper_of_tomorrow, "law.consent"),
    LAW_CASE("final", paper_about_another_text, "law.consent"),
    LAW_CASE("final", paper_that_is_none, "law.consent"),
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
