/*
 * Proofs against another way to the same: roots and paths by the recursive definitions of RFC 6962
 * over the leaves themselves, for every pair of sizes up to 300, and random large ones.
 */
#include "vault/journal/proof.h"

#include "journal_tamper.h"

#include <time.h>

enum { EVERY = 300, LARGE = 70000 };

static struct hash leaves[LARGE];

static void make_leaves(void)
{
	for (unsigned i = 0; i < LARGE; i++) {
		char text[32];

		snprintf(text, sizeof text, "leaf %u", i);
		leaves[i] = hash_leaf(span_of(text));
	}
}

/* ---- the definitions ---- */

/* Where MTH of 2 to 256 leaves in their place is remembered; NULL: nowhere. */
static struct hash *remembered(const struct hash *d, uint64_t n, bool **known)
{
	static struct hash hash[2 * 1024];
	static bool have[2 * 1024];
	uint64_t at = (uint64_t)(d - leaves);

	if (n < 2 || n > 256 || (n & (n - 1)) || at % n || at + n > 1024)
		return NULL;
	*known = &have[1024 / n + at / n];
	return &hash[1024 / n + at / n];
}

/* MTH(D[n]). */
static struct hash mth(const struct hash *d, uint64_t n)
{
	struct hash a, b, *place;
	bool *known = NULL;
	uint64_t k = 1;

	if (n == 0)
		return hash_empty();
	if (n == 1)
		return d[0];
	place = remembered(d, n, &known);
	if (place && *known)
		return *place;
	while (k * 2 < n)
		k *= 2;
	a = mth(d, k);
	b = mth(d + k, n - k);
	a = hash_node(&a, &b);
	if (place) {
		*place = a;
		*known = true;
	}
	return a;
}

/* PATH(m, D[n]). */
static void path(uint64_t m, const struct hash *d, uint64_t n, struct proof *p)
{
	uint64_t k = 1;

	if (n == 1)
		return;
	while (k * 2 < n)
		k *= 2;
	if (m < k) {
		path(m, d, k, p);
		p->h[p->count++] = mth(d + k, n - k);
	} else {
		path(m - k, d + k, n - k, p);
		p->h[p->count++] = mth(d, k);
	}
}

/* SUBPROOF(m, D[n], b). */
static void subproof(uint64_t m, const struct hash *d, uint64_t n, bool b, struct proof *p)
{
	uint64_t k = 1;

	if (m == n) {
		if (!b)
			p->h[p->count++] = mth(d, n);
		return;
	}
	while (k * 2 < n)
		k *= 2;
	if (m <= k) {
		subproof(m, d, k, b, p);
		p->h[p->count++] = mth(d + k, n - k);
	} else {
		subproof(m - k, d + k, n - k, false, p);
		p->h[p->count++] = mth(d, k);
	}
}

static enum status node(void *ctx, unsigned level, uint64_t index, struct hash *out)
{
	(void)ctx;
	*out = mth(leaves + (index << level), UINT64_C(1) << level);
	return ST_OK;
}

static bool same(const struct proof *a, const struct proof *b)
{
	return a->count == b->count && memcmp(a->h, b->h, a->count * sizeof *a->h) == 0;
}

/* ---- every size ---- */

static void check_inclusion(uint64_t n, uint64_t size, const struct hash *root)
{
	struct proof want = {.count = 0}, got;

	path(n, leaves, size, &want);
	assert_ok(proof_inclusion(n, size, node, NULL, &got));
	assert_true(same(&want, &got));
	assert_true(proof_inclusion_holds(&leaves[n], n, size, &got, root));
	assert_false(proof_inclusion_holds(&leaves[(n + 1) % LARGE], n, size, &got, root));
	/* Two leaves of a tree that is not full may share a shape, but never the way up. */
	if (n + 1 < size)
		assert_false(proof_inclusion_holds(&leaves[n], n + 1, size, &got, root));
	/* a tree of another size, to which the same hashes do not lead */
	assert_false(proof_inclusion_holds(&leaves[n], n, 2 * size, &got, root));
	if (got.count) {
		got.h[got.count / 2].b[7] ^= 1;
		assert_false(proof_inclusion_holds(&leaves[n], n, size, &got, root));
		got.h[got.count / 2].b[7] ^= 1;
		got.count--;
		assert_false(proof_inclusion_holds(&leaves[n], n, size, &got, root));
		got.count++;
	}
	got.h[got.count++] = *root;
	assert_false(proof_inclusion_holds(&leaves[n], n, size, &got, root));
}

static void inclusion_is_proved_for_every_leaf_of_every_tree(void **state)
{
	struct proof p;

	(void)state;
	for (uint64_t size = 1; size <= EVERY; size++) {
		struct hash root = mth(leaves, size), again;

		assert_ok(proof_root(size, node, NULL, &again));
		assert_true(hash_eq(&root, &again));
		for (uint64_t n = 0; n < size; n++)
			check_inclusion(n, size, &root);
	}
	/* of the only record nothing need be proved; there is no other one */
	p.count = 0;
	assert_true(proof_inclusion_holds(&leaves[0], 0, 1, &p, &leaves[0]));
	assert_false(proof_inclusion_holds(&leaves[0], 1, 1, &p, &leaves[0]));
	assert_status(proof_inclusion(5, 5, node, NULL, &p), ST_INVALID);
	assert_status(proof_inclusion(0, 0, node, NULL, &p), ST_INVALID);
	assert_status(proof_inclusion(0, UINT64_MAX, node, NULL, &p), ST_INVALID);
}

static void check_consistency(uint64_t from, uint64_t to, const struct hash *a,
			      const struct hash *b)
{
	struct proof want = {.count = 0}, got;
	struct hash other = *a;

	if (from)
		subproof(from, leaves, to, true, &want);
	assert_ok(proof_consistency(from, to, node, NULL, &got));
	assert_true(same(&want, &got));
	assert_true(proof_consistency_holds(from, a, to, b, &got));
	other.b[31] ^= 0x80;
	assert_false(proof_consistency_holds(from, &other, to, b, &got));
	if (from)
		assert_false(proof_consistency_holds(from, a, to, &other, &got));
	/* another size, to which the same hashes do not lead */
	if (from && from != to)
		assert_false(proof_consistency_holds(from, a, 2 * to, b, &got));
	if (got.count) {
		got.h[0].b[0] ^= 1;
		assert_false(proof_consistency_holds(from, a, to, b, &got));
		got.h[0].b[0] ^= 1;
		got.count--;
		assert_false(proof_consistency_holds(from, a, to, b, &got));
		got.count++;
	}
	got.h[got.count++] = *b;
	assert_false(proof_consistency_holds(from, a, to, b, &got));
}

static void consistency_is_proved_between_all_sizes(void **state)
{
	static struct hash root[EVERY + 1];
	struct proof p;

	(void)state;
	for (uint64_t n = 0; n <= EVERY; n++)
		root[n] = mth(leaves, n);
	for (uint64_t to = 0; to <= EVERY; to++)
		for (uint64_t from = 0; from <= to; from++)
			check_consistency(from, to, &root[from], &root[to]);
	assert_status(proof_consistency(6, 5, node, NULL, &p), ST_INVALID);
	p.count = 0;
	assert_false(proof_consistency_holds(6, &root[6], 5, &root[5], &p));
	assert_false(proof_consistency_holds(3, &root[3], 5, &root[5], &p));
	assert_false(proof_consistency_holds(0, &root[1], 5, &root[5], &p));
}

static uint64_t next(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *seed >> 33;
}

static void large_trees_are_proved_too(void **state)
{
	uint64_t seed = 20261121;

	(void)state;
	for (int i = 0; i < 12; i++) {
		uint64_t to = 1 + next(&seed) % LARGE, from = next(&seed) % (to + 1);
		struct hash a = mth(leaves, from), b = mth(leaves, to);

		check_consistency(from, to, &a, &b);
		check_inclusion(next(&seed) % to, to, &b);
	}
}

/* ---- from tiles ---- */

static void a_journal_proves_itself_from_its_tiles(void **state)
{
	struct journal *j = create();
	struct hash root[2], leaf;
	struct proof p;
	uint64_t seed = 7;

	(void)state;
	append_many(j, 700, T0);
	for (int i = 0; i < 300; i++) {
		uint64_t to = 1 + next(&seed) % 700, from = next(&seed) % (to + 1),
			 n = next(&seed) % to;

		assert_ok(journal_prove_root(j, from, &root[0]));
		assert_ok(journal_prove_root(j, to, &root[1]));
		assert_ok(journal_prove_consistency(j, from, to, &p));
		assert_true(proof_consistency_holds(from, &root[0], to, &root[1], &p));
		assert_ok(journal_prove_inclusion(j, n, to, &p));
		assert_ok(journal_prove_leaf(j, n, &leaf));
		assert_true(proof_inclusion_holds(&leaf, n, to, &p, &root[1]));
	}
	assert_status(journal_prove_inclusion(j, 0, 701, &p), ST_INVALID);
	assert_status(journal_prove_consistency(j, 700, 701, &p), ST_INVALID);
	assert_status(journal_prove_root(j, UINT64_MAX, &root[0]), ST_INVALID);
	assert_status(journal_prove_leaf(j, 700, &leaf), ST_INVALID);
	assert_status(journal_prove_leaf(j, UINT64_MAX, &leaf), ST_INVALID);
	assert_ok(journal_verify(j, NULL, 0, NULL, NULL, &(struct journal_proof){0}));
	journal_close(j);
	j = reopen(JOURNAL_READ);
	assert_ok(journal_prove_inclusion(j, 699, 700, &p));
	assert_ok(journal_prove_root(j, 700, &root[0]));
	assert_ok(journal_prove_leaf(j, 699, &leaf));
	assert_true(proof_inclusion_holds(&leaf, 699, 700, &p, &root[0]));
	journal_close(j);
}

static void keeping_a_promise_is_found_out_from_hashes(void **state)
{
	struct journal *j = create();
	struct journal_promise p = {.root_len = 32}, empty = {.root_len = 32};
	struct hash root = hash_empty();
	char path[700], text[JOURNAL_SHORT];
	struct buf tile;

	(void)state;
	memcpy(empty.root, root.b, 32);
	append_many(j, 300, T0);
	p.size = 200;
	assert_ok(journal_prove_root(j, 200, &root));
	memcpy(p.root, root.b, 32);
	assert_ok(journal_keeps(j, &p));
	assert_ok(journal_keeps(j, &empty));
	assert_ok(journal_checkpoint_short(j, text));
	append_many(j, 5, T0 + 300);
	assert_ok(journal_promise_parse(span_of(text), &p));
	assert_ok(journal_keeps(j, &p));
	p.root[5] ^= 1;
	assert_status(journal_keeps(j, &p), ST_CORRUPT);
	p.size = 306;
	assert_status(journal_keeps(j, &p), ST_STALE);
	p = (struct journal_promise){.size = 306}; /* only a size is known */
	assert_status(journal_keeps(j, &p), ST_STALE);
	p.size = 305;
	assert_ok(journal_keeps(j, &p));

	/* A tile that fits the promise does not make it true. */
	path_in(path, "tile/0/000");
	slurp("tile/0/000", &tile);
	tile.data[100] ^= 1;
	assert_ok(file_write_fast(path, buf_span(&tile), 0600));
	p = (struct journal_promise){.size = 8, .root_len = 32};
	assert_ok(journal_prove_root(j, 8, &root));
	memcpy(p.root, root.b, 32);
	assert_status(journal_keeps(j, &p), ST_CORRUPT);
	buf_clear(&tile);
	journal_close(j);
}

static void proofs_are_lines_of_base64(void **state)
{
	struct proof p, q = {.count = 0};
	struct span rest, line;
	struct buf b;

	(void)state;
	assert_ok(proof_consistency(37, 250, node, NULL, &p));
	buf_init(&b, 64 * 1024);
	proof_write(&b, &p);
	rest = buf_span(&b);
	while (rest.n) {
		line = span_cut(&rest, '\n');
		assert_ok(proof_read_line(&q, line));
	}
	assert_true(same(&p, &q));
	assert_status(proof_read_line(&q, SPAN("")), ST_INVALID);
	assert_status(proof_read_line(&q, SPAN("AAAA")), ST_INVALID);
	assert_status(proof_read_line(&q, span_make(line.p, line.n - 1)), ST_INVALID);
	while (q.count < PROOF_MAX)
		assert_ok(proof_read_line(&q, line));
	assert_status(proof_read_line(&q, line), ST_TOOBIG);
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(inclusion_is_proved_for_every_leaf_of_every_tree),
	    cmocka_unit_test(consistency_is_proved_between_all_sizes),
	    cmocka_unit_test(large_trees_are_proved_too),
	    WITH_FOLDER(a_journal_proves_itself_from_its_tiles),
	    WITH_FOLDER(keeping_a_promise_is_found_out_from_hashes),
	    cmocka_unit_test(proofs_are_lines_of_base64),
	};

	make_leaves();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
