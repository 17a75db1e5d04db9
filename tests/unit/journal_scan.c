/* Searching the journal, and the newest change of each branch. */
#include "vault/journal/lines.h"

#include "journal_fixture.h"

#include <unistd.h>

enum { T0 = 1795152667 }; /* 2026-11-20T05:31:07Z */

struct got {
	uint64_t n[4096];
	size_t count, stop;
};

static bool keep(void *ctx, const struct record *r, struct span line)
{
	struct got *g = ctx;
	struct buf again;

	buf_init(&again, RECORD_MAX);
	record_write(&again, r);
	assert_true(span_eq(buf_span(&again), line));
	buf_clear(&again);
	g->n[g->count++] = r->n;
	return g->count != g->stop;
}

static struct got scan(struct journal *j, struct journal_filter f)
{
	struct got g = {.count = 0};

	assert_ok(journal_scan(j, &f, keep, &g));
	return g;
}

#define assert_numbers(g, ...)                                                                     \
	do {                                                                                       \
		const uint64_t want_[] = {__VA_ARGS__};                                            \
		assert_int_equal((g).count, sizeof want_ / sizeof *want_);                         \
		assert_memory_equal((g).n, want_, sizeof want_);                                   \
	} while (0)

/* Six records over three months and three classes. */
static struct journal *three_months(void)
{
	static const int64_t month = 31 * 86400;
	struct journal *j = create();
	struct record r = a_read("req-1"), c = a_change("children/c1"), s = a_read("req-1");

	s.class = "session";
	s.event = SPAN("login");
	s.child = SPAN_NONE;
	r.t = T0;
	append(j, &r); /* 0 */
	c.t = T0 + 5;
	append(j, &c); /* 1 */
	s.t = T0 + month;
	append(j, &s); /* 2 */
	r.t = T0 + month + 5;
	r.account = SPAN("suzuki");
	r.reason = SPAN("\"account\":\"tanaka\""); /* a text that looks like a field */
	append(j, &r);				   /* 3 */
	c.t = T0 + 2 * month;
	c.event = SPAN("sheet.submit");
	append(j, &c); /* 4 */
	r.t = T0 + 2 * month;
	r.child = SPAN("c0000000001");
	r.request = SPAN("req-12");
	append(j, &r); /* 5 */
	return j;
}

static void without_a_filter_all_come_in_order(void **state)
{
	struct journal *j = three_months();
	struct got g = scan(j, (struct journal_filter){0});

	(void)state;
	assert_numbers(g, 0, 1, 2, 3, 4, 5);
	g = scan(j, (struct journal_filter){.newest_first = true});
	assert_numbers(g, 5, 4, 3, 2, 1, 0);
	journal_close(j);
	j = reopen(JOURNAL_READ);
	g = scan(j, (struct journal_filter){.newest_first = true});
	assert_numbers(g, 5, 4, 3, 2, 1, 0);
	journal_close(j);
}

static void each_filter_keeps_what_it_names(void **state)
{
	static const int64_t month = 31 * 86400;
	struct journal *j = three_months();
	struct got g;

	(void)state;
	g = scan(j, (struct journal_filter){.class = "change"});
	assert_numbers(g, 1, 4);
	g = scan(j, (struct journal_filter){.account = SPAN("suzuki")});
	assert_numbers(g, 3, 5);
	g = scan(j, (struct journal_filter){.account = SPAN("tanaka")});
	assert_numbers(g, 0, 1, 2, 4);
	g = scan(j, (struct journal_filter){.event = SPAN("sheet.save")});
	assert_numbers(g, 1);
	g = scan(j, (struct journal_filter){.event = SPAN("sheet.")});
	assert_numbers(g, 0, 1, 3, 4, 5);
	g = scan(j, (struct journal_filter){.child = SPAN("c7k3m9q2v4")});
	assert_numbers(g, 0, 3);
	g = scan(j, (struct journal_filter){.request = SPAN("req-1")});
	assert_numbers(g, 0, 2, 3);
	g = scan(j, (struct journal_filter){.repository = SPAN("children/c1")});
	assert_numbers(g, 1, 4);
	g = scan(j, (struct journal_filter){.role = SPAN("school"),
					    .institution = SPAN("kudan-es"),
					    .object = SPAN("kyoiku-shien/2026"),
					    .account = SPAN("suzuki"),
					    .class = "read"});
	assert_numbers(g, 3, 5);
	g = scan(j, (struct journal_filter){.from = T0 + 5, .to = T0 + month + 5});
	assert_numbers(g, 1, 2);
	g = scan(j, (struct journal_filter){
			.from = T0 + 6, .to = T0 + 2 * month + 1, .newest_first = true});
	assert_numbers(g, 5, 4, 3, 2);
	g = scan(j, (struct journal_filter){.limit = 2, .newest_first = true});
	assert_numbers(g, 5, 4);
	g = scan(j, (struct journal_filter){.account = SPAN("nobody")});
	assert_int_equal(g.count, 0);
	g = scan(j, (struct journal_filter){.from = T0 + 100 * month});
	assert_int_equal(g.count, 0);
	journal_close(j);
}

static void the_caller_may_stop(void **state)
{
	struct journal *j = three_months();
	struct journal_filter all = {0};
	struct got g = {.stop = 3};

	(void)state;
	assert_ok(journal_scan(j, &all, keep, &g));
	assert_numbers(g, 0, 1, 2);
	journal_close(j);
}

static void a_wrong_class_and_a_broken_line_are_errors(void **state)
{
	struct journal *j = three_months();
	struct journal_filter f = {.class = "none"};
	struct got g = {.count = 0};

	(void)state;
	assert_status(journal_scan(j, &f, keep, &g), ST_INVALID);
	journal_close(j);
	j = reopen(JOURNAL_READ);
	replace_in("bodies/session/2026-12.jsonl", "{\"n\":2", "{\"m\":2");
	f.class = NULL;
	assert_status(journal_scan(j, &f, keep, &g), ST_CORRUPT);
	assert_numbers(g, 0, 1);
	journal_close(j);
}

static void long_files_are_read_both_ways(void **state)
{
	struct journal *j = create();
	struct got g;

	(void)state;
	append_many(j, 2000, T0);
	g = scan(j, (struct journal_filter){0});
	assert_int_equal(g.count, 2000);
	for (size_t i = 0; i < 2000; i++)
		assert_int_equal(g.n[i], i);
	g = scan(j, (struct journal_filter){.newest_first = true});
	assert_int_equal(g.count, 2000);
	for (size_t i = 0; i < 2000; i++)
		assert_int_equal(g.n[i], 1999 - i);
	journal_close(j);
}

/* ---- lines ---- */

static void assert_lines(const char *path, uint64_t size, bool backwards, const char *const *want,
			 size_t count)
{
	struct lines l;
	struct span line;

	lines_init(&l);
	assert_ok(lines_open(&l, path, size, backwards));
	for (size_t i = 0; i < count; i++) {
		assert_ok(lines_next(&l, &line));
		assert_true(span_is(line, want[backwards ? count - 1 - i : i]));
	}
	assert_ok(lines_next(&l, &line));
	assert_null(line.p);
	lines_close(&l);
}

static void lines_are_the_same_from_both_ends(void **state)
{
	static char big[60001], bigger[65000];
	const char *const lines[] = {"", "a", "", big, "b", bigger, "c"};
	struct buf b;
	char path[700];

	(void)state;
	memset(big, 'x', sizeof big - 1);
	memset(bigger, 'y', sizeof bigger - 1);
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < 7; i++)
		buf_addf(&b, "%s\n", lines[i]);
	assert_ok(file_mkdirs(journal));
	spit("lines", buf_span(&b));
	path_in(path, "lines");
	assert_lines(path, b.len, false, lines, 7);
	assert_lines(path, b.len, true, lines, 7);
	assert_lines(path, b.len - 2, false, lines, 6); /* only what was there then */
	assert_lines(path, b.len - 2, true, lines, 6);
	assert_lines(path, 0, false, lines, 0);
	assert_lines(path, 0, true, lines, 0);
	assert_int_equal(truncate(path, 10), 0);
	{
		struct lines l;
		struct span line;

		lines_init(&l);
		assert_ok(lines_open(&l, path, b.len, false));
		assert_status(lines_next(&l, &line), ST_CORRUPT);
		lines_close(&l);
	}
	buf_clear(&b);
}

/* ---- heads ---- */

static void the_newest_change_of_each_branch_is_found(void **state)
{
	struct journal *j = create();
	struct got g = {.count = 0};
	char name[32];
	struct record c;

	(void)state;
	for (int i = 0; i < 10; i++) {
		snprintf(name, sizeof name, "children/c%d", i % 3);
		c = a_change(name);
		append(j, &c);
	}
	c.ref = SPAN("refs/heads/other");
	append(j, &c); /* 10: children/c0, another branch */
	assert_ok(journal_heads(j, keep, &g));
	assert_numbers(g, 10, 9, 8, 7);
	g = (struct got){.stop = 2};
	assert_ok(journal_heads(j, keep, &g));
	assert_numbers(g, 10, 9);
	journal_close(j);
}

static void heads_of_many_repositories_are_found(void **state)
{
	struct journal *j = create();
	struct got g = {.count = 0};

	(void)state;
	for (int i = 0; i < 1500; i++) {
		char name[32];
		struct record c;

		snprintf(name, sizeof name, "children/c%d", i % 1200);
		c = a_change(name);
		append(j, &c);
	}
	assert_ok(journal_heads(j, keep, &g));
	assert_int_equal(g.count, 1200);
	assert_int_equal(g.n[0], 1499);
	assert_int_equal(g.n[1199], 300);
	journal_close(j);
}

#define WITH_FOLDER(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FOLDER(without_a_filter_all_come_in_order),
	    WITH_FOLDER(each_filter_keeps_what_it_names),
	    WITH_FOLDER(the_caller_may_stop),
	    WITH_FOLDER(a_wrong_class_and_a_broken_line_are_errors),
	    WITH_FOLDER(long_files_are_read_both_ways),
	    WITH_FOLDER(lines_are_the_same_from_both_ends),
	    WITH_FOLDER(the_newest_change_of_each_branch_is_found),
	    WITH_FOLDER(heads_of_many_repositories_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
