/* Proofs from the tiles on the disk. */
#include "vault/journal/journal_impl.h"
#include "vault/journal/proof.h"
#include "vault/journal/tile.h"

#include <string.h>

/* What is published: beyond it a tile may not be there. */
struct tiles {
	const char *dir;
	uint64_t size;
	/* the tile that was read last, since neighbours are asked for in turn */
	struct hash h[TILE_WIDTH];
	unsigned level, width;
	uint64_t index;
};

static enum status tiles_open(struct tiles *t, struct journal *j)
{
	struct checkpoint c;
	enum status st = journal_enter(j);

	*t = (struct tiles){.dir = j->dir};
	if (st)
		return st;
	if (j->mode == JOURNAL_WRITE)
		st = state_publish(j);
	if (!st)
		st = checkpoint_read(j->dir, &j->key, NULL, &c);
	journal_leave(j);
	t->size = st ? 0 : c.size;
	return st;
}

static enum status beyond(const struct tiles *t, uint64_t size)
{
	return size <= t->size
		   ? ST_OK
		   : fail(ST_INVALID, "the journal has only %llu records in its checkpoint",
			  (unsigned long long)t->size);
}

static enum status load(struct tiles *t, unsigned level, uint64_t index)
{
	uint64_t left = (t->size >> (8 * level)) - index * TILE_WIDTH;
	unsigned width = left < TILE_WIDTH ? (unsigned)left : TILE_WIDTH;
	enum status st;

	if (t->width && t->level == level && t->index == index)
		return ST_OK;
	t->width = 0;
	st = tile_read(t->dir, level, index, width, t->h);
	if (st)
		return st;
	t->level = level;
	t->index = index;
	t->width = width;
	return ST_OK;
}

static enum status node(void *ctx, unsigned level, uint64_t index, struct hash *out)
{
	struct tiles *t = ctx;
	unsigned n = 1u << level % 8;
	uint64_t first = index << level % 8; /* among the hashes of the level of tiles */
	struct hash row[TILE_WIDTH];
	enum status st = load(t, level / 8, first / TILE_WIDTH);

	if (st)
		return st;
	if (first % TILE_WIDTH + n > t->width)
		return fail(ST_BUG, "a subtree is not complete");
	memcpy(row, t->h + first % TILE_WIDTH, n * sizeof *row);
	for (; n > 1; n /= 2)
		for (unsigned i = 0; i < n / 2; i++)
			row[i] = hash_node(&row[2 * i], &row[2 * i + 1]);
	*out = row[0];
	return ST_OK;
}

enum status journal_prove_root(struct journal *j, uint64_t size, struct hash *out)
{
	struct tiles t;
	enum status st = tiles_open(&t, j);

	if (!st)
		st = beyond(&t, size);
	return st ? st : proof_root(size, node, &t, out);
}

enum status journal_prove_leaf(struct journal *j, uint64_t n, struct hash *out)
{
	struct tiles t;
	enum status st = tiles_open(&t, j);

	if (!st)
		st = n == UINT64_MAX ? fail(ST_INVALID, "no such record") : beyond(&t, n + 1);
	return st ? st : node(&t, 0, n, out);
}

enum status journal_prove_inclusion(struct journal *j, uint64_t n, uint64_t size, struct proof *out)
{
	struct tiles t;
	enum status st = tiles_open(&t, j);

	if (!st)
		st = beyond(&t, size);
	return st ? st : proof_inclusion(n, size, node, &t, out);
}

enum status journal_prove_consistency(struct journal *j, uint64_t from, uint64_t to,
				      struct proof *out)
{
	struct tiles t;
	enum status st = tiles_open(&t, j);

	if (!st)
		st = beyond(&t, to);
	return st ? st : proof_consistency(from, to, node, &t, out);
}

/* ---- a promise ------------------------------------------------------------------------------ */

/* The root of the records: of those in memory, or of the signed checkpoint when only reading. */
static enum status now(struct journal *j, struct checkpoint *out)
{
	enum status st = journal_enter(j);

	if (st)
		return st;
	if (j->mode == JOURNAL_WRITE) {
		*out = (struct checkpoint){j->tree.size, tree_root(&j->tree)};
		st = state_publish(j);
	} else {
		st = checkpoint_read(j->dir, &j->key, NULL, out);
	}
	journal_leave(j);
	return st;
}

enum status journal_keeps(struct journal *j, const struct journal_promise *p)
{
	struct checkpoint c;
	struct proof proof;
	struct hash root;
	enum status st = now(j, &c);

	if (st)
		return st;
	if (p->size > c.size)
		return fail(ST_STALE, "the journal has %llu records, %llu were promised",
			    (unsigned long long)c.size, (unsigned long long)p->size);
	st = journal_prove_root(j, p->size, &root);
	if (!st)
		st = journal_prove_consistency(j, p->size, c.size, &proof);
	if (st)
		return st;
	if (memcmp(root.b, p->root, p->root_len) != 0 ||
	    !proof_consistency_holds(p->size, &root, c.size, &c.root, &proof))
		return fail(
		    ST_CORRUPT,
		    "the first %llu records of the journal are not those that were promised",
		    (unsigned long long)p->size);
	return ST_OK;
}
