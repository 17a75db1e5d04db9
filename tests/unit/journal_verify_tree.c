/* Tampering with tiles, checkpoint, key, tail and seal is found and named. */
#include "journal_tamper.h"

#include <unistd.h>

/* ---- tiles, checkpoint, tail, key ---- */

static void an_edited_tile_is_found(void **state)
{
	static const struct {
		const char *name;
		long at;
		uint64_t n;
	} cases[] = {
	    {"tile/0/000", 32 * 7, 7},
	    {"tile/0/002.p/188", 32 * 3 + 5, 515},
	    {"tile/1/000.p/2", 0, UINT64_MAX},
	};

	for (size_t i = 0; i < 3; i++) {
		struct seen s;
		struct buf b;

		set_up(state);
		make(700, true);
		slurp(cases[i].name, &b);
		set_byte(cases[i].name, cases[i].at, (char)(b.data[cases[i].at] ^ 1));
		s = verify();
		ASSERT_ONLY(s, FINDING_TILE);
		assert_int_equal(s.count[FINDING_TILE], 1);
		assert_int_equal(s.n[FINDING_TILE], cases[i].n);
		buf_clear(&b);
		tear_down(state);
	}
	set_up(state);
}

/* The checkpoint's own tiles count, also when the journal has grown since. */
static void an_edited_tile_behind_the_end_is_found(void **state)
{
	struct journal *j;
	struct seen s;

	(void)state;
	make(700, true);
	j = reopen(JOURNAL_WRITE);
	append_many(j, 30, T0 + 700);
	set_byte("tile/1/000.p/2", 0, 'x');
	set_byte("tile/1/000.p/2", 1, 'x');
	s = verify();
	ASSERT_ONLY(s, FINDING_TILE);
	journal_close(j);
}

static void a_missing_tile_is_found(void **state)
{
	static const char *const names[] = {"tile/0/001", "tile/0/002.p/188", "tile/1/000.p/2"};

	for (size_t i = 0; i < 3; i++) {
		char path[700];
		struct seen s;

		set_up(state);
		make(700, true);
		path_in(path, names[i]);
		assert_int_equal(unlink(path), 0);
		s = verify();
		ASSERT_ONLY(s, FINDING_TILE);
		assert_int_equal(s.count[FINDING_TILE], 1);
		tear_down(state);
	}
	set_up(state);
}

static void an_edited_checkpoint_is_found(void **state)
{
	struct seen s;

	(void)state;
	make(10, true);
	replace_in("checkpoint", "\n10\n", "\n11\n");
	s = verify();
	ASSERT_ONLY(s, FINDING_CHECKPOINT);
	spit("checkpoint", SPAN(""));
	s = verify();
	ASSERT_ONLY(s, FINDING_CHECKPOINT);
}

static void a_checkpoint_of_another_key_is_found(void **state)
{
	struct log_signer other;
	struct checkpoint c = {.size = 10};
	char elsewhere[600];
	struct buf b;
	struct seen s;

	(void)state;
	make(10, true);
	snprintf(elsewhere, sizeof elsewhere, "%s/other", folder);
	assert_ok(file_mkdirs(elsewhere));
	assert_ok(signer_create(elsewhere, SPAN(ORIGIN)));
	assert_ok(signer_load(&other, elsewhere, true));
	buf_init(&b, NOTE_MAX);
	note_write(&b, &other, &c);
	spit("checkpoint", buf_span(&b));
	s = verify();
	ASSERT_ONLY(s, FINDING_CHECKPOINT);
	buf_clear(&b);
}

/* Who has the key can sign, but the records do not give that root. */
static void a_checkpoint_with_another_root_is_found(void **state)
{
	struct log_signer key;
	struct checkpoint c = {.size = 10};
	struct buf b;
	struct seen s;

	(void)state;
	make(10, true);
	assert_ok(signer_load(&key, journal, true));
	buf_init(&b, NOTE_MAX);
	note_write(&b, &key, &c);
	spit("checkpoint", buf_span(&b));
	s = verify();
	ASSERT_ONLY(s, FINDING_ROOT);
	buf_clear(&b);
}

static void a_damaged_key_is_found(void **state)
{
	char path[700];
	struct seen s;

	(void)state;
	make(10, true);
	path_in(path, "key.pub");
	unlink(path);
	s = verify();
	ASSERT_ONLY(s, FINDING_KEY);
	spit("key.pub", SPAN("nonsense\n"));
	s = verify();
	ASSERT_ONLY(s, FINDING_KEY);
}

static void a_damaged_tail_is_found(void **state)
{
	struct seen s;

	(void)state;
	make(10, false);
	replace_in("tail", "kudan-es", "kudan-et"); /* in the first batch */
	s = verify();
	assert_true(s.count[FINDING_TAIL] > 0 && s.count[FINDING_SHORT] > 0);
}

/* Somebody who knows the format: tail has a good hash, but another record. */
static void a_rewritten_tail_is_found(void **state)
{
	struct buf old, lines, new;
	struct span rest;
	struct seen s;

	(void)state;
	make(1, false);
	replace_in("tail", "kudan-es", "kudan-et");
	slurp("tail", &old);
	rest = buf_span(&old);
	span_cut(&rest, '\n');
	buf_init(&lines, 1 << 20);
	buf_addspan(&lines, rest);
	buf_init(&new, 1 << 20);
	tail_wrap(&new, 1, buf_span(&lines));
	spit("tail", buf_span(&new));
	s = verify();
	ASSERT_ONLY(s, FINDING_TAIL);
	assert_int_equal(s.n[FINDING_TAIL], 0);
	buf_clear(&old);
	buf_clear(&lines);
	buf_clear(&new);
}

static void a_damaged_seal_is_found(void **state)
{
	struct seen s;

	(void)state;
	make(10, true);
	replace_in("sealed", "size 10", "size x");
	s = verify();
	ASSERT_ONLY(s, FINDING_TAIL);
}

static void what_a_crash_left_is_named_a_lag(void **state)
{
	struct buf b;
	struct seen s;

	(void)state;
	make(10, false);
	slurp(reads, &b);
	spit(reads, span_make(b.data, b.len - 20));
	s = verify();
	ASSERT_ONLY(s, FINDING_LAG);
	buf_clear(&b);
	journal_close(reopen(JOURNAL_WRITE));
	assert_none(verify());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(an_edited_tile_is_found, tear_down),
	    WITH_FOLDER(an_edited_tile_behind_the_end_is_found),
	    cmocka_unit_test_teardown(a_missing_tile_is_found, tear_down),
	    WITH_FOLDER(an_edited_checkpoint_is_found),
	    WITH_FOLDER(a_checkpoint_of_another_key_is_found),
	    WITH_FOLDER(a_checkpoint_with_another_root_is_found),
	    WITH_FOLDER(a_damaged_key_is_found),
	    WITH_FOLDER(a_damaged_tail_is_found),
	    WITH_FOLDER(a_rewritten_tail_is_found),
	    WITH_FOLDER(a_damaged_seal_is_found),
	    WITH_FOLDER(what_a_crash_left_is_named_a_lag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
