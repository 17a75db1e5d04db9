/* Drafts: sealed to who wrote them, going on, thrown away, ended by time. */
#include "flow_help.h"

#include "vault/flow/draft.h"
#include "vault/flow/work.h"

enum { DAY = 86400 };

static const struct pair typed[] = {{SPAN("f.child-wish"), SPAN("書きかけ と 1行\n2行")},
				    {SPAN("reason"), SPAN("")}};
static const struct form form = {typed, 2};
static const int64_t now = 1800000000;
static char child[11];

static struct session session_of(const struct actor *who)
{
	struct attempt a = {
	    .now = (int64_t)time(NULL), .request = "r", .peer = "p", .agent = SPAN("a")};
	char text[TOKEN_TEXT];
	struct session s;

	assert_ok(session_open(app, &a, &who->account, who->secret, false, text));
	assert_ok(session_find(app, span_of(text), a.now, &s));
	return s;
}

static struct draft_place place(const char *section)
{
	return (struct draft_place){span_of(child), SPAN("kihon"), SPAN("2026"), span_of(section),
				    SPAN("1234567890123456789012345678901234567890")};
}

static long long keep(const struct actor *who, const char *section, long long n, int64_t at)
{
	struct draft_place p = place(section);

	assert_ok(draft_keep(app, span_of(who->account.id), &p, &form, false, at, &n));
	return n;
}

static void only_the_writer_can_read_a_draft(void **state)
{
	struct session mine = session_of(&tanaka), other = session_of(&yamada);
	struct arena *a = arena_new(1024 * 1024);
	long long n = keep(&tanaka, "wishes", 0, now);
	struct draft_row row;
	struct form out;
	struct buf sealed;

	(void)state;
	assert_ok(draft_open(app, &mine, n, a, &row, &out));
	assert_int_equal(out.count, 2);
	assert_true(span_eq(out.pairs[0].value, typed[0].value));
	assert_status(draft_open(app, &other, n, a, &row, &out), ST_NOTFOUND);
	/* what lies in the table is sealed, and does not open for another in whose name it is put
	 */
	buf_init(&sealed, DRAFT_BYTES_MAX + SEAL_SEALED_MORE);
	assert_ok(draft_get(app->db, SPAN("tanaka"), n, &row, &sealed));
	assert_int_equal(span_find(buf_span(&sealed), SPAN("child-wish")), -1);
	snprintf(row.account, sizeof row.account, "yamada");
	assert_ok(draft_add(app->db, &row, buf_span(&sealed)));
	assert_status(draft_open(app, &other, row.n, a, &row, &out), ST_DENIED);
	/* nor in another place of the same person */
	snprintf(row.account, sizeof row.account, "tanaka");
	snprintf(row.section, sizeof row.section, "facts");
	assert_ok(draft_add(app->db, &row, buf_span(&sealed)));
	assert_status(draft_open(app, &mine, row.n, a, &row, &out), ST_DENIED);
	assert_int_equal(out.count, 0);
	buf_clear(&sealed);
	arena_free(a);
	session_clear(&mine);
	session_clear(&other);
}

static void a_draft_goes_on_until_it_is_gone(void **state)
{
	struct draft_place p = place("facts");
	long long n = keep(&tanaka, "facts", 0, now), again;
	struct draft_row row;

	(void)state;
	assert_true(keep(&tanaka, "facts", n, now + 60) == n);
	assert_ok(draft_get(app->db, SPAN("tanaka"), n, &row, NULL));
	assert_true(row.since == now && row.at == now + 60);
	/* the number of another's draft is none of this person */
	assert_true(keep(&yamada, "facts", n, now) != n);
	/* nor that of another place */
	assert_true(keep(&tanaka, "wishes", n, now) != n);
	/* what was thrown away meanwhile is not written over */
	assert_ok(draft_drop(app->db, SPAN("tanaka"), n, now + 70));
	again = keep(&tanaka, "facts", n, now + 80);
	assert_true(again != n);
	assert_ok(draft_newest(app, SPAN("tanaka"), &p, &row));
	assert_true(row.n == again);
	assert_status(draft_drop(app->db, SPAN("yamada"), again, now), ST_NOTFOUND);
}

static void a_form_that_is_sent_twice_is_one_draft(void **state)
{
	long long n = draft_number(), first;
	long before = 0, after = 0;

	(void)state;
	assert_ok(draft_count(app->db, SPAN("tanaka"), &before));
	first = keep(&tanaka, "lost", n, now);
	assert_true(n >= DRAFT_CHOSEN && first == n);
	/* the answer got lost: the form still has the number that it came with */
	assert_true(keep(&tanaka, "lost", n, now + 5) == n);
	assert_ok(draft_count(app->db, SPAN("tanaka"), &after));
	assert_int_equal(after, before + 1);
	/* who chooses the number of another gets one of their own */
	assert_true(keep(&yamada, "lost", n, now) != n);
	assert_true(draft_number() != n);
}

static void a_place_that_is_none_keeps_nothing(void **state)
{
	struct draft_place p = place("wishes");
	long long n = 0;

	(void)state;
	p.base = SPAN_NONE;
	assert_status(draft_keep(app, SPAN("tanaka"), &p, &form, false, now, &n), ST_USAGE);
	p = place("a-section-of-more-letters-than-any-section-of-any-type-can-have-at-all");
	assert_status(draft_keep(app, SPAN("tanaka"), &p, &form, false, now, &n), ST_USAGE);
	p = place("wishes");
	assert_status(draft_keep(app, SPAN("nobody"), &p, &form, false, now, &n), ST_NOTFOUND);
	assert_true(n == 0);
}

static void old_drafts_go_in_two_steps(void **state)
{
	long long n = keep(&tanaka, "old", 0, now - (int64_t)DRAFT_DAYS * DAY - 1);
	long long young = keep(&tanaka, "old", 0, now - (int64_t)DRAFT_DAYS * DAY + 1);
	struct draft_row row;

	(void)state;
	assert_ok(draft_sweep(app, now));
	assert_ok(draft_get(app->db, SPAN("tanaka"), n, &row, NULL));
	assert_true(row.dropped == now);
	assert_ok(draft_get(app->db, SPAN("tanaka"), young, &row, NULL));
	assert_true(row.dropped == 0);
	assert_ok(draft_drop(app->db, SPAN("tanaka"), young, 0));
	assert_ok(draft_sweep(app, now + (int64_t)DRAFT_GONE_DAYS * DAY + 1));
	assert_status(draft_get(app->db, SPAN("tanaka"), n, &row, NULL), ST_NOTFOUND);
}

/* Of the two sorts of begun work, the one of this story. */
static bool is_draft(const struct work_item *i)
{
	return i->kind == WORK_DRAFT && span_find(i->href, SPAN("?draft=")) > 0;
}

/* At home one is told of drafts, and of their end from a month before. */
static void drafts_are_work(void **state)
{
	struct work_ask ask = {app, &tanaka.account, "r", (int64_t)time(NULL), NULL};
	struct work_list list;
	struct oid v1;
	size_t due = 0, mine = 0;

	(void)state;
	ask.arena = arena_new(1024 * 1024);
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	keep(&tanaka, "wishes", 0, ask.now);
	keep(&tanaka, "facts", 0, ask.now - (int64_t)(DRAFT_DAYS - 10) * DAY);
	assert_ok(work_find(&ask, &list));
	for (size_t i = 0; i < list.count; i++)
		if (is_draft(&list.items[i]) && span_is(list.items[i].child, child)) {
			mine++;
			due += list.items[i].due.n > 0;
		}
	assert_int_equal(mine, 2);
	assert_int_equal(due, 1);
	/* a stranger has none of them, and none of a child whom the account may not read */
	ask.who = &suzuki.account;
	keep(&suzuki, "wishes", 0, ask.now);
	assert_ok(work_find(&ask, &list));
	for (size_t i = 0; i < list.count; i++)
		assert_false(is_draft(&list.items[i]));
	arena_free(ask.arena);
}

static int with_child(void **state)
{
	snprintf(child, sizeof child, "c111111111");
	return make_vault(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_the_writer_can_read_a_draft),
	    cmocka_unit_test(a_form_that_is_sent_twice_is_one_draft),
	    cmocka_unit_test(a_draft_goes_on_until_it_is_gone),
	    cmocka_unit_test(a_place_that_is_none_keeps_nothing),
	    cmocka_unit_test(old_drafts_go_in_two_steps),
	    cmocka_unit_test(drafts_are_work),
	};

	return cmocka_run_group_tests(tests, with_child, end_vault);
}
