/* The proof of what came since an earlier one: it says yes to what only grew, and to nothing else.
 */
#include "journal_tamper.h"

#include "vault/journal/proof.h"

enum { BEFORE = 300, MORE = 40 };

static struct journal_proof before;

/* A journal that was proved at BEFORE records and has grown since; sealed: nothing is in tail. */
static void grown(bool sealed)
{
	struct journal *j = create();

	append_many(j, BEFORE, T0);
	assert_ok(journal_verify(j, NULL, 0, NULL, NULL, &before));
	append_many(j, MORE, T0 + BEFORE);
	if (sealed) {
		assert_ok(journal_enter(j));
		assert_ok(state_seal(j));
		journal_leave(j);
	}
	journal_close(j);
}

static bool count(void *ctx, const struct record *r, struct span line)
{
	(void)line;
	assert_true(r->n >= BEFORE);
	++*(size_t *)ctx;
	return true;
}

static enum status since(const struct journal_promise *p, size_t n, struct journal_proof *out)
{
	struct journal *j = reopen(JOURNAL_READ);
	size_t changes_ = 0;
	enum status st = journal_verify_since(j, &before, p, n, count, &changes_, out);

	if (!st)
		assert_int_equal(changes_, MORE / 3);
	journal_close(j);
	return st;
}

static void what_only_grew_is_proved(void **state)
{
	for (int sealed = 0; sealed < 2; sealed++) {
		struct journal_proof now, whole;
		struct journal *j;

		set_up(state);
		grown(sealed);
		assert_ok(since(NULL, 0, &now));
		j = reopen(JOURNAL_READ);
		assert_ok(journal_verify(j, NULL, 0, NULL, NULL, &whole));
		journal_close(j);
		assert_int_equal(now.size, BEFORE + MORE);
		assert_int_equal(now.records, MORE);
		assert_int_equal(now.t, whole.t);
		assert_memory_equal(now.root, whole.root, sizeof now.root);
		assert_memory_equal(now.node, whole.node, sizeof now.node);
		tear_down(state);
	}
	set_up(state);
}

/* ---- what is not as it was written ---- */

/* In the last line but `back` of a file. */
static void edit_late(const char *name, const char *from, const char *to, int back)
{
	struct buf old, new;
	struct span rest;
	int lines = 0, n = 0;

	slurp(name, &old);
	for (size_t i = 0; i < old.len; i++)
		lines += old.data[i] == '\n';
	buf_init(&new, 1 << 20);
	for (rest = buf_span(&old); rest.n; n++) {
		struct span line = span_cut(&rest, '\n');
		const char *at =
		    n == lines - 1 - back ? memmem(line.p, line.n, from, strlen(from)) : NULL;

		if (at) {
			buf_add(&new, line.p, (size_t)(at - line.p));
			buf_adds(&new, to);
			buf_add(&new, at + strlen(from),
				line.n - (size_t)(at - line.p) - strlen(from));
		} else {
			buf_addspan(&new, line);
		}
		buf_addc(&new, '\n');
	}
	assert_false(span_eq(buf_span(&old), buf_span(&new)));
	spit(name, buf_span(&new));
	buf_clear(&old);
	buf_clear(&new);
}

static void cut_late(const char *name)
{
	struct buf b;
	size_t n;

	slurp(name, &b);
	for (n = b.len - 1; b.data[n - 1] != '\n'; n--)
		continue;
	spit(name, span_make(b.data, n));
	buf_clear(&b);
}

static void a_record_says_something_else(void)
{
	edit_late(reads, "kudan-es", "kudan-et", 3);
}

static void a_record_is_none(void)
{
	edit_late(reads, "\"role\":", "\"rule\":", 3);
}

static void a_record_is_gone(void)
{
	cut_late(changes);
}

static void a_leaf_is_another(void)
{
	set_byte("tile/0/001.p/84", -5, 'x');
}

static void a_tile_is_gone(void)
{
	char path[700];

	path_in(path, "tile/0/001.p/84");
	assert_int_equal(remove(path), 0);
}

static void the_checkpoint_is_gone(void)
{
	char path[700];

	path_in(path, "checkpoint");
	assert_int_equal(remove(path), 0);
}

static void a_foreign_file_is_there(void)
{
	spit("bodies/read/notes.txt", SPAN("x\n"));
}

static void the_seal_is_damaged(void)
{
	set_byte("sealed", 3, 'x');
}

static void a_batch_is_torn(void)
{
	struct buf b;

	slurp("tail", &b);
	buf_adds(&b, "batch 1 5");
	spit("tail", buf_span(&b));
	buf_clear(&b);
}

static void a_month_has_another_name(void)
{
	char from[700], to[700];

	path_in(from, reads);
	path_in(to, "bodies/read/2026-12.jsonl");
	assert_int_equal(rename(from, to), 0);
}

static const struct {
	const char *name;
	void (*tamper)(void);
} cases[] = {
#define CASE(f)                                                                                    \
	{                                                                                          \
#f, f                                                                              \
	}
    CASE(a_record_says_something_else),
    CASE(a_record_is_none),
    CASE(a_record_is_gone),
    CASE(a_leaf_is_another),
    CASE(a_tile_is_gone),
    CASE(the_checkpoint_is_gone),
    CASE(a_foreign_file_is_there),
    CASE(the_seal_is_damaged),
    CASE(a_batch_is_torn),
    CASE(a_month_has_another_name),
};

static void whatever_is_odd_is_left_to_the_whole_proof(void **state)
{
	for (int sealed = 0; sealed < 2; sealed++)
		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
			struct journal_proof now;
			enum status st;

			set_up(state);
			grown(sealed);
			cases[i].tamper();
			st = since(NULL, 0, &now);
			if (st != ST_STALE && st != ST_CORRUPT)
				fail_msg("%s%s: %s", cases[i].name, sealed ? ", sealed" : "",
					 status_name(st));
			tear_down(state);
		}
	set_up(state);
}

/* What is not in a checkpoint yet is in tail alone. */
static void a_record_beyond_the_checkpoint_is_compared_with_tail(void **state)
{
	struct journal *j = create();
	struct journal_proof now;
	char copy[600];

	(void)state;
	append_many(j, BEFORE, T0);
	assert_ok(journal_verify(j, NULL, 0, NULL, NULL, &before));
	assert_ok(journal_enter(j));
	assert_ok(state_publish(j));
	journal_leave(j);
	append_many(j, MORE, T0 + BEFORE);
	snprintf(copy, sizeof copy, "%s/copy", folder);
	copy_tree(journal, copy); /* as it is while it is written */
	journal_close(j);
	snprintf(journal, sizeof journal, "%s", copy);
	assert_ok(since(NULL, 0, &now));
	a_record_says_something_else();
	assert_status(since(NULL, 0, &now), ST_STALE);
}

/* A body and its leaf that were changed together give another root. */
static void the_published_root_must_come_of_it(void **state)
{
	struct journal_proof now;
	struct buf note, b;
	struct hash leaf;
	struct span rest, line = SPAN_NONE;
	uint64_t n = 0;
	int64_t t;

	(void)state;
	grown(true);
	a_record_says_something_else();
	slurp(reads, &b);
	for (rest = buf_span(&b); rest.n;) {
		struct span one = span_cut(&rest, '\n');

		if (memmem(one.p, one.n, "kudan-et", 8))
			line = one;
	}
	assert_true(record_peek(line, &n, &t));
	leaf = hash_leaf(line);
	slurp("tile/0/001.p/84", &note);
	memcpy(note.data + (n - 256) * sizeof leaf, &leaf, sizeof leaf);
	spit("tile/0/001.p/84", buf_span(&note));
	assert_status(since(NULL, 0, &now), ST_STALE);
	buf_clear(&note);
	buf_clear(&b);
}

/* ---- what was kept, and what others keep ---- */

static void what_was_kept_must_fit_together(void **state)
{
	struct journal_proof now, good;

	(void)state;
	grown(false);
	good = before;
	before.root[3] ^= 1;
	assert_status(since(NULL, 0, &now), ST_STALE);
	before = good;
	for (size_t i = 0; i < JOURNAL_NODES; i++)
		before.node[i][0] ^= 1;
	assert_status(since(NULL, 0, &now), ST_STALE);
	before = good;
	before.t += MORE;
	assert_status(since(NULL, 0, &now), ST_STALE); /* older than what was before it */
	before = good;
	before.size += MORE + 1;
	assert_status(since(NULL, 0, &now), ST_STALE); /* the journal was longer */
	before = good;
	assert_ok(since(NULL, 0, &now));
}

static void promises_are_kept_by_what_is_new(void **state)
{
	struct journal_promise p = {.root_len = 32};
	struct journal_proof now;
	struct journal *j;
	struct hash root;

	(void)state;
	grown(false);
	j = reopen(JOURNAL_READ);
	p.size = BEFORE + 7;
	assert_ok(journal_prove_root(j, p.size, &root));
	memcpy(p.root, root.b, sizeof root.b);
	journal_close(j);
	assert_ok(since(&p, 1, &now));
	p.root[0] ^= 1;
	assert_status(since(&p, 1, &now), ST_STALE);
	p.root[0] ^= 1;
	p.size = BEFORE - 1; /* of what is not looked at */
	assert_status(since(&p, 1, &now), ST_STALE);
	p.size = BEFORE + MORE + 1;
	assert_status(since(&p, 1, &now), ST_STALE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FOLDER(what_only_grew_is_proved),
	    WITH_FOLDER(whatever_is_odd_is_left_to_the_whole_proof),
	    WITH_FOLDER(a_record_beyond_the_checkpoint_is_compared_with_tail),
	    WITH_FOLDER(the_published_root_must_come_of_it),
	    WITH_FOLDER(what_was_kept_must_fit_together),
	    WITH_FOLDER(promises_are_kept_by_what_is_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
