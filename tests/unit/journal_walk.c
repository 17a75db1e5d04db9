/* While somebody walks over the bodies no month goes: in one process and between two. */
#include "journal_tamper.h"

#include <sys/wait.h>
#include <unistd.h>

static void make_three_months(void)
{
	struct journal *j = create();

	for (int m = 0; m < 3; m++)
		append_many(j, 9, T0 + m * (int64_t)MONTH_LONG);
	journal_close(j);
}

static enum status prune(struct journal *j)
{
	return journal_prune(j, "read", "2026-12", SPAN("system"), SPAN("24か月"), NULL);
}

static bool is_there(const char *name)
{
	char path[700];

	path_in(path, name);
	return file_exists(path);
}

/* Somebody who prunes at every step of a walk. */
struct pruner {
	struct journal *journal;
	size_t tries, busy, given;
	struct seen seen;
};

static void try_it(struct pruner *p)
{
	p->tries++;
	p->busy += prune(p->journal) == ST_BUSY;
}

static void at_finding(void *ctx, const struct journal_finding *f)
{
	struct pruner *p = ctx;

	try_it(p);
	note(&p->seen, f);
}

static bool at_record(void *ctx, const struct record *r, struct span line)
{
	struct pruner *p = ctx;

	(void)r;
	(void)line;
	p->given++;
	try_it(p);
	return true;
}

static bool at_place(void *ctx, const struct record *r, struct span line, uint64_t at)
{
	(void)at;
	return at_record(ctx, r, line);
}

static void assert_refused_then_done(struct pruner *p)
{
	assert_true(p->tries > 0);
	assert_int_equal(p->busy, p->tries);
	assert_true(is_there(reads));
	assert_ok(prune(p->journal));
	assert_false(is_there(reads));
	assert_none(verify());
	journal_close(p->journal);
}

static void a_proof_finds_what_is_wrong_and_nothing_that_was_pruned(void **state)
{
	struct pruner p = {.tries = 0};
	struct journal *j;
	char path[700];

	(void)state;
	make_three_months();
	spit("bodies/read/foreign",
	     SPAN("x")); /* told when the months are listed and not yet read */
	p.journal = reopen(JOURNAL_WRITE);
	j = reopen(JOURNAL_READ);
	assert_status(journal_verify(j, NULL, 0, at_finding, &p, NULL), ST_CORRUPT);
	journal_close(j);
	ASSERT_ONLY(p.seen, FINDING_PLACE);
	path_in(path, "bodies/read/foreign");
	assert_int_equal(unlink(path), 0);
	assert_refused_then_done(&p);
}

static void a_list_is_whole(void **state)
{
	const struct journal_filter all = {.class = NULL}, back = {.newest_first = true};
	struct pruner p = {.tries = 0};
	struct journal *j;

	(void)state;
	make_three_months();
	p.journal = reopen(JOURNAL_WRITE);
	j = reopen(JOURNAL_READ);
	assert_ok(journal_scan(j, &all, at_record, &p));
	assert_ok(journal_scan(j, &back, at_record, &p));
	journal_close(j);
	assert_int_equal(p.given, 2 * 27);
	assert_refused_then_done(&p);
}

static void an_index_gets_every_record(void **state)
{
	struct pruner p = {.tries = 0};
	struct journal_mark mark = {{0}, {0}};
	struct journal *j;

	(void)state;
	make_three_months();
	p.journal = reopen(JOURNAL_WRITE);
	j = reopen(JOURNAL_READ);
	assert_ok(journal_follow(j, &mark, at_place, &p));
	journal_close(j);
	assert_int_equal(p.given, 27);
	assert_refused_then_done(&p);
}

/* ---- two processes --------------------------------------------------------------------------- */

enum { HOLDS, ALONE };

/* Another process that holds the bodies, says so, and lets go when it is told, leaving a mark. */
static pid_t other(int how, int said[2], int told[2])
{
	struct journal *j;
	char c = 'x', path[700];
	int hold;
	pid_t pid;

	assert_int_equal(pipe(said), 0);
	assert_int_equal(pipe(told), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid)
		return pid;
	close(said[0]);
	close(told[1]); /* so that it ends with the test, whatever becomes of that */
	path_in(path, "mark");
	if (journal_open(&j, journal, JOURNAL_READ) ||
	    (how == ALONE ? journal_hold_alone(j, &hold) : journal_hold(j, &hold)) ||
	    write(said[1], &c, 1) != 1 || read(told[0], &c, 1) != 1 ||
	    (how == ALONE && usleep(200000) < 0) || file_write(path, SPAN(""), 0600))
		_exit(1);
	_exit(0); /* a hold ends with its process */
}

static void ended(pid_t pid, int said[2], int told[2])
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	for (int i = 0; i < 2; i++) {
		close(said[i]);
		close(told[i]);
	}
}

static void who_prunes_is_told_that_another_process_reads(void **state)
{
	int said[2], told[2];
	struct journal *j;
	char c;
	pid_t pid;

	(void)state;
	make_three_months();
	pid = other(HOLDS, said, told);
	assert_int_equal(read(said[0], &c, 1), 1);
	j = reopen(JOURNAL_WRITE);
	assert_status(prune(j), ST_BUSY);
	append_many(j, 1, T0 + 3 * (int64_t)MONTH_LONG); /* only pruning waits */
	assert_true(is_there(reads));
	assert_int_equal(write(told[1], &c, 1), 1);
	ended(pid, said, told);
	assert_ok(prune(j));
	assert_false(is_there(reads));
	journal_close(j);
}

static void who_reads_waits_for_another_process_that_prunes(void **state)
{
	int said[2], told[2], hold;
	struct journal *j;
	char c;
	pid_t pid;

	(void)state;
	make_three_months();
	pid = other(ALONE, said, told);
	assert_int_equal(read(said[0], &c, 1), 1);
	assert_int_equal(write(told[1], &c, 1), 1);
	j = reopen(JOURNAL_READ);
	assert_ok(journal_hold(j, &hold));
	assert_true(is_there("mark"));
	journal_release(&hold);
	assert_int_equal(hold, -1);
	ended(pid, said, told);
	journal_close(j);
}

static void a_journal_without_bodies_is_held_by_nobody(void **state)
{
	struct journal *j;
	char path[700];
	int hold;

	(void)state;
	make_three_months();
	path_in(path, "bodies");
	assert_ok(file_remove_tree(path));
	j = reopen(JOURNAL_READ);
	assert_ok(journal_hold(j, &hold));
	assert_int_equal(hold, -1);
	journal_release(&hold);
	journal_close(j);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(a_proof_finds_what_is_wrong_and_nothing_that_was_pruned),
	    TEST(a_list_is_whole),
	    TEST(an_index_gets_every_record),
	    TEST(who_prunes_is_told_that_another_process_reads),
	    TEST(who_reads_waits_for_another_process_that_prunes),
	    TEST(a_journal_without_bodies_is_held_by_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
