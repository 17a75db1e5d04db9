/* Asking and answering, with real keys and real commits. */
#include "consent_help.h"

#include "vault/db/ask.h"
#include "vault/flow/reach_past.h"
#include "vault/flow/recover.h"
#include "vault/flow/reindex.h"
#include "vault/flow/verify.h"
#include "vault/flow/work.h"

static enum consent_state state_now(const char *child)
{
	enum consent_state st;

	assert_ok(consent_of_sheet(app, span_of(child), SPAN("kihon"), SPAN("2026"), &st));
	return st;
}

/* To make the sheet, and perhaps to show it to other-es. */
static enum status ask_them(const char *child, bool share, const char *sections,
			    const char *const *to, char id[static CONSENT_ID])
{
	struct question q = ask_for(ACT_SHEET_WRITE, &tanaka, child, "2026");
	struct sheet_row row = row_of(child);
	char due[DAY_TEXT];
	struct consent_wish w;

	in_days(5, due);
	w = wish_of(&row, due);
	w.items[w.nitems++] = (struct consent_item){.scope = SCOPE_MAKE};
	if (share)
		w.items[w.nitems++] = (struct consent_item){.scope = SCOPE_SHARE,
							    .institution = SPAN("other-es"),
							    .sections = span_of(sections)};
	for (size_t i = 0; to[i]; i++)
		w.to[w.nto++] = span_of(to[i]);
	return consent_ask(app, &tanaka, &q, &w, id);
}

static struct consent_choice words(const char *child, const char *ask, enum consent_word make,
				   enum consent_word share)
{
	static struct sheet_row row;

	row = row_of(child);
	return (struct consent_choice){.ask = span_of(ask),
				       .version = span_of(row.version),
				       .words = {make, share},
				       .text = make == SAID_CHANGES ? SPAN("ここ") : SPAN_NONE};
}

static const char *const both_of_them[] = {"yamada", "suzuki", NULL};
static const char *const one_of_them[] = {"yamada", NULL};

static void a_sheet_is_made_with_the_consent_to_its_text(void **state)
{
	struct consent_choice c;
	char child[11], id[CONSENT_ID], again[CONSENT_ID];

	(void)state;
	new_family(child);
	put_whole(child, "review", "はじめ");
	assert_int_equal(state_now(child), CONSENT_NOT_ASKED);
	assert_ok(ask_them(child, false, "", both_of_them, id));
	assert_string_equal(row_of(child).status, "consent");
	assert_int_equal(state_now(child), CONSENT_WAITING);
	assert_status(ask_them(child, false, "", both_of_them, again), ST_EXISTS);
	assert_string_equal(again, id);
	c = words(child, id, SAID_CHANGES, SAID_NOTHING);
	assert_ok(say(&yamada, child, &c));
	assert_int_equal(state_now(child), CONSENT_CHANGES);
	c = words(child, id, SAID_AGREE, SAID_NOTHING);
	assert_ok(say(&suzuki, child, &c));
	assert_int_equal(state_now(child), CONSENT_CHANGES);
	assert_ok(say(&yamada, child, &c));
	assert_int_equal(state_now(child), CONSENT_AGREED);
	assert_int_equal(in_repo(child, "git log -1 --format=%ae | grep -q '^yamada@'"), 0);
	assert_int_equal(in_repo(child,
				 "git show main:consents/$(git diff --name-only HEAD~1 HEAD | "
				 "sed 's|consents/||') | grep -q '^by: yamada'"),
			 0);
}

static void a_changed_text_asks_again(void **state)
{
	struct consent_choice c, old;
	struct sheet_row shown;
	char child[11], id[CONSENT_ID];

	(void)state;
	new_family(child);
	put_whole(child, "final", "はじめ");
	assert_ok(ask_them(child, false, "", one_of_them, id));
	shown = row_of(child);
	old = words(child, id, SAID_AGREE, SAID_NOTHING);
	old.version = span_of(shown.version);
	assert_ok(say(&yamada, child, &old));
	assert_int_equal(state_now(child), CONSENT_AGREED);
	put_whole(child, "final", "あとで");
	assert_int_equal(state_now(child), CONSENT_NOT_ASKED);
	assert_status(say(&yamada, child, &old), ST_STALE);
	c = words(child, id, SAID_AGREE, SAID_NOTHING);
	assert_ok(say(&yamada, child, &c));
	assert_int_equal(state_now(child), CONSENT_AGREED);
	/* back to the text of before: what was said about it is not the newest word */
	put_whole(child, "final", "はじめ");
	assert_int_equal(state_now(child), CONSENT_WAITING);
}

static void who_was_not_asked_says_nothing(void **state)
{
	struct consent_choice c;
	char child[11], id[CONSENT_ID];

	(void)state;
	new_family(child);
	put_whole(child, "review", "はじめ");
	assert_ok(ask_them(child, true, "wishes", one_of_them, id));
	c = words(child, id, SAID_AGREE, SAID_AGREE);
	assert_status(say(&suzuki, child, &c), ST_DENIED);
	assert_status(say(&tanaka, child, &c), ST_DENIED);
	c.words[2] = SAID_AGREE;
	assert_status(say(&yamada, child, &c), ST_USAGE);
	c.words[2] = SAID_NOTHING;
	c.words[1] = SAID_REVOKE;
	assert_status(say(&yamada, child, &c), ST_USAGE);
	assert_int_equal(state_now(child), CONSENT_WAITING);
}

/* ---- work --------------------------------------------------------------------------------- */

static size_t work_of(const struct actor *who, enum work_kind kind, const char *child,
		      const char *object)
{
	struct work_ask ask = {app, &who->account, who->request, (int64_t)time(NULL),
			       arena_new(1024 * 1024)};
	struct work_list list;
	size_t n = 0;

	assert_non_null(ask.arena);
	assert_ok(work_find(&ask, &list));
	for (size_t i = 0; i < list.count; i++)
		n += list.items[i].kind == kind && span_is(list.items[i].object, object) &&
		     span_is(list.items[i].child, child);
	arena_free(ask.arena);
	return n;
}

static void it_waits_for_whom_it_is_asked(void **state)
{
	struct consent_choice c;
	struct child_task task;
	char child[11], id[CONSENT_ID];

	(void)state;
	new_family(child);
	task = (struct child_task){.child = span_of(child)};
	put_whole(child, "final", "仕事");
	assert_ok(ask_them(child, false, "", both_of_them, id));
	assert_int_equal(work_of(&yamada, WORK_ANSWER, child, id), 1);
	assert_int_equal(work_of(&suzuki, WORK_ANSWER, child, id), 1);
	assert_int_equal(work_of(&tanaka, WORK_ANSWERED, child, id), 0);
	assert_ok(child_suspend_guardian(app, &chief, &task, SPAN("suzuki"), SPAN("2026-04-01")));
	assert_int_equal(work_of(&suzuki, WORK_ANSWER, child, id), 0);
	c = words(child, id, SAID_AGREE, SAID_NOTHING);
	assert_ok(say(&yamada, child, &c));
	assert_int_equal(work_of(&yamada, WORK_ANSWER, child, id), 0);
	assert_int_equal(work_of(&tanaka, WORK_ANSWERED, child, id), 1);
	assert_int_equal(work_of(&ito, WORK_ANSWERED, child, id), 0);
	put_whole(child, "final", "仕事がかわった");
	assert_int_equal(work_of(&yamada, WORK_ANSWER, child, id), 1);
}

/* ---- the past ----------------------------------------------------------------------------- */

static void newest_is_of(const char *child, const char *when)
{
	char line[1024];

	snprintf(line, sizeof line,
		 "export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@x GIT_COMMITTER_NAME=a "
		 "GIT_COMMITTER_EMAIL=a@x GIT_AUTHOR_DATE=%s GIT_COMMITTER_DATE=%s; "
		 "p=$(git rev-parse -q --verify main^ || true); "
		 "c=$(git log -1 --format=%%B main | git commit-tree main^{tree} ${p:+-p $p}) && "
		 "git update-ref refs/heads/main $c",
		 when, when);
	assert_int_equal(in_repo(child, line), 0);
}

static enum status keep_ito(void *ctx, const struct past_reader *r)
{
	if (strcmp(r->account.id, "ito") == 0)
		snprintf(ctx, 512, "%s", r->shared);
	return ST_OK;
}

static void assert_shared(const char *child, int days_ago, const char *want)
{
	int64_t now = (int64_t)time(NULL);
	char got[512] = "nobody";

	assert_ok(
	    reach_past(app, span_of(child), day_plus(day_jst(now), -days_ago), now, keep_ito, got));
	assert_string_equal(got, want);
}

static void before(int days, char out[static DAY_TEXT])
{
	time_utc((int64_t)time(NULL) - days * 86400, out);
}

/* The registry is of today: all of it is made to be older. */
static void registry_is_old(const char *when)
{
	char line[3 * PATH_MAX];

	snprintf(
	    line, sizeof line,
	    "cd '%s/registry.git' && export HOME='%s' GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_COUNT=1 "
	    "GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' GIT_AUTHOR_NAME=a "
	    "GIT_AUTHOR_EMAIL=a@x GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@x "
	    "GIT_AUTHOR_DATE=%s GIT_COMMITTER_DATE=%s; p=; "
	    "for c in $(git rev-list --reverse main); do p=$(git log -1 --format=%%B $c | "
	    "git commit-tree $c^{tree} ${p:+-p $p}) || exit 1; done; "
	    "git update-ref refs/heads/main $p",
	    vault_dir, vault_dir, when, when);
	assert_int_equal(system(line), 0);
}

/* Made nine days ago, agreed to six days ago, taken back two days ago. */
static void answers_count_as_of_their_day(void **state)
{
	struct consent_choice c = {.words = {SAID_NOTHING, SAID_REVOKE}};
	struct question q;
	char child[11], id[CONSENT_ID], took[CONSENT_ID], when[DAY_TEXT];

	(void)state;
	before(20, when);
	registry_is_old(when);
	new_family(child);
	before(9, when);
	newest_is_of(child, when);
	put_whole(child, "final", "昔");
	before(8, when);
	newest_is_of(child, when);
	assert_ok(child_index(app, span_of(child)));
	assert_ok(ask_them(child, true, "", one_of_them, id));
	before(7, when);
	newest_is_of(child, when);
	c = words(child, id, SAID_AGREE, SAID_AGREE);
	assert_ok(child_index(app, span_of(child)));
	c = words(child, id, SAID_AGREE, SAID_AGREE);
	assert_ok(say(&yamada, child, &c));
	before(6, when);
	newest_is_of(child, when);
	c.words[0] = SAID_NOTHING;
	c.words[1] = SAID_REVOKE;
	q = ask_for(ACT_CHILD_READ, &yamada, child, "");
	q.type = q.id = SPAN_NONE;
	assert_ok(consent_withdraw(app, &yamada, &q, &c, took));
	before(2, when);
	newest_is_of(child, when);
	assert_shared(child, 8, "");
	assert_shared(child, 7, "");
	assert_shared(child, 6, "kihon");
	assert_shared(child, 3, "kihon");
	assert_shared(child, 2, "");
	assert_shared(child, 0, "");
}

/* ---- handovers ---------------------------------------------------------------------------- */

static void a_handover_is_asked_for_in_the_same_way(void **state)
{
	struct question q;
	struct consent_wish w = {.handover = SPAN("h1"),
				 .title = SPAN("引き継ぎ"),
				 .since = SPAN("2027-04-01"),
				 .until = SPAN("2027-06-30"),
				 .to = {SPAN("yamada")},
				 .nto = 1};
	struct consent_choice c = {.words = {SAID_AGREE}};
	struct consent_book *b;
	char child[11], id[CONSENT_ID], due[DAY_TEXT];

	(void)state;
	new_family(child);
	in_days(3, due);
	w.due = span_of(due);
	w.items[w.nitems++] = (struct consent_item){SCOPE_HANDOVER, SPAN("third-es"), SPAN("kihon"),
						    SPAN("wishes,facts")};
	q = ask_for(ACT_CHILD_READ, &tanaka, child, "");
	q.type = q.id = SPAN_NONE;
	assert_ok(consent_ask(app, &tanaka, &q, &w, id));
	c.ask = span_of(id);
	assert_ok(say(&yamada, child, &c));
	assert_ok(consent_open_child(&b, app, span_of(child)));
	assert_int_equal(consent_of_ask(b, consents_find(&b->all, span_of(id)), SPAN_NONE,
					day_jst((int64_t)time(NULL))),
			 CONSENT_AGREED);
	consent_close(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_sheet_is_made_with_the_consent_to_its_text),
	    cmocka_unit_test(a_changed_text_asks_again),
	    cmocka_unit_test(who_was_not_asked_says_nothing),
	    cmocka_unit_test(it_waits_for_whom_it_is_asked),
	    cmocka_unit_test(a_handover_is_asked_for_in_the_same_way),
	    cmocka_unit_test(answers_count_as_of_their_day),
	};

	return cmocka_run_group_tests(tests, make_family, end_family);
}
