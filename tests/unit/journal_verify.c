/* Every way of tampering with records is found and named; nothing else is. */
#include "journal_tamper.h"

#include <unistd.h>

/* ---- all is well ---- */

static void a_whole_journal_has_no_findings(void **state)
{
	(void)state;
	make(700, false);
	assert_none(verify());
}

static void a_sealed_journal_has_no_findings(void **state)
{
	struct journal *j;

	(void)state;
	make(700, true);
	assert_none(verify());
	j = reopen(JOURNAL_WRITE);
	append_many(j, 30, T0 + 700);
	assert_none(verify()); /* while it is open, checkpoint and tiles behind */
	journal_close(j);
	assert_none(verify());
}

static void the_proof_tells_size_and_root(void **state)
{
	struct journal *j;
	struct journal_proof proof;
	struct hash root;

	(void)state;
	make(300, false);
	j = reopen(JOURNAL_WRITE);
	assert_ok(journal_verify(j, NULL, 0, NULL, NULL, &proof));
	root = tree_root(&j->tree);
	assert_int_equal(proof.size, 300);
	assert_memory_equal(proof.root, root.b, 32);
	journal_close(j);
}

static void verifying_changes_nothing(void **state)
{
	char command[1400], copy[600];

	(void)state;
	make(300, false);
	snprintf(copy, sizeof copy, "%s/copy", folder);
	copy_tree(journal, copy);
	assert_none(verify());
	snprintf(command, sizeof command, "diff -r '%s' '%s'", journal, copy);
	assert_int_equal(system(command), 0);
}

/* ---- bodies ---- */

static void a_flipped_byte_is_found(void **state)
{
	for (int sealed = 0; sealed < 2; sealed++) {
		struct seen s;

		set_up(state);
		make(10, sealed);
		replace_in(reads, "kudan-es", "kudan-et");
		s = verify();
		ASSERT_ONLY(s, FINDING_BODY);
		assert_int_equal(s.count[FINDING_BODY], 1);
		assert_int_equal(s.n[FINDING_BODY], 0);
		tear_down(state);
	}
	set_up(state);
}

static void a_line_that_is_no_record_any_more_is_found(void **state)
{
	struct seen s;

	(void)state;
	make(10, true);
	replace_in(reads, "\"role\":", "\"rule\":");
	s = verify();
	ASSERT_ONLY(s, FINDING_LINE, FINDING_BODY);
	assert_int_equal(s.n[FINDING_BODY], 0);
}

static void a_dropped_line_is_found(void **state)
{
	static const int order[] = {0, -1};

	for (int sealed = 0; sealed < 2; sealed++) {
		struct seen s;

		set_up(state);
		make(10, sealed);
		reorder(reads, order, 2);
		s = verify();
		ASSERT_ONLY(s, FINDING_MISSING);
		assert_int_equal(s.count[FINDING_MISSING], 1);
		assert_int_equal(s.n[FINDING_MISSING], 1);
		tear_down(state);
	}
	set_up(state);
}

static void a_removed_file_is_found(void **state)
{
	char path[700];
	struct seen s;

	(void)state;
	make(10, true);
	path_in(path, changes);
	unlink(path);
	s = verify();
	ASSERT_ONLY(s, FINDING_MISSING);
	assert_int_equal(s.count[FINDING_MISSING], 3); /* 2, 5, 8 */
}

static void swapped_lines_are_found(void **state)
{
	static const int order[] = {0, 2, 1};
	struct seen s;

	(void)state;
	make(10, true);
	reorder(reads, order, 3);
	s = verify();
	ASSERT_ONLY(s, FINDING_ORDER);
	assert_int_equal(s.n[FINDING_ORDER], 1);
}

static void swapped_numbers_are_found(void **state)
{
	struct seen s;

	(void)state;
	make(10, true);
	replace_in(reads, "{\"n\":0,", "{\"n\":X,");
	replace_in(reads, "{\"n\":1,", "{\"n\":0,");
	replace_in(reads, "{\"n\":X,", "{\"n\":1,");
	s = verify();
	ASSERT_ONLY(s, FINDING_ORDER, FINDING_TIME, FINDING_BODY);
	assert_int_equal(s.count[FINDING_BODY], 2);
}

static void add_line(const char *name, const struct record *r)
{
	struct buf b;

	slurp(name, &b);
	record_write(&b, r);
	buf_addc(&b, '\n');
	spit(name, buf_span(&b));
	buf_clear(&b);
}

static void an_extra_line_is_found(void **state)
{
	struct record r = a_read("x");
	struct seen s;

	(void)state;
	make(10, true);
	r.salt = SPAN("00000000000000000000000000000000");
	r.t = T0 + 10;
	r.n = 10;
	add_line(reads, &r);
	s = verify();
	ASSERT_ONLY(s, FINDING_EXTRA);
	assert_int_equal(s.n[FINDING_EXTRA], 10);
}

static void a_number_that_is_there_twice_is_found(void **state)
{
	static const int order[] = {0, 1, 2, 3, 4, 5, 6, 6};
	struct seen s;

	(void)state;
	make(12, true); /* reads are 0 1 3 4 6 7 9 10 */
	reorder(reads, order, 8);
	s = verify();
	ASSERT_ONLY(s, FINDING_ORDER, FINDING_EXTRA, FINDING_MISSING);
	assert_int_equal(s.n[FINDING_EXTRA], 9);
	assert_int_equal(s.n[FINDING_MISSING], 10);
}

static void a_time_that_was_moved_back_is_found(void **state)
{
	struct seen s;

	(void)state;
	make(10, true);
	replace_in(reads, "{\"n\":4,\"t\":\"2026-11-20T05:31:11Z\"",
		   "{\"n\":4,\"t\":\"2026-11-20T05:31:01Z\"");
	s = verify();
	ASSERT_ONLY(s, FINDING_TIME, FINDING_BODY);
	assert_int_equal(s.n[FINDING_TIME], 4);
	assert_int_equal(s.n[FINDING_BODY], 4);
}

static void a_line_in_the_file_of_another_class_is_found(void **state)
{
	struct buf from, to;
	long end;
	struct seen s;

	(void)state;
	make(9, true); /* the last change is 8 */
	slurp(changes, &from);
	slurp(reads, &to);
	end = (long)((char *)memrchr(from.data, '\n', from.len - 1) + 1 - from.data);
	buf_add(&to, from.data + end, from.len - (size_t)end);
	spit(reads, buf_span(&to));
	spit(changes, span_make(from.data, (size_t)end));
	s = verify();
	ASSERT_ONLY(s, FINDING_LINE);
	buf_clear(&from);
	buf_clear(&to);
}

static void a_line_in_the_file_of_another_month_is_found(void **state)
{
	char from[700], to[700];
	struct seen s;

	(void)state;
	make(9, true);
	path_in(from, changes);
	path_in(to, "bodies/change/2026-10.jsonl");
	assert_int_equal(rename(from, to), 0);
	s = verify();
	ASSERT_ONLY(s, FINDING_PLACE);
	assert_int_equal(s.count[FINDING_PLACE], 3);
}

static void a_foreign_file_is_found(void **state)
{
	struct seen s;

	(void)state;
	make(9, true);
	spit("bodies/change/notes.txt", SPAN("x"));
	s = verify();
	ASSERT_ONLY(s, FINDING_PLACE);
}

static void garbage_is_found_and_read_to_its_end(void **state)
{
	static char long_line[200000];
	struct buf b;
	struct seen s;

	(void)state;
	make(10, true);
	memset(long_line, '[', sizeof long_line);
	slurp(reads, &b);
	buf_add(&b, long_line, sizeof long_line);
	buf_adds(&b, "\n{}\n\n");
	spit(reads, buf_span(&b));
	s = verify();
	ASSERT_ONLY(s, FINDING_LINE);
	buf_clear(&b);
}

static void every_code_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int a = 0; a < FINDING_CODES; a++)
		for (int b = 0; b < a; b++)
			assert_string_not_equal(journal_finding_name((enum journal_finding_code)a),
						journal_finding_name((enum journal_finding_code)b));
	assert_string_equal(journal_finding_name(FINDING_CODES), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FOLDER(a_whole_journal_has_no_findings),
	    WITH_FOLDER(a_sealed_journal_has_no_findings),
	    WITH_FOLDER(the_proof_tells_size_and_root),
	    WITH_FOLDER(verifying_changes_nothing),
	    cmocka_unit_test_teardown(a_flipped_byte_is_found, tear_down),
	    WITH_FOLDER(a_line_that_is_no_record_any_more_is_found),
	    cmocka_unit_test_teardown(a_dropped_line_is_found, tear_down),
	    WITH_FOLDER(a_removed_file_is_found),
	    WITH_FOLDER(swapped_lines_are_found),
	    WITH_FOLDER(swapped_numbers_are_found),
	    WITH_FOLDER(an_extra_line_is_found),
	    WITH_FOLDER(a_number_that_is_there_twice_is_found),
	    WITH_FOLDER(a_time_that_was_moved_back_is_found),
	    WITH_FOLDER(a_line_in_the_file_of_another_class_is_found),
	    WITH_FOLDER(a_line_in_the_file_of_another_month_is_found),
	    WITH_FOLDER(a_foreign_file_is_found),
	    WITH_FOLDER(garbage_is_found_and_read_to_its_end),
	    cmocka_unit_test(every_code_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
