/* Old checkpoints that are kept or not, and months that were pruned. */
#include "journal_tamper.h"

#include <unistd.h>

/* ---- promises ---- */

static struct journal_promise promise_of(struct journal *j, bool whole)
{
	struct journal_promise p;
	char text[JOURNAL_SHORT];
	struct buf b;

	buf_init(&b, NOTE_MAX);
	assert_ok(journal_checkpoint(j, &b));
	assert_ok(journal_checkpoint_short(j, text));
	assert_ok(journal_promise_parse(whole ? buf_span(&b) : span_of(text), &p));
	buf_clear(&b);
	return p;
}

static void kept_promises_are_no_findings(void **state)
{
	struct journal_promise p[4];
	struct journal *j = create();

	(void)state;
	p[3] = promise_of(j, true);
	append_many(j, 300, T0);
	p[2] = promise_of(j, false);
	append_many(j, 1, T0 + 300);
	p[0] = promise_of(j, true);
	append_many(j, 300, T0 + 301);
	p[1] = promise_of(j, false);
	journal_close(j);
	assert_none(verify_against(p, 4));
}

/* The whole vault is put back to yesterday's state, which is consistent in itself. */
static void a_journal_that_was_cut_off_breaks_a_promise(void **state)
{
	struct journal_promise p;
	struct journal *j;
	char yesterday[600];
	struct seen s;

	(void)state;
	make(10, true);
	snprintf(yesterday, sizeof yesterday, "%s/yesterday", folder);
	copy_tree(journal, yesterday);
	j = reopen(JOURNAL_WRITE);
	append_many(j, 5, T0 + 10);
	p = promise_of(j, false);
	journal_close(j);
	snprintf(journal, sizeof journal, "%s", yesterday);
	assert_none(verify());
	s = verify_against(&p, 1);
	ASSERT_ONLY(s, FINDING_PROMISE);
}

/* … and then goes on with other records. */
static void another_history_breaks_a_promise(void **state)
{
	struct journal_promise p;
	struct journal *j;
	char yesterday[600];
	struct seen s;

	(void)state;
	make(10, true);
	snprintf(yesterday, sizeof yesterday, "%s/yesterday", folder);
	copy_tree(journal, yesterday);
	j = reopen(JOURNAL_WRITE);
	append_many(j, 5, T0 + 10);
	p = promise_of(j, false);
	journal_close(j);
	snprintf(journal, sizeof journal, "%s", yesterday);
	j = reopen(JOURNAL_WRITE);
	append_many(j, 9, T0 + 10);
	journal_close(j);
	s = verify_against(&p, 1);
	ASSERT_ONLY(s, FINDING_FORK);
	assert_int_equal(s.n[FINDING_FORK], 15);
}

static void fewer_records_than_the_checkpoint_says_are_found(void **state)
{
	struct buf tail, body[2];
	struct journal *j = create();
	struct seen s;

	(void)state;
	append_many(j, 6, T0);
	slurp("tail", &tail);
	slurp(reads, &body[0]);
	slurp(changes, &body[1]);
	append_many(j, 6, T0 + 6);
	journal_close(j);
	spit("tail", buf_span(&tail));
	spit(reads, buf_span(&body[0]));
	spit(changes, buf_span(&body[1]));
	s = verify();
	ASSERT_ONLY(s, FINDING_SHORT);
	buf_clear(&tail);
	buf_clear(&body[0]);
	buf_clear(&body[1]);
}

/* A process that appended keeps what it knows as a promise. */
static void a_running_journal_notices_another_history(void **state)
{
	struct journal *j = create();
	struct seen s = {.text = ""};

	(void)state;
	append_many(j, 10, T0);
	assert_ok(journal_enter(j));
	assert_ok(state_seal(j));
	j->tree.node[1].b[0] ^= 1; /* stands for: memory knows something else */
	journal_leave(j);
	assert_status(journal_verify(j, NULL, 0, note, &s, NULL), ST_CORRUPT);
	ASSERT_ONLY(s, FINDING_FORK);
	j->tree.node[1].b[0] ^= 1;
	journal_close(j);
}

/* ---- retention ---- */

static void make_three_months(void)
{
	struct journal *j = create();

	for (int m = 0; m < 3; m++)
		append_many(j, 9, T0 + m * (int64_t)MONTH_LONG);
	journal_close(j);
}

static size_t prune(const char *class, const char *before)
{
	struct journal *j = reopen(JOURNAL_WRITE);
	size_t months;

	assert_ok(journal_prune(j, class, before, SPAN("system"), SPAN("24か月"), &months));
	journal_close(j);
	return months;
}

static void pruned_months_are_no_findings(void **state)
{
	struct journal *j;
	struct journal_proof proof;
	struct journal_promise p;
	struct record r = a_read("1");
	char path[700];

	(void)state;
	make_three_months();
	j = reopen(JOURNAL_READ);
	assert_ok(journal_verify(j, NULL, 0, NULL, NULL, &proof));
	p = (struct journal_promise){.size = 27, .root_len = 32};
	memcpy(p.root, proof.root, 32);
	journal_close(j);
	assert_int_equal(prune("read", "2026-12"), 1);
	path_in(path, reads);
	assert_false(file_exists(path));
	assert_none(verify_against(&p, 1));
	assert_int_equal(prune("read", "2026-12"), 0);
	assert_int_equal(prune("read", "2030-01"), 1); /* not the current month */
	j = reopen(JOURNAL_WRITE);
	append(j, &r);
	assert_ok(journal_verify(j, &p, 1, NULL, NULL, &proof));
	assert_int_equal(proof.size, 27 + 2 + 1);
	assert_int_equal(proof.pruned, 12);
	assert_int_equal(proof.records, 18);
	journal_close(j);
	assert_none(verify_against(&p, 1));
}

static void more_than_what_was_pruned_is_missing(void **state)
{
	static const int order[] = {0, -1};
	struct seen s;

	(void)state;
	make_three_months();
	assert_int_equal(prune("read", "2026-12"), 1);
	reorder(changes, order, 2); /* within the numbers of the pruned month */
	s = verify();
	ASSERT_ONLY(s, FINDING_MISSING);
}

/* A pruning counts for its month, its numbers and once, and only where it is recorded. */
static void what_went_beside_a_pruned_month_is_missing(void **state)
{
	static const char *const after = "bodies/read/2026-12.jsonl";
	struct seen s;
	char path[700];

	(void)state;
	make_three_months();
	assert_int_equal(prune("read", "2026-12"), 1);
	path_in(path, after);
	assert_int_equal(remove(path), 0);
	s = verify();
	ASSERT_ONLY(s, FINDING_MISSING);
	assert_int_equal(s.n[FINDING_MISSING], 9);
}

static void what_went_before_a_pruned_month_is_missing(void **state)
{
	struct buf b;
	struct seen s;
	char path[700];

	(void)state;
	make_three_months();
	slurp(reads, &b);
	assert_int_equal(prune("read", "2027-01"), 2);
	spit(reads, buf_span(&b)); /* the first month is there again … */
	assert_none(verify());
	path_in(path, changes);
	assert_int_equal(remove(path), 0); /* … and the changes beside it went */
	s = verify();
	ASSERT_ONLY(s, FINDING_MISSING);
	buf_clear(&b);
}

/* The journal has the word of another class, or of no whole hash. */
static void what_is_no_pruning_lets_nothing_go(void **state)
{
	static const struct {
		const char *class, *object;
	} said[] = {
	    {"admin", "read/2026-11 0 7 6"},
	    {"system", "read/2026-11 0 7 6 0123456789abcdef"},
	    {"system", "read/2026-11 0 7"},
	    {"system", "read/2026-10 0 7 0"},
	};
	char path[700];

	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		struct record r = {.class = said[i].class,
				   .event = SPAN("journal.prune"),
				   .account = SPAN("os:karte"),
				   .object = span_of(said[i].object)};
		struct journal *j;
		struct seen s;

		set_up(state);
		make_three_months();
		j = reopen(JOURNAL_WRITE);
		append(j, &r);
		assert_ok(journal_enter(j));
		assert_ok(state_seal(j));
		journal_leave(j);
		journal_close(j);
		path_in(path, reads);
		assert_int_equal(remove(path), 0);
		s = verify();
		ASSERT_ONLY(s, FINDING_MISSING);
		tear_down(state);
	}
	set_up(state);
}

/* Recorded twice after a crash, it still allows only as many as went. */
static void a_pruning_that_is_recorded_twice_counts_once(void **state)
{
	static const int order[] = {0, -1};
	struct buf b;
	struct seen s;

	(void)state;
	make_three_months();
	slurp(reads, &b);
	assert_int_equal(prune("read", "2026-12"), 1);
	spit(reads, buf_span(&b));
	assert_int_equal(prune("read", "2026-12"), 1);
	assert_none(verify());
	reorder(changes, order, 2);
	s = verify();
	ASSERT_ONLY(s, FINDING_MISSING);
	buf_clear(&b);
}

static void a_crash_before_the_file_went_is_no_finding(void **state)
{
	struct buf b;

	(void)state;
	make_three_months();
	slurp(reads, &b);
	assert_int_equal(prune("read", "2026-12"), 1);
	spit(reads, buf_span(&b));
	assert_none(verify());
	assert_int_equal(prune("read", "2026-12"), 1);
	assert_none(verify());
	buf_clear(&b);
}

static void changes_and_the_current_month_are_not_pruned(void **state)
{
	struct journal *j;

	(void)state;
	make_three_months();
	j = reopen(JOURNAL_WRITE);
	assert_status(journal_prune(j, "change", "2026-12", SPAN("a"), SPAN("b"), NULL), ST_DENIED);
	assert_status(journal_prune(j, "system", "2026-12", SPAN("a"), SPAN("b"), NULL), ST_DENIED);
	assert_status(journal_prune(j, "none", "2026-12", SPAN("a"), SPAN("b"), NULL), ST_INVALID);
	assert_status(journal_prune(j, "read", "2026-1", SPAN("a"), SPAN("b"), NULL), ST_INVALID);
	assert_status(journal_prune(j, "read", "../../x", SPAN("a"), SPAN("b"), NULL), ST_INVALID);
	journal_close(j);
	assert_none(verify());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FOLDER(kept_promises_are_no_findings),
	    WITH_FOLDER(a_journal_that_was_cut_off_breaks_a_promise),
	    WITH_FOLDER(another_history_breaks_a_promise),
	    WITH_FOLDER(fewer_records_than_the_checkpoint_says_are_found),
	    WITH_FOLDER(a_running_journal_notices_another_history),
	    WITH_FOLDER(pruned_months_are_no_findings),
	    WITH_FOLDER(more_than_what_was_pruned_is_missing),
	    WITH_FOLDER(what_went_beside_a_pruned_month_is_missing),
	    WITH_FOLDER(what_went_before_a_pruned_month_is_missing),
	    WITH_FOLDER(what_is_no_pruning_lets_nothing_go),
	    WITH_FOLDER(a_pruning_that_is_recorded_twice_counts_once),
	    WITH_FOLDER(a_crash_before_the_file_went_is_no_finding),
	    WITH_FOLDER(changes_and_the_current_month_are_not_pruned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
