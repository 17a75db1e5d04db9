/* Differences of sequences and of texts. */
#include "generator/render/diff.h"

#include "generator/base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* "同じ[-前-][+後+]" */
static void text_differs(const char *old, const char *now, const char *want)
{
	struct diff_run *runs;
	size_t count;
	struct buf b;

	buf_init(&b, 100000);
	assert_int_equal(diff_text(span_of(old), span_of(now), &runs, &count), ST_OK);
	for (size_t i = 0; i < count; i++) {
		const char *mark = runs[i].kind == DIFF_REMOVED ? "-" : "+";

		if (runs[i].kind == DIFF_SAME)
			buf_addspan(&b, runs[i].text);
		else
			buf_addf(&b, "[%s%.*s%s]", mark, SPAN_ARG(runs[i].text), mark);
	}
	assert_string_equal(buf_str(&b), want);
	buf_clear(&b);
	free(runs);
}

static void changes_stand_where_they_are(void **state)
{
	(void)state;
	text_differs("", "", "");
	text_differs("同じ文です。", "同じ文です。", "同じ文です。");
	text_differs("", "あたらしい", "[+あたらしい+]");
	text_differs("なくなる", "", "[-なくなる-]");
	text_differs("一人でできる", "一人で少しできる", "一人で[+少し+]できる");
	text_differs("朝はおちつかない", "朝はおちつく", "朝はおちつ[-かない-][+く+]");
	text_differs("あう", "うお", "[-あ-]う[+お+]");
}

static void a_character_is_never_cut_in_two(void **state)
{
	(void)state;
	/* 葛 with and without its variation selector; が with a separate mark; a family. */
	text_differs("葛飾", "葛\U000E0100飾", "[-葛-][+葛\U000E0100+]飾");
	text_differs("か", "か\u3099", "[-か-][+か\u3099+]");
	text_differs("👨‍👩‍👧だ", "👨‍👩‍👦だ",
		     "[-👨‍👩‍👧-][+👨‍👩‍👦+]だ");
}

static void chance_agreements_are_not_shown_as_kept(void **state)
{
	(void)state;
	text_differs("朝の会のとき立ち歩く", "給食の時間はすわれる",
		     "[-朝の会のとき立ち歩く-][+給食の時間はすわれる+]");
	/* What is as long as its surroundings stays. */
	text_differs("a同じb", "c同じd", "[-a-][+c+]同じ[-b-][+d+]");
}

static void a_rewritten_long_text_is_replaced_as_a_whole(void **state)
{
	struct buf old, now;
	struct diff_run *runs;
	size_t count;

	(void)state;
	buf_init(&old, 100000);
	buf_init(&now, 100000);
	buf_adds(&old, "はじめ");
	buf_adds(&now, "はじめ");
	for (int i = 0; i < 3000; i++) {
		buf_adds(&old, i % 3 ? "か" : "き");
		buf_adds(&now, i % 2 ? "さ" : "し");
	}
	buf_adds(&old, "おわり");
	buf_adds(&now, "おわり");
	assert_int_equal(diff_text(buf_span(&old), buf_span(&now), &runs, &count), ST_OK);
	assert_int_equal(count, 4);
	assert_true(span_is(runs[0].text, "はじめ"));
	assert_int_equal(runs[1].kind, DIFF_REMOVED);
	assert_int_equal(runs[1].text.n, 9000);
	assert_int_equal(runs[2].kind, DIFF_ADDED);
	assert_int_equal(runs[2].text.n, 9000);
	assert_true(span_is(runs[3].text, "おわり"));
	free(runs);
	buf_clear(&old);
	buf_clear(&now);
}

/* Against a plain computation of the longest common subsequence ------------------------------- */

enum { LONGEST = 24 };

struct letters {
	char a[LONGEST], b[LONGEST];
};

static bool same_letter(const void *ctx, size_t i, size_t j)
{
	const struct letters *l = ctx;

	return l->a[i] == l->b[j];
}

static size_t longest_common(const struct letters *l, size_t n, size_t m)
{
	size_t best[LONGEST + 1][LONGEST + 1] = {{0}};

	for (size_t i = 1; i <= n; i++)
		for (size_t j = 1; j <= m; j++) {
			size_t up = best[i - 1][j], left = best[i][j - 1];

			best[i][j] = l->a[i - 1] == l->b[j - 1] ? best[i - 1][j - 1] + 1
				     : up > left		? up
								: left;
		}
	return best[n][m];
}

/* The steps use up both sequences in order; what is the same is the same; returns its length. */
static size_t check_steps(const struct letters *l, size_t n, size_t m, const struct diff_step *s,
			  size_t count)
{
	size_t i = 0, j = 0, same = 0;

	for (size_t k = 0; k < count; k++) {
		assert_true(s[k].count > 0);
		assert_true(k == 0 || s[k].kind != s[k - 1].kind);
		assert_false(k > 0 && s[k].kind == DIFF_REMOVED && s[k - 1].kind == DIFF_ADDED);
		if (s[k].kind != DIFF_ADDED)
			assert_int_equal(s[k].old, i);
		if (s[k].kind != DIFF_REMOVED)
			assert_int_equal(s[k].now, j);
		for (size_t x = 0; s[k].kind == DIFF_SAME && x < s[k].count; x++, same++)
			assert_int_equal(l->a[i + x], l->b[j + x]);
		i += s[k].kind != DIFF_ADDED ? s[k].count : 0;
		j += s[k].kind != DIFF_REMOVED ? s[k].count : 0;
	}
	assert_int_equal(i, n);
	assert_int_equal(j, m);
	return same;
}

static void no_shorter_way_exists(void **state)
{
	unsigned seed = 20261120;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct letters l;
		struct diff_step *steps;
		size_t count, n = (size_t)rand_r(&seed) % LONGEST,
			      m = (size_t)rand_r(&seed) % LONGEST;
		int kinds = 2 + rand_r(&seed) % 4;

		for (size_t i = 0; i < LONGEST; i++) {
			l.a[i] = (char)('a' + rand_r(&seed) % kinds);
			l.b[i] = (char)('a' + rand_r(&seed) % kinds);
		}
		assert_int_equal(diff_steps(n, m, same_letter, &l, &steps, &count), ST_OK);
		assert_int_equal(check_steps(&l, n, m, steps, count), longest_common(&l, n, m));
		free(steps);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(changes_stand_where_they_are),
	    cmocka_unit_test(a_character_is_never_cut_in_two),
	    cmocka_unit_test(chance_agreements_are_not_shown_as_kept),
	    cmocka_unit_test(a_rewritten_long_text_is_replaced_as_a_whole),
	    cmocka_unit_test(no_shorter_way_exists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
