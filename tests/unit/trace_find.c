/*
 * The index of the journal: whatever is asked for, it finds exactly what a walk over all records
 * finds, over thousands of random records and questions, also after a class's months went.
 */
#include "vault/db/trace.h"

#include "generator/base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 30000, QUESTIONS = 600, WORDS = 40 };

#define assert_ok(call)                                                                            \
	do {                                                                                       \
		enum status got_ = (call);                                                         \
		if (got_)                                                                          \
			fail_msg("%s: %s (%s)", #call, status_name(got_), fail_why());             \
	} while (0)

static char folder[512];
static struct trace *t;
static struct trace_row *rows;
static size_t count;
static char words[TRACE_FIELDS][WORDS][48];
static uint64_t seed;

static uint64_t chance(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

static int set_up(void **state)
{
	const char *under = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof folder, "%s/karte-trace-XXXXXX", under ? under : "/tmp");
	assert_non_null(mkdtemp(folder));
	rows = calloc(ROWS, sizeof *rows);
	assert_non_null(rows);
	count = 0;
	seed = 88172645463325252u;
	assert_ok(trace_open(&t, folder));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	trace_close(t);
	free(rows);
	return file_remove_tree(folder) ? -1 : 0;
}

/* ---- records ---- */

static void make_words(void)
{
	static const char *const events[] = {
	    "sheet.read", "sheet.save", "sheet.pdf", "child.read", "child.open",  "login",
	    "login.fail", "audit.read", "sheetlike", "file.read",  "release.give"};

	for (int f = 0; f < TRACE_FIELDS; f++)
		for (int w = 0; w < WORDS; w++)
			snprintf(words[f][w], sizeof words[f][w], "%c%d-%s", 'a' + f, w,
				 w % 3 ? "まえ" : "Ato");
	for (size_t w = 0; w < WORDS; w++)
		snprintf(words[TRACE_EVENT][w], sizeof words[0][w], "%s",
			 events[w % (sizeof events / sizeof *events)]);
	snprintf(words[TRACE_DECISION][0], 48, "allow");
}

/* Some words are in nearly every record, some in few, some fields are often absent. */
static struct span random_word(int field)
{
	uint64_t w = chance(4) ? chance(3) : chance(WORDS);

	if (field > TRACE_INSTITUTION && chance(3) == 0)
		return SPAN_NONE;
	return span_of(words[field][w]);
}

static void make_rows(void)
{
	uint64_t n = 7;
	int64_t at = 1700000000;

	make_words();
	for (count = 0; count < ROWS; count++) {
		struct trace_row *r = &rows[count];

		n += chance(20) ? 1 : 1 + chance(1000);
		at += (int64_t)chance(3000);
		*r = (struct trace_row){.n = n,
					.t = at,
					.class = (int)chance(6),
					.at = count % 7 ? chance(1 << 20)
							: chance(UINT64_C(1) << 40)};
		for (int f = 0; f < TRACE_FIELDS; f++)
			r->field[f] = random_word(f);
	}
}

/* In changes of all lengths, so that the newest segment is read again and again. */
static void add_rows(void)
{
	size_t done = 0;
	uint64_t state = 0;

	while (done < count) {
		size_t to = done + 1 + chance(done < 200 ? 20 : 6000);

		assert_ok(trace_begin(t, &state, sizeof state));
		assert_int_equal(state, done);
		for (; done < count && done < to; done++)
			assert_ok(trace_add(t, &rows[done]));
		state = done;
		assert_ok(trace_end(t, ST_OK, &state, sizeof state));
	}
}

/* ---- questions ---- */

static bool has(struct span text, struct span part)
{
	return text.p && span_find(text, part) >= 0;
}

static bool fits(const struct trace_query *q, const struct trace_row *r)
{
	if (q->classes && !(q->classes >> r->class & 1))
		return false;
	if (r->t < q->from || (q->to && r->t >= q->to) || r->n < q->after ||
	    (q->upto && r->n >= q->upto))
		return false;
	for (int f = 0; f < TRACE_FIELDS; f++) {
		struct span want = q->field[f];

		if (want.n && want.p[want.n - 1] == '.' ? !span_starts(r->field[f], want)
							: want.n && !span_eq(r->field[f], want))
			return false;
	}
	return !q->word.n || has(r->field[TRACE_OBJECT], q->word) ||
	       has(r->field[TRACE_REASON], q->word) || span_eq(r->field[TRACE_ACCOUNT], q->word);
}

static void compare(const struct trace_query *q)
{
	struct trace_hit *hit = NULL;
	size_t found = 0, k = 0;

	assert_ok(trace_find(t, q, &hit, &found));
	for (size_t i = 0; i < count; i++) {
		const struct trace_row *r = &rows[q->oldest_first ? i : count - 1 - i];

		if (!fits(q, r) || (q->limit && k == q->limit))
			continue;
		if (k >= found || hit[k].n != r->n)
			fail_msg("record %llu is not found", (unsigned long long)r->n);
		assert_int_equal(hit[k].t, r->t);
		assert_int_equal(hit[k].at, r->at);
		assert_int_equal(hit[k].class, r->class);
		k++;
	}
	assert_int_equal(found, k);
	free(hit);
}

static struct trace_query random_question(void)
{
	static const char *const parts[] = {"5", "まえ", "f1-", "nowhere", "b1-まえ"};
	struct trace_query q = {.oldest_first = chance(2),
				.limit = chance(3) ? 0 : 1 + chance(150)};
	const struct trace_row *a = &rows[chance(count)], *b = &rows[chance(count)];

	if (chance(2)) {
		q.from = a->t;
		q.to = b->t;
	}
	if (chance(4) == 0)
		q.upto = a->n;
	if (chance(8) == 0)
		q.after = b->n;
	if (chance(3) == 0)
		q.classes = (unsigned)(1 + chance(63));
	for (int f = 0; f < TRACE_FIELDS; f++)
		if (chance(4) == 0)
			q.field[f] = chance(30) ? random_word(f) : SPAN("in no record");
	if (chance(6) == 0)
		q.field[TRACE_EVENT] = chance(2) ? SPAN("sheet.") : SPAN("l.");
	if (chance(5) == 0)
		q.word = span_of(parts[chance(sizeof parts / sizeof *parts)]);
	return q;
}

static void ask(size_t questions)
{
	for (size_t i = 0; i < questions; i++) {
		const struct trace_query q = random_question();

		compare(&q);
	}
}

/* ---- sentences ---- */

static void it_finds_what_a_walk_over_all_records_finds(void **state)
{
	uint64_t in_it;

	(void)state;
	make_rows();
	add_rows();
	assert_ok(trace_count(t, &in_it));
	assert_int_equal(in_it, ROWS);
	ask(QUESTIONS);
	trace_close(t);
	assert_ok(trace_open(&t, folder));
	ask(20);
}

static size_t take_out(int class, int64_t from, int64_t to)
{
	size_t kept = 0, gone;

	for (size_t i = 0; i < count; i++)
		if (rows[i].class != class || rows[i].t < from || rows[i].t >= to)
			rows[kept++] = rows[i];
	gone = count - kept;
	count = kept;
	return gone;
}

static void prune(int class, int64_t from, int64_t to)
{
	uint64_t mark = 0;

	assert_ok(trace_begin(t, &mark, sizeof mark));
	assert_ok(trace_prune(t, class, from, to));
	assert_ok(trace_end(t, ST_OK, &mark, sizeof mark));
	assert_true(take_out(class, from, to) > 0);
}

static bool on_disk(const char *word)
{
	static const char *const names[] = {"trace.db", "trace.db-wal"};
	bool found = false;

	for (int i = 0; i < 2; i++) {
		char path[600];
		struct buf bytes;

		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		buf_init(&bytes, 64 << 20);
		if (file_read(path, &bytes) == ST_OK)
			found |= bytes.len && memmem(bytes.data, bytes.len, word, strlen(word));
		buf_clear(&bytes);
	}
	return found;
}

static void what_is_pruned_is_gone_and_the_rest_is_found(void **state)
{
	(void)state;
	make_rows();
	for (size_t i = 2000; i < 2300; i++) {
		rows[i].class = 1;
		rows[i].field[TRACE_ACCOUNT] = SPAN("somebody-who-left");
	}
	add_rows();
	assert_true(on_disk("somebody-who-left"));
	prune(1, rows[1000].t, rows[9000].t);
	prune(3, 0, INT64_MAX);
	assert_ok(trace_wipe(t));
	assert_false(on_disk("somebody-who-left"));
	assert_true(on_disk("まえ"));
	ask(QUESTIONS / 3);
	prune(1, 0, INT64_MAX);
	ask(20);
}

static void a_change_that_fails_leaves_nothing(void **state)
{
	const struct trace_query all = {.limit = 0};
	uint64_t mark = 5;

	(void)state;
	make_rows();
	count = 0;
	assert_ok(trace_begin(t, &mark, sizeof mark));
	assert_int_equal(mark, 0);
	assert_ok(trace_add(t, &rows[0]));
	assert_int_equal(trace_end(t, ST_IO, &mark, sizeof mark), ST_IO);
	compare(&all);
	count = 2;
	assert_ok(trace_begin(t, &mark, sizeof mark));
	assert_ok(trace_add(t, &rows[0]));
	assert_ok(trace_add(t, &rows[1]));
	mark = 2;
	assert_ok(trace_end(t, ST_OK, &mark, sizeof mark));
	compare(&all);
	assert_ok(trace_begin(t, &mark, sizeof mark));
	assert_int_equal(mark, 2);
	assert_ok(trace_clear(t));
	assert_ok(trace_end(t, ST_OK, NULL, 0)); /* without a state nothing happened */
	compare(&all);
	assert_ok(trace_begin(t, &mark, sizeof mark));
	assert_ok(trace_clear(t));
	assert_ok(trace_end(t, ST_OK, &mark, sizeof mark));
	count = 0;
	compare(&all);
}

static void a_broken_file_is_made_anew(void **state)
{
	const struct trace_query all = {.limit = 0};
	char path[600];
	uint64_t mark;

	(void)state;
	make_rows();
	add_rows();
	trace_close(t);
	snprintf(path, sizeof path, "%s/trace.db", folder);
	assert_ok(
	    file_write(path, SPAN("this is no database at all, whatever its name says"), 0600));
	assert_ok(trace_open(&t, folder));
	count = 0;
	compare(&all);
	assert_ok(trace_begin(t, &mark, sizeof mark));
	assert_int_equal(mark, 0);
	assert_ok(trace_end(t, ST_OK, NULL, 0));
}

int main(void)
{
#define SENTENCE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    SENTENCE(it_finds_what_a_walk_over_all_records_finds),
	    SENTENCE(what_is_pruned_is_gone_and_the_rest_is_found),
	    SENTENCE(a_change_that_fails_leaves_nothing),
	    SENTENCE(a_broken_file_is_made_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
